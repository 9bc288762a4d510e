//! Pages of snapshots.

use baton_server::random;
use baton_server::storage::{SNAPSHOTS_MAX, SnapshotKey, SnapshotPage, SnapshotRow};

use super::{Kept, found};

#[tokio::test]
async fn pages_are_read_from_another_instance_and_the_oldest_set_goes_first() {
    let kept = Kept::new().await;
    let other = found(&*kept.storage).await;
    let person = random::person_id();
    let key = |order| SnapshotKey {
        person,
        order,
        build: "1.0",
    };
    for order in 1..=u64::from(SNAPSHOTS_MAX) + 1 {
        let snapshot = SnapshotRow {
            key: key(order),
            made_at_ms: order as i64,
            pages: vec![vec![order as u8; 3], vec![]],
        };
        let again = snapshot.clone();
        let put = |snapshot| kept.storage.put_snapshot(kept.organization, snapshot);
        put(snapshot).await.unwrap();
        put(again).await.unwrap();
    }
    let beside = kept.beside().await;
    let page = |organization, order, page| beside.snapshot_page(organization, key(order), page);
    let here = |bytes: &[u8]| Ok(SnapshotPage::Here(bytes.to_vec()));
    assert_eq!(page(kept.organization, 2, 0).await, here(&[2; 3]));
    assert_eq!(page(kept.organization, 2, 1).await, here(&[]));
    assert_eq!(
        page(kept.organization, 2, 2).await,
        Ok(SnapshotPage::NeverWas)
    );
    assert_eq!(page(kept.organization, 1, 0).await, Ok(SnapshotPage::Gone));
    assert_eq!(page(other, 2, 0).await, Ok(SnapshotPage::Gone));
    let count = |order| beside.snapshot_pages(kept.organization, key(order));
    assert_eq!((count(2).await, count(1).await), (Ok(Some(2)), Ok(None)));

    let other_build = SnapshotKey {
        build: "2.0",
        ..key(2)
    };
    let theirs = beside.snapshot_pages(kept.organization, other_build);
    assert_eq!(theirs.await, Ok(None), "another build makes its own");

    let day_later = 24 * 60 * 60 * 1000 + 3;
    beside.forget_expired(day_later).await.unwrap();
    assert_eq!((count(2).await, count(3).await), (Ok(None), Ok(Some(2))));
}

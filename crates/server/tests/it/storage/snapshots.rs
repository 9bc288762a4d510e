//! Pages of snapshots.

use baton_server::random;
use baton_server::storage::{
    SNAPSHOT_FRESH_MS, SNAPSHOTS_KEPT, SNAPSHOTS_MAX, SnapshotKey, SnapshotPage, SnapshotRow,
};

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
    for order in 1..=u64::from(SNAPSHOTS_KEPT) + 1 {
        let snapshot = SnapshotRow {
            key: key(order),
            made_at_ms: order as i64 * SNAPSHOT_FRESH_MS,
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

    let day_later = 24 * 60 * 60 * 1000 + 3 * SNAPSHOT_FRESH_MS;
    beside.forget_expired(day_later).await.unwrap();
    assert_eq!((count(2).await, count(3).await), (Ok(None), Ok(Some(2))));
}

#[tokio::test]
async fn young_snapshots_are_kept_for_every_phone_that_reads_at_once_and_are_bounded() {
    let kept = Kept::new().await;
    let person = random::person_id();
    let key = |order| SnapshotKey {
        person,
        order,
        build: "1.0",
    };
    let put = |order: u64, made_at_ms| {
        let snapshot = SnapshotRow {
            key: key(order),
            made_at_ms,
            pages: vec![vec![1]],
        };
        kept.storage.put_snapshot(kept.organization, snapshot)
    };
    let is_kept = async |order| {
        let pages = kept.storage.snapshot_pages(kept.organization, key(order));
        pages.await.unwrap().is_some()
    };
    for order in 1..=u64::from(SNAPSHOTS_MAX) {
        put(order, order as i64).await.unwrap();
    }
    assert!(is_kept(1).await, "a phone may still be reading it");
    put(u64::from(SNAPSHOTS_MAX) + 1, 1_000).await.unwrap();
    assert!(!is_kept(1).await && is_kept(2).await, "the bound");
    // Later nobody reads them any more.
    let (last, later) = (u64::from(SNAPSHOTS_MAX) + 2, 1_001 + SNAPSHOT_FRESH_MS);
    put(last, later).await.unwrap();
    let mut left = Vec::new();
    for order in 1..=last {
        if is_kept(order).await {
            left.push(order);
        }
    }
    assert_eq!(left.len(), SNAPSHOTS_KEPT as usize);
    assert_eq!(left.last(), Some(&last));
}

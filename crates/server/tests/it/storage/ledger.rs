//! Entries, in order, for ever.

use baton_server::random;
use baton_server::storage::{
    Commit, Committed, HeldRow, Position, QUARANTINE_ROWS_MAX, QuarantineRow, RecordRow,
    StandingRow, StorageError,
};
use baton_sync::SequenceRun;

use super::{Kept, found, record, waiting};
use crate::support::database::{is_postgres, try_execute};

#[tokio::test]
async fn what_was_committed_is_read_back_in_order_and_to_the_byte() {
    let kept = Kept::new().await;
    let mut records = kept.record(3).await;
    records.extend(kept.record(2).await);
    let all = kept.storage.recorded_after(kept.organization, 0, 10).await;
    assert_eq!(all, Ok(records.clone()));
    let some = kept.storage.recorded_after(kept.organization, 1, 2).await;
    assert_eq!(some, Ok(records[1..3].to_vec()));
    let none = kept.storage.recorded_after(kept.organization, 5, 2).await;
    assert_eq!(none, Ok(Vec::new()));
}

#[tokio::test]
async fn who_judged_on_an_older_revision_is_overtaken_and_writes_nothing() {
    let kept = Kept::new().await;
    let before = kept.position().await;
    kept.record(1).await;
    let late = Commit {
        expected_revision: before.revision,
        records: vec![record(1)],
        waiting: vec![waiting(random::device_id(), 1, random::entry_id())],
        ..Commit::default()
    };
    let done = kept.storage.commit(kept.organization, late).await;
    assert_eq!(done, Ok(Committed::Overtaken));
    assert_eq!(
        kept.position().await,
        Position {
            revision: before.revision + 1,
            order: 1
        }
    );
    assert_eq!(
        kept.storage.waiting(kept.organization).await,
        Ok(Vec::new())
    );
}

#[tokio::test]
async fn a_gap_or_an_id_that_is_there_rolls_everything_back() {
    let kept = Kept::new().await;
    let first = kept.record(1).await.remove(0);
    let before = kept.position().await;
    let gap = vec![record(2), record(4)];
    let same_id = record(3);
    let twice = vec![
        record(2),
        baton_server::storage::RecordRow {
            id: first.id,
            ..same_id
        },
    ];
    for records in [gap, twice] {
        let commit = Commit {
            expected_revision: before.revision,
            records,
            ..Commit::default()
        };
        let done = kept.storage.commit(kept.organization, commit).await;
        assert!(matches!(done, Err(StorageError::Corrupt(_))), "{done:?}");
        assert_eq!(kept.position().await, before);
        let rows = kept.storage.recorded_after(kept.organization, 0, 10).await;
        assert_eq!(rows, Ok(vec![first.clone()]));
    }
}

#[tokio::test]
async fn organizations_never_see_each_other() {
    let kept = Kept::new().await;
    let other = found(&*kept.storage).await;
    let mine = kept.record(2).await;
    let position = kept.storage.position(other).await.unwrap().unwrap();
    let commit = Commit {
        expected_revision: position.revision,
        // The same id in another organization is another entry.
        records: vec![baton_server::storage::RecordRow {
            id: mine[0].id,
            ..record(1)
        }],
        ..Commit::default()
    };
    let done = kept.storage.commit(other, commit).await;
    assert!(matches!(done, Ok(Committed::Done(_))), "{done:?}");
    let device = mine[1].device;
    let elsewhere = kept.storage.held(other, vec![mine[1].id]).await;
    assert_eq!(elsewhere, Ok(Vec::new()));
    assert_eq!(kept.storage.highest_sequence(other, device).await, Ok(0));
    let place = kept.storage.at_sequences(other, vec![(device, 2)]).await;
    assert_eq!(place, Ok(Vec::new()));
    let theirs = kept.storage.recorded_after(other, 0, 10).await.unwrap();
    assert_eq!(theirs.len(), 1);
    let nobody = random::organization_id();
    assert_eq!(kept.storage.position(nobody).await, Ok(None));
}

#[tokio::test]
async fn held_entries_and_places_are_found_recorded_or_waiting() {
    let kept = Kept::new().await;
    let recorded = kept.record(1).await.remove(0);
    let ancestor = random::entry_id();
    let one = waiting(recorded.device, 9, ancestor);
    let same_place = waiting(recorded.device, recorded.sequence, ancestor);
    let commit = Commit {
        expected_revision: kept.position().await.revision,
        waiting: vec![one.clone(), same_place.clone()],
        ..Commit::default()
    };
    kept.storage
        .commit(kept.organization, commit)
        .await
        .unwrap();

    let asked = vec![random::entry_id(), recorded.id, one.id];
    let mut held = kept.storage.held(kept.organization, asked).await.unwrap();
    held.sort_by_key(|row| row.id != recorded.id);
    let expected = [
        HeldRow {
            id: recorded.id,
            hash: recorded.hash,
            standing: StandingRow::Recorded(1, recorded.verdict.clone()),
        },
        HeldRow {
            id: one.id,
            hash: one.hash,
            standing: StandingRow::Waiting(ancestor),
        },
    ];
    assert_eq!(held, expected);

    let asked = vec![
        (one.device, 9),
        (one.device, 10),
        (recorded.device, recorded.sequence),
    ];
    let mut places = kept
        .storage
        .at_sequences(kept.organization, asked)
        .await
        .unwrap();
    places.sort_by_key(|(_, sequence, _)| *sequence);
    let expected = [
        (recorded.device, recorded.sequence, recorded.id),
        (one.device, 9, one.id),
    ];
    assert_eq!(places, expected, "the recorded one where both are");
    let highest = kept.storage.highest_sequence(kept.organization, one.device);
    assert_eq!(highest.await, Ok(9));
}

#[tokio::test]
async fn the_runs_of_a_device_are_what_is_recorded_or_waits_without_a_gap() {
    let kept = Kept::new().await;
    let (device, other) = (random::device_id(), random::device_id());
    let held = |order, device, sequence| RecordRow {
        device,
        sequence,
        ..record(order)
    };
    let commit = Commit {
        expected_revision: kept.position().await.revision,
        // One number twice is one number (R32), and the later came first.
        records: vec![
            held(1, device, 7),
            held(2, device, 1),
            held(3, device, 2),
            held(4, device, 2),
            held(5, other, 3),
        ],
        // When a waiting one came says `waiting`.
        waiting: vec![waiting(device, 8, random::entry_id())],
        ..Commit::default()
    };
    kept.storage
        .commit(kept.organization, commit)
        .await
        .unwrap();
    let run = |device, first, last, received_at_ms| SequenceRun {
        device,
        first,
        last,
        received_at_ms,
    };
    let mut asked = vec![device, other, random::device_id()];
    asked.sort_unstable();
    let runs = kept.storage.sequence_runs(kept.organization, asked).await;
    let mut expected = vec![
        run(device, 1, 2, 1_002),
        run(device, 7, 8, 5),
        run(other, 3, 3, 1_005),
    ];
    expected.sort_by_key(|run| (run.device, run.first));
    assert_eq!(runs, Ok(expected));
    let elsewhere = random::organization_id();
    let none = kept.storage.sequence_runs(elsewhere, vec![device]).await;
    assert_eq!(none, Ok(Vec::new()));
}

#[tokio::test]
async fn what_waited_is_recorded_or_waits_for_something_else() {
    let kept = Kept::new().await;
    let device = random::device_id();
    let one = waiting(device, 1, random::entry_id());
    let mut two = waiting(device, u64::MAX, random::entry_id());
    let commit = Commit {
        expected_revision: kept.position().await.revision,
        waiting: vec![one.clone(), two.clone()],
        ..Commit::default()
    };
    kept.storage
        .commit(kept.organization, commit)
        .await
        .unwrap();
    two.ancestor = random::entry_id();
    let commit = Commit {
        expected_revision: kept.position().await.revision,
        records: vec![record(1)],
        no_longer_waiting: vec![one.id],
        waiting: vec![two.clone()],
    };
    kept.storage
        .commit(kept.organization, commit)
        .await
        .unwrap();
    let rows = kept.storage.waiting(kept.organization).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].id, rows[0].ancestor), (two.id, two.ancestor));
    assert_eq!(rows[0].sequence, i64::MAX as u64, "a claim is bounded");
}

#[tokio::test]
async fn quarantine_keeps_the_same_bytes_once_and_is_bounded() {
    let kept = Kept::new().await;
    let row = |number: u32| {
        let bytes = number.to_be_bytes().to_vec();
        QuarantineRow::new(bytes, "Unreadable", random::device_id(), 1)
    };
    let put = |rows| kept.storage.quarantine(kept.organization, rows);
    put(vec![row(1), row(1), row(2)]).await.unwrap();
    put(vec![row(2)]).await.unwrap();
    assert_eq!(kept.storage.quarantined(kept.organization).await, Ok(2));
    put((0..QUARANTINE_ROWS_MAX + 10).map(row).collect())
        .await
        .unwrap();
    let count = kept.storage.quarantined(kept.organization).await;
    assert_eq!(count, Ok(u64::from(QUARANTINE_ROWS_MAX)));
}

#[tokio::test]
async fn entries_cannot_be_changed_or_removed_even_by_hand() {
    let kept = Kept::new().await;
    kept.record(2).await;
    let tries = [
        "UPDATE entries SET sequence = 7",
        "DELETE FROM entries WHERE entry_order = 2",
        "TRUNCATE entries",
    ];
    for sql in tries.iter().take(if is_postgres() { 3 } else { 2 }) {
        let refused = try_execute(kept.folder.path(), sql).err().unwrap();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    assert_eq!(kept.position().await.order, 2);
}

//! Between storage's rows and what the keeper works with.

use baton_domain::verdict::Outcome;
use baton_ledger::message::EntryVerdict;
use baton_ledger::{FormatError, Recorded, SignedEntry, decode_verdict, encode_verdict};
use baton_sync::{Ledgerkeeper, NewRecord, Proceedings, WaitingEntry};

use crate::clock;
use crate::storage::{Commit, QuarantineRow, RecordRow, StorageError, WaitingRow};

/// The rows that a founding or a commit writes.
pub(super) fn record_rows(records: &[NewRecord]) -> Vec<RecordRow> {
    records
        .iter()
        .map(|record| {
            let entry = record.entry.entry();
            RecordRow {
                order: record.order,
                received_at_ms: record.received_at_ms,
                id: entry.id,
                device: entry.device,
                sequence: entry.sequence,
                hash: record.entry.hash(),
                bytes: record.entry.bytes().to_vec(),
                verdict: encode_verdict(&record.verdict),
            }
        })
        .collect()
}

/// A stored record as it goes over the wire.
pub(super) fn recorded(row: RecordRow) -> Result<Recorded, StorageError> {
    let verdict = decode_verdict(&row.verdict).map_err(|error| unreadable(row.order, &error))?;
    Ok(Recorded {
        order: row.order,
        received_at_ms: row.received_at_ms,
        bytes: row.bytes,
        verdict,
    })
}

/// Follows recorded rows with the keeper.
pub(super) fn follow(
    mut keeper: Ledgerkeeper,
    rows: Vec<RecordRow>,
) -> Result<Ledgerkeeper, StorageError> {
    for row in rows {
        let entry =
            SignedEntry::parse(&row.bytes).map_err(|error| unreadable(row.order, &error))?;
        let verdict =
            decode_verdict(&row.verdict).map_err(|error| unreadable(row.order, &error))?;
        keeper
            .follow(row.order, entry.entry(), &verdict)
            .map_err(|gap| StorageError::Corrupt(gap.to_string()))?;
    }
    Ok(keeper)
}

fn unreadable(order: u64, error: &FormatError) -> StorageError {
    StorageError::Corrupt(format!("entry {order} of a ledger: {error}"))
}

/// A stored waiting entry as the keeper holds it.
pub(super) fn waiting_entry(row: WaitingRow) -> Result<WaitingEntry, StorageError> {
    let entry = SignedEntry::parse(&row.bytes)
        .map_err(|error| StorageError::Corrupt(format!("a waiting entry: {error}")))?;
    Ok(WaitingEntry {
        entry,
        ancestor: row.ancestor,
        received_at_ms: row.received_at_ms,
    })
}

/// What a batch led to, as storage writes it.
pub(super) fn commit_of(proceedings: &Proceedings, expected_revision: u64) -> Commit {
    let was_waiting = proceedings
        .records
        .iter()
        .filter(|record| record.was_waiting);
    let waiting = proceedings.waiting.iter().map(|one| {
        let entry = one.entry.entry();
        WaitingRow {
            id: entry.id,
            device: entry.device,
            sequence: entry.sequence,
            hash: one.entry.hash(),
            bytes: one.entry.bytes().to_vec(),
            received_at_ms: one.received_at_ms,
            ancestor: one.ancestor,
        }
    });
    Commit {
        expected_revision,
        records: record_rows(&proceedings.records),
        no_longer_waiting: was_waiting.map(|record| record.entry.entry().id).collect(),
        waiting: waiting.collect(),
    }
}

/// The entries of a batch that were refused without being recorded.
pub(super) fn unrecorded(batch: &[SignedEntry], answers: &[EntryVerdict]) -> Vec<QuarantineRow> {
    let now_ms = clock::now_ms();
    let pairs = batch
        .iter()
        .zip(answers)
        .filter(|(_, answer)| answer.order.is_none());
    pairs
        .filter_map(|(entry, answer)| match &answer.verdict.outcome {
            Outcome::Refused(refusal) => {
                let reason = format!("{:?}", refusal.reason);
                Some(quarantine_row(entry, &reason, now_ms))
            }
            _ => None,
        })
        .collect()
}

/// An entry that is put aside.
pub(super) fn quarantine_row(
    entry: &SignedEntry,
    reason: &str,
    received_at_ms: i64,
) -> QuarantineRow {
    QuarantineRow::new(
        entry.bytes().to_vec(),
        reason,
        entry.entry().device,
        received_at_ms,
    )
}

//! The SQL of the ledger. Entries and verdicts are bytes here.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use baton_domain::directory::OrganizationKind;
use baton_domain::id::{DeviceId, EntryId, OrganizationId};

use crate::storage::{
    Commit, Committed, Founded, Founding, HeldRow, OrganizationRow, Position, QUARANTINE_ROWS_MAX,
    QuarantineRow, RecordRow, StandingRow, StorageError, WaitingRow,
};

use super::{accounts, unavailable};

type Result<T> = std::result::Result<T, StorageError>;

pub(super) fn organizations(connection: &Connection) -> Result<Vec<OrganizationRow>> {
    let sql = "SELECT organization, name, kind, demo, incarnation, founded_at_ms FROM organizations ORDER BY organization";
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = statement.query_map([], |row| {
        Ok(OrganizationRow {
            organization: OrganizationId::from_bytes(row.get(0)?),
            name: row.get(1)?,
            kind: kind_of(row.get(2)?),
            demo: row.get(3)?,
            incarnation: row.get(4)?,
            founded_at_ms: row.get(5)?,
        })
    });
    rows.and_then(Iterator::collect).map_err(unavailable)
}

pub(super) fn found(transaction: &Transaction<'_>, founding: &Founding) -> Result<Founded> {
    // Everything that can say no comes before the first write.
    if let Some(account) = &founding.account
        && accounts::is_taken(transaction, account)?
    {
        return Ok(Founded::LoginTaken);
    }
    if let Some((link, now_ms)) = founding.setup_link
        && !accounts::use_setup_link(transaction, link, now_ms)?
    {
        return Ok(Founded::LinkEnded);
    }
    let row = &founding.organization;
    let organization = row.organization;
    let values = params![
        organization.as_bytes(),
        row.name,
        kind_number(row.kind),
        row.demo,
        row.incarnation,
        row.founded_at_ms,
    ];
    transaction
        .execute(
            "INSERT INTO organizations VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0)",
            values,
        )
        .map_err(unavailable)?;
    let commit = Commit {
        records: founding.records.clone(),
        ..Commit::default()
    };
    self::commit(transaction, organization, &commit)?;
    if let Some(account) = &founding.account {
        accounts::put(transaction, account)?;
    }
    Ok(Founded::Done)
}

pub(super) fn position(
    connection: &Connection,
    organization: OrganizationId,
) -> Result<Option<Position>> {
    let sql = "SELECT revision, last_order FROM organizations WHERE organization = ?1";
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let row = statement.query_row([organization.as_bytes()], |row| {
        Ok(Position {
            revision: number(row, 0)?,
            order: number(row, 1)?,
        })
    });
    row.optional().map_err(unavailable)
}

pub(super) fn recorded_after(
    connection: &Connection,
    organization: OrganizationId,
    order: u64,
    limit: u32,
) -> Result<Vec<RecordRow>> {
    let sql = "SELECT entry_order, received_at_ms, id, device, sequence, hash, bytes, verdict FROM entries
         WHERE organization = ?1 AND entry_order > ?2 ORDER BY entry_order LIMIT ?3";
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = statement.query_map(
        params![organization.as_bytes(), integer(order), limit],
        |row| {
            Ok(RecordRow {
                order: number(row, 0)?,
                received_at_ms: row.get(1)?,
                id: EntryId::from_bytes(row.get(2)?),
                device: DeviceId::from_bytes(row.get(3)?),
                sequence: number(row, 4)?,
                hash: row.get(5)?,
                bytes: row.get(6)?,
                verdict: row.get(7)?,
            })
        },
    );
    rows.and_then(Iterator::collect).map_err(unavailable)
}

pub(super) fn waiting(
    connection: &Connection,
    organization: OrganizationId,
) -> Result<Vec<WaitingRow>> {
    let sql = "SELECT id, device, sequence, hash, received_at_ms, bytes, ancestor FROM waiting
         WHERE organization = ?1 ORDER BY received_at_ms, id";
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = statement.query_map([organization.as_bytes()], |row| {
        Ok(WaitingRow {
            id: EntryId::from_bytes(row.get(0)?),
            device: DeviceId::from_bytes(row.get(1)?),
            sequence: number(row, 2)?,
            hash: row.get(3)?,
            received_at_ms: row.get(4)?,
            bytes: row.get(5)?,
            ancestor: EntryId::from_bytes(row.get(6)?),
        })
    });
    rows.and_then(Iterator::collect).map_err(unavailable)
}

pub(super) fn held(
    connection: &Connection,
    organization: OrganizationId,
    ids: &[EntryId],
) -> Result<Vec<HeldRow>> {
    let recorded =
        "SELECT hash, entry_order, verdict FROM entries WHERE organization = ?1 AND id = ?2";
    let mut recorded = connection.prepare_cached(recorded).map_err(unavailable)?;
    let waiting = "SELECT hash, ancestor FROM waiting WHERE organization = ?1 AND id = ?2";
    let mut waiting = connection.prepare_cached(waiting).map_err(unavailable)?;
    let mut found = Vec::new();
    for id in ids {
        let key = params![organization.as_bytes(), id.as_bytes()];
        let row = recorded.query_row(key, |row| {
            Ok((
                row.get(0)?,
                StandingRow::Recorded(number(row, 1)?, row.get(2)?),
            ))
        });
        let row = match row.optional().map_err(unavailable)? {
            Some(row) => Some(row),
            None => waiting
                .query_row(key, |row| {
                    Ok((
                        row.get(0)?,
                        StandingRow::Waiting(EntryId::from_bytes(row.get(1)?)),
                    ))
                })
                .optional()
                .map_err(unavailable)?,
        };
        found.extend(row.map(|(hash, standing)| HeldRow {
            id: *id,
            hash,
            standing,
        }));
    }
    Ok(found)
}

pub(super) fn commit(
    transaction: &Transaction<'_>,
    organization: OrganizationId,
    commit: &Commit,
) -> Result<Committed> {
    let Some(before) = position(transaction, organization)? else {
        return Err(StorageError::Corrupt(
            "an organization without a row".into(),
        ));
    };
    if before.revision != commit.expected_revision {
        return Ok(Committed::Overtaken);
    }
    let mut order = before.order;
    let sql = "INSERT INTO entries (organization, entry_order, id, device, sequence, hash, received_at_ms, bytes, verdict)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let mut insert = transaction.prepare_cached(sql).map_err(unavailable)?;
    for record in &commit.records {
        order += 1;
        if record.order != order {
            return Err(StorageError::Corrupt(format!(
                "order {order} was due and {} came",
                record.order
            )));
        }
        let values = params![
            organization.as_bytes(),
            integer(record.order),
            record.id.as_bytes(),
            record.device.as_bytes(),
            integer(record.sequence),
            record.hash,
            record.received_at_ms,
            record.bytes,
            record.verdict,
        ];
        insert.execute(values).map_err(unavailable)?;
    }
    change_waiting(transaction, organization, commit)?;
    let after = Position {
        revision: before.revision + 1,
        order,
    };
    let values = params![
        integer(after.revision),
        integer(after.order),
        organization.as_bytes()
    ];
    let sql = "UPDATE organizations SET revision = ?1, last_order = ?2 WHERE organization = ?3";
    transaction.execute(sql, values).map_err(unavailable)?;
    Ok(Committed::Done(after))
}

fn change_waiting(
    transaction: &Transaction<'_>,
    organization: OrganizationId,
    commit: &Commit,
) -> Result<()> {
    let delete = "DELETE FROM waiting WHERE organization = ?1 AND id = ?2";
    let mut delete = transaction.prepare_cached(delete).map_err(unavailable)?;
    for id in &commit.no_longer_waiting {
        delete
            .execute([organization.as_bytes(), id.as_bytes()])
            .map_err(unavailable)?;
    }
    let upsert = "INSERT INTO waiting (organization, id, device, sequence, hash, received_at_ms, bytes, ancestor)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (organization, id) DO UPDATE SET ancestor = excluded.ancestor";
    let mut upsert = transaction.prepare_cached(upsert).map_err(unavailable)?;
    for one in &commit.waiting {
        let values = params![
            organization.as_bytes(),
            one.id.as_bytes(),
            one.device.as_bytes(),
            integer(one.sequence),
            one.hash,
            one.received_at_ms,
            one.bytes,
            one.ancestor.as_bytes(),
        ];
        upsert.execute(values).map_err(unavailable)?;
    }
    Ok(())
}

pub(super) fn quarantine(
    transaction: &Transaction<'_>,
    organization: OrganizationId,
    rows: &[QuarantineRow],
) -> Result<()> {
    let sql =
        "INSERT INTO quarantine (organization, digest, reason, delivered_by, received_at_ms, bytes)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6
         WHERE (SELECT count(*) FROM quarantine WHERE organization = ?1) < ?7
         ON CONFLICT (organization, digest) DO NOTHING";
    let mut insert = transaction.prepare_cached(sql).map_err(unavailable)?;
    for row in rows {
        let values = params![
            organization.as_bytes(),
            row.digest,
            row.reason,
            row.delivered_by.as_bytes(),
            row.received_at_ms,
            row.bytes,
            QUARANTINE_ROWS_MAX,
        ];
        insert.execute(values).map_err(unavailable)?;
    }
    Ok(())
}

pub(super) fn quarantined(connection: &Connection, organization: OrganizationId) -> Result<u64> {
    let sql = "SELECT count(*) FROM quarantine WHERE organization = ?1";
    connection
        .query_row(sql, [organization.as_bytes()], |row| number(row, 0))
        .map_err(unavailable)
}

fn kind_number(kind: OrganizationKind) -> i64 {
    match kind {
        OrganizationKind::Manufacturer => 1,
        OrganizationKind::Distributor => 2,
    }
}

fn kind_of(number: i64) -> OrganizationKind {
    if number == 1 {
        OrganizationKind::Manufacturer
    } else {
        OrganizationKind::Distributor
    }
}

/// SQLite's integers are signed. A sequence beyond them is stored as the largest: it is a claim
/// of a device and nothing counts with it.
pub(super) fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn number(row: &Row<'_>, place: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(place)
        .map(|value| u64::try_from(value).unwrap_or(0))
}

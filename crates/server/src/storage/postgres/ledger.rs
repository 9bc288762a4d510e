//! The SQL of the ledger. Entries and verdicts are bytes here.
//!
//! A commit first updates the organization's row where it still has the expected revision. That
//! takes the row's lock until the transaction ends: a second writer waits, then finds another
//! revision and is told so. So order numbers become visible in their order, although readers here
//! see each commit as it comes.

use deadpool_postgres::{GenericClient, Pool, Transaction};
use tokio_postgres::Row;

use baton_domain::directory::OrganizationKind;
use baton_domain::id::{DeviceId, EntryId, OrganizationId};

use crate::storage::{
    Commit, Committed, Founded, Founding, HeldRow, OrganizationRow, Position, QUARANTINE_ROWS_MAX,
    QuarantineRow, RecordRow, StandingRow, StorageError, WaitingRow,
};

use super::accounts;
use super::connections::{connection, lock, unavailable};
use super::news::CHANNEL;
use super::values::{bytes, integer, number};

type Result<T> = std::result::Result<T, StorageError>;

pub(super) async fn organizations(pool: &Pool) -> Result<Vec<OrganizationRow>> {
    let client = connection(pool).await?;
    let sql = "SELECT organization, name, kind, demo, incarnation, founded_at_ms FROM organizations
         ORDER BY organization";
    let rows = client.query(sql, &[]).await.map_err(unavailable)?;
    rows.iter().map(organization).collect()
}

pub(super) async fn found(pool: &Pool, founding: Founding) -> Result<Founded> {
    let mut client = connection(pool).await?;
    let transaction = client.transaction().await.map_err(unavailable)?;
    if let Some((link, now_ms)) = founding.setup_link
        && !accounts::use_setup_link(&transaction, link, now_ms).await?
    {
        return Ok(Founded::LinkEnded);
    }
    let row = &founding.organization;
    let id = row.organization;
    let sql = "INSERT INTO organizations
           (organization, name, kind, demo, incarnation, founded_at_ms, revision, last_order)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0)";
    transaction
        .execute(
            sql,
            &[
                &id.as_bytes().as_slice(),
                &row.name,
                &kind_number(row.kind),
                &i64::from(row.demo),
                &row.incarnation.as_slice(),
                &row.founded_at_ms,
            ],
        )
        .await
        .map_err(unavailable)?;
    let commit = Commit {
        records: founding.records,
        ..Commit::default()
    };
    write(&transaction, id, &commit).await?;
    if let Some(account) = &founding.account
        && !accounts::put(&transaction, account).await?
    {
        return Ok(Founded::LoginTaken);
    }
    transaction.commit().await.map_err(unavailable)?;
    Ok(Founded::Done)
}

pub(super) async fn position(
    pool: &Pool,
    organization: OrganizationId,
) -> Result<Option<Position>> {
    let client = connection(pool).await?;
    let sql = "SELECT revision, last_order FROM organizations WHERE organization = $1";
    let statement = client.prepare_cached(sql).await.map_err(unavailable)?;
    let row = client
        .query_opt(&statement, &[&organization.as_bytes().as_slice()])
        .await
        .map_err(unavailable)?;
    row.map(|row| {
        Ok(Position {
            revision: number(&row, 0)?,
            order: number(&row, 1)?,
        })
    })
    .transpose()
}

pub(super) async fn recorded_after(
    pool: &Pool,
    organization: OrganizationId,
    order: u64,
    limit: u32,
) -> Result<Vec<RecordRow>> {
    let client = connection(pool).await?;
    let sql = "SELECT entry_order, received_at_ms, id, device, sequence, hash, bytes, verdict FROM entries
         WHERE organization = $1 AND entry_order > $2 ORDER BY entry_order LIMIT $3";
    let statement = client.prepare_cached(sql).await.map_err(unavailable)?;
    let rows = client
        .query(
            &statement,
            &[
                &organization.as_bytes().as_slice(),
                &integer(order),
                &i64::from(limit),
            ],
        )
        .await
        .map_err(unavailable)?;
    rows.iter()
        .map(|row| {
            Ok(RecordRow {
                order: number(row, 0)?,
                received_at_ms: row.get(1),
                id: EntryId::from_bytes(bytes(row, 2)?),
                device: DeviceId::from_bytes(bytes(row, 3)?),
                sequence: number(row, 4)?,
                hash: bytes(row, 5)?,
                bytes: row.get(6),
                verdict: row.get(7),
            })
        })
        .collect()
}

pub(super) async fn waiting(pool: &Pool, organization: OrganizationId) -> Result<Vec<WaitingRow>> {
    let client = connection(pool).await?;
    let sql = "SELECT id, device, sequence, hash, received_at_ms, bytes, ancestor FROM waiting
         WHERE organization = $1 ORDER BY received_at_ms, id";
    let statement = client.prepare_cached(sql).await.map_err(unavailable)?;
    let rows = client
        .query(&statement, &[&organization.as_bytes().as_slice()])
        .await
        .map_err(unavailable)?;
    rows.iter()
        .map(|row| {
            Ok(WaitingRow {
                id: EntryId::from_bytes(bytes(row, 0)?),
                device: DeviceId::from_bytes(bytes(row, 1)?),
                sequence: number(row, 2)?,
                hash: bytes(row, 3)?,
                received_at_ms: row.get(4),
                bytes: row.get(5),
                ancestor: EntryId::from_bytes(bytes(row, 6)?),
            })
        })
        .collect()
}

pub(super) async fn held(
    pool: &Pool,
    organization: OrganizationId,
    ids: &[EntryId],
) -> Result<Vec<HeldRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let client = connection(pool).await?;
    // One look into the index for each id. With `id = ANY ($2)` a database that does not know its
    // tables yet reads the whole organization and filters it.
    let sql = "SELECT asked.id, found.hash, found.entry_order, found.verdict, found.ancestor
         FROM unnest($2::bytea[]) AS asked (id)
         CROSS JOIN LATERAL (
           SELECT hash, entry_order, verdict, NULL::bytea AS ancestor FROM entries
             WHERE organization = $1 AND id = asked.id
           UNION ALL
           SELECT hash, NULL, NULL, ancestor FROM waiting
             WHERE organization = $1 AND id = asked.id
           ORDER BY entry_order NULLS LAST LIMIT 1
         ) AS found";
    let statement = client.prepare_cached(sql).await.map_err(unavailable)?;
    let ids: Vec<&[u8]> = ids.iter().map(|id| id.as_bytes().as_slice()).collect();
    let rows = client
        .query(&statement, &[&organization.as_bytes().as_slice(), &ids])
        .await
        .map_err(unavailable)?;
    rows.iter()
        .map(|row| {
            let standing = match row.get::<_, Option<Vec<u8>>>(3) {
                Some(verdict) => StandingRow::Recorded(number(row, 2)?, verdict),
                None => StandingRow::Waiting(EntryId::from_bytes(bytes(row, 4)?)),
            };
            Ok(HeldRow {
                id: EntryId::from_bytes(bytes(row, 0)?),
                hash: bytes(row, 1)?,
                standing,
            })
        })
        .collect()
}

pub(super) async fn commit(
    pool: &Pool,
    organization: OrganizationId,
    commit: &Commit,
) -> Result<Committed> {
    let mut client = connection(pool).await?;
    let transaction = client.transaction().await.map_err(unavailable)?;
    let written = write(&transaction, organization, commit).await?;
    if let Committed::Done(_) = written {
        transaction.commit().await.map_err(unavailable)?;
    }
    Ok(written)
}

/// Takes the organization's lock, numbers and writes. The caller ends the transaction.
async fn write(
    transaction: &Transaction<'_>,
    organization: OrganizationId,
    commit: &Commit,
) -> Result<Committed> {
    let id = organization.as_bytes().as_slice();
    let sql = "UPDATE organizations SET revision = revision + 1, last_order = last_order + $3
         WHERE organization = $1 AND revision = $2 RETURNING revision, last_order";
    let count = commit.records.len() as u64;
    let statement = transaction.prepare_cached(sql).await.map_err(unavailable)?;
    let row = transaction
        .query_opt(
            &statement,
            &[&id, &integer(commit.expected_revision), &integer(count)],
        )
        .await
        .map_err(unavailable)?;
    let Some(row) = row else {
        return overtaken(transaction, id).await;
    };
    let after = Position {
        revision: number(&row, 0)?,
        order: number(&row, 1)?,
    };
    let due = after.order - count + 1..;
    for (due, record) in due.zip(&commit.records) {
        if record.order != due {
            return Err(StorageError::Corrupt(format!(
                "order {due} was due and {} came",
                record.order
            )));
        }
    }
    insert(transaction, id, &commit.records).await?;
    change_waiting(transaction, id, commit).await?;
    let tell = transaction
        .prepare_cached("SELECT pg_notify($1, $2)")
        .await
        .map_err(unavailable)?;
    transaction
        .execute(&tell, &[&CHANNEL, &organization.to_string()])
        .await
        .map_err(unavailable)?;
    Ok(Committed::Done(after))
}

async fn overtaken(transaction: &Transaction<'_>, organization: &[u8]) -> Result<Committed> {
    let sql = "SELECT 1 FROM organizations WHERE organization = $1";
    let row = transaction
        .query_opt(sql, &[&organization])
        .await
        .map_err(unavailable)?;
    match row {
        Some(_) => Ok(Committed::Overtaken),
        None => Err(StorageError::Corrupt(
            "an organization without a row".into(),
        )),
    }
}

/// All records by one statement: a column is an array, whatever their number.
async fn insert(
    transaction: &Transaction<'_>,
    organization: &[u8],
    records: &[RecordRow],
) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO entries (organization, entry_order, id, device, sequence, hash, received_at_ms, bytes, verdict)
         SELECT $1, * FROM unnest($2::bigint[], $3::bytea[], $4::bytea[], $5::bigint[], $6::bytea[],
           $7::bigint[], $8::bytea[], $9::bytea[])";
    let statement = transaction.prepare_cached(sql).await.map_err(unavailable)?;
    let column = |of: fn(&RecordRow) -> &[u8]| records.iter().map(of).collect::<Vec<_>>();
    let integers = |of: fn(&RecordRow) -> i64| records.iter().map(of).collect::<Vec<_>>();
    transaction
        .execute(
            &statement,
            &[
                &organization,
                &integers(|record| integer(record.order)),
                &column(|record| record.id.as_bytes()),
                &column(|record| record.device.as_bytes()),
                &integers(|record| integer(record.sequence)),
                &column(|record| &record.hash),
                &integers(|record| record.received_at_ms),
                &column(|record| &record.bytes),
                &column(|record| &record.verdict),
            ],
        )
        .await
        .map_err(unavailable)?;
    Ok(())
}

async fn change_waiting(
    transaction: &Transaction<'_>,
    organization: &[u8],
    commit: &Commit,
) -> Result<()> {
    if !commit.no_longer_waiting.is_empty() {
        let ids: Vec<&[u8]> = commit
            .no_longer_waiting
            .iter()
            .map(|id| id.as_bytes().as_slice())
            .collect();
        let sql = "DELETE FROM waiting WHERE organization = $1 AND id = ANY ($2)";
        transaction
            .execute(sql, &[&organization, &ids])
            .await
            .map_err(unavailable)?;
    }
    let sql = "INSERT INTO waiting (organization, id, device, sequence, hash, received_at_ms, bytes, ancestor)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (organization, id) DO UPDATE SET ancestor = excluded.ancestor";
    for one in &commit.waiting {
        let statement = transaction.prepare_cached(sql).await.map_err(unavailable)?;
        transaction
            .execute(
                &statement,
                &[
                    &organization,
                    &one.id.as_bytes().as_slice(),
                    &one.device.as_bytes().as_slice(),
                    &integer(one.sequence),
                    &one.hash.as_slice(),
                    &one.received_at_ms,
                    &one.bytes,
                    &one.ancestor.as_bytes().as_slice(),
                ],
            )
            .await
            .map_err(unavailable)?;
    }
    Ok(())
}

pub(super) async fn quarantine(
    pool: &Pool,
    organization: OrganizationId,
    rows: &[QuarantineRow],
) -> Result<()> {
    let mut client = connection(pool).await?;
    let transaction = client.transaction().await.map_err(unavailable)?;
    let id = organization.as_bytes().as_slice();
    // One after the other, or two at once would both count one below the bound.
    lock(&transaction, id).await?;
    let sql =
        "INSERT INTO quarantine (organization, digest, reason, delivered_by, received_at_ms, bytes)
         SELECT $1, $2, $3, $4, $5, $6
         WHERE (SELECT count(*) FROM quarantine WHERE organization = $1) < $7
         ON CONFLICT (organization, digest) DO NOTHING";
    let statement = transaction.prepare_cached(sql).await.map_err(unavailable)?;
    for row in rows {
        transaction
            .execute(
                &statement,
                &[
                    &id,
                    &row.digest.as_slice(),
                    &row.reason,
                    &row.delivered_by.as_bytes().as_slice(),
                    &row.received_at_ms,
                    &row.bytes,
                    &i64::from(QUARANTINE_ROWS_MAX),
                ],
            )
            .await
            .map_err(unavailable)?;
    }
    transaction.commit().await.map_err(unavailable)
}

pub(super) async fn quarantined(pool: &Pool, organization: OrganizationId) -> Result<u64> {
    let client = connection(pool).await?;
    let sql = "SELECT count(*) FROM quarantine WHERE organization = $1";
    let row = client
        .query_one(sql, &[&organization.as_bytes().as_slice()])
        .await
        .map_err(unavailable)?;
    number(&row, 0)
}

fn organization(row: &Row) -> Result<OrganizationRow> {
    Ok(OrganizationRow {
        organization: OrganizationId::from_bytes(bytes(row, 0)?),
        name: row.get(1),
        kind: kind_of(row.get(2)),
        demo: row.get::<_, i64>(3) == 1,
        incarnation: bytes(row, 4)?,
        founded_at_ms: row.get(5),
    })
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

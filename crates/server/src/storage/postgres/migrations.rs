//! Numbered migrations. Once released, a file here is never edited; the next number follows it.
//!
//! The numbers are SQLite's too: each step is written for both databases, so that one number says
//! which tables there are.

use deadpool_postgres::Transaction;

use crate::storage::StorageError;

use super::connections::unavailable;

/// What each migration does, from 1.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_ledger_and_accounts.sql"),
    include_str!("migrations/0002_snapshots.sql"),
];

/// The number of the newest migration.
pub(super) const NEWEST: u32 = MIGRATIONS.len() as u32;

/// `Batn` in ASCII. Instances that start at the same time migrate one after the other.
const LOCK: i64 = 0x4261_746e;

/// Brings a database to the migration `target`: all steps, or none of them. Unlike SQLite's,
/// where a step is a transaction, because here another instance may be looking.
pub(super) async fn run(transaction: &Transaction<'_>, target: u32) -> Result<(), StorageError> {
    transaction
        .execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
        .await
        .map_err(unavailable)?;
    transaction
        .batch_execute("CREATE TABLE IF NOT EXISTS baton_schema (version bigint NOT NULL)")
        .await
        .map_err(unavailable)?;
    let found = version(transaction).await?;
    if found > NEWEST {
        return Err(StorageError::Newer {
            found,
            known: NEWEST,
        });
    }
    if found >= target {
        return Ok(());
    }
    for sql in &MIGRATIONS[found as usize..target as usize] {
        transaction.batch_execute(sql).await.map_err(unavailable)?;
    }
    transaction
        .batch_execute("DELETE FROM baton_schema")
        .await
        .map_err(unavailable)?;
    let sql = "INSERT INTO baton_schema (version) VALUES ($1)";
    transaction
        .execute(sql, &[&i64::from(target)])
        .await
        .map_err(unavailable)?;
    Ok(())
}

async fn version(transaction: &Transaction<'_>) -> Result<u32, StorageError> {
    let row = transaction
        .query_opt("SELECT version FROM baton_schema", &[])
        .await
        .map_err(unavailable)?;
    let version: i64 = row.map_or(0, |row| row.get(0));
    Ok(u32::try_from(version).unwrap_or(u32::MAX))
}

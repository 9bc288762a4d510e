//! The SQL of snapshots.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use baton_domain::id::OrganizationId;

use crate::storage::{
    SNAPSHOT_FRESH_MS, SNAPSHOTS_KEPT, SNAPSHOTS_MAX, SnapshotKey, SnapshotPage, SnapshotRow,
    StorageError, let_snapshots_go,
};

use super::unavailable;

type Result<T> = std::result::Result<T, StorageError>;

pub(super) fn put(
    transaction: &Transaction<'_>,
    organization: OrganizationId,
    snapshot: &SnapshotRow,
) -> Result<()> {
    let SnapshotKey {
        person,
        order,
        build,
    } = snapshot.key;
    if count(transaction, organization, snapshot.key)?.is_some() {
        return Ok(());
    }
    let same =
        "DELETE FROM snapshots WHERE organization = ?1 AND person = ?2 AND snapshot_order = ?3";
    let key = params![organization.as_bytes(), person.as_bytes(), order as i64];
    transaction.execute(same, key).map_err(unavailable)?;
    let sql =
        "INSERT INTO snapshots (organization, person, snapshot_order, build, pages, made_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![
        organization.as_bytes(),
        person.as_bytes(),
        order as i64,
        build,
        snapshot.pages.len() as i64,
        snapshot.made_at_ms,
    ];
    transaction.execute(sql, values).map_err(unavailable)?;
    let sql = "INSERT INTO snapshot_pages (organization, person, snapshot_order, page, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut insert = transaction.prepare_cached(sql).map_err(unavailable)?;
    for (page, bytes) in snapshot.pages.iter().enumerate() {
        let values = params![
            organization.as_bytes(),
            person.as_bytes(),
            order as i64,
            page as i64,
            bytes,
        ];
        insert.execute(values).map_err(unavailable)?;
    }
    let bounds = params![
        organization.as_bytes(),
        SNAPSHOTS_KEPT,
        snapshot.made_at_ms - SNAPSHOT_FRESH_MS,
        SNAPSHOTS_MAX,
    ];
    let go = let_snapshots_go('?');
    transaction.execute(&go, bounds).map_err(unavailable)?;
    Ok(())
}

pub(super) fn count(
    connection: &Connection,
    organization: OrganizationId,
    key: SnapshotKey,
) -> Result<Option<u32>> {
    let sql = "SELECT pages FROM snapshots
         WHERE organization = ?1 AND person = ?2 AND snapshot_order = ?3 AND build = ?4";
    let key = params![
        organization.as_bytes(),
        key.person.as_bytes(),
        key.order as i64,
        key.build
    ];
    let row = connection.query_row(sql, key, |row| row.get(0));
    row.optional().map_err(unavailable)
}

pub(super) fn page(
    connection: &Connection,
    organization: OrganizationId,
    key: SnapshotKey,
    page: u32,
) -> Result<SnapshotPage> {
    if count(connection, organization, key)?.is_none() {
        return Ok(SnapshotPage::Gone);
    }
    let sql = "SELECT bytes FROM snapshot_pages
         WHERE organization = ?1 AND person = ?2 AND snapshot_order = ?3 AND page = ?4";
    let key = params![
        organization.as_bytes(),
        key.person.as_bytes(),
        key.order as i64,
        page
    ];
    let row = connection.query_row(sql, key, |row| row.get(0)).optional();
    Ok(row
        .map_err(unavailable)?
        .map_or(SnapshotPage::NeverWas, SnapshotPage::Here))
}

//! The SQL of snapshots.

use deadpool_postgres::Pool;
use tokio_postgres::types::ToSql;

use baton_domain::id::OrganizationId;

use crate::storage::{
    SNAPSHOT_FRESH_MS, SNAPSHOTS_KEPT, SNAPSHOTS_MAX, SnapshotKey, SnapshotPage, SnapshotRow,
    StorageError, let_snapshots_go,
};

use super::connections::{connection, lock, unavailable};
use super::values::integer;

type Result<T> = std::result::Result<T, StorageError>;

pub(super) async fn put(
    pool: &Pool,
    organization: OrganizationId,
    snapshot: &SnapshotRow,
) -> Result<()> {
    let mut client = connection(pool).await?;
    let transaction = client.transaction().await.map_err(unavailable)?;
    let id = organization.as_bytes().as_slice();
    // One after the other: two instances that make the same one would mix their pages.
    lock(&transaction, id).await?;
    let person = snapshot.key.person.as_bytes().as_slice();
    let order = integer(snapshot.key.order);
    let build = snapshot.key.build;
    let same = "DELETE FROM snapshots
         WHERE organization = $1 AND person = $2 AND snapshot_order = $3 AND build <> $4";
    transaction
        .execute(same, &[&id, &person, &order, &build])
        .await
        .map_err(unavailable)?;
    let sql =
        "INSERT INTO snapshots (organization, person, snapshot_order, build, pages, made_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let pages = snapshot.pages.len() as i64;
    let new = transaction
        .execute(
            sql,
            &[&id, &person, &order, &build, &pages, &snapshot.made_at_ms],
        )
        .await
        .map_err(unavailable)?;
    if new == 1 {
        let sql = "INSERT INTO snapshot_pages (organization, person, snapshot_order, page, bytes)
             SELECT $1, $2, $3, * FROM unnest($4::bigint[], $5::bytea[])";
        let numbers: Vec<i64> = (0..pages).collect();
        transaction
            .execute(sql, &[&id, &person, &order, &numbers, &snapshot.pages])
            .await
            .map_err(unavailable)?;
        let fresh = snapshot.made_at_ms - SNAPSHOT_FRESH_MS;
        let bounds: [&(dyn ToSql + Sync); 4] = [
            &id,
            &i64::from(SNAPSHOTS_KEPT),
            &fresh,
            &i64::from(SNAPSHOTS_MAX),
        ];
        transaction
            .execute(&let_snapshots_go('$'), &bounds)
            .await
            .map_err(unavailable)?;
    }
    transaction.commit().await.map_err(unavailable)
}

pub(super) async fn count(
    pool: &Pool,
    organization: OrganizationId,
    key: SnapshotKey,
) -> Result<Option<u32>> {
    let client = connection(pool).await?;
    let sql = "SELECT pages FROM snapshots
         WHERE organization = $1 AND person = $2 AND snapshot_order = $3 AND build = $4";
    let row = client
        .query_opt(
            sql,
            &[
                &organization.as_bytes().as_slice(),
                &key.person.as_bytes().as_slice(),
                &integer(key.order),
                &key.build,
            ],
        )
        .await
        .map_err(unavailable)?;
    Ok(row.map(|row| u32::try_from(row.get::<_, i64>(0)).unwrap_or(u32::MAX)))
}

pub(super) async fn page(
    pool: &Pool,
    organization: OrganizationId,
    key: SnapshotKey,
    page: u32,
) -> Result<SnapshotPage> {
    let client = connection(pool).await?;
    let sql = "SELECT p.bytes FROM snapshots s LEFT JOIN snapshot_pages p
           ON (p.organization, p.person, p.snapshot_order, p.page)
            = (s.organization, s.person, s.snapshot_order, $4)
         WHERE s.organization = $1 AND s.person = $2 AND s.snapshot_order = $3
           AND s.build = $5";
    let row = client
        .query_opt(
            sql,
            &[
                &organization.as_bytes().as_slice(),
                &key.person.as_bytes().as_slice(),
                &integer(key.order),
                &i64::from(page),
                &key.build,
            ],
        )
        .await
        .map_err(unavailable)?;
    Ok(match row {
        None => SnapshotPage::Gone,
        Some(row) => row
            .get::<_, Option<Vec<u8>>>(0)
            .map_or(SnapshotPage::NeverWas, SnapshotPage::Here),
    })
}

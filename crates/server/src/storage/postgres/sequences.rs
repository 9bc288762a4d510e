//! The SQL of a device's own count: what is held at which number.

use deadpool_postgres::Pool;

use baton_domain::id::{DeviceId, EntryId, OrganizationId};
use baton_sync::SequenceRun;

use crate::storage::StorageError;

use super::connections::{connection, unavailable};
use super::values::{bytes, integer, number};

type Result<T> = std::result::Result<T, StorageError>;

pub(super) async fn at(
    pool: &Pool,
    organization: OrganizationId,
    places: &[(DeviceId, u64)],
) -> Result<Vec<(DeviceId, u64, EntryId)>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let client = connection(pool).await?;
    let sql = "SELECT DISTINCT ON (asked.place) asked.place, found.id
         FROM unnest($2::bytea[], $3::bigint[]) WITH ORDINALITY AS asked (device, sequence, place)
         CROSS JOIN LATERAL (
           SELECT id, entry_order FROM entries
             WHERE organization = $1 AND device = asked.device AND sequence = asked.sequence
           UNION ALL
           SELECT id, 9223372036854775807 FROM waiting
             WHERE organization = $1 AND device = asked.device AND sequence = asked.sequence
         ) AS found
         ORDER BY asked.place, found.entry_order";
    let statement = client.prepare_cached(sql).await.map_err(unavailable)?;
    let devices: Vec<&[u8]> = places
        .iter()
        .map(|(device, _)| device.as_bytes().as_slice())
        .collect();
    let sequences: Vec<i64> = places
        .iter()
        .map(|(_, sequence)| integer(*sequence))
        .collect();
    let rows = client
        .query(
            &statement,
            &[&organization.as_bytes().as_slice(), &devices, &sequences],
        )
        .await
        .map_err(unavailable)?;
    rows.iter()
        .map(|row| {
            let place = usize::try_from(number(row, 0)?).unwrap_or_default();
            let asked = place.checked_sub(1).and_then(|place| places.get(place));
            let (device, sequence) =
                asked.ok_or_else(|| StorageError::Corrupt("an answer to no question".into()))?;
            Ok((*device, *sequence, EntryId::from_bytes(bytes(row, 1)?)))
        })
        .collect()
}

pub(super) async fn highest(
    pool: &Pool,
    organization: OrganizationId,
    device: DeviceId,
) -> Result<u64> {
    let client = connection(pool).await?;
    let sql = "SELECT greatest(
           (SELECT max(sequence) FROM entries WHERE organization = $1 AND device = $2),
           (SELECT max(sequence) FROM waiting WHERE organization = $1 AND device = $2), 0)";
    let statement = client.prepare_cached(sql).await.map_err(unavailable)?;
    let row = client
        .query_one(
            &statement,
            &[
                &organization.as_bytes().as_slice(),
                &device.as_bytes().as_slice(),
            ],
        )
        .await
        .map_err(unavailable)?;
    number(&row, 0)
}

pub(super) async fn runs(
    pool: &Pool,
    organization: OrganizationId,
    devices: &[DeviceId],
) -> Result<Vec<SequenceRun>> {
    let client = connection(pool).await?;
    // A place in the order minus its own number is the same along a run.
    let sql = "SELECT device, min(sequence), max(sequence), min(received_at_ms) FROM (
           SELECT device, sequence, received_at_ms,
             sequence - dense_rank() OVER (PARTITION BY device ORDER BY sequence) AS run FROM (
               SELECT device, sequence, received_at_ms FROM entries
                 WHERE organization = $1 AND device = ANY($2::bytea[])
               UNION ALL
               SELECT device, sequence, received_at_ms FROM waiting
                 WHERE organization = $1 AND device = ANY($2::bytea[])) AS held) AS placed
         GROUP BY device, run ORDER BY 1, 2";
    let statement = client.prepare_cached(sql).await.map_err(unavailable)?;
    let devices: Vec<&[u8]> = devices
        .iter()
        .map(|device| device.as_bytes().as_slice())
        .collect();
    let rows = client
        .query(&statement, &[&organization.as_bytes().as_slice(), &devices])
        .await
        .map_err(unavailable)?;
    rows.iter()
        .map(|row| {
            Ok(SequenceRun {
                device: DeviceId::from_bytes(bytes(row, 0)?),
                first: number(row, 1)?,
                last: number(row, 2)?,
                received_at_ms: row.get(3),
            })
        })
        .collect()
}

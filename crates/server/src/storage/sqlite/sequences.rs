//! The SQL of a device's own count: what is held at which number.

use rusqlite::{Connection, OptionalExtension, params};

use baton_domain::id::{DeviceId, EntryId, OrganizationId};
use baton_sync::SequenceRun;

use crate::storage::StorageError;

use super::ledger::{integer, number};
use super::unavailable;

type Result<T> = std::result::Result<T, StorageError>;

pub(super) fn at(
    connection: &Connection,
    organization: OrganizationId,
    places: &[(DeviceId, u64)],
) -> Result<Vec<(DeviceId, u64, EntryId)>> {
    let sql = "SELECT id FROM (
           SELECT id, entry_order AS place FROM entries WHERE organization = ?1 AND device = ?2 AND sequence = ?3
           UNION ALL
           SELECT id, 9223372036854775807 FROM waiting WHERE organization = ?1 AND device = ?2 AND sequence = ?3
         ) ORDER BY place LIMIT 1";
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let mut found = Vec::new();
    for (device, sequence) in places {
        let key = params![
            organization.as_bytes(),
            device.as_bytes(),
            integer(*sequence)
        ];
        let id = statement
            .query_row(key, |row| row.get(0))
            .optional()
            .map_err(unavailable)?;
        found.extend(id.map(|id| (*device, *sequence, EntryId::from_bytes(id))));
    }
    Ok(found)
}

pub(super) fn highest(
    connection: &Connection,
    organization: OrganizationId,
    device: DeviceId,
) -> Result<u64> {
    let sql = "SELECT max(
           coalesce((SELECT max(sequence) FROM entries WHERE organization = ?1 AND device = ?2), 0),
           coalesce((SELECT max(sequence) FROM waiting WHERE organization = ?1 AND device = ?2), 0))";
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    statement
        .query_row([organization.as_bytes(), device.as_bytes()], |row| {
            number(row, 0)
        })
        .map_err(unavailable)
}

pub(super) fn runs(
    connection: &Connection,
    organization: OrganizationId,
    devices: &[DeviceId],
) -> Result<Vec<SequenceRun>> {
    // A place in the order minus its own number is the same along a run.
    let sql = "SELECT min(sequence), max(sequence), min(received_at_ms) FROM (
           SELECT sequence, received_at_ms, sequence - dense_rank() OVER (ORDER BY sequence) AS run FROM (
             SELECT sequence, received_at_ms FROM entries WHERE organization = ?1 AND device = ?2
             UNION ALL
             SELECT sequence, received_at_ms FROM waiting WHERE organization = ?1 AND device = ?2))
         GROUP BY run ORDER BY 1";
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let mut found = Vec::new();
    for device in devices {
        let rows = statement.query_map([organization.as_bytes(), device.as_bytes()], |row| {
            Ok(SequenceRun {
                device: *device,
                first: number(row, 0)?,
                last: number(row, 1)?,
                received_at_ms: row.get(2)?,
            })
        });
        let runs: rusqlite::Result<Vec<_>> = rows.and_then(Iterator::collect);
        found.extend(runs.map_err(unavailable)?);
    }
    Ok(found)
}

//! Columns as our types.

use tokio_postgres::Row;

use crate::storage::StorageError;

/// PostgreSQL's integers are signed. A sequence beyond them is stored as the largest: it is a
/// claim of a device and nothing counts with it.
pub(super) fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A column that counts.
pub(super) fn number(row: &Row, place: usize) -> Result<u64, StorageError> {
    let value: i64 = row
        .try_get(place)
        .map_err(super::connections::unavailable)?;
    Ok(u64::try_from(value).unwrap_or(0))
}

/// A column of so many bytes.
pub(super) fn bytes<const N: usize>(row: &Row, place: usize) -> Result<[u8; N], StorageError> {
    let value: &[u8] = row
        .try_get(place)
        .map_err(super::connections::unavailable)?;
    value
        .try_into()
        .map_err(|_| StorageError::Corrupt(format!("{} bytes where {N} should be", value.len())))
}

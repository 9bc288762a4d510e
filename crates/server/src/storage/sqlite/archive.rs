//! Every row out, and every row in.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, ToSql, Transaction, params_from_iter};
use tokio::sync::mpsc;

use crate::storage::StorageError;
use crate::storage::archive::{self, ArchiveRow, Piece, TABLES, Value};

use super::unavailable;

type Result<T> = std::result::Result<T, StorageError>;

/// Blocks while the receiver is busy: for a thread of its own.
pub(super) fn dump(connection: &Connection, rows: &mpsc::Sender<ArchiveRow>) -> Result<()> {
    // One transaction: a backup shows one moment, whatever is written meanwhile.
    let moment = connection.unchecked_transaction().map_err(unavailable)?;
    for (place, table) in TABLES.iter().enumerate() {
        let columns: std::sync::Arc<[usize]> = (0..table.columns.len()).collect();
        let sql = archive::select(table);
        let mut statement = moment.prepare(&sql).map_err(unavailable)?;
        let mut found = statement.query([]).map_err(unavailable)?;
        while let Some(row) = found.next().map_err(unavailable)? {
            let values = columns.iter().map(|at| value(row, *at));
            let row = ArchiveRow {
                table: place,
                columns: std::sync::Arc::clone(&columns),
                values: values.collect::<Result<_>>()?,
            };
            rows.blocking_send(row).map_err(|_| archive::broken_off())?;
        }
    }
    Ok(())
}

pub(super) fn load(transaction: &Transaction<'_>, mut pieces: mpsc::Receiver<Piece>) -> Result<()> {
    let sql = "SELECT count(*) FROM organizations";
    let count: i64 = transaction
        .query_row(sql, [], |row| row.get(0))
        .map_err(unavailable)?;
    if count > 0 {
        return Err(archive::not_empty());
    }
    loop {
        match pieces.blocking_recv() {
            Some(Piece::Row(row)) => {
                let sql = archive::insert(&row, '?');
                let mut insert = transaction.prepare_cached(&sql).map_err(unavailable)?;
                insert
                    .execute(params_from_iter(&row.values))
                    .map_err(unavailable)?;
            }
            Some(Piece::End) => return Ok(()),
            None => return Err(archive::broken_off()),
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Integer(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Bytes(value) => ValueRef::Blob(value),
        }))
    }
}

fn value(row: &Row<'_>, place: usize) -> Result<Value> {
    match row.get_ref(place).map_err(unavailable)? {
        ValueRef::Integer(value) => Ok(Value::Integer(value)),
        ValueRef::Blob(value) => Ok(Value::Bytes(value.into())),
        ValueRef::Text(value) => std::str::from_utf8(value)
            .map(|text| Value::Text(text.into()))
            .map_err(|error| StorageError::Corrupt(error.to_string())),
        other => Err(StorageError::Corrupt(format!("a column of {other:?}"))),
    }
}

//! Every row out, and every row in.

use std::sync::Arc;

use deadpool_postgres::Pool;
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{IsolationLevel, Row};

use crate::storage::StorageError;
use crate::storage::archive::{self, ArchiveRow, Piece, TABLES, Value};

use super::connections::{connection, unavailable};

type Result<T> = std::result::Result<T, StorageError>;

pub(super) async fn dump(pool: &Pool, rows: mpsc::Sender<ArchiveRow>) -> Result<()> {
    let mut client = connection(pool).await?;
    // A backup shows one moment, whatever is written meanwhile.
    let moment = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(unavailable)?;
    for (place, table) in TABLES.iter().enumerate() {
        let columns: Arc<[usize]> = (0..table.columns.len()).collect();
        let none: [&(dyn ToSql + Sync); 0] = [];
        let sql = archive::select(table);
        let found = moment.query_raw(&sql, none).await.map_err(unavailable)?;
        let mut found = std::pin::pin!(found);
        while let Some(row) = found.next().await {
            let row = row.map_err(unavailable)?;
            let values = columns.iter().map(|at| value(&row, *at));
            let row = ArchiveRow {
                table: place,
                columns: Arc::clone(&columns),
                values: values.collect::<Result<_>>()?,
            };
            rows.send(row).await.map_err(|_| archive::broken_off())?;
        }
    }
    Ok(())
}

pub(super) async fn load(pool: &Pool, mut pieces: mpsc::Receiver<Piece>) -> Result<()> {
    let mut client = connection(pool).await?;
    let transaction = client.transaction().await.map_err(unavailable)?;
    // Nobody founds an organization beside it.
    let sql = "LOCK TABLE organizations IN SHARE ROW EXCLUSIVE MODE";
    transaction.batch_execute(sql).await.map_err(unavailable)?;
    let sql = "SELECT 1 FROM organizations LIMIT 1";
    let one = transaction.query_opt(sql, &[]).await.map_err(unavailable)?;
    if one.is_some() {
        return Err(archive::not_empty());
    }
    loop {
        match pieces.recv().await {
            Some(Piece::Row(row)) => {
                let sql = archive::insert(&row, '$');
                let insert = transaction
                    .prepare_cached(&sql)
                    .await
                    .map_err(unavailable)?;
                let values: Vec<&(dyn ToSql + Sync)> = row.values.iter().map(parameter).collect();
                transaction
                    .execute(&insert, &values)
                    .await
                    .map_err(unavailable)?;
            }
            Some(Piece::End) => return transaction.commit().await.map_err(unavailable),
            None => return Err(archive::broken_off()),
        }
    }
}

fn parameter(value: &Value) -> &(dyn ToSql + Sync) {
    match value {
        Value::Integer(value) => value,
        Value::Text(value) => value,
        Value::Bytes(value) => value,
    }
}

fn value(row: &Row, place: usize) -> Result<Value> {
    let kind = row.columns()[place].type_();
    let value = if *kind == Type::INT8 {
        row.try_get(place).map(Value::Integer)
    } else if *kind == Type::TEXT {
        row.try_get(place).map(Value::Text)
    } else {
        row.try_get(place).map(Value::Bytes)
    };
    value.map_err(unavailable)
}

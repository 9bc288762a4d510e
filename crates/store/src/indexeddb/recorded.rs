//! What the server recorded after the generation, in [`ENTRIES`]: the records of an answer in one
//! row, under the number of the last. A call of the browser's costs far more than the bytes of a
//! record, so there is one an answer and not one a record.
//!
//! In version 1 of the database each record had a row of its own; such rows are read for ever.

use super::idb::{Store, Transaction, from, up_to};
use super::rows::{Damage, bytes, elements, pair, read_bytes, read_number};
use super::schema::ENTRIES;
use crate::error::StoreError;
use crate::meta::Switch;
use crate::model::{Change, SyncUpdate};
use baton_ledger::{Recorded, SignedEntry};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

/// The second half of the key of records.
const RECORDS: u64 = 0;
/// That of a scope page, which comes after the records of its answer.
const PAGE: u64 = 1;
/// The largest number that is a key without loss.
const LAST: u64 = (1 << 53) - 1;

/// Writes what an answer brought.
pub(super) fn put(transaction: &Transaction, update: &SyncUpdate) -> Result<(), StoreError> {
    let entries = transaction.store(ENTRIES)?;
    if let Some(last) = update.changes.last() {
        let run: Array = update
            .changes
            .iter()
            .map(|one| bytes(&one.encode()))
            .collect();
        entries.put(&pair(last.order, RECORDS), &run)?;
    }
    match &update.page {
        Some(page) => entries.put(&pair(update.cursor, PAGE), &bytes(page)),
        None => Ok(()),
    }
}

/// Every change after `order`, ascending. The answer that `order` lies in the midst of brings the
/// records after it only.
pub(super) async fn after(
    transaction: &Transaction,
    order: u64,
) -> Result<Result<Vec<Change>, Damage>, StoreError> {
    let entries = transaction.store(ENTRIES)?;
    let later = from(&pair(order + 1, RECORDS))?;
    let (keys, rows) = (
        entries.keys(Some(&later)).await?,
        entries.all(Some(&later)).await?,
    );
    let told = |why| format!("an entry after the snapshot: {why}");
    let mut changes = Vec::new();
    for (key, row) in keys.iter().zip(rows.iter()) {
        if let Err(why) = read_row(&key, &row, order, &mut changes) {
            return Ok(Err(told(why)));
        }
    }
    Ok(Ok(changes))
}

fn read_row(
    key: &JsValue,
    row: &JsValue,
    order: u64,
    changes: &mut Vec<Change>,
) -> Result<(), Damage> {
    let kind = key.dyn_ref::<Array>().map(|key| key.get(1));
    if read_number(&kind.unwrap_or_default())? != RECORDS {
        changes.push(Change::Page(read_bytes(row)?));
        return Ok(());
    }
    for one in elements(row).iter() {
        let one = Recorded::decode(&read_bytes(&one)?).map_err(|error| error.to_string())?;
        if one.order > order {
            changes.push(Change::Entry(Box::new(one)));
        }
    }
    Ok(())
}

/// The signed entries of all records here. What cannot be read was reported when it was loaded; it
/// must not hide the rest.
pub(super) async fn signed(transaction: &Transaction) -> Result<Vec<SignedEntry>, StoreError> {
    let rows = transaction.store(ENTRIES)?.all(None).await?;
    let read = |one: JsValue| {
        let record = Recorded::decode(&read_bytes(&one).ok()?).ok()?;
        record.entry().ok()
    };
    let all = rows.iter().map(|row| elements(&row));
    Ok(all
        .flat_map(|run| run.iter().filter_map(read).collect::<Vec<_>>())
        .collect())
}

/// Lets go what a switch to the generation of `order` says.
pub(super) async fn trim(
    transaction: &Transaction,
    switch: Switch,
    order: u64,
) -> Result<(), StoreError> {
    let entries = transaction.store(ENTRIES)?;
    if switch.drop_later {
        let (before, _) = split(&entries, order).await?;
        entries.delete_range(&from(&pair(order + 1, RECORDS))?)?;
        if let Some((key, run)) = before {
            entries.put(&key, &run)?;
        }
    }
    let trim_to = switch.trim_to.min(LAST);
    let (_, behind) = split(&entries, trim_to).await?;
    entries.delete_range(&up_to(&pair(trim_to, PAGE))?)?;
    match behind {
        Some((key, run)) => entries.put(&key, &run),
        None => Ok(()),
    }
}

type Row = (JsValue, Array);

/// The two halves of the answer that `order` lies in the midst of, as rows of their own.
async fn split(entries: &Store, order: u64) -> Result<(Option<Row>, Option<Row>), StoreError> {
    let later = from(&pair(order + 1, RECORDS))?;
    let key = entries.first(&later).await?;
    if key.is_undefined() {
        return Ok((None, None));
    }
    let row = entries.get(&key).await?;
    let (before, behind) = (Array::new(), Array::new());
    let mut last = 0;
    for one in elements(&row).iter() {
        let number = read_bytes(&one).ok().and_then(|one| {
            let record = Recorded::decode(&one).ok()?;
            Some(record.order)
        });
        match number {
            Some(number) if number <= order => {
                last = number;
                before.push(&one);
            }
            // What cannot be read goes with what comes after it.
            _ => {
                behind.push(&one);
            }
        }
    }
    if before.length() == 0 {
        return Ok((None, None));
    }
    Ok((Some((pair(last, RECORDS), before)), Some((key, behind))))
}

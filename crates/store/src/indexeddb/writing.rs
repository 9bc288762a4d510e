//! The transactions that write the ledger.

use super::connection::Connection;
use super::idb::{Mode, Transaction, between, from, up_to};
use super::rows::{
    bytes, id_key, number, own_row, pair, read_bytes, read_own, read_unsent, row_bytes, unsent_row,
};
use super::schema::{BY_ID, ENTRIES, META, OUTBOX, PAGES, RELAY, VERDICTS};
use super::{put_meta, read_meta, readable};
use crate::error::StoreError;
use crate::meta::{Append, Switch};
use crate::model::{Generation, HISTORY_KEPT, Own, Settled, SyncUpdate, Unsent};
use baton_domain::id::EntryId;
use baton_ledger::{Recorded, SignedEntry};
use wasm_bindgen::JsValue;
use web_sys::IdbKeyRange;

/// How many bytes of pages one transaction writes, so that none of them is long.
const PAGE_BYTES_PER_TRANSACTION: usize = 1024 * 1024;

/// Appends to the outbox.
pub(super) async fn append(
    transaction: &Transaction,
    batch: &[SignedEntry],
) -> Result<(), StoreError> {
    let mut meta = read_meta(transaction).await?;
    let outbox = transaction.store(OUTBOX)?;
    match meta.append(batch)? {
        Append::At(place) => {
            for (place, entry) in (place..).zip(batch) {
                let unsent = Unsent::new(entry.clone());
                outbox.put(&id_key(entry.entry().id), &unsent_row(place, &unsent)?)?;
            }
            put_meta(transaction, &meta)
        }
        Append::Repeated { expected } => {
            for entry in batch {
                if !is_stored(transaction, entry).await? {
                    return Err(StoreError::SequenceTaken {
                        expected,
                        got: entry.entry().sequence,
                    });
                }
            }
            Ok(())
        }
    }
}

/// Keeps other phones' entries that are not here yet.
pub(super) async fn take_in(transaction: &Transaction, batch: &[Unsent]) -> Result<(), StoreError> {
    let mut meta = read_meta(transaction).await?;
    let (outbox, verdicts) = (transaction.store(OUTBOX)?, transaction.store(VERDICTS)?);
    for unsent in batch {
        let id = id_key(unsent.entry.entry().id);
        let known = !outbox.get(&id).await?.is_undefined()
            || !verdicts.key_by_index(BY_ID, &id).await?.is_undefined();
        if !known {
            outbox.put(&id, &unsent_row(meta.next_place(), unsent)?)?;
        }
    }
    put_meta(transaction, &meta)
}

/// True if exactly these bytes are in the outbox or in the history.
async fn is_stored(transaction: &Transaction, entry: &SignedEntry) -> Result<bool, StoreError> {
    let id = id_key(entry.entry().id);
    let mut row = transaction.store(OUTBOX)?.get(&id).await?;
    if row.is_undefined() {
        let verdicts = transaction.store(VERDICTS)?;
        let place = verdicts.key_by_index(BY_ID, &id).await?;
        if place.is_undefined() {
            return Ok(false);
        }
        row = verdicts.get(&place).await?;
    }
    Ok(read_bytes(&row_bytes(&row)).is_ok_and(|stored| stored == entry.bytes()))
}

/// Writes an answer of the server.
pub(super) async fn apply(
    transaction: &Transaction,
    update: &SyncUpdate,
) -> Result<(), StoreError> {
    let mut meta = read_meta(transaction).await?;
    meta.apply(update)?;
    let entries = transaction.store(ENTRIES)?;
    for change in &update.changes {
        entries.put(&pair(change.order, 0), &bytes(&change.encode()))?;
    }
    if let Some(page) = &update.page {
        entries.put(&pair(update.cursor, 1), &bytes(page))?;
    }
    for settled in &update.settled {
        settle(transaction, settled).await?;
    }
    for (id, ancestor) in &update.waiting {
        wait_for(transaction, *id, Some(*ancestor)).await?;
    }
    let relay = transaction.store(RELAY)?;
    for id in &update.relayed {
        relay.delete(&id_key(*id))?;
    }
    put_meta(transaction, &meta)
}

/// Moves an own entry from the outbox to the history, or changes its verdict there.
async fn settle(transaction: &Transaction, settled: &Settled) -> Result<(), StoreError> {
    let (outbox, verdicts) = (transaction.store(OUTBOX)?, transaction.store(VERDICTS)?);
    let id = id_key(settled.id);
    let row = outbox.get(&id).await?;
    let (place, entry) = if row.is_undefined() {
        let place = verdicts.key_by_index(BY_ID, &id).await?;
        if place.is_undefined() {
            return Ok(());
        }
        let own = readable(
            "an entry with its verdict",
            read_own(&verdicts.get(&place).await?),
        )?;
        (place, own.entry)
    } else {
        let (place, unsent) = readable("an unsent entry", read_unsent(&row))?;
        (number(place), unsent.entry)
    };
    let own = Own {
        entry,
        order: settled.order,
        verdict: settled.verdict.clone(),
    };
    verdicts.put(&place, &own_row(&own)?)?;
    outbox.delete(&id)
}

async fn wait_for(
    transaction: &Transaction,
    id: EntryId,
    ancestor: Option<EntryId>,
) -> Result<(), StoreError> {
    let outbox = transaction.store(OUTBOX)?;
    let row = outbox.get(&id_key(id)).await?;
    if row.is_undefined() {
        return Ok(());
    }
    let (place, unsent) = readable("an unsent entry", read_unsent(&row))?;
    let unsent = Unsent {
        waiting_for: ancestor,
        ..unsent
    };
    outbox.put(&id_key(id), &unsent_row(place, &unsent)?)
}

/// Writes the pages, then switches to them, then deletes those that are no longer read.
pub(super) async fn write_generation(
    connection: &Connection,
    generation: &Generation,
) -> Result<(), StoreError> {
    let key = connection
        .run(&[META], Mode::Read, read_meta)
        .await?
        .next_generation();
    // What an attempt that was cut short left under this key goes first.
    delete_pages(connection, &between(&pages_from(key), &pages_to(key))?).await?;
    for (first, pages) in portions(&generation.pages) {
        let work = async |transaction: &Transaction| {
            let store = transaction.store(PAGES)?;
            let numbered = (first..).zip(pages);
            numbered.into_iter().try_for_each(|(page, content)| {
                store.put(&pair(u64::from(key), page as u64), &bytes(content))
            })
        };
        connection.run(&[PAGES], Mode::Write, work).await?;
    }
    let work = async |transaction: &Transaction| switch(transaction, key, generation).await;
    connection
        .run(
            &[META, ENTRIES, OUTBOX, VERDICTS, PAGES, RELAY],
            Mode::Write,
            work,
        )
        .await?;
    delete_pages(connection, &between(&pages_from(0), &pages_to(key - 1))?).await
}

fn pages_from(key: u32) -> JsValue {
    pair(u64::from(key), 0)
}

fn pages_to(key: u32) -> JsValue {
    pair(u64::from(key), u64::from(u32::MAX))
}

async fn delete_pages(connection: &Connection, range: &IdbKeyRange) -> Result<(), StoreError> {
    let work = async |transaction: &Transaction| transaction.store(PAGES)?.delete_range(range);
    connection.run(&[PAGES], Mode::Write, work).await
}

/// The pages in portions for one transaction each, with the number of the first.
fn portions(pages: &[Vec<u8>]) -> Vec<(usize, &[Vec<u8>])> {
    let mut portions = Vec::new();
    let mut first = 0;
    let mut size = 0;
    for (place, page) in pages.iter().enumerate() {
        if place > first && size + page.len() > PAGE_BYTES_PER_TRANSACTION {
            portions.push((first, &pages[first..place]));
            (first, size) = (place, 0);
        }
        size += page.len();
    }
    if first < pages.len() {
        portions.push((first, &pages[first..]));
    }
    portions
}

/// The one transaction that counts.
async fn switch(
    transaction: &Transaction,
    key: u32,
    generation: &Generation,
) -> Result<(), StoreError> {
    let mut meta = read_meta(transaction).await?;
    if meta.generation == key && meta.order == generation.order {
        // The connection was lost after this very transaction had been committed.
        return Ok(());
    }
    let switch = meta.switch(key, generation)?;
    let written = transaction
        .store(PAGES)?
        .keys(Some(&between(&pages_from(key), &pages_to(key))?))
        .await?;
    if written.length() as usize != generation.pages.len() {
        return Err(StoreError::Stale);
    }
    if switch.relay {
        offer_again(transaction).await?;
    }
    trim(transaction, switch, generation.order)?;
    let verdicts = transaction.store(VERDICTS)?;
    verdicts.delete_range(&up_to(&number(meta.place.saturating_sub(HISTORY_KEPT)))?)?;
    put_meta(transaction, &meta)
}

fn trim(transaction: &Transaction, switch: Switch, order: u64) -> Result<(), StoreError> {
    let entries = transaction.store(ENTRIES)?;
    // 2^53 - 1: the largest number that is a key without loss.
    let trim_to = switch.trim_to.min((1 << 53) - 1);
    entries.delete_range(&up_to(&pair(trim_to, 1))?)?;
    if switch.drop_later {
        entries.delete_range(&from(&pair(order + 1, 0))?)?;
    }
    Ok(())
}

/// Makes every entry kept here an offer to a restored server.
async fn offer_again(transaction: &Transaction) -> Result<(), StoreError> {
    let (relay, outbox) = (transaction.store(RELAY)?, transaction.store(OUTBOX)?);
    let entries = transaction.store(ENTRIES)?.all(None).await?;
    // What cannot be read was reported when it was loaded; it must not keep back the rest.
    let recorded = |value: JsValue| {
        Recorded::decode(&read_bytes(&value).ok()?)
            .ok()?
            .entry()
            .ok()
    };
    for entry in entries.iter().filter_map(recorded) {
        relay.put(&id_key(entry.entry().id), &bytes(entry.bytes()))?;
    }
    let own = transaction.store(VERDICTS)?.all(None).await?;
    for own in own.iter().filter_map(|row| read_own(&row).ok()) {
        relay.put(&id_key(own.entry.entry().id), &bytes(own.entry.bytes()))?;
    }
    let unsent = outbox.all(None).await?;
    for (_, unsent) in unsent.iter().filter_map(|row| read_unsent(&row).ok()) {
        wait_for(transaction, unsent.entry.entry().id, None).await?;
    }
    Ok(())
}

//! The transactions that write the ledger.

use super::connection::Connection;
use super::idb::{Mode, Transaction, between, from, up_to};
use super::rows::{
    bytes, id_key, number, own_row, pair, read_bytes, read_own, read_unsent, row_bytes, unsent_row,
};
use super::schema::{BY_ID, ENTRIES, META, OUTBOX, PAGES, RELAY, VERDICTS};
use super::{ask_meta, meta_of, put_meta, read_meta, readable};
use crate::error::StoreError;
use crate::meta::{Append, Meta, Switch};
use crate::model::{Generation, HISTORY_KEPT, Own, Settled, SyncUpdate, Unsent};
use baton_domain::id::EntryId;
use baton_ledger::{Recorded, SignedEntry};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::IdbKeyRange;

/// How many bytes of pages one transaction writes, so that none of them is long.
const PAGE_BYTES_PER_TRANSACTION: usize = 1024 * 1024;

/// Appends to the outbox.
pub(super) async fn append(
    transaction: &Transaction,
    batch: &[SignedEntry],
) -> Result<Meta, StoreError> {
    let mut meta = read_meta(transaction).await?;
    match meta.append(batch)? {
        Append::At(place) => put_own(transaction, &meta, place, batch)?,
        Append::Repeated { expected } => {
            for entry in batch {
                if !is_stored(transaction, entry).await? {
                    return Err(StoreError::SequenceTaken {
                        expected,
                        got: entry.entry().sequence,
                    });
                }
            }
        }
    }
    Ok(meta)
}

/// The same where this phone is believed to stand at `known`: what is written goes out together with
/// the question whether it does, which spares a third of a commit's time. The answer comes before
/// the commit, and where it is another one nothing is written ([`StoreError::Stale`]).
pub(super) async fn append_on(
    transaction: &Transaction,
    known: &Meta,
    batch: &[SignedEntry],
) -> Result<Meta, StoreError> {
    let mut meta = known.clone();
    let Ok(Append::At(place)) = meta.append(batch) else {
        return Err(StoreError::Stale);
    };
    let stands = ask_meta(transaction)?;
    put_own(transaction, &meta, place, batch)?;
    if meta_of(stands.await?)? != *known {
        return Err(StoreError::Stale);
    }
    Ok(meta)
}

fn put_own(
    transaction: &Transaction,
    meta: &Meta,
    place: u64,
    batch: &[SignedEntry],
) -> Result<(), StoreError> {
    let outbox = transaction.store(OUTBOX)?;
    for (place, entry) in (place..).zip(batch) {
        let unsent = Unsent::new(entry.clone());
        outbox.put(&id_key(entry.entry().id), &unsent_row(place, &unsent)?)?;
    }
    put_meta(transaction, meta)
}

/// Keeps other phones' entries that are not here yet.
pub(super) async fn take_in(
    transaction: &Transaction,
    batch: &[Unsent],
) -> Result<Meta, StoreError> {
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
    put_meta(transaction, &meta)?;
    Ok(meta)
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
) -> Result<Meta, StoreError> {
    let mut meta = read_meta(transaction).await?;
    meta.apply(update)?;
    let entries = transaction.store(ENTRIES)?;
    for change in &update.changes {
        entries.put(&pair(change.order, 0), &bytes(&change.encode()))?;
    }
    if let Some(page) = &update.page {
        entries.put(&pair(update.cursor, 1), &bytes(page))?;
    }
    settle_all(transaction, &update.settled).await?;
    for (id, ancestor) in &update.waiting {
        wait_for(transaction, *id, Some(*ancestor)).await?;
    }
    let relay = transaction.store(RELAY)?;
    for id in &update.relayed {
        relay.delete(&id_key(*id))?;
    }
    put_meta(transaction, &meta)?;
    Ok(meta)
}

/// Moves own entries from the outbox to the history, or changes their verdict there.
///
/// Each call of the browser's costs a tenth of a millisecond, and an answer settles hundreds of
/// entries that follow one another: so the rows between the first and the last are read at once, and
/// deleted at once where none of the others lies between.
async fn settle_all(transaction: &Transaction, all: &[Settled]) -> Result<(), StoreError> {
    let ids = || all.iter().map(|settled| settled.id);
    let (Some(first), Some(last)) = (ids().min(), ids().max()) else {
        return Ok(());
    };
    let outbox = transaction.store(OUTBOX)?;
    let range = between(&id_key(first), &id_key(last))?;
    let keys = outbox.keys(Some(&range)).await?;
    let values = outbox.all(Some(&range)).await?;
    let keys = keys.iter().map(|key| Uint8Array::new(&key).to_vec());
    let pending: Vec<(Vec<u8>, JsValue)> = keys.zip(values.iter()).collect();
    let mut moved = 0;
    for settled in all {
        let id = settled.id.as_bytes().as_slice();
        // The keys of a range come in their order.
        match pending.binary_search_by(|(key, _)| key.as_slice().cmp(id)) {
            Ok(place) => {
                settle(transaction, settled, &pending[place].1)?;
                moved += 1;
            }
            Err(_) => correct(transaction, settled).await?,
        }
    }
    if moved == pending.len() {
        return outbox.delete_range(&range);
    }
    ids().try_for_each(|id| outbox.delete(&id_key(id)))
}

/// Writes an own entry with its verdict to the history, from its row in the outbox.
fn settle(transaction: &Transaction, settled: &Settled, row: &JsValue) -> Result<(), StoreError> {
    let (place, unsent) = readable("an unsent entry", read_unsent(row))?;
    put_verdict(transaction, &number(place), unsent.entry, settled)
}

/// Changes the verdict of an entry that is in the history.
async fn correct(transaction: &Transaction, settled: &Settled) -> Result<(), StoreError> {
    let verdicts = transaction.store(VERDICTS)?;
    let place = verdicts.key_by_index(BY_ID, &id_key(settled.id)).await?;
    if place.is_undefined() {
        return Ok(());
    }
    let own = read_own(&verdicts.get(&place).await?);
    let own = readable("an entry with its verdict", own)?;
    put_verdict(transaction, &place, own.entry, settled)
}

fn put_verdict(
    transaction: &Transaction,
    place: &JsValue,
    entry: SignedEntry,
    settled: &Settled,
) -> Result<(), StoreError> {
    let own = Own {
        entry,
        order: settled.order,
        verdict: settled.verdict.clone(),
    };
    transaction.store(VERDICTS)?.put(place, &own_row(&own)?)
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
    let own = transaction.store(VERDICTS)?.all(None).await?;
    for own in own.iter().filter_map(|row| read_own(&row).ok()) {
        relay.put(&id_key(own.entry.entry().id), &bytes(own.entry.bytes()))?;
    }
    let entries = transaction.store(ENTRIES)?.all(None).await?;
    // What was recorded goes before what came by a code under its id. What cannot be read was reported
    // when it was loaded; it must not keep back the rest.
    let recorded = |value: JsValue| {
        Recorded::decode(&read_bytes(&value).ok()?)
            .ok()?
            .entry()
            .ok()
    };
    for entry in entries.iter().filter_map(recorded) {
        relay.put(&id_key(entry.entry().id), &bytes(entry.bytes()))?;
    }
    let unsent = outbox.all(None).await?;
    for (_, unsent) in unsent.iter().filter_map(|row| read_unsent(&row).ok()) {
        wait_for(transaction, unsent.entry.entry().id, None).await?;
    }
    Ok(())
}

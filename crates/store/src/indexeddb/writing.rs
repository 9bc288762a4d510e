//! The transactions that write the ledger.

use super::connection::Connection;
use super::idb::{Mode, Transaction, between};
use super::rows::{bytes, id_key, pair, read_bytes, read_unsent, row_bytes, unsent_row};
use super::schema::{ENTRIES, META, OUTBOX, PAGES, RELAY, VERDICTS};
use super::{ask_meta, history, meta_of, put_meta, read_meta, readable, recorded};
use crate::error::StoreError;
use crate::meta::{Append, Meta};
use crate::model::{Generation, SyncUpdate, Unsent};
use baton_domain::id::EntryId;
use baton_ledger::SignedEntry;
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
            let history = history::ids(transaction).await?;
            for entry in batch {
                if !is_stored(transaction, &history, entry).await? {
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
    let outbox = transaction.store(OUTBOX)?;
    let history = history::ids(transaction).await?;
    for unsent in batch {
        let id = unsent.entry.entry().id;
        let key = id_key(id);
        let settled = history.iter().any(|(settled, _)| *settled == id);
        if !settled && outbox.get(&key).await?.is_undefined() {
            outbox.put(&key, &unsent_row(meta.next_place(), unsent)?)?;
        }
    }
    put_meta(transaction, &meta)?;
    Ok(meta)
}

/// True if exactly these bytes are in the outbox or in the history.
async fn is_stored(
    transaction: &Transaction,
    history: &[(EntryId, JsValue)],
    entry: &SignedEntry,
) -> Result<bool, StoreError> {
    let id = entry.entry().id;
    let row = transaction.store(OUTBOX)?.get(&id_key(id)).await?;
    let pending = (!row.is_undefined()).then(|| row_bytes(&row));
    let settled = || history.iter().find(|(settled, _)| *settled == id);
    let stored = pending
        .as_ref()
        .or_else(|| settled().map(|(_, bytes)| bytes));
    Ok(stored.is_some_and(|bytes| read_bytes(bytes).is_ok_and(|bytes| bytes == entry.bytes())))
}

/// Writes an answer of the server.
pub(super) async fn apply(
    transaction: &Transaction,
    update: &SyncUpdate,
) -> Result<Meta, StoreError> {
    let mut meta = read_meta(transaction).await?;
    if !meta.apply(update)? {
        recorded::put(transaction, update)?;
    }
    history::settle(transaction, &update.settled).await?;
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
    recorded::trim(transaction, switch, generation.order).await?;
    history::trim(transaction, meta.place)?;
    put_meta(transaction, &meta)
}

/// Makes every entry kept here an offer to a restored server.
async fn offer_again(transaction: &Transaction) -> Result<(), StoreError> {
    let (relay, outbox) = (transaction.store(RELAY)?, transaction.store(OUTBOX)?);
    // What was recorded goes before what came by a code under its id.
    let (own, recorded) = (history::signed(transaction), recorded::signed(transaction));
    for entry in own.await?.iter().chain(&recorded.await?) {
        relay.put(&id_key(entry.entry().id), &bytes(entry.bytes()))?;
    }
    let unsent = outbox.all(None).await?;
    for (_, unsent) in unsent.iter().filter_map(|row| read_unsent(&row).ok()) {
        wait_for(transaction, unsent.entry.entry().id, None).await?;
    }
    Ok(())
}

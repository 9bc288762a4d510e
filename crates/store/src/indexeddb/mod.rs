//! The store in a browser.
//!
//! One database per (server, organization, person), named by the caller. Each call is one
//! transaction on the object stores it needs; see [`connection`] for what happens when the
//! browser or another tab takes the database away, and [`idb`] for durability.

mod connection;
mod history;
mod idb;
mod recorded;
mod rows;
mod schema;
mod wait;
mod writing;

use crate::error::StoreError;
use crate::ledger_store::{LedgerStore, export_bytes, is_about};
use crate::meta::Meta;
use crate::meta_form;
use crate::model::{Generation, Identity, Loaded, SyncUpdate, Unsent};
use baton_domain::id::EntryId;
use baton_ledger::SignedEntry;
use connection::Connection;
use idb::{Answer, Mode, Transaction, between};
use js_sys::Array;
use rows::{bytes, pair, read_bytes};
use schema::{DRAFTS, ENTRIES, KEYS, META, OUTBOX, PAGES, RELAY, VERDICTS};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// The one record of [`META`].
const META_KEY: &str = "meta";

/// The phone's own signing key in [`KEYS`].
const SIGNING_KEY: &str = "signing";

/// A store in IndexedDB.
pub struct IndexedDbStore {
    connection: Connection,
    /// Where this phone stood after the last write here. Another tab may have moved on since, so
    /// nothing rests on it: see [`writing::append_on`].
    known: RefCell<Option<Meta>>,
}

impl IndexedDbStore {
    /// Opens the database `name`, and makes or migrates it where that is needed.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        Self::open_as(name, schema::VERSION).await
    }

    /// Opens it in another version than this build's: for tests of what a later build meets.
    #[doc(hidden)]
    pub async fn open_as(name: &str, version: u32) -> Result<Self, StoreError> {
        let connection = Connection::new(name, version);
        connection.open().await?;
        Ok(Self {
            connection,
            known: RefCell::default(),
        })
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        self.connection.name()
    }

    /// Keeps the phone's signing key, a CryptoKey that cannot be extracted, as the browser's own
    /// structured clone.
    pub async fn put_key(&self, key: &JsValue) -> Result<(), StoreError> {
        let work = async |transaction: &Transaction| {
            transaction.store(KEYS)?.put(&SIGNING_KEY.into(), key)
        };
        self.connection.run(&[KEYS], Mode::Write, work).await
    }

    /// The phone's signing key, if it has one.
    pub async fn get_key(&self) -> Result<Option<JsValue>, StoreError> {
        let work = async |transaction: &Transaction| {
            transaction.store(KEYS)?.get(&SIGNING_KEY.into()).await
        };
        let key = self.connection.run(&[KEYS], Mode::Read, work).await?;
        Ok(Some(key).filter(|key| !key.is_undefined()))
    }

    fn note(&self, meta: Meta) {
        *self.known.borrow_mut() = Some(meta);
    }

    /// Closes the connection; the next call opens it again.
    pub fn close(&self) {
        self.connection.close();
    }

    /// Deletes the database, unsent work included. Other tabs of this app give way.
    pub async fn delete(self) -> Result<(), StoreError> {
        self.connection.delete().await
    }
}

impl LedgerStore for IndexedDbStore {
    async fn load(&self) -> Result<Loaded, StoreError> {
        let stores = [META, ENTRIES, OUTBOX, VERDICTS, PAGES, RELAY];
        self.connection.run(&stores, Mode::Read, load).await
    }

    async fn append(&self, batch: &[SignedEntry]) -> Result<(), StoreError> {
        if let Some(known) = self.known.take() {
            let work = async |transaction: &Transaction| {
                writing::append_on(transaction, &known, batch).await
            };
            match self
                .connection
                .run(&[META, OUTBOX], Mode::Write, work)
                .await
            {
                // It was not so: look where this phone stands, and say what does not fit.
                Err(StoreError::Stale) => {}
                done => return done.map(|meta| self.note(meta)),
            }
        }
        let work = async |transaction: &Transaction| writing::append(transaction, batch).await;
        let stores = [META, OUTBOX, VERDICTS];
        let meta = self.connection.run(&stores, Mode::Write, work).await?;
        self.note(meta);
        Ok(())
    }

    async fn take_in(&self, batch: &[Unsent]) -> Result<(), StoreError> {
        let work = async |transaction: &Transaction| writing::take_in(transaction, batch).await;
        let stores = [META, OUTBOX, VERDICTS];
        let meta = self.connection.run(&stores, Mode::Write, work).await?;
        self.note(meta);
        Ok(())
    }

    async fn signed_of(&self, transfer: EntryId) -> Result<Vec<SignedEntry>, StoreError> {
        let work = async |transaction: &Transaction| signed_of(transaction, transfer).await;
        self.connection
            .run(&[OUTBOX, VERDICTS, ENTRIES], Mode::Read, work)
            .await
    }

    async fn apply(&self, update: &SyncUpdate) -> Result<(), StoreError> {
        let work = async |transaction: &Transaction| writing::apply(transaction, update).await;
        let stores = [META, ENTRIES, OUTBOX, VERDICTS, RELAY];
        let meta = self.connection.run(&stores, Mode::Write, work).await?;
        self.note(meta);
        Ok(())
    }

    async fn write_generation(&self, generation: &Generation) -> Result<(), StoreError> {
        writing::write_generation(&self.connection, generation).await
    }

    async fn identity(&self) -> Result<Option<Identity>, StoreError> {
        Ok(self
            .connection
            .run(&[META], Mode::Read, read_meta)
            .await?
            .identity)
    }

    async fn set_identity(&self, identity: &Identity) -> Result<(), StoreError> {
        let work = async |transaction: &Transaction| {
            let mut meta = read_meta(transaction).await?;
            meta.identify(identity);
            put_meta(transaction, &meta)
        };
        self.connection.run(&[META], Mode::Write, work).await
    }

    async fn draft(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let work =
            async |transaction: &Transaction| transaction.store(DRAFTS)?.get(&key.into()).await;
        let draft = self.connection.run(&[DRAFTS], Mode::Read, work).await?;
        if draft.is_undefined() {
            Ok(None)
        } else {
            readable("a draft", read_bytes(&draft)).map(Some)
        }
    }

    async fn draft_keys(&self) -> Result<Vec<String>, StoreError> {
        let work = async |transaction: &Transaction| transaction.store(DRAFTS)?.keys(None).await;
        let keys = self.connection.run(&[DRAFTS], Mode::Read, work).await?;
        Ok(keys.iter().filter_map(|key| key.as_string()).collect())
    }

    async fn put_draft(&self, key: &str, draft: &[u8]) -> Result<(), StoreError> {
        let work = async |transaction: &Transaction| {
            transaction.store(DRAFTS)?.put(&key.into(), &bytes(draft))
        };
        self.connection.run(&[DRAFTS], Mode::Write, work).await
    }

    async fn delete_draft(&self, key: &str) -> Result<(), StoreError> {
        let work = async |transaction: &Transaction| transaction.store(DRAFTS)?.delete(&key.into());
        self.connection.run(&[DRAFTS], Mode::Write, work).await
    }

    async fn unsent_count(&self) -> Result<usize, StoreError> {
        let work = async |transaction: &Transaction| transaction.store(OUTBOX)?.count().await;
        self.connection.run(&[OUTBOX], Mode::Read, work).await
    }

    async fn export(&self) -> Result<Vec<u8>, StoreError> {
        let work = async |transaction: &Transaction| transaction.store(OUTBOX)?.all(None).await;
        let rows = self.connection.run(&[OUTBOX], Mode::Read, work).await?;
        // Also bytes that no longer parse: whoever reads the export may still make sense of them.
        let mut entries: Vec<_> = rows
            .iter()
            .filter_map(|row| {
                Some((
                    rows::read_place(&row).unwrap_or(u64::MAX),
                    read_bytes(&rows::row_bytes(&row)).ok()?,
                ))
            })
            .collect();
        entries.sort_by_key(|(place, _)| *place);
        export_bytes(entries.iter().map(|(_, bytes)| bytes.as_slice()))
    }

    async fn wipe(&self) -> Result<(), StoreError> {
        let work = async |transaction: &Transaction| {
            schema::ALL
                .iter()
                .try_for_each(|name| transaction.store(name)?.clear())
        };
        self.connection.run(&schema::ALL, Mode::Write, work).await
    }
}

async fn load(transaction: &Transaction) -> Result<Loaded, StoreError> {
    let meta = read_meta(transaction).await?;
    let generation = u64::from(meta.generation);
    let pages = between(&pair(generation, 0), &pair(generation, u64::from(u32::MAX)))?;
    let pages = transaction.store(PAGES)?.all(Some(&pages)).await?;
    let changes = recorded::after(transaction, meta.order).await?;
    let outbox = transaction.store(OUTBOX)?.all(None).await?;
    let history = history::last(transaction, meta.place).await?;
    let relay = transaction.store(RELAY)?.all(None).await?;

    let mut damaged = Vec::new();
    let unsent = outbox.iter().map(|row| rows::read_unsent(&row));
    let mut unsent = sound("an unsent entry", unsent, &mut damaged);
    unsent.sort_by_key(|(place, _)| *place);
    // Nothing of a base may be missing, so one row that cannot be read fails all of it.
    let base = read_pages(&pages).and_then(|pages| Ok((pages, changes?)));
    let base = base.map_err(|why| damaged.push(why)).ok();
    let base_damaged = base.is_none();
    let (pages, changes) = base.unwrap_or_default();
    let relay = relay.iter().map(|row| rows::read_entry(&row));
    Ok(Loaded {
        sequence: meta.sequence,
        cursor: meta.cursor,
        incarnation: meta.incarnation,
        generation_order: meta.order,
        identity: meta.identity,
        base_damaged,
        pages,
        changes,
        outbox: unsent.into_iter().map(|(_, unsent)| unsent).collect(),
        history: sound("an entry with its verdict", history, &mut damaged),
        relay: sound("an entry to offer again", relay, &mut damaged),
        damaged,
    })
}

async fn signed_of(
    transaction: &Transaction,
    transfer: EntryId,
) -> Result<Vec<SignedEntry>, StoreError> {
    let unsent = transaction.store(OUTBOX)?.all(None).await?;
    // What cannot be read was reported when it was loaded; it must not hide the rest.
    let mut all: Vec<SignedEntry> = unsent
        .iter()
        .filter_map(|row| rows::read_entry(&rows::row_bytes(&row)).ok())
        .collect();
    all.extend(history::signed(transaction).await?);
    all.extend(recorded::signed(transaction).await?);
    let mut found: Vec<SignedEntry> = Vec::new();
    for entry in all {
        if is_about(&entry, transfer) && !found.contains(&entry) {
            found.push(entry);
        }
    }
    Ok(found)
}

fn read_pages(pages: &Array) -> Result<Vec<Vec<u8>>, rows::Damage> {
    let read = |page: JsValue| read_bytes(&page).map_err(|why| format!("a page: {why}"));
    pages.iter().map(read).collect()
}

/// What can be read; the rest is told of and stays where it is.
fn sound<T>(
    what: &str,
    read: impl IntoIterator<Item = Result<T, rows::Damage>>,
    damaged: &mut Vec<String>,
) -> Vec<T> {
    let mut keep = |one: Result<T, rows::Damage>| {
        one.map_err(|why| damaged.push(format!("{what}: {why}")))
            .ok()
    };
    read.into_iter().filter_map(&mut keep).collect()
}

async fn read_meta(transaction: &Transaction) -> Result<Meta, StoreError> {
    meta_of(ask_meta(transaction)?.await?)
}

/// Asks for the record, and waits for nothing yet.
fn ask_meta(transaction: &Transaction) -> Result<Answer, StoreError> {
    transaction.store(META)?.ask(&META_KEY.into())
}

fn meta_of(stored: JsValue) -> Result<Meta, StoreError> {
    if stored.is_undefined() {
        return Ok(Meta::default());
    }
    meta_form::decode(&readable("where this phone stands", read_bytes(&stored))?)
}

fn put_meta(transaction: &Transaction, meta: &Meta) -> Result<(), StoreError> {
    transaction
        .store(META)?
        .put(&META_KEY.into(), &bytes(&meta_form::encode(meta)?))
}

fn readable<T>(what: &str, value: Result<T, rows::Damage>) -> Result<T, StoreError> {
    value.map_err(|why| StoreError::Corrupt(format!("{what}: {why}")))
}

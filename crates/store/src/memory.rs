//! The store in memory: for tests, for the simulator, and to say by example what a store does.

use crate::error::StoreError;
use crate::ledger_store::{LedgerStore, export_bytes, is_about};
use crate::meta::{Append, Meta};
use crate::model::{
    Change, Generation, HISTORY_KEPT, HISTORY_LOADED, Identity, Loaded, Own, SyncUpdate, Unsent,
};
use baton_domain::id::EntryId;
use baton_ledger::{Recorded, SignedEntry};
use imbl::OrdMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A store in memory. A clone is a second connection to the same data, as another tab has it.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    data: Data,
    fail_next: Option<StoreError>,
}

/// What a transaction works on. It works on a copy (a few pointers), which takes the place of the
/// data when it ends well, so that a call that fails leaves nothing behind.
#[derive(Clone, Debug, Default)]
struct Data {
    meta: Meta,
    entries: OrdMap<u64, Recorded>,
    scope_pages: OrdMap<u64, Vec<u8>>,
    outbox: OrdMap<EntryId, (u64, Unsent)>,
    verdicts: OrdMap<u64, Own>,
    pages: OrdMap<(u32, u32), Vec<u8>>,
    relay: OrdMap<EntryId, SignedEntry>,
    drafts: OrdMap<String, Vec<u8>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// A store of its own with the same data: what a backup of the storage would be.
    #[must_use]
    pub fn fork(&self) -> Self {
        let data = self.lock().data.clone();
        Self {
            shared: Arc::new(Mutex::new(Shared {
                data,
                fail_next: None,
            })),
        }
    }

    /// Reads every entry anew from its bytes, as a store that keeps bytes does at each start: a newer
    /// build may read more of them.
    pub fn reread(&self) {
        let data = &mut self.lock().data;
        let read = |(id, entry): (EntryId, SignedEntry)| {
            let again = SignedEntry::parse(entry.bytes());
            (id, again.unwrap_or(entry))
        };
        data.relay = std::mem::take(&mut data.relay)
            .into_iter()
            .map(read)
            .collect();
    }

    /// True for an own or carried entry that lies here, with or without its verdict.
    pub fn holds(&self, id: EntryId) -> bool {
        let data = &self.lock().data;
        data.outbox.contains_key(&id) || data.place_of(id).is_some()
    }

    /// True where the signed bytes of the record with that number lie here.
    pub fn holds_record(&self, order: u64) -> bool {
        self.lock().data.entries.contains_key(&order)
    }

    /// Lets the next call fail, before or after a crash is what a caller must survive.
    pub fn fail_next(&self, error: StoreError) {
        self.lock().fail_next = Some(error);
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        // A panic in another thread cannot have left half a transaction: data is swapped whole.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, work: impl FnOnce(&Data) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut shared = self.lock();
        match shared.fail_next.take() {
            Some(error) => Err(error),
            None => work(&shared.data),
        }
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&mut Data) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut shared = self.lock();
        if let Some(error) = shared.fail_next.take() {
            return Err(error);
        }
        let mut data = shared.data.clone();
        let done = work(&mut data)?;
        shared.data = data;
        Ok(done)
    }
}

impl LedgerStore for MemoryStore {
    async fn load(&self) -> Result<Loaded, StoreError> {
        self.read(|data| Ok(data.load()))
    }

    async fn append(&self, batch: &[SignedEntry]) -> Result<(), StoreError> {
        self.write(|data| data.append(batch))
    }

    async fn take_in(&self, batch: &[Unsent]) -> Result<(), StoreError> {
        self.write(|data| {
            data.take_in(batch);
            Ok(())
        })
    }

    async fn signed_of(&self, transfer: EntryId) -> Result<Vec<SignedEntry>, StoreError> {
        self.read(|data| Ok(data.signed_of(transfer)))
    }

    async fn apply(&self, update: &SyncUpdate) -> Result<(), StoreError> {
        self.write(|data| data.apply(update))
    }

    async fn write_generation(&self, generation: &Generation) -> Result<(), StoreError> {
        self.write(|data| data.write_generation(generation))
    }

    async fn identity(&self) -> Result<Option<Identity>, StoreError> {
        self.read(|data| Ok(data.meta.identity.clone()))
    }

    async fn set_identity(&self, identity: &Identity) -> Result<(), StoreError> {
        self.write(|data| {
            data.meta.identify(identity);
            Ok(())
        })
    }

    async fn draft(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|data| Ok(data.drafts.get(key).cloned()))
    }

    async fn draft_keys(&self) -> Result<Vec<String>, StoreError> {
        self.read(|data| Ok(data.drafts.keys().cloned().collect()))
    }

    async fn put_draft(&self, key: &str, draft: &[u8]) -> Result<(), StoreError> {
        self.write(|data| {
            data.drafts.insert(key.to_owned(), draft.to_vec());
            Ok(())
        })
    }

    async fn delete_draft(&self, key: &str) -> Result<(), StoreError> {
        self.write(|data| {
            data.drafts.remove(key);
            Ok(())
        })
    }

    async fn unsent_count(&self) -> Result<usize, StoreError> {
        self.read(|data| Ok(data.outbox.len()))
    }

    async fn export(&self) -> Result<Vec<u8>, StoreError> {
        self.read(|data| export_bytes(data.unsent().iter().map(|unsent| unsent.entry.bytes())))
    }

    async fn wipe(&self) -> Result<(), StoreError> {
        self.write(|data| {
            *data = Data::default();
            Ok(())
        })
    }
}

impl Data {
    fn unsent(&self) -> Vec<&Unsent> {
        let mut rows: Vec<_> = self.outbox.values().collect();
        rows.sort_by_key(|(place, _)| *place);
        rows.into_iter().map(|(_, unsent)| unsent).collect()
    }

    fn load(&self) -> Loaded {
        let after = self.meta.order + 1;
        let entries = self
            .entries
            .range(after..)
            .map(|(order, entry)| ((*order, 0), Change::Entry(Box::new(entry.clone()))));
        let pages = self
            .scope_pages
            .range(after..)
            .map(|(order, page)| ((*order, 1), Change::Page(page.clone())));
        let changes: std::collections::BTreeMap<_, _> = entries.chain(pages).collect();
        let generation = (self.meta.generation, 0)..=(self.meta.generation, u32::MAX);
        let first = self.meta.place.saturating_sub(HISTORY_LOADED) + 1;
        Loaded {
            identity: self.meta.identity.clone(),
            sequence: self.meta.sequence,
            cursor: self.meta.cursor,
            incarnation: self.meta.incarnation,
            generation_order: self.meta.order,
            pages: self
                .pages
                .range(generation)
                .map(|(_, page)| page.clone())
                .collect(),
            changes: changes.into_values().collect(),
            outbox: self.unsent().into_iter().cloned().collect(),
            history: self
                .verdicts
                .range(first..)
                .map(|(_, own)| own.clone())
                .collect(),
            relay: self.relay.values().cloned().collect(),
            base_damaged: false,
            damaged: Vec::new(),
        }
    }

    fn append(&mut self, batch: &[SignedEntry]) -> Result<(), StoreError> {
        match self.meta.append(batch)? {
            Append::At(place) => {
                for (place, entry) in (place..).zip(batch) {
                    let unsent = Unsent::new(entry.clone());
                    self.outbox.insert(entry.entry().id, (place, unsent));
                }
                Ok(())
            }
            Append::Repeated { expected } => batch.iter().try_for_each(|entry| {
                let unsent = self
                    .outbox
                    .get(&entry.entry().id)
                    .map(|(_, unsent)| &unsent.entry);
                let own = self.verdicts.values().map(|own| &own.entry);
                if unsent
                    .into_iter()
                    .chain(own)
                    .any(|stored| stored.bytes() == entry.bytes())
                {
                    Ok(())
                } else {
                    Err(StoreError::SequenceTaken {
                        expected,
                        got: entry.entry().sequence,
                    })
                }
            }),
        }
    }

    fn take_in(&mut self, batch: &[Unsent]) {
        for unsent in batch {
            let id = unsent.entry.entry().id;
            if self.outbox.contains_key(&id) || self.place_of(id).is_some() {
                continue;
            }
            let place = self.meta.next_place();
            self.outbox.insert(id, (place, unsent.clone()));
        }
    }

    fn signed_of(&self, transfer: EntryId) -> Vec<SignedEntry> {
        let unsent = self.outbox.values().map(|(_, unsent)| unsent.entry.clone());
        let settled = self.verdicts.values().map(|own| own.entry.clone());
        let recorded = self.entries.values().filter_map(|one| one.entry().ok());
        let mut found: Vec<SignedEntry> = Vec::new();
        for entry in unsent.chain(settled).chain(recorded) {
            if is_about(&entry, transfer) && !found.contains(&entry) {
                found.push(entry);
            }
        }
        found
    }

    fn apply(&mut self, update: &SyncUpdate) -> Result<(), StoreError> {
        let repeated = self.meta.apply(update)?;
        if !repeated {
            for change in &update.changes {
                self.entries.insert(change.order, change.clone());
            }
            if let Some(page) = &update.page {
                self.scope_pages.insert(update.cursor, page.clone());
            }
        }
        for settled in &update.settled {
            let (order, verdict) = (settled.order, settled.verdict.clone());
            if let Some((place, unsent)) = self.outbox.remove(&settled.id) {
                self.verdicts.insert(
                    place,
                    Own {
                        entry: unsent.entry,
                        order,
                        verdict,
                    },
                );
            } else if let Some(place) = self.place_of(settled.id)
                && let Some(own) = self.verdicts.get_mut(&place)
            {
                own.order = order;
                own.verdict = verdict;
            }
        }
        for (id, ancestor) in &update.waiting {
            if let Some((_, unsent)) = self.outbox.get_mut(id) {
                unsent.waiting_for = Some(*ancestor);
            }
        }
        for id in &update.relayed {
            self.relay.remove(id);
        }
        Ok(())
    }

    fn place_of(&self, decided: EntryId) -> Option<u64> {
        self.verdicts
            .iter()
            .find(|(_, own)| own.entry.entry().id == decided)
            .map(|(place, _)| *place)
    }

    fn write_generation(&mut self, generation: &Generation) -> Result<(), StoreError> {
        let key = self.meta.next_generation();
        let switch = self.meta.switch(key, generation)?;
        if switch.relay {
            self.offer_again();
        }
        let stays =
            |order: u64| order > switch.trim_to && !(switch.drop_later && order > generation.order);
        self.entries = std::mem::take(&mut self.entries)
            .into_iter()
            .filter(|(order, _)| stays(*order))
            .collect();
        self.scope_pages = std::mem::take(&mut self.scope_pages)
            .into_iter()
            .filter(|(order, _)| stays(*order))
            .collect();
        self.pages = (0..)
            .zip(&generation.pages)
            .map(|(place, page)| ((key, place), page.clone()))
            .collect();
        let kept = self.meta.place.saturating_sub(HISTORY_KEPT);
        self.verdicts = std::mem::take(&mut self.verdicts)
            .into_iter()
            .filter(|(place, _)| *place > kept)
            .collect();
        Ok(())
    }

    /// Makes every entry kept here an offer to a restored server.
    fn offer_again(&mut self) {
        for own in self.verdicts.values() {
            self.relay.insert(own.entry.entry().id, own.entry.clone());
        }
        // What was recorded goes before what came by a code under its id. What cannot be read was
        // reported when it was loaded; it must not keep back the rest.
        for entry in self
            .entries
            .values()
            .filter_map(|record| SignedEntry::parse(&record.bytes).ok())
        {
            self.relay.insert(entry.entry().id, entry);
        }
        let ids: Vec<EntryId> = self.outbox.keys().copied().collect();
        for id in ids {
            if let Some((_, unsent)) = self.outbox.get_mut(&id) {
                unsent.waiting_for = None;
            }
        }
    }
}

//! What the ledger holds beyond the state, fetched before the keeper asks.
//!
//! The keeper asks without awaiting, storage answers with it. So what a batch can name is fetched
//! first; should the keeper still ask for something else, it stops with [`Missing`], that is
//! fetched too, and the same batch is judged again. Judging changes nothing until it is committed.

use std::collections::HashMap;

use baton_domain::State;
use baton_domain::id::{DeviceId, EntryId, OrganizationId};
use baton_ledger::{SignedEntry, decode_verdict};
use baton_sync::{Held, Holdings, Standing};

use crate::storage::{HeldRow, LedgerStorage, StandingRow, StorageError};

/// What has been fetched: `None` where nothing is held.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    entries: HashMap<EntryId, Option<Held>>,
    sequences: HashMap<(DeviceId, u64), Option<EntryId>>,
}

/// Something that has to be fetched first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// What is held under this id.
    Entry(EntryId),
    /// What is held at this place.
    Sequence(DeviceId, u64),
}

impl Holdings for Fetched {
    type Error = Missing;

    fn entry(&self, id: EntryId) -> Result<Option<Held>, Missing> {
        self.entries.get(&id).cloned().ok_or(Missing::Entry(id))
    }

    fn at_sequence(&self, device: DeviceId, sequence: u64) -> Result<Option<EntryId>, Missing> {
        self.sequences
            .get(&(device, sequence))
            .copied()
            .ok_or(Missing::Sequence(device, sequence))
    }
}

impl Fetched {
    /// Fetches what a batch names and a state lacks.
    pub(super) async fn for_batch(
        storage: &(impl LedgerStorage + ?Sized),
        organization: OrganizationId,
        batch: &[SignedEntry],
        state: &State,
    ) -> Result<Self, StorageError> {
        let mut fetched = Self::default();
        let mut ids = Vec::with_capacity(batch.len());
        let mut places = Vec::with_capacity(batch.len());
        for entry in batch.iter().map(SignedEntry::entry) {
            ids.push(entry.id);
            places.push((entry.device, entry.sequence));
            let body = &entry.body;
            let lines = body.lines_touched().into_iter().map(|line| line.entry);
            let ancestors = lines.chain(body.cases_touched()).chain(body.transfer());
            ids.extend(ancestors.filter(|id| !is_in(state, *id)));
        }
        fetched.fetch_entries(storage, organization, ids).await?;
        fetched
            .fetch_sequences(storage, organization, places)
            .await?;
        Ok(fetched)
    }

    /// Nothing is held: for the first entries of an organization.
    pub(super) fn empty_for(batch: &[SignedEntry]) -> Self {
        let entries = batch.iter().map(SignedEntry::entry);
        let sequences = entries
            .clone()
            .map(|entry| ((entry.device, entry.sequence), None))
            .collect();
        Self {
            entries: entries.map(|entry| (entry.id, None)).collect(),
            sequences,
        }
    }

    /// Fetches what the keeper asked for.
    pub(super) async fn fetch(
        &mut self,
        storage: &(impl LedgerStorage + ?Sized),
        organization: OrganizationId,
        missing: Missing,
    ) -> Result<(), StorageError> {
        match missing {
            Missing::Entry(id) => self.fetch_entries(storage, organization, vec![id]).await,
            Missing::Sequence(device, sequence) => {
                self.fetch_sequences(storage, organization, vec![(device, sequence)])
                    .await
            }
        }
    }

    async fn fetch_entries(
        &mut self,
        storage: &(impl LedgerStorage + ?Sized),
        organization: OrganizationId,
        mut ids: Vec<EntryId>,
    ) -> Result<(), StorageError> {
        ids.sort_unstable();
        ids.dedup();
        self.entries.extend(ids.iter().map(|id| (*id, None)));
        for row in storage.held(organization, ids).await? {
            self.entries.insert(row.id, Some(held(row)?));
        }
        Ok(())
    }

    async fn fetch_sequences(
        &mut self,
        storage: &(impl LedgerStorage + ?Sized),
        organization: OrganizationId,
        places: Vec<(DeviceId, u64)>,
    ) -> Result<(), StorageError> {
        self.sequences
            .extend(places.iter().map(|place| (*place, None)));
        for (device, sequence, id) in storage.at_sequences(organization, places).await? {
            self.sequences.insert((device, sequence), Some(id));
        }
        Ok(())
    }
}

fn is_in(state: &State, id: EntryId) -> bool {
    state.made_lines(id) || state.case(id).is_some() || state.transfer(id).is_some()
}

fn held(row: HeldRow) -> Result<Held, StorageError> {
    let standing = match row.standing {
        StandingRow::Waiting(ancestor) => Standing::Waiting { ancestor },
        StandingRow::Recorded(order, bytes) => {
            let verdict = decode_verdict(&bytes).map_err(|error| {
                StorageError::Corrupt(format!("the verdict of entry {order}: {error}"))
            })?;
            Standing::Recorded { order, verdict }
        }
    };
    Ok(Held {
        hash: row.hash,
        standing,
    })
}

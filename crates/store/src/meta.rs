//! The one small record that says where a phone stands, and what may follow on it.
//!
//! Every write reads this record inside its own transaction, before the commit, asks it whether the
//! write still fits, and puts it back changed. Both backends do it through the methods here, so that
//! they cannot differ in what they let through.

use crate::error::StoreError;
use crate::model::{
    ENTRIES_KEPT, ENTRIES_KEPT_MS, Generation, Identity, Incarnation, Source, SyncUpdate,
};
use baton_ledger::SignedEntry;

/// Where a phone stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meta {
    pub(crate) identity: Option<Identity>,
    /// The last device sequence used.
    pub(crate) sequence: u64,
    /// The last place given in this phone's own order of entries; outlives the device id.
    pub(crate) place: u64,
    pub(crate) cursor: u64,
    pub(crate) incarnation: Option<Incarnation>,
    /// The key of the current generation; 0 = none.
    pub(crate) generation: u32,
    /// Its order number.
    pub(crate) order: u64,
    /// Generations written and when, oldest first, for what may be trimmed.
    pub(crate) written: Vec<(u64, i64)>,
}

/// What an append does, once it fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Append {
    /// Write it, the first entry at this place.
    At(u64),
    /// The sequences are used: the same bytes must be there already.
    Repeated {
        /// What to say if they are not.
        expected: u64,
    },
}

/// What a switch of generations deletes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Switch {
    /// Entries up to this order number.
    pub(crate) trim_to: u64,
    /// Entries after the generation's order number too: they come again.
    pub(crate) drop_later: bool,
    /// Before that, every entry kept becomes an offer to the restored server.
    pub(crate) relay: bool,
}

impl Meta {
    /// Makes room for a batch of own entries.
    pub(crate) fn append(&mut self, batch: &[SignedEntry]) -> Result<Append, StoreError> {
        let expected = self.sequence + 1;
        let Some(first) = batch.first().map(|entry| entry.entry().sequence) else {
            return Ok(Append::At(self.place + 1));
        };
        for (place, entry) in (0..).zip(batch) {
            let (sequence, device) = (entry.entry().sequence, entry.entry().device);
            let own = self
                .identity
                .as_ref()
                .is_none_or(|identity| identity.device == device);
            if sequence != first + place || !own {
                return Err(StoreError::SequenceTaken {
                    expected,
                    got: sequence,
                });
            }
        }
        let last = first + batch.len() as u64 - 1;
        if first == expected {
            let place = self.place + 1;
            self.sequence = last;
            self.place += batch.len() as u64;
            Ok(Append::At(place))
        } else if last <= self.sequence {
            Ok(Append::Repeated { expected })
        } else {
            Err(StoreError::SequenceTaken {
                expected,
                got: first,
            })
        }
    }

    /// Makes room for one entry of another phone.
    pub(crate) fn next_place(&mut self) -> u64 {
        self.place += 1;
        self.place
    }

    /// Moves on as an answer of the server says. True where it has done so before: what the answer
    /// brings lies here already, be it in the portions of another one.
    pub(crate) fn apply(&mut self, update: &SyncUpdate) -> Result<bool, StoreError> {
        let other_incarnation = self
            .incarnation
            .is_some_and(|incarnation| incarnation != update.incarnation);
        let fits = self.cursor == update.from || self.cursor == update.cursor;
        if other_incarnation || !fits || update.cursor < update.from {
            return Err(StoreError::Stale);
        }
        let repeated = self.cursor == update.cursor && update.from < update.cursor;
        self.incarnation = Some(update.incarnation);
        self.cursor = update.cursor;
        self.sequence = self.sequence.max(update.acked_sequence);
        Ok(repeated)
    }

    /// The key under which the next generation's pages are written.
    pub(crate) fn next_generation(&self) -> u32 {
        self.generation + 1
    }

    /// Switches to a generation whose pages are written under `key`.
    pub(crate) fn switch(
        &mut self,
        key: u32,
        generation: &Generation,
    ) -> Result<Switch, StoreError> {
        if key != self.next_generation() {
            return Err(StoreError::Stale);
        }
        let (drop_later, relay) = match generation.source {
            Source::Base => {
                if generation.order > self.cursor || generation.order < self.order {
                    return Err(StoreError::Stale);
                }
                (false, false)
            }
            Source::Server { incarnation } => {
                let restored = self.incarnation.is_some_and(|before| before != incarnation);
                self.incarnation = Some(incarnation);
                self.cursor = generation.order;
                if restored {
                    self.written.clear();
                }
                (true, restored)
            }
        };
        self.generation = key;
        self.order = generation.order;
        let now_ms = generation.written_at_ms;
        let old = |at_ms: i64| now_ms.saturating_sub(at_ms) >= ENTRIES_KEPT_MS;
        let aged = self
            .written
            .iter()
            .filter(|(_, at_ms)| old(*at_ms))
            .map(|(order, _)| *order)
            .max();
        let surplus = generation.order.saturating_sub(ENTRIES_KEPT);
        let trim_to = if relay {
            u64::MAX
        } else {
            aged.unwrap_or(0).max(surplus)
        };
        self.written
            .retain(|(order, at_ms)| !old(*at_ms) && *order < generation.order);
        self.written.push((generation.order, now_ms));
        Ok(Switch {
            trim_to,
            drop_later,
            relay,
        })
    }

    /// Says who this phone is.
    pub(crate) fn identify(&mut self, identity: &Identity) {
        let before = self.identity.as_ref().map(|before| before.device);
        if before.is_some_and(|device| device != identity.device) {
            self.sequence = 0;
        }
        self.identity = Some(identity.clone());
    }
}

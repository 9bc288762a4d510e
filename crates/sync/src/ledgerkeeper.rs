//! The server's core: a batch of signed entries goes in, order numbers and verdicts come out.
//!
//! It is pure so that the server and the simulator run the same piece. The keeper holds the
//! state at the last order number and the entries that wait for an ancestor; what else the
//! ledger holds is asked through [`Holdings`], plain reads inside the caller's transaction.
//!
//! Receiving never changes the keeper. It answers with [`Proceedings`], which carry what has to
//! be written and the keeper as it will be; the caller writes them in one transaction and only
//! then commits them here. A transaction that fails leaves nothing behind, and a crash between
//! the two is healed by [`Ledgerkeeper::follow`].
//!
//! What it decides, in this order:
//!
//! 1. another organization's entry is refused and not recorded (R31);
//! 2. the same bytes again get the stored verdict (R32);
//! 3. a key that is not in the directory leaves the entry with its sender: bytes that nobody can
//!    vouch for are not kept; a broken signature, or another person's device, is refused and not
//!    recorded, or a stranger could spoil an id before its owner sends it;
//! 4. the same id with other bytes is quarantined (R32);
//! 5. a second entry at one device's sequence is recorded as disputed: it is signed, so it is
//!    somebody's work, and none may vanish (R32, R38);
//! 6. the rest is judged. What waits is kept and judged again as soon as its ancestor is
//!    recorded; everything else is recorded with the next order number.
//!
//! It never edits an entry, never changes a verdict, reads no clock, and no entry can keep
//! another one from being judged (R34).

mod sitting;

use crate::signature::Signatures;
use baton_domain::entry::{Entry, EntryBody};
use baton_domain::id::{DeviceId, EntryId};
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Reason, Refusal, State, fold};
use baton_ledger::message::EntryVerdict;
use baton_ledger::{PublicKey, SignedEntry};
use imbl::{OrdMap, OrdSet};
use sitting::Sitting;
use std::fmt;

/// How long an entry may wait for its ancestor before it becomes a dispute (R33): 14 days.
pub const WAITING_MS_MAX: i64 = 14 * 24 * 60 * 60 * 1000;

/// The server's own signing key, which speaks for whoever ran the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerKey {
    /// The device id its entries carry.
    pub device: DeviceId,
    /// Its public key.
    pub public_key: PublicKey,
}

/// What the ledger holds beyond the state: read inside the transaction that will write.
pub trait Holdings {
    /// Why a read can fail.
    type Error;
    /// What is held under an id, recorded or waiting.
    fn entry(&self, id: EntryId) -> Result<Option<Held>, Self::Error>;
    /// The entry held at a device's sequence, recorded or waiting.
    fn at_sequence(&self, device: DeviceId, sequence: u64) -> Result<Option<EntryId>, Self::Error>;
}

/// An entry that the ledger holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// [`SignedEntry::hash`] of its bytes.
    pub hash: [u8; 32],
    /// Where it stands.
    pub standing: Standing,
}

/// Where a held entry stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has its order number and its verdict, for ever.
    Recorded {
        /// Its number.
        order: u64,
        /// Its verdict.
        verdict: Verdict,
    },
    /// It waits for an ancestor.
    Waiting {
        /// The entry it builds on.
        ancestor: EntryId,
    },
}

/// An entry that waits for an ancestor.
#[derive(Clone, Debug)]
pub struct WaitingEntry {
    /// The entry.
    pub entry: SignedEntry,
    /// What it waits for.
    pub ancestor: EntryId,
    /// When it came.
    pub received_at_ms: i64,
}

/// An entry with its order number and its verdict, to be written.
#[derive(Clone, Debug)]
pub struct NewRecord {
    /// Its number: the last one + 1.
    pub order: u64,
    /// When it came.
    pub received_at_ms: i64,
    /// The entry.
    pub entry: SignedEntry,
    /// The word on it.
    pub verdict: Verdict,
    /// True where it stood among the waiting ones, from which it has to be removed.
    pub was_waiting: bool,
}

/// What one batch led to.
#[derive(Clone, Debug)]
pub struct Proceedings {
    /// What is recorded, in order, without a gap after the keeper's last number.
    pub records: Vec<NewRecord>,
    /// What waits, new or for another ancestor than before.
    pub waiting: Vec<WaitingEntry>,
    /// Other bytes under an id that is taken (R32).
    pub quarantined: Vec<SignedEntry>,
    /// The answer to each entry of the batch, in the batch's order.
    pub answers: Vec<EntryVerdict>,
    next: Ledgerkeeper,
}

/// An order number that does not follow the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderGap {
    /// The number that was due.
    pub expected: u64,
    /// The number that came.
    pub got: u64,
}

impl fmt::Display for OrderGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the ledger has a gap: entry {} was due, {} came",
            self.expected, self.got
        )
    }
}

impl std::error::Error for OrderGap {}

/// The state at the last order number, and what waits. Cloning copies a few pointers.
#[derive(Clone, Debug)]
pub struct Ledgerkeeper {
    own: ServerKey,
    state: State,
    order: u64,
    waiting: OrdMap<EntryId, WaitingEntry>,
    /// (ancestor, waiting entry)
    waiting_for: OrdSet<(EntryId, EntryId)>,
}

impl Ledgerkeeper {
    /// A keeper at `order`, whose fold is `state`.
    pub fn new(own: ServerKey, state: State, order: u64, waiting: Vec<WaitingEntry>) -> Self {
        let mut keeper = Self {
            own,
            state,
            order,
            waiting: OrdMap::new(),
            waiting_for: OrdSet::new(),
        };
        for one in waiting {
            keeper.wait(one);
        }
        keeper
    }

    /// The fold of everything recorded.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The last order number; 0 before the first.
    pub fn order(&self) -> u64 {
        self.order
    }

    /// What waits, by id.
    pub fn waiting(&self) -> impl Iterator<Item = &WaitingEntry> {
        self.waiting.values()
    }

    /// Follows what was recorded elsewhere: at start-up, or by another instance.
    pub fn follow(&mut self, order: u64, entry: &Entry, verdict: &Verdict) -> Result<(), OrderGap> {
        if order != self.order + 1 {
            return Err(OrderGap {
                expected: self.order + 1,
                got: order,
            });
        }
        self.stop_waiting(entry.id);
        fold(&mut self.state, entry, verdict);
        self.order = order;
        Ok(())
    }

    /// Judges a batch that arrived. Nothing changes here until [`Self::commit`].
    pub fn receive<H: Holdings, S: Signatures>(
        &self,
        batch: &[SignedEntry],
        received_at_ms: i64,
        holdings: &H,
        signatures: &S,
    ) -> Result<Proceedings, H::Error> {
        let mut sitting = Sitting::new(self, holdings);
        let mut answers = Vec::with_capacity(batch.len());
        for entry in batch {
            answers.push(sitting.take(entry, received_at_ms, signatures)?);
        }
        Ok(sitting.close(answers))
    }

    /// Turns what has waited [`WAITING_MS_MAX`] into disputes (R33).
    pub fn overdue<H: Holdings>(&self, now_ms: i64, holdings: &H) -> Result<Proceedings, H::Error> {
        let mut sitting = Sitting::new(self, holdings);
        let due = self
            .waiting
            .values()
            .filter(|one| now_ms.saturating_sub(one.received_at_ms) >= WAITING_MS_MAX);
        for one in due {
            // An earlier one of this round may have brought it along.
            if sitting.next.waiting.contains_key(&one.entry.entry().id) {
                let refusal = Refusal::new(Reason::Unknown).entry(one.ancestor);
                sitting.record(one.clone(), Verdict::whole(Outcome::Disputed(refusal)));
                sitting.wake()?;
            }
        }
        Ok(sitting.close(Vec::new()))
    }

    /// Takes over what [`Self::receive`] found, after it has been written.
    pub fn commit(&mut self, proceedings: Proceedings) {
        *self = proceedings.next;
    }

    fn wait(&mut self, one: WaitingEntry) {
        let id = one.entry.entry().id;
        self.stop_waiting(id);
        self.waiting_for.insert((one.ancestor, id));
        self.waiting.insert(id, one);
    }

    fn stop_waiting(&mut self, id: EntryId) {
        if let Some(before) = self.waiting.remove(&id) {
            self.waiting_for.remove(&(before.ancestor, id));
        }
    }

    fn waiting_for(&self, ancestor: EntryId) -> Vec<EntryId> {
        let first = EntryId::from_bytes([0; 16]);
        self.waiting_for
            .range((ancestor, first)..)
            .take_while(|(other, _)| *other == ancestor)
            .map(|(_, id)| *id)
            .collect()
    }

    /// The key an entry must be signed with, or why it cannot be taken. `Ok(None)`: no such key
    /// is known yet.
    fn key_of(&self, entry: &Entry) -> Result<Option<PublicKey>, Reason> {
        match self.state.organization() {
            Some(organization) if organization.id == entry.organization => {}
            None if self.founds(entry) => {}
            _ => return Err(Reason::OtherOrganization),
        }
        if entry.device == self.own.device {
            return Ok(Some(self.own.public_key));
        }
        match self.state.device(entry.device) {
            None => Ok(None),
            Some(device) if device.person.is_some_and(|person| person != entry.actor) => {
                Err(Reason::BadSignature)
            }
            Some(device) => Ok(Some(device.public_key)),
        }
    }

    /// True for the one entry that may come first: the founding, by the server's own key.
    fn founds(&self, entry: &Entry) -> bool {
        let EntryBody::OrganizationFounded { organization, .. } = &entry.body else {
            return false;
        };
        organization.id == entry.organization && entry.device == self.own.device
    }
}

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

use crate::signature::Signatures;
use baton_domain::entry::{Entry, EntryBody};
use baton_domain::id::{DeviceId, EntryId};
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Reason, Refusal, State, fold, judge};
use baton_ledger::message::EntryVerdict;
use baton_ledger::{PublicKey, SignedEntry};
use imbl::{OrdMap, OrdSet};
use std::collections::{HashMap, HashSet, VecDeque};
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

/// One batch being judged: the keeper as it will be, and what has to be written.
struct Sitting<'a, H> {
    holdings: &'a H,
    next: Ledgerkeeper,
    records: Vec<NewRecord>,
    /// Place in `records`, by id.
    recorded: HashMap<EntryId, usize>,
    /// What is new at a device's sequence.
    sequences: HashMap<(DeviceId, u64), EntryId>,
    /// Ids that began to wait, or wait for another ancestor.
    waits: Vec<EntryId>,
    /// What waited before this batch: only that has a row to be removed.
    waited: OrdMap<EntryId, WaitingEntry>,
    /// What another instance let wait.
    waited_elsewhere: HashSet<EntryId>,
    quarantined: Vec<SignedEntry>,
    /// What was recorded and may have been waited for.
    news: VecDeque<EntryId>,
}

impl<'a, H: Holdings> Sitting<'a, H> {
    fn new(keeper: &Ledgerkeeper, holdings: &'a H) -> Self {
        Self {
            holdings,
            next: keeper.clone(),
            records: Vec::new(),
            recorded: HashMap::new(),
            sequences: HashMap::new(),
            waits: Vec::new(),
            waited: keeper.waiting.clone(),
            waited_elsewhere: HashSet::new(),
            quarantined: Vec::new(),
            news: VecDeque::new(),
        }
    }

    /// Takes one entry and everything that it sets free.
    fn take(
        &mut self,
        signed: &SignedEntry,
        received_at_ms: i64,
        signatures: &impl Signatures,
    ) -> Result<EntryVerdict, H::Error> {
        let entry = signed.entry();
        let key = match self.next.key_of(entry) {
            Ok(key) => key,
            Err(reason) => return Ok(unrecorded(entry.id, Outcome::Refused(Refusal::new(reason)))),
        };
        let held = self.held(entry.id)?;
        if let Some(held) = held.as_ref().filter(|held| held.hash == signed.hash()) {
            match &held.standing {
                Standing::Recorded { order, verdict } => {
                    return Ok(EntryVerdict {
                        id: entry.id,
                        order: Some(*order),
                        verdict: verdict.clone(),
                    });
                }
                Standing::Waiting { ancestor } if self.next.waiting.contains_key(&entry.id) => {
                    return Ok(unrecorded(entry.id, Outcome::Waiting(*ancestor)));
                }
                // Another instance let it wait and this keeper has not heard of it: judge it.
                Standing::Waiting { .. } => {
                    self.waited_elsewhere.insert(entry.id);
                }
            }
        }
        let Some(key) = key else {
            return Ok(unrecorded(entry.id, Outcome::Waiting(entry.id)));
        };
        if !signatures.holds(signed, &key) {
            let refusal = Refusal::new(Reason::BadSignature);
            return Ok(unrecorded(entry.id, Outcome::Refused(refusal)));
        }
        if held.as_ref().is_some_and(|held| held.hash != signed.hash()) {
            self.quarantined.push(signed.clone());
            let refusal = Refusal::new(Reason::Conflicting).entry(entry.id);
            return Ok(unrecorded(entry.id, Outcome::Disputed(refusal)));
        }
        let arrival = WaitingEntry {
            entry: signed.clone(),
            ancestor: entry.id,
            received_at_ms,
        };
        match self.other_at_sequence(entry)? {
            Some(other) => {
                let refusal = Refusal::new(Reason::Conflicting).entry(other);
                self.record(arrival, Verdict::whole(Outcome::Disputed(refusal)));
            }
            None => self.judge(arrival)?,
        }
        self.sequences
            .entry((entry.device, entry.sequence))
            .or_insert(entry.id);
        self.wake()?;
        Ok(self.answer(entry.id))
    }

    /// Records an entry, or lets it wait.
    fn judge(&mut self, one: WaitingEntry) -> Result<(), H::Error> {
        let entry = one.entry.entry();
        let verdict = judge(&self.next.state, entry);
        let Outcome::Waiting(ancestor) = verdict.outcome else {
            self.record(one, verdict);
            return Ok(());
        };
        // What is recorded and still awaited never made what it is named for; and nothing that
        // is named by its own id can arrive before it. Waiting would be for ever.
        if ancestor == entry.id || self.is_recorded(ancestor)? {
            let refusal = Refusal::new(Reason::Unknown).entry(ancestor);
            let word = if entry.body.is_fact() {
                Outcome::Disputed
            } else {
                Outcome::Refused
            };
            self.record(one, Verdict::whole(word(refusal)));
        } else {
            self.waits.push(entry.id);
            self.next.wait(WaitingEntry { ancestor, ..one });
        }
        Ok(())
    }

    /// Gives an entry the next order number.
    fn record(&mut self, one: WaitingEntry, verdict: Verdict) {
        let id = one.entry.entry().id;
        self.next.stop_waiting(id);
        let was_waiting = self.waited.contains_key(&id) || self.waited_elsewhere.contains(&id);
        fold(&mut self.next.state, one.entry.entry(), &verdict);
        self.next.order += 1;
        self.recorded.insert(id, self.records.len());
        self.news.push_back(id);
        self.records.push(NewRecord {
            order: self.next.order,
            received_at_ms: one.received_at_ms,
            entry: one.entry,
            verdict,
            was_waiting,
        });
    }

    /// Judges again whatever waited for what has just been recorded, and so on.
    fn wake(&mut self) -> Result<(), H::Error> {
        while let Some(news) = self.news.pop_front() {
            for id in self.next.waiting_for(news) {
                if let Some(one) = self.next.waiting.get(&id).cloned() {
                    self.judge(one)?;
                }
            }
        }
        Ok(())
    }

    fn held(&self, id: EntryId) -> Result<Option<Held>, H::Error> {
        if let Some(record) = self.recorded.get(&id).map(|place| &self.records[*place]) {
            let standing = Standing::Recorded {
                order: record.order,
                verdict: record.verdict.clone(),
            };
            return Ok(Some(Held {
                hash: record.entry.hash(),
                standing,
            }));
        }
        if let Some(one) = self.next.waiting.get(&id) {
            let standing = Standing::Waiting {
                ancestor: one.ancestor,
            };
            return Ok(Some(Held {
                hash: one.entry.hash(),
                standing,
            }));
        }
        self.holdings.entry(id)
    }

    fn other_at_sequence(&self, entry: &Entry) -> Result<Option<EntryId>, H::Error> {
        let place = (entry.device, entry.sequence);
        let first = match self.sequences.get(&place) {
            Some(id) => Some(*id),
            None => self.holdings.at_sequence(entry.device, entry.sequence)?,
        };
        Ok(first.filter(|id| *id != entry.id))
    }

    fn is_recorded(&self, id: EntryId) -> Result<bool, H::Error> {
        let recorded = |held: Held| matches!(held.standing, Standing::Recorded { .. });
        Ok(self.held(id)?.is_some_and(recorded))
    }

    fn answer(&self, id: EntryId) -> EntryVerdict {
        if let Some(record) = self.recorded.get(&id).map(|place| &self.records[*place]) {
            return EntryVerdict {
                id,
                order: Some(record.order),
                verdict: record.verdict.clone(),
            };
        }
        let ancestor = self.next.waiting.get(&id).map_or(id, |one| one.ancestor);
        unrecorded(id, Outcome::Waiting(ancestor))
    }

    fn close(self, mut answers: Vec<EntryVerdict>) -> Proceedings {
        // An entry that waited when it was taken may have been set free later in the batch.
        for answer in &mut answers {
            if matches!(answer.verdict.outcome, Outcome::Waiting(_)) {
                *answer = self.answer(answer.id);
            }
        }
        let waiting = self
            .waits
            .iter()
            .filter_map(|id| self.next.waiting.get(id).cloned())
            .collect();
        let Self {
            next,
            records,
            quarantined,
            ..
        } = self;
        Proceedings {
            records,
            waiting,
            quarantined,
            answers,
            next,
        }
    }
}

fn unrecorded(id: EntryId, outcome: Outcome) -> EntryVerdict {
    EntryVerdict {
        id,
        order: None,
        verdict: Verdict::whole(outcome),
    }
}

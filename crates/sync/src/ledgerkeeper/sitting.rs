//! One batch being judged.

use super::{Held, Holdings, Ledgerkeeper, NewRecord, Proceedings, Standing, WaitingEntry};
use crate::signature::Signatures;
use baton_domain::entry::{Entry, EntryBody};
use baton_domain::guard::{Guard, is_off};
use baton_domain::id::{DeviceId, EntryId};
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Reason, Refusal, fold, judge};
use baton_ledger::SignedEntry;
use baton_ledger::message::EntryVerdict;
use imbl::OrdMap;
use std::collections::{HashMap, HashSet, VecDeque};

/// One batch being judged: the keeper as it will be, and what has to be written.
pub(super) struct Sitting<'a, H> {
    holdings: &'a H,
    pub(super) next: Ledgerkeeper,
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
    pub(super) fn new(keeper: &Ledgerkeeper, holdings: &'a H) -> Self {
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
    pub(super) fn take(
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
        let held = match is_off(Guard::Dedupe) {
            true => None,
            false => self.held(entry.id)?,
        };
        if let Some(held) = held.as_ref().filter(|held| held.hash == signed.hash()) {
            match &held.standing {
                Standing::Recorded { order, verdict } => {
                    return Ok(EntryVerdict {
                        id: entry.id,
                        order: Some(*order),
                        verdict: match is_off(Guard::StoredVerdicts) {
                            true => judge(&self.next.state, entry),
                            false => verdict.clone(),
                        },
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
        let verdict = match self.other_offer(entry)? {
            Some(refusal) => Verdict::whole(Outcome::Disputed(refusal)),
            None => judge(&self.next.state, entry),
        };
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
    pub(super) fn record(&mut self, one: WaitingEntry, verdict: Verdict) {
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
    pub(super) fn wake(&mut self) -> Result<(), H::Error> {
        while let Some(news) = self.news.pop_front() {
            for id in self.concerned(news) {
                if let Some(one) = self.next.waiting.get(&id).cloned() {
                    self.judge(one)?;
                }
            }
        }
        Ok(())
    }

    /// What waits and is to be judged again because of what was recorded under `news`: what
    /// builds on it, and after a revocation whatever that device or person sent (R33, R38).
    fn concerned(&self, news: EntryId) -> Vec<EntryId> {
        let body = self
            .recorded
            .get(&news)
            .map(|place| &self.records[*place].entry.entry().body);
        let of = |revoked: &dyn Fn(&Entry) -> bool| {
            let waiting = self.next.waiting.iter();
            waiting
                .filter(|(_, one)| revoked(one.entry.entry()))
                .map(|(id, _)| *id)
                .collect()
        };
        match body {
            Some(EntryBody::DeviceRevoked(device)) => of(&|entry| entry.device == *device),
            Some(EntryBody::PersonRecorded(person)) if !person.active => {
                of(&|entry| entry.actor == person.id)
            }
            _ => self.next.waiting_for(news),
        }
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

    /// Why a receipt does not answer the offer that is recorded here under that id: it binds to
    /// other bytes. It is a fact, so it is kept as disputed (R32, R37).
    fn other_offer(&self, entry: &Entry) -> Result<Option<Refusal>, H::Error> {
        let EntryBody::TransferAnswered {
            transfer,
            offer_hash: Some(hash),
            ..
        } = &entry.body
        else {
            return Ok(None);
        };
        let held = self.held(*transfer)?;
        let other = held.is_some_and(|held| held.hash != *hash) && !is_off(Guard::OfferHash);
        Ok(other.then(|| Refusal::new(Reason::Conflicting).entry(*transfer)))
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

    pub(super) fn close(self, mut answers: Vec<EntryVerdict>) -> Proceedings {
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

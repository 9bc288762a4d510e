//! From an answer of the server to what it changes.
//!
//! The whole change is worked out before anything of it is written, the new base included, so
//! that an answer that cannot be read or contradicts itself leaves store and memory alone.
//! Answers may be late, doubled and out of order: what the base has already is left out, and a
//! verdict that is known says nothing new.

use crate::engine::{Engine, is_beyond};
use crate::error::SyncError;
use crate::loss::Loss;
use crate::pending::Pending;
use crate::private;
use baton_domain::id::EntryId;
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Reason, Refusal, State, fold};
use baton_ledger::message::{PROTOCOL, Recorded, SyncRequest, SyncResponse};
use baton_ledger::{SignedEntry, page};
use baton_store::{Settled, SyncUpdate};
use std::collections::{HashMap, HashSet};

/// What an answer changes: to be written to the store, then given to [`Engine::apply`].
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) update: SyncUpdate,
    pub(crate) base: State,
    pub(crate) unread: HashSet<EntryId>,
    pub(crate) unknown_device: HashSet<EntryId>,
    pub(crate) loss: Option<Loss>,
    pub(crate) changed_verdicts: Vec<EntryId>,
    /// A private part went out of sight.
    pub(crate) hidden: bool,
    /// Among the changes is what only a newer build can read.
    pub(crate) partly_read: bool,
}

/// What an answer changed, as far as a person has to hear of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Own entries that got a verdict.
    pub settled: Vec<EntryId>,
    /// Own entries whose verdict is another than before: only a restored server does that.
    pub changed_verdicts: Vec<EntryId>,
    /// Own movements that the server has and this phone has not.
    pub loss: Option<Loss>,
}

impl Plan {
    /// What the store has to write.
    pub fn update(&self) -> &SyncUpdate {
        &self.update
    }

    /// True where nothing is to be written.
    pub fn is_empty(&self) -> bool {
        let update = &self.update;
        update.from == update.cursor
            && update.changes.is_empty()
            && update.settled.is_empty()
            && update.waiting.is_empty()
            && update.relayed.is_empty()
            && self.loss.is_none()
    }
}

/// Makes the products known that a page brings and the state has never met, before the entries
/// beside it are folded: whether a use takes a piece away depends on its product (R17).
pub(crate) fn meet_products(state: &mut State, page: &[u8]) -> Result<(), SyncError> {
    let mut brought = State::default();
    page::read_into(&mut brought, page)?;
    for product in brought.products() {
        if state.product(&product.id).is_none() {
            state.put_product(product.clone());
        }
    }
    Ok(())
}

impl Engine {
    /// Works out what an answer changes. Nothing is changed yet.
    pub fn plan(&self, request: &SyncRequest, response: &SyncResponse) -> Result<Plan, SyncError> {
        if response.protocol > PROTOCOL {
            return Err(SyncError::UpdateApp);
        }
        let other = self
            .incarnation
            .is_some_and(|incarnation| incarnation != response.incarnation);
        if response.snapshot_needed || other || (self.needs_snapshot() && self.cursor > 0) {
            return Err(SyncError::SnapshotNeeded);
        }
        if request.cursor > self.cursor {
            return Err(SyncError::Contradictory("it was asked from a later point"));
        }
        let (mut base, changes) = self.moved_base(response)?;
        let may_hide =
            |(_, entry): &(Recorded, SignedEntry)| private::may_hide(&entry.entry().body);
        let hidden = changes.iter().any(may_hide)
            && self
                .person
                .is_some_and(|person| private::hide(&mut base, person));
        let words = Words::of(request, response, &changes);
        let mut plan = self.settle(&words, response);
        plan.unread = self.unread(&words);
        plan.base = base;
        plan.hidden = hidden;
        plan.partly_read = changes.iter().any(|(_, entry)| is_beyond(entry));
        plan.update.changes = changes.into_iter().map(|(recorded, _)| recorded).collect();
        Ok(plan)
    }

    /// What lets go of entries of phones that the server does not know, be they carried or offered
    /// again, as though they had been refused: a carried one stays in the history, without effect,
    /// and should its phone become known after all, the server's word replaces the person's. Others
    /// are left as they are; `None` where nothing is let go.
    pub fn let_go(&self, ids: &[EntryId]) -> Option<Plan> {
        let response = SyncResponse {
            protocol: PROTOCOL,
            incarnation: self.incarnation?,
            verdicts: Vec::new(),
            changes: Vec::new(),
            page: None,
            cursor: self.cursor,
            more: false,
            acked_sequence: self.sequence,
            revoked: false,
            snapshot_needed: false,
        };
        let carried = self
            .pending
            .iter()
            .filter(|one| one.carried && one.held_back);
        let waiting = carried.map(|one| &one.entry).chain(self.forgotten());
        let refused = Verdict::whole(Outcome::Refused(Refusal::new(Reason::Unverified)));
        let word = |id| {
            let word = Word {
                order: None,
                verdict: &refused,
                of: None,
            };
            (id, word)
        };
        let said: HashMap<_, _> = waiting
            .map(|entry| entry.entry().id)
            .filter(|id| ids.contains(id))
            .map(word)
            .collect();
        let words = Words {
            said,
            borne: HashMap::new(),
            sent: None,
        };
        (!words.said.is_empty()).then(|| self.settle(&words, &response))
    }

    /// The base with the changes folded and the page read.
    fn moved_base(
        &self,
        response: &SyncResponse,
    ) -> Result<(State, Vec<(Recorded, SignedEntry)>), SyncError> {
        let mut base = self.base.clone();
        let page = response
            .page
            .as_ref()
            .filter(|_| response.cursor > self.cursor);
        if let Some(page) = page {
            meet_products(&mut base, page)?;
        }
        let mut changes = Vec::new();
        let mut last = 0;
        for recorded in &response.changes {
            if recorded.order <= last || recorded.order > response.cursor {
                return Err(SyncError::Contradictory("its changes are out of order"));
            }
            last = recorded.order;
            if recorded.order > self.cursor {
                let entry = recorded.entry()?;
                fold(&mut base, entry.entry(), &recorded.verdict);
                changes.push((recorded.clone(), entry));
            }
        }
        if let Some(page) = page {
            page::read_into(&mut base, page)?;
        }
        Ok((base, changes))
    }

    fn settle(&self, words: &Words<'_>, response: &SyncResponse) -> Plan {
        let mut plan = self.unchanged(response);
        for pending in &self.pending {
            let id = pending.entry.entry().id;
            let Some(Word { order, verdict, .. }) = words.on(&pending.entry) else {
                continue;
            };
            match verdict.outcome {
                Outcome::Waiting(ancestor) if ancestor == id => {
                    plan.unknown_device.insert(id);
                }
                Outcome::Waiting(ancestor) if pending.waiting_for == Some(ancestor) => {}
                Outcome::Waiting(ancestor) => plan.update.waiting.push((id, ancestor)),
                _ => plan.update.settled.push(Settled {
                    id,
                    order: *order,
                    verdict: Verdict::clone(verdict),
                }),
            }
        }
        for own in &self.history {
            let id = own.entry.entry().id;
            let Some(Word { order, verdict, .. }) = words.on(&own.entry) else {
                continue;
            };
            let waits = matches!(verdict.outcome, Outcome::Waiting(_));
            if !waits && (*order != own.order || **verdict != own.verdict) {
                plan.update.settled.push(Settled {
                    id,
                    order: *order,
                    verdict: Verdict::clone(verdict),
                });
                if **verdict != own.verdict {
                    plan.changed_verdicts.push(id);
                }
            }
        }
        for relayed in &self.relay {
            let id = relayed.entry.entry().id;
            match words.on(&relayed.entry) {
                None => {}
                Some(word) if word.verdict.outcome == Outcome::Waiting(id) => {
                    plan.unknown_device.insert(id);
                }
                Some(_) => plan.update.relayed.push(id),
            }
        }
        plan
    }

    /// A plan that changes nothing but what the answer says of itself.
    fn unchanged(&self, response: &SyncResponse) -> Plan {
        let device = self
            .device
            .filter(|_| response.acked_sequence > self.sequence);
        let update = SyncUpdate {
            incarnation: response.incarnation,
            from: self.cursor,
            cursor: response.cursor.max(self.cursor),
            changes: Vec::new(),
            page: response
                .page
                .clone()
                .filter(|_| response.cursor > self.cursor),
            settled: Vec::new(),
            waiting: Vec::new(),
            relayed: Vec::new(),
            acked_sequence: response.acked_sequence,
        };
        Plan {
            update,
            base: self.base.clone(),
            unread: HashSet::new(),
            unknown_device: HashSet::new(),
            loss: device
                .and_then(|device| Loss::between(device, self.sequence, response.acked_sequence)),
            changed_verdicts: Vec::new(),
            hidden: false,
            partly_read: false,
        }
    }

    /// What was sent and is not answered: the server could not read it.
    fn unread(&self, words: &Words<'_>) -> HashSet<EntryId> {
        let sent = words.sent.as_ref();
        let was_sent = |one: &&Pending| sent.is_some_and(|sent| sent.contains(one.entry.bytes()));
        self.pending
            .iter()
            .filter(was_sent)
            .filter(|pending| words.on(&pending.entry).is_none())
            .map(|pending| pending.entry.entry().id)
            .collect()
    }
}

/// A word of the server on an entry.
struct Word<'r> {
    order: Option<u64>,
    verdict: &'r Verdict,
    /// What was signed, where that is known.
    of: Option<&'r SignedEntry>,
}

/// Every verdict that an answer tells, by the entry's id.
struct Words<'r> {
    /// On what was sent.
    said: HashMap<EntryId, Word<'r>>,
    /// Beside a change.
    borne: HashMap<EntryId, Word<'r>>,
    /// The bytes that were sent; none where a person says it, and not the server.
    sent: Option<HashSet<&'r [u8]>>,
}

impl<'r> Words<'r> {
    fn of(
        request: &'r SyncRequest,
        response: &'r SyncResponse,
        changes: &'r [(Recorded, SignedEntry)],
    ) -> Self {
        let said = response.verdicts.iter().map(|said| {
            let word = Word {
                order: said.order,
                verdict: &said.verdict,
                of: None,
            };
            (said.id, word)
        });
        let borne = changes.iter().map(|(recorded, entry)| {
            let word = Word {
                order: Some(recorded.order),
                verdict: &recorded.verdict,
                of: Some(entry),
            };
            (entry.entry().id, word)
        });
        Self {
            said: said.collect(),
            borne: borne.collect(),
            sent: Some(request.entries.iter().map(Vec::as_slice).collect()),
        }
    }

    /// The word on an entry that lies here. What was sent or recorded under its id in other bytes is
    /// another entry, and the word on it says nothing of this one (R32).
    fn on(&self, entry: &SignedEntry) -> Option<&Word<'r>> {
        let id = entry.entry().id;
        let is_it = |word: &&Word| {
            word.of
                .is_some_and(|of| of == entry || of.hash() == entry.hash())
        };
        let was_sent = |_: &&Word| {
            let sent = self.sent.as_ref();
            sent.is_none_or(|sent| sent.contains(entry.bytes()))
        };
        let said = || self.said.get(&id).filter(was_sent);
        self.borne.get(&id).filter(is_it).or_else(said)
    }
}

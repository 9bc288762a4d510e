//! What a phone knows, and what it has to say.
//!
//! *Base* is the fold of what the server decided, up to one order number: the cursor. *View* is
//! the base with this phone's own pending entries judged and folded on top, and it is what
//! people see. Both are persistent maps, so a view begins as a copy of a few pointers.
//!
//! Recording folds one entry on the view. An answer of the server moves the base, and then the
//! pending entries are replayed on it. One that no longer holds stays pending and says so; only
//! the server's verdict takes an entry out of the outbox.
//!
//! Three things keep the view from lying in between:
//!
//! - an own entry that has its verdict but whose order number lies beyond the cursor (the
//!   answers come in portions) is replayed like a pending one until the base reaches it;
//! - another phone's entry that came by a code lies among the pending ones (see [`crate::carried`]);
//! - a cancelled offer frees its lines only when the server says so, unless the offer itself has
//!   never left this phone (R8).
//!
//! The order of work is always store first, then memory: [`Engine::record`] after `append`,
//! [`Engine::apply`] after the store's `apply`. A crash between the two loses nothing, because
//! the next start loads what the store has.

use crate::carried;
use crate::error::SyncError;
use crate::loss::{HighWater, Loss};
use crate::pending::{Pending, Relayed};
use crate::plan::{Applied, Plan, meet_products};
use crate::private;
use crate::status::{Activity, Status};
use baton_domain::id::{DeviceId, EntryId, PersonId};
use baton_domain::product::Product;
use baton_domain::query::has_happened;
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Entry, EntryBody, Reason, Refusal, State, fold, judge};
use baton_ledger::SignedEntry;
use baton_ledger::message::{Incarnation, SnapshotManifest, SyncRequest};
use baton_ledger::page::{self, Filter};
use baton_store::{Change, Generation, HISTORY_LOADED, Loaded, Own, Source, Unsent};
use std::collections::HashSet;

/// A new generation is due after this many changes: they are what a start has to replay.
pub const GENERATION_CHANGES: usize = 1_000;

/// The engine of one phone.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) device: Option<DeviceId>,
    pub(crate) person: Option<PersonId>,
    /// The server's word for this phone.
    pub(crate) certificate: Vec<u8>,
    /// The server called this phone unknown: the next requests bring its certificate.
    pub(crate) vouches: bool,
    pub(crate) incarnation: Option<Incarnation>,
    pub(crate) cursor: u64,
    pub(crate) sequence: u64,
    pub(crate) base: State,
    view: State,
    pub(crate) pending: Vec<Pending>,
    /// Own entries and carried ones with their verdict, oldest first.
    pub(crate) history: Vec<Own>,
    /// To be offered again to a restored server.
    pub(crate) relay: Vec<Relayed>,
    /// Products found elsewhere, which an answer that was planned before them must not forget.
    learned: Vec<Product>,
    changes_since_generation: usize,
    /// Records of a newer build were folded into the base, as far as this build reads them.
    partly_read: bool,
    base_damaged: bool,
    judge: Judge,
    /// What is said of entries whose phone nobody vouches for.
    pub(crate) unverified: Verdict,
}

/// What gives verdicts: [`baton_domain::judge`].
pub type Judge = fn(&State, &Entry) -> Verdict;

/// In the place of the rules where nothing is to be judged.
fn nothing_to_judge(_: &State, _: &Entry) -> Verdict {
    Verdict::accepted()
}

impl Engine {
    /// Starts from what the store has. A base that cannot be read is left out, and
    /// [`Self::needs_snapshot`] says so: own work goes on, and is sent once there is one.
    pub fn new(loaded: Loaded) -> Self {
        Self::judging(loaded, Some(judge))
    }

    /// True where something of this phone's own lies on top of the base: to show it, the rules
    /// have to be at hand.
    pub fn is_to_judge(loaded: &Loaded) -> bool {
        let beyond = |own: &Own| own.order.is_some_and(|order| order > loaded.cursor);
        !loaded.outbox.is_empty() || !loaded.relay.is_empty() || loaded.history.iter().any(beyond)
    }

    /// The same for a phone that fetches the rules only when it needs them. They may lack where
    /// [`Self::is_to_judge`] says so, until [`Self::judge_by`] brings them.
    pub fn judging(loaded: Loaded, judge: Option<Judge>) -> Self {
        let base = if loaded.base_damaged {
            None
        } else {
            read_base(&loaded).ok()
        };
        let partly_read = base.as_ref().is_some_and(|base| base.partly_read);
        let person = loaded.identity.as_ref().map(|identity| identity.person);
        let pending = |unsent: Unsent| {
            let is_own = person.is_none_or(|person| unsent.entry.entry().actor == person);
            Pending::loaded(unsent, is_own)
        };
        let identity = loaded.identity;
        let mut engine = Self {
            device: identity.as_ref().map(|identity| identity.device),
            person,
            certificate: identity.map_or(Vec::new(), |identity| identity.certificate),
            vouches: false,
            incarnation: loaded.incarnation,
            cursor: loaded.cursor,
            sequence: loaded.sequence,
            base_damaged: base.is_none(),
            partly_read,
            base: base.map(|base| base.state).unwrap_or_default(),
            view: State::default(),
            pending: loaded.outbox.into_iter().map(pending).collect(),
            history: loaded.history,
            relay: loaded
                .relay
                .into_iter()
                .map(|entry| Relayed {
                    entry,
                    held_back: false,
                })
                .collect(),
            learned: Vec::new(),
            changes_since_generation: loaded.changes.len(),
            judge: judge.unwrap_or(nothing_to_judge),
            unverified: Verdict::whole(Outcome::Disputed(Refusal::new(Reason::Unverified))),
        };
        engine.replay();
        engine
    }

    /// What people see: the base with everything pending on top.
    pub fn view(&self) -> &State {
        &self.view
    }

    /// What the server decided, up to [`Self::cursor`].
    pub fn base(&self) -> &State {
        &self.base
    }

    /// The order number of the base.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// True before the first sync, and where the base cannot be read.
    pub fn needs_snapshot(&self) -> bool {
        self.base_damaged || self.incarnation.is_none()
    }

    /// Own entries without a final verdict, in the order they were recorded.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// Own entries with their verdict, newest first.
    pub fn history(&self) -> impl Iterator<Item = &Own> {
        self.history.iter().rev()
    }

    /// Every own entry known here, newest first, with those of others that a person has to look at.
    pub fn activity(&self) -> impl Iterator<Item = Activity<'_>> {
        let pending = self.pending.iter().rev().map(Activity::pending);
        let forgotten: HashSet<EntryId> = self.forgotten().map(|entry| entry.entry().id).collect();
        let shown_so = self
            .forgotten()
            .rev()
            .map(|entry| Activity::forgotten(entry, &self.unverified));
        let decided = self
            .history()
            .filter(move |own| !forgotten.contains(&own.entry.entry().id));
        pending
            .chain(shown_so)
            .chain(decided.map(Activity::decided))
    }

    /// What a restored server had recorded before and does not take again, because it does not know
    /// the phone that signed it and nobody vouches for that.
    pub(crate) fn forgotten(&self) -> impl DoubleEndedIterator<Item = &SignedEntry> {
        let held_back = self.relay.iter().filter(|relayed| relayed.held_back);
        held_back.map(|relayed| &relayed.entry)
    }

    /// Where an own entry stands.
    pub fn status_of(&self, id: EntryId) -> Option<Status> {
        self.activity()
            .find(|activity| activity.entry.entry().id == id)
            .map(|activity| activity.status)
    }

    /// The sequence that the next own entry takes.
    pub fn next_sequence(&self) -> u64 {
        self.sequence + 1
    }

    /// What this phone lost, as the mark says that was kept outside the database.
    pub fn lost(&self, mark: HighWater) -> Option<Loss> {
        let here = if self.device == Some(mark.device) {
            self.sequence
        } else {
            0
        };
        Loss::between(mark.device, here, mark.sequence)
    }

    /// Brings the rules. Whoever gives the engine something to judge brings them first.
    pub fn judge_by(&mut self, judge: Judge) {
        self.judge = judge;
    }

    /// Takes an own entry that the store has appended.
    pub fn record(&mut self, entry: SignedEntry) {
        self.sequence = self.sequence.max(entry.entry().sequence);
        let mut pending = Pending::recorded(entry);
        pending.replay_on(&mut self.view, &self.base, &self.pending, self.judge);
        self.pending.push(pending);
    }

    /// Takes other phones' entries that the store has taken in. What lies here already is left.
    pub fn take_in(&mut self, batch: Vec<Unsent>) {
        // All are looked for first: an offer is taken at its word, and once it is laid down, what it
        // rests on looks as if it had happened. The store has it, so it goes out at the next sync.
        let fresh = |unsent: &Unsent| !has_happened(&self.view, unsent.entry.entry());
        let fresh: Vec<Unsent> = batch.into_iter().filter(fresh).collect();
        for unsent in fresh {
            if self.signed(unsent.entry.entry().id).is_none() {
                let mut pending = Pending::loaded(unsent, false);
                pending.replay_on(&mut self.view, &self.base, &self.pending, self.judge);
                self.pending.push(pending);
            }
        }
    }

    /// An entry that is pending here or in the history, as it was signed.
    pub fn signed(&self, id: EntryId) -> Option<&SignedEntry> {
        let pending = self.pending.iter().map(|pending| &pending.entry);
        let history = self.history.iter().map(|own| &own.entry);
        pending.chain(history).find(|entry| entry.entry().id == id)
    }

    /// An entry about a transfer or a proposal (itself, or what ends it) that is pending here or in
    /// the history and is what is asked for.
    pub fn signed_of(
        &self,
        about: EntryId,
        is_it: &dyn Fn(&Entry) -> bool,
    ) -> Option<&SignedEntry> {
        let pending = self.pending.iter().map(|pending| &pending.entry);
        let history = self.history.iter().map(|own| &own.entry);
        pending.chain(history).find(|signed| {
            let entry = signed.entry();
            let answers = entry.body.transfer().or(entry.body.proposal());
            (entry.id == about || answers == Some(about)) && is_it(entry)
        })
    }

    /// A pending entry: one that the server has not confirmed.
    pub fn unconfirmed(&self, id: EntryId) -> Option<&Pending> {
        let is_it = |pending: &&Pending| pending.entry.entry().id == id;
        self.pending.iter().find(is_it)
    }

    /// Notes that an entry was shown as a code: from now on it may be on another phone, and a
    /// cancellation frees nothing until the server has accepted it (R8).
    pub fn mark_shown(&mut self, id: EntryId) {
        for pending in &mut self.pending {
            pending.may_have_left |= pending.entry.entry().id == id;
        }
    }

    /// Products found elsewhere, such as by a search of the whole catalogue: known from now on,
    /// in memory only.
    pub fn learn_products(&mut self, products: Vec<Product>) {
        for product in &products {
            self.base.put_product(product.clone());
            self.view.put_product(product.clone());
        }
        self.learned.extend(products);
    }

    /// How many entries wait to be sent.
    pub fn to_send(&self) -> usize {
        let own = self
            .pending
            .iter()
            .filter(|pending| pending.is_to_send())
            .count();
        own + self
            .relay
            .iter()
            .filter(|relayed| !relayed.held_back)
            .count()
    }

    /// The server does not know this phone: its enrolment may have gone with an old backup. True
    /// where there is something new to try, the certificate that it once gave.
    pub fn vouch(&mut self) -> bool {
        let tries = !self.vouches && !self.certificate.is_empty();
        self.vouches |= tries;
        tries
    }

    /// Sets aside what the server cannot take, until the next start: it must not keep the rest.
    pub fn set_aside(&mut self, request: &SyncRequest) {
        for pending in &mut self.pending {
            pending.set_aside |= request
                .entries
                .iter()
                .any(|sent| sent == pending.entry.bytes());
        }
    }

    /// Takes over what an answer changes, after the store has written it.
    pub fn apply(&mut self, plan: Plan) -> Applied {
        let Plan {
            update,
            base,
            unread,
            unknown_device,
            loss,
            changed_verdicts,
            hidden,
            partly_read,
        } = plan;
        self.partly_read |= partly_read;
        self.changes_since_generation += update.changes.len() + usize::from(update.page.is_some());
        if update.cursor > self.cursor {
            self.pending
                .iter_mut()
                .for_each(|pending| pending.held_back = false);
            self.relay
                .iter_mut()
                .for_each(|relayed| relayed.held_back = false);
        }
        if hidden {
            // What was hidden goes from the store with the next generation: soon.
            self.changes_since_generation = GENERATION_CHANGES;
        }
        self.base = base;
        for product in &self.learned {
            if self.base.product(&product.id).is_none() {
                self.base.put_product(product.clone());
            }
        }
        self.vouches = false;
        self.incarnation = Some(update.incarnation);
        self.cursor = update.cursor;
        self.sequence = self.sequence.max(update.acked_sequence);
        let settled = update.settled.iter().map(|settled| settled.id).collect();
        // A plan settles in the order of what is pending, so that one walk finds all of it.
        let mut words = update.settled.into_iter().peekable();
        for pending in std::mem::take(&mut self.pending) {
            let id = pending.entry.entry().id;
            match words.next_if(|settled| settled.id == id) {
                Some(settled) => self.history.push(Own {
                    entry: pending.entry,
                    order: settled.order,
                    verdict: settled.verdict,
                }),
                None => self.pending.push(pending),
            }
        }
        // And then what was settled before and is judged otherwise now.
        for settled in words {
            debug_assert!(
                !(self.pending.iter()).any(|pending| pending.entry.entry().id == settled.id),
                "a plan is applied to the pending entries that it was made of"
            );
            let of = |own: &&mut Own| own.entry.entry().id == settled.id;
            if let Some(own) = self.history.iter_mut().find(of) {
                (own.order, own.verdict) = (settled.order, settled.verdict);
            }
        }
        for pending in &mut self.pending {
            let id = pending.entry.entry().id;
            if let Some((_, ancestor)) = update.waiting.iter().find(|(waiting, _)| *waiting == id) {
                pending.waiting_for = Some(*ancestor);
            }
            pending.sent = false;
            pending.set_aside |= unread.contains(&id);
            pending.held_back |= unknown_device.contains(&id);
        }
        self.relay
            .retain(|relayed| !update.relayed.contains(&relayed.entry.entry().id));
        for relayed in &mut self.relay {
            relayed.held_back |= unknown_device.contains(&relayed.entry.entry().id);
        }
        let surplus = self
            .history
            .len()
            .saturating_sub(2 * HISTORY_LOADED as usize);
        self.history.drain(..surplus);
        self.replay();
        Applied {
            settled,
            changed_verdicts,
            loss,
        }
    }

    /// True once so much has come after the last generation that the next start would be slow.
    pub fn generation_due(&self) -> bool {
        self.changes_since_generation >= GENERATION_CHANGES
    }

    /// How much has come after the last generation: on idle, anything is reason enough.
    pub fn changes_since_generation(&self) -> usize {
        self.changes_since_generation
    }

    /// The base as a generation to be written. None where it rests on what only a newer build reads:
    /// that one has to find the records themselves, not what this one made of them.
    pub fn generation(&self, now_ms: i64) -> Option<Generation> {
        let whole = !self.partly_read && page::can_hold(&self.base);
        whole.then(|| Generation {
            order: self.cursor,
            pages: page::write(&self.base, Filter::Everything),
            written_at_ms: now_ms,
            source: Source::Base,
        })
    }

    /// Notes that a generation was written.
    pub fn generation_written(&mut self, generation: &Generation) {
        if generation.order == self.cursor {
            self.changes_since_generation = 0;
        }
    }

    /// A server's snapshot as a generation to be written, once every page of it could be read.
    /// Then start anew from the store.
    pub fn load_snapshot(
        manifest: &SnapshotManifest,
        pages: Vec<Vec<u8>>,
        now_ms: i64,
    ) -> Result<Generation, SyncError> {
        if pages.len() != manifest.pages as usize {
            return Err(SyncError::Contradictory(
                "the snapshot has another number of pages than it says",
            ));
        }
        page::read_all(pages.iter().map(Vec::as_slice))?;
        let source = Source::Server {
            incarnation: manifest.incarnation,
        };
        Ok(Generation {
            order: manifest.order,
            pages,
            written_at_ms: now_ms,
            source,
        })
    }

    /// Lays the view on the base anew.
    fn replay(&mut self) {
        self.view = self.base.clone();
        for own in self.beyond_the_base() {
            let entry = own.entry.entry();
            if self.person.is_some_and(|person| person != entry.actor) {
                carried::lay(&mut self.view, &self.base, entry, self.judge);
                continue;
            }
            let verdict = (self.judge)(&self.view, entry);
            if !matches!(verdict.outcome, Outcome::Waiting(_)) {
                fold(&mut self.view, entry, &verdict);
            }
        }
        for place in 0..self.pending.len() {
            let (before, rest) = self.pending.split_at_mut(place);
            if let Some(pending) = rest.first_mut() {
                pending.replay_on(&mut self.view, &self.base, before, self.judge);
            }
        }
    }

    /// Own entries with a verdict whose order number the base has not reached.
    fn beyond_the_base(&self) -> Vec<Own> {
        let offered: HashSet<EntryId> = self
            .relay
            .iter()
            .map(|relayed| relayed.entry.entry().id)
            .collect();
        let beyond = |own: &&Own| {
            own.order.is_some_and(|order| order > self.cursor)
                && !offered.contains(&own.entry.entry().id)
        };
        let mut beyond: Vec<Own> = self.history.iter().filter(beyond).cloned().collect();
        beyond.sort_by_key(|own| own.order);
        beyond
    }
}

/// What a store's pages and changes led to.
struct Base {
    state: State,
    partly_read: bool,
}

fn read_base(loaded: &Loaded) -> Result<Base, SyncError> {
    let mut base = page::read_all(loaded.pages.iter().map(Vec::as_slice))?;
    let mut partly_read = false;
    for change in &loaded.changes {
        if let Change::Page(page) = change {
            meet_products(&mut base, page)?;
        }
    }
    for change in &loaded.changes {
        match change {
            Change::Entry(recorded) => {
                let entry = recorded.entry()?;
                partly_read |= is_beyond(&entry);
                fold(&mut base, entry.entry(), &recorded.verdict);
            }
            Change::Page(page) => page::read_into(&mut base, page)?,
        }
    }
    if let Some(identity) = &loaded.identity {
        private::hide(&mut base, identity.person);
    }
    Ok(Base {
        state: base,
        partly_read,
    })
}

/// True for a record of which only a newer build knows what it says.
pub(crate) fn is_beyond(entry: &SignedEntry) -> bool {
    matches!(entry.entry().body, EntryBody::Unknown { .. })
}

//! What must hold after every step, and at the end.

use super::phone::Phone;
use super::run::Run;
use super::server::Tables;
use crate::{Engine, NewRecord, Pending, Status};
use baton_domain::case::Case;
use baton_domain::id::{EntryId, LineId, TransferId};
use baton_domain::stock::{LineRef, StockLine};
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Entry, EntryBody, State, fold};
use baton_ledger::SignedEntry;
use baton_store::LedgerStore;
use baton_store::conformance::ready;
use std::collections::{BTreeSet, HashMap};

impl Run {
    /// I1 to I6 and I8, as far as this step can have touched them: the lines and lots that new
    /// records name, and the phones that changed. I2 is also checked as the server writes.
    pub(super) fn check(&mut self) {
        let before = self.verdicts.len();
        let mut products = BTreeSet::new();
        let mut lines = BTreeSet::new();
        for record in self.server.tables.records.iter().skip(before) {
            let entry = record.entry.entry();
            let first = self
                .verdicts
                .insert(entry.id, (record.order, record.verdict.clone()));
            assert!(first.is_none(), "I4, I5: {} has two verdicts", entry.id);
            check_heads(&self.prefix, entry, &record.verdict);
            check_handoff(&self.server.tables, &mut self.ended, record);
            let state = self.server.keeper.state();
            if record.order == self.server.keeper.order() {
                self.prefix = state.clone();
            } else {
                fold(&mut self.prefix, entry, &record.verdict);
            }
            self.balance
                .record(state, entry, &record.verdict, &mut products);
            lines.extend(touched(state, entry));
            if record.verdict.dispute().is_some() {
                self.disputed.push(entry.id);
            }
        }
        let state = self.server.keeper.state();
        self.balance.check_products(state, &products);
        for line in lines.iter().filter_map(|line| state.line(*line)) {
            check_line(state, line);
        }
        if self.verdicts.len() > before {
            self.check_disputes();
        }
        for place in std::mem::take(&mut self.changed) {
            self.check_saved(place);
            self.check_shown(&self.phones[place]);
        }
    }

    /// The same by looking at everything: what the steps looked at must have been enough.
    pub(super) fn check_whole(&self) {
        self.balance.check(self.server.keeper.state());
        check_lines(self.server.keeper.state());
        for phone in &self.phones {
            check_lines(phone.engine.view());
            for id in phone.saved.iter().filter(|id| !self.evicted.contains(id)) {
                let known = self.verdicts.contains_key(id) || self.lies_somewhere(*id);
                assert!(known, "I3: {id} was saved and is nowhere");
            }
        }
        let known: BTreeSet<EntryId> = self.disputed.iter().copied().collect();
        for record in &self.server.tables.records {
            let id = record.entry.entry().id;
            assert_eq!(
                record.verdict.dispute().is_some(),
                known.contains(&id),
                "I8: {id}"
            );
        }
    }

    /// What somebody carries for a phone that is gone, and whose enrolment went with an old backup:
    /// nobody can vouch for it, so it stays where it is, and is neither lost nor believed.
    fn is_orphan(&self, one: &Pending) -> bool {
        let device = one.entry.entry().device;
        let known = self.server.keeper.state().device(device).is_some();
        one.carried && one.certificate.is_none() && !known && self.counts.of("restores") > 0
    }

    /// Of a phone that lost its storage, another one may carry what the restored server lacks.
    fn lies_somewhere(&self, id: EntryId) -> bool {
        self.phones.iter().any(|phone| phone.store.holds(id))
    }

    /// I3: what was called saved is in the outbox or has a verdict, or is known to be lost.
    fn check_saved(&mut self, place: usize) {
        let unsettled = std::mem::take(&mut self.phones[place].unsettled);
        let open = unsettled
            .into_iter()
            .filter(|id| !self.evicted.contains(id) && !self.verdicts.contains_key(id));
        let open: Vec<EntryId> = open.collect();
        for id in &open {
            assert!(
                self.lies_somewhere(*id),
                "I3: {id} was saved and is nowhere"
            );
        }
        self.phones[place].unsettled = open;
    }

    /// I5, I8 as a person sees them: no other verdict than the server's, and no dispute that looks
    /// confirmed.
    fn check_shown(&self, phone: &Phone) {
        for own in phone.engine.activity() {
            let Some(verdict) = own.verdict else { continue };
            let clean = matches!(own.status, Status::Confirmed);
            assert_eq!(clean, stands(verdict), "I8: a status hides a dispute");
            if phone.engine.incarnation == Some(self.server.incarnation)
                && self.counts.of("restores") == 0
            {
                let id = own.entry.entry().id;
                match self.server.tables.record(id) {
                    Some(record) if record.entry == *own.entry => {
                        let server = &self.verdicts[&id];
                        assert_eq!((own.order, verdict), (Some(server.0), &server.1), "I5");
                    }
                    _ => self.check_unrecorded(own.entry, own.order, verdict),
                }
            }
        }
    }

    /// I9: the word on other bytes under its id is not the word on an entry.
    fn check_unrecorded(&self, entry: &SignedEntry, order: Option<u64>, verdict: &Verdict) {
        let id = entry.entry().id;
        let none = order.is_none() && verdict.outcome != Outcome::Accepted;
        assert!(none, "I9: the word on other bytes is shown on {id}");
    }

    /// I8: a dispute is open until a person resolves it, and its resolution names him.
    fn check_disputes(&self) {
        let state = self.server.keeper.state();
        for id in &self.disputed {
            let kept = state.dispute(*id);
            assert!(kept.is_some(), "I8: {id} vanished");
            let resolved = kept.and_then(|kept| kept.resolved.as_ref());
            let by_whom = resolved.map(|resolved| self.verdicts.contains_key(&resolved.entry));
            assert_ne!(by_whom, Some(false), "I8: {id} ended by nobody");
        }
    }

    /// R31: nothing is said to be missing but what went with its phone, or lies where nobody can
    /// vouch for it. Gives how much that is.
    pub(super) fn check_missing(&self) -> u64 {
        let missing = self.server.tables.missing();
        let count = missing.iter().map(|gap| gap.count).sum();
        let outboxes = self.phones.iter().flat_map(|phone| phone.engine.pending());
        let orphans = outboxes.filter(|one| self.is_orphan(one)).count();
        let gone = (self.evicted.len() + orphans) as u64;
        assert!(count <= gone, "R31: {count} are missing, {gone} are gone");
        count
    }

    /// I7: everybody has the same state, and nothing is left to send. I4: nothing acknowledged is
    /// gone.
    pub(super) fn check_agreement(&self) {
        let state = self.server.keeper.state();
        assert!(*state == self.server.tables.replayed(), "I7: a replay");
        assert!(*state == state.reindexed(), "I1: an index lies");
        for phone in &self.phones {
            let stored = Engine::new(ready(phone.store.load()).unwrap());
            for engine in [&phone.engine, &stored] {
                let [here, there] = [engine.base(), state].map(without_details);
                assert!(
                    here == there,
                    "I7: a phone disagrees: {}",
                    difference(&here, &there)
                );
                let mut pending = engine.pending().iter();
                let waiting = pending.all(|one| one.waiting_for.is_some() || self.is_orphan(one));
                assert!(waiting, "I7: an outbox is not empty");
                self.check_forgotten(engine);
                let same = engine.view() == engine.base() || !engine.pending().is_empty();
                assert!(same, "I7: a view differs from its base");
            }
            for own in phone.engine.history() {
                let recorded = self.server.tables.record(own.entry.entry().id);
                if recorded.is_some_and(|record| record.entry != own.entry) {
                    self.check_unrecorded(&own.entry, own.order, &own.verdict);
                }
            }
            for id in phone.saved.iter().filter(|id| !self.evicted.contains(id)) {
                let tables = &self.server.tables;
                let orphan = phone.engine.unconfirmed(*id);
                let known = tables.record(*id).is_some()
                    || tables.waiting.contains_key(id)
                    || orphan.is_some_and(|one| self.is_orphan(one));
                assert!(known, "I4: {id} is gone");
            }
        }
    }

    /// I8: what a restored server does not take again, because nobody vouches for its phone any more,
    /// is shown to a person.
    fn check_forgotten(&self, engine: &Engine) {
        let state = self.server.keeper.state();
        for relayed in &engine.relay {
            let entry = relayed.entry.entry();
            let known = state.device(entry.device).is_some();
            let shown = engine.status_of(entry.id) == Some(Status::NeedsReview);
            // A phone that has just started does not know what the server says of it.
            let asked = relayed.held_back;
            assert!(!known && (shown || !asked), "I8: {} waits unseen", entry.id);
        }
    }
}

/// A state without the private parts of cases: what a phone loses sight of and sees again comes in
/// pages beside the changes, which this server does not write (R36).
fn without_details(state: &State) -> State {
    let mut open = state.clone();
    for case in state.cases().filter(|case| case.details.is_some()) {
        open.put_case(Case {
            details: None,
            ..case.clone()
        });
    }
    open
}

/// Where two states differ first, for whoever reads of it.
fn difference(here: &State, there: &State) -> String {
    let lines = here
        .lines()
        .zip(there.lines())
        .find(|(one, other)| one != other);
    let cases = here
        .cases()
        .zip(there.cases())
        .find(|(one, other)| one != other);
    let disputes = here.disputes().zip(there.disputes());
    let disputes = disputes.into_iter().find(|(one, other)| one != other);
    let trays = here
        .trays()
        .zip(there.trays())
        .find(|(one, other)| one != other);
    format!("{lines:?} {cases:?} {disputes:?} {trays:?}")
}

fn stands(verdict: &Verdict) -> bool {
    verdict.outcome == Outcome::Accepted && !verdict.needs_review()
}

/// I2: the head that an accepted entry named of a line with a serial is the one it had.
fn check_heads(before: &State, entry: &Entry, verdict: &Verdict) {
    let named: Vec<LineRef> = match entry.body.effect() {
        EntryBody::StockMarked { lines, .. }
        | EntryBody::StockDrawn { lines, .. }
        | EntryBody::StockAdjusted { away: lines, .. }
        | EntryBody::TrayPacked { lines, .. }
        | EntryBody::TrayUnpacked { lines, .. } => lines.clone(),
        EntryBody::TransferOffered { lines, .. }
        | EntryBody::RequestOffered { lines, .. }
        | EntryBody::StockReturned { lines, .. } => lines.iter().map(|line| line.stock).collect(),
        EntryBody::StockingOrderSubmitted { lines, .. } => {
            lines.iter().map(|line| line.stock).collect()
        }
        EntryBody::FacilityStockRebuilt { lines, .. } => {
            lines.iter().map(|line| line.stock).collect()
        }
        EntryBody::IdentityCorrected { stock, .. } => vec![*stock],
        _ => Vec::new(),
    };
    for (place, stock) in (0..).zip(named) {
        let stands = *verdict.line(place) == Outcome::Accepted;
        let line = before.line(stock.line).filter(|_| stands);
        if let Some(line) = line.filter(|line| line.identity.serial.is_some()) {
            assert_eq!(
                stock.head,
                Some(line.head),
                "I2: {} moved on another head",
                line.id
            );
        }
    }
}

/// The lines that an entry may have changed: those that it names, that it made, that its transfer
/// offers, and what lies in them.
fn touched(state: &State, entry: &Entry) -> Vec<LineId> {
    let mut lines = entry.body.lines_touched();
    lines.extend(state.lines_made_by(entry.id).map(|line| line.id));
    let transfer = entry.body.transfer().and_then(|id| state.transfer(id));
    lines.extend(
        transfer
            .iter()
            .flat_map(|known| &known.lines)
            .map(|line| line.line),
    );
    let inside = lines.iter().filter_map(|line| state.tray(*line));
    let inside: Vec<LineId> = inside.flat_map(|tray| tray.contents.clone()).collect();
    lines.extend(inside);
    lines
}

/// I1: one custodian. I2, R9: a serial is active once, where the app can read what became of it.
/// Claims, hold and dispute stay within what there is.
fn check_line(state: &State, line: &StockLine) {
    let within = line.claimed() <= line.quantity
        && line.held() <= line.quantity
        && line.disputed <= line.quantity;
    assert!(within, "more is promised than there is: {line:?}");
    if line.quantity == 0 {
        return;
    }
    let holders = state.lines_held_by(line.custodian);
    let times = holders.filter(|held| held.id == line.id).count();
    assert_eq!(times, 1, "I1: {} has no custodian of record", line.id);
    if let Some(serial) = &line.identity.serial {
        let product = state.product_on_hand(&line.identity.product);
        let twin = product
            .filter(|other| other.identity.serial.as_ref() == Some(serial))
            .find(|other| other.id != line.id && !other.needs_newer_app && !line.needs_newer_app);
        assert_eq!(twin, None, "R9: {serial} is active twice, also as {line:?}");
        assert_eq!(line.quantity, 1, "R9: {serial} is two pieces");
    }
}

/// I9: a transfer ends once, and what ends it by a receipt binds to the very bytes of the offer.
fn check_handoff(tables: &Tables, ended: &mut HashMap<TransferId, EntryId>, record: &NewRecord) {
    let entry = record.entry.entry();
    let (transfer, bound) = match &entry.body {
        EntryBody::TransferAnswered {
            transfer,
            offer_hash,
            ..
        } => (*transfer, *offer_hash),
        EntryBody::TransferDeclined { transfer, .. }
        | EntryBody::TransferCancelled { transfer, .. } => (*transfer, None),
        _ => return,
    };
    if record.verdict.outcome != Outcome::Accepted {
        return;
    }
    let other = ended.insert(transfer, entry.id);
    assert_eq!(other, None, "I9: {transfer} ended twice");
    if let (Some(hash), Some(offer)) = (bound, tables.record(transfer)) {
        let is_it = offer.entry.hash() == hash;
        assert!(is_it, "I9: {} stands and answers other bytes", entry.id);
    }
}

fn check_lines(state: &State) {
    state.lines().for_each(|line| check_line(state, line));
}

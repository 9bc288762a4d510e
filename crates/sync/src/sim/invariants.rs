//! What must hold after every step, and at the end.

use super::phone::Phone;
use super::run::Run;
use crate::{Engine, Status};
use baton_domain::id::EntryId;
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{State, Text};
use baton_store::LedgerStore;
use baton_store::conformance::ready;
use std::collections::{BTreeSet, HashSet};

impl Run {
    /// I1 to I6 and I8, as far as this step can have touched them. I2 is also checked as the
    /// server writes.
    pub(super) fn check(&mut self, place: usize) {
        let before = self.verdicts.len();
        for record in self.server.tables.records.iter().skip(before) {
            let entry = record.entry.entry();
            let first = self
                .verdicts
                .insert(entry.id, (record.order, record.verdict.clone()));
            assert!(first.is_none(), "I4, I5: {} has two verdicts", entry.id);
            let state = self.server.keeper.state();
            self.balance.record(state, entry, &record.verdict);
        }
        if self.verdicts.len() > before {
            self.balance.check(self.server.keeper.state());
            check_lines(self.server.keeper.state());
            self.check_disputes();
        }
        let phone = &self.phones[place];
        check_lines(phone.engine.view());
        self.check_saved(phone);
        self.check_shown(phone);
    }

    /// I3: what was called saved is in the outbox or has a verdict, or is known to be lost.
    fn check_saved(&self, phone: &Phone) {
        let here: HashSet<EntryId> = phone.holds().into_iter().collect();
        // Of a phone that lost its storage, another one may carry what the restored server lacks.
        let carried = |id: &EntryId| self.phones.iter().any(|phone| phone.holds().contains(id));
        let fate =
            |id: &EntryId| here.contains(id) || self.verdicts.contains_key(id) || carried(id);
        for id in phone.saved.iter().filter(|id| !self.evicted.contains(id)) {
            assert!(fate(id), "I3: {id} was saved and is nowhere");
        }
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
                let server = &self.verdicts[&own.entry.entry().id];
                assert_eq!((own.order, verdict), (Some(server.0), &server.1), "I5");
            }
        }
    }

    /// I8: a dispute is open until a person resolves it, and its resolution names him.
    fn check_disputes(&self) {
        let state = self.server.keeper.state();
        for record in &self.server.tables.records {
            let disputed = |outcome: &Outcome| matches!(outcome, Outcome::Disputed(_));
            let lines = &record.verdict.lines;
            if !disputed(&record.verdict.outcome)
                && !lines.iter().any(|line| disputed(&line.outcome))
            {
                continue;
            }
            let id = record.entry.entry().id;
            let kept = state.dispute(id);
            assert!(kept.is_some(), "I8: {id} vanished");
            let resolved = kept.and_then(|kept| kept.resolved.as_ref());
            let by_whom = resolved.map(|resolved| self.verdicts.contains_key(&resolved.entry));
            assert_ne!(by_whom, Some(false), "I8: {id} ended by nobody");
        }
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
                assert!(engine.base() == state, "I7: a phone disagrees");
                let waiting = engine.pending().iter().all(|own| own.waiting_for.is_some());
                assert!(waiting, "I7: an outbox is not empty");
                let same = engine.view() == engine.base() || !engine.pending().is_empty();
                assert!(same, "I7: a view differs from its base");
            }
            for id in phone.saved.iter().filter(|id| !self.evicted.contains(id)) {
                let tables = &self.server.tables;
                let known = tables.record(*id).is_some() || tables.waiting.contains_key(id);
                assert!(known, "I4: {id} is gone");
            }
        }
    }
}

fn stands(verdict: &Verdict) -> bool {
    verdict.outcome == Outcome::Accepted && !verdict.needs_review()
}

/// I1: one custodian. I2, R9: a serial is active once. Claims, hold and dispute stay within what
/// there is.
fn check_lines(state: &State) {
    let mut serials: BTreeSet<(&str, &Text)> = BTreeSet::new();
    for line in state.lines() {
        let within = line.claimed() <= line.quantity
            && line.held() <= line.quantity
            && line.disputed <= line.quantity;
        assert!(within, "more is promised than there is: {line:?}");
        if line.quantity == 0 {
            continue;
        }
        let holders = state.lines_held_by(line.custodian);
        let times = holders.filter(|held| held.id == line.id).count();
        assert_eq!(times, 1, "I1: {} has no custodian of record", line.id);
        if let Some(serial) = &line.identity.serial {
            let first = serials.insert((line.identity.product.as_str(), serial));
            assert!(first && line.quantity == 1, "R9: {serial} is active twice");
        }
    }
}

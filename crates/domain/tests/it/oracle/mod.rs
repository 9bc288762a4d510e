//! Random acts of several people on phones that are away, delivered in any order, against a naive
//! oracle: a table of who holds how much of what, kept from accepted entries alone.
//!
//! After every step: one custodian and the right one (I1), conservation per product and lot (I6),
//! compare-and-append of serials (I2, R39), claims, holds and disputes within the quantity, no
//! claim of what has ended, a serial active at most once (R9), and indexes that tell the truth.
//! At the end: a replay of the ledger gives the same state, and phones that pulled agree.

mod acts;
mod model;

use acts::command;
use baton_domain::directory::SharingLink;
use baton_domain::id::PersonId;
use baton_domain::stock::{Custodian, TitleHolder};
use baton_domain::testkit::{
    FACILITY, MANAGER, OFFICE, POOL, PUMP, REP_A, REP_B, REP_C, SCREW, World, lot, serial, with,
};
use baton_domain::verdict::{Flag, Outcome, Verdict};
use baton_domain::{Entry, EntryBody, Reason, State, fold, judge};
use model::{Oracle, check_lines};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

/// What happened in a run, so that a run in which nothing collides is found out.
#[derive(Debug, Default)]
struct Counts {
    accepted: u32,
    refused: u32,
    disputed: u32,
    waited: u32,
    line_by_line: u32,
    flagged: u32,
    rebuilt: u32,
    rebuilds_undone: u32,
    undone: u32,
    drawn: u32,
    adjusted: u32,
    corrected: u32,
}

/// One step: raw numbers, taken modulo what there is, so that a failing run shrinks well.
#[derive(Clone, Copy, Debug)]
struct Step {
    kind: u8,
    phone: u8,
    pick: u8,
    other: u8,
    amount: u8,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..49u8, any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>());
    let step = step.prop_map(|(kind, phone, pick, other, amount)| Step {
        kind,
        phone,
        pick,
        other,
        amount,
    });
    prop::collection::vec(step, 1..90)
}

struct Phone {
    person: PersonId,
    base: State,
    /// Base and own pending: what its owner sees and decides on.
    view: State,
    pending: Vec<Entry>,
}

impl Phone {
    fn pull(&mut self, server: &World) {
        self.base = server.state.clone();
        let arrived = |entry: &Entry| server.ledger.iter().any(|(known, _)| known.id == entry.id);
        self.view = self.base.clone();
        for entry in self.pending.iter().filter(|entry| !arrived(entry)) {
            let verdict = judge(&self.view, entry);
            fold(&mut self.view, entry, &verdict);
        }
    }
}

struct Run {
    server: World,
    waiting: Vec<Entry>,
    phones: Vec<Phone>,
    oracle: Oracle,
    counts: Counts,
}

impl Run {
    fn new() -> Self {
        let (server, oracle) = beginning();
        let people = [REP_A, REP_B, REP_C, OFFICE, MANAGER];
        let phone = |person| Phone {
            person,
            base: server.state.clone(),
            view: server.state.clone(),
            pending: Vec::new(),
        };
        Self {
            phones: people.map(phone).into(),
            oracle,
            waiting: Vec::new(),
            counts: Counts::default(),
            server,
        }
    }

    fn step(&mut self, step: Step) {
        let place = usize::from(step.phone) % self.phones.len();
        match step.kind {
            0..=3 => self.deliver(place, step.pick, step.kind == 0),
            4 => self.phones[place].pull(&self.server),
            _ => self.act(place, step),
        }
        let phone = &self.phones[place];
        check_lines(&phone.view);
        check_lines(&self.server.state);
        self.oracle.check(&self.server.state);
    }

    fn act(&mut self, place: usize, step: Step) {
        let person = self.phones[place].person;
        let view = self.phones[place].view.clone();
        let Some(command) = command(&view, person, step) else {
            return;
        };
        let Ok(entries) = self.server.decide_on(&view, person, command) else {
            return;
        };
        let phone = &mut self.phones[place];
        for entry in entries {
            let verdict = judge(&phone.view, &entry);
            assert!(
                !verdict.needs_review(),
                "decided on its own view: {verdict:?}"
            );
            fold(&mut phone.view, &entry, &verdict);
            phone.pending.push(entry);
        }
    }

    /// Sends the oldest entry of a phone, or any of them: messengers may overtake one another.
    fn deliver(&mut self, place: usize, pick: u8, any: bool) {
        let phone = &mut self.phones[place];
        if phone.pending.is_empty() {
            return;
        }
        let which = if any {
            usize::from(pick) % phone.pending.len()
        } else {
            0
        };
        let entry = phone.pending.remove(which);
        self.receive(entry);
        // What waited may have got its ancestor.
        let mut progress = true;
        while progress {
            progress = false;
            for entry in std::mem::take(&mut self.waiting) {
                progress |= self.receive(entry);
            }
        }
    }

    /// True where the server gave a final word.
    fn receive(&mut self, entry: Entry) -> bool {
        let before = self.server.state.clone();
        let verdict = self.server.record(entry.clone());
        if let Outcome::Waiting(_) = verdict.outcome {
            assert!(self.server.state == before, "a waiting entry left a trace");
            self.counts.waited += 1;
            self.waiting.push(entry);
            return false;
        }
        self.count(&entry, &verdict);
        self.oracle.apply(&before, &entry, &verdict);
        true
    }

    fn count(&mut self, entry: &Entry, verdict: &Verdict) {
        match verdict.outcome {
            Outcome::Accepted => self.counts.accepted += 1,
            Outcome::Refused(ref refusal) => {
                assert!(!entry.body.is_fact(), "a fact was refused: {refusal:?}");
                self.counts.refused += 1;
            }
            Outcome::Disputed(_) => self.counts.disputed += 1,
            Outcome::Waiting(_) => unreachable!("has no final word"),
        }
        self.counts.line_by_line += u32::from(!verdict.lines.is_empty());
        self.counts.flagged += u32::from(!verdict.flags.is_empty());
        let undone = |flag: &Flag| flag.reason == Reason::RebuildUndone;
        self.counts.rebuilds_undone += u32::from(verdict.flags.iter().any(undone));
        let rebuilt = matches!(entry.body, EntryBody::FacilityStockRebuilt { .. });
        let accepted = verdict.outcome == Outcome::Accepted;
        self.counts.rebuilt += u32::from(rebuilt && accepted);
        match &entry.body {
            EntryBody::EntryReversed { .. } => self.counts.undone += u32::from(accepted),
            EntryBody::StockDrawn { .. } => self.counts.drawn += u32::from(accepted),
            EntryBody::StockAdjusted { .. } => self.counts.adjusted += u32::from(accepted),
            EntryBody::IdentityCorrected { .. } => self.counts.corrected += u32::from(accepted),
            _ => {}
        }
    }

    fn finish(&mut self) {
        for place in 0..self.phones.len() {
            while !self.phones[place].pending.is_empty() {
                self.deliver(place, 0, false);
                self.oracle.check(&self.server.state);
            }
        }
        assert!(
            self.waiting.is_empty(),
            "everything arrived, and something waits: {:?}",
            self.waiting
        );
        for phone in &mut self.phones {
            phone.pull(&self.server);
            assert!(
                phone.view == self.server.state,
                "a phone that pulled disagrees"
            );
        }
        let mut replayed = State::default();
        for (entry, verdict) in &self.server.ledger {
            fold(&mut replayed, entry, verdict);
        }
        assert!(
            replayed == self.server.state,
            "a replay gives another state"
        );
    }
}

/// Little stock that many can reach, so that they get in each other's way soon.
fn beginning() -> (World, Oracle) {
    let mut world = World::new();
    let before = world.state.clone();
    let known = world.ledger.len();
    for rep in [REP_B, REP_C] {
        let link = SharingLink {
            account: Custodian::Pool(POOL),
            rep,
        };
        world.by_server(EntryBody::SharingLinkSet { link, active: true });
    }
    for (place, custodian) in [Custodian::Pool(POOL), with(REP_A), with(REP_B)]
        .into_iter()
        .enumerate()
    {
        world.stock(custodian, serial(PUMP, &format!("B{place}")), 1);
        world.stock(custodian, lot(SCREW, "L0"), 3);
    }
    for rep in [REP_A, REP_B, REP_C] {
        let facility = TitleHolder::Facility(FACILITY);
        let pump = serial(PUMP, &format!("F{rep}"));
        world.stock_of(with(rep), pump, 1, facility.clone());
        world.stock_of(with(rep), lot(SCREW, "L1"), 4, facility);
    }
    for rep in [REP_A, REP_B] {
        world.case(rep, &[(SCREW, 9), (PUMP, 9)]);
    }
    let mut oracle = Oracle::default();
    for (entry, verdict) in &world.ledger[known..] {
        oracle.apply(&before, entry, verdict);
    }
    (world, oracle)
}

fn run(steps: &[Step]) -> Counts {
    let mut run = Run::new();
    for step in steps {
        run.step(*step);
    }
    run.finish();
    run.counts
}

proptest! {
    #![proptest_config(Config { cases: Config::default().cases.max(300), ..Config::default() })]

    #[test]
    fn r11_i1_i2_i6_hold_in_any_order_of_delivery(steps in steps()) {
        run(&steps);
    }
}

#[test]
fn random_runs_do_collide() {
    let mut total = Counts::default();
    let mut runner = TestRunner::deterministic();
    for _ in 0..350 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        let counts = run(&steps);
        total.accepted += counts.accepted;
        total.refused += counts.refused;
        total.disputed += counts.disputed;
        total.waited += counts.waited;
        total.line_by_line += counts.line_by_line;
        total.flagged += counts.flagged;
        total.rebuilt += counts.rebuilt;
        total.rebuilds_undone += counts.rebuilds_undone;
        total.undone += counts.undone;
        total.drawn += counts.drawn;
        total.adjusted += counts.adjusted;
        total.corrected += counts.corrected;
    }
    let least = [
        total.accepted / 20,
        total.refused,
        total.disputed,
        total.waited,
        total.flagged,
        total.rebuilt,
        total.rebuilds_undone * 25,
        total.undone,
        total.drawn,
        total.adjusted,
        total.corrected,
    ];
    assert!(least.iter().all(|count| *count > 20), "{total:?}");
}

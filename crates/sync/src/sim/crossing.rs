//! Two organizations on one server: what crosses between them, step by step, under crashes.
//!
//! People of both act on their ledgers; the server carries over what is due, one transaction a
//! step. Faults: a transaction fails; a step is tried again although it was done; the other ledger
//! is looked at as it was a while ago, as a second process may; nobody carries anything for long.
//! After every step: what was made is on hand in one of the two ledgers, or was used (I6 over
//! both); a serial is active in one ledger at most (I1 over both). At the end everything is
//! carried over, and nothing that crosses is open on one side only.

use super::chance::Chance;
use super::cheap::sign;
use super::counts::Counts;
use super::kinds;
use super::server::{Server, key_of};
use super::suite::CROSSING_EACH;
use super::warehouse::wanted;
use baton_domain::case::UseStatus;
use baton_domain::command::Author;
use baton_domain::directory::LinkStatus;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::{EntryId, OrganizationId, PersonId};
use baton_domain::mirror::{self, Mirror, Origin, SYSTEM, Step};
use baton_domain::request::RequestStatus;
use baton_domain::stock::{Custodian, TitleHolder};
use baton_domain::testkit::{
    ADMIN, FACILITY, LINKED_ORGANIZATION, LINKED_PLATE, MAKER_ADMIN, MAKER_OFFICE, OFFICE,
    ORGANIZATION, PUMP, REP_A, REP_B, SERVER, World, answer, date, lot, phone_of, serial, use_of,
    with,
};
use baton_domain::time::{LocalTime, Timestamp};
use baton_domain::transfer::{DeclineReason, TransferStatus, Travel};
use baton_domain::verdict::Outcome;
use baton_domain::{Command, Entry, EntryBody, State, decide};
use baton_ledger::known;
use std::collections::{BTreeMap, BTreeSet};

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    West,
    Maker,
}

struct Pair {
    chance: Chance,
    west: Server,
    maker: Server,
    /// States as they were a while ago.
    stale: [State; 2],
    ids: u64,
    sequences: BTreeMap<PersonId, u64>,
    serials: u32,
    /// Pieces made, less pieces used; pieces that both ledgers have, by a recorded dispute.
    made: i64,
    twice: i64,
    /// The order numbers of both ledgers that were looked at last: the same ones, the same states.
    checked: [u64; 2],
    counts: Counts,
}

/// How often the two are not linked yet when a history begins.
const STRANGERS_EACH: u64 = 4;

thread_local! {
    /// The two servers as a history finds them, linked or not, worked out once a thread.
    static LINKED: [Server; 2] = World::linked_pair().map(|world| Server::of(&world));
    static STRANGERS: [Server; 2] =
        [World::new(), World::manufacturer()].map(|world| Server::of(&world));
}

/// Plays one history between two organizations; the same seed, the same history. Panics where an
/// invariant does not hold.
pub fn between_organizations(seed: u64, steps: usize) -> Counts {
    known::begin();
    let beginning = match (seed / CROSSING_EACH).is_multiple_of(STRANGERS_EACH) {
        true => &STRANGERS,
        false => &LINKED,
    };
    let [west, maker] = beginning.with(Clone::clone);
    let mut pair = Pair {
        chance: Chance::new(seed ^ 0xC055),
        stale: [west.keeper.state().clone(), maker.keeper.state().clone()],
        west,
        maker,
        ids: 1 << 40,
        sequences: BTreeMap::new(),
        serials: 0,
        made: 0,
        twice: 0,
        checked: [0, 0],
        counts: Counts::default(),
    };
    for person in [REP_A, REP_B, OFFICE, ADMIN, MAKER_OFFICE, MAKER_ADMIN] {
        let used = [&pair.west, &pair.maker];
        let used = used.map(|server| server.tables.acked_sequence(phone_of(person)));
        pair.sequences.insert(person, used[0].max(used[1]));
    }
    pair.act(Side::West, REP_A, schedule());
    for _ in 0..steps {
        pair.step();
        pair.check();
    }
    pair.settle();
    pair.check();
    for server in [&pair.west, &pair.maker] {
        kinds::count(server, &mut pair.counts);
    }
    pair.counts
}

impl Pair {
    fn step(&mut self) {
        match self.chance.below(100) {
            0..=64 => {
                if self.speaks_of_a_link() {
                    return;
                }
                let (side, person) = self
                    .chance
                    .pick([
                        (Side::West, REP_A),
                        (Side::West, REP_B),
                        (Side::West, OFFICE),
                        (Side::Maker, MAKER_OFFICE),
                        (Side::Maker, MAKER_OFFICE),
                    ])
                    .unwrap_or((Side::West, REP_A));
                if let Some(command) = self.command(side, person) {
                    self.act(side, person, command);
                }
            }
            65..=94 => self.carry(),
            95 => {
                self.stale = [
                    self.west.keeper.state().clone(),
                    self.maker.keeper.state().clone(),
                ]
            }
            96 | 97 => self.west.restart(),
            _ => self.maker.restart(),
        }
    }

    /// An Admin of either side asks for the link, or answers the other's wish; true where that was
    /// this step.
    fn speaks_of_a_link(&mut self) -> bool {
        const MANUFACTURER: &str = "Linked Makers";
        let link = self
            .west
            .keeper
            .state()
            .organization_link(LINKED_ORGANIZATION);
        if link.is_some_and(|link| link.status == LinkStatus::Linked) || !self.chance.percent(30) {
            return false;
        }
        let (side, admin, organization) = match self.chance.percent(50) {
            true => (Side::West, ADMIN, LINKED_ORGANIZATION),
            false => (Side::Maker, MAKER_ADMIN, ORGANIZATION),
        };
        let link = self
            .server(side)
            .keeper
            .state()
            .organization_link(organization);
        let manufacturer = MANUFACTURER.into();
        let command = match link.map(|link| link.status) {
            Some(LinkStatus::Wanted) => Command::AnswerLink {
                organization,
                accepted: self.chance.percent(60),
                manufacturer,
            },
            _ => Command::AskLink {
                organization,
                name: "the other".into(),
                manufacturer,
            },
        };
        self.act(side, admin, command);
        true
    }

    fn server(&mut self, side: Side) -> &mut Server {
        match side {
            Side::West => &mut self.west,
            Side::Maker => &mut self.maker,
        }
    }

    fn next_id(&mut self) -> EntryId {
        self.ids += 1;
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&self.ids.to_be_bytes());
        EntryId::from_bytes(bytes)
    }

    /// Decides on the newest state and records it.
    fn act(&mut self, side: Side, person: PersonId, command: Command) {
        let author = Author {
            organization: organization(side),
            person,
            device: phone_of(person),
        };
        let state = self.server(side).keeper.state().clone();
        let mut ids = [self.next_id(), self.next_id(), self.next_id()].into_iter();
        let first = ids.next();
        let mut next = || ids.next().or(first).unwrap_or(SOME_ID);
        let Ok(decided) = decide(&state, &author, command, &mut next) else {
            return;
        };
        for (id, body) in decided {
            let sequence = self.sequences.entry(person).or_default();
            *sequence += 1;
            let entry = entry_of(side, id, person, *sequence, body);
            let signed = sign(&entry, &key_of(phone_of(person)));
            let word = self.server(side).receive(&[signed]).remove(0).verdict;
            if word.outcome == Outcome::Accepted {
                self.count(&state, &entry.body);
            }
        }
    }

    /// What an accepted entry makes or uses up.
    fn count(&mut self, before: &State, body: &EntryBody) {
        match body {
            EntryBody::StockReceived { lines, .. } => {
                self.made += lines
                    .iter()
                    .map(|line| i64::from(line.quantity))
                    .sum::<i64>();
            }
            EntryBody::UsageRecorded { lines, .. } => {
                let used = lines.iter().filter(|used| used.line.is_some());
                self.made -= used.map(|used| i64::from(used.quantity)).sum::<i64>();
            }
            EntryBody::TransferAnswered { transfer, .. }
                if before
                    .terms(*transfer)
                    .is_some_and(|terms| terms.other.is_some()) =>
            {
                self.counts.note("arrivals from elsewhere");
            }
            _ => {}
        }
    }

    /// One step from one ledger to the other, or a part of it.
    fn carry(&mut self) {
        let newest = [
            self.west.keeper.state().clone(),
            self.maker.keeper.state().clone(),
        ];
        let looks_back = self.chance.percent(20);
        let seen = match (looks_back, self.chance.percent(50)) {
            (false, _) => newest,
            (true, true) => [self.stale[0].clone(), newest[1].clone()],
            (true, false) => [newest[0].clone(), self.stale[1].clone()],
        };
        let Some(step) = self.chance.pick(mirror::due(&seen[0], &seen[1])) else {
            return;
        };
        if looks_back {
            self.counts.note("steps found by a stale look");
        }
        if self.chance.percent(10) {
            // The transaction fails: nothing is left behind, and the step is due as before.
            let signed = self.signed(&step);
            self.server(side_of(step.into)).receive_and_fail(&[signed]);
            return self
                .counts
                .note("transactions failed between organizations");
        }
        self.record(&step);
        if self.chance.percent(10) {
            self.counts.note("steps tried twice");
            self.record(&step);
        }
    }

    fn signed(&mut self, step: &Step) -> baton_ledger::SignedEntry {
        let origin = Origin {
            organization: step.of,
            entry: step.entry,
            hash: [7; 32],
        };
        let body = EntryBody::Mirrored {
            origin,
            mirror: step.mirror.clone(),
        };
        let side = side_of(step.into);
        let sequence = self.server(side).next_sequence();
        let mut entry = entry_of(side, step.id, SYSTEM, sequence, body);
        entry.device = SERVER;
        sign(&entry, &key_of(SERVER))
    }

    /// As the courier does: not where the id is held, and not where it no longer fits.
    fn record(&mut self, step: &Step) {
        let side = side_of(step.into);
        let state = self.server(side).keeper.state().clone();
        if self.server(side).tables.record(step.id).is_some() {
            return;
        }
        let signed = self.signed(step);
        let would = baton_domain::judge(&state, signed.entry());
        if would.outcome != Outcome::Accepted {
            return;
        }
        let word = self.server(side).receive(&[signed]).remove(0).verdict;
        assert_eq!(word, would);
        self.counts.note("steps between organizations");
        self.counts.note(name_of(&step.mirror));
        match &step.mirror {
            Mirror::Answered { answers, .. } => {
                for (place, answer) in answers.iter().enumerate() {
                    if *word.line(place as u16) != Outcome::Accepted {
                        self.counts.note("disputes across");
                        self.twice += i64::from(answer.accepted + answer.damaged);
                    }
                }
            }
            Mirror::Cancelled(_) => self.counts.note("taken back across"),
            _ => {}
        }
    }

    /// Carries over until nothing is due; then no transfer or request is open on one side only.
    fn settle(&mut self) {
        for _ in 0..10_000 {
            let due = mirror::due(self.west.keeper.state(), self.maker.keeper.state());
            let Some(step) = due.into_iter().next() else {
                break;
            };
            let before = self.counts.clone();
            self.record(&step);
            assert_ne!(
                before, self.counts,
                "a step is due and never fits: {step:?}"
            );
        }
        let [west, maker] = [self.west.keeper.state(), self.maker.keeper.state()];
        for (here, there) in [(west, maker), (maker, west)] {
            for terms in here.all_terms().filter(|terms| terms.other.is_some()) {
                let open = |state: &State| {
                    state
                        .transfer(terms.transfer)
                        .is_some_and(|transfer| transfer.status == TransferStatus::Open)
                };
                assert_eq!(open(here), open(there), "{terms:?}");
            }
            for request in here.requests() {
                let open = |state: &State| {
                    state
                        .request(request.id)
                        .is_some_and(|request| request.status == RequestStatus::Open)
                };
                assert_eq!(open(here), open(there), "{request:?}");
            }
        }
    }

    /// I1 and I6 over both ledgers. What has been answered and not carried back yet is active in
    /// the receiver's; the sender's half of it is still claimed by the offer.
    fn check(&mut self) {
        let orders = [self.west.keeper.order(), self.maker.keeper.order()];
        if self.checked == orders {
            return;
        }
        self.checked = orders;
        let [west, maker] = [self.west.keeper.state(), self.maker.keeper.state()];
        let on_hand = |state: &State| {
            state
                .lines()
                .map(|line| i64::from(line.quantity))
                .sum::<i64>()
        };
        let on_the_way = crossed(west, maker) + crossed(maker, west);
        assert_eq!(
            on_hand(west) + on_hand(maker) - on_the_way,
            self.made + self.twice,
            "I6 over both ledgers"
        );
        let mut active = BTreeSet::new();
        for state in [west, maker] {
            for line in state.lines().filter(|line| line.quantity > 0) {
                let Some(serial) = &line.identity.serial else {
                    continue;
                };
                // A piece that a dispute names, or whose answer is on its way back, is the other's.
                let leaving = line.claims.iter().any(|claim| match claim.by {
                    baton_domain::stock::Claimant::Offer(transfer) => state
                        .terms(transfer)
                        .is_some_and(|terms| terms.other.is_some()),
                    _ => false,
                });
                if line.disputed == 0 && !leaving {
                    assert!(
                        active.insert(serial.clone()),
                        "I1: {serial} is in both ledgers"
                    );
                }
            }
        }
    }

    /// Something that makes sense on a ledger, or nothing.
    fn command(&mut self, side: Side, person: PersonId) -> Option<Command> {
        let state = self.server(side).keeper.state().clone();
        match self.chance.below(10) {
            0 if side == Side::Maker => Some(self.make()),
            1 | 2 if side == Side::West => {
                let product = self.chance.pick([LINKED_PLATE, PUMP])?;
                let case = self.chance.pick(state.cases()).map(|case| case.id);
                let quantity = self.chance.below(3) as u32 + 1;
                Some(Command::RequestStock {
                    from: LINKED_ORGANIZATION,
                    wanted: wanted(with(person), product, quantity, case),
                })
            }
            3 if side == Side::West => {
                let line = self.chance.pick(state.lines_held_by(with(person)))?;
                let quantity = self.chance.below(line.quantity as usize) as u32 + 1;
                Some(Command::ReturnStock {
                    from: line.custodian,
                    to: LINKED_ORGANIZATION,
                    lines: vec![(line.id, quantity)],
                    reason: "spare".into(),
                    travel: Travel::default(),
                })
            }
            4 if side == Side::West => {
                let line = self.chance.pick(state.lines_held_by(with(person)))?;
                let case = self.chance.pick(state.cases())?.id;
                Some(use_of(case, line.id, 1, UseStatus::Implanted, "it was so"))
            }
            5 => self.with_a_request(side, &state),
            6 => {
                let open = state.open_transfers();
                let mine =
                    open.filter(|transfer| transfer.from == warehouse(side) || side == Side::West);
                let transfer = self.chance.pick(mine)?.id;
                Some(Command::CancelTransfer {
                    transfer,
                    reason: "".into(),
                })
            }
            7 => {
                let transfer = self.chance.pick(state.open_transfers())?.id;
                let reason = self
                    .chance
                    .pick([DeclineReason::NotNeeded, DeclineReason::Damaged])?;
                Some(Command::DeclineTransfer {
                    transfer,
                    reason,
                    note: "".into(),
                })
            }
            _ if side == Side::Maker => self
                .with_a_request(side, &state)
                .or_else(|| self.answer(&state)),
            _ => self.answer(&state),
        }
    }

    /// Only the manufacturer makes anything, and no serial twice.
    fn make(&mut self) -> Command {
        let (identity, quantity) = if self.chance.percent(50) {
            self.serials += 1;
            (serial(PUMP, &format!("S{}", self.serials)), 1)
        } else {
            (lot(LINKED_PLATE, "L1"), self.chance.below(6) as u32 + 2)
        };
        Command::ReceiveStock {
            custodian: warehouse(Side::Maker),
            lines: vec![ReceivedLine {
                identity,
                quantity,
                title: TitleHolder::Organization,
                location: "".into(),
            }],
            reason: "made".into(),
        }
    }

    fn with_a_request(&mut self, side: Side, state: &State) -> Option<Command> {
        let open = state.requests();
        let open = open.filter(|request| request.status == RequestStatus::Open);
        let asked = self.chance.pick(open)?;
        let request = asked.id;
        if side == Side::West {
            return Some(Command::WithdrawRequest { request });
        }
        let need = asked.wanted.needs.first()?.clone();
        let shelf = state.lines_held_by(warehouse(side));
        let fits = shelf.filter(|line| line.identity.product == need.product && line.free() > 0);
        match self.chance.pick(fits) {
            Some(line) if self.chance.percent(85) => Some(Command::OfferForRequest {
                request,
                lines: vec![(line.id, need.quantity.min(line.free()))],
                due_back: None,
                travel: Travel::default(),
                note: "".into(),
            }),
            _ => Some(Command::DeclineRequest {
                request,
                reason: "none left".into(),
            }),
        }
    }

    fn answer(&mut self, state: &State) -> Option<Command> {
        let transfer = self.chance.pick(state.open_transfers())?;
        let chance = &mut self.chance;
        let mut split = |quantity: u32| {
            let missing = chance.below(quantity as usize + 1) as u32 / 2;
            let damaged = chance.below((quantity - missing) as usize + 1) as u32 / 2;
            answer(quantity - missing - damaged, damaged, missing)
        };
        Some(Command::AnswerTransfer {
            transfer: transfer.id,
            answers: transfer
                .lines
                .iter()
                .map(|line| split(line.quantity))
                .collect(),
            extras: Vec::new(),
        })
    }
}

/// Every step there is, as it is counted: each must have been taken.
pub(super) const STEPS: [&str; 10] = [
    "step: link asked",
    "step: link answered",
    "step: requested",
    "step: request declined",
    "step: request withdrawn",
    "step: offered",
    "step: cancel asked",
    "step: cancelled",
    "step: answered",
    "step: declined",
];

fn name_of(mirror: &Mirror) -> &'static str {
    STEPS[match mirror {
        Mirror::LinkAsked { .. } => 0,
        Mirror::LinkAnswered { .. } => 1,
        Mirror::Requested { .. } => 2,
        Mirror::RequestDeclined { .. } => 3,
        Mirror::RequestWithdrawn { .. } => 4,
        Mirror::Offered { .. } => 5,
        Mirror::CancelAsked(_) => 6,
        Mirror::Cancelled(_) => 7,
        Mirror::Answered { .. } => 8,
        Mirror::Declined { .. } => 9,
    }]
}

const SOME_ID: EntryId = EntryId::from_bytes([0xEE; 16]);

fn organization(side: Side) -> OrganizationId {
    match side {
        Side::West => ORGANIZATION,
        Side::Maker => LINKED_ORGANIZATION,
    }
}

fn warehouse(side: Side) -> Custodian {
    Custodian::Warehouse(organization(side))
}

fn side_of(id: OrganizationId) -> Side {
    if id == ORGANIZATION {
        Side::West
    } else {
        Side::Maker
    }
}

/// Pieces that `there` has accepted and `here` still holds, because the answer has not come back.
fn crossed(here: &State, there: &State) -> i64 {
    let mut pieces = 0;
    for transfer in here.open_transfers() {
        let sent = here
            .terms(transfer.id)
            .is_some_and(|terms| terms.other.is_some());
        let Some(theirs) = there.transfer(transfer.id).filter(|_| sent) else {
            continue;
        };
        if theirs.status == TransferStatus::Answered {
            let answers = theirs.lines.iter().filter_map(|line| line.answer.as_ref());
            pieces += answers
                .map(|answer| i64::from(answer.accepted + answer.damaged))
                .sum::<i64>();
        }
    }
    pieces
}

fn entry_of(side: Side, id: EntryId, actor: PersonId, sequence: u64, body: EntryBody) -> Entry {
    Entry {
        id,
        organization: organization(side),
        actor,
        device: phone_of(actor),
        sequence,
        occurred_at: Timestamp {
            unix_ms: 1_795_000_000_000,
            offset_min: 0,
        },
        source_sha256: None,
        body,
    }
}

fn schedule() -> Command {
    Command::ScheduleCase {
        facility: FACILITY,
        starts_at: LocalTime {
            date: date(2026, 12, 1),
            minute: 480,
        },
        utc_offset_min: -420,
        room: "".into(),
        rep: REP_A,
        needs: Vec::new(),
        details: None,
    }
}

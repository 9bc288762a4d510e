//! What people do: any command that makes some sense on what they see.

use super::chance::Chance;
use baton_domain::case::UseStatus;
use baton_domain::entry::ReceivedLine;
use baton_domain::facility_stock::Price;
use baton_domain::id::{CaseId, PersonId};
use baton_domain::stock::{Identity, StockLine, TitleHolder};
use baton_domain::testkit::{
    FACILITY, OFFICE, PUMP, REP_A, REP_B, REP_C, SCREW, answer, date, lot, offer, serial, use_of,
    with,
};
use baton_domain::time::LocalTime;
use baton_domain::transfer::DeclineReason;
use baton_domain::{Command, State};

/// One thing that people do.
pub struct Act {
    /// What it is counted under; every one has to happen in a suite.
    pub name: &'static str,
    /// How often it is tried, against the sum of all.
    weight: usize,
    /// Something of that sort, if there is anything to do it with.
    make: fn(&State, PersonId, &mut Chance) -> Option<Command>,
}

const fn act(
    name: &'static str,
    weight: usize,
    make: fn(&State, PersonId, &mut Chance) -> Option<Command>,
) -> Act {
    Act { name, weight, make }
}

/// Everything that people do. A new kind of entry gets its row here.
pub const ACTS: &[Act] = &[
    act("receive", 4, receive),
    act("offer", 6, offer_something),
    act("answer", 6, answer_something),
    act("decline", 2, decline),
    act("cancel an offer", 2, cancel_offer),
    act("schedule", 2, schedule),
    act("change rep", 2, change_rep),
    act("mark", 2, mark),
    act("use", 2, use_something),
    act("sell", 1, sell),
    act("rebuild", 1, rebuild),
    act("use Facility Stock", 1, use_facility_stock),
];

/// Something to do, if there is anything, with its name.
pub fn any(view: &State, person: PersonId, chance: &mut Chance) -> Option<(&'static str, Command)> {
    let all: usize = ACTS.iter().map(|act| act.weight).sum();
    let mut place = chance.below(all);
    for act in ACTS {
        match place.checked_sub(act.weight) {
            Some(left) => place = left,
            None => return (act.make)(view, person, chance).map(|command| (act.name, command)),
        }
    }
    None
}

fn decline(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let transfer = chance.pick(view.open_transfers())?.id;
    let reason = chance.pick([DeclineReason::NotNeeded, DeclineReason::Damaged])?;
    Some(Command::DeclineTransfer {
        transfer,
        reason,
        note: "".into(),
    })
}

fn cancel_offer(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let mine = view
        .open_transfers()
        .filter(|transfer| transfer.from == with(person));
    let transfer = chance.pick(mine)?.id;
    Some(Command::CancelTransfer {
        transfer,
        reason: "".into(),
    })
}

fn change_rep(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let (case, rep) = (case(view, chance)?, chance.pick([REP_A, REP_B, REP_C])?);
    Some(Command::ChangeRep { case, rep })
}

fn mark(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let lines = vec![(line(view, person, chance)?.id, 1)];
    Some(Command::MarkStock {
        case: case(view, chance)?,
        lines,
    })
}

fn use_something(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let status = chance.pick([UseStatus::Implanted, UseStatus::Wasted, UseStatus::Damaged])?;
    let line = line(view, person, chance)?.id;
    Some(use_of(case(view, chance)?, line, 1, status, "it was so"))
}

fn case(view: &State, chance: &mut Chance) -> Option<CaseId> {
    chance.pick(view.cases()).map(|case| case.id)
}

/// Mostly something of one's own.
fn line<'a>(view: &'a State, person: PersonId, chance: &mut Chance) -> Option<&'a StockLine> {
    if chance.percent(80) {
        chance.pick(view.lines_held_by(with(person)))
    } else {
        chance.pick(view.lines().filter(|line| line.quantity > 0))
    }
}

/// Few serials, so that two phones meet the same one.
fn receive(_: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let (identity, quantity): (Identity, u32) = if chance.percent(50) {
        (serial(PUMP, &format!("S{}", chance.below(6))), 1)
    } else {
        (
            lot(SCREW, &format!("L{}", chance.below(3))),
            chance.below(5) as u32 + 1,
        )
    };
    let holder = if person == OFFICE { REP_A } else { person };
    let title = TitleHolder::Manufacturer;
    let line = ReceivedLine {
        identity,
        quantity,
        title,
        location: "".into(),
    };
    Some(Command::ReceiveStock {
        custodian: with(holder),
        lines: vec![line],
        reason: "courier".into(),
    })
}

fn offer_something(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let line = line(view, person, chance)?;
    let quantity = chance.below(line.quantity as usize) as u32 + 1;
    let to = chance.pick(
        [REP_A, REP_B, REP_C]
            .into_iter()
            .filter(|to| with(*to) != line.custodian),
    )?;
    let reserved_for = if chance.percent(30) {
        case(view, chance)
    } else {
        None
    };
    Some(offer(
        line.custodian,
        with(to),
        &[(line.id, quantity, reserved_for)],
    ))
}

fn sell(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let line = line(view, person, chance)?;
    let price = chance.pick([Price::NoCharge, Price::CentsEach(1250)])?;
    Some(Command::SubmitStockingOrder {
        facility: FACILITY,
        seller: line.custodian,
        lines: vec![(line.id, 1, price)],
        note: "".into(),
    })
}

fn rebuild(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let line = chance.pick(view.facility_stock(FACILITY))?.id;
    Some(Command::RebuildFacilityStock {
        rep: chance.pick([REP_A, REP_B, REP_C])?,
        case: None,
        lines: vec![(line, 1)],
    })
}

fn use_facility_stock(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let mine = |line: &&StockLine| line.custodian == with(person);
    let line = chance.pick(view.facility_stock(FACILITY).filter(mine))?.id;
    let case = case(view, chance)?;
    Some(use_of(case, line, 1, UseStatus::Implanted, "it was so"))
}

fn answer_something(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let office = person == OFFICE;
    let mine = view
        .open_transfers()
        .filter(|transfer| office || transfer.to == with(person));
    let transfer = chance.pick(mine)?;
    let mut split = |quantity: u32| {
        let accepted = chance.below(quantity as usize + 1) as u32;
        let damaged = chance.below((quantity - accepted) as usize + 1) as u32;
        answer(accepted, damaged, quantity - accepted - damaged)
    };
    let answers = transfer
        .lines
        .iter()
        .map(|line| split(line.quantity))
        .collect();
    Some(Command::AnswerTransfer {
        transfer: transfer.id,
        answers,
        extras: Vec::new(),
    })
}

fn schedule(_: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::ScheduleCase {
        facility: FACILITY,
        starts_at: LocalTime {
            date: date(2026, 12, 1),
            minute: 480,
        },
        utc_offset_min: -420,
        room: "OR 2".into(),
        rep: chance.pick([REP_A, REP_B, REP_C])?,
        needs: Vec::new(),
        details: None,
    })
}

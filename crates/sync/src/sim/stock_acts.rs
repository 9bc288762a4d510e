//! What people do to put the records right: counts and adjustments, corrected identities, holds,
//! shared accounts, and undoing what was just done.

use super::acts::{case, line};
use super::chance::Chance;
use baton_domain::adjust::Adjustment;
use baton_domain::case::{Usage, UseStatus};
use baton_domain::command::{UseSource, WantedUse};
use baton_domain::entry::ReceivedLine;
use baton_domain::id::{EntryId, PersonId};
use baton_domain::stock::{Custodian, LineRef, StockLine, TitleHolder};
use baton_domain::testkit::{POOL, PUMP, REP_A, SCREW, lot, serial, with};
use baton_domain::{Command, EntryBody, State};

const SHARED: Custodian = Custodian::Pool(POOL);

pub(super) fn adjust(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let away = line(view, person, chance)?;
    let found = ReceivedLine {
        identity: lot(SCREW, &format!("L{}", chance.below(3))),
        quantity: 1,
        title: TitleHolder::Manufacturer,
        location: "".into(),
    };
    Some(Command::AdjustStock {
        custodian: away.custodian,
        away: vec![(away.id, 1)],
        found: chance.percent(30).then_some(found).into_iter().collect(),
        reason: "dropped".into(),
    })
}

/// Counts all that somebody holds: one piece more or less here and there.
pub(super) fn count(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let holder = line(view, person, chance)?.custodian;
    let mut seen = |line: &StockLine| match chance.below(10) {
        0 => line.quantity - 1,
        1 if line.identity.serial.is_none() => line.quantity + 1,
        _ => line.quantity,
    };
    let lines = view.lines_held_by(holder);
    Some(Command::CountStock {
        custodian: holder,
        counted: lines.map(|line| (line.id, seen(line))).collect(),
        note: "count".into(),
    })
}

pub(super) fn review(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let open = view.adjustments().filter(|one| one.reviewed_by.is_none());
    Some(Command::ReviewAdjustment {
        adjustment: chance.pick(open.map(|one: &Adjustment| one.id))?,
        note: "".into(),
    })
}

pub(super) fn draw(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    moved(view, SHARED, with(person), chance)
}

pub(super) fn put_back(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    // Mostly by a member; of the others it is refused before it is recorded.
    let holder = if chance.percent(70) { REP_A } else { person };
    moved(view, with(holder), SHARED, chance)
}

fn moved(view: &State, from: Custodian, to: Custodian, chance: &mut Chance) -> Option<Command> {
    let line = chance.pick(view.lines_held_by(from))?;
    Some(Command::DrawStock {
        from,
        to,
        lines: vec![(line.id, chance.below(line.quantity as usize) as u32 + 1)],
        note: "".into(),
    })
}

pub(super) fn correct(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let line = line(view, person, chance)?;
    let identity = match line.identity.serial {
        Some(_) => serial(PUMP, &format!("S{}", chance.below(6))),
        None => lot(SCREW, &format!("L{}", chance.below(3))),
    };
    Some(Command::CorrectIdentity {
        line: line.id,
        quantity: 1,
        identity,
        reason: "misread".into(),
    })
}

pub(super) fn hold(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::HoldStock {
        lines: vec![(line(view, person, chance)?.id, 1)],
        reason: "dropped".into(),
    })
}

pub(super) fn release(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let held = view.lines().filter(|line| line.held() > 0);
    Some(Command::ReleaseHold {
        lines: vec![(chance.pick(held.map(|line| line.id))?, 1)],
        reason: "sound".into(),
    })
}

pub(super) fn unmark(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let case = case(view, chance)?;
    let kept = view.lines_kept_for(case).map(|line| line.id);
    Some(Command::UnmarkStock {
        case,
        lines: vec![(chance.pick(kept)?, 1)],
    })
}

/// Somebody's pump was in the room; nobody knows whose.
pub(super) fn use_elsewhere(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::RecordUsage {
        case: case(view, chance)?,
        lines: vec![WantedUse {
            source: UseSource::Elsewhere {
                identity: serial(PUMP, &format!("S{}", chance.below(6))),
                presumed_holder: "the shelf".into(),
            },
            quantity: 1,
            status: UseStatus::Implanted,
        }],
        reason: "it was there".into(),
    })
}

fn undo(entry: EntryId, was: EntryBody) -> Option<Command> {
    Some(Command::Undo {
        entry,
        was: Box::new(was),
        reason: "typed twice".into(),
    })
}

pub(super) fn undo_receipt(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let line = line(view, person, chance)?;
    let was = EntryBody::StockReceived {
        custodian: line.custodian,
        lines: Vec::new(),
        reason: "".into(),
    };
    undo(line.id.entry, was)
}

pub(super) fn undo_adjustment(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let adjustment = chance.pick(view.adjustments())?;
    let was = EntryBody::StockAdjusted {
        custodian: adjustment.custodian,
        away: Vec::new(),
        found: Vec::new(),
        reason: "".into(),
    };
    undo(adjustment.id, was)
}

pub(super) fn undo_use(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let uses = view.cases().flat_map(|case| {
        let of_case = move |usage: &Usage| (case.id, usage.entry);
        case.usage.iter().map(of_case)
    });
    let (case, entry) = chance.pick(uses)?;
    let was = EntryBody::UsageRecorded {
        case,
        lines: Vec::new(),
        reason: "".into(),
    };
    undo(entry, was)
}

pub(super) fn undo_hold(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let held = view.lines().filter(|line| line.held() > 0);
    let line = chance.pick(held)?;
    let was = EntryBody::StockHeld {
        lines: vec![named(line)],
        reason: "".into(),
    };
    undo(line.hold.as_ref()?.by, was)
}

/// A mark leaves no entry on the line: that of its case stands for it.
pub(super) fn undo_mark(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let case = case(view, chance)?;
    let line = chance.pick(view.lines_kept_for(case))?;
    let was = EntryBody::StockMarked {
        case,
        lines: vec![named(line)],
    };
    undo(case, was)
}

fn named(line: &StockLine) -> LineRef {
    LineRef {
        line: line.id,
        quantity: 1,
        head: line.identity.serial.is_some().then_some(line.head),
    }
}

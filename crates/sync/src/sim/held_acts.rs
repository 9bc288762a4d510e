//! What people do to stock that stays where it is: recalls and trays.

use super::chance::Chance;
use baton_domain::id::PersonId;
use baton_domain::recall::Recalled;
use baton_domain::stock::StockLine;
use baton_domain::testkit::{SCREW, product_id, with};
use baton_domain::tray::{TrayCount, contents};
use baton_domain::{Command, State};

/// Seldom: a recalled lot can be neither offered nor marked, and then little collides.
pub(super) fn recall(_: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    if !chance.percent(10) {
        return None;
    }
    let lot = format!("L{}", chance.below(3));
    Some(Command::IssueRecall {
        what: Recalled {
            product: product_id(SCREW),
            lot: Some(lot.as_str().into()),
            serial: None,
        },
        reason: "field notice".into(),
    })
}

pub(super) fn end_recall(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let recall = chance.pick(view.recalls().filter(|recall| recall.ended_by.is_none()))?;
    Some(Command::EndRecall {
        recall: recall.id,
        reason: "reworked".into(),
    })
}

pub(super) fn pack(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let tray = own_tray(view, person, chance)?.id;
    let line = chance.pick(view.lines_held_by(with(person)))?.id;
    Some(Command::PackTray {
        tray,
        lines: vec![(line, 1)],
    })
}

pub(super) fn unpack(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let tray = packed_tray(view, person, chance)?;
    let line = chance.pick(contents(view, tray.id))?.id;
    Some(Command::UnpackTray {
        tray: tray.id,
        lines: vec![(line, 1)],
    })
}

pub(super) fn check(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let tray = packed_tray(view, person, chance)?;
    let found = contents(view, tray.id).into_iter().map(|line| TrayCount {
        line: line.id,
        found: line.quantity - u32::from(chance.percent(30)),
    });
    Some(Command::CheckTray {
        tray: tray.id,
        found: found.collect(),
        note: "".into(),
    })
}

/// Any line with a serial may be a tray: here a pump stands for one.
fn own_tray<'a>(view: &'a State, person: PersonId, chance: &mut Chance) -> Option<&'a StockLine> {
    let mine = view.lines_held_by(with(person));
    chance.pick(mine.filter(|line| line.identity.serial.is_some()))
}

fn packed_tray<'a>(
    view: &'a State,
    person: PersonId,
    chance: &mut Chance,
) -> Option<&'a StockLine> {
    let mine = view.lines_held_by(with(person));
    chance.pick(mine.filter(|line| !contents(view, line.id).is_empty()))
}

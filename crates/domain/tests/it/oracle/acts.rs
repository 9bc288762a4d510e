//! What people try to do in a random run.

use super::Step;
use baton_domain::case::UseStatus;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::PersonId;
use baton_domain::stock::{Identity, StockLine, TitleHolder};
use baton_domain::testkit::{
    DRIVER, OFFICE, PUMP, REP_A, REP_B, REP_C, SCREW, lot, offer, serial, use_of, with,
};
use baton_domain::transfer::{DeclineReason, LineAnswer};
use baton_domain::{Command, State};

/// A command that makes some sense on the view, or none.
pub(super) fn command(view: &State, person: PersonId, step: Step) -> Option<Command> {
    let amount = u32::from(step.amount);
    let people = [REP_A, REP_B, REP_C];
    let other = people[usize::from(step.other) % people.len()];
    let case = pick(view.cases(), step.other).map(|case| case.id);
    let line = || pick(view.lines().filter(|line| line.quantity > 0), step.pick);
    let near = || {
        let near = |line: &&StockLine| {
            line.quantity > 0
                && (line.custodian == with(person) || view.is_shared_with(line.custodian, person))
        };
        pick(view.lines().filter(near), step.pick)
    };
    let transfer = || pick(view.open_transfers(), step.pick);
    Some(match step.kind {
        5 | 6 => receive(person, other, step),
        7..=9 => {
            let line = line()?;
            let wanted = amount % line.quantity + 1;
            let reserved_for = case.filter(|_| step.amount.is_multiple_of(3));
            offer(
                line.custodian,
                with(other),
                &[(line.id, wanted, reserved_for)],
            )
        }
        10 | 11 => {
            let transfer = transfer()?;
            let answers = transfer
                .lines
                .iter()
                .map(|line| split(line.quantity, step))
                .collect();
            Command::AnswerTransfer {
                transfer: transfer.id,
                answers,
                extras: Vec::new(),
            }
        }
        12 => {
            let reason = if amount % 2 == 0 {
                DeclineReason::Damaged
            } else {
                DeclineReason::NotNeeded
            };
            Command::DeclineTransfer {
                transfer: transfer()?.id,
                reason,
                note: "".into(),
            }
        }
        13 => Command::CancelTransfer {
            transfer: transfer()?.id,
            reason: "".into(),
        },
        14 if amount % 2 == 0 || case.is_none() => schedule(other),
        14 => Command::ChangeRep {
            case: case?,
            rep: other,
        },
        15 => Command::MarkStock {
            case: case?,
            lines: vec![(near().or_else(line)?.id, amount % 3 + 1)],
        },
        16 if amount % 4 == 0 => Command::CancelCase {
            case: case?,
            reason: "".into(),
        },
        16 => Command::UnmarkStock {
            case: case?,
            lines: vec![(line()?.id, 1)],
        },
        17 => {
            let lines = vec![(line()?.id, amount % 3 + 1)];
            let reason = "look".into();
            if amount % 2 == 0 {
                Command::HoldStock { lines, reason }
            } else {
                Command::ReleaseHold { lines, reason }
            }
        }
        _ => {
            let statuses = [
                UseStatus::Implanted,
                UseStatus::Used,
                UseStatus::Wasted,
                UseStatus::Damaged,
                UseStatus::BackToTray,
            ];
            use_of(
                case?,
                near().or_else(line)?.id,
                amount % 3 + 1,
                statuses[usize::from(step.amount) % 5],
                "it was so",
            )
        }
    })
}

fn pick<T>(all: impl Iterator<Item = T>, which: u8) -> Option<T> {
    let mut all: Vec<_> = all.collect();
    if all.is_empty() {
        None
    } else {
        Some(all.swap_remove(usize::from(which) % all.len()))
    }
}

fn receive(person: PersonId, other: PersonId, step: Step) -> Command {
    let number = step.pick % 3;
    let (identity, quantity) = match step.amount % 3 {
        0 => (serial(PUMP, &format!("S{number}")), 1),
        1 => (
            Identity {
                lot: None,
                expiry: None,
                ..lot(DRIVER, "-")
            },
            2,
        ),
        _ => (
            lot(SCREW, &format!("L{number}")),
            u32::from(step.amount) % 7 + 1,
        ),
    };
    let custodian = with(if person == OFFICE { other } else { person });
    let line = ReceivedLine {
        identity,
        quantity,
        title: TitleHolder::Manufacturer,
        location: "".into(),
    };
    Command::ReceiveStock {
        custodian,
        lines: vec![line],
        reason: "courier".into(),
    }
}

fn schedule(rep: PersonId) -> Command {
    Command::ScheduleCase {
        facility: baton_domain::testkit::FACILITY,
        starts_at: baton_domain::time::LocalTime {
            date: baton_domain::testkit::date(2026, 12, 1),
            minute: 0,
        },
        utc_offset_min: 0,
        room: "".into(),
        rep,
        needs: Vec::new(),
        details: None,
    }
}

fn split(quantity: u32, step: Step) -> LineAnswer {
    let accepted = u32::from(step.amount) % (quantity + 1);
    let damaged = u32::from(step.other) % (quantity - accepted + 1);
    baton_domain::testkit::answer(accepted, damaged, quantity - accepted - damaged)
}

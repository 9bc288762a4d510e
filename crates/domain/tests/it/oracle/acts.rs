//! What people try to do in a random run.

use super::Step;
use baton_domain::case::{Need, Usage, UseStatus};
use baton_domain::entry::ReceivedLine;
use baton_domain::facility_stock::Price;
use baton_domain::id::PersonId;
use baton_domain::recall::Recalled;
use baton_domain::request::Wanted;
use baton_domain::stock::{Custodian, Identity, StockLine, TitleHolder};
use baton_domain::testkit::{
    DRIVER, FACILITY, OFFICE, ORGANIZATION, POOL, PUMP, REP_A, REP_B, REP_C, SCREW, lot, offer,
    product_id, serial, use_of, with,
};
use baton_domain::transfer::{DeclineReason, LineAnswer, Travel};
use baton_domain::tray::{TrayCount, contents};
use baton_domain::{Command, EntryBody, State, Text};

/// A command that makes some sense on the view, or none.
pub(super) fn command(view: &State, person: PersonId, step: Step) -> Option<Command> {
    let people = [REP_A, REP_B, REP_C];
    let other = people[usize::from(step.other) % people.len()];
    match step.kind {
        5 | 6 => Some(receive(person, other, step)),
        7..=13 => with_a_transfer(view, other, step),
        14 => Some(with_a_case(view, other, step)),
        23 => recall(view, step),
        24 | 25 => sell(view, person, step),
        26..=28 => rebuild(view, other, step),
        29..=32 => use_at_facility(view, person, step),
        33..=35 => with_a_tray(view, person, step),
        36..=40 => with_a_warehouse(view, person, step),
        41 => adjust(view, person, step),
        42 | 43 => draw(view, person, step),
        44 => correct(view, person, step),
        45..=48 => undo(view, step),
        _ => with_a_line(view, person, step),
    }
}

fn with_a_transfer(view: &State, other: PersonId, step: Step) -> Option<Command> {
    let amount = u32::from(step.amount);
    if step.kind <= 9 {
        // A third of the offers are of a tray with something in it, once there is one.
        let trays = on_hand(view).filter(|line| !contents(view, line.id).is_empty());
        let tray = pick(trays.filter(|_| step.kind == 9), step.pick);
        let line = tray.or_else(|| pick(on_hand(view), step.pick))?;
        let wanted = amount % line.quantity + 1;
        let case = pick(view.cases(), step.other).map(|case| case.id);
        let reserved_for = case.filter(|_| step.amount.is_multiple_of(3));
        let lines = [(line.id, wanted, reserved_for)];
        return Some(offer(line.custodian, with(other), &lines));
    }
    let offered = pick(view.open_transfers(), step.pick)?;
    let transfer = offered.id;
    let lines = offered.lines.iter();
    let reasons = [DeclineReason::Damaged, DeclineReason::NotNeeded];
    Some(match step.kind {
        10 | 11 => Command::AnswerTransfer {
            transfer,
            answers: lines.map(|line| split(line.quantity, step)).collect(),
            extras: Vec::new(),
        },
        12 => Command::DeclineTransfer {
            transfer,
            reason: reasons[usize::from(step.amount) % 2],
            note: "".into(),
        },
        _ => Command::CancelTransfer {
            transfer,
            reason: "".into(),
        },
    })
}

/// A pump stands for a tray: any line with a serial may be one.
fn with_a_tray(view: &State, person: PersonId, step: Step) -> Option<Command> {
    let mine = |line: &&StockLine| line.custodian == with(person);
    let trays = on_hand(view)
        .filter(mine)
        .filter(|line| line.identity.serial.is_some());
    let tray = pick(trays, step.other)?.id;
    let quantity = u32::from(step.amount) % 3 + 1;
    if step.kind == 33 {
        let line = pick(on_hand(view).filter(mine), step.pick)?.id;
        return Some(Command::PackTray {
            tray,
            lines: vec![(line, quantity)],
        });
    }
    let inside = contents(view, tray);
    let lines: Vec<_> = inside.iter().map(|line| (line.id, quantity)).collect();
    if step.kind == 34 {
        return Some(Command::UnpackTray { tray, lines });
    }
    let found = inside.iter().map(|line| TrayCount {
        line: line.id,
        found: line.quantity.saturating_sub(u32::from(step.amount) % 2),
    });
    Some(Command::CheckTray {
        tray,
        found: found.collect(),
        note: "".into(),
    })
}

/// Only the office may; of the others it is refused before it is recorded.
fn recall(view: &State, step: Step) -> Option<Command> {
    let running = view.recalls().find(|recall| recall.ended_by.is_none());
    let reason = "notice".into();
    Some(match running {
        Some(recall) => Command::EndRecall {
            recall: recall.id,
            reason,
        },
        None => Command::IssueRecall {
            what: Recalled {
                product: product_id(SCREW),
                lot: Some(format!("L{}", step.pick % 3).into()),
                serial: None,
            },
            reason,
        },
    })
}

/// Asks the own warehouse, lets it offer or decline, and gives stock back to it.
fn with_a_warehouse(view: &State, person: PersonId, step: Step) -> Option<Command> {
    let amount = u32::from(step.amount);
    if step.kind >= 39 {
        let line = pick(on_hand(view), step.pick)?;
        return Some(Command::ReturnStock {
            from: line.custodian,
            to: ORGANIZATION,
            lines: vec![(line.id, amount % line.quantity + 1)],
            reason: "spare".into(),
            travel: Travel::default(),
        });
    }
    let Some(asked) = pick(view.requests(), step.pick).filter(|_| step.kind > 36) else {
        let line = pick(on_hand(view), step.pick)?;
        let wanted = Wanted {
            to: with(person),
            needs: vec![Need {
                product: line.identity.product.clone(),
                quantity: amount % 5 + 1,
            }],
            case: pick(view.cases(), step.other).map(|case| case.id),
            use_date: None,
            travel: Travel::default(),
            note: "".into(),
        };
        return Some(Command::RequestStock {
            from: ORGANIZATION,
            wanted,
        });
    };
    let request = asked.id;
    let shelf = Custodian::Warehouse(ORGANIZATION);
    let wanted = &asked.wanted.needs[0].product;
    let fits = |line: &&StockLine| line.custodian == shelf && line.identity.product == *wanted;
    match (
        pick(on_hand(view).filter(fits), step.other),
        step.amount % 8,
    ) {
        (_, 0) => Some(Command::WithdrawRequest { request }),
        (None, _) => Some(Command::DeclineRequest {
            request,
            reason: "none".into(),
        }),
        (Some(line), _) => Some(Command::OfferForRequest {
            request,
            lines: vec![(line.id, amount % line.quantity.min(3) + 1)],
            due_back: None,
            travel: Travel::default(),
            note: "".into(),
        }),
    }
}

fn with_a_case(view: &State, other: PersonId, step: Step) -> Command {
    match pick(view.cases(), step.other).map(|case| case.id) {
        Some(case) if step.amount.is_multiple_of(4) => Command::CancelCase {
            case,
            reason: "".into(),
        },
        Some(case) if step.amount % 8 == 7 => close(view, case),
        Some(case) if step.amount % 2 == 1 => Command::ChangeRep { case, rep: other },
        _ => schedule(other),
    }
}

fn with_a_line(view: &State, person: PersonId, step: Step) -> Option<Command> {
    let near = |line: &&StockLine| {
        line.custodian == with(person) || view.is_shared_with(line.custodian, person)
    };
    let quantity = u32::from(step.amount) % 3 + 1;
    let any = pick(on_hand(view), step.pick)?.id;
    let near = pick(on_hand(view).filter(near), step.pick).map_or(any, |line| line.id);
    let reason = "look".into();
    let case = pick(view.cases(), step.other)?.id;
    Some(match step.kind {
        15 => Command::MarkStock {
            case,
            lines: vec![(near, quantity)],
        },
        16 => Command::UnmarkStock {
            case,
            lines: vec![(any, 1)],
        },
        17 if step.amount.is_multiple_of(2) => Command::HoldStock {
            lines: vec![(any, quantity)],
            reason,
        },
        17 => Command::ReleaseHold {
            lines: vec![(any, quantity)],
            reason,
        },
        _ => {
            let statuses = [
                UseStatus::Implanted,
                UseStatus::Used,
                UseStatus::Wasted,
                UseStatus::Damaged,
                UseStatus::BackToTray,
            ];
            use_of(
                case,
                near,
                quantity,
                statuses[usize::from(step.amount) % 5],
                "it was so",
            )
        }
    })
}

fn sell(view: &State, person: PersonId, step: Step) -> Option<Command> {
    let mine = |line: &&StockLine| line.custodian == with(person);
    let line = pick(on_hand(view).filter(mine), step.pick).or(pick(on_hand(view), step.pick))?;
    let prices = [Price::NoCharge, Price::CentsEach(0), Price::CentsEach(1250)];
    let price = prices[usize::from(step.other) % prices.len()];
    Some(Command::SubmitStockingOrder {
        facility: FACILITY,
        seller: line.custodian,
        lines: vec![(line.id, u32::from(step.amount) % line.quantity + 1, price)],
        note: "".into(),
    })
}

fn use_at_facility(view: &State, person: PersonId, step: Step) -> Option<Command> {
    let mine = |line: &&StockLine| line.custodian == with(person);
    let line = pick(view.facility_stock(FACILITY).filter(mine), step.pick)?;
    let case = pick(view.cases(), step.other)?.id;
    let quantity = u32::from(step.amount) % line.quantity + 1;
    let status = [UseStatus::Implanted, UseStatus::Damaged][usize::from(step.amount) % 2];
    Some(use_of(case, line.id, quantity, status, "it was so"))
}

fn adjust(view: &State, person: PersonId, step: Step) -> Option<Command> {
    let mine = |line: &&StockLine| line.custodian == with(person);
    let line = pick(on_hand(view).filter(mine), step.pick)?;
    let serial = line.identity.serial.is_some();
    let most = if serial { 1 } else { line.quantity + 1 };
    Some(Command::CountStock {
        custodian: line.custodian,
        counted: vec![(line.id, u32::from(step.amount) % (most + 1))],
        note: "count".into(),
    })
}

fn draw(view: &State, person: PersonId, step: Step) -> Option<Command> {
    let pool = Custodian::Pool(POOL);
    let (from, to) = if step.other.is_multiple_of(2) {
        (pool, with(person))
    } else {
        (with(person), pool)
    };
    let line = pick(view.lines_held_by(from), step.pick)?;
    Some(Command::DrawStock {
        from,
        to,
        lines: vec![(line.id, u32::from(step.amount) % line.quantity + 1)],
        note: "".into(),
    })
}

fn correct(view: &State, person: PersonId, step: Step) -> Option<Command> {
    let mine = |line: &&StockLine| line.custodian == with(person);
    let line = pick(on_hand(view).filter(mine), step.pick)?;
    let number = step.other % 3;
    let identity = if line.identity.serial.is_some() {
        serial(PUMP, &format!("S{number}"))
    } else {
        lot(SCREW, &format!("L{number}"))
    };
    Some(Command::CorrectIdentity {
        line: line.id,
        quantity: u32::from(step.amount) % line.quantity + 1,
        identity,
        reason: "misread".into(),
    })
}

fn undo(view: &State, step: Step) -> Option<Command> {
    let reason = Text::from("typed twice");
    let (entry, was) = if step.amount.is_multiple_of(3) {
        let line = pick(on_hand(view), step.pick)?;
        let was = EntryBody::StockReceived {
            custodian: line.custodian,
            lines: Vec::new(),
            reason: reason.clone(),
        };
        (line.id.entry, was)
    } else if step.amount % 3 == 1 {
        let adjustment = pick(view.adjustments(), step.pick)?;
        let was = EntryBody::StockAdjusted {
            custodian: adjustment.custodian,
            away: Vec::new(),
            found: Vec::new(),
            reason: reason.clone(),
        };
        (adjustment.id, was)
    } else {
        let uses = view.cases().flat_map(|case| {
            let of_case = move |usage: &Usage| (case.id, usage.entry);
            case.usage.iter().map(of_case)
        });
        let (case, entry) = pick(uses, step.pick)?;
        let was = EntryBody::UsageRecorded {
            case,
            lines: Vec::new(),
            reason: reason.clone(),
        };
        (entry, was)
    };
    Some(Command::Undo {
        entry,
        was: Box::new(was),
        reason,
    })
}

fn rebuild(view: &State, rep: PersonId, step: Step) -> Option<Command> {
    let line = pick(view.facility_stock(FACILITY), step.pick)?;
    let case = pick(view.cases(), step.other).map(|case| case.id);
    Some(Command::RebuildFacilityStock {
        rep,
        case: case.filter(|_| step.amount.is_multiple_of(2)),
        lines: vec![(line.id, u32::from(step.amount) % line.quantity + 1)],
    })
}

fn on_hand(view: &State) -> impl Iterator<Item = &StockLine> {
    view.lines().filter(|line| line.quantity > 0)
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
        facility: FACILITY,
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

fn close(view: &State, case: baton_domain::id::CaseId) -> Command {
    let known = view.case(case);
    baton_domain::testkit::close(
        case,
        known.map_or([0; 32], |known| baton_domain::bill::lines_hash(view, known)),
    )
}

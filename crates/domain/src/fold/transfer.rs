//! Offers and what becomes of them.

use super::rejection::moves_itself;
use super::request::{due, is_decided_elsewhere};
use super::{accepted, accepted_child, change_line, damaged_child, tray};
use crate::Text;
use crate::case::Case;
use crate::directory::OrganizationKind;
use crate::entry::{Entry, EntryBody, OfferedLine};
use crate::id::{CaseId, LineId, TransferId};
use crate::query;
use crate::request::Terms;
use crate::state::State;
use crate::stock::{Claimant, Custodian, Identity, StockLine, TitleHolder};
use crate::transfer::{
    DeclineReason, Extra, LineAnswer, Transfer, TransferLine, TransferStatus, Travel,
};
use crate::verdict::Verdict;

pub(super) fn apply(state: &mut State, entry: &Entry, verdict: &Verdict) {
    match &entry.body {
        EntryBody::TransferOffered {
            from,
            to,
            lines,
            travel,
            note,
        } => {
            let (from, to) = (*from, *to);
            let made = Offer {
                from,
                to,
                travel,
                note,
            };
            offer(state, entry, &made, lines, verdict);
        }
        EntryBody::TransferAnswered {
            transfer,
            answers,
            extras,
            ..
        } => {
            if let Some(transfer) = state.transfer(*transfer).cloned() {
                answer(state, entry, transfer, answers, extras, verdict);
            }
        }
        EntryBody::TransferDeclined {
            transfer,
            reason,
            note,
        } => decline(state, entry, *transfer, *reason, note),
        EntryBody::TransferCancelled { transfer, .. } => cancel(state, entry, *transfer),
        _ => {}
    }
}

/// An offer as it was made.
pub(super) struct Offer<'a> {
    pub(super) from: Custodian,
    pub(super) to: Custodian,
    pub(super) travel: &'a Travel,
    pub(super) note: &'a Text,
}

pub(super) fn decline(
    state: &mut State,
    entry: &Entry,
    transfer: TransferId,
    reason: DeclineReason,
    note: &Text,
) {
    let about_the_item = reason.is_about_the_item().then(|| hold_words(reason, note));
    let status = TransferStatus::Declined(reason, note.clone());
    give_back(state, entry, transfer, status, about_the_item.as_ref());
}

/// Takes an offer back. Where another organization's ledger decides whether it still can be, the
/// lines stay claimed until that has said so (R8).
fn cancel(state: &mut State, entry: &Entry, transfer: TransferId) {
    let to = state.transfer(transfer).map(|transfer| transfer.to);
    match (state.terms(transfer).cloned(), to) {
        (Some(terms), Some(to)) if is_decided_elsewhere(&terms, to) => state.put_terms(Terms {
            cancel_asked: Some(entry.id),
            ..terms
        }),
        _ => give_back(state, entry, transfer, TransferStatus::Cancelled, None),
    }
}

pub(super) fn offer(
    state: &mut State,
    entry: &Entry,
    made: &Offer<'_>,
    lines: &[OfferedLine],
    verdict: &Verdict,
) {
    for (_, offered) in accepted(lines, verdict) {
        change_line(state, offered.stock.line, |line| {
            // What is kept for the case travels with the offer (R16): one claim replaces the other.
            if let Some(case) = offered.reserved_for {
                line.unkeep(case, offered.stock.quantity);
            }
            line.claim(Claimant::Offer(entry.id), offered.stock.quantity);
        });
    }
    let lines = lines.iter().map(|offered| TransferLine {
        line: offered.stock.line,
        identity: offered.identity.clone(),
        quantity: offered.stock.quantity,
        reserved_for: offered.reserved_for,
        answer: None,
    });
    state.put_transfer(Transfer {
        id: entry.id,
        from: made.from,
        to: made.to,
        offered_by: entry.actor,
        offered_at: entry.occurred_at,
        travel: made.travel.clone(),
        note: made.note.clone(),
        lines: lines.collect(),
        extras: Vec::new(),
        status: TransferStatus::Open,
        ended_by: None,
    });
}

pub(super) fn answer(
    state: &mut State,
    entry: &Entry,
    mut transfer: Transfer,
    answers: &[LineAnswer],
    extras: &[Extra],
    verdict: &Verdict,
) {
    let from_elsewhere = query::is_elsewhere(state, transfer.from);
    let sent_elsewhere = query::is_elsewhere(state, transfer.to);
    for (place, answer) in accepted(answers, verdict) {
        let Some(offered) = transfer.lines.get_mut(usize::from(place)) else {
            continue;
        };
        offered.answer = Some(answer.clone());
        let offered = offered.clone();
        let moved = Moved {
            entry,
            place,
            answer,
            reserved_for: offered.reserved_for,
        };
        match state.line(offered.line).cloned() {
            _ if from_elsewhere => arrive(state, &offered.identity, &transfer.to, &moved),
            Some(line) if sent_elsewhere => leave(state, line, &transfer, &moved),
            Some(line) if moves_itself(&line.identity) => {
                move_whole(state, line, &transfer, &moved)
            }
            Some(line) => move_part(state, line, &transfer, &moved),
            None => {}
        }
        if !sent_elsewhere {
            arrived_on_terms(state, &transfer, &offered, &moved);
        }
    }
    for offered in &transfer.lines {
        change_line(state, offered.line, |line| {
            line.unclaim(Claimant::Offer(transfer.id), u32::MAX);
        });
    }
    transfer.extras = extras.to_vec();
    transfer.status = TransferStatus::Answered;
    transfer.ended_by = Some((entry.actor, entry.occurred_at));
    ended(state, entry, transfer.id);
    state.put_transfer(transfer);
}

/// Remembers what ended a transfer that crosses: the other ledger asks for it.
fn ended(state: &mut State, entry: &Entry, transfer: TransferId) {
    if let Some(terms) = state.terms(transfer).cloned()
        && terms.other.is_some()
    {
        state.put_terms(Terms {
            ended: Some(entry.id),
            ..terms
        });
    }
}

/// Pieces that were active in another organization's ledger become lines of this one. Whose they
/// are does not change (R7), only how it is written: what the manufacturer calls its own is the
/// manufacturer's to everybody else.
fn arrive(state: &mut State, identity: &Identity, to: &Custodian, moved: &Moved) {
    let maker = state
        .organization()
        .is_some_and(|own| own.kind == OrganizationKind::Manufacturer);
    let entry = moved.entry.id;
    let made = |index, quantity| StockLine {
        id: LineId { entry, index },
        parent: None,
        identity: identity.clone(),
        quantity,
        custodian: *to,
        title: if maker {
            TitleHolder::Organization
        } else {
            TitleHolder::Manufacturer
        },
        location: Text::from(""),
        claims: Vec::new(),
        hold: None,
        disputed: 0,
        head: entry,
        past_heads: Vec::new(),
        replaces: None,
        needs_newer_app: false,
    };
    let mut arrived = made(accepted_child(moved.place), moved.answer.accepted);
    let mut broken = made(damaged_child(moved.place), moved.answer.damaged);
    broken.put_on_hold(broken.quantity, &damaged_words(moved.answer), entry);
    keep_on_arrival(state, &mut arrived, moved.reserved_for);
    for line in [arrived, broken] {
        if line.quantity > 0 {
            state.put_line(line);
        }
    }
}

/// Pieces that are active in another organization's ledger now are gone from this one.
fn leave(state: &mut State, mut line: StockLine, transfer: &Transfer, moved: &Moved) {
    let LineAnswer {
        accepted,
        damaged,
        missing,
        ..
    } = *moved.answer;
    line.unclaim(Claimant::Offer(transfer.id), u32::MAX);
    if accepted + damaged > 0 {
        line.take(accepted + damaged, moved.entry.id);
    }
    line.put_on_hold(missing, &missing_words(moved.answer), moved.entry.id);
    state.put_line(line);
}

/// What comes back is looked at before it goes out again; what was lent is due back.
fn arrived_on_terms(state: &mut State, transfer: &Transfer, offered: &TransferLine, moved: &Moved) {
    let Some(terms) = state.terms(transfer.id).cloned() else {
        return;
    };
    let child = |index| LineId {
        entry: moved.entry.id,
        index,
    };
    let children = [
        child(accepted_child(moved.place)),
        child(damaged_child(moved.place)),
    ];
    let stays_itself = state
        .line(offered.line)
        .is_some_and(|line| line.custodian == transfer.to);
    let arrived = if stays_itself {
        &[offered.line][..]
    } else {
        &children[..]
    };
    for id in arrived {
        if state.line(*id).is_none() {
            continue;
        }
        if terms.returned {
            change_line(state, *id, |line| {
                line.put_on_hold(line.quantity, &transfer.note, moved.entry.id);
            });
        }
        let lent = || query::loan_of(state, *id).is_some_and(|loan| loan.due_back().is_some());
        if terms.returned && lent() {
            due(state, moved.entry, *id, None, &transfer.note);
        }
        if let Some(day) = terms.due_back {
            due(state, moved.entry, *id, Some(day), &transfer.note);
        }
    }
}

/// Pieces on their way from one custody to another.
pub(super) struct Moved<'a> {
    pub(super) entry: &'a Entry,
    pub(super) place: u16,
    pub(super) answer: &'a LineAnswer,
    pub(super) reserved_for: Option<CaseId>,
}

fn damaged_words(answer: &LineAnswer) -> Text {
    if answer.note.is_empty() {
        "damaged".into()
    } else {
        answer.note.clone()
    }
}

fn missing_words(answer: &LineAnswer) -> Text {
    if answer.note.is_empty() {
        "missing".into()
    } else {
        answer.note.clone()
    }
}

/// A line with a serial goes as it is, with a hold that met the open offer (R39).
pub(super) fn move_whole(
    state: &mut State,
    mut line: StockLine,
    transfer: &Transfer,
    moved: &Moved,
) {
    line.unclaim(Claimant::Offer(transfer.id), u32::MAX);
    if moved.answer.missing > 0 {
        line.put_on_hold(
            moved.answer.missing,
            &missing_words(moved.answer),
            moved.entry.id,
        );
    } else {
        line.custodian = transfer.to;
        line.location = Text::from("");
        line.advance(moved.entry.id);
        line.claims.clear();
        line.put_on_hold(
            moved.answer.damaged,
            &damaged_words(moved.answer),
            moved.entry.id,
        );
        if line.held() == 0 {
            keep_on_arrival(state, &mut line, moved.reserved_for);
        }
        tray::leave(state, moved.entry, line.id);
        tray::go_along(state, moved.entry, line.id, transfer.to, moved.reserved_for);
    }
    state.put_line(line);
}

pub(super) fn move_part(
    state: &mut State,
    mut line: StockLine,
    transfer: &Transfer,
    moved: &Moved,
) {
    let LineAnswer {
        accepted,
        damaged,
        missing,
        ..
    } = *moved.answer;
    let entry = moved.entry.id;
    line.unclaim(
        Claimant::Offer(transfer.id),
        accepted.saturating_add(damaged).saturating_add(missing),
    );
    let accepted = accepted.min(line.quantity);
    let damaged = damaged.min(line.quantity - accepted);
    let child = |index, quantity| StockLine {
        custodian: transfer.to,
        ..line.part(LineId { entry, index }, quantity)
    };
    let mut arrived = child(accepted_child(moved.place), accepted);
    let mut broken = child(damaged_child(moved.place), damaged);
    broken.put_on_hold(damaged, &damaged_words(moved.answer), entry);
    if accepted + damaged > 0 {
        // A hold lies first on what stays behind; the rest of it goes along (R39).
        let staying = line.quantity - accepted - damaged;
        if let Some(hold) = line.hold.clone() {
            arrived.put_on_hold(
                hold.quantity.saturating_sub(staying).min(accepted),
                &hold.reason,
                hold.by,
            );
        }
        line.take(accepted + damaged, entry);
    }
    line.put_on_hold(missing, &missing_words(moved.answer), entry);
    state.put_line(line);
    keep_on_arrival(state, &mut arrived, moved.reserved_for);
    for line in [arrived, broken] {
        if line.quantity > 0 {
            state.put_line(line);
        }
    }
}

/// The reservation that travelled with the offer becomes a mark where the case's rep can use the
/// stock now, and stays a reservation otherwise (R16). A case that ended keeps nothing.
fn keep_on_arrival(state: &State, line: &mut StockLine, reserved_for: Option<CaseId>) {
    let Some(case) = reserved_for.and_then(|case| state.case(case)) else {
        return;
    };
    if case.status.is_open() {
        line.claim(keeping(state, line, case), line.quantity - line.held());
    }
}

/// How a line is kept for a case: marked where its rep can use it, else reserved (R16).
pub(super) fn keeping(state: &State, line: &StockLine, case: &Case) -> Claimant {
    match query::source(state, line, case.rep, case.facility) {
        Some(_) => Claimant::Mark(case.id),
        None => Claimant::Reservation(case.id),
    }
}

/// Ends an offer with everything still at the sender, on hold where the decline was about the item
/// (R4). Reservations that travelled with it are dropped (R16).
pub(super) fn give_back(
    state: &mut State,
    entry: &Entry,
    transfer: TransferId,
    status: TransferStatus,
    on_hold: Option<&Text>,
) {
    let Some(mut transfer) = state.transfer(transfer).cloned() else {
        return;
    };
    for offered in &transfer.lines {
        change_line(state, offered.line, |line| {
            let given_back = line.unclaim(Claimant::Offer(transfer.id), u32::MAX);
            if let Some(reason) = on_hold {
                line.put_on_hold(given_back, reason, entry.id);
            }
        });
    }
    transfer.status = status;
    transfer.ended_by = Some((entry.actor, entry.occurred_at));
    ended(state, entry, transfer.id);
    state.put_transfer(transfer);
}

fn hold_words(reason: DeclineReason, note: &Text) -> Text {
    if !note.is_empty() {
        return note.clone();
    }
    Text::from(match reason {
        DeclineReason::Damaged => "declined: damaged",
        DeclineReason::Missing => "declined: missing",
        DeclineReason::Wrong => "declined: the wrong thing",
        DeclineReason::Opened => "declined: opened",
        DeclineReason::NotNeeded | DeclineReason::CannotTake => "declined",
    })
}

//! Adjustments, corrected identities, shared accounts without a second side, and reversals.

use super::rejection::moves_itself;
use super::transfer::keeping;
use super::{accepted, case, change_line, places, tray};
use crate::Text;
use crate::adjust::{Adjustment, Reversal, Undo, Undone};
use crate::case::{CaseStatus, Usage};
use crate::entry::{Entry, EntryBody, ReceivedLine};
use crate::id::{CaseId, EntryId, LineId};
use crate::recall::covering;
use crate::state::State;
use crate::stock::{Custodian, Identity, LineRef, StockLine};
use crate::verdict::{Outcome, Verdict};

pub(super) fn apply(state: &mut State, entry: &Entry, verdict: &Verdict) {
    match &entry.body {
        EntryBody::StockAdjusted {
            custodian,
            away,
            found,
            reason,
        } => adjust(state, entry, verdict, *custodian, (away, found), reason),
        EntryBody::AdjustmentReviewed { adjustment, .. } => {
            if let Some(known) = state.adjustment(*adjustment).cloned() {
                state.put_adjustment(Adjustment {
                    reviewed_by: Some((entry.actor, entry.occurred_at)),
                    ..known
                });
            }
        }
        EntryBody::StockDrawn { to, lines, .. } => {
            for (place, stock) in accepted(lines, verdict) {
                draw(state, made(entry, place), *to, stock);
                tray::go_along(state, entry, stock.line, *to, None);
            }
        }
        EntryBody::IdentityCorrected {
            stock, identity, ..
        } => correct(state, made(entry, 0), stock, identity),
        EntryBody::EntryReversed {
            entry: undone,
            kind,
            case,
            undo,
            ..
        } => {
            reverse(state, entry, undo, (*kind, *case));
            if let (Undone::Used, Some(case)) = (kind, case) {
                forget_use(state, *case, *undone);
            }
            state.put_reversal(Reversal {
                entry: *undone,
                by_entry: entry.id,
                by: (entry.actor, entry.occurred_at),
            });
        }
        // A count says what there was; what differs is adjusted beside it.
        _ => {}
    }
}

fn made(entry: &Entry, index: u16) -> LineId {
    LineId {
        entry: entry.id,
        index,
    }
}

fn adjust(
    state: &mut State,
    entry: &Entry,
    verdict: &Verdict,
    custodian: Custodian,
    (away, found): (&[LineRef], &[ReceivedLine]),
    reason: &Text,
) {
    let mut adjustment = Adjustment {
        id: entry.id,
        custodian,
        away: Vec::with_capacity(away.len()),
        found: Vec::with_capacity(found.len()),
        reason: reason.clone(),
        by: (entry.actor, entry.occurred_at),
        reviewed_by: None,
    };
    for (_, stock) in accepted(away, verdict) {
        change_line(state, stock.line, |line| {
            line.take(stock.quantity, entry.id)
        });
        adjustment.away.push((stock.line, stock.quantity));
    }
    let after_away = away.len().try_into().unwrap_or(u16::MAX);
    for (place, received) in places(found) {
        let place = place.saturating_add(after_away);
        if *verdict.line(place) == Outcome::Accepted {
            let line = super::stock::new_line(entry, place, custodian, received);
            adjustment.found.push(line.id);
            state.put_line(line);
        }
    }
    state.put_adjustment(adjustment);
}

fn draw(state: &mut State, id: LineId, to: Custodian, stock: &LineRef) {
    let Some(mut line) = state.line(stock.line).cloned() else {
        return;
    };
    if moves_itself(&line.identity) {
        line.custodian = to;
        line.location = Text::from("");
        line.claims.clear();
        line.advance(id.entry);
    } else {
        let quantity = stock.quantity.min(line.quantity);
        let part = StockLine {
            custodian: to,
            ..line.part(id, quantity)
        };
        line.take(quantity, id.entry);
        if quantity > 0 {
            state.put_line(part);
        }
    }
    state.put_line(line);
}

fn correct(state: &mut State, id: LineId, stock: &LineRef, identity: &Identity) {
    let Some(mut line) = state.line(stock.line).cloned() else {
        return;
    };
    let quantity = stock.quantity.min(line.quantity);
    let new = StockLine {
        parent: None,
        replaces: Some(line.id),
        identity: identity.clone(),
        location: line.location.clone(),
        ..line.part(id, quantity)
    };
    line.take(quantity, id.entry);
    state.put_line(line);
    if quantity > 0 {
        state.put_line(new);
    }
}

fn reverse(state: &mut State, entry: &Entry, undo: &Undo, (kind, case): (Undone, Option<CaseId>)) {
    for stock in &undo.gone {
        change_line(state, stock.line, |line| {
            line.take(stock.quantity, entry.id)
        });
    }
    for stock in &undo.back {
        let known = state.line(stock.line);
        let recall = known
            .and_then(|line| covering(state, &line.identity))
            .cloned();
        change_line(state, stock.line, |line| {
            let back = line.quantity.saturating_add(stock.quantity);
            // A phone that was handed the undo by a code may not have heard of what it undoes: a
            // serial is one piece all the same (R9).
            let one_piece = moves_itself(&line.identity);
            line.quantity = if one_piece { back.min(1) } else { back };
            line.advance(entry.id);
            if let Some(recall) = &recall {
                line.put_on_hold(line.quantity, &recall.reason, recall.id);
            }
        });
    }
    for stock in &undo.released {
        let known = state.line(stock.line);
        let recall = known
            .and_then(|line| covering(state, &line.identity))
            .cloned();
        change_line(state, stock.line, |line| match (kind, case) {
            (Undone::Marked, Some(case)) => line.unkeep(case, stock.quantity),
            _ => {
                line.release_hold(stock.quantity);
                if let Some(recall) = &recall {
                    line.put_on_hold(line.quantity, &recall.reason, recall.id);
                }
            }
        });
    }
}

/// Takes the uses out of the case, and keeps for it again what had been kept.
fn forget_use(state: &mut State, id: CaseId, undone: EntryId) {
    let Some(known) = state.case(id).cloned() else {
        return;
    };
    let of_it = |usage: &&Usage| usage.entry == undone;
    for usage in known.usage.iter().filter(of_it) {
        let Some(line) = usage.line.filter(|_| known.status.is_open()) else {
            continue;
        };
        let claimant = state.line(line).map(|line| keeping(state, line, &known));
        if let Some(claimant) = claimant {
            change_line(state, line, |line| line.claim(claimant, usage.kept));
        }
    }
    case::change(state, id, |case| {
        case.usage.retain(|usage| usage.entry != undone);
        if case.usage.is_empty() && case.status == CaseStatus::InProgress {
            case.status = CaseStatus::Scheduled;
        }
    });
}

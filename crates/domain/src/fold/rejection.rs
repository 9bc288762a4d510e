//! What does not stand: remembered, and where it is a disputed fact, its pieces set apart (R33).

use super::{accepted_child, change_line, damaged_child, places};
use crate::entry::{Entry, EntryBody};
use crate::id::LineId;
use crate::state::State;
use crate::stock::Identity;
use crate::transfer::TransferStatus;
use crate::verdict::{Outcome, Rejection, Verdict};

pub(super) fn remember(state: &mut State, entry: &Entry, verdict: &Verdict) {
    if verdict.outcome == Outcome::Accepted {
        for refused in &verdict.lines {
            for line in lines_at(state, entry, refused.index) {
                put(state, entry, Some(line), &refused.outcome);
            }
        }
    } else {
        put(state, entry, None, &verdict.outcome);
    }
    match &entry.body {
        EntryBody::UsageRecorded { lines, .. } => {
            for (place, used) in places(lines) {
                if let (Some(line), true) = (used.line, used.status.leaves_the_shelf()) {
                    dispute(state, verdict.line(place), line, used.quantity);
                }
            }
        }
        EntryBody::TransferAnswered {
            transfer, answers, ..
        } => {
            let Some(transfer) = state.transfer(*transfer).cloned() else {
                return;
            };
            // Of an offer that somebody else answered, the pieces have left the sender's line.
            if transfer.status == TransferStatus::Answered && verdict.outcome != Outcome::Accepted {
                return;
            }
            for ((place, answer), offered) in places(answers).zip(&transfer.lines) {
                let taken = answer.accepted.saturating_add(answer.damaged);
                dispute(state, verdict.line(place), offered.line, taken);
            }
        }
        _ => {}
    }
}

fn put(state: &mut State, entry: &Entry, line: Option<LineId>, outcome: &Outcome) {
    let (disputed, refusal) = match outcome {
        Outcome::Refused(refusal) => (false, refusal),
        Outcome::Disputed(refusal) => (true, refusal),
        Outcome::Accepted | Outcome::Waiting(_) => return,
    };
    state.put_rejection(Rejection {
        entry: entry.id,
        line,
        disputed,
        reason: refusal.reason,
    });
}

fn dispute(state: &mut State, outcome: &Outcome, line: LineId, quantity: u32) {
    if matches!(outcome, Outcome::Disputed(_)) {
        change_line(state, line, |line| line.dispute(quantity));
    }
}

/// The lines that the entry would have made or changed at one place.
fn lines_at(state: &State, entry: &Entry, place: u16) -> Vec<LineId> {
    let made = |index| LineId {
        entry: entry.id,
        index,
    };
    match &entry.body {
        EntryBody::StockReceived { .. } => vec![made(place)],
        EntryBody::StockingOrderSubmitted { .. } | EntryBody::FacilityStockRebuilt { .. } => {
            let touched = entry.body.lines_touched();
            let from = touched.get(usize::from(place)).copied();
            std::iter::once(made(place)).chain(from).collect()
        }
        EntryBody::TransferAnswered { transfer, .. } => {
            let offered = state
                .transfer(*transfer)
                .and_then(|offer| offer.lines.get(usize::from(place)));
            match offered {
                Some(offered) if moves_itself(&offered.identity) => vec![offered.line],
                _ => vec![made(accepted_child(place)), made(damaged_child(place))],
            }
        }
        EntryBody::UsageRecorded { lines, .. } => lines
            .get(usize::from(place))
            .and_then(|used| used.line)
            .into_iter()
            .collect(),
        body => body
            .lines_touched()
            .get(usize::from(place))
            .copied()
            .into_iter()
            .collect(),
    }
}

/// True for a line that moves as it is; of others what moves becomes a child line (R10). It must
/// not depend on how much is left, of which two phones may know differently.
pub(super) fn moves_itself(identity: &Identity) -> bool {
    identity.serial.is_some()
}

//! What does not stand: remembered, and where it is a disputed fact, its pieces set apart (R33).

use super::{accepted_child, damaged_child, dispute, places};
use crate::entry::{Entry, EntryBody};
use crate::id::LineId;
use crate::mirror::Mirror;
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
    dispute::keep(state, entry, verdict);
}

/// The pieces that a disputed entry names, which are set apart until somebody resolves it.
pub(super) fn disputed_pieces(
    state: &State,
    entry: &Entry,
    verdict: &Verdict,
) -> Vec<(LineId, u32)> {
    let disputed = |place: u16| matches!(verdict.line(place), Outcome::Disputed(_));
    match &entry.body {
        EntryBody::UsageRecorded { lines, .. } => places(lines)
            .filter(|(place, used)| disputed(*place) && used.status.leaves_the_shelf())
            .filter_map(|(_, used)| Some((used.line?, used.quantity)))
            .collect(),
        EntryBody::StockDrawn { lines, .. } => places(lines)
            .filter(|(place, _)| disputed(*place))
            .map(|(_, stock)| (stock.line, stock.quantity))
            .collect(),
        EntryBody::TransferAnswered {
            transfer, answers, ..
        }
        | EntryBody::Mirrored {
            mirror: Mirror::Answered {
                transfer, answers, ..
            },
            ..
        } => {
            let Some(transfer) = state.transfer(*transfer) else {
                return Vec::new();
            };
            // Of an offer that somebody else answered, the pieces have left the sender's line.
            if transfer.status == TransferStatus::Answered && verdict.outcome != Outcome::Accepted {
                return Vec::new();
            }
            places(answers)
                .zip(&transfer.lines)
                .filter(|((place, _), _)| disputed(*place))
                .map(|((_, answer), offered)| {
                    let taken = answer.accepted.saturating_add(answer.damaged);
                    (offered.line, taken)
                })
                .filter(|(_, taken)| *taken > 0)
                .collect()
        }
        _ => Vec::new(),
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

/// The lines that the entry would have made or changed at one place.
pub(super) fn lines_at(state: &State, entry: &Entry, place: u16) -> Vec<LineId> {
    let made = |index| LineId {
        entry: entry.id,
        index,
    };
    match &entry.body {
        EntryBody::StockReceived { .. } => vec![made(place)],
        EntryBody::StockingOrderSubmitted { .. }
        | EntryBody::FacilityStockRebuilt { .. }
        | EntryBody::StockAdjusted { .. }
        | EntryBody::StockDrawn { .. }
        | EntryBody::IdentityCorrected { .. } => {
            let touched = entry.body.lines_touched();
            let from = touched.get(usize::from(place)).copied();
            std::iter::once(made(place)).chain(from).collect()
        }
        EntryBody::TrayPacked { lines, .. } | EntryBody::TrayUnpacked { lines, .. } => {
            let named = lines.get(usize::from(place)).map(|named| named.line);
            let serial = named
                .and_then(|line| state.line(line))
                .is_some_and(|line| moves_itself(&line.identity));
            match named {
                Some(line) if serial => vec![line],
                _ => vec![made(place)],
            }
        }
        EntryBody::TransferAnswered { transfer, .. } => {
            let offered = state
                .transfer(*transfer)
                .and_then(|offer| offer.lines.get(usize::from(place)));
            match offered {
                Some(offered)
                    if moves_itself(&offered.identity) && state.line(offered.line).is_some() =>
                {
                    vec![offered.line]
                }
                _ => vec![made(accepted_child(place)), made(damaged_child(place))],
            }
        }
        EntryBody::Mirrored {
            mirror: Mirror::Answered { transfer, .. },
            ..
        } => {
            let offer = state.transfer(*transfer);
            let offered = offer.and_then(|offer| offer.lines.get(usize::from(place)));
            offered.map(|offered| offered.line).into_iter().collect()
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

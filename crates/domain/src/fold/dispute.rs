//! Disputes: what they lock, and how they end (R33).

use super::transfer::{Moved, move_part, move_whole};
use super::{change_line, places, recall, rejection, usage};
use crate::Text;
use crate::dispute::{ClaimedLine, Dispute, Resolution, Resolved};
use crate::entry::{Entry, EntryBody, UsedLine};
use crate::id::{EntryId, LineId};
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::Claimant;
use crate::transfer::{Transfer, TransferStatus, Travel};
use crate::verdict::{Flag, LineVerdict, Outcome, Rejection, Verdict};

/// Keeps a disputed entry with the pieces that it names, and a refused offer, on which a receipt
/// may build. What this build cannot read it cannot keep either.
pub(super) fn keep(state: &mut State, entry: &Entry, verdict: &Verdict) {
    if matches!(entry.body, EntryBody::Unknown { .. }) {
        return;
    }
    let refused_offer = matches!(entry.body, EntryBody::TransferOffered { .. })
        && matches!(verdict.outcome, Outcome::Refused(_));
    if verdict.dispute().is_none() && !refused_offer {
        return;
    }
    let dispute = Dispute {
        entry: entry.clone(),
        verdict: verdict.clone(),
        locked: rejection::disputed_pieces(state, entry, verdict),
        resolved: None,
    };
    let lines: Vec<LineId> = dispute.locked.iter().map(|(line, _)| *line).collect();
    state.put_dispute(dispute);
    lock(state, &lines);
}

pub(super) fn resolve(state: &mut State, entry: &Entry) {
    let EntryBody::DisputeResolved { dispute, how, .. } = &entry.body else {
        return;
    };
    let Some(mut dispute) = state.dispute(*dispute).cloned() else {
        return;
    };
    dispute.resolved = Some(Resolved {
        entry: entry.id,
        by: entry.actor,
        at: entry.occurred_at,
        how: how.clone(),
    });
    set_free(state, &dispute);
    match how {
        // Its lines stay where they are; what comes later and builds on it is refused.
        Resolution::Upheld => reject(state, &dispute),
        Resolution::Applied => apply(state, &dispute),
        Resolution::Claimed(lines) => claim(state, &dispute, lines),
    }
    // What it brought in may have been recalled meanwhile (R29).
    recall::meet(state, &dispute.entry);
}

fn apply(state: &mut State, dispute: &Dispute) {
    let verdict = only_disputed(dispute);
    if let EntryBody::ProposalApproved { proposal, what } = &dispute.entry.body {
        super::proposal::approve(state, &dispute.entry, *proposal);
        let effect = Entry {
            body: what.as_ref().clone(),
            ..dispute.entry.clone()
        };
        return super::apply(state, &effect, &verdict);
    }
    super::apply(state, &dispute.entry, &verdict);
}

/// Frees what a dispute locks and forgets that its entry does not stand.
pub(crate) fn set_free(state: &mut State, dispute: &Dispute) {
    let resolved = dispute.resolved.clone().or(Some(Resolved {
        entry: dispute.id(),
        by: dispute.entry.actor,
        at: dispute.entry.occurred_at,
        how: Resolution::Upheld,
    }));
    let lines: Vec<LineId> = dispute.locked.iter().map(|(line, _)| *line).collect();
    state.put_dispute(Dispute {
        resolved,
        ..dispute.clone()
    });
    lock(state, &lines);
    state.end_rejection(dispute.id());
}

/// Locks of each line what the open disputes name of it, and no more.
fn lock(state: &mut State, lines: &[LineId]) {
    for id in lines {
        let named = state
            .disputes()
            .filter(|dispute| dispute.is_open())
            .flat_map(|dispute| &dispute.locked)
            .filter(|(line, _)| line == id)
            .fold(0_u32, |sum, (_, pieces)| sum.saturating_add(*pieces));
        change_line(state, *id, |line| line.disputed = named.min(line.quantity));
    }
}

fn reject(state: &mut State, dispute: &Dispute) {
    let reason = dispute.why().map_or(Reason::Disputed, |why| why.reason);
    let whole = matches!(dispute.verdict.outcome, Outcome::Disputed(_));
    let lines: Vec<Option<LineId>> = if whole {
        vec![None]
    } else {
        dispute
            .verdict
            .lines
            .iter()
            .flat_map(|line| rejection::lines_at(state, &dispute.entry, line.index))
            .map(Some)
            .collect()
    };
    for line in lines {
        state.put_rejection(Rejection {
            entry: dispute.id(),
            line,
            disputed: false,
            reason,
        });
    }
}

/// A verdict that accepts what was in dispute and nothing else.
fn only_disputed(dispute: &Dispute) -> Verdict {
    if matches!(dispute.verdict.outcome, Outcome::Disputed(_)) {
        return Verdict::accepted();
    }
    let mut verdict = Verdict::whole(Outcome::Refused(Refusal::new(Reason::Disputed)));
    for line in &dispute.verdict.lines {
        if matches!(line.outcome, Outcome::Disputed(_)) {
            verdict.lines.push(LineVerdict {
                index: line.index,
                outcome: Outcome::Accepted,
            });
        }
    }
    verdict
}

/// The second claim holds: the pieces go where it says, from wherever they are.
fn claim(state: &mut State, dispute: &Dispute, claimed: &[ClaimedLine]) {
    match &dispute.entry.body {
        EntryBody::UsageRecorded {
            case,
            lines,
            reason,
        } => {
            let from = |place: u16| claimed.iter().find(|named| named.place == place);
            let lines: Vec<UsedLine> = places(lines)
                .map(|(place, used)| UsedLine {
                    line: from(place).map(|named| named.stock.line),
                    head: from(place).and_then(|named| named.stock.head),
                    ..used.clone()
                })
                .collect();
            let mut verdict = only_disputed(dispute);
            verdict.flags.push(Flag {
                index: None,
                reason: Reason::Disputed,
            });
            let used = Entry {
                body: EntryBody::UsageRecorded {
                    case: *case,
                    lines,
                    reason: reason.clone(),
                },
                ..dispute.entry.clone()
            };
            usage::apply(state, &used, &verdict);
        }
        EntryBody::TransferAnswered {
            transfer, answers, ..
        } => {
            let receipt = receipt(state, dispute, *transfer);
            for named in claimed {
                let answer = answers.get(usize::from(named.place));
                let line = state.line(named.stock.line).cloned();
                let (Some(answer), Some(line)) = (answer, line) else {
                    continue;
                };
                // What is missing stays where it is: only what was taken is claimed.
                let answer = crate::transfer::LineAnswer {
                    missing: 0,
                    ..answer.clone()
                };
                let moved = Moved {
                    entry: &dispute.entry,
                    place: named.place,
                    answer: &answer,
                    reserved_for: None,
                };
                if rejection::moves_itself(&line.identity) {
                    move_whole(state, line, &receipt, &moved);
                } else {
                    move_part(state, line, &receipt, &moved);
                }
            }
            complete(state, &dispute.entry, receipt);
        }
        _ => {}
    }
}

/// An offer that was still open has its receipt now.
fn complete(state: &mut State, entry: &Entry, mut transfer: Transfer) {
    if transfer.status != TransferStatus::Open {
        return;
    }
    for offered in &transfer.lines {
        change_line(state, offered.line, |line| {
            line.unclaim(Claimant::Offer(transfer.id), u32::MAX);
        });
    }
    transfer.status = TransferStatus::Answered;
    transfer.ended_by = Some((entry.actor, entry.occurred_at));
    state.put_transfer(transfer);
}

/// The transfer that a disputed receipt completes, whatever the offer became.
fn receipt(state: &State, dispute: &Dispute, transfer: EntryId) -> Transfer {
    let to = dispute.receiver(state);
    match state.transfer(transfer) {
        Some(known) => known.clone(),
        None => Transfer {
            id: transfer,
            from: to,
            to,
            offered_by: dispute.entry.actor,
            offered_at: dispute.entry.occurred_at,
            travel: Travel::default(),
            note: Text::from(""),
            lines: Vec::new(),
            extras: Vec::new(),
            status: TransferStatus::Cancelled,
            ended_by: None,
        },
    }
}

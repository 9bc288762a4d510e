//! Uses (R17).

use super::{accepted, case, change_line};
use crate::Text;
use crate::case::{CaseStatus, Usage, UseEffect, UseStatus};
use crate::entry::{Entry, EntryBody, UsedLine};
use crate::id::{CaseId, LineId};
use crate::query;
use crate::state::State;
use crate::stock::{Claimant, Identity};
use crate::verdict::{Flag, Verdict};

pub(super) fn apply(state: &mut State, entry: &Entry, verdict: &Verdict) {
    let EntryBody::UsageRecorded {
        case,
        lines,
        reason,
    } = &entry.body
    else {
        return;
    };
    let mut usage = Vec::new();
    for (place, used) in accepted(lines, verdict) {
        let (kept, effect) = take_from_line(state, entry, *case, used);
        let concerns = |flag: &&Flag| flag.index.is_none_or(|index| index == place);
        usage.push(Usage {
            entry: entry.id,
            index: place,
            line: used.line,
            identity: used.identity.clone(),
            quantity: used.quantity,
            status: used.status,
            presumed_holder: used.presumed_holder.clone(),
            reason: reason.clone(),
            flags: verdict.flags.iter().filter(concerns).copied().collect(),
            by: (entry.actor, entry.occurred_at),
            kept,
            effect,
        });
    }
    case::change(state, *case, |case| {
        case.usage.extend(usage);
        if case.status == CaseStatus::Scheduled {
            case.status = CaseStatus::InProgress;
        }
    });
}

/// Says how many of the pieces had been kept for the case, and what it did to the line.
fn take_from_line(
    state: &mut State,
    entry: &Entry,
    case: CaseId,
    used: &UsedLine,
) -> (u32, Option<UseEffect>) {
    let Some(line) = used.line.and_then(|line| state.line(line)) else {
        return (0, None);
    };
    let consumed = consumes(state, used);
    let id = line.id;
    let effect = UseEffect {
        taken: if consumed { used.quantity } else { 0 },
        facility_stock: line.facility_stock_at().is_some(),
    };
    let kept_before = line.kept_for(case);
    let reclaimed = query::reclaimed(state, line, used);
    reclaim(state, id, reclaimed, entry);
    change_line(state, id, |line| match used.status {
        UseStatus::Damaged => {
            unkeep_marks_first(line, case, used.quantity);
            line.put_on_hold(used.quantity, &Text::from("damaged"), entry.id);
        }
        _ if consumed => {
            unkeep_marks_first(line, case, used.quantity);
            line.take(used.quantity, entry.id);
        }
        _ => {}
    });
    let kept_now = state.line(id).map_or(0, |line| line.kept_for(case));
    let kept = kept_before.saturating_sub(kept_now).min(used.quantity);
    (kept, Some(effect))
}

/// Takes pieces back from the lines that stand in the place of `first` (R23): the use of `first`
/// counts, and what was rebuilt from it does not.
fn reclaim(state: &mut State, first: LineId, quantity: u32, entry: &Entry) {
    let mut left = quantity;
    for id in query::standing_replacements(state, first) {
        let Some(mut line) = state.line(id).cloned() else {
            continue;
        };
        let taken = left.min(line.quantity.saturating_sub(line.disputed));
        if taken > 0 {
            line.take(taken, entry.id);
            state.put_line(line);
            left -= taken;
        }
    }
    if quantity > 0 {
        change_line(state, first, |line| {
            line.quantity = line.quantity.saturating_add(quantity - left);
            line.advance(entry.id);
        });
    }
}

/// The case uses what was marked for it before it uses what is only reserved.
fn unkeep_marks_first(line: &mut crate::stock::StockLine, case: CaseId, quantity: u32) {
    let marks = line.unclaim(Claimant::Mark(case), quantity);
    line.unclaim(Claimant::Reservation(case), quantity - marks);
}

/// True where the use leaves nothing to use again. A product that is not known here counts as
/// single-use, as nearly all are.
pub(crate) fn consumes(state: &State, used: &UsedLine) -> bool {
    is_consumed(state, &used.identity, used.status)
}

/// True where a use that was recorded took pieces away.
pub(crate) fn consumes_usage(state: &State, usage: &Usage) -> bool {
    if let Some(effect) = usage.effect {
        return effect.taken > 0;
    }
    is_consumed(state, &usage.identity, usage.status)
}

fn is_consumed(state: &State, identity: &Identity, status: UseStatus) -> bool {
    match status {
        UseStatus::Implanted | UseStatus::Wasted => true,
        UseStatus::Used => state
            .product(&identity.product)
            .is_none_or(|product| product.single_use),
        UseStatus::Damaged | UseStatus::BackToTray => false,
    }
}

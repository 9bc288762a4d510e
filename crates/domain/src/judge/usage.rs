//! Uses: facts. A use is refused for nothing but its form (R37); it is disputed where the piece it
//! names is already gone, and flagged for everything else.

use super::context::{Context, held_by};
use super::stock::not_a_source;
use super::tray::tray_at_hand;
use super::{Word, per_line, refused};
use crate::authority::{Act, Concern};
use crate::case::{Case, UseStatus};
use crate::entry::{EntryBody, UsedLine};
use crate::fold::fold_use;
use crate::guard::{Guard, is_off};
use crate::query;
use crate::recall;
use crate::refusal::{Reason, Refusal};
use crate::stock::{Claimant, StockLine};
use crate::verdict::{Outcome, Verdict};

pub(super) fn judge(context: &Context) -> Word<Verdict> {
    let EntryBody::UsageRecorded { case, lines, .. } = &context.entry.body else {
        return Err(refused(Reason::Malformed));
    };
    let case = context.case(*case)?;
    let mut flagged = Vec::new();
    if context.may(Act::UseInCase, Concern::Case(case.id)).is_err() {
        flagged.push(Reason::NotAllowed);
    }
    if !case.status.is_open() {
        flagged.push(Reason::CaseEnded);
    }
    if case.needs_newer_app {
        flagged.push(Reason::NeedsNewerApp);
    }
    // Two uses in one entry may share a line or a need: each is judged on what the one before left.
    let mut after = context.state.clone();
    let mut words = Vec::with_capacity(lines.len());
    for (place, used) in (0..=u16::MAX).zip(lines) {
        let word = match after.case(case.id) {
            Some(case) => used_line(
                &Context {
                    state: &after,
                    ..*context
                },
                case,
                used,
            ),
            None => Err(refused(Reason::Unknown)),
        };
        if word.is_ok() && usize::from(place) + 1 < lines.len() {
            fold_use(&mut after, context.entry, place);
        }
        words.push(word);
    }
    Ok(per_line(words, &flagged))
}

fn used_line(context: &Context, case: &Case, used: &UsedLine) -> Word<Vec<Reason>> {
    let mut flags = Vec::new();
    if matches!(used.status, UseStatus::Implanted | UseStatus::Used) {
        let need = case
            .needs
            .iter()
            .find(|need| need.product == used.identity.product);
        let so_far = query::used_in_case(case, &used.identity.product);
        if need.is_some_and(|need| so_far.saturating_add(used.quantity) > need.quantity) {
            flags.push(Reason::OverUse);
        }
    }
    if used.status.leaves_the_shelf() && used.identity.is_expired_on(case.starts_at.date) {
        flags.push(Reason::Expired);
    }
    let recalled = recall::covering(context.state, &used.identity).is_some();
    if recalled && used.status.leaves_the_shelf() {
        flags.push(Reason::Recalled);
    }
    let Some(id) = used.line else {
        flags.push(Reason::FromElsewhere);
        return Ok(flags);
    };
    let line = context.line(id)?;
    if line.identity != used.identity {
        return Err(Outcome::Refused(Refusal::new(Reason::Malformed).line(id)));
    }
    // R23: a use that did not know of a rebuild takes the pieces back from it.
    let reclaimed = query::reclaimed(context.state, line, used);
    if reclaimed > 0 {
        flags.push(Reason::RebuildUndone);
    } else {
        context.head(line, used.head)?;
    }
    if query::source(context.state, line, case.rep, case.facility).is_none() {
        // A use says only that it was from elsewhere; the way to link or rebuild comes too late.
        flags.push(match not_a_source(context.state, line, case) {
            Reason::OtherFacility => Reason::OtherFacility,
            _ => Reason::FromElsewhere,
        });
    }
    if line.needs_newer_app {
        flags.push(Reason::NeedsNewerApp);
    }
    if tray_at_hand(context, line).is_err() {
        flags.push(Reason::Offered);
    }
    if used.status.leaves_the_shelf() {
        let from_line = used.quantity - reclaimed;
        on_hand(line, from_line).map_err(Outcome::Disputed)?;
        flags.extend(spoken_for(line, case, from_line));
    }
    Ok(flags)
}

/// The pieces must be there, and must not be the ones that another claim disputes.
fn on_hand(line: &StockLine, quantity: u32) -> Result<(), Refusal> {
    let available = line.quantity.saturating_sub(line.disputed);
    if quantity <= available || is_off(Guard::Balance) {
        return Ok(());
    }
    let reason = if quantity <= line.quantity {
        Reason::Disputed
    } else {
        Reason::NotEnough
    };
    let refusal = Refusal::new(reason)
        .line(line.id)
        .entry(line.head)
        .available(available);
    Err(held_by(refusal, line))
}

/// What the pieces were meant for, where the use takes some that were (R2, R15, R28).
fn spoken_for(line: &StockLine, case: &Case, quantity: u32) -> Vec<Reason> {
    let mut flags = Vec::new();
    if quantity > line.quantity.saturating_sub(line.held()) {
        flags.push(Reason::OnHold);
    }
    let offered: u32 = line
        .claims
        .iter()
        .filter(|claim| matches!(claim.by, Claimant::Offer(_)))
        .map(|claim| claim.quantity)
        .sum();
    let for_others = line.claimed() - line.kept_for(case.id) - offered;
    let beyond = quantity.saturating_sub(line.quantity.saturating_sub(offered + for_others));
    if beyond > 0 && for_others > 0 {
        flags.push(Reason::KeptForOtherCase);
    }
    if beyond > for_others {
        flags.push(Reason::Offered);
    }
    flags
}

//! Resolutions of disputes (R33, R38).

use super::context::Context;
use super::{Word, refused};
use crate::authority::{Act, Concern};
use crate::dispute::{ClaimedLine, Dispute, Resolution};
use crate::entry::EntryBody;
use crate::fold::set_free;
use crate::id::EntryId;
use crate::refusal::{Reason, Refusal};
use crate::verdict::Outcome;

pub(super) fn resolved(context: &Context, id: EntryId, how: &Resolution, reason: &str) -> Word {
    let dispute = context.dispute(id)?;
    if let Some(resolved) = &dispute.resolved {
        let ended = Refusal::new(Reason::DisputeEnded).entry(resolved.entry);
        return Err(Outcome::Refused(ended.person(resolved.by)));
    }
    if !dispute.is_open() {
        return Err(refused(Reason::DisputeEnded));
    }
    super::stock::needs_words(reason)?;
    let quarantined = dispute
        .why()
        .is_some_and(|why| why.reason == Reason::Revoked);
    if quarantined {
        context.allowed(Act::Release, Concern::Organization)?;
    } else {
        context.allowed(Act::Approve, Concern::Person(dispute.entry.actor))?;
    }
    match how {
        Resolution::Upheld => Ok(()),
        Resolution::Applied => stands_now(context, dispute),
        Resolution::Claimed(lines) => claimed(context, dispute, lines),
    }
}

/// Nothing may be in the way any more of what takes effect as it was recorded.
fn stands_now(context: &Context, dispute: &Dispute) -> Word {
    let mut state = context.state.clone();
    set_free(&mut state, dispute);
    let released = Context::released(&state, &dispute.entry)?;
    let verdict = super::on_its_kind(&released)?;
    let whole = matches!(dispute.verdict.outcome, Outcome::Disputed(_));
    if whole {
        accepted(&verdict.outcome)?;
        return verdict
            .lines
            .iter()
            .try_for_each(|line| accepted(&line.outcome));
    }
    dispute
        .verdict
        .lines
        .iter()
        .filter(|line| matches!(line.outcome, Outcome::Disputed(_)))
        .try_for_each(|line| accepted(verdict.line(line.index)))
}

fn accepted(outcome: &Outcome) -> Word {
    match outcome {
        Outcome::Accepted => Ok(()),
        Outcome::Refused(refusal) | Outcome::Disputed(refusal) => {
            Err(Outcome::Refused(refusal.clone()))
        }
        Outcome::Waiting(entry) => Err(Outcome::Refused(
            Refusal::new(Reason::Unknown).entry(*entry),
        )),
    }
}

/// Every piece named is there, is what was claimed, and is named for a disputed line.
fn claimed(context: &Context, dispute: &Dispute, lines: &[ClaimedLine]) -> Word {
    let by_lines = matches!(
        dispute.entry.body,
        EntryBody::UsageRecorded { .. } | EntryBody::TransferAnswered { .. }
    );
    let claims = dispute.claims(context.state);
    let receipt = matches!(dispute.entry.body, EntryBody::TransferAnswered { .. });
    if !by_lines || (receipt && lines.is_empty()) {
        return Err(refused(Reason::Malformed));
    }
    let mut after = context.state.clone();
    set_free(&mut after, dispute);
    for named in lines {
        let Some((_, identity, quantity)) = claims.iter().find(|(at, ..)| *at == named.place)
        else {
            return Err(refused(Reason::Malformed));
        };
        let line = context.readable_line(named.stock.line)?;
        context.head(line, named.stock.head)?;
        let same = identity
            .as_ref()
            .is_none_or(|claimed| *claimed == line.identity);
        if !same || named.stock.quantity != *quantity {
            return Err(Outcome::Refused(
                Refusal::new(Reason::Malformed).line(line.id),
            ));
        }
        // What another dispute locks stays with it.
        let line = after.line(line.id).unwrap_or(line);
        let there = line.quantity.saturating_sub(line.disputed);
        if *quantity > there {
            let short = Refusal::new(Reason::NotEnough).line(line.id);
            return Err(Outcome::Refused(short.available(there)));
        }
    }
    Ok(())
}

//! Offers, answers, declines, cancellations.

use super::context::{Context, held_by, person_of};
use super::recall::not_recalled;
use super::stock::{is_known, serial_is_new, shortage};
use super::tray::{not_in_a_tray, nothing_recalled_inside};
use super::{Word, per_line, refused};
use crate::authority::{Act, Concern};
use crate::entry::{EntryBody, OfferedLine};
use crate::id::TransferId;
use crate::query;
use crate::refusal::{Reason, Refusal};
use crate::stock::{Claimant, Custodian, StockLine};
use crate::transfer::{LineAnswer, Transfer, TransferLine, TransferStatus};
use crate::verdict::{Outcome, Verdict};

pub(super) fn judge(context: &Context) -> Word<Verdict> {
    match &context.entry.body {
        EntryBody::TransferOffered {
            from, to, lines, ..
        } => offered(context, *from, *to, lines),
        EntryBody::TransferAnswered {
            transfer, answers, ..
        } => answered(context, *transfer, answers),
        EntryBody::TransferDeclined { transfer, .. } => {
            let transfer = open(context, *transfer)?;
            this_side(context, transfer.to)?;
            context.allowed(Act::Answer, Concern::Custody(transfer.to))?;
            Ok(Verdict::accepted())
        }
        EntryBody::TransferCancelled { transfer, .. } => {
            let transfer = open(context, *transfer)?;
            this_side(context, transfer.from)?;
            context.allowed(Act::Offer, Concern::Custody(transfer.from))?;
            Ok(Verdict::accepted())
        }
        _ => Err(refused(Reason::Malformed)),
    }
}

fn offered(
    context: &Context,
    from: Custodian,
    to: Custodian,
    lines: &[OfferedLine],
) -> Word<Verdict> {
    if !is_known(context.state, to) {
        let refusal = Refusal::new(Reason::Unknown);
        return Err(Outcome::Refused(
            person_of(to).map_or(refusal.clone(), |person| refusal.person(person)),
        ));
    }
    context.allowed(Act::Offer, Concern::Custody(from))?;
    Ok(per_line(
        lines
            .iter()
            .map(|line| offered_line(context, from, line))
            .collect(),
        &[],
    ))
}

fn offered_line(context: &Context, from: Custodian, offered: &OfferedLine) -> Word<Vec<Reason>> {
    let line = releasable(context, from, offered)?;
    not_recalled(context, line)?;
    not_in_a_tray(context, line)?;
    nothing_recalled_inside(context, line)?;
    let available = match offered.reserved_for {
        None => line.free(),
        Some(case) => {
            let case = context.open_case(case)?;
            if line.is_expired_on(case.starts_at.date) {
                let refusal = Refusal::new(Reason::Expired).line(line.id).case(case.id);
                return Err(Outcome::Refused(refusal));
            }
            line.usable_for(case.id)
        }
    };
    enough(line, offered, available)
}

/// A line that `from` holds, as the author saw it, and that is not Facility Stock (R21).
pub(super) fn releasable<'a>(
    context: &Context<'a>,
    from: Custodian,
    offered: &OfferedLine,
) -> Word<&'a StockLine> {
    let line = context.readable_line(offered.stock.line)?;
    context.head(line, offered.stock.head)?;
    let refuse = |reason| {
        Err(Outcome::Refused(held_by(
            Refusal::new(reason).line(line.id).entry(line.head),
            line,
        )))
    };
    if line.custodian != from {
        return refuse(Reason::NotCustodian);
    }
    if line.facility_stock_at().is_some() {
        return refuse(Reason::FacilityStockStays);
    }
    if context.state.came_unverified(line) {
        return refuse(Reason::Unverified);
    }
    if line.identity != offered.identity {
        return refuse(Reason::Malformed);
    }
    Ok(line)
}

/// No more than there is for it.
pub(super) fn enough(line: &StockLine, offered: &OfferedLine, available: u32) -> Word<Vec<Reason>> {
    let wanted = offered.stock.quantity;
    if wanted > available {
        return Err(Outcome::Refused(shortage(
            line,
            offered.reserved_for,
            wanted,
            available,
        )));
    }
    Ok(Vec::new())
}

/// R3: nobody speaks for another organization's side of a transfer, whatever his role here.
fn this_side(context: &Context, side: Custodian) -> Word {
    if query::is_elsewhere(context.state, side) {
        Err(context.against(Refusal::new(Reason::OwnOffer)))
    } else {
        Ok(())
    }
}

/// A transfer that is still open (R8).
fn open<'a>(context: &Context<'a>, id: TransferId) -> Word<&'a Transfer> {
    let transfer = context.transfer(id)?;
    if transfer.status == TransferStatus::Open {
        return Ok(transfer);
    }
    let ended = Refusal::new(Reason::TransferEnded).entry(id);
    Err(context.against(match transfer.ended_by {
        Some((person, _)) => ended.person(person),
        None => ended,
    }))
}

fn answered(context: &Context, id: TransferId, answers: &[LineAnswer]) -> Word<Verdict> {
    let transfer = context.transfer(id)?;
    let adds_up = |(answer, offered): (&LineAnswer, &TransferLine)| {
        answer.accepted + answer.damaged + answer.missing == offered.quantity
    };
    if answers.len() != transfer.lines.len() || !answers.iter().zip(&transfer.lines).all(adds_up) {
        return Err(Outcome::Refused(
            Refusal::new(Reason::AnswerDoesNotAddUp).entry(id),
        ));
    }
    open(context, id)?;
    this_side(context, transfer.to)?;
    // A receipt by somebody who does not answer for that side moves no custody; it is kept.
    context
        .may(Act::Answer, Concern::Custody(transfer.to))
        .map_err(|no| context.against(no))?;
    if transfer.offered_by == context.entry.actor && !context.by_server {
        return Err(context.against(Refusal::new(Reason::OwnOffer).entry(id)));
    }
    let lines = answers.iter().zip(&transfer.lines);
    let words = lines.map(|(answer, offered)| answered_line(context, transfer, offered, answer));
    Ok(per_line(words.collect(), &[]))
}

fn answered_line(
    context: &Context,
    transfer: &Transfer,
    offered: &TransferLine,
    answer: &LineAnswer,
) -> Word<Vec<Reason>> {
    let taken = answer.accepted + answer.damaged;
    if taken == 0 {
        return Ok(Vec::new());
    }
    if let Some(rejection) = context.state.rejection(transfer.id, Some(offered.line)) {
        return Err(context.same(rejection));
    }
    if query::is_elsewhere(context.state, transfer.from) {
        // The pieces are active in the other ledger; what may speak against them is a twin here.
        return match serial_is_new(context.state, &offered.identity) {
            Err(Outcome::Refused(twin)) => Err(context.against(twin)),
            _ => Ok(Vec::new()),
        };
    }
    let line = context.line(offered.line)?;
    // A fact may have taken offered pieces meanwhile: the offer covers what is left of its claim.
    let undisputed = line.quantity.saturating_sub(line.disputed);
    let available = line
        .claimed_by(Claimant::Offer(transfer.id))
        .min(undisputed);
    if taken > available {
        let reason = if taken <= line.quantity && line.disputed > 0 {
            Reason::Disputed
        } else {
            Reason::NotEnough
        };
        let refusal = Refusal::new(reason)
            .line(line.id)
            .entry(line.head)
            .available(available);
        return Err(context.against(held_by(refusal, line)));
    }
    let unreadable = line.needs_newer_app.then_some(Reason::NeedsNewerApp);
    Ok(unreadable.into_iter().collect())
}

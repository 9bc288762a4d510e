//! Adjustments and their review, counts, corrected identities, shared accounts without a second
//! side, and reversals.

use super::context::{Context, held_by};
use super::recall::not_recalled;
use super::stock::{is_known, needs_words, same_piece, serial_is_new, shortage, told_apart};
use super::tray::{not_in_a_tray, not_packed, nothing_recalled_inside};
use super::{Word, per_line, refused};
use crate::adjust::{self, Undo, Undone};
use crate::authority::{Act, Concern};
use crate::dispute::Dispute;
use crate::entry::{EntryBody, ReceivedLine};
use crate::id::{CaseId, EntryId, LineId};
use crate::query;
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::{Claimant, Custodian, Identity, LineRef, StockLine, TitleHolder};
use crate::verdict::{Outcome, Verdict};

pub(super) fn judge(context: &Context) -> Word<Verdict> {
    match &context.entry.body {
        EntryBody::StockAdjusted {
            custodian,
            away,
            found,
            reason,
        } => {
            needs_words(reason)?;
            adjusted(context, *custodian, away, found)
        }
        EntryBody::AdjustmentReviewed { adjustment, .. } => reviewed(context, *adjustment),
        EntryBody::StockCounted {
            custodian, counted, ..
        } => {
            let act = context.may(Act::Adjust, Concern::Custody(*custodian));
            let flag = act.is_err().then_some(Reason::NotAllowed);
            let known = |line: LineId| context.line(line).map(|_| Vec::new());
            let words = counted.iter().map(|count| known(count.line));
            Ok(per_line(words.collect(), flag.as_slice()))
        }
        EntryBody::StockDrawn {
            from, to, lines, ..
        } => drawn(context, *from, *to, lines),
        EntryBody::IdentityCorrected {
            stock,
            identity,
            reason,
        } => {
            needs_words(reason)?;
            let word = corrected(context, stock, identity);
            Ok(per_line(vec![word], &[]))
        }
        EntryBody::EntryReversed {
            entry,
            kind,
            case,
            undo,
            ..
        } => reversed(context, *entry, (*kind, *case), undo),
        _ => Err(refused(Reason::Malformed)),
    }
}

fn adjusted(
    context: &Context,
    custodian: Custodian,
    away: &[LineRef],
    found: &[ReceivedLine],
) -> Word<Verdict> {
    if !is_known(context.state, custodian) {
        return Err(refused(Reason::Unknown));
    }
    context.allowed(Act::Adjust, Concern::Custody(custodian))?;
    let away = away.iter().map(|line| taken_away(context, custodian, line));
    let mut words: Vec<Word<Vec<Reason>>> = away.collect();
    for (place, line) in found.iter().enumerate() {
        let twin = line.identity.serial.is_some()
            && found[..place].iter().any(|other| same_piece(other, line));
        words.push(if twin {
            Err(refused(Reason::SerialActive))
        } else {
            found_line(context, custodian, line)
        });
    }
    Ok(per_line(words, &[]))
}

/// What is gone is gone, also where it was marked; what lies in an open offer is answered by the
/// other side first, and what is disputed is resolved first (R33).
fn taken_away(context: &Context, custodian: Custodian, wanted: &LineRef) -> Word<Vec<Reason>> {
    let line = context.readable_line(wanted.line)?;
    context.head(line, wanted.head)?;
    if line.custodian != custodian {
        return Err(Outcome::Refused(held_by(
            Refusal::new(Reason::NotCustodian).line(line.id),
            line,
        )));
    }
    let offered: u32 = line
        .claims
        .iter()
        .filter(|claim| matches!(claim.by, Claimant::Offer(_)))
        .map(|claim| claim.quantity)
        .sum();
    let there = line.quantity - line.disputed;
    let available = there.saturating_sub(offered);
    if wanted.quantity <= available {
        return Ok(Vec::new());
    }
    let reason = match wanted.quantity {
        wanted if wanted > line.quantity => Reason::NotEnough,
        wanted if wanted > there => Reason::Disputed,
        _ => Reason::Offered,
    };
    let refusal = Refusal::new(reason).line(line.id).available(available);
    Err(Outcome::Refused(held_by(refusal, line)))
}

/// What is found is what the label says. Facility Stock is found only where the same was sold:
/// everything else would be a sale without an order (R20).
fn found_line(context: &Context, custodian: Custodian, line: &ReceivedLine) -> Word<Vec<Reason>> {
    if let TitleHolder::Facility(_) = line.title {
        let same = |known: &StockLine| known.custodian == custodian && known.title == line.title;
        let mut known = context.state.lines_of_product(&line.identity.product);
        if !known.any(same) {
            return Err(refused(Reason::NotAllowed));
        }
    }
    told_apart(context.state, line)
}

fn reviewed(context: &Context, id: EntryId) -> Word<Verdict> {
    let adjustment = context.adjustment(id)?;
    context.allowed(Act::Review, Concern::Custody(adjustment.custodian))?;
    if adjustment.by.0 == context.actor.id {
        return Err(refused(Reason::OwnAct));
    }
    if let Some((person, _)) = adjustment.reviewed_by {
        let refusal = Refusal::new(Reason::AlreadyReviewed).person(person);
        return Err(Outcome::Refused(refusal.entry(id)));
    }
    Ok(Verdict::accepted())
}

/// R3: a fact; the manager sees that there was no second side.
fn drawn(context: &Context, from: Custodian, to: Custodian, lines: &[LineRef]) -> Word<Verdict> {
    let is_account = |custodian| query::is_account(context.state, custodian);
    let (account, rep) = match (from, to) {
        (account, Custodian::Person(rep)) if is_account(account) => (account, rep),
        (Custodian::Person(rep), account) if is_account(account) => (account, rep),
        _ => return Err(context.against(Refusal::new(Reason::NotAnAccount))),
    };
    context
        .may(Act::Draw, Concern::Person(rep))
        .map_err(|no| context.against(no))?;
    if !context.state.is_shared_with(account, rep) {
        let refusal = Refusal::new(Reason::LinkNeeded).person(rep);
        return Err(context.against(refusal));
    }
    let words = lines.iter().map(|line| drawn_line(context, from, line));
    Ok(per_line(words.collect(), &[Reason::NoSecondSide]))
}

fn drawn_line(context: &Context, from: Custodian, wanted: &LineRef) -> Word<Vec<Reason>> {
    let line = context.line(wanted.line)?;
    context.head(line, wanted.head)?;
    let against = |reason| {
        let refusal = Refusal::new(reason).line(line.id).entry(line.head);
        Err(context.against(held_by(refusal, line)))
    };
    if line.custodian != from {
        return against(Reason::NotCustodian);
    }
    if line.facility_stock_at().is_some() {
        return against(Reason::FacilityStockStays);
    }
    if context.state.came_unverified(line) {
        return against(Reason::Unverified);
    }
    // What lies in a tray is taken out of it first; a tray takes its contents along (R6).
    for word in [
        not_in_a_tray(context, line),
        not_recalled(context, line),
        nothing_recalled_inside(context, line),
    ] {
        if let Err(Outcome::Refused(refusal)) = word {
            return Err(context.against(refusal));
        }
    }
    if wanted.quantity > line.free() {
        let refusal = shortage(line, None, wanted.quantity, line.free());
        return Err(context.against(refusal));
    }
    Ok(Vec::new())
}

/// R12: never edited; another line takes the place of these pieces.
fn corrected(context: &Context, stock: &LineRef, identity: &Identity) -> Word<Vec<Reason>> {
    let line = context.readable_line(stock.line)?;
    context.head(line, stock.head)?;
    context.allowed(Act::Adjust, Concern::Custody(line.custodian))?;
    if line.identity == *identity {
        return Err(Outcome::Refused(
            Refusal::new(Reason::Malformed).line(line.id),
        ));
    }
    not_recalled(context, line)?;
    not_in_a_tray(context, line)?;
    not_packed(context, line)?;
    if stock.quantity > line.free() {
        let refusal = shortage(line, None, stock.quantity, line.free());
        return Err(Outcome::Refused(refusal));
    }
    let new = ReceivedLine {
        identity: identity.clone(),
        quantity: stock.quantity,
        title: line.title.clone(),
        location: line.location.clone(),
    };
    // Judged on the state after it: the serial of these pieces is free by then (R9).
    let mut after: State = context.state.clone();
    let mut left = line.clone();
    left.take(stock.quantity, context.entry.id);
    after.put_line(left);
    told_apart(&after, &new)
}

/// R13: by whoever could have done it, while nothing later builds on it.
fn reversed(
    context: &Context,
    entry: EntryId,
    (kind, case): (Undone, Option<CaseId>),
    undo: &Undo,
) -> Word<Verdict> {
    if let Some(known) = context.state.reversal(entry) {
        let refusal = Refusal::new(Reason::AlreadyReversed).entry(known.by_entry);
        return Err(Outcome::Refused(refusal.person(known.by.0)));
    }
    if let Some(rejection) = context.state.rejection(entry, None) {
        return Err(context.same(rejection));
    }
    // A line of it may still take effect: what is undone now could come back then.
    if context.state.dispute(entry).is_some_and(Dispute::is_open) {
        return Err(Outcome::Disputed(
            Refusal::new(Reason::Disputed).entry(entry),
        ));
    }
    for stock in undo.lines() {
        context.readable_line(stock.line)?;
    }
    match (kind, case) {
        (Undone::Marked | Undone::Used, Some(case)) => {
            let case = context.case(case)?;
            context.allowed(Act::UseInCase, Concern::Case(case.id))?;
            if kind == Undone::Used && !case.usage.iter().any(|usage| usage.entry == entry) {
                return Err(Outcome::Waiting(entry));
            }
        }
        (Undone::Received | Undone::Adjusted | Undone::Held, None) => {
            if kind == Undone::Adjusted {
                context.adjustment(entry)?;
            }
            let act = match kind {
                Undone::Received => Act::CreateStock,
                Undone::Adjusted => Act::Adjust,
                _ => Act::Hold,
            };
            for stock in undo.lines() {
                let custodian = context.line(stock.line)?.custodian;
                context.allowed(act, Concern::Custody(custodian))?;
            }
        }
        _ => return Err(refused(Reason::Malformed)),
    }
    let right = adjust::undo_of(context.state, entry, (kind, case), &undo.released);
    let right = right.map_err(Outcome::Refused)?;
    if right != *undo {
        // The pieces are not where the author saw them.
        return Err(Outcome::Refused(
            Refusal::new(Reason::BuiltUpon).entry(entry),
        ));
    }
    for back in &undo.back {
        let line = context.line(back.line)?;
        if line.quantity == 0 {
            serial_is_new(context.state, &line.identity)?;
        }
    }
    Ok(Verdict::accepted())
}

//! Facility Stock: stocking orders, and rebuilding in another rep's custody.

use super::case::{covers, served};
use super::context::{Context, held_by};
use super::recall::not_recalled;
use super::stock::{is_known, shortage};
use super::tray::{not_in_a_tray, not_packed};
use super::{Word, per_line, refused};
use crate::authority::{Act, Concern};
use crate::case::Case;
use crate::entry::{EntryBody, OrderedLine, RebuiltLine};
use crate::id::{CaseId, FacilityId, PersonId};
use crate::query::{self, FacilityStockWay};
use crate::refusal::{Reason, Refusal};
use crate::stock::Custodian;
use crate::verdict::{Outcome, Verdict};

pub(super) fn judge(context: &Context) -> Word<Verdict> {
    match &context.entry.body {
        EntryBody::StockingOrderSubmitted {
            facility,
            seller,
            lines,
            ..
        } => {
            served(context, *facility)?;
            if !is_known(context.state, *seller) {
                return Err(refused(Reason::Unknown));
            }
            context.allowed(Act::Sell, Concern::Custody(*seller))?;
            let words = lines.iter().map(|line| ordered(context, *seller, line));
            Ok(per_line(words.collect(), &[]))
        }
        EntryBody::FacilityStockRebuilt { rep, case, lines } => {
            rebuilt(context, *rep, *case, lines)
        }
        _ => Err(refused(Reason::Malformed)),
    }
}

fn ordered(context: &Context, seller: Custodian, ordered: &OrderedLine) -> Word<Vec<Reason>> {
    let line = context.readable_line(ordered.stock.line)?;
    context.head(line, ordered.stock.head)?;
    let refuse = |reason| {
        let refusal = Refusal::new(reason).line(line.id).entry(line.head);
        Err(Outcome::Refused(held_by(refusal, line)))
    };
    if line.custodian != seller {
        return refuse(Reason::NotCustodian);
    }
    if line.facility_stock_at().is_some() {
        return refuse(Reason::AlreadySold);
    }
    if context.state.came_unverified(line) {
        return refuse(Reason::Unverified);
    }
    not_recalled(context, line)?;
    // Facility Stock stays where it is; a tray goes.
    not_in_a_tray(context, line)?;
    not_packed(context, line)?;
    if ordered.stock.quantity > line.free() {
        let refusal = shortage(line, None, ordered.stock.quantity, line.free());
        return Err(Outcome::Refused(refusal));
    }
    Ok(Vec::new())
}

/// R23. Creating, selling and taking away are one act, judged on what it leaves behind: custody
/// and serials are right afterwards, and nobody is asked for a piece that comes from nowhere.
fn rebuilt(
    context: &Context,
    rep: PersonId,
    case: Option<CaseId>,
    lines: &[RebuiltLine],
) -> Word<Verdict> {
    covers(context, rep)?;
    let case = case.map(|case| context.open_case(case)).transpose()?;
    let by_rep = context.allowed(Act::Rebuild, Concern::Person(rep));
    if by_rep.is_err() {
        let by_case = case.map(|case| context.may(Act::Rebuild, Concern::Case(case.id)));
        if !matches!(by_case, Some(Ok(()))) {
            by_rep?;
        }
    }
    // What is rebuilt at once lies at one facility: the case's.
    let first = lines.first();
    let first = first.and_then(|line| context.state.line(line.stock.line)?.facility_stock_at());
    let at = case.map_or(first, |case| Some(case.facility));
    let mut words: Vec<Word<Vec<Reason>>> = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        // What the case needs of one product may be rebuilt from several lines.
        let same = |(at, other): &(usize, &RebuiltLine)| {
            words[*at].is_ok() && other.identity.product == line.identity.product
        };
        let before = lines[..place].iter().enumerate().filter(same);
        let before = before.fold(0, |sum: u32, (_, other)| {
            sum.saturating_add(other.stock.quantity)
        });
        let word = rebuilt_line(context, rep, (case, at), line, before);
        words.push(word);
    }
    Ok(per_line(words, &[]))
}

fn rebuilt_line(
    context: &Context,
    rep: PersonId,
    (case, at): (Option<&Case>, Option<FacilityId>),
    rebuilt: &RebuiltLine,
    before: u32,
) -> Word<Vec<Reason>> {
    let line = context.readable_line(rebuilt.stock.line)?;
    context.head(line, rebuilt.stock.head)?;
    let wanted = rebuilt.stock.quantity;
    let refusal = |reason| held_by(Refusal::new(reason).line(line.id), line);
    let refuse = |reason| Err(Outcome::Refused(refusal(reason)));
    if line.facility_stock_at().is_none() || line.identity != rebuilt.identity {
        return refuse(Reason::Malformed);
    }
    match query::facility_stock_way(context.state, line, rep) {
        FacilityStockWay::Rebuild => {}
        FacilityStockWay::Link(_) => return refuse(Reason::LinkNeeded),
        FacilityStockWay::Usable => return refuse(Reason::Malformed),
    }
    not_recalled(context, line)?;
    not_packed(context, line)?;
    if line.facility_stock_at() != at {
        return refuse(Reason::OtherFacility);
    }
    if let Some(case) = case {
        if line.is_expired_on(case.starts_at.date) {
            return Err(Outcome::Refused(refusal(Reason::Expired).case(case.id)));
        }
        let needed = case
            .needs
            .iter()
            .find(|need| need.product == line.identity.product)
            .map_or(0, |need| need.quantity)
            .saturating_sub(query::used_in_case(case, &line.identity.product))
            .saturating_sub(before);
        if wanted > needed {
            return Err(Outcome::Refused(
                refusal(Reason::OverUse).case(case.id).available(needed),
            ));
        }
    }
    let case = case.map(|case| case.id);
    let available = case.map_or_else(|| line.free(), |case| line.usable_for(case));
    if wanted > available {
        return Err(Outcome::Refused(shortage(line, case, wanted, available)));
    }
    Ok(Vec::new())
}

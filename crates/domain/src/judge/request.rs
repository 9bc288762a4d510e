//! Requests to a warehouse, what it offers for them, returns, and days by which stock is due back.

use super::context::Context;
use super::recall::not_recalled;
use super::stock::is_known;
use super::transfer::{enough, releasable};
use super::tray::{not_in_a_tray, not_packed, nothing_recalled_inside};
use super::{Word, per_line, refused};
use crate::authority::{Act, Concern};
use crate::directory::LinkStatus;
use crate::entry::{EntryBody, OfferedLine};
use crate::id::{LineId, OrganizationId};
use crate::refusal::{Reason, Refusal};
use crate::request::{RequestId, RequestStatus, StockRequest, Wanted};
use crate::stock::{Custodian, TitleHolder};
use crate::verdict::{Outcome, Verdict};

pub(super) fn judge(context: &Context) -> Word<Verdict> {
    match &context.entry.body {
        EntryBody::StockRequested { from, wanted } => requested(context, *from, wanted),
        EntryBody::RequestDeclined { request, reason } => {
            asked_here(context, *request)?;
            context.allowed(Act::Answer, Concern::Custody(own_warehouse(context)))?;
            words(reason)
        }
        EntryBody::RequestWithdrawn { request } => {
            let request = open(context, *request)?;
            if request.by != context.entry.organization {
                return Err(refused(Reason::NotAllowed));
            }
            context.allowed(Act::RequestStock, Concern::Custody(request.wanted.to))?;
            Ok(Verdict::accepted())
        }
        EntryBody::RequestOffered { request, lines, .. } => offered(context, *request, lines),
        EntryBody::StockReturned {
            from,
            to,
            lines,
            reason,
            ..
        } => returned(context, *from, *to, lines, reason),
        EntryBody::DueBackSet { lines, reason, .. } => {
            words(reason)?;
            let set = lines.iter().map(|line| due_back_set(context, *line));
            Ok(per_line(set.collect(), &[]))
        }
        _ => Err(refused(Reason::Malformed)),
    }
}

fn words(reason: &str) -> Word<Verdict> {
    if reason.trim().is_empty() {
        Err(refused(Reason::ReasonNeeded))
    } else {
        Ok(Verdict::accepted())
    }
}

fn own_warehouse(context: &Context) -> Custodian {
    Custodian::Warehouse(context.entry.organization)
}

/// The own organization, or one that is linked (R25).
fn reachable(context: &Context, organization: OrganizationId) -> Word {
    let linked = context
        .state
        .organization_link(organization)
        .is_some_and(|link| link.status == LinkStatus::Linked);
    if linked || organization == context.entry.organization {
        Ok(())
    } else {
        Err(refused(Reason::NotLinked))
    }
}

fn requested(context: &Context, from: OrganizationId, wanted: &Wanted) -> Word<Verdict> {
    if !is_known(context.state, wanted.to) || wanted.to == Custodian::Warehouse(from) {
        return Err(refused(Reason::Unknown));
    }
    context.allowed(Act::RequestStock, Concern::Custody(wanted.to))?;
    reachable(context, from)?;
    if let Some(case) = wanted.case {
        context.open_case(case)?;
    }
    Ok(Verdict::accepted())
}

fn open<'a>(context: &Context<'a>, id: RequestId) -> Word<&'a StockRequest> {
    let request = context.request(id)?;
    if request.status == RequestStatus::Open {
        return Ok(request);
    }
    Err(Outcome::Refused(
        Refusal::new(Reason::RequestEnded).entry(id),
    ))
}

/// An open request to the own warehouse.
fn asked_here<'a>(context: &Context<'a>, id: RequestId) -> Word<&'a StockRequest> {
    let request = open(context, id)?;
    if request.from == context.entry.organization {
        Ok(request)
    } else {
        Err(refused(Reason::NotAllowed))
    }
}

fn offered(context: &Context, id: RequestId, lines: &[OfferedLine]) -> Word<Verdict> {
    let request = asked_here(context, id)?;
    let warehouse = own_warehouse(context);
    context.allowed(Act::Offer, Concern::Custody(warehouse))?;
    let at_home = request.by == context.entry.organization;
    let reserved_for = request.wanted.case.filter(|_| at_home);
    let words = lines.iter().map(|offered| {
        let line = releasable(context, warehouse, offered)?;
        not_in_a_tray(context, line)?;
        if offered.reserved_for != reserved_for {
            return Err(refused(Reason::Malformed));
        }
        if !at_home {
            not_packed(context, line)?;
        }
        not_recalled(context, line)?;
        nothing_recalled_inside(context, line)?;
        let expired = |day| line.is_expired_on(day);
        if request.wanted.use_date.is_some_and(expired) {
            return Err(Outcome::Refused(
                Refusal::new(Reason::Expired).line(line.id),
            ));
        }
        let product = &line.identity.product;
        let needs = request.wanted.needs.iter();
        let asked: u32 = needs
            .filter(|need| need.product == *product)
            .map(|need| need.quantity)
            .sum();
        let together = lines
            .iter()
            .filter(|other| other.identity.product == *product)
            .fold(0_u32, |sum, other| sum.saturating_add(other.stock.quantity));
        if together > asked {
            return Err(Outcome::Refused(
                Refusal::new(Reason::NotRequested)
                    .line(line.id)
                    .available(asked),
            ));
        }
        let available = match reserved_for {
            Some(case) => line.usable_for(case),
            None => line.free(),
        };
        enough(line, offered, available)
    });
    Ok(per_line(words.collect(), &[]))
}

/// R29: what is on hold may go back, and expired stock too.
fn returned(
    context: &Context,
    from: Custodian,
    to: OrganizationId,
    lines: &[OfferedLine],
    reason: &str,
) -> Word<Verdict> {
    words(reason)?;
    reachable(context, to)?;
    if from == Custodian::Warehouse(to) {
        return Err(refused(Reason::Malformed));
    }
    context.allowed(Act::Offer, Concern::Custody(from))?;
    let leaves = to != context.entry.organization;
    let words = lines.iter().map(|offered| {
        let line = releasable(context, from, offered)?;
        not_in_a_tray(context, line)?;
        if offered.reserved_for.is_some() {
            return Err(refused(Reason::Malformed));
        }
        if leaves {
            not_packed(context, line)?;
        }
        if leaves && line.title == TitleHolder::Organization {
            return Err(Outcome::Refused(
                Refusal::new(Reason::OwnTitle).line(line.id),
            ));
        }
        enough(line, offered, line.unclaimed())
    });
    Ok(per_line(words.collect(), &[]))
}

fn due_back_set(context: &Context, line: LineId) -> Word<Vec<Reason>> {
    let line = context.readable_line(line)?;
    context.allowed(Act::SetDueBack, Concern::Custody(line.custodian))?;
    Ok(Vec::new())
}

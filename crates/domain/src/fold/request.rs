//! Requests, what is offered for them, returns, days by which stock is due back, links.

use super::transfer;
use crate::directory::{LinkStatus, ManufacturerLink, OrganizationKind, OrganizationLink};
use crate::entry::{Entry, EntryBody, OfferedLine};
use crate::id::{LineId, OrganizationId};
use crate::request::{DueBack, Loan, RequestId, RequestStatus, StockRequest, Terms};
use crate::state::State;
use crate::stock::Custodian;
use crate::time::Date;
use crate::transfer::Travel;
use crate::verdict::Verdict;
use crate::{Text, query};

pub(super) fn apply(state: &mut State, entry: &Entry, verdict: &Verdict) {
    match &entry.body {
        EntryBody::StockRequested { from, wanted } => state.put_request(StockRequest {
            id: entry.id,
            from: *from,
            by: entry.organization,
            asked_by: (entry.actor, entry.occurred_at),
            to_name: Text::from(""),
            wanted: wanted.clone(),
            status: RequestStatus::Open,
            ended: None,
        }),
        EntryBody::RequestDeclined { request, reason } => {
            end(
                state,
                entry,
                *request,
                RequestStatus::Declined(reason.clone()),
            );
        }
        EntryBody::RequestWithdrawn { request } => {
            end(state, entry, *request, RequestStatus::Withdrawn);
        }
        EntryBody::RequestOffered { .. } => offer(state, entry, verdict),
        EntryBody::StockReturned {
            from,
            to,
            lines,
            reason,
            travel,
        } => {
            let other = (*to != entry.organization).then_some(*to);
            state.put_terms(Terms {
                other,
                returned: true,
                ..Terms::none(entry.id)
            });
            let to = Custodian::Warehouse(*to);
            put_offer(state, entry, verdict, [*from, to], lines, travel, reason);
        }
        EntryBody::DueBackSet {
            lines,
            due_back,
            reason,
        } => {
            for (_, line) in super::accepted(lines, verdict) {
                due(state, entry, *line, *due_back, reason);
            }
        }
        EntryBody::LinkAsked { .. } | EntryBody::LinkAnswered { .. } => link(state, entry),
        _ => {}
    }
}

fn offer(state: &mut State, entry: &Entry, verdict: &Verdict) {
    let EntryBody::RequestOffered {
        request,
        lines,
        due_back,
        travel,
        note,
    } = &entry.body
    else {
        return;
    };
    let Some(asked) = state.request(*request).cloned() else {
        return;
    };
    end(state, entry, *request, RequestStatus::Offered(entry.id));
    let other = (asked.by != entry.organization).then_some(asked.by);
    state.put_terms(Terms {
        request: Some(*request),
        other,
        due_back: *due_back,
        ..Terms::none(entry.id)
    });
    let from = Custodian::Warehouse(entry.organization);
    let to = other.map_or(asked.wanted.to, Custodian::Warehouse);
    put_offer(state, entry, verdict, [from, to], lines, travel, note);
}

fn put_offer(
    state: &mut State,
    entry: &Entry,
    verdict: &Verdict,
    [from, to]: [Custodian; 2],
    lines: &[OfferedLine],
    travel: &Travel,
    note: &Text,
) {
    let offer = transfer::Offer {
        from,
        to,
        travel,
        note,
    };
    transfer::offer(state, entry, &offer, lines, verdict);
}

/// Ends a request that is open.
pub(super) fn end(state: &mut State, entry: &Entry, request: RequestId, status: RequestStatus) {
    let Some(request) = state.request(request).cloned() else {
        return;
    };
    if request.status == RequestStatus::Open {
        state.put_request(StockRequest {
            status,
            ended: Some(entry.id),
            ..request
        });
    }
}

/// Sets the day by which a line is due back; every earlier one is kept.
pub(super) fn due(
    state: &mut State,
    entry: &Entry,
    line: LineId,
    due_back: Option<Date>,
    reason: &Text,
) {
    let mut dates = query::loan_of(state, line).map_or_else(Vec::new, |loan| loan.dates.clone());
    dates.push(DueBack {
        date: due_back,
        set_by: (entry.actor, entry.occurred_at),
        reason: reason.clone(),
    });
    state.put_loan(Loan { line, dates });
}

fn link(state: &mut State, entry: &Entry) {
    match &entry.body {
        EntryBody::LinkAsked {
            organization,
            name,
            manufacturer,
        } => state.put_organization_link(OrganizationLink {
            organization: *organization,
            name: name.clone(),
            manufacturer: manufacturer.clone(),
            status: LinkStatus::Asked,
            asked: entry.id,
            by: entry.id,
        }),
        EntryBody::LinkAnswered {
            organization,
            accepted,
            manufacturer,
        } => {
            let named = |link: OrganizationLink| OrganizationLink {
                manufacturer: if manufacturer.is_empty() {
                    link.manufacturer.clone()
                } else {
                    manufacturer.clone()
                },
                ..link
            };
            if let Some(link) = state.organization_link(*organization).cloned() {
                answer_link(state, entry, named(link), *accepted);
            }
        }
        _ => {}
    }
}

/// Ends a wish for a link. In a distributor's ledger the manufacturer's stock comes from its
/// warehouse from then on (R26).
pub(super) fn answer_link(
    state: &mut State,
    entry: &Entry,
    link: OrganizationLink,
    accepted: bool,
) {
    let distributor = state
        .organization()
        .is_some_and(|own| own.kind == OrganizationKind::Distributor);
    if accepted && distributor {
        state.put_manufacturer_link(ManufacturerLink {
            manufacturer: link.manufacturer.clone(),
            organization: link.organization,
            name: link.name.clone(),
        });
    }
    state.put_organization_link(OrganizationLink {
        status: if accepted {
            LinkStatus::Linked
        } else {
            LinkStatus::Declined
        },
        by: entry.id,
        ..link
    });
}

/// True where the other organization's half of a transfer decides how it ends.
pub(super) fn is_decided_elsewhere(terms: &Terms, to: Custodian) -> bool {
    let decides = |other: OrganizationId| to == Custodian::Warehouse(other);
    terms.other.is_some_and(decides)
}

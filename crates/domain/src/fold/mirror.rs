//! What the server carried over from another organization's ledger.

use super::request::{answer_link, end};
use super::transfer;
use crate::Text;
use crate::directory::{LinkStatus, OrganizationLink};
use crate::entry::{Entry, EntryBody};
use crate::id::LineId;
use crate::mirror::{Mirror, Origin, SYSTEM};
use crate::request::{RequestStatus, StockRequest, Terms};
use crate::state::State;
use crate::stock::Custodian;
use crate::transfer::{Transfer, TransferLine, TransferStatus};
use crate::verdict::Verdict;

pub(super) fn apply(state: &mut State, entry: &Entry, verdict: &Verdict) {
    let EntryBody::Mirrored { origin, mirror } = &entry.body else {
        return;
    };
    match mirror {
        Mirror::LinkAsked { name, manufacturer } => {
            link_asked(state, entry, origin, name, manufacturer);
        }
        Mirror::LinkAnswered { name, accepted } => {
            if let Some(link) = state.organization_link(origin.organization).cloned() {
                let name = name.clone();
                answer_link(state, entry, OrganizationLink { name, ..link }, *accepted);
            }
        }
        Mirror::Requested {
            to_name,
            asked_by,
            wanted,
        } => state.put_request(StockRequest {
            id: entry.id,
            from: entry.organization,
            by: origin.organization,
            asked_by: *asked_by,
            to_name: to_name.clone(),
            wanted: wanted.clone(),
            status: RequestStatus::Open,
            ended: None,
        }),
        Mirror::RequestDeclined { request, reason } => {
            end(
                state,
                entry,
                *request,
                RequestStatus::Declined(reason.clone()),
            );
        }
        Mirror::RequestWithdrawn { request } => {
            end(state, entry, *request, RequestStatus::Withdrawn);
        }
        Mirror::Offered { .. } => offered(state, entry, origin, mirror),
        Mirror::CancelAsked(transfer) | Mirror::Cancelled(transfer) => {
            let status = TransferStatus::Cancelled;
            transfer::give_back(state, entry, *transfer, status, None);
        }
        Mirror::Answered {
            transfer,
            answers,
            extras,
        } => {
            if let Some(transfer) = state.transfer(*transfer).cloned() {
                transfer::answer(state, entry, transfer, answers, extras, verdict);
            }
        }
        Mirror::Declined {
            transfer,
            reason,
            note,
        } => transfer::decline(state, entry, *transfer, *reason, note),
    }
}

/// Where both sides asked, each has said yes.
fn link_asked(state: &mut State, entry: &Entry, origin: &Origin, name: &Text, manufacturer: &Text) {
    let own = state.organization_link(origin.organization).cloned();
    let both = own
        .as_ref()
        .is_some_and(|own| own.status == LinkStatus::Asked);
    let manufacturer = match own.filter(|_| both) {
        Some(own) => own.manufacturer,
        None => manufacturer.clone(),
    };
    let link = OrganizationLink {
        organization: origin.organization,
        name: name.clone(),
        manufacturer,
        status: LinkStatus::Wanted,
        asked: entry.id,
        by: entry.id,
    };
    if both {
        answer_link(state, entry, link, true);
    } else {
        state.put_organization_link(link);
    }
}

/// The receiver's half of an offer. It is for who asked; a return is for the warehouse.
fn offered(state: &mut State, entry: &Entry, origin: &Origin, mirror: &Mirror) {
    let Mirror::Offered {
        request,
        returned,
        due_back,
        lines,
        offered_at,
        travel,
        note,
    } = mirror
    else {
        return;
    };
    let asked = request.and_then(|id| state.request(id)).cloned();
    let reserved_for = asked.as_ref().and_then(|asked| asked.wanted.case);
    let to = match &asked {
        Some(asked) => asked.wanted.to,
        None => Custodian::Warehouse(entry.organization),
    };
    if let Some(asked) = asked {
        end(state, entry, asked.id, RequestStatus::Offered(entry.id));
    }
    let lines = (0..=u16::MAX).zip(lines).map(|(index, line)| TransferLine {
        line: LineId {
            entry: entry.id,
            index,
        },
        identity: line.identity.clone(),
        quantity: line.quantity,
        reserved_for,
        answer: None,
    });
    state.put_terms(Terms {
        request: *request,
        other: Some(origin.organization),
        returned: *returned,
        due_back: *due_back,
        ..Terms::none(entry.id)
    });
    state.put_transfer(Transfer {
        id: entry.id,
        from: Custodian::Warehouse(origin.organization),
        to,
        offered_by: SYSTEM,
        offered_at: *offered_at,
        travel: travel.clone(),
        note: note.clone(),
        lines: lines.collect(),
        extras: Vec::new(),
        status: TransferStatus::Open,
        ended_by: None,
    });
}

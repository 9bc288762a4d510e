//! What the server carries from one ledger into another: its word alone counts, and it must fit
//! what stands here.

use super::{Word, refused};
use crate::directory::LinkStatus;
use crate::entry::Entry;
use crate::id::{OrganizationId, TransferId};
use crate::mirror::{Mirror, Origin, SYSTEM};
use crate::refusal::{Reason, Refusal};
use crate::request::{RequestId, RequestStatus};
use crate::state::State;
use crate::stock::Claimant;
use crate::transfer::{LineAnswer, TransferStatus};
use crate::verdict::{LineVerdict, Outcome, Verdict};

pub(super) fn judge(
    state: &State,
    entry: &Entry,
    origin: &Origin,
    mirror: &Mirror,
) -> Word<Verdict> {
    may_stand(state, entry, origin, mirror)?;
    Ok(match mirror {
        Mirror::Answered {
            transfer, answers, ..
        } => answered(state, *transfer, answers),
        _ => Verdict::accepted(),
    })
}

/// The pieces are in the other ledger, whatever stands here. Where a fact has taken some of them
/// from this one meanwhile, both have them: a dispute, and the offer has ended all the same.
fn answered(state: &State, transfer: TransferId, answers: &[LineAnswer]) -> Verdict {
    let mut verdict = Verdict::accepted();
    let lines = state.transfer(transfer).map(|transfer| &transfer.lines);
    for ((index, answer), offered) in (0..=u16::MAX).zip(answers).zip(lines.into_iter().flatten()) {
        let taken = answer.accepted.saturating_add(answer.damaged);
        let claimed = state.line(offered.line).map_or(0, |line| {
            line.claimed_by(Claimant::Offer(transfer))
                .min(line.quantity.saturating_sub(line.disputed))
        });
        if taken > claimed {
            let refusal = Refusal::new(Reason::NotEnough)
                .line(offered.line)
                .entry(transfer)
                .available(claimed);
            verdict.lines.push(LineVerdict {
                index,
                outcome: Outcome::Disputed(refusal),
            });
        }
    }
    verdict
}

fn may_stand(state: &State, entry: &Entry, origin: &Origin, mirror: &Mirror) -> Word {
    let own = state
        .organization()
        .filter(|own| own.id == entry.organization && own.id != origin.organization);
    if own.is_none() {
        return Err(refused(Reason::OtherOrganization));
    }
    let by_server = state
        .device(entry.device)
        .is_some_and(|device| device.person.is_none() && !device.revoked);
    if !by_server || entry.actor != SYSTEM {
        return Err(refused(Reason::BadSignature));
    }
    let link = state
        .organization_link(origin.organization)
        .map(|link| link.status);
    match mirror {
        Mirror::LinkAsked { .. } => match link {
            Some(LinkStatus::Linked | LinkStatus::Wanted) => Err(refused(Reason::Conflicting)),
            _ => Ok(()),
        },
        Mirror::LinkAnswered { .. } => match link {
            Some(LinkStatus::Asked) => Ok(()),
            _ => Err(refused(Reason::Conflicting)),
        },
        _ if link != Some(LinkStatus::Linked) => Err(refused(Reason::NotLinked)),
        Mirror::Requested { .. } => match state.request(entry.id) {
            None => Ok(()),
            Some(_) => Err(refused(Reason::Conflicting)),
        },
        Mirror::RequestDeclined { request, .. } | Mirror::RequestWithdrawn { request } => {
            open_request(state, origin.organization, *request)
        }
        Mirror::Offered { .. } => match state.transfer(entry.id) {
            None => Ok(()),
            Some(_) => Err(refused(Reason::Conflicting)),
        },
        Mirror::CancelAsked(transfer)
        | Mirror::Cancelled(transfer)
        | Mirror::Answered { transfer, .. }
        | Mirror::Declined { transfer, .. } => {
            open_transfer(state, origin.organization, *transfer, mirror)
        }
    }
}

fn open_request(state: &State, origin: OrganizationId, id: RequestId) -> Word {
    let request = state.request(id);
    let Some(request) = request.filter(|request| request.from == origin || request.by == origin)
    else {
        return Err(Outcome::Waiting(id));
    };
    if request.status == RequestStatus::Open {
        Ok(())
    } else {
        Err(Outcome::Refused(
            Refusal::new(Reason::RequestEnded).entry(id),
        ))
    }
}

fn open_transfer(state: &State, origin: OrganizationId, id: TransferId, mirror: &Mirror) -> Word {
    let crosses = state
        .terms(id)
        .is_some_and(|terms| terms.other == Some(origin));
    let Some(transfer) = state.transfer(id).filter(|_| crosses) else {
        return Err(Outcome::Waiting(id));
    };
    if transfer.status != TransferStatus::Open {
        return Err(Outcome::Refused(
            Refusal::new(Reason::TransferEnded).entry(id),
        ));
    }
    match mirror {
        Mirror::Answered { answers, .. } if answers.len() != transfer.lines.len() => Err(
            Outcome::Refused(Refusal::new(Reason::AnswerDoesNotAddUp).entry(id)),
        ),
        _ => Ok(()),
    }
}

//! Cases: scheduled, changed, handed to another rep, cancelled.

use super::context::Context;
use super::{Word, refused};
use crate::authority::{Act, Concern};
use crate::case::Case;
use crate::entry::EntryBody;
use crate::id::{EntryId, FacilityId, PersonId};
use crate::query;
use crate::refusal::{Reason, Refusal};
use crate::verdict::Outcome;

pub(super) fn judge(context: &Context) -> Word {
    match &context.entry.body {
        EntryBody::CaseScheduled { facility, rep, .. } => {
            served(context, *facility)?;
            covers(context, *rep)?;
            context.allowed(Act::PlanCase, Concern::Person(*rep))
        }
        EntryBody::CaseChanged { case, facility, .. } => {
            let case = context.open_case(*case)?;
            context.allowed(Act::PlanCase, Concern::Case(case.id))?;
            facility.map_or(Ok(()), |facility| served(context, facility))
        }
        EntryBody::CaseDetailsRecorded { case, .. } => {
            let case = context.case(*case)?;
            context.allowed(Act::PlanCase, Concern::Case(case.id))
        }
        EntryBody::CaseRepChanged {
            case, head, rep, ..
        } => {
            let case = context.open_case(*case)?;
            head_is(context, case, *head)?;
            context.allowed(Act::ChangeRep, Concern::Case(case.id))?;
            if case.rep == *rep {
                return Err(Outcome::Refused(
                    Refusal::new(Reason::Malformed).case(case.id).person(*rep),
                ));
            }
            covers(context, *rep)
        }
        EntryBody::CaseCancelled { case, head, .. } => {
            let case = context.open_case(*case)?;
            head_is(context, case, *head)?;
            context.allowed(Act::PlanCase, Concern::Case(case.id))
        }
        _ => Err(refused(Reason::Malformed)),
    }
}

pub(super) fn served(context: &Context, facility: FacilityId) -> Word {
    match context.state.facility(facility) {
        Some(facility) if facility.active => Ok(()),
        _ => Err(refused(Reason::Unknown)),
    }
}

pub(super) fn covers(context: &Context, rep: PersonId) -> Word {
    match context.state.person(rep) {
        Some(person) if query::may_cover(person) => Ok(()),
        _ => Err(Outcome::Refused(Refusal::new(Reason::NotARep).person(rep))),
    }
}

/// R40: compare-and-append on the case's head; the loser is told who changed it.
pub(super) fn head_is(context: &Context, case: &Case, seen: EntryId) -> Word {
    if case.head == seen {
        return Ok(());
    }
    if let Some(rejection) = context.state.rejection(seen, None) {
        return Err(context.same(rejection));
    }
    let refusal = Refusal::new(Reason::CaseChanged)
        .case(case.id)
        .entry(case.head)
        .person(case.head_by);
    Err(Outcome::Refused(refusal))
}

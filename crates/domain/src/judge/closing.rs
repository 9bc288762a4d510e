//! Closing, signing and billing a case, and the checklist beside it.

use super::case::head_is;
use super::context::Context;
use super::{Word, refused};
use crate::authority::{Act, Concern};
use crate::bill;
use crate::case::{Case, CaseStatus};
use crate::entry::EntryBody;
use crate::refusal::{Reason, Refusal};
use crate::verdict::Outcome;

pub(super) fn judge(context: &Context) -> Word {
    match &context.entry.body {
        EntryBody::CaseClosed { case, head, lines } => {
            let case = context.case(*case)?;
            readable(case)?;
            head_is(context, case, *head)?;
            context.allowed(Act::UseInCase, Concern::Case(case.id))?;
            let again =
                case.status.is_after_closing() && !bill::signatures_hold(context.state, case);
            if !case.status.is_open() && !again {
                return Err(Outcome::Refused(
                    Refusal::new(Reason::CaseEnded).case(case.id),
                ));
            }
            same_lines(context, case, lines)
        }
        EntryBody::CaseSigned { case, lines, .. } => {
            let case = context.case(*case)?;
            readable(case)?;
            context.allowed(Act::UseInCase, Concern::Case(case.id))?;
            if case.closing.is_none_or(|closing| closing.lines != *lines) {
                return Err(lines_changed(case));
            }
            Ok(())
        }
        EntryBody::PurchaseOrderRecorded { case, head, .. } => {
            let case = context.case(*case)?;
            readable(case)?;
            head_is(context, case, *head)?;
            context.allowed(Act::PlanCase, Concern::Case(case.id))?;
            if case.status.is_after_closing() && case.status != CaseStatus::Complete {
                Ok(())
            } else {
                Err(Outcome::Refused(
                    Refusal::new(Reason::NotClosed).case(case.id),
                ))
            }
        }
        EntryBody::OtherNeedRecorded { case, .. } => {
            // Whoever takes part may tick it off: it moves nothing and promises nothing.
            context.open_case(*case).map(|_| ())
        }
        _ => Err(refused(Reason::Malformed)),
    }
}

fn readable(case: &Case) -> Word {
    if case.needs_newer_app {
        return Err(Outcome::Refused(
            Refusal::new(Reason::NeedsNewerApp).case(case.id),
        ));
    }
    Ok(())
}

/// R19: a signature binds to the exact lines.
fn same_lines(context: &Context, case: &Case, signed: &[u8; 32]) -> Word {
    if bill::lines_hash(context.state, case) == *signed {
        Ok(())
    } else {
        Err(lines_changed(case))
    }
}

fn lines_changed(case: &Case) -> Outcome {
    Outcome::Refused(
        Refusal::new(Reason::LinesChanged)
            .case(case.id)
            .person(case.head_by),
    )
}

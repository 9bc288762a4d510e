//! Recalls: issued and ended by the office (R29).

use super::context::Context;
use super::{Word, refused};
use crate::authority::{Act, Concern};
use crate::entry::EntryBody;
use crate::recall;
use crate::refusal::{Reason, Refusal};
use crate::stock::StockLine;
use crate::verdict::Outcome;

pub(super) fn judge(context: &Context) -> Word {
    match &context.entry.body {
        EntryBody::RecallIssued { reason, .. } => {
            context.allowed(Act::Recall, Concern::Organization)?;
            super::stock::needs_words(reason)
        }
        EntryBody::RecallEnded { recall, reason } => {
            let recall = context.recall(*recall)?;
            context.allowed(Act::Recall, Concern::Organization)?;
            super::stock::needs_words(reason)?;
            match recall.ended_by {
                None => Ok(()),
                Some((person, _)) => Err(Outcome::Refused(
                    Refusal::new(Reason::RecallEnded)
                        .entry(recall.id)
                        .person(person),
                )),
            }
        }
        _ => Err(refused(Reason::Malformed)),
    }
}

/// The word on an intent with a recalled piece; its hold would say less.
pub(super) fn not_recalled(context: &Context, line: &StockLine) -> Word {
    match recall::covering(context.state, &line.identity) {
        None => Ok(()),
        Some(recall) => Err(Outcome::Refused(
            Refusal::new(Reason::Recalled)
                .line(line.id)
                .entry(recall.id),
        )),
    }
}

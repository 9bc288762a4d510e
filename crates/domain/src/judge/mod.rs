//! The word on one entry.
//!
//! Rules are checked in one place and never changed here: a judge reads a state and says a
//! [`Verdict`]. Three things shape every answer:
//!
//! - an **intent** that breaks a rule is refused, a **fact** never is for a stock, custody, expiry
//!   or role rule (R37): it is accepted with flags, or disputed where the piece is already gone;
//! - what **builds on** something that does not stand gets the same word and names it (R33);
//! - what names something that has **not arrived** waits for it, as a whole, because a verdict
//!   never changes once it is given.

mod adjust;
mod case;
mod closing;
mod context;
mod directory;
mod dispute;
mod facility;
mod link;
mod mirror;
mod proposal;
mod recall;
mod request;
mod shape;
mod stock;
mod transfer;
mod tray;
mod usage;

use crate::entry::{Entry, EntryBody};
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::verdict::{Flag, LineVerdict, Outcome, Verdict};
use context::Context;

/// Judges one entry against a state.
///
/// The server's word is stored with the entry for ever; a phone uses this only for its own
/// pending tail. The signature, the device and the organization have been checked before.
pub fn judge(state: &State, entry: &Entry) -> Verdict {
    if let Err(refusal) = shape::check(&entry.body) {
        return Verdict::whole(Outcome::Refused(refusal));
    }
    if let EntryBody::OrganizationFounded { .. } = &entry.body {
        return whole(directory::founded(state, entry));
    }
    if let EntryBody::Mirrored { origin, mirror } = &entry.body {
        return mirror::judge(state, entry, origin, mirror).unwrap_or_else(Verdict::whole);
    }
    let word = match Context::new(state, entry) {
        Ok(context) => on_its_kind(&context),
        Err(outcome) => Err(outcome),
    };
    word.unwrap_or_else(Verdict::whole)
}

/// The word on an act that somebody proposed, as if the author of `entry` approved it.
pub(crate) fn judge_once_approved(state: &State, entry: &Entry) -> Verdict {
    Context::new(state, entry)
        .and_then(|context| on_its_kind(&context))
        .unwrap_or_else(Verdict::whole)
}

/// The word on a whole entry is given as an error where it does not stand.
type Word<T = ()> = Result<T, Outcome>;

fn on_its_kind(context: &Context) -> Word<Verdict> {
    match &context.entry.body {
        EntryBody::OrganizationFounded { .. } => Err(refused(Reason::Conflicting)),
        EntryBody::PersonRecorded(_)
        | EntryBody::DeviceEnrolled(_)
        | EntryBody::DeviceRevoked(_)
        | EntryBody::DeviceRenamed { .. }
        | EntryBody::FacilityRecorded(_)
        | EntryBody::ProductsListed(_)
        | EntryBody::PoolRecorded(_)
        | EntryBody::SharedAccountOpened { .. }
        | EntryBody::SettingsRecorded(_)
        | EntryBody::SharingLinkSet { .. }
        | EntryBody::ManufacturerLinked(_) => Ok(whole(directory::judge(context))),
        EntryBody::StockReceived { .. }
        | EntryBody::StockHeld { .. }
        | EntryBody::HoldReleased { .. }
        | EntryBody::StockMarked { .. }
        | EntryBody::StockUnmarked { .. } => stock::judge(context),
        EntryBody::RecallIssued { .. } | EntryBody::RecallEnded { .. } => {
            Ok(whole(recall::judge(context)))
        }
        EntryBody::BillOfMaterialsListed { .. }
        | EntryBody::TrayPacked { .. }
        | EntryBody::TrayUnpacked { .. }
        | EntryBody::TrayChecked { .. } => tray::judge(context),
        EntryBody::TransferOffered { .. }
        | EntryBody::TransferAnswered { .. }
        | EntryBody::TransferDeclined { .. }
        | EntryBody::TransferCancelled { .. } => transfer::judge(context),
        EntryBody::CaseScheduled { .. }
        | EntryBody::CaseChanged { .. }
        | EntryBody::CaseDetailsRecorded { .. }
        | EntryBody::CaseRepChanged { .. }
        | EntryBody::CaseCancelled { .. } => Ok(whole(case::judge(context))),
        EntryBody::UsageRecorded { .. } => usage::judge(context),
        EntryBody::StockAdjusted { .. }
        | EntryBody::AdjustmentReviewed { .. }
        | EntryBody::StockCounted { .. }
        | EntryBody::StockDrawn { .. }
        | EntryBody::IdentityCorrected { .. }
        | EntryBody::EntryReversed { .. } => adjust::judge(context),
        EntryBody::StockingOrderSubmitted { .. } | EntryBody::FacilityStockRebuilt { .. } => {
            facility::judge(context)
        }
        EntryBody::Proposed { what, .. } => proposal::proposed(context, what),
        EntryBody::ProposalApproved { proposal, what } => {
            proposal::approved(context, *proposal, what)
        }
        EntryBody::ProposalDeclined { proposal, reason } => {
            Ok(whole(proposal::declined(context, *proposal, reason)))
        }
        EntryBody::DisputeResolved {
            dispute,
            how,
            reason,
        } => Ok(whole(dispute::resolved(context, *dispute, how, reason))),
        EntryBody::CaseClosed { .. }
        | EntryBody::CaseSigned { .. }
        | EntryBody::PurchaseOrderRecorded { .. }
        | EntryBody::OtherNeedRecorded { .. } => Ok(whole(closing::judge(context))),
        EntryBody::StockRequested { .. }
        | EntryBody::RequestDeclined { .. }
        | EntryBody::RequestWithdrawn { .. }
        | EntryBody::RequestOffered { .. }
        | EntryBody::StockReturned { .. }
        | EntryBody::DueBackSet { .. } => request::judge(context),
        EntryBody::LinkAsked { .. } | EntryBody::LinkAnswered { .. } => {
            Ok(whole(link::judge(context)))
        }
        EntryBody::Mirrored { .. } => Err(refused(Reason::NotAllowed)),
        // A newer phone than this server: it may be a fact, so it is kept, never refused.
        EntryBody::Unknown { .. } => Err(Outcome::Disputed(Refusal::new(Reason::NeedsNewerApp))),
    }
}

fn refused(reason: Reason) -> Outcome {
    Outcome::Refused(Refusal::new(reason))
}

fn whole(word: Word) -> Verdict {
    match word {
        Ok(()) => Verdict::accepted(),
        Err(outcome) => Verdict::whole(outcome),
    }
}

/// The verdict on an entry with lines: the words on the lines, each with what is flagged about it,
/// and what is flagged about the whole. One line that waits makes the whole wait.
fn per_line(words: Vec<Word<Vec<Reason>>>, flagged: &[Reason]) -> Verdict {
    let waits = |word: &&Word<Vec<Reason>>| matches!(word, Err(Outcome::Waiting(_)));
    if let Some(Err(outcome)) = words.iter().find(waits) {
        return Verdict::whole(outcome.clone());
    }
    let whole = match words.first() {
        Some(Err(first)) if words.iter().all(Result::is_err) => first.clone(),
        _ => Outcome::Accepted,
    };
    let mut lines = Vec::new();
    let mut flags: Vec<_> = flagged
        .iter()
        .map(|reason| Flag {
            index: None,
            reason: *reason,
        })
        .collect();
    for (index, word) in (0..=u16::MAX).zip(words) {
        match word {
            Ok(reasons) => {
                flags.extend(reasons.into_iter().map(|reason| Flag {
                    index: Some(index),
                    reason,
                }));
            }
            Err(outcome) if outcome != whole => lines.push(LineVerdict { index, outcome }),
            Err(_) => {}
        }
    }
    if whole != Outcome::Accepted {
        flags.clear();
    }
    Verdict {
        outcome: whole,
        lines,
        flags,
    }
}

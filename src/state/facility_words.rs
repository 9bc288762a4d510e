//! Facility Stock and what is adjusted, in words: what an entry did, and why something cannot be.

use super::activity::counted;
use super::letters::lower;
use super::model::Words;
use super::names::{custodian_name, facility_name, person_name};
use super::words::About;
use baton_domain::adjust::Undone;
use baton_domain::{EntryBody, Reason, State};

/// One line that says what an entry of these kinds did.
pub(super) fn activity(state: &State, body: &EntryBody) -> Option<String> {
    Some(match body {
        EntryBody::StockingOrderSubmitted {
            facility,
            seller,
            lines,
            ..
        } => format!(
            "Sold {} of {} to {}",
            counted(lines.len(), "line"),
            custodian_name(state, *seller),
            facility_name(state, *facility)
        ),
        EntryBody::FacilityStockRebuilt { rep, lines, .. } => format!(
            "Rebuilt {} of Facility Stock for {}",
            counted(lines.len(), "line"),
            person_name(state, *rep)
        ),
        EntryBody::StockAdjusted { away, found, .. } => {
            let mut parts = Vec::with_capacity(2);
            if !away.is_empty() {
                parts.push(format!("adjusted {} away", counted(away.len(), "line")));
            }
            if !found.is_empty() {
                parts.push(format!("found {}", counted(found.len(), "line")));
            }
            format!("Count or loss: {}", parts.join(", "))
        }
        EntryBody::AdjustmentReviewed { .. } => "Reviewed an adjustment".into(),
        EntryBody::StockCounted { counted: lines, .. } => {
            format!("Counted {}", counted(lines.len(), "line"))
        }
        EntryBody::StockDrawn {
            from, to, lines, ..
        } => format!(
            "Moved {} from {} to {}",
            counted(lines.len(), "line"),
            custodian_name(state, *from),
            custodian_name(state, *to)
        ),
        EntryBody::IdentityCorrected { .. } => "Corrected what a line is".into(),
        EntryBody::EntryReversed { kind, .. } => format!("Undid {}", undone_words(*kind)),
        _ => return None,
    })
}

fn undone_words(kind: Undone) -> &'static str {
    match kind {
        Undone::Received => "receiving stock",
        Undone::Marked => "a mark",
        Undone::Used => "a use",
        Undone::Held => "a hold",
        Undone::Adjusted => "an adjustment",
    }
}

/// Why Facility Stock cannot be sold, linked or rebuilt so.
pub(super) fn refusal(about: &About, reason: Reason) -> Words {
    let holder = about.who("somebody else");
    match reason {
        Reason::AlreadySold => Words::new(
            format!("{} is Facility Stock already", about.thing),
            "It was sold once. What is sold twice would be billed twice.",
            "Leave it out of the order.",
        ),
        Reason::LinkNeeded => Words::new(
            format!("{} was sold by {holder}", about.thing),
            "A Distributor account sold it, so a rep who is linked to that account may use it.",
            format!("Have the rep linked to {holder}, then go on."),
        ),
        Reason::RebuildNeeded => Words::new(
            format!("{} was sold by {holder}", about.thing),
            "A Rep sold it, and two Reps cannot share stock.",
            "Have it rebuilt for the rep on the case: the same stock at no charge.",
        ),
        Reason::RebuildUndone => Words::new(
            format!(
                "{} was used before the rebuild reached that phone",
                about.thing
            ),
            "The use counts, so the rebuilt pieces do not.",
            "Find other stock for the case that went on with them.",
        ),
        Reason::NeverReversed => Words::new(
            "This cannot be undone",
            "What others agreed to or were billed for stays as it is.",
            "Send it back by a handoff, or adjust what is wrong, with a reason.",
        ),
        Reason::BuiltUpon => Words::new(
            format!("Something later builds on {}", lower(&about.thing)),
            "Undoing it would pull the ground from under what came after.",
            "Undo what came later first, or adjust what is wrong, with a reason.",
        ),
        Reason::AlreadyReversed => Words::new(
            "This was undone already",
            "An act is undone once.",
            "Record it again if it happened after all.",
        ),
        Reason::OwnAct => Words::new(
            "You cannot review your own adjustment",
            "A second person looks, so that both can be trusted.",
            "Leave it to somebody else who may.",
        ),
        Reason::AlreadyReviewed => Words::new(
            "This adjustment was reviewed already",
            "One review is enough.",
            "Look at the stock as it is now.",
        ),
        _ => Words::new(
            "Moved without a second side",
            "What is shared is drawn and put back in one act, and the manager sees it.",
            "Nothing is to be done.",
        ),
    }
}

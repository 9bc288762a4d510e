//! Facility Stock and what is adjusted, in words: what an entry did, and why something cannot be.

use super::activity::counted;
use super::model::Words;
use super::names::{custodian_name, facility_name, person_name};
use super::words::About;
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
        _ => return None,
    })
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
        _ => Words::new(
            format!(
                "{} was used before the rebuild reached that phone",
                about.thing
            ),
            "The use counts, so the rebuilt pieces do not.",
            "Find other stock for the case that went on with them.",
        ),
    }
}

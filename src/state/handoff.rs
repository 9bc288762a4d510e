//! Handing over from phone to phone, in words.

use super::model::{HandError, Words};
use super::names::{custodian_name, names_words, person_name};
use super::trouble::store_words;
use super::words::refusal_words;
use baton_domain::State;
use baton_domain::time::Timestamp;
use baton_domain::transfer::{Transfer, TransferStatus};
use baton_handoff::HandoffError;

/// After this long an open offer is asked about. Time alone frees nothing (R8).
const REMIND_AFTER_MS: i64 = 24 * 60 * 60 * 1000;

/// True for an open offer that somebody should be reminded of.
pub fn is_overdue(transfer: &Transfer, now: Timestamp) -> bool {
    transfer.status == TransferStatus::Open
        && now.unix_ms.saturating_sub(transfer.offered_at.unix_ms) >= REMIND_AFTER_MS
}

/// Why handing over did not go on.
pub fn hand_words(state: &State, error: &HandError) -> Words {
    match error {
        HandError::Handoff(error) => handoff_words(state, error),
        HandError::Store(error) => store_words(error),
        HandError::NotHere => Words::new(
            "Another tab is open",
            "Only one tab of this browser records.",
            "Go on in the other tab, or close it.",
        ),
        HandError::NotLoaded => Words::new(
            "The app is not all here yet",
            "The part that hands over has not arrived on this phone. Nothing was changed.",
            "Go where there is a network, reload, and do it again.",
        ),
    }
}

fn handoff_words(state: &State, error: &HandoffError) -> Words {
    match error {
        HandoffError::NotACode | HandoffError::Truncated | HandoffError::Garbled => reading(error),
        HandoffError::Newer => Words::new(
            "This code is from a newer version of the app",
            "The other phone was updated and this one was not.",
            "Open the app online and take the update, then scan again.",
        ),
        HandoffError::TooLarge => Words::new(
            "This is larger than any handoff",
            "A handoff carries a few hundred lines at most.",
            "Hand over in several parts.",
        ),
        HandoffError::AncestorsTooDeep { .. } | HandoffError::AncestorsTooLarge { .. } => {
            Words::new(
                "Too much came before it for a code",
                "The server has not confirmed the movements that this offer rests on, and they do not fit.",
                "Sync this phone first, or share the handoff as a file.",
            )
        }
        HandoffError::NotHere(_) => Words::new(
            "The signed record is not on this phone",
            "It was made on another phone, or long ago.",
            "Show the code on the phone that made it, or let both phones sync.",
        ),
        HandoffError::Refused(refusal) => {
            let mut words = refusal_words(state, refusal);
            words.next =
                "Both phones should look at it: the offer does not fit what is known here.".into();
            words
        }
        _ => sides(state, error),
    }
}

fn reading(error: &HandoffError) -> Words {
    match error {
        HandoffError::NotACode => Words::new(
            "This is not a handoff code",
            "A handoff code is shown by Baton on the other phone.",
            "Ask the other side to open the handoff and show its code.",
        ),
        HandoffError::Truncated => Words::new(
            "The end of the code is missing",
            "It was cut off when it was copied.",
            "Copy the whole text, or open the file.",
        ),
        _ => Words::new(
            "The code was damaged on its way",
            "Some of it is not what the other phone made.",
            "Scan it again, or have it sent again.",
        ),
    }
}

fn sides(state: &State, error: &HandoffError) -> Words {
    match error {
        HandoffError::OwnProposal(_)
        | HandoffError::NotAnApprover(_)
        | HandoffError::ProposalEnded(_)
        | HandoffError::UnknownProposal(_) => proposals(state, error),
        HandoffError::OtherOrganization => Words::new(
            "This handoff belongs to another organization",
            "Stock moves from phone to phone within one organization.",
            "Sign in to that organization, or let the office send a transfer.",
        ),
        HandoffError::UnknownPerson(_) => Words::new(
            "This phone does not know the other side yet",
            "They joined after this phone last synced, and nothing in the code vouches for them.",
            "Sync this phone once, or let the office send a transfer.",
        ),
        HandoffError::Tampered(_) => Words::new(
            "The signature does not fit",
            "Something in this code is not what the phone it names has signed.",
            "Do not take the goods on it. Have the other side show its own code; tell an Admin if it happens twice.",
        ),
        HandoffError::Revoked(person) => Words::new(
            format!("The phone of {} was revoked", person_name(state, *person)),
            "What a revoked phone offers is not taken.",
            "Ask an Admin.",
        ),
        HandoffError::OwnOffer(_) => Words::new(
            "This is your own offer",
            "The other side scans it and answers.",
            "Let the other phone scan this code.",
        ),
        HandoffError::WrongRecipient(to) => Words::new(
            format!("This is offered to {}", custodian_name(state, *to)),
            "Only the one it is offered to can accept it.",
            "Ask the giver to take it back and to offer it to you.",
        ),
        HandoffError::AlreadyAnswered(transfer) => {
            let by = state.transfer(*transfer).and_then(|known| known.ended_by);
            Words::new(
                "This offer has ended already",
                by.map_or_else(
                    || "It was answered or taken back.".to_owned(),
                    |(by, _)| format!("{} answered it or took it back.", person_name(state, by)),
                ),
                "Look at it under Handoffs. If the goods change hands all the same, offer them anew.",
            )
        }
        HandoffError::UnknownOffer(_) => Words::new(
            "This receipt is for another phone's offer",
            "This phone has not made the offer that it answers, and has not heard of it.",
            "The phone that showed the offer scans the receipt.",
        ),
        _ => Words::new(
            "This receipt answers something else",
            "It names other contents than the offer on this phone.",
            "Show the offer again and have it answered anew. Tell an Admin if it happens twice.",
        ),
    }
}

fn proposals(state: &State, error: &HandoffError) -> Words {
    match error {
        HandoffError::OwnProposal(_) => Words::new(
            "This is your own proposal",
            "Nobody approves his own.",
            "Let somebody who may approve it scan this code.",
        ),
        HandoffError::NotAnApprover(who) => {
            let mut words = Words::new(
                "You cannot approve this",
                "An act is approved by somebody who may do it alone.",
                "Have it shown to one of them, or sync.",
            );
            if !who.is_empty() {
                words.who_may = names_words(state, who);
            }
            words
        }
        HandoffError::ProposalEnded(proposal) => {
            let by = state
                .proposal(*proposal)
                .and_then(|known| known.answered_by());
            Words::new(
                "This proposal was answered already",
                by.map_or_else(
                    || "Somebody else was faster.".to_owned(),
                    |(by, _)| format!("{} did.", person_name(state, by)),
                ),
                "Look at it under Approvals.",
            )
        }
        _ => Words::new(
            "This answers another phone's proposal",
            "This phone has not made the proposal that it answers, and has not heard of it.",
            "The phone that showed the proposal scans the answer.",
        ),
    }
}

//! Every refusal has words.

use baton::state::{HandError, Words, flag_words, hand_words, refusal_words};
use baton_domain::directory::Role;
use baton_domain::testkit::{ADMIN, PUMP, REP_A, REP_B, World, serial, with};
use baton_domain::verdict::Flag;
use baton_domain::{Reason, Refusal};
use baton_handoff::HandoffError;

const REASONS: [Reason; 56] = [
    Reason::NotAllowed,
    Reason::Revoked,
    Reason::OtherOrganization,
    Reason::Malformed,
    Reason::Conflicting,
    Reason::NotCustodian,
    Reason::NotEnough,
    Reason::LineChanged,
    Reason::SerialActive,
    Reason::ManufacturerLinked,
    Reason::OwnOffer,
    Reason::TransferEnded,
    Reason::AnswerDoesNotAddUp,
    Reason::ReasonNeeded,
    Reason::FromElsewhere,
    Reason::KeptForOtherCase,
    Reason::Expired,
    Reason::OnHold,
    Reason::OtherFacility,
    Reason::FacilityStockStays,
    Reason::CaseEnded,
    Reason::CaseChanged,
    Reason::OverUse,
    Reason::Disputed,
    Reason::Unknown,
    Reason::NotAnAccount,
    Reason::LastAdmin,
    Reason::NotARep,
    Reason::SerialNeeded,
    Reason::NeedsNewerApp,
    Reason::BadSignature,
    Reason::Offered,
    Reason::OwnProposal,
    Reason::ProposalEnded,
    Reason::NotProposable,
    Reason::DisputeEnded,
    Reason::Recalled,
    Reason::RecallEnded,
    Reason::Unverified,
    Reason::AlreadySold,
    Reason::NoSecondSide,
    Reason::NeverReversed,
    Reason::BuiltUpon,
    Reason::AlreadyReversed,
    Reason::OwnAct,
    Reason::AlreadyReviewed,
    Reason::LinkNeeded,
    Reason::RebuildNeeded,
    Reason::RebuildUndone,
    Reason::InTray,
    Reason::NotATray,
    Reason::NotLinked,
    Reason::NotRequested,
    Reason::RequestEnded,
    Reason::OwnTitle,
    Reason::Newer(99),
];

#[test]
fn every_refusal_says_what_and_why_and_what_next() {
    let world = World::new();
    let mut said = Vec::new();
    for reason in REASONS {
        let Words {
            what, why, next, ..
        } = refusal_words(&world.state, &Refusal::new(reason));
        assert!(
            !what.is_empty() && !why.is_empty() && !next.is_empty(),
            "{reason:?}"
        );
        assert!(
            !what.ends_with('.') && why.ends_with('.') && next.ends_with('.'),
            "{reason:?}"
        );
        said.push(what);
        assert!(
            !flag_words(&Flag {
                index: None,
                reason
            })
            .is_empty()
        );
    }
    said.sort();
    said.dedup();
    // Some share their heading: the stock is with, or was sold by, somebody else.
    assert!(said.len() >= REASONS.len() - 2, "{said:#?}");
}

#[test]
fn a_refusal_names_the_thing_its_holder_and_who_may() {
    let mut world = World::new();
    let line = world.stock(with(REP_B), serial(PUMP, "8841"), 1);
    let mut refusal = Refusal::new(Reason::NotCustodian).line(line).person(REP_B);
    refusal.who_may = vec![Role::Operations, Role::Admin];
    let words = refusal_words(&world.state, &refusal);
    assert_eq!(words.what, "Serial 8841 (for tests) is with Ben");
    assert_eq!(words.next, "Ask Ben for a handoff.");
    assert_eq!(words.who_may, "Operations or Admin: Ada or Olga");
}

/// Every way in which a handoff can fail; a new one does not compile without being listed here.
fn hand_errors(world: &mut World) -> Vec<HandoffError> {
    let id = world.next_id();
    let all = vec![
        HandoffError::NotACode,
        HandoffError::Truncated,
        HandoffError::Garbled,
        HandoffError::Newer,
        HandoffError::TooLarge,
        HandoffError::OtherOrganization,
        HandoffError::UnknownPerson(REP_A),
        HandoffError::Tampered(id),
        HandoffError::Revoked(REP_A),
        HandoffError::OwnOffer(id),
        HandoffError::WrongRecipient(with(REP_B)),
        HandoffError::AlreadyAnswered(id),
        HandoffError::UnknownOffer(id),
        HandoffError::OtherOffer(id),
        HandoffError::OwnProposal(id),
        HandoffError::NotAnApprover(vec![ADMIN]),
        HandoffError::ProposalEnded(id),
        HandoffError::UnknownProposal(id),
        HandoffError::Refused(Box::new(Refusal::new(Reason::LineChanged))),
        HandoffError::AncestorsTooDeep { deep_max: 3 },
        HandoffError::NotHere(id),
    ];
    for error in &all {
        match error {
            HandoffError::NotACode
            | HandoffError::Truncated
            | HandoffError::Garbled
            | HandoffError::Newer
            | HandoffError::TooLarge
            | HandoffError::OtherOrganization
            | HandoffError::UnknownPerson(_)
            | HandoffError::Tampered(_)
            | HandoffError::Revoked(_)
            | HandoffError::OwnOffer(_)
            | HandoffError::WrongRecipient(_)
            | HandoffError::AlreadyAnswered(_)
            | HandoffError::UnknownOffer(_)
            | HandoffError::OtherOffer(_)
            | HandoffError::OwnProposal(_)
            | HandoffError::NotAnApprover(_)
            | HandoffError::ProposalEnded(_)
            | HandoffError::UnknownProposal(_)
            | HandoffError::Refused(_)
            | HandoffError::AncestorsTooDeep { .. }
            // Said in the words of the one before.
            | HandoffError::AncestorsTooLarge { .. }
            | HandoffError::NotHere(_) => {}
        }
    }
    all
}

#[test]
fn every_way_in_which_a_handoff_fails_has_words_of_its_own() {
    let mut world = World::new();
    let mut said = Vec::new();
    for error in hand_errors(&mut world) {
        let words = hand_words(&world.state, &HandError::Handoff(error.clone()));
        assert!(
            !words.what.is_empty() && !words.why.is_empty() && !words.next.is_empty(),
            "{error:?}"
        );
        assert!(
            !words.what.ends_with('.') && words.next.ends_with('.'),
            "{error:?}"
        );
        said.push(words.what);
    }
    let all = said.len();
    said.sort();
    said.dedup();
    assert_eq!(said.len(), all, "{said:#?}");
}

//! A proposal approved from phone to phone (R41).

use crate::phones::{Phone, signed, world};
use baton_domain::proposal::ProposalStatus;
use baton_domain::testkit::{ADMIN, FACILITY, REP_A, REP_B, REP_C, SCREW, date};
use baton_domain::time::LocalTime;
use baton_domain::{Command, EntryBody};
use baton_handoff::{HandoffError, Kind, Meaning};
use baton_ledger::SignedEntry;

/// Cem's case, that Ann proposes to take; and their phones, with an Admin's.
fn proposed() -> (baton_domain::testkit::World, Phone, Phone, SignedEntry) {
    let mut world = world();
    let case = world.case(REP_C, &[(SCREW, 2)]);
    let [mut ann, office] = [REP_A, ADMIN].map(|person| Phone::new(&world, person));
    let what = Box::new(Command::ChangeRep { case, rep: REP_A });
    let note = "I am nearer".into();
    let proposal = ann.act(&mut world, Command::Propose { what, note });
    (world, ann, office, proposal)
}

#[test]
fn r41_a_signed_code_is_answered_by_a_signed_code() {
    let (mut world, mut ann, mut office, proposal) = proposed();
    let id = proposal.entry().id;
    let shown = ann.shows(Kind::Proposal, &proposal);
    assert_eq!(office.takes_in(&shown), Meaning::Proposal);
    assert_eq!(office.takes_in(&shown), Meaning::Again);
    let approval = office.act(&mut world, Command::ApproveProposal(id));
    assert_eq!(
        office.takes_in(&shown),
        Meaning::Again,
        "the answer is shown again"
    );
    let answer = office.shows(Kind::Answer, &approval);
    assert_eq!(ann.takes_in(&answer), Meaning::Answer);
    assert_eq!(ann.takes_in(&answer), Meaning::Again);
    for phone in [&ann, &office] {
        let known = phone.view.proposal(id).unwrap();
        assert!(matches!(known.status, ProposalStatus::Approved(by, _) if by == ADMIN));
        let case = phone.view.cases().next().unwrap();
        assert_eq!(case.rep, REP_A, "the act took effect with the approval");
    }
    // A server that has seen nothing of it takes both from either phone alone.
    for entry in [proposal, approval] {
        assert!(!world.record(entry.entry().clone()).needs_review());
    }
}

#[test]
fn r41_a_declined_proposal_comes_back_as_a_code_too() {
    let (mut world, mut ann, mut office, proposal) = proposed();
    office.takes_in(&ann.shows(Kind::Proposal, &proposal));
    let declined = Command::DeclineProposal {
        proposal: proposal.entry().id,
        reason: "Cem is on his way".into(),
    };
    let answer = office.act(&mut world, declined);
    assert_eq!(
        ann.takes_in(&office.shows(Kind::Answer, &answer)),
        Meaning::Answer
    );
    let known = ann.view.proposal(proposal.entry().id).unwrap();
    assert!(matches!(known.status, ProposalStatus::Declined(by, ..) if by == ADMIN));
}

#[test]
fn r41_only_who_may_approve_reads_a_proposal_and_each_refusal_says_why() {
    let (mut world, ann, mut office, proposal) = proposed();
    let id = proposal.entry().id;
    let shown = ann.shows(Kind::Proposal, &proposal);
    assert_eq!(ann.reads(&shown), Err(HandoffError::OwnProposal(id)));
    let ben = Phone::new(&world, REP_B);
    let Err(HandoffError::NotAnApprover(who)) = ben.reads(&shown) else {
        panic!("a Rep approves for a colleague");
    };
    assert!(who.contains(&ADMIN) && !who.contains(&REP_B));

    office.takes_in(&shown);
    let approval = office.act(&mut world, Command::ApproveProposal(id));
    let answer = office.shows(Kind::Answer, &approval);
    assert_eq!(ben.reads(&answer), Err(HandoffError::UnknownProposal(id)));

    // Nobody approves under another's name.
    let mut forged = approval.entry().clone();
    forged.actor = REP_B;
    let mut answer = answer;
    answer.entry = signed(&forged);
    assert_eq!(ann.reads(&answer), Err(HandoffError::Tampered(forged.id)));

    // Ann withdrew it meanwhile: another office hears that it has ended.
    let mut behind = office.clone();
    behind.view = ann.view.clone();
    let mut known = behind.view.proposal(id).unwrap().clone();
    known.status = ProposalStatus::Declined(REP_A, approval.entry().occurred_at, "".into());
    behind.view.put_proposal(known);
    assert_eq!(behind.reads(&shown), Err(HandoffError::ProposalEnded(id)));
}

#[test]
fn r41_a_proposal_brings_the_case_that_nobody_has_heard_of() {
    let (mut world, mut ann, mut office, _) = proposed();
    let command = Command::ScheduleCase {
        facility: FACILITY,
        starts_at: LocalTime {
            date: date(2026, 12, 2),
            minute: 450,
        },
        utc_offset_min: -420,
        room: "OR 1".into(),
        rep: REP_A,
        needs: Vec::new(),
        details: None,
    };
    let case = ann.act(&mut world, command).entry().id;
    let takeover = EntryBody::CaseRepChanged {
        case,
        head: case,
        rep: REP_B,
        cover: Default::default(),
    };
    let proposal = world.entry(
        REP_A,
        EntryBody::Proposed {
            what: Box::new(takeover),
            note: "".into(),
        },
    );
    let shown = ann.shows(Kind::Proposal, &signed(&proposal));
    assert_eq!(shown.ancestors.len(), 1);
    assert_eq!(office.takes_in(&shown), Meaning::Proposal);
    assert!(office.view.case(case).is_some());
}

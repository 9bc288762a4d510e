//! R41: what somebody may not do, proposed to somebody who may.

use crate::{one, reason, refusal};
use baton_domain::directory::{Pool, SharingLink};
use baton_domain::id::{CaseId, EntryId, PersonId, PoolId};
use baton_domain::proposal::{ProposalStatus, approvers, can_be_proposed, wish};
use baton_domain::readiness::{Light, readiness};
use baton_domain::recall::Recalled;
use baton_domain::stock::Custodian;
use baton_domain::testkit::{
    ADMIN, MANAGER, OFFICE, POOL, PRINCIPAL, REP_A, REP_B, REP_C, SCREW, World, lot, phone_of,
    product_id, with,
};
use baton_domain::{Command, EntryBody, Reason, Refusal};

fn propose(world: &mut World, who: PersonId, what: Command) -> Result<EntryId, Refusal> {
    let command = Command::Propose {
        what: Box::new(what),
        note: "I am nearer".into(),
    };
    world.act(who, command)
}

fn takeover(case: CaseId, rep: PersonId) -> Command {
    Command::ChangeRep { case, rep }
}

#[test]
fn r41_a_proposal_has_no_effect_and_names_all_who_may_approve() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let own = world.decide(REP_C, takeover(case, REP_C));
    assert_eq!(reason(own), Reason::NotAllowed);
    let proposal = propose(&mut world, REP_C, takeover(case, REP_C)).unwrap();
    assert_eq!(world.state.case(case).unwrap().rep, REP_A);
    let known = world.state.proposal(proposal).unwrap();
    assert!(known.is_open());
    // The manager of the region and the office; the principal has other reps; a Rep approves
    // nothing.
    assert_eq!(approvers(&world.state, known), [ADMIN, OFFICE, MANAGER]);
    // A case of the principal's own rep.
    let theirs = world.case(REP_B, &[]);
    let proposal = propose(&mut world, REP_C, takeover(theirs, REP_C)).unwrap();
    let known = world.state.proposal(proposal).unwrap();
    assert_eq!(
        approvers(&world.state, known),
        [ADMIN, OFFICE, MANAGER, PRINCIPAL]
    );
}

#[test]
fn r41_an_approval_takes_effect_on_the_state_at_approval_and_once() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 2);
    let proposal = propose(&mut world, REP_C, takeover(case, REP_C)).unwrap();
    // The case moves on meanwhile: its head is another when it is approved.
    world.act(REP_A, takeover(case, REP_B)).unwrap();
    world.act(OFFICE, takeover(case, REP_A)).unwrap();
    world.mark(case, screws, 2).unwrap();
    world
        .act(OFFICE, Command::ApproveProposal(proposal))
        .unwrap();
    assert_eq!(world.state.case(case).unwrap().rep, REP_C);
    assert_eq!(world.state.case(case).unwrap().head_by, OFFICE);
    // R16 comes with the act, as if the office had recorded it.
    assert_eq!(world.line(screws).kept_for(case), 2);
    let known = world.state.proposal(proposal).unwrap();
    assert!(matches!(known.status, ProposalStatus::Approved(OFFICE, _)));
    let again = world.decide(ADMIN, Command::ApproveProposal(proposal));
    // The rep is the one proposed already, and the proposal is answered.
    assert!(again.is_err());
}

#[test]
fn r41_nobody_approves_his_own_nor_what_he_may_not_do() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let proposal = propose(&mut world, OFFICE, takeover(case, REP_C)).unwrap();
    let own = world.decide(OFFICE, Command::ApproveProposal(proposal));
    assert_eq!(reason(own), Reason::OwnProposal);
    for not_theirs in [REP_B, PRINCIPAL] {
        let refused = world.decide(not_theirs, Command::ApproveProposal(proposal));
        assert_eq!(reason(refused), Reason::NotAllowed);
    }
    let rep = world.decide(REP_A, Command::ApproveProposal(proposal));
    assert_eq!(reason(rep), Reason::NotAllowed, "a Rep approves nothing");
    assert!(world.state.proposal(proposal).unwrap().is_open());
}

#[test]
fn r41_an_approval_of_something_else_than_was_proposed_is_refused() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let proposal = propose(&mut world, REP_C, takeover(case, REP_C)).unwrap();
    let mut entry = one(world
        .decide(OFFICE, Command::ApproveProposal(proposal))
        .unwrap());
    let EntryBody::ProposalApproved { what, .. } = &mut entry.body else {
        unreachable!()
    };
    let EntryBody::CaseRepChanged { rep, .. } = what.as_mut() else {
        unreachable!()
    };
    *rep = REP_B;
    let verdict = world.record(entry);
    assert_eq!(refusal(&verdict.outcome).1.reason, Reason::NotProposable);
    assert_eq!(world.state.case(case).unwrap().rep, REP_A);
    assert!(world.state.proposal(proposal).unwrap().is_open());
}

#[test]
fn r41_of_two_approvals_the_second_is_refused_naming_who_was_first() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let proposal = propose(&mut world, REP_C, takeover(case, REP_C)).unwrap();
    let second = one(world
        .decide(MANAGER, Command::ApproveProposal(proposal))
        .unwrap());
    world
        .act(OFFICE, Command::ApproveProposal(proposal))
        .unwrap();
    let verdict = world.record(second);
    let refusal = refusal(&verdict.outcome).1;
    assert_eq!(
        (refusal.reason, refusal.person),
        (Reason::ProposalEnded, Some(OFFICE))
    );
    let (_, first_at) = world
        .state
        .proposal(proposal)
        .unwrap()
        .answered_by()
        .unwrap();
    assert_eq!(refusal.other_record_at(&world.state), Some(first_at));
}

#[test]
fn r41_an_approval_that_the_rules_refuse_leaves_the_proposal_open() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let proposal = propose(&mut world, REP_C, takeover(case, REP_C)).unwrap();
    let late = one(world
        .decide(OFFICE, Command::ApproveProposal(proposal))
        .unwrap());
    world.act(OFFICE, takeover(case, REP_B)).unwrap();
    let verdict = world.record(late);
    assert_eq!(refusal(&verdict.outcome).1.reason, Reason::CaseChanged);
    assert!(world.state.proposal(proposal).unwrap().is_open());
    assert_eq!(world.state.case(case).unwrap().rep, REP_B);
}

#[test]
fn r41_declining_needs_a_reason_and_withdrawing_does_not() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let proposal = propose(&mut world, REP_C, takeover(case, REP_C)).unwrap();
    let decline = |reason: &str| Command::DeclineProposal {
        proposal,
        reason: reason.into(),
    };
    assert_eq!(
        reason(world.decide(OFFICE, decline(""))),
        Reason::ReasonNeeded
    );
    assert_eq!(
        reason(world.decide(REP_B, decline("no"))),
        Reason::NotAllowed
    );
    let mut twin = world.clone();
    twin.act(OFFICE, decline("Ann keeps it")).unwrap();
    world.act(REP_C, decline("")).unwrap();
    for world in [&twin, &world] {
        assert!(!world.state.proposal(proposal).unwrap().is_open());
        assert_eq!(world.state.case(case).unwrap().rep, REP_A);
    }
}

#[test]
fn r41_a_shared_account_is_proposed_by_a_rep_and_linked_by_who_may() {
    let mut world = World::new();
    let link = SharingLink {
        account: Custodian::Pool(POOL),
        rep: REP_C,
    };
    let command = Command::SetSharingLink { link, active: true };
    assert_eq!(
        reason(world.decide(REP_C, command.clone())),
        Reason::NotAllowed
    );
    let proposal = propose(&mut world, REP_C, command).unwrap();
    assert!(!world.state.is_shared_with(link.account, REP_C));
    world
        .act(ADMIN, Command::ApproveProposal(proposal))
        .unwrap();
    assert!(world.state.is_shared_with(link.account, REP_C));
}

#[test]
fn r41_what_breaks_another_rule_cannot_be_proposed_either() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let nobody = propose(&mut world, REP_C, takeover(case, OFFICE));
    assert_eq!(reason(nobody), Reason::NotARep);
    let between_reps = SharingLink {
        account: with(REP_A),
        rep: REP_C,
    };
    let link = Command::SetSharingLink {
        link: between_reps,
        active: true,
    };
    assert_eq!(
        reason(propose(&mut world, REP_C, link)),
        Reason::NotAnAccount
    );
    let plan = Command::ChangeCase {
        case,
        facility: None,
        starts_at: None,
        room: Some("OR 7".into()),
        needs: None,
    };
    assert!(!can_be_proposed(&plan));
    assert_eq!(
        reason(propose(&mut world, REP_C, plan)),
        Reason::NotProposable
    );
}

#[test]
fn r41_the_light_says_that_the_case_is_ready_once_somebody_approves() {
    let light = |world: &World, case| readiness(&world.state, case).unwrap().light;
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 2)]);
    let screws = world.stock(Custodian::Pool(POOL), lot(SCREW, "L1"), 2);
    assert_eq!(light(&world, case), Light::Ready, "a member of the pool");
    // The case is to go to another rep, who may use what the pool holds only by a link.
    let other_rep = propose(&mut world, REP_C, takeover(case, REP_C)).unwrap();
    assert_eq!(light(&world, case), Light::Ready, "{REP_C:?} reaches none");
    let link = SharingLink {
        account: Custodian::Pool(POOL),
        rep: REP_C,
    };
    let link = Command::SetSharingLink { link, active: true };
    world.act(ADMIN, link).unwrap();
    assert_eq!(
        light(&world, case),
        Light::ReadyWhenApproved(vec![other_rep])
    );
    // What is gone is short, whoever approves what.
    let away = Command::HoldStock {
        lines: vec![(screws, 1)],
        reason: "dented".into(),
    };
    world.act(OFFICE, away).unwrap();
    assert_eq!(light(&world, case), Light::ShortOf(1));
    let declined = Command::DeclineProposal {
        proposal: other_rep,
        reason: "stays as it is".into(),
    };
    world.act(OFFICE, declined).unwrap();
    assert_eq!(light(&world, case), Light::ShortOf(1));
}

#[test]
fn r41_the_light_waits_for_all_approvals_that_are_needed_together() {
    let mut world = World::new();
    let case = world.case(REP_C, &[(SCREW, 2)]);
    let pools = [Custodian::Pool(POOL), with(PRINCIPAL)];
    let mut asked = Vec::new();
    for (place, account) in pools.into_iter().enumerate() {
        world.stock(account, lot(SCREW, &format!("L{place}")), 1);
        let link = SharingLink {
            account,
            rep: REP_C,
        };
        let link = Command::SetSharingLink { link, active: true };
        asked.push(propose(&mut world, REP_C, link).unwrap());
    }
    let light = |world: &World| readiness(&world.state, case).unwrap().light;
    assert_eq!(light(&world), Light::ReadyWhenApproved(asked.clone()));
    let approved = Command::ApproveProposal(asked[0]);
    world.act(ADMIN, approved).unwrap();
    assert_eq!(light(&world), Light::ReadyWhenApproved(vec![asked[1]]));
    let approved = Command::ApproveProposal(asked[1]);
    world.act(ADMIN, approved).unwrap();
    assert_eq!(light(&world), Light::Ready);
}

#[test]
fn r41_two_reps_propose_the_account_they_are_to_share_in_one_act() {
    let mut world = World::new();
    let pool = PoolId::from_bytes([7; 16]);
    let reps = vec![REP_A, REP_C];
    let account = Command::OpenSharedAccount {
        pool: Pool {
            id: pool,
            name: "Ann and Cy".into(),
            region: None,
        },
        reps: reps.clone(),
    };
    let own = world.decide(REP_A, account.clone());
    assert_eq!(reason(own), Reason::NotAllowed);
    let proposal = propose(&mut world, REP_A, account.clone()).unwrap();
    let known = world.state.proposal(proposal).unwrap();
    assert_eq!(approvers(&world.state, known), [ADMIN]);
    let approved = Command::ApproveProposal(proposal);
    world.act(ADMIN, approved).unwrap();
    for rep in reps {
        assert!(world.state.is_shared_with(Custodian::Pool(pool), rep));
    }
    let again = world.decide(ADMIN, account);
    assert_eq!(reason(again), Reason::Conflicting, "it is open already");
}

#[test]
fn r22_an_account_is_opened_for_reps_and_for_nobody_else() {
    let mut world = World::new();
    let open = |reps: &[PersonId]| Command::OpenSharedAccount {
        pool: Pool {
            id: PoolId::from_bytes([7; 16]),
            name: "Shared".into(),
            region: None,
        },
        reps: reps.to_vec(),
    };
    for (reps, why) in [
        (&[REP_A, PRINCIPAL][..], Reason::NotAnAccount),
        (&[], Reason::Malformed),
        (&[REP_A, REP_A], Reason::Malformed),
    ] {
        assert_eq!(reason(world.decide(ADMIN, open(reps))), why, "{reps:?}");
    }
    world.act(ADMIN, open(&[REP_A])).unwrap();
}

#[test]
fn r41_what_the_role_forbids_is_proposed_whatever_it_is() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let screws = world.stock(with(REP_C), lot(SCREW, "L1"), 4);
    let held = Command::HoldStock {
        lines: vec![(screws, 2)],
        reason: "dented".into(),
    };
    world.act(REP_C, held).unwrap();
    let release = Command::ReleaseHold {
        lines: vec![(screws, 2)],
        reason: "only the carton".into(),
    };
    let recall = Command::IssueRecall {
        what: Recalled {
            product: product_id(SCREW),
            lot: Some("L1".into()),
            serial: None,
        },
        reason: "notice".into(),
    };
    let cancel = Command::CancelCase {
        case,
        reason: "moved to spring".into(),
    };
    let lost = Command::RevokeDevice(phone_of(REP_A));
    for wanted in [release, cancel, recall, lost] {
        assert_eq!(
            reason(world.decide(REP_C, wanted.clone())),
            Reason::NotAllowed
        );
        assert!(can_be_proposed(&wanted));
        let proposal = propose(&mut world, REP_C, wanted.clone()).unwrap();
        let known = world.state.proposal(proposal).unwrap();
        assert_eq!(wish(known.what()), Some(wanted));
        world
            .act(ADMIN, Command::ApproveProposal(proposal))
            .unwrap();
    }
    assert!(!world.state.case(case).unwrap().status.is_open());
    assert_eq!(world.state.recalls().count(), 1);
    assert!(world.state.device(phone_of(REP_A)).unwrap().revoked);
}

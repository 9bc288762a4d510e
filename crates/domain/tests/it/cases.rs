//! R14 to R18, R27, R28, R40: cases and what is kept for them.

use crate::{change_place, change_rep, reason};
use baton_domain::case::{CaseStatus, UseStatus};
use baton_domain::id::{CaseId, LineId};
use baton_domain::stock::{Claimant, Custodian, TitleHolder};
use baton_domain::testkit::{
    ADMIN, FACILITY, OFFICE, OTHER_FACILITY, POOL, REP_A, REP_B, REP_C, SCREW, World, lot, takes,
    use_of, with,
};
use baton_domain::transfer::DeclineReason;
use baton_domain::{Command, Reason};

#[test]
fn r14_stock_for_a_case_comes_from_the_rep_and_accounts_shared_with_the_rep() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 9)]);
    let own = world.stock(with(REP_A), lot(SCREW, "L1"), 3);
    let pooled = world.stock(Custodian::Pool(POOL), lot(SCREW, "L2"), 3);
    let others = world.stock(with(REP_B), lot(SCREW, "L3"), 3);
    world.mark(case, own, 1).unwrap();
    world.mark(case, pooled, 1).unwrap();
    let refusal = world.mark(case, others, 1).unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.person),
        (Reason::FromElsewhere, Some(REP_B))
    );

    let case_of_b = world.case(REP_B, &[(SCREW, 9)]);
    assert_eq!(
        reason(world.mark(case_of_b, pooled, 1)),
        Reason::FromElsewhere
    );
}

#[test]
fn r14_r21_facility_stock_counts_only_at_its_facility() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 9)]);
    let here = world.stock_of(
        with(REP_A),
        lot(SCREW, "L1"),
        3,
        TitleHolder::Facility(FACILITY),
    );
    let there = world.stock_of(
        with(REP_A),
        lot(SCREW, "L2"),
        3,
        TitleHolder::Facility(OTHER_FACILITY),
    );
    world.mark(case, here, 1).unwrap();
    assert_eq!(reason(world.mark(case, there, 1)), Reason::OtherFacility);

    world
        .act(REP_A, change_place(case, OTHER_FACILITY))
        .unwrap();
    assert_eq!(
        world.line(here).claimed(),
        0,
        "its mark does not move with the case"
    );
    world.mark(case, there, 1).unwrap();
}

#[test]
fn r15_what_is_kept_for_one_case_is_not_available_to_another() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let first = world.case(REP_A, &[(SCREW, 4)]);
    let second = world.case(REP_A, &[(SCREW, 4)]);
    world.mark(first, screws, 4).unwrap();
    let refusal = world.mark(second, screws, 2).unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.case),
        (Reason::KeptForOtherCase, Some(first))
    );
    assert_eq!(refusal.available, Some(1));
    assert_eq!(
        reason(world.offer(REP_A, REP_B, &[(screws, 2, None)])),
        Reason::KeptForOtherCase
    );

    world
        .act(
            REP_A,
            Command::UnmarkStock {
                case: first,
                lines: vec![(screws, 3)],
            },
        )
        .unwrap();
    world.mark(second, screws, 2).unwrap();
    let too_many = Command::UnmarkStock {
        case: first,
        lines: vec![(screws, 2)],
    };
    assert_eq!(world.act(REP_A, too_many).unwrap_err().available, Some(1));
}

/// A marked its screws and a pool's; B takes over. What B cannot use is reserved.
fn handed_over() -> (World, CaseId, LineId, LineId) {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 6)]);
    let own = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let pooled = world.stock(Custodian::Pool(POOL), lot(SCREW, "L2"), 5);
    world.mark(case, own, 3).unwrap();
    world.mark(case, pooled, 2).unwrap();
    let account = Custodian::Pool(POOL);
    let link = baton_domain::directory::SharingLink {
        account,
        rep: REP_B,
    };
    world
        .act(ADMIN, Command::SetSharingLink { link, active: true })
        .unwrap();
    world.act(REP_A, change_rep(case, REP_B)).unwrap();
    (world, case, own, pooled)
}

#[test]
fn r16_marks_that_the_new_rep_cannot_use_become_reservations() {
    let (mut world, case, own, pooled) = handed_over();
    assert_eq!(world.state.case(case).unwrap().rep, REP_B);
    assert_eq!(world.line(own).claimed_by(Claimant::Reservation(case)), 3);
    assert_eq!(
        world.line(pooled).claimed_by(Claimant::Mark(case)),
        2,
        "B is a member too"
    );
    assert_eq!(
        reason(world.offer(REP_A, REP_C, &[(own, 3, None)])),
        Reason::KeptForOtherCase
    );

    world.act(ADMIN, change_rep(case, REP_A)).unwrap();
    assert_eq!(
        world.line(own).claimed_by(Claimant::Mark(case)),
        3,
        "and marks again, when A takes it back"
    );
}

#[test]
fn r16_a_reservation_travels_with_the_offer_and_is_a_mark_on_arrival() {
    let (mut world, case, own, _) = handed_over();
    let transfer = world.offer(REP_A, REP_B, &[(own, 4, Some(case))]).unwrap();
    let line = world.line(own);
    assert_eq!(
        (
            line.kept_for(case),
            line.claimed_by(Claimant::Offer(transfer))
        ),
        (0, 4)
    );
    assert_eq!(line.free(), 1, "the reservation and one free piece");

    let receipt = world.answer(REP_B, transfer, &[takes(4)]).unwrap();
    let arrived = world.line(LineId {
        entry: receipt,
        index: 0,
    });
    assert_eq!(arrived.claimed_by(Claimant::Mark(case)), 4);
    assert_eq!(world.state.lines_kept_for(case).count(), 2);
}

#[test]
fn r16_what_arrives_with_somebody_who_is_not_the_rep_stays_reserved() {
    let (mut world, case, own, _) = handed_over();
    let transfer = world.offer(REP_A, REP_C, &[(own, 3, Some(case))]).unwrap();
    let receipt = world.answer(REP_C, transfer, &[takes(3)]).unwrap();
    let arrived = world.line(LineId {
        entry: receipt,
        index: 0,
    });
    assert_eq!(arrived.claimed_by(Claimant::Reservation(case)), 3);
}

#[test]
fn r16_cancel_and_decline_drop_the_reservation() {
    for declined in [false, true] {
        let (mut world, case, own, _) = handed_over();
        let transfer = world.offer(REP_A, REP_B, &[(own, 3, Some(case))]).unwrap();
        if declined {
            let reason = DeclineReason::NotNeeded;
            world
                .act(
                    REP_B,
                    Command::DeclineTransfer {
                        transfer,
                        reason,
                        note: "".into(),
                    },
                )
                .unwrap();
        } else {
            world
                .act(
                    REP_A,
                    Command::CancelTransfer {
                        transfer,
                        reason: "".into(),
                    },
                )
                .unwrap();
        }
        assert_eq!(world.line(own).claimed(), 0);
        assert_eq!(world.line(own).free(), 5);
    }
}

#[test]
fn r16_a_case_that_was_cancelled_keeps_nothing_on_arrival() {
    let (mut world, case, own, pooled) = handed_over();
    let transfer = world.offer(REP_A, REP_B, &[(own, 3, Some(case))]).unwrap();
    world
        .act(
            REP_B,
            Command::CancelCase {
                case,
                reason: "moved".into(),
            },
        )
        .unwrap();
    assert_eq!(
        world.line(pooled).claimed(),
        0,
        "marks are dropped with the case"
    );
    let receipt = world.answer(REP_B, transfer, &[takes(3)]).unwrap();
    assert_eq!(
        world
            .line(LineId {
                entry: receipt,
                index: 0
            })
            .claimed(),
        0
    );
    assert_eq!(reason(world.mark(case, own, 1)), Reason::CaseEnded);
    assert_eq!(
        reason(world.offer(REP_A, REP_B, &[(own, 1, Some(case))])),
        Reason::CaseEnded
    );
}

#[test]
fn r18_a_use_starts_the_case_and_a_cancelled_one_takes_no_plans() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 4)]);
    assert_eq!(
        world.state.case(case).unwrap().status,
        CaseStatus::Scheduled
    );
    world
        .act(REP_A, use_of(case, screws, 1, UseStatus::Wasted, ""))
        .unwrap();
    assert_eq!(
        world.state.case(case).unwrap().status,
        CaseStatus::InProgress
    );
    world
        .act(
            REP_A,
            Command::CancelCase {
                case,
                reason: "".into(),
            },
        )
        .unwrap();
    for command in [
        change_place(case, OTHER_FACILITY),
        change_rep(case, REP_B),
        Command::CancelCase {
            case,
            reason: "".into(),
        },
    ] {
        assert_eq!(reason(world.act(REP_A, command)), Reason::CaseEnded);
    }
}

#[test]
fn the_rep_on_a_case_is_somebody_active_who_covers_cases() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    assert_eq!(
        reason(world.act(ADMIN, change_rep(case, OFFICE))),
        Reason::NotARep
    );
    assert_eq!(
        reason(world.act(ADMIN, change_rep(case, REP_A))),
        Reason::Malformed
    );
    let mut left = world.state.person(REP_C).unwrap().clone();
    left.active = false;
    world.act(ADMIN, Command::RecordPerson(left)).unwrap();
    assert_eq!(
        reason(world.act(REP_A, change_rep(case, REP_C))),
        Reason::NotARep
    );
    assert_eq!(
        reason(world.act(REP_B, change_rep(case, REP_B))),
        Reason::NotAllowed,
        "another's to self: propose"
    );
}

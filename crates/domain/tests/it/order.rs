//! R27 to R29, R39, R40: dates, holds, and who was first.

use crate::{change_place, change_rep, one, reason, refused};
use baton_domain::case::UseStatus;
use baton_domain::stock::Identity;
use baton_domain::testkit::{
    ADMIN, MANAGER, OFFICE, OTHER_FACILITY, PRINCIPAL, PUMP, REP_A, REP_B, REP_C, SCREW, World,
    date, lot, offer, serial, takes, use_of, with,
};
use baton_domain::time::LocalTime;
use baton_domain::verdict::Outcome;
use baton_domain::{Command, Reason};

#[test]
fn r27_usable_through_the_expiry_day_by_the_cases_local_date() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 9)]); // on 2026-12-01
    let expiring = |day| Identity {
        expiry: Some(day),
        ..lot(SCREW, "L1")
    };
    let last_day = world.stock(with(REP_A), expiring(date(2026, 12, 1)), 3);
    let over = world.stock(with(REP_A), expiring(date(2026, 11, 30)), 3);
    world.mark(case, last_day, 1).unwrap();
    assert_eq!(reason(world.mark(case, over, 1)), Reason::Expired);
    let later = LocalTime {
        date: date(2026, 12, 2),
        minute: 480,
    };
    let moved = Command::ChangeCase {
        case,
        facility: None,
        starts_at: Some((later, -420)),
        room: None,
        needs: None,
    };
    world.act(REP_A, moved).unwrap();
    assert_eq!(reason(world.mark(case, last_day, 1)), Reason::Expired);
}

#[test]
fn r28_expired_or_held_stock_is_not_marked_nor_offered_to_a_case() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 9)]);
    let over = Identity {
        expiry: Some(date(2026, 11, 30)),
        ..lot(SCREW, "L1")
    };
    let over = world.stock(with(REP_A), over, 3);
    assert_eq!(
        reason(world.offer(REP_A, REP_B, &[(over, 1, Some(case))])),
        Reason::Expired
    );
    world.offer(REP_A, REP_B, &[(over, 1, None)]).unwrap(); // back to somebody is no case

    let held = world.stock(with(REP_B), lot(SCREW, "L2"), 5);
    let lines = vec![(held, 4)];
    world
        .act(
            REP_B,
            Command::HoldStock {
                lines,
                reason: "dented box".into(),
            },
        )
        .unwrap();
    let refusal = world.mark(case, held, 2).unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.available),
        (Reason::OnHold, Some(1))
    );
    assert_eq!(
        reason(world.offer(REP_B, REP_A, &[(held, 2, None)])),
        Reason::OnHold
    );
    world.mark(case, held, 1).unwrap();
}

#[test]
fn r29_a_hold_is_released_by_operations_after_review() {
    let mut world = World::new();
    let held = world.stock(with(REP_A), lot(SCREW, "L2"), 5);
    let hold = |quantity, reason: &str| Command::HoldStock {
        lines: vec![(held, quantity)],
        reason: reason.into(),
    };
    let release = |quantity| Command::ReleaseHold {
        lines: vec![(held, quantity)],
        reason: "reviewed".into(),
    };
    assert_eq!(reason(world.act(REP_A, hold(2, ""))), Reason::ReasonNeeded);
    assert_eq!(
        reason(world.act(REP_B, hold(2, "dented"))),
        Reason::NotAllowed
    );
    world.act(REP_A, hold(2, "dented")).unwrap();
    world.act(MANAGER, hold(1, "opened")).unwrap();
    assert_eq!(
        world.act(MANAGER, hold(3, "opened")).unwrap_err().available,
        Some(2)
    );
    assert_eq!(world.line(held).held(), 3);
    for person in [REP_A, MANAGER, PRINCIPAL] {
        assert_eq!(reason(world.act(person, release(1))), Reason::NotAllowed);
    }
    world.act(OFFICE, release(3)).unwrap();
    assert_eq!(
        (world.line(held).held(), world.line(held).hold.as_ref()),
        (0, None)
    );
    assert_eq!(reason(world.act(OFFICE, release(1))), Reason::NotEnough);
}

#[test]
fn r40_the_second_change_of_rep_is_refused_naming_who_was_first() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let away = world.state.clone();
    let late = one(world
        .decide_on(&away, REP_A, change_rep(case, REP_C))
        .unwrap());
    let first = world.act(MANAGER, change_rep(case, REP_B)).unwrap();
    let verdict = world.record(late);
    assert_eq!(refused(&verdict), Reason::CaseChanged);
    let Outcome::Refused(refusal) = &verdict.outcome else {
        unreachable!()
    };
    assert_eq!(
        (refusal.person, refusal.entry),
        (Some(MANAGER), Some(first))
    );
    assert_eq!(world.state.case(case).unwrap().rep, REP_B);
}

#[test]
fn r40_a_use_does_not_make_a_change_of_rep_lose() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 4)]);
    let change = one(world.decide(MANAGER, change_rep(case, REP_B)).unwrap());
    world
        .act(REP_A, use_of(case, screws, 1, UseStatus::Implanted, ""))
        .unwrap();
    assert_eq!(world.record(change).outcome, Outcome::Accepted);
}

#[test]
fn r40_planning_fields_are_last_accepted_per_field() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 4)]);
    let away = world.state.clone();
    let room = Command::ChangeCase {
        case,
        facility: None,
        starts_at: None,
        room: Some("OR 9".into()),
        needs: None,
    };
    let late = one(world.decide_on(&away, REP_A, room).unwrap());
    world
        .act(ADMIN, change_place(case, OTHER_FACILITY))
        .unwrap();
    assert_eq!(world.record(late).outcome, Outcome::Accepted);
    let case = world.state.case(case).unwrap();
    assert_eq!(
        (case.facility, &*case.room, case.needs.len()),
        (OTHER_FACILITY, "OR 9", 1)
    );
}

#[test]
fn r39_a_serial_that_moved_since_is_not_marked() {
    let mut world = World::new();
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let case = world.case(REP_A, &[(PUMP, 1)]);
    let mark = Command::MarkStock {
        case,
        lines: vec![(pump, 1)],
    };
    let late = one(world.decide(REP_A, mark).unwrap());
    let transfer = world
        .act(REP_A, offer(with(REP_A), with(REP_B), &[(pump, 1, None)]))
        .unwrap();
    world.answer(REP_B, transfer, &[takes(1)]).unwrap();
    assert_eq!(refused(&world.record(late)), Reason::LineChanged);
}

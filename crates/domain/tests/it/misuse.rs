//! What people do wrong, one test each, by the name of the mistake.

use crate::{accept, change_place, change_rep, disputed, flags, one, reason, refused};
use baton_domain::bill::{lines_hash, signatures_hold};
use baton_domain::case::UseStatus;
use baton_domain::facility_stock::{Price, PriceError};
use baton_domain::proposal::approvers_of;
use baton_domain::stock::TitleHolder;
use baton_domain::testkit::{
    FACILITY, OFFICE, OTHER_FACILITY, PUMP, REP_A, REP_B, REP_C, SCREW, World, close, date, lot,
    serial, takes, use_of, with,
};
use baton_domain::{Command, EntryBody, Reason};

#[test]
fn over_use_planned_by_a_rebuild_is_refused() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 2)]);
    let title = TitleHolder::Facility(FACILITY);
    let sold = world.stock_of(with(REP_A), lot(SCREW, "L1"), 5, title);
    let rebuild = Command::RebuildFacilityStock {
        rep: REP_B,
        case: Some(case),
        lines: vec![(sold, 3)],
    };
    assert_eq!(reason(world.act(OFFICE, rebuild)), Reason::OverUse);
}

#[test]
fn over_use_that_happened_is_recorded_and_flagged() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 2)]);
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let used = |words: &str| use_of(case, line, 3, UseStatus::Implanted, words);
    assert_eq!(reason(world.decide(REP_A, used(""))), Reason::ReasonNeeded);
    let entries = world.decide(REP_A, used("one more was needed")).unwrap();
    let verdicts = accept(&mut world, entries);
    assert_eq!(flags(&verdicts[0]), [Reason::OverUse]);
    assert_eq!(world.line(line).quantity, 2);
}

#[test]
fn a_double_mark_finds_nothing_left() {
    let mut world = World::new();
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let [first, second] = [(); 2].map(|()| world.case(REP_A, &[(PUMP, 1)]));
    world.mark(first, pump, 1).unwrap();
    let refusal = world.mark(second, pump, 1).unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.case),
        (Reason::KeptForOtherCase, Some(first))
    );
    assert_eq!(reason(world.mark(first, pump, 1)), Reason::NotEnough);
}

#[test]
fn facility_stock_of_the_wrong_facility_is_not_marked() {
    let mut world = World::new();
    let title = TitleHolder::Facility(OTHER_FACILITY);
    let sold = world.stock_of(with(REP_A), lot(SCREW, "L1"), 5, title);
    let case = world.case(REP_A, &[(SCREW, 2)]);
    assert_eq!(reason(world.mark(case, sold, 1)), Reason::OtherFacility);
    world
        .act(OFFICE, change_place(case, OTHER_FACILITY))
        .unwrap();
    world.mark(case, sold, 1).unwrap();
}

#[test]
fn expired_on_the_case_date_counts_and_today_does_not() {
    let mut world = World::new();
    // The case is on 2026-12-01.
    let until = |day| {
        let mut identity = lot(SCREW, "L1");
        identity.expiry = Some(date(2026, 11, day));
        identity
    };
    let fine_today = world.stock(with(REP_A), until(30), 2);
    let case = world.case(REP_A, &[(SCREW, 2)]);
    assert_eq!(reason(world.mark(case, fine_today, 1)), Reason::Expired);
    // The reverse: a case that was, recorded after the piece has expired.
    let earlier = Command::ChangeCase {
        case,
        facility: None,
        starts_at: Some((
            baton_domain::time::LocalTime {
                date: date(2026, 11, 30),
                minute: 480,
            },
            -420,
        )),
        room: None,
        needs: None,
    };
    world.act(OFFICE, earlier).unwrap();
    world.mark(case, fine_today, 1).unwrap();
}

#[test]
fn a_price_below_zero_is_no_price() {
    assert_eq!(Price::from_text("-1"), Err(PriceError::Negative));
    assert_eq!(Price::from_text("0"), Ok(Price::CentsEach(0)));
}

#[test]
fn a_quantity_of_zero_is_nothing() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 2)]);
    assert_eq!(reason(world.mark(case, line, 0)), Reason::Malformed);
    let nothing = world.offer(REP_A, REP_B, &[(line, 0, None)]);
    assert_eq!(reason(nothing), Reason::Malformed);
    let used = use_of(case, line, 0, UseStatus::Implanted, "");
    assert_eq!(reason(world.decide(REP_A, used)), Reason::Malformed);
}

#[test]
fn a_serial_that_is_active_elsewhere_is_not_received() {
    let mut world = World::new();
    world.stock(with(REP_C), serial(PUMP, "S1"), 1);
    let body = crate::received(serial(PUMP, "S1"));
    let entry = world.entry(REP_A, body);
    assert_eq!(refused(&world.record(entry)), Reason::SerialActive);
}

#[test]
fn nobody_accepts_his_own_offer() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let give = baton_domain::testkit::offer(with(REP_A), with(REP_B), &[(line, 2, None)]);
    let transfer = world.act(OFFICE, give).unwrap();
    let own = world.answer(OFFICE, transfer, &[takes(2)]);
    assert_eq!(reason(own), Reason::OwnOffer);
}

#[test]
fn a_change_after_the_close_is_refused_and_a_use_voids_the_signatures() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 2)]);
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let hash = lines_hash(&world.state, world.state.case(case).unwrap());
    world.act(REP_A, close(case, hash)).unwrap();
    assert_eq!(reason(world.mark(case, line, 1)), Reason::CaseEnded);
    let place = world.act(OFFICE, change_place(case, OTHER_FACILITY));
    assert_eq!(reason(place), Reason::CaseEnded);
    let used = use_of(case, line, 1, UseStatus::Implanted, "forgotten");
    let entries = world.decide(REP_A, used).unwrap();
    let verdicts = accept(&mut world, entries);
    assert_eq!(flags(&verdicts[0]), [Reason::CaseEnded]);
    let known = world.state.case(case).unwrap();
    assert!(!signatures_hold(&world.state, known));
}

#[test]
fn a_signature_over_changed_lines_is_refused() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 2)]);
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let seen = lines_hash(&world.state, world.state.case(case).unwrap());
    world
        .act(REP_A, use_of(case, line, 1, UseStatus::Implanted, ""))
        .unwrap();
    assert_eq!(
        reason(world.act(REP_A, close(case, seen))),
        Reason::LinesChanged
    );
}

#[test]
fn a_wrong_role_may_propose_and_hears_who_may() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let refusal = world.decide(REP_C, change_rep(case, REP_C)).unwrap_err();
    assert_eq!(refusal.reason, Reason::NotAllowed);
    assert!(!refusal.who_may.is_empty());
    let propose = Command::Propose {
        what: Box::new(change_rep(case, REP_C)),
        note: "".into(),
    };
    let proposed = one(world.decide(REP_C, propose).unwrap());
    let EntryBody::Proposed { what, .. } = &proposed.body else {
        panic!("a proposal");
    };
    assert!(approvers_of(&world.state, REP_C, what).contains(&OFFICE));
    world.record(proposed);
    assert_eq!(world.state.case(case).unwrap().rep, REP_A);
}

#[test]
fn of_two_swaps_of_one_case_at_once_the_second_is_refused() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let away = world.state.clone();
    let late = one(world
        .decide_on(&away, REP_A, change_rep(case, REP_B))
        .unwrap());
    world.act(OFFICE, change_rep(case, REP_C)).unwrap();
    let verdict = world.record(late);
    let (is_disputed, refusal) = crate::refusal(&verdict.outcome);
    assert!(!is_disputed);
    assert_eq!(
        (refusal.reason, refusal.person),
        (Reason::CaseChanged, Some(OFFICE))
    );
    assert_eq!(world.state.case(case).unwrap().rep, REP_C);
}

#[test]
fn the_last_piece_used_twice_is_a_dispute_and_nothing_goes_below_zero() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 1);
    let case = world.case(REP_A, &[(SCREW, 2)]);
    let used = use_of(case, line, 1, UseStatus::Implanted, "");
    let late = one(world.decide(REP_A, used.clone()).unwrap());
    world.act(REP_A, used).unwrap();
    assert_eq!(disputed(&world.record(late)), Reason::NotEnough);
    assert_eq!(world.line(line).quantity, 0);
}

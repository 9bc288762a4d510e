//! What somebody can hand to the rep on a case.

use baton_domain::Command;
use baton_domain::id::{CaseId, LineId, PersonId};
use baton_domain::plan::plan_give;
use baton_domain::stock::Identity;
use baton_domain::testkit::{REP_A, REP_B, SCREW, World, date, lot, offer, with};

fn given(world: &World, case: CaseId, from: PersonId) -> Vec<(LineId, u32)> {
    plan_give(&world.state, case, with(from), date(2026, 11, 1))
}

#[test]
fn what_the_rep_lacks_is_given_and_no_more() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 5)]);
    world.stock(with(REP_B), lot(SCREW, "OWN"), 2);
    let line = world.stock(with(REP_A), lot(SCREW, "GIVEN"), 9);
    assert_eq!(given(&world, case, REP_A), [(line, 3)]);
    // What is on its way is lacking no more.
    world
        .act(
            REP_A,
            offer(with(REP_A), with(REP_B), &[(line, 2, Some(case))]),
        )
        .unwrap();
    assert_eq!(given(&world, case, REP_A), [(line, 1)]);
    assert_eq!(
        given(&world, case, REP_B),
        [],
        "the rep gives himself nothing"
    );
}

#[test]
fn r16_what_was_kept_for_the_case_is_given_with_it() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 2)]);
    let line = world.stock(with(REP_A), lot(SCREW, "KEPT"), 2);
    let mark = Command::MarkStock {
        case,
        lines: vec![(line, 2)],
    };
    world.act(REP_A, mark).unwrap();
    world
        .act(REP_A, Command::ChangeRep { case, rep: REP_B })
        .unwrap();
    assert_eq!(given(&world, case, REP_A), [(line, 2)]);
}

#[test]
fn r27_what_expires_before_the_case_is_not_given() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 1)]);
    let gone = Identity {
        expiry: Some(date(2026, 11, 2)),
        ..lot(SCREW, "GONE")
    };
    world.stock(with(REP_A), gone, 4);
    assert_eq!(given(&world, case, REP_A), []);
}

//! What a plan warns of before it is confirmed.

use super::{early, plan};
use baton_domain::Command;
use baton_domain::plan::{Warning, Wish, clashes, plan_cover};
use baton_domain::stock::Identity;
use baton_domain::testkit::{
    FACILITY, REP_A, REP_B, REP_C, SCREW, World, date, lot, product_id, with,
};
use baton_domain::time::LocalTime;

#[test]
fn a_giver_whose_own_case_would_go_short_is_named() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 3)]);
    let starved = world.case(REP_C, &[(SCREW, 4)]);
    world.stock(with(REP_C), lot(SCREW, "L1"), 5);
    let found = plan(&world, case, REP_A);
    let warning = Warning::Starves {
        giver: REP_C,
        case: starved,
        product: product_id(SCREW),
        quantity: 2,
    };
    assert_eq!(found.warnings, [warning]);
    world.stock(with(REP_C), lot(SCREW, "L2"), 2);
    assert_eq!(plan(&world, case, REP_A).warnings, []);
}

#[test]
fn another_case_of_the_new_rep_at_about_that_time_is_a_clash_wherever_it_is() {
    let mut world = World::new();
    let case = world.case(REP_B, &[]);
    let here = world.state.case(case).unwrap().clone();
    let at = |minute, utc_offset_min| Command::ScheduleCase {
        facility: FACILITY,
        starts_at: LocalTime {
            date: date(2026, 12, 1),
            minute,
        },
        utc_offset_min,
        room: "".into(),
        rep: REP_A,
        needs: Vec::new(),
        details: None,
    };
    // 08:00 at UTC-7. Two hours later clashes; so does 11:00 two zones east; 11:30 here does not.
    let near = world.act(REP_A, at(600, -420)).unwrap();
    let east = world.act(REP_A, at(660, -300)).unwrap();
    world.act(REP_A, at(690, -420)).unwrap();
    assert_eq!(clashes(&world.state, &here, REP_A), [near, east]);
    let found = plan(&world, case, REP_A);
    assert_eq!(found.warnings, [Warning::Clash(near), Warning::Clash(east)]);
    let cancel = Command::CancelCase {
        case: near,
        reason: "".into(),
    };
    world.act(REP_A, cancel).unwrap();
    assert_eq!(clashes(&world.state, &here, REP_A), [east]);
}

#[test]
fn what_is_supplied_may_not_arrive_when_the_case_is_near() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 2)]);
    let warned = |today| {
        let wish = Wish::everything(today);
        plan_cover(&world.state, case, REP_A, wish)
            .unwrap()
            .warnings
    };
    let expected = [Warning::MayNotArrive { quantity: 2 }];
    assert_eq!(warned(date(2026, 11, 29)), expected);
    assert_eq!(warned(date(2026, 11, 28)), []);
}

#[test]
fn short_comes_first_and_offers_and_expiry_are_told() {
    let mut world = World::new();
    let unlisted = "08000000009997";
    let case = world.case(REP_B, &[(unlisted, 1), (SCREW, 3)]);
    let soon = Identity {
        expiry: Some(date(2026, 12, 20)),
        ..lot(SCREW, "L1")
    };
    let own = world.stock(with(REP_A), soon, 1);
    let line = world.stock(with(REP_C), lot(SCREW, "L2"), 9);
    let to_a = world.offer(REP_C, REP_A, &[(line, 1, Some(case))]).unwrap();
    let to_b = world.offer(REP_C, REP_B, &[(line, 1, Some(case))]).unwrap();
    let found = plan_cover(&world.state, case, REP_A, early()).unwrap();
    let expected = [
        Warning::Short {
            product: product_id(unlisted),
            quantity: 1,
        },
        Warning::OfferedElsewhere(to_b),
        Warning::OpenOffer(to_a),
        Warning::ExpiresSoon(own),
    ];
    assert_eq!(found.warnings, expected);
}

//! Who is suggested, and why.

use super::early;
use baton_domain::Command;
use baton_domain::plan::{shared_account_habit, suggest_cover};
use baton_domain::stock::Custodian;
use baton_domain::testkit::{
    MANAGER, POOL, PRINCIPAL, REP_A, REP_B, REP_C, SCREW, World, lot, takes, with,
};
use baton_domain::time::Timestamp;

#[test]
fn the_fewest_missing_then_the_fewest_movements_then_no_clash_then_the_nearest() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 4)]);
    world.stock(with(REP_C), lot(SCREW, "L1"), 4);
    world.stock(with(REP_B), lot(SCREW, "L2"), 1);
    let found = suggest_cover(&world.state, case, early());
    let order: Vec<_> = found.iter().map(|found| found.rep).collect();
    // Rep C has it all; the others need two transfers, and are named by the alphabet.
    assert_eq!(order, [REP_C, REP_A, MANAGER, PRINCIPAL]);
    assert_eq!(
        (found[0].movements, found[0].at_hand, found[0].nearness),
        (0, 4, 2)
    );
    assert_eq!((found[1].movements, found[1].missing), (2, 0));
    // A clash comes before the name, and the facility's own rep before the region's.
    world.case(REP_A, &[]);
    let found = suggest_cover(&world.state, case, early());
    let order: Vec<_> = found.iter().map(|found| found.rep).collect();
    assert_eq!(order, [REP_C, MANAGER, PRINCIPAL, REP_A]);
    assert_eq!(found[3].clashes.len(), 1);
}

#[test]
fn what_only_a_warehouse_has_is_missing() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 4)]);
    world.stock(Custodian::Pool(POOL), lot(SCREW, "L1"), 1);
    let found = suggest_cover(&world.state, case, early());
    assert!(found.iter().all(|found| found.missing == 3));
    assert_eq!(
        found[0].rep, REP_A,
        "a member of the pool moves nothing but the creation"
    );
    assert_eq!((found[0].movements, found[1].movements), (1, 2));
}

#[test]
fn r22_three_transfers_for_cover_in_90_days_suggest_a_shared_account() {
    let mut world = World::new();
    let line = world.stock(with(REP_B), lot(SCREW, "L1"), 9);
    let case = world.case(REP_C, &[(SCREW, 9)]);
    let day = 86_400_000;
    let now = |days: i64| Timestamp {
        unix_ms: 1_795_000_000_000 + days * day,
        offset_min: 0,
    };
    for round in 0..3 {
        assert_eq!(
            shared_account_habit(&world.state, REP_B, REP_C, now(1)),
            None,
            "{round}"
        );
        let transfer = world.offer(REP_B, REP_C, &[(line, 1, Some(case))]).unwrap();
        world.answer(REP_C, transfer, &[takes(1)]).unwrap();
        // Not for a case: it does not count.
        world.offer(REP_B, REP_C, &[(line, 1, None)]).unwrap();
    }
    let habit = shared_account_habit(&world.state, REP_C, REP_B, now(1)).unwrap();
    assert_eq!(habit.transfers, 3);
    assert_eq!(
        shared_account_habit(&world.state, REP_C, REP_B, now(91)),
        None
    );
    assert_eq!(
        shared_account_habit(&world.state, REP_B, PRINCIPAL, now(1)),
        None
    );
    for rep in [REP_B, REP_C] {
        let link = baton_domain::directory::SharingLink {
            account: Custodian::Pool(POOL),
            rep,
        };
        let command = Command::SetSharingLink { link, active: true };
        world.act(baton_domain::testkit::ADMIN, command).unwrap();
    }
    assert_eq!(
        shared_account_habit(&world.state, REP_C, REP_B, now(1)),
        None
    );
}

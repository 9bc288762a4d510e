//! R18: the light and the matrix behind it.

use baton_domain::Command;
use baton_domain::case::UseStatus;
use baton_domain::directory::SharingLink;
use baton_domain::entry::EntryBody;
use baton_domain::id::CaseId;
use baton_domain::query::{SourceKind, usable_for_case};
use baton_domain::readiness::{Light, NeedCoverage, readiness};
use baton_domain::stock::{Custodian, Identity, TitleHolder};
use baton_domain::testkit::{
    FACILITY, OFFICE, OTHER_FACILITY, POOL, PRINCIPAL, PUMP, REP_A, REP_B, SCREW, World, date, lot,
    product_id, serial, takes, use_of, with,
};

fn light(world: &World, case: CaseId) -> Light {
    readiness(&world.state, case).unwrap().light
}

fn screws(world: &World, case: CaseId) -> NeedCoverage {
    let coverage = readiness(&world.state, case).unwrap().needs;
    coverage
        .into_iter()
        .find(|need| need.product == product_id(SCREW))
        .unwrap()
}

#[test]
fn r14_every_piece_is_counted_where_it_is() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 20)]);
    let other = world.case(REP_A, &[(SCREW, 9)]);
    let own = world.stock(with(REP_A), lot(SCREW, "L1"), 6);
    world.mark(case, own, 2).unwrap();
    world.mark(other, own, 1).unwrap();
    world
        .act(
            REP_A,
            Command::HoldStock {
                lines: vec![(own, 1)],
                reason: "dented".into(),
            },
        )
        .unwrap();
    let expired = Identity {
        expiry: Some(date(2026, 11, 30)),
        ..lot(SCREW, "L2")
    };
    world.stock(with(REP_A), expired.clone(), 50);
    world.stock(Custodian::Pool(POOL), lot(SCREW, "L3"), 3);
    world.stock_of(
        with(REP_A),
        lot(SCREW, "L4"),
        2,
        TitleHolder::Facility(FACILITY),
    );
    world.stock_of(
        Custodian::Pool(POOL),
        lot(SCREW, "L5"),
        1,
        TitleHolder::Facility(FACILITY),
    );
    world.stock_of(
        with(REP_A),
        lot(SCREW, "L6"),
        40,
        TitleHolder::Facility(OTHER_FACILITY),
    );
    world.stock_of(
        with(REP_B),
        lot(SCREW, "L7"),
        40,
        TitleHolder::Facility(FACILITY),
    );
    let of_b = world.stock(with(REP_B), lot(SCREW, "L8"), 9);
    world.offer(REP_B, REP_A, &[(of_b, 2, None)]).unwrap();
    world.stock(with(REP_B), expired, 50);

    let found = screws(&world, case);
    assert_eq!((found.own, found.shared, found.facility), (4, 3, 3));
    assert_eq!((found.arriving, found.others), (2, 7));
    assert_eq!((found.needed, found.used, found.missing), (20, 0, 10));
    assert_eq!(light(&world, case), Light::ShortOf(8));
    assert!(readiness(&world.state, own.entry).is_none());
}

#[test]
fn r18_ready_counts_what_was_used_already() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 4)]);
    let own = world.stock(with(REP_A), lot(SCREW, "L1"), 4);
    assert_eq!(light(&world, case), Light::Ready);
    world
        .act(REP_A, use_of(case, own, 2, UseStatus::Implanted, ""))
        .unwrap();
    assert_eq!(
        (screws(&world, case).used, screws(&world, case).own),
        (2, 2)
    );
    assert_eq!(light(&world, case), Light::Ready);
    world
        .act(REP_A, use_of(case, own, 1, UseStatus::Wasted, ""))
        .unwrap();
    assert_eq!(
        light(&world, case),
        Light::ShortOf(1),
        "what was wasted fills no need"
    );
}

#[test]
fn r18_ready_when_the_transfers_arrive_that_close_the_gap() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 4), (PUMP, 1)]);
    let other = world.case(REP_A, &[]);
    world.stock(with(REP_A), lot(SCREW, "L1"), 1);
    let screws = world.stock(with(REP_B), lot(SCREW, "L2"), 9);
    let pump = world.stock(with(REP_B), serial(PUMP, "S1"), 1);
    world
        .offer(REP_B, REP_A, &[(screws, 2, Some(other))])
        .unwrap(); // kept for another case
    let first = world
        .offer(REP_B, REP_A, &[(screws, 3, Some(case))])
        .unwrap();
    assert_eq!(light(&world, case), Light::ShortOf(1));
    let second = world
        .offer(REP_B, REP_A, &[(pump, 1, None), (screws, 1, None)])
        .unwrap();
    assert_eq!(
        light(&world, case),
        Light::ReadyWhenArrived(vec![first, second])
    );
    world.answer(REP_A, second, &[takes(1), takes(1)]).unwrap();
    assert_eq!(light(&world, case), Light::ReadyWhenArrived(vec![first]));
    world
        .act(
            OFFICE,
            Command::HoldStock {
                lines: vec![(screws, 8)],
                reason: "recall".into(),
            },
        )
        .unwrap();
    assert_eq!(
        light(&world, case),
        Light::ShortOf(2),
        "what is held arrives on hold"
    );
}

#[test]
fn r16_the_shortage_shows_when_the_rep_changes() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 4)]);
    let own = world.stock(with(REP_A), lot(SCREW, "L1"), 4);
    world.mark(case, own, 4).unwrap();
    world
        .act(REP_A, Command::ChangeRep { case, rep: REP_B })
        .unwrap();
    assert_eq!(light(&world, case), Light::ShortOf(4));
    assert_eq!(screws(&world, case).others, 4, "reserved with the old rep");
    let transfer = world.offer(REP_A, REP_B, &[(own, 4, Some(case))]).unwrap();
    assert_eq!(light(&world, case), Light::ReadyWhenArrived(vec![transfer]));
    world.answer(REP_B, transfer, &[takes(4)]).unwrap();
    assert_eq!(light(&world, case), Light::Ready);
}

#[test]
fn usable_lines_come_with_what_is_kept_first_and_then_what_expires_first() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 9)]);
    let expiring = |lot_number: &str, year| Identity {
        expiry: Some(date(year, 1, 31)),
        ..lot(SCREW, lot_number)
    };
    let marked = world.stock(with(REP_A), expiring("L1", 2031), 3);
    let late = world.stock(with(REP_A), expiring("L2", 2030), 3);
    let soon = world.stock(with(PRINCIPAL), expiring("L3", 2027), 3);
    let link = SharingLink {
        account: with(PRINCIPAL),
        rep: REP_A,
    };
    world.by_server(EntryBody::SharingLinkSet { link, active: true });
    world.stock(with(REP_B), expiring("L4", 2027), 3);
    world.mark(case, marked, 2).unwrap();
    let found = usable_for_case(&world.state, case, &product_id(SCREW));
    let found: Vec<_> = found
        .iter()
        .map(|line| (line.line, line.quantity, line.kept, line.source))
        .collect();
    let expected = [
        (marked, 3, 2, SourceKind::Own),
        (soon, 3, 0, SourceKind::Shared),
        (late, 3, 0, SourceKind::Own),
    ];
    assert_eq!(found, expected);
}

//! R14, R17, R28, R33, R37: uses are facts.

use crate::{accept, flags, one, reason};
use baton_domain::case::UseStatus;
use baton_domain::command::{UseSource, WantedUse};
use baton_domain::stock::{Claimant, Custodian, Identity, TitleHolder};
use baton_domain::testkit::{
    DRIVER, OTHER_FACILITY, POOL, PUMP, REP_A, REP_B, REP_C, SCREW, World, date, lot, serial,
    use_of, with,
};
use baton_domain::verdict::Outcome;
use baton_domain::{Command, EntryBody, Reason};

fn used(source: UseSource, quantity: u32, status: UseStatus) -> WantedUse {
    WantedUse {
        source,
        quantity,
        status,
    }
}

#[test]
fn r17_single_use_is_consumed_and_what_is_unused_stays() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 9);
    let driver = world.stock(
        with(REP_A),
        Identity {
            lot: None,
            expiry: None,
            ..lot(DRIVER, "-")
        },
        2,
    );
    let case = world.case(REP_A, &[(SCREW, 4), (DRIVER, 1)]);
    world.mark(case, screws, 5).unwrap();
    for (line, status, left, held) in [
        (screws, UseStatus::Implanted, 8, 0),
        (screws, UseStatus::Used, 7, 0),
        (screws, UseStatus::Wasted, 6, 0),
        (screws, UseStatus::BackToTray, 6, 0),
        (screws, UseStatus::Damaged, 6, 1),
        (driver, UseStatus::Used, 2, 0),
        (driver, UseStatus::Wasted, 1, 0),
    ] {
        world.act(REP_A, use_of(case, line, 1, status, "")).unwrap();
        let line = world.line(line);
        assert_eq!((line.quantity, line.held()), (left, held), "{status:?}");
    }
    assert_eq!(
        world.line(screws).claimed_by(Claimant::Mark(case)),
        1,
        "uses take from the mark first"
    );
    assert_eq!(world.state.case(case).unwrap().usage.len(), 7);
}

#[test]
fn r14_what_another_holds_is_recorded_as_from_elsewhere_and_takes_nothing_from_him() {
    let mut world = World::new();
    let of_b = world.stock(with(REP_B), lot(SCREW, "L1"), 9);
    let case = world.case(REP_A, &[(SCREW, 4)]);
    let asked = world
        .act(REP_A, use_of(case, of_b, 2, UseStatus::Implanted, ""))
        .unwrap_err();
    assert_eq!(asked.reason, Reason::ReasonNeeded);
    assert_eq!(
        asked
            .flags
            .iter()
            .map(|flag| flag.reason)
            .collect::<Vec<_>>(),
        [Reason::FromElsewhere]
    );

    world
        .act(
            REP_A,
            use_of(case, of_b, 2, UseStatus::Implanted, "his box lay there"),
        )
        .unwrap();
    assert_eq!(world.line(of_b).quantity, 9);
    let usage = &world.state.case(case).unwrap().usage[0];
    assert_eq!(
        (usage.line, &*usage.presumed_holder, usage.quantity),
        (None, "Ben", 2)
    );
    assert_eq!(usage.identity, world.line(of_b).identity);
    assert_eq!(&*usage.reason, "his box lay there");
    assert_eq!(usage.flags.len(), 1);
}

#[test]
fn r14_more_than_the_line_has_is_recorded_with_the_rest_from_elsewhere() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 3);
    let case = world.case(REP_A, &[(SCREW, 9)]);
    let lines = vec![
        used(UseSource::Line(screws), 2, UseStatus::Implanted),
        used(UseSource::Line(screws), 2, UseStatus::Implanted),
    ];
    world
        .act(
            REP_A,
            Command::RecordUsage {
                case,
                lines,
                reason: "counted twice".into(),
            },
        )
        .unwrap();
    let usage: Vec<_> = world
        .state
        .case(case)
        .unwrap()
        .usage
        .iter()
        .map(|u| (u.line, u.quantity))
        .collect();
    assert_eq!(usage, [(Some(screws), 2), (Some(screws), 1), (None, 1)]);
    assert_eq!(world.line(screws).quantity, 0);
}

#[test]
fn r28_r37_a_use_that_rules_speak_against_is_recorded_with_a_reason_and_flagged() {
    let mut world = World::new();
    let expiry = Some(date(2026, 11, 30));
    let expired = world.stock(
        with(REP_A),
        Identity {
            expiry,
            ..lot(SCREW, "L1")
        },
        1,
    );
    let held = world.stock(with(REP_A), lot(SCREW, "L2"), 1);
    world
        .act(
            REP_A,
            Command::HoldStock {
                lines: vec![(held, 1)],
                reason: "dented".into(),
            },
        )
        .unwrap();
    let kept = world.stock(with(REP_A), lot(SCREW, "L3"), 1);
    let other = world.case(REP_A, &[(SCREW, 1)]);
    world.mark(other, kept, 1).unwrap();
    let offered = world.stock(with(REP_A), lot(SCREW, "L4"), 1);
    world.offer(REP_A, REP_B, &[(offered, 1, None)]).unwrap();
    let title = TitleHolder::Facility(OTHER_FACILITY);
    let sold = world.stock_of(with(REP_A), lot(SCREW, "L5"), 1, title);
    let case = world.case(REP_A, &[(SCREW, 5)]);
    for (line, expected) in [
        (expired, Reason::Expired),
        (held, Reason::OnHold),
        (kept, Reason::KeptForOtherCase),
        (offered, Reason::Offered),
        (sold, Reason::OtherFacility),
    ] {
        let silent = world
            .act(REP_A, use_of(case, line, 1, UseStatus::Implanted, ""))
            .unwrap_err();
        assert_eq!(
            (silent.reason, silent.line),
            (Reason::ReasonNeeded, Some(line)),
            "{expected:?}"
        );
        let entries = world
            .decide(
                REP_A,
                use_of(case, line, 1, UseStatus::Implanted, "no other"),
            )
            .unwrap();
        let verdicts = accept(&mut world, entries);
        assert_eq!(flags(&verdicts[0]), [expected]);
        assert_eq!(
            (
                world.line(line).quantity,
                world.line(line).claimed(),
                world.line(line).held()
            ),
            (0, 0, 0)
        );
    }
    let sixth = world.stock(with(REP_A), lot(SCREW, "L6"), 1);
    let entries = world
        .decide(
            REP_A,
            use_of(case, sixth, 1, UseStatus::Implanted, "slipped"),
        )
        .unwrap();
    assert_eq!(flags(&accept(&mut world, entries)[0]), [Reason::OverUse]);
}

#[test]
fn r37_no_role_and_no_end_of_a_case_refuses_a_use() {
    let mut world = World::new();
    let screws = world.stock(with(REP_C), lot(SCREW, "L1"), 3);
    let case = world.case(REP_A, &[(SCREW, 4)]);
    world
        .act(
            REP_A,
            Command::CancelCase {
                case,
                reason: "".into(),
            },
        )
        .unwrap();
    let entries = world
        .decide(
            REP_C,
            use_of(case, screws, 1, UseStatus::Implanted, "was there"),
        )
        .unwrap();
    let verdicts = accept(&mut world, entries);
    assert_eq!(
        flags(&verdicts[0]),
        [Reason::NotAllowed, Reason::CaseEnded, Reason::FromElsewhere]
    );
    assert_eq!(
        world.line(screws).quantity,
        2,
        "his own stock, which he may release"
    );
}

#[test]
fn r37_a_use_of_a_shared_line_stands_though_the_link_ended_meanwhile() {
    let mut world = World::new();
    let pool = Custodian::Pool(POOL);
    let pump = world.stock(pool, serial(PUMP, "S1"), 1);
    let case = world.case(REP_A, &[(PUMP, 1)]);
    let late = one(world
        .decide(REP_A, use_of(case, pump, 1, UseStatus::Implanted, ""))
        .unwrap());
    let link = baton_domain::directory::SharingLink {
        account: pool,
        rep: REP_A,
    };
    world.by_server(EntryBody::SharingLinkSet {
        link,
        active: false,
    });
    let verdict = world.record(late);
    assert_eq!(
        (verdict.outcome.clone(), flags(&verdict)),
        (Outcome::Accepted, vec![Reason::FromElsewhere])
    );
    assert_eq!(world.line(pump).quantity, 0);
}

#[test]
fn a_use_of_nothing_is_not_well_formed() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 9)]);
    assert_eq!(
        reason(world.act(REP_A, use_of(case, screws, 0, UseStatus::Used, ""))),
        Reason::Malformed
    );
    let nothing = Command::RecordUsage {
        case,
        lines: Vec::new(),
        reason: "".into(),
    };
    assert_eq!(reason(world.act(REP_A, nothing)), Reason::Malformed);
}

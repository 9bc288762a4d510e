//! R33, R37: uses that collide.

use crate::{accept, disputed, flags, one, reason, refusal};
use baton_domain::case::UseStatus;
use baton_domain::command::{UseSource, WantedUse};
use baton_domain::id::LineId;
use baton_domain::stock::{Claimant, Custodian};
use baton_domain::testkit::{
    POOL, PUMP, REP_A, REP_B, REP_C, SCREW, World, lot, offer, serial, takes, use_of, with,
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
fn r33_a_use_of_a_serial_that_somebody_else_has_by_now_is_disputed_naming_the_entry() {
    let mut world = World::new();
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let case = world.case(REP_A, &[(PUMP, 1)]);
    let late = one(world
        .decide(REP_A, use_of(case, pump, 1, UseStatus::Implanted, ""))
        .unwrap());
    let transfer = world
        .act(REP_A, offer(with(REP_A), with(REP_B), &[(pump, 1, None)]))
        .unwrap();
    let receipt = world.answer(REP_B, transfer, &[takes(1)]).unwrap();
    let verdict = world.record(late);
    assert_eq!(disputed(&verdict), Reason::LineChanged);
    let refusal = refusal(&verdict.outcome).1;
    assert_eq!(
        (refusal.entry, refusal.person),
        (Some(receipt), Some(REP_B))
    );
    let line = world.line(pump);
    assert_eq!(
        (line.quantity, line.disputed, line.custodian),
        (1, 1, with(REP_B)),
        "still on hand, in dispute"
    );
    assert!(world.state.case(case).unwrap().usage.is_empty());

    assert_eq!(
        reason(world.offer(REP_B, REP_C, &[(pump, 1, None)])),
        Reason::Disputed
    );
    let case_of_b = world.case(REP_B, &[(PUMP, 1)]);
    assert_eq!(reason(world.mark(case_of_b, pump, 1)), Reason::Disputed);
    let entries = world
        .decide(
            REP_B,
            use_of(case_of_b, pump, 1, UseStatus::Implanted, "I had it"),
        )
        .unwrap();
    assert_eq!(
        flags(&accept(&mut world, entries)[0]),
        [Reason::FromElsewhere],
        "the fact is kept beside it"
    );
}

#[test]
fn r33_the_last_pieces_of_a_lot_used_twice_are_disputed() {
    let mut world = World::new();
    let screws = world.stock(Custodian::Pool(POOL), lot(SCREW, "L1"), 3);
    let case = world.case(REP_A, &[(SCREW, 9)]);
    let away = world.state.clone();
    let late = one(world
        .decide_on(
            &away,
            REP_A,
            use_of(case, screws, 3, UseStatus::Implanted, ""),
        )
        .unwrap());
    let first = world
        .act(REP_A, use_of(case, screws, 2, UseStatus::Implanted, ""))
        .unwrap();
    let verdict = world.record(late);
    assert_eq!(disputed(&verdict), Reason::NotEnough);
    let refusal = refusal(&verdict.outcome).1;
    assert_eq!((refusal.available, refusal.entry), (Some(1), Some(first)));
    assert_eq!(
        (world.line(screws).quantity, world.line(screws).disputed),
        (1, 1)
    );
}

#[test]
fn r33_a_dispute_about_nothing_left_is_only_recorded() {
    let mut world = World::new();
    let pump = world.stock(Custodian::Pool(POOL), serial(PUMP, "S1"), 1);
    let case = world.case(REP_A, &[(PUMP, 1)]);
    let first = one(world
        .decide(REP_A, use_of(case, pump, 1, UseStatus::Implanted, ""))
        .unwrap());
    let second = one(world
        .decide(REP_A, use_of(case, pump, 1, UseStatus::Wasted, ""))
        .unwrap());
    world.record(first);
    let id = second.id;
    assert_eq!(disputed(&world.record(second)), Reason::LineChanged);
    assert_eq!(
        (world.line(pump).quantity, world.line(pump).disputed),
        (0, 0)
    );
    assert!(world.state.rejection(id, None).unwrap().disputed);
}

#[test]
fn r33_each_line_of_a_use_has_its_own_word() {
    let mut world = World::new();
    let pool = Custodian::Pool(POOL);
    let gone = world.stock(pool, lot(SCREW, "L1"), 1);
    let there = world.stock(pool, lot(SCREW, "L2"), 1);
    let case = world.case(REP_A, &[(SCREW, 9)]);
    let lines = vec![
        used(UseSource::Line(gone), 1, UseStatus::Implanted),
        used(UseSource::Line(there), 1, UseStatus::Implanted),
    ];
    let late = one(world
        .decide(
            REP_A,
            Command::RecordUsage {
                case,
                lines,
                reason: "".into(),
            },
        )
        .unwrap());
    world
        .act(REP_A, use_of(case, gone, 1, UseStatus::Wasted, ""))
        .unwrap();
    let verdict = world.record(late);
    assert_eq!(verdict.outcome, Outcome::Accepted);
    assert!(matches!(verdict.line(0), Outcome::Disputed(_)));
    assert_eq!(*verdict.line(1), Outcome::Accepted);
    assert_eq!(world.line(there).quantity, 0);
    assert_eq!(world.state.case(case).unwrap().usage.len(), 2);
}

#[test]
fn r33_two_uses_in_one_entry_share_what_there_is() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 3);
    let case = world.case(REP_A, &[(SCREW, 3)]);
    let command = use_of(case, screws, 2, UseStatus::Implanted, "");
    let mut entry = one(world.decide(REP_A, command).unwrap());
    let EntryBody::UsageRecorded { lines, .. } = &mut entry.body else {
        unreachable!()
    };
    let again = lines[0].clone();
    lines.push(again);
    let verdict = world.record(entry);
    assert_eq!(*verdict.line(0), Outcome::Accepted);
    let (disputed, refusal) = refusal(verdict.line(1));
    assert!(disputed);
    assert_eq!(
        (refusal.reason, refusal.available),
        (Reason::NotEnough, Some(1))
    );
    assert_eq!(
        (world.line(screws).quantity, world.line(screws).disputed),
        (1, 1)
    );
}

#[test]
fn r37_an_offered_piece_that_was_used_leaves_the_rest_to_the_receiver() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 9)]);
    let transfer = world.offer(REP_A, REP_B, &[(screws, 5, None)]).unwrap();
    world
        .act(
            REP_A,
            use_of(case, screws, 2, UseStatus::Implanted, "emergency"),
        )
        .unwrap();
    assert_eq!(world.line(screws).claimed_by(Claimant::Offer(transfer)), 3);
    let all = EntryBody::TransferAnswered {
        transfer,
        offer_hash: None,
        answers: vec![takes(5)],
        extras: Vec::new(),
    };
    let mut twin = world.clone();
    let entry = twin.entry(REP_B, all);
    assert_eq!(disputed(&twin.record(entry)), Reason::NotEnough);
    let answers = [baton_domain::testkit::answer(3, 0, 2)];
    let receipt = world.answer(REP_B, transfer, &answers).unwrap();
    assert_eq!(
        world
            .line(LineId {
                entry: receipt,
                index: 0
            })
            .quantity,
        3
    );
    assert_eq!(
        (world.line(screws).quantity, world.line(screws).held()),
        (0, 0)
    );
}

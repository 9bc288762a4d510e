//! R38, R39: what comes from somebody who may not, or meets a hold.

use crate::{disputed, one, received, refused};
use baton_domain::case::UseStatus;
use baton_domain::id::{LineId, PersonId};
use baton_domain::testkit::{
    ADMIN, OFFICE, PUMP, REP_A, REP_B, SCREW, SERVER, World, device, lot, offer, phone_of, serial,
    takes, use_of, with,
};
use baton_domain::verdict::Outcome;
use baton_domain::{Command, EntryBody, Reason, judge};

#[test]
fn r38_what_comes_after_revocation_is_quarantined() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 5)]);
    let used = one(world
        .decide(REP_A, use_of(case, screws, 2, UseStatus::Implanted, ""))
        .unwrap());
    let mark = Command::MarkStock {
        case,
        lines: vec![(screws, 1)],
    };
    let marked = one(world.decide(REP_A, mark).unwrap());
    world
        .act(ADMIN, Command::RevokeDevice(phone_of(REP_A)))
        .unwrap();
    assert_eq!(disputed(&world.record(marked)), Reason::Revoked);
    assert_eq!(disputed(&world.record(used)), Reason::Revoked);
    let line = world.line(screws);
    assert_eq!((line.quantity, line.claimed(), line.disputed), (5, 0, 2));
    let again = EntryBody::DeviceEnrolled(device(phone_of(REP_A), Some(REP_A)));
    let again = world.entry_of(ADMIN, SERVER, again);
    assert_eq!(refused(&world.record(again)), Reason::Revoked);
}

#[test]
fn r38_somebody_who_left_or_was_never_here() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 5)]);
    let used = one(world
        .decide(REP_A, use_of(case, screws, 2, UseStatus::Implanted, ""))
        .unwrap());
    let mut left = world.state.person(REP_A).unwrap().clone();
    left.active = false;
    world.act(ADMIN, Command::RecordPerson(left)).unwrap();
    assert_eq!(disputed(&world.record(used.clone())), Reason::Revoked);

    let stranger = PersonId::from_bytes([0x77; 16]);
    let from = |body| world.clone().entry_of(stranger, phone_of(stranger), body);
    assert_eq!(
        refused(&judge(&world.state, &from(received(lot(SCREW, "L1"))))),
        Reason::Revoked
    );
    assert_eq!(
        disputed(&judge(&world.state, &from(used.body))),
        Reason::Revoked
    );
}

#[test]
fn r38_intents_are_judged_by_the_role_at_arrival_and_facts_never_by_role() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 5)]);
    let used = one(world
        .decide(OFFICE, use_of(case, screws, 1, UseStatus::Implanted, ""))
        .unwrap());
    let mark = Command::MarkStock {
        case,
        lines: vec![(screws, 1)],
    };
    let marked = one(world.decide(OFFICE, mark).unwrap());
    let mut demoted = world.state.person(OFFICE).unwrap().clone();
    demoted.role = baton_domain::directory::Role::Rep;
    world.act(ADMIN, Command::RecordPerson(demoted)).unwrap();
    assert_eq!(refused(&world.record(marked)), Reason::NotAllowed);
    let verdict = world.record(used);
    assert_eq!(
        (verdict.outcome.clone(), crate::flags(&verdict)),
        (Outcome::Accepted, vec![Reason::NotAllowed])
    );
}

#[test]
fn r39_a_hold_that_meets_an_open_offer_arrives_with_it() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let transfer = world
        .offer(REP_A, REP_B, &[(screws, 4, None), (pump, 1, None)])
        .unwrap();
    let lines = vec![(screws, 9), (pump, 1)];
    world
        .act(
            OFFICE,
            Command::HoldStock {
                lines,
                reason: "recall".into(),
            },
        )
        .unwrap();
    let receipt = world
        .answer(REP_B, transfer, &[takes(4), takes(1)])
        .unwrap();
    let arrived = world.line(LineId {
        entry: receipt,
        index: 0,
    });
    assert_eq!(
        (arrived.quantity, arrived.held()),
        (4, 3),
        "a hold lies first on what stays behind"
    );
    assert_eq!(&*arrived.hold.as_ref().unwrap().reason, "recall");
    assert_eq!(
        (world.line(screws).quantity, world.line(screws).held()),
        (6, 6)
    );
    assert_eq!(
        (world.line(pump).custodian, world.line(pump).held()),
        (with(REP_B), 1)
    );
}

#[test]
fn r39_marks_holds_and_offers_do_not_advance_a_head_and_movements_do() {
    let mut world = World::new();
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let case = world.case(REP_A, &[(PUMP, 1)]);
    let head = world.line(pump).head;
    world.mark(case, pump, 1).unwrap();
    world
        .act(
            REP_A,
            Command::HoldStock {
                lines: vec![(pump, 1)],
                reason: "look".into(),
            },
        )
        .unwrap();
    world
        .act(
            OFFICE,
            Command::ReleaseHold {
                lines: vec![(pump, 1)],
                reason: "fine".into(),
            },
        )
        .unwrap();
    let transfer = world.offer(REP_A, REP_B, &[(pump, 1, Some(case))]).unwrap();
    assert_eq!(world.line(pump).head, head);
    let receipt = world.answer(REP_B, transfer, &[takes(1)]).unwrap();
    assert_eq!(
        (world.line(pump).head, &*world.line(pump).past_heads),
        (receipt, &[head][..])
    );
}

#[test]
fn r39_an_entry_about_a_serial_must_name_the_head_it_saw() {
    let mut world = World::new();
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let command = offer(with(REP_A), with(REP_B), &[(pump, 1, None)]);
    let mut entry = one(world.decide(REP_A, command).unwrap());
    let EntryBody::TransferOffered { lines, .. } = &mut entry.body else {
        unreachable!()
    };
    lines[0].stock.head = None;
    assert_eq!(refused(&world.record(entry)), Reason::Malformed);
}

#[test]
fn r35_two_phones_hand_over_without_a_server_whoever_syncs_first() {
    let mut server = World::new();
    let pump = server.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let screws = server.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let mut phones = server.clone();
    let transfer = phones
        .offer(REP_A, REP_B, &[(pump, 1, None), (screws, 2, None)])
        .unwrap();
    let offered = phones.ledger.last().unwrap().0.clone();
    phones
        .answer(REP_B, transfer, &[takes(1), takes(2)])
        .unwrap();
    let answered = phones.ledger.last().unwrap().0.clone();

    let mut giver_first = server.clone();
    giver_first.record(offered.clone());
    giver_first.record(answered.clone());
    let mut receiver_first = server;
    assert_eq!(
        receiver_first.record(answered.clone()).outcome,
        Outcome::Waiting(transfer)
    );
    receiver_first.record(offered);
    receiver_first.record(answered);
    assert!(giver_first.state == receiver_first.state);
    assert!(
        giver_first.state == phones.state,
        "and both phones knew it before"
    );
}

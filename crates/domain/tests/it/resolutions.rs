//! R33, R38: how a person resolves a dispute, and what hung on it.

use crate::{disputed, one, reason};
use baton_domain::case::UseStatus;
use baton_domain::command::WantedResolution;
use baton_domain::directory::Person;
use baton_domain::id::{CaseId, EntryId, LineId, PersonId};
use baton_domain::stock::Custodian;
use baton_domain::testkit::{
    ADMIN, MANAGER, OFFICE, POOL, PUMP, REP_A, REP_B, REP_C, SCREW, World, lot, offer, phone_of,
    serial, takes, use_of, with,
};
use baton_domain::transfer::TransferStatus;
use baton_domain::{Command, Reason, Refusal, State};

fn resolve(
    world: &mut World,
    who: PersonId,
    dispute: EntryId,
    how: WantedResolution,
) -> Result<EntryId, Refusal> {
    let command = Command::ResolveDisputes {
        disputes: vec![dispute],
        how,
        reason: "asked both".into(),
    };
    world.act(who, command)
}

fn open_disputes(state: &State) -> usize {
    state.disputes().filter(|dispute| dispute.is_open()).count()
}

/// A pump of the pool, used in two cases by phones that did not know of each other; the second is
/// disputed.
fn used_twice(world: &mut World) -> (LineId, CaseId, EntryId) {
    let pump = world.stock(Custodian::Pool(POOL), serial(PUMP, "S1"), 1);
    let first = world.case(REP_A, &[(PUMP, 1)]);
    let second = world.case(REP_A, &[(PUMP, 1)]);
    let late = one(world
        .decide(REP_A, use_of(second, pump, 1, UseStatus::Implanted, ""))
        .unwrap());
    world
        .act(REP_A, use_of(first, pump, 1, UseStatus::Implanted, ""))
        .unwrap();
    let id = late.id;
    disputed(&world.record(late));
    (pump, second, id)
}

/// A pump that A offered to B and cancelled; B's receipt came after the cancellation was accepted.
fn received_after_the_cancel(world: &mut World) -> (LineId, EntryId) {
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let transfer = world.offer(REP_A, REP_B, &[(pump, 1, None)]).unwrap();
    let receipt = Command::AnswerTransfer {
        transfer,
        answers: vec![takes(1)],
        extras: Vec::new(),
    };
    let late = one(world.decide(REP_B, receipt).unwrap());
    let cancel = Command::CancelTransfer {
        transfer,
        reason: "kept it".into(),
    };
    world.act(REP_A, cancel).unwrap();
    let id = late.id;
    assert_eq!(disputed(&world.record(late)), Reason::TransferEnded);
    (pump, id)
}

#[test]
fn r33_upheld_keeps_custody_and_frees_the_piece() {
    let mut world = World::new();
    let (pump, dispute) = received_after_the_cancel(&mut world);
    assert_eq!(world.line(pump).disputed, 1);
    resolve(&mut world, OFFICE, dispute, WantedResolution::Uphold).unwrap();
    let line = world.line(pump);
    assert_eq!((line.custodian, line.disputed), (with(REP_A), 0));
    assert!(!world.state.rejection(dispute, None).unwrap().disputed);
    assert_eq!(open_disputes(&world.state), 0);
    let again = resolve(&mut world, OFFICE, dispute, WantedResolution::Uphold);
    assert_eq!(reason(again), Reason::DisputeEnded);
}

#[test]
fn r33_the_second_claim_moves_custody_and_what_hung_on_it_takes_effect() {
    let mut world = World::new();
    let (pump, dispute) = received_after_the_cancel(&mut world);
    // B, who has it in hand, went on: handed it to C and C used it, all of it away.
    let mut away = world.clone();
    away.state = {
        let mut state = world.state.clone();
        let known = state.dispute(dispute).unwrap().clone();
        let mut line = state.line(pump).unwrap().clone();
        (line.custodian, line.head, line.disputed) = (with(REP_B), known.id(), 0);
        state.put_line(line);
        state
    };
    let onwards = one(away
        .decide(REP_B, offer(with(REP_B), with(REP_C), &[(pump, 1, None)]))
        .unwrap());
    let joined = onwards.id;
    disputed(&world.record(onwards));
    assert_eq!(open_disputes(&world.state), 2, "what builds on it joins");
    resolve(
        &mut world,
        OFFICE,
        dispute,
        WantedResolution::Claim(vec![(0, pump)]),
    )
    .unwrap();
    let line = world.line(pump);
    assert_eq!((line.custodian, line.disputed), (with(REP_B), 0));
    assert_eq!(open_disputes(&world.state), 0);
    let transfer = world.state.transfer(joined).expect("the offer took effect");
    assert_eq!(transfer.status, TransferStatus::Open);
    world.answer(REP_C, joined, &[takes(1)]).unwrap();
    assert_eq!(world.line(pump).custodian, with(REP_C));
}

#[test]
fn r33_a_second_claim_on_pieces_of_a_lot_makes_the_child_line_that_its_author_saw() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let transfer = world.offer(REP_A, REP_B, &[(screws, 3, None)]).unwrap();
    let receipt = Command::AnswerTransfer {
        transfer,
        answers: vec![takes(3)],
        extras: Vec::new(),
    };
    let late = one(world.decide(REP_B, receipt).unwrap());
    let cancel = Command::CancelTransfer {
        transfer,
        reason: "".into(),
    };
    world.act(REP_A, cancel).unwrap();
    let id = late.id;
    disputed(&world.record(late));
    assert_eq!(world.line(screws).disputed, 3);
    let claim = WantedResolution::Claim(vec![(0, screws)]);
    resolve(&mut world, ADMIN, id, claim).unwrap();
    let child = LineId {
        entry: id,
        index: 0,
    };
    assert_eq!(
        (world.line(child).quantity, world.line(child).custodian),
        (3, with(REP_B))
    );
    assert_eq!(
        (world.line(screws).quantity, world.line(screws).disputed),
        (2, 0)
    );
}

#[test]
fn r33_a_use_that_holds_without_a_piece_is_recorded_as_from_elsewhere() {
    let mut world = World::new();
    let (pump, case, dispute) = used_twice(&mut world);
    let apply = resolve(&mut world, OFFICE, dispute, WantedResolution::Apply);
    assert_eq!(reason(apply), Reason::LineChanged, "the piece is gone");
    let claim = WantedResolution::Claim(Vec::new());
    resolve(&mut world, OFFICE, dispute, claim).unwrap();
    let usage = &world.state.case(case).unwrap().usage;
    assert_eq!((usage.len(), usage[0].line), (1, None));
    assert_eq!(usage[0].flags[0].reason, Reason::Disputed);
    assert_eq!(world.line(pump).quantity, 0, "one piece was used once");
}

#[test]
fn r33_a_second_claim_names_the_same_thing_and_as_much_of_it() {
    let mut world = World::new();
    let (_, dispute) = received_after_the_cancel(&mut world);
    let other = world.stock(with(REP_A), serial(PUMP, "S2"), 1);
    for wrong in [vec![(0, other)], vec![(1, other)], Vec::new()] {
        let claim = WantedResolution::Claim(wrong);
        let refused = resolve(&mut world, OFFICE, dispute, claim);
        assert_eq!(reason(refused), Reason::Malformed);
    }
    assert_eq!(open_disputes(&world.state), 1);
}

#[test]
fn r33_a_refused_offer_is_kept_for_the_receipt_that_builds_on_it() {
    let mut world = World::new();
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    // Two phones of A: one offers to B, the other, away, to C, and both are taken.
    let away = world.state.clone();
    let second = one(world
        .decide_on(
            &away,
            REP_A,
            offer(with(REP_A), with(REP_C), &[(pump, 1, None)]),
        )
        .unwrap());
    let mut there = world.clone();
    there.record(second.clone());
    let receipt = Command::AnswerTransfer {
        transfer: second.id,
        answers: vec![takes(1)],
        extras: Vec::new(),
    };
    let receipt = one(there.decide(REP_C, receipt).unwrap());
    let first = world.offer(REP_A, REP_B, &[(pump, 1, None)]).unwrap();
    world.answer(REP_B, first, &[takes(1)]).unwrap();
    world.record(second);
    let id = receipt.id;
    disputed(&world.record(receipt));
    let dispute = world.state.dispute(id).unwrap();
    let claims = dispute.claims(&world.state);
    assert_eq!(claims[0].1.as_ref(), Some(&world.line(pump).identity));
    assert_eq!(dispute.receiver(&world.state), with(REP_C));
    let claim = WantedResolution::Claim(vec![(0, pump)]);
    resolve(&mut world, OFFICE, id, claim).unwrap();
    assert_eq!(world.line(pump).custodian, with(REP_C));
}

#[test]
fn r33_who_resolves_is_in_the_table() {
    let mut world = World::new();
    let (_, dispute) = received_after_the_cancel(&mut world);
    for no in [REP_A, REP_B, REP_C] {
        let refused = resolve(&mut world, no, dispute, WantedResolution::Uphold);
        assert_eq!(reason(refused), Reason::NotAllowed);
    }
    let silent = Command::ResolveDisputes {
        disputes: vec![dispute],
        how: WantedResolution::Uphold,
        reason: " ".into(),
    };
    assert_eq!(reason(world.decide(MANAGER, silent)), Reason::ReasonNeeded);
    resolve(&mut world, MANAGER, dispute, WantedResolution::Uphold).unwrap();
}

#[test]
fn r38_what_came_after_revocation_is_released_in_bulk_or_one_by_one_by_an_admin() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 9)]);
    let late: Vec<_> = [2, 1]
        .map(|quantity| {
            let used = use_of(case, screws, quantity, UseStatus::Implanted, "");
            one(world.decide(REP_A, used).unwrap())
        })
        .into();
    world
        .act(ADMIN, Command::RevokeDevice(phone_of(REP_A)))
        .unwrap();
    let ids: Vec<_> = late.iter().map(|entry| entry.id).collect();
    for entry in late {
        assert_eq!(disputed(&world.record(entry)), Reason::Revoked);
    }
    assert_eq!(world.line(screws).disputed, 3);
    let release = |disputes: Vec<EntryId>| Command::ResolveDisputes {
        disputes,
        how: WantedResolution::Apply,
        reason: "she had it with her".into(),
    };
    assert_eq!(
        reason(world.decide(OFFICE, release(ids.clone()))),
        Reason::NotAllowed
    );
    world.act(ADMIN, release(ids)).unwrap();
    assert_eq!(
        (world.line(screws).quantity, world.line(screws).disputed),
        (2, 0)
    );
    assert_eq!(world.state.case(case).unwrap().usage.len(), 2);
    assert_eq!(open_disputes(&world.state), 0);
}

#[test]
fn r38_of_a_person_who_left_the_facts_are_released_like_those_of_a_phone() {
    let mut world = World::new();
    let screws = world.stock(with(REP_C), lot(SCREW, "L1"), 5);
    let case = world.case(REP_C, &[(SCREW, 9)]);
    let used = use_of(case, screws, 2, UseStatus::Implanted, "");
    let late = one(world.decide(REP_C, used).unwrap());
    let left = Person {
        active: false,
        ..world.state.person(REP_C).unwrap().clone()
    };
    world.act(ADMIN, Command::RecordPerson(left)).unwrap();
    let id = late.id;
    assert_eq!(disputed(&world.record(late)), Reason::Revoked);
    resolve(&mut world, ADMIN, id, WantedResolution::Apply).unwrap();
    assert_eq!(world.line(screws).quantity, 3);
}

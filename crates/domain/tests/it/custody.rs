//! R1 to R8: who holds what, and how it changes hands.

use crate::{disputed, one, reason, refused};
use baton_domain::id::LineId;
use baton_domain::stock::{Claimant, Custodian, TitleHolder};
use baton_domain::testkit::{
    ADMIN, FACILITY, MANAGER, OFFICE, ORGANIZATION, POOL, PRINCIPAL, PUMP, REP_A, REP_B, REP_C,
    SCREW, World, answer, lot, offer, serial, takes, with,
};
use baton_domain::transfer::{DeclineReason, TransferStatus};
use baton_domain::verdict::Outcome;
use baton_domain::{Command, EntryBody, Reason};

fn decline(transfer: baton_domain::id::TransferId, reason: DeclineReason) -> Command {
    Command::DeclineTransfer {
        transfer,
        reason,
        note: "".into(),
    }
}

fn cancel(transfer: baton_domain::id::TransferId) -> Command {
    Command::CancelTransfer {
        transfer,
        reason: "".into(),
    }
}

#[test]
fn r1_a_line_has_one_custodian_and_is_listed_there_only() {
    let mut world = World::new();
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let transfer = world.offer(REP_A, REP_B, &[(pump, 1, None)]).unwrap();
    world.answer(REP_B, transfer, &[takes(1)]).unwrap();
    assert_eq!(world.state.lines_held_by(with(REP_A)).count(), 0);
    let held: Vec<_> = world
        .state
        .lines_held_by(with(REP_B))
        .map(|line| line.id)
        .collect();
    assert_eq!(held, [pump]);
}

#[test]
fn r2_an_offer_moves_no_custody_and_locks_what_it_offers() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let transfer = world.offer(REP_A, REP_B, &[(screws, 8, None)]).unwrap();
    assert_eq!(world.line(screws).custodian, with(REP_A));
    assert_eq!(world.line(screws).claimed_by(Claimant::Offer(transfer)), 8);

    let again = world.offer(REP_A, REP_C, &[(screws, 3, None)]).unwrap_err();
    assert_eq!(
        (again.reason, again.available),
        (Reason::NotEnough, Some(2))
    );
    assert_eq!(
        again.entry,
        Some(transfer),
        "it says which offer is in the way"
    );
    let case = world.case(REP_A, &[(SCREW, 5)]);
    assert_eq!(reason(world.mark(case, screws, 3)), Reason::NotEnough);
    world.mark(case, screws, 2).unwrap();

    world.answer(REP_B, transfer, &[takes(8)]).unwrap();
    assert_eq!(world.line(screws).quantity, 2);
    let held: Vec<_> = world
        .state
        .lines_held_by(with(REP_B))
        .map(|line| line.quantity)
        .collect();
    assert_eq!(held, [8]);
}

#[test]
fn r3_only_the_custodian_or_who_acts_for_him_releases_stock() {
    let mut world = World::new();
    let of_a = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let of_b = world.stock(with(REP_B), lot(SCREW, "L2"), 10);
    for (person, from, line, allowed) in [
        (REP_A, REP_A, of_a, true),
        (REP_B, REP_A, of_a, false),
        (PRINCIPAL, REP_B, of_b, true),
        (PRINCIPAL, REP_A, of_a, false),
        (MANAGER, REP_A, of_a, true),
        (OFFICE, REP_A, of_a, true),
        (ADMIN, REP_A, of_a, true),
    ] {
        let outcome = world.decide(person, offer(with(from), with(REP_C), &[(line, 1, None)]));
        assert_eq!(
            outcome.is_ok(),
            allowed,
            "{person} from {from}: {outcome:?}"
        );
    }
    let of_c = world.stock(with(REP_C), lot(SCREW, "L3"), 1);
    let out_of_region = world.decide(MANAGER, offer(with(REP_C), with(REP_A), &[(of_c, 1, None)]));
    assert_eq!(reason(out_of_region), Reason::NotAllowed);
    let not_his = world
        .act(REP_A, offer(with(REP_A), with(REP_C), &[(of_b, 1, None)]))
        .unwrap_err();
    assert_eq!(
        (not_his.reason, not_his.person),
        (Reason::NotCustodian, Some(REP_B))
    );
}

#[test]
fn r3_a_pool_gives_through_its_distributor_and_a_warehouse_through_operations() {
    let mut world = World::new();
    let pool = Custodian::Pool(POOL);
    let warehouse = Custodian::Warehouse(ORGANIZATION);
    let pooled = world.stock(pool, lot(SCREW, "L1"), 10);
    let stored = world.stock(warehouse, lot(SCREW, "L2"), 10);
    let may = |world: &mut World, person, from, line| {
        world
            .decide(person, offer(from, with(REP_C), &[(line, 1, None)]))
            .is_ok()
    };
    assert!(
        !may(&mut world, REP_A, pool, pooled),
        "a member draws, but does not give"
    );
    assert!(!may(&mut world, MANAGER, pool, pooled));
    assert!(
        !may(&mut world, PRINCIPAL, pool, pooled),
        "none of his reps is a member"
    );
    let link = baton_domain::directory::SharingLink {
        account: pool,
        rep: REP_B,
    };
    world
        .act(PRINCIPAL, Command::SetSharingLink { link, active: true })
        .unwrap();
    assert!(may(&mut world, PRINCIPAL, pool, pooled));
    assert!(may(&mut world, OFFICE, pool, pooled));
    assert!(!may(&mut world, MANAGER, warehouse, stored));
    assert!(may(&mut world, OFFICE, warehouse, stored));
}

#[test]
fn r3_nobody_accepts_for_the_other_side_what_he_sent_himself() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 2);
    let transfer = world
        .act(MANAGER, offer(with(REP_A), with(REP_B), &[(line, 2, None)]))
        .unwrap();
    assert_eq!(
        reason(world.answer(MANAGER, transfer, &[takes(2)])),
        Reason::OwnOffer
    );
    assert_eq!(
        reason(world.answer(REP_A, transfer, &[takes(2)])),
        Reason::NotAllowed
    );
    world.answer(REP_B, transfer, &[takes(2)]).unwrap();
}

#[test]
fn r3_a_receipt_by_a_stranger_moves_nothing_and_is_kept_as_disputed() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 2);
    let transfer = world.offer(REP_A, REP_B, &[(line, 2, None)]).unwrap();
    let answers = vec![takes(2)];
    let body = EntryBody::TransferAnswered {
        transfer,
        offer_hash: None,
        answers,
        extras: Vec::new(),
    };
    let entry = world.entry(REP_C, body);
    assert_eq!(disputed(&world.record(entry)), Reason::NotAllowed);
    assert_eq!(world.line(line).custodian, with(REP_A));
    assert_eq!(
        world.state.transfer(transfer).unwrap().status,
        TransferStatus::Open
    );
}

#[test]
fn r4_declining_about_the_item_comes_back_on_hold() {
    for (why, held) in [
        (DeclineReason::Damaged, 4),
        (DeclineReason::Missing, 4),
        (DeclineReason::Wrong, 4),
        (DeclineReason::Opened, 4),
        (DeclineReason::NotNeeded, 0),
        (DeclineReason::CannotTake, 0),
    ] {
        let mut world = World::new();
        let line = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
        let transfer = world.offer(REP_A, REP_B, &[(line, 4, None)]).unwrap();
        assert_eq!(
            reason(world.act(REP_C, decline(transfer, why))),
            Reason::NotAllowed
        );
        world.act(REP_B, decline(transfer, why)).unwrap();
        let line = world.line(line);
        assert_eq!(
            (line.custodian, line.quantity, line.claims.len()),
            (with(REP_A), 10, 0),
            "{why:?}"
        );
        assert_eq!((line.held(), line.free()), (held, 10 - held), "{why:?}");
        assert_eq!(world.state.open_transfers().count(), 0);
    }
}

#[test]
fn r5_the_receiver_answers_line_by_line_and_piece_by_piece() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let lost = world.stock(with(REP_A), serial(PUMP, "S2"), 1);
    let broken = world.stock(with(REP_A), serial(PUMP, "S3"), 1);
    let offered = [
        (screws, 6, None),
        (pump, 1, None),
        (lost, 1, None),
        (broken, 1, None),
    ];
    let transfer = world.offer(REP_A, REP_B, &offered).unwrap();
    let answers = [answer(3, 2, 1), takes(1), answer(0, 0, 1), answer(0, 1, 0)];
    let receipt = world.answer(REP_B, transfer, &answers).unwrap();

    let left = world.line(screws);
    assert_eq!(
        (left.quantity, left.held(), left.free()),
        (5, 1, 4),
        "what is missing is on hold here"
    );
    let child = |index| LineId {
        entry: receipt,
        index,
    };
    let accepted = world.line(child(0));
    assert_eq!(
        (accepted.custodian, accepted.quantity, accepted.held()),
        (with(REP_B), 3, 0)
    );
    let damaged = world.line(child(1));
    assert_eq!(
        (damaged.custodian, damaged.quantity, damaged.held()),
        (with(REP_B), 2, 2)
    );
    assert_eq!(
        (world.line(pump).custodian, world.line(pump).held()),
        (with(REP_B), 0)
    );
    assert_eq!(
        (world.line(lost).custodian, world.line(lost).held()),
        (with(REP_A), 1)
    );
    assert_eq!(
        (world.line(broken).custodian, world.line(broken).held()),
        (with(REP_B), 1)
    );
    let transfer = world.state.transfer(transfer).unwrap();
    assert_eq!(transfer.status, TransferStatus::Answered);
    assert_eq!(transfer.lines[0].answer, Some(answer(3, 2, 1)));
}

#[test]
fn r5_an_answer_must_add_up_to_what_was_offered() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let transfer = world.offer(REP_A, REP_B, &[(screws, 6, None)]).unwrap();
    for wrong in [
        vec![takes(5)],
        vec![answer(6, 1, 0)],
        vec![takes(6), takes(0)],
        Vec::new(),
    ] {
        let result = world.answer(REP_B, transfer, &wrong);
        let expected = if wrong.is_empty() {
            Reason::Malformed
        } else {
            Reason::AnswerDoesNotAddUp
        };
        assert_eq!(reason(result), expected, "{wrong:?}");
    }
}

#[test]
fn r5_what_was_not_offered_is_a_claim_on_the_transfer_and_no_stock() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let transfer = world.offer(REP_A, REP_B, &[(screws, 1, None)]).unwrap();
    let identity = lot(SCREW, "L9");
    let extra = baton_domain::transfer::Extra {
        identity,
        quantity: 2,
        note: "in the box too".into(),
    };
    let extras = vec![extra.clone()];
    world
        .act(
            REP_B,
            Command::AnswerTransfer {
                transfer,
                answers: vec![answer(0, 0, 1)],
                extras,
            },
        )
        .unwrap();
    assert_eq!(world.state.transfer(transfer).unwrap().extras, [extra]);
    assert_eq!(world.state.lines_held_by(with(REP_B)).count(), 0);
}

#[test]
fn r7_moving_custody_never_moves_title() {
    let mut world = World::new();
    let screws = world.stock_of(with(REP_A), lot(SCREW, "L1"), 10, TitleHolder::Organization);
    let transfer = world.offer(REP_A, REP_B, &[(screws, 4, None)]).unwrap();
    let receipt = world.answer(REP_B, transfer, &[takes(4)]).unwrap();
    let child = world.line(LineId {
        entry: receipt,
        index: 0,
    });
    assert_eq!(child.title, TitleHolder::Organization);
    assert_eq!(child.identity, world.line(screws).identity);
    assert_eq!(child.parent, Some(screws));
}

#[test]
fn r8_a_cancel_frees_the_lines_and_a_later_receipt_is_a_disputed_fact() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let transfer = world.offer(REP_A, REP_B, &[(screws, 4, None)]).unwrap();
    let away = world.state.clone();
    let receipt = Command::AnswerTransfer {
        transfer,
        answers: vec![takes(4)],
        extras: Vec::new(),
    };
    let receipt = one(world.decide_on(&away, REP_B, receipt).unwrap());

    assert_eq!(
        reason(world.act(REP_B, cancel(transfer))),
        Reason::NotAllowed
    );
    world.act(REP_A, cancel(transfer)).unwrap();
    assert_eq!(world.line(screws).free(), 10);

    let verdict = world.record(receipt);
    assert_eq!(disputed(&verdict), Reason::TransferEnded);
    let line = world.line(screws);
    assert_eq!(
        (line.custodian, line.quantity, line.disputed, line.free()),
        (with(REP_A), 10, 4, 6)
    );
    assert_eq!(
        reason(world.act(REP_B, decline(transfer, DeclineReason::NotNeeded))),
        Reason::TransferEnded
    );
}

#[test]
fn r8_a_cancel_that_comes_after_the_receipt_is_refused_and_says_who_took_it() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let transfer = world.offer(REP_A, REP_B, &[(screws, 4, None)]).unwrap();
    let cancelled = one(world.decide(REP_A, cancel(transfer)).unwrap());
    world.answer(REP_B, transfer, &[takes(4)]).unwrap();
    let verdict = world.record(cancelled);
    assert_eq!(refused(&verdict), Reason::TransferEnded);
    let Outcome::Refused(refusal) = &verdict.outcome else {
        unreachable!()
    };
    assert_eq!(refusal.person, Some(REP_B));
    assert_eq!(world.line(screws).quantity, 6);
}

#[test]
fn r8_a_second_receipt_is_kept_and_disputes_nothing_at_the_sender() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let transfer = world.offer(REP_A, REP_B, &[(screws, 4, None)]).unwrap();
    let receipt = Command::AnswerTransfer {
        transfer,
        answers: vec![takes(4)],
        extras: Vec::new(),
    };
    let second = one(world.decide(PRINCIPAL, receipt).unwrap());
    world.answer(REP_B, transfer, &[takes(4)]).unwrap();
    assert_eq!(disputed(&world.record(second)), Reason::TransferEnded);
    assert_eq!(
        (world.line(screws).quantity, world.line(screws).disputed),
        (6, 0)
    );
}

#[test]
fn r8_an_offer_to_oneself_is_no_offer() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    assert_eq!(
        reason(world.offer(REP_A, REP_A, &[(screws, 4, None)])),
        Reason::Malformed
    );
}

#[test]
fn r21_facility_stock_is_not_offered_in_a_transfer() {
    let mut world = World::new();
    let sold = world.stock_of(
        with(REP_A),
        lot(SCREW, "L1"),
        10,
        TitleHolder::Facility(FACILITY),
    );
    assert_eq!(
        reason(world.offer(REP_A, REP_B, &[(sold, 4, None)])),
        Reason::FacilityStockStays
    );
}

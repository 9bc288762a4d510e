//! R9 to R12, R26, R30: what tells pieces apart, and how stock comes to be.

use crate::{reason, refusal, refused};
use baton_domain::directory::SharingLink;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::LineId;
use baton_domain::stock::{Custodian, Identity, TitleHolder};
use baton_domain::testkit::{
    ADMIN, DRIVER, FACILITY, LINKED_PLATE, MANAGER, OFFICE, PRINCIPAL, PUMP, REP_A, REP_B, SCREW,
    World, lot, product_id, serial, takes, with,
};
use baton_domain::verdict::Outcome;
use baton_domain::{Command, EntryBody, Reason};

fn received(identity: Identity, quantity: u32) -> ReceivedLine {
    ReceivedLine {
        identity,
        quantity,
        title: TitleHolder::Manufacturer,
        location: "trunk".into(),
    }
}

fn receive(custodian: Custodian, lines: Vec<ReceivedLine>) -> Command {
    Command::ReceiveStock {
        custodian,
        lines,
        reason: "came by courier".into(),
    }
}

#[test]
fn r9_second_active_serial_is_refused_saying_where_the_first_is() {
    let mut world = World::new();
    let first = world.stock(with(REP_B), serial(PUMP, "S1"), 1);
    let command = receive(with(REP_A), vec![received(serial(PUMP, "S1"), 1)]);
    let refusal = world.act(REP_A, command).unwrap_err();
    assert_eq!(refusal.reason, Reason::SerialActive);
    assert_eq!((refusal.line, refusal.person), (Some(first), Some(REP_B)));
}

#[test]
fn r9_the_same_serial_twice_in_one_entry_stands_once() {
    let mut world = World::new();
    let lines = vec![
        received(serial(PUMP, "S1"), 1),
        received(serial(PUMP, "S1"), 1),
    ];
    let body = EntryBody::StockReceived {
        custodian: with(REP_A),
        lines,
        reason: "courier".into(),
    };
    let entry = world.entry(REP_A, body);
    let id = entry.id;
    let verdict = world.record(entry);
    assert_eq!(verdict.outcome, Outcome::Accepted);
    assert_eq!(refusal(verdict.line(1)).1.reason, Reason::SerialActive);
    assert!(
        world
            .state
            .line(LineId {
                entry: id,
                index: 0
            })
            .is_some()
    );
    assert!(
        world
            .state
            .line(LineId {
                entry: id,
                index: 1
            })
            .is_none()
    );
}

#[test]
fn r9_a_serial_that_was_used_may_come_again() {
    let mut world = World::new();
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let case = world.case(REP_A, &[(PUMP, 1)]);
    let implanted = baton_domain::case::UseStatus::Implanted;
    world
        .act(
            REP_A,
            baton_domain::testkit::use_of(case, pump, 1, implanted, ""),
        )
        .unwrap();
    world
        .act(
            REP_A,
            receive(with(REP_A), vec![received(serial(PUMP, "S1"), 1)]),
        )
        .unwrap();
}

#[test]
fn r10_a_lines_id_is_its_entry_and_place_and_a_part_is_a_child() {
    let mut world = World::new();
    let lines = vec![received(lot(SCREW, "L1"), 3), received(lot(SCREW, "L1"), 4)];
    let entry = world.act(REP_A, receive(with(REP_A), lines)).unwrap();
    for (index, quantity) in [(0, 3), (1, 4)] {
        assert_eq!(
            world.line(LineId { entry, index }).quantity,
            quantity,
            "lines are never merged"
        );
    }
    let parent = LineId { entry, index: 1 };
    let transfer = world.offer(REP_A, REP_B, &[(parent, 4, None)]).unwrap();
    let receipt = world.answer(REP_B, transfer, &[takes(4)]).unwrap();
    let child = world.line(LineId {
        entry: receipt,
        index: 0,
    });
    assert_eq!((child.parent, child.quantity), (Some(parent), 4));
    assert_eq!(
        world.line(parent).quantity,
        0,
        "also where all of it goes: ids must not depend on the rest"
    );
}

#[test]
fn r12_identity_is_never_edited_by_naming_another() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 3);
    let transfer = world.decide(
        REP_A,
        baton_domain::testkit::offer(with(REP_A), with(REP_B), &[(screws, 1, None)]),
    );
    let mut entry = crate::one(transfer.unwrap());
    let EntryBody::TransferOffered { lines, .. } = &mut entry.body else {
        unreachable!()
    };
    lines[0].identity = lot(SCREW, "another");
    assert_eq!(refused(&world.record(entry)), Reason::Malformed);
}

#[test]
fn r22_a_link_joins_an_account_and_a_rep_never_two_reps() {
    let mut world = World::new();
    let link = |account, rep| Command::SetSharingLink {
        link: SharingLink { account, rep },
        active: true,
    };
    assert_eq!(
        reason(world.act(ADMIN, link(with(REP_A), REP_B))),
        Reason::NotAnAccount
    );
    assert_eq!(
        reason(world.act(ADMIN, link(with(PRINCIPAL), PRINCIPAL))),
        Reason::NotAnAccount
    );
    assert_eq!(
        reason(world.act(REP_A, link(with(PRINCIPAL), REP_A))),
        Reason::NotAllowed
    );
    world.act(PRINCIPAL, link(with(PRINCIPAL), REP_A)).unwrap();
    assert!(world.state.is_shared_with(with(PRINCIPAL), REP_A));
    let ended = SharingLink {
        account: with(PRINCIPAL),
        rep: REP_A,
    };
    world
        .act(
            ADMIN,
            Command::SetSharingLink {
                link: ended,
                active: false,
            },
        )
        .unwrap();
    assert!(!world.state.is_shared_with(with(PRINCIPAL), REP_A));
}

#[test]
fn r26_a_rep_creates_own_stock_with_a_reason() {
    let mut world = World::new();
    let lines = || vec![received(lot(SCREW, "L1"), 3)];
    let silent = Command::ReceiveStock {
        custodian: with(REP_A),
        lines: lines(),
        reason: " ".into(),
    };
    assert_eq!(reason(world.act(REP_A, silent)), Reason::ReasonNeeded);
    assert_eq!(
        reason(world.act(REP_A, receive(with(REP_B), lines()))),
        Reason::NotAllowed
    );
    assert_eq!(
        reason(world.act(MANAGER, receive(with(REP_A), lines()))),
        Reason::NotAllowed
    );
    world.act(REP_A, receive(with(REP_A), lines())).unwrap();
    world.act(PRINCIPAL, receive(with(REP_B), lines())).unwrap();
    world.act(OFFICE, receive(with(REP_A), lines())).unwrap();
}

#[test]
fn r26_where_the_manufacturer_is_linked_creating_is_refused_line_by_line() {
    let mut world = World::new();
    let lines = vec![
        received(lot(SCREW, "L1"), 3),
        received(lot(LINKED_PLATE, "L2"), 3),
    ];
    let body = EntryBody::StockReceived {
        custodian: with(REP_A),
        lines,
        reason: "courier".into(),
    };
    let entry = world.entry(REP_A, body);
    let verdict = world.record(entry);
    assert_eq!(*verdict.line(0), Outcome::Accepted);
    assert_eq!(
        refusal(verdict.line(1)).1.reason,
        Reason::ManufacturerLinked
    );
    world.stock(with(REP_A), lot(LINKED_PLATE, "L3"), 1); // an import may
}

#[test]
fn r20_facility_stock_is_made_by_selling_and_not_by_receiving() {
    let mut world = World::new();
    let title = TitleHolder::Facility(FACILITY);
    let line = ReceivedLine {
        title,
        ..received(lot(SCREW, "L1"), 3)
    };
    assert_eq!(
        reason(world.act(REP_A, receive(with(REP_A), vec![line]))),
        Reason::NotAllowed
    );
}

#[test]
fn r30_a_serial_product_needs_its_serial_and_one_piece() {
    let mut world = World::new();
    for (identity, quantity, expected) in [
        (lot(PUMP, "L1"), 1, Reason::SerialNeeded),
        (serial(PUMP, "S1"), 2, Reason::SerialNeeded),
        (serial(SCREW, "S1"), 2, Reason::SerialNeeded),
        (
            Identity {
                lot: None,
                ..lot(SCREW, "L1")
            },
            1,
            Reason::Malformed,
        ),
        (
            Identity {
                lot_unknown: true,
                ..lot(SCREW, "L1")
            },
            1,
            Reason::Malformed,
        ),
    ] {
        let line = received(identity, quantity);
        let result = world.act(REP_A, receive(with(REP_A), vec![line.clone()]));
        assert_eq!(reason(result), expected, "{line:?}");
    }
}

#[test]
fn r30_an_unreadable_lot_and_an_untracked_piece_are_first_class() {
    let mut world = World::new();
    let unread = Identity {
        lot: None,
        lot_unknown: true,
        ..lot(SCREW, "L1")
    };
    let untracked = Identity {
        lot: None,
        expiry: None,
        ..lot(DRIVER, "L1")
    };
    world
        .act(
            REP_A,
            receive(
                with(REP_A),
                vec![received(unread, 3), received(untracked, 1)],
            ),
        )
        .unwrap();
}

#[test]
fn r30_a_product_not_listed_yet_is_received_and_flagged() {
    let mut world = World::new();
    let identity = Identity {
        product: product_id("#Other/X1"),
        ..lot(SCREW, "L1")
    };
    let entries = world
        .decide(REP_A, receive(with(REP_A), vec![received(identity, 3)]))
        .unwrap();
    let verdicts = crate::accept(&mut world, entries);
    assert_eq!(crate::flags(&verdicts[0]), [Reason::Unknown]);
}

#[test]
fn a_quantity_of_none_or_of_millions_is_not_well_formed() {
    let mut world = World::new();
    for quantity in [0, 1_000_001, u32::MAX] {
        let result = world.act(
            REP_A,
            receive(with(REP_A), vec![received(lot(SCREW, "L1"), quantity)]),
        );
        assert_eq!(reason(result), Reason::Malformed);
    }
    assert_eq!(
        reason(world.act(REP_A, receive(with(REP_A), Vec::new()))),
        Reason::Malformed
    );
    let many = vec![received(lot(SCREW, "L1"), 1); 501];
    assert_eq!(
        reason(world.act(REP_A, receive(with(REP_A), many))),
        Reason::Malformed
    );
    let line = ReceivedLine {
        location: "x".repeat(201).as_str().into(),
        ..received(lot(SCREW, "L1"), 1)
    };
    assert_eq!(
        reason(world.act(REP_A, receive(with(REP_A), vec![line]))),
        Reason::Malformed
    );
}

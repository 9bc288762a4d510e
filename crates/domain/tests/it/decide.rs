//! Deciding: what it adds to a wish, and that it records all of it or nothing.

use crate::{one, reason};
use baton_domain::case::{CaseDetails, Need, UseStatus};
use baton_domain::testkit::{
    FACILITY, PUMP, REP_A, REP_B, REP_C, SCREW, World, date, lot, offer, product_id, serial,
    use_of, with,
};
use baton_domain::time::LocalTime;
use baton_domain::{Command, EntryBody, Reason};

fn need(product: &str, quantity: u32) -> Need {
    Need {
        product: product_id(product),
        quantity,
    }
}

#[test]
fn a_case_with_a_private_part_is_two_entries_and_its_needs_are_merged() {
    let mut world = World::new();
    let schedule = |details| Command::ScheduleCase {
        facility: FACILITY,
        starts_at: LocalTime {
            date: date(2026, 12, 1),
            minute: 480,
        },
        utc_offset_min: -420,
        room: "".into(),
        rep: REP_A,
        needs: vec![need(SCREW, 2), need(PUMP, 1), need(SCREW, 3)],
        details,
    };
    let entries = world
        .decide(REP_A, schedule(Some(CaseDetails::default())))
        .unwrap();
    assert_eq!(entries.len(), 2);
    let EntryBody::CaseScheduled { needs, .. } = &entries[0].body else {
        panic!("{entries:?}")
    };
    assert_eq!(*needs, [need(SCREW, 5), need(PUMP, 1)]);
    let EntryBody::CaseDetailsRecorded { case, .. } = &entries[1].body else {
        panic!("{entries:?}")
    };
    assert_eq!(*case, entries[0].id);
    assert!(entries[1].body.is_private() && !entries[0].body.is_private());
    assert_eq!(world.decide(REP_A, schedule(None)).unwrap().len(), 1);
}

#[test]
fn heads_and_identities_are_filled_in() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let command = offer(
        with(REP_A),
        with(REP_B),
        &[(screws, 1, None), (pump, 1, None), (screws, 2, None)],
    );
    let EntryBody::TransferOffered { lines, .. } = one(world.decide(REP_A, command).unwrap()).body
    else {
        panic!("an offer");
    };
    let heads: Vec<_> = lines
        .iter()
        .map(|line| (line.stock.quantity, line.stock.head))
        .collect();
    assert_eq!(
        heads,
        [(3, None), (1, Some(pump.entry))],
        "picked twice is added up"
    );
    assert_eq!(lines[1].identity, serial(PUMP, "S1"));

    let case = world.case(REP_A, &[]);
    let changed = one(world
        .decide(REP_A, Command::ChangeRep { case, rep: REP_C })
        .unwrap());
    let EntryBody::CaseRepChanged { head, .. } = changed.body else {
        panic!("a change of rep")
    };
    assert_eq!(head, case);
}

#[test]
fn one_line_that_cannot_be_refuses_the_whole_and_records_nothing() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let few = world.stock(with(REP_A), lot(SCREW, "L2"), 1);
    let before = world.state.clone();
    let refusal = world
        .offer(REP_A, REP_B, &[(screws, 1, None), (few, 2, None)])
        .unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.line, refusal.available),
        (Reason::NotEnough, Some(few), Some(1))
    );
    assert!(world.state == before);
}

#[test]
fn what_is_unknown_is_refused_as_unknown() {
    let mut world = World::new();
    let other = baton_domain::id::EntryId::from_bytes([0xEE; 16]);
    let line = baton_domain::id::LineId {
        entry: other,
        index: 0,
    };
    let case = world.case(REP_A, &[]);
    for command in [
        Command::CancelCase {
            case: other,
            reason: "".into(),
        },
        Command::MarkStock {
            case,
            lines: vec![(line, 1)],
        },
        Command::CancelTransfer {
            transfer: other,
            reason: "".into(),
        },
        use_of(case, line, 1, UseStatus::Used, ""),
        use_of(other, line, 1, UseStatus::Used, ""),
        offer(with(REP_A), with(REP_B), &[(line, 1, None)]),
    ] {
        assert_eq!(reason(world.act(REP_A, command)), Reason::Unknown);
    }
}

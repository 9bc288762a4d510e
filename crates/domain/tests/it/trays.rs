//! R6, J9: a tray is one line in an offer, goes with what is in it, and is checked against its bill.

use crate::{accept, flags, reason};
use baton_domain::case::{Need, UseStatus};
use baton_domain::facility_stock::Price;
use baton_domain::id::LineId;
use baton_domain::stock::Claimant;
use baton_domain::testkit::{
    FACILITY, OFFICE, PUMP, REP_A, REP_B, SCREW, World, answer, lot, offer, product_id, serial,
    takes, use_of, with,
};
use baton_domain::tray::{Tally, TrayCount, contents, tally};
use baton_domain::{Command, Reason};

fn pack(tray: LineId, lines: &[(LineId, u32)]) -> Command {
    Command::PackTray {
        tray,
        lines: lines.to_vec(),
    }
}

fn unpack(tray: LineId, lines: &[(LineId, u32)]) -> Command {
    Command::UnpackTray {
        tray,
        lines: lines.to_vec(),
    }
}

fn check(tray: LineId, found: &[(LineId, u32)]) -> Command {
    let found = found.iter().map(|(line, found)| TrayCount {
        line: *line,
        found: *found,
    });
    Command::CheckTray {
        tray,
        found: found.collect(),
        note: "".into(),
    }
}

/// A tray of rep A with 8 of 10 screws of a lot, and a pump, in it.
fn packed(world: &mut World) -> (LineId, LineId, LineId, LineId) {
    let tray = world.stock(with(REP_A), serial(PUMP, "TRAY-1"), 1);
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    world
        .act(REP_A, pack(tray, &[(screws, 8), (pump, 1)]))
        .unwrap();
    let inside = contents(&world.state, tray)[0].id;
    (tray, screws, inside, pump)
}

#[test]
fn r6_r10_packing_takes_a_part_of_a_lot_as_a_child_and_a_serial_as_it_is() {
    let mut world = World::new();
    let (tray, screws, inside, pump) = packed(&mut world);
    let found: Vec<_> = contents(&world.state, tray)
        .into_iter()
        .map(|line| (line.id, line.quantity, line.parent))
        .collect();
    assert_eq!(found, [(inside, 8, Some(screws)), (pump, 1, None)]);
    assert_eq!(world.line(screws).quantity, 2);
    let again = world.act(REP_A, pack(tray, &[(pump, 1)]));
    assert_eq!(reason(again), Reason::InTray);
    let itself = world.act(REP_A, pack(tray, &[(tray, 1)]));
    assert_eq!(reason(itself), Reason::InTray);
    let lot_as_tray = world.act(REP_A, pack(screws, &[(screws, 1)]));
    assert_eq!(reason(lot_as_tray), Reason::NotATray);
    let of_b = world.stock(with(REP_B), lot(SCREW, "L2"), 1);
    assert_eq!(
        reason(world.act(REP_A, pack(tray, &[(of_b, 1)]))),
        Reason::NotCustodian
    );
}

#[test]
fn r6_a_tray_is_one_line_of_an_offer_and_takes_its_contents_along() {
    let mut world = World::new();
    let (tray, _, inside, pump) = packed(&mut world);
    let alone = world.act(REP_A, offer(with(REP_A), with(REP_B), &[(inside, 1, None)]));
    assert_eq!(reason(alone), Reason::InTray);

    let transfer = world.offer(REP_A, REP_B, &[(tray, 1, None)]).unwrap();
    assert_eq!(world.line(inside).custodian, with(REP_A));
    let case = world.case(REP_A, &[(SCREW, 1)]);
    assert_eq!(reason(world.mark(case, inside, 1)), Reason::Offered);
    let out = world.act(REP_A, unpack(tray, &[(inside, 1)]));
    assert_eq!(reason(out), Reason::Offered);

    world.answer(REP_B, transfer, &[takes(1)]).unwrap();
    for line in [tray, inside, pump] {
        assert_eq!(world.line(line).custodian, with(REP_B));
    }
    assert_eq!(
        world.state.lines_held_by(with(REP_A)).count(),
        1,
        "two loose screws"
    );
}

#[test]
fn r6_what_lies_in_a_tray_is_not_sold() {
    let mut world = World::new();
    let (_, _, inside, _) = packed(&mut world);
    let order = Command::SubmitStockingOrder {
        facility: FACILITY,
        seller: with(REP_A),
        lines: vec![(inside, 1, Price::NoCharge)],
        note: "".into(),
    };
    assert_eq!(reason(world.act(REP_A, order)), Reason::InTray);
}

#[test]
fn r5_a_tray_that_did_not_arrive_leaves_its_contents_where_they_were() {
    let mut world = World::new();
    let (tray, _, inside, _) = packed(&mut world);
    let transfer = world.offer(REP_A, REP_B, &[(tray, 1, None)]).unwrap();
    world.answer(REP_B, transfer, &[answer(0, 0, 1)]).unwrap();
    assert_eq!(world.line(inside).custodian, with(REP_A));
    assert_eq!(world.line(tray).held(), 1);
}

#[test]
fn r16_what_is_marked_in_a_tray_stays_marked_only_for_the_case_it_travels_for() {
    let mut world = World::new();
    let (tray, _, inside, pump) = packed(&mut world);
    let case = world.case(REP_A, &[(SCREW, 2), (PUMP, 1)]);
    let other = world.case(REP_A, &[(PUMP, 1)]);
    world.mark(case, inside, 2).unwrap();
    world.mark(other, pump, 1).unwrap();
    let transfer = world.offer(REP_A, REP_B, &[(tray, 1, Some(case))]).unwrap();
    world.answer(REP_B, transfer, &[takes(1)]).unwrap();
    assert_eq!(world.line(inside).claimed_by(Claimant::Mark(case)), 2);
    assert_eq!(world.line(pump).claimed(), 0);
}

#[test]
fn r39_nobody_changes_the_contents_behind_an_offer() {
    let mut world = World::new();
    let (tray, screws, _, _) = packed(&mut world);
    let away = world.state.clone();
    world.act(REP_A, pack(tray, &[(screws, 1)])).unwrap();
    let offered = world
        .decide_on(
            &away,
            REP_A,
            offer(with(REP_A), with(REP_B), &[(tray, 1, None)]),
        )
        .unwrap();
    let verdict = world.record(crate::one(offered));
    assert_eq!(crate::refused(&verdict), Reason::LineChanged);
}

#[test]
fn r6_taking_out_is_a_movement_of_its_own() {
    let mut world = World::new();
    let (tray, _, inside, pump) = packed(&mut world);
    world
        .act(REP_A, unpack(tray, &[(inside, 3), (pump, 1)]))
        .unwrap();
    assert_eq!(world.line(inside).quantity, 5);
    assert_eq!(contents(&world.state, tray).len(), 1);
    world.offer(REP_A, REP_B, &[(pump, 1, None)]).unwrap();
    let gone = world.act(REP_A, unpack(tray, &[(pump, 1)]));
    assert_eq!(reason(gone), Reason::LineChanged);
    let too_many = world.act(REP_A, unpack(tray, &[(inside, 6)]));
    assert_eq!(reason(too_many), Reason::NotEnough);
}

#[test]
fn j9_a_check_names_what_is_missing_and_holds_it() {
    let mut world = World::new();
    let (tray, _, inside, pump) = packed(&mut world);
    world
        .act(
            OFFICE,
            Command::ListBillOfMaterials {
                product: product_id(PUMP),
                needs: vec![Need {
                    product: product_id(SCREW),
                    quantity: 12,
                }],
            },
        )
        .unwrap();
    let row = |product: &str, expected, inside| Tally {
        product: product_id(product),
        expected,
        inside,
    };
    assert_eq!(
        tally(&world.state, world.line(tray)),
        [row(SCREW, 12, 8), row(PUMP, 0, 1)]
    );
    world
        .act(REP_A, check(tray, &[(inside, 6), (pump, 1)]))
        .unwrap();
    assert_eq!(world.line(inside).held(), 2);
    let checked = world.state.tray(tray).unwrap().checked.clone().unwrap();
    let missing: Vec<_> = checked.missing.iter().map(|need| need.quantity).collect();
    assert_eq!(missing, [2]);
    assert_eq!(tally(&world.state, world.line(tray))[0].missing(), 6);
}

#[test]
fn r37_a_check_is_a_fact_and_flagged_where_it_does_not_fit() {
    let mut world = World::new();
    let (tray, screws, inside, _) = packed(&mut world);
    let entries = world
        .decide(REP_B, check(tray, &[(inside, 9), (screws, 2)]))
        .unwrap();
    let verdicts = accept(&mut world, entries);
    assert_eq!(
        flags(&verdicts[0]),
        [
            Reason::NotCustodian,
            Reason::LineChanged,
            Reason::LineChanged
        ]
    );
    assert_eq!(world.line(inside).held(), 0);
}

#[test]
fn r37_a_use_out_of_a_tray_on_its_way_is_recorded_and_flagged() {
    let mut world = World::new();
    let (tray, _, inside, _) = packed(&mut world);
    let case = world.case(REP_A, &[(SCREW, 4)]);
    world.offer(REP_A, REP_B, &[(tray, 1, None)]).unwrap();
    let entries = world
        .decide(
            REP_A,
            use_of(case, inside, 1, UseStatus::Implanted, "opened here"),
        )
        .unwrap();
    let verdicts = accept(&mut world, entries);
    assert_eq!(flags(&verdicts[0]), [Reason::Offered]);
    assert_eq!(world.line(inside).quantity, 7);
}

#[test]
fn a_bill_of_materials_is_the_offices() {
    let mut world = World::new();
    let list = Command::ListBillOfMaterials {
        product: product_id(PUMP),
        needs: Vec::new(),
    };
    assert_eq!(reason(world.act(REP_A, list)), Reason::NotAllowed);
    let twice = check(
        LineId {
            entry: baton_domain::id::EntryId::from_bytes([1; 16]),
            index: 0,
        },
        &[],
    );
    assert!(
        world.decide(REP_A, twice).is_err(),
        "a tray that nobody knows"
    );
}

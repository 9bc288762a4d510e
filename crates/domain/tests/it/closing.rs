//! Closing, signatures on exact lines, the two sections of a bill, the purchase order.

use crate::reason;
use baton_domain::bill::{Section, has_billed, lines_hash, section, signatures_hold};
use baton_domain::case::{CaseStatus, UseStatus};
use baton_domain::id::CaseId;
use baton_domain::stock::TitleHolder;
use baton_domain::testkit::{
    DRIVER, FACILITY, MANAGER, OFFICE, PUMP, REP_A, REP_B, REP_C, SCREW, World, close, lot, serial,
    use_of, with,
};
use baton_domain::{Command, Outcome, Reason, Refusal};

fn hash(world: &World, case: CaseId) -> [u8; 32] {
    lines_hash(&world.state, world.state.case(case).unwrap())
}

fn status(world: &World, case: CaseId) -> CaseStatus {
    world.state.case(case).unwrap().status
}

fn holds(world: &World, case: CaseId) -> bool {
    signatures_hold(&world.state, world.state.case(case).unwrap())
}

fn closed(world: &mut World, case: CaseId) -> Result<baton_domain::id::EntryId, Refusal> {
    let lines = hash(world, case);
    world.act(REP_A, close(case, lines))
}

fn order(case: CaseId, number: &str) -> Command {
    Command::RecordPurchaseOrder {
        case,
        number: number.into(),
    }
}

#[test]
fn r19_a_signature_binds_to_the_exact_lines_and_a_later_use_voids_it_visibly() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 4)]);
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 9);
    world
        .act(REP_A, use_of(case, line, 2, UseStatus::Implanted, ""))
        .unwrap();
    let before = hash(&world, case);
    closed(&mut world, case).unwrap();
    let known = world.state.case(case).unwrap();
    assert_eq!(
        (known.status, known.signatures.len()),
        (CaseStatus::Closed, 2)
    );
    assert!(
        known
            .signatures
            .iter()
            .all(|signature| signature.lines == before)
    );
    assert!(holds(&world, case));
    // A change after the close: planned, it is refused; happened, it is recorded and flagged.
    let mark = Command::MarkStock {
        case,
        lines: vec![(line, 1)],
    };
    assert_eq!(reason(world.act(REP_A, mark)), Reason::CaseEnded);
    let late = use_of(case, line, 1, UseStatus::Implanted, "found it later");
    world.act(REP_A, late).unwrap();
    let known = world.state.case(case).unwrap();
    assert!(
        known.usage[1]
            .flags
            .iter()
            .any(|flag| flag.reason == Reason::CaseEnded)
    );
    assert!(!holds(&world, case), "void, and to be seen");
    assert_ne!(hash(&world, case), before);
    // It is signed again on what there is now; while it holds, it is not closed twice.
    closed(&mut world, case).unwrap();
    assert!(holds(&world, case));
    assert_eq!(world.state.case(case).unwrap().signatures.len(), 4);
    assert_eq!(reason(closed(&mut world, case)), Reason::CaseEnded);
}

#[test]
fn r19_a_signature_over_lines_that_changed_meanwhile_is_refused() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 4)]);
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 9);
    let shown = hash(&world, case);
    // The phone that closes has not heard of the use.
    let away = world.state.clone();
    let closing = world.decide_on(&away, REP_A, close(case, shown)).unwrap();
    world
        .act(REP_A, use_of(case, line, 1, UseStatus::Implanted, ""))
        .unwrap();
    for entry in closing {
        let verdict = world.record(entry);
        match verdict.outcome {
            Outcome::Refused(refusal) => assert_eq!(refusal.reason, Reason::LinesChanged),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(status(&world, case), CaseStatus::InProgress);
    assert_eq!(
        reason(world.act(REP_A, close(case, shown))),
        Reason::LinesChanged
    );
}

#[test]
fn r19_both_sides_sign() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let Command::CloseCase {
        lines, signatures, ..
    } = close(case, hash(&world, case))
    else {
        panic!("a close");
    };
    for kept in [vec![0], vec![1], vec![0, 0], vec![]] {
        let signatures = kept.iter().map(|at| signatures[*at].clone()).collect();
        let command = Command::CloseCase {
            case,
            lines,
            signatures,
        };
        assert_eq!(reason(world.act(REP_A, command)), Reason::Malformed);
    }
}

#[test]
fn r17_what_is_unused_and_what_is_reusable_is_free_again_after_the_close() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 4), (DRIVER, 1)]);
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 4);
    let driver = world.stock(with(REP_A), lot(DRIVER, "-"), 1);
    world.mark(case, screws, 4).unwrap();
    world.mark(case, driver, 1).unwrap();
    world
        .act(REP_A, use_of(case, screws, 1, UseStatus::Implanted, ""))
        .unwrap();
    world
        .act(REP_A, use_of(case, driver, 1, UseStatus::Used, ""))
        .unwrap();
    closed(&mut world, case).unwrap();
    assert_eq!(
        (world.line(screws).quantity, world.line(screws).free()),
        (3, 3)
    );
    assert_eq!(
        (world.line(driver).quantity, world.line(driver).free()),
        (1, 1)
    );
}

#[test]
fn r24_a_bill_has_two_sections() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 2)]);
    let title = TitleHolder::Facility(FACILITY);
    let sold = world.stock_of(with(REP_A), lot(SCREW, "L1"), 1, title);
    let own = world.stock(with(REP_A), lot(SCREW, "L2"), 3);
    world
        .act(REP_A, use_of(case, sold, 1, UseStatus::Implanted, ""))
        .unwrap();
    let known = world.state.case(case).unwrap();
    assert!(!has_billed(&world.state, known), "sold before");
    world
        .act(REP_A, use_of(case, own, 1, UseStatus::Wasted, ""))
        .unwrap();
    world
        .act(REP_A, use_of(case, own, 1, UseStatus::BackToTray, ""))
        .unwrap();
    let known = world.state.case(case).unwrap();
    let sections: Vec<_> = known
        .usage
        .iter()
        .map(|usage| section(&world.state, usage))
        .collect();
    let expected = [Section::FacilityStock, Section::Billed, Section::NotBilled];
    assert_eq!(sections, expected);
    assert!(has_billed(&world.state, known));
}

#[test]
fn r18_the_purchase_order_follows_the_close_and_its_age_counts_from_when_it_is_awaited() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    assert_eq!(reason(world.act(REP_A, order(case, ""))), Reason::NotClosed);
    closed(&mut world, case).unwrap();
    world.act(REP_A, order(case, "")).unwrap();
    assert_eq!(status(&world, case), CaseStatus::AwaitingPurchaseOrder);
    let since = world.state.case(case).unwrap().order.clone().unwrap().since;
    world.act(OFFICE, order(case, "PO-77")).unwrap();
    let known = world.state.case(case).unwrap();
    assert_eq!(known.status, CaseStatus::Complete);
    let order_of = known.order.clone().unwrap();
    assert_eq!((&*order_of.number, order_of.since), ("PO-77", since));
    assert_eq!(
        reason(world.act(OFFICE, order(case, "PO-78"))),
        Reason::NotClosed
    );
}

#[test]
fn r40_of_two_closings_the_first_stands_and_a_stranger_may_not() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let lines = hash(&world, case);
    let refusal = world.act(REP_C, close(case, lines)).unwrap_err();
    assert_eq!(refusal.reason, Reason::NotAllowed);
    assert!(!refusal.who_may.is_empty(), "it says who may");
    let away = world.state.clone();
    let second = world.decide_on(&away, MANAGER, close(case, lines)).unwrap();
    closed(&mut world, case).unwrap();
    let verdict = world.record(second[0].clone());
    match verdict.outcome {
        Outcome::Refused(refusal) => {
            assert_eq!(
                (refusal.reason, refusal.person),
                (Reason::CaseChanged, Some(REP_A))
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn r40_of_two_swaps_of_one_case_the_first_stands_and_the_loser_hears_who_was_first() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let away = world.state.clone();
    let to = |rep| Command::ChangeRep { case, rep };
    let second = world.decide_on(&away, MANAGER, to(REP_C)).unwrap();
    world.act(REP_A, to(REP_B)).unwrap();
    let verdict = world.record(second[0].clone());
    match verdict.outcome {
        Outcome::Refused(refusal) => {
            assert_eq!(
                (refusal.reason, refusal.person),
                (Reason::CaseChanged, Some(REP_A))
            );
        }
        other => panic!("{other:?}"),
    }
    let known = world.state.case(case).unwrap();
    assert_eq!((known.rep, known.rep_before), (REP_B, Some(REP_A)));
}

#[test]
fn other_needs_are_told_apart_by_what_they_are() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let need = |what: &str, who: &str, done| Command::RecordOtherNeed {
        case,
        what: what.into(),
        who: who.into(),
        done,
    };
    world.act(REP_A, need("Courier", "", false)).unwrap();
    world.act(REP_B, need("Courier", "Ben", true)).unwrap();
    world.act(REP_A, need("Badge", "", false)).unwrap();
    let needs = &world.state.case(case).unwrap().other_needs;
    let told: Vec<_> = needs
        .iter()
        .map(|need| (&*need.what, &*need.who, need.done, need.by))
        .collect();
    assert_eq!(
        told,
        [("Courier", "Ben", true, REP_B), ("Badge", "", false, REP_A)]
    );
    assert_eq!(
        reason(world.act(REP_A, need(" ", "", true))),
        Reason::Malformed
    );
}

#[test]
fn r19_no_two_lists_of_lines_have_one_hash() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(SCREW, 4), (PUMP, 2)]);
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 9);
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let mut seen = vec![hash(&world, case)];
    for (line, status) in [
        (screws, UseStatus::Implanted),
        (screws, UseStatus::Wasted),
        (pump, UseStatus::Implanted),
    ] {
        world.act(REP_A, use_of(case, line, 1, status, "")).unwrap();
        let now = hash(&world, case);
        assert!(!seen.contains(&now));
        seen.push(now);
    }
}

//! R28, R29: what is recalled is held wherever it is and whenever it comes in, and what was used is
//! found.

use crate::{accept, flags, one, reason, refused};
use baton_domain::case::UseStatus;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::EntryId;
use baton_domain::recall::{Recalled, covering, reach};
use baton_domain::stock::{Identity, TitleHolder};
use baton_domain::testkit::{
    ADMIN, MANAGER, OFFICE, PUMP, REP_A, REP_B, SCREW, World, lot, offer, product_id, serial,
    takes, use_of, with,
};
use baton_domain::{Command, EntryBody, Reason};

fn of_lot(lot: &str) -> Recalled {
    Recalled {
        product: product_id(SCREW),
        lot: Some(lot.into()),
        serial: None,
    }
}

fn issue(what: Recalled) -> Command {
    Command::IssueRecall {
        what,
        reason: "field notice 12".into(),
    }
}

fn end(recall: EntryId) -> Command {
    Command::EndRecall {
        recall,
        reason: "reworked".into(),
    }
}

#[test]
fn r29_a_recall_of_a_lot_holds_it_everywhere_and_no_other() {
    let mut world = World::new();
    let of_a = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let of_b = world.stock(with(REP_B), lot(SCREW, "L1"), 3);
    let other = world.stock(with(REP_A), lot(SCREW, "L2"), 5);
    let unread = world.stock(
        with(REP_B),
        Identity {
            lot: None,
            lot_unknown: true,
            ..lot(SCREW, "-")
        },
        2,
    );
    world.act(OFFICE, issue(of_lot("L1"))).unwrap();
    let held = [of_a, of_b, other, unread].map(|line| world.line(line).held());
    assert_eq!(
        held,
        [10, 3, 0, 2],
        "a lot that nobody could read may be it"
    );

    let case = world.case(REP_A, &[(SCREW, 1)]);
    assert_eq!(reason(world.mark(case, of_a, 1)), Reason::Recalled);
    let offered = world.act(REP_A, offer(with(REP_A), with(REP_B), &[(of_a, 1, None)]));
    assert_eq!(reason(offered), Reason::Recalled);
    world.mark(case, other, 1).unwrap();
}

#[test]
fn r29_a_recall_of_a_serial_leaves_the_other_serials() {
    let mut world = World::new();
    let recalled = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let sound = world.stock(with(REP_A), serial(PUMP, "S2"), 1);
    let what = Recalled {
        product: product_id(PUMP),
        lot: None,
        serial: Some("S1".into()),
    };
    world.act(ADMIN, issue(what)).unwrap();
    assert_eq!(
        (world.line(recalled).held(), world.line(sound).held()),
        (1, 0)
    );
    let all = Recalled {
        product: product_id(PUMP),
        lot: None,
        serial: None,
    };
    world.act(ADMIN, issue(all)).unwrap();
    assert_eq!(world.line(sound).held(), 1);
}

#[test]
fn r29_what_comes_in_later_or_was_under_way_is_held_too() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let transfer = world.offer(REP_A, REP_B, &[(screws, 4, None)]).unwrap();
    world.act(OFFICE, issue(of_lot("L1"))).unwrap();
    world.answer(REP_B, transfer, &[takes(4)]).unwrap();
    let arrived: Vec<_> = world.state.lines_held_by(with(REP_B)).collect();
    assert_eq!((arrived[0].quantity, arrived[0].held()), (4, 4));

    let received = Command::ReceiveStock {
        custodian: with(REP_B),
        lines: vec![ReceivedLine {
            identity: lot(SCREW, "L1"),
            quantity: 7,
            title: TitleHolder::Manufacturer,
            location: "".into(),
        }],
        reason: "courier".into(),
    };
    let entry = world.act(REP_B, received).unwrap();
    let line = world.state.lines_made_by(entry).next().unwrap();
    assert_eq!(line.held(), 7);
}

#[test]
fn r28_r37_a_use_of_recalled_stock_is_recorded_flagged_and_found() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let case = world.case(REP_A, &[(SCREW, 4)]);
    world
        .act(REP_A, use_of(case, screws, 1, UseStatus::Implanted, ""))
        .unwrap();
    world.act(OFFICE, issue(of_lot("L1"))).unwrap();
    let bare = world.act(REP_A, use_of(case, screws, 2, UseStatus::Implanted, ""));
    assert_eq!(reason(bare), Reason::ReasonNeeded);
    let entries = world
        .decide(
            REP_A,
            use_of(case, screws, 2, UseStatus::Implanted, "before the notice"),
        )
        .unwrap();
    let verdicts = accept(&mut world, entries);
    assert_eq!(flags(&verdicts[0]), [Reason::Recalled, Reason::OnHold]);

    let what = of_lot("L1");
    let found = reach(&world.state, &what);
    assert_eq!(found.on_hand.len(), 1);
    let used: Vec<_> = found
        .used
        .iter()
        .map(|(case, usage)| (*case, usage.quantity))
        .collect();
    assert_eq!(used, [(case, 1), (case, 2)]);
}

#[test]
fn r29_a_hold_of_a_recall_is_released_by_review_and_only_after_its_end() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 10);
    let recall = world.act(OFFICE, issue(of_lot("L1"))).unwrap();
    let release = Command::ReleaseHold {
        lines: vec![(screws, 10)],
        reason: "looked".into(),
    };
    assert_eq!(reason(world.act(OFFICE, release.clone())), Reason::Recalled);
    world.act(OFFICE, end(recall)).unwrap();
    assert!(covering(&world.state, &lot(SCREW, "L1")).is_none());
    assert_eq!(world.line(screws).held(), 10, "nobody has reviewed it yet");
    world.act(OFFICE, release).unwrap();
    assert_eq!(world.line(screws).held(), 0);
    let again = world.act(ADMIN, end(recall)).unwrap_err();
    assert_eq!(
        (again.reason, again.person),
        (Reason::RecallEnded, Some(OFFICE))
    );
    let (_, ended_at) = world.state.recall(recall).unwrap().ended_by.unwrap();
    assert_eq!(again.other_record_at(&world.state), Some(ended_at));
}

#[test]
fn r29_only_the_office_recalls_and_says_why() {
    let mut world = World::new();
    for person in [REP_A, MANAGER] {
        let refusal = world.act(person, issue(of_lot("L1"))).unwrap_err();
        assert_eq!(refusal.reason, Reason::NotAllowed);
        assert!(!refusal.who_may.is_empty());
    }
    let wordless = Command::IssueRecall {
        what: of_lot("L1"),
        reason: " ".into(),
    };
    assert_eq!(reason(world.act(OFFICE, wordless)), Reason::ReasonNeeded);
    let nameless = Command::IssueRecall {
        what: of_lot(""),
        reason: "notice".into(),
    };
    assert_eq!(reason(world.act(OFFICE, nameless)), Reason::Malformed);
}

#[test]
fn r33_the_end_of_a_recall_waits_for_its_beginning() {
    let mut world = World::new();
    let issued = one(world.decide(OFFICE, issue(of_lot("L1"))).unwrap());
    let ended = world.entry(
        OFFICE,
        EntryBody::RecallEnded {
            recall: issued.id,
            reason: "reworked".into(),
        },
    );
    let verdict = world.record(ended.clone());
    assert_eq!(
        verdict.outcome,
        baton_domain::verdict::Outcome::Waiting(issued.id)
    );
    world.record(issued);
    world.record(ended);
    assert!(covering(&world.state, &lot(SCREW, "L1")).is_none());
    let of_nothing = world.entry(
        REP_A,
        EntryBody::RecallIssued {
            what: of_lot("L1"),
            reason: "notice".into(),
        },
    );
    assert_eq!(refused(&world.record(of_nothing)), Reason::NotAllowed);
}

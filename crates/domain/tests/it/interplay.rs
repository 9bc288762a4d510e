//! Where two rules meet: trays and resolutions, recalls and quarantine, reversals and what crosses,
//! loans and corrected identities. Each was found wrong once.

use crate::requests::{give_back, offer_for, request, wanted};
use crate::{accept, disputed, one, reason, refused};
use baton_domain::adjust::{Undo, Undone};
use baton_domain::bill::lines_hash;
use baton_domain::case::UseStatus;
use baton_domain::command::WantedResolution;
use baton_domain::directory::Person;
use baton_domain::entry::ReceivedLine;
use baton_domain::facility_stock::{Price, SoldLine, StockingOrder};
use baton_domain::id::{EntryId, LineId, PersonId};
use baton_domain::plan::{Wish, clashes, plan_cover, shared_account_habit};
use baton_domain::product::Product;
use baton_domain::proposal::ProposalStatus;
use baton_domain::query::{loan_of, sales_total_cents};
use baton_domain::recall::Recalled;
use baton_domain::stock::{Custodian, LineRef, StockLine, TitleHolder};
use baton_domain::testkit::{
    ADMIN, DRIVER, FACILITY, LINKED_ORGANIZATION, MAKER_OFFICE, OFFICE, ORGANIZATION, POOL, PUMP,
    REP_A, REP_B, REP_C, SCREW, World, answer, carry, close, date, lot, offer, phone_of,
    product_id, serial, takes, use_of, with,
};
use baton_domain::time::{LocalTime, Timestamp};
use baton_domain::tray::{TrayCount, contents};
use baton_domain::verdict::Outcome;
use baton_domain::{Command, EntryBody, Reason};

fn pack(tray: LineId, line: LineId) -> Command {
    Command::PackTray {
        tray,
        lines: vec![(line, 1)],
    }
}

fn resolve(world: &mut World, dispute: EntryId, how: WantedResolution) {
    let command = Command::ResolveDisputes {
        disputes: vec![dispute],
        how,
        reason: "asked both".into(),
    };
    world.act(ADMIN, command).unwrap();
}

fn recall(world: &mut World, product: &str, lot: Option<&str>, serial: Option<&str>) -> EntryId {
    let command = Command::IssueRecall {
        what: Recalled {
            product: product_id(product),
            lot: lot.map(Into::into),
            serial: serial.map(Into::into),
        },
        reason: "field notice".into(),
    };
    world.act(OFFICE, command).unwrap()
}

fn revoke(world: &mut World, person: PersonId) {
    let left = Person {
        active: false,
        ..world.state.person(person).unwrap().clone()
    };
    world.act(ADMIN, Command::RecordPerson(left)).unwrap();
}

/// An undo as somebody may record who says something else of the entry than it was.
fn reversal(entry: EntryId, kind: Undone, undo: Undo) -> EntryBody {
    EntryBody::EntryReversed {
        entry,
        kind,
        case: None,
        undo,
        reason: "".into(),
    }
}

fn whole(line: &StockLine) -> LineRef {
    LineRef {
        line: line.id,
        quantity: line.quantity,
        head: line.identity.serial.is_some().then_some(line.head),
    }
}

#[test]
fn r6_nothing_is_packed_into_a_tray_that_lies_in_another() {
    let mut world = World::new();
    let [outer, inner, pump] =
        ["T1", "T2", "S1"].map(|name| world.stock(with(REP_A), serial(PUMP, name), 1));
    world.act(REP_A, pack(outer, inner)).unwrap();
    // It would stay behind when the outer one goes.
    assert_eq!(reason(world.act(REP_A, pack(inner, pump))), Reason::InTray);
}

#[test]
fn r6_what_a_resolution_moves_is_in_its_tray_no_longer() {
    let mut world = World::new();
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let tray = world.stock(with(REP_A), serial(PUMP, "T1"), 1);
    let transfer = world.offer(REP_A, REP_B, &[(pump, 1, None)]).unwrap();
    let receipt = Command::AnswerTransfer {
        transfer,
        answers: vec![takes(1)],
        extras: Vec::new(),
    };
    let late = one(world.decide(REP_B, receipt).unwrap());
    let cancel = Command::CancelTransfer {
        transfer,
        reason: "".into(),
    };
    world.act(REP_A, cancel).unwrap();
    world.act(REP_A, pack(tray, pump)).unwrap();
    let dispute = late.id;
    disputed(&world.record(late));
    resolve(
        &mut world,
        dispute,
        WantedResolution::Claim(vec![(0, pump)]),
    );
    assert_eq!(world.line(pump).custodian, with(REP_B));
    assert!(contents(&world.state, tray).is_empty());
    // The tray goes on without it.
    let transfer = world.offer(REP_A, REP_C, &[(tray, 1, None)]).unwrap();
    world.answer(REP_C, transfer, &[takes(1)]).unwrap();
    assert_eq!(world.line(pump).custodian, with(REP_B));
    assert!(world.state == world.state.reindexed());
}

#[test]
fn r6_a_check_holds_nothing_that_does_not_lie_in_the_tray() {
    let mut world = World::new();
    let tray = world.stock(with(REP_A), serial(PUMP, "T1"), 1);
    let theirs = world.stock(with(REP_B), lot(SCREW, "L1"), 5);
    let command = Command::CheckTray {
        tray,
        found: vec![TrayCount {
            line: theirs,
            found: 0,
        }],
        note: "".into(),
    };
    let entries = world.decide(REP_A, command).unwrap();
    accept(&mut world, entries);
    assert_eq!(world.line(theirs).held(), 0);
    let checked = world.state.tray(tray).unwrap().checked.clone().unwrap();
    assert!(checked.missing.is_empty());
}

#[test]
fn r6_a_packed_tray_is_neither_sold_nor_rebuilt_without_what_lies_in_it() {
    let mut world = World::new();
    let tray = world.stock(with(REP_A), serial(PUMP, "T1"), 1);
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    world.act(REP_A, pack(tray, pump)).unwrap();
    let order = Command::SubmitStockingOrder {
        facility: FACILITY,
        seller: with(REP_A),
        lines: vec![(tray, 1, Price::NoCharge)],
        note: "".into(),
    };
    assert_eq!(reason(world.act(REP_A, order)), Reason::InTray);
    let facility = TitleHolder::Facility(FACILITY);
    let tray = world.stock_of(with(REP_B), serial(PUMP, "T2"), 1, facility);
    let pump = world.stock(with(REP_B), serial(PUMP, "S2"), 1);
    world.act(REP_B, pack(tray, pump)).unwrap();
    let rebuild = Command::RebuildFacilityStock {
        rep: REP_A,
        case: None,
        lines: vec![(tray, 1)],
    };
    assert_eq!(reason(world.act(OFFICE, rebuild)), Reason::InTray);
}

#[test]
fn r29_a_tray_with_something_recalled_in_it_goes_nowhere_but_back() {
    let mut world = World::new();
    let tray = world.stock(with(REP_A), serial(PUMP, "T1"), 1);
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    world.act(REP_A, pack(tray, pump)).unwrap();
    recall(&mut world, PUMP, None, Some("S1"));
    let refusal = world.offer(REP_A, REP_B, &[(tray, 1, None)]).unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.line),
        (Reason::Recalled, Some(pump))
    );
    let back = give_back(with(REP_A), ORGANIZATION, &[(tray, 1)], "field notice");
    world.act(REP_A, back).unwrap();
}

#[test]
fn r29_r38_recalled_stock_that_is_released_from_quarantine_arrives_on_hold() {
    let mut world = World::new();
    recall(&mut world, SCREW, Some("L1"), None);
    let command = Command::ReceiveStock {
        custodian: with(REP_C),
        lines: vec![ReceivedLine {
            identity: lot(SCREW, "L1"),
            quantity: 4,
            title: TitleHolder::Manufacturer,
            location: "".into(),
        }],
        reason: "courier".into(),
    };
    let late = one(world.decide(REP_C, command).unwrap());
    let id = late.id;
    revoke(&mut world, REP_C);
    assert_eq!(disputed(&world.record(late)), Reason::Revoked);
    let back = Person {
        active: true,
        ..world.state.person(REP_C).unwrap().clone()
    };
    world.act(ADMIN, Command::RecordPerson(back)).unwrap();
    resolve(&mut world, id, WantedResolution::Apply);
    let line = world.line(LineId {
        entry: id,
        index: 0,
    });
    assert_eq!((line.quantity, line.held()), (4, 4));
}

#[test]
fn r38_r41_an_approval_that_is_released_from_quarantine_ends_its_proposal() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let what = Command::ChangeRep { case, rep: REP_C };
    let propose = Command::Propose {
        what: Box::new(what),
        note: "".into(),
    };
    let proposal = world.act(REP_C, propose).unwrap();
    let approval = Command::ApproveProposal(proposal);
    let late = one(world.decide(OFFICE, approval.clone()).unwrap());
    let id = late.id;
    world
        .act(ADMIN, Command::RevokeDevice(phone_of(OFFICE)))
        .unwrap();
    assert_eq!(disputed(&world.record(late)), Reason::Revoked);
    let status = |world: &World| world.state.proposal(proposal).unwrap().status.clone();
    assert_eq!(status(&world), ProposalStatus::Open);
    resolve(&mut world, id, WantedResolution::Apply);
    assert_eq!(world.state.case(case).unwrap().rep, REP_C);
    assert!(matches!(
        status(&world),
        ProposalStatus::Approved(OFFICE, _)
    ));
    assert_eq!(reason(world.decide(ADMIN, approval)), Reason::ProposalEnded);
}

#[test]
fn r13_what_arrived_from_another_organization_is_not_undone_as_received() {
    let [mut west, mut maker] = World::linked_pair();
    let pump = serial(PUMP, "S1");
    let shelf = Custodian::Warehouse(LINKED_ORGANIZATION);
    let pump = maker.stock_of(shelf, pump, 1, TitleHolder::Organization);
    let asked = wanted(REP_A, &[(PUMP, 1)]);
    let id = west
        .act(REP_A, request(LINKED_ORGANIZATION, asked))
        .unwrap();
    carry(&mut west, &mut maker);
    let offered = offer_for(id, &[(pump, 1)], None);
    let transfer = maker.act(MAKER_OFFICE, offered).unwrap();
    carry(&mut west, &mut maker);
    let answered = west.answer(REP_A, transfer, &[takes(1)]).unwrap();
    carry(&mut west, &mut maker);
    let line = LineId {
        entry: answered,
        index: 0,
    };
    let undo = Undo {
        gone: vec![whole(west.line(line))],
        ..Undo::default()
    };
    let entry = west.entry(OFFICE, reversal(answered, Undone::Received, undo));
    assert_eq!(refused(&west.record(entry)), Reason::NeverReversed);
    assert_eq!(west.line(line).quantity, 1);
}

#[test]
fn r13_an_adjustment_is_not_undone_by_halves_as_something_received() {
    let mut world = World::new();
    let lost = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let adjust = Command::AdjustStock {
        custodian: with(REP_A),
        away: vec![(lost, 2)],
        found: vec![ReceivedLine {
            identity: lot(SCREW, "L2"),
            quantity: 2,
            title: TitleHolder::Manufacturer,
            location: "".into(),
        }],
        reason: "misread".into(),
    };
    let id = world.act(REP_A, adjust).unwrap();
    let found = LineId {
        entry: id,
        index: 1,
    };
    let undo = Undo {
        gone: vec![whole(world.line(found))],
        ..Undo::default()
    };
    let entry = world.entry(REP_A, reversal(id, Undone::Received, undo));
    assert_eq!(refused(&world.record(entry)), Reason::NeverReversed);
}

#[test]
fn r13_r29_the_hold_of_a_recall_is_not_undone_but_released_after_review() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let notice = recall(&mut world, SCREW, Some("L1"), None);
    let end = Command::EndRecall {
        recall: notice,
        reason: "reworked".into(),
    };
    world.act(OFFICE, end).unwrap();
    let undo = Undo {
        released: vec![whole(world.line(line))],
        ..Undo::default()
    };
    let entry = world.entry(REP_A, reversal(notice, Undone::Held, undo));
    assert_eq!(refused(&world.record(entry)), Reason::NeverReversed);
    assert_eq!(world.line(line).held(), 5);
}

#[test]
fn r13_r33_a_use_with_a_disputed_line_is_undone_after_the_dispute() {
    let mut world = World::new();
    let pump = world.stock(Custodian::Pool(POOL), serial(PUMP, "S1"), 1);
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 5), (PUMP, 2)]);
    let both = [pump, screws].map(|line| baton_domain::command::WantedUse {
        source: baton_domain::command::UseSource::Line(line),
        quantity: 1,
        status: UseStatus::Implanted,
    });
    let command = Command::RecordUsage {
        case,
        lines: both.into(),
        reason: "".into(),
    };
    let late = one(world.decide(REP_A, command).unwrap());
    let id = late.id;
    let was = late.body.clone();
    world
        .act(REP_A, use_of(case, pump, 1, UseStatus::Implanted, ""))
        .unwrap();
    world.record(late);
    assert!(world.state.dispute(id).unwrap().is_open());
    let undo = |world: &World| {
        let known = world.state.case(case).unwrap();
        let used = known.usage.iter().find(|usage| usage.entry == id);
        let back = used.map(|usage| LineRef {
            line: screws,
            quantity: usage.quantity,
            head: None,
        });
        EntryBody::EntryReversed {
            entry: id,
            kind: Undone::Used,
            case: Some(case),
            undo: Undo {
                back: back.into_iter().collect(),
                ..Undo::default()
            },
            reason: "".into(),
        }
    };
    // Otherwise the dispute could bring back a use that its author had undone.
    let body = undo(&world);
    let entry = world.entry(REP_A, body);
    assert_eq!(disputed(&world.record(entry)), Reason::Disputed);
    assert_eq!(world.line(screws).quantity, 4);
    resolve(&mut world, id, WantedResolution::Uphold);
    // What hung on the dispute took effect with its end.
    assert_eq!(world.line(screws).quantity, 5);
    let again = Command::Undo {
        entry: id,
        was: Box::new(was),
        reason: "typed twice".into(),
    };
    assert!(world.decide(REP_A, again).is_err(), "undone once");
    let known = world.state.case(case).unwrap();
    assert!(known.usage.iter().all(|usage| usage.entry != id));
}

#[test]
fn r11_r13_an_undone_use_gives_back_what_it_took_whatever_the_catalogue_says_by_now() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(DRIVER, "-"), 3);
    let case = world.case(REP_A, &[(DRIVER, 3)]);
    let list = |world: &mut World, single_use| {
        let known = world.state.product(&product_id(DRIVER)).unwrap().clone();
        let product = Product {
            single_use,
            ..known
        };
        world
            .act(OFFICE, Command::ListProducts(vec![product]))
            .unwrap();
    };
    let undo = |world: &mut World, entry| {
        let known = world.ledger.iter().find(|(known, _)| known.id == entry);
        let was = Box::new(known.unwrap().0.body.clone());
        let command = Command::Undo {
            entry,
            was,
            reason: "".into(),
        };
        world.act(REP_A, command).unwrap();
    };
    let used = use_of(case, line, 1, UseStatus::Used, "");
    let reusable = world.act(REP_A, used.clone()).unwrap();
    list(&mut world, true);
    undo(&mut world, reusable);
    assert_eq!(world.line(line).quantity, 3, "it never left");
    let single = world.act(REP_A, used).unwrap();
    assert_eq!(world.line(line).quantity, 2);
    list(&mut world, false);
    undo(&mut world, single);
    assert_eq!(world.line(line).quantity, 3, "it comes back");
}

#[test]
fn r19_r20_a_signature_is_not_voided_by_selling_what_was_used_and_came_back() {
    let mut world = World::new();
    let driver = world.stock(with(REP_A), serial(DRIVER, "D1"), 1);
    let case = world.case(REP_A, &[(DRIVER, 1)]);
    world
        .act(REP_A, use_of(case, driver, 1, UseStatus::Used, ""))
        .unwrap();
    let hash = |world: &World| lines_hash(&world.state, world.state.case(case).unwrap());
    let signed = hash(&world);
    world.act(REP_A, close(case, signed)).unwrap();
    let order = Command::SubmitStockingOrder {
        facility: FACILITY,
        seller: with(REP_A),
        lines: vec![(driver, 1, Price::NoCharge)],
        note: "".into(),
    };
    world.act(REP_A, order).unwrap();
    assert_eq!(hash(&world), signed);
}

#[test]
fn r11_r33_a_line_of_an_offer_that_was_refused_does_not_cross() {
    let [mut west, mut maker] = World::linked_pair();
    let [first, second] = ["L1", "L2"].map(|name| west.stock(with(REP_A), lot(SCREW, name), 3));
    let case = west.case(REP_A, &[(SCREW, 3)]);
    let back = give_back(
        with(REP_A),
        LINKED_ORGANIZATION,
        &[(first, 3), (second, 3)],
        "spare",
    );
    let late = one(west.decide(REP_A, back).unwrap());
    let transfer = late.id;
    west.act(REP_A, use_of(case, first, 1, UseStatus::Implanted, ""))
        .unwrap();
    let verdict = west.record(late);
    assert_eq!(verdict.outcome, Outcome::Accepted);
    assert!(matches!(verdict.line(0), Outcome::Refused(_)));
    carry(&mut west, &mut maker);
    let seen = &maker.state.transfer(transfer).unwrap().lines;
    let lots: Vec<_> = seen.iter().map(|line| line.identity.lot.clone()).collect();
    assert_eq!(lots, [Some("L2".into())], "pieces that nobody released");
    let answered = answer(2, 0, 1);
    maker.answer(MAKER_OFFICE, transfer, &[answered]).unwrap();
    carry(&mut west, &mut maker);
    let left = |line| (west.line(line).quantity, west.line(line).held());
    assert_eq!([first, second].map(left), [(2, 0), (1, 1)]);
    let there: u32 = maker.state.lines().map(|line| line.quantity).sum();
    assert_eq!(there, 2);
    assert_eq!(west.state.disputes().count(), 0);
}

/// Screws lent to rep A until 15 January, and the transfer.
fn lent(world: &mut World) -> LineId {
    let shelf = world.stock(Custodian::Warehouse(ORGANIZATION), lot(SCREW, "L1"), 9);
    let id = world
        .act(REP_A, request(ORGANIZATION, wanted(REP_A, &[(SCREW, 4)])))
        .unwrap();
    let day = Some(date(2027, 1, 15));
    let transfer = world
        .act(OFFICE, offer_for(id, &[(shelf, 4)], day))
        .unwrap();
    LineId {
        entry: world.answer(REP_A, transfer, &[takes(4)]).unwrap(),
        index: 0,
    }
}

#[test]
fn r12_what_is_lent_stays_due_back_under_its_corrected_identity() {
    let mut world = World::new();
    let line = lent(&mut world);
    let correct = Command::CorrectIdentity {
        line,
        quantity: 4,
        identity: lot(SCREW, "L7"),
        reason: "misread".into(),
    };
    let entry = world.act(REP_A, correct).unwrap();
    let corrected = LineId { entry, index: 0 };
    let due = loan_of(&world.state, corrected).and_then(|loan| loan.due_back());
    assert_eq!(due, Some(date(2027, 1, 15)));
}

#[test]
fn what_was_lent_and_is_back_is_due_back_no_longer() {
    let mut world = World::new();
    let line = lent(&mut world);
    let back = give_back(with(REP_A), ORGANIZATION, &[(line, 3)], "not needed");
    let transfer = world.act(REP_A, back).unwrap();
    let entry = world.answer(OFFICE, transfer, &[takes(3)]).unwrap();
    let due = |line| loan_of(&world.state, line).and_then(|loan| loan.due_back());
    assert_eq!(due(LineId { entry, index: 0 }), None);
    assert_eq!(due(line), Some(date(2027, 1, 15)), "one is still out");
}

#[test]
fn a_line_that_is_its_own_ancestor_ends_the_search() {
    // No entry makes such lines; a page that somebody damaged may.
    let mut world = World::new();
    let [first, second] = ["L1", "L1"].map(|name| world.stock(with(REP_A), lot(SCREW, name), 2));
    for (line, other) in [(first, second), (second, first)] {
        let known = world.line(line).clone();
        world.state.put_line(StockLine {
            parent: Some(other),
            replaces: Some(other),
            quantity: 0,
            ..known
        });
    }
    assert!(loan_of(&world.state, first).is_none());
    let case = world.case(REP_A, &[(SCREW, 2)]);
    let entry = world.entry(
        REP_A,
        EntryBody::UsageRecorded {
            case,
            lines: vec![baton_domain::entry::UsedLine {
                line: Some(first),
                head: None,
                identity: lot(SCREW, "L1"),
                quantity: 1,
                status: UseStatus::Implanted,
                presumed_holder: "".into(),
            }],
            reason: "".into(),
        },
    );
    assert_eq!(disputed(&world.record(entry)), Reason::NotEnough);
}

#[test]
fn the_largest_totals_and_the_furthest_dates_stay_within_their_numbers() {
    let mut world = World::new();
    let sold = SoldLine {
        line: LineId {
            entry: EntryId::from_bytes([1; 16]),
            index: 0,
        },
        identity: lot(SCREW, "L1"),
        quantity: 1_000_000,
        price: Price::CentsEach(1_000_000_000),
        replaces: None,
    };
    for number in 0..40 {
        world.state.put_stocking_order(StockingOrder {
            id: EntryId::from_bytes([number; 16]),
            facility: FACILITY,
            seller: with(REP_A),
            lines: vec![sold.clone(); 500],
            note: "".into(),
            by: (
                REP_A,
                Timestamp {
                    unix_ms: 0,
                    offset_min: 0,
                },
            ),
        });
    }
    assert_eq!(sales_total_cents(&world.state, FACILITY), u64::MAX);
    // A clock far off, a case in the last year there is.
    let now = |unix_ms| Timestamp {
        unix_ms,
        offset_min: 0,
    };
    for unix_ms in [i64::MIN, i64::MAX] {
        let habit = shared_account_habit(&world.state, REP_A, REP_B, now(unix_ms));
        assert_eq!(habit, None);
    }
    let far = |world: &mut World, year, month, day| {
        let command = Command::ScheduleCase {
            facility: FACILITY,
            starts_at: LocalTime {
                date: date(year, month, day),
                minute: 1439,
            },
            utc_offset_min: -960,
            room: "".into(),
            rep: REP_A,
            needs: vec![baton_domain::case::Need {
                product: product_id(SCREW),
                quantity: 1_000_000,
            }],
            details: None,
        };
        world.act(OFFICE, command).unwrap()
    };
    let last = far(&mut world, 9999, 12, 31);
    let first = far(&mut world, 1, 1, 1);
    let known = world.state.case(last).unwrap();
    assert!(clashes(&world.state, known, REP_A).is_empty());
    for case in [first, last] {
        for today in [date(1, 1, 1), date(9999, 12, 31)] {
            plan_cover(&world.state, case, REP_B, Wish::everything(today)).unwrap();
        }
    }
}

#[test]
fn r38_what_came_from_an_unknown_phone_is_neither_returned_nor_put_back() {
    let mut world = World::new();
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let made = world.line(pump).head;
    world.state.put_unverified(made);
    let back = give_back(with(REP_A), ORGANIZATION, &[(pump, 1)], "spare");
    assert_eq!(reason(world.decide(REP_A, back)), Reason::Unverified);
    let put_back = Command::DrawStock {
        from: with(REP_A),
        to: Custodian::Pool(POOL),
        lines: vec![(pump, 1)],
        note: "".into(),
    };
    assert_eq!(reason(world.decide(REP_A, put_back)), Reason::Unverified);
    let offered = offer(with(REP_A), with(REP_B), &[(pump, 1, None)]);
    assert_eq!(reason(world.decide(REP_A, offered)), Reason::Unverified);
}

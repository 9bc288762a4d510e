//! Adjustments and counts, shared accounts without a second side (R3), corrected identities (R12),
//! reversals (R13).

use crate::{accept, disputed, flags, one, reason, refused};
use baton_domain::adjust::needs_review;
use baton_domain::case::{CaseStatus, UseStatus};
use baton_domain::directory::SharingLink;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::{EntryId, LineId, PersonId};
use baton_domain::stock::{Custodian, Identity, TitleHolder};
use baton_domain::testkit::{
    FACILITY, LINKED_PLATE, MANAGER, OFFICE, POOL, PUMP, REP_A, REP_B, SCREW, World, lot, offer,
    serial, takes, use_of, with,
};
use baton_domain::{Command, Entry, EntryBody, Reason, Verdict};

const SHARED: Custodian = Custodian::Pool(POOL);

fn adjust(holder: PersonId, away: &[(LineId, u32)], found: Vec<ReceivedLine>) -> Command {
    Command::AdjustStock {
        custodian: with(holder),
        away: away.to_vec(),
        found,
        reason: "dropped".into(),
    }
}

fn found(identity: Identity, title: TitleHolder) -> ReceivedLine {
    ReceivedLine {
        identity,
        quantity: 1,
        title,
        location: "".into(),
    }
}

fn draw(from: Custodian, to: Custodian, line: LineId, quantity: u32) -> Command {
    Command::DrawStock {
        from,
        to,
        lines: vec![(line, quantity)],
        note: "".into(),
    }
}

fn correct(line: LineId, quantity: u32, identity: Identity) -> Command {
    Command::CorrectIdentity {
        line,
        quantity,
        identity,
        reason: "misread".into(),
    }
}

/// Undoes what was recorded last under that id.
fn undo(world: &World, entry: EntryId) -> Command {
    let recorded = world.ledger.iter().find(|(known, _)| known.id == entry);
    Command::Undo {
        entry,
        was: Box::new(recorded.unwrap().0.body.clone()),
        reason: "typed twice".into(),
    }
}

fn receive(world: &mut World, identity: Identity, quantity: u32) -> (EntryId, LineId) {
    let line = ReceivedLine {
        quantity,
        ..found(identity, TitleHolder::Manufacturer)
    };
    let entry = world
        .act(
            REP_A,
            Command::ReceiveStock {
                custodian: with(REP_A),
                lines: vec![line],
                reason: "courier".into(),
            },
        )
        .unwrap();
    (entry, LineId { entry, index: 0 })
}

#[test]
fn r11_an_adjustment_takes_away_and_finds_and_is_reviewed_after() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 5)]);
    world.mark(case, line, 5).unwrap();
    let pump = found(serial(PUMP, "S1"), TitleHolder::Manufacturer);
    let id = world
        .act(REP_A, adjust(REP_A, &[(line, 2)], vec![pump]))
        .unwrap();
    // What is gone is gone, also where it was marked.
    assert_eq!(
        (world.line(line).quantity, world.line(line).kept_for(case)),
        (3, 3)
    );
    let there = world.line(LineId {
        entry: id,
        index: 1,
    });
    assert_eq!((there.quantity, there.custodian), (1, with(REP_A)));
    let review = |adjustment| Command::ReviewAdjustment {
        adjustment,
        note: "".into(),
    };
    let adjustment = world.state.adjustment(id).unwrap();
    assert!(needs_review(&world.state, adjustment));
    assert_eq!(reason(world.decide(REP_A, review(id))), Reason::NotAllowed);
    world.act(MANAGER, review(id)).unwrap();
    assert!(!needs_review(
        &world.state,
        world.state.adjustment(id).unwrap()
    ));
    let again = world.decide(OFFICE, review(id)).unwrap_err();
    assert_eq!(again.reason, Reason::AlreadyReviewed);
    let (_, reviewed_at) = world.state.adjustment(id).unwrap().reviewed_by.unwrap();
    assert_eq!(again.other_record_at(&world.state), Some(reviewed_at));
    let own = world
        .act(OFFICE, adjust(REP_A, &[(line, 1)], Vec::new()))
        .unwrap();
    assert!(!needs_review(
        &world.state,
        world.state.adjustment(own).unwrap()
    ));
    assert_eq!(reason(world.decide(OFFICE, review(own))), Reason::OwnAct);
}

#[test]
fn r33_what_is_offered_disputed_or_not_there_is_not_adjusted_away() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let theirs = world.stock(with(REP_B), lot(SCREW, "L1"), 5);
    world.offer(REP_A, REP_B, &[(line, 4, None)]).unwrap();
    let mut away =
        |lines: &[(LineId, u32)]| reason(world.decide(REP_A, adjust(REP_A, lines, Vec::new())));
    assert_eq!(away(&[(line, 2)]), Reason::Offered);
    assert_eq!(away(&[(line, 6)]), Reason::NotEnough);
    assert_eq!(away(&[(line, 0)]), Reason::Malformed);
    assert_eq!(away(&[]), Reason::Malformed);
    assert_eq!(away(&[(theirs, 1)]), Reason::NotCustodian);
    let mut without = adjust(REP_A, &[(line, 1)], Vec::new());
    if let Command::AdjustStock { reason, .. } = &mut without {
        *reason = " ".into();
    }
    assert_eq!(reason(world.decide(REP_A, without)), Reason::ReasonNeeded);
    let theirs = adjust(REP_B, &[(theirs, 1)], Vec::new());
    assert_eq!(reason(world.decide(REP_A, theirs)), Reason::NotAllowed);
}

#[test]
fn r9_r20_what_is_found_is_neither_elsewhere_nor_sold_by_finding_it() {
    let mut world = World::new();
    world.stock(with(REP_B), serial(PUMP, "S1"), 1);
    let facility = TitleHolder::Facility(FACILITY);
    let mut find =
        |identity, title| world.decide(REP_A, adjust(REP_A, &[], vec![found(identity, title)]));
    let twin = find(serial(PUMP, "S1"), TitleHolder::Manufacturer);
    assert_eq!(reason(twin), Reason::SerialActive);
    assert_eq!(
        reason(find(lot(SCREW, "L1"), facility.clone())),
        Reason::NotAllowed
    );
    // R26 is about creating stock: what lies there lies there.
    assert!(find(lot(LINKED_PLATE, "L1"), TitleHolder::Manufacturer).is_ok());
    world.stock_of(with(REP_A), lot(SCREW, "L1"), 1, facility.clone());
    let again = adjust(REP_A, &[], vec![found(lot(SCREW, "L1"), facility)]);
    assert!(world.decide(REP_A, again).is_ok());
}

#[test]
fn a_count_is_a_fact_and_what_differs_is_adjusted_with_it() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let more = world.stock(with(REP_A), lot(SCREW, "L2"), 5);
    let same = world.stock(with(REP_A), lot(SCREW, "L3"), 5);
    let count = |lines: &[(LineId, u32)]| Command::CountStock {
        custodian: with(REP_A),
        counted: lines.to_vec(),
        note: "trunk".into(),
    };
    let entries = world
        .decide(REP_A, count(&[(line, 3), (more, 6), (same, 5)]))
        .unwrap();
    assert!(entries[0].body.is_fact() && !entries[1].body.is_fact());
    let id = entries[1].id;
    accept(&mut world, entries);
    assert_eq!(
        [line, more, same].map(|line| world.line(line).quantity),
        [3, 5, 5]
    );
    let adjustment = world.state.adjustment(id).unwrap();
    assert_eq!(adjustment.away, [(line, 2)]);
    let found = world.line(adjustment.found[0]);
    assert_eq!(found.quantity, 1);
    assert_eq!(found.identity, world.line(more).identity);
    assert_eq!(world.decide(REP_A, count(&[(same, 5)])).unwrap().len(), 1);
    // Somebody whose role does not reach that custody counted all the same.
    let entries = world.decide(REP_B, count(&[(same, 5)])).unwrap();
    assert_eq!(flags(&world.record(one(entries))), [Reason::NotAllowed]);
}

#[test]
fn r3_a_member_draws_and_puts_back_in_one_act() {
    let mut world = World::new();
    let line = world.stock(SHARED, lot(SCREW, "L1"), 5);
    let pump = world.stock(SHARED, serial(PUMP, "S1"), 1);
    let id = world
        .act(REP_A, draw(SHARED, with(REP_A), line, 2))
        .unwrap();
    let drawn = LineId {
        entry: id,
        index: 0,
    };
    assert_eq!(world.line(line).quantity, 3);
    assert_eq!(
        (world.line(drawn).quantity, world.line(drawn).custodian),
        (2, with(REP_A))
    );
    assert_eq!(world.line(drawn).title, TitleHolder::Manufacturer);
    let (_, verdict) = world.ledger.last().unwrap();
    assert_eq!(flags(verdict), [Reason::NoSecondSide]);
    world
        .act(REP_A, draw(SHARED, with(REP_A), pump, 1))
        .unwrap();
    assert_eq!(world.line(pump).custodian, with(REP_A));
    world
        .act(REP_A, draw(with(REP_A), SHARED, pump, 1))
        .unwrap();
    assert_eq!(world.line(pump).custodian, SHARED);
    // No member, nobody's account, more than is free, Facility Stock.
    let mut try_it = |who, command| reason(world.decide(who, command));
    assert_eq!(
        try_it(REP_B, draw(SHARED, with(REP_B), line, 1)),
        Reason::LinkNeeded
    );
    assert_eq!(
        try_it(REP_B, draw(SHARED, with(REP_A), line, 1)),
        Reason::NotAllowed
    );
    let between = draw(with(REP_A), with(REP_B), drawn, 1);
    assert_eq!(try_it(REP_A, between), Reason::NotAnAccount);
    assert_eq!(
        try_it(REP_A, draw(SHARED, with(REP_A), line, 4)),
        Reason::NotEnough
    );
    let sold = world.stock_of(SHARED, lot(SCREW, "L2"), 1, TitleHolder::Facility(FACILITY));
    let stays = world.decide(REP_A, draw(SHARED, with(REP_A), sold, 1));
    assert_eq!(reason(stays), Reason::FacilityStockStays);
}

#[test]
fn r35_two_members_who_draw_the_same_piece_end_in_a_dispute() {
    let mut world = World::new();
    let pump = world.stock(SHARED, serial(PUMP, "S1"), 1);
    let link = SharingLink {
        account: SHARED,
        rep: REP_B,
    };
    world.by_server(EntryBody::SharingLinkSet { link, active: true });
    let away = world.state.clone();
    let mut both = Vec::new();
    for rep in [REP_A, REP_B] {
        let entries = world.decide_on(&away, rep, draw(SHARED, with(rep), pump, 1));
        both.push(one(entries.unwrap()));
    }
    let words: Vec<_> = both.into_iter().map(|entry| world.record(entry)).collect();
    assert_eq!(flags(&words[0]), [Reason::NoSecondSide]);
    assert_eq!(disputed(&words[1]), Reason::LineChanged);
    assert_eq!(
        (world.line(pump).custodian, world.line(pump).disputed),
        (with(REP_A), 1)
    );
}

#[test]
fn r12_an_identity_is_corrected_by_a_line_that_replaces() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    world.stock(with(REP_B), serial(PUMP, "S2"), 1);
    let id = world
        .act(REP_A, correct(line, 2, lot(SCREW, "L7")))
        .unwrap();
    let new = world.line(LineId {
        entry: id,
        index: 0,
    });
    assert_eq!((new.quantity, new.replaces), (2, Some(line)));
    assert_eq!(new.identity, lot(SCREW, "L7"));
    assert_eq!(
        (world.line(line).quantity, &world.line(line).identity),
        (3, &lot(SCREW, "L1"))
    );
    let replaced: Vec<_> = world.state.replacements(line).map(|line| line.id).collect();
    assert_eq!(replaced, [new.id]);
    let mut try_it =
        |line, quantity, identity| reason(world.decide(REP_A, correct(line, quantity, identity)));
    assert_eq!(try_it(pump, 1, serial(PUMP, "S2")), Reason::SerialActive);
    assert_eq!(try_it(pump, 1, lot(PUMP, "L1")), Reason::SerialNeeded);
    assert_eq!(try_it(pump, 1, serial(PUMP, "S1")), Reason::Malformed);
    assert_eq!(try_it(line, 4, lot(SCREW, "L7")), Reason::NotEnough);
    // The same serial with another expiry is the same piece.
    let mut identity = serial(PUMP, "S1");
    identity.expiry = None;
    world.act(REP_A, correct(pump, 1, identity)).unwrap();
    assert_eq!(world.line(pump).quantity, 0);
}

#[test]
fn r13_a_use_is_undone_and_what_was_marked_is_marked_again() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let case = world.case(REP_A, &[(SCREW, 5), (PUMP, 1)]);
    world.mark(case, line, 2).unwrap();
    for (line, quantity) in [(line, 3), (pump, 1)] {
        let used = use_of(case, line, quantity, UseStatus::Implanted, "");
        let id = world.act(REP_A, used).unwrap();
        world.act(REP_A, undo(&world.clone(), id)).unwrap();
        assert!(world.state.reversal(id).is_some());
        let again = undo(&world, id);
        assert!(world.decide(REP_A, again).is_err());
    }
    assert_eq!(world.line(line).quantity, 5);
    assert_eq!(world.line(line).kept_for(case), 2);
    assert_eq!(world.line(pump).quantity, 1);
    let known = world.state.case(case).unwrap();
    assert!(known.usage.is_empty());
    assert_eq!(known.status, CaseStatus::Scheduled);
}

#[test]
fn r13_undoing_a_use_that_won_over_a_rebuild_gives_the_piece_to_its_first_holder() {
    let mut world = World::new();
    let facility = TitleHolder::Facility(FACILITY);
    let first = world.stock_of(with(REP_A), serial(PUMP, "S1"), 1, facility);
    let case = world.case(REP_A, &[(PUMP, 1)]);
    let away = world.state.clone();
    let used = use_of(case, first, 1, UseStatus::Implanted, "");
    let used = world.decide_on(&away, REP_A, used).unwrap();
    let id = used[0].id;
    let rebuild = Command::RebuildFacilityStock {
        rep: REP_B,
        case: None,
        lines: vec![(first, 1)],
    };
    world.act(OFFICE, rebuild).unwrap();
    accept(&mut world, used);
    world.act(REP_A, undo(&world.clone(), id)).unwrap();
    let active = world
        .state
        .active_serial(&world.line(first).identity.product, "S1");
    assert_eq!(active.unwrap().id, first);
}

#[test]
fn r13_nothing_later_may_build_on_what_is_undone() {
    let mut world = World::new();
    let (entry, line) = receive(&mut world, lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 5)]);
    let marked = world.mark(case, line, 1).unwrap();
    let wanted = undo(&world, entry);
    assert_eq!(reason(world.decide(REP_A, wanted)), Reason::BuiltUpon);
    world.act(REP_A, undo(&world.clone(), marked)).unwrap();
    world.act(REP_A, undo(&world.clone(), entry)).unwrap();
    assert_eq!(world.line(line).quantity, 0);
    // A serial that came back in the meantime.
    let (first, pump) = receive(&mut world, serial(PUMP, "S1"), 1);
    let used = use_of(case, pump, 1, UseStatus::Wasted, "not needed by the case");
    let used = world.act(REP_A, used).unwrap();
    let wanted = undo(&world, first);
    assert_eq!(reason(world.decide(REP_A, wanted)), Reason::BuiltUpon);
    receive(&mut world, serial(PUMP, "S1"), 1);
    let wanted = undo(&world, used);
    assert_eq!(reason(world.decide(REP_A, wanted)), Reason::SerialActive);
}

#[test]
fn r13_a_hold_is_undone_by_as_much_as_it_held() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let hold = |quantity| Command::HoldStock {
        lines: vec![(line, quantity)],
        reason: "look".into(),
    };
    world.act(OFFICE, hold(2)).unwrap();
    let mine = world.act(REP_A, hold(1)).unwrap();
    world.act(REP_A, undo(&world.clone(), mine)).unwrap();
    assert_eq!(world.line(line).held(), 2);
    let by_office = |(entry, _): &&(Entry, Verdict)| entry.actor == OFFICE;
    let office = world.ledger.iter().rfind(by_office).unwrap().0.id;
    let wanted = undo(&world, office);
    assert!(world.decide(REP_A, wanted).is_err());
}

#[test]
fn r13_an_adjustment_is_undone_whole() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let more = found(serial(PUMP, "S2"), TitleHolder::Manufacturer);
    let lines = [(line, 2), (pump, 1)];
    let id = world.act(REP_A, adjust(REP_A, &lines, vec![more])).unwrap();
    world.act(REP_A, undo(&world.clone(), id)).unwrap();
    let quantity = |line| world.line(line).quantity;
    assert_eq!(
        [
            line,
            pump,
            LineId {
                entry: id,
                index: 2
            }
        ]
        .map(quantity),
        [5, 1, 0]
    );
}

#[test]
fn r13_transfers_orders_and_rebuilds_are_never_undone() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let transfer = world.act(REP_A, offer(with(REP_A), with(REP_B), &[(line, 1, None)]));
    let answered = world.answer(REP_B, transfer.unwrap(), &[takes(1)]).unwrap();
    let order = Command::SubmitStockingOrder {
        facility: FACILITY,
        seller: with(REP_A),
        lines: vec![(line, 1, baton_domain::facility_stock::Price::NoCharge)],
        note: "".into(),
    };
    let order = world.act(REP_A, order).unwrap();
    for entry in [answered, order] {
        let wanted = undo(&world, entry);
        assert_eq!(reason(world.decide(OFFICE, wanted)), Reason::NeverReversed);
    }
    // Not by claiming that it was something else either.
    let child = LineId {
        entry: order,
        index: 0,
    };
    let was = EntryBody::StockReceived {
        custodian: with(REP_A),
        lines: Vec::new(),
        reason: "".into(),
    };
    let wanted = Command::Undo {
        entry: order,
        was: Box::new(was),
        reason: "".into(),
    };
    assert_eq!(reason(world.decide(OFFICE, wanted)), Reason::BuiltUpon);
    assert_eq!(world.line(child).quantity, 1);
}

#[test]
fn r13_only_who_could_have_done_it_undoes_it() {
    let mut world = World::new();
    let (entry, _) = receive(&mut world, lot(SCREW, "L1"), 5);
    let wanted = undo(&world, entry);
    assert_eq!(reason(world.decide(REP_B, wanted)), Reason::NotAllowed);
    let away = world.state.clone();
    let wanted = undo(&world, entry);
    let twice = world.decide_on(&away, REP_A, wanted.clone()).unwrap();
    world.act(OFFICE, wanted).unwrap();
    assert_eq!(refused(&world.record(one(twice))), Reason::AlreadyReversed);
}

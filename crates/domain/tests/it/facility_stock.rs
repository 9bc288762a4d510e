//! R20 to R23: sold to a facility, used there once, shared by a link or rebuilt.

use crate::{accept, disputed, flags, one, reason, refused};
use baton_domain::case::UseStatus;
use baton_domain::directory::{Settings, SharingLink};
use baton_domain::facility_stock::{Price, PriceError};
use baton_domain::id::{CaseId, EntryId, FacilityId, LineId, PersonId};
use baton_domain::query::{self, FacilityStockWay};
use baton_domain::readiness::{Light, readiness};
use baton_domain::stock::{Claimant, Custodian, TitleHolder};
use baton_domain::testkit::{
    ADMIN, FACILITY, MANAGER, OFFICE, OTHER_FACILITY, POOL, PRINCIPAL, PUMP, REP_A, REP_B, REP_C,
    SCREW, World, date, lot, offer, serial, use_of, with,
};
use baton_domain::{Command, Outcome, Reason, Refusal};

const EACH: Price = Price::CentsEach(125_000);

fn order(facility: FacilityId, seller: Custodian, lines: &[(LineId, u32, Price)]) -> Command {
    Command::SubmitStockingOrder {
        facility,
        seller,
        lines: lines.to_vec(),
        note: "PO 4711".into(),
    }
}

fn rebuild(rep: PersonId, case: Option<CaseId>, line: LineId, quantity: u32) -> Command {
    Command::RebuildFacilityStock {
        rep,
        case,
        lines: vec![(line, quantity)],
    }
}

/// Sells to [`FACILITY`]; the line that is Facility Stock now.
fn sold(world: &mut World, seller: PersonId, line: LineId, quantity: u32) -> LineId {
    let command = order(FACILITY, with(seller), &[(line, quantity, EACH)]);
    let entry = world.act(seller, command).unwrap();
    world.state.stocking_order(entry).unwrap().lines[0].line
}

fn made(entry: EntryId) -> LineId {
    LineId { entry, index: 0 }
}

#[test]
fn r20_a_stocking_order_moves_title_and_leaves_custody() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let lines = [(screws, 2, EACH), (pump, 1, Price::NoCharge)];
    let id = world
        .act(REP_A, order(FACILITY, with(REP_A), &lines))
        .unwrap();
    let facility = TitleHolder::Facility(FACILITY);
    let part = world.line(made(id));
    assert_eq!((part.quantity, &part.title), (2, &facility));
    assert_eq!(part.parent, Some(screws));
    assert_eq!(part.identity, world.line(screws).identity);
    assert_eq!(world.line(screws).quantity, 3);
    assert_eq!(world.line(screws).title, TitleHolder::Manufacturer);
    assert_eq!(world.line(pump).title, facility);
    assert_eq!(world.line(pump).head, id);
    assert!([made(id), pump].map(|line| world.line(line).custodian) == [with(REP_A); 2]);
    let order = world.state.stocking_order(id).unwrap();
    assert_eq!(order.total_cents(), 250_000);
    assert_eq!(query::sales_total_cents(&world.state, FACILITY), 250_000);
    let found: Vec<_> = world
        .state
        .facility_stock(FACILITY)
        .map(|line| line.id)
        .collect();
    assert_eq!(found, [pump, made(id)]);
}

#[test]
fn r20_only_what_the_seller_holds_and_is_free_is_sold() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let theirs = world.stock(with(REP_B), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 4)]);
    world.mark(case, screws, 3).unwrap();
    let sell = |world: &mut World, line, quantity| {
        world.decide(
            REP_A,
            order(FACILITY, with(REP_A), &[(line, quantity, EACH)]),
        )
    };
    assert_eq!(reason(sell(&mut world, theirs, 1)), Reason::NotCustodian);
    assert_eq!(
        reason(sell(&mut world, screws, 3)),
        Reason::KeptForOtherCase
    );
    assert_eq!(reason(sell(&mut world, screws, 6)), Reason::NotEnough);
    assert_eq!(reason(sell(&mut world, screws, 0)), Reason::Malformed);
    let held = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let hold = |line, quantity| Command::HoldStock {
        lines: vec![(line, quantity)],
        reason: "look".into(),
    };
    world.act(REP_A, hold(held, 1)).unwrap();
    assert_eq!(reason(sell(&mut world, held, 1)), Reason::OnHold);
    world.act(REP_A, hold(screws, 2)).unwrap();
    let marked_and_held = reason(sell(&mut world, screws, 1));
    assert_eq!(marked_and_held, Reason::KeptForOtherCase);
    let part = sold(&mut world, REP_B, theirs, 5);
    let again = order(FACILITY, with(REP_B), &[(part, 1, EACH)]);
    assert_eq!(reason(world.decide(REP_B, again)), Reason::AlreadySold);
}

#[test]
fn r20_what_cannot_be_an_order_is_refused() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let wrong = [
        order(FACILITY, with(REP_A), &[]),
        order(FACILITY, with(REP_A), &[(line, 1, EACH), (line, 1, EACH)]),
        order(
            FACILITY,
            with(REP_A),
            &[(line, 1, Price::CentsEach(u32::MAX))],
        ),
        order(
            FACILITY,
            Custodian::Warehouse(baton_domain::testkit::ORGANIZATION),
            &[(line, 1, EACH)],
        ),
    ];
    for command in wrong {
        assert_eq!(reason(world.decide(ADMIN, command)), Reason::Malformed);
    }
    let nowhere = order(
        FacilityId::from_bytes([9; 16]),
        with(REP_A),
        &[(line, 1, EACH)],
    );
    assert_eq!(reason(world.decide(ADMIN, nowhere)), Reason::Unknown);
    let theirs = order(FACILITY, with(REP_A), &[(line, 1, EACH)]);
    let refusal: Refusal = world.decide(REP_B, theirs).unwrap_err();
    assert_eq!(refusal.reason, Reason::NotAllowed);
    assert!(
        refusal
            .who_may
            .contains(&baton_domain::directory::Role::Operations)
    );
}

#[test]
fn r20_a_price_is_read_as_it_is_typed() {
    let cases = [
        ("0", Ok(Price::CentsEach(0))),
        ("1250", Ok(EACH)),
        (" 1,250.00 ", Ok(EACH)),
        ("1250.5", Ok(Price::CentsEach(125_050))),
        ("0.07", Ok(Price::CentsEach(7))),
        ("-1", Err(PriceError::Negative)),
        ("−0.01", Err(PriceError::Negative)),
        ("", Err(PriceError::NotANumber)),
        ("-", Err(PriceError::NotANumber)),
        ("12.345", Err(PriceError::NotANumber)),
        ("1e3", Err(PriceError::NotANumber)),
        (".", Err(PriceError::NotANumber)),
        ("99999999999", Err(PriceError::TooMuch)),
        ("10000000.01", Err(PriceError::TooMuch)),
    ];
    for (text, price) in cases {
        assert_eq!(Price::from_text(text), price, "{text}");
    }
}

#[test]
fn r21_facility_stock_is_not_offered_and_not_used_elsewhere() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let part = sold(&mut world, REP_A, line, 5);
    let away = offer(with(REP_A), with(REP_B), &[(part, 1, None)]);
    assert_eq!(
        reason(world.decide(REP_A, away)),
        Reason::FacilityStockStays
    );
    let case = world.case(REP_A, &[(SCREW, 4)]);
    world.mark(case, part, 2).unwrap();
    world
        .act(REP_A, crate::change_place(case, OTHER_FACILITY))
        .unwrap();
    assert_eq!(world.line(part).kept_for(case), 0);
    assert_eq!(reason(world.mark(case, part, 1)), Reason::OtherFacility);
    let used = use_of(case, part, 1, UseStatus::Implanted, "it was so");
    let entries = world.decide(REP_A, used).unwrap();
    let verdict = world.record(one(entries));
    assert_eq!(flags(&verdict), [Reason::OtherFacility]);
}

#[test]
fn r22_sold_by_an_account_the_rep_is_linked() {
    let mut world = World::new();
    for seller in [Custodian::Pool(POOL), with(PRINCIPAL)] {
        let facility = TitleHolder::Facility(FACILITY);
        let line = world.stock_of(seller, lot(SCREW, "L1"), 4, facility);
        let case = world.case(REP_C, &[(SCREW, 4)]);
        assert_eq!(
            query::facility_stock_way(&world.state, world.line(line), REP_C),
            FacilityStockWay::Link(seller)
        );
        assert_eq!(reason(world.mark(case, line, 1)), Reason::LinkNeeded);
        // A rebuild is no way around the account.
        let instead = rebuild(REP_C, Some(case), line, 1);
        assert_eq!(reason(world.decide(OFFICE, instead)), Reason::LinkNeeded);
        let link = SharingLink {
            account: seller,
            rep: REP_C,
        };
        world
            .act(OFFICE, Command::SetSharingLink { link, active: true })
            .unwrap();
        world.mark(case, line, 1).unwrap();
    }
}

#[test]
fn r23_sold_by_a_rep_it_is_rebuilt_in_one_act() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let first = sold(&mut world, REP_A, line, 1);
    let before = query::sales_total_cents(&world.state, FACILITY);
    let case = world.case(REP_C, &[(PUMP, 1)]);
    assert_eq!(reason(world.mark(case, first, 1)), Reason::RebuildNeeded);
    let id = world
        .act(OFFICE, rebuild(REP_C, Some(case), first, 1))
        .unwrap();
    let (old, new) = (world.line(first), world.line(made(id)));
    assert_eq!((old.quantity, old.head), (0, id));
    assert_eq!((new.quantity, new.custodian), (1, with(REP_C)));
    assert_eq!(new.identity, old.identity);
    assert_eq!(new.title, TitleHolder::Facility(FACILITY));
    assert_eq!(new.replaces, Some(first));
    assert_eq!(new.claimed_by(Claimant::Mark(case)), 1);
    assert_eq!(readiness(&world.state, case).unwrap().light, Light::Ready);
    assert_eq!(query::sales_total_cents(&world.state, FACILITY), before);
    let order = world.state.stocking_order(id).unwrap();
    assert!(order.is_rebuild() && order.total_cents() == 0);
    assert_eq!(order.lines[0].price, Price::NoCharge);
    assert_eq!(order.seller, with(REP_C));
    let active = world.state.active_serial(&new.identity.product, "S1");
    assert_eq!(active.unwrap().id, made(id));
}

#[test]
fn r23_a_rebuild_takes_no_more_than_is_unused_and_needed() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 3);
    let first = sold(&mut world, REP_A, line, 3);
    let case = world.case(REP_C, &[(SCREW, 2)]);
    let mut try_it = |case, quantity| {
        let wanted = world.decide(OFFICE, rebuild(REP_C, case, first, quantity));
        wanted.map(|_| ()).map_err(|refusal| refusal.reason)
    };
    assert_eq!(try_it(Some(case), 3), Err(Reason::OverUse));
    assert_eq!(try_it(None, 4), Err(Reason::NotEnough));
    assert_eq!(try_it(None, 0), Err(Reason::Malformed));
    assert_eq!(try_it(Some(case), 2), Ok(()));
    let other = world.case(REP_A, &[(SCREW, 3)]);
    world.mark(other, first, 2).unwrap();
    let wanted = world.decide(OFFICE, rebuild(REP_C, Some(case), first, 2));
    assert_eq!(reason(wanted), Reason::KeptForOtherCase);
    let elsewhere = world.case(REP_C, &[(SCREW, 2)]);
    world
        .act(REP_C, crate::change_place(elsewhere, OTHER_FACILITY))
        .unwrap();
    let wanted = world.decide(OFFICE, rebuild(REP_C, Some(elsewhere), first, 1));
    assert_eq!(reason(wanted), Reason::OtherFacility);
}

#[test]
fn r23_r28_what_expires_before_the_case_is_not_rebuilt_for_it() {
    let mut world = World::new();
    let mut identity = lot(SCREW, "L1");
    identity.expiry = Some(date(2026, 11, 30));
    let line = world.stock(with(REP_A), identity, 3);
    let first = sold(&mut world, REP_A, line, 3);
    let case = world.case(REP_C, &[(SCREW, 2)]);
    let wanted = world.decide(OFFICE, rebuild(REP_C, Some(case), first, 1));
    assert_eq!(reason(wanted), Reason::Expired);
}

#[test]
fn r23_only_facility_stock_that_the_rep_cannot_use_is_rebuilt() {
    let mut world = World::new();
    let own = world.stock(with(REP_A), lot(SCREW, "L1"), 3);
    let first = sold(&mut world, REP_A, own, 1);
    for (rep, line) in [(REP_C, own), (REP_A, first)] {
        let wanted = world.decide(OFFICE, rebuild(rep, None, line, 1));
        assert_eq!(reason(wanted), Reason::Malformed);
    }
    // A Rep proposes it, a manager does it for the region's own reps.
    for (who, rep, allowed) in [
        (REP_C, REP_C, false),
        (REP_A, REP_B, false),
        (MANAGER, REP_B, true),
        (PRINCIPAL, REP_B, true),
        (ADMIN, REP_C, true),
    ] {
        let wanted = world.decide(who, rebuild(rep, None, first, 1));
        assert_eq!(wanted.is_ok(), allowed, "{who}: {wanted:?}");
    }
}

#[test]
fn r23_a_use_that_arrives_first_wins() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let first = sold(&mut world, REP_A, line, 1);
    let case = world.case(REP_C, &[(PUMP, 1)]);
    let theirs = world.case(REP_A, &[(PUMP, 1)]);
    let away = world.state.clone();
    let rebuilt = world
        .decide_on(&away, OFFICE, rebuild(REP_C, Some(case), first, 1))
        .unwrap();
    let new = made(rebuilt[0].id);
    let used = use_of(theirs, first, 1, UseStatus::Implanted, "");
    world.act(REP_A, used).unwrap();
    assert_eq!(refused(&world.record(one(rebuilt))), Reason::LineChanged);
    assert!(world.state.line(new).is_none());
    assert_eq!(
        readiness(&world.state, case).unwrap().light,
        Light::ShortOf(1)
    );
}

#[test]
fn r23_a_use_that_did_not_know_of_the_rebuild_wins_and_the_case_is_short() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let first = sold(&mut world, REP_A, line, 1);
    let before = query::sales_total_cents(&world.state, FACILITY);
    let case = world.case(REP_C, &[(PUMP, 1)]);
    let theirs = world.case(REP_A, &[(PUMP, 1)]);
    let away = world.state.clone();
    let used = use_of(theirs, first, 1, UseStatus::Implanted, "");
    let used = world.decide_on(&away, REP_A, used).unwrap();
    let id = world
        .act(OFFICE, rebuild(REP_C, Some(case), first, 1))
        .unwrap();
    let new = made(id);
    // The new rep uses it too, not knowing: only one of the two can be true.
    let late = use_of(case, new, 1, UseStatus::Implanted, "");
    let late = world.decide(REP_C, late).unwrap();
    let verdict = accept(&mut world, used).remove(0);
    assert_eq!(flags(&verdict), [Reason::RebuildUndone]);
    assert_eq!(
        (world.line(first).quantity, world.line(new).quantity),
        (0, 0)
    );
    assert_eq!(
        readiness(&world.state, case).unwrap().light,
        Light::ShortOf(1)
    );
    assert_eq!(query::sales_total_cents(&world.state, FACILITY), before);
    let product = world.line(first).identity.product.clone();
    assert!(world.state.active_serial(&product, "S1").is_none());
    assert_eq!(disputed(&world.record(one(late))), Reason::LineChanged);
    let uses = world.state.cases().flat_map(|case| &case.usage);
    assert_eq!(uses.count(), 1, "a serial is used once");
}

#[test]
fn r23_a_use_of_what_was_rebuilt_and_used_is_disputed() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let first = sold(&mut world, REP_A, line, 1);
    let case = world.case(REP_C, &[(PUMP, 1)]);
    let theirs = world.case(REP_A, &[(PUMP, 1)]);
    let away = world.state.clone();
    let used = use_of(theirs, first, 1, UseStatus::Implanted, "");
    let used = world.decide_on(&away, REP_A, used).unwrap();
    let id = world
        .act(OFFICE, rebuild(REP_C, Some(case), first, 1))
        .unwrap();
    let mine = use_of(case, made(id), 1, UseStatus::Implanted, "");
    world.act(REP_C, mine).unwrap();
    assert_eq!(disputed(&world.record(one(used))), Reason::LineChanged);
    let uses = world.state.cases().flat_map(|case| &case.usage);
    assert_eq!(uses.count(), 1, "a serial is used once");
}

#[test]
fn r23_of_a_lot_the_use_takes_back_only_what_it_lacks() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let first = sold(&mut world, REP_A, line, 5);
    let theirs = world.case(REP_A, &[(SCREW, 5)]);
    let case = world.case(REP_C, &[(SCREW, 3)]);
    let away = world.state.clone();
    let used = use_of(theirs, first, 4, UseStatus::Damaged, "");
    let used = world.decide_on(&away, REP_A, used).unwrap();
    let id = world
        .act(OFFICE, rebuild(REP_C, Some(case), first, 3))
        .unwrap();
    // Rebuilt once more: what is taken back is taken from wherever it stands now.
    let again = world.case(REP_B, &[(SCREW, 2)]);
    world
        .act(
            REP_C,
            Command::UnmarkStock {
                case,
                lines: vec![(made(id), 3)],
            },
        )
        .unwrap();
    let second = world
        .act(OFFICE, rebuild(REP_B, Some(again), made(id), 2))
        .unwrap();
    accept(&mut world, used);
    let quantity = |line| world.line(line).quantity;
    assert_eq!([first, made(id), made(second)].map(quantity), [4, 0, 1]);
    assert_eq!(world.line(first).held(), 4);
    assert_eq!(world.line(made(second)).kept_for(again), 1);
}

#[test]
fn r23_is_undone_by_another_rebuild() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let first = sold(&mut world, REP_A, line, 1);
    let id = world.act(OFFICE, rebuild(REP_C, None, first, 1)).unwrap();
    let back = world
        .act(OFFICE, rebuild(REP_A, None, made(id), 1))
        .unwrap();
    assert_eq!(world.line(made(back)).custodian, with(REP_A));
    assert_eq!(world.line(made(id)).quantity, 0);
}

#[test]
fn r9_a_serial_that_is_rebuilt_is_active_once() {
    let mut world = World::new();
    let line = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let first = sold(&mut world, REP_A, line, 1);
    let away = world.state.clone();
    let mut both = Vec::new();
    for rep in [REP_B, REP_C] {
        let entries = world.decide_on(&away, OFFICE, rebuild(rep, None, first, 1));
        both.push(one(entries.unwrap()));
    }
    let words: Vec<_> = both.into_iter().map(|entry| world.record(entry)).collect();
    assert_eq!(words[0].outcome, Outcome::Accepted);
    assert_eq!(refused(&words[1]), Reason::LineChanged);
    assert!(world.state == world.state.reindexed());
}

#[test]
fn r22_r23_where_the_organization_lets_reps_they_link_and_rebuild_for_themselves() {
    let mut world = World::new();
    let facility = TitleHolder::Facility(FACILITY);
    let linked = world.stock_of(with(PRINCIPAL), lot(SCREW, "L1"), 4, facility);
    let line = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let first = sold(&mut world, REP_A, line, 1);
    let case = world.case(REP_C, &[(PUMP, 1), (SCREW, 1)]);
    let link = |rep| Command::SetSharingLink {
        link: SharingLink {
            account: with(PRINCIPAL),
            rep,
        },
        active: true,
    };
    let own = rebuild(REP_C, Some(case), first, 1);
    for wanted in [link(REP_C), own.clone()] {
        assert_eq!(reason(world.decide(REP_C, wanted)), Reason::NotAllowed);
    }
    let settings = Command::RecordSettings(Settings {
        reps_may_share: true,
    });
    assert_eq!(
        reason(world.decide(OFFICE, settings.clone())),
        Reason::NotAllowed
    );
    world.act(ADMIN, settings).unwrap();
    world.act(REP_C, link(REP_C)).unwrap();
    world.mark(case, linked, 1).unwrap();
    world.act(REP_C, own).unwrap();
    assert_eq!(readiness(&world.state, case).unwrap().light, Light::Ready);
    // For somebody else it is proposed as ever.
    assert_eq!(reason(world.decide(REP_C, link(REP_B))), Reason::NotAllowed);
    let settings = Command::RecordSettings(Settings::default());
    world.act(ADMIN, settings).unwrap();
    assert!(!world.state.settings().reps_may_share);
}

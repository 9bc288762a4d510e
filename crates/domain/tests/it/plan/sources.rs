//! Where pieces come from, in the order of the planner.

use super::{early, lines_of, plan, takes_of};
use baton_domain::Command;
use baton_domain::case::{CoverChoice, Need, TakenFirst, UseStatus};
use baton_domain::entry::EntryBody;
use baton_domain::id::LineId;
use baton_domain::plan::{Outlook, Source, Step, Wish, plan_cover};
use baton_domain::stock::{Custodian, Identity, TitleHolder};
use baton_domain::testkit::{
    FACILITY, LINKED_ORGANIZATION, LINKED_PLATE, MANAGER, OFFICE, ORGANIZATION, OTHER_FACILITY,
    POOL, PRINCIPAL, REP_A, REP_B, REP_C, SCREW, World, date, lot, product_id, takes, use_of, with,
};

fn at_facility(world: &mut World, holder: Custodian, number: &str, quantity: u32) -> LineId {
    let title = TitleHolder::Facility(FACILITY);
    world.stock_of(holder, lot(SCREW, number), quantity, title)
}

/// Every source holds two pieces, so that a case for `needed` shows where it stops.
fn everywhere(needed: u32) -> (World, baton_domain::id::CaseId) {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, needed)]);
    world.stock(with(REP_A), lot(SCREW, "own"), 2);
    world.stock(Custodian::Pool(POOL), lot(SCREW, "pool"), 2);
    at_facility(&mut world, with(REP_A), "own at the facility", 2);
    at_facility(
        &mut world,
        with(PRINCIPAL),
        "principal's at the facility",
        2,
    );
    at_facility(&mut world, with(REP_C), "a rep's at the facility", 2);
    world.stock(with(REP_B), lot(SCREW, "former"), 2);
    world.stock(with(REP_C), lot(SCREW, "far"), 2);
    world.stock(with(MANAGER), lot(SCREW, "near"), 2);
    let house = Custodian::Warehouse(ORGANIZATION);
    world.stock(house, lot(SCREW, "house"), 2);
    (world, case)
}

#[test]
fn sources_are_taken_in_their_order_until_the_quantity_is_covered() {
    let order = [
        Source::Own,
        Source::Shared(Custodian::Pool(POOL)),
        Source::Facility(with(REP_A)),
        Source::Link(with(PRINCIPAL)),
        Source::Rebuild(with(REP_C)),
        Source::FormerRep(REP_B),
        Source::Field(with(MANAGER)),
        Source::Field(with(REP_C)),
        Source::Warehouse(ORGANIZATION),
        Source::Create,
    ];
    for needed in 1..=19 {
        let (world, case) = everywhere(needed);
        let plan = plan(&world, case, REP_A);
        let whole = usize::try_from(needed / 2).unwrap();
        let mut expected: Vec<_> = order[..whole].iter().map(|source| (*source, 2)).collect();
        if needed % 2 == 1 {
            expected.push((order[whole], 1));
        }
        assert_eq!(takes_of(&plan, 0), expected, "a need of {needed}");
        assert_eq!(plan.needs[0].short, 0);
        let left: u32 = plan.needs[0]
            .alternatives
            .iter()
            .map(|(_, left)| left)
            .sum();
        assert_eq!(left, 18u32.saturating_sub(needed), "the rest is listed");
    }
}

#[test]
fn what_is_marked_elsewhere_expired_or_held_is_no_source() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 9)]);
    let other = world.case(REP_A, &[(SCREW, 9)]);
    let own = world.stock(with(REP_A), lot(SCREW, "L1"), 9);
    world.mark(other, own, 4).unwrap();
    let hold = Command::HoldStock {
        lines: vec![(own, 2)],
        reason: "dented".into(),
    };
    world.act(REP_A, hold).unwrap();
    let gone = Identity {
        expiry: Some(date(2026, 11, 30)),
        ..lot(SCREW, "L2")
    };
    world.stock(with(REP_A), gone, 9);
    let plan = plan(&world, case, REP_A);
    assert_eq!(takes_of(&plan, 0)[0], (Source::Own, 3));
}

#[test]
fn r27_expiry_counts_on_the_cases_local_date_whatever_the_phones() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 1)]);
    let last_day = Identity {
        expiry: Some(date(2026, 12, 1)),
        ..lot(SCREW, "L1")
    };
    let line = world.stock(with(REP_A), last_day, 1);
    // The phone is a day ahead, as it is east of the date line, or a day behind.
    for today in [date(2026, 12, 2), date(2026, 11, 30)] {
        let plan = plan_cover(&world.state, case, REP_A, Wish::everything(today)).unwrap();
        assert_eq!(lines_of(&plan, 0), [(line, 1)]);
    }
    // The clocks change in the night before: the date at the facility is still what counts.
    let starts_at = baton_domain::time::LocalTime {
        date: date(2026, 12, 2),
        minute: 5,
    };
    for offset in [-420, -360, 840] {
        let later = Command::ChangeCase {
            case,
            facility: None,
            starts_at: Some((starts_at, offset)),
            room: None,
            needs: None,
        };
        world.act(REP_B, later).unwrap();
        let plan = plan_cover(&world.state, case, REP_A, early()).unwrap();
        assert_eq!(lines_of(&plan, 0), [], "expired on the day of the case");
    }
}

#[test]
fn what_is_kept_for_the_case_is_free_for_it_and_comes_first() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 3)]);
    let soon = Identity {
        expiry: Some(date(2027, 1, 31)),
        ..lot(SCREW, "L1")
    };
    let soon = world.stock(with(REP_B), soon, 5);
    let kept = world.stock(with(REP_B), lot(SCREW, "L2"), 5);
    world.mark(case, kept, 2).unwrap();
    let plan = plan(&world, case, REP_A);
    assert_eq!(lines_of(&plan, 0), [(kept, 3)]);
    assert_eq!(plan.needs[0].alternatives[0], (Source::FormerRep(REP_B), 7));
    assert_eq!(world.line(soon).kept_for(case), 0);
}

#[test]
fn r16_what_stays_kept_where_the_new_rep_cannot_use_it_is_let_go() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 3)]);
    let former = world.stock(with(REP_B), lot(SCREW, "L1"), 5);
    world.mark(case, former, 3).unwrap();
    let own = world.stock(with(REP_A), lot(SCREW, "L2"), 2);
    let found = plan(&world, case, REP_A);
    assert_eq!(lines_of(&found, 0), [(own, 2), (former, 1)]);
    let release = Step::Release {
        lines: vec![(former, 2)],
    };
    assert!(found.steps.contains(&release), "{:?}", found.steps);
}

#[test]
fn a_line_that_two_needs_want_is_given_once() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 3)]);
    let first = world.stock(with(REP_A), lot(SCREW, "L1"), 4);
    let far = world.stock(with(REP_C), lot(SCREW, "L2"), 9);
    // No entry names a product twice; a planner that is given it must not promise a piece twice.
    let mut twice = world.state.case(case).unwrap().clone();
    let need = Need {
        product: product_id(SCREW),
        quantity: 3,
    };
    twice.needs.push(need);
    world.state.put_case(twice);
    let plan = plan(&world, case, REP_A);
    assert_eq!(lines_of(&plan, 0), [(first, 3)]);
    assert_eq!(lines_of(&plan, 1), [(first, 1), (far, 2)]);
}

#[test]
fn ties_go_by_id_and_the_same_state_gives_the_same_plan() {
    let mut world = World::new();
    let case = world.case(MANAGER, &[(SCREW, 3)]);
    let one = world.stock(with(REP_A), lot(SCREW, "L1"), 1);
    let two = world.stock(with(REP_A), lot(SCREW, "L2"), 1);
    let of_b = world.stock(with(REP_B), lot(SCREW, "L3"), 9);
    let first = plan(&world, case, REP_C);
    assert_eq!(
        takes_of(&first, 0),
        [
            (Source::Field(with(REP_A)), 2),
            (Source::Field(with(REP_B)), 1)
        ]
    );
    assert_eq!(lines_of(&first, 0), [(one, 1), (two, 1), (of_b, 1)]);
    assert_eq!(first, plan(&world, case, REP_C));
}

#[test]
fn a_rep_with_a_case_at_the_facility_is_nearer_than_one_of_the_region() {
    let mut world = World::new();
    let case = world.case(MANAGER, &[(SCREW, 1)]);
    world.stock(with(REP_A), lot(SCREW, "L1"), 1);
    world.stock(with(REP_C), lot(SCREW, "L2"), 1);
    let before = plan(&world, case, REP_B);
    assert_eq!(takes_of(&before, 0), [(Source::Field(with(REP_A)), 1)]);
    world.case(REP_C, &[]);
    let after = plan(&world, case, REP_B);
    assert_eq!(takes_of(&after, 0), [(Source::Field(with(REP_C)), 1)]);
}

#[test]
fn r22_only_a_rep_can_be_linked_and_anybody_elses_is_rebuilt() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 1)]);
    at_facility(&mut world, with(PRINCIPAL), "L1", 1);
    let found = plan(&world, case, MANAGER);
    assert_eq!(takes_of(&found, 0), [(Source::Rebuild(with(PRINCIPAL)), 1)]);
}

#[test]
fn r21_facility_stock_of_another_place_and_in_transfers_is_none() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 2)]);
    let elsewhere = TitleHolder::Facility(OTHER_FACILITY);
    world.stock_of(with(REP_A), lot(SCREW, "L1"), 9, elsewhere);
    at_facility(&mut world, Custodian::Warehouse(ORGANIZATION), "L2", 9);
    let plan = plan(&world, case, REP_A);
    assert_eq!(takes_of(&plan, 0), [(Source::Create, 2)]);
}

#[test]
fn r25_a_linked_manufacturer_is_asked_and_its_stock_never_created() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(LINKED_PLATE, 2), (SCREW, 1)]);
    let found = plan(&world, case, REP_A);
    let request = Source::Request(LINKED_ORGANIZATION);
    assert_eq!(takes_of(&found, 0), [(request, 2)]);
    assert_eq!(takes_of(&found, 1), [(Source::Create, 1)]);
    assert_eq!(found.outlook(), Outlook::Awaits(3));
    let steps = [
        Step::ChangeRep { to: REP_A },
        Step::Request {
            organization: LINKED_ORGANIZATION,
            items: vec![(product_id(LINKED_PLATE), 2)],
            lines: Vec::new(),
        },
        Step::Create {
            items: vec![(product_id(SCREW), 1)],
        },
    ];
    assert_eq!(found.steps, steps);
}

#[test]
fn in_a_manufacturer_the_own_warehouse_is_asked_and_nothing_is_created() {
    let mut world = World::new();
    let mut own = world.state.organization().unwrap().clone();
    own.kind = baton_domain::directory::OrganizationKind::Manufacturer;
    world.state.put_organization(own);
    let case = world.case(REP_B, &[(SCREW, 3)]);
    let house = Custodian::Warehouse(ORGANIZATION);
    let line = world.stock(house, lot(SCREW, "L1"), 2);
    // Link or rebuild goes by who sold it, not by the kind of organization (R22).
    let found = plan(&world, case, REP_A);
    assert_eq!(takes_of(&found, 0), [(Source::Warehouse(ORGANIZATION), 2)]);
    assert_eq!(lines_of(&found, 0), [(line, 2)]);
    assert_eq!(found.outlook(), Outlook::ShortOf(1));
    at_facility(&mut world, with(PRINCIPAL), "L2", 1);
    at_facility(&mut world, with(REP_C), "L3", 1);
    let found = plan(&world, case, REP_A);
    let expected = [
        (Source::Link(with(PRINCIPAL)), 1),
        (Source::Rebuild(with(REP_C)), 1),
        (Source::Warehouse(ORGANIZATION), 1),
    ];
    assert_eq!(takes_of(&found, 0), expected);
}

#[test]
fn nothing_available_is_short_by_how_many() {
    let mut world = World::new();
    let unlisted = "08000000009997";
    let case = world.case(REP_B, &[(unlisted, 5)]);
    let held = world.stock(with(REP_A), lot(unlisted, "L1"), 2);
    let found = plan(&world, case, REP_A);
    assert_eq!(lines_of(&found, 0), [(held, 2)]);
    assert_eq!(
        (found.needs[0].short, found.outlook()),
        (3, Outlook::ShortOf(3))
    );
    let used = use_of(case, held, 1, UseStatus::Implanted, "from elsewhere");
    world.act(OFFICE, used).unwrap();
    let found = plan(&world, case, REP_A);
    assert_eq!((found.needs[0].used, found.needs[0].short), (1, 3));
}

#[test]
fn a_source_that_is_not_wished_for_is_left_out() {
    let (world, case) = everywhere(18);
    let sources = |wish: Wish| -> Vec<Source> {
        let plan = plan_cover(&world.state, case, REP_A, wish).unwrap();
        plan.needs[0]
            .taken
            .iter()
            .map(|taken| taken.source)
            .collect()
    };
    let without = |found: Vec<Source>, kind: fn(&Source) -> bool| !found.iter().any(kind);
    let no_facility = Wish {
        facility_stock: false,
        ..early()
    };
    assert!(without(sources(no_facility), |source| matches!(
        source,
        Source::Link(_) | Source::Rebuild(_)
    )));
    let no_field = Wish {
        field: false,
        ..early()
    };
    assert!(without(sources(no_field), |source| matches!(
        source,
        Source::FormerRep(_) | Source::Field(_)
    )));
    let no_supply = Wish {
        supply: false,
        ..early()
    };
    assert!(without(sources(no_supply), |source| !source.is_sure()));
    let nothing = Wish {
        facility_stock: false,
        field: false,
        supply: false,
        ..early()
    };
    let plan = plan_cover(&world.state, case, REP_A, nothing).unwrap();
    assert_eq!(plan.outlook(), Outlook::ShortOf(12));
}

#[test]
fn what_somebody_chose_is_taken_first_and_the_rest_in_its_order() {
    let (world, case) = everywhere(4);
    let taken = |holder, facility_stock| {
        let wish = Wish {
            first: vec![TakenFirst {
                product: product_id(SCREW),
                holder,
                facility_stock,
            }],
            ..early()
        };
        let plan = plan_cover(&world.state, case, REP_A, wish).unwrap();
        takes_of(&plan, 0)
    };
    let rest = (Source::Own, 2);
    let chosen = [
        (with(REP_C), false, Source::Field(with(REP_C))),
        (with(REP_B), false, Source::FormerRep(REP_B)),
        (with(REP_C), true, Source::Rebuild(with(REP_C))),
        (with(PRINCIPAL), true, Source::Link(with(PRINCIPAL))),
        (with(REP_A), true, Source::Facility(with(REP_A))),
        (
            Custodian::Pool(POOL),
            false,
            Source::Shared(Custodian::Pool(POOL)),
        ),
        (
            Custodian::Warehouse(ORGANIZATION),
            false,
            Source::Warehouse(ORGANIZATION),
        ),
    ];
    for (holder, facility_stock, source) in chosen {
        assert_eq!(taken(holder, facility_stock), [(source, 2), rest]);
    }
    // Who has nothing of it changes nothing.
    let none = taken(with(OFFICE), false);
    assert_eq!(none, takes_of(&plan(&world, case, REP_A), 0));
}

#[test]
fn what_was_chosen_stays_with_the_case_and_moves_nothing_twice() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 2)]);
    let near = world.stock(with(REP_B), lot(SCREW, "L1"), 9);
    let chosen = world.stock(with(REP_C), lot(SCREW, "L2"), 9);
    let cover = CoverChoice {
        no_facility_stock: true,
        first: vec![TakenFirst {
            product: product_id(SCREW),
            holder: with(REP_C),
            facility_stock: false,
        }],
        ..CoverChoice::default()
    };
    let rep = REP_A;
    world
        .act(REP_B, Command::GiveCase { case, rep, cover })
        .unwrap();
    let again = |world: &World| {
        let known = world.state.case(case).unwrap();
        let wish = Wish::chosen(date(2026, 11, 1), &known.cover);
        plan_cover(&world.state, case, REP_A, wish).unwrap()
    };
    let found = again(&world);
    assert_eq!(lines_of(&found, 0), [(chosen, 2)]);
    assert!(found.choice.no_facility_stock);
    let transfer = world
        .offer(REP_C, REP_A, &[(chosen, 2, Some(case))])
        .unwrap();
    assert_eq!(
        takes_of(&again(&world), 0),
        [(Source::Arriving(transfer), 2)]
    );
    world.answer(REP_A, transfer, &[takes(2)]).unwrap();
    let found = again(&world);
    assert_eq!(takes_of(&found, 0), [(Source::Own, 2)]);
    assert_eq!((found.steps.len(), found.outlook()), (0, Outlook::Ready));
    // The next change of the rep begins anew.
    let change = Command::ChangeRep { case, rep: REP_B };
    world.act(REP_A, change).unwrap();
    let known = world.state.case(case).unwrap();
    assert_eq!(known.cover, CoverChoice::default());
    let _ = near;
}

#[test]
fn an_open_offer_is_counted_and_not_planned_anew() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 4)]);
    let line = world.stock(with(REP_B), lot(SCREW, "L1"), 9);
    let change = Command::ChangeRep { case, rep: REP_A };
    world.act(REP_B, change).unwrap();
    let transfer = world.offer(REP_B, REP_A, &[(line, 3, Some(case))]).unwrap();
    let found = plan(&world, case, REP_A);
    assert_eq!(found.from, Some(REP_B), "still known after the change");
    let expected = [
        (Source::Arriving(transfer), 3),
        (Source::FormerRep(REP_B), 1),
    ];
    assert_eq!(takes_of(&found, 0), expected);
    assert_eq!(found.outlook(), Outlook::ReadyWhen(4));
    world.answer(REP_A, transfer, &[takes(3)]).unwrap();
    let found = plan(&world, case, REP_A);
    let expected = [(Source::Own, 3), (Source::FormerRep(REP_B), 1)];
    assert_eq!(takes_of(&found, 0), expected);
}

#[test]
fn a_linked_accounts_facility_stock_needs_no_second_link() {
    let mut world = World::new();
    let case = world.case(REP_B, &[(SCREW, 1)]);
    at_facility(&mut world, with(PRINCIPAL), "L1", 1);
    let found = plan(&world, case, REP_A);
    assert_eq!(takes_of(&found, 0), [(Source::Link(with(PRINCIPAL)), 1)]);
    let link = baton_domain::directory::SharingLink {
        account: with(PRINCIPAL),
        rep: REP_A,
    };
    world.by_server(EntryBody::SharingLinkSet { link, active: true });
    let found = plan(&world, case, REP_A);
    assert_eq!(
        takes_of(&found, 0),
        [(Source::Facility(with(PRINCIPAL)), 1)]
    );
    assert_eq!(found.outlook(), Outlook::Ready);
}

//! The demo holds what it promises.

use super::playbook;
use super::{
    DISTRIBUTOR_ID, DISTRIBUTOR_NAME, Demo, MANUFACTURER_ID, MANUFACTURER_NAME, Size, distributor,
    distributor_founder, manufacturer, manufacturer_founder,
};
use baton_domain::directory::{Device, Organization, OrganizationKind, Person};
use baton_domain::id::{DeviceId, EntryId, OrganizationId};
use baton_domain::readiness::{Light, readiness};
use baton_domain::time::Timestamp;
use baton_domain::{Entry, EntryBody, Outcome, State, fold, judge};

const DEVICE: DeviceId = DeviceId::from_bytes([9; 16]);
// 2026-11-23T15:00:00Z, 08:00 in Denver.
const NOW: Timestamp = Timestamp {
    unix_ms: 1_795_446_000_000,
    offset_min: -420,
};

fn founded(id: OrganizationId, name: &str, kind: OrganizationKind, admin: Person) -> State {
    let organization = Organization {
        id,
        name: name.into(),
        kind,
        demo: true,
    };
    let own_key = Device {
        id: DEVICE,
        person: None,
        public_key: [2; 33],
        label: "Server".into(),
        revoked: false,
    };
    let actor = admin.id;
    let mut state = State::default();
    let bodies = [
        EntryBody::OrganizationFounded {
            organization,
            admin,
        },
        EntryBody::DeviceEnrolled(own_key),
    ];
    for (place, body) in bodies.into_iter().enumerate() {
        let entry = Entry {
            id: EntryId::from_bytes([place as u8 + 1; 16]),
            organization: id,
            actor,
            device: DEVICE,
            sequence: place as u64 + 1,
            occurred_at: NOW,
            source_sha256: None,
            body,
        };
        let verdict = judge(&state, &entry);
        assert_eq!(verdict.outcome, Outcome::Accepted, "{entry:?}");
        fold(&mut state, &entry, &verdict);
    }
    state
}

fn distributor_demo(size: Size) -> (State, Demo) {
    let state = founded(
        DISTRIBUTOR_ID,
        DISTRIBUTOR_NAME,
        OrganizationKind::Distributor,
        distributor_founder(),
    );
    let demo = distributor(&state, DEVICE, NOW, size);
    (replay(state, &demo, DISTRIBUTOR_ID), demo)
}

/// Records the steps as the server will: each must be accepted where it stands.
fn replay(mut state: State, demo: &Demo, organization: OrganizationId) -> State {
    for (place, step) in demo.steps.iter().enumerate() {
        let entry = Entry {
            id: step.id,
            organization,
            actor: step.actor,
            device: DEVICE,
            sequence: place as u64 + 3,
            occurred_at: step.occurred_at,
            source_sha256: None,
            body: step.body.clone(),
        };
        let verdict = judge(&state, &entry);
        assert_eq!(
            verdict.outcome,
            Outcome::Accepted,
            "step {place}: {:?}",
            step.body
        );
        assert!(verdict.lines.is_empty(), "step {place}: {verdict:?}");
        fold(&mut state, &entry, &verdict);
    }
    state
}

#[test]
fn the_distributor_is_lively() {
    let (state, demo) = distributor_demo(Size::default());
    assert_eq!(state.people().count(), 10);
    assert_eq!(demo.accounts.len(), 10);
    assert_eq!(state.facilities().count(), 4);
    assert_eq!(state.products().count(), 301);
    assert_eq!(state.pools().count(), 1);
    assert!(state.manufacturer_links().count() == 1);
    let tray = state.trays().next().expect("the demo has a tray");
    assert_eq!(tray.contents.len(), 3, "one of four was left out");
    // Answers to the historic transfers, and packing the tray, split some lines.
    let lines = state.lines().filter(|line| line.parent.is_none()).count();
    assert_eq!(lines, 1_200);
    assert!(state.lines().any(|line| line.identity.serial.is_some()));
    assert!(state.lines().filter(|line| line.hold.is_some()).count() >= 8);
    assert!(
        state
            .lines()
            .filter(|line| line.facility_stock_at().is_some())
            .count()
            >= 20
    );
    assert!(state.open_transfers().count() >= 4);
    assert!(state.transfers().count() >= 10);
}

#[test]
fn the_twelve_cases_show_every_kind_of_light() {
    let (state, _) = distributor_demo(Size::default());
    assert_eq!(
        state.cases().count(),
        12 + playbook::CASES + super::facility::CASES
    );
    let lights: Vec<_> = state
        .cases()
        .filter_map(|case| readiness(&state, case.id))
        .map(|ready| ready.light)
        .collect();
    assert!(
        lights
            .iter()
            .filter(|light| **light == Light::Ready)
            .count()
            >= 3,
        "{lights:?}"
    );
    assert!(
        lights
            .iter()
            .any(|light| matches!(light, Light::ShortOf(_))),
        "{lights:?}"
    );
    assert!(
        lights
            .iter()
            .any(|light| matches!(light, Light::ReadyWhenArrived(_))),
        "{lights:?}"
    );
    assert!(state.cases().any(|case| !case.usage.is_empty()));
}

#[test]
fn the_same_seed_gives_the_same_demo() {
    let ids = |seed| -> Vec<_> {
        let (_, demo) = distributor_demo(Size {
            seed,
            ..Size::default()
        });
        demo.steps.into_iter().map(|step| step.id).collect()
    };
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1), ids(2));
}

#[test]
fn a_demo_of_another_size_has_that_size() {
    let (state, _) = distributor_demo(Size {
        lines: 5_000,
        reps: 20,
        cases: 40,
        seed: 7,
    });
    assert_eq!(
        state.lines().filter(|line| line.parent.is_none()).count(),
        5_000
    );
    assert_eq!(
        state.cases().count(),
        40 + playbook::CASES + super::facility::CASES
    );
    assert_eq!(state.people().count(), 24);
}

#[test]
fn the_manufacturer_has_a_warehouse_and_two_reps() {
    let state = founded(
        MANUFACTURER_ID,
        MANUFACTURER_NAME,
        OrganizationKind::Manufacturer,
        manufacturer_founder(),
    );
    let demo = manufacturer(&state, DEVICE, NOW, Size::default());
    let state = replay(state, &demo, MANUFACTURER_ID);
    assert_eq!(state.people().count(), 4);
    assert_eq!(state.lines().count(), 322);
}

#[test]
fn every_branch_of_facility_stock_has_its_named_case() {
    use super::facility::{LINKED, REBUILT, SHARED};
    use baton_domain::query::{FacilityStockWay, facility_stock_way, sales_total_cents};
    let (state, _) = distributor_demo(Size::default());
    let named = |name: &str| {
        let mut cases = state.cases();
        let is_named = |details: &baton_domain::case::CaseDetails| &*details.procedure == name;
        cases
            .find(|case| case.details.as_ref().is_some_and(is_named))
            .unwrap_or_else(|| panic!("no case “{name}”"))
    };
    let light = |name| {
        readiness(&state, named(name).id)
            .expect("a known case")
            .light
    };
    assert_eq!(light(SHARED), Light::Ready);
    for (name, linked) in [(LINKED, true), (REBUILT, false)] {
        assert_eq!(light(name), Light::ShortOf(1));
        let case = named(name);
        let product = &case.needs[0].product;
        let line = state
            .facility_stock(case.facility)
            .find(|line| line.identity.product == *product)
            .expect("Facility Stock of what it needs");
        let way = facility_stock_way(&state, line, case.rep);
        assert_eq!(matches!(way, FacilityStockWay::Link(_)), linked, "{way:?}");
        assert_eq!(sales_total_cents(&state, case.facility), 250_000);
    }
}

#[test]
fn each_branch_of_the_playbook_has_its_case_and_its_plan() {
    use baton_domain::plan::{Outlook, Source, Wish, plan_cover};
    let (state, _) = distributor_demo(Size::default());
    let ben = state.people().find(|person| &*person.name == "Ben Okafor");
    let ben = ben.expect("Ben").id;
    let today = super::distributor::today(NOW).expect("a date");
    let found = |name: &str| {
        let called = format!("Playbook: {name}");
        let case = state.cases().find(|case| {
            let details = case.details.as_ref();
            details.is_some_and(|details| *details.procedure == *called)
        });
        let case = case.unwrap_or_else(|| panic!("no case for {name}"));
        let plan = plan_cover(&state, case.id, ben, Wish::everything(today)).expect("known");
        let taken = &plan.needs[0].taken;
        assert_eq!(taken.len(), 1, "{name}: one source, {taken:?}");
        (taken[0].source, plan.outlook())
    };
    assert_eq!(found("Already scheduled"), (Source::Own, Outlook::Ready));
    assert_eq!(
        found("Shipped from the manufacturer"),
        (Source::Request(MANUFACTURER_ID), Outlook::Awaits(2))
    );
    assert_eq!(
        found("Created in custody"),
        (Source::Create, Outlook::Awaits(2))
    );
    let (source, outlook) = found("Transferred in the field");
    assert!(matches!(source, Source::FormerRep(_)) && outlook == Outlook::ReadyWhen(2));
    let (source, outlook) = found("Shared account");
    assert!(matches!(source, Source::Shared(_)) && outlook == Outlook::Ready);
    assert!(matches!(found("Facility Stock, linked").0, Source::Link(_)));
    assert!(matches!(
        found("Facility Stock, rebuilt").0,
        Source::Rebuild(_)
    ));
}

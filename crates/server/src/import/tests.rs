//! Every kind of file, and every kind of wrong row.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::{FileFault, Kind, Plan, plan};
use baton_domain::directory::{Facility, Organization, OrganizationKind, Person, Role};
use baton_domain::id::{EntryId, FacilityId, OrganizationId, PersonId};
use baton_domain::product::{Product, ProductId, Tracking};
use baton_domain::stock::{Custodian, Identity, StockLine, TitleHolder};
use baton_domain::{EntryBody, State};
use std::io::Read;

const CATALOGUE_GZ: &[u8] = include_bytes!("../../tests/data/catalogue.csv.gz");

const LOT: &str = "00614950000203";
const SERIAL: &str = "00614950000210";

fn world() -> State {
    let mut state = State::default();
    state.put_organization(Organization {
        id: OrganizationId::from_bytes([1; 16]),
        name: "Org".into(),
        kind: OrganizationKind::Distributor,
        demo: false,
    });
    for (place, (name, role)) in [
        ("Ana", Role::Rep),
        ("Dov", Role::Distributor),
        ("Ada", Role::Admin),
    ]
    .into_iter()
    .enumerate()
    {
        state.put_person(Person {
            id: PersonId::from_bytes([place as u8; 16]),
            name: name.into(),
            role,
            region: None,
            principal: None,
            active: true,
        });
    }
    state.put_facility(Facility {
        id: FacilityId::from_bytes([7; 16]),
        name: "St. Anne".into(),
        zone: "America/Denver".into(),
        region: None,
        active: true,
    });
    for (id, tracking) in [(LOT, Tracking::Lot), (SERIAL, Tracking::Serial)] {
        state.put_product(Product {
            id: ProductId::new(id).unwrap(),
            reference: "R".into(),
            description: "Plate".into(),
            brand: "".into(),
            manufacturer: "M".into(),
            tracking,
            sterile: false,
            single_use: true,
            expires: false,
            size: "".into(),
        });
    }
    state
}

fn read(kind: Kind, file: &str, state: &State) -> Result<Plan, FileFault> {
    let mut count = 0u128;
    let mut next_id = || {
        count += 1;
        EntryId::from_bytes(count.to_be_bytes())
    };
    plan(kind, file.as_bytes(), state, &mut next_id)
}

/// The words about the one bad row of a file with one row.
fn fault(kind: Kind, row: &str) -> String {
    let file = format!("{}\n{row}\n", kind.columns().join(","));
    let plan = read(kind, &file, &world()).unwrap();
    assert!(plan.bodies.is_empty(), "{:?}", plan.bodies);
    assert_eq!(plan.faults.len(), 1, "{:?}", plan.faults);
    plan.faults[0].to_string()
}

fn good(kind: Kind, rows: &str) -> Plan {
    let file = format!("\u{feff}{}\n{rows}", kind.columns().join(","));
    let plan = read(kind, &file, &world()).unwrap();
    assert!(plan.faults.is_empty(), "{:?}", plan.faults);
    plan
}

#[test]
fn the_whole_real_catalogue_is_read() {
    let mut file = Vec::new();
    flate2::read::GzDecoder::new(CATALOGUE_GZ)
        .read_to_end(&mut file)
        .unwrap();
    let plan = read(
        Kind::Catalogue,
        std::str::from_utf8(&file).unwrap(),
        &State::default(),
    )
    .unwrap();
    assert_eq!(plan.rows, 19_954);
    assert!(
        plan.faults.is_empty(),
        "{:?}",
        &plan.faults[..plan.faults.len().min(5)]
    );
    let products: Vec<_> = plan
        .bodies
        .iter()
        .flat_map(|(_, body)| match body {
            EntryBody::ProductsListed(products) => products.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(products.len(), 19_954);
    assert_eq!(
        products
            .iter()
            .filter(|product| product.tracking == Tracking::Serial)
            .count(),
        929
    );
    assert_eq!(
        products.iter().filter(|product| product.sterile).count(),
        2_408
    );
}

#[test]
fn what_is_known_already_is_only_counted() {
    let rows = format!("{LOT},GS1,,R,R,M,Plate,yes,no,no,no,yes,\n");
    let file = format!("{}\n{rows}", Kind::Catalogue.columns().join(","));
    let plan = read(Kind::Catalogue, &file, &world()).unwrap();
    assert_eq!((plan.unchanged, plan.bodies.len(), plan.taken()), (1, 0, 0));
}

#[test]
fn a_wrong_header_names_what_is_missing() {
    let fault = read(Kind::Stock, "custodian,lot\nAna,1\n", &world()).unwrap_err();
    let words = fault.to_string();
    assert!(words.contains("device_identifier"), "{words}");
    assert!(!words.contains("lacks custodian"), "{words}");
    assert_eq!(
        read(Kind::Stock, "", &world()).unwrap_err(),
        FileFault::Empty
    );
}

#[test]
fn a_row_with_too_many_cells_is_named() {
    let fault = read(
        Kind::Facilities,
        "name,zone,region\nA,UTC,West\nB,UTC,West,more\n",
        &world(),
    );
    assert!(matches!(
        fault.unwrap_err(),
        FileFault::Unreadable { row: 3, .. }
    ));
}

#[test]
fn a_wrong_check_digit_is_named_with_its_row() {
    let words = fault(
        Kind::Catalogue,
        "00614950000204,GS1,,R,R,M,Plate,yes,no,no,no,yes,",
    );
    assert!(words.starts_with("row 2, device_identifier"), "{words}");
    assert!(words.contains("check digit"), "{words}");
}

#[test]
fn a_serial_that_is_active_or_twice_in_the_file_is_refused() {
    let plan = good(Kind::Stock, &format!("Ana,{SERIAL},,S1,,1,,\n"));
    assert_eq!(plan.taken(), 1);
    let header = Kind::Stock.columns().join(",");
    let twice = format!("{header}\nAna,{SERIAL},,S1,,1,,\nDov,{SERIAL},,S1,,1,,\n");
    let plan = read(Kind::Stock, &twice, &world()).unwrap();
    assert!(
        plan.faults[0]
            .to_string()
            .contains("stands in row 2 already"),
        "{:?}",
        plan.faults
    );

    let mut state = world();
    let entry = EntryId::from_bytes([8; 16]);
    state.put_line(StockLine {
        id: baton_domain::id::LineId { entry, index: 0 },
        parent: None,
        replaces: None,
        identity: Identity {
            product: ProductId::new(SERIAL).unwrap(),
            lot: None,
            lot_unknown: false,
            serial: Some("S1".into()),
            expiry: None,
            manufactured: None,
        },
        quantity: 1,
        custodian: Custodian::Person(PersonId::from_bytes([1; 16])),
        title: TitleHolder::Manufacturer,
        location: "".into(),
        claims: Vec::new(),
        hold: None,
        disputed: 0,
        head: entry,
        past_heads: Default::default(),
        needs_newer_app: false,
    });
    let plan = read(
        Kind::Stock,
        &format!("{header}\nAna,{SERIAL},,S1,,1,,\n"),
        &state,
    )
    .unwrap();
    assert!(
        plan.faults[0].to_string().contains("in the custody of Dov"),
        "{:?}",
        plan.faults
    );
}

#[test]
fn stock_rows_that_cannot_be_taken_say_why() {
    for (row, wanted) in [
        (
            format!("Nobody,{LOT},L,,,1,,"),
            "nobody here, and no pool, is called \"Nobody\"",
        ),
        (
            "Ana,00614950022588,L,,,1,,".to_owned(),
            "is not in the catalogue",
        ),
        (format!("Ana,{LOT},L,,,0,,"), "is not a quantity"),
        (format!("Ana,{LOT},L,,,-1,,"), "is not a quantity"),
        (format!("Ana,{LOT},L,,31.12.2027,1,,"), "is not a date"),
        (format!("Ana,{SERIAL},,,,1,,"), "must not be empty"),
        (format!("Ana,{SERIAL},,S1,,2,,"), "quantity of 1"),
        (
            format!("Ana,{LOT},L,,,1,Elsewhere,"),
            "neither manufacturer, organization nor a facility",
        ),
    ] {
        let words = fault(Kind::Stock, &row);
        assert!(words.contains(wanted), "{row}: {words}");
    }
}

#[test]
fn stock_is_grouped_by_custodian() {
    let plan = good(
        Kind::Stock,
        &format!(
            "Ana,{LOT},L1,,2027-01-31,5,manufacturer,Trunk\nwarehouse,{LOT},L1,,,9,organization,\nAna,{LOT},L2,,,1,St. Anne,\n"
        ),
    );
    assert_eq!(plan.bodies.len(), 2);
    assert_eq!(plan.taken(), 3);
}

#[test]
fn people_and_facilities_are_read() {
    let plan = good(
        Kind::People,
        "Kim,Rep,West,Dov\nLou,regional manager,West,\n",
    );
    assert_eq!(plan.bodies.len(), 2);
    assert!(fault(Kind::People, "Kim,Boss,,").contains("is no role"));
    assert!(fault(Kind::People, "Kim,Rep,,Ana").contains("is not a Distributor"));
    assert!(fault(Kind::People, ",Rep,,").contains("must not be empty"));
    let plan = good(Kind::Facilities, "Harbor,America/Phoenix,West\n");
    assert_eq!(plan.bodies.len(), 1);
    assert!(fault(Kind::Facilities, "Harbor,Mars/North,").contains("is not an IANA time zone"));
}

#[test]
fn cases_are_read_with_the_offset_of_their_day() {
    let rows = format!(
        "St. Anne,2026-11-24,07:30,OR 2,Ana,{LOT} x 2;{SERIAL} x 1,Plating,Dr. F,C1\nSt. Anne,2026-07-01,10:00,,Ana,{LOT} x 1,,,\n"
    );
    let plan = good(Kind::Cases, &rows);
    let offsets: Vec<_> = plan
        .bodies
        .iter()
        .filter_map(|(_, body)| match body {
            EntryBody::CaseScheduled { utc_offset_min, .. } => Some(*utc_offset_min),
            _ => None,
        })
        .collect();
    // Denver is at UTC-7 in winter and at UTC-6 in summer (R27).
    assert_eq!(offsets, [-420, -360]);
    assert_eq!(plan.bodies.len(), 3, "one private part");
    for (row, wanted) in [
        (
            format!("Nowhere,2026-11-24,07:30,,Ana,{LOT} x 2,,,"),
            "no facility is called",
        ),
        (
            format!("St. Anne,2026-11-24,7h,,Ana,{LOT} x 2,,,"),
            "is not a time",
        ),
        (
            format!("St. Anne,2026-11-24,9907:30,,Ana,{LOT} x 2,,,"),
            "is not a time",
        ),
        (
            format!("St. Anne,,07:30,,Ana,{LOT} x 2,,,"),
            "must not be empty",
        ),
        (
            format!("St. Anne,2026-11-24,07:30,,Ada,{LOT} x 2,,,"),
            "is not a Rep",
        ),
        (
            format!("St. Anne,2026-11-24,07:30,,Ana,{LOT},,,"),
            "DEVICE_IDENTIFIER x QUANTITY",
        ),
        (
            format!("St. Anne,2026-11-24,07:30,,Ana,{LOT} x 0,,,"),
            "DEVICE_IDENTIFIER x QUANTITY",
        ),
        (
            "St. Anne,2026-11-24,07:30,,Ana,,,,".to_owned(),
            "at least one product",
        ),
    ] {
        let words = fault(Kind::Cases, &row);
        assert!(words.contains(wanted), "{row}: {words}");
    }
}

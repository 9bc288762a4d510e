//! Small worlds for the tests of pages.

use crate::state::Me;
use baton_domain::State;
use baton_domain::case::{Case, CaseStatus, CoverChoice};
use baton_domain::directory::{Organization, OrganizationKind, Person, Role};
use baton_domain::id::{
    DeviceId, EntryId, FacilityId, LineId, OrganizationId, PersonId, TransferId,
};
use baton_domain::product::{Product, ProductId, Tracking};
use baton_domain::stock::{Custodian, Identity, StockLine, TitleHolder};
use baton_domain::time::{Date, LocalTime, Timestamp};
use baton_domain::transfer::{Transfer, TransferLine, TransferStatus, Travel};

pub fn entry(n: u8) -> EntryId {
    EntryId::from_bytes([n; 16])
}

pub fn person(n: u8) -> PersonId {
    PersonId::from_bytes([n; 16])
}

pub fn line_id(n: u8) -> LineId {
    LineId {
        entry: entry(n),
        index: 0,
    }
}

pub fn at() -> Timestamp {
    Timestamp {
        unix_ms: 1_795_400_000_000,
        offset_min: 0,
    }
}

pub fn organization() -> Organization {
    Organization {
        id: OrganizationId::from_bytes([1; 16]),
        name: "Northern".into(),
        kind: OrganizationKind::Distributor,
        demo: false,
    }
}

/// Person 1, a Rep.
pub fn me() -> Me {
    Me {
        person: person(1),
        name: "Ana".into(),
        role: Role::Rep,
        organization: organization(),
        device: DeviceId::from_bytes([1; 16]),
    }
}

pub fn somebody(n: u8, name: &str, role: Role) -> Person {
    Person {
        id: person(n),
        name: name.into(),
        role,
        region: None,
        principal: None,
        active: true,
    }
}

pub fn product(id: &str, description: &str) -> Product {
    Product {
        id: ProductId::new(id).expect("a product id"),
        reference: "201.812".into(),
        description: description.into(),
        brand: "".into(),
        manufacturer: "Acme".into(),
        tracking: Tracking::Lot,
        sterile: true,
        single_use: true,
        expires: true,
        size: "".into(),
    }
}

pub fn identity(product: &str, lot: &str) -> Identity {
    Identity {
        product: ProductId::new(product).expect("a product id"),
        lot: Some(lot.into()),
        lot_unknown: false,
        serial: None,
        expiry: Date::new(2029, 6, 30),
        manufactured: None,
    }
}

pub fn line(n: u8, product: &str, lot: &str, quantity: u32, holder: Custodian) -> StockLine {
    StockLine {
        id: line_id(n),
        parent: None,
        replaces: None,
        identity: identity(product, lot),
        quantity,
        custodian: holder,
        title: TitleHolder::Manufacturer,
        location: "".into(),
        claims: Vec::new(),
        hold: None,
        disputed: 0,
        head: entry(n),
        past_heads: Vec::new(),
        needs_newer_app: false,
    }
}

/// An open case of person 1.
pub fn case_on(n: u8, date: &str, minute: u16) -> Case {
    Case {
        id: entry(n),
        facility: FacilityId::from_bytes([1; 16]),
        starts_at: LocalTime {
            date: Date::parse_iso(date).expect("a date"),
            minute,
        },
        utc_offset_min: 0,
        room: "".into(),
        rep: person(1),
        rep_since: at(),
        rep_before: None,
        cover: CoverChoice::default(),
        needs: Vec::new(),
        status: CaseStatus::Scheduled,
        usage: Vec::new(),
        details: None,
        closing: None,
        signatures: Vec::new(),
        order: None,
        other_needs: Vec::new(),
        head: entry(n),
        head_by: person(1),
        needs_newer_app: false,
    }
}

pub fn state_with_cases(cases: &[Case]) -> State {
    let mut state = State::default();
    state.put_organization(organization());
    state.put_person(somebody(1, "Ana", Role::Rep));
    for case in cases {
        state.put_case(case.clone());
    }
    state
}

/// An open transfer of one line of five.
pub fn transfer(n: u8, from: Custodian, to: Custodian, by: PersonId) -> Transfer {
    Transfer {
        id: TransferId::from_bytes([n; 16]),
        from,
        to,
        offered_by: by,
        offered_at: at(),
        travel: Travel::default(),
        note: "".into(),
        lines: vec![TransferLine {
            line: line_id(n),
            identity: identity("00614950000203", "A1"),
            quantity: 5,
            reserved_for: None,
            answer: None,
        }],
        extras: Vec::new(),
        status: TransferStatus::Open,
        ended_by: None,
    }
}

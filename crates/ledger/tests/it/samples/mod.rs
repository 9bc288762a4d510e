//! One fixed sample of everything that is stored or sent. The golden files hold their bytes, so
//! what stands here is never changed, only added to.

mod adjust;
mod bodies;
mod facility;
mod records;
mod requests;

use baton_domain::case::{CaseDetails, CoverChoice, Need, TakenFirst};
use baton_domain::directory::{
    Device, Facility, ManufacturerLink, Organization, OrganizationKind, Person, Pool, Role,
    SharingLink,
};
use baton_domain::id::{DeviceId, EntryId, FacilityId, LineId, OrganizationId, PersonId, PoolId};
use baton_domain::product::{Product, ProductId, Tracking};
use baton_domain::recall::Recalled;
use baton_domain::stock::{Custodian, Identity};
use baton_domain::time::{Date, LocalTime, Timestamp};
use baton_domain::transfer::{Travel, TravelMeans};
use baton_domain::tray::{BillOfMaterials, Tray, TrayCheck};
use baton_domain::{Entry, EntryBody};
use baton_ledger::{SignedEntry, SigningKey, Unsigned};

pub(crate) use adjust::adjustments;
pub(crate) use bodies::bodies;
pub(crate) use facility::facility_stock;
pub(crate) use records::{case, state, verdicts};
pub(crate) use requests::requests_state;

/// 16 bytes that look like a UUIDv7 and name their number.
pub(crate) fn bytes(number: u16) -> [u8; 16] {
    let [high, low] = number.to_be_bytes();
    [
        0x01, 0x93, 0x5a, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, high, low,
    ]
}

pub(crate) fn entry_id(number: u16) -> EntryId {
    EntryId::from_bytes(bytes(number))
}

pub(crate) fn line_id(number: u16, index: u16) -> LineId {
    LineId {
        entry: entry_id(number),
        index,
    }
}

pub(crate) fn person_id(number: u16) -> PersonId {
    PersonId::from_bytes(bytes(number))
}

pub(crate) fn date(year: u16, month: u8, day: u8) -> Date {
    Date::new(year, month, day).unwrap()
}

pub(crate) fn product_id(text: &str) -> ProductId {
    ProductId::new(text).unwrap()
}

fn time(unix_ms: i64) -> Timestamp {
    Timestamp {
        unix_ms,
        offset_min: -360,
    }
}

pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32]).unwrap()
}

/// An entry around a body.
pub(crate) fn entry(body: EntryBody) -> Entry {
    Entry {
        id: entry_id(500),
        organization: OrganizationId::from_bytes(bytes(1)),
        actor: person_id(2),
        device: DeviceId::from_bytes(bytes(3)),
        sequence: 41,
        occurred_at: time(1_795_400_000_123),
        source_sha256: None,
        body,
    }
}

pub(crate) fn signed(entry: &Entry) -> SignedEntry {
    Unsigned::new(entry).unwrap().sign(&key())
}

fn identity(serial: Option<&str>) -> Identity {
    Identity {
        product: product_id("00812345678901"),
        lot: Some("B23-771".into()),
        lot_unknown: false,
        serial: serial.map(Into::into),
        expiry: Some(date(2027, 2, 28)),
        manufactured: Some(date(2024, 2, 29)),
    }
}

/// Who did something, and when.
pub(crate) fn somebody() -> (PersonId, Timestamp) {
    (person_id(2), time(1_795_400_000_123))
}

pub(crate) fn bill_of_materials() -> BillOfMaterials {
    let need = |product: &str, quantity| Need {
        product: product_id(product),
        quantity,
    };
    BillOfMaterials {
        product: product_id("#Acme/TRAY"),
        needs: vec![need("00812345678901", 4), need("#Acme/77.120.05", 1)],
    }
}

/// A tray that was never checked, and one that lacked something.
pub(crate) fn trays() -> [Tray; 2] {
    let checked = TrayCheck {
        by: somebody(),
        missing: bill_of_materials().needs,
        note: "one driver bent".into(),
    };
    [
        Tray {
            line: line_id(50, 0),
            contents: vec![line_id(20, 0), line_id(21, 3)],
            checked: None,
        },
        Tray {
            line: line_id(50, 1),
            contents: Vec::new(),
            checked: Some(checked),
        },
    ]
}

pub(crate) fn recalled() -> Recalled {
    Recalled {
        product: product_id("00812345678901"),
        lot: Some("B23-771".into()),
        serial: Some("S-1".into()),
    }
}

fn bare_identity() -> Identity {
    Identity {
        product: product_id("#Acme/77.120.05"),
        lot: None,
        lot_unknown: true,
        serial: None,
        expiry: None,
        manufactured: None,
    }
}

fn person() -> Person {
    Person {
        id: person_id(2),
        name: "Ada".into(),
        role: Role::Rep,
        region: Some("North".into()),
        principal: Some(person_id(4)),
        active: true,
    }
}

fn organization() -> Organization {
    Organization {
        id: OrganizationId::from_bytes(bytes(1)),
        name: "Foothill Ortho".into(),
        kind: OrganizationKind::Distributor,
        demo: true,
    }
}

fn device() -> Device {
    Device {
        id: DeviceId::from_bytes(bytes(3)),
        person: Some(person_id(2)),
        public_key: key().public_key(),
        label: "Ada's phone".into(),
        revoked: true,
    }
}

fn facility() -> Facility {
    Facility {
        id: FacilityId::from_bytes(bytes(5)),
        name: "Mercy".into(),
        zone: "America/Denver".into(),
        region: Some("North".into()),
        active: true,
    }
}

/// Everything that can be chosen for a swap.
pub(crate) fn cover_choice() -> CoverChoice {
    CoverChoice {
        no_facility_stock: true,
        no_field: false,
        no_supply: true,
        first: vec![TakenFirst {
            product: product_id("00812345678901"),
            holder: Custodian::Person(person_id(8)),
            facility_stock: true,
        }],
    }
}

fn pool() -> Pool {
    Pool {
        id: PoolId::from_bytes(bytes(6)),
        name: "North pool".into(),
        region: Some("North".into()),
    }
}

fn sharing_link() -> SharingLink {
    SharingLink {
        account: Custodian::Pool(PoolId::from_bytes(bytes(6))),
        rep: person_id(2),
    }
}

fn manufacturer_link() -> ManufacturerLink {
    ManufacturerLink {
        manufacturer: "Acme".into(),
        organization: OrganizationId::from_bytes(bytes(7)),
        name: "Acme Spine".into(),
    }
}

fn product() -> Product {
    Product {
        id: product_id("00812345678901"),
        reference: "77.120.05".into(),
        description: "Pedicle screw 6.5 × 45".into(),
        brand: "Apex".into(),
        manufacturer: "Acme".into(),
        tracking: Tracking::Lot,
        sterile: true,
        single_use: true,
        expires: true,
        size: "6.5 mm × 45 mm".into(),
    }
}

fn bare_product() -> Product {
    Product {
        id: product_id("A123BCD"),
        reference: "".into(),
        description: "Driver".into(),
        brand: "".into(),
        manufacturer: "Acme".into(),
        tracking: Tracking::Untracked,
        sterile: false,
        single_use: false,
        expires: false,
        size: "".into(),
    }
}

fn needs() -> Vec<Need> {
    vec![
        Need {
            product: product_id("00812345678901"),
            quantity: 4,
        },
        Need {
            product: product_id("=A9999XYZ"),
            quantity: 1,
        },
    ]
}

fn starts_at() -> LocalTime {
    LocalTime {
        date: date(2026, 12, 1),
        minute: 7 * 60 + 30,
    }
}

fn details() -> CaseDetails {
    CaseDetails {
        procedure: "TLIF L4-5".into(),
        surgeon: "Dr. Lee".into(),
        reference: "K-7".into(),
    }
}

fn travel() -> Travel {
    Travel {
        means: TravelMeans::Courier,
        details: "DHL 123".into(),
        needed_by: Some(time(1_795_500_000_000)),
    }
}

//! Who and what there is in the world, and short ways to write it down.

use crate::Text;
use crate::case::{Side, UseStatus};
use crate::command::{Command, UseSource, WantedSignature, WantedUse};
use crate::directory::{Device, Person, Role};
use crate::id::{CaseId, DeviceId, FacilityId, LineId, OrganizationId, PersonId, PoolId};
use crate::product::{Product, ProductId, Tracking};
use crate::stock::{Custodian, Identity};
use crate::time::Date;
use crate::transfer::{LineAnswer, Travel};

/// The organization of the world.
pub const ORGANIZATION: OrganizationId = OrganizationId::from_bytes([0xA0; 16]);
/// Another one, whose manufacturer is linked.
pub const LINKED_ORGANIZATION: OrganizationId = OrganizationId::from_bytes([0xA1; 16]);
/// The server's key.
pub const SERVER: DeviceId = DeviceId::from_bytes([0x5E; 16]);
/// The first Admin.
pub const ADMIN: PersonId = person_id(1);
/// Operations.
pub const OFFICE: PersonId = person_id(2);
/// The Regional manager of the region `West`.
pub const MANAGER: PersonId = person_id(3);
/// A Distributor (principal), to whom [`REP_B`] reports.
pub const PRINCIPAL: PersonId = person_id(4);
/// A Rep in the region `West`.
pub const REP_A: PersonId = person_id(5);
/// A Rep in the region `West` who reports to [`PRINCIPAL`].
pub const REP_B: PersonId = person_id(6);
/// A Rep in the region `East`.
pub const REP_C: PersonId = person_id(7);
/// The first Admin of the linked manufacturer.
pub const MAKER_ADMIN: PersonId = person_id(21);
/// Operations of the linked manufacturer.
pub const MAKER_OFFICE: PersonId = person_id(22);
/// A Rep of the linked manufacturer.
pub const MAKER_REP: PersonId = person_id(23);
/// Everybody.
pub const PEOPLE: [PersonId; 7] = [ADMIN, OFFICE, MANAGER, PRINCIPAL, REP_A, REP_B, REP_C];
/// A pool in the region `West` that [`REP_A`] is a member of.
pub const POOL: PoolId = PoolId::from_bytes([0xB0; 16]);
/// A facility in the region `West`.
pub const FACILITY: FacilityId = FacilityId::from_bytes([0xF0; 16]);
/// A facility in the region `East`.
pub const OTHER_FACILITY: FacilityId = FacilityId::from_bytes([0xF1; 16]);

/// A screw: lot, single-use, expires.
pub const SCREW: &str = "08000000000017";
/// A pump: serial, single-use, expires.
pub const PUMP: &str = "08000000000024";
/// A driver: not tracked, reusable.
pub const DRIVER: &str = "#Acme/DRV-1";
/// A plate of a manufacturer that is linked: lot, single-use.
pub const LINKED_PLATE: &str = "08000000000048";

const fn person_id(number: u8) -> PersonId {
    PersonId::from_bytes([number; 16])
}

/// The phone of a person of the world.
pub fn phone_of(person: PersonId) -> DeviceId {
    let mut bytes = *person.as_bytes();
    bytes[0] = 0xDE;
    DeviceId::from_bytes(bytes)
}

/// A date, or a panic.
pub fn date(year: u16, month: u8, day: u8) -> Date {
    Date::new(year, month, day).expect("a real date")
}

/// A product identifier, or a panic.
pub fn product_id(text: &str) -> ProductId {
    ProductId::new(text).expect("a product identifier")
}

/// The custody of a person.
pub fn with(person: PersonId) -> Custodian {
    Custodian::Person(person)
}

/// Pieces of a lot that expires in 2029.
pub fn lot(product: &str, lot: &str) -> Identity {
    Identity {
        product: product_id(product),
        lot: Some(lot.into()),
        lot_unknown: false,
        serial: None,
        expiry: Some(date(2029, 6, 30)),
        manufactured: None,
    }
}

/// One piece with a serial that expires in 2029.
pub fn serial(product: &str, serial: &str) -> Identity {
    Identity {
        lot: None,
        serial: Some(serial.into()),
        ..lot(product, "-")
    }
}

/// An answer that takes everything as offered.
pub fn takes(quantity: u32) -> LineAnswer {
    LineAnswer {
        accepted: quantity,
        ..LineAnswer::default()
    }
}

/// An answer line by line.
pub fn answer(accepted: u32, damaged: u32, missing: u32) -> LineAnswer {
    LineAnswer {
        accepted,
        damaged,
        missing,
        note: Text::from(""),
    }
}

/// The command that offers lines.
pub fn offer(from: Custodian, to: Custodian, lines: &[(LineId, u32, Option<CaseId>)]) -> Command {
    Command::OfferTransfer {
        from,
        to,
        lines: lines.to_vec(),
        travel: Travel::default(),
        note: "".into(),
    }
}

/// The command that records the use of pieces of one line.
pub fn use_of(
    case: CaseId,
    line: LineId,
    quantity: u32,
    status: UseStatus,
    reason: &str,
) -> Command {
    let used = WantedUse {
        source: UseSource::Line(line),
        quantity,
        status,
    };
    Command::RecordUsage {
        case,
        lines: vec![used],
        reason: reason.into(),
    }
}

/// The command that closes a case with both signatures on lines of that hash.
pub fn close(case: CaseId, lines: [u8; 32]) -> Command {
    let signature = |side, name: &str| WantedSignature {
        side,
        name: name.into(),
        meaning: "Used as listed".into(),
        drawing: "".into(),
    };
    Command::CloseCase {
        case,
        lines,
        signatures: vec![
            signature(Side::Rep, "Ann"),
            signature(Side::Facility, "N. Urse"),
        ],
    }
}

/// A person with a role.
pub fn person(id: PersonId, name: &str, role: Role, region: Option<&str>) -> Person {
    Person {
        id,
        name: name.into(),
        role,
        region: region.map(Text::from),
        principal: None,
        active: true,
    }
}

/// A device; `None` makes it the server's.
pub fn device(id: DeviceId, person: Option<PersonId>) -> Device {
    let mut public_key = [2; 33];
    public_key[1..17].copy_from_slice(id.as_bytes());
    Device {
        id,
        person,
        public_key,
        label: "phone".into(),
        revoked: false,
    }
}

pub(super) fn catalogue() -> Vec<Product> {
    let product = |id: &str, manufacturer: &str, tracking, single_use| Product {
        id: product_id(id),
        reference: id.into(),
        description: "for tests".into(),
        brand: "".into(),
        manufacturer: manufacturer.into(),
        tracking,
        sterile: single_use,
        single_use,
        expires: single_use,
        size: "".into(),
    };
    vec![
        product(SCREW, "Acme", Tracking::Lot, true),
        product(PUMP, "Acme", Tracking::Serial, true),
        product(DRIVER, "Acme", Tracking::Untracked, false),
        product(LINKED_PLATE, "Linked Makers", Tracking::Lot, true),
    ]
}

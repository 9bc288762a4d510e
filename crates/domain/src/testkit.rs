//! A small organization for tests, of this crate and of others: a distributor with an office, a
//! manager, a principal, three reps, a pool, two facilities, a catalogue, and a phone each.
//!
//! [`World`] plays the server: it judges and folds what is recorded. What a phone decides while it
//! is away is decided on a state kept from before ([`World::decide_on`]) and recorded later. Ids
//! and sequences count up, so that every run is the same. It panics where a test's set-up is
//! wrong, and is no part of a product.

use crate::case::{CaseDetails, Need, UseStatus};
use crate::command::{Author, Command, UseSource, WantedUse};
use crate::directory::{
    Device, Facility, ManufacturerLink, Organization, OrganizationKind, Person, Pool, Role,
    SharingLink,
};
use crate::entry::{Entry, EntryBody, ReceivedLine};
use crate::id::{
    CaseId, DeviceId, EntryId, FacilityId, LineId, OrganizationId, PersonId, PoolId, TransferId,
};
use crate::product::{Product, ProductId, Tracking};
use crate::refusal::Refusal;
use crate::state::State;
use crate::stock::{Custodian, Identity, StockLine, TitleHolder};
use crate::time::{Date, LocalTime, Timestamp};
use crate::transfer::{LineAnswer, Travel};
use crate::verdict::{Outcome, Verdict};
use crate::{Text, decide, fold, judge};
use std::collections::BTreeMap;

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

/// The organization's server and the ledger it keeps.
#[derive(Clone, Debug)]
pub struct World {
    /// What is known, everything recorded included.
    pub state: State,
    /// Everything recorded, in order, with its verdict.
    pub ledger: Vec<(Entry, Verdict)>,
    ids: u64,
    sequences: BTreeMap<DeviceId, u64>,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// The founded organization with its people, phones, places and catalogue, and no stock.
    pub fn new() -> Self {
        let mut world = Self {
            state: State::default(),
            ledger: Vec::new(),
            ids: 0,
            sequences: BTreeMap::new(),
        };
        let organization = Organization {
            id: ORGANIZATION,
            name: "Westside Ortho".into(),
            kind: OrganizationKind::Distributor,
            demo: true,
        };
        let admin = person(ADMIN, "Ada", Role::Admin, None);
        world.by_server(EntryBody::OrganizationFounded {
            organization,
            admin,
        });
        world.by_server(EntryBody::DeviceEnrolled(device(SERVER, None)));
        world.staff();
        for id in PEOPLE {
            world.by_server(EntryBody::DeviceEnrolled(device(phone_of(id), Some(id))));
        }
        for (id, name, region) in [
            (FACILITY, "Mercy", "West"),
            (OTHER_FACILITY, "Grace", "East"),
        ] {
            world.by_server(EntryBody::FacilityRecorded(Facility {
                id,
                name: name.into(),
                zone: "America/Denver".into(),
                region: Some(region.into()),
                active: true,
            }));
        }
        world.by_server(EntryBody::PoolRecorded(Pool {
            id: POOL,
            name: "West pool".into(),
            region: Some("West".into()),
        }));
        let link = SharingLink {
            account: Custodian::Pool(POOL),
            rep: REP_A,
        };
        world.by_server(EntryBody::SharingLinkSet { link, active: true });
        world.by_server(EntryBody::ProductsListed(catalogue()));
        world.by_server(EntryBody::ManufacturerLinked(ManufacturerLink {
            manufacturer: "Linked Makers".into(),
            organization: LINKED_ORGANIZATION,
            name: "Linked Makers Inc".into(),
        }));
        world
    }

    fn staff(&mut self) {
        let west = Some("West");
        for person in [
            person(OFFICE, "Olga", Role::Operations, None),
            person(MANAGER, "Max", Role::RegionalManager, west),
            person(PRINCIPAL, "Pia", Role::Distributor, west),
            person(REP_A, "Ann", Role::Rep, west),
            Person {
                principal: Some(PRINCIPAL),
                ..person(REP_B, "Ben", Role::Rep, west)
            },
            person(REP_C, "Cem", Role::Rep, Some("East")),
        ] {
            self.by_server(EntryBody::PersonRecorded(person));
        }
    }

    /// A fresh id; later ones sort later.
    pub fn next_id(&mut self) -> EntryId {
        self.ids += 1;
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&self.ids.to_be_bytes());
        EntryId::from_bytes(bytes)
    }

    /// The author that a person is on their own phone.
    pub fn author(&self, person: PersonId) -> Author {
        Author {
            organization: ORGANIZATION,
            person,
            device: phone_of(person),
        }
    }

    /// An entry of a person's own phone, not yet recorded.
    pub fn entry(&mut self, person: PersonId, body: EntryBody) -> Entry {
        self.entry_of(person, phone_of(person), body)
    }

    /// An entry signed by any device, not yet recorded.
    pub fn entry_of(&mut self, actor: PersonId, device: DeviceId, body: EntryBody) -> Entry {
        let id = self.next_id();
        self.signed(id, actor, device, body)
    }

    fn signed(&mut self, id: EntryId, actor: PersonId, device: DeviceId, body: EntryBody) -> Entry {
        let sequence = self.sequences.entry(device).or_default();
        *sequence += 1;
        Entry {
            id,
            organization: ORGANIZATION,
            actor,
            device,
            sequence: *sequence,
            occurred_at: Timestamp {
                unix_ms: 1_795_000_000_000 + self.ids as i64,
                offset_min: 0,
            },
            source_sha256: None,
            body,
        }
    }

    /// Decides on the state of the server; nothing is recorded.
    pub fn decide(&mut self, person: PersonId, command: Command) -> Result<Vec<Entry>, Refusal> {
        let state = self.state.clone();
        self.decide_on(&state, person, command)
    }

    /// Decides on the state that a phone has; nothing is recorded.
    pub fn decide_on(
        &mut self,
        state: &State,
        person: PersonId,
        command: Command,
    ) -> Result<Vec<Entry>, Refusal> {
        let author = self.author(person);
        let bodies = decide(state, &author, command, &mut || self.next_id())?;
        let device = author.device;
        Ok(bodies
            .into_iter()
            .map(|(id, body)| self.signed(id, person, device, body))
            .collect())
    }

    /// Judges and folds an entry, as the server does; a waiting one leaves nothing behind.
    pub fn record(&mut self, entry: Entry) -> Verdict {
        let verdict = judge(&self.state, &entry);
        fold(&mut self.state, &entry, &verdict);
        if !matches!(verdict.outcome, Outcome::Waiting(_)) {
            self.ledger.push((entry, verdict.clone()));
        }
        verdict
    }

    /// Decides and records; the id of the first entry.
    pub fn act(&mut self, person: PersonId, command: Command) -> Result<EntryId, Refusal> {
        let entries = self.decide(person, command)?;
        let first = entries
            .first()
            .map(|entry| entry.id)
            .expect("a command makes an entry");
        for entry in entries {
            let verdict = self.record(entry);
            assert!(
                !verdict.needs_review(),
                "decided, and not accepted: {verdict:?}"
            );
        }
        Ok(first)
    }

    /// Records something signed by the server's key, which must be accepted.
    pub fn by_server(&mut self, body: EntryBody) -> EntryId {
        let entry = self.entry_of(ADMIN, SERVER, body);
        let id = entry.id;
        let verdict = self.record(entry);
        assert_eq!(verdict.outcome, Outcome::Accepted);
        assert!(verdict.lines.is_empty(), "{verdict:?}");
        id
    }

    /// Puts stock into a custody as an import does; the manufacturer owns it.
    pub fn stock(&mut self, custodian: Custodian, identity: Identity, quantity: u32) -> LineId {
        self.stock_of(custodian, identity, quantity, TitleHolder::Manufacturer)
    }

    /// Puts stock of any title into a custody as an import does.
    pub fn stock_of(
        &mut self,
        custodian: Custodian,
        identity: Identity,
        quantity: u32,
        title: TitleHolder,
    ) -> LineId {
        let line = ReceivedLine {
            identity,
            quantity,
            title,
            location: "trunk".into(),
        };
        let received = EntryBody::StockReceived {
            custodian,
            lines: vec![line],
            reason: "".into(),
        };
        LineId {
            entry: self.by_server(received),
            index: 0,
        }
    }

    /// Schedules a case at [`FACILITY`] for 2026-12-01, 08:00.
    pub fn case(&mut self, rep: PersonId, needs: &[(&str, u32)]) -> CaseId {
        let needs = needs
            .iter()
            .map(|(product, quantity)| Need {
                product: product_id(product),
                quantity: *quantity,
            })
            .collect();
        let command = Command::ScheduleCase {
            facility: FACILITY,
            starts_at: LocalTime {
                date: date(2026, 12, 1),
                minute: 480,
            },
            utc_offset_min: -420,
            room: "OR 2".into(),
            rep,
            needs,
            details: Some(CaseDetails {
                procedure: "Spine".into(),
                ..CaseDetails::default()
            }),
        };
        self.act(ADMIN, command)
            .expect("an Admin schedules any case")
    }

    /// Marks, as the rep on the case.
    pub fn mark(&mut self, case: CaseId, line: LineId, quantity: u32) -> Result<EntryId, Refusal> {
        let rep = self.state.case(case).expect("a known case").rep;
        self.act(
            rep,
            Command::MarkStock {
                case,
                lines: vec![(line, quantity)],
            },
        )
    }

    /// Offers from one person to another, as the giver.
    pub fn offer(
        &mut self,
        from: PersonId,
        to: PersonId,
        lines: &[(LineId, u32, Option<CaseId>)],
    ) -> Result<TransferId, Refusal> {
        self.act(from, offer(with(from), with(to), lines))
    }

    /// Answers an offer.
    pub fn answer(
        &mut self,
        person: PersonId,
        transfer: TransferId,
        answers: &[LineAnswer],
    ) -> Result<EntryId, Refusal> {
        self.act(
            person,
            Command::AnswerTransfer {
                transfer,
                answers: answers.to_vec(),
                extras: Vec::new(),
            },
        )
    }

    /// A line that must be known.
    pub fn line(&self, line: LineId) -> &StockLine {
        self.state.line(line).expect("a known line")
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

fn catalogue() -> Vec<Product> {
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

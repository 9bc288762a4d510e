//! A small organization for tests, of this crate and of others: a distributor with an office, a
//! manager, a principal, three reps, a pool, two facilities, a catalogue, and a phone each.
//!
//! [`World`] plays the server: it judges and folds what is recorded. What a phone decides while it
//! is away is decided on a state kept from before ([`World::decide_on`]) and recorded later. Ids
//! and sequences count up, so that every run is the same. It panics where a test's set-up is
//! wrong, and is no part of a product.

mod cast;

pub use cast::*;

use crate::case::{CaseDetails, Need};
use crate::command::{Author, Command};
use crate::directory::{
    Facility, ManufacturerLink, Organization, OrganizationKind, Person, Pool, Role, SharingLink,
};
use crate::entry::{Entry, EntryBody, ReceivedLine};
use crate::id::{CaseId, DeviceId, EntryId, LineId, OrganizationId, PersonId, TransferId};
use crate::mirror;
use crate::refusal::Refusal;
use crate::state::State;
use crate::stock::{Custodian, Identity, StockLine, TitleHolder};
use crate::time::{LocalTime, Timestamp};
use crate::transfer::LineAnswer;
use crate::verdict::{Outcome, Verdict};
use crate::{decide, fold, judge};
use std::collections::BTreeMap;

/// The organization's server and the ledger it keeps.
#[derive(Clone, Debug)]
pub struct World {
    /// What is known, everything recorded included.
    pub state: State,
    /// Everything recorded, in order, with its verdict.
    pub ledger: Vec<(Entry, Verdict)>,
    ids: u64,
    sequences: BTreeMap<DeviceId, u64>,
    organization: OrganizationId,
    admin: PersonId,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// The founded organization with its people, phones, places and catalogue, and no stock.
    pub fn new() -> Self {
        let mut world = Self::empty(ORGANIZATION, ADMIN, 0);
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

    /// The linked manufacturer: an office, a rep, the catalogue, and no stock. Not linked yet.
    pub fn manufacturer() -> Self {
        // Ids are unique in the whole world, not only in one ledger.
        let mut world = Self::empty(LINKED_ORGANIZATION, MAKER_ADMIN, 1 << 32);
        let organization = Organization {
            id: LINKED_ORGANIZATION,
            name: "Linked Makers Inc".into(),
            kind: OrganizationKind::Manufacturer,
            demo: true,
        };
        let admin = person(MAKER_ADMIN, "Mia", Role::Admin, None);
        world.by_server(EntryBody::OrganizationFounded {
            organization,
            admin,
        });
        world.by_server(EntryBody::DeviceEnrolled(device(SERVER, None)));
        for other in [
            person(MAKER_OFFICE, "Moe", Role::Operations, None),
            person(MAKER_REP, "Mel", Role::Rep, None),
        ] {
            world.by_server(EntryBody::PersonRecorded(other));
        }
        for id in [MAKER_ADMIN, MAKER_OFFICE, MAKER_REP] {
            world.by_server(EntryBody::DeviceEnrolled(device(phone_of(id), Some(id))));
        }
        world.by_server(EntryBody::ProductsListed(catalogue()));
        world
    }

    /// A distributor and the manufacturer, linked.
    pub fn linked_pair() -> [Self; 2] {
        let [mut west, mut maker] = [Self::new(), Self::manufacturer()];
        let ask = Command::AskLink {
            organization: LINKED_ORGANIZATION,
            name: "Linked Makers".into(),
            manufacturer: "Linked Makers".into(),
        };
        west.act(ADMIN, ask).expect("an Admin asks");
        carry(&mut west, &mut maker);
        let answer = Command::AnswerLink {
            organization: ORGANIZATION,
            accepted: true,
            manufacturer: "Linked Makers".into(),
        };
        maker.act(MAKER_ADMIN, answer).expect("an Admin accepts");
        carry(&mut west, &mut maker);
        [west, maker]
    }

    fn empty(organization: OrganizationId, admin: PersonId, ids: u64) -> Self {
        Self {
            state: State::default(),
            ledger: Vec::new(),
            ids,
            sequences: BTreeMap::new(),
            organization,
            admin,
        }
    }

    /// Records one step from the other ledger, as the server does.
    pub fn mirror(&mut self, step: mirror::Step) -> Verdict {
        let origin = mirror::Origin {
            organization: step.of,
            entry: step.entry,
            hash: [1; 32],
        };
        let body = EntryBody::Mirrored {
            origin,
            mirror: step.mirror,
        };
        let entry = self.signed(step.id, mirror::SYSTEM, SERVER, body);
        self.record(entry)
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
            organization: self.organization,
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
            organization: self.organization,
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
        let entry = self.entry_of(self.admin, SERVER, body);
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

/// Carries over whatever is due between two ledgers, until nothing is; how many steps it took.
pub fn carry(left: &mut World, right: &mut World) -> usize {
    let mut steps = 0;
    while let Some(step) = mirror::due(&left.state, &right.state).into_iter().next() {
        let world = if step.into == left.organization {
            &mut *left
        } else {
            &mut *right
        };
        let verdict = world.mirror(step);
        assert_eq!(verdict.outcome, Outcome::Accepted);
        steps += 1;
        assert!(steps < 1000, "carrying over comes to an end");
    }
    steps
}

//! Phones with real keys on the world of the domain's testkit, as far as codes go.

use baton_domain::directory::Device;
use baton_domain::entry::Entry;
use baton_domain::id::{DeviceId, EntryId, LineId, PersonId};
use baton_domain::stock::Identity;
use baton_domain::testkit::{
    ADMIN, ORGANIZATION, REP_A, REP_B, REP_C, SCREW, SERVER, World, lot, offer, phone_of, serial,
    takes, with,
};
use baton_domain::verdict::Verdict;
use baton_domain::{Command, EntryBody, State, fold, judge, trust};
use baton_handoff::{Arrival, HandoffError, Kind, Meaning, Parcel, Reader, Room, ancestors, check};
use baton_ledger::{Certificate, Enrolment, SignedEntry, SigningKey, Unsigned, key};
use std::collections::BTreeMap;

/// The key of a device of the world.
pub fn key_of(device: DeviceId) -> SigningKey {
    SigningKey::from_bytes(&[device.as_bytes()[1]; 32]).unwrap()
}

/// The world, with keys that can sign.
pub fn world() -> World {
    let mut world = World::new();
    let phones = [ADMIN, REP_A, REP_B, REP_C].map(phone_of);
    for device in [SERVER].into_iter().chain(phones) {
        let known = world.state.device(device).unwrap().clone();
        world.state.put_device(Device {
            public_key: key_of(device).public_key(),
            ..known
        });
    }
    world
}

/// Signs with the key of the entry's device.
pub fn signed(entry: &Entry) -> SignedEntry {
    Unsigned::new(entry).unwrap().sign(&key_of(entry.device))
}

/// The certificate of somebody's phone.
pub fn certificate(person: PersonId) -> Certificate {
    let enrolment = Enrolment {
        organization: ORGANIZATION,
        device: phone_of(person),
        person,
        public_key: key_of(phone_of(person)).public_key(),
        issued_at_ms: 1_795_000_000_000,
    };
    Certificate::issue(&enrolment, SERVER, &key_of(SERVER))
}

/// What one phone knows, and what of it no server has seen.
#[derive(Clone)]
pub struct Phone {
    pub person: PersonId,
    pub base: State,
    pub view: State,
    pub pending: BTreeMap<EntryId, SignedEntry>,
}

impl Phone {
    pub fn new(world: &World, person: PersonId) -> Self {
        Self {
            person,
            base: world.state.clone(),
            view: world.state.clone(),
            pending: BTreeMap::new(),
        }
    }

    /// Decides and records offline; the last entry.
    pub fn act(&mut self, world: &mut World, command: Command) -> SignedEntry {
        let entries = world.decide_on(&self.view, self.person, command).unwrap();
        entries
            .into_iter()
            .map(|entry| self.keep(entry))
            .last()
            .unwrap()
    }

    /// As `act`, a receipt bound to the bytes of the offer.
    pub fn accept(
        &mut self,
        world: &mut World,
        offer: &SignedEntry,
        quantities: &[u32],
    ) -> SignedEntry {
        let body = EntryBody::TransferAnswered {
            transfer: offer.entry().id,
            offer_hash: Some(offer.hash()),
            answers: quantities.iter().map(|quantity| takes(*quantity)).collect(),
            extras: Vec::new(),
        };
        let entry = world.entry(self.person, body);
        self.keep(entry)
    }

    fn keep(&mut self, entry: Entry) -> SignedEntry {
        let signed = signed(&entry);
        self.lay(&signed);
        signed
    }

    fn lay(&mut self, signed: &SignedEntry) {
        trust(&mut self.view, &self.base, signed.entry());
        let verdict: Verdict = judge(&self.view, signed.entry());
        fold(&mut self.view, signed.entry(), &verdict);
        self.pending.insert(signed.entry().id, signed.clone());
    }

    /// Receives stock of a lot offline.
    pub fn receives(&mut self, world: &mut World, identity: Identity, quantity: u32) -> LineId {
        let line = baton_domain::entry::ReceivedLine {
            identity,
            quantity,
            title: baton_domain::stock::TitleHolder::Manufacturer,
            location: "".into(),
        };
        let received = Command::ReceiveStock {
            custodian: with(self.person),
            lines: vec![line],
            reason: "from the box".into(),
        };
        let entry = self.act(world, received).entry().id;
        LineId { entry, index: 0 }
    }

    pub fn offers(
        &mut self,
        world: &mut World,
        to: PersonId,
        lines: &[(LineId, u32)],
    ) -> SignedEntry {
        let lines: Vec<_> = lines
            .iter()
            .map(|(line, quantity)| (*line, *quantity, None))
            .collect();
        let command = offer(with(self.person), with(to), &lines);
        self.act(world, command)
    }

    pub fn parcel(&self, offer: &SignedEntry, room: Room) -> Result<Parcel, HandoffError> {
        let unconfirmed = |id| self.pending.get(&id).cloned();
        Ok(Parcel {
            kind: Kind::Offer,
            ancestors: ancestors(offer, &unconfirmed, room)?,
            entry: offer.clone(),
            certificates: vec![certificate(self.person)],
        })
    }

    /// What somebody proposed, or the word on it.
    pub fn shows(&self, kind: Kind, entry: &SignedEntry) -> Parcel {
        let unconfirmed = |id| self.pending.get(&id).cloned();
        let ancestors = match kind {
            Kind::Proposal => ancestors(entry, &unconfirmed, Room::Code).unwrap(),
            _ => Vec::new(),
        };
        Parcel {
            kind,
            ancestors,
            entry: entry.clone(),
            certificates: vec![certificate(self.person)],
        }
    }

    pub fn receipt(&self, receipt: &SignedEntry) -> Parcel {
        Parcel {
            kind: Kind::Receipt,
            ancestors: Vec::new(),
            entry: receipt.clone(),
            certificates: vec![certificate(self.person)],
        }
    }

    /// Reads a parcel as it would come by a code, and verifies what it asks to be verified.
    pub fn reads(&self, parcel: &Parcel) -> Result<Arrival, HandoffError> {
        let parcel = Parcel::decode(&parcel.encode().unwrap())?;
        let reader = Reader {
            view: &self.view,
            base: &self.base,
            organization: ORGANIZATION,
            person: self.person,
            hash_of: &|id| self.pending.get(&id).map(SignedEntry::hash),
        };
        let arrival = check(&parcel, reader)?;
        for check in &arrival.checks {
            key::verify(&check.key, &check.message, &check.signature)
                .map_err(|_| HandoffError::Tampered(check.entry))?;
        }
        Ok(arrival)
    }

    /// Reads a parcel and takes in what is new; what it means.
    pub fn takes_in(&mut self, parcel: &Parcel) -> Meaning {
        let arrival = self.reads(parcel).unwrap();
        for incoming in &arrival.entries {
            self.lay(&incoming.entry);
        }
        arrival.meaning
    }

    pub fn pieces(&self) -> u32 {
        self.view
            .lines_held_by(with(self.person))
            .map(|line| line.quantity)
            .sum()
    }
}

/// A rep with five screws that the server knows of, and another one.
pub fn two_phones() -> (World, Phone, Phone, LineId) {
    let mut world = world();
    let line = world.stock(with(REP_A), lot(SCREW, "A1"), 5);
    let (ann, ben) = (Phone::new(&world, REP_A), Phone::new(&world, REP_B));
    (world, ann, ben, line)
}

/// A distinct piece with a serial.
pub fn pump(number: u32) -> Identity {
    serial(
        baton_domain::testkit::PUMP,
        &format!("SN{}", 100_200 + 37 * number),
    )
}

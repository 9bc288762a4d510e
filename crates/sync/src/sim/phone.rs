//! A phone: a store that survives, an engine that does not.

use super::cheap::sign;
use super::server::{Server, key_of};
use crate::{Applied, Engine, HighWater, Plan, SyncError};
use baton_domain::command::Author;
use baton_domain::guard::{Guard, is_off};
use baton_domain::id::{DeviceId, EntryId, PersonId};
use baton_domain::testkit::{ORGANIZATION, SERVER, phone_of};
use baton_domain::time::Timestamp;
use baton_domain::{Command, Entry, EntryBody, Reason, Refusal, decide};
use baton_ledger::message::{SyncRequest, SyncResponse};
use baton_ledger::older::{is_beyond, lacking};
use baton_ledger::{Certificate, Enrolment, SignedEntry, SigningKey};
use baton_store::conformance::ready;
use baton_store::{Identity, LedgerStore, MemoryStore, StoreError};
use std::cell::RefCell;
use std::collections::HashMap;

/// A phone.
#[derive(Clone, Debug)]
pub struct Phone {
    /// Whose it is.
    pub person: PersonId,
    /// Its key's name.
    pub device: DeviceId,
    /// What survives a crash.
    pub store: MemoryStore,
    /// What does not.
    pub engine: Engine,
    /// What was called saved.
    pub saved: Vec<EntryId>,
    /// Of these, what had no verdict when it was last looked for (I3).
    pub unsettled: Vec<EntryId>,
    /// Kept outside the database.
    pub mark: Option<HighWater>,
    /// How far its clock is off: what it claims decides nothing (R31).
    pub clock_off_ms: i64,
    /// The first byte of its ids: those of a clock that jumped sort elsewhere.
    pub first_byte: u8,
    /// Another tab may have recorded what this one hears of at its next start.
    pub unheard: bool,
    /// The kinds of entries that its app is too old for.
    pub lacks: &'static [u16],
    /// What a crash goes back to where durability is not strict.
    pub before: Option<MemoryStore>,
    /// The server's word for it.
    pub(super) certificate: Vec<u8>,
    ids: u64,
}

impl Phone {
    /// A person's phone, enrolled, with the server's snapshot.
    pub fn new(person: PersonId, server: &Server) -> Self {
        let device = phone_of(person);
        let mut phone = Self::blank(person, device);
        phone.take_snapshot(server);
        phone
    }

    /// The same phone with storage of its own: how a history begins.
    pub fn fork(&self) -> Self {
        Self {
            store: self.store.fork(),
            ..self.clone()
        }
    }

    /// A phone that has never synced.
    pub fn blank(person: PersonId, device: DeviceId) -> Self {
        let store = MemoryStore::new();
        let certificate = certificate(person, device);
        let identity = Identity {
            organization: ORGANIZATION,
            person,
            device,
            certificate: certificate.clone(),
        };
        ready(store.set_identity(&identity)).unwrap();
        let engine = Engine::new(ready(store.load()).unwrap());
        Self {
            person,
            device,
            store,
            engine,
            saved: Vec::new(),
            unsettled: Vec::new(),
            mark: None,
            clock_off_ms: 0,
            first_byte: 0x11,
            unheard: false,
            lacks: &[],
            before: None,
            certificate,
            ids: 0,
        }
    }

    /// Starts again from its store.
    pub fn restart(&mut self) {
        if let Some(before) = self.before.take() {
            self.store = before;
        }
        self.engine = lacking(self.lacks, || {
            Engine::new(ready(self.store.load()).unwrap())
        });
        self.unheard = false;
    }

    /// Gets the newest app, which starts from what the old one left.
    pub fn update_app(&mut self) {
        self.lacks = &[];
        self.store.reread();
        self.restart();
    }

    /// Takes the server's snapshot and starts from it.
    pub fn take_snapshot(&mut self, server: &Server) {
        let (manifest, pages) = server.snapshot();
        lacking(self.lacks, || {
            let generation = Engine::load_snapshot(&manifest, pages, server.now_ms).unwrap();
            ready(self.store.write_generation(&generation)).unwrap();
        });
        self.before = None;
        self.restart();
    }

    /// Decides and signs; nothing is stored yet. A receipt binds to the offer's bytes, where they lie in
    /// memory.
    pub fn decide(&mut self, command: Command) -> Result<Vec<SignedEntry>, Refusal> {
        let offer_hash = match &command {
            Command::AnswerTransfer { transfer, .. } => self.engine.signed(*transfer),
            _ => None,
        };
        let offer_hash = offer_hash.map(SignedEntry::hash);
        self.decide_bound(command, offer_hash)
    }

    /// As [`Self::decide`], with the hash of the offer that is answered.
    pub fn decide_bound(
        &mut self,
        command: Command,
        offer_hash: Option<[u8; 32]>,
    ) -> Result<Vec<SignedEntry>, Refusal> {
        let author = Author {
            organization: ORGANIZATION,
            person: self.person,
            device: self.device,
        };
        let ids = &mut self.ids;
        let mut next_id = || {
            *ids += 1;
            let mut bytes = *self.device.as_bytes();
            bytes[0] = self.first_byte;
            bytes[8..].copy_from_slice(&ids.to_be_bytes());
            EntryId::from_bytes(bytes)
        };
        let bodies = decide(self.engine.view(), &author, command, &mut next_id)?;
        let first = self.engine.next_sequence();
        let entry = |(place, (id, body)): (u64, (EntryId, EntryBody))| Entry {
            id,
            organization: ORGANIZATION,
            actor: self.person,
            device: self.device,
            sequence: first + place,
            occurred_at: Timestamp {
                unix_ms: 1_795_000_000_000 + self.ids as i64 + self.clock_off_ms,
                offset_min: -420,
            },
            source_sha256: None,
            body: body.bound_to(offer_hash),
        };
        let key = key_of(self.device);
        let entries: Vec<SignedEntry> = (0..)
            .zip(bodies)
            .map(entry)
            .map(|entry| sign(&entry, &key))
            .collect();
        // An old app has no button for it.
        if entries.iter().any(|entry| is_beyond(self.lacks, entry)) {
            return Err(Refusal::new(Reason::NeedsNewerApp));
        }
        Ok(entries)
    }

    /// What an answer changes, as its app reads it.
    pub fn plan(&self, request: &SyncRequest, response: &SyncResponse) -> Result<Plan, SyncError> {
        lacking(self.lacks, || self.engine.plan(request, response))
    }

    /// Stores what was decided: from here on it is saved.
    pub fn save(&mut self, entries: &[SignedEntry]) -> Result<(), StoreError> {
        let before = is_off(Guard::StrictDurability).then(|| self.store.fork());
        ready(self.store.append(entries))?;
        self.before = before;
        self.keep_in_mind(entries.iter().map(|entry| entry.entry().id));
        let last = entries.last().map(|entry| entry.entry().sequence);
        self.mark = last
            .map(|sequence| HighWater {
                device: self.device,
                sequence,
            })
            .or(self.mark);
        Ok(())
    }

    /// From here on these are called saved.
    pub fn keep_in_mind(&mut self, ids: impl Iterator<Item = EntryId> + Clone) {
        self.saved.extend(ids.clone());
        self.unsettled.extend(ids);
    }

    /// Decides, stores, and shows.
    pub fn act(&mut self, command: Command) -> Result<Vec<SignedEntry>, Refusal> {
        let entries = self.decide(command)?;
        self.save(&entries).unwrap();
        entries
            .iter()
            .for_each(|entry| self.engine.record(entry.clone()));
        Ok(entries)
    }

    /// The own entries in its store: outbox and history.
    pub fn holds(&self) -> Vec<EntryId> {
        let loaded = ready(self.store.load()).unwrap();
        let own = loaded.outbox.iter().map(|unsent| unsent.entry.entry().id);
        let history = loaded.history.iter().map(|own| own.entry.entry().id);
        own.chain(history).collect()
    }

    /// Asks.
    pub fn ask(&mut self, entries_max: usize) -> SyncRequest {
        let request = self.engine.request(entries_max);
        self.engine.mark_sent(&request);
        request
    }

    /// Takes an answer, store first.
    pub fn take(
        &mut self,
        request: &SyncRequest,
        response: &SyncResponse,
    ) -> Result<Applied, SyncError> {
        let plan = self.plan(request, response)?;
        if !plan.is_empty() {
            ready(self.store.apply(plan.update())).unwrap();
            self.before = None;
        }
        Ok(self.engine.apply(plan))
    }

    /// Syncs until there is nothing left to say, on a network without faults.
    pub fn sync(&mut self, server: &mut Server) -> Vec<Applied> {
        let mut all = Vec::new();
        for _ in 0..1_000 {
            if self.engine.needs_snapshot() {
                self.take_snapshot(server);
            }
            let request = self.ask(256);
            let Some(response) = server.answer(&request) else {
                assert!(self.engine.vouch(), "a certificate is not believed");
                continue;
            };
            match self.take(&request, &response) {
                Ok(applied) => all.push(applied),
                Err(SyncError::SnapshotNeeded) => {
                    self.take_snapshot(server);
                    continue;
                }
                Err(error) => panic!("{error}"),
            }
            if !response.more && self.engine.to_send() == 0 {
                return all;
            }
        }
        panic!("it never ends");
    }
}

thread_local! {
    /// Each is signed once a thread: a real signature costs as much as a dozen steps.
    static CERTIFICATES: RefCell<HashMap<(PersonId, DeviceId), Vec<u8>>> = RefCell::default();
}

fn certificate(person: PersonId, device: DeviceId) -> Vec<u8> {
    CERTIFICATES.with_borrow_mut(|known| {
        let certificate = known.entry((person, device));
        certificate.or_insert_with(|| issue(person, device)).clone()
    })
}

/// The server's word for a device. Its signature is a real one; nobody in a history looks at it.
fn issue(person: PersonId, device: DeviceId) -> Vec<u8> {
    let enrolment = Enrolment {
        organization: ORGANIZATION,
        device,
        person,
        public_key: key_of(device),
        issued_at_ms: 1_795_000_000_000,
    };
    let key = SigningKey::from_bytes(&[7; 32]).unwrap();
    Certificate::issue(&enrolment, SERVER, &key)
        .bytes()
        .to_vec()
}

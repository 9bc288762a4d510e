//! The server of the journeys: the real keeper around tables in memory, with accounts, sessions
//! and a network that can be cut, also between the work and its answer.

use baton::commands::{
    DemoOffer, Enrolled, InviteLink, Invited, Server, ServerError, SessionInfo, SetUpForm,
};
use baton_domain::directory::Device;
use baton_domain::id::{DeviceId, EntryId, PersonId};
use baton_domain::product::Product;
use baton_domain::testkit::{ADMIN, ORGANIZATION, SERVER, World, date};
use baton_domain::time::Timestamp;
use baton_domain::{Entry, EntryBody, State};
use baton_ledger::message::{
    EntryVerdict, PROTOCOL, PROTOCOL_OLDEST, Recorded, SnapshotManifest, SyncRequest, SyncResponse,
};
use baton_ledger::page::{self, Filter, Selection};
use baton_ledger::{Certificate, Enrolment, SignedEntry, SigningKey, Unsigned};
use baton_sync::{
    Held, Holdings, Ledgerkeeper, Missing, NewRecord, ServerKey, Standing, VerifyNow, forgotten,
    missing_of_numbers,
};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::ops::RangeInclusive;
use std::rc::Rc;

/// What every account of the journeys is opened with.
pub const PASSWORD: &str = "right horse";

/// How the network behaves for one phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    Up,
    Down,
    /// Requests arrive and answers do not.
    AnswersLost,
}

/// The server.
pub struct Host {
    key: SigningKey,
    keeper: Ledgerkeeper,
    tables: Tables,
    incarnation: [u8; 16],
    sequence: u64,
    now_ms: i64,
    devices: u8,
    /// How many snapshots are announced and then gone.
    pub snapshots_gone: u32,
    /// More entries than this at once are too large.
    pub entries_max: usize,
    asked: Vec<(u64, usize)>,
    /// The protocols that it speaks: as old and as new as a test wants it.
    pub protocols: RangeInclusive<u16>,
}

#[derive(Clone, Default)]
struct Tables {
    records: Vec<NewRecord>,
    waiting: BTreeMap<EntryId, baton_sync::WaitingEntry>,
    by_id: HashMap<EntryId, usize>,
    by_sequence: HashMap<(DeviceId, u64), EntryId>,
}

impl Holdings for Tables {
    type Error = Infallible;

    fn entry(&self, id: EntryId) -> Result<Option<Held>, Infallible> {
        let recorded = self.by_id.get(&id).map(|place| &self.records[*place]);
        let recorded = recorded.map(|record| Held {
            hash: record.entry.hash(),
            standing: Standing::Recorded {
                order: record.order,
                verdict: record.verdict.clone(),
            },
        });
        let waiting = self.waiting.get(&id).map(|one| Held {
            hash: one.entry.hash(),
            standing: Standing::Waiting {
                ancestor: one.ancestor,
            },
        });
        Ok(recorded.or(waiting))
    }

    fn at_sequence(&self, device: DeviceId, sequence: u64) -> Result<Option<EntryId>, Infallible> {
        Ok(self.by_sequence.get(&(device, sequence)).copied())
    }
}

impl Host {
    /// The world's organization: its people, places and catalogue, and no phone of a person yet.
    pub fn new() -> Self {
        let key = SigningKey::from_bytes(&[7; 32]).unwrap();
        let own = ServerKey {
            device: SERVER,
            public_key: key.public_key(),
        };
        let mut host = Self {
            keeper: Ledgerkeeper::new(own, State::default(), 0, Vec::new()),
            key,
            tables: Tables::default(),
            incarnation: [1; 16],
            sequence: 0,
            now_ms: 1_795_000_000_000,
            devices: 0,
            snapshots_gone: 0,
            entries_max: usize::MAX,
            asked: Vec::new(),
            protocols: PROTOCOL_OLDEST..=PROTOCOL,
        };
        for (mut entry, _) in World::new().ledger {
            // The world's keys cannot sign; this one vouches for phones.
            if let EntryBody::DeviceEnrolled(device) = &mut entry.body
                && device.id == SERVER
            {
                device.public_key = own.public_key;
            }
            host.sequence = entry.sequence;
            let signed = Unsigned::new(&entry).unwrap().sign(&host.key);
            host.receive(&[signed]);
        }
        host
    }

    /// What the server knows.
    pub fn state(&self) -> &State {
        self.keeper.state()
    }

    /// How many entries are recorded.
    pub fn recorded(&self) -> usize {
        self.tables.records.len()
    }

    /// What was asked: from where, with how many entries.
    pub fn asked(&self) -> &[(u64, usize)] {
        &self.asked
    }

    /// A backup.
    pub fn backup(&self) -> impl FnOnce(&mut Host) + use<> {
        let (tables, keeper) = (self.tables.clone(), self.keeper.clone());
        move |host| {
            host.tables = tables;
            host.keeper = keeper;
            host.incarnation[0] += 1;
            host.sequence += 1_000;
        }
    }

    /// Records something in the server's own name, as an import does.
    pub fn record(&mut self, body: EntryBody) -> EntryId {
        self.sequence += 1;
        let mut id = [0xfe; 16];
        id[..8].copy_from_slice(&self.sequence.to_be_bytes());
        let entry = Entry {
            id: EntryId::from_bytes(id),
            organization: ORGANIZATION,
            actor: ADMIN,
            device: SERVER,
            sequence: self.sequence,
            occurred_at: Timestamp {
                unix_ms: self.now_ms,
                offset_min: 0,
            },
            source_sha256: None,
            body,
        };
        let signed = Unsigned::new(&entry).unwrap().sign(&self.key);
        let verdict = self.receive(&[signed]).remove(0).verdict;
        assert!(!verdict.needs_review(), "{verdict:?}");
        entry.id
    }

    fn receive(&mut self, batch: &[SignedEntry]) -> Vec<EntryVerdict> {
        self.now_ms += 1;
        let Ok(proceedings) = self
            .keeper
            .receive(batch, self.now_ms, &self.tables, &VerifyNow);
        for record in &proceedings.records {
            let entry = record.entry.entry();
            self.tables.waiting.remove(&entry.id);
            let place = self.tables.records.len();
            self.tables.by_id.insert(entry.id, place);
            let at = (entry.device, entry.sequence);
            self.tables.by_sequence.entry(at).or_insert(entry.id);
            self.tables.records.push(record.clone());
        }
        for one in &proceedings.waiting {
            let entry = one.entry.entry();
            let at = (entry.device, entry.sequence);
            self.tables.by_sequence.entry(at).or_insert(entry.id);
            self.tables.waiting.insert(entry.id, one.clone());
        }
        let answers = proceedings.answers.clone();
        self.keeper.commit(proceedings);
        answers
    }

    /// What of people's phones never arrived. (Everybody looks after everybody here.)
    fn missing(&self) -> Vec<Missing> {
        let held = self.tables.by_sequence.keys().copied();
        missing_of_numbers(held.filter(|(device, _)| *device != SERVER), self.now_ms)
    }

    fn enrol(&mut self, person: PersonId, public_key: [u8; 33], label: &str) -> Enrolled {
        self.devices += 1;
        let device = DeviceId::from_bytes([0xD0 + self.devices; 16]);
        self.record(EntryBody::DeviceEnrolled(Device {
            id: device,
            person: Some(person),
            public_key,
            label: label.into(),
            revoked: false,
        }));
        let enrolment = Enrolment {
            organization: ORGANIZATION,
            device,
            person,
            public_key,
            issued_at_ms: self.now_ms,
        };
        let certificate = Certificate::issue(&enrolment, SERVER, &self.key);
        Enrolled {
            device,
            certificate: certificate.bytes().to_vec(),
        }
    }

    fn enrol_again(&mut self, certificates: &[Vec<u8>]) {
        let key = self.key.public_key();
        for bytes in certificates {
            let signed = |certificate: &Certificate| certificate.verify(&key).is_ok();
            let device = forgotten(self.state(), ORGANIZATION, SERVER, bytes, signed);
            if let Some(device) = device {
                self.record(EntryBody::DeviceEnrolled(device));
            }
        }
    }

    fn sync(&mut self, request: &SyncRequest) -> SyncResponse {
        self.asked.push((request.cursor, request.entries.len()));
        let parse = |bytes: &Vec<u8>| SignedEntry::parse(bytes).ok();
        let batch: Vec<SignedEntry> = request.entries.iter().filter_map(parse).collect();
        let verdicts = self.receive(&batch);
        let stranger = request.incarnation != Some(self.incarnation) && request.cursor > 0;
        let snapshot_needed = stranger || request.cursor > self.keeper.order();
        let mut changes: Vec<Recorded> = Vec::new();
        if !snapshot_needed {
            let later = self.tables.records.iter().skip(request.cursor as usize);
            changes.extend(later.take(50).map(|record| Recorded {
                order: record.order,
                received_at_ms: record.received_at_ms,
                bytes: record.entry.bytes().to_vec(),
                verdict: record.verdict.clone(),
            }));
        }
        let page = self.scope_of(&changes);
        let cursor = changes.last().map_or(request.cursor, |last| last.order);
        let of_device = self.tables.by_sequence.keys();
        let acked = of_device.filter(|(device, _)| *device == request.device);
        SyncResponse {
            // As the real one: in the phone's own words.
            protocol: request.protocol,
            incarnation: self.incarnation,
            verdicts,
            more: !snapshot_needed && cursor < self.keeper.order(),
            cursor,
            changes,
            page,
            acked_sequence: acked.map(|(_, sequence)| *sequence).max().unwrap_or(0),
            revoked: false,
            snapshot_needed,
        }
    }

    /// The products that come into a phone's scope by changes.
    fn scope_of(&self, changes: &[Recorded]) -> Option<Vec<u8>> {
        let mut selection = Selection::default();
        for change in changes {
            if let EntryBody::StockReceived { lines, .. } = &change.entry().unwrap().entry().body {
                let products = lines.iter().map(|line| line.identity.product.clone());
                selection.products.extend(products);
            }
        }
        page::write_selection(self.keeper.state(), &selection)
    }

    fn snapshot(&self) -> Vec<Vec<u8>> {
        let everybody = |_: &baton_domain::case::Case| true;
        let filter = Filter::Phone {
            since_date: date(2026, 8, 1),
            may_see_details: &everybody,
        };
        page::write(self.keeper.state(), filter)
    }
}

/// One phone's line to the server.
pub struct Line {
    pub host: Rc<RefCell<Host>>,
    pub network: Cell<Network>,
    pub session: Cell<Option<PersonId>>,
    /// So many more requests to sync arrive; without a number, all.
    pub requests_left: Cell<Option<u32>>,
    /// So many pages of a snapshot do not arrive.
    pub pages_lost: Cell<u32>,
    /// How often a snapshot was begun, and how often a page of it asked for.
    pub snapshots: Cell<(u32, u32)>,
}

impl Line {
    pub fn new(host: &Rc<RefCell<Host>>) -> Self {
        Self {
            host: host.clone(),
            network: Cell::new(Network::Up),
            session: Cell::new(None),
            requests_left: Cell::new(None),
            pages_lost: Cell::new(0),
            snapshots: Cell::new((0, 0)),
        }
    }

    /// Does the work if the request arrives, and gives the answer if that arrives.
    fn over<T>(
        &self,
        work: impl FnOnce(&mut Host) -> Result<T, ServerError>,
    ) -> Result<T, ServerError> {
        if self.network.get() == Network::Down {
            return Err(ServerError::Unreachable);
        }
        let answer = work(&mut self.host.borrow_mut());
        match self.network.get() {
            Network::AnswersLost => Err(ServerError::Unreachable),
            _ => answer,
        }
    }

    fn signed_in(&self) -> Result<PersonId, ServerError> {
        self.session.get().ok_or(ServerError::Unauthorized {
            code: "signed_out".into(),
            message: "Sign in again.".into(),
        })
    }

    fn session_of(host: &Host, person: PersonId) -> SessionInfo {
        let known = host.state().person(person).unwrap();
        SessionInfo {
            organization: host.state().organization().unwrap().clone(),
            person,
            name: known.name.clone(),
            role: known.role,
        }
    }
}

impl Server for Line {
    async fn session(&self) -> Result<Option<SessionInfo>, ServerError> {
        let person = self.session.get();
        self.over(|host| Ok(person.map(|person| Self::session_of(host, person))))
    }

    async fn sign_in(&self, login: &str, password: &str) -> Result<SessionInfo, ServerError> {
        let session = self.over(|host| {
            let known = host.state().people().find(|person| &*person.name == login);
            match known {
                Some(person) if password == PASSWORD => Ok(Self::session_of(host, person.id)),
                _ => Err(ServerError::Unauthorized {
                    code: "wrong_password".into(),
                    message: "The name or the password is not right.".into(),
                }),
            }
        })?;
        self.session.set(Some(session.person));
        Ok(session)
    }

    async fn sign_out(&self) -> Result<(), ServerError> {
        self.over(|_| Ok(()))?;
        self.session.set(None);
        Ok(())
    }

    async fn set_up(&self, _form: &SetUpForm) -> Result<SessionInfo, ServerError> {
        Err(refused("already_set_up"))
    }

    async fn invited(&self, _token: &str) -> Result<Invited, ServerError> {
        Err(refused("no_such_invitation"))
    }

    async fn accept_invite(
        &self,
        _token: &str,
        _login: &str,
        _password: &str,
    ) -> Result<SessionInfo, ServerError> {
        Err(refused("no_such_invitation"))
    }

    async fn create_invite(&self, _person: PersonId) -> Result<InviteLink, ServerError> {
        Err(refused("no_such_person"))
    }

    async fn enrol(&self, public_key: &[u8; 33], label: &str) -> Result<Enrolled, ServerError> {
        let person = self.signed_in()?;
        self.over(|host| Ok(host.enrol(person, *public_key, label)))
    }

    async fn missing(&self) -> Result<Vec<Missing>, ServerError> {
        self.signed_in()?;
        self.over(|host| Ok(host.missing()))
    }

    async fn sync(&self, request: &[u8]) -> Result<Vec<u8>, ServerError> {
        let left = self.requests_left.get();
        if self.network.get() == Network::Down || left == Some(0) {
            return Err(ServerError::Unreachable);
        }
        self.requests_left.set(left.map(|left| left - 1));
        let person = self.signed_in()?;
        let request = SyncRequest::decode(request).unwrap();
        self.over(|host| {
            if request.protocol < *host.protocols.start() {
                return Err(refused("protocol_too_old"));
            }
            if request.protocol > *host.protocols.end() {
                return Err(refused("protocol_too_new"));
            }
            host.enrol_again(&request.certificates);
            let device = host.state().device(request.device);
            match device.map(|device| device.person) {
                None => Err(refused("device_unknown")),
                Some(owner) if owner != Some(person) => Err(refused("device_of_another_person")),
                Some(_) if request.entries.len() > host.entries_max => Err(ServerError::TooLarge),
                Some(_) => Ok(host.sync(&request).encode()),
            }
        })
    }

    async fn snapshot(&self) -> Result<SnapshotManifest, ServerError> {
        self.signed_in()?;
        let (begun, asked) = self.snapshots.get();
        self.snapshots.set((begun + 1, asked));
        self.over(|host| {
            Ok(SnapshotManifest {
                incarnation: host.incarnation,
                order: host.keeper.order(),
                pages: host.snapshot().len() as u32,
            })
        })
    }

    async fn snapshot_page(&self, _order: u64, page: u32) -> Result<Vec<u8>, ServerError> {
        self.signed_in()?;
        let (begun, asked) = self.snapshots.get();
        self.snapshots.set((begun, asked + 1));
        if self.pages_lost.get() > 0 {
            self.pages_lost.set(self.pages_lost.get() - 1);
            return Err(ServerError::Unreachable);
        }
        self.over(|host| {
            if host.snapshots_gone > 0 {
                host.snapshots_gone -= 1;
                return Err(refused("snapshot_gone"));
            }
            Ok(host.snapshot().swap_remove(page as usize))
        })
    }

    async fn products(&self, query: &str) -> Result<Vec<u8>, ServerError> {
        self.signed_in()?;
        self.over(|host| {
            let fits = |product: &&Product| product.id.as_str().contains(query);
            let products = host.state().products().filter(fits);
            let selection = Selection {
                products: products.map(|product| product.id.clone()).collect(),
                ..Selection::default()
            };
            Ok(page::write_selection(host.state(), &selection).unwrap_or_default())
        })
    }

    async fn demo(&self) -> Result<DemoOffer, ServerError> {
        self.over(|_| Err(refused("no_demo")))
    }
}

fn refused(code: &str) -> ServerError {
    ServerError::Said {
        status: 409,
        code: code.into(),
        message: "No.".into(),
    }
}

//! The least server there can be around a keeper: tables, transactions that may fail, crashes,
//! backups.

use super::cheap::{Cheap, sign};
use crate::{
    Held, Holdings, Ledgerkeeper, Missing, NewRecord, Proceedings, ServerKey, Standing,
    WaitingEntry, forgotten, missing_of_numbers,
};
use baton_domain::id::{DeviceId, EntryId};
use baton_domain::testkit::{ADMIN, ORGANIZATION, SERVER, World, device};
use baton_domain::time::Timestamp;
use baton_domain::{Entry, EntryBody, State, fold};
use baton_ledger::message::{
    EntryVerdict, Incarnation, PROTOCOL, Recorded, SnapshotManifest, SyncRequest, SyncResponse,
};
use baton_ledger::page::{self, Filter};
use baton_ledger::{PublicKey, SignedEntry};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;

/// What is on the server's disk.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// What has its order number.
    pub records: Vec<NewRecord>,
    /// What waits for an ancestor.
    pub waiting: BTreeMap<EntryId, WaitingEntry>,
    /// Other bytes under a known id, by hash.
    pub quarantined: HashMap<[u8; 32], SignedEntry>,
    by_id: HashMap<EntryId, usize>,
    by_sequence: BTreeMap<(DeviceId, u64), EntryId>,
}

impl Tables {
    /// Writes what a keeper found, as one transaction does.
    fn write(&mut self, proceedings: &Proceedings) {
        for record in &proceedings.records {
            let entry = record.entry.entry();
            assert_eq!(record.order, self.records.len() as u64 + 1, "I2: no gap");
            assert_eq!(record.was_waiting, self.waiting.remove(&entry.id).is_some());
            let before = self.by_id.insert(entry.id, self.records.len());
            assert_eq!(before, None, "an id is recorded once");
            self.by_sequence
                .entry((entry.device, entry.sequence))
                .or_insert(entry.id);
            self.records.push(record.clone());
        }
        for one in &proceedings.waiting {
            let entry = one.entry.entry();
            self.by_sequence
                .entry((entry.device, entry.sequence))
                .or_insert(entry.id);
            self.waiting.insert(entry.id, one.clone());
        }
        for entry in &proceedings.quarantined {
            self.quarantined.insert(entry.hash(), entry.clone());
        }
    }

    /// The verdict on an entry, once it is recorded.
    pub fn record(&self, id: EntryId) -> Option<&NewRecord> {
        self.by_id.get(&id).map(|place| &self.records[*place])
    }

    /// The fold of everything recorded.
    pub fn replayed(&self) -> State {
        let mut state = State::default();
        for record in &self.records {
            fold(&mut state, record.entry.entry(), &record.verdict);
        }
        state
    }

    /// What of people's phones never arrived (R31).
    pub fn missing(&self) -> Vec<Missing> {
        let held = self.by_sequence.keys().copied();
        missing_of_numbers(held.filter(|(device, _)| *device != SERVER), 0)
    }

    /// The highest sequence held of a device.
    pub fn acked_sequence(&self, device: DeviceId) -> u64 {
        let held = self.by_sequence.range((device, 0)..=(device, u64::MAX));
        held.last().map_or(0, |((_, sequence), _)| *sequence)
    }
}

impl Holdings for Tables {
    type Error = Infallible;

    fn entry(&self, id: EntryId) -> Result<Option<Held>, Infallible> {
        let recorded = self.record(id).map(|record| Held {
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

/// The server.
#[derive(Clone, Debug)]
pub struct Server {
    /// The server's memory.
    pub keeper: Ledgerkeeper,
    /// Its disk.
    pub tables: Tables,
    /// Which life of the disk it is.
    pub incarnation: Incarnation,
    /// Its clock.
    pub now_ms: i64,
    /// How many changes one answer holds.
    pub changes_max: usize,
    sequence: u64,
}

/// The server's own key.
pub fn own_key() -> ServerKey {
    ServerKey {
        device: SERVER,
        public_key: device(SERVER, None).public_key,
    }
}

/// The key of any device of the world.
pub fn key_of(id: DeviceId) -> PublicKey {
    device(id, None).public_key
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl Server {
    /// A founded organization: the world's people, phones, places and catalogue.
    pub fn new() -> Self {
        Self::of(&World::new())
    }

    /// The server of any world: its ledger, judged again.
    pub fn of(world: &World) -> Self {
        let mut server = Self {
            keeper: Ledgerkeeper::new(own_key(), State::default(), 0, Vec::new()),
            tables: Tables::default(),
            incarnation: [1; 16],
            now_ms: 1_795_000_000_000,
            changes_max: 1000,
            sequence: 0,
        };
        for (entry, verdict) in &world.ledger {
            if entry.device == SERVER {
                server.sequence = entry.sequence;
            }
            let answers = server.receive(&[sign(entry, &key_of(entry.device))]);
            assert_eq!(answers[0].verdict, *verdict);
        }
        server
    }

    /// Takes a batch as one transaction.
    pub fn receive(&mut self, batch: &[SignedEntry]) -> Vec<EntryVerdict> {
        let Ok(proceedings) = self
            .keeper
            .receive(batch, self.now_ms, &self.tables, &Cheap);
        self.write(proceedings)
    }

    /// Judges a batch in a transaction that then fails.
    pub fn receive_and_fail(&mut self, batch: &[SignedEntry]) {
        let Ok(proceedings) = self
            .keeper
            .receive(batch, self.now_ms, &self.tables, &Cheap);
        drop(proceedings);
    }

    /// Three weeks go by in which nothing comes: what waits becomes a dispute (R33).
    /// Says how many.
    pub fn wait_long(&mut self) -> u64 {
        let before = self.tables.waiting.len();
        self.now_ms += 21 * 24 * 60 * 60 * 1000;
        self.end_waits();
        (before - self.tables.waiting.len()) as u64
    }

    /// Ends waits that took too long.
    pub fn end_waits(&mut self) {
        let Ok(proceedings) = self.keeper.overdue(self.now_ms, &self.tables);
        self.write(proceedings);
    }

    fn write(&mut self, proceedings: Proceedings) -> Vec<EntryVerdict> {
        self.tables.write(&proceedings);
        let answers = proceedings.answers.clone();
        self.keeper.commit(proceedings);
        answers
    }

    /// The next number of the server's own key.
    pub fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Records something in the server's own name.
    pub fn record(&mut self, body: EntryBody) -> EntryVerdict {
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
        self.receive(&[sign(&entry, &key_of(SERVER))]).remove(0)
    }

    /// Knows devices again whose enrolment went with the last days, and for which certificates
    /// vouch: under the same id and key.
    fn enrol_again(&mut self, certificates: &[Vec<u8>]) {
        for certificate in certificates {
            // Whose signature it is, is looked at by the server's own tests: a check costs as much as
            // a dozen steps of a history.
            let state = self.keeper.state();
            let device = forgotten(state, ORGANIZATION, SERVER, certificate, |_| true);
            if let Some(device) = device {
                self.record(EntryBody::DeviceEnrolled(device));
            }
        }
    }

    /// Answers a phone, if the server knows it.
    pub fn answer(&mut self, request: &SyncRequest) -> Option<SyncResponse> {
        self.enrol_again(&request.certificates);
        self.keeper.state().device(request.device)?;
        Some(self.sync(request))
    }

    /// Answers a phone.
    pub fn sync(&mut self, request: &SyncRequest) -> SyncResponse {
        let batch: Vec<SignedEntry> = request
            .entries
            .iter()
            .filter_map(|bytes| SignedEntry::parse(bytes).ok())
            .collect();
        let verdicts = self.receive(&batch);
        let stranger = request.incarnation != Some(self.incarnation) && request.cursor > 0;
        let beyond = request.cursor > self.keeper.order();
        let snapshot_needed = stranger || beyond;
        let mut changes = Vec::new();
        if !snapshot_needed {
            let later = self.tables.records.iter().skip(request.cursor as usize);
            changes.extend(later.take(self.changes_max).map(recorded));
        }
        let cursor = changes
            .last()
            .map_or(request.cursor, |last: &Recorded| last.order);
        SyncResponse {
            protocol: PROTOCOL,
            incarnation: self.incarnation,
            verdicts,
            more: !snapshot_needed && cursor < self.keeper.order(),
            cursor,
            changes,
            page: None,
            acked_sequence: self.tables.acked_sequence(request.device),
            revoked: false,
            snapshot_needed,
        }
    }

    /// A snapshot of everything.
    pub fn snapshot(&self) -> (SnapshotManifest, Vec<Vec<u8>>) {
        let pages = page::write(self.keeper.state(), Filter::Everything);
        let manifest = SnapshotManifest {
            incarnation: self.incarnation,
            order: self.keeper.order(),
            pages: pages.len() as u32,
        };
        (manifest, pages)
    }

    /// Starts again from its tables.
    pub fn restart(&mut self) {
        let waiting = self.tables.waiting.values().cloned().collect();
        let mut keeper = Ledgerkeeper::new(own_key(), State::default(), 0, waiting);
        for record in &self.tables.records {
            keeper
                .follow(record.order, record.entry.entry(), &record.verdict)
                .unwrap();
        }
        assert!(
            keeper.state() == self.keeper.state(),
            "a restart gives another state"
        );
        assert_eq!(keeper.waiting().count(), self.keeper.waiting().count());
        self.keeper = keeper;
    }

    /// Is replaced by a backup of itself: another incarnation, and sequences of its own that no
    /// lost entry had.
    pub fn restore(&mut self, backup: &Tables) {
        self.tables = backup.clone();
        self.incarnation[0] += 1;
        self.sequence += 1_000_000;
        let mut keeper = Ledgerkeeper::new(own_key(), State::default(), 0, Vec::new());
        for record in &self.tables.records {
            keeper
                .follow(record.order, record.entry.entry(), &record.verdict)
                .unwrap();
        }
        let waiting = self.tables.waiting.values().cloned().collect();
        self.keeper = Ledgerkeeper::new(own_key(), keeper.state().clone(), keeper.order(), waiting);
    }
}

fn recorded(record: &NewRecord) -> Recorded {
    Recorded {
        order: record.order,
        received_at_ms: record.received_at_ms,
        bytes: record.entry.bytes().to_vec(),
        verdict: record.verdict.clone(),
    }
}

//! A first small simulator: the real engine, keeper, domain and ledger code, four phones and one
//! server, and a network that loses, doubles, delays and reorders.
//!
//! Faults: messages lost, doubled, late, their entries shuffled; a phone that crashes before the
//! store, between store and memory, or at rest; a second tab; a phone whose storage is evicted;
//! a server whose transaction fails, that restarts, or is replaced by an old backup. After every
//! step the invariants are checked that can be seen from outside (I2, I3, I4, I5); at the end
//! the faults stop and everybody must agree (I7). Every run prints its seed when it fails.

use crate::acts;
use crate::chance::Chance;
use crate::phone::Phone;
use crate::server::{Server, Tables, key_of};
use baton_domain::EntryBody;
use baton_domain::id::{DeviceId, EntryId};
use baton_domain::testkit::{OFFICE, REP_A, REP_B, REP_C, device};
use baton_domain::verdict::{Outcome, Verdict};
use baton_ledger::message::{SyncRequest, SyncResponse};
use baton_store::conformance::ready;
use baton_store::{LedgerStore, StoreError};
use baton_sync::{Engine, Loss, SyncError};
use std::collections::{HashMap, HashSet};

/// What really happened; a run in which nothing did proves nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    acts: usize,
    accepted: usize,
    refused: usize,
    disputed: usize,
    waited: usize,
    lost_messages: usize,
    doubled_messages: usize,
    crashes: usize,
    second_tabs: usize,
    sequences_taken: usize,
    evictions: usize,
    failed_transactions: usize,
    restores: usize,
    changed_verdicts: usize,
    generations: usize,
    snapshots: usize,
}

/// A message on its way.
#[derive(Clone, Debug)]
enum Message {
    Request {
        phone: usize,
        session: u64,
        request: SyncRequest,
    },
    Response {
        phone: usize,
        session: u64,
        request: SyncRequest,
        response: SyncResponse,
    },
}

struct Run {
    chance: Chance,
    server: Server,
    backup: Tables,
    phones: Vec<Phone>,
    /// A connection ends with the app: what was on its way to an earlier start never arrives.
    sessions: Vec<u64>,
    network: Vec<Message>,
    /// I4, I5: the first verdict on every entry, within one incarnation.
    verdicts: HashMap<EntryId, (u64, Verdict)>,
    /// Saved work that went with evicted storage, and what the phone must report.
    evicted: HashSet<EntryId>,
    devices: u8,
    counts: Counts,
}

impl Run {
    fn new(seed: u64) -> Self {
        let server = Server::new();
        let people = [REP_A, REP_B, REP_C, OFFICE];
        Self {
            chance: Chance::new(seed),
            backup: server.tables.clone(),
            phones: people
                .iter()
                .map(|person| Phone::new(*person, &server))
                .collect(),
            sessions: vec![0; people.len()],
            network: Vec::new(),
            verdicts: HashMap::new(),
            evicted: HashSet::new(),
            devices: 100,
            counts: Counts::default(),
            server,
        }
    }

    fn step(&mut self) {
        self.server.now_ms += 1_000;
        let phone = self.chance.below(self.phones.len());
        match self.chance.below(100) {
            0..=29 => self.act(phone),
            30..=54 => self.ask(phone),
            55..=91 => self.deliver(),
            92 | 93 => self.crash(phone),
            94 => self.second_tab(phone),
            95 => self.write_generation(phone),
            96 => self.server.restart(),
            97 => self.backup = self.server.tables.clone(),
            98 if self.chance.percent(10) => self.restore(),
            99 if self.chance.percent(20) => self.evict(phone),
            _ => self.phones[phone].engine.mark_unsent(),
        }
        self.check(phone);
    }

    fn act(&mut self, place: usize) {
        let phone = &mut self.phones[place];
        let Some(command) = acts::any(phone.engine.view(), phone.person, &mut self.chance) else {
            return;
        };
        let Ok(entries) = phone.decide(command) else {
            return;
        };
        // Before the store: nothing was called saved, and nothing is.
        if self.chance.percent(2) {
            return self.crash(place);
        }
        match phone.save(&entries) {
            Ok(()) => self.counts.acts += 1,
            Err(StoreError::SequenceTaken { .. }) => {
                self.counts.sequences_taken += 1;
                return self.crash(place);
            }
            Err(error) => panic!("{error}"),
        }
        // Between store and memory.
        if self.chance.percent(3) {
            return self.crash(place);
        }
        let engine = &mut self.phones[place].engine;
        entries.into_iter().for_each(|entry| engine.record(entry));
    }

    fn ask(&mut self, place: usize) {
        if self.phones[place].engine.needs_snapshot() {
            self.counts.snapshots += 1;
            self.sessions[place] += 1;
            return self.phones[place].take_snapshot(&self.server);
        }
        let entries_max = self.chance.pick([1, 2, 8, 256]).unwrap();
        let request = self.phones[place].ask(entries_max);
        self.network.push(Message::Request {
            phone: place,
            session: self.sessions[place],
            request,
        });
    }

    /// Any message that is on its way, or none of it.
    fn deliver(&mut self) {
        if self.network.is_empty() {
            return;
        }
        let place = self.chance.below(self.network.len());
        let message = self.network.swap_remove(place);
        match self.chance.below(100) {
            0..=14 => {
                self.counts.lost_messages += 1;
                return;
            }
            15..=24 => {
                self.counts.doubled_messages += 1;
                self.network.push(message.clone());
            }
            _ => {}
        }
        match message {
            Message::Request {
                phone,
                session,
                request,
            } => self.serve(phone, session, request),
            Message::Response {
                phone,
                session,
                request,
                response,
            } => {
                if session == self.sessions[phone] {
                    self.take(phone, &request, &response);
                }
            }
        }
    }

    fn serve(&mut self, phone: usize, session: u64, request: SyncRequest) {
        let mut received = request.clone();
        if self.chance.percent(30) {
            self.chance.shuffle(&mut received.entries);
        }
        if self.chance.percent(10) {
            let batch: Vec<_> = received
                .entries
                .iter()
                .filter_map(|bytes| baton_ledger::SignedEntry::parse(bytes).ok())
                .collect();
            self.counts.failed_transactions += 1;
            return self.server.receive_and_fail(&batch);
        }
        // Small answers, so that many are portions.
        self.server.changes_max = self.chance.pick([1, 3, 1000]).unwrap();
        let person = self.phones[phone].person;
        let response = self.server.sync_of(person, &received);
        let waits = |verdict: &Verdict| matches!(verdict.outcome, Outcome::Waiting(_));
        self.counts.waited += response
            .verdicts
            .iter()
            .filter(|it| waits(&it.verdict))
            .count();
        self.network.push(Message::Response {
            phone,
            session,
            request,
            response,
        });
    }

    fn take(&mut self, place: usize, request: &SyncRequest, response: &SyncResponse) {
        let phone = &mut self.phones[place];
        let plan = match phone.engine.plan(request, response) {
            Ok(plan) => plan,
            Err(SyncError::SnapshotNeeded) => {
                self.counts.snapshots += 1;
                self.sessions[place] += 1;
                return phone.take_snapshot(&self.server);
            }
            Err(error) => panic!("{error}"),
        };
        if self.chance.percent(3) {
            return self.crash(place);
        }
        match ready(phone.store.apply(plan.update())) {
            Ok(()) => {}
            // The second tab was faster.
            Err(StoreError::Stale) => return self.crash(place),
            Err(error) => panic!("{error}"),
        }
        if self.chance.percent(3) {
            return self.crash(place);
        }
        let applied = phone.engine.apply(plan);
        self.counts.changed_verdicts += applied.changed_verdicts.len();
    }

    fn crash(&mut self, place: usize) {
        self.counts.crashes += 1;
        self.sessions[place] += 1;
        self.phones[place].restart();
    }

    /// The same phone in another tab, on the same store: the first one does not hear of it.
    fn second_tab(&mut self, place: usize) {
        self.counts.second_tabs += 1;
        let first = self.phones[place].engine.clone();
        self.crash(place);
        self.act(place);
        self.phones[place].engine = first;
    }

    fn write_generation(&mut self, place: usize) {
        let phone = &mut self.phones[place];
        if phone.engine.needs_snapshot() {
            return;
        }
        let generation = phone.engine.generation(self.server.now_ms);
        match ready(phone.store.write_generation(&generation)) {
            Ok(()) => {
                self.counts.generations += 1;
                phone.engine.generation_written(&generation);
            }
            Err(StoreError::Stale) => self.crash(place),
            Err(error) => panic!("{error}"),
        }
    }

    /// The browser threw everything away: the person signs in again, on a new key.
    fn evict(&mut self, place: usize) {
        self.counts.evictions += 1;
        self.sessions[place] += 1;
        let phone = &mut self.phones[place];
        let (person, mark) = (phone.person, phone.mark);
        // What the server has not (or not again, after a restore) went with it.
        let gone = |id: &&EntryId| self.server.tables.record(**id).is_none();
        self.evicted.extend(phone.saved.iter().filter(gone));
        self.devices += 1;
        let id = DeviceId::from_bytes([self.devices; 16]);
        let saved = phone.saved.clone();
        let mut fresh = Phone::blank(person, id);
        if let Some(mark) = mark {
            let expected = Loss {
                device: mark.device,
                first: 1,
                last: mark.sequence,
            };
            assert_eq!(
                fresh.engine.lost(mark),
                Some(expected),
                "a loss is reported"
            );
        }
        fresh.saved = saved;
        self.phones[place] = fresh;
        let enrolled = self
            .server
            .record(EntryBody::DeviceEnrolled(device(id, Some(person))));
        assert_eq!(enrolled.verdict.outcome, Outcome::Accepted);
        assert_eq!(device(id, None).public_key, key_of(id));
        self.phones[place].take_snapshot(&self.server);
    }

    /// An old backup takes the server's place. What no living phone holds is gone with it.
    fn restore(&mut self) {
        self.counts.restores += 1;
        let held: HashSet<EntryId> = self.phones.iter().flat_map(held_by).collect();
        let kept: HashSet<EntryId> = self
            .backup
            .records
            .iter()
            .map(|record| record.entry.entry().id)
            .collect();
        for phone in &self.phones {
            let gone = |id: &&EntryId| !held.contains(*id) && !kept.contains(*id);
            self.evicted.extend(phone.saved.iter().filter(gone));
        }
        self.server.restore(&self.backup);
        self.verdicts.clear();
    }

    fn check(&mut self, place: usize) {
        // I4, I5: what is recorded stays, with its verdict. I2 is checked as it is written.
        for record in self.server.tables.records.iter().skip(self.verdicts.len()) {
            let id = record.entry.entry().id;
            let before = self
                .verdicts
                .insert(id, (record.order, record.verdict.clone()));
            assert!(before.is_none(), "I5: a verdict changed");
        }
        // I3: what was called saved is in the outbox or has a verdict, or is known to be lost.
        let phone = &self.phones[place];
        let here: HashSet<EntryId> = held_by(phone).into_iter().collect();
        let fate = |id: &EntryId| here.contains(id) || self.verdicts.contains_key(id);
        for id in phone.saved.iter().filter(|id| !self.evicted.contains(id)) {
            assert!(fate(id), "I3: {id} was saved and is nowhere");
        }
        // I5, as the phone sees it: it shows no other verdict than the server's.
        let incarnation = ready(phone.store.load()).unwrap().incarnation;
        if incarnation == Some(self.server.incarnation) && self.counts.restores == 0 {
            for own in phone.engine.history() {
                let server = &self.verdicts[&own.entry.entry().id];
                assert_eq!((own.order, &own.verdict), (Some(server.0), &server.1));
            }
        }
    }

    /// The faults stop; everybody must agree, and soon.
    fn finish(&mut self) {
        self.network.clear();
        self.server.changes_max = 1000;
        for _ in 0..3 {
            for phone in &mut self.phones {
                phone.restart();
                for applied in phone.sync(&mut self.server) {
                    self.counts.changed_verdicts += applied.changed_verdicts.len();
                }
            }
        }
        assert!(*self.server.keeper.state() == self.server.tables.replayed());
        for phone in &self.phones {
            let stored = Engine::new(ready(phone.store.load()).unwrap());
            for engine in [&phone.engine, &stored] {
                assert!(
                    engine.base() == self.server.keeper.state(),
                    "I7: a phone disagrees"
                );
                let waiting = engine.pending().iter().all(|own| own.waiting_for.is_some());
                assert!(waiting, "I7: an outbox is not empty");
                let view = engine.view() == engine.base();
                assert!(
                    view || !engine.pending().is_empty(),
                    "I7: a view differs from its base"
                );
            }
            for id in phone.saved.iter().filter(|id| !self.evicted.contains(id)) {
                let known = self.server.tables.record(*id).is_some();
                assert!(
                    known || self.server.tables.waiting.contains_key(id),
                    "I4: {id} is gone"
                );
            }
        }
        for record in &self.server.tables.records {
            match &record.verdict.outcome {
                Outcome::Accepted => self.counts.accepted += 1,
                Outcome::Refused(_) => self.counts.refused += 1,
                Outcome::Disputed(_) => self.counts.disputed += 1,
                Outcome::Waiting(_) => panic!("a wait is no verdict"),
            }
        }
    }
}

/// Everything a phone holds: its outbox, its history, and others' entries.
fn held_by(phone: &Phone) -> Vec<EntryId> {
    let loaded = ready(phone.store.load()).unwrap();
    let own = loaded.outbox.iter().map(|unsent| unsent.entry.entry().id);
    let history = loaded.history.iter().map(|own| own.entry.entry().id);
    own.chain(history).collect()
}

fn run(seed: u64, steps: usize) -> (Counts, u64) {
    let mut run = Run::new(seed);
    for _ in 0..steps {
        run.step();
    }
    run.finish();
    (run.counts, run.server.keeper.order())
}

/// Prints the seed of a run that fails.
fn told(seed: u64, steps: usize) -> (Counts, u64) {
    struct Seed(u64);
    impl Drop for Seed {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("the seed is {}", self.0);
            }
        }
    }
    let _seed = Seed(seed);
    run(seed, steps)
}

fn seeds() -> u64 {
    std::env::var("BATON_SIM_SEEDS")
        .ok()
        .and_then(|seeds| seeds.parse().ok())
        .unwrap_or(60)
}

#[test]
fn phones_and_server_agree_in_the_end_whatever_happens_between() {
    let mut total = Counts::default();
    for seed in 0..seeds() {
        let (counts, _) = told(seed, 400);
        macro_rules! add {
            ($($field:ident)*) => { $(total.$field += counts.$field;)* };
        }
        add!(acts accepted refused disputed waited lost_messages doubled_messages crashes
            second_tabs sequences_taken evictions failed_transactions restores changed_verdicts
            generations snapshots);
    }
    let Counts {
        acts,
        accepted,
        refused,
        disputed,
        waited,
        lost_messages,
        doubled_messages,
        crashes,
        second_tabs,
        sequences_taken,
        evictions,
        failed_transactions,
        restores,
        changed_verdicts,
        generations,
        snapshots,
    } = total.clone();
    let all = [
        acts,
        accepted,
        refused,
        disputed,
        waited,
        lost_messages,
        doubled_messages,
        crashes,
        second_tabs,
        sequences_taken,
        evictions,
        failed_transactions,
        restores,
        changed_verdicts,
        generations,
        snapshots,
    ];
    assert!(
        all.iter().all(|count| *count > 0),
        "something never happened: {total:?}"
    );
}

#[test]
fn a_run_repeats_itself() {
    assert_eq!(run(7, 300), run(7, 300));
}

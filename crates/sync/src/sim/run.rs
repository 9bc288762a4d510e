//! One history: who acts, what fails, and the agreement at the end.

use super::acts;
use super::age::Age;
use super::balance::Balance;
use super::chance::Chance;
use super::counts::Counts;
use super::kinds;
use super::network::Message;
use super::phone::Phone;
use super::server::{Server, Tables, key_of};
use crate::{Loss, NewRecord, Pending};
use baton_domain::id::{DeviceId, EntryId, TransferId};
use baton_domain::splitmix::mixed;
use baton_domain::testkit::{ADMIN, OFFICE, REP_A, REP_B, REP_C, device};
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Command, EntryBody, Reason, Refusal, State};
use baton_ledger::known;
use baton_store::conformance::ready;
use baton_store::{LedgerStore, StoreError};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What a history led to, for comparison with its repetition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub counts: Counts,
    /// How many entries the ledger holds.
    pub order: u64,
    /// A hash over the bytes of all of them.
    pub ledger: u64,
}

pub(super) struct Run {
    pub(super) chance: Chance,
    pub(super) server: Server,
    backup: Tables,
    pub(super) phones: Vec<Phone>,
    pub(super) sessions: Vec<u64>,
    pub(super) network: Vec<Message>,
    /// I4, I5: the first verdict on every entry, within one incarnation.
    pub(super) verdicts: HashMap<EntryId, (u64, Verdict)>,
    /// I6: what came in and stayed.
    pub(super) balance: Balance,
    /// Saved work that went with evicted storage, and what the phone must report.
    pub(super) evicted: HashSet<EntryId>,
    devices: u8,
    /// The phones that this step changed: only they are looked at.
    pub(super) changed: BTreeSet<usize>,
    /// The ledger up to the last record that was looked at (I2).
    pub(super) prefix: State,
    /// What is or was in dispute, by the ledger.
    pub(super) disputed: Vec<EntryId>,
    /// I9: what ended each transfer.
    pub(super) ended: HashMap<TransferId, EntryId>,
    /// Offers that were taken back, to be made anew.
    pub(super) taken_back: Vec<TransferId>,
    /// Offers in whose place there is another of the same lines.
    pub(super) anew: HashSet<TransferId>,
    /// How many codes were read.
    pub(super) codes: u64,
    pub(super) counts: Counts,
    /// True where phones send the next request while an answer is stored.
    pub(super) ahead: bool,
    /// Decides over old apps, where there are some.
    pub(super) age: Option<Age>,
}

/// How every history begins, worked out once a thread.
struct Beginning {
    server: Server,
    phones: Vec<Phone>,
}

thread_local! {
    static BEGINNING: Beginning = {
        let server = Server::new();
        let people = [REP_A, REP_B, REP_C, OFFICE, ADMIN];
        let phones = people.map(|person| Phone::new(person, &server)).into();
        Beginning { server, phones }
    };
}

/// Plays the history of a seed. Panics where an invariant does not hold.
pub fn run(seed: u64, steps: usize) -> Told {
    known::begin();
    let mut run = Run::new(seed);
    run.begin_old(seed);
    run.begin_ahead(seed);
    for _ in 0..steps {
        run.step();
    }
    run.finish();
    let records = run.server.tables.records.iter();
    let ledger = records.fold(0, |hash, record| mixed(hash, record.entry.bytes()));
    Told {
        counts: run.counts,
        order: run.server.keeper.order(),
        ledger,
    }
}

impl Run {
    fn new(seed: u64) -> Self {
        let (server, phones): (Server, Vec<Phone>) = BEGINNING.with(|beginning| {
            let phones = beginning.phones.iter().map(Phone::fork);
            (beginning.server.clone(), phones.collect())
        });
        Self {
            chance: Chance::new(seed),
            backup: server.tables.clone(),
            sessions: vec![0; phones.len()],
            phones,
            network: Vec::new(),
            verdicts: HashMap::new(),
            balance: Balance::default(),
            evicted: HashSet::new(),
            devices: 100,
            changed: BTreeSet::new(),
            prefix: State::default(),
            disputed: Vec::new(),
            ended: HashMap::new(),
            taken_back: Vec::new(),
            anew: HashSet::new(),
            codes: 0,
            counts: Counts::default(),
            ahead: false,
            age: None,
            server,
        }
    }

    fn step(&mut self) {
        self.server.now_ms += 1_000;
        self.grow_older();
        let phone = self.chance.below(self.phones.len());
        match self.chance.below(100) {
            0..=31 => self.act(phone),
            32..=35 => self.meet(),
            36 => {
                let other = self.chance.below(self.phones.len());
                self.show_receipt(phone, other);
            }
            37..=58 => self.ask(phone),
            59..=91 => self.deliver(),
            92 => self.crash(phone),
            93 => self.jump(phone),
            94 => self.second_tab(phone),
            95 => self.write_generation(phone),
            96 if self.chance.percent(50) => {
                self.counts.note("server restarts");
                self.server.restart();
            }
            97 => self.backup = self.server.tables.clone(),
            98 if self.chance.percent(20) => self.restore(),
            99 if self.chance.percent(20) => self.evict(phone),
            99 if self.chance.percent(10) => {
                let ended = self.server.wait_long();
                self.counts.add("waits that took too long", ended);
            }
            _ => self.phones[phone].engine.mark_unsent(),
        }
        self.check();
    }

    fn act(&mut self, place: usize) {
        let phone = &self.phones[place];
        let view = phone.engine.view();
        let Some((name, command)) = acts::any(view, phone.person, &mut self.chance) else {
            return;
        };
        let offer_hash = match &command {
            Command::AnswerTransfer { transfer, .. } => self.offer_hash(place, *transfer),
            _ => None,
        };
        let phone = &mut self.phones[place];
        let Ok(entries) = phone.decide_bound(command, offer_hash) else {
            return;
        };
        // Before the store: nothing was called saved, and nothing is.
        if self.chance.percent(2) {
            return self.crash(place);
        }
        match phone.save(&entries) {
            Ok(()) => self.counts.note(name),
            Err(StoreError::SequenceTaken { .. }) => {
                self.counts.note("sequences taken");
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
        self.changed.insert(place);
    }

    /// A clock that is wrong, or is set right: what it says and how its ids sort changes.
    fn jump(&mut self, place: usize) {
        const YEAR_MS: i64 = 365 * 24 * 60 * 60 * 1000;
        self.counts.note("clock jumps");
        let off = self
            .chance
            .pick([0, 3_600_000, -20 * YEAR_MS, 80 * YEAR_MS]);
        let first_byte = self.chance.pick([0x01, 0x11, 0x71]);
        let phone = &mut self.phones[place];
        phone.clock_off_ms = off.unwrap_or(0);
        phone.first_byte = first_byte.unwrap_or(0x11);
    }

    pub(super) fn crash(&mut self, place: usize) {
        self.counts.note("crashes");
        self.changed.insert(place);
        self.sessions[place] += 1;
        self.phones[place].restart();
    }

    /// The same phone in another tab, on the same store: the first one does not hear of it.
    fn second_tab(&mut self, place: usize) {
        self.counts.note("second tabs");
        let first = self.phones[place].engine.clone();
        self.crash(place);
        self.act(place);
        self.phones[place].engine = first;
        self.phones[place].unheard = true;
    }

    fn write_generation(&mut self, place: usize) {
        let phone = &mut self.phones[place];
        if phone.engine.needs_snapshot() {
            return;
        }
        let Some(generation) = phone.engine.generation(self.server.now_ms) else {
            return self.counts.note("generations left to a newer app");
        };
        match ready(phone.store.write_generation(&generation)) {
            Ok(()) => {
                self.counts.note("generations");
                phone.engine.generation_written(&generation);
            }
            Err(StoreError::Stale) => self.crash(place),
            Err(error) => panic!("{error}"),
        }
    }

    /// The browser threw everything away: the person signs in again, on a new key.
    pub(super) fn evict(&mut self, place: usize) {
        self.counts.note("evictions");
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
            let told = fresh.engine.lost(mark);
            assert_eq!(told, Some(expected), "I3: a loss is reported");
        }
        fresh.unsettled.clone_from(&saved);
        fresh.saved = saved;
        self.changed.insert(place);
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
        self.counts.note("restores");
        let held: HashSet<EntryId> = self.phones.iter().flat_map(Phone::holds).collect();
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
        self.disputed.clear();
        self.ended.clear();
        self.prefix = State::default();
        self.balance = Balance::default();
        for (place, phone) in self.phones.iter_mut().enumerate() {
            phone.unsettled.clone_from(&phone.saved);
            self.changed.insert(place);
        }
    }

    /// The faults stop; everybody must agree, and soon (I7).
    fn finish(&mut self) {
        self.check_whole();
        self.update_all();
        self.network.clear();
        self.server.changes_max = 1000;
        for phone in &mut self.phones {
            // Some start anew; whoever holds what only the next start sends has to.
            let set_aside = |pending: &Pending| pending.set_aside;
            let has_to = phone.unheard || phone.engine.pending().iter().any(set_aside);
            if self.chance.percent(25) || has_to {
                phone.restart();
            }
        }
        for _ in 0..3 {
            for phone in &mut self.phones {
                for applied in phone.sync(&mut self.server) {
                    let changed = applied.changed_verdicts.len() as u64;
                    self.counts.add("changed verdicts", changed);
                }
            }
        }
        self.changed.extend(0..self.phones.len());
        self.check();
        self.check_whole();
        self.check_agreement();
        let missing = self.check_missing();
        self.counts.add("records that never arrive", missing);
        kinds::count(&self.server, &mut self.counts);
        for record in &self.server.tables.records {
            self.counts.note(match &record.verdict.outcome {
                Outcome::Accepted => "accepted",
                Outcome::Refused(_) => "refused",
                Outcome::Disputed(_) => "disputed",
                Outcome::Waiting(_) => panic!("a record waits"),
            });
            let quarantined = |refusal: &Refusal| refusal.reason == Reason::Revoked;
            if record.verdict.dispute().is_some_and(quarantined) {
                self.counts.note("quarantined");
            }
            if let Some(name) = self.old_receipt(record) {
                self.counts.note(name);
            }
        }
    }

    /// What a receipt is counted under that answers something else than what is offered.
    fn old_receipt(&self, record: &NewRecord) -> Option<&'static str> {
        let EntryBody::TransferAnswered { transfer, .. } = &record.entry.entry().body else {
            return None;
        };
        let refusal = record.verdict.dispute()?;
        match refusal.reason {
            Reason::Conflicting if refusal.entry == Some(*transfer) => {
                Some("receipts for other bytes")
            }
            Reason::TransferEnded if self.anew.contains(transfer) => {
                Some("receipts for an offer made anew")
            }
            Reason::TransferEnded => Some("receipts for an ended offer"),
            _ => None,
        }
    }
}

//! Checking a whole ledger again: does it still say what was signed?
//!
//! Every entry is read back from its bytes, every signature verified with the key that the
//! directory had when the entry was recorded, every column compared with what the bytes say, and
//! the order numbers counted. Verdicts are read and applied, not judged anew: what was decided
//! under earlier rules stands (R33).

use std::collections::HashMap;
use std::fmt;
use std::thread;

use baton_domain::id::{DeviceId, EntryId};
use baton_domain::{EntryBody, Outcome, State, Verdict, fold};
use baton_ledger::{PublicKey, SignedEntry, decode_verdict, key};

use crate::storage::{RecordRow, StorageError};

use super::blocking;
use super::ledger::OpenLedger;
use super::signatures::verify;

const RECORDS: u32 = 2_000;

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// Recorded entries.
    pub entries: u64,
    /// Entries that wait for an ancestor.
    pub waiting: usize,
    /// Bytes that were refused and put aside.
    pub quarantined: u64,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// Something wrong with one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its order number; `None` for a waiting entry.
    pub order: Option<u64>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.order {
            Some(order) => write!(f, "entry {order}: {}", self.what),
            None => write!(f, "a waiting entry: {}", self.what),
        }
    }
}

impl OpenLedger {
    /// Checks the whole ledger.
    pub async fn verify(&self) -> Result<Report, StorageError> {
        let organization = self.row().organization;
        let mut check = Check {
            own: (self.key.device(), self.key.public_key()),
            ..Check::default()
        };
        loop {
            let rows = self
                .storage
                .recorded_after(organization, check.order, RECORDS)
                .await?;
            let done = rows.len() < RECORDS as usize;
            check = blocking(move || {
                check.take(rows);
                check
            })
            .await?;
            if done {
                break;
            }
        }
        let claimed = self
            .storage
            .position(organization)
            .await?
            .map_or(0, |position| position.order);
        if claimed != check.order {
            check.fault(
                Some(check.order),
                format!("it is the last one, and {claimed} are counted"),
            );
        }
        let waiting = self.storage.waiting(organization).await?;
        for row in &waiting {
            match SignedEntry::parse(&row.bytes) {
                Ok(entry) if check.holds(&entry) => {}
                Ok(_) => check.fault(None, "its signature does not hold".into()),
                Err(error) => check.fault(None, format!("its bytes cannot be read: {error}")),
            }
        }
        let quarantined = self.storage.quarantined(organization).await?;
        Ok(Report {
            entries: check.entries,
            waiting: waiting.len(),
            quarantined,
            faults: check.faults,
        })
    }
}

struct Check {
    own: (DeviceId, PublicKey),
    /// Keys of servers, the earlier ones of this ledger included: the founding is signed before
    /// its key is in the directory.
    servers: HashMap<DeviceId, PublicKey>,
    state: State,
    /// The hash of every offer, for the receipts that bind to them.
    offers: HashMap<EntryId, [u8; 32]>,
    order: u64,
    entries: u64,
    faults: Vec<Fault>,
}

impl Default for Check {
    fn default() -> Self {
        Self {
            own: (DeviceId::from_bytes([0; 16]), [0; 33]),
            servers: HashMap::new(),
            state: State::default(),
            offers: HashMap::new(),
            order: 0,
            entries: 0,
            faults: Vec::new(),
        }
    }
}

impl Check {
    fn take(&mut self, rows: Vec<RecordRow>) {
        let mut signed = Vec::with_capacity(rows.len());
        let mut read = Vec::with_capacity(rows.len());
        for row in rows {
            self.entries += 1;
            if row.order != self.order + 1 {
                self.fault(Some(row.order), format!("{} was due here", self.order + 1));
            }
            self.order = row.order;
            match self.read(&row) {
                Ok((entry, verdict)) => read.push((row.order, entry, verdict)),
                Err(what) => self.fault(Some(row.order), what),
            }
        }
        for (_, entry, _) in &read {
            if let EntryBody::DeviceEnrolled(device) = &entry.entry().body
                && device.person.is_none()
            {
                self.servers.entry(device.id).or_insert(device.public_key);
            }
        }
        for (order, entry, verdict) in read {
            self.bind(order, &entry, &verdict);
            signed.push((order, entry.clone(), self.key_of(&entry)));
            fold(&mut self.state, entry.entry(), &verdict);
        }
        for order in broken(&signed) {
            self.fault(Some(order), "its signature does not hold".into());
        }
    }

    /// A receipt that counts must bind to the very offer that is recorded: together with the two
    /// signatures it is the proof of a handoff.
    fn bind(&mut self, order: u64, entry: &SignedEntry, verdict: &Verdict) {
        match &entry.entry().body {
            // An offer of another organization stands here as its mirror.
            EntryBody::TransferOffered { .. } | EntryBody::Mirrored { .. } => {
                self.offers.insert(entry.entry().id, entry.hash());
            }
            EntryBody::TransferAnswered {
                transfer,
                offer_hash: Some(hash),
                ..
            } if verdict.outcome == Outcome::Accepted
                && self.offers.get(transfer) != Some(hash) =>
            {
                let what = "it is a receipt for another offer than the one recorded";
                self.fault(Some(order), what.into());
            }
            _ => {}
        }
    }

    fn read(&self, row: &RecordRow) -> Result<(SignedEntry, Verdict), String> {
        let entry = SignedEntry::parse(&row.bytes)
            .map_err(|error| format!("its bytes cannot be read: {error}"))?;
        let verdict = decode_verdict(&row.verdict)
            .map_err(|error| format!("its verdict cannot be read: {error}"))?;
        let says = entry.entry();
        let same = (says.id, says.device, says.sequence) == (row.id, row.device, row.sequence);
        if !same || entry.hash() != row.hash {
            return Err("it stands under an id, device, number or hash that is not its own".into());
        }
        Ok((entry, verdict))
    }

    fn holds(&self, entry: &SignedEntry) -> bool {
        self.key_of(entry).is_some_and(|key| key_holds(entry, &key))
    }

    fn key_of(&self, entry: &SignedEntry) -> Option<PublicKey> {
        let device = entry.entry().device;
        if device == self.own.0 {
            return Some(self.own.1);
        }
        let known = self.state.device(device).map(|device| device.public_key);
        known.or_else(|| self.servers.get(&device).copied())
    }

    fn fault(&mut self, order: Option<u64>, what: String) {
        self.faults.push(Fault { order, what });
    }
}

/// The orders of entries whose signature does not hold, found on all cores.
fn broken(signed: &[(u64, SignedEntry, Option<PublicKey>)]) -> Vec<u64> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = signed.len().div_ceil(cores).max(1);
    let is_broken = |(_, entry, key): &&(u64, SignedEntry, Option<PublicKey>)| {
        !key.is_some_and(|key| key_holds(entry, &key))
    };
    thread::scope(|scope| {
        let shares: Vec<_> = signed
            .chunks(share)
            .map(|part| {
                scope.spawn(move || {
                    part.iter()
                        .filter(is_broken)
                        .map(|(order, ..)| *order)
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        // A thread that failed has checked nothing: everything in its share counts as broken.
        let all = |part: &[(u64, SignedEntry, Option<PublicKey>)]| {
            part.iter().map(|(order, ..)| *order).collect()
        };
        let parts = signed.chunks(share);
        shares
            .into_iter()
            .zip(parts)
            .flat_map(|(one, part)| one.join().unwrap_or_else(|_| all(part)))
            .collect()
    })
}

fn key_holds(entry: &SignedEntry, key: &PublicKey) -> bool {
    key::raw_from_public_key(key).is_some_and(|raw| verify(entry, &raw))
}

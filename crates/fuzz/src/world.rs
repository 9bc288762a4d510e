//! What inputs are about: the demo's ledger as its rules made it.

use baton_domain::directory::{Device, Organization, OrganizationKind};
use baton_domain::id::DeviceId;
use baton_domain::time::Timestamp;
use baton_domain::{Entry, EntryBody, State};
use baton_ledger::{SignedEntry, SigningKey, Unsigned};
use baton_server::demo::{self, DISTRIBUTOR_ID, Size};

/// The device that signs here.
pub const DEVICE: DeviceId = DeviceId::from_bytes([7; 16]);

/// The server's own device, in whose name commands record.
const SERVER: DeviceId = DeviceId::from_bytes([8; 16]);

/// A ledger with everything in it, and how it came about.
pub struct World {
    /// The state after the last entry.
    pub state: State,
    /// The state before the first.
    pub beginning: State,
    /// The entries that led there.
    pub entries: Vec<Entry>,
}

/// The key of [`DEVICE`].
///
/// # Panics
/// Never: the bytes are a key.
#[expect(clippy::unwrap_used, reason = "the bytes are a key")]
pub fn key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32]).unwrap()
}

/// The demo's distributor, small.
pub fn world() -> World {
    let founder = demo::distributor_founder();
    let mut state = State::default();
    state.put_organization(Organization {
        id: DISTRIBUTOR_ID,
        name: "Fuzz".into(),
        kind: OrganizationKind::Distributor,
        demo: true,
    });
    state.put_person(founder.clone());
    for (id, person) in [(DEVICE, Some(founder.id)), (SERVER, None)] {
        state.put_device(Device {
            id,
            person,
            public_key: key().public_key(),
            label: "A phone".into(),
            revoked: false,
        });
    }
    let now = Timestamp {
        unix_ms: 1_790_000_000_000,
        offset_min: -420,
    };
    let size = Size {
        lines: 400,
        reps: 4,
        cases: 6,
        seed: 1,
    };
    let beginning = state.clone();
    let planned = demo::distributor(&state, SERVER, now, size);
    let mut entries = Vec::new();
    for (place, step) in planned.steps.into_iter().enumerate() {
        let entry = Entry {
            id: step.id,
            organization: DISTRIBUTOR_ID,
            actor: step.actor,
            device: SERVER,
            sequence: place as u64 + 1,
            occurred_at: step.occurred_at,
            source_sha256: None,
            body: step.body,
        };
        let verdict = baton_domain::judge(&state, &entry);
        baton_domain::fold(&mut state, &entry, &verdict);
        entries.push(entry);
    }
    World {
        state,
        beginning,
        entries,
    }
}

/// An entry, signed.
pub fn signed(entry: &Entry) -> Option<SignedEntry> {
    Some(Unsigned::new(entry).ok()?.sign(&key()))
}

/// At most a few entries of every kind: enough to make others of, and not thousands of one.
pub fn of_every_kind(entries: &[Entry]) -> Vec<&Entry> {
    let mut counts = std::collections::HashMap::new();
    entries
        .iter()
        .filter(|entry| {
            let count = counts.entry(std::mem::discriminant::<EntryBody>(&entry.body));
            let count = count.or_insert(0);
            *count += 1;
            *count <= 3
        })
        .collect()
}

/// The bytes of the ledger's golden files in a folder.
pub fn golden(folder: &str) -> Vec<Vec<u8>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ledger/tests/golden/").to_owned() + folder;
    let mut files: Vec<_> = std::fs::read_dir(path)
        .into_iter()
        .flatten()
        .filter_map(|file| Some(file.ok()?.path()))
        .collect();
    files.sort();
    let texts = files
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok());
    texts.map(|text| unhex(&text)).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.chars().filter_map(|one| one.to_digit(16)).collect();
    let pairs = digits.chunks_exact(2);
    pairs.map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_world_has_what_the_targets_are_about() {
        let world = world();
        let kinds: BTreeSet<String> = world
            .entries
            .iter()
            .map(|entry| format!("{:?}", entry.body))
            .map(|text| text.split([' ', '(']).next().unwrap_or_default().to_owned())
            .collect();
        for kind in ["TransferOffered", "TransferAnswered", "StockReceived"] {
            assert!(kinds.contains(kind), "{kinds:?}");
        }
        assert!(world.state.lines().count() > 50 && world.state.cases().count() > 3);
    }
}

//! The store with signed entries to write, and nothing of the app above it.

use baton::commands::Signer;
use baton::platform::KeyPair;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::{DeviceId, EntryId, LineId, OrganizationId, PersonId};
use baton_domain::product::ProductId;
use baton_domain::stock::{Custodian, Identity, StockLine, TitleHolder};
use baton_domain::time::{Date, Timestamp};
use baton_domain::{Entry, EntryBody, State};
use baton_ledger::page::{self, Filter};
use baton_ledger::{SignedEntry, Unsigned};
use baton_store::{Generation, IndexedDbStore, LedgerStore, Source};
use wasm_bindgen::prelude::*;

const ORGANIZATION: OrganizationId = OrganizationId::from_bytes([1; 16]);
const PERSON: PersonId = PersonId::from_bytes([2; 16]);
const DEVICE: DeviceId = DeviceId::from_bytes([3; 16]);
const NOW_MS: i64 = 1_795_400_000_000;

/// A new store, and entries that a phone's key signed for it.
#[wasm_bindgen]
pub struct Ledger {
    store: IndexedDbStore,
    entries: Vec<SignedEntry>,
}

#[wasm_bindgen]
impl Ledger {
    /// Opens a database that is not there yet and signs so many movements.
    pub async fn open(name: String, count: u32) -> Result<Ledger, JsError> {
        let store = IndexedDbStore::open(&name).await?;
        let key = KeyPair::generate().await.map_err(|_| no_key())?;
        let mut entries = Vec::new();
        for sequence in 1..=u64::from(count) {
            let unsigned = Unsigned::new(&movement(sequence))?;
            let signature = key.sign(&unsigned.signing_input()).await;
            entries.push(unsigned.sign_with(signature.map_err(|_| no_key())?));
        }
        Ok(Ledger { store, entries })
    }

    /// The id of one of them.
    pub fn id(&self, place: usize) -> Vec<u8> {
        self.entries[place].entry().id.as_bytes().to_vec()
    }

    /// Its signed bytes.
    pub fn bytes(&self, place: usize) -> Vec<u8> {
        self.entries[place].bytes().to_vec()
    }

    /// Appends so many of them, as the app does.
    pub async fn append(&self, first: usize, count: usize) -> Result<(), JsError> {
        Ok(self
            .store
            .append(&self.entries[first..first + count])
            .await?)
    }

    /// Writes as many lines of stock as a snapshot of the server is written.
    pub async fn write_snapshot(&self, lines: u32) -> Result<(), JsError> {
        let mut state = State::default();
        (1..=u64::from(lines)).for_each(|number| state.put_line(line(number)));
        let generation = Generation {
            order: 1,
            pages: page::write(&state, Filter::Everything),
            written_at_ms: NOW_MS,
            source: Source::Server {
                incarnation: [7; 16],
            },
        };
        Ok(self.store.write_generation(&generation).await?)
    }
}

fn no_key() -> JsError {
    JsError::new("the browser made no key, or did not sign")
}

/// A piece with a serial comes into custody.
fn movement(sequence: u64) -> Entry {
    Entry {
        id: entry_id(sequence),
        organization: ORGANIZATION,
        actor: PERSON,
        device: DEVICE,
        sequence,
        occurred_at: Timestamp {
            unix_ms: NOW_MS,
            offset_min: -420,
        },
        source_sha256: None,
        body: EntryBody::StockReceived {
            custodian: Custodian::Person(PERSON),
            lines: vec![ReceivedLine {
                identity: identity(sequence),
                quantity: 1,
                title: TitleHolder::Manufacturer,
                location: "Trunk".into(),
            }],
            reason: "Sent by the warehouse".into(),
        },
    }
}

/// Ids as a phone makes them: later ones are larger, and no two are alike.
fn entry_id(sequence: u64) -> EntryId {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(NOW_MS as u64 + sequence).to_be_bytes());
    id[8..].copy_from_slice(&sequence.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    EntryId::from_bytes(id)
}

fn identity(number: u64) -> Identity {
    Identity {
        product: ProductId::new("00614950000203").unwrap_or_else(|| unreachable!()),
        lot: None,
        lot_unknown: false,
        serial: Some(format!("{}", 100_000 + number).into()),
        expiry: Date::new(2029, 5, 1),
        manufactured: None,
    }
}

fn line(number: u64) -> StockLine {
    let head = entry_id(number);
    StockLine {
        id: LineId {
            entry: head,
            index: 0,
        },
        parent: None,
        replaces: None,
        identity: identity(number),
        quantity: 1,
        custodian: Custodian::Person(PERSON),
        title: TitleHolder::Manufacturer,
        location: "Trunk".into(),
        claims: Vec::new(),
        hold: None,
        disputed: 0,
        head,
        past_heads: Vec::new(),
        needs_newer_app: false,
    }
}

//! What goes into a store and what comes out of it.

use baton_domain::id::{DeviceId, EntryId, OrganizationId, PersonId};
use baton_domain::verdict::Verdict;
use baton_ledger::{Recorded, SignedEntry};

pub use baton_ledger::message::Incarnation;

/// How many of the phone's own decided entries [`Loaded::history`] brings.
pub const HISTORY_LOADED: u64 = 500;

/// How many of them are kept.
pub const HISTORY_KEPT: u64 = 2_000;

/// Accepted entries are kept this long after a generation covers them, so that a restored server
/// can have them back: 30 days.
pub const ENTRIES_KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// And never more of them than this.
pub const ENTRIES_KEPT: u64 = 20_000;

/// Who this phone is, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Whose ledger.
    pub organization: OrganizationId,
    /// Who signed in.
    pub person: PersonId,
    /// This phone.
    pub device: DeviceId,
    /// The server's signed word that this key speaks for that person.
    pub certificate: Vec<u8>,
}

/// Everything a phone needs to start: no history is replayed beyond [`Self::changes`].
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Who this phone is; `None` before it is enrolled.
    pub identity: Option<Identity>,
    /// The last device sequence that was used.
    pub sequence: u64,
    /// The last order number that is in the base.
    pub cursor: u64,
    /// The server's incarnation that the base belongs to; `None` before the first sync.
    pub incarnation: Option<Incarnation>,
    /// The order number of the generation that [`Self::pages`] hold.
    pub generation_order: u64,
    /// The pages of the current generation.
    pub pages: Vec<Vec<u8>>,
    /// What came after it, in order.
    pub changes: Vec<Change>,
    /// Own entries without a final verdict, and those of other phones that came by a code, in the
    /// order they were recorded or taken in.
    pub outbox: Vec<Unsent>,
    /// Those that have their verdict, oldest first, the last [`HISTORY_LOADED`].
    pub history: Vec<Own>,
    /// Entries to offer again to a restored server, by id.
    pub relay: Vec<SignedEntry>,
    /// The base cannot be read: pages and changes are left out, and a snapshot is needed.
    pub base_damaged: bool,
    /// What is stored and could not be read. It stays stored.
    pub damaged: Vec<String>,
}

/// One step of the base after its generation.
#[derive(Clone, Debug)]
pub enum Change {
    /// An entry with its verdict.
    Entry(Box<Recorded>),
    /// Records that came into this phone's scope.
    Page(Vec<u8>),
}

/// An entry without a final verdict: an own one, or another phone's that came by a code.
#[derive(Clone, Debug)]
pub struct Unsent {
    /// The entry.
    pub entry: SignedEntry,
    /// What the server lets it wait for, once it has said so.
    pub waiting_for: Option<EntryId>,
    /// The certificate that came with another phone's entry, whose key was not known here.
    pub certificate: Option<Vec<u8>>,
}

impl Unsent {
    /// An entry that nobody has said anything about yet.
    pub fn new(entry: SignedEntry) -> Self {
        Self {
            entry,
            waiting_for: None,
            certificate: None,
        }
    }
}

/// An own entry with its verdict.
#[derive(Clone, Debug)]
pub struct Own {
    /// The entry.
    pub entry: SignedEntry,
    /// Its order number; `None` where the server did not record it.
    pub order: Option<u64>,
    /// The server's word on it.
    pub verdict: Verdict,
}

/// What one answer of the server changes: written as one transaction, or not at all.
#[derive(Clone, Debug)]
pub struct SyncUpdate {
    /// The incarnation that the answer belongs to.
    pub incarnation: Incarnation,
    /// The cursor that this update was planned on.
    pub from: u64,
    /// The cursor after it.
    pub cursor: u64,
    /// What was recorded after `from`, ascending.
    pub changes: Vec<Recorded>,
    /// Records that came into this phone's scope with the changes.
    pub page: Option<Vec<u8>>,
    /// Own entries that got their verdict.
    pub settled: Vec<Settled>,
    /// Own entries that the server keeps until an ancestor arrives, and the ancestor.
    pub waiting: Vec<(EntryId, EntryId)>,
    /// Entries that need not be offered again any more.
    pub relayed: Vec<EntryId>,
    /// The highest sequence of this device that the server holds: no lower one is used again.
    pub acked_sequence: u64,
}

/// An own entry that got its verdict.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Which.
    pub id: EntryId,
    /// Its order number; `None` where the server did not record it.
    pub order: Option<u64>,
    /// The word on it.
    pub verdict: Verdict,
}

/// An immutable picture of the base at one order number.
#[derive(Clone, Debug)]
pub struct Generation {
    /// The order number.
    pub order: u64,
    /// Its pages, as the ledger writes them.
    pub pages: Vec<Vec<u8>>,
    /// When it is written, by the caller's clock, in milliseconds since 1970.
    pub written_at_ms: i64,
    /// Where it comes from.
    pub source: Source,
}

/// Where a generation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// This phone's own base: later entries stay.
    Base,
    /// The server: it replaces the base, and later entries come again.
    Server {
        /// The incarnation it belongs to. Another one than before makes every entry that this
        /// phone keeps an offer to the restored server.
        incarnation: Incarnation,
    },
}

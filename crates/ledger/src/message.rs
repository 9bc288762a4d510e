//! What a phone and the server say to each other, and what both store beside an entry.
//!
//! All of it is CBOR: maps with integer keys that are never reused, or records inside them.
//! Unknown keys are skipped, so that either side may say more than the other understands; what
//! the other side must understand raises [`PROTOCOL`].

use crate::entry::SignedEntry;
use crate::error::FormatError;
use crate::limits::{
    CERTIFICATES_PER_SYNC_MAX, CHANGES_PER_SYNC_MAX, ENTRIES_PER_SYNC_MAX, ENTRY_BYTES_MAX,
    ITEMS_MAX, PAGE_BYTES_MAX, PAGES_PER_SNAPSHOT_MAX, SYNC_REQUEST_BYTES_MAX,
    SYNC_RESPONSE_BYTES_MAX,
};
use crate::refs::Refs;
use crate::wire::{Reader, V1, Writer, record};
use baton_domain::Verdict;
use baton_domain::id::{DeviceId, EntryId};

/// The version of the protocol that this build speaks.
pub const PROTOCOL: u16 = 1;

/// The oldest protocol that is still served: the one before, for 90 days after a new one.
pub const PROTOCOL_OLDEST: u16 = 1;

/// The media type of everything here over HTTP.
pub const CONTENT_TYPE: &str = "application/cbor";

/// Which life of the server's database this is: a restored one has another (architecture §4).
pub type Incarnation = [u8; 16];

/// A phone's half of a sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncRequest {
    /// The protocol that the phone speaks.
    pub protocol: u16,
    /// The phone.
    pub device: DeviceId,
    /// The incarnation that `cursor` belongs to; `None` before the first sync.
    pub incarnation: Option<Incarnation>,
    /// The last order number that the phone has.
    pub cursor: u64,
    /// Signed entries, in the order of their sequence.
    pub entries: Vec<Vec<u8>>,
    /// Certificates for phones whose enrolment the server may have lost with an old backup: the
    /// sender's own after it was called unknown, and those of phones whose entries are brought.
    pub certificates: Vec<Vec<u8>>,
}

/// The server's half of a sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncResponse {
    /// The protocol that the server speaks.
    pub protocol: u16,
    /// The server's incarnation.
    pub incarnation: Incarnation,
    /// The verdicts on what was sent, and on what had waited.
    pub verdicts: Vec<EntryVerdict>,
    /// Entries after the cursor, ascending by order number, in the phone's scope.
    pub changes: Vec<Recorded>,
    /// A page of products and private parts that come into scope by the changes. To be read into
    /// the state after the changes are folded.
    pub page: Option<Vec<u8>>,
    /// The last order number that the changes cover.
    pub cursor: u64,
    /// There is more: ask again at once.
    pub more: bool,
    /// The highest sequence of this device that the server holds.
    pub acked_sequence: u64,
    /// The device or its person was revoked (R38).
    pub revoked: bool,
    /// The phone must take a new snapshot.
    pub snapshot_needed: bool,
}

/// An immutable generation of the whole state in a phone's scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotManifest {
    /// The server's incarnation.
    pub incarnation: Incarnation,
    /// The order number up to which everything is in it.
    pub order: u64,
    /// How many pages it has, numbered from 0.
    pub pages: u32,
}

/// An entry with its place in the order and its verdict: on the wire and in stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its order number, gap-free per organization.
    pub order: u64,
    /// When the server had it, in milliseconds since 1970.
    pub received_at_ms: i64,
    /// The signed entry, exactly as signed.
    pub bytes: Vec<u8>,
    /// The word on it.
    pub verdict: Verdict,
}

/// The verdict on an entry that the other side has already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryVerdict {
    /// The entry.
    pub id: EntryId,
    /// Its order number; `None` while it waits, or where it was never recorded.
    pub order: Option<u64>,
    /// The word on it.
    pub verdict: Verdict,
}

record!(
    Recorded,
    "a recorded entry",
    [order, received_at_ms, bytes, verdict]
);
record!(EntryVerdict, "an entry's verdict", [id, order, verdict]);

fn encode(value: &dyn V1) -> Vec<u8> {
    let mut out = Writer::new(Refs::NONE);
    value.write(&mut out);
    out.into_bytes()
}

fn decode<T: V1>(bytes: &[u8], bytes_max: usize) -> Result<T, FormatError> {
    if bytes.len() > bytes_max {
        return Err(FormatError::TooLarge { bytes_max });
    }
    T::read(&mut Reader::new(bytes, Refs::NONE, ITEMS_MAX)?)
}

fn within(length: usize, count_max: usize, what: &'static str) -> Result<(), FormatError> {
    if length > count_max {
        Err(FormatError::TooMany { what, count_max })
    } else {
        Ok(())
    }
}

/// Encodes a verdict, for stores.
pub fn encode_verdict(verdict: &Verdict) -> Vec<u8> {
    encode(verdict)
}

/// Decodes a verdict.
pub fn decode_verdict(bytes: &[u8]) -> Result<Verdict, FormatError> {
    decode(bytes, VERDICT_BYTES_MAX)
}

/// A verdict has a refusal of some 100 bytes for each of 500 lines at most, and flags.
const VERDICT_BYTES_MAX: usize = 256 * 1024;

impl Recorded {
    /// Encodes it.
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// Decodes it; the entry's bytes are kept as they are and not read.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        decode(bytes, ENTRY_BYTES_MAX + VERDICT_BYTES_MAX)
    }

    /// Reads the entry.
    pub fn entry(&self) -> Result<SignedEntry, FormatError> {
        SignedEntry::parse(&self.bytes)
    }
}

impl EntryVerdict {
    /// Encodes it.
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// Decodes it.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        decode(bytes, VERDICT_BYTES_MAX)
    }
}

impl SyncRequest {
    /// Encodes it.
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// Decodes it within [`SYNC_REQUEST_BYTES_MAX`] and [`ENTRIES_PER_SYNC_MAX`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let request: Self = decode(bytes, SYNC_REQUEST_BYTES_MAX)?;
        within(
            request.entries.len(),
            ENTRIES_PER_SYNC_MAX,
            "entries in a request",
        )?;
        within(
            request.certificates.len(),
            CERTIFICATES_PER_SYNC_MAX,
            "certificates in a request",
        )?;
        Ok(request)
    }
}

impl V1 for SyncRequest {
    fn write(&self, out: &mut Writer<'_>) {
        let Self {
            protocol,
            device,
            incarnation,
            cursor,
            entries,
            certificates,
        } = self;
        out.fields(&[
            (1, protocol),
            (2, device),
            (3, incarnation),
            (4, cursor),
            (5, entries),
            (6, certificates),
        ]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut fields = input.fields("a sync request")?;
        let request = Self {
            protocol: fields.take(1)?,
            device: fields.take(2)?,
            incarnation: fields.take(3)?,
            cursor: fields.take(4)?,
            entries: fields.take(5)?,
            certificates: fields.take(6)?,
        };
        fields.end()?;
        Ok(request)
    }
}

impl SyncResponse {
    /// Encodes it.
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// Decodes it within [`SYNC_RESPONSE_BYTES_MAX`] and [`CHANGES_PER_SYNC_MAX`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let response: Self = decode(bytes, SYNC_RESPONSE_BYTES_MAX)?;
        within(
            response.changes.len(),
            CHANGES_PER_SYNC_MAX,
            "changes in a response",
        )?;
        if response
            .page
            .as_ref()
            .is_some_and(|page| page.len() > PAGE_BYTES_MAX)
        {
            return Err(FormatError::TooLarge {
                bytes_max: PAGE_BYTES_MAX,
            });
        }
        Ok(response)
    }
}

impl V1 for SyncResponse {
    fn write(&self, out: &mut Writer<'_>) {
        let Self {
            protocol,
            incarnation,
            verdicts,
            changes,
            page,
            cursor,
            more,
            acked_sequence,
            revoked,
            snapshot_needed,
        } = self;
        out.fields(&[
            (1, protocol),
            (2, incarnation),
            (3, verdicts),
            (4, changes),
            (5, page),
            (6, cursor),
            (7, more),
            (8, acked_sequence),
            (9, revoked),
            (10, snapshot_needed),
        ]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut fields = input.fields("a sync response")?;
        let response = Self {
            protocol: fields.take(1)?,
            incarnation: fields.take(2)?,
            verdicts: fields.take(3)?,
            changes: fields.take(4)?,
            page: fields.take(5)?,
            cursor: fields.take(6)?,
            more: fields.take(7)?,
            acked_sequence: fields.take(8)?,
            revoked: fields.take(9)?,
            snapshot_needed: fields.take(10)?,
        };
        fields.end()?;
        Ok(response)
    }
}

impl SnapshotManifest {
    /// Encodes it.
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// Decodes it within [`PAGES_PER_SNAPSHOT_MAX`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let manifest: Self = decode(bytes, 1024)?;
        if manifest.pages > PAGES_PER_SNAPSHOT_MAX {
            let count_max = PAGES_PER_SNAPSHOT_MAX as usize;
            return Err(FormatError::TooMany {
                what: "pages in a snapshot",
                count_max,
            });
        }
        Ok(manifest)
    }
}

impl V1 for SnapshotManifest {
    fn write(&self, out: &mut Writer<'_>) {
        let Self {
            incarnation,
            order,
            pages,
        } = self;
        out.fields(&[(1, incarnation), (2, order), (3, pages)]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut fields = input.fields("a snapshot manifest")?;
        let manifest = Self {
            incarnation: fields.take(1)?,
            order: fields.take(2)?,
            pages: fields.take(3)?,
        };
        fields.end()?;
        Ok(manifest)
    }
}

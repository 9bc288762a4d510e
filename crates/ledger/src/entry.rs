//! Entries, signed: as they are stored, sent and handed over.

use crate::body;
use crate::cose::{self, Purpose, Sign1};
use crate::envelope::Envelope;
use crate::error::{BadSignature, FormatError};
use crate::key::{self, PublicKey, SigningKey};
use crate::limits::ENTRY_BYTES_MAX;
use crate::refs::Refs;
use crate::wire::{Reader, V1, Writer};
use baton_domain::id::{DeviceId, EntryId};
use baton_domain::{Entry, EntryBody};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// An entry that is ready to be signed by its device.
#[derive(Clone, Debug)]
pub struct Unsigned {
    entry: Entry,
    payload: Vec<u8>,
}

impl Unsigned {
    /// Encodes an entry.
    ///
    /// What it makes, it reads back: an entry that others could not read (too many lines, too
    /// long a text, too many bytes) is refused here, before anybody signs it. A body of unknown
    /// kind cannot be written, only passed on.
    pub fn new(entry: &Entry) -> Result<Self, FormatError> {
        let payload = payload(entry)?;
        let unsigned = Self {
            entry: entry.clone(),
            payload,
        };
        let length = unsigned.sign1([0; 64]).write().len();
        if length > ENTRY_BYTES_MAX {
            return Err(FormatError::TooLarge {
                bytes_max: ENTRY_BYTES_MAX,
            });
        }
        if read_entry(entry.device, &unsigned.payload)? != *entry {
            return Err(FormatError::NotDeterministic);
        }
        Ok(unsigned)
    }

    /// The bytes to sign: the COSE Sig_structure (RFC 9052 §4.4).
    pub fn signing_input(&self) -> Vec<u8> {
        cose::signing_input(Purpose::Entry, self.entry.device, &self.payload)
    }

    /// Completes it with a signature made elsewhere, such as by WebCrypto.
    pub fn sign_with(self, signature: [u8; 64]) -> SignedEntry {
        let bytes = self.sign1(signature).write();
        SignedEntry {
            bytes: bytes.into(),
            signature,
            entry: Arc::new(self.entry),
        }
    }

    /// Signs it with a key at hand.
    pub fn sign(self, key: &SigningKey) -> SignedEntry {
        let signature = key.sign(&self.signing_input());
        self.sign_with(signature)
    }

    fn sign1(&self, signature: [u8; 64]) -> Sign1<'_> {
        Sign1 {
            kid: self.entry.device,
            payload: &self.payload,
            signature,
        }
    }
}

/// An entry with its signature: the bytes exactly as signed, and what they say. Cloning it copies
/// two pointers.
///
/// That it could be read does not mean that the signature holds: see [`Self::verify`].
#[derive(Clone, Debug)]
pub struct SignedEntry {
    bytes: Arc<[u8]>,
    signature: [u8; 64],
    entry: Arc<Entry>,
}

impl PartialEq for SignedEntry {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for SignedEntry {}

impl SignedEntry {
    /// Reads a signed entry.
    ///
    /// There is one spelling of every entry: what was read is encoded again and compared, so
    /// unknown keys, other orders, longer numbers and trailing bytes are all refused, and the
    /// lines and cases named outside the body are those inside. A kind or a body version that
    /// this build does not know becomes [`EntryBody::Unknown`] with its touched lines and cases.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormatError> {
        #[cfg(feature = "older")]
        if let Some(known) = crate::known::find(bytes) {
            return Ok(known);
        }
        let sign1 = Sign1::read(bytes)?;
        let entry = read_entry(sign1.kid, sign1.payload)?;
        let read = Self {
            bytes: bytes.into(),
            signature: sign1.signature,
            entry: Arc::new(entry),
        };
        #[cfg(feature = "older")]
        crate::known::keep(&read);
        Ok(read)
    }

    /// The bytes exactly as they were signed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What they say.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// What they say, to be kept without the bytes.
    pub fn shared(&self) -> Arc<Entry> {
        Arc::clone(&self.entry)
    }

    /// The entries that this one builds on: those that made its lines or were their heads, and the
    /// offer that it ends. Whoever has not heard of them yet needs them to make sense of it.
    pub fn rests_on(&self) -> Vec<EntryId> {
        Refs::of(&self.entry.body).ancestors()
    }

    /// The signature, `r ‖ s`.
    pub fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// What the signature covers: the COSE Sig_structure. With [`Self::signature`] it lets
    /// another verifier do the work.
    pub fn signing_input(&self) -> Vec<u8> {
        // The bytes were read or written by `Sign1`; reading them again gives the payload.
        let payload = Sign1::read_known(&self.bytes).map_or(&[][..], |sign1| sign1.payload);
        cose::signing_input(Purpose::Entry, self.entry.device, payload)
    }

    /// Checks the signature with the public key of [`Entry::device`].
    pub fn verify(&self, key: &PublicKey) -> Result<(), BadSignature> {
        key::verify(key, &self.signing_input(), &self.signature)
    }

    /// SHA-256 over what the signature covers.
    ///
    /// The signature itself stays out: a valid ECDSA signature can be turned into another valid
    /// one by anybody, and signing twice gives two. "The same id with other bytes" (R32) compares
    /// this hash, and receipts bind to it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.signing_input()).into()
    }
}

fn payload(entry: &Entry) -> Result<Vec<u8>, FormatError> {
    let refs = Refs::of(&entry.body);
    let (kind, version) = body::kind(&entry.body)?;
    let envelope = Envelope {
        id: entry.id,
        organization: entry.organization,
        actor: entry.actor,
        sequence: entry.sequence,
        occurred_at: entry.occurred_at,
        source_sha256: entry.source_sha256,
        kind,
        version,
        body: body::write(&entry.body, &refs),
        refs,
    };
    Ok(envelope.write())
}

/// True for an entry that this build can write down. What a newer build recorded it cannot: it has
/// read its envelope and not kept its body.
pub(crate) fn can_be_written(entry: &Entry) -> bool {
    body::kind(&entry.body).is_ok()
}

/// `[device, payload]`: an entry in a page, where a state keeps what is in dispute or proposed. No
/// signature: a page is a cache, and the ledger has the signed bytes.
impl V1 for Entry {
    fn write(&self, out: &mut Writer<'_>) {
        // Pages leave out what cannot be written.
        out.record(&[&self.device, &payload(self).unwrap_or_default()]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut record = input.record("an entry in a page")?;
        let device = record.next()?;
        let payload: Vec<u8> = record.next()?;
        record.end()?;
        read_entry(device, &payload)
    }
}

fn read_entry(device: DeviceId, payload: &[u8]) -> Result<Entry, FormatError> {
    let envelope = Envelope::read(payload)?;
    let body = match body::read(&envelope)? {
        Some(body) => body,
        None => EntryBody::Unknown {
            kind: envelope.kind,
            version: u8::try_from(envelope.version)
                .map_err(|_| FormatError::malformed("a body's version"))?,
            lines: envelope.refs.lines,
            cases: envelope.refs.cases,
        },
    };
    Ok(Entry {
        id: envelope.id,
        organization: envelope.organization,
        actor: envelope.actor,
        device,
        sequence: envelope.sequence,
        occurred_at: envelope.occurred_at,
        source_sha256: envelope.source_sha256,
        body,
    })
}

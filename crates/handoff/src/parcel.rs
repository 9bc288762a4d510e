//! What is handed over: signed entries, and certificates for those who do not know their phones.
//!
//! ```text
//! parcel   = format (1 byte) ‖ length of what follows (2 bytes) ‖ contents
//! format   = 1: as it is · 2: deflated (RFC 1951) · 3: a frame, see `frames.rs`
//! contents = [kind, [entry, …], [certificate, …]]      CBOR
//! kind     = 1 offer · 2 receipt · 3 proposal · 4 its answer (R41)
//! ```
//!
//! The entries are the stored COSE_Sign1 bytes, untouched. The last one is the offer or the
//! receipt, the proposal or its answer; what comes before it is what it rests on, oldest first. Nothing outside the entries is
//! signed, and nothing needs to be: a parcel says nothing of its own.

use crate::error::HandoffError;
use crate::limits::{CERTIFICATES_MAX, ENTRIES_MAX, PARCEL_BYTES_MAX};
use baton_ledger::{Certificate, FormatError, SignedEntry};
use minicbor::{Decoder, Encoder};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// What a parcel is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From the giver to the receiver.
    Offer,
    /// From the receiver back to the giver.
    Receipt,
    /// From who proposes to who may approve (R41).
    Proposal,
    /// From who approved or declined back to who proposed.
    Answer,
}

impl Kind {
    const fn number(self) -> u8 {
        match self {
            Self::Offer => 1,
            Self::Receipt => 2,
            Self::Proposal => 3,
            Self::Answer => 4,
        }
    }

    const fn of(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Offer),
            2 => Some(Self::Receipt),
            3 => Some(Self::Proposal),
            4 => Some(Self::Answer),
            _ => None,
        }
    }
}

/// Signed entries on their way from one phone to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// What it is for.
    pub kind: Kind,
    /// What that rests on, oldest first.
    pub ancestors: Vec<SignedEntry>,
    /// What all of it is about: the offer, the receipt, the proposal or its answer.
    pub entry: SignedEntry,
    /// The server's word on the phones that signed.
    pub certificates: Vec<Certificate>,
}

const PLAIN: u8 = 1;
const DEFLATED: u8 = 2;
pub(crate) const FRAME: u8 = 3;
const HEAD: usize = 3;
/// The best compression: a parcel is small, made once and shown for a minute.
const LEVEL: u8 = 10;

impl Parcel {
    /// Its bytes, deflated where that makes them fewer.
    pub fn encode(&self) -> Result<Vec<u8>, HandoffError> {
        let contents = self.contents();
        let deflated = compress_to_vec(&contents, LEVEL);
        let (format, body) = if deflated.len() < contents.len() {
            (DEFLATED, deflated)
        } else {
            (PLAIN, contents.clone())
        };
        let length = u16::try_from(body.len()).map_err(|_| HandoffError::TooLarge)?;
        if contents.len() > PARCEL_BYTES_MAX {
            return Err(HandoffError::TooLarge);
        }
        let mut bytes = Vec::with_capacity(HEAD + body.len());
        bytes.push(format);
        bytes.extend(length.to_be_bytes());
        bytes.extend(body);
        Ok(bytes)
    }

    fn contents(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        // Writing to memory does not fail.
        let _ = write(&mut out, self);
        out.into_writer()
    }

    /// Reads a parcel. That it could be read does not mean that its signatures hold.
    pub fn decode(bytes: &[u8]) -> Result<Self, HandoffError> {
        let Some((head, body)) = bytes.split_at_checked(HEAD) else {
            return Err(HandoffError::Truncated);
        };
        let length = usize::from(u16::from_be_bytes([head[1], head[2]]));
        if !matches!(head[0], PLAIN | DEFLATED) {
            return Err(HandoffError::Newer);
        }
        match body.len().cmp(&length) {
            std::cmp::Ordering::Less => return Err(HandoffError::Truncated),
            std::cmp::Ordering::Greater => return Err(HandoffError::Garbled),
            std::cmp::Ordering::Equal => {}
        }
        if head[0] == PLAIN {
            return read(body);
        }
        let contents = decompress_to_vec_with_limit(body, PARCEL_BYTES_MAX)
            .map_err(|_| HandoffError::Garbled)?;
        read(&contents)
    }
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn write(out: &mut Encoder<Vec<u8>>, parcel: &Parcel) -> Written {
    out.array(3)?.u8(parcel.kind.number())?;
    out.array(parcel.ancestors.len() as u64 + 1)?;
    for entry in parcel.ancestors.iter().chain([&parcel.entry]) {
        out.bytes(entry.bytes())?;
    }
    out.array(parcel.certificates.len() as u64)?;
    for certificate in &parcel.certificates {
        out.bytes(certificate.bytes())?;
    }
    Ok(())
}

fn read(contents: &[u8]) -> Result<Parcel, HandoffError> {
    let mut input = Decoder::new(contents);
    if list(&mut input, 3)? != 3 {
        return Err(HandoffError::Garbled);
    }
    let number = input.u8().map_err(|_| HandoffError::Garbled)?;
    let kind = Kind::of(number).ok_or(HandoffError::Newer)?;
    let mut entries = Vec::new();
    for _ in 0..list(&mut input, ENTRIES_MAX)? {
        let bytes = input.bytes().map_err(|_| HandoffError::Garbled)?;
        entries.push(SignedEntry::parse(bytes).map_err(why)?);
    }
    let entry = entries.pop().ok_or(HandoffError::Garbled)?;
    let mut certificates = Vec::new();
    for _ in 0..list(&mut input, CERTIFICATES_MAX)? {
        let bytes = input.bytes().map_err(|_| HandoffError::Garbled)?;
        certificates.push(Certificate::parse(bytes).map_err(why)?);
    }
    if input.position() != contents.len() {
        return Err(HandoffError::Garbled);
    }
    Ok(Parcel {
        kind,
        ancestors: entries,
        entry,
        certificates,
    })
}

/// The length of the list that begins here.
fn list(input: &mut Decoder<'_>, count_max: usize) -> Result<usize, HandoffError> {
    let length = input.array().ok().flatten().ok_or(HandoffError::Garbled)?;
    match usize::try_from(length) {
        Ok(length) if length <= count_max => Ok(length),
        _ => Err(HandoffError::TooLarge),
    }
}

fn why(error: FormatError) -> HandoffError {
    match error {
        FormatError::Newer { .. } => HandoffError::Newer,
        FormatError::TooLarge { .. } | FormatError::TooMany { .. } => HandoffError::TooLarge,
        _ => HandoffError::Garbled,
    }
}

//! COSE_Sign1 with ES256 (RFC 9052 §4.2, RFC 9053 §2.1): the one envelope of everything signed.
//!
//! ```text
//! 18([ << {1: -7, 4: kid} >>, {}, payload, signature ])
//! ```
//!
//! The tag 18 stands in front, so that a file or a QR code says by itself what it is. The
//! protected header has exactly the algorithm and the key's identifier (the signing device); the
//! unprotected one is empty, since nobody could trust it. What is signed is the Sig_structure of
//! RFC 9052 §4.4 with an external_aad that names the purpose: the server signs entries and
//! certificates with one key, and neither can ever be taken for the other.

use crate::error::FormatError;
use crate::limits::ENTRY_BYTES_MAX;
use crate::refs::Refs;
use crate::wire::{Reader, V1, Writer};
use baton_domain::id::DeviceId;

/// What a signature is for: the external_aad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Entry,
    Certificate,
}

impl Purpose {
    const fn external_aad(self) -> &'static [u8] {
        match self {
            Self::Entry => b"baton/entry",
            Self::Certificate => b"baton/certificate",
        }
    }
}

/// The parts of a COSE_Sign1 that vary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sign1<'b> {
    pub(crate) kid: DeviceId,
    pub(crate) payload: &'b [u8],
    pub(crate) signature: [u8; 64],
}

const TAG: u64 = 18;
const ES256: i64 = -7;

fn protected(kid: DeviceId) -> Vec<u8> {
    let mut out = Writer::new(Refs::NONE);
    out.map(2);
    out.uint(1);
    out.int(ES256);
    out.uint(4);
    kid.write(&mut out);
    out.into_bytes()
}

/// The bytes that the signature covers: `["Signature1", protected, external_aad, payload]`.
pub(crate) fn signing_input(purpose: Purpose, kid: DeviceId, payload: &[u8]) -> Vec<u8> {
    let mut out = Writer::new(Refs::NONE);
    out.array(4);
    out.text("Signature1");
    out.bytes(&protected(kid));
    out.bytes(purpose.external_aad());
    out.bytes(payload);
    out.into_bytes()
}

impl<'b> Sign1<'b> {
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = Writer::new(Refs::NONE);
        out.tag(TAG);
        out.array(4);
        out.bytes(&protected(self.kid));
        out.map(0);
        out.bytes(self.payload);
        out.bytes(&self.signature);
        out.into_bytes()
    }

    /// Reads exactly what [`Self::write`] writes.
    pub(crate) fn read(bytes: &'b [u8]) -> Result<Self, FormatError> {
        let parts = Self::read_known(bytes)?;
        if parts.write() != bytes {
            return Err(FormatError::NotDeterministic);
        }
        Ok(parts)
    }

    /// Reads what [`Self::read`] has passed once, or [`Self::write`] has written.
    pub(crate) fn read_known(bytes: &'b [u8]) -> Result<Self, FormatError> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(FormatError::TooLarge {
                bytes_max: ENTRY_BYTES_MAX,
            });
        }
        const WHAT: &str = "a COSE_Sign1";
        let mut input = Reader::new(bytes, Refs::NONE, 4)?;
        if input.tag(WHAT)? != TAG || input.array(WHAT)? != 4 {
            return Err(FormatError::malformed(WHAT));
        }
        let kid = read_protected(input.bytes("a protected header")?)?;
        if input.map("an unprotected header")? != 0 {
            return Err(FormatError::malformed("an unprotected header"));
        }
        let payload = input.bytes("a payload")?;
        let signature = input.byte_array("a signature")?;
        Ok(Self {
            kid,
            payload,
            signature,
        })
    }
}

fn read_protected(bytes: &[u8]) -> Result<DeviceId, FormatError> {
    const WHAT: &str = "a protected header";
    let mut input = Reader::new(bytes, Refs::NONE, 4)?;
    if input.map(WHAT)? != 2 || input.uint(WHAT)? != 1 || input.int(WHAT)? != ES256 {
        return Err(FormatError::malformed(WHAT));
    }
    if input.uint(WHAT)? != 4 {
        return Err(FormatError::malformed(WHAT));
    }
    DeviceId::read(&mut input)
}

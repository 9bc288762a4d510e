//! Device certificates: the server's word that a key belongs to a person's phone.
//!
//! The synced directory carries device keys already. A certificate is for who has not synced
//! since the newcomer enrolled: an offer can carry it, and a phone that knows the server's key
//! can then check the newcomer's signature without a network.

use crate::cose::{self, Purpose, Sign1};
use crate::error::{BadSignature, FormatError};
use crate::key::{self, PublicKey, SigningKey};
use crate::refs::Refs;
use crate::wire::{Reader, Writer};
use baton_domain::id::{DeviceId, OrganizationId, PersonId};

/// What a certificate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The organization.
    pub organization: OrganizationId,
    /// The device.
    pub device: DeviceId,
    /// The person it speaks for.
    pub person: PersonId,
    /// Its public key.
    pub public_key: PublicKey,
    /// When the server said so, in milliseconds since 1970.
    pub issued_at_ms: i64,
}

/// A certificate: the bytes as the server signed them, and what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    bytes: Vec<u8>,
    issuer: DeviceId,
    enrolment: Enrolment,
}

const FORMAT: u16 = 1;

impl Certificate {
    /// Signs a certificate with the server's key, whose device id is `issuer`.
    pub fn issue(enrolment: &Enrolment, issuer: DeviceId, key: &SigningKey) -> Self {
        let payload = write(enrolment);
        let signature = key.sign(&cose::signing_input(Purpose::Certificate, issuer, &payload));
        let bytes = Sign1 {
            kid: issuer,
            payload: &payload,
            signature,
        }
        .write();
        Self {
            bytes,
            issuer,
            enrolment: *enrolment,
        }
    }

    /// Reads a certificate. That it could be read does not mean that the signature holds.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormatError> {
        let sign1 = Sign1::read(bytes)?;
        let enrolment = read(sign1.payload)?;
        if write(&enrolment) != sign1.payload {
            return Err(FormatError::NotDeterministic);
        }
        Ok(Self {
            bytes: bytes.to_vec(),
            issuer: sign1.kid,
            enrolment,
        })
    }

    /// The bytes as signed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The device id of the server's key that signed it.
    pub fn issuer(&self) -> DeviceId {
        self.issuer
    }

    /// What it says.
    pub fn enrolment(&self) -> &Enrolment {
        &self.enrolment
    }

    /// What the signature covers, and the signature: for a verifier outside this crate.
    pub fn signed(&self) -> (Vec<u8>, [u8; 64]) {
        // The bytes were read or written by `Sign1`; reading them again gives the parts.
        let (payload, signature) = Sign1::read(&self.bytes)
            .map_or((&[][..], [0; 64]), |sign1| (sign1.payload, sign1.signature));
        let message = cose::signing_input(Purpose::Certificate, self.issuer, payload);
        (message, signature)
    }

    /// Checks the signature with the issuer's public key.
    pub fn verify(&self, key: &PublicKey) -> Result<(), BadSignature> {
        let sign1 = Sign1::read(&self.bytes).map_err(|_| BadSignature)?;
        let message = cose::signing_input(Purpose::Certificate, sign1.kid, sign1.payload);
        key::verify(key, &message, &sign1.signature)
    }
}

fn write(enrolment: &Enrolment) -> Vec<u8> {
    let Enrolment {
        organization,
        device,
        person,
        public_key,
        issued_at_ms,
    } = enrolment;
    let mut out = Writer::new(Refs::NONE);
    out.fields(&[
        (0, &FORMAT),
        (1, organization),
        (2, device),
        (3, person),
        (4, public_key),
        (5, issued_at_ms),
    ]);
    out.into_bytes()
}

fn read(payload: &[u8]) -> Result<Enrolment, FormatError> {
    let mut input = Reader::new(payload, Refs::NONE, 8)?;
    let mut fields = input.fields("a certificate")?;
    let format: u16 = fields.take(0)?;
    if format != FORMAT {
        return Err(FormatError::Newer {
            what: "the certificate",
            version: u64::from(format),
        });
    }
    let enrolment = Enrolment {
        organization: fields.take(1)?,
        device: fields.take(2)?,
        person: fields.take(3)?,
        public_key: fields.take(4)?,
        issued_at_ms: fields.take(5)?,
    };
    fields.end()?;
    Ok(enrolment)
}

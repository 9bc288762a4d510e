//! ES256: ECDSA on P-256 with SHA-256, signatures as `r ‖ s` (RFC 9053 §2.1).
//!
//! Phones sign through WebCrypto with a key that never leaves the browser; this [`SigningKey`] is
//! the server's, the import's and the tests'. Both halves of the curve are accepted for `s`,
//! because WebCrypto does not normalize it; therefore an entry is told from another by
//! [`crate::SignedEntry::hash`], which leaves the signature out.

use crate::error::BadSignature;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, VerifyingKey};
use std::fmt;

/// A compressed SEC1 point on P-256.
pub type PublicKey = [u8; 33];

/// The shape in which WebCrypto exports a public key (`exportKey("raw")`): an uncompressed SEC1
/// point of 65 bytes. Returns it compressed, or `None` if it is no point on the curve.
pub fn public_key_from_raw(raw: &[u8]) -> Option<PublicKey> {
    if raw.len() != 65 {
        return None;
    }
    VerifyingKey::from_sec1_bytes(raw)
        .ok()
        .map(|key| compressed(&key))
}

/// The same point uncompressed, 65 bytes, as other verifiers and WebCrypto want it; `None` if it
/// is no point on the curve.
pub fn raw_from_public_key(key: &PublicKey) -> Option<[u8; 65]> {
    let key = VerifyingKey::from_sec1_bytes(key).ok()?;
    let mut raw = [0; 65];
    raw.copy_from_slice(key.to_sec1_point(false).as_ref());
    Some(raw)
}

/// Checks a signature over `message`.
pub fn verify(key: &PublicKey, message: &[u8], signature: &[u8; 64]) -> Result<(), BadSignature> {
    let key = VerifyingKey::from_sec1_bytes(key).map_err(|_| BadSignature)?;
    let signature = Signature::from_slice(signature).map_err(|_| BadSignature)?;
    key.verify(message, &signature).map_err(|_| BadSignature)
}

fn compressed(key: &VerifyingKey) -> PublicKey {
    let mut bytes = [0; 33];
    bytes.copy_from_slice(key.to_sec1_point(true).as_ref());
    bytes
}

/// A secret key. It is wiped when it is dropped, and never shown.
#[derive(Clone)]
pub struct SigningKey(p256::ecdsa::SigningKey);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(secret)")
    }
}

impl SigningKey {
    /// Makes the key of 32 secret bytes, which come from a random source outside this crate.
    /// `None` for the few values that are no key (zero, or not below the curve's order): draw
    /// again.
    pub fn from_bytes(secret: &[u8; 32]) -> Option<Self> {
        p256::ecdsa::SigningKey::from_slice(secret).ok().map(Self)
    }

    /// Signs; the same message always gives the same signature (RFC 6979).
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.to_bytes().into()
    }

    /// The public key to give away.
    pub fn public_key(&self) -> PublicKey {
        compressed(self.0.verifying_key())
    }
}

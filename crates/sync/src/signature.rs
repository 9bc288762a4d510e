//! Checking signatures: a port, so that a server checks on all its cores before it takes its
//! lock, and a simulator signs cheaply.

use baton_ledger::{PublicKey, SignedEntry};
use std::collections::HashSet;

/// Says whether an entry was signed with a key.
pub trait Signatures {
    /// True if `entry` bears a signature that `key` verifies.
    fn holds(&self, entry: &SignedEntry, key: &PublicKey) -> bool;
}

/// Verifies each signature when it is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct VerifyNow;

impl Signatures for VerifyNow {
    fn holds(&self, entry: &SignedEntry, key: &PublicKey) -> bool {
        entry.verify(key).is_ok()
    }
}

/// Signatures verified beforehand. What was not is verified when it is asked for, so that a
/// directory that moved on in between costs time and never truth.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// Whole entries: their hash leaves the signature out, so a broken copy would pass for a
    /// good one.
    good: HashSet<(Vec<u8>, PublicKey)>,
}

impl Verified {
    /// Verifies a share of a batch; several threads each take one and [`Self::join`] joins them.
    pub fn check<'a>(batch: impl IntoIterator<Item = (&'a SignedEntry, &'a PublicKey)>) -> Self {
        let good = batch
            .into_iter()
            .filter(|(entry, key)| VerifyNow.holds(entry, key))
            .map(|(entry, key)| (entry.bytes().to_vec(), *key))
            .collect();
        Self { good }
    }

    /// Joins what another thread verified.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        self.good.extend(other.good);
        self
    }
}

impl Signatures for Verified {
    fn holds(&self, entry: &SignedEntry, key: &PublicKey) -> bool {
        self.good.contains(&(entry.bytes().to_vec(), *key)) || VerifyNow.holds(entry, key)
    }
}

//! Checking signatures on all cores, before the ledger's lock is taken.
//!
//! `ring` verifies some five times as many signatures a second as the portable implementation that
//! phones and tests use. Both must take and refuse exactly the same bytes, or a ledger that one
//! wrote would fail the other's check: the test below holds them together at the edges.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::thread;

use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use baton_domain::State;
use baton_ledger::{PublicKey, SignedEntry, key};
use baton_sync::{ServerKey, Signatures};

/// Below this many entries a second thread costs more than it brings.
const SHARE_MIN: usize = 16;

/// A phone's batch whose signatures were verified, by [`OpenLedger::check`](super::OpenLedger::check)
/// alone: nothing else is received.
#[derive(Debug)]
pub struct CheckedBatch {
    pub(super) entries: Arc<[SignedEntry]>,
    pub(super) signatures: Arc<Checked>,
}

impl CheckedBatch {
    /// How many of its signatures hold.
    pub fn good(&self) -> usize {
        self.signatures.0.len()
    }
}

/// Signatures verified beforehand. One that was not is verified when it is asked for, so that a
/// directory which moved on in between costs time and never truth.
#[derive(Debug, Default)]
pub(super) struct Checked(HashSet<([u8; 32], [u8; 64], PublicKey)>);

impl Checked {
    /// Verifies a batch with the keys that a state names. Blocks: not for an async task.
    pub(super) fn check(batch: &[SignedEntry], state: &State, own: ServerKey) -> Self {
        let keys = Keys::of(batch, state, own);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let share = batch.len().div_ceil(cores).max(SHARE_MIN);
        let mut good = HashSet::with_capacity(batch.len());
        if batch.len() <= share {
            good.extend(batch.iter().filter_map(|entry| keys.verify(entry)));
            return Self(good);
        }
        thread::scope(|scope| {
            let shares: Vec<_> = batch
                .chunks(share)
                .map(|part| {
                    scope.spawn(|| {
                        part.iter()
                            .filter_map(|entry| keys.verify(entry))
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            for one in shares {
                // A share whose thread failed is verified again, one by one, when it is asked for.
                good.extend(one.join().unwrap_or_default());
            }
        });
        Self(good)
    }
}

impl Signatures for Checked {
    fn holds(&self, entry: &SignedEntry, key: &PublicKey) -> bool {
        self.0.contains(&(entry.hash(), *entry.signature(), *key))
            || key::raw_from_public_key(key).is_some_and(|raw| verify(entry, &raw))
    }
}

/// What this process has just signed itself.
pub(super) struct OwnWork;

impl Signatures for OwnWork {
    fn holds(&self, _: &SignedEntry, _: &PublicKey) -> bool {
        true
    }
}

/// True if `entry` bears a signature that the uncompressed `raw` key verifies.
pub(super) fn verify(entry: &SignedEntry, raw: &[u8; 65]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, raw)
        .verify(&entry.signing_input(), entry.signature())
        .is_ok()
}

/// The keys of a batch's devices, ready to verify with.
struct Keys(HashMap<baton_domain::id::DeviceId, (PublicKey, [u8; 65])>);

impl Keys {
    fn of(batch: &[SignedEntry], state: &State, own: ServerKey) -> Self {
        let mut keys = HashMap::new();
        for device in batch.iter().map(|entry| entry.entry().device) {
            if keys.contains_key(&device) {
                continue;
            }
            let known = if device == own.device {
                Some(own.public_key)
            } else {
                state.device(device).map(|device| device.public_key)
            };
            let raw = known.and_then(|key| Some((key, key::raw_from_public_key(&key)?)));
            keys.extend(raw.map(|pair| (device, pair)));
        }
        Self(keys)
    }

    fn verify(&self, entry: &SignedEntry) -> Option<([u8; 32], [u8; 64], PublicKey)> {
        let (key, raw) = self.0.get(&entry.entry().device)?;
        verify(entry, raw).then(|| (entry.hash(), *entry.signature(), *key))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use baton_ledger::SigningKey;

    /// The order of the curve's group.
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];

    fn minus(a: [u8; 32], b: &[u8]) -> [u8; 32] {
        let mut borrow = 0;
        let mut out = [0; 32];
        for place in (0..32).rev() {
            let digit = i16::from(a[place]) - i16::from(b[place]) - borrow;
            borrow = i16::from(digit < 0);
            out[place] = (digit + 256 * borrow) as u8;
        }
        out
    }

    #[test]
    fn both_verifiers_take_and_refuse_the_same_signatures() {
        let key = SigningKey::from_bytes(&[7; 32]).unwrap();
        let raw = key::raw_from_public_key(&key.public_key()).unwrap();
        let message = b"what was signed";
        let good = key.sign(message);
        // The other half of the curve verifies too: WebCrypto makes either.
        let mut other_half = good;
        other_half[32..].copy_from_slice(&minus(ORDER, &good[32..]));
        let mut cases = vec![
            (good, true),
            (other_half, true),
            ([0; 64], false),
            ([0xff; 64], false),
        ];
        for (range, value) in [
            (0..32, [0; 32]),
            (32..64, [0; 32]),
            (0..32, ORDER),
            (32..64, ORDER),
        ] {
            let mut edge = good;
            edge[range].copy_from_slice(&value);
            cases.push((edge, false));
        }
        for bit in (0..512).step_by(7) {
            let mut flipped = good;
            flipped[bit / 8] ^= 1 << (bit % 8);
            cases.push((flipped, false));
        }
        for (signature, expected) in cases {
            let portable = key::verify(&key.public_key(), message, &signature).is_ok();
            let fast = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &raw)
                .verify(message, &signature)
                .is_ok();
            assert_eq!((portable, fast), (expected, expected), "{signature:02x?}");
        }
    }
}

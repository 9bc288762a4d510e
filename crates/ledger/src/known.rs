//! What was read before is not read again: for the simulator, in which the same bytes go from phone to
//! phone and to the server, and every start of a phone reads all of its records.
//!
//! What bytes say depends on the bytes alone, so each history reads each entry once for each build that
//! is played. It is off until a thread begins, and what it keeps ends with the next beginning.

use crate::entry::SignedEntry;
use crate::older::lacked;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// By the bytes, and the kinds that the build which read them lacks.
type Known = HashMap<u64, (&'static [u16], SignedEntry), BuildHasherDefault<AsItIs>>;

thread_local! {
    static KNOWN: RefCell<Option<Known>> = const { RefCell::new(None) };
}

/// Forgets what was read, and keeps from now on what this thread reads.
pub fn begin() {
    KNOWN.with_borrow_mut(|known| known.get_or_insert_default().clear());
}

/// Keeps what was made or read.
pub(crate) fn keep(entry: &SignedEntry) {
    KNOWN.with_borrow_mut(|known| {
        if let Some(known) = known {
            known.insert(hash(entry.bytes()), (lacked(), entry.clone()));
        }
    });
}

/// What these bytes said when they were read before.
pub(crate) fn find(bytes: &[u8]) -> Option<SignedEntry> {
    KNOWN.with_borrow(|known| {
        let (by, entry) = known.as_ref()?.get(&hash(bytes))?;
        (*by == lacked() && entry.bytes() == bytes).then(|| entry.clone())
    })
}

/// Tells most entries apart; they are compared all the same.
fn hash(bytes: &[u8]) -> u64 {
    let (words, _) = bytes.as_chunks();
    let begin = (bytes.len() + (lacked().len() << 32)) as u64;
    words.iter().fold(begin, |hash, word| {
        let mixed = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 32)
    })
}

/// Keys that are hashes.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

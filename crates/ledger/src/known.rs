//! What was read before is not read again: for the simulator, in which the same bytes go from phone to
//! phone and to the server, and every start of a phone reads all of its records.
//!
//! What bytes say depends on the bytes alone, so each history reads each entry once for each build that
//! is played, and the pages of a state not again while it is one of the last. It is off until a thread
//! begins, and what it keeps ends with the next beginning.

use crate::entry::SignedEntry;
use crate::error::FormatError;
use crate::older::lacked;
use baton_domain::State;
use baton_domain::splitmix::mixed;
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

/// By the bytes, and the kinds that the build which read them lacks.
type Known = HashMap<u64, (&'static [u16], SignedEntry), BuildHasherDefault<AsItIs>>;

/// How many states are kept: phones mostly start from one of the last few.
const PAGES_MAX: usize = 8;

/// The pages of a state as a build that lacks these kinds read them.
type Pages = (&'static [u16], Vec<Vec<u8>>, State);

thread_local! {
    static PAGES: RefCell<VecDeque<Pages>> = const { RefCell::new(VecDeque::new()) };
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

/// What the pages of a state say, which `read` says where they were not among the last ones.
pub(crate) fn pages<'p>(
    pages: impl IntoIterator<Item = &'p [u8]>,
    read: impl FnOnce(Vec<&'p [u8]>) -> Result<State, FormatError>,
) -> Result<State, FormatError> {
    let pages: Vec<&[u8]> = pages.into_iter().collect();
    if KNOWN.with_borrow(Option::is_none) {
        return read(pages);
    }
    let is_it = |(by, known, _): &Pages| *by == lacked() && known.iter().eq(&pages);
    let found = PAGES.with_borrow_mut(|last| {
        let found = last.iter().position(is_it)?;
        last.swap(0, found);
        last.front().map(|(_, _, state)| state.clone())
    });
    if let Some(state) = found {
        return Ok(state);
    }
    let bytes = pages.iter().map(|page| page.to_vec()).collect();
    let state = read(pages)?;
    PAGES.with_borrow_mut(|last| {
        last.truncate(PAGES_MAX - 1);
        last.push_front((lacked(), bytes, state.clone()));
    });
    Ok(state)
}

/// Tells most entries apart; they are compared all the same.
fn hash(bytes: &[u8]) -> u64 {
    mixed((lacked().len() as u64) << 32, bytes)
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

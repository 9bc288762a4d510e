//! A build from before some kinds of entries were there: for the simulator, which lets phones run one.
//!
//! What such a build lacks is set for one thread and one piece of work, as a whole history is played
//! on one thread; the reader of bodies asks it where it asks what this build knows.

use crate::entry::SignedEntry;
use baton_domain::EntryBody;
use std::cell::Cell;

thread_local! {
    static LACKED: Cell<&'static [u16]> = const { Cell::new(&[]) };
}

/// Ends the work even where it panics: a thread is used again.
struct Lacking(&'static [u16]);

impl Drop for Lacking {
    fn drop(&mut self) {
        LACKED.set(self.0);
    }
}

/// Works as a build that does not know these kinds.
pub fn lacking<T>(kinds: &'static [u16], work: impl FnOnce() -> T) -> T {
    let _before = Lacking(LACKED.replace(kinds));
    work()
}

/// True for an entry of which a build without these kinds reads the envelope only.
pub fn is_beyond(kinds: &'static [u16], entry: &SignedEntry) -> bool {
    let read = lacking(kinds, || SignedEntry::parse(entry.bytes()));
    read.is_ok_and(|read| matches!(read.entry().body, EntryBody::Unknown { .. }))
}

/// The kinds that the build which is played lacks.
pub(crate) fn lacked() -> &'static [u16] {
    LACKED.get()
}

pub(crate) fn lacks(kind: u16) -> bool {
    LACKED.get().contains(&kind)
}

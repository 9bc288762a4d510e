//! What an offer or a proposal rests on and the server has not confirmed yet.
//!
//! A confirmed ancestor is not carried: the receiver has it, or his phone takes the giver's word
//! until it syncs (`baton_domain::trust`). An unconfirmed one may be on no other phone in the
//! world, and without it the server would let the offer wait.

use crate::error::HandoffError;
use crate::limits::{ANCESTORS_BYTES_MAX, ANCESTORS_DEEP_MAX, ENTRIES_MAX, PARCEL_BYTES_MAX};
use baton_domain::id::EntryId;
use baton_domain::{Entry, EntryBody};
use baton_ledger::SignedEntry;

/// How much a way of handing over carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// A code on a screen.
    Code,
    /// A file or a message.
    File,
}

/// What one needs to make sense of an entry. A proposal says nothing without its case; an offer
/// names a case by an opaque id that its receiver need not know (R36).
fn needed_by(signed: &SignedEntry) -> Vec<EntryId> {
    let mut all = signed.rests_on();
    let Entry { body, .. } = signed.entry();
    if let EntryBody::Proposed { .. } = body {
        all.extend(body.cases_touched());
    }
    all
}

/// The unconfirmed entries that `offer` rests on, each after what it rests on itself.
///
/// `unconfirmed` gives an entry that this phone holds without the server's word on it.
pub fn ancestors(
    offer: &SignedEntry,
    unconfirmed: &dyn Fn(EntryId) -> Option<SignedEntry>,
    room: Room,
) -> Result<Vec<SignedEntry>, HandoffError> {
    let mut found: Vec<SignedEntry> = Vec::new();
    let mut front = vec![offer.clone()];
    let deep_max = match room {
        Room::Code => ANCESTORS_DEEP_MAX,
        Room::File => ENTRIES_MAX,
    };
    // Layer by layer: what is needed by something deeper moves behind it.
    for deep in 0.. {
        let mut next: Vec<SignedEntry> = Vec::new();
        for id in front.iter().flat_map(needed_by) {
            if next.iter().any(|known| known.entry().id == id) {
                continue;
            }
            if let Some(entry) = unconfirmed(id) {
                found.retain(|known| known.entry().id != id);
                next.push(entry);
            }
        }
        if next.is_empty() {
            break;
        }
        if deep >= deep_max || found.len() + next.len() >= ENTRIES_MAX {
            return Err(HandoffError::AncestorsTooDeep { deep_max });
        }
        found.extend(next.iter().cloned());
        front = next;
    }
    found.reverse();
    let bytes_max = match room {
        Room::Code => ANCESTORS_BYTES_MAX,
        Room::File => PARCEL_BYTES_MAX,
    };
    let bytes: usize = found.iter().map(|entry| entry.bytes().len()).sum();
    if bytes > bytes_max {
        return Err(HandoffError::AncestorsTooLarge { bytes_max });
    }
    Ok(found)
}

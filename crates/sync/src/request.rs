//! What a phone asks the server: its unsent entries, those to offer again to a restored server, and
//! from where to tell what others did.

use crate::engine::Engine;
use baton_domain::id::{DeviceId, EntryId};
use baton_ledger::SignedEntry;
use baton_ledger::limits::{
    CERTIFICATES_PER_SYNC_MAX, ENTRIES_PER_SYNC_MAX, SYNC_REQUEST_BYTES_MAX,
};
use baton_ledger::message::{PROTOCOL, SyncRequest, SyncResponse};
use std::collections::HashSet;

/// Kept free in a request for everything that is not an entry: most of it for certificates.
const REQUEST_BYTES_RESERVED: usize = 16 * 1024;

impl Engine {
    /// What to ask the server, with at most `entries_max` entries: those to offer again to a
    /// restored server (they may be what own ones build on) fill half of it at most.
    pub fn request(&self, entries_max: usize) -> SyncRequest {
        self.request_from(self.cursor, &[], entries_max)
    }

    /// What to ask next while the answer to `request` is being stored: what was not in it, from
    /// where the answer ends. `None` where nothing is left to say.
    pub fn request_beyond(
        &self,
        request: &SyncRequest,
        response: &SyncResponse,
        entries_max: usize,
    ) -> Option<SyncRequest> {
        let next = self.request_from(response.cursor, &request.entries, entries_max);
        let goes_on = !response.snapshot_needed && self.incarnation == Some(response.incarnation);
        (goes_on && (response.more || !next.entries.is_empty())).then_some(next)
    }

    fn request_from(&self, cursor: u64, sent: &[Vec<u8>], entries_max: usize) -> SyncRequest {
        let entries_max = entries_max.clamp(1, ENTRIES_PER_SYNC_MAX);
        let sent: HashSet<&[u8]> = sent.iter().map(Vec::as_slice).collect();
        let relayed = self.relay.iter().filter(|relayed| !relayed.held_back);
        let relayed = relayed.map(|relayed| &relayed.entry);
        // Of two under one id each gets its own answer.
        let offered: HashSet<EntryId> = relayed.clone().map(|entry| entry.entry().id).collect();
        let own = self.pending.iter().filter(|pending| pending.is_to_send());
        let own = own
            .map(|pending| &pending.entry)
            .filter(|entry| !offered.contains(&entry.entry().id));
        let is_new = |entry: &&SignedEntry| !sent.contains(entry.bytes());
        let mut room = SYNC_REQUEST_BYTES_MAX - REQUEST_BYTES_RESERVED;
        let fits = |entry: &&SignedEntry| match room.checked_sub(entry.bytes().len() + 8) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        };
        let relayed = relayed.filter(is_new).take(entries_max.div_ceil(2));
        let entries: Vec<_> = relayed
            .chain(own.filter(is_new))
            .take(entries_max)
            .take_while(fits)
            .map(|entry| entry.bytes().to_vec())
            .collect();
        SyncRequest {
            certificates: self.certificates(&entries),
            protocol: PROTOCOL,
            device: self.device.unwrap_or(DeviceId::from_bytes([0; 16])),
            incarnation: self.incarnation,
            cursor,
            entries,
        }
    }

    /// What vouches for the phones behind a request: for this one where it was called unknown, and
    /// for those whose entries it brings, as far as certificates came with them.
    fn certificates(&self, entries: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let own = self.vouches.then_some(&self.certificate);
        let mut all: Vec<Vec<u8>> = own.into_iter().cloned().collect();
        for pending in &self.pending {
            let Some(certificate) = &pending.certificate else {
                continue;
            };
            let goes = entries.iter().any(|sent| sent == pending.entry.bytes());
            if goes && all.len() < CERTIFICATES_PER_SYNC_MAX && !all.contains(certificate) {
                all.push(certificate.clone());
            }
        }
        all
    }

    /// Notes that a request goes out now.
    pub fn mark_sent(&mut self, request: &SyncRequest) {
        let sent: HashSet<&[u8]> = request.entries.iter().map(Vec::as_slice).collect();
        for pending in &mut self.pending {
            if sent.contains(pending.entry.bytes()) {
                pending.sent = true;
                pending.may_have_left = true;
            }
        }
    }

    /// Notes that a request got no answer: what it held is on this phone only, as far as anybody
    /// knows.
    pub fn mark_unsent(&mut self) {
        for pending in &mut self.pending {
            pending.sent = false;
        }
    }
}

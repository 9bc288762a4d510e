//! Bytes from anybody: nothing panics, nothing is read that would be written otherwise.

use crate::make::{KINDS, Make};
use crate::samples::{bodies, entry, signed, state, verdicts};
use baton_domain::State;
use baton_ledger::message::{
    EntryVerdict, Recorded, SnapshotManifest, SyncRequest, SyncResponse, decode_verdict,
    encode_verdict,
};
use baton_ledger::{Certificate, SignedEntry, Unsigned, page};
use proptest::prelude::*;

/// Reads bytes as everything there is.
fn read_all(bytes: &[u8]) {
    if let Ok(signed) = SignedEntry::parse(bytes) {
        assert_eq!(signed.bytes(), bytes);
        signed.entry().body.lines_touched();
        let _ = signed.hash();
        // What is known is written again exactly so.
        if let Ok(unsigned) = Unsigned::new(signed.entry()) {
            assert_eq!(unsigned.sign_with(*signed.signature()).bytes(), bytes);
        }
    }
    let _ = Certificate::parse(bytes);
    let _ = decode_verdict(bytes);
    let _ = EntryVerdict::decode(bytes);
    let _ = Recorded::decode(bytes).map(|recorded| recorded.entry());
    let _ = SyncRequest::decode(bytes);
    let _ = SyncResponse::decode(bytes);
    let _ = SnapshotManifest::decode(bytes);
    let _ = page::read_into(&mut State::default(), bytes);
}

/// Changes some bytes, cuts some out, or puts some in.
fn spoil(bytes: &mut Vec<u8>, make: &mut Make) {
    for _ in 0..=make.number(3) {
        let at = make.number(bytes.len() as u64) as usize;
        match make.number(4) {
            0 => bytes[at] = make.number(256) as u8,
            1 => bytes[at] = bytes[at].wrapping_add(1),
            2 => drop(bytes.drain(at..(at + make.number(4) as usize).min(bytes.len() - 1).max(at))),
            _ => bytes.insert(at, make.number(256) as u8),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn random_bytes_are_harmless(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }

    #[test]
    fn spoiled_entries_are_harmless(seed: u64, kind in 0..KINDS) {
        let mut make = Make::new(seed);
        let mut bytes = Unsigned::new(&make.entry(kind)).unwrap().sign_with([1; 64]).bytes().to_vec();
        spoil(&mut bytes, &mut make);
        read_all(&bytes);
    }

    #[test]
    fn spoiled_pages_verdicts_and_messages_are_harmless(seed: u64) {
        let mut make = Make::new(seed);
        let page = page::write(&state(), page::Filter::Everything).pop().unwrap();
        let (_, verdict) = verdicts().pop().unwrap();
        let (_, body) = bodies().pop().unwrap();
        let recorded = Recorded {
            order: 1,
            received_at_ms: 2,
            bytes: signed(&entry(body)).bytes().to_vec(),
            verdict: verdict.clone(),
        };
        let response = SyncResponse {
            protocol: 1,
            incarnation: [1; 16],
            verdicts: Vec::new(),
            changes: vec![recorded.clone()],
            page: None,
            cursor: 1,
            more: false,
            acked_sequence: 1,
            revoked: false,
            snapshot_needed: false,
        };
        for mut bytes in [page, encode_verdict(&verdict), recorded.encode(), response.encode()] {
            spoil(&mut bytes, &mut make);
            read_all(&bytes);
        }
    }
}

#[test]
fn counts_that_lie_allocate_nothing() {
    // An array of 2^32 items, in a verdict, a page and a message: refused by the first walk.
    for lie in [
        &[0x9a, 0xff, 0xff, 0xff, 0xff][..],
        &[
            0xa1, 5, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        ],
        &[0xa2, 0, 1, 18, 0x9a, 0x7f, 0xff, 0xff, 0xff],
    ] {
        read_all(lie);
    }
}

#[test]
fn deep_nesting_is_refused() {
    let mut deep = vec![0x81; 1_000_000];
    deep.push(0);
    read_all(&deep);
    let mut tags = vec![0xc1; 1_000_000];
    tags.push(0);
    read_all(&tags);
}

//! Messages: bounds, and what a newer side may say.

use crate::samples::{bytes, entry_id};
use baton_domain::id::DeviceId;
use baton_domain::refusal::{Reason, Refusal};
use baton_domain::verdict::Flag;
use baton_domain::{Outcome, Verdict};
use baton_ledger::limits::CERTIFICATES_PER_SYNC_MAX;
use baton_ledger::message::{
    PROTOCOL, Recorded, SnapshotManifest, SyncRequest, SyncResponse, decode_verdict, encode_verdict,
};
use baton_ledger::{Certificate, Enrolment, FormatError};

fn request(entries: usize) -> SyncRequest {
    SyncRequest {
        protocol: PROTOCOL,
        device: DeviceId::from_bytes(bytes(3)),
        incarnation: None,
        cursor: 0,
        entries: vec![vec![1, 2, 3]; entries],
        certificates: Vec::new(),
    }
}

#[test]
fn a_first_request_is_read_back() {
    assert_eq!(SyncRequest::decode(&request(0).encode()), Ok(request(0)));
}

#[test]
fn a_request_with_certificates_is_read_back_and_one_without_is_as_ever() {
    let vouching = |count| SyncRequest {
        certificates: vec![vec![7; 150]; count],
        ..request(1)
    };
    let read = |request: &SyncRequest| SyncRequest::decode(&request.encode());
    for count in [0, 1, CERTIFICATES_PER_SYNC_MAX] {
        assert_eq!(read(&vouching(count)), Ok(vouching(count)));
    }
    assert!(matches!(
        read(&vouching(CERTIFICATES_PER_SYNC_MAX + 1)),
        Err(FormatError::TooMany { .. })
    ));
}

#[test]
fn too_many_entries_in_a_request_are_refused() {
    assert!(SyncRequest::decode(&request(256).encode()).is_ok());
    let error = SyncRequest::decode(&request(257).encode()).unwrap_err();
    assert_eq!(
        error,
        FormatError::TooMany {
            what: "entries in a request",
            count_max: 256
        }
    );
}

#[test]
fn too_many_changes_in_a_response_are_refused() {
    let (_, body) = crate::samples::bodies().remove(0);
    let recorded = Recorded {
        order: 1,
        received_at_ms: 2,
        bytes: crate::samples::signed(&crate::samples::entry(body))
            .bytes()
            .to_vec(),
        verdict: Verdict::accepted(),
    };
    let response = |changes| SyncResponse {
        protocol: PROTOCOL,
        incarnation: [1; 16],
        verdicts: Vec::new(),
        changes: vec![recorded.clone(); changes],
        page: None,
        cursor: 0,
        more: false,
        acked_sequence: 0,
        revoked: false,
        snapshot_needed: false,
    };
    assert_eq!(
        SyncResponse::decode(&response(1000).encode()),
        Ok(response(1000))
    );
    let error = SyncResponse::decode(&response(1001).encode()).unwrap_err();
    assert_eq!(
        error,
        FormatError::TooMany {
            what: "changes in a response",
            count_max: 1000
        }
    );
}

#[test]
fn a_request_beyond_its_bytes_is_refused_unread() {
    let error = SyncRequest::decode(&vec![0; 4 * 1024 * 1024 + 1]).unwrap_err();
    assert_eq!(
        error,
        FormatError::TooLarge {
            bytes_max: 4 * 1024 * 1024
        }
    );
}

#[test]
fn keys_of_a_newer_side_are_skipped() {
    let manifest = SnapshotManifest {
        incarnation: [4; 16],
        order: 7,
        pages: 2,
    };
    let mut newer = manifest.encode();
    newer[0] += 1; // one more pair in the map: 20: [1, 2]
    newer.extend_from_slice(&[20, 0x82, 1, 2]);
    newer[0] += 1; // and one before the known ones: 0: null
    newer.splice(1..1, [0, 0xf6]);
    assert_eq!(SnapshotManifest::decode(&newer), Ok(manifest));
}

#[test]
fn a_reason_of_a_newer_server_is_read() {
    // A refusal with the reason 4242 and a line's reason 4243 in a flag.
    let verdict = [
        0x83, 0x82, 1, 0x81, 0x19, 0x10, 0x92, 0xf6, 0x81, 0x81, 0x19, 0x10, 0x93,
    ];
    let read = decode_verdict(&verdict).unwrap();
    assert_eq!(
        read.outcome,
        Outcome::Refused(Refusal::new(Reason::Newer(4242)))
    );
    assert_eq!(
        read.flags,
        [Flag {
            index: None,
            reason: Reason::Newer(4243)
        }]
    );
    assert_eq!(encode_verdict(&read), verdict, "its number is kept");
}

#[test]
fn an_accepted_verdict_takes_one_byte() {
    assert_eq!(encode_verdict(&Verdict::accepted()), [0x80]);
    let waiting = Verdict::whole(Outcome::Waiting(entry_id(1)));
    assert_eq!(decode_verdict(&encode_verdict(&waiting)), Ok(waiting));
}

#[test]
fn an_entry_is_no_certificate_and_a_certificate_no_entry() {
    let key = crate::samples::key();
    let enrolment = Enrolment {
        organization: baton_domain::id::OrganizationId::from_bytes(bytes(1)),
        device: DeviceId::from_bytes(bytes(3)),
        person: baton_domain::id::PersonId::from_bytes(bytes(2)),
        public_key: key.public_key(),
        issued_at_ms: 1,
    };
    let certificate = Certificate::issue(&enrolment, DeviceId::from_bytes(bytes(9)), &key);
    assert_eq!(certificate.verify(&key.public_key()), Ok(()));
    assert!(baton_ledger::SignedEntry::parse(certificate.bytes()).is_err());
    let (_, body) = crate::samples::bodies().remove(0);
    let entry = crate::samples::signed(&crate::samples::entry(body));
    assert!(Certificate::parse(entry.bytes()).is_err());
}

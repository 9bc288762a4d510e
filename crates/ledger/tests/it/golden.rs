//! Stored forms are for ever: a file per form, written once, that must always be read.
//!
//! `BATON_BLESS=1 cargo test -p baton-ledger golden` writes the files that are missing. It never
//! overwrites one: a golden file that no longer fits is a broken ledger, not a test to update.

use crate::samples;
use baton_domain::case::{Case, CaseStatus, Closing, OtherNeed, PurchaseOrder, Side, Signature};
use baton_domain::directory::{ActiveLink, Settings};
use baton_domain::dispute::{Dispute, Resolution, Resolved};
use baton_domain::proposal::{Proposal, ProposalStatus};
use baton_domain::recall::Recall;
use baton_domain::stock::Custodian;
use baton_domain::verdict::Outcome;
use baton_domain::{Entry, EntryBody, Reason, Refusal, State, Verdict};
use baton_ledger::message::{
    EntryVerdict, Recorded, SnapshotManifest, SyncRequest, SyncResponse, decode_verdict,
    encode_verdict,
};
use baton_ledger::{Certificate, Enrolment, SignedEntry, page};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
}

/// The bytes of a golden file, which is written first if it is missing and that was asked for.
fn golden(name: &str, fresh: &[u8]) -> Vec<u8> {
    let path = folder().join(format!("{name}.hex"));
    if !path.exists() {
        let bless = std::env::var("BATON_BLESS").is_ok_and(|value| value == "1");
        assert!(bless, "{name}.hex is missing: run once with BATON_BLESS=1");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, hex(fresh)).unwrap();
    }
    unhex(&fs::read_to_string(&path).unwrap())
}

fn hex(bytes: &[u8]) -> String {
    let line = |chunk: &[u8]| {
        chunk
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    bytes.chunks(40).map(|chunk| line(chunk) + "\n").collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .collect();
    digits
        .chunks(2)
        .map(|pair| (pair[0] * 16 + pair[1]) as u8)
        .collect()
}

/// Checks the last page of a state.
fn check_page(name: &str, state: &State) {
    check(
        name,
        state,
        |bytes| {
            let mut state = State::default();
            page::read_into(&mut state, bytes).unwrap();
            state
        },
        |state| page::write(state, page::Filter::Everything).pop().unwrap(),
    );
}

/// Checks one golden file: it is read as `expected`, and written again as it stands.
fn check<T: PartialEq + std::fmt::Debug>(
    name: &str,
    expected: &T,
    read: impl Fn(&[u8]) -> T,
    write: impl Fn(&T) -> Vec<u8>,
) {
    let kept = golden(name, &write(expected));
    assert_eq!(&read(&kept), expected, "{name} says something else now");
    assert_eq!(
        hex(&write(expected)),
        hex(&kept),
        "{name} is written in another way now"
    );
}

#[test]
fn golden_entries_are_read_and_written_as_ever() {
    for (name, body) in samples::bodies() {
        let entry = samples::entry(body);
        check(
            &format!("entry/{name}"),
            &entry,
            |bytes| {
                let signed = SignedEntry::parse(bytes).unwrap();
                signed.verify(&samples::key().public_key()).unwrap();
                signed.entry().clone()
            },
            |entry| samples::signed(entry).bytes().to_vec(),
        );
    }
}

#[test]
fn golden_imported_entry_is_read_and_written_as_ever() {
    let body = EntryBody::ProductsListed(Vec::new());
    let entry = baton_domain::Entry {
        source_sha256: Some([9; 32]),
        ..samples::entry(body)
    };
    check(
        "entry/imported",
        &entry,
        |bytes| SignedEntry::parse(bytes).unwrap().entry().clone(),
        |entry| samples::signed(entry).bytes().to_vec(),
    );
}

#[test]
fn golden_verdicts_are_read_and_written_as_ever() {
    for (name, verdict) in samples::verdicts() {
        check(
            &format!("verdict/{name}"),
            &verdict,
            |bytes| decode_verdict(bytes).unwrap(),
            encode_verdict,
        );
    }
}

#[test]
fn golden_pages_are_read_and_written_as_ever() {
    check(
        "page/state_1",
        &samples::state(),
        |bytes| {
            let mut state = State::default();
            page::read_into(&mut state, bytes).unwrap();
            state
        },
        |state| page::write(state, page::Filter::Everything).pop().unwrap(),
    );
    check(
        "page/requests_1",
        &samples::requests_state(),
        |bytes| {
            let mut state = State::default();
            page::read_into(&mut state, bytes).unwrap();
            state
        },
        |state| page::write(state, page::Filter::Everything).pop().unwrap(),
    );
}

#[test]
fn golden_page_of_adjustments_is_read_and_written_as_ever() {
    check(
        "page/adjustments",
        &samples::adjustments(),
        |bytes| {
            let mut state = State::default();
            page::read_into(&mut state, bytes).unwrap();
            state
        },
        |state| page::write(state, page::Filter::Everything).pop().unwrap(),
    );
}

#[test]
fn golden_page_of_facility_stock_is_read_and_written_as_ever() {
    check(
        "page/facility_stock",
        &samples::facility_stock(),
        |bytes| {
            let mut state = State::default();
            page::read_into(&mut state, bytes).unwrap();
            state
        },
        |state| page::write(state, page::Filter::Everything).pop().unwrap(),
    );
}

#[test]
fn golden_pages_of_recalls_are_read_and_written_as_ever() {
    let mut expected = State::default();
    for (number, ended_by) in [(40, None), (41, Some(samples::somebody()))] {
        expected.put_recall(Recall {
            id: samples::entry_id(number),
            what: samples::recalled(),
            reason: "field notice 12".into(),
            issued_by: samples::somebody(),
            ended_by,
        });
    }
    check_page("page/recalls_1", &expected);
}

#[test]
fn golden_pages_of_proposals_and_disputes_are_read_and_written_as_ever() {
    let mut expected = State::default();
    let (by, at) = samples::somebody();
    for (number, (name, body)) in (70..).zip(samples::bodies()) {
        let entry = Entry {
            id: samples::entry_id(number),
            ..samples::entry(body)
        };
        match name {
            "proposed" => expected.put_proposal(Proposal {
                entry,
                status: ProposalStatus::Open,
            }),
            "proposed_least" => expected.put_proposal(Proposal {
                entry,
                status: ProposalStatus::Declined(by, at, "no".into()),
            }),
            "usage_recorded" => expected.put_dispute(Dispute {
                entry,
                verdict: Verdict::whole(Outcome::Disputed(Refusal::new(Reason::NotEnough))),
                locked: vec![(samples::line_id(20, 0), 1)],
                resolved: None,
            }),
            "transfer_answered" => expected.put_dispute(Dispute {
                entry,
                verdict: Verdict::whole(Outcome::Disputed(Refusal::new(Reason::Revoked))),
                locked: Vec::new(),
                resolved: Some(Resolved {
                    entry: samples::entry_id(90),
                    by,
                    at,
                    how: Resolution::Applied,
                }),
            }),
            _ => {}
        }
    }
    assert_eq!(
        (expected.proposals().count(), expected.disputes().count()),
        (2, 2)
    );
    check_page("page/authority_1", &expected);
}

#[test]
fn golden_page_of_a_case_that_was_handed_over_is_read_and_written_as_ever() {
    let mut state = State::default();
    state.put_case(Case {
        rep_before: Some(samples::person_id(9)),
        details: None,
        ..samples::case(7, CaseStatus::Scheduled)
    });
    check_page("page/case_handed_over", &state);
}

#[test]
fn golden_page_of_settings_and_of_what_was_chosen_for_a_swap_is_read_and_written_as_ever() {
    let mut state = State::default();
    state.put_settings(Settings {
        reps_may_share: true,
    });
    state.put_case(Case {
        rep_before: Some(samples::person_id(9)),
        cover: samples::cover_choice(),
        details: None,
        ..samples::case(7, CaseStatus::Scheduled)
    });
    check_page("page/settings_and_choice", &state);
}

#[test]
fn golden_page_of_a_link_whose_maker_is_known_is_read_and_written_as_ever() {
    let mut state = State::default();
    state.put_active_link(ActiveLink {
        account: Custodian::Person(samples::person_id(9)),
        rep: samples::person_id(8),
        by: Some(samples::somebody()),
    });
    check_page("page/link_by", &state);
}

#[test]
fn golden_page_of_a_closed_and_signed_case_is_read_and_written_as_ever() {
    let by = samples::somebody();
    let mut state = State::default();
    state.put_case(Case {
        details: None,
        closing: Some(Closing { lines: [7; 32], by }),
        signatures: vec![Signature {
            entry: samples::entry_id(8),
            lines: [7; 32],
            side: Side::Facility,
            name: "N. Urse".into(),
            meaning: "Used as listed".into(),
            drawing: "".into(),
            by,
        }],
        order: Some(PurchaseOrder {
            number: "".into(),
            since: by.1,
        }),
        other_needs: vec![OtherNeed {
            what: "Courier".into(),
            who: "Ben".into(),
            done: true,
            by: by.0,
        }],
        ..samples::case(7, CaseStatus::AwaitingPurchaseOrder)
    });
    check_page("page/case_signed", &state);
}

#[test]
fn golden_pages_of_trays_are_read_and_written_as_ever() {
    let mut expected = State::default();
    for tray in samples::trays() {
        expected.put_tray(tray);
    }
    expected.put_bill_of_materials(samples::bill_of_materials());
    check_page("page/trays_1", &expected);
}

#[test]
fn golden_messages_are_read_and_written_as_ever() {
    let (_, verdict) = samples::verdicts().pop().unwrap();
    let bytes = samples::signed(&samples::entry(EntryBody::ProductsListed(Vec::new())))
        .bytes()
        .to_vec();
    let answer = EntryVerdict {
        id: samples::entry_id(1),
        order: Some(7),
        verdict: verdict.clone(),
    };
    let waiting = EntryVerdict {
        id: samples::entry_id(2),
        order: None,
        verdict: verdict.clone(),
    };
    let recorded = Recorded {
        order: 7,
        received_at_ms: 1_795_400_000_500,
        bytes: bytes.clone(),
        verdict,
    };
    check(
        "message/entry_verdict",
        &answer,
        |bytes| EntryVerdict::decode(bytes).unwrap(),
        EntryVerdict::encode,
    );
    check(
        "message/recorded",
        &recorded,
        |bytes| Recorded::decode(bytes).unwrap(),
        Recorded::encode,
    );
    check(
        "message/sync_request",
        &SyncRequest {
            protocol: 1,
            device: baton_domain::id::DeviceId::from_bytes(samples::bytes(3)),
            incarnation: Some([4; 16]),
            cursor: 1_000_000,
            entries: vec![bytes.clone(), bytes],
            certificates: Vec::new(),
        },
        |bytes| SyncRequest::decode(bytes).unwrap(),
        SyncRequest::encode,
    );
    check(
        "message/sync_request_vouching",
        &SyncRequest {
            protocol: 1,
            device: baton_domain::id::DeviceId::from_bytes(samples::bytes(3)),
            incarnation: Some([4; 16]),
            cursor: 7,
            entries: Vec::new(),
            certificates: vec![vec![1, 2], vec![3]],
        },
        |bytes| SyncRequest::decode(bytes).unwrap(),
        SyncRequest::encode,
    );
    check(
        "message/sync_response",
        &SyncResponse {
            protocol: 1,
            incarnation: [4; 16],
            verdicts: vec![answer, waiting],
            changes: vec![recorded],
            page: Some(
                page::write(&samples::state(), page::Filter::Everything)
                    .pop()
                    .unwrap(),
            ),
            cursor: 7,
            more: true,
            acked_sequence: 41,
            revoked: true,
            snapshot_needed: true,
        },
        |bytes| SyncResponse::decode(bytes).unwrap(),
        SyncResponse::encode,
    );
    check(
        "message/snapshot_manifest",
        &SnapshotManifest {
            incarnation: [4; 16],
            order: 70_000,
            pages: 52,
        },
        |bytes| SnapshotManifest::decode(bytes).unwrap(),
        SnapshotManifest::encode,
    );
}

#[test]
fn golden_certificate_is_read_and_written_as_ever() {
    let enrolment = Enrolment {
        organization: baton_domain::id::OrganizationId::from_bytes(samples::bytes(1)),
        device: baton_domain::id::DeviceId::from_bytes(samples::bytes(3)),
        person: baton_domain::id::PersonId::from_bytes(samples::bytes(2)),
        public_key: samples::key().public_key(),
        issued_at_ms: 1_795_400_000_000,
    };
    let issuer = baton_domain::id::DeviceId::from_bytes(samples::bytes(9));
    check(
        "certificate",
        &Certificate::issue(&enrolment, issuer, &samples::key()),
        |bytes| Certificate::parse(bytes).unwrap(),
        |certificate| certificate.bytes().to_vec(),
    );
}

/// The name of a body's kind. A kind without an arm here does not compile; one without a sample
/// fails the test below.
fn kind(body: &EntryBody) -> &'static str {
    match body {
        EntryBody::OrganizationFounded { .. } => "organization_founded",
        EntryBody::PersonRecorded(_) => "person_recorded",
        EntryBody::DeviceEnrolled(_) => "device_enrolled",
        EntryBody::DeviceRevoked(_) => "device_revoked",
        EntryBody::DeviceRenamed { .. } => "device_renamed",
        EntryBody::FacilityRecorded(_) => "facility_recorded",
        EntryBody::ProductsListed(_) => "products_listed",
        EntryBody::PoolRecorded(_) => "pool_recorded",
        EntryBody::SharedAccountOpened { .. } => "shared_account_opened",
        EntryBody::SettingsRecorded(_) => "settings_recorded",
        EntryBody::SharingLinkSet { .. } => "sharing_link_set",
        EntryBody::ManufacturerLinked(_) => "manufacturer_linked",
        EntryBody::StockReceived { .. } => "stock_received",
        EntryBody::StockHeld { .. } => "stock_held",
        EntryBody::HoldReleased { .. } => "hold_released",
        EntryBody::TransferOffered { .. } => "transfer_offered",
        EntryBody::TransferAnswered { .. } => "transfer_answered",
        EntryBody::TransferDeclined { .. } => "transfer_declined",
        EntryBody::TransferCancelled { .. } => "transfer_cancelled",
        EntryBody::CaseScheduled { .. } => "case_scheduled",
        EntryBody::CaseChanged { .. } => "case_changed",
        EntryBody::CaseDetailsRecorded { .. } => "case_details_recorded",
        EntryBody::CaseRepChanged { .. } => "case_rep_changed",
        EntryBody::CaseCancelled { .. } => "case_cancelled",
        EntryBody::StockMarked { .. } => "stock_marked",
        EntryBody::StockUnmarked { .. } => "stock_unmarked",
        EntryBody::UsageRecorded { .. } => "usage_recorded",
        EntryBody::StockAdjusted { .. } => "stock_adjusted",
        EntryBody::AdjustmentReviewed { .. } => "adjustment_reviewed",
        EntryBody::StockCounted { .. } => "stock_counted",
        EntryBody::StockDrawn { .. } => "stock_drawn",
        EntryBody::IdentityCorrected { .. } => "identity_corrected",
        EntryBody::EntryReversed { .. } => "entry_reversed",
        EntryBody::StockingOrderSubmitted { .. } => "stocking_order_submitted",
        EntryBody::FacilityStockRebuilt { .. } => "facility_stock_rebuilt",
        EntryBody::Proposed { .. } => "proposed",
        EntryBody::ProposalApproved { .. } => "proposal_approved",
        EntryBody::ProposalDeclined { .. } => "proposal_declined",
        EntryBody::DisputeResolved { .. } => "dispute_resolved",
        EntryBody::CaseClosed { .. } => "case_closed",
        EntryBody::CaseSigned { .. } => "case_signed",
        EntryBody::PurchaseOrderRecorded { .. } => "purchase_order_recorded",
        EntryBody::OtherNeedRecorded { .. } => "other_need_recorded",
        EntryBody::RecallIssued { .. } => "recall_issued",
        EntryBody::RecallEnded { .. } => "recall_ended",
        EntryBody::BillOfMaterialsListed { .. } => "bill_of_materials_listed",
        EntryBody::TrayPacked { .. } => "tray_packed",
        EntryBody::TrayUnpacked { .. } => "tray_unpacked",
        EntryBody::TrayChecked { .. } => "tray_checked",
        EntryBody::StockRequested { .. } => "stock_requested",
        EntryBody::RequestDeclined { .. } => "request_declined",
        EntryBody::RequestWithdrawn { .. } => "request_withdrawn",
        EntryBody::RequestOffered { .. } => "request_offered",
        EntryBody::StockReturned { .. } => "stock_returned",
        EntryBody::DueBackSet { .. } => "due_back_set",
        EntryBody::LinkAsked { .. } => "link_asked",
        EntryBody::LinkAnswered { .. } => "link_answered",
        EntryBody::Mirrored { .. } => "mirrored",
        EntryBody::Unknown { .. } => "unknown",
    }
}

#[test]
fn golden_covers_every_kind_and_every_kept_file_is_still_tried() {
    let kinds: BTreeSet<_> = samples::bodies()
        .iter()
        .map(|(_, body)| kind(body))
        .collect();
    assert_eq!(kinds.len(), 58, "a kind of entry has no sample: {kinds:?}");
    let tried: BTreeSet<_> = samples::bodies()
        .iter()
        .map(|(name, _)| format!("{name}.hex"))
        .collect();
    for file in fs::read_dir(folder().join("entry")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(
            tried.contains(&name) || name == "imported.hex",
            "nothing tries {name}"
        );
    }
}

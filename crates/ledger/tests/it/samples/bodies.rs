//! Of every kind of entry one with everything in it, and the least where that differs.

use super::*;
use baton_domain::case::{CoverChoice, Side, UseStatus};
use baton_domain::directory::Settings;
use baton_domain::dispute::{ClaimedLine, Resolution};
use baton_domain::entry::{OfferedLine, ReceivedLine, UsedLine};
use baton_domain::recall::Recalled;
use baton_domain::stock::{LineRef, TitleHolder};
use baton_domain::transfer::{DeclineReason, Extra, LineAnswer};
use baton_domain::tray::TrayCount;

/// Lines of two entries, with heads that made a line and one that did not.
pub(super) fn line_refs() -> Vec<LineRef> {
    vec![
        LineRef {
            line: line_id(21, 3),
            quantity: 1,
            head: Some(entry_id(20)),
        },
        LineRef {
            line: line_id(20, 0),
            quantity: 4,
            head: None,
        },
        LineRef {
            line: line_id(20, 7),
            quantity: 1,
            head: Some(entry_id(30)),
        },
    ]
}

/// A tray that was packed before.
fn tray_ref() -> LineRef {
    LineRef {
        line: line_id(50, 0),
        quantity: 1,
        head: Some(entry_id(51)),
    }
}

/// A name and a body: of every kind one with everything in it, and the least where that differs.
pub(crate) fn bodies() -> Vec<(&'static str, EntryBody)> {
    let mut bodies = directory_bodies();
    bodies.extend(stock_bodies());
    bodies.extend(transfer_bodies());
    bodies.extend(case_bodies());
    bodies.extend(super::facility::bodies());
    bodies.extend(closing_bodies());
    bodies.extend(tray_bodies());
    bodies.extend(super::requests::bodies());
    bodies.extend(super::adjust::bodies());
    bodies
}

fn directory_bodies() -> Vec<(&'static str, EntryBody)> {
    let admin = Person {
        role: Role::Admin,
        region: None,
        principal: None,
        ..person()
    };
    vec![
        (
            "organization_founded",
            EntryBody::OrganizationFounded {
                organization: organization(),
                admin: admin.clone(),
            },
        ),
        ("person_recorded", EntryBody::PersonRecorded(person())),
        (
            "person_recorded_least",
            EntryBody::PersonRecorded(Person {
                active: false,
                ..admin
            }),
        ),
        ("device_enrolled", EntryBody::DeviceEnrolled(device())),
        (
            "device_enrolled_server",
            EntryBody::DeviceEnrolled(Device {
                person: None,
                revoked: false,
                ..device()
            }),
        ),
        (
            "device_revoked",
            EntryBody::DeviceRevoked(DeviceId::from_bytes(bytes(3))),
        ),
        ("facility_recorded", EntryBody::FacilityRecorded(facility())),
        (
            "products_listed",
            EntryBody::ProductsListed(vec![product(), bare_product()]),
        ),
        (
            "products_listed_least",
            EntryBody::ProductsListed(Vec::new()),
        ),
        ("pool_recorded", EntryBody::PoolRecorded(pool())),
        (
            "sharing_link_set",
            EntryBody::SharingLinkSet {
                link: sharing_link(),
                active: true,
            },
        ),
        (
            "sharing_link_ended",
            EntryBody::SharingLinkSet {
                link: sharing_link(),
                active: false,
            },
        ),
        (
            "manufacturer_linked",
            EntryBody::ManufacturerLinked(manufacturer_link()),
        ),
    ]
}

fn stock_bodies() -> Vec<(&'static str, EntryBody)> {
    let received = |identity, title| ReceivedLine {
        identity,
        quantity: 12,
        title,
        location: "trunk".into(),
    };
    vec![
        (
            "stock_received",
            EntryBody::StockReceived {
                custodian: Custodian::Warehouse(OrganizationId::from_bytes(bytes(1))),
                lines: vec![
                    received(identity(None), TitleHolder::Manufacturer),
                    received(identity(Some("S/N 1")), TitleHolder::Organization),
                    received(
                        bare_identity(),
                        TitleHolder::Facility(FacilityId::from_bytes(bytes(5))),
                    ),
                ],
                reason: "not linked".into(),
            },
        ),
        (
            "stock_received_least",
            EntryBody::StockReceived {
                custodian: Custodian::Person(person_id(2)),
                lines: Vec::new(),
                reason: "".into(),
            },
        ),
        (
            "stock_held",
            EntryBody::StockHeld {
                lines: line_refs(),
                reason: "dropped".into(),
            },
        ),
        (
            "hold_released",
            EntryBody::HoldReleased {
                lines: line_refs(),
                reason: "fine".into(),
            },
        ),
        (
            "stock_marked",
            EntryBody::StockMarked {
                case: entry_id(40),
                lines: line_refs(),
            },
        ),
        (
            "stock_unmarked",
            EntryBody::StockUnmarked {
                case: entry_id(40),
                lines: line_refs(),
            },
        ),
    ]
}

fn transfer_bodies() -> Vec<(&'static str, EntryBody)> {
    let cases = [Some(entry_id(41)), None, Some(entry_id(40))];
    let lines = line_refs()
        .into_iter()
        .zip(cases)
        .map(|(stock, reserved_for)| OfferedLine {
            stock,
            identity: identity(reserved_for.map(|_| "A1")),
            reserved_for,
        });
    vec![
        (
            "transfer_offered",
            EntryBody::TransferOffered {
                from: Custodian::Person(person_id(2)),
                to: Custodian::Pool(PoolId::from_bytes(bytes(6))),
                lines: lines.collect(),
                travel: travel(),
                note: "for Tuesday".into(),
            },
        ),
        (
            "transfer_answered",
            EntryBody::TransferAnswered {
                transfer: entry_id(50),
                offer_hash: None,
                answers: vec![
                    LineAnswer {
                        accepted: 4,
                        damaged: 0,
                        missing: 0,
                        note: "".into(),
                    },
                    LineAnswer {
                        accepted: 1,
                        damaged: 2,
                        missing: 1,
                        note: "box torn".into(),
                    },
                ],
                extras: vec![Extra {
                    identity: bare_identity(),
                    quantity: 2,
                    note: "loose".into(),
                }],
            },
        ),
        (
            "transfer_answered_2",
            EntryBody::TransferAnswered {
                transfer: entry_id(50),
                offer_hash: Some([0xA5; 32]),
                answers: vec![LineAnswer {
                    accepted: 4,
                    ..LineAnswer::default()
                }],
                extras: Vec::new(),
            },
        ),
        (
            "transfer_declined",
            EntryBody::TransferDeclined {
                transfer: entry_id(50),
                reason: DeclineReason::Opened,
                note: "seal broken".into(),
            },
        ),
        (
            "transfer_cancelled",
            EntryBody::TransferCancelled {
                transfer: entry_id(50),
                reason: "case moved".into(),
            },
        ),
    ]
}

fn case_bodies() -> Vec<(&'static str, EntryBody)> {
    let used = |line, head, status| UsedLine {
        line,
        head,
        identity: identity(Some("A1")),
        quantity: 1,
        status,
        presumed_holder: if line.is_none() {
            "the hospital".into()
        } else {
            "".into()
        },
    };
    vec![
        (
            "case_scheduled",
            EntryBody::CaseScheduled {
                facility: FacilityId::from_bytes(bytes(5)),
                starts_at: starts_at(),
                utc_offset_min: -420,
                room: "OR 3".into(),
                rep: person_id(2),
                needs: needs(),
            },
        ),
        (
            "case_changed",
            EntryBody::CaseChanged {
                case: entry_id(40),
                facility: Some(FacilityId::from_bytes(bytes(5))),
                starts_at: Some((starts_at(), 0)),
                room: Some("".into()),
                needs: Some(Vec::new()),
            },
        ),
        (
            "case_changed_least",
            EntryBody::CaseChanged {
                case: entry_id(40),
                facility: None,
                starts_at: None,
                room: None,
                needs: None,
            },
        ),
        (
            "case_details_recorded",
            EntryBody::CaseDetailsRecorded {
                case: entry_id(40),
                details: details(),
            },
        ),
        (
            "case_rep_changed",
            EntryBody::CaseRepChanged {
                case: entry_id(40),
                head: entry_id(42),
                rep: person_id(8),
                cover: CoverChoice::default(),
            },
        ),
        (
            "case_cancelled",
            EntryBody::CaseCancelled {
                case: entry_id(40),
                head: entry_id(42),
                reason: "moved".into(),
            },
        ),
        (
            "proposed",
            EntryBody::Proposed {
                what: Box::new(EntryBody::CaseRepChanged {
                    case: entry_id(40),
                    head: entry_id(41),
                    rep: person_id(5),
                    cover: CoverChoice::default(),
                }),
                note: "I am nearer".into(),
            },
        ),
        (
            "proposed_least",
            EntryBody::Proposed {
                what: Box::new(EntryBody::SharingLinkSet {
                    link: SharingLink {
                        account: Custodian::Person(person_id(4)),
                        rep: person_id(5),
                    },
                    active: false,
                }),
                note: "".into(),
            },
        ),
        (
            "proposal_approved",
            EntryBody::ProposalApproved {
                proposal: entry_id(70),
                what: Box::new(EntryBody::CaseRepChanged {
                    case: entry_id(40),
                    head: entry_id(42),
                    rep: person_id(5),
                    cover: CoverChoice::default(),
                }),
            },
        ),
        (
            "proposal_declined",
            EntryBody::ProposalDeclined {
                proposal: entry_id(70),
                reason: "she keeps it".into(),
            },
        ),
        (
            "dispute_upheld",
            EntryBody::DisputeResolved {
                dispute: entry_id(71),
                how: Resolution::Upheld,
                reason: "asked both".into(),
            },
        ),
        (
            "dispute_applied",
            EntryBody::DisputeResolved {
                dispute: entry_id(71),
                how: Resolution::Applied,
                reason: "it was with her".into(),
            },
        ),
        (
            "dispute_claimed",
            EntryBody::DisputeResolved {
                dispute: entry_id(71),
                how: Resolution::Claimed(
                    (0..)
                        .zip(line_refs())
                        .map(|(place, stock)| ClaimedLine { place, stock })
                        .collect(),
                ),
                reason: "he has it in hand".into(),
            },
        ),
        (
            "recall_issued",
            EntryBody::RecallIssued {
                what: recalled(),
                reason: "field notice 12".into(),
            },
        ),
        (
            "recall_issued_least",
            EntryBody::RecallIssued {
                what: Recalled {
                    lot: None,
                    serial: None,
                    ..recalled()
                },
                reason: "".into(),
            },
        ),
        (
            "recall_ended",
            EntryBody::RecallEnded {
                recall: entry_id(40),
                reason: "reworked".into(),
            },
        ),
        (
            "usage_recorded",
            EntryBody::UsageRecorded {
                case: entry_id(40),
                lines: vec![
                    used(
                        Some(line_id(20, 0)),
                        Some(entry_id(20)),
                        UseStatus::Implanted,
                    ),
                    used(Some(line_id(20, 1)), Some(entry_id(31)), UseStatus::Wasted),
                    used(None, None, UseStatus::Used),
                ],
                reason: "expired yesterday".into(),
            },
        ),
    ]
}

fn closing_bodies() -> Vec<(&'static str, EntryBody)> {
    vec![
        (
            "case_closed",
            EntryBody::CaseClosed {
                case: entry_id(40),
                head: entry_id(42),
                lines: [7; 32],
            },
        ),
        (
            "case_signed",
            EntryBody::CaseSigned {
                case: entry_id(40),
                lines: [7; 32],
                side: Side::Facility,
                name: "N. Urse".into(),
                meaning: "Used as listed".into(),
                drawing: "10,20 30,40;5,6 7,8".into(),
            },
        ),
        (
            "case_signed_least",
            EntryBody::CaseSigned {
                case: entry_id(40),
                lines: [7; 32],
                side: Side::Rep,
                name: "Ann".into(),
                meaning: "".into(),
                drawing: "".into(),
            },
        ),
        (
            "purchase_order_recorded",
            EntryBody::PurchaseOrderRecorded {
                case: entry_id(40),
                head: entry_id(42),
                number: "PO-1".into(),
            },
        ),
        (
            "purchase_order_awaited",
            EntryBody::PurchaseOrderRecorded {
                case: entry_id(40),
                head: entry_id(42),
                number: "".into(),
            },
        ),
        (
            "other_need_recorded",
            EntryBody::OtherNeedRecorded {
                case: entry_id(40),
                what: "Courier".into(),
                who: "Ben".into(),
                done: true,
            },
        ),
    ]
}

fn tray_bodies() -> Vec<(&'static str, EntryBody)> {
    vec![
        (
            "bill_of_materials_listed",
            EntryBody::BillOfMaterialsListed {
                product: bill_of_materials().product,
                needs: bill_of_materials().needs,
            },
        ),
        (
            "tray_packed",
            EntryBody::TrayPacked {
                tray: tray_ref(),
                lines: line_refs(),
            },
        ),
        (
            "tray_unpacked",
            EntryBody::TrayUnpacked {
                tray: tray_ref(),
                lines: line_refs(),
            },
        ),
        (
            "tray_checked",
            EntryBody::TrayChecked {
                tray: line_id(50, 0),
                found: vec![
                    TrayCount {
                        line: line_id(20, 0),
                        found: 3,
                    },
                    TrayCount {
                        line: line_id(21, 3),
                        found: 0,
                    },
                ],
                note: "one driver bent".into(),
            },
        ),
        (
            "case_rep_changed_by_choice",
            EntryBody::CaseRepChanged {
                case: entry_id(40),
                head: entry_id(41),
                rep: person_id(5),
                cover: cover_choice(),
            },
        ),
        (
            "shared_account_opened",
            EntryBody::SharedAccountOpened {
                pool: pool(),
                reps: vec![person_id(5), person_id(6)],
            },
        ),
        (
            "settings_recorded",
            EntryBody::SettingsRecorded(Settings {
                reps_may_share: true,
            }),
        ),
        (
            "device_renamed",
            EntryBody::DeviceRenamed {
                device: DeviceId::from_bytes(bytes(3)),
                label: "Ana's tablet".into(),
            },
        ),
    ]
}

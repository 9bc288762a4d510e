//! Requests, what crosses between organizations, and a state with every record about them.

use super::bodies::line_refs;
use super::*;
use baton_domain::State;
use baton_domain::directory::{LinkStatus, OrganizationLink};
use baton_domain::entry::OfferedLine;
use baton_domain::mirror::{Mirror, MirroredLine, Origin};
use baton_domain::request::{DueBack, Loan, RequestStatus, StockRequest, Terms, Wanted};
use baton_domain::transfer::{DeclineReason, Extra, LineAnswer};

fn other() -> OrganizationId {
    OrganizationId::from_bytes(bytes(7))
}

fn wanted() -> Wanted {
    Wanted {
        to: Custodian::Person(person_id(2)),
        needs: needs(),
        case: Some(entry_id(40)),
        use_date: Some(date(2026, 12, 1)),
        travel: travel(),
        note: "before noon".into(),
    }
}

fn offered() -> Vec<OfferedLine> {
    let lines = line_refs().into_iter();
    lines
        .map(|stock| OfferedLine {
            stock,
            identity: identity(None),
            reserved_for: None,
        })
        .collect()
}

pub(super) fn bodies() -> Vec<(&'static str, EntryBody)> {
    let mut bodies = vec![
        (
            "stock_requested",
            EntryBody::StockRequested {
                from: other(),
                wanted: wanted(),
            },
        ),
        (
            "stock_requested_least",
            EntryBody::StockRequested {
                from: other(),
                wanted: Wanted {
                    case: None,
                    use_date: None,
                    travel: Travel::default(),
                    note: "".into(),
                    ..wanted()
                },
            },
        ),
        (
            "request_declined",
            EntryBody::RequestDeclined {
                request: entry_id(80),
                reason: "none left".into(),
            },
        ),
        (
            "request_withdrawn",
            EntryBody::RequestWithdrawn {
                request: entry_id(80),
            },
        ),
        (
            "request_offered",
            EntryBody::RequestOffered {
                request: entry_id(80),
                lines: offered(),
                due_back: Some(date(2027, 1, 15)),
                travel: travel(),
                note: "two boxes".into(),
            },
        ),
        (
            "stock_returned",
            EntryBody::StockReturned {
                from: Custodian::Person(person_id(2)),
                to: other(),
                lines: offered(),
                reason: "recalled".into(),
                travel: travel(),
            },
        ),
        (
            "due_back_set",
            EntryBody::DueBackSet {
                lines: vec![line_id(20, 0), line_id(21, 3)],
                due_back: Some(date(2027, 1, 15)),
                reason: "lent".into(),
            },
        ),
        (
            "link_asked",
            EntryBody::LinkAsked {
                organization: other(),
                name: "Acme Spine".into(),
                manufacturer: "Acme".into(),
            },
        ),
        (
            "link_answered",
            EntryBody::LinkAnswered {
                organization: other(),
                accepted: true,
                manufacturer: "Acme".into(),
            },
        ),
    ];
    for (name, mirror) in mirrors() {
        let origin = Origin {
            organization: other(),
            entry: entry_id(90),
            hash: [6; 32],
        };
        bodies.push((name, EntryBody::Mirrored { origin, mirror }));
    }
    bodies
}

fn mirrors() -> Vec<(&'static str, Mirror)> {
    let transfer = entry_id(50);
    vec![
        (
            "mirrored_link_asked",
            Mirror::LinkAsked {
                name: "Foothill Ortho".into(),
                manufacturer: "Acme".into(),
            },
        ),
        (
            "mirrored_link_answered",
            Mirror::LinkAnswered {
                name: "Acme Spine".into(),
                accepted: true,
            },
        ),
        (
            "mirrored_request",
            Mirror::Requested {
                to_name: "Ada".into(),
                asked_by: (person_id(2), time(1_795_400_000_123)),
                wanted: wanted(),
            },
        ),
        (
            "mirrored_request_declined",
            Mirror::RequestDeclined {
                request: entry_id(80),
                reason: "none left".into(),
            },
        ),
        (
            "mirrored_request_withdrawn",
            Mirror::RequestWithdrawn {
                request: entry_id(80),
            },
        ),
        (
            "mirrored_offer",
            Mirror::Offered {
                request: Some(entry_id(80)),
                returned: true,
                due_back: Some(date(2027, 1, 15)),
                lines: vec![MirroredLine {
                    identity: identity(Some("A1")),
                    quantity: 1,
                }],
                offered_at: time(1_795_400_000_123),
                travel: travel(),
                note: "two boxes".into(),
            },
        ),
        ("mirrored_cancel_asked", Mirror::CancelAsked(transfer)),
        (
            "mirrored_answer",
            Mirror::Answered {
                transfer,
                answers: vec![LineAnswer {
                    accepted: 1,
                    damaged: 2,
                    missing: 1,
                    note: "box torn".into(),
                }],
                extras: vec![Extra {
                    identity: bare_identity(),
                    quantity: 2,
                    note: "loose".into(),
                }],
            },
        ),
        (
            "mirrored_decline",
            Mirror::Declined {
                transfer,
                reason: DeclineReason::Opened,
                note: "seal broken".into(),
            },
        ),
        ("mirrored_cancelled", Mirror::Cancelled(transfer)),
    ]
}

/// A state with every record about requests, transfers that cross, loans and links.
pub(crate) fn requests_state() -> State {
    let mut state = State::default();
    let statuses = [
        RequestStatus::Open,
        RequestStatus::Offered(entry_id(50)),
        RequestStatus::Declined("none left".into()),
        RequestStatus::Withdrawn,
    ];
    for (number, status) in (80..).zip(statuses) {
        state.put_request(StockRequest {
            id: entry_id(number),
            from: other(),
            by: OrganizationId::from_bytes(bytes(1)),
            asked_by: (person_id(2), time(1_795_400_000_123)),
            to_name: "Ada".into(),
            wanted: wanted(),
            ended: (status != RequestStatus::Open).then(|| entry_id(95)),
            status,
        });
    }
    state.put_terms(Terms {
        transfer: entry_id(50),
        request: Some(entry_id(81)),
        other: Some(other()),
        returned: true,
        due_back: Some(date(2027, 1, 15)),
        cancel_asked: Some(entry_id(96)),
        ended: Some(entry_id(97)),
    });
    state.put_terms(Terms::none(entry_id(51)));
    let set = |date, reason: &str| DueBack {
        date,
        set_by: (person_id(2), time(1_795_400_000_123)),
        reason: reason.into(),
    };
    state.put_loan(Loan {
        line: line_id(20, 7),
        dates: vec![set(Some(date(2027, 1, 15)), "lent"), set(None, "")],
    });
    let statuses = [
        LinkStatus::Asked,
        LinkStatus::Wanted,
        LinkStatus::Linked,
        LinkStatus::Declined,
    ];
    for (number, status) in (7..).zip(statuses) {
        state.put_organization_link(OrganizationLink {
            organization: OrganizationId::from_bytes(bytes(number)),
            name: "Acme Spine".into(),
            manufacturer: "Acme".into(),
            status,
            asked: entry_id(98),
            by: entry_id(99),
        });
    }
    state
}

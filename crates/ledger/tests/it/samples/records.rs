//! Verdicts, and a state with every kind of record.

use super::*;
use baton_domain::case::{Case, CaseStatus, CoverChoice, Usage, UseStatus};
use baton_domain::directory::ActiveLink;
use baton_domain::refusal::{Reason, Refusal};
use baton_domain::stock::{Claim, Claimant, Hold, StockLine, TitleHolder};
use baton_domain::transfer::{
    DeclineReason, Extra, LineAnswer, Transfer, TransferLine, TransferStatus,
};
use baton_domain::verdict::{Flag, LineVerdict, Rejection};
use baton_domain::{Outcome, State, Verdict};

fn refusal() -> Refusal {
    Refusal {
        reason: Reason::NotEnough,
        line: Some(line_id(20, 7)),
        case: Some(entry_id(40)),
        person: Some(person_id(8)),
        entry: Some(entry_id(33)),
        available: Some(0),
        who_may: vec![Role::Operations, Role::Admin],
        flags: Vec::new(),
    }
}

/// A name and a verdict of every shape.
pub(crate) fn verdicts() -> Vec<(&'static str, Verdict)> {
    let line = |index, outcome| LineVerdict { index, outcome };
    vec![
        ("accepted", Verdict::accepted()),
        ("refused", Verdict::whole(Outcome::Refused(refusal()))),
        (
            "disputed",
            Verdict::whole(Outcome::Disputed(Refusal::new(Reason::Revoked))),
        ),
        ("waiting", Verdict::whole(Outcome::Waiting(entry_id(20)))),
        (
            "mixed",
            Verdict {
                outcome: Outcome::Waiting(entry_id(20)),
                lines: vec![
                    line(0, Outcome::Accepted),
                    line(2, Outcome::Disputed(refusal())),
                    line(3, Outcome::Waiting(entry_id(21))),
                ],
                flags: vec![
                    Flag {
                        index: None,
                        reason: Reason::FromElsewhere,
                    },
                    Flag {
                        index: Some(0),
                        reason: Reason::Expired,
                    },
                ],
            },
        ),
    ]
}

fn stock_line() -> StockLine {
    StockLine {
        id: line_id(20, 7),
        parent: Some(line_id(19, 1)),
        replaces: None,
        identity: identity(Some("A1")),
        quantity: 9,
        custodian: Custodian::Person(person_id(2)),
        title: TitleHolder::Facility(FacilityId::from_bytes(bytes(5))),
        location: "trunk".into(),
        claims: vec![
            Claim {
                by: Claimant::Mark(entry_id(40)),
                quantity: 1,
            },
            Claim {
                by: Claimant::Reservation(entry_id(41)),
                quantity: 2,
            },
            Claim {
                by: Claimant::Offer(entry_id(50)),
                quantity: 3,
            },
        ],
        hold: Some(Hold {
            quantity: 1,
            reason: "dropped".into(),
            by: entry_id(51),
            earlier: 0,
        }),
        disputed: 1,
        head: entry_id(31),
        past_heads: vec![entry_id(20), entry_id(30)],
        needs_newer_app: true,
    }
}

fn bare_line(number: u16, custodian: Custodian, title: TitleHolder) -> StockLine {
    StockLine {
        id: line_id(number, 0),
        parent: None,
        replaces: None,
        identity: bare_identity(),
        quantity: 0,
        custodian,
        title,
        location: "".into(),
        claims: Vec::new(),
        hold: None,
        disputed: 0,
        head: entry_id(number),
        past_heads: Vec::new(),
        needs_newer_app: false,
    }
}

fn transfer(number: u16, status: TransferStatus) -> Transfer {
    Transfer {
        id: entry_id(number),
        from: Custodian::Person(person_id(2)),
        to: Custodian::Person(person_id(8)),
        offered_by: person_id(2),
        offered_at: time(1_795_400_000_123),
        travel: travel(),
        note: "for Tuesday".into(),
        lines: vec![TransferLine {
            line: line_id(20, 7),
            identity: identity(Some("A1")),
            quantity: 3,
            reserved_for: Some(entry_id(40)),
            answer: Some(LineAnswer {
                accepted: 1,
                damaged: 1,
                missing: 1,
                note: "torn".into(),
            }),
        }],
        extras: vec![Extra {
            identity: bare_identity(),
            quantity: 2,
            note: "loose".into(),
        }],
        ended_by: (status != TransferStatus::Open).then(|| (person_id(8), time(1_795_400_000_200))),
        status,
    }
}

pub(crate) fn case(number: u16, status: CaseStatus) -> Case {
    Case {
        id: entry_id(number),
        facility: FacilityId::from_bytes(bytes(5)),
        starts_at: starts_at(),
        utc_offset_min: -420,
        room: "OR 3".into(),
        rep: person_id(2),
        rep_since: time(1_795_300_000_000),
        rep_before: None,
        cover: CoverChoice::default(),
        needs: needs(),
        status,
        usage: vec![Usage {
            entry: entry_id(60),
            index: 1,
            line: Some(line_id(20, 7)),
            identity: identity(Some("A1")),
            quantity: 1,
            status: UseStatus::Implanted,
            presumed_holder: "the hospital".into(),
            reason: "expired yesterday".into(),
            flags: vec![Flag {
                index: Some(0),
                reason: Reason::Expired,
            }],
            kept: 0,
            effect: None,
            by: (person_id(2), time(1_795_400_000_300)),
        }],
        details: Some(details()),
        closing: None,
        signatures: Vec::new(),
        order: None,
        other_needs: Vec::new(),
        head: entry_id(42),
        head_by: person_id(4),
        needs_newer_app: true,
    }
}

/// A state with every kind of record, and every variant inside them.
pub(crate) fn state() -> State {
    let mut state = State::default();
    state.put_organization(organization());
    state.put_person(person());
    state.put_device(device());
    state.put_facility(facility());
    state.put_pool(pool());
    // A link of which nobody says who made it, as earlier builds wrote them.
    let link = sharing_link();
    state.put_active_link(ActiveLink {
        account: link.account,
        rep: link.rep,
        by: None,
    });
    state.put_manufacturer_link(manufacturer_link());
    state.put_product(product());
    state.put_product(bare_product());
    state.put_line(stock_line());
    let pool = Custodian::Pool(PoolId::from_bytes(bytes(6)));
    let warehouse = Custodian::Warehouse(OrganizationId::from_bytes(bytes(1)));
    state.put_line(bare_line(22, pool, TitleHolder::Manufacturer));
    state.put_line(bare_line(23, warehouse, TitleHolder::Organization));
    let declined = TransferStatus::Declined(DeclineReason::Damaged, "wet".into());
    let statuses = [
        TransferStatus::Open,
        TransferStatus::Answered,
        declined,
        TransferStatus::Cancelled,
    ];
    for (number, status) in (50..).zip(statuses) {
        state.put_transfer(transfer(number, status));
    }
    state.put_case(case(40, CaseStatus::InProgress));
    state.put_case(Case {
        details: None,
        usage: Vec::new(),
        ..case(41, CaseStatus::Complete)
    });
    state.put_rejection(Rejection {
        entry: entry_id(70),
        line: None,
        disputed: true,
        reason: Reason::Conflicting,
    });
    state.put_rejection(Rejection {
        entry: entry_id(70),
        line: Some(line_id(20, 7)),
        disputed: false,
        reason: Reason::NotEnough,
    });
    state
}

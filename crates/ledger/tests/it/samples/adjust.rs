//! Adjustments, counts, shared accounts, corrected identities and reversals.

use super::bodies::line_refs;
use super::*;
use baton_domain::State;
use baton_domain::adjust::{Adjustment, Reversal, Undo, Undone};
use baton_domain::case::CaseStatus;
use baton_domain::entry::{Count, ReceivedLine};
use baton_domain::stock::{Hold, LineRef, StockLine, TitleHolder};

pub(super) fn bodies() -> Vec<(&'static str, EntryBody)> {
    let custodian = Custodian::Person(person_id(2));
    let stock = LineRef {
        line: line_id(20, 7),
        quantity: 1,
        head: Some(entry_id(30)),
    };
    let undone = |kind, case, undo| EntryBody::EntryReversed {
        entry: entry_id(20),
        kind,
        case,
        undo,
        reason: "typed twice".into(),
    };
    vec![
        (
            "stock_adjusted",
            EntryBody::StockAdjusted {
                custodian,
                away: line_refs(),
                found: vec![ReceivedLine {
                    identity: bare_identity(),
                    quantity: 2,
                    title: TitleHolder::Manufacturer,
                    location: "trunk".into(),
                }],
                reason: "counted".into(),
            },
        ),
        (
            "adjustment_reviewed",
            EntryBody::AdjustmentReviewed {
                adjustment: entry_id(61),
                note: "seen".into(),
            },
        ),
        (
            "stock_counted",
            EntryBody::StockCounted {
                custodian,
                counted: [(20, 7, 4, 3), (21, 3, 0, 0)]
                    .map(|(entry, index, expected, counted)| Count {
                        line: line_id(entry, index),
                        expected,
                        counted,
                    })
                    .to_vec(),
                note: "trunk".into(),
            },
        ),
        (
            "stock_drawn",
            EntryBody::StockDrawn {
                from: Custodian::Pool(PoolId::from_bytes(bytes(6))),
                to: custodian,
                lines: line_refs(),
                note: "for Tuesday".into(),
            },
        ),
        (
            "identity_corrected",
            EntryBody::IdentityCorrected {
                stock,
                identity: identity(Some("A2")),
                reason: "misread".into(),
            },
        ),
        (
            "entry_reversed",
            undone(
                Undone::Used,
                Some(entry_id(40)),
                Undo {
                    back: line_refs(),
                    gone: vec![stock],
                    released: line_refs(),
                },
            ),
        ),
        (
            "entry_reversed_least",
            undone(Undone::Received, None, Undo::default()),
        ),
    ]
}

/// An adjustment that was reviewed, one that was not, and a reversal.
pub(crate) fn adjustments() -> State {
    let by = (person_id(2), time(1_795_400_000_123));
    let mut state = State::default();
    for (number, reviewed_by) in [(61, None), (62, Some((person_id(8), by.1)))] {
        state.put_adjustment(Adjustment {
            id: entry_id(number),
            custodian: Custodian::Person(person_id(2)),
            away: vec![(line_id(20, 7), 1), (line_id(21, 3), 2)],
            found: vec![line_id(number, 2)],
            reason: "counted".into(),
            by,
            reviewed_by,
        });
    }
    let mut case = case(40, CaseStatus::InProgress);
    case.details = None;
    for usage in &mut case.usage {
        usage.kept = 2;
    }
    state.put_case(case);
    for line in facility_stock().lines() {
        let hold = Hold {
            quantity: 1,
            reason: "dropped".into(),
            by: entry_id(51),
            earlier: 1,
        };
        state.put_line(StockLine {
            hold: Some(hold),
            ..line.clone()
        });
    }
    state.put_reversal(Reversal {
        entry: entry_id(62),
        by_entry: entry_id(63),
        by,
    });
    state
}

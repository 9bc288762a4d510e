//! Facility Stock: stocking orders and rebuilding.

use super::bodies::line_refs;
use super::*;
use baton_domain::State;
use baton_domain::entry::{OrderedLine, RebuiltLine};
use baton_domain::facility_stock::{Price, SoldLine, StockingOrder};
use baton_domain::stock::{StockLine, TitleHolder};

pub(super) fn bodies() -> Vec<(&'static str, EntryBody)> {
    let prices = [
        Price::CentsEach(125_000),
        Price::CentsEach(0),
        Price::NoCharge,
    ];
    let ordered = line_refs().into_iter().zip(prices);
    let rebuilt = |stock| RebuiltLine {
        stock,
        identity: identity(Some("A1")),
    };
    vec![
        (
            "stocking_order_submitted",
            EntryBody::StockingOrderSubmitted {
                facility: FacilityId::from_bytes(bytes(5)),
                seller: Custodian::Person(person_id(2)),
                lines: ordered
                    .map(|(stock, price)| OrderedLine { stock, price })
                    .collect(),
                note: "PO 4711".into(),
            },
        ),
        (
            "facility_stock_rebuilt",
            EntryBody::FacilityStockRebuilt {
                rep: person_id(8),
                case: Some(entry_id(40)),
                lines: line_refs().into_iter().map(rebuilt).collect(),
            },
        ),
        (
            "facility_stock_rebuilt_least",
            EntryBody::FacilityStockRebuilt {
                rep: person_id(8),
                case: None,
                lines: Vec::new(),
            },
        ),
    ]
}

/// A line that stands in the place of another, and the order that it was sold by.
pub(crate) fn facility_stock() -> State {
    let facility = FacilityId::from_bytes(bytes(5));
    let line = StockLine {
        id: line_id(60, 0),
        parent: None,
        replaces: Some(line_id(20, 7)),
        identity: identity(Some("A1")),
        quantity: 1,
        custodian: Custodian::Person(person_id(8)),
        title: TitleHolder::Facility(facility),
        location: "".into(),
        claims: Vec::new(),
        hold: None,
        disputed: 0,
        head: entry_id(60),
        past_heads: Vec::new(),
        needs_newer_app: false,
    };
    let sold = |price, replaces| SoldLine {
        line: line.id,
        identity: line.identity.clone(),
        quantity: 1,
        price,
        replaces,
    };
    let order = StockingOrder {
        id: entry_id(60),
        facility,
        seller: line.custodian,
        lines: vec![
            sold(Price::NoCharge, line.replaces),
            sold(Price::CentsEach(0), None),
            sold(Price::CentsEach(125_000), None),
        ],
        note: "PO 4711".into(),
        by: (person_id(2), time(1_795_400_000_123)),
    };
    let mut state = State::default();
    state.put_line(line);
    state.put_stocking_order(order);
    state
}

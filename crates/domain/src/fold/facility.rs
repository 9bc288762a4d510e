//! Stocking orders, and Facility Stock made anew in another rep's custody.

use super::transfer::keeping;
use super::{accepted, rejection::moves_itself};
use crate::Text;
use crate::entry::{Entry, EntryBody, OrderedLine, RebuiltLine};
use crate::facility_stock::{Price, SoldLine, StockingOrder};
use crate::id::{CaseId, FacilityId, LineId, PersonId};
use crate::state::State;
use crate::stock::{Custodian, StockLine, TitleHolder};
use crate::verdict::Verdict;

pub(super) fn apply(state: &mut State, entry: &Entry, verdict: &Verdict) {
    match &entry.body {
        EntryBody::StockingOrderSubmitted {
            facility,
            seller,
            lines,
            note,
        } => {
            let mut sold = Vec::with_capacity(lines.len());
            for (place, ordered) in accepted(lines, verdict) {
                sold.extend(sell(state, entry, place, *facility, ordered));
            }
            put_order(state, entry, *facility, *seller, sold, note.clone());
        }
        EntryBody::FacilityStockRebuilt { rep, case, lines } => {
            let mut sold: Vec<(FacilityId, SoldLine)> = Vec::with_capacity(lines.len());
            for (place, rebuilt) in accepted(lines, verdict) {
                sold.extend(rebuild(state, entry, place, (*rep, *case), rebuilt));
            }
            // One act, one facility: what is rebuilt for a case lies where the case is.
            if let Some((facility, _)) = sold.first() {
                let facility = *facility;
                let lines = sold.into_iter().map(|(_, line)| line).collect();
                let seller = Custodian::Person(*rep);
                put_order(state, entry, facility, seller, lines, Text::from(""));
            }
        }
        _ => {}
    }
}

fn put_order(
    state: &mut State,
    entry: &Entry,
    facility: FacilityId,
    seller: Custodian,
    lines: Vec<SoldLine>,
    note: Text,
) {
    state.put_stocking_order(StockingOrder {
        id: entry.id,
        facility,
        seller,
        lines,
        note,
        by: (entry.actor, entry.occurred_at),
    });
}

/// Title moves, custody does not (R7).
fn sell(
    state: &mut State,
    entry: &Entry,
    place: u16,
    facility: FacilityId,
    ordered: &OrderedLine,
) -> Option<SoldLine> {
    let mut line = state.line(ordered.stock.line)?.clone();
    let quantity = ordered.stock.quantity.min(line.quantity);
    let title = TitleHolder::Facility(facility);
    let sold = if moves_itself(&line.identity) {
        line.title = title;
        line.location = Text::from("");
        line.advance(entry.id);
        line
    } else {
        let id = LineId {
            entry: entry.id,
            index: place,
        };
        let part = StockLine {
            title,
            ..line.part(id, quantity)
        };
        line.take(quantity, entry.id);
        state.put_line(line);
        part
    };
    let sold_line = SoldLine {
        line: sold.id,
        identity: sold.identity.clone(),
        quantity,
        price: ordered.price,
        replaces: None,
    };
    if quantity > 0 {
        state.put_line(sold);
    }
    Some(sold_line)
}

fn rebuild(
    state: &mut State,
    entry: &Entry,
    place: u16,
    (rep, case): (PersonId, Option<CaseId>),
    rebuilt: &RebuiltLine,
) -> Option<(FacilityId, SoldLine)> {
    let mut first = state.line(rebuilt.stock.line)?.clone();
    let facility = first.facility_stock_at()?;
    let quantity = rebuilt.stock.quantity.min(first.quantity);
    if quantity == 0 {
        return None;
    }
    let id = LineId {
        entry: entry.id,
        index: place,
    };
    let mut line = StockLine {
        parent: None,
        replaces: Some(first.id),
        custodian: Custodian::Person(rep),
        location: first.location.clone(),
        ..first.part(id, quantity)
    };
    if let Some(case) = case {
        first.unkeep(case, quantity);
    }
    first.take(quantity, entry.id);
    // The first goes before the second comes: a serial is active once at every moment (R9).
    state.put_line(first);
    if let Some(case) = case.and_then(|case| state.case(case)) {
        line.claim(keeping(state, &line, case), quantity);
    }
    let sold = SoldLine {
        line: id,
        identity: line.identity.clone(),
        quantity,
        price: Price::NoCharge,
        replaces: line.replaces,
    };
    state.put_line(line);
    Some((facility, sold))
}

//! Bodies of Facility Stock: stocking orders and rebuilding.

use super::number;
use crate::error::FormatError;
use crate::refs::Refs;
use crate::wire::{Fields, Writer};
use baton_domain::EntryBody;

pub(super) fn kind(body: &EntryBody) -> Option<u16> {
    Some(match body {
        EntryBody::StockingOrderSubmitted { .. } => number::STOCKING_ORDER_SUBMITTED,
        EntryBody::FacilityStockRebuilt { .. } => number::FACILITY_STOCK_REBUILT,
        _ => return None,
    })
}

pub(super) fn write(body: &EntryBody, out: &mut Writer<'_>) {
    match body {
        EntryBody::StockingOrderSubmitted {
            facility,
            seller,
            lines,
            note,
        } => out.fields(&[(1, facility), (2, seller), (3, lines), (4, note)]),
        EntryBody::FacilityStockRebuilt {
            rep,
            case: _,
            lines,
        } => out.fields(&[(1, rep), (2, lines)]),
        _ => out.map(0),
    }
}

pub(super) fn read(
    kind: u16,
    fields: &mut Fields<'_, '_, '_>,
    refs: &Refs,
) -> Result<Option<EntryBody>, FormatError> {
    Ok(Some(match kind {
        number::STOCKING_ORDER_SUBMITTED => EntryBody::StockingOrderSubmitted {
            facility: fields.take(1)?,
            seller: fields.take(2)?,
            lines: fields.take(3)?,
            note: fields.take(4)?,
        },
        number::FACILITY_STOCK_REBUILT => EntryBody::FacilityStockRebuilt {
            case: refs.case(0),
            rep: fields.take(1)?,
            lines: fields.take(2)?,
        },
        _ => return Ok(None),
    }))
}

//! Bodies of adjustments, counts, shared accounts, corrected identities and reversals.

use super::number;
use crate::error::FormatError;
use crate::refs::Refs;
use crate::wire::{Fields, Writer};
use baton_domain::EntryBody;

pub(super) fn kind(body: &EntryBody) -> Option<u16> {
    Some(match body {
        EntryBody::StockAdjusted { .. } => number::STOCK_ADJUSTED,
        EntryBody::AdjustmentReviewed { .. } => number::ADJUSTMENT_REVIEWED,
        EntryBody::StockCounted { .. } => number::STOCK_COUNTED,
        EntryBody::StockDrawn { .. } => number::STOCK_DRAWN,
        EntryBody::IdentityCorrected { .. } => number::IDENTITY_CORRECTED,
        EntryBody::EntryReversed { .. } => number::ENTRY_REVERSED,
        _ => return None,
    })
}

pub(super) fn write(body: &EntryBody, out: &mut Writer<'_>) {
    match body {
        EntryBody::StockAdjusted {
            custodian,
            away,
            found,
            reason,
        } => out.fields(&[(1, custodian), (2, away), (3, found), (4, reason)]),
        EntryBody::AdjustmentReviewed { adjustment, note } => {
            out.fields(&[(1, adjustment), (2, note)]);
        }
        EntryBody::StockCounted {
            custodian,
            counted,
            note,
        } => out.fields(&[(1, custodian), (2, counted), (3, note)]),
        EntryBody::StockDrawn {
            from,
            to,
            lines,
            note,
        } => out.fields(&[(1, from), (2, to), (3, lines), (4, note)]),
        EntryBody::IdentityCorrected {
            stock,
            identity,
            reason,
        } => out.fields(&[(1, stock), (2, identity), (3, reason)]),
        EntryBody::EntryReversed {
            entry,
            kind,
            case: _,
            undo,
            reason,
        } => out.fields(&[(1, entry), (2, kind), (3, undo), (4, reason)]),
        _ => out.map(0),
    }
}

pub(super) fn read(
    kind: u16,
    fields: &mut Fields<'_, '_, '_>,
    refs: &Refs,
) -> Result<Option<EntryBody>, FormatError> {
    Ok(Some(match kind {
        number::STOCK_ADJUSTED => EntryBody::StockAdjusted {
            custodian: fields.take(1)?,
            away: fields.take(2)?,
            found: fields.take(3)?,
            reason: fields.take(4)?,
        },
        number::ADJUSTMENT_REVIEWED => EntryBody::AdjustmentReviewed {
            adjustment: fields.take(1)?,
            note: fields.take(2)?,
        },
        number::STOCK_COUNTED => EntryBody::StockCounted {
            custodian: fields.take(1)?,
            counted: fields.take(2)?,
            note: fields.take(3)?,
        },
        number::STOCK_DRAWN => EntryBody::StockDrawn {
            from: fields.take(1)?,
            to: fields.take(2)?,
            lines: fields.take(3)?,
            note: fields.take(4)?,
        },
        number::IDENTITY_CORRECTED => EntryBody::IdentityCorrected {
            stock: fields.take(1)?,
            identity: fields.take(2)?,
            reason: fields.take(3)?,
        },
        number::ENTRY_REVERSED => EntryBody::EntryReversed {
            case: refs.case(0),
            entry: fields.take(1)?,
            kind: fields.take(2)?,
            undo: fields.take(3)?,
            reason: fields.take(4)?,
        },
        _ => return Ok(None),
    }))
}

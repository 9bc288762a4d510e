//! Stock that comes in, is held, released, marked.

use super::number;
use crate::error::FormatError;
use crate::refs::Refs;
use crate::wire::{Fields, Writer};
use baton_domain::EntryBody;

pub(super) fn kind(body: &EntryBody) -> Option<u16> {
    Some(match body {
        EntryBody::StockReceived { .. } => number::STOCK_RECEIVED,
        EntryBody::StockHeld { .. } => number::STOCK_HELD,
        EntryBody::HoldReleased { .. } => number::HOLD_RELEASED,
        EntryBody::StockMarked { .. } => number::STOCK_MARKED,
        EntryBody::StockUnmarked { .. } => number::STOCK_UNMARKED,
        EntryBody::RecallIssued { .. } => number::RECALL_ISSUED,
        EntryBody::RecallEnded { .. } => number::RECALL_ENDED,
        _ => return None,
    })
}

pub(super) fn write(body: &EntryBody, out: &mut Writer<'_>) {
    match body {
        EntryBody::StockReceived {
            custodian,
            lines,
            reason,
        } => {
            out.fields(&[(1, custodian), (2, lines), (3, reason)]);
        }
        EntryBody::StockHeld { lines, reason } | EntryBody::HoldReleased { lines, reason } => {
            out.fields(&[(1, lines), (2, reason)]);
        }
        EntryBody::StockMarked { case: _, lines } | EntryBody::StockUnmarked { case: _, lines } => {
            out.fields(&[(1, lines)]);
        }
        EntryBody::RecallIssued { what, reason } => out.fields(&[(1, what), (2, reason)]),
        EntryBody::RecallEnded { recall, reason } => out.fields(&[(1, recall), (2, reason)]),
        _ => {}
    }
}

pub(super) fn read(
    kind: u16,
    fields: &mut Fields<'_, '_, '_>,
    refs: &Refs,
) -> Result<Option<EntryBody>, FormatError> {
    let case = || {
        refs.case(0)
            .ok_or(FormatError::malformed("the touched case"))
    };
    Ok(Some(match kind {
        number::STOCK_RECEIVED => EntryBody::StockReceived {
            custodian: fields.take(1)?,
            lines: fields.take(2)?,
            reason: fields.take(3)?,
        },
        number::STOCK_HELD => EntryBody::StockHeld {
            lines: fields.take(1)?,
            reason: fields.take(2)?,
        },
        number::HOLD_RELEASED => EntryBody::HoldReleased {
            lines: fields.take(1)?,
            reason: fields.take(2)?,
        },
        number::STOCK_MARKED => EntryBody::StockMarked {
            case: case()?,
            lines: fields.take(1)?,
        },
        number::STOCK_UNMARKED => EntryBody::StockUnmarked {
            case: case()?,
            lines: fields.take(1)?,
        },
        number::RECALL_ISSUED => EntryBody::RecallIssued {
            what: fields.take(1)?,
            reason: fields.take(2)?,
        },
        number::RECALL_ENDED => EntryBody::RecallEnded {
            recall: fields.take(1)?,
            reason: fields.take(2)?,
        },
        _ => return Ok(None),
    }))
}

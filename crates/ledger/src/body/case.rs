//! Cases and what they used.

use super::number;
use crate::error::FormatError;
use crate::refs::Refs;
use crate::wire::{Fields, Writer};
use baton_domain::EntryBody;

pub(super) fn kind(body: &EntryBody) -> Option<u16> {
    Some(match body {
        EntryBody::CaseScheduled { .. } => number::CASE_SCHEDULED,
        EntryBody::CaseChanged { .. } => number::CASE_CHANGED,
        EntryBody::CaseDetailsRecorded { .. } => number::CASE_DETAILS_RECORDED,
        EntryBody::CaseRepChanged { .. } => number::CASE_REP_CHANGED,
        EntryBody::CaseCancelled { .. } => number::CASE_CANCELLED,
        EntryBody::UsageRecorded { .. } => number::USAGE_RECORDED,
        EntryBody::CaseClosed { .. } => number::CASE_CLOSED,
        EntryBody::CaseSigned { .. } => number::CASE_SIGNED,
        EntryBody::PurchaseOrderRecorded { .. } => number::PURCHASE_ORDER_RECORDED,
        EntryBody::OtherNeedRecorded { .. } => number::OTHER_NEED_RECORDED,
        _ => return None,
    })
}

pub(super) fn write(body: &EntryBody, out: &mut Writer<'_>) {
    match body {
        EntryBody::CaseScheduled {
            facility,
            starts_at,
            utc_offset_min,
            room,
            rep,
            needs,
        } => {
            out.fields(&[
                (1, facility),
                (2, starts_at),
                (3, utc_offset_min),
                (4, rep),
                (5, room),
                (6, needs),
            ]);
        }
        EntryBody::CaseChanged {
            case: _,
            facility,
            starts_at,
            room,
            needs,
        } => {
            out.fields(&[(1, facility), (2, starts_at), (3, room), (4, needs)]);
        }
        EntryBody::CaseDetailsRecorded { case: _, details } => out.fields(&[(1, details)]),
        EntryBody::CaseRepChanged {
            case: _,
            head,
            rep,
            cover,
        } => out.fields(&[(1, head), (2, rep), (3, cover)]),
        EntryBody::CaseCancelled {
            case: _,
            head,
            reason,
        } => {
            out.fields(&[(1, head), (2, reason)]);
        }
        EntryBody::UsageRecorded {
            case: _,
            lines,
            reason,
        } => {
            out.fields(&[(1, lines), (2, reason)]);
        }
        EntryBody::CaseClosed {
            case: _,
            head,
            lines,
        } => out.fields(&[(1, head), (2, lines)]),
        EntryBody::CaseSigned {
            case: _,
            lines,
            side,
            name,
            meaning,
            drawing,
        } => out.fields(&[(1, lines), (2, side), (3, name), (4, meaning), (5, drawing)]),
        EntryBody::PurchaseOrderRecorded {
            case: _,
            head,
            number,
        } => out.fields(&[(1, head), (2, number)]),
        EntryBody::OtherNeedRecorded {
            case: _,
            what,
            who,
            done,
        } => out.fields(&[(1, what), (2, who), (3, done)]),
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
        number::CASE_SCHEDULED => EntryBody::CaseScheduled {
            facility: fields.take(1)?,
            starts_at: fields.take(2)?,
            utc_offset_min: fields.take(3)?,
            rep: fields.take(4)?,
            room: fields.take(5)?,
            needs: fields.take(6)?,
        },
        number::CASE_CHANGED => EntryBody::CaseChanged {
            case: case()?,
            facility: fields.take(1)?,
            starts_at: fields.take(2)?,
            room: fields.take(3)?,
            needs: fields.take(4)?,
        },
        number::CASE_DETAILS_RECORDED => EntryBody::CaseDetailsRecorded {
            case: case()?,
            details: fields.take(1)?,
        },
        number::CASE_REP_CHANGED => EntryBody::CaseRepChanged {
            case: case()?,
            head: fields.take(1)?,
            rep: fields.take(2)?,
            cover: fields.take(3)?,
        },
        number::CASE_CANCELLED => EntryBody::CaseCancelled {
            case: case()?,
            head: fields.take(1)?,
            reason: fields.take(2)?,
        },
        number::USAGE_RECORDED => EntryBody::UsageRecorded {
            case: case()?,
            lines: fields.take(1)?,
            reason: fields.take(2)?,
        },
        number::CASE_CLOSED => EntryBody::CaseClosed {
            case: case()?,
            head: fields.take(1)?,
            lines: fields.take(2)?,
        },
        number::CASE_SIGNED => EntryBody::CaseSigned {
            case: case()?,
            lines: fields.take(1)?,
            side: fields.take(2)?,
            name: fields.take(3)?,
            meaning: fields.take(4)?,
            drawing: fields.take(5)?,
        },
        number::PURCHASE_ORDER_RECORDED => EntryBody::PurchaseOrderRecorded {
            case: case()?,
            head: fields.take(1)?,
            number: fields.take(2)?,
        },
        number::OTHER_NEED_RECORDED => EntryBody::OtherNeedRecorded {
            case: case()?,
            what: fields.take(1)?,
            who: fields.take(2)?,
            done: fields.take(3)?,
        },
        _ => return Ok(None),
    }))
}

//! Requests, returns, loans, links between organizations, and what crosses between them.

use super::number;
use crate::error::FormatError;
use crate::refs::Refs;
use crate::wire::{Fields, Writer};
use baton_domain::EntryBody;
use baton_domain::request::Wanted;

pub(super) fn kind(body: &EntryBody) -> Option<u16> {
    Some(match body {
        EntryBody::StockRequested { .. } => number::STOCK_REQUESTED,
        EntryBody::RequestDeclined { .. } => number::REQUEST_DECLINED,
        EntryBody::RequestWithdrawn { .. } => number::REQUEST_WITHDRAWN,
        EntryBody::RequestOffered { .. } => number::REQUEST_OFFERED,
        EntryBody::StockReturned { .. } => number::STOCK_RETURNED,
        EntryBody::DueBackSet { .. } => number::DUE_BACK_SET,
        EntryBody::LinkAsked { .. } => number::LINK_ASKED,
        EntryBody::LinkAnswered { .. } => number::LINK_ANSWERED,
        EntryBody::Mirrored { .. } => number::MIRRORED,
        _ => return None,
    })
}

pub(super) fn write(body: &EntryBody, out: &mut Writer<'_>) {
    match body {
        EntryBody::StockRequested { from, wanted } => {
            // The case stands outside, as the touched one.
            let wanted = Wanted {
                case: None,
                ..wanted.clone()
            };
            out.fields(&[(1, from), (2, &wanted)]);
        }
        EntryBody::RequestDeclined { request, reason } => {
            out.fields(&[(1, request), (2, reason)]);
        }
        EntryBody::RequestWithdrawn { request } => out.fields(&[(1, request)]),
        EntryBody::RequestOffered {
            request,
            lines,
            due_back,
            travel,
            note,
        } => {
            out.fields(&[
                (1, request),
                (2, lines),
                (3, due_back),
                (4, travel),
                (5, note),
            ]);
        }
        EntryBody::StockReturned {
            from,
            to,
            lines,
            reason,
            travel,
        } => {
            out.fields(&[(1, from), (2, to), (3, lines), (4, reason), (5, travel)]);
        }
        EntryBody::DueBackSet {
            lines: _,
            due_back,
            reason,
        } => out.fields(&[(1, due_back), (2, reason)]),
        EntryBody::LinkAsked {
            organization,
            name,
            manufacturer,
        } => {
            out.fields(&[(1, organization), (2, name), (3, manufacturer)]);
        }
        EntryBody::LinkAnswered {
            organization,
            accepted,
            manufacturer,
        } => {
            out.fields(&[(1, organization), (2, accepted), (3, manufacturer)]);
        }
        EntryBody::Mirrored { origin, mirror } => out.fields(&[(1, origin), (2, mirror)]),
        _ => out.map(0),
    }
}

pub(super) fn read(
    kind: u16,
    fields: &mut Fields<'_, '_, '_>,
    refs: &Refs,
) -> Result<Option<EntryBody>, FormatError> {
    Ok(Some(match kind {
        number::STOCK_REQUESTED => EntryBody::StockRequested {
            from: fields.take(1)?,
            wanted: Wanted {
                case: refs.case(0),
                ..fields.take(2)?
            },
        },
        number::REQUEST_DECLINED => EntryBody::RequestDeclined {
            request: fields.take(1)?,
            reason: fields.take(2)?,
        },
        number::REQUEST_WITHDRAWN => EntryBody::RequestWithdrawn {
            request: fields.take(1)?,
        },
        number::REQUEST_OFFERED => EntryBody::RequestOffered {
            request: fields.take(1)?,
            lines: fields.take(2)?,
            due_back: fields.take(3)?,
            travel: fields.take(4)?,
            note: fields.take(5)?,
        },
        number::STOCK_RETURNED => EntryBody::StockReturned {
            from: fields.take(1)?,
            to: fields.take(2)?,
            lines: fields.take(3)?,
            reason: fields.take(4)?,
            travel: fields.take(5)?,
        },
        number::DUE_BACK_SET => EntryBody::DueBackSet {
            lines: refs.lines.clone(),
            due_back: fields.take(1)?,
            reason: fields.take(2)?,
        },
        number::LINK_ASKED => EntryBody::LinkAsked {
            organization: fields.take(1)?,
            name: fields.take(2)?,
            manufacturer: fields.take(3)?,
        },
        number::LINK_ANSWERED => EntryBody::LinkAnswered {
            organization: fields.take(1)?,
            accepted: fields.take(2)?,
            manufacturer: fields.take(3)?,
        },
        number::MIRRORED => EntryBody::Mirrored {
            origin: fields.take(1)?,
            mirror: fields.take(2)?,
        },
        _ => return Ok(None),
    }))
}

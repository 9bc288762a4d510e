//! Offers and what becomes of them.

use super::number;
use crate::error::FormatError;
use crate::refs::Refs;
use crate::wire::{Fields, Writer};
use baton_domain::EntryBody;

pub(super) fn kind(body: &EntryBody) -> Option<u16> {
    Some(match body {
        EntryBody::TransferOffered { .. } => number::TRANSFER_OFFERED,
        EntryBody::TransferAnswered { .. } => number::TRANSFER_ANSWERED,
        EntryBody::TransferDeclined { .. } => number::TRANSFER_DECLINED,
        EntryBody::TransferCancelled { .. } => number::TRANSFER_CANCELLED,
        _ => return None,
    })
}

pub(super) fn write(body: &EntryBody, out: &mut Writer<'_>) {
    match body {
        EntryBody::TransferOffered {
            from,
            to,
            lines,
            travel,
            note,
        } => {
            out.fields(&[(1, from), (2, to), (3, lines), (4, travel), (5, note)]);
        }
        EntryBody::TransferAnswered {
            transfer: _,
            offer_hash,
            answers,
            extras,
        } => {
            out.fields(&[(1, answers), (2, extras), (3, offer_hash)]);
        }
        EntryBody::TransferDeclined {
            transfer: _,
            reason,
            note,
        } => {
            out.fields(&[(1, reason), (2, note)]);
        }
        EntryBody::TransferCancelled {
            transfer: _,
            reason,
        } => out.fields(&[(1, reason)]),
        _ => {}
    }
}

pub(super) fn read(
    kind: u16,
    fields: &mut Fields<'_, '_, '_>,
    refs: &Refs,
) -> Result<Option<EntryBody>, FormatError> {
    let transfer = || {
        refs.transfer
            .ok_or(FormatError::malformed("the touched transfer"))
    };
    Ok(Some(match kind {
        number::TRANSFER_OFFERED => EntryBody::TransferOffered {
            from: fields.take(1)?,
            to: fields.take(2)?,
            lines: fields.take(3)?,
            travel: fields.take(4)?,
            note: fields.take(5)?,
        },
        number::TRANSFER_ANSWERED => EntryBody::TransferAnswered {
            transfer: transfer()?,
            answers: fields.take(1)?,
            extras: fields.take(2)?,
            offer_hash: fields.take(3)?,
        },
        number::TRANSFER_DECLINED => EntryBody::TransferDeclined {
            transfer: transfer()?,
            reason: fields.take(1)?,
            note: fields.take(2)?,
        },
        number::TRANSFER_CANCELLED => EntryBody::TransferCancelled {
            transfer: transfer()?,
            reason: fields.take(1)?,
        },
        _ => return Ok(None),
    }))
}

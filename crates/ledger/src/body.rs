//! The bodies of entries, kind by kind. The table in the crate's documentation lists the numbers.

use crate::envelope::Envelope;
use crate::error::FormatError;
use crate::limits::LINES_PER_ENTRY_MAX;
use crate::refs::Refs;
use crate::wire::{Fields, Reader, Writer};
use baton_domain::EntryBody;
use baton_domain::id::CaseId;

/// The stored numbers of the kinds: append only.
mod number {
    pub(super) const ORGANIZATION_FOUNDED: u16 = 1;
    pub(super) const PERSON_RECORDED: u16 = 2;
    pub(super) const DEVICE_ENROLLED: u16 = 3;
    pub(super) const DEVICE_REVOKED: u16 = 4;
    pub(super) const FACILITY_RECORDED: u16 = 5;
    pub(super) const PRODUCTS_LISTED: u16 = 6;
    pub(super) const POOL_RECORDED: u16 = 7;
    pub(super) const SHARING_LINK_SET: u16 = 8;
    pub(super) const MANUFACTURER_LINKED: u16 = 9;
    pub(super) const STOCK_RECEIVED: u16 = 10;
    pub(super) const STOCK_HELD: u16 = 11;
    pub(super) const HOLD_RELEASED: u16 = 12;
    pub(super) const TRANSFER_OFFERED: u16 = 13;
    pub(super) const TRANSFER_ANSWERED: u16 = 14;
    pub(super) const TRANSFER_DECLINED: u16 = 15;
    pub(super) const TRANSFER_CANCELLED: u16 = 16;
    pub(super) const CASE_SCHEDULED: u16 = 17;
    pub(super) const CASE_CHANGED: u16 = 18;
    pub(super) const CASE_DETAILS_RECORDED: u16 = 19;
    pub(super) const CASE_REP_CHANGED: u16 = 20;
    pub(super) const CASE_CANCELLED: u16 = 21;
    pub(super) const STOCK_MARKED: u16 = 22;
    pub(super) const STOCK_UNMARKED: u16 = 23;
    pub(super) const USAGE_RECORDED: u16 = 24;
}

/// The version in which this build writes every kind.
const VERSION: u16 = 1;

/// The number and version of a body's kind.
pub(crate) fn kind(body: &EntryBody) -> Result<(u16, u16), FormatError> {
    let kind = match body {
        EntryBody::OrganizationFounded { .. } => number::ORGANIZATION_FOUNDED,
        EntryBody::PersonRecorded(_) => number::PERSON_RECORDED,
        EntryBody::DeviceEnrolled(_) => number::DEVICE_ENROLLED,
        EntryBody::DeviceRevoked(_) => number::DEVICE_REVOKED,
        EntryBody::FacilityRecorded(_) => number::FACILITY_RECORDED,
        EntryBody::ProductsListed(_) => number::PRODUCTS_LISTED,
        EntryBody::PoolRecorded(_) => number::POOL_RECORDED,
        EntryBody::SharingLinkSet { .. } => number::SHARING_LINK_SET,
        EntryBody::ManufacturerLinked(_) => number::MANUFACTURER_LINKED,
        EntryBody::StockReceived { .. } => number::STOCK_RECEIVED,
        EntryBody::StockHeld { .. } => number::STOCK_HELD,
        EntryBody::HoldReleased { .. } => number::HOLD_RELEASED,
        EntryBody::TransferOffered { .. } => number::TRANSFER_OFFERED,
        EntryBody::TransferAnswered { .. } => number::TRANSFER_ANSWERED,
        EntryBody::TransferDeclined { .. } => number::TRANSFER_DECLINED,
        EntryBody::TransferCancelled { .. } => number::TRANSFER_CANCELLED,
        EntryBody::CaseScheduled { .. } => number::CASE_SCHEDULED,
        EntryBody::CaseChanged { .. } => number::CASE_CHANGED,
        EntryBody::CaseDetailsRecorded { .. } => number::CASE_DETAILS_RECORDED,
        EntryBody::CaseRepChanged { .. } => number::CASE_REP_CHANGED,
        EntryBody::CaseCancelled { .. } => number::CASE_CANCELLED,
        EntryBody::StockMarked { .. } => number::STOCK_MARKED,
        EntryBody::StockUnmarked { .. } => number::STOCK_UNMARKED,
        EntryBody::UsageRecorded { .. } => number::USAGE_RECORDED,
        EntryBody::Unknown { .. } => return Err(FormatError::UnknownKind),
    };
    Ok((kind, VERSION))
}

/// Writes a body. The identifiers in `refs` are not repeated.
pub(crate) fn write(body: &EntryBody, refs: &Refs) -> Vec<u8> {
    let mut out = Writer::new(refs);
    match body {
        EntryBody::OrganizationFounded {
            organization,
            admin,
        } => {
            out.fields(&[(1, organization), (2, admin)]);
        }
        EntryBody::PersonRecorded(person) => out.fields(&[(1, person)]),
        EntryBody::DeviceEnrolled(device) => out.fields(&[(1, device)]),
        EntryBody::DeviceRevoked(device) => out.fields(&[(1, device)]),
        EntryBody::FacilityRecorded(facility) => out.fields(&[(1, facility)]),
        EntryBody::ProductsListed(products) => out.fields(&[(1, products)]),
        EntryBody::PoolRecorded(pool) => out.fields(&[(1, pool)]),
        EntryBody::SharingLinkSet { link, active } => out.fields(&[(1, link), (2, active)]),
        EntryBody::ManufacturerLinked(link) => out.fields(&[(1, link)]),
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
            answers,
            extras,
        } => {
            out.fields(&[(1, answers), (2, extras)]);
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
        _ => write_case_body(body, &mut out),
    }
    out.into_bytes()
}

fn write_case_body(body: &EntryBody, out: &mut Writer<'_>) {
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
        EntryBody::CaseRepChanged { case: _, head, rep } => out.fields(&[(1, head), (2, rep)]),
        EntryBody::CaseCancelled {
            case: _,
            head,
            reason,
        } => {
            out.fields(&[(1, head), (2, reason)]);
        }
        EntryBody::StockMarked { case: _, lines } | EntryBody::StockUnmarked { case: _, lines } => {
            out.fields(&[(1, lines)]);
        }
        EntryBody::UsageRecorded {
            case: _,
            lines,
            reason,
        } => {
            out.fields(&[(1, lines), (2, reason)]);
        }
        // `kind` has refused it before.
        _ => out.map(0),
    }
}

/// Reads a body; `None` for a kind or a version that this build does not know.
pub(crate) fn read(envelope: &Envelope) -> Result<Option<EntryBody>, FormatError> {
    if envelope.version > VERSION || envelope.kind > number::USAGE_RECORDED {
        return Ok(None);
    }
    let refs = &envelope.refs;
    let mut input = Reader::new(&envelope.body, refs, LINES_PER_ENTRY_MAX)?;
    let mut fields = input.fields("a body")?;
    let body = if envelope.kind < number::CASE_SCHEDULED {
        read_body(envelope.kind, &mut fields, refs)?
    } else {
        read_case_body(envelope.kind, &mut fields, refs)?
    };
    fields.end()?;
    // One spelling: nothing in the body that was skipped, nothing outside that is not inside.
    if *refs != Refs::of(&body) || write(&body, refs) != envelope.body {
        return Err(FormatError::NotDeterministic);
    }
    Ok(Some(body))
}

fn read_body(
    kind: u16,
    fields: &mut Fields<'_, '_, '_>,
    refs: &Refs,
) -> Result<EntryBody, FormatError> {
    let transfer = || {
        refs.transfer
            .ok_or(FormatError::malformed("the touched transfer"))
    };
    Ok(match kind {
        number::ORGANIZATION_FOUNDED => EntryBody::OrganizationFounded {
            organization: fields.take(1)?,
            admin: fields.take(2)?,
        },
        number::PERSON_RECORDED => EntryBody::PersonRecorded(fields.take(1)?),
        number::DEVICE_ENROLLED => EntryBody::DeviceEnrolled(fields.take(1)?),
        number::DEVICE_REVOKED => EntryBody::DeviceRevoked(fields.take(1)?),
        number::FACILITY_RECORDED => EntryBody::FacilityRecorded(fields.take(1)?),
        number::PRODUCTS_LISTED => EntryBody::ProductsListed(fields.take(1)?),
        number::POOL_RECORDED => EntryBody::PoolRecorded(fields.take(1)?),
        number::SHARING_LINK_SET => EntryBody::SharingLinkSet {
            link: fields.take(1)?,
            active: fields.take(2)?,
        },
        number::MANUFACTURER_LINKED => EntryBody::ManufacturerLinked(fields.take(1)?),
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
        _ => return Err(FormatError::malformed("a body's kind")),
    })
}

fn read_case_body(
    kind: u16,
    fields: &mut Fields<'_, '_, '_>,
    refs: &Refs,
) -> Result<EntryBody, FormatError> {
    let case = || -> Result<CaseId, FormatError> {
        refs.case(0)
            .ok_or(FormatError::malformed("the touched case"))
    };
    Ok(match kind {
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
        },
        number::CASE_CANCELLED => EntryBody::CaseCancelled {
            case: case()?,
            head: fields.take(1)?,
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
        number::USAGE_RECORDED => EntryBody::UsageRecorded {
            case: case()?,
            lines: fields.take(1)?,
            reason: fields.take(2)?,
        },
        _ => return Err(FormatError::malformed("a body's kind")),
    })
}

//! The bodies of entries, kind by kind, in families. The table in the crate's documentation lists
//! the numbers.

mod adjust;
mod authority;
mod case;
mod directory;
mod facility;
mod request;
mod stock;
mod transfer;
mod tray;

use crate::envelope::Envelope;
use crate::error::FormatError;
use crate::limits::LINES_PER_ENTRY_MAX;
use crate::refs::Refs;
use crate::wire::{Fields, Reader, Writer};
use baton_domain::EntryBody;
use baton_domain::case::CoverChoice;

/// The stored numbers of the kinds: append only.
mod number {
    macro_rules! numbers {
        ($($name:ident = $number:literal),+ $(,)?) => {
            $(pub(super) const $name: u16 = $number;)+

            /// Every kind that this build knows.
            pub(super) const KNOWN: &[u16] = &[$($number),+];
        };
    }

    numbers! {
        ORGANIZATION_FOUNDED = 1,
        PERSON_RECORDED = 2,
        DEVICE_ENROLLED = 3,
        DEVICE_REVOKED = 4,
        FACILITY_RECORDED = 5,
        PRODUCTS_LISTED = 6,
        POOL_RECORDED = 7,
        SHARING_LINK_SET = 8,
        MANUFACTURER_LINKED = 9,
        STOCK_RECEIVED = 10,
        STOCK_HELD = 11,
        HOLD_RELEASED = 12,
        TRANSFER_OFFERED = 13,
        TRANSFER_ANSWERED = 14,
        TRANSFER_DECLINED = 15,
        TRANSFER_CANCELLED = 16,
        CASE_SCHEDULED = 17,
        CASE_CHANGED = 18,
        CASE_DETAILS_RECORDED = 19,
        CASE_REP_CHANGED = 20,
        CASE_CANCELLED = 21,
        STOCK_MARKED = 22,
        STOCK_UNMARKED = 23,
        USAGE_RECORDED = 24,
        STOCKING_ORDER_SUBMITTED = 40,
        FACILITY_STOCK_REBUILT = 41,
        STOCK_ADJUSTED = 42,
        ADJUSTMENT_REVIEWED = 43,
        STOCK_COUNTED = 44,
        STOCK_DRAWN = 45,
        IDENTITY_CORRECTED = 46,
        ENTRY_REVERSED = 47,
        CASE_CLOSED = 60,
        CASE_SIGNED = 61,
        PURCHASE_ORDER_RECORDED = 62,
        OTHER_NEED_RECORDED = 63,
        PROPOSED = 70,
        PROPOSAL_APPROVED = 71,
        PROPOSAL_DECLINED = 72,
        DISPUTE_RESOLVED = 73,
        RECALL_ISSUED = 90,
        RECALL_ENDED = 91,
        BILL_OF_MATERIALS_LISTED = 92,
        TRAY_PACKED = 93,
        TRAY_UNPACKED = 94,
        TRAY_CHECKED = 95,
        STOCK_REQUESTED = 50,
        REQUEST_DECLINED = 51,
        REQUEST_WITHDRAWN = 52,
        REQUEST_OFFERED = 53,
        STOCK_RETURNED = 54,
        DUE_BACK_SET = 55,
        LINK_ASKED = 56,
        LINK_ANSWERED = 57,
        MIRRORED = 58,
        SETTINGS_RECORDED = 100,
        SHARED_ACCOUNT_OPENED = 101,
        DEVICE_RENAMED = 102,
    }
}

/// The version in which this build writes a body. One that says nothing new is written as ever,
/// so that builds from before can read it.
fn version(body: &EntryBody) -> u16 {
    match body {
        EntryBody::TransferAnswered {
            offer_hash: Some(_),
            ..
        } => 2,
        EntryBody::CaseRepChanged { cover, .. } if *cover != CoverChoice::default() => 2,
        _ => 1,
    }
}

/// The newest version of a kind that this build reads.
fn newest(kind: u16) -> u16 {
    match kind {
        number::TRANSFER_ANSWERED | number::CASE_REP_CHANGED => 2,
        _ => 1,
    }
}

/// True for a kind that the build lacks which this one plays.
#[cfg(feature = "older")]
use crate::older::lacks;

/// This build plays no other one.
#[cfg(not(feature = "older"))]
const fn lacks(_: u16) -> bool {
    false
}

/// Kinds that belong together: each body is of exactly one family.
struct Family {
    kind: fn(&EntryBody) -> Option<u16>,
    write: fn(&EntryBody, &mut Writer<'_>),
    read: Read,
}

/// Reads the fields of a kind; `None`, with nothing read, for a kind of another family.
type Read = fn(u16, &mut Fields<'_, '_, '_>, &Refs) -> Result<Option<EntryBody>, FormatError>;

macro_rules! families {
    ($($name:ident),+ $(,)?) => {
        [$(Family {
            kind: $name::kind,
            write: $name::write,
            read: $name::read,
        }),+]
    };
}

const FAMILIES: &[Family] = &families![
    directory, stock, transfer, case, facility, adjust, authority, tray, request
];

/// The number and version of a body's kind.
pub(crate) fn kind(body: &EntryBody) -> Result<(u16, u16), FormatError> {
    let kind = FAMILIES.iter().find_map(|family| (family.kind)(body));
    Ok((kind.ok_or(FormatError::UnknownKind)?, version(body)))
}

/// Writes a body. The identifiers in `refs` are not repeated.
pub(crate) fn write(body: &EntryBody, refs: &Refs) -> Vec<u8> {
    let mut out = Writer::new(refs);
    let family = FAMILIES.iter().find(|family| (family.kind)(body).is_some());
    match family {
        Some(family) => (family.write)(body, &mut out),
        // `kind` has refused it before.
        None => out.map(0),
    }
    out.into_bytes()
}

/// Reads a body; `None` for a kind or a version that this build does not know.
pub(crate) fn read(envelope: &Envelope) -> Result<Option<EntryBody>, FormatError> {
    let refs = &envelope.refs;
    let Some(body) = read_kind(envelope.kind, envelope.version, &envelope.body, refs)? else {
        return Ok(None);
    };
    // One spelling: nothing in the body that was skipped, nothing outside that is not inside.
    if *refs != Refs::of(&body)
        || write(&body, refs) != envelope.body
        || version(&body) != envelope.version
    {
        return Err(FormatError::NotDeterministic);
    }
    Ok(Some(body))
}

/// Reads the bytes of one body; `None` for a kind or a version that this build does not know,
/// also where it is the kind of a body inside.
fn read_kind(
    kind: u16,
    version: u16,
    bytes: &[u8],
    refs: &Refs,
) -> Result<Option<EntryBody>, FormatError> {
    if version > newest(kind) || !number::KNOWN.contains(&kind) || lacks(kind) {
        return Ok(None);
    }
    let mut input = Reader::new(bytes, refs, LINES_PER_ENTRY_MAX)?;
    let mut fields = input.fields("a body")?;
    let mut known = None;
    for family in FAMILIES {
        known = match (family.read)(kind, &mut fields, refs) {
            Err(FormatError::UnknownKind) => return Ok(None),
            word => word?,
        };
        if known.is_some() {
            break;
        }
    }
    let body = known.ok_or(FormatError::malformed("a body's kind"))?;
    fields.end()?;
    Ok(Some(body))
}

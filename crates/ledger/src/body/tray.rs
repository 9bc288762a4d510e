//! Trays: what belongs in them, what goes in and out, what was counted.

use super::number;
use crate::error::FormatError;
use crate::refs::Refs;
use crate::wire::{Fields, Writer};
use baton_domain::EntryBody;

pub(super) fn kind(body: &EntryBody) -> Option<u16> {
    Some(match body {
        EntryBody::BillOfMaterialsListed { .. } => number::BILL_OF_MATERIALS_LISTED,
        EntryBody::TrayPacked { .. } => number::TRAY_PACKED,
        EntryBody::TrayUnpacked { .. } => number::TRAY_UNPACKED,
        EntryBody::TrayChecked { .. } => number::TRAY_CHECKED,
        _ => return None,
    })
}

pub(super) fn write(body: &EntryBody, out: &mut Writer<'_>) {
    match body {
        EntryBody::BillOfMaterialsListed { product, needs } => {
            out.fields(&[(1, product), (2, needs)]);
        }
        EntryBody::TrayPacked { tray, lines } | EntryBody::TrayUnpacked { tray, lines } => {
            out.fields(&[(1, tray), (2, lines)]);
        }
        EntryBody::TrayChecked { tray, found, note } => {
            out.fields(&[(1, tray), (2, found), (3, note)]);
        }
        _ => {}
    }
}

pub(super) fn read(
    kind: u16,
    fields: &mut Fields<'_, '_, '_>,
    _: &Refs,
) -> Result<Option<EntryBody>, FormatError> {
    Ok(Some(match kind {
        number::BILL_OF_MATERIALS_LISTED => EntryBody::BillOfMaterialsListed {
            product: fields.take(1)?,
            needs: fields.take(2)?,
        },
        number::TRAY_PACKED => EntryBody::TrayPacked {
            tray: fields.take(1)?,
            lines: fields.take(2)?,
        },
        number::TRAY_UNPACKED => EntryBody::TrayUnpacked {
            tray: fields.take(1)?,
            lines: fields.take(2)?,
        },
        number::TRAY_CHECKED => EntryBody::TrayChecked {
            tray: fields.take(1)?,
            found: fields.take(2)?,
            note: fields.take(3)?,
        },
        _ => return Ok(None),
    }))
}

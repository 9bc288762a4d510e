//! Who and what there is: the organization, people, devices, facilities, products, accounts.

use super::number;
use crate::error::FormatError;
use crate::refs::Refs;
use crate::wire::{Fields, Writer};
use baton_domain::EntryBody;

pub(super) fn kind(body: &EntryBody) -> Option<u16> {
    Some(match body {
        EntryBody::OrganizationFounded { .. } => number::ORGANIZATION_FOUNDED,
        EntryBody::PersonRecorded(_) => number::PERSON_RECORDED,
        EntryBody::DeviceEnrolled(_) => number::DEVICE_ENROLLED,
        EntryBody::DeviceRevoked(_) => number::DEVICE_REVOKED,
        EntryBody::DeviceRenamed { .. } => number::DEVICE_RENAMED,
        EntryBody::FacilityRecorded(_) => number::FACILITY_RECORDED,
        EntryBody::ProductsListed(_) => number::PRODUCTS_LISTED,
        EntryBody::PoolRecorded(_) => number::POOL_RECORDED,
        EntryBody::SharedAccountOpened { .. } => number::SHARED_ACCOUNT_OPENED,
        EntryBody::SettingsRecorded(_) => number::SETTINGS_RECORDED,
        EntryBody::SharingLinkSet { .. } => number::SHARING_LINK_SET,
        EntryBody::ManufacturerLinked(_) => number::MANUFACTURER_LINKED,
        _ => return None,
    })
}

pub(super) fn write(body: &EntryBody, out: &mut Writer<'_>) {
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
        EntryBody::DeviceRenamed { device, label } => out.fields(&[(1, device), (2, label)]),
        EntryBody::FacilityRecorded(facility) => out.fields(&[(1, facility)]),
        EntryBody::ProductsListed(products) => out.fields(&[(1, products)]),
        EntryBody::PoolRecorded(pool) => out.fields(&[(1, pool)]),
        EntryBody::SharedAccountOpened { pool, reps } => out.fields(&[(1, pool), (2, reps)]),
        EntryBody::SettingsRecorded(settings) => out.fields(&[(1, settings)]),
        EntryBody::SharingLinkSet { link, active } => out.fields(&[(1, link), (2, active)]),
        EntryBody::ManufacturerLinked(link) => out.fields(&[(1, link)]),
        _ => {}
    }
}

pub(super) fn read(
    kind: u16,
    fields: &mut Fields<'_, '_, '_>,
    _: &Refs,
) -> Result<Option<EntryBody>, FormatError> {
    Ok(Some(match kind {
        number::ORGANIZATION_FOUNDED => EntryBody::OrganizationFounded {
            organization: fields.take(1)?,
            admin: fields.take(2)?,
        },
        number::PERSON_RECORDED => EntryBody::PersonRecorded(fields.take(1)?),
        number::DEVICE_ENROLLED => EntryBody::DeviceEnrolled(fields.take(1)?),
        number::DEVICE_REVOKED => EntryBody::DeviceRevoked(fields.take(1)?),
        number::DEVICE_RENAMED => EntryBody::DeviceRenamed {
            device: fields.take(1)?,
            label: fields.take(2)?,
        },
        number::FACILITY_RECORDED => EntryBody::FacilityRecorded(fields.take(1)?),
        number::PRODUCTS_LISTED => EntryBody::ProductsListed(fields.take(1)?),
        number::POOL_RECORDED => EntryBody::PoolRecorded(fields.take(1)?),
        number::SHARED_ACCOUNT_OPENED => EntryBody::SharedAccountOpened {
            pool: fields.take(1)?,
            reps: fields.take(2)?,
        },
        number::SETTINGS_RECORDED => EntryBody::SettingsRecorded(fields.take(1)?),
        number::SHARING_LINK_SET => EntryBody::SharingLinkSet {
            link: fields.take(1)?,
            active: fields.take(2)?,
        },
        number::MANUFACTURER_LINKED => EntryBody::ManufacturerLinked(fields.take(1)?),
        _ => return Ok(None),
    }))
}

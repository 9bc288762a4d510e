//! People, places and the catalogue.

use super::{Reader, V1, Writer, numbered, record};
use crate::error::FormatError;
use baton_domain::directory::{
    ActiveLink, Device, Facility, ManufacturerLink, Organization, OrganizationKind, Person, Pool,
    Role, Settings, SharingLink,
};
use baton_domain::id::{OrganizationId, PersonId, PoolId};
use baton_domain::product::{Product, Tracking};
use baton_domain::stock::Custodian;

numbered!(OrganizationKind, "a kind of organization", { Manufacturer = 1, Distributor = 2 });
numbered!(Role, "a role", {
    Admin = 1,
    Operations = 2,
    RegionalManager = 3,
    Distributor = 4,
    Rep = 5,
});
numbered!(Tracking, "a tracking", { Serial = 1, Lot = 2, Untracked = 3 });

record!(Organization, "an organization", [id, name, kind, demo]);
record!(
    Person,
    "a person",
    [id, name, role, active, region, principal]
);
record!(Device, "a device", [id, public_key, label, person, revoked]);
record!(Facility, "a facility", [id, name, zone, active, region]);
record!(Pool, "a pool", [id, name, region]);
record!(SharingLink, "a sharing link", [account, rep]);
record!(Settings, "settings", [reps_may_share]);
record!(ActiveLink, "a sharing link that holds", [account, rep, by]);
record!(
    ManufacturerLink,
    "a manufacturer's link",
    [manufacturer, organization, name]
);
record!(
    Product,
    "a product",
    [
        id,
        reference,
        description,
        manufacturer,
        tracking,
        sterile,
        single_use,
        expires,
        brand,
        size
    ]
);

/// `[1, person]`, `[2, pool]` or `[3, organization]`.
impl V1 for Custodian {
    fn write(&self, out: &mut Writer<'_>) {
        out.array(2);
        match self {
            Self::Person(id) => {
                out.uint(1);
                id.write(out);
            }
            Self::Pool(id) => {
                out.uint(2);
                id.write(out);
            }
            Self::Warehouse(id) => {
                out.uint(3);
                id.write(out);
            }
        }
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "a custodian";
        if input.array(WHAT)? != 2 {
            return Err(FormatError::malformed(WHAT));
        }
        match input.uint(WHAT)? {
            1 => PersonId::read(input).map(Self::Person),
            2 => PoolId::read(input).map(Self::Pool),
            3 => OrganizationId::read(input).map(Self::Warehouse),
            _ => Err(FormatError::malformed(WHAT)),
        }
    }
}

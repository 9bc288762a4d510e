//! Who and where: organizations, people, devices, facilities, pools and the links between them.

use crate::Text;
use crate::id::{DeviceId, EntryId, FacilityId, OrganizationId, PersonId, PoolId};
use crate::stock::Custodian;
use crate::time::Timestamp;

/// The organization whose ledger this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its identifier.
    pub id: OrganizationId,
    /// Its name.
    pub name: Text,
    /// Manufacturer or distributor.
    pub kind: OrganizationKind,
    /// True for a demo organization, which is marked on every screen and never mixed with real data.
    pub demo: bool,
}

/// What an organization does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganizationKind {
    /// Makes the products and owns a warehouse.
    Manufacturer,
    /// Sells products of others.
    Distributor,
}

/// What a person may do (domain §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Everything.
    Admin,
    /// Runs the office: all stock, all cases, the catalogue.
    Operations,
    /// Acts for a region.
    RegionalManager,
    /// A principal with reps of their own; a Distributor account.
    Distributor,
    /// The sales user who covers cases.
    Rep,
}

/// Somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their identifier.
    pub id: PersonId,
    /// Their name as shown.
    pub name: Text,
    /// What they may do.
    pub role: Role,
    /// The region they belong to, if any.
    pub region: Option<Text>,
    /// For a Rep: the Distributor (principal) they report to, if any.
    pub principal: Option<PersonId>,
    /// False after they left; what they recorded stays.
    pub active: bool,
}

/// A signing key and the person it speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its identifier.
    pub id: DeviceId,
    /// Who enrolled it; `None` for the server's own key.
    pub person: Option<PersonId>,
    /// The public key: a compressed SEC1 point on P-256.
    pub public_key: [u8; 33],
    /// A name its owner can tell it by.
    pub label: Text,
    /// True after revocation (R38).
    pub revoked: bool,
}

/// A hospital or surgery centre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facility {
    /// Its identifier.
    pub id: FacilityId,
    /// Its name.
    pub name: Text,
    /// Its IANA time zone, such as `America/Denver`.
    pub zone: Text,
    /// The region it lies in, if known.
    pub region: Option<Text>,
    /// False once it is no longer served.
    pub active: bool,
}

/// A custodian-only distributor account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Its identifier.
    pub id: PoolId,
    /// Its name.
    pub name: Text,
    /// The region it serves, if any.
    pub region: Option<Text>,
}

/// What an organization lets its people do beyond the table of domain §3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Reps link themselves to accounts and rebuild Facility Stock for themselves, where they
    /// otherwise propose it.
    pub reps_may_share: bool,
}

/// A sharing link that holds, and who made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveLink {
    /// The account.
    pub account: Custodian,
    /// The Rep.
    pub rep: PersonId,
    /// Who made it last, and when, where that is known here.
    pub by: Option<(PersonId, Timestamp)>,
}

/// Lets a Rep use everything in a Distributor account's custody (never between two Reps).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SharingLink {
    /// A pool, or a person of role Distributor.
    pub account: Custodian,
    /// The Rep who may use it.
    pub rep: PersonId,
}

/// A manufacturer as the catalogue names it, linked to the organization that is it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManufacturerLink {
    /// The manufacturer's name as the catalogue writes it.
    pub manufacturer: Text,
    /// The linked organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: Text,
}

/// A distributor and a manufacturer that work together: asked by one, accepted by the other. Each
/// of their ledgers holds one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationLink {
    /// The other organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: Text,
    /// The manufacturer of the two, as the catalogue writes it.
    pub manufacturer: Text,
    /// Where the link stands.
    pub status: LinkStatus,
    /// The entry that asked.
    pub asked: EntryId,
    /// The entry that brought it where it stands.
    pub by: EntryId,
}

/// Where a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkStatus {
    /// This organization asked; the other has not answered.
    Asked,
    /// The other asked; this one has not answered.
    Wanted,
    /// Accepted.
    Linked,
    /// Declined, by one or the other.
    Declined,
}

//! People, devices, places, catalogue, links.

use super::context::Context;
use super::{Word, refused};
use crate::authority::{Act, Concern};
use crate::directory::{Device, Person, Pool, Role, SharingLink};
use crate::entry::{Entry, EntryBody};
use crate::id::{DeviceId, PersonId};
use crate::query;
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::Custodian;
use crate::verdict::Outcome;

/// The first entry of a ledger, and only the first.
pub(super) fn founded(state: &State, entry: &Entry) -> Word {
    let EntryBody::OrganizationFounded {
        organization,
        admin,
    } = &entry.body
    else {
        return Err(refused(Reason::Malformed));
    };
    if state.organization().is_some() {
        return Err(refused(Reason::Conflicting));
    }
    if organization.id != entry.organization {
        return Err(refused(Reason::OtherOrganization));
    }
    if admin.id != entry.actor || admin.role != Role::Admin || !admin.active {
        return Err(refused(Reason::Malformed));
    }
    Ok(())
}

pub(super) fn judge(context: &Context) -> Word {
    match &context.entry.body {
        EntryBody::PersonRecorded(person) => person_recorded(context, person),
        EntryBody::DeviceEnrolled(device) => device_enrolled(context, device),
        EntryBody::DeviceRevoked(device) => device_revoked(context, *device),
        EntryBody::DeviceRenamed { device, .. } => device_renamed(context, *device),
        EntryBody::FacilityRecorded(_) => context.allowed(Act::Facilities, Concern::Organization),
        EntryBody::ProductsListed(_) => context.allowed(Act::Catalogue, Concern::Organization),
        EntryBody::PoolRecorded(_) => context.allowed(Act::Pools, Concern::Organization),
        EntryBody::SharedAccountOpened { pool, reps } => shared_account(context, pool, reps),
        EntryBody::SettingsRecorded(_) => context.allowed(Act::Settings, Concern::Organization),
        EntryBody::SharingLinkSet { link, active } => sharing_link_set(context, link, *active),
        EntryBody::ManufacturerLinked(_) => {
            context.allowed(Act::LinkManufacturer, Concern::Organization)
        }
        _ => Err(refused(Reason::Malformed)),
    }
}

fn person_recorded(context: &Context, person: &Person) -> Word {
    let before = context.state.person(person.id);
    let allowed = context.allowed(Act::People, Concern::Person(person.id));
    // A Distributor adds and changes own reps, and nobody else; not himself either.
    let own_rep =
        |person: &Person| person.role == Role::Rep && person.principal == Some(context.actor.id);
    if context.actor.role == Role::Distributor && !context.by_server {
        if !own_rep(person) || before.is_some_and(|before| !own_rep(before)) {
            let mut refusal = Refusal::new(Reason::NotAllowed).person(person.id);
            refusal.who_may.push(Role::Admin);
            return Err(Outcome::Refused(refusal));
        }
    } else {
        allowed?;
    }
    if let Some(principal) = person.principal {
        let known = context.state.person(principal);
        if known.is_none_or(|principal| principal.role != Role::Distributor) {
            return Err(Outcome::Refused(
                Refusal::new(Reason::NotAnAccount).person(principal),
            ));
        }
    }
    let stays_admin = person.role == Role::Admin && person.active;
    if before.is_some_and(is_admin) && !stays_admin && is_last_admin(context.state, person.id) {
        return Err(Outcome::Refused(
            Refusal::new(Reason::LastAdmin).person(person.id),
        ));
    }
    Ok(())
}

fn is_admin(person: &Person) -> bool {
    person.role == Role::Admin && person.active
}

fn is_last_admin(state: &State, id: PersonId) -> bool {
    !state
        .people()
        .any(|person| person.id != id && is_admin(person))
}

fn device_enrolled(context: &Context, device: &Device) -> Word {
    if let Some(before) = context.state.device(device.id) {
        if before.revoked {
            return Err(refused(Reason::Revoked));
        }
        if before.public_key != device.public_key || before.person != device.person {
            return Err(refused(Reason::Conflicting));
        }
    }
    match device.person {
        // A phone's key is enrolled by the server, which saw its owner sign in and gave it a
        // certificate. No phone enrols another.
        Some(person) if context.by_server => known_person(context, person),
        Some(_) => Err(refused(Reason::NotAllowed)),
        None => server_key_enrolled(context, device),
    }
}

fn known_person(context: &Context, person: PersonId) -> Word {
    match context.state.person(person) {
        Some(_) => Ok(()),
        None => Err(Outcome::Refused(
            Refusal::new(Reason::Unknown).person(person),
        )),
    }
}

/// The server's own key enrols itself while there is none; later ones are enrolled by it.
fn server_key_enrolled(context: &Context, device: &Device) -> Word {
    let first = !context.state.devices().any(|known| known.person.is_none());
    if context.by_server || (first && device.id == context.entry.device) {
        return Ok(());
    }
    Err(refused(Reason::NotAllowed))
}

fn device_revoked(context: &Context, device: DeviceId) -> Word {
    match context.state.device(device) {
        None => Err(refused(Reason::Unknown)),
        Some(Device {
            person: Some(person),
            ..
        }) => context.allowed(Act::Devices, Concern::Person(*person)),
        Some(Device { person: None, .. }) if context.by_server => Ok(()),
        Some(_) => Err(refused(Reason::NotAllowed)),
    }
}

/// A name is for telling phones apart, also after one was revoked.
fn device_renamed(context: &Context, device: DeviceId) -> Word {
    let known = context.state.device(device);
    let owner = known.ok_or(refused(Reason::Unknown))?.person;
    let owner = owner.ok_or(refused(Reason::NotAllowed))?;
    context.allowed(Act::NameDevice, Concern::Person(owner))
}

/// A new account, and Reps only: its members are linked to it, never to one another (R22).
fn shared_account(context: &Context, pool: &Pool, reps: &[PersonId]) -> Word {
    context.allowed(Act::Pools, Concern::Organization)?;
    if context.state.pool(pool.id).is_some() {
        return Err(refused(Reason::Conflicting));
    }
    for rep in reps {
        known_person(context, *rep)?;
        let person = context.state.person(*rep);
        if person.is_none_or(|person| person.role != Role::Rep || !person.active) {
            let refusal = Refusal::new(Reason::NotAnAccount).person(*rep);
            return Err(Outcome::Refused(refusal));
        }
    }
    Ok(())
}

/// R22: between a Distributor account and a Rep, never between two Reps.
fn sharing_link_set(context: &Context, link: &SharingLink, active: bool) -> Word {
    let state = context.state;
    let Some(rep) = state.person(link.rep) else {
        return Err(Outcome::Refused(
            Refusal::new(Reason::Unknown).person(link.rep),
        ));
    };
    let is_account = query::is_account(state, link.account);
    // A link that exists may be ended whatever became of its two ends since.
    let exists = state.is_shared_with(link.account, link.rep);
    if (active || !exists) && (!is_account || rep.role != Role::Rep) {
        return Err(Outcome::Refused(
            Refusal::new(Reason::NotAnAccount).person(link.rep),
        ));
    }
    let own_account = link.account == Custodian::Person(context.actor.id);
    if own_account
        && context
            .may(Act::Link, Concern::Custody(link.account))
            .is_ok()
    {
        return Ok(());
    }
    context.allowed(Act::Link, Concern::Person(link.rep))
}

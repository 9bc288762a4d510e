//! People and facilities.

use super::Plan;
use super::row::{Row, RowFault, Table};
use baton_domain::directory::{Facility, Person, Role};
use baton_domain::id::{EntryId, FacilityId, PersonId};
use baton_domain::{EntryBody, State, Text};
use std::collections::HashMap;

/// The columns of a people file. `principal` names the Distributor of a Rep. There is no column
/// for a password: people are invited.
pub const PEOPLE_COLUMNS: &[&str] = &["name", "role", "region", "principal"];

/// The columns of a facility file. `zone` is an IANA time zone.
pub const FACILITY_COLUMNS: &[&str] = &["name", "zone", "region"];

/// Reads people. A name that exists is changed, not added.
pub fn plan_people(
    table: &Table,
    state: &State,
    next_id: &mut dyn FnMut() -> EntryId,
    plan: &mut Plan,
) {
    let mut seen: HashMap<Text, (usize, PersonId, Role)> = HashMap::new();
    for row in table.iter() {
        match person(&row, state, next_id, &seen) {
            Ok(person) if state.person(person.id) == Some(&person) => plan.unchanged += 1,
            Ok(person) => {
                seen.insert(person.name.clone(), (row.number, person.id, person.role));
                plan.bodies
                    .push((next_id(), EntryBody::PersonRecorded(person)));
            }
            Err(fault) => plan.faults.push(fault),
        }
    }
}

fn person(
    row: &Row<'_>,
    state: &State,
    next_id: &mut dyn FnMut() -> EntryId,
    seen: &HashMap<Text, (usize, PersonId, Role)>,
) -> Result<Person, RowFault> {
    let name = row.needed("name")?;
    if let Some((first, _, _)) = seen.get(&name) {
        return Err(row.fault("name", &format!("\"{name}\" stands in row {first} already")));
    }
    let known = state.people().find(|person| person.name == name);
    let id = known.map_or_else(
        || PersonId::from_bytes(*next_id().as_bytes()),
        |person| person.id,
    );
    let region = row.text("region")?;
    let principal = row.text("principal")?;
    let principal = if principal.is_empty() {
        None
    } else {
        let in_file = seen.get(&principal).map(|(_, id, role)| (*id, *role));
        let in_state = || {
            state
                .people()
                .find(|person| person.name == principal)
                .map(|p| (p.id, p.role))
        };
        match in_file.or_else(in_state) {
            Some((id, Role::Distributor)) => Some(id),
            Some(_) => {
                return Err(row.fault(
                    "principal",
                    &format!("\"{principal}\" is not a Distributor"),
                ));
            }
            None => {
                return Err(row.fault(
                    "principal",
                    &format!("nobody is called \"{principal}\": put that row first"),
                ));
            }
        }
    };
    Ok(Person {
        id,
        name,
        role: role(row)?,
        region: (!region.is_empty()).then_some(region),
        principal,
        active: true,
    })
}

fn role(row: &Row<'_>) -> Result<Role, RowFault> {
    match row.cell("role").to_ascii_lowercase().as_str() {
        "admin" => Ok(Role::Admin),
        "operations" => Ok(Role::Operations),
        "regional manager" => Ok(Role::RegionalManager),
        "distributor" => Ok(Role::Distributor),
        "rep" => Ok(Role::Rep),
        other => Err(row.fault(
            "role",
            &format!("\"{other}\" is no role: write Admin, Operations, Regional manager, Distributor or Rep"),
        )),
    }
}

/// Reads facilities. A name that exists is changed, not added.
pub fn plan_facilities(
    table: &Table,
    state: &State,
    next_id: &mut dyn FnMut() -> EntryId,
    plan: &mut Plan,
) {
    let mut seen: HashMap<Text, usize> = HashMap::new();
    for row in table.iter() {
        match facility(&row, state, next_id) {
            Ok(facility) => {
                if let Some(first) = seen.insert(facility.name.clone(), row.number) {
                    let words = format!("\"{}\" stands in row {first} already", facility.name);
                    plan.faults.push(row.fault("name", &words));
                } else if state.facility(facility.id) == Some(&facility) {
                    plan.unchanged += 1;
                } else {
                    plan.bodies
                        .push((next_id(), EntryBody::FacilityRecorded(facility)));
                }
            }
            Err(fault) => plan.faults.push(fault),
        }
    }
}

fn facility(
    row: &Row<'_>,
    state: &State,
    next_id: &mut dyn FnMut() -> EntryId,
) -> Result<Facility, RowFault> {
    let name = row.needed("name")?;
    let zone = row.needed("zone")?;
    if jiff::tz::TimeZone::get(&zone).is_err() {
        return Err(row.fault(
            "zone",
            &format!("\"{zone}\" is not an IANA time zone such as America/Denver"),
        ));
    }
    let region = row.text("region")?;
    let known = state.facilities().find(|facility| facility.name == name);
    let id = known.map_or_else(
        || FacilityId::from_bytes(*next_id().as_bytes()),
        |facility| facility.id,
    );
    Ok(Facility {
        id,
        name,
        zone,
        region: (!region.is_empty()).then_some(region),
        active: true,
    })
}

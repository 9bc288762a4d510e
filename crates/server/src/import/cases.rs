//! Scheduled cases.

use super::Plan;
use super::row::{Row, RowFault, Table};
use crate::zone::utc_offset_min;
use baton_domain::case::{CaseDetails, Need};
use baton_domain::directory::Role;
use baton_domain::id::EntryId;
use baton_domain::product::ProductId;
use baton_domain::time::LocalTime;
use baton_domain::{EntryBody, State};

/// The columns of a case file. `date` and `time` are wall time at the facility; `needs` lists
/// `DEVICE_IDENTIFIER x QUANTITY` joined by `;`. The last three are the private part; no patient's
/// name belongs there (R36).
pub const COLUMNS: &[&str] = &[
    "facility",
    "date",
    "time",
    "room",
    "rep",
    "needs",
    "procedure",
    "surgeon",
    "reference",
];

/// Reads cases: one entry for the planning part, one for the private part where there is any.
pub fn plan(table: &Table, state: &State, next_id: &mut dyn FnMut() -> EntryId, plan: &mut Plan) {
    for row in table.iter() {
        match case(&row, state) {
            Ok((_, scheduled)) if exists(state, &scheduled) => plan.unchanged += 1,
            Ok((details, scheduled)) => {
                let id = next_id();
                plan.bodies.push((id, scheduled));
                if details != CaseDetails::default() {
                    plan.bodies.push((
                        next_id(),
                        EntryBody::CaseDetailsRecorded { case: id, details },
                    ));
                }
            }
            Err(fault) => plan.faults.push(fault),
        }
    }
}

/// The same facility, time, room and rep: the same case, imported before.
fn exists(state: &State, body: &EntryBody) -> bool {
    let EntryBody::CaseScheduled {
        facility,
        starts_at,
        room,
        rep,
        ..
    } = body
    else {
        return false;
    };
    state.cases().any(|case| {
        case.facility == *facility
            && case.starts_at == *starts_at
            && case.room == *room
            && case.rep == *rep
    })
}

fn case(row: &Row<'_>, state: &State) -> Result<(CaseDetails, EntryBody), RowFault> {
    let name = row.needed("facility")?;
    let facility = state
        .facilities()
        .find(|facility| facility.name == name)
        .ok_or_else(|| row.fault("facility", &format!("no facility is called \"{name}\"")))?;
    let rep_name = row.needed("rep")?;
    let rep = state
        .people()
        .find(|person| person.name == rep_name && person.active)
        .ok_or_else(|| row.fault("rep", &format!("nobody is called \"{rep_name}\"")))?;
    if !matches!(rep.role, Role::Rep | Role::Distributor) {
        return Err(row.fault(
            "rep",
            &format!("\"{rep_name}\" is not a Rep or Distributor"),
        ));
    }
    let date = row
        .date("date")?
        .ok_or_else(|| row.fault("date", "must not be empty"))?;
    let starts_at = LocalTime {
        date,
        minute: minute(row)?,
    };
    let utc_offset_min = utc_offset_min(&facility.zone, starts_at)
        .ok_or_else(|| row.fault("date", "cannot be placed in the facility's time zone"))?;
    let details = CaseDetails {
        procedure: row.text("procedure")?,
        surgeon: row.text("surgeon")?,
        reference: row.text("reference")?,
    };
    let scheduled = EntryBody::CaseScheduled {
        facility: facility.id,
        starts_at,
        utc_offset_min,
        room: row.text("room")?,
        rep: rep.id,
        needs: needs(row, state)?,
    };
    Ok((details, scheduled))
}

fn minute(row: &Row<'_>) -> Result<u16, RowFault> {
    let cell = row.cell("time");
    let read = || {
        let (hour, minute) = cell.split_once(':')?;
        let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
        (hour < 24 && minute < 60).then(|| hour * 60 + minute)
    };
    read().ok_or_else(|| row.fault("time", &format!("\"{cell}\" is not a time such as 07:30")))
}

fn needs(row: &Row<'_>, state: &State) -> Result<Vec<Need>, RowFault> {
    let mut needs: Vec<Need> = Vec::new();
    for part in row
        .cell("needs")
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let wrong = || {
            row.fault(
                "needs",
                &format!("\"{part}\" is not DEVICE_IDENTIFIER x QUANTITY"),
            )
        };
        let (identifier, quantity) = part.rsplit_once(['x', '×']).ok_or_else(wrong)?;
        let quantity = quantity
            .trim()
            .parse::<u32>()
            .ok()
            .filter(|n| (1..=10_000).contains(n))
            .ok_or_else(wrong)?;
        let product: ProductId = ProductId::new(identifier.trim()).ok_or_else(wrong)?;
        if state.product(&product).is_none() {
            return Err(row.fault(
                "needs",
                &format!("{product} is not in the catalogue: import it first"),
            ));
        }
        if needs.iter().any(|need| need.product == product) {
            return Err(row.fault("needs", &format!("{product} is named twice")));
        }
        needs.push(Need { product, quantity });
    }
    if needs.is_empty() {
        return Err(row.fault("needs", "must name at least one product"));
    }
    Ok(needs)
}

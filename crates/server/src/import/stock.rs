//! Stock in somebody's custody.

use super::Plan;
use super::catalogue::product_id;
use super::row::{Row, RowFault, Table};
use baton_domain::directory::Role;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::EntryId;
use baton_domain::product::{ProductId, Tracking};
use baton_domain::stock::{Custodian, Identity, TitleHolder};
use baton_domain::{EntryBody, State, Text};
use std::collections::{BTreeMap, HashMap};

/// The columns of a stock file. `custodian` is the name of a person, a pool, or `warehouse`;
/// `title` is `manufacturer`, `organization`, or the name of the facility that bought it.
pub const COLUMNS: &[&str] = &[
    "custodian",
    "device_identifier",
    "lot",
    "serial",
    "expiry",
    "quantity",
    "title",
    "location",
];

/// Lines in one entry, below the ledger's bound of 500 lines and 64 KiB.
const LINES_PER_ENTRY: usize = 250;

/// Reads stock lines, one entry for each custodian and 250 lines.
pub fn plan(table: &Table, state: &State, next_id: &mut dyn FnMut() -> EntryId, plan: &mut Plan) {
    let mut serials: HashMap<(ProductId, Text), usize> = HashMap::new();
    let mut by_custodian: BTreeMap<Custodian, Vec<ReceivedLine>> = BTreeMap::new();
    for row in table.iter() {
        let read = custodian(&row, state)
            .and_then(|custodian| Ok((custodian, line(&row, state, &mut serials)?)));
        match read {
            Ok((custodian, line)) => by_custodian.entry(custodian).or_default().push(line),
            Err(fault) => plan.faults.push(fault),
        }
    }
    for (custodian, lines) in by_custodian {
        for chunk in lines.chunks(LINES_PER_ENTRY) {
            let body = EntryBody::StockReceived {
                custodian,
                lines: chunk.to_vec(),
                reason: "Imported stock list".into(),
            };
            plan.bodies.push((next_id(), body));
        }
    }
}

fn custodian(row: &Row<'_>, state: &State) -> Result<Custodian, RowFault> {
    let name = row.needed("custodian")?;
    if name.eq_ignore_ascii_case("warehouse") {
        let organization = state.organization().map(|organization| organization.id);
        return organization
            .map(Custodian::Warehouse)
            .ok_or_else(|| row.fault("custodian", "the organization is not set up yet"));
    }
    let mut people = state
        .people()
        .filter(|person| person.active && person.name == name);
    if let Some(person) = people.next() {
        return if people.next().is_some() {
            Err(row.fault("custodian", &format!("two people are called \"{name}\"")))
        } else {
            Ok(Custodian::Person(person.id))
        };
    }
    state
        .pools()
        .find(|pool| pool.name == name)
        .map(|pool| Custodian::Pool(pool.id))
        .ok_or_else(|| {
            row.fault(
                "custodian",
                &format!("nobody here, and no pool, is called \"{name}\""),
            )
        })
}

fn line(
    row: &Row<'_>,
    state: &State,
    serials: &mut HashMap<(ProductId, Text), usize>,
) -> Result<ReceivedLine, RowFault> {
    let product_id = product_id(row, "device_identifier", "")?;
    let product = state.product(&product_id).ok_or_else(|| {
        row.fault(
            "device_identifier",
            &format!("{product_id} is not in the catalogue: import it first"),
        )
    })?;
    let quantity = row.quantity("quantity")?;
    let (lot, serial, expiry) = (row.text("lot")?, row.text("serial")?, row.date("expiry")?);
    if product.tracking == Tracking::Serial {
        if serial.is_empty() {
            return Err(row.fault(
                "serial",
                "this product is tracked by serial number: it must not be empty",
            ));
        }
        if quantity != 1 {
            return Err(row.fault(
                "quantity",
                "a line with a serial number has a quantity of 1",
            ));
        }
    }
    if !serial.is_empty() {
        if let Some(active) = state.active_serial(&product_id, &serial) {
            return Err(row.fault(
                "serial",
                &format!(
                    "{serial} is active already, in the custody of {}",
                    holder(state, active.custodian)
                ),
            ));
        }
        if let Some(first) = serials.insert((product_id.clone(), serial.clone()), row.number) {
            return Err(row.fault("serial", &format!("{serial} stands in row {first} already")));
        }
    }
    if product.expires && expiry.is_none() {
        return Err(row.fault(
            "expiry",
            "this product's label carries an expiry date: it must not be empty",
        ));
    }
    let identity = Identity {
        product: product_id,
        lot_unknown: lot.is_empty() && product.tracking == Tracking::Lot,
        lot: (!lot.is_empty()).then_some(lot),
        serial: (!serial.is_empty()).then_some(serial),
        expiry,
        manufactured: None,
    };
    Ok(ReceivedLine {
        identity,
        quantity,
        title: title(row, state)?,
        location: row.text("location")?,
    })
}

fn title(row: &Row<'_>, state: &State) -> Result<TitleHolder, RowFault> {
    let name = row.cell("title");
    match name.to_ascii_lowercase().as_str() {
        "" | "manufacturer" => Ok(TitleHolder::Manufacturer),
        "organization" => Ok(TitleHolder::Organization),
        _ => state
            .facilities()
            .find(|facility| &*facility.name == name)
            .map(|facility| TitleHolder::Facility(facility.id))
            .ok_or_else(|| {
                let words =
                    format!("\"{name}\" is neither manufacturer, organization nor a facility here");
                row.fault("title", &words)
            }),
    }
}

fn holder(state: &State, custodian: Custodian) -> String {
    match custodian {
        Custodian::Person(id) => state.person(id).map(|person| match person.role {
            Role::Rep => format!("{} (Rep)", person.name),
            _ => person.name.to_string(),
        }),
        Custodian::Pool(id) => state.pool(id).map(|pool| pool.name.to_string()),
        Custodian::Warehouse(_) => Some("the warehouse".to_owned()),
    }
    .unwrap_or_else(|| "somebody unknown".to_owned())
}

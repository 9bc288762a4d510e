//! The demo's manufacturer: a warehouse and two reps of its own.

use super::cast::{Account, LINKED_MANUFACTURER, MANUFACTURER_ID, facilities, manufacturer_people};
use super::distributor::{accounts, received_line, shelve, today};
use super::playbook;
use super::products::products;
use super::world::World;
use super::{Demo, Size};
use baton_domain::entry::ReceivedLine;
use baton_domain::id::{DeviceId, PersonId};
use baton_domain::stock::{Custodian, Identity, TitleHolder};
use baton_domain::time::Timestamp;
use baton_domain::{Command, State};

/// Stock lines in the warehouse and with each rep.
const WAREHOUSE_LINES: usize = 240;
const REP_LINES: usize = 40;

/// Plans it.
pub fn plan(founded: &State, device: DeviceId, now: Timestamp, size: Size) -> Demo {
    let mut world = World::new(founded, device, now, size.seed);
    let people = manufacturer_people();
    let mut signing_in: Vec<Account> = Vec::new();
    let Some(founder) = founded.people().next().map(|person| person.id) else {
        return Demo {
            steps: Vec::new(),
            accounts: signing_in,
        };
    };
    for (person, _) in &people {
        let _ = world.act(founder, 24 * 120, Command::RecordPerson(person.clone()));
    }
    for facility in facilities().into_iter().take(2) {
        let _ = world.act(founder, 24 * 120, Command::RecordFacility(facility));
    }
    let own: Vec<_> = products()
        .into_iter()
        .filter(|product| &*product.manufacturer == LINKED_MANUFACTURER)
        .collect();
    let _ = world.act(founder, 24 * 119, Command::ListProducts(own.clone()));
    let warehouse = world
        .state
        .organization()
        .map(|organization| Custodian::Warehouse(organization.id));
    let holders = people
        .iter()
        .take(2)
        .map(|(person, _)| (Custodian::Person(person.id), REP_LINES));
    for (custodian, count) in warehouse
        .map(|holder| (holder, WAREHOUSE_LINES))
        .into_iter()
        .chain(holders)
    {
        let lines = (0..count)
            .filter_map(|_| received_line(&mut world.choices, &own, now))
            .collect();
        shelve(&mut world, founder, custodian, lines);
    }
    shelve_for_the_playbook(&mut world, founder, now);
    signing_in.extend(accounts(founded, &people));
    Demo {
        steps: world.steps,
        accounts: signing_in,
    }
}

/// What the playbook's branch "Shipped from the manufacturer" asks the warehouse for.
fn shelve_for_the_playbook(world: &mut World, founder: PersonId, now: Timestamp) {
    let asked = playbook::products(&products())
        .into_iter()
        .find(|product| &*product.manufacturer == LINKED_MANUFACTURER);
    let Some(product) = asked else {
        return;
    };
    let expiry = product.expires.then(|| today(now)?.add_days(900)).flatten();
    let line = |lot: &str, quantity| ReceivedLine {
        identity: Identity {
            product: product.id.clone(),
            lot: Some(lot.into()),
            lot_unknown: false,
            serial: None,
            expiry,
            manufactured: None,
        },
        quantity,
        title: TitleHolder::Organization,
        location: "Aisle 7".into(),
    };
    let command = Command::ReceiveStock {
        custodian: Custodian::Warehouse(MANUFACTURER_ID),
        lines: vec![line("W7-201", 6), line("W7-202", 12)],
        reason: "From production".into(),
    };
    let _ = world.act(founder, 24 * 30, command);
}

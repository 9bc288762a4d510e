//! One named case for each branch of the playbook, so that anyone can walk it: the first rep
//! cannot cover, the second takes over.
//!
//! Each case needs a product of its own, which nobody else in the demo has, so that a plan shows
//! the one branch and nothing besides. "Not yet scheduled" has no case: it begins with scheduling
//! one.

use super::cast::{LINKED_MANUFACTURER, facilities, pool};
use super::distributor::today;
use super::world::World;
use crate::zone::utc_offset_min;
use baton_domain::case::{CaseDetails, Need};
use baton_domain::directory::Person;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::{LineId, PersonId};
use baton_domain::product::{Product, Tracking};
use baton_domain::stock::{Custodian, Identity, TitleHolder};
use baton_domain::time::{LocalTime, Timestamp};
use baton_domain::{Command, Text};

/// Days from today on which the cases are.
const DAY: i32 = 3;
/// Pieces that each of them needs.
const PIECES: u32 = 2;

/// Where a branch's stock is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shelf {
    /// With the rep who takes over.
    NewRep,
    /// With the rep who cannot cover, marked for the case.
    OldRep,
    /// With nobody here; the manufacturer is linked.
    Linked,
    /// With nobody here; the manufacturer is not linked.
    Unlinked,
    /// In the account that both share.
    Pool,
    /// Facility Stock that a Distributor account sold.
    SoldByAccount,
    /// Facility Stock that the old rep sold.
    SoldByRep,
}

/// The branches, in the playbook's order.
const BRANCHES: [(&str, Shelf); 7] = [
    ("Already scheduled", Shelf::NewRep),
    ("Shipped from the manufacturer", Shelf::Linked),
    ("Created in custody", Shelf::Unlinked),
    ("Transferred in the field", Shelf::OldRep),
    ("Shared account", Shelf::Pool),
    ("Facility Stock, linked", Shelf::SoldByAccount),
    ("Facility Stock, rebuilt", Shelf::SoldByRep),
];

/// How many cases there are for it.
#[cfg(test)]
pub const CASES: usize = BRANCHES.len();
/// Stock lines that the branches put on shelves.
pub const LINES: usize = 5;

/// One product a branch, which the rest of the demo leaves alone.
pub fn products(catalogue: &[Product]) -> Vec<Product> {
    let mut chosen: Vec<Product> = Vec::new();
    for (_, shelf) in BRANCHES {
        let fits = |product: &&Product| {
            let linked = &*product.manufacturer == LINKED_MANUFACTURER;
            let by_lot = product.tracking == Tracking::Lot && product.single_use;
            by_lot
                && linked == (shelf == Shelf::Linked)
                && chosen.iter().all(|other| other.id != product.id)
        };
        if let Some(product) = catalogue.iter().find(fits) {
            let product = product.clone();
            chosen.push(product);
        }
    }
    chosen
}

/// Plans the cases. `principal` is the Distributor who sold the linked branch's Facility Stock.
pub fn plan(
    world: &mut World,
    founder: PersonId,
    reps: &[&Person],
    principal: Option<PersonId>,
    products: &[Product],
    now: Timestamp,
) {
    let (Some(old), Some(new), Some(principal)) = (reps.first(), reps.get(1), principal) else {
        return;
    };
    if products.len() < BRANCHES.len() {
        return;
    }
    let holder = |shelf| match shelf {
        Shelf::NewRep => Some(Custodian::Person(new.id)),
        Shelf::OldRep | Shelf::SoldByRep => Some(Custodian::Person(old.id)),
        Shelf::Pool => Some(Custodian::Pool(pool().id)),
        Shelf::SoldByAccount => Some(Custodian::Person(principal)),
        Shelf::Linked | Shelf::Unlinked => None,
    };
    for (place, (name, shelf)) in BRANCHES.into_iter().enumerate() {
        let line = holder(shelf)
            .and_then(|holder| stock(world, founder, holder, shelf, &products[place], now));
        case(world, old.id, place, name, &products[place], line, now);
    }
}

fn stock(
    world: &mut World,
    founder: PersonId,
    holder: Custodian,
    shelf: Shelf,
    product: &Product,
    now: Timestamp,
) -> Option<LineId> {
    let facility = facilities().into_iter().next()?.id;
    let title = match shelf {
        Shelf::SoldByAccount | Shelf::SoldByRep => TitleHolder::Facility(facility),
        _ => TitleHolder::Manufacturer,
    };
    let expiry = product.expires.then(|| today(now)?.add_days(700)).flatten();
    let line = ReceivedLine {
        identity: Identity {
            product: product.id.clone(),
            lot: Some(Text::from("PB-0001")),
            lot_unknown: false,
            serial: None,
            expiry,
            manufactured: None,
        },
        quantity: PIECES,
        title,
        location: "".into(),
    };
    let command = Command::ReceiveStock {
        custodian: holder,
        lines: vec![line],
        reason: "Opening stock".into(),
    };
    let entry = world.act(founder, 24 * 12, command).ok()?;
    Some(LineId { entry, index: 0 })
}

fn case(
    world: &mut World,
    rep: PersonId,
    place: usize,
    name: &str,
    product: &Product,
    line: Option<LineId>,
    now: Timestamp,
) {
    let Some(facility) = facilities().into_iter().next() else {
        return;
    };
    let Some(date) = today(now).and_then(|today| today.add_days(DAY)) else {
        return;
    };
    let starts_at = LocalTime {
        date,
        minute: 6 * 60 + 90 * place as u16,
    };
    let Some(utc_offset_min) = utc_offset_min(&facility.zone, starts_at) else {
        return;
    };
    let schedule = Command::ScheduleCase {
        facility: facility.id,
        starts_at,
        utc_offset_min,
        room: "OR 7".into(),
        rep,
        needs: vec![Need {
            product: product.id.clone(),
            quantity: PIECES,
        }],
        details: Some(CaseDetails {
            procedure: format!("Playbook: {name}").into(),
            surgeon: "Dr. Ferris".into(),
            reference: format!("PB-{}", place + 1).into(),
        }),
    };
    let Ok(case) = world.act(rep, 24 * 11, schedule) else {
        return;
    };
    let marked = line.filter(|line| {
        let known = world.state.line(*line);
        known.is_some_and(|line| line.custodian == Custodian::Person(rep))
    });
    if let Some(line) = marked {
        let lines = vec![(line, PIECES)];
        let _ = world.act(rep, 30, Command::MarkStock { case, lines });
    }
}

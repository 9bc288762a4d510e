//! What the office does: the plan of cases, the catalogue, places, accounts, links and phones.

use super::acts::case;
use super::chance::Chance;
use baton_domain::case::{CaseDetails, CoverChoice, Need, TakenFirst};
use baton_domain::directory::{Device, Facility, ManufacturerLink, Pool, SharingLink};
use baton_domain::id::PersonId;
use baton_domain::product::Product;
use baton_domain::stock::Custodian;
use baton_domain::testkit::{
    ADMIN, FACILITY, OTHER_FACILITY, POOL, PUMP, REP_A, REP_B, REP_C, SCREW, product_id, with,
};
use baton_domain::{Command, State};

pub(super) fn change_case(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let needs = vec![Need {
        product: product_id(chance.pick([SCREW, PUMP])?),
        quantity: chance.below(4) as u32 + 1,
    }];
    let facility = chance.pick([FACILITY, FACILITY, OTHER_FACILITY])?;
    Some(Command::ChangeCase {
        case: case(view, chance)?,
        facility: chance.percent(50).then_some(facility),
        starts_at: None,
        room: Some("OR 4".into()),
        needs: chance.percent(50).then_some(needs),
    })
}

/// Seldom: a case that is gone takes no more acts.
pub(super) fn cancel_case(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let case = case(view, chance).filter(|_| chance.percent(50))?;
    Some(Command::CancelCase {
        case,
        reason: "moved".into(),
    })
}

/// A change of the rep that says what covers the case.
pub(super) fn give_case(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let first = TakenFirst {
        product: product_id(SCREW),
        holder: with(chance.pick([REP_A, REP_B, REP_C])?),
        facility_stock: chance.percent(30),
    };
    Some(Command::GiveCase {
        case: case(view, chance)?,
        rep: chance.pick([REP_A, REP_B, REP_C])?,
        cover: CoverChoice {
            no_facility_stock: chance.percent(30),
            no_field: chance.percent(30),
            no_supply: chance.percent(30),
            first: chance.percent(50).then_some(first).into_iter().collect(),
        },
    })
}

pub(super) fn case_details(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::RecordCaseDetails {
        case: case(view, chance)?,
        details: CaseDetails {
            procedure: chance.pick(["Spine", "Hip"])?.into(),
            ..CaseDetails::default()
        },
    })
}

pub(super) fn share(_: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let link = SharingLink {
        account: Custodian::Pool(POOL),
        rep: chance.pick([REP_A, REP_B, REP_C])?,
    };
    let active = chance.percent(70);
    Some(Command::SetSharingLink { link, active })
}

/// The same product, now reusable and now single-use: what was recorded before stays as it was.
pub(super) fn list_products(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let known = chance.pick(view.products())?.clone();
    let single_use = chance.percent(60);
    Some(Command::ListProducts(vec![Product {
        single_use,
        ..known
    }]))
}

pub(super) fn list_bill(_: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::ListBillOfMaterials {
        product: product_id(PUMP),
        needs: vec![Need {
            product: product_id(SCREW),
            quantity: chance.below(4) as u32 + 1,
        }],
    })
}

pub(super) fn record_facility(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let known = view.facility(chance.pick([FACILITY, OTHER_FACILITY])?)?;
    Some(Command::RecordFacility(Facility {
        active: chance.percent(80),
        ..known.clone()
    }))
}

pub(super) fn record_pool(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let known = view.pool(POOL)?.clone();
    Some(Command::RecordPool(Pool {
        region: chance.percent(70).then(|| "West".into()),
        ..known
    }))
}

pub(super) fn link_maker(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let known = chance.pick(view.manufacturer_links())?.clone();
    Some(Command::LinkManufacturer(ManufacturerLink {
        name: chance.pick(["Linked Makers Inc", "Linked Makers"])?.into(),
        ..known
    }))
}

/// One's own, or any by an Admin.
pub(super) fn rename_phone(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let phones = |device: &&Device| match device.person {
        Some(owner) => owner == person || person == ADMIN,
        None => false,
    };
    let device = chance.pick(view.devices().filter(phones))?.id;
    let label = chance.pick(["Trunk", "Tablet", "Spare"])?.into();
    Some(Command::RenameDevice { device, label })
}

/// A rep's phone is lost: what it still brings is quarantined until an Admin releases it (R38).
pub(super) fn revoke_phone(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    if person != ADMIN || !chance.percent(20) {
        return None;
    }
    let reps = |device: &&Device| {
        let of_rep = |person| [REP_A, REP_B, REP_C].contains(&person);
        !device.revoked && device.person.is_some_and(of_rep)
    };
    let device = chance.pick(view.devices().filter(reps))?.id;
    Some(Command::RevokeDevice(device))
}

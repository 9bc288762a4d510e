//! Names of things as people say them.

use baton_domain::State;
use baton_domain::directory::{OrganizationKind, Role};
use baton_domain::id::{FacilityId, PersonId};
use baton_domain::mirror::SYSTEM;
use baton_domain::product::{Product, ProductId};
use baton_domain::query;
use baton_domain::recall::Recalled;
use baton_domain::stock::{Custodian, Identity};

/// A person's name, or "somebody not known here". Who joined after the last sync and handed
/// something over is known by a certificate, which has no names in it.
pub fn person_name(state: &State, id: PersonId) -> String {
    if id == SYSTEM {
        return "the server".into();
    }
    match state.person(id) {
        None => "somebody not known here".into(),
        Some(person) if person.name.is_empty() => "somebody new".into(),
        Some(person) => person.name.to_string(),
    }
}

/// True for somebody of whom this phone knows no more than a certificate says.
pub fn is_newcomer(state: &State, id: PersonId) -> bool {
    state
        .person(id)
        .is_some_and(|person| person.name.is_empty())
}

/// People to choose from: "Ada", "Ada or Max", "Ada, Max or Pia".
pub fn names_words(state: &State, people: &[PersonId]) -> String {
    let mut names: Vec<String> = people.iter().map(|id| person_name(state, *id)).collect();
    let last = names.pop().unwrap_or_default();
    if names.is_empty() {
        last
    } else {
        format!("{} or {last}", names.join(", "))
    }
}

/// A custodian's name.
pub fn custodian_name(state: &State, custodian: Custodian) -> String {
    match custodian {
        Custodian::Person(person) => person_name(state, person),
        Custodian::Pool(pool) => state.pool(pool).map_or_else(
            || "an account not known here".into(),
            |pool| pool.name.to_string(),
        ),
        Custodian::Warehouse(organization) => match state.organization() {
            Some(own) if own.id == organization => "Warehouse".into(),
            own => {
                let maker = own.is_some_and(|own| own.kind == OrganizationKind::Manufacturer);
                match query::custodian_name(state, custodian) {
                    None => "another organization".into(),
                    // A distributor takes stock for its reps, a manufacturer gives from a shelf.
                    Some(name) if maker => name.to_string(),
                    Some(name) => format!("{name} warehouse"),
                }
            }
        },
    }
}

/// A facility's name.
pub fn facility_name(state: &State, id: FacilityId) -> String {
    state.facility(id).map_or_else(
        || "a facility not known here".into(),
        |facility| facility.name.to_string(),
    )
}

/// What a product is, or its identifier where this phone does not know it.
pub fn product_name(state: &State, id: &ProductId) -> String {
    state
        .product(id)
        .map_or_else(|| id.to_string(), product_label)
}

/// What a product is called: many catalogue records have no description, some not even a brand.
pub fn product_label(product: &Product) -> String {
    let names = [&product.description, &product.brand, &product.reference];
    let named = names.into_iter().find(|name| !name.is_empty());
    named.map_or_else(|| product.id.to_string(), ToString::to_string)
}

/// What tells a piece apart: `Serial 8841`, `Lot A12`, `Lot unknown`, or nothing.
pub fn identity_words(identity: &Identity) -> String {
    match (&identity.serial, &identity.lot) {
        (Some(serial), _) => format!("Serial {serial}"),
        (None, Some(lot)) => format!("Lot {lot}"),
        (None, None) if identity.lot_unknown => "Lot unknown".into(),
        (None, None) => String::new(),
    }
}

/// What of a product is recalled: `Lot A12`, `Serial 8841`, `Every lot`.
pub fn recalled_apart(what: &Recalled) -> String {
    match (&what.serial, &what.lot) {
        (Some(serial), _) => format!("Serial {serial}"),
        (None, Some(lot)) => format!("Lot {lot}"),
        (None, None) => "Every lot".into(),
    }
}

/// `1 piece`, `4 pieces`.
pub fn quantity_words(quantity: u32) -> String {
    if quantity == 1 {
        "1 piece".into()
    } else {
        format!("{quantity} pieces")
    }
}

/// A role as domain words have it.
pub fn role_words(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::Operations => "Operations",
        Role::RegionalManager => "Regional manager",
        Role::Distributor => "Distributor",
        Role::Rep => "Rep",
    }
}

//! The demo's catalogue: 300 real device records.

use crate::import::{self, Kind};
use baton_domain::id::EntryId;
use baton_domain::product::Product;
use baton_domain::{EntryBody, State};

const FILE: &[u8] = include_bytes!("../../data/demo-products.csv");

/// The products, in the file's order.
pub fn products() -> Vec<Product> {
    let mut next_id = || EntryId::from_bytes([0; 16]);
    let plan = import::plan(Kind::Catalogue, FILE, &State::default(), &mut next_id);
    let bodies = plan.map(|plan| plan.bodies).unwrap_or_default();
    bodies
        .into_iter()
        .flat_map(|(_, body)| match body {
            EntryBody::ProductsListed(products) => products,
            _ => Vec::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_demo_catalogue_holds_every_row_of_its_file() {
        assert_eq!(super::products().len(), 300);
    }
}

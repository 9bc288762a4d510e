//! Finding products: in the whole catalogue with a server, among what this phone knows without.
//!
//! A phone is given only the products that are in stock, needed or used. One that somebody finds
//! in the whole catalogue and looks at offline a minute later must still have its name, so what
//! searches found is kept, the latest few hundred, until the server counts it into the scope.

use super::desk::Desk;
use super::ports::{Ports, Server};
use baton_domain::State;
use baton_domain::product::Product;
use baton_ledger::page::{self, Selection};
use baton_store::LedgerStore;

/// How many answers a search has at most.
const FOUND_MAX: usize = 50;
/// How many found products are kept.
const PICKED_MAX: usize = 300;
/// Where they are kept.
const DRAFT: &str = "picked-products";

impl<P: Ports> Desk<P> {
    /// Looks for products by anything on the label: best first, at most 50.
    pub async fn search_catalogue(&self, query: &str) -> Vec<Product> {
        if let Ok(bytes) = self.ports.server().products(query).await {
            let mut answer = State::default();
            if page::read_into(&mut answer, &bytes).is_ok() {
                let found: Vec<Product> = answer.products().cloned().collect();
                self.pick(&found).await;
            }
        }
        // What the server found is known here now, so one search ranks everything.
        best(&self.view(), query)
    }

    /// Keeps products that a search found.
    async fn pick(&self, found: &[Product]) {
        let new: Vec<Product> = {
            let engine = self.engine.borrow();
            found
                .iter()
                .filter(|product| engine.view().product(&product.id).is_none())
                .cloned()
                .collect()
        };
        if new.is_empty() {
            return;
        }
        {
            let mut picked = self.picked.borrow_mut();
            picked.extend(new.iter().cloned());
            let surplus = picked.len().saturating_sub(PICKED_MAX);
            picked.drain(..surplus);
        }
        self.engine.borrow_mut().learn_products(new);
        let mut kept = State::default();
        self.picked
            .borrow()
            .iter()
            .for_each(|product| kept.put_product(product.clone()));
        let products = kept.products().map(|product| product.id.clone()).collect();
        if let Some(page) = page::write_selection(
            &kept,
            &Selection {
                products,
                ..Selection::default()
            },
        ) {
            // Losing it costs a name until the next sync, never a record.
            let _ = self.store.put_draft(DRAFT, &page).await;
        }
    }

    /// Takes up what was kept, after the store was read.
    pub(super) async fn recall_picked(&self) {
        let Ok(Some(bytes)) = self.store.draft(DRAFT).await else {
            return;
        };
        let mut kept = State::default();
        if page::read_into(&mut kept, &bytes).is_err() {
            return;
        }
        let products: Vec<Product> = {
            let engine = self.engine.borrow();
            kept.products()
                .filter(|product| engine.view().product(&product.id).is_none())
                .cloned()
                .collect()
        };
        *self.picked.borrow_mut() = products.clone();
        self.engine.borrow_mut().learn_products(products);
    }
}

/// True where a product is among the answers to what was typed, as far as its label tells.
pub fn fits(product: &Product, query: &str) -> bool {
    rank(product, &query.trim().to_lowercase()).is_some()
}

/// The products that a query fits, best first.
fn best(state: &State, query: &str) -> Vec<Product> {
    let query = query.trim().to_lowercase();
    let mut ranked: Vec<(u8, &Product)> = state
        .products()
        .filter_map(|product| rank(product, &query).map(|rank| (rank, product)))
        .collect();
    ranked.sort_by(|(rank, product), (other_rank, other)| {
        rank.cmp(other_rank)
            .then_with(|| product.reference.cmp(&other.reference))
    });
    ranked
        .into_iter()
        .take(FOUND_MAX)
        .map(|(_, product)| product.clone())
        .collect()
}

/// How well a product fits: 0 its identifier or reference itself, 1 the beginning of one, 2 every
/// word somewhere on the label; `None` where a word is missing, or nothing was typed.
fn rank(product: &Product, query: &str) -> Option<u8> {
    if query.is_empty() {
        return None;
    }
    let reference = product.reference.to_lowercase();
    let id = product.id.as_str().to_lowercase();
    // A GTIN is printed with and without its leading zeros.
    let bare = |text: &str| text.trim_start_matches('0').to_owned();
    if reference == query || id == query || (!bare(query).is_empty() && bare(&id) == bare(query)) {
        return Some(0);
    }
    if reference.starts_with(query) || id.starts_with(query) {
        return Some(1);
    }
    let label = [
        &*product.description,
        &*product.brand,
        &*product.manufacturer,
        &*product.size,
    ]
    .join(" ")
    .to_lowercase();
    let everywhere =
        |word: &str| label.contains(word) || reference.contains(word) || id.contains(word);
    query.split_whitespace().all(everywhere).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_domain::product::{ProductId, Tracking};

    fn product(id: &str, reference: &str, description: &str) -> Product {
        Product {
            id: ProductId::new(id).expect("an identifier"),
            reference: reference.into(),
            description: description.into(),
            brand: "Arc".into(),
            manufacturer: "Meridian".into(),
            tracking: Tracking::Lot,
            sterile: true,
            single_use: true,
            expires: true,
            size: "12 mm".into(),
        }
    }

    #[test]
    fn the_identifier_comes_before_its_beginning_and_that_before_words() {
        let mut state = State::default();
        for one in [
            product("00812345678905", "77-1", "Screw 4.5"),
            product("00812345678912", "77-12", "Screw 5.0"),
            product("00812345678929", "90-3", "Plate, takes screw 77-1"),
        ] {
            state.put_product(one);
        }
        let found = |query: &str| -> Vec<String> {
            best(&state, query)
                .iter()
                .map(|product| product.reference.to_string())
                .collect()
        };
        assert_eq!(found("77-1"), ["77-1", "77-12", "90-3"]);
        assert_eq!(found("812345678912"), ["77-12"]);
        assert_eq!(found("arc SCREW 5.0"), ["77-12"]);
        assert_eq!(found("nail"), Vec::<String>::new());
        assert_eq!(found("  "), Vec::<String>::new());
        let screw = product("00812345678905", "77-1", "Screw 4.5");
        assert!(fits(&screw, " SCREW  4.5 "));
        assert!(!fits(&screw, "screw nail"));
        assert!(!fits(&screw, ""));
    }
}

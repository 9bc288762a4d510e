//! Searching stock by anything on the label, fast enough for every keystroke over 50,000 lines.
//!
//! A search is a few words, each of which must stand somewhere on the label: reference, name,
//! brand, manufacturer, size, DI, lot, serial. Products are few and lines are many, so what a
//! word means for a product is worked out once a product; a line then only looks at its own lot,
//! serial and place. A whole code from a scanner is understood instead of searched as text.

use crate::state::{App, lower};
use baton_domain::State;
use baton_domain::product::{Product, ProductId};
use baton_domain::stock::StockLine;
use baton_domain::time::Date;
use baton_udi::Udi;
use std::collections::BTreeMap;

/// Words beyond this many are not looked at: one bit each.
const WORDS_MAX: usize = 16;

/// What is looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Needle {
    words: Vec<String>,
    code: Option<Udi>,
}

impl Needle {
    /// Reads a search: a whole code, or words.
    pub fn new(text: &str, today: Date) -> Self {
        Self::of(text, baton_udi::parse(text, today).udi())
    }

    /// The same on a screen of the app's first file: a whole code is understood as soon as what
    /// reads codes has arrived, and is words until then.
    pub fn typed(app: App, text: &str) -> Self {
        Self::of(text, app.read_code(text))
    }

    fn of(text: &str, code: Option<Udi>) -> Self {
        let code = code.filter(|udi| udi.device_identifier.is_some());
        let words = lower(text.trim())
            .split_whitespace()
            .take(WORDS_MAX)
            .map(str::to_owned)
            .collect();
        Self { words, code }
    }

    /// True where nothing was typed: everything fits.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The search over one state.
    pub fn over<'a>(&'a self, state: &'a State) -> Over<'a> {
        Over {
            needle: self,
            state,
            products: BTreeMap::new(),
        }
    }
}

/// A search over one state; remembers what it found out about each product.
pub struct Over<'a> {
    needle: &'a Needle,
    state: &'a State,
    products: BTreeMap<ProductId, u32>,
}

impl Over<'_> {
    /// True where a line fits the search.
    pub fn fits(&mut self, line: &StockLine) -> bool {
        if let Some(udi) = &self.needle.code {
            return fits_code(line, udi);
        }
        let needle = self.needle;
        let everything = (1u32 << needle.words.len()) - 1;
        let product = &line.identity.product;
        let known = match self.products.get(product) {
            Some(mask) => *mask,
            None => {
                let mask = self.product_mask(product);
                self.products.insert(product.clone(), mask);
                mask
            }
        };
        let on_line = |word: &str| {
            let lot = line.identity.lot.as_deref().unwrap_or("");
            let serial = line.identity.serial.as_deref().unwrap_or("");
            has(lot, word) || has(serial, word) || has(&line.location, word)
        };
        known == everything
            || needle
                .words
                .iter()
                .enumerate()
                .all(|(place, word)| known & (1 << place) != 0 || on_line(word))
    }

    fn product_mask(&self, id: &ProductId) -> u32 {
        let product = self.state.product(id);
        let words = self.needle.words.iter().enumerate();
        words.fold(0, |mask, (place, word)| {
            if on_product(product, id, word) {
                mask | (1 << place)
            } else {
                mask
            }
        })
    }
}

fn on_product(product: Option<&Product>, id: &ProductId, word: &str) -> bool {
    has(id.as_str(), word)
        || product.is_some_and(|product| {
            [
                &product.reference,
                &product.description,
                &product.brand,
                &product.manufacturer,
                &product.size,
            ]
            .into_iter()
            .any(|text| has(text, word))
        })
}

/// True where a line is what a code says, as far as the code says it.
pub fn fits_code(line: &StockLine, udi: &Udi) -> bool {
    let same = |said: &Option<String>, held: Option<&str>| {
        said.as_deref().is_none_or(|said| held == Some(said))
    };
    udi.device_identifier.as_deref() == Some(line.identity.product.as_str())
        && same(&udi.lot, line.identity.lot.as_deref())
        && same(&udi.serial, line.identity.serial.as_deref())
}

/// True where `text` contains `word`, which is in lower case, whatever the case of `text`.
fn has(text: &str, word: &str) -> bool {
    if text.is_ascii() {
        let (text, word) = (text.as_bytes(), word.as_bytes());
        word.is_empty()
            || text
                .windows(word.len())
                .any(|part| part.eq_ignore_ascii_case(word))
    } else {
        lower(text).contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{line, person, product};
    use baton_domain::stock::Custodian;

    const SCREW: &str = "00614950000203";

    fn fits(search: &str) -> bool {
        let mut state = State::default();
        state.put_product(product(SCREW, "Locking SCREW 2.4"));
        let today = Date::new(2026, 11, 23).expect("a date");
        let mut line = line(1, SCREW, "42A21", 6, Custodian::Person(person(1)));
        line.location = "Trunk".into();
        Needle::new(search, today).over(&state).fits(&line)
    }

    #[test]
    fn anything_on_the_label_finds_a_line() {
        for search in [
            "screw",
            "201.812",
            "42a21",
            "acme",
            "6149500002",
            "trunk",
            "SCREW 42A",
        ] {
            assert!(fits(search), "{search}");
        }
    }

    #[test]
    fn every_word_must_be_there() {
        for search in ["screw plate", "42B", "nail"] {
            assert!(!fits(search), "{search}");
        }
    }

    #[test]
    fn an_empty_search_fits_everything() {
        assert!(fits("  "));
    }

    #[test]
    fn letters_beyond_ascii_are_found_in_either_case() {
        assert!(has("Schraube ÜBERLANG", "überlang"));
        assert!(!has("Schraube", "über"));
    }
}

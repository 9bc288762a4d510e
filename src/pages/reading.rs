//! From a code on a label to what it names here.

use crate::state::{identity_words, product_name};
use baton_domain::State;
use baton_domain::product::ProductId;
use baton_domain::stock::{Identity, StockLine};
use baton_domain::time::Date;
use baton_udi::{Agency, Udi};

/// What a label says, as far as it says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What tells the thing apart.
    pub identity: Identity,
    /// How many, where the label says so.
    pub quantity: Option<u32>,
    /// What to look at again on the label, in words.
    pub doubts: Vec<String>,
}

/// Reads a typed or scanned text; `None` where it names no product. The two texts of a two-code
/// label stand in two lines.
pub fn read(text: &str, today: Date) -> Option<Reading> {
    let udi = |text: &str| baton_udi::parse(text.trim(), today).udi();
    match text.trim().split_once('\n') {
        None => reading(&udi(text)?),
        Some((first, second)) => reading(&baton_udi::join(&udi(first)?, &udi(second)?).ok()?),
    }
}

/// The identifier by which the catalogue knows what a label names.
pub fn product_id(udi: &Udi) -> Option<ProductId> {
    let identifier = udi.device_identifier.as_deref()?;
    match udi.agency {
        Agency::Gs1 | Agency::Hibcc => ProductId::new(identifier),
        // ISBT 128 product codes are told from the others by their first character.
        Agency::Iccbba if identifier.starts_with('=') => ProductId::new(identifier),
        Agency::Iccbba => ProductId::new(&format!("={identifier}")),
    }
}

fn reading(udi: &Udi) -> Option<Reading> {
    let text = |value: &Option<String>| value.as_deref().map(Into::into);
    Some(Reading {
        identity: Identity {
            product: product_id(udi)?,
            lot: text(&udi.lot),
            lot_unknown: false,
            serial: text(&udi.serial),
            expiry: udi.expiry,
            manufactured: udi.manufactured,
        },
        quantity: udi.quantity,
        doubts: udi
            .warnings
            .iter()
            .filter(|warning| warning.is_doubt())
            .map(ToString::to_string)
            .collect(),
    })
}

/// A piece in a list of what was scanned: its name, and what tells it from others of that name.
pub fn piece_words(state: &State, identity: &Identity) -> String {
    let name = product_name(state, &identity.product);
    let apart = identity_words(identity);
    if apart.is_empty() {
        name
    } else {
        format!("{name}, {apart}")
    }
}

/// A text as the value of a query in an address (RFC 3986: all but the unreserved is escaped).
pub fn query_value(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            _ => {
                escaped.push('%');
                for nibble in [byte >> 4, byte & 15] {
                    escaped.push(char::from(b"0123456789ABCDEF"[usize::from(nibble)]));
                }
            }
        }
    }
    escaped
}

/// The lines on hand that a label may be on: with its serial, with its lot, or of its product
/// where it says neither.
pub fn lines_named<'a>(
    state: &'a State,
    identity: &'a Identity,
) -> impl Iterator<Item = &'a StockLine> {
    state
        .product_on_hand(&identity.product)
        .filter(move |line| {
            let same = |said: &Option<baton_domain::Text>, held: &Option<baton_domain::Text>| {
                said.is_none() || said == held
            };
            same(&identity.serial, &line.identity.serial) && same(&identity.lot, &line.identity.lot)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{line, person};
    use baton_domain::stock::Custodian;

    const CODE: &str = "(01)00614950000203(17)290630(10)42A21";

    fn today() -> Date {
        Date::new(2026, 11, 23).expect("a date")
    }

    #[test]
    fn a_code_names_a_product_and_a_lot() {
        let reading = read(CODE, today()).expect("a reading");
        assert_eq!(reading.identity.product.as_str(), "00614950000203");
        assert_eq!(reading.identity.lot.as_deref(), Some("42A21"));
        assert_eq!(reading.identity.expiry, Date::new(2029, 6, 30));
    }

    #[test]
    fn a_code_goes_through_an_address_unharmed() {
        assert_eq!(
            query_value("(01)09 A\u{1d}+ü"),
            "%2801%2909%20A%1D%2B%C3%BC"
        );
    }

    #[test]
    fn the_two_texts_of_one_label_are_one_reading() {
        let both = "]C10100614950000203\n]C11729063010 42A21".replace(' ', "");
        let reading = read(&both, today()).expect("a reading");
        assert_eq!(reading.identity.product.as_str(), "00614950000203");
        assert_eq!(reading.identity.lot.as_deref(), Some("42A21"));
    }

    #[test]
    fn words_are_no_reading() {
        assert_eq!(read("locking screw", today()), None);
    }

    #[test]
    fn a_label_finds_its_own_lot_only() {
        let holder = Custodian::Person(person(1));
        let mut state = State::default();
        state.put_line(line(1, "00614950000203", "42A21", 6, holder));
        state.put_line(line(2, "00614950000203", "42A22", 6, holder));
        let reading = read(CODE, today()).expect("a reading");
        assert_eq!(lines_named(&state, &reading.identity).count(), 1);
    }
}

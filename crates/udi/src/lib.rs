//! Reads the text of a medical device's label: what product, which lot, until when.
//!
//! A barcode reader gives text; this crate gives the text its meaning. It follows the three
//! standards that device identifiers (UDI) are issued under, GS1, HIBC and ISBT 128, and
//! plain EAN, UPC and GTIN digits. It is pure: no dependency, no clock, no allocation larger
//! than a small multiple of the text, and it never panics, whatever the text.
//!
//! # Use
//!
//! [`parse`] takes a text and today's date and gives a [`Udi`], or the text back unchanged.
//! [`TwoCodes`] joins the halves of labels that have the product in one symbol and the lot in
//! another. [`Gtin`] and [`Date`] are checked types of their own, and [`gs1::check`] and
//! [`gs1::title`] answer questions about single GS1 elements.
//!
//! # What may be relied on
//!
//! - A field is filled only with what stands in the text. `None` means "not said here".
//! - Values are never repaired. What breaks a rule is kept as it is and named in
//!   [`Udi::warnings`]; only a date or a number that is none stays empty.
//! - Where a text can be read in two ways, both readings are there: the plain one, and
//!   [`Udi::alternative`]. The label decides, so ask the person who holds it.
//! - [`Warning::is_doubt`] tells "look at the label again" from remarks on completeness.
//!
//! # What it leaves out
//!
//! Checks that need lists kept by others: GS1 company prefixes, countries, currencies, kinds
//! of package, North American grocery coupons, the product tables of ICCBBA. Compressed GS1
//! Digital Links, and the HIBC provider standard, which is about patients.

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test may fail by panicking")
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod date;
mod digits;
pub mod gs1;
mod gtin;
mod hibc;
mod isbt;
mod symbology;
mod text;
mod two_codes;
mod udi;
mod warning;

pub use date::{Date, ParseDateError, Weekday};
pub use gtin::{Gtin, GtinError};
pub use two_codes::{JoinError, PAIR_WITHIN_MS, Step, TwoCodes, join};
pub use udi::{Agency, Outcome, Udi};
pub use warning::Warning;

use alloc::string::String;
use gs1::Mark;
use symbology::Hint;

/// Longer texts are kept and not read. The largest symbol of any kind that GS1 allows for
/// devices holds 2335 characters.
pub const TEXT_LENGTH_MAX: usize = 4096;

/// Reads the text of one symbol, of a keyboard scanner, or of a typed line.
///
/// `today` settles two-digit years and nothing else. The text may begin with a symbology
/// identifier (`]d2`), may have its separators in any of the usual disguises, and may be
/// human readable text with brackets.
///
/// ```
/// use baton_udi::{Agency, Date, Outcome, parse};
///
/// let today = Date::new(2026, 11, 23).expect("a day");
/// let Outcome::Udi(udi) = parse("(01)09506000117843(17)271200(10)AB12", today) else {
///     panic!("this is GS1");
/// };
/// assert_eq!(udi.agency, Agency::Gs1);
/// assert_eq!(udi.lot.as_deref(), Some("AB12"));
/// // The day 00 means the last of the month.
/// assert_eq!(udi.expiry, Date::new(2027, 12, 31));
/// assert!(udi.warnings.is_empty());
///
/// assert_eq!(parse("Hello", today), Outcome::Text("Hello".to_string()));
/// ```
pub fn parse(text: &str, today: Date) -> Outcome {
    let read = (text.len() <= TEXT_LENGTH_MAX).then(|| read(text, today));
    match read.flatten() {
        Some(udi) => Outcome::Udi(udi),
        None => Outcome::Text(String::from(text)),
    }
}

fn read(raw: &str, today: Date) -> Option<Udi> {
    // What keyboards and files add. Spaces stay for now: one may be a check character.
    let around = |c: char| matches!(c, '\r' | '\n' | '\t' | '\0' | '\u{feff}');
    let text = raw.trim_matches(around).trim_start();
    let (hint, text) = symbology::take_off(text);
    match text.split_once("|]e") {
        Some((linear, component)) => read_composite(linear, component, hint, raw, today),
        None => read_one(text, hint, raw, today),
    }
}

fn read_one(text: &str, hint: Hint, raw: &str, today: Date) -> Option<Udi> {
    let trimmed = text.trim();
    let elements = || gs1::read(trimmed, hint.mark(), raw, today);
    if hint == Hint::Gs1
        && let Some(udi) = elements()
    {
        return Some(udi);
    }
    match trimmed.as_bytes() {
        [b'+' | b'*', ..] => hibc::read(text, raw, today),
        [b'=' | b'&', ..] => isbt::read(trimmed, raw),
        [b'h' | b'H', ..] => gs1::read_link(trimmed, raw, today),
        [b'[', b')', b'>', ..] => read_envelope(trimmed, raw, today),
        _ => digits::read_digits(trimmed, hint, raw, today).or_else(elements),
    }
}

/// ISO/IEC 15434: `[)>`, the number of a format, its data, an end. Format 05 is GS1.
fn read_envelope(text: &str, raw: &str, today: Date) -> Option<Udi> {
    let data = text.strip_prefix("[)>\u{1e}05")?;
    let data = data.trim_end_matches(['\u{1e}', '\u{4}']);
    gs1::read(data, Mark::Gs1, raw, today)
}

/// A linear symbol and the two-dimensional component printed above it; a reader sends them
/// together, the second with its own identifier.
fn read_composite(
    linear: &str,
    component: &str,
    hint: Hint,
    raw: &str,
    today: Date,
) -> Option<Udi> {
    let first = read_one(linear, hint, raw, today)?;
    // The modifier after `]e`, one digit.
    let mut component = component.chars();
    component.next().filter(char::is_ascii_digit)?;
    let second = gs1::read(component.as_str(), Mark::Gs1, raw, today)?;
    let all = [first.elements, second.elements].concat();
    (first.agency == Agency::Gs1).then(|| gs1::understand(&all, raw, today))
}

#[cfg(test)]
#[path = "lib_tests.rs"]
mod tests;

//! GS1: element strings, human readable text and Digital Links.
//!
//! A GS1 text is a run of elements, each an application identifier (AI) such as `01` and a
//! value. Which identifiers exist and what their values may be is not written here: the table
//! is compiled from the dictionary that GS1 publishes for this purpose.
//!
//! The reader is generous with the form and strict with the meaning. Separators may come in
//! any disguise, be doubled or needless; a wrong check digit, an impossible date, a forbidden
//! character are kept and flagged, because labels with such faults exist and the person who
//! holds one must still be able to record it. But a value never changes on the way, and where
//! a text can be read in two ways both are given and none is preferred silently.
//!
//! It never turns a faulty value into a date or a number, never fills a field that the text
//! does not have, and never takes a text for GS1 that only half fits, unless something marks
//! it as GS1: the symbology, a separator, brackets, a product number that checks out.

mod dictionary;
mod fault;
mod link;
mod lint;
mod lost;
mod meaning;
mod split;
mod table;

pub use dictionary::title;
pub use fault::{Fault, Finding};
pub(crate) use link::read as read_link;
pub(crate) use meaning::{pairings, understand};

use crate::{Date, Udi, Warning};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use split::Pieces;

/// Elements read from one text at most. Real labels have fewer than twenty.
const ELEMENTS_MAX: usize = 64;
/// An unmarked text without product number is taken for GS1 from this length on.
const UNMARKED_LENGTH_MIN: usize = 6;

/// What is known about a text before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The symbology says that it carries GS1 elements.
    Gs1,
    /// The symbology says that it carries something else. Not proof: such labels exist.
    Other,
    /// Nothing is known.
    None,
}

/// Checks one value against the rules for its identifier.
///
/// # Errors
/// `None` when the identifier does not exist, else the first thing wrong with the value.
pub fn check(key: &str, value: &str) -> Result<(), Option<Finding>> {
    let entry = dictionary::exact(key).ok_or(None)?;
    entry.check(value).map_err(Some)
}

/// Reads an element string or bracketed text; `None` when it is neither.
pub(crate) fn read(text: &str, mark: Mark, raw: &str, today: Date) -> Option<Udi> {
    let pieces = if text.trim_start().starts_with('(') {
        split::bracketed(&split::with_plain_separators(text, false))
    } else {
        split::element_string(&split::with_plain_separators(text, true))
    };
    let evidence = Evidence::of(&pieces);
    if pieces.elements.len() > ELEMENTS_MAX || !evidence.is_enough(mark, text.len()) {
        return None;
    }
    let mut udi = understand(&pieces.elements, raw, today);
    for text in pieces.unread {
        udi.warnings.push(Warning::Unread { text });
    }
    // Brackets show where the writer meant values to end.
    if !pieces.bracketed {
        if mark == Mark::None && !pieces.separated && !evidence.strong {
            udi.warnings.push(Warning::NotMarked);
        }
        flag_lost_separator(&mut udi, pieces.separated, today);
    }
    Some(udi)
}

/// How far a text bears out that it is GS1.
struct Evidence {
    /// Everything was read and follows the rules, check digits aside.
    whole: bool,
    /// A product number, a logistic number or a date is there and checks out.
    strong: bool,
    /// No element was found.
    empty: bool,
    /// At least one element follows the rules, check digits aside.
    any: bool,
    /// The text begins with a product number.
    product_first: bool,
    /// Not all elements are of the kind that a company gives its own meaning (90 to 99).
    public: bool,
    /// A lot, a serial number or a date is there.
    production: bool,
    /// Separators are there.
    separated: bool,
    /// The keys stand in brackets.
    bracketed: bool,
}

impl Evidence {
    fn of(pieces: &Pieces) -> Evidence {
        let mut evidence = Evidence {
            whole: pieces.unread.is_empty() && !pieces.elements.is_empty(),
            strong: false,
            empty: pieces.elements.is_empty(),
            any: false,
            product_first: pieces.elements.first().is_some_and(|(key, _)| key == "01"),
            public: false,
            production: false,
            separated: pieces.separated,
            bracketed: pieces.bracketed,
        };
        for (key, value) in &pieces.elements {
            let result = check(key, value);
            let only_check_digit = matches!(
                result,
                Err(Some(Finding {
                    fault: Fault::IncorrectCheckDigit,
                    ..
                }))
            );
            evidence.whole &= result.is_ok() || only_check_digit;
            evidence.any |= result.is_ok() || only_check_digit;
            evidence.strong |= result.is_ok()
                && matches!(
                    key.as_str(),
                    "00" | "01" | "02" | "03" | "11" | "12" | "13" | "15" | "16" | "17"
                );
            evidence.public |= !key.starts_with('9');
            evidence.production |= matches!(key.as_str(), "10" | "11" | "17" | "21");
        }
        evidence
    }

    fn is_enough(&self, mark: Mark, length: usize) -> bool {
        match mark {
            Mark::Gs1 => !self.empty,
            Mark::Other | Mark::None if self.bracketed => self.public && self.any,
            Mark::Other | Mark::None if self.separated => {
                self.public && (self.whole || self.strong)
            }
            Mark::Other => self.whole && self.strong,
            Mark::None if self.product_first => self.whole || self.strong,
            Mark::None => {
                self.whole && (self.strong || (self.production && length >= UNMARKED_LENGTH_MIN))
            }
        }
    }
}

/// Adds the second reading of a text whose separator may have been lost on the way.
fn flag_lost_separator(udi: &mut Udi, separated: bool, today: Date) {
    let Some(place) = suspect(udi, separated) else {
        return;
    };
    let (key, value) = &udi.elements[place];
    let taken: Vec<&str> = udi.elements.iter().map(|(key, _)| key.as_str()).collect();
    let Some(other) = lost::other_reading(key, value, &taken) else {
        return;
    };
    let warning = Warning::SeparatorMayBeMissing {
        key: key.clone(),
        alternative: bracketed_text(&other),
    };
    let other: Vec<(String, String)> = other
        .into_iter()
        .map(|(key, value)| (key.into(), value.into()))
        .collect();
    let all = [&udi.elements[..place], &other, &udi.elements[place + 1..]].concat();
    udi.alternative = Some(Box::new(understand(&all, &udi.raw, today)));
    udi.warnings.push(warning);
}

/// The element whose value may be two. Without separators that is the last, which has run to
/// the end of the text; with separators only one that is impossible as it stands.
fn suspect(udi: &Udi, separated: bool) -> Option<usize> {
    let is_open = |key: &str| {
        dictionary::exact(key)?
            .predefined_length()
            .is_none()
            .then_some(())
    };
    udi.elements
        .iter()
        .enumerate()
        .position(|(place, (key, value))| {
            is_open(key).is_some()
                && (check(key, value).is_err() || (!separated && place + 1 == udi.elements.len()))
        })
}

/// Elements as people write them: `(01)09506000117843(10)AB`.
pub(crate) fn bracketed_text<S: AsRef<str>>(elements: &[(S, S)]) -> String {
    let mut text = String::new();
    for (key, value) in elements {
        for part in ["(", key.as_ref(), ")", value.as_ref()] {
            text.push_str(part);
        }
    }
    text
}

//! What a reading cannot vouch for.

use crate::gs1::Fault;
use alloc::string::String;
use core::fmt;

/// A doubt about a reading. It never changes a value that was read; it says, typed for
/// programs and in plain words for people, why somebody should look at the label.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The GS1 check digit does not fit the other digits. The number is kept as printed:
    /// real labels with a wrong check digit exist.
    CheckDigit {
        /// The application identifier, like `01`.
        key: String,
        /// The digit that would fit.
        expected: char,
    },
    /// The HIBC check character does not fit the other characters.
    CheckCharacter {
        /// The character that the text ends with.
        found: char,
        /// The character that would fit.
        expected: char,
    },
    /// The HIBC check character is a space, and something before us cut it off.
    CheckCharacterCutOff,
    /// A space after the HIBC check character was taken for padding. It could also be the
    /// check character of a text with a mistake: one in 43 of those looks like this.
    SpaceAfterCheckCharacter,
    /// A value breaks the rule for its element. It is kept in `elements`, and as text fields
    /// (lot, serial) too; it never becomes a date or a number.
    Value {
        /// The key of the element.
        key: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A value stands where a date should and is none.
    Date {
        /// The key of the element.
        key: String,
        /// What stands there.
        value: String,
    },
    /// GS1 wants another element beside this one. Normal for one half of a two-code label.
    MissingPair {
        /// The application identifier that is there.
        key: String,
        /// What should be beside it: alternatives divided by `,`, joined by `+`, as GS1's
        /// dictionary writes it.
        needs: &'static str,
    },
    /// GS1 forbids these two elements on one item.
    ForbiddenPair {
        /// The application identifier that forbids.
        key: String,
        /// The one that is forbidden beside it.
        other: String,
    },
    /// The same element stands in the text twice, with different values. The first counts.
    Repeated {
        /// The key of the element.
        key: String,
    },
    /// No separator came with the text, and the last value may be two: many keyboards and
    /// scanners drop the invisible separator. [`Udi::alternative`](crate::Udi::alternative)
    /// holds the other reading; only the printed label can tell which is right. A program that
    /// knows that the product has no serial number may drop a reading that finds one.
    SeparatorMayBeMissing {
        /// The element whose value may be too long.
        key: String,
        /// The other reading in brackets, like `(10)LOT(17)251231`.
        alternative: String,
    },
    /// A stretch of the text follows no known rule and was left unread.
    Unread {
        /// That stretch.
        text: String,
    },
    /// Nothing marks the text as GS1; it only happens to fit. A plain number in a plain
    /// barcode can look like a lot.
    NotMarked,
    /// Digits that are a trade item number (GTIN) and something else: a GS1 element string,
    /// or the abbreviation (UPC-E) of another number.
    /// [`Udi::alternative`](crate::Udi::alternative) holds the other reading.
    AmbiguousDigits,
    /// HIBC knows capitals only; the text had others and was read as if in capitals.
    LowerCase,
    /// An ISBT 128 compound text announces another number of parts than it has.
    PartCount {
        /// The number announced.
        announced: u32,
        /// The number found.
        found: u32,
    },
}

impl Warning {
    /// True when a value of the reading may be wrong and the label should be looked at; false
    /// for remarks on completeness, which are normal for one half of a two-code label.
    pub fn is_doubt(&self) -> bool {
        !matches!(
            self,
            Warning::MissingPair { .. } | Warning::ForbiddenPair { .. }
        )
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::CheckDigit { key, expected } => write!(
                f,
                "the check digit of ({key}) should be {expected}: compare the digits with the label"
            ),
            Warning::CheckCharacter { found, expected } => write!(
                f,
                "the check character is '{found}' and should be '{expected}': compare the code with the label"
            ),
            Warning::CheckCharacterCutOff => f.write_str(
                "the check character, a space, was cut off: compare the code with the label",
            ),
            Warning::SpaceAfterCheckCharacter => {
                f.write_str("there is a space after the code: compare the code with the label")
            }
            Warning::Value { key, fault } => write!(f, "the value of ({key}) {fault}"),
            Warning::Date { key, value } => {
                write!(f, "the value of ({key}), {value}, is not a date")
            }
            Warning::MissingPair { key, needs } => {
                write!(f, "({key}) should stand beside ")?;
                write_needs(f, needs)
            }
            Warning::ForbiddenPair { key, other } => {
                write!(f, "({key}) and ({other}) must not stand on one item")
            }
            Warning::Repeated { key } => write!(
                f,
                "({key}) stands here twice with different values; the first is taken"
            ),
            Warning::SeparatorMayBeMissing { key, alternative } => write!(
                f,
                "a separator may be missing after ({key}); the text can also be read as {alternative}: compare with the label"
            ),
            Warning::Unread { text } => write!(f, "\"{text}\" could not be read"),
            Warning::NotMarked => {
                f.write_str("nothing marks this text as GS1, it only fits: compare with the label")
            }
            Warning::AmbiguousDigits => {
                f.write_str("these digits can be read in two ways: compare with the label")
            }
            Warning::LowerCase => {
                f.write_str("small letters were read as capitals: compare with the label")
            }
            Warning::PartCount { announced, found } => write!(
                f,
                "the code announces {announced} parts and has {found}: part of it may be missing"
            ),
        }
    }
}

/// `01+21,03+21` in words: `(01) with (21), or (03) with (21)`.
fn write_needs(f: &mut fmt::Formatter<'_>, needs: &str) -> fmt::Result {
    for (place, group) in needs.split([',', ';']).enumerate() {
        if place > 0 {
            f.write_str(", or ")?;
        }
        for (inner, key) in group.split('+').enumerate() {
            let joint = if inner > 0 { " with " } else { "" };
            write!(f, "{joint}({key})")?;
        }
    }
    Ok(())
}

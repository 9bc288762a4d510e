//! What a reading could not vouch for.

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
                "the last character is '{found}' and should be '{expected}': compare the code with the label"
            ),
        }
    }
}

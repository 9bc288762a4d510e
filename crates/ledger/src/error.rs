//! What can be wrong with bytes that came from outside.

use std::fmt;

/// Why bytes are not what they should be. Reading stops at the first fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// Larger than allowed.
    TooLarge {
        /// The bound, in bytes.
        bytes_max: usize,
    },
    /// A list, text or nesting exceeds its bound.
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many are allowed.
        count_max: usize,
    },
    /// Not well-formed CBOR of definite lengths, or something follows it.
    NotCbor,
    /// Well-formed, and not the one deterministic encoding of what it says.
    NotDeterministic,
    /// A value is missing, has the wrong type or is out of its range.
    Malformed {
        /// What was being read.
        what: &'static str,
    },
    /// Written by a newer build: update the app.
    Newer {
        /// What is newer.
        what: &'static str,
        /// Its version.
        version: u64,
    },
    /// An entry of a kind that this build does not know cannot be written, only passed on.
    UnknownKind,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes_max } => write!(f, "larger than {bytes_max} bytes"),
            Self::TooMany { what, count_max } => write!(f, "more than {count_max} {what}"),
            Self::NotCbor => f.write_str("not well-formed CBOR"),
            Self::NotDeterministic => f.write_str("not in its one deterministic encoding"),
            Self::Malformed { what } => write!(f, "{what} is missing or out of range"),
            Self::Newer { what, version } => {
                write!(f, "{what} has version {version}, which needs a newer app")
            }
            Self::UnknownKind => {
                f.write_str("an entry of unknown kind can be passed on, not written")
            }
        }
    }
}

impl std::error::Error for FormatError {}

impl FormatError {
    pub(crate) const fn malformed(what: &'static str) -> Self {
        Self::Malformed { what }
    }
}

/// A signature that does not fit the bytes and the key, or a key that is no point on the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSignature;

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not fit what was signed and the key")
    }
}

impl std::error::Error for BadSignature {}

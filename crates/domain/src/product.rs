//! The catalogue.

use crate::Text;
use std::cmp::Ordering;
use std::fmt;

/// What names a product: its device identifier (DI), which two phones that meet the same label
/// offline both arrive at, so that neither has to ask the other.
///
/// The first character tells the form: a digit begins a GTIN-14 (GS1), a letter a HIBCC
/// identifier without `+` and check character, `=` an ISBT 128 product code, and `#` a product
/// that carries no DI (`#MANUFACTURER/REFERENCE`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProductId(Text);

impl PartialOrd for ProductId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ProductId {
    /// Byte by byte, eight at once: see [`crate::id`] why.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut one, mut other) = (self.0.as_bytes(), other.0.as_bytes());
        while let (Some((first, left)), Some((second, rest))) =
            (one.split_first_chunk::<8>(), other.split_first_chunk::<8>())
        {
            if first != second {
                return u64::from_be_bytes(*first).cmp(&u64::from_be_bytes(*second));
            }
            (one, other) = (left, rest);
        }
        one.cmp(other)
    }
}

impl ProductId {
    /// Longest identifier kept, in bytes.
    pub const LEN_MAX: usize = 64;

    /// Wraps an identifier of 1 to [`Self::LEN_MAX`] bytes without control characters.
    pub fn new(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= Self::LEN_MAX;
        (fits && !text.chars().any(char::is_control)).then(|| Self(text.into()))
    }

    /// Sorts before every product: where all of them begin.
    pub(crate) fn least() -> Self {
        Self(Text::from(""))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProductId({})", self.0)
    }
}

/// How single pieces are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tracking {
    /// Each piece has a serial number; a line's quantity is 1.
    Serial,
    /// Pieces of one lot are alike.
    Lot,
    /// Neither.
    Untracked,
}

/// A catalogue entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its identifier.
    pub id: ProductId,
    /// The manufacturer's reference (catalogue number).
    pub reference: Text,
    /// What it is.
    pub description: Text,
    /// The brand, or empty.
    pub brand: Text,
    /// The manufacturer's name as the catalogue writes it.
    pub manufacturer: Text,
    /// How pieces are told apart.
    pub tracking: Tracking,
    /// Sold sterile.
    pub sterile: bool,
    /// Consumed by use; else it goes back to its custodian (R17).
    pub single_use: bool,
    /// The label carries an expiry date.
    pub expires: bool,
    /// Sizes in words, or empty.
    pub size: Text,
}

//! Facility Stock: what a facility bought and has not used yet (R20 to R23).
//!
//! A stocking order moves title and never custody, so Facility Stock is a stock line like any
//! other; what stands here is the order itself, which is final, and from which the facility's
//! sales total is summed.

use crate::Text;
use crate::id::{EntryId, FacilityId, LineId, PersonId};
use crate::stock::{Custodian, Identity};
use crate::time::Timestamp;
use std::fmt;

/// Most cents that one piece may cost: ten million in the currency's units.
pub const PRICE_CENTS_MAX: u32 = 1_000_000_000;

/// What one piece costs (R20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// No charge: nothing is billed, and the facility's paper says so.
    NoCharge,
    /// So many cents for each piece; 0 is a price too.
    CentsEach(u32),
}

/// Text that is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceError {
    /// A price is never below zero.
    Negative,
    /// More than [`PRICE_CENTS_MAX`].
    TooMuch,
    /// Anything else that is not a number with at most two decimals.
    NotANumber,
}

/// What a facility bought, from whom and for how much; the whole of one stocking order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockingOrder {
    /// The entry that submitted it, or that rebuilt Facility Stock.
    pub id: EntryId,
    /// Who bought.
    pub facility: FacilityId,
    /// Who sold, and keeps custody.
    pub seller: Custodian,
    /// What stands of it, line by line.
    pub lines: Vec<SoldLine>,
    /// A word, such as the facility's own order number, or empty.
    pub note: Text,
    /// Who submitted it, and when.
    pub by: (PersonId, Timestamp),
}

/// One line of a stocking order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoldLine {
    /// The Facility Stock it became.
    pub line: LineId,
    /// What it is.
    pub identity: Identity,
    /// How many were sold.
    pub quantity: u32,
    /// What each of them cost.
    pub price: Price,
    /// The line in whose place it stands, where it was rebuilt (R23).
    pub replaces: Option<LineId>,
}

impl Price {
    /// Reads what a person types: `1250`, `1,250.00`, `0`. Says apart what is wrong with it.
    pub fn from_text(text: &str) -> Result<Self, PriceError> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix(['-', '−']) {
            let negative = rest.starts_with(|first: char| first.is_ascii_digit());
            return Err(if negative {
                PriceError::Negative
            } else {
                PriceError::NotANumber
            });
        }
        let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let whole: String = whole.split(',').collect();
        if whole.is_empty() || !digits(&whole) || !digits(cents) || cents.len() > 2 {
            return Err(PriceError::NotANumber);
        }
        let mut sum: u32 = 0;
        for digit in whole
            .bytes()
            .chain(cents.bytes())
            .chain(*b"00")
            .take(whole.len() + 2)
        {
            sum = sum
                .checked_mul(10)
                .and_then(|sum| sum.checked_add(u32::from(digit - b'0')))
                .filter(|sum| *sum <= PRICE_CENTS_MAX)
                .ok_or(PriceError::TooMuch)?;
        }
        Ok(Self::CentsEach(sum))
    }

    /// Cents for each piece.
    pub fn cents_each(self) -> u32 {
        match self {
            Self::NoCharge => 0,
            Self::CentsEach(cents) => cents,
        }
    }
}

impl fmt::Display for PriceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Negative => "a price is never below zero",
            Self::TooMuch => "the price is too large",
            Self::NotANumber => "not a price: expected a number with at most two decimals",
        })
    }
}

impl std::error::Error for PriceError {}

impl StockingOrder {
    /// What the order comes to, in cents.
    pub fn total_cents(&self) -> u64 {
        self.lines
            .iter()
            .map(|line| u64::from(line.price.cents_each()) * u64::from(line.quantity))
            .fold(0, u64::saturating_add)
    }

    /// True for the order within a rebuild (R23): no charge, so that no sale counts twice.
    pub fn is_rebuild(&self) -> bool {
        self.lines.iter().any(|line| line.replaces.is_some())
    }
}

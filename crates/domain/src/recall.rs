//! Recalls: a product, a lot or a serial that must not be used any more (R29).
//!
//! A recall is about an identity, not about lines: whatever carries it, wherever it lies and
//! whenever it comes in, goes on hold. What has been used already is found case by case with
//! [`reach`], because somebody has to call the surgeon.

use crate::Text;
use crate::case::Usage;
use crate::id::{CaseId, EntryId, PersonId};
use crate::product::ProductId;
use crate::state::State;
use crate::stock::{Identity, StockLine};
use crate::time::Timestamp;

/// The entry that issued a recall.
pub type RecallId = EntryId;

/// What a recall is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recalled {
    /// The product.
    pub product: ProductId,
    /// One lot of it; `None` for every lot.
    pub lot: Option<Text>,
    /// One serial of it; `None` for every serial.
    pub serial: Option<Text>,
}

/// A recall and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recall {
    /// The entry that issued it.
    pub id: RecallId,
    /// What it is about.
    pub what: Recalled,
    /// Why, as the manufacturer's notice says.
    pub reason: Text,
    /// Who recorded it, and when.
    pub issued_by: (PersonId, Timestamp),
    /// Who ended it, and when.
    pub ended_by: Option<(PersonId, Timestamp)>,
}

impl Recalled {
    /// True for what must be held. A lot that could not be read may be the recalled one (R30).
    pub fn covers(&self, identity: &Identity) -> bool {
        if self.product != identity.product {
            return false;
        }
        let lot = self.lot.is_none() || self.lot == identity.lot || identity.lot_unknown;
        let serial = self.serial.is_none() || self.serial == identity.serial;
        lot && serial
    }
}

/// The recall in force that covers `identity`, the oldest if there are several.
pub fn covering<'s>(state: &'s State, identity: &Identity) -> Option<&'s Recall> {
    state
        .recalls()
        .find(|recall| recall.ended_by.is_none() && recall.what.covers(identity))
}

/// What a recall reaches.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach<'s> {
    /// On hand, wherever it is.
    pub on_hand: Vec<&'s StockLine>,
    /// Used, case by case, in the cases that are known here.
    pub used: Vec<(CaseId, &'s Usage)>,
}

/// Finds what carries a recalled identity: on hand, and used.
pub fn reach<'s>(state: &'s State, what: &Recalled) -> Reach<'s> {
    let on_hand = state
        .product_on_hand(&what.product)
        .filter(|line| what.covers(&line.identity))
        .collect();
    let mut used = Vec::new();
    for case in state.cases() {
        for usage in case
            .usage
            .iter()
            .filter(|usage| what.covers(&usage.identity))
        {
            used.push((case.id, usage));
        }
    }
    Reach { on_hand, used }
}

//! Trays (sets, kits): a container with a bill of materials, one line in any movement (R6).
//!
//! A tray is a line with a serial; what lies in it are ordinary lines that go wherever it goes. So
//! conservation, expiry, recalls and uses know nothing of trays, and a rep who uses a plate out of
//! a tray records the plate. What lies in a tray is offered only with it: taking it out is a
//! movement of its own.
//!
//! Packing and taking out advance the tray's head, so that the head which an offer names says
//! exactly what was inside: nobody can change the contents behind an offer (R39).

use crate::Text;
use crate::case::Need;
use crate::id::{LineId, PersonId};
use crate::order;
use crate::product::ProductId;
use crate::state::State;
use crate::stock::StockLine;
use crate::time::Timestamp;

/// What a tray of one product should hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillOfMaterials {
    /// The tray's product.
    pub product: ProductId,
    /// What belongs in it.
    pub needs: Vec<Need>,
}

/// A tray and what lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tray {
    /// The tray's own line.
    pub line: LineId,
    /// The lines in it, in the order in which they were put in.
    pub contents: Vec<LineId>,
    /// The last check, if there was one.
    pub checked: Option<TrayCheck>,
}

/// A check of a tray: before delivery and at pick-up (J9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayCheck {
    /// Who checked, and when.
    pub by: (PersonId, Timestamp),
    /// What was not there of what should be by the records.
    pub missing: Vec<Need>,
    /// What was seen, in words, or empty.
    pub note: Text,
}

/// How many pieces of a line in a tray were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrayCount {
    /// The line.
    pub line: LineId,
    /// How many were there.
    pub found: u32,
}

/// A product of a tray: what belongs in it and what lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The product.
    pub product: ProductId,
    /// How many the bill of materials asks for.
    pub expected: u32,
    /// How many lie in it, those on hold not counted.
    pub inside: u32,
}

impl Tally {
    /// How many are missing by the bill of materials.
    pub fn missing(&self) -> u32 {
        self.expected.saturating_sub(self.inside)
    }
}

/// The lines on hand in a tray.
pub fn contents(state: &State, tray: LineId) -> Vec<&StockLine> {
    let Some(tray) = state.tray(tray) else {
        return Vec::new();
    };
    tray.contents
        .iter()
        .filter_map(|line| state.line(*line))
        .filter(|line| line.quantity > 0)
        .collect()
}

/// What belongs in a tray beside what lies in it, in the order of the bill of materials; what does
/// not belong there comes last, expected 0 times.
pub fn tally(state: &State, tray: &StockLine) -> Vec<Tally> {
    let bill = state.bill_of_materials(&tray.identity.product);
    let mut rows: Vec<Tally> = bill
        .map_or(&[][..], |bill| &bill.needs)
        .iter()
        .map(|need| Tally {
            product: need.product.clone(),
            expected: need.quantity,
            inside: 0,
        })
        .collect();
    for line in contents(state, tray.id) {
        let product = &line.identity.product;
        let sound = line.quantity - line.held().min(line.quantity);
        match rows.iter_mut().find(|row| row.product == *product) {
            Some(row) => row.inside = row.inside.saturating_add(sound),
            None => rows.push(Tally {
                product: product.clone(),
                expected: 0,
                inside: sound,
            }),
        }
    }
    rows
}

/// Counts of one product added up.
pub(crate) fn add_missing(missing: &mut Vec<Need>, product: &ProductId, quantity: u32) {
    match missing.iter_mut().find(|need| need.product == *product) {
        Some(need) => need.quantity = need.quantity.saturating_add(quantity),
        None => missing.push(Need {
            product: product.clone(),
            quantity,
        }),
    }
}

/// True where no line is named twice.
pub(crate) fn are_counted_once(found: &[TrayCount]) -> bool {
    order::are_distinct(found.len(), &|left, right| {
        found[left].line.cmp(&found[right].line)
    })
}

//! What a case used, as it is signed and billed (R19, R24).
//!
//! The lines of a bill are derived from the uses; nobody writes them. Their hash is what a
//! signature binds to: a use that is recorded after it gives another hash, and the signature no
//! longer fits, visibly.

use crate::case::{Case, Usage, UseStatus};
use crate::state::State;
use sha2::{Digest, Sha256};

/// Which section of the bill sheet a use stands in (R24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Billed.
    Billed,
    /// Facility Stock: sold before, price 0.
    FacilityStock,
    /// Neither used nor wasted: put back.
    NotBilled,
}

/// The section of a use.
pub fn section(state: &State, usage: &Usage) -> Section {
    if usage.status == UseStatus::BackToTray {
        return Section::NotBilled;
    }
    let line = || usage.line.and_then(|line| state.line(line));
    let facility_stock = match usage.effect {
        Some(effect) => effect.facility_stock,
        None => line().is_some_and(|line| line.facility_stock_at().is_some()),
    };
    if facility_stock {
        Section::FacilityStock
    } else {
        Section::Billed
    }
}

/// True where something of a case is to be billed: a purchase order follows.
pub fn has_billed(state: &State, case: &Case) -> bool {
    let billed = |usage: &Usage| section(state, usage) == Section::Billed;
    case.usage.iter().any(billed)
}

/// SHA-256 of the lines as they stand: every use with its identity, quantity, status and section,
/// in the order of recording. Texts are preceded by their lengths, so that no two lists of lines
/// give the same bytes.
pub fn lines_hash(state: &State, case: &Case) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(case.id.as_bytes());
    for usage in &case.usage {
        hash.update(usage.entry.as_bytes());
        hash.update(usage.index.to_be_bytes());
        let identity = &usage.identity;
        text(&mut hash, Some(identity.product.as_str()));
        text(&mut hash, identity.lot.as_deref());
        text(&mut hash, identity.serial.as_deref());
        let expiry = identity.expiry.map_or(i32::MIN, |expiry| expiry.to_days());
        hash.update(expiry.to_be_bytes());
        hash.update(usage.quantity.to_be_bytes());
        hash.update([usage.status as u8, section(state, usage) as u8]);
    }
    hash.finalize().into()
}

fn text(hash: &mut Sha256, text: Option<&str>) {
    let length = text.map_or(u32::MAX, |text| text.len() as u32);
    hash.update(length.to_be_bytes());
    hash.update(text.unwrap_or_default());
}

/// True where a case was closed and what it used is still what was signed.
pub fn signatures_hold(state: &State, case: &Case) -> bool {
    case.closing
        .is_some_and(|closing| closing.lines == lines_hash(state, case))
}

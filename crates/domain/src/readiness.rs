//! Whether a case has what it needs: derived, never stored (R18).

use crate::id::{CaseId, TransferId};
use crate::product::ProductId;
use crate::state::State;

/// The one light of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Light {
    /// Everything is there.
    Ready,
    /// Everything is there once these transfers arrive.
    ReadyWhenArrived(Vec<TransferId>),
    /// This many pieces are missing.
    ShortOf(u32),
}

/// Where the pieces of one need are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedCoverage {
    /// The product.
    pub product: ProductId,
    /// How many the case needs.
    pub needed: u32,
    /// How many it used already.
    pub used: u32,
    /// Usable in the rep's own custody.
    pub own: u32,
    /// Usable in accounts shared with the rep.
    pub shared: u32,
    /// Usable Facility Stock at the facility.
    pub facility: u32,
    /// Coming to the rep in open transfers.
    pub arriving: u32,
    /// Free with others in the organization.
    pub others: u32,
    /// Missing, when everything above but `arriving` and `others` is taken.
    pub missing: u32,
}

/// A case's readiness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// The light.
    pub light: Light,
    /// Need by need, in the case's order.
    pub needs: Vec<NeedCoverage>,
}

/// Derives a case's readiness; `None` if the case is not known.
pub fn readiness(state: &State, case: CaseId) -> Option<Readiness> {
    let _ = (state, case);
    None
}

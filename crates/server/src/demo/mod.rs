//! Demo organizations: lively, deterministic, from real products.
//!
//! The same seed and day give the same people, lines, cases and transfers. Everything is made by
//! the rules: each step is a command that `decide` turned into entries and that `judge` accepted
//! at its place, so a demo can show nothing that a person could not have done. The organizations
//! are marked as demo for ever and never share a ledger with real ones.

mod cases;
mod cast;
mod distributor;
mod facility;
mod load;
mod manufacturer;
mod playbook;
mod products;
#[cfg(test)]
mod tests;
mod trays;
mod world;

pub use cast::{
    Account, DISTRIBUTOR_ID, DISTRIBUTOR_NAME, MANUFACTURER_ID, MANUFACTURER_NAME,
    distributor_founder, manufacturer_founder,
};
pub use load::load;
pub use world::Step;

use baton_domain::State;
use baton_domain::id::DeviceId;
use baton_domain::time::Timestamp;

/// How large a demo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Stock lines in the distributor's ledger.
    pub lines: usize,
    /// Reps of the distributor.
    pub reps: usize,
    /// Cases of the distributor.
    pub cases: usize,
    /// What the random choices start from.
    pub seed: u64,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            lines: 1_200,
            reps: 6,
            cases: 12,
            seed: 1,
        }
    }
}

/// A demo organization, ready to be recorded after its founding.
pub struct Demo {
    /// What to record, in order.
    pub steps: Vec<Step>,
    /// Who can sign in.
    pub accounts: Vec<Account>,
}

/// Plans the distributor on top of its founded state. `device` is the server's own key.
pub fn distributor(founded: &State, device: DeviceId, now: Timestamp, size: Size) -> Demo {
    distributor::plan(founded, device, now, size)
}

/// Plans the linked manufacturer on top of its founded state.
pub fn manufacturer(founded: &State, device: DeviceId, now: Timestamp, size: Size) -> Demo {
    manufacturer::plan(founded, device, now, size)
}

//! The simulator: the real engine, keeper, domain and ledger code, on phones and a server that are
//! values in memory, under a network and a fate that a seed decides.
//!
//! A [`run`] is one history: people act on what their phones show ([`acts`]), messages get lost,
//! doubled, late and out of order, phones crash, lose their storage and run an old app, the server is
//! replaced by an old backup. After every step the invariants are checked (`invariants`); at the end the
//! faults stop and everybody must agree. The same seed gives the same history, so that a seed is
//! all that a failure needs to be told by.
//!
//! **A new kind of entry joins in two places**: what people do with it is a row of [`acts::ACTS`],
//! and what it does to the pieces of a lot is an arm of `balance`, where the compiler asks for it.
//! That table and the list of all kinds (`kinds`) are also what [`suite`] holds a run against: what
//! never happened proves nothing, and fails it.
//!
//! Behind the feature `sim`, for `cargo xtask sim` and for tests: it panics where an invariant
//! does not hold, signs with signatures that anybody can forge, and is no part of a product.

pub mod acts;
mod age;
mod balance;
pub mod chance;
pub mod cheap;
mod counts;
mod crossing;
mod handoff;
mod held_acts;
mod invariants;
mod kinds;
mod network;
mod office_acts;
pub mod phone;
mod run;
pub mod server;
mod stock_acts;
mod suite;
mod warehouse;

pub use counts::Counts;
pub use crossing::between_organizations;
pub use run::{Told, run};
pub use suite::{steps_of, suite};

//! The rules of Baton: cases, custody and transfers, with nothing around them.
//!
//! State is a fold over entries. Three functions carry everything:
//!
//! - [`decide`] turns a person's [`Command`] into entry bodies, or into a typed [`Refusal`];
//! - [`judge`] gives the [`Verdict`] on one entry against a state. The server's word counts;
//!   a phone judges only its own pending tail;
//! - [`fold`] applies an entry as its verdict says. It never decides.
//!
//! The same code runs on the phone, on the server and in the simulator, so no rule is written
//! twice. The crate knows no clock, storage, network, encoding, random source or browser: times,
//! ids and zone offsets are passed in.

pub mod adjust;
pub mod authority;
pub mod bill;
pub mod case;
pub mod command;
mod decide;
pub mod directory;
pub mod dispute;
pub mod entry;
pub mod facility_stock;
mod fold;
pub mod guard;
pub mod id;
mod judge;
pub mod limits;
pub mod mirror;
pub mod order;
pub mod plan;
pub mod product;
pub mod proposal;
pub mod query;
pub mod readiness;
pub mod recall;
pub mod refusal;
pub mod request;
pub mod splitmix;
pub mod state;
pub mod stock;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod time;
pub mod transfer;
pub mod tray;
pub mod verdict;

pub use command::Command;
pub use decide::decide;
pub use entry::{Entry, EntryBody};
pub use fold::{fold, trust};
pub use judge::judge;
pub use refusal::{Reason, Refusal};
pub use state::State;
pub use verdict::{Outcome, Verdict};

/// Shared, immutable text. Cloning it copies a pointer, which keeps a clone of [`State`] cheap.
pub type Text = std::sync::Arc<str>;

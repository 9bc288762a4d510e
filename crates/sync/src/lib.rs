//! The sync engine of a phone and the core of the server, both without input or output.
//!
//! [`Engine`] is what a phone knows: the base (what the server decided, up to one order number)
//! and its own pending entries replayed on top. It says what to send and what an answer changes;
//! somebody else stores it, sends it and waits. [`Retry`] says when to try again.
//! [`Ledgerkeeper`] is the other end: it dedupes, judges and orders what arrives.
//!
//! Nothing here opens a socket, touches a store or reads a clock; times and random numbers are
//! passed in. That is what lets the simulator run thousands of histories on the very same code.

mod carried;
mod engine;
mod error;
mod ledgerkeeper;
mod loss;
mod missing;
mod pending;
mod plan;
mod private;
mod request;
mod retry;
mod signature;
#[cfg(feature = "sim")]
#[allow(
    clippy::unwrap_used,
    reason = "an invariant that does not hold is a panic"
)]
pub mod sim;
mod status;
mod vouched;

pub use engine::{Engine, GENERATION_CHANGES, Judge};
pub use error::SyncError;
pub use ledgerkeeper::{
    Held, Holdings, Ledgerkeeper, NewRecord, OrderGap, Proceedings, ServerKey, Standing,
    WAITING_MS_MAX, WaitingEntry,
};
pub use loss::{HighWater, Loss};
pub use missing::{Missing, SequenceRun, missing, missing_of_numbers};
pub use pending::Pending;
pub use plan::{Applied, Plan};
pub use retry::{Advice, Failure, Retry};
pub use signature::{Signatures, Verified, VerifyNow};
pub use status::{Activity, Status};
pub use vouched::forgotten;

//! Where a phone keeps its part of the ledger.
//!
//! [`LedgerStore`] is the trait; [`MemoryStore`] holds everything in memory, and `IndexedDbStore`
//! (in a browser) in IndexedDB. One conformance suite runs on both.
//!
//! What a store promises:
//!
//! - a call is one transaction, and it is done only when that is on disk (`durability: strict`,
//!   the transaction's `complete`); an error means that nothing of it was written;
//! - signed bytes come back exactly as they went in;
//! - two tabs cannot use one device sequence twice, and no tab writes on a base that moved on;
//! - a generation of pages counts only from the one transaction that switches to it;
//! - a database that vanished is said to have vanished. It is never begun anew in silence.
//!
//! A store knows no rules: it judges nothing, folds nothing, and reads no clock.

pub mod conformance;
mod error;
#[cfg(target_arch = "wasm32")]
mod indexeddb;
mod ledger_store;
mod memory;
mod meta;
#[cfg(any(test, target_arch = "wasm32"))]
mod meta_form;
mod model;

pub use error::StoreError;
#[cfg(target_arch = "wasm32")]
pub use indexeddb::IndexedDbStore;
pub use ledger_store::LedgerStore;
pub use memory::MemoryStore;
pub use model::{
    Change, ENTRIES_KEPT, ENTRIES_KEPT_MS, Generation, HISTORY_KEPT, HISTORY_LOADED, Identity,
    Incarnation, Loaded, Own, Settled, Source, SyncUpdate, Unsent,
};

//! What the ledger promises, tried from outside.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod entry;
mod golden;
mod hostile;
mod key;
mod make;
mod message;
mod page;
mod samples;
mod size;

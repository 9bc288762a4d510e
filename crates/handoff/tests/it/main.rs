//! Handing over from phone to phone: forms, bounds, and what a code means to whom.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod forms;
mod golden;
mod hostile;
mod meaning;
mod newcomers;
mod phones;
mod proposals;

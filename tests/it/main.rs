//! Journeys through the real commands: several phones on memory stores and a server in the same
//! process, with real signatures. No browser, no clock, no network; every run is the same.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod arrival;
mod codes;
mod forgotten;
mod handing_over;
mod host;
mod long_queue;
mod missing;
mod on_one_phone;
mod phone;
mod protocol;
mod racing;
mod storage;
mod words;

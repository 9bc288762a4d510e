//! The keeper, the engine, and a small simulator of both: phones on stores in memory, one server
//! loop, a network that loses, doubles and reorders, and crashes at the worst moments.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod acts;
mod chance;
mod cheap;
mod engine;
mod keeper;
mod phone;
mod server;
mod simulator;

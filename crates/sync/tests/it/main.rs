//! The keeper, the engine, and the simulator of both.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod engine;
mod keeper;
mod older;
mod simulator;

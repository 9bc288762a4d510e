//! What the benchmarks measure of the app, as a page calls it: `cargo xtask bench store`,
//! `sync` and `stock`.
//!
//! Compiled as the published app is. The page is `tests/bench/page`.

#[cfg(target_arch = "wasm32")]
mod desk;
#[cfg(target_arch = "wasm32")]
mod ledger;
#[cfg(target_arch = "wasm32")]
mod start;

fn main() {}

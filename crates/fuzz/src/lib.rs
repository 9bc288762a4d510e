//! Fuzzing without a coverage map: `cargo xtask fuzz [--seconds N] [--target NAME] [--seed S]`.
//!
//! A coverage-guided fuzzer wants a nightly compiler, which not every machine can get. What guides
//! this one instead is knowledge of the forms: inputs begin as true ones (golden files, the demo's
//! ledger, label texts), CBOR is changed as a tree, so that lengths fit again and the change gets past
//! the outer layers, and an input that leads to an answer never seen before joins the inputs that
//! later ones are made of ([`corpus`]).
//!
//! What counts as a finding ([`hunt`]): a panic (arithmetic that overflows included), a single input
//! that takes more than [`hunt::TIME_MAX`] or more memory than its size explains, and whatever a target
//! says is wrong. The same seed makes the same inputs. Every finding is kept under `findings/` and
//! played first ever after, here and in this crate's test.

pub mod cbor;
pub mod chance;
pub mod corpus;
pub mod hunt;
pub mod memory;
pub mod mutate;
pub mod targets;
pub mod world;

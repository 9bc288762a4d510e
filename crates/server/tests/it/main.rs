//! The server from outside: every endpoint, first what it refuses, then what it does.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod accounts;
mod app_files;
mod bad_input;
mod changes;
mod commands;
mod concurrency;
mod devices;
mod gate;
mod invites;
mod journey;
mod kill;
mod lan;
mod products;
mod restart;
mod setup;
mod snapshot;
mod support;
mod sync;

//! The server from outside: every endpoint, first what it refuses, then what it does.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod accounts;
mod app_files;
mod backup;
mod bad_input;
mod changes;
mod commands;
mod concurrency;
mod crossing;
mod devices;
mod faults;
mod gate;
mod instances;
mod invites;
mod journey;
mod lan;
mod migrations;
mod operations;
mod postgres_tls;
mod products;
mod rates;
mod restart;
mod security;
mod setup;
mod slow;
mod snapshot;
mod storage;
mod support;
mod sync;

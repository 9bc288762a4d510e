//! `cargo xtask faults [--kills N]`: the server under faults, on SQLite and on PostgreSQL
//! (`crates/server/tests/it/faults/`).
//!
//! The tests run one at a time: one of them restarts the database, which no other may need then.

use std::process::{Command, ExitCode};

use lexopt::prelude::*;

use crate::error::Result;
use crate::postgres::{Cluster, Purpose};
use crate::{process, setup};

/// The tests, below this module.
pub const TESTS: &str = "faults::";
/// Kills of one run on one database, for a recorded run.
const KILLS: u32 = 200;
/// The same for a layer of the tests.
pub const KILLS_IN_LAYER: u32 = 10;

/// `cargo xtask faults`.
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    let mut kills = KILLS;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("kills") => kills = parser.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    println!("faults: SQLite");
    process::run(&mut tests(kills, None))?;
    let bin = setup::postgres::ensure()?.ok_or(setup::postgres::HOW_TO_GET)?;
    let cluster = Cluster::start(&bin, Purpose::Earnest)?;
    println!("faults: PostgreSQL");
    process::run(&mut tests(kills, Some(&cluster)))?;
    Ok(ExitCode::SUCCESS)
}

/// The command that runs them on one database.
pub fn tests(kills: u32, cluster: Option<&Cluster>) -> Command {
    let mut cargo = process::cargo();
    cargo.args(["test", "--package", "baton-server", "--test", "it"]);
    cargo.args(["--no-fail-fast", "--", TESTS]);
    cargo.args(["--test-threads=1", "--nocapture"]);
    cargo.env("BATON_FAULTS_KILLS", kills.to_string());
    match cluster {
        Some(cluster) => cargo.env("BATON_TEST_DATABASE_URL", cluster.url()),
        None => cargo.env_remove("BATON_TEST_DATABASE_URL"),
    };
    cargo
}

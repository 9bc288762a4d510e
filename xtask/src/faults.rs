//! `cargo xtask faults [--kills N]`: the server under faults, on SQLite and on PostgreSQL
//! (`crates/server/tests/it/faults/`), and a phone's browser killed in the middle of commits
//! (`tests/e2e/chromium/killed.rs`).
//!
//! The tests run one at a time: one of them restarts the database, which no other may need then.

use std::process::{Command, ExitCode};

use lexopt::prelude::*;

use crate::build::{self, Profile};
use crate::error::Result;
use crate::postgres::{Cluster, Purpose};
use crate::setup::browsers::{self, Engine};
use crate::test::harness_env;
use crate::{process, setup};

/// The tests, below this module.
pub const TESTS: &str = "faults::";
/// Tells the tests how often to kill.
const KILLS_VARIABLE: &str = "BATON_FAULTS_KILLS";
/// Kills of one run on one database, or of one browser, for a recorded run.
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
    drop(cluster);
    println!("faults: Chromium");
    process::run(&mut in_a_browser(kills)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds what it needs; the command that kills a phone's browser so often.
fn in_a_browser(kills: u32) -> Result<Command> {
    let chromium = browsers::ensure(Engine::Chromium)?.ok_or("Chromium is not here")?;
    process::run(&mut build::app_command(&setup::for_build()?)?)?;
    process::run(&mut build::server_command(Profile::Debug))?;
    let mut cargo = process::cargo();
    cargo.args(["test", "--package", "baton", "--test", "e2e"]);
    cargo.args(["--", "killed::", "--test-threads=1", "--nocapture"]);
    harness_env(&mut cargo, &chromium);
    cargo.env(KILLS_VARIABLE, kills.to_string());
    Ok(cargo)
}

/// The command that runs them on one database.
pub fn tests(kills: u32, cluster: Option<&Cluster>) -> Command {
    let mut cargo = process::cargo();
    cargo.args(["test", "--package", "baton-server", "--test", "it"]);
    cargo.args(["--no-fail-fast", "--", TESTS]);
    cargo.args(["--test-threads=1", "--nocapture"]);
    cargo.env(KILLS_VARIABLE, kills.to_string());
    match cluster {
        Some(cluster) => cargo.env("BATON_TEST_DATABASE_URL", cluster.url()),
        None => cargo.env_remove("BATON_TEST_DATABASE_URL"),
    };
    cargo
}

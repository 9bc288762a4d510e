//! `cargo xtask sim [--seeds N] [--seed S] [--steps N]`: histories that chance decides, on the
//! real rules, engine and keeper.

use std::process::{Command, ExitCode};
use std::time::Instant;

use lexopt::prelude::*;

use crate::error::Result;
use crate::process;

/// How many histories the test layer plays.
pub const SEEDS: u64 = 20_000;
/// How many steps a history has; every eighth has four times as many, see `baton_sync::sim`.
const STEPS: u64 = 100;

/// `cargo xtask sim`.
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    let (mut first, mut count, mut steps) = (0, SEEDS, STEPS);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("seeds") => count = parser.value()?.parse()?,
            Long("seed") => (first, count) = (parser.value()?.parse()?, 1),
            Long("steps") => steps = parser.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    // Built first, so that what is timed is the playing.
    let mut build = simulator(first, 0, steps);
    process::run(&mut build)?;
    let started = Instant::now();
    process::run(&mut simulator(first, count, steps))?;
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{seconds:.1} s: {:.0} histories a second",
        count as f64 / seconds
    );
    Ok(ExitCode::SUCCESS)
}

/// The command that plays what the test layer plays.
pub fn layer_command() -> Command {
    simulator(0, SEEDS, STEPS)
}

/// `cargo xtask mutants`: the simulator with each guard switched off must turn red.
pub fn mutants_command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    if let Some(argument) = parser.next()? {
        return Err(argument.unexpected().into());
    }
    process::run(&mut mutants_layer_command())?;
    Ok(ExitCode::SUCCESS)
}

/// The command that plays without each guard.
pub fn mutants_layer_command() -> Command {
    let mut cargo = process::cargo();
    cargo.args([
        "run",
        "--quiet",
        "--profile",
        "sim",
        "--package",
        "baton-sync",
        "--features",
        "mutants",
        "--bin",
        "baton-sim",
        "--",
        "mutants",
    ]);
    cargo
}

/// Optimised, with arithmetic and assertions checked: it plays millions of steps.
fn simulator(first: u64, count: u64, steps: u64) -> Command {
    let mut cargo = process::cargo();
    cargo.args([
        "run",
        "--quiet",
        "--profile",
        "sim",
        "--package",
        "baton-sync",
        "--features",
        "sim",
        "--bin",
        "baton-sim",
        "--",
    ]);
    cargo.args([first, count, steps].map(|number| number.to_string()));
    cargo
}

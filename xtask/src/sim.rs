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
pub const STEPS: u64 = 100;

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
    let (seconds, _) = timed(first, count, steps)?;
    println!(
        "{seconds:.1} s: {:.0} histories a second",
        count as f64 / seconds
    );
    Ok(ExitCode::SUCCESS)
}

/// Plays; how many seconds that took, and how many of them processors worked where the system tells.
pub fn timed(first: u64, count: u64, steps: u64) -> Result<(f64, Option<f64>)> {
    // Built first, so that what is timed is the playing.
    process::run(&mut simulator(first, 0, steps))?;
    let (started, worked) = (Instant::now(), worked());
    process::run(&mut simulator(first, count, steps))?;
    let seconds = started.elapsed().as_secs_f64();
    let worked = self::worked()
        .zip(worked)
        .map(|(after, before)| after - before);
    Ok((seconds, worked))
}

/// Seconds of processors that everything started from here and ended has taken.
fn worked() -> Option<f64> {
    /// In which Linux counts, on every machine it runs on.
    const TICKS_A_SECOND: f64 = 100.0;
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name in parentheses, which may hold spaces: cutime and cstime.
    let (_, fields) = text.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(13).take(2);
    let (user, system): (f64, f64) = (ticks.next()?.parse().ok()?, ticks.next()?.parse().ok()?);
    Some((user + system) / TICKS_A_SECOND)
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

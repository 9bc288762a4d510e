//! `cargo xtask fuzz [--seconds N] [--target NAME] [--seed S]`: `crates/fuzz` on each of its targets.
//!
//! A target runs in a process of its own. Should an input kill that (a stack that overflows, memory
//! that cannot be had), the same hunt is played again with each input written down first, and the last
//! one is named.

use std::process::{Command, ExitCode};

use lexopt::prelude::*;

use crate::error::Result;
use crate::{paths, process};

/// The targets, as `baton-fuzz` names them.
const TARGETS: [&str; 7] = ["udi", "entry", "handoff", "sync", "csv", "pages", "answers"];
/// Seconds of a target, unless a person says otherwise.
const SECONDS: u64 = 60;
/// Seconds of a target in a layer of the tests.
pub const SECONDS_IN_LAYER: u64 = 8;

/// `cargo xtask fuzz`.
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    let (mut seconds, mut seed) = (SECONDS, 1);
    let mut targets: Vec<String> = vec![];
    while let Some(argument) = parser.next()? {
        match argument {
            Long("seconds") => seconds = parser.value()?.parse()?,
            Long("seed") => seed = parser.value()?.parse()?,
            Long("target") => targets.push(parser.value()?.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if targets.is_empty() {
        targets = TARGETS.map(str::to_owned).to_vec();
    }
    process::run(&mut build())?;
    let mut found = false;
    for target in targets {
        let status = hunt(&target, seconds, seed).status();
        let status = status.map_err(|error| format!("starting baton-fuzz: {error}"))?;
        found |= !status.success();
        if status.code().is_none() {
            let trace = paths::target().join(format!("fuzz-{target}.input"));
            println!("fuzz: {target} died; playing it again to find the input (no end by time)");
            let mut again = hunt(&target, 0, seed);
            again
                .args(["--inputs", "1000000000", "--trace"])
                .arg(&trace);
            let _ = again.status();
            println!("fuzz: it died of {}", trace.display());
        }
    }
    Ok(if found {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Builds the program: optimised, with arithmetic checked.
pub fn build() -> Command {
    let mut cargo = process::cargo();
    cargo.args(["build", "--quiet", "--profile", "fuzz"]);
    cargo.args(["--package", "baton-fuzz"]);
    cargo
}

/// The hunts of a layer of the tests.
pub fn hunts() -> impl Iterator<Item = Command> {
    let one = |target| hunt(target, SECONDS_IN_LAYER, 1);
    TARGETS.into_iter().map(one)
}

fn hunt(target: &str, seconds: u64, seed: u64) -> Command {
    let program = format!("baton-fuzz{}", std::env::consts::EXE_SUFFIX);
    let mut hunt = process::command(paths::target().join("fuzz").join(program));
    hunt.args(["--target", target, "--seed", &seed.to_string()]);
    hunt.args(["--seconds", &seconds.to_string()]);
    hunt
}

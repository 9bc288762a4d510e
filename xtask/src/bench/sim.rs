//! B11: how many simulated histories a second.

use std::process::ExitCode;

use lexopt::prelude::*;
use serde_json::json;

use super::{keep, load};
use crate::error::Result;
use crate::sim;

/// Histories, unless a person says otherwise: some ten seconds of them.
const SEEDS: u64 = 10_000;

/// Plays, prints and keeps the figures in `target/bench/sim.json`. Beside the seconds stand those that
/// its processors worked, where the system tells: on a busy machine only these can be compared.
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    let mut seeds = SEEDS;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("seeds") => seeds = parser.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    let before = load();
    let (seconds, worked) = sim::timed(0, seeds, sim::STEPS)?;
    let a_second = |seconds: f64| (seeds as f64 / seconds).round();
    println!(
        "{seeds} histories in {seconds:.1} s: {} a second",
        a_second(seconds)
    );
    if let Some(worked) = worked {
        println!(
            "{worked:.1} s of processors: {} a second of one",
            a_second(worked)
        );
    }
    let figures = json!({
        "histories": seeds,
        "steps": sim::STEPS,
        "seconds": seconds,
        "histories_a_second": a_second(seconds),
        "processor_seconds": worked,
        "histories_a_processor_second": worked.map(a_second),
    });
    keep("sim", [before, load()], figures)?;
    Ok(ExitCode::SUCCESS)
}

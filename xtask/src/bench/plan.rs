//! B8: the cover planner on 100,000 lines and 200 reps, beside a walk over every line.

use std::process::ExitCode;

use serde_json::Value;

use super::{keep, load};
use crate::error::Result;
use crate::process;

/// Measures, prints a table and keeps the figures in `target/bench/plan.json`.
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    if let Some(other) = parser.next()? {
        return Err(other.unexpected().into());
    }
    let before = load();
    let mut cargo = process::cargo();
    cargo.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "baton-domain",
        "--features",
        "testkit",
        "--example",
        "measure_plan",
    ]);
    let figures: Value = serde_json::from_str(&process::capture(&mut cargo)?)?;
    println!("lines    reps  needs  products      plan   suggest  walk over all");
    for row in figures.as_array().into_iter().flatten() {
        let number = |key: &str| row[key].as_u64().unwrap_or(0);
        println!(
            "{:>7} {:>5} {:>6} {:>9} {:>6} µs {:>6} µs {:>11} µs",
            number("lines"),
            number("reps"),
            number("needs"),
            number("products"),
            number("plan_us"),
            number("suggest_us"),
            number("walk_us"),
        );
    }
    keep("plan", [before, load()], figures)?;
    Ok(ExitCode::SUCCESS)
}

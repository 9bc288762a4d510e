//! B10: how large an offer is as a code, beside the least that it could be.

use std::process::ExitCode;

use serde_json::Value;

use super::{keep, load};
use crate::error::Result;
use crate::process;

/// Measures, prints a table and keeps the figures in `target/bench/handoff.json`.
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
        "baton-handoff",
        "--example",
        "measure",
    ]);
    let figures: Value = serde_json::from_str(&process::capture(&mut cargo)?)?;
    println!(
        "lines   entry  parcel   least  codes  version  characters   least      ur  receipt  made      read"
    );
    for row in figures.as_array().into_iter().flatten() {
        let number = |key: &str| row[key].as_u64().unwrap_or(0);
        println!(
            "{:>5} {:>5} B {:>5} B {:>5} B  {:>5} {:>6}-{} {:>11} {:>7} {:>7} {:>6} B {:>5} µs {:>5} µs",
            number("lines"),
            number("entry_bytes"),
            number("parcel_bytes"),
            number("least_bytes"),
            number("codes"),
            number("version"),
            row["level"].as_str().unwrap_or("?"),
            number("characters"),
            number("least_characters"),
            number("ur_characters"),
            number("receipt_bytes"),
            number("made_us"),
            number("read_us"),
        );
    }
    keep("handoff", [before, load()], figures)?;
    Ok(ExitCode::SUCCESS)
}

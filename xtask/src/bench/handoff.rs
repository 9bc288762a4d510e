//! B10: how large an offer is as a code, beside the least that it could be; then the seconds that it
//! takes through a camera, from one browser to another.

use std::process::ExitCode;

use lexopt::prelude::*;
use serde_json::{Value, json};

use super::{keep, load};
use crate::build::{self, Profile};
use crate::error::{At, Result};
use crate::setup::browsers::{self, Engine};
use crate::test::harness_env;
use crate::{paths, process, setup};

/// Measures, prints two tables and keeps the figures in `target/bench/handoff.json`.
/// `--no-camera` leaves the browsers out.
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    let mut with_camera = true;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("no-camera") => with_camera = false,
            other => return Err(other.unexpected().into()),
        }
    }
    let before = load();
    let sizes = sizes()?;
    let seconds = if with_camera { seconds()? } else { Value::Null };
    let results = json!({ "sizes": sizes, "seconds": seconds });
    keep("handoff", [before, load()], results)?;
    Ok(ExitCode::SUCCESS)
}

/// Bytes and symbols, natively.
fn sizes() -> Result<Value> {
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
    Ok(figures)
}

/// Seconds, between two browsers.
fn seconds() -> Result<Value> {
    let tools = setup::for_build()?;
    let chromium = browsers::ensure(Engine::Chromium)?.ok_or(
        "the camera is Chromium's fake one, and it is not here; `cargo xtask setup` says more",
    )?;
    process::run(&mut build::app_command(&tools)?)?;
    process::run(&mut build::server_command(Profile::Debug))?;
    let folder = paths::target().join("bench");
    std::fs::create_dir_all(&folder).at("making target/bench")?;
    let file = folder.join("handoff-seconds.json");
    let mut cargo = process::cargo();
    cargo.args(["test", "--quiet", "--package", "baton"]);
    cargo.args(["--test", "handoff_seconds"]);
    harness_env(&mut cargo, &chromium);
    process::run(cargo.env("BATON_BENCH", &file))?;
    let text = std::fs::read_to_string(&file).at("reading the figures")?;
    let figures: Value = serde_json::from_str(&text)?;
    println!(
        "\nlines  codes  version  shown    read  median   worst   least  answered  returned     all"
    );
    for row in figures.as_array().into_iter().flatten() {
        let number = |key: &str| row[key].as_u64().unwrap_or(0);
        let in_s = |key: &str| number(key) as f64 / 1_000.0;
        println!(
            "{:>5} {:>6} {:>8} {:>6.2} {:>7.2} {:>7.2} {:>7.2} {:>7.2} {:>9.2} {:>9.2} {:>7.2} s",
            number("lines"),
            number("codes"),
            number("version"),
            in_s("shown_ms"),
            in_s("first_read_ms"),
            in_s("median_read_ms"),
            in_s("worst_read_ms"),
            in_s("least_read_ms"),
            in_s("answered_ms"),
            in_s("returned_ms"),
            in_s("machine_ms"),
        );
    }
    Ok(figures)
}

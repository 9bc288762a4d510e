//! B8: the cover planner on 100,000 lines and 200 reps, beside a walk over every line; on this
//! machine and as phones run it, compiled for wasm like the app.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{keep, load};
use crate::build::make_it_small;
use crate::error::Result;
use crate::setup::toolchain;
use crate::{paths, process};

/// Measures, prints a table and keeps the figures in `target/bench/plan.json`.
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    if let Some(other) = parser.next()? {
        return Err(other.unexpected().into());
    }
    let mut figures = json!({});
    let built = [("native", natively()?), ("wasm", in_wasm()?)];
    let before = load();
    println!("         lines    reps  needs  products      plan   suggest  walk over all");
    for (name, mut run) in built {
        let rows: Value = serde_json::from_str(&process::capture(&mut run)?)?;
        for row in rows.as_array().into_iter().flatten() {
            let number = |key: &str| row[key].as_u64().unwrap_or(0);
            println!(
                "{name:<6} {:>7} {:>7} {:>6} {:>9} {:>6} µs {:>6} µs {:>11} µs",
                number("lines"),
                number("reps"),
                number("needs"),
                number("products"),
                number("plan_us"),
                number("suggest_us"),
                number("walk_us"),
            );
        }
        figures[name] = rows;
    }
    keep("plan", [before, load()], figures)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds it for this machine; the command that measures.
fn natively() -> Result<std::process::Command> {
    let example = |verb: &str| {
        let mut cargo = process::cargo();
        cargo.args([verb, "--quiet", "--release", "--package", "baton-domain"]);
        cargo.args(["--features", "testkit", "--example", "measure_plan"]);
        cargo
    };
    process::run(&mut example("build"))?;
    Ok(example("run"))
}

/// Builds it as the app is built; the command that measures, in the engine that Chromium has too.
fn in_wasm() -> Result<std::process::Command> {
    let mut cargo = toolchain::ensure()?.cargo();
    cargo.args(["build", "--quiet", "--target", toolchain::TARGET]);
    cargo.args(["--profile", "wasm-release", "--package", "baton-domain"]);
    cargo.args(["--features", "testkit", "--example", "measure_plan_wasm"]);
    process::run(make_it_small(&mut cargo))?;
    let built = format!(
        "{}/wasm-release/examples/measure_plan_wasm.wasm",
        toolchain::TARGET
    );
    let mut node = process::command("node");
    node.arg(paths::root().join("crates/domain/examples/measure_plan/wasm.mjs"));
    node.arg(paths::target().join(built));
    Ok(node)
}

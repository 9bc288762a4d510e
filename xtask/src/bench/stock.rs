//! B2: the app opened on 1,000, 10,000 and 50,000 lines, and B5: its questions over them, beside
//! lists over the libraries that a web app would take. `--lines N` names a size, as often as given.

use std::ffi::OsStr;
use std::process::ExitCode;

use lexopt::{Arg::Long, ValueExt};
use serde_json::{Value, json};

use super::{keep, load, median_of, page};
use crate::error::Result;
use crate::{build, paths, process};

/// Lines of the whole organization.
const SIZES: [u32; 3] = [1_000, 10_000, 50_000];

/// What is measured, and how the table calls it.
const FIGURES: &[(&str, &str)] = &[
    ("opened", "open to list"),
    ("held_by", "one holder"),
    ("search", "each letter"),
];

/// Measures, prints a table and keeps the figures in `target/bench/stock.json`.
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    let mut sizes: Vec<u32> = vec![];
    while let Some(argument) = parser.next()? {
        match argument {
            Long("lines") => sizes.push(parser.value()?.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if sizes.is_empty() {
        sizes.extend(SIZES);
    }
    let ready = page::ready()?;
    process::run(&mut build::app_command(&ready.tools)?)?;
    let before = load();
    let app = paths::dist();
    let mut results: Vec<Value> = vec![];
    for size in sizes {
        let lines = size.to_string();
        let given = [
            ("BATON_APP", app.as_os_str()),
            ("BATON_LINES", OsStr::new(&lines)),
        ];
        results.push(table(&page::measured(&ready, "stock", &given)?));
    }
    keep("stock", [before, load()], json!(results))?;
    Ok(ExitCode::SUCCESS)
}

/// The medians of one size. Not a number: it was not asked, for an answer before took too long.
fn table(size: &Value) -> Value {
    let limit = size["limit_ms"].as_f64().unwrap_or(f64::INFINITY);
    println!(
        "\n{} lines ({} of the holders), medians in ms, CPU x4",
        size["lines"], size["held"]
    );
    let names = FIGURES.iter().map(|(_, words)| format!("{words:>14}"));
    println!("{:<10}{}", "", names.collect::<String>());
    let figures = size["figures"].as_object().cloned().unwrap_or_default();
    let rows = figures.iter().map(|(name, of)| {
        let medians = FIGURES.iter().map(|(what, _)| {
            let rounds = of[what].as_array().cloned().unwrap_or_default();
            (*what, median_of(&rounds, "ms"))
        });
        let medians: Vec<(&str, f64)> = medians.collect();
        let shown = medians.iter().map(|(_, ms)| shown(*ms, limit));
        println!("{name:<10}{}", shown.collect::<String>());
        let medians = medians
            .into_iter()
            .map(|(what, ms)| (what.to_owned(), json!(ms)));
        (name.clone(), Value::Object(medians.collect()))
    });
    let medians = Value::Object(rows.collect());
    let steps = size["steps"].as_array().cloned().unwrap_or_default();
    let step = |what: &str| median_of(&steps, what);
    let (load, read, put) = (step("load"), step("read"), step("put_lines"));
    println!(
        "of the app's start: {load:.0} out of IndexedDB, {read:.0} to read it, of that {put:.0} \
         to put the lines in their places"
    );
    json!({
        "steps_ms": { "load": load, "read": read, "put_lines": put },
        "lines": size["lines"],
        "limit_ms": limit,
        "medians_ms": medians,
        "rounds": size["figures"],
    })
}

fn shown(ms: f64, limit: f64) -> String {
    if ms.is_nan() {
        format!("{:>14}", "not asked")
    } else if ms >= limit {
        format!("{:>14}", format!("more than {limit}"))
    } else {
        format!("{ms:>14.1}")
    }
}

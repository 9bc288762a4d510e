//! B4: 1,000 queued entries from the phone to the server, beside PouchDB and express-pouchdb.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{keep, load, median_of, page};
use crate::error::Result;

/// Measures, prints a table and keeps the figures in `target/bench/drain.json`.
pub fn command() -> Result<ExitCode> {
    let ready = page::ready()?;
    let before = load();
    let measured = page::measured(&ready, "drain", &[])?;
    let loads = [before, load()];
    let ours = measured["baton"].as_array().cloned().unwrap_or_default();
    let theirs = measured["pouchdb"].as_array().cloned().unwrap_or_default();
    let in_batches = |batch: u64| -> Vec<Value> {
        let of = theirs.iter().filter(|one| one["batch"] == batch);
        of.cloned().collect()
    };
    let ms = median_of(&ours, "ms");
    println!("\n1,000 queued entries            median     longest task   times as long");
    let rows = [
        ("baton", ours.clone()),
        ("pouchdb, 100 at once", in_batches(100)),
        ("pouchdb, all at once", in_batches(1_000)),
    ];
    let figures = rows.map(|(name, rounds)| {
        let (one, task) = (
            median_of(&rounds, "ms"),
            median_of(&rounds, "longest_task_ms"),
        );
        let ratio = (one / ms * 10.0).round() / 10.0;
        println!("{name:<28} {one:>9.1} ms {task:>12.0} ms {ratio:>12.1}");
        json!({ "name": name, "median_ms": one, "longest_task_ms": task, "times_baton": ratio })
    });
    let asking = median_of(&ours, "asking_ms");
    println!(
        "of ours the requests take       {asking:>6.1} ms, from asking to the end of the answer"
    );
    let results = json!({ "medians": figures, "baton": ours, "pouchdb": theirs });
    keep("drain", loads, results)?;
    Ok(ExitCode::SUCCESS)
}

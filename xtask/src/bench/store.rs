//! B1: the commit of one movement, and B3: many records at once, by the app's own store beside bare
//! IndexedDB and the libraries that a web app would take.

use std::process::ExitCode;

use serde_json::{Map, Value, json};

use super::{keep, load, page, quantile};
use crate::error::Result;

/// Measures, prints two tables and keeps the figures in `target/bench/store.json`.
pub fn command() -> Result<ExitCode> {
    let ready = page::ready()?;
    let before = load();
    let measured = page::measured(&ready, "store", &[])?;
    let loads = [before, load()];
    let commit = table("commit of one movement", &measured["commit"]["times"]);
    let bulk = table("5,000 records at once", &measured["bulk"]["times"]);
    let results = json!({
        "commit_ms": commit,
        "bulk_ms": bulk,
        "entry_bytes": measured["commit"]["entry_bytes"],
        "durability": measured["commit"]["durability"],
        "indexeddb_backend": measured["backend"],
        "browser": measured["browser"],
    });
    keep("store", loads, results)?;
    Ok(ExitCode::SUCCESS)
}

/// Median and the value that 95 of 100 stay below, of each that took part.
fn table(title: &str, times: &Value) -> Value {
    let empty = Map::new();
    let all = times.as_object().unwrap_or(&empty);
    let of = |name: &str, share: f64| {
        let times = all.get(name).and_then(Value::as_array)?;
        let times: Vec<f64> = times.iter().filter_map(Value::as_f64).collect();
        quantile(&times, share)
    };
    let raw = of("raw", 0.5).unwrap_or(f64::NAN);
    println!("\n{title:<24}      p50      p95    times raw IndexedDB, strict");
    let rows = all.keys().map(|name| {
        let p50 = of(name, 0.5).unwrap_or(f64::NAN);
        let p95 = of(name, 0.95).unwrap_or(f64::NAN);
        let ratio = (p50 / raw * 100.0).round() / 100.0;
        println!("{name:<24} {p50:>8.2} {p95:>8.2} ms {ratio:>6.2}");
        (
            name.clone(),
            json!({ "p50": p50, "p95": p95, "times_raw": ratio }),
        )
    });
    Value::Object(rows.collect())
}

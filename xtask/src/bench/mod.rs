//! `cargo xtask bench NAME`: figures, not verdicts. Each prints what it measured beside a peer
//! measured in the same run, because a number alone says more about the machine. What was measured
//! goes to `target/bench/NAME.json`, with the load that the machine had: a busy machine makes slow
//! figures, and whoever reads them must see it.

mod drain;
mod handoff;
mod page;
mod plan;
mod scan;
mod server;
mod sim;
mod start;
mod stock;
mod store;

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::error::{At, Result};
use crate::paths;

/// A benchmark, with its own arguments.
type Run = fn(lexopt::Parser) -> Result<ExitCode>;

/// Every benchmark by its name.
const ALL: [(&str, Run); 9] = [
    ("drain", |_| drain::command()),
    ("handoff", handoff::command),
    ("plan", plan::command),
    ("scan", scan::command),
    ("server", |_| server::run()),
    ("sim", sim::command),
    ("start", |_| start::command()),
    ("stock", stock::command),
    ("store", |_| store::command()),
];
/// What a movement goes through from the phone's disk to the server's.
const SYNC: [&str; 3] = ["store", "drain", "server"];

/// Runs one benchmark, whose own arguments follow its name, or a group of them.
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    let name = match parser.next()? {
        Some(lexopt::Arg::Value(name)) => name.to_string_lossy().into_owned(),
        _ => String::new(),
    };
    if let Some((_, run)) = ALL.iter().find(|(known, _)| *known == name) {
        return run(parser);
    }
    let group: Vec<_> = match name.as_str() {
        "all" => ALL.iter().collect(),
        "sync" => ALL.iter().filter(|(name, _)| SYNC.contains(name)).collect(),
        _ => {
            let names = ALL.map(|(name, _)| name).join(", ");
            let sync = SYNC.join(", ");
            return Err(format!(
                "which benchmark? There are: {names}; sync for {sync}; and all of them by `all`"
            )
            .into());
        }
    };
    for (name, run) in group {
        println!("\nbench: {name}");
        run(lexopt::Parser::from_args(std::iter::empty::<String>()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Keeps what was measured, with the load before and after.
fn keep(name: &str, loads: [Option<String>; 2], results: Value) -> Result<()> {
    let folder = paths::target().join("bench");
    std::fs::create_dir_all(&folder).at("making target/bench")?;
    let path = folder.join(format!("{name}.json"));
    let [before, after] = loads;
    let report = json!({
        "benchmark": name,
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "load_average_before": before,
        "load_average_after": after,
        "results": results,
    });
    let text = serde_json::to_string_pretty(&report)?;
    std::fs::write(&path, text).at(format!("writing {}", path.display()))?;
    println!("bench: kept in {}", path.display());
    Ok(())
}

/// The value that so much of all stays below, to three decimals: 0.5 is the median.
fn quantile(all: &[f64], share: f64) -> Option<f64> {
    let mut all = all.to_vec();
    all.sort_by(f64::total_cmp);
    let value = all.get((all.len() as f64 * share) as usize)?;
    Some((value * 1000.0).round() / 1000.0)
}

/// The median of one number of each round; not a number where there is none.
fn median_of(rounds: &[Value], what: &str) -> f64 {
    let all: Vec<f64> = rounds.iter().filter_map(|one| one[what].as_f64()).collect();
    quantile(&all, 0.5).unwrap_or(f64::NAN)
}

/// The load of the last minute, five and fifteen; none where the system does not say.
fn load() -> Option<String> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    Some(words.join(" "))
}

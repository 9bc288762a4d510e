//! B9: signed entries that the server accepts a second, on SQLite and on PostgreSQL.

use std::process::ExitCode;

use serde_json::Value;

use crate::error::Result;
use crate::postgres::{Cluster, Purpose};
use crate::{process, setup};

/// Runs `crates/server/benches/accepted.rs` on both databases.
pub fn run() -> Result<ExitCode> {
    let before = super::load();
    let mut results = vec![measure(None)?];
    match setup::postgres::ensure()? {
        Some(bin) => {
            let cluster = Cluster::start(&bin, Purpose::Earnest)?;
            results.push(measure(Some(&cluster.url()))?);
        }
        None => println!("bench: {}", setup::postgres::HOW_TO_GET),
    }
    for result in &results {
        println!(
            "{}: {} accepted/s; signatures alone {}/s, bare insert {}/s, both {}/s: {} times the peer",
            result["database"].as_str().unwrap_or_default(),
            result["accepted_per_s"],
            result["signatures_alone_per_s"],
            result["bare_insert_per_s"],
            result["peer_per_s"],
            result["times_the_peer"],
        );
    }
    super::keep("server", [before, super::load()], Value::Array(results))?;
    Ok(ExitCode::SUCCESS)
}

fn measure(database: Option<&str>) -> Result<Value> {
    let mut cargo = process::cargo();
    cargo.args(["bench", "--quiet", "--package", "baton-server"]);
    cargo.args(["--bench", "accepted"]);
    match database {
        Some(url) => cargo.env("DATABASE_URL", url),
        None => cargo.env_remove("DATABASE_URL"),
    };
    let printed = process::capture(&mut cargo)?;
    let line = printed.lines().find(|line| line.starts_with('{'));
    let line = line.ok_or("the benchmark printed no result")?;
    Ok(serde_json::from_str(line)?)
}

//! `verify`: does the ledger still say what was signed?

use lexopt::prelude::*;

use baton_server::Server;
use baton_server::words::Failure;

use super::{Result, existing, path, unclear, wait};

/// Faults that are printed for one organization.
const SHOWN_MAX: usize = 20;

/// Checks every ledger and prints what fails.
pub fn run(mut words: lexopt::Parser) -> Result<()> {
    let mut data = None;
    while let Some(word) = words.next().map_err(unclear)? {
        match word {
            Long("data") => data = Some(path(&mut words)?),
            other => return Err(unclear(other.unexpected())),
        }
    }
    let folder = existing(data)?;
    tell(wait(async { check(&Server::open(&folder).await?).await })?)
}

/// Checks every ledger, prints a line for each, and returns how many faults there are.
pub async fn check(server: &Server) -> Result<usize> {
    let mut faults = 0;
    for ledger in server.organizations.all() {
        let report = ledger.verify().await?;
        let verdict = if report.faults.is_empty() {
            "in order"
        } else {
            "NOT IN ORDER"
        };
        let name = &ledger.row().name;
        println!(
            "{name}: {verdict}. {} entries, {} waiting, {} put aside.",
            report.entries, report.waiting, report.quarantined
        );
        for fault in report.faults.iter().take(SHOWN_MAX) {
            println!("  {fault}");
        }
        if report.faults.len() > SHOWN_MAX {
            println!("  … and {} more", report.faults.len() - SHOWN_MAX);
        }
        faults += report.faults.len();
    }
    Ok(faults)
}

/// Says what a check found; a fault is a failure.
pub fn tell(faults: usize) -> Result<()> {
    if faults == 0 {
        println!("Every signature, number and verdict was checked.");
        return Ok(());
    }
    Err(Failure::new(format!("{faults} fault(s) were found")).next(
        "Keep a copy of this data folder, restore the last good backup, and let phones sync again",
    ))
}

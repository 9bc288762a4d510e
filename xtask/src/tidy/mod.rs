//! `cargo xtask tidy`: the rules of this repository that a program can check.
//!
//! The dependency rule (who may know whom) by the manifests, what must never reach a
//! phone by the wasm dependency graph, and what must not stand in a source file by
//! reading it. File sizes are reported, not judged: a long table is no sin.

mod rooms;
mod text;

use std::process::ExitCode;

use crate::error::{At, Result};
use crate::test::Counts;
use crate::{paths, process};

/// What was checked and what was found.
#[derive(Debug, Default)]
pub struct Report {
    checks: Vec<(&'static str, Vec<String>)>,
    notes: Vec<String>,
}

impl Report {
    /// One check is one passed or failed test.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (_, findings) in &self.checks {
            counts.add(&Counts::one(findings.is_empty()));
        }
        counts
    }

    /// For the terminal and the log.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, findings) in &self.checks {
            let verdict = if findings.is_empty() { "ok" } else { "FAILED" };
            text.push_str(&format!("{name}: {verdict}\n"));
            for finding in findings {
                text.push_str(&format!("    {finding}\n"));
            }
        }
        for note in &self.notes {
            text.push_str(&format!("note: {note}\n"));
        }
        text
    }
}

/// `cargo xtask tidy`.
pub fn command() -> Result<ExitCode> {
    let report = check()?;
    print!("{}", report.text());
    Ok(if report.counts().failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Runs every check.
pub fn check() -> Result<Report> {
    let mut report = Report::default();
    let metadata = process::capture(process::cargo().args([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
    ]))?;
    let metadata = serde_json::from_str(&metadata)?;
    report.checks.push((
        "rooms depend one way only",
        rooms::forbidden_edges(&rooms::edges(&metadata)),
    ));
    let tree = process::capture(process::cargo().args([
        "tree",
        "--package",
        "baton",
        "--target",
        crate::setup::toolchain::TARGET,
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    report.checks.push((
        "the server's crates stay out of the wasm",
        rooms::forbidden_in_wasm(&tree),
    ));
    let files = sources()?;
    report.checks.extend(text::check(&files));
    report.notes = text::long_files(&files);
    Ok(report)
}

/// A text file of the repository.
#[derive(Debug)]
pub struct Source {
    /// Relative to the root, with `/`.
    path: String,
    /// Its content.
    text: String,
}

/// Every text file that git knows, without lock files and golden bytes. Without git
/// (a release archive) there is nothing to keep tidy.
fn sources() -> Result<Vec<Source>> {
    let list = process::capture(process::command("git").args(["ls-files", "-z"]))?;
    let mut files = vec![];
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        let lock = path.ends_with(".lock") || path.ends_with("package-lock.json");
        let on_disk = paths::root().join(path);
        if lock || !on_disk.is_file() {
            continue;
        }
        let bytes = std::fs::read(&on_disk).at(format!("reading {path}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(Source {
                path: path.to_owned(),
                text,
            });
        }
    }
    Ok(files)
}

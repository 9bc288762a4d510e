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
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    report.checks.push((
        "rooms depend one way only",
        rooms::forbidden_edges(&rooms::edges(&metadata)),
    ));
    report.checks.push((
        "dependencies are pinned exactly",
        rooms::not_pinned(&metadata),
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
    let paths = files.iter().map(|file| file.path.as_str());
    report.checks.push((
        "nothing strays at the top level",
        strays(paths).map(str::to_owned).collect(),
    ));
    report.checks.extend(text::check(&files));
    report.notes = text::long_files(&files);
    Ok(report)
}

/// What may stand at the top level, beside what begins with a dot.
const TOP_LEVEL: &[&str] = &[
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "Trunk.toml",
    "clippy.toml",
    "crates",
    "deny.toml",
    "index.html",
    "public",
    "src",
    "style",
    "tests",
    "xtask",
];

/// Paths whose first part does not belong at the top level.
fn strays<'p>(paths: impl Iterator<Item = &'p str>) -> impl Iterator<Item = &'p str> {
    paths.filter(|path| {
        let first = path.split('/').next().unwrap_or(path);
        !first.starts_with('.') && !TOP_LEVEL.contains(&first)
    })
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

#[cfg(test)]
mod tests {
    use super::strays;

    #[test]
    fn a_file_beside_the_rooms_is_found() {
        let paths = [
            "README.md",
            ".ci/run",
            "src/lib.rs",
            "wedge.rs",
            "notes/a.md",
        ];
        let found: Vec<_> = strays(paths.into_iter()).collect();
        assert_eq!(found, ["wedge.rs", "notes/a.md"]);
    }
}

//! PostgreSQL's programs, for the tests of the server's second database.
//!
//! On Debian what is missing is installed. The service that Debian starts with it is not used:
//! each run makes a cluster of its own (`crate::postgres`).

use std::path::PathBuf;

use super::system;
use crate::error::Result;
use crate::{paths, versions};

/// Folders that hold one folder a version, as Debian and Homebrew have them.
const PARENTS: &[&str] = &["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];

/// How to get it where we cannot.
pub const HOW_TO_GET: &str = "PostgreSQL is left out: install it (Debian: postgresql; macOS: brew \
     install postgresql). Its programs `initdb` and `postgres` have to be on PATH or in their \
     usual place";

/// The folder with `initdb` and `postgres`; on Debian they are installed if they are missing.
pub fn ensure() -> Result<Option<PathBuf>> {
    if find().is_none() && system::is_debian() {
        system::install(
            versions::DEBIAN_POSTGRES,
            "the server's tests run on PostgreSQL too",
        )?;
    }
    Ok(find())
}

fn find() -> Option<PathBuf> {
    let complete = |dir: &PathBuf| ["initdb", "postgres"].iter().all(|p| dir.join(p).is_file());
    let on_path = paths::which("initdb")
        .and_then(|initdb| initdb.canonicalize().ok())
        .and_then(|initdb| Some(initdb.parent()?.to_path_buf()));
    let mut found: Vec<PathBuf> = PARENTS
        .iter()
        .filter_map(|parent| std::fs::read_dir(parent).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    // The newest version, should there be several.
    found.sort();
    on_path
        .filter(complete)
        .or_else(|| found.into_iter().rev().find(complete))
}

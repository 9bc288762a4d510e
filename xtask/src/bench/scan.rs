//! B7: what the scanner reads, beside bare zxing-wasm (`crates/scan/examples/bench`).

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use serde_json::json;

use super::{keep, load};
use crate::error::{At, Result};
use crate::{paths, process, setup};

/// `cargo xtask bench scan [--pictures DIR]…`
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    let here = std::env::current_dir().at("finding the current folder")?;
    let mut pictures: Vec<PathBuf> = vec![];
    while let Some(argument) = parser.next()? {
        match argument {
            Long("pictures") => pictures.push(here.join(parser.value()?)),
            other => return Err(other.unexpected().into()),
        }
    }
    if pictures.is_empty() {
        pictures.push(paths::root().join("tests/fixtures/labels"));
    }
    setup::check_prerequisites()?;
    let package = setup::decoder::ensure()?;
    let mut cargo = process::cargo();
    cargo
        .args(["run", "--quiet", "--release", "--package", "baton-scan"])
        .args(["--example", "bench", "--", "--package"])
        .arg(package);
    for folder in pictures {
        cargo.arg("--pictures").arg(folder);
    }
    let before = load();
    let text = process::capture(&mut cargo)?;
    print!("{text}");
    let lines: Vec<&str> = text.lines().collect();
    keep("scan", [before, load()], json!(lines))?;
    Ok(ExitCode::SUCCESS)
}

//! Set-up: what a fresh machine lacks is found, said in words, and installed in the
//! pinned version. A person brings two things only: rustup's cargo, and Node with npm.
//!
//! Nothing is assumed about the machine. Each step asks whether its result is already
//! there, so the second run costs a second.

pub mod browsers;
pub mod decoder;
pub mod npm;
pub mod postgres;
pub mod system;
pub mod toolchain;
pub mod tools;

use std::process::ExitCode;

use crate::error::{Error, Result};
use crate::{process, versions};
use toolchain::WasmToolchain;

/// Everything that building the app takes.
#[derive(Clone, Debug)]
pub struct BuildTools {
    /// Which compiler makes wasm here.
    pub wasm: WasmToolchain,
    /// The folders of trunk, wasm-bindgen and the cutter, to be put first on `PATH`.
    pub bin_dirs: Vec<std::path::PathBuf>,
}

/// `cargo xtask setup`: everything, including the browsers and the database of the tests.
pub fn command() -> Result<ExitCode> {
    for_build()?;
    let browsers = browsers::ensure_all()?;
    for missing in &browsers.missing {
        println!("setup: {missing}");
    }
    if postgres::ensure()?.is_none() {
        println!("setup: {}", postgres::HOW_TO_GET);
    }
    npm::ensure(&npm::AXE)?;
    println!("setup: done");
    Ok(ExitCode::SUCCESS)
}

/// What `cargo xtask run` needs.
pub fn for_build() -> Result<BuildTools> {
    check_prerequisites()?;
    let wasm = toolchain::ensure()?;
    // Trunk builds with `--offline`, so that it does not try to download tools; cargo
    // takes that to heart, too.
    process::run(process::cargo().args(["fetch", "--quiet"]))?;
    decoder::ensure()?;
    let trunk = tools::ensure(&tools::TRUNK)?;
    let bindgen = tools::ensure(&tools::wasm_bindgen_cli()?)?;
    let split = tools::ensure(&tools::WASM_SPLIT)?;
    Ok(BuildTools {
        wasm,
        bin_dirs: vec![trunk, bindgen, split],
    })
}

/// The formatter and the linter of the tests: part of rustup's usual installation, absent
/// from its minimal one.
pub fn ensure_components() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let there = process::capture(process::cargo().args([subcommand, "--version"])).is_ok();
        if there {
            continue;
        }
        println!("setup: adding {component} to the compiler (the tests use it)");
        process::run(process::command("rustup").args(["component", "add", component]))?;
    }
    Ok(())
}

/// Whether Python can make virtual environments; on Debian it is installed if it cannot.
pub fn python_is_ready() -> Result<bool> {
    let ready = || {
        process::capture(process::command("python3").args(["-c", "import venv, ensurepip"])).is_ok()
    };
    if !ready() && system::is_debian() {
        system::install(
            versions::DEBIAN_PYTHON,
            "the tests compare with a library in Python",
        )?;
    }
    Ok(ready())
}

/// Refuses early and in words what no set-up can repair.
pub fn check_prerequisites() -> Result<()> {
    let rustc = process::capture(process::command("rustc").arg("--version"))?;
    if version_of(&rustc) < Some(versions::RUST_MIN) {
        let (major, minor) = versions::RUST_MIN;
        return Err(Error(format!(
            "this compiler is too old: {} (at least {major}.{minor} is needed). \
             Type `rustup update stable` and try again.",
            rustc.trim()
        )));
    }
    let node = process::capture(process::command("node").arg("--version")).map_err(|_| {
        Error(format!(
            "Node.js is missing. Install version {} or newer, with npm, from https://nodejs.org \
             or your package manager, and try again.",
            versions::NODE_MIN
        ))
    })?;
    if version_of(&node).map(|(major, _)| major) < Some(versions::NODE_MIN) {
        return Err(Error(format!(
            "this Node.js is too old: {} (at least {} is needed, see https://nodejs.org).",
            node.trim(),
            versions::NODE_MIN
        )));
    }
    Ok(())
}

/// The first `major.minor` in a text such as `rustc 1.95.0 (…)` or `v20.20.2`.
fn version_of(text: &str) -> Option<(u32, u32)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = text[start..].split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_programs_print() {
        assert_eq!(version_of("rustc 1.95.0 (59807616e)"), Some((1, 95)));
        assert_eq!(version_of("v20.20.2"), Some((20, 20)));
        assert_eq!(version_of("no number"), None);
    }
}

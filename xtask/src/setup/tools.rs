//! Tools from crates.io, each in its own folder of the per-user cache.
//!
//! A folder has the tool's name and version, so an update never meets an old binary and
//! a second clone finds everything there. A tool is built under a temporary name and
//! renamed when it is complete: an interrupted installation leaves nothing that could be
//! taken for one.

use std::fs;
use std::path::PathBuf;

use crate::error::{At, Error, Result};
use crate::{paths, process, versions};

/// One tool and how it is installed.
pub struct Tool {
    name: &'static str,
    version: std::borrow::Cow<'static, str>,
    arguments: &'static [&'static str],
    why: &'static str,
}

/// Builds the app. Without `--locked` one of its dependencies does not compile.
pub const TRUNK: Tool = Tool {
    name: "trunk",
    version: std::borrow::Cow::Borrowed(versions::TRUNK),
    arguments: &["--locked", "--no-default-features", "--features", "rustls"],
    why: "it builds the app from index.html",
};

/// Cuts the wasm into parts.
pub const WASM_SPLIT: Tool = Tool {
    name: "wasm_split_cli_support",
    version: std::borrow::Cow::Borrowed(versions::WASM_SPLIT),
    arguments: &["--locked", "--features", "build-binary"],
    why: "it cuts the app into what starts it and what may come later",
};

/// Holds `deny.toml` against the lock file.
pub const DENY: Tool = Tool {
    name: "cargo-deny",
    version: std::borrow::Cow::Borrowed(versions::DENY),
    arguments: &["--locked"],
    why: "it checks licences, sources and known holes of the crates that we build on",
};

/// Drives Firefox in the tests.
pub const GECKODRIVER: Tool = Tool {
    name: "geckodriver",
    version: std::borrow::Cow::Borrowed(versions::GECKODRIVER),
    arguments: &["--locked"],
    why: "it drives Firefox in the tests",
};

/// Joins wasm and JavaScript. Installed without `--locked`: its lock file names crate
/// versions that a mirror may lack.
pub fn wasm_bindgen_cli() -> Result<Tool> {
    let lock = paths::root().join("Cargo.lock");
    let text = fs::read_to_string(&lock).at("reading Cargo.lock")?;
    let version = locked_version(&text, "wasm-bindgen")
        .ok_or("Cargo.lock names no version of wasm-bindgen")?;
    Ok(Tool {
        name: "wasm-bindgen-cli",
        version: version.into(),
        arguments: &[],
        why: "it joins the wasm with JavaScript, and runs the tests of the browser store",
    })
}

/// The version of a package in the text of a `Cargo.lock`.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

/// Returns the folder with the tool's binaries; installs the tool if it is not there.
pub fn ensure(tool: &Tool) -> Result<PathBuf> {
    let cache = paths::tools()?;
    let folder = format!("{}-{}", tool.name, tool.version);
    let home = cache.join(&folder);
    let bin = home.join("bin");
    if bin.is_dir() {
        return Ok(bin);
    }
    println!(
        "setup: building {} {} once, some minutes ({})",
        tool.name, tool.version, tool.why
    );
    let staging = cache.join(format!(".{folder}-{}", std::process::id()));
    fs::create_dir_all(&staging).at(format!("making {}", staging.display()))?;
    let mut cargo = process::cargo();
    cargo
        .args(["install", "--quiet", tool.name, "--version", &tool.version])
        .args(tool.arguments)
        .arg("--root")
        .arg(&staging)
        // One build folder for all tools, so that they share what they have in common,
        // and an interrupted build goes on where it stopped.
        .env("CARGO_TARGET_DIR", paths::target().join("tools"))
        // These run for seconds and are compiled for minutes.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    let installed = process::run(&mut cargo);
    if let Err(error) = installed {
        let _ = fs::remove_dir_all(&staging);
        return Err(Error(format!(
            "{} could not be installed: {error}",
            tool.name
        )));
    }
    // A rest without `bin`, from before this rule, would stop the rename.
    let _ = fs::remove_dir_all(&home);
    if fs::rename(&staging, &home).is_err() && !bin.is_dir() {
        return Err(Error(format!("cannot move {} into place", home.display())));
    }
    Ok(bin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_exact_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(locked_version(lock, "trunk"), None);
    }

    #[test]
    fn our_own_lock_file_names_a_version() {
        assert!(wasm_bindgen_cli().is_ok());
    }
}

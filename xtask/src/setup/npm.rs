//! Tools from npm, each in its own folder of the per-user cache, by the same rules as those from
//! crates.io: name and version in the folder's name, complete or not there at all.

use std::fs;
use std::path::PathBuf;

use crate::error::{At, Error, Result};
use crate::{paths, process, versions};

/// One package.
pub struct Package {
    name: &'static str,
    version: &'static str,
    why: &'static str,
}

/// Finds what a person with a screen reader or without a mouse would stumble over.
pub const AXE: Package = Package {
    name: "axe-core",
    version: versions::AXE,
    why: "the tests look at every screen for barriers with it",
};

/// Measures a page as a slow phone sees it.
pub const LIGHTHOUSE: Package = Package {
    name: "lighthouse",
    version: versions::LIGHTHOUSE,
    why: "it measures the start of the app as a slow phone sees it",
};

/// Returns the package's folder; installs it if it is not there.
pub fn ensure(package: &Package) -> Result<PathBuf> {
    let folder = format!("npm-{}-{}", package.name, package.version);
    let cache = paths::tools()?;
    let home = cache.join(&folder);
    let inside = home.join("node_modules").join(package.name);
    if inside.is_dir() {
        return Ok(inside);
    }
    println!(
        "setup: installing {} {} from npm ({})",
        package.name, package.version, package.why
    );
    let staging = cache.join(format!(".{folder}-{}", std::process::id()));
    fs::create_dir_all(&staging).at(format!("making {}", staging.display()))?;
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut install = process::command(npm);
    install
        .args([
            "install",
            "--silent",
            "--no-save",
            "--no-audit",
            "--no-fund",
        ])
        // Nothing that we take needs to run code to be installed.
        .arg("--ignore-scripts")
        .arg("--prefix")
        .arg(&staging)
        .arg(format!("{}@{}", package.name, package.version));
    let installed = process::run(&mut install);
    if let Err(error) = installed {
        let _ = fs::remove_dir_all(&staging);
        return Err(Error(format!(
            "{} could not be installed: {error}",
            package.name
        )));
    }
    let _ = fs::remove_dir_all(&home);
    if fs::rename(&staging, &home).is_err() && !inside.is_dir() {
        return Err(Error(format!("cannot move {} into place", home.display())));
    }
    Ok(inside)
}

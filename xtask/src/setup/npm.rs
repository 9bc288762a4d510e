//! Tools from npm, each in its own folder of the per-user cache, by the same rules as those from
//! crates.io: name and version in the folder's name, complete or not there at all.

use std::fs;
use std::path::PathBuf;

use crate::error::{At, Error, Result};
use crate::{paths, process, versions};

/// Packages that belong together: the first is the one that is asked for.
pub struct Package {
    /// Names and versions.
    pins: &'static [(&'static str, &'static str)],
    why: &'static str,
}

/// Finds what a person with a screen reader or without a mouse would stumble over.
pub const AXE: Package = Package {
    pins: versions::AXE,
    why: "the tests look at every screen for barriers with it",
};

/// Measures a page as a slow phone sees it.
pub const LIGHTHOUSE: Package = Package {
    pins: versions::LIGHTHOUSE,
    why: "it measures the start of the app as a slow phone sees it",
};

/// Libraries that keep data in browsers and send it to a server.
pub const PEERS: Package = Package {
    pins: versions::PEERS,
    why: "the phone's store and its sync are measured against them",
};

/// What the list of known holes says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audit {
    /// None is known.
    Clean,
    /// At least one: npm said which.
    Holes,
    /// The list is not to be had from here.
    NotAsked,
}

/// Asks npm for known holes in what phones get from it, and in all that it would bring.
pub fn audit(name: &str, version: &str) -> Result<Audit> {
    let folder = paths::target().join("npm-audit");
    fs::create_dir_all(&folder).at("making target/npm-audit")?;
    let wanted = serde_json::json!({
        "name": "audited", "version": "0.0.0", "private": true, "dependencies": { name: version },
    });
    fs::write(folder.join("package.json"), wanted.to_string()).at("writing what to audit")?;
    let npm = |words: &[&str]| {
        let mut npm = process::command(NPM);
        npm.args(words).current_dir(&folder);
        npm
    };
    process::run(&mut npm(&[
        "install",
        "--package-lock-only",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--silent",
    ]))?;
    let asked = npm(&["audit", "--json"]).output().at("starting npm")?;
    if asked.status.success() {
        return Ok(Audit::Clean);
    }
    let said: serde_json::Value = serde_json::from_slice(&asked.stdout).unwrap_or_default();
    if said["metadata"]["vulnerabilities"].is_object() {
        println!("{}", String::from_utf8_lossy(&asked.stdout));
        return Ok(Audit::Holes);
    }
    Ok(Audit::NotAsked)
}

/// On Windows npm is a script that only a shell finds.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Returns the folder of the first package; installs all of them if it is not there.
pub fn ensure(package: &Package) -> Result<PathBuf> {
    let pinned = |joint| {
        let pins = package.pins.iter();
        pins.map(move |(name, version)| format!("{name}{joint}{version}"))
    };
    let all: Vec<String> = pinned("-").collect();
    let folder = format!("npm-{}", all.join("-"));
    let name = package.pins.first().map_or("", |(name, _)| *name);
    let cache = paths::tools()?;
    let home = cache.join(&folder);
    let inside = home.join("node_modules").join(name);
    if inside.is_dir() {
        return Ok(inside);
    }
    let all: Vec<String> = pinned(" ").collect();
    println!(
        "setup: installing {} from npm ({})",
        all.join(", "),
        package.why
    );
    let staging = cache.join(format!(".{folder}-{}", std::process::id()));
    fs::create_dir_all(&staging).at(format!("making {}", staging.display()))?;
    let mut install = process::command(NPM);
    install
        .args([
            "install",
            "--silent",
            "--no-save",
            "--no-audit",
            "--no-fund",
            // What a package merely gets on with is not fetched: we say what we need.
            "--legacy-peer-deps",
        ])
        // Nothing that we take needs to run code to be installed.
        .arg("--ignore-scripts")
        .arg("--prefix")
        .arg(&staging)
        .args(pinned("@"));
    let installed = process::run(&mut install);
    if let Err(error) = installed {
        let _ = fs::remove_dir_all(&staging);
        return Err(Error(format!("{name} could not be installed: {error}")));
    }
    let _ = fs::remove_dir_all(&home);
    if fs::rename(&staging, &home).is_err() && !inside.is_dir() {
        return Err(Error(format!("cannot move {} into place", home.display())));
    }
    Ok(inside)
}

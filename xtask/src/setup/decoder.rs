//! The decoder of bar codes: zxing-cpp as wasm, a package from npm, in the per-user cache like
//! every other tool. What was fetched is checked against a hash written here, because its
//! code runs on every phone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use sha2::{Digest, Sha256};

use super::npm::NPM;
use crate::error::{At, Result};
use crate::{paths, process, versions};

/// The package's folder; fetched if it is not there.
pub fn ensure() -> Result<PathBuf> {
    let cache = paths::tools()?;
    let folder = format!("{}-{}", versions::DECODER, versions::DECODER_VERSION);
    let home = cache.join(&folder);
    if home.is_dir() {
        return Ok(home.join("package"));
    }
    let package = format!("{}@{}", versions::DECODER, versions::DECODER_VERSION);
    println!("setup: fetching {package} (it decodes bar codes on phones)");
    let staging = cache.join(format!(".{folder}-{}", std::process::id()));
    fs::create_dir_all(&staging).at(format!("making {}", staging.display()))?;
    let fetched = fetch(&package, &staging);
    if let Err(error) = fetched {
        let _ = fs::remove_dir_all(&staging);
        return Err(format!("{package} could not be fetched: {error}").into());
    }
    if fs::rename(&staging, &home).is_err() && !home.is_dir() {
        return Err(format!("cannot move {} into place", home.display()).into());
    }
    Ok(home.join("package"))
}

/// Packs without installing: no scripts run, and nothing that the package would like beside it
/// is fetched.
fn fetch(package: &str, staging: &Path) -> Result<()> {
    let printed = process::capture(
        process::command(NPM)
            .args(["pack", "--silent", package, "--pack-destination"])
            .arg(staging)
            .stderr(Stdio::inherit()),
    )?;
    let archive = staging.join(printed.lines().last().unwrap_or_default().trim());
    let bytes = fs::read(&archive).at(format!("reading {}", archive.display()))?;
    let hash = hex(&Sha256::digest(&bytes));
    if hash != versions::DECODER_SHA256 {
        return Err(format!("its hash is {hash}, which is not the one that is pinned").into());
    }
    process::run(
        process::command("tar")
            .arg("-xzf")
            .arg(&archive)
            .arg("-C")
            .arg(staging),
    )?;
    fs::remove_file(&archive).at("removing the archive")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

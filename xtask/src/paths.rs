//! Where things lie. All paths are absolute, so that no command depends on the folder
//! it was typed in.

use std::env;
use std::path::{Path, PathBuf};

use crate::error::{At, Result};

/// The repository's root: the folder above `xtask/`.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo's build folder.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The built app that the server serves.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Everything that a layer of the tests printed, a file a layer.
pub fn logs() -> Result<PathBuf> {
    let dir = target().join("test-logs");
    std::fs::create_dir_all(&dir).at("making target/test-logs")?;
    Ok(dir)
}

/// The per-user cache of tools: one folder a tool and version, shared by all clones.
pub fn tools() -> Result<PathBuf> {
    if let Some(dir) = env::var_os("BATON_TOOLS") {
        return Ok(root().join(dir));
    }
    let home = env::var_os("HOME")
        .or_else(|| env::var_os("USERPROFILE"))
        .ok_or(
            "neither HOME nor BATON_TOOLS is set, so there is no place for the tools; \
         set BATON_TOOLS to a folder",
        )?;
    Ok(PathBuf::from(home).join(".cache/baton/tools"))
}

/// Finds a program on `PATH`.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(format!("{program}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

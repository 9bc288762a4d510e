//! The wasm without what only a debugger reads.
//!
//! The names of functions are a third of the file. They cannot go in the compiler: its
//! `strip` would take `target_features` with them, which wasm-bindgen needs; so they go
//! here, when wasm-bindgen is done.

use std::fs;
use std::path::Path;

use super::files;
use crate::error::{At, Result};

/// Custom sections that no browser needs.
const NOT_NEEDED: &[&str] = &["name", "producers"];
/// Magic number and version.
const HEADER: usize = 8;

/// Strips every module of the folder.
pub fn strip(staging: &Path) -> Result<()> {
    for name in files(staging)? {
        if !name.ends_with(".wasm") {
            continue;
        }
        let file = staging.join(&name);
        let bytes = fs::read(&file).at(format!("reading {name}"))?;
        let stripped = stripped(&bytes).ok_or(format!("{name} is no wasm module"))?;
        fs::write(&file, stripped).at(format!("writing {name}"))?;
    }
    Ok(())
}

/// The module without those sections; `None` if it is cut short or no module at all.
fn stripped(module: &[u8]) -> Option<Vec<u8>> {
    if !module.starts_with(b"\0asm") {
        return None;
    }
    let mut kept = module.get(..HEADER)?.to_vec();
    let mut at = HEADER;
    while at < module.len() {
        let (length, start) = number(module, at + 1)?;
        let end = start.checked_add(length)?;
        let section = module.get(at..end)?;
        let custom = module[at] == 0;
        if !(custom && NOT_NEEDED.contains(&custom_name(module, start)?)) {
            kept.extend_from_slice(section);
        }
        at = end;
    }
    Some(kept)
}

fn custom_name(module: &[u8], start: usize) -> Option<&str> {
    let (length, start) = number(module, start)?;
    std::str::from_utf8(module.get(start..start.checked_add(length)?)?).ok()
}

/// An unsigned LEB128 number of at most 32 bits, and where it ends.
fn number(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut value = 0usize;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(at)?;
        at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((value, at));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

    fn with_custom(name: &str) -> Vec<u8> {
        let mut module = EMPTY.to_vec();
        let length = u8::try_from(name.len() + 3).unwrap_or(0);
        module.extend([0, length, length - 3]);
        module.extend(name.as_bytes());
        module.extend([7, 7]);
        module
    }

    #[test]
    fn names_go_and_features_stay() {
        assert_eq!(stripped(&with_custom("name")).as_deref(), Some(EMPTY));
        let features = with_custom("target_features");
        assert_eq!(stripped(&features), Some(features));
    }

    #[test]
    fn a_module_cut_short_is_refused() {
        assert_eq!(stripped(b"<html>"), None);
        let mut module = with_custom("name");
        module.pop();
        assert_eq!(stripped(&module), None);
    }
}

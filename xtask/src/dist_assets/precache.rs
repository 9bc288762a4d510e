//! The list of one build's files, and the service worker that carries it.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{LIST, WORKER, files, hex_digest};
use crate::error::{At, Result};

/// One published file.
#[derive(Debug)]
pub struct Listed {
    /// As a browser asks for it, for example `/index.html`.
    path: String,
    /// Of the uncompressed bytes, in hexadecimal.
    sha256: String,
    /// Uncompressed.
    bytes: usize,
}

/// Every file of the build, except the worker, the list itself and compressed copies.
pub fn list(staging: &Path) -> Result<Vec<Listed>> {
    let mut listed = vec![];
    for name in files(staging)? {
        if name == WORKER || name == LIST || name.ends_with(".br") {
            continue;
        }
        let bytes = fs::read(staging.join(&name)).at(format!("reading {name}"))?;
        listed.push(Listed {
            path: format!("/{name}"),
            sha256: hex_digest(&bytes),
            bytes: bytes.len(),
        });
    }
    Ok(listed)
}

/// Sixteen hexadecimal digits over all names, all contents and the worker's template.
pub fn build_id(list: &[Listed], template: &str) -> String {
    let mut all = String::new();
    for file in list {
        all.push_str(&format!("{} {}\n", file.sha256, file.path));
    }
    all.push_str(&hex_digest(template.as_bytes()));
    hex_digest(all.as_bytes())[..16].to_owned()
}

/// The text of `precache.json`: the server checks at its start that all files are there.
pub fn to_json(build: &str, list: &[Listed]) -> String {
    let files: Vec<_> = list
        .iter()
        .map(|file| json!({"path": file.path, "sha256": file.sha256, "bytes": file.bytes}))
        .collect();
    format!("{:#}\n", json!({"build": build, "files": files}))
}

/// Writes build id, list and the withdrawal switch into the worker's template.
///
/// The worker gets each file's hash in the form that browsers check themselves
/// (`integrity` of a request), so that a set is never mixed from two builds.
pub fn fill_worker(
    template: &str,
    build: &str,
    list: &[Listed],
    withdrawn: bool,
) -> Result<String> {
    let files: Vec<_> = list
        .iter()
        .map(|file| {
            json!([
                file.path,
                format!("sha256-{}", base64(&unhex(&file.sha256)))
            ])
        })
        .collect();
    let mut worker = template.to_owned();
    for (mark, value) in [
        ("\"__BUILD__\"", json!(build).to_string()),
        ("[/*__FILES__*/]", json!(files).to_string()),
        ("false /*__WITHDRAWN__*/", withdrawn.to_string()),
    ] {
        if worker.matches(mark).count() != 1 {
            return Err(format!("sw.js must contain {mark} exactly once").into());
        }
        worker = worker.replace(mark, &value);
    }
    Ok(worker)
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .filter_map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok())
        .collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = (0..3).fold(0u32, |sum, at| {
            (sum << 8) | u32::from(chunk.get(at).copied().unwrap_or(0))
        });
        for digit in 0..4 {
            if digit <= chunk.len() {
                let index = (number >> (18 - 6 * digit)) & 63;
                text.push(char::from(DIGITS[index as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_agrees_with_the_vectors_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn a_worker_without_the_marks_is_refused() {
        assert!(fill_worker("const a = 1;", "0", &[], false).is_err());
    }
}

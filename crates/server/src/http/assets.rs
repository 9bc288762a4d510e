//! The app's files.
//!
//! All of one build is read into memory when the server starts, so a phone never gets half of one
//! build and half of the next, and a missing or damaged file is found then and not by a phone in
//! a basement. A new build is served after a restart.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::words::Failure;

use super::body::takes;
use super::error::ApiError;

const INDEX: &str = "index.html";
const LIST: &str = "precache.json";
/// Largest build that is taken, in bytes: a wrong folder is told from an app.
const BYTES_MAX: u64 = 256 * 1024 * 1024;

/// One build of the app.
#[derive(Default)]
pub struct Assets(BTreeMap<String, Asset>);

struct Asset {
    plain: Bytes,
    brotli: Option<Bytes>,
    content_type: &'static str,
    cache_control: &'static str,
    etag: HeaderValue,
}

/// What `precache.json` says: the files of the build.
#[derive(Deserialize)]
struct List {
    files: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    path: String,
    sha256: String,
}

impl Assets {
    /// Reads a build and checks it against its list.
    pub fn load(dist: &Path) -> Result<Self, Failure> {
        let mut found = BTreeMap::new();
        let mut left = BYTES_MAX;
        read_folder(dist, "", &mut found, &mut left)?;
        if !found.contains_key(INDEX) {
            return Err(Failure::new(format!(
                "there is no app in {} (no {INDEX})",
                dist.display()
            ))
            .next("Build it with `cargo xtask run`, or name the folder with `--dist DIR`"));
        }
        check_list(dist, &found)?;
        let mut assets = BTreeMap::new();
        for (name, bytes) in &found {
            if name.ends_with(".br") && found.contains_key(name.trim_end_matches(".br")) {
                continue;
            }
            let brotli = found.get(&format!("{name}.br")).cloned();
            assets.insert(name.clone(), Asset::new(name, bytes.clone(), brotli));
        }
        Ok(Self(assets))
    }

    /// How many files it has.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Answers a request for a file, or with the app's page where a person opens an address of it.
    pub fn answer(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
        if !matches!(*method, Method::GET | Method::HEAD) {
            let message = "There is nothing to write to at this address.";
            return ApiError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                message,
            )
            .into_response();
        }
        let path = uri.path().trim_start_matches('/');
        let path = if path.is_empty() { INDEX } else { path };
        if let Some(asset) = self.0.get(path) {
            return asset.answer(headers);
        }
        // An address of the app, such as /case/0193…: the page finds out itself what it shows.
        // A script or picture that is not there must not be answered with a page.
        match self.0.get(INDEX) {
            Some(index) if opens_a_page(headers) && !path.starts_with("api/") => {
                index.answer(headers)
            }
            _ => ApiError::not_found("There is nothing at this address.").into_response(),
        }
    }
}

impl Asset {
    fn new(name: &str, plain: Bytes, brotli: Option<Bytes>) -> Self {
        let digest = Sha256::digest(&plain);
        let tag: String = digest
            .iter()
            .take(12)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let etag = HeaderValue::from_str(&format!("\"{tag}\""))
            .unwrap_or(HeaderValue::from_static("\"\""));
        Self {
            plain,
            brotli,
            content_type: content_type(name),
            cache_control: cache_control(name),
            etag,
        }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let known = headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let mut tags = known
            .flat_map(|value| value.split(','))
            .map(|tag| tag.trim().trim_start_matches("W/"));
        let same = self.cache_control != NO_STORE
            && tags.any(|tag| tag.as_bytes() == self.etag.as_bytes());
        let common = [
            (
                header::CACHE_CONTROL,
                HeaderValue::from_static(self.cache_control),
            ),
            (header::ETAG, self.etag.clone()),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ];
        if same {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        let kind = [(header::CONTENT_TYPE, self.content_type)];
        match &self.brotli {
            Some(brotli) if takes(headers, "br") => (
                common,
                kind,
                [(header::CONTENT_ENCODING, "br")],
                brotli.clone(),
            )
                .into_response(),
            _ => (common, kind, self.plain.clone()).into_response(),
        }
    }
}

const NO_STORE: &str = "no-store";

/// A name with a hash in it never changes its content. The page and the service worker decide
/// which build a phone runs: they are never kept. The rest is asked for again each time.
fn cache_control(name: &str) -> &'static str {
    if has_hash(name) {
        "public, max-age=31536000, immutable"
    } else if name.ends_with(".html") || name == "sw.js" || name == LIST {
        NO_STORE
    } else {
        "no-cache"
    }
}

/// True for `baton-0123456789abcdef.js`, `baton-0123456789abcdef_bg.wasm`: a hyphen, then 12 to
/// 64 hexadecimal digits, then a dot or an underscore.
fn has_hash(name: &str) -> bool {
    name.match_indices('-').any(|(place, _)| {
        let rest = &name[place + 1..];
        let digits = rest
            .bytes()
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            .count();
        (12..=64).contains(&digits) && matches!(rest.as_bytes().get(digits), Some(b'.' | b'_'))
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn opens_a_page(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    found: &mut BTreeMap<String, Bytes>,
    left: &mut u64,
) -> Result<(), Failure> {
    let failed = |path: PathBuf| {
        move |error: std::io::Error| {
            Failure::new(format!(
                "the app's files in {} cannot be read: {error}",
                path.display()
            ))
            .next("Build the app with `cargo xtask run`, or name its folder with `--dist DIR`")
        }
    };
    for entry in fs::read_dir(folder).map_err(failed(folder.into()))? {
        let entry = entry.map_err(failed(folder.into()))?;
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let about = fs::metadata(&path).map_err(failed(path.clone()))?;
        if about.is_dir() {
            read_folder(&path, &format!("{name}/"), found, left)?;
            continue;
        }
        *left = left.checked_sub(about.len()).ok_or_else(|| {
            Failure::new(format!(
                "{} is too large to be a build of the app",
                folder.display()
            ))
            .next("Name the folder that the build made with `--dist DIR`")
        })?;
        found.insert(name, fs::read(&path).map_err(failed(path))?.into());
    }
    Ok(())
}

/// Refuses a build of which a file is missing or differs from its list.
fn check_list(dist: &Path, found: &BTreeMap<String, Bytes>) -> Result<(), Failure> {
    let again = "Build the app again with `cargo xtask run`";
    let Some(text) = found.get(LIST) else {
        return Err(
            Failure::new(format!("the app in {} has no {LIST}", dist.display())).next(again),
        );
    };
    let list: List = serde_json::from_slice(text).map_err(|error| {
        Failure::new(format!(
            "{LIST} in {} cannot be read: {error}",
            dist.display()
        ))
        .next(again)
    })?;
    for file in list.files {
        let Some(bytes) = found.get(file.path.trim_start_matches('/')) else {
            let what = format!(
                "the app in {} is not complete: {} is missing",
                dist.display(),
                file.path
            );
            return Err(Failure::new(what).next(again));
        };
        let digest: String = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if digest != file.sha256 {
            let what = format!(
                "the app in {} is damaged: {} is not the file that was built",
                dist.display(),
                file.path
            );
            return Err(Failure::new(what).next(again));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_hash_are_kept_for_ever_and_the_page_never() {
        for name in [
            "baton-0123456789abcdef.js",
            "baton-0123456789abcdef_bg.wasm",
            "a/style-0123456789abcdef.css",
        ] {
            assert!(cache_control(name).contains("immutable"), "{name}");
        }
        for name in ["index.html", "rescue.html", "sw.js"] {
            assert_eq!(cache_control(name), NO_STORE, "{name}");
        }
        for name in [
            "icons/icon-180.png",
            "manifest.webmanifest",
            "icons/icon-512x512.png",
            "a-decade.js",
        ] {
            assert_eq!(cache_control(name), "no-cache", "{name}");
        }
    }
}

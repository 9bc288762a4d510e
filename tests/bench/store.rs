//! B1: the commit of one movement. B3: many records at once.

use std::path::Path;

use serde_json::{Value, json};

use super::support::Server;
use super::{call, opened};

/// Commits before the clock runs, and those that count.
const COMMITS: (u32, u32) = (30, 200);
/// Records of one import, and how often it is done.
const BULK: (u32, u32) = (5_000, 5);

/// Both.
pub async fn store() -> Value {
    let server = Server::empty("bench-store").await;
    let phone = opened("bench-store", &server).await;
    let (warm, count) = COMMITS;
    let commit = call(&phone, "commit", json!([warm, count])).await;
    let (records, rounds) = BULK;
    let bulk = call(&phone, "bulk", json!([records, rounds])).await;
    let browser = phone.execute("return navigator.userAgent", vec![]).await;
    json!({
        "commit": commit,
        "bulk": bulk,
        "browser": browser,
        "backend": backend(phone.profile()),
    })
}

/// What Chromium keeps IndexedDB in, as its profile shows.
fn backend(profile: &Path) -> Vec<String> {
    let folder = profile.join("Default/IndexedDB");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

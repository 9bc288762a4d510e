//! The app's files.

use std::fs;
use std::path::Path;

use baton_server::http::assets::Assets;
use serde_json::json;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support::TestApp;

const SCRIPT: &str = "baton-0123456789abcdef.js";

/// A build as the app's pipeline leaves it.
fn build() -> TempDir {
    let dist = tempfile::tempdir().unwrap();
    let files = [
        ("index.html", "<!doctype html><title>Baton</title>"),
        ("rescue.html", "<!doctype html><title>Rescue</title>"),
        (SCRIPT, "start()"),
        ("baton-0123456789abcdef_bg.wasm", "\0asm"),
        ("manifest.webmanifest", "{}"),
        ("icons/icon-180.png", "png"),
    ];
    let mut listed = Vec::new();
    for (name, text) in files {
        let path = dist.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        let digest: String = Sha256::digest(text)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        listed.push(json!({"path": format!("/{name}"), "sha256": digest, "bytes": text.len()}));
    }
    fs::write(dist.path().join(format!("{SCRIPT}.br")), "compressed").unwrap();
    fs::write(dist.path().join("sw.js"), "worker()").unwrap();
    let list = json!({"build": "0123456789abcdef", "files": listed});
    fs::write(dist.path().join("precache.json"), list.to_string()).unwrap();
    dist
}

fn refusal(dist: &Path) -> String {
    Assets::load(dist)
        .err()
        .map(|failure| failure.to_string())
        .unwrap_or_default()
}

#[test]
fn a_build_that_is_not_complete_is_refused_in_words() {
    let nothing = tempfile::tempdir().unwrap();
    assert!(refusal(nothing.path()).contains("there is no app"));
    assert!(refusal(&nothing.path().join("missing")).contains("cannot be read"));
    for name in [SCRIPT, "icons/icon-180.png"] {
        let dist = build();
        fs::remove_file(dist.path().join(name)).unwrap();
        let words = refusal(dist.path());
        assert!(words.contains(&format!("/{name} is missing")), "{words}");
    }
    let dist = build();
    fs::write(dist.path().join(SCRIPT), "star").unwrap();
    assert!(refusal(dist.path()).contains("damaged"));
    let dist = build();
    fs::remove_file(dist.path().join("precache.json")).unwrap();
    assert!(refusal(dist.path()).contains("precache.json"));
    assert_eq!(refusal(build().path()), "");
}

#[tokio::test]
async fn files_come_with_their_type_and_as_long_as_they_may_be_kept() {
    let app = TestApp::builder().app_from(build().path()).start().await;
    let immutable = "public, max-age=31536000, immutable";
    let cases = [
        ("/", "text/html; charset=utf-8", "no-store"),
        ("/index.html", "text/html; charset=utf-8", "no-store"),
        ("/rescue.html", "text/html; charset=utf-8", "no-store"),
        ("/sw.js", "text/javascript; charset=utf-8", "no-store"),
        (
            "/baton-0123456789abcdef.js",
            "text/javascript; charset=utf-8",
            immutable,
        ),
        (
            "/baton-0123456789abcdef_bg.wasm",
            "application/wasm",
            immutable,
        ),
        (
            "/manifest.webmanifest",
            "application/manifest+json",
            "no-cache",
        ),
        ("/icons/icon-180.png", "image/png", "no-cache"),
    ];
    for (path, kind, kept) in cases {
        let answer = app.client().get(path).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, kind),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), kept, "{path}");
        assert_eq!(answer.header("content-encoding"), "", "{path}");
    }
}

#[tokio::test]
async fn brotli_is_served_to_those_who_take_it() {
    let app = TestApp::builder().app_from(build().path()).start().await;
    let path = format!("/{SCRIPT}");
    let answer = app
        .client()
        .with("accept-encoding", "gzip, br;q=0.9")
        .get(&path)
        .await;
    assert_eq!(
        (answer.header("content-encoding"), answer.text().as_str()),
        ("br", "compressed")
    );
    assert_eq!(answer.header("vary"), "accept-encoding");
    assert_eq!(
        answer.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    for refuses in ["gzip", "br;q=0", "brx", ""] {
        let answer = app
            .client()
            .with("accept-encoding", refuses)
            .get(&path)
            .await;
        assert_eq!(
            (answer.header("content-encoding"), answer.text().as_str()),
            ("", "start()"),
            "{refuses}"
        );
    }
}

#[tokio::test]
async fn a_file_that_is_known_is_not_sent_again() {
    let app = TestApp::builder().app_from(build().path()).start().await;
    let first = app.client().get("/icons/icon-180.png").await;
    let tag = first.header("etag").to_owned();
    let again = app
        .client()
        .with("if-none-match", &format!("\"other\", W/{tag}"))
        .get("/icons/icon-180.png")
        .await;
    assert_eq!(
        (again.status, again.body.len(), again.header("etag")),
        (304, 0, tag.as_str())
    );
    let page = app
        .client()
        .with("if-none-match", app.client().get("/").await.header("etag"))
        .get("/")
        .await;
    assert_eq!(page.status, 200, "the page is always sent");
}

#[tokio::test]
async fn an_address_of_the_app_opens_the_app_and_a_missing_file_does_not() {
    let app = TestApp::builder().app_from(build().path()).start().await;
    let mut browser = app
        .client()
        .with("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    for path in [
        "/case/new",
        "/stock/0193f2b0-0000-7000-8000-000000000000.0",
        "/setup",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains("<title>Baton"), "{path}");
    }
    for path in [
        "/baton-ffffffffffffffff.js",
        "/../baton.sqlite",
        "/%2e%2e/baton.sqlite",
        "/sw.js.map",
    ] {
        app.client()
            .with("accept", "*/*")
            .get(path)
            .await
            .is_error(404, "not_found");
    }
}

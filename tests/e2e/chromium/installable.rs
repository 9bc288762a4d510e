//! The browser offers to install the app.

use serde_json::json;

use crate::support::{Phone, Server};

#[tokio::test(flavor = "multi_thread")]
async fn chromium_finds_nothing_against_installing() {
    let server = Server::empty("installable").await;
    let phone = Phone::new("installable", &server).await;
    phone.goto("/").await;
    phone.wait_for_css("main").await;
    phone.wait_for_service_worker().await;
    let manifest = phone.cdp("Page.getAppManifest", json!({})).await;
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    assert!(
        manifest["url"]
            .as_str()
            .is_some_and(|url| url.ends_with("/manifest.webmanifest")),
        "{manifest}"
    );
    let against = phone.cdp("Page.getInstallabilityErrors", json!({})).await;
    // A window without a person's profile says so of itself; it says nothing of the app.
    let mut against = against["installabilityErrors"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    against.retain(|error| error["errorId"] != "in-incognito");
    assert!(against.is_empty(), "{against:?}");
    phone.close().await;
}

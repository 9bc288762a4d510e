//! The browser offers to install the app, and what its service worker sees and does not see.

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

/// A worker that sees every request is never idle while a phone tries to send, and then the next version
/// cannot take over: Chromium waits five minutes for it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_the_servers_own_goes_past_the_worker() {
    let mut server = Server::demo("past-the-worker").await;
    let phone = Phone::new("past-the-worker", &server).await;
    phone.enter_demo("ana@demo").await;
    phone.reload().await;
    phone.wait_until_confirmed().await;
    // The browser says by which route each request went.
    let script = "const ways = {own: [], app: []};
        for (const one of performance.getEntriesByType('resource')) {
            const way = new URL(one.name).pathname.startsWith('/api/') ? ways.own : ways.app;
            if (!way.includes(one.workerFinalSourceType)) way.push(one.workerFinalSourceType);
        }
        return ways;";
    let ways = phone.execute(script, vec![]).await;
    assert_eq!(ways["own"], json!(["network"]), "{ways}");
    assert_eq!(ways["app"], json!([""]), "{ways}");
    phone.close().await;
    server.stop().await;
}

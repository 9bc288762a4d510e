//! How often an address may ask that is not signed in, whatever cookie it sends along.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::json;

use crate::support::{Client, TestApp};

/// What a burst allows one address.
const BURST: usize = 300;

fn stranger(app: &TestApp, cookie: &str) -> Client {
    let mut client = app.client();
    client.address = Some([192, 0, 2, 7].into());
    client.headers.push(("cookie", cookie.into()));
    client
}

/// Asks until it is turned away; how often it was answered before, or `None` if that never came.
async fn answered(client: &mut Client, method: &Method, path: &str) -> Option<usize> {
    for count in 0..BURST + 50 {
        let body = json!({"login": "nobody@nowhere", "password": ""});
        let body = body.to_string().into_bytes();
        let kind = Some("application/json");
        let answer = client.send(method.clone(), path, kind, body).await;
        if answer.status == 429 && answer.code() == "too_often" {
            return Some(count);
        }
    }
    None
}

#[tokio::test]
async fn no_cookie_gets_around_the_bound_of_an_address() {
    let invented = format!("baton_session={}", "A".repeat(54));
    for cookie in ["other=1", "baton_session=", invented.as_str()] {
        for (method, path) in [
            (Method::GET, "/api/v1/session"),
            (Method::GET, "/api/v1/demo"),
            (Method::GET, "/api/v1/nothing"),
            (Method::POST, "/api/v1/setup"),
            (Method::GET, "/api/v1/invites/x"),
            (Method::POST, "/api/v1/sync"),
        ] {
            let app = TestApp::empty().await;
            let count = answered(&mut stranger(&app, cookie), &method, path).await;
            let count = count.unwrap_or_else(|| panic!("{cookie}: {method} {path} is never bound"));
            // A few come back while the test runs.
            assert!((BURST..BURST + 30).contains(&count), "{path}: {count}");
        }
    }
}

#[tokio::test]
async fn signing_in_is_asked_of_the_address_also_by_somebody_who_is_signed_in() {
    let app = TestApp::empty().await;
    let admin = app.found("North").await;
    let session = format!("baton_session={}", admin.cookie.as_deref().unwrap());
    let mut client = stranger(&app, &session);
    let count = answered(&mut client, &Method::POST, "/api/v1/session").await;
    assert!(count.is_some());
    assert_eq!(
        client.get("/api/v1/session").await.status,
        200,
        "who is signed in goes on at an address where others asked too often"
    );
}

/// A new address that only members are answered at has to be named in the gate, and no other.
#[tokio::test]
async fn the_gate_knows_which_addresses_are_for_members() {
    let document: serde_json::Value = serde_json::from_str(baton_server::http::OPENAPI).unwrap();
    let mut differs = BTreeMap::new();
    let app = TestApp::empty().await;
    for (pattern, operations) in document["paths"].as_object().unwrap() {
        let path = pattern.replace("{token}", "x");
        let path = path.replace("{order}", "1").replace("{page}", "0");
        let methods = operations.as_object().unwrap().keys();
        for method in methods.filter(|method| *method != "parameters") {
            let method = method.to_uppercase();
            let kind = Some("application/json");
            let mut client = app.client();
            let sent = client.send(method.parse().unwrap(), &path, kind, Vec::new());
            let answer = sent.await;
            // Signing out twice is no mistake; everything else of members says who is missing.
            let for_members = answer.status == 401 || method == "DELETE";
            if for_members != baton_server::http::is_of_members(&method, pattern) {
                differs.insert(format!("{method} {pattern}"), answer.status);
            }
        }
    }
    assert_eq!(differs, BTreeMap::new());
}

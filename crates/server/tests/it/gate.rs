//! What every request passes.

use axum::http::Method;
use baton_server::http::Config;
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn every_answer_carries_the_security_headers_and_a_number() {
    let app = TestApp::empty().await;
    for path in [
        "/healthz",
        "/api/v1/session",
        "/api/v1/nothing",
        "/",
        "/case/x",
    ] {
        let answer = app.client().get(path).await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
        ] {
            assert!(
                policy.split("; ").any(|one| one == part),
                "{path}: {part} not in {policy}"
            );
        }
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
        assert_eq!(
            answer.header("strict-transport-security"),
            "",
            "{path}: there is no TLS here"
        );
    }
}

#[tokio::test]
async fn over_https_the_cookie_is_secure_and_the_browser_stays_with_https() {
    let config = Config {
        https: true,
        ..Config::default()
    };
    let app = TestApp::builder().config(config).start().await;
    app.found("North").await;
    let body = json!({"login": "ada@north", "password": PASSWORD});
    let answer = app.client().post("/api/v1/session", body).await;
    assert!(
        answer.header("set-cookie").ends_with("; Secure"),
        "{}",
        answer.header("set-cookie")
    );
    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=31536000"
    );
}

#[tokio::test]
async fn a_write_from_another_sites_page_is_refused() {
    let config = Config {
        public_origin: Some("https://baton.example".into()),
        ..Config::default()
    };
    let app = TestApp::builder().config(config).start().await;
    let mut admin = app.found("North").await;
    for origin in [
        "https://evil.example",
        "null",
        "http://127.0.0.1:9999",
        "http://127.0.0.1:8080.evil.example",
    ] {
        admin
            .with("origin", origin)
            .delete("/api/v1/session")
            .await
            .is_error(403, "foreign_origin");
    }
    admin
        .with("sec-fetch-site", "cross-site")
        .delete("/api/v1/session")
        .await
        .is_error(403, "foreign_origin");
    admin
        .with("sec-fetch-site", "same-site")
        .delete("/api/v1/session")
        .await
        .is_error(403, "foreign_origin");
    assert_eq!(
        admin.get("/api/v1/session").await.status,
        200,
        "nobody was signed out"
    );

    assert_eq!(
        admin
            .with("origin", "https://evil.example")
            .get("/api/v1/session")
            .await
            .status,
        200,
        "reading is harmless"
    );
    for origin in ["https://baton.example", "http://127.0.0.1:8080"] {
        assert_eq!(
            app.client()
                .with("origin", origin)
                .delete("/api/v1/session")
                .await
                .status,
            204,
            "{origin}"
        );
    }
}

#[tokio::test]
async fn an_unknown_address_of_the_api_is_an_error_for_programs() {
    let app = TestApp::empty().await;
    app.client()
        .get("/api/v1/nothing")
        .await
        .is_error(404, "not_found");
    app.client()
        .with("accept", "text/html")
        .get("/api/v1/nothing")
        .await
        .is_error(404, "not_found");
    let mut client = app.client();
    client
        .send(Method::PUT, "/api/v1/session", None, Vec::new())
        .await
        .is_error(405, "method_not_allowed");
    client
        .send(Method::POST, "/", None, Vec::new())
        .await
        .is_error(405, "method_not_allowed");
}

#[tokio::test]
async fn a_body_beyond_its_bound_is_not_read() {
    let app = TestApp::empty().await;
    let body = json!({"login": "x".repeat(20_000), "password": PASSWORD});
    app.client()
        .post("/api/v1/session", body)
        .await
        .is_error(413, "too_large");
    let broken = app
        .client()
        .send(
            Method::POST,
            "/api/v1/session",
            None,
            b"{\"login\": \"secret".to_vec(),
        )
        .await;
    broken.is_error(400, "bad_request");
    assert!(
        !broken.text().contains("secret"),
        "what was sent is not repeated"
    );
}

#[tokio::test]
async fn health_says_whether_it_lives_and_whether_it_is_ready() {
    let app = TestApp::empty().await;
    assert_eq!(app.client().get("/healthz").await.status, 200);
    assert_eq!(app.client().get("/readyz").await.status, 200);
    app.stop();
    assert_eq!(app.client().get("/healthz").await.status, 200);
    assert_eq!(app.client().get("/readyz").await.status, 503);
}

#[tokio::test]
async fn there_is_no_demo_unless_it_is_offered() {
    let app = TestApp::empty().await;
    app.client()
        .get("/api/v1/demo")
        .await
        .is_error(404, "not_found");
}

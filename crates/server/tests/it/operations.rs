//! What whoever runs the server relies on: the document of the API, metrics, limits, the log.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use baton_domain::EntryBody;
use baton_domain::directory::Role;
use baton_server::http::{OPENAPI, paths, router};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::served::Served;
use crate::support::{Client, PASSWORD, Phone, TestApp, phone};

const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// `METHOD path` of everything in the document.
fn described() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    let mut all = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if method == "parameters" {
                continue;
            }
            assert!(operation["summary"].is_string(), "{method} {path}");
            assert!(operation["responses"].is_object(), "{method} {path}");
            all.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    all
}

#[tokio::test]
async fn the_document_describes_exactly_what_the_router_serves() {
    let app = TestApp::empty().await;
    let mut served = BTreeSet::new();
    for pattern in paths() {
        let path = pattern
            .replace("{token}", "x")
            .replace("{order}", "1")
            .replace("{page}", "0");
        for method in METHODS {
            let answer = app
                .client()
                .send(method.clone(), &path, Some("application/json"), Vec::new())
                .await;
            if answer.status != StatusCode::METHOD_NOT_ALLOWED {
                served.insert(format!("{method} {pattern}"));
            }
        }
    }
    assert_eq!(served, described());
    let answer = app.client().get("/api/v1/openapi.json").await;
    assert_eq!(
        answer.json(),
        serde_json::from_str::<Value>(OPENAPI).unwrap()
    );
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    fn walk(document: &Value, part: &Value) {
        match part {
            Value::Object(fields) => {
                if let Some(to) = fields.get("$ref") {
                    let to = to.as_str().unwrap().trim_start_matches('#');
                    assert!(document.pointer(to).is_some(), "{to}");
                }
                fields.values().for_each(|part| walk(document, part));
            }
            Value::Array(parts) => parts.iter().for_each(|part| walk(document, part)),
            _ => {}
        }
    }
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    walk(&document, &document);
}

#[tokio::test]
async fn metrics_are_on_a_port_of_their_own_and_tell_of_nobody() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let server = Served::start(app.data(), &["--metrics", &format!("127.0.0.1:{port}")]);
    let cookie = admin.client.cookie.take();
    admin.client = server.client();
    admin.client.cookie = cookie;
    for number in 1..=3 {
        admin
            .record_accepted(EntryBody::ProductsListed(vec![phone::product(number)]))
            .await;
    }
    let text = Client::of_port(port).get("/metrics").await.text();
    for line in [
        "baton_entries_total{outcome=\"accepted\"} 3",
        "baton_request_seconds_count{method=\"POST\",route=\"/api/v1/sync\",status=\"200\"} 3",
        "baton_request_seconds_bucket{method=\"POST\",route=\"/api/v1/sync\",status=\"200\",le=\"+Inf\"} 3",
        "baton_turned_away_total 0",
    ] {
        assert!(
            text.lines().any(|one| one == line),
            "{line} is not in\n{text}"
        );
    }
    let organization = admin.organization.to_string();
    for word in ["North", "ada", "Ada", organization.as_str()] {
        assert!(!text.contains(word), "{word} is in\n{text}");
    }
    let mut stranger = server.client();
    assert_eq!(stranger.get("/metrics").await.status, 404);
    server.stop();
}

#[tokio::test]
async fn an_account_that_asks_without_end_is_told_to_wait_and_others_are_not() {
    let app = TestApp::empty().await;
    let mut admin = app.found("North").await;
    let mut other = app.found("South").await;
    let mut turned_away = None;
    for _ in 0..5_000 {
        let answer = admin.get("/api/v1/session").await;
        if answer.status != 200 {
            turned_away = Some(answer);
            break;
        }
    }
    let answer = turned_away.expect("nobody is ever turned away");
    answer.is_error(429, "too_often");
    assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(other.get("/api/v1/session").await.status, 200);
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for_for_ever() {
    let app = TestApp::empty().await;
    let body = Body::from_stream(futures_util::stream::pending::<
        Result<Vec<u8>, std::io::Error>,
    >());
    let request = Request::post("/api/v1/session").body(body).unwrap();
    // Time jumps to the next timer as soon as nothing else can happen.
    tokio::time::pause();
    let answer = router(app.site.clone()).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(
        answer
            .headers()
            .contains_key(header::CONTENT_SECURITY_POLICY)
    );
}

#[tokio::test]
async fn the_log_is_json_with_a_request_number_and_tells_of_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let app = TestApp::on(folder).await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    let server = Served::start(app.data(), &[]);
    let body = json!({"login": "ada@north", "password": PASSWORD});
    let mut client = server.client();
    let answer = client.post("/api/v1/session", body).await;
    let number = answer.header("x-request-id").to_owned();
    let wrong = json!({"login": "ada@north", "password": "a wrong password"});
    server.client().post("/api/v1/session", wrong).await;
    server
        .client()
        .get("/api/v1/invites/a-token-that-is-secret")
        .await;
    let person = phone::person("Zacharias", Role::Rep);
    let id = person.id;
    admin.client = client.clone();
    admin
        .record_accepted(EntryBody::PersonRecorded(person))
        .await;
    admin
        .record_accepted(phone::received(id, &phone::product(1).id))
        .await;
    let answer = admin.client.get("/api/v1/products?q=Locking").await;
    assert_eq!(answer.status, 200);
    let said = server.stop();
    let lines: Vec<Value> = said
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let requests: Vec<_> = lines
        .iter()
        .filter(|line| line["what"] == "request")
        .collect();
    assert_eq!(requests.len(), 6, "{said}");
    for line in &requests {
        let id = line["id"].as_str().unwrap();
        assert!(id.len() == 16 && id.chars().all(|one| one.is_ascii_hexdigit()));
        assert!(line["route"].as_str().unwrap().starts_with("/api/v1/"));
        assert!(line["ms"].is_number() && line["status"].is_number());
    }
    assert!(requests.iter().any(|line| line["id"] == number.as_str()));
    let cookie = client.cookie.unwrap();
    for secret in [
        "ada",
        "Ada",
        "North",
        "Zacharias",
        PASSWORD,
        "a wrong password",
        "a-token-that-is-secret",
        "Locking",
        "LOT1",
        cookie.as_str(),
    ] {
        let log: Vec<_> = said.lines().filter(|line| line.starts_with('{')).collect();
        assert!(
            !log.join("\n").contains(secret),
            "{secret} is in the log:\n{said}"
        );
    }
}

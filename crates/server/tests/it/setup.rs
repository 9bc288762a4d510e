//! `POST /api/v1/setup`

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

fn body(token: &str) -> Value {
    json!({
        "token": token,
        "organization_name": "North Spine",
        "kind": "distributor",
        "admin_name": "Ada",
        "login": "Ada@North.example",
        "password": PASSWORD,
    })
}

async fn link(app: &TestApp) -> String {
    app.site
        .server
        .accounts
        .make_setup_link()
        .await
        .unwrap()
        .reveal()
}

#[tokio::test]
async fn a_link_that_was_never_made_is_refused() {
    let app = TestApp::empty().await;
    app.client()
        .post("/api/v1/setup", body("nonsense"))
        .await
        .is_error(410, "link_ended");
    let other = baton_server::random::Token::without_organization().reveal();
    app.client()
        .post("/api/v1/setup", body(&other))
        .await
        .is_error(410, "link_ended");
    assert!(app.site.server.organizations.all().is_empty());
}

#[tokio::test]
async fn a_second_link_ends_the_first() {
    let app = TestApp::empty().await;
    let first = link(&app).await;
    link(&app).await;
    app.client()
        .post("/api/v1/setup", body(&first))
        .await
        .is_error(410, "link_ended");
}

#[tokio::test]
async fn what_is_missing_or_unfit_is_said_and_the_link_stays_good() {
    let app = TestApp::empty().await;
    let token = link(&app).await;
    let with = |field: &str, value: &str| {
        let mut body = body(&token);
        body[field] = json!(value);
        body
    };
    let cases = [
        (with("organization_name", "  "), 400, "bad_request"),
        (with("kind", "hospital"), 400, "bad_request"),
        (with("admin_name", ""), 400, "bad_request"),
        (with("login", "a b"), 422, "login_unfit"),
        (with("password", "short"), 422, "password_unfit"),
        (json!({"token": token}), 400, "bad_request"),
    ];
    for (body, status, code) in cases {
        app.client()
            .post("/api/v1/setup", body)
            .await
            .is_error(status, code);
    }
    assert_eq!(
        app.client()
            .post("/api/v1/setup", body(&token))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn the_link_founds_one_organization_and_signs_its_admin_in() {
    let app = TestApp::empty().await;
    let token = link(&app).await;
    let mut client = app.client();
    let answer = client.post("/api/v1/setup", body(&token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let session = client.get("/api/v1/session").await.json();
    assert_eq!(session, answer.json());
    assert_eq!(session["organization"]["name"], "North Spine");
    assert_eq!(session["organization"]["kind"], "distributor");
    assert_eq!(session["organization"]["demo"], false);
    assert_eq!(session["person"]["role"], "admin");
    assert_eq!(session["login"], "ada@north.example");
    app.client()
        .post("/api/v1/setup", body(&token))
        .await
        .is_error(410, "link_ended");
    assert_eq!(app.site.server.organizations.all().len(), 1);
}

#[tokio::test]
async fn a_taken_login_founds_nothing_and_leaves_the_link() {
    let app = TestApp::empty().await;
    let token = link(&app).await;
    assert_eq!(
        app.client()
            .post("/api/v1/setup", body(&token))
            .await
            .status,
        200
    );
    let token = link(&app).await;
    app.client()
        .post("/api/v1/setup", body(&token))
        .await
        .is_error(409, "login_taken");
    assert_eq!(app.site.server.organizations.all().len(), 1);
    let mut other = body(&token);
    other["login"] = json!("grace");
    assert_eq!(app.client().post("/api/v1/setup", other).await.status, 200);
}

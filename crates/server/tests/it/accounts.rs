//! `/api/v1/session`

use serde_json::json;

use baton_domain::EntryBody;
use baton_domain::directory::Role;
use baton_server::clock::DAY_MS;

use crate::support::{PASSWORD, Phone, TestApp};

fn wrong() -> serde_json::Value {
    json!({"login": "ada@north", "password": "wrong horse battery"})
}

fn right() -> serde_json::Value {
    json!({"login": " ADA@north ", "password": PASSWORD})
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_get_the_same_answer() {
    let app = TestApp::empty().await;
    app.found("North").await;
    let known = app.client().post("/api/v1/session", wrong()).await;
    known.is_error(401, "wrong_password");
    assert!(known.headers.get("set-cookie").is_none());
    let unknown = app
        .client()
        .post(
            "/api/v1/session",
            json!({"login": "nobody", "password": PASSWORD}),
        )
        .await;
    unknown.is_error(401, "wrong_password");
    assert_eq!(known.body, unknown.body);
}

#[tokio::test]
async fn too_many_wrong_passwords_make_wait_even_with_the_right_one() {
    let app = TestApp::empty().await;
    app.found("North").await;
    for login in ["ada@north", "nobody@north"] {
        let try_with = |password: &str| json!({"login": login, "password": password});
        for _ in 0..5 {
            app.client()
                .post("/api/v1/session", try_with("wrong horse battery"))
                .await
                .is_error(401, "wrong_password");
        }
        let answer = app
            .client()
            .post("/api/v1/session", try_with(PASSWORD))
            .await;
        answer.is_error(429, "too_many_attempts");
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=31).contains(&seconds), "{seconds}");
    }
}

#[tokio::test]
async fn a_success_forgives_the_failures_before_it() {
    let app = TestApp::empty().await;
    app.found("North").await;
    for _ in 0..3 {
        for _ in 0..4 {
            app.client()
                .post("/api/v1/session", wrong())
                .await
                .is_error(401, "wrong_password");
        }
        assert_eq!(
            app.client().post("/api/v1/session", right()).await.status,
            200
        );
    }
}

#[tokio::test]
async fn many_tries_at_once_count_each() {
    let app = TestApp::empty().await;
    app.found("North").await;
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let mut client = app.client();
            tokio::spawn(async move { client.post("/api/v1/session", wrong()).await.status })
        })
        .collect();
    let mut looked_at = 0;
    for one in tries {
        looked_at += usize::from(one.await.unwrap() == 401);
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn signing_in_sets_a_cookie_that_scripts_cannot_read() {
    let app = TestApp::empty().await;
    app.found("North").await;
    let mut client = app.client();
    let answer = client.post("/api/v1/session", right()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let cookie = answer.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(
        !cookie.contains("Secure"),
        "on this machine without TLS the browser would drop it"
    );
    assert_eq!(client.get("/api/v1/session").await.json(), answer.json());
}

#[tokio::test]
async fn nobody_is_signed_in_without_a_cookie_or_with_a_made_up_one() {
    let app = TestApp::empty().await;
    let mut founder = app.found("North").await;
    app.client()
        .get("/api/v1/session")
        .await
        .is_error(401, "signed_out");
    let real = founder.cookie.clone().unwrap();
    let last = if real.ends_with('A') { "B" } else { "A" };
    for other in [
        "",
        "x",
        &format!("{}{last}", &real[..real.len() - 1]),
        &"A".repeat(real.len()),
    ] {
        founder.cookie = Some(other.to_owned());
        founder
            .get("/api/v1/session")
            .await
            .is_error(401, "signed_out");
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server_too() {
    let app = TestApp::empty().await;
    let mut client = app.found("North").await;
    let stolen = client.cookie.clone();
    assert_eq!(client.delete("/api/v1/session").await.status, 204);
    assert_eq!(client.cookie, None);
    client.cookie = stolen;
    client
        .get("/api/v1/session")
        .await
        .is_error(401, "signed_out");
    assert_eq!(
        client.delete("/api/v1/session").await.status,
        204,
        "signing out twice is no error"
    );
}

#[tokio::test]
async fn an_expired_session_is_over() {
    let app = TestApp::empty().await;
    let mut client = app.found("North").await;
    let token = baton_server::random::Token::read(client.cookie.as_ref().unwrap()).unwrap();
    let now_ms = baton_server::clock::now_ms();
    let storage = &app.site.server.storage;
    storage
        .extend_session(token.organization(), token.hash(), now_ms + DAY_MS)
        .await
        .unwrap();
    assert_eq!(client.get("/api/v1/session").await.status, 200);
    let row = storage
        .session(token.organization(), token.hash())
        .await
        .unwrap()
        .unwrap();
    assert!(
        row.expires_at_ms > now_ms + 29 * DAY_MS,
        "using it lets it last longer"
    );
    storage
        .extend_session(token.organization(), token.hash(), now_ms - 1)
        .await
        .unwrap();
    client
        .get("/api/v1/session")
        .await
        .is_error(401, "signed_out");
    storage.forget_expired(now_ms).await.unwrap();
    assert_eq!(
        storage.session(token.organization(), token.hash()).await,
        Ok(None)
    );
}

#[tokio::test]
async fn somebody_who_left_cannot_sign_in_and_their_session_ends() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let mut rep = admin.invite(&app, "Bo", Role::Rep).await;
    let login = rep.client.get("/api/v1/session").await.json()["login"]
        .as_str()
        .unwrap()
        .to_owned();
    let state = app.site.server.organizations.all()[0]
        .current()
        .await
        .unwrap()
        .state;
    let mut gone = state.person(rep.person).unwrap().clone();
    gone.active = false;
    admin.record_accepted(EntryBody::PersonRecorded(gone)).await;
    rep.client
        .get("/api/v1/session")
        .await
        .is_error(401, "signed_out");
    let answer = app
        .client()
        .post(
            "/api/v1/session",
            json!({"login": login, "password": PASSWORD}),
        )
        .await;
    answer.is_error(403, "not_allowed");
}

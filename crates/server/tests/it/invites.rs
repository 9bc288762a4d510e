//! `/api/v1/invites`

use serde_json::json;

use baton_domain::EntryBody;
use baton_domain::directory::Role;
use baton_server::storage::InviteRow;
use baton_server::{clock, random};

use crate::support::{PASSWORD, Phone, TestApp, phone};

#[tokio::test]
async fn a_stranger_and_a_rep_cannot_invite() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let mut rep = admin.invite(&app, "Bo", Role::Rep).await;
    let body = json!({"person": admin.person.to_string()});
    app.client()
        .post("/api/v1/invites", body.clone())
        .await
        .is_error(401, "signed_out");
    rep.client
        .post("/api/v1/invites", body)
        .await
        .is_error(403, "not_allowed");
}

#[tokio::test]
async fn a_distributor_invites_own_reps_only() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let mut principal = admin.invite(&app, "Di", Role::Distributor).await;
    let mut own = phone::person("Own", Role::Rep);
    own.principal = Some(principal.person);
    let other = phone::person("Other", Role::Rep);
    let (own_id, other_id) = (own.id.to_string(), other.id.to_string());
    admin.record_accepted(EntryBody::PersonRecorded(own)).await;
    admin
        .record_accepted(EntryBody::PersonRecorded(other))
        .await;
    principal
        .client
        .post("/api/v1/invites", json!({"person": other_id}))
        .await
        .is_error(403, "not_allowed");
    assert_eq!(
        principal
            .client
            .post("/api/v1/invites", json!({"person": own_id}))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn nobody_is_invited_who_is_not_in_the_directory() {
    let app = TestApp::empty().await;
    let mut admin = app.found("North").await;
    for person in [random::person_id().to_string(), "nonsense".into()] {
        admin
            .post("/api/v1/invites", json!({"person": person}))
            .await
            .is_error(404, "not_found");
    }
}

#[tokio::test]
async fn an_invite_is_good_once() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let rep = phone::person("Bo", Role::Rep);
    let id = rep.id;
    admin.record_accepted(EntryBody::PersonRecorded(rep)).await;
    let made = admin
        .client
        .post("/api/v1/invites", json!({"person": id.to_string()}))
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let token = made.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(
        made.json()["link"],
        format!("http://127.0.0.1:8080/invite#{token}")
    );
    let left_ms = made.json()["expires_at"].as_i64().unwrap() - clock::now_ms();
    assert!(
        (71 * clock::HOUR_MS..=72 * clock::HOUR_MS).contains(&left_ms),
        "{left_ms}"
    );

    let path = format!("/api/v1/invites/{token}");
    let shown = app.client().get(&path).await.json();
    assert_eq!(
        shown,
        json!({"organization_name": "North", "person_name": "Bo"})
    );
    let login = |login: &str, password: &str| json!({"login": login, "password": password});
    app.client()
        .post(&path, login("bo@north", "short"))
        .await
        .is_error(422, "password_unfit");
    app.client()
        .post(&path, login("ada@north", PASSWORD))
        .await
        .is_error(409, "login_taken");
    let mut client = app.client();
    let answer = client.post(&path, login("Bo@North", PASSWORD)).await;
    assert_eq!(
        (answer.status, &answer.json()["person"]["name"]),
        (200, &json!("Bo"))
    );
    assert_eq!(client.get("/api/v1/session").await.status, 200);
    app.client()
        .post(&path, login("bo2@north", PASSWORD))
        .await
        .is_error(410, "link_ended");
    app.client().get(&path).await.is_error(410, "link_ended");
}

#[tokio::test]
async fn an_invite_of_72_hours_ago_is_over() {
    let app = TestApp::empty().await;
    let admin = Phone::enrol(app.found("North").await).await;
    let token = random::Token::new(admin.organization);
    let row = InviteRow {
        organization: admin.organization,
        token_hash: token.hash(),
        person: admin.person,
        invited_by: admin.person,
        expires_at_ms: clock::now_ms() - 1,
        used: false,
    };
    app.site.server.storage.put_invite(row).await.unwrap();
    let path = format!("/api/v1/invites/{}", token.reveal());
    app.client().get(&path).await.is_error(410, "link_ended");
    let body = json!({"login": "ada2", "password": PASSWORD});
    app.client()
        .post(&path, body)
        .await
        .is_error(410, "link_ended");
}

#[tokio::test]
async fn a_new_invite_is_the_way_back_and_ends_the_old_sessions() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let mut before = admin.invite(&app, "Bo", Role::Rep).await;
    let mut after = admin.invite_again(&app, before.person, "Bo").await;
    before
        .client
        .get("/api/v1/session")
        .await
        .is_error(401, "signed_out");
    assert_eq!(after.client.get("/api/v1/session").await.status, 200);
    assert_ne!(before.device, after.device);
}

//! `POST /api/v1/devices`

use serde_json::json;

use baton_domain::directory::Role;

use crate::support::{Phone, TestApp, phone};

#[tokio::test]
async fn a_phone_needs_a_session_and_a_key_on_the_curve() {
    let app = TestApp::empty().await;
    let mut admin = app.found("North").await;
    let answer = Phone::post_key(&mut app.client(), &phone::fresh_key()).await;
    answer.is_error(401, "signed_out");
    for key in ["", "AAAA", &"A".repeat(44), "not base64url!"] {
        admin
            .post("/api/v1/devices", json!({"public_key": key}))
            .await
            .is_error(400, "bad_request");
    }
}

#[tokio::test]
async fn a_phone_gets_a_certificate_that_the_servers_key_signed() {
    let app = TestApp::empty().await;
    let mut admin = app.found("North").await;
    let key = phone::fresh_key();
    let answer = Phone::post_key(&mut admin, &key).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let certificate = Phone::certificate(&answer);
    let server = app.site.server.organizations.key();
    assert_eq!(certificate.verify(&server.public_key()), Ok(()));
    assert_eq!(certificate.issuer(), server.device());
    assert_eq!(certificate.enrolment().public_key, key.public_key());
    assert_eq!(
        certificate.enrolment().device.to_string(),
        answer.json()["device"].as_str().unwrap()
    );

    let state = app.site.server.organizations.all()[0]
        .current()
        .await
        .unwrap()
        .state;
    let device = state.device(certificate.enrolment().device).unwrap();
    assert_eq!(
        (device.public_key, device.person),
        (key.public_key(), Some(certificate.enrolment().person))
    );
    assert_eq!(&*device.label, "A phone");
}

#[tokio::test]
async fn asking_again_with_the_same_key_is_one_phone() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let again = Phone::post_key(&mut admin.client, &admin.key).await;
    assert_eq!(again.status, 200);
    assert_eq!(
        again.json()["device"].as_str().unwrap(),
        admin.device.to_string()
    );
    let mut rep = admin.invite(&app, "Bo", Role::Rep).await;
    Phone::post_key(&mut rep.client, &admin.key)
        .await
        .is_error(409, "key_taken");
}

//! `POST /api/v1/devices`, and what of a phone never arrived.

use serde_json::{Value, json};

use baton_domain::EntryBody;
use baton_domain::directory::{Person, Role};

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

/// What the server says is missing, to who asks.
async fn missing(phone: &mut Phone) -> Vec<(String, u64)> {
    let answer = phone.client.get("/api/v1/devices/missing").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let document: Value = answer.json();
    let rows = document["devices"].as_array().unwrap().iter();
    rows.map(|row| {
        assert!(row["since_at"].as_i64().unwrap() > 1_700_000_000_000);
        let device = row["device"].as_str().unwrap().to_owned();
        (device, row["count"].as_u64().unwrap())
    })
    .collect()
}

#[tokio::test]
async fn r31_the_office_is_told_what_of_a_phone_never_arrived_until_it_does() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let mut rep = admin.invite(&app, "Bo", Role::Rep).await;
    let mut product = 0;
    let mut next = |rep: &mut Phone| {
        product += 1;
        rep.sign(phone::received(rep.person, &phone::product(product).id))
    };
    let [first, second, third, fourth] = [(); 4].map(|()| next(&mut rep));
    rep.sync(&[first]).await;
    assert_eq!(missing(&mut admin).await, []);

    rep.sync(&[fourth]).await;
    let of_rep = rep.device.to_string();
    assert_eq!(missing(&mut admin).await, [(of_rep.clone(), 2)]);
    rep.sync(&[third]).await;
    assert_eq!(missing(&mut admin).await, [(of_rep, 1)]);
    rep.sync(&[second]).await;
    assert_eq!(missing(&mut admin).await, []);
}

#[tokio::test]
async fn what_is_missing_is_told_to_who_looks_after_the_phone_and_to_nobody_else() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let mut principal = admin.invite(&app, "Di", Role::Distributor).await;
    let mut operations = admin.invite(&app, "Op", Role::Operations).await;
    let mut other = admin.invite(&app, "Cy", Role::Rep).await;
    let mut rep = admin.invite(&app, "Bo", Role::Rep).await;
    let mut stranger = Phone::enrol(app.found("South").await).await;
    let own_rep = Person {
        principal: Some(principal.person),
        ..person_of(&app, &rep).await
    };
    admin
        .record_accepted(EntryBody::PersonRecorded(own_rep))
        .await;
    rep.sequence += 3;
    let late = rep.sign(phone::received(rep.person, &phone::product(1).id));
    rep.sync(&[late]).await;
    for phone in [&mut admin, &mut principal] {
        assert_eq!(missing(phone).await, [(rep.device.to_string(), 3)]);
    }
    for phone in [&mut operations, &mut other, &mut rep, &mut stranger] {
        assert_eq!(missing(phone).await, []);
    }
}

async fn person_of(app: &TestApp, phone: &Phone) -> Person {
    let ledgers = app.site.server.organizations.all();
    for ledger in ledgers {
        if let Some(person) = ledger.newest().await.unwrap().state.person(phone.person) {
            return person.clone();
        }
    }
    panic!("nobody of this organization")
}

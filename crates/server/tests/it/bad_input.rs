//! What a phone, or somebody who pretends to be one, can send that is wrong. Each gets a clear
//! answer, nothing is lost, and nothing holds up the rest of the batch.

use baton_domain::directory::Role;
use baton_domain::verdict::Outcome;
use baton_domain::{EntryBody, Reason};
use baton_ledger::message::PROTOCOL;
use baton_ledger::{SignedEntry, SyncRequest, SyncResponse, Unsigned};
use baton_server::http::{Config, Protocols};
use baton_server::random;

use crate::support::{Phone, TestApp, phone};

async fn north(app: &TestApp) -> (Phone, Phone) {
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(
            (1..=3).map(phone::product).collect(),
        ))
        .await;
    let rep = admin.invite(app, "Bo", Role::Rep).await;
    (admin, rep)
}

fn receive(phone: &mut Phone) -> SignedEntry {
    phone.sign(phone::received(phone.person, &phone::product(1).id))
}

async fn quarantined(app: &TestApp, phone: &Phone) -> u64 {
    app.site
        .server
        .storage
        .quarantined(phone.organization)
        .await
        .unwrap()
}

fn reason(outcome: &Outcome) -> Option<Reason> {
    match outcome {
        Outcome::Refused(refusal) | Outcome::Disputed(refusal) => Some(refusal.reason),
        _ => None,
    }
}

#[tokio::test]
async fn nobody_syncs_without_a_session() {
    let app = TestApp::empty().await;
    let (_, mut rep) = north(&app).await;
    let request = rep.request(&[]);
    rep.client.cookie = None;
    rep.try_sync(request).await.is_error(401, "signed_out");
}

#[tokio::test]
async fn an_unknown_phone_and_another_persons_phone_are_told_what_to_do() {
    let app = TestApp::empty().await;
    let (admin, mut rep) = north(&app).await;
    let unknown = SyncRequest {
        device: random::device_id(),
        ..rep.request(&[])
    };
    rep.try_sync(unknown).await.is_error(409, "device_unknown");
    let others = SyncRequest {
        device: admin.device,
        ..rep.request(&[])
    };
    rep.try_sync(others)
        .await
        .is_error(403, "device_of_another_person");
}

#[tokio::test]
async fn another_protocol_is_told_who_has_to_update() {
    let app = TestApp::empty().await;
    let (_, mut rep) = north(&app).await;
    rep.try_sync(SyncRequest {
        protocol: 0,
        ..rep.request(&[])
    })
    .await
    .is_error(426, "protocol_too_old");
    rep.try_sync(SyncRequest {
        protocol: 999,
        ..rep.request(&[])
    })
    .await
    .is_error(409, "protocol_too_new");
}

fn speaking(oldest: u16, newest: u16) -> Config {
    Config {
        protocols: Protocols { oldest, newest },
        ..Config::default()
    }
}

/// The server of the next protocol still serves this build's phones, in words that they take.
#[tokio::test]
async fn a_phone_of_the_protocol_before_syncs_as_ever() {
    let next = speaking(PROTOCOL, PROTOCOL + 1);
    let app = TestApp::builder().config(next).start().await;
    let (_, mut rep) = north(&app).await;
    let entry = receive(&mut rep);
    let response = rep.sync(&[entry]).await;
    assert_eq!(response.verdicts[0].verdict.outcome, Outcome::Accepted);
    assert_eq!(response.protocol, PROTOCOL, "or the phone would refuse it");
}

/// Two protocols on, the phone is told so and loses nothing: the same bytes are taken once it speaks
/// the newer one.
#[tokio::test]
async fn a_phone_that_is_too_old_is_told_so_and_what_it_holds_is_taken_after_its_update() {
    let later = speaking(PROTOCOL, PROTOCOL + 2);
    let app = TestApp::builder().config(later).start().await;
    let (_, mut rep) = north(&app).await;
    let app = app.restart_with(speaking(PROTOCOL + 1, PROTOCOL + 2)).await;
    rep.client = app.client_of(&rep);
    let entry = receive(&mut rep);
    let old = rep.request(std::slice::from_ref(&entry));
    let answer = rep.try_sync(old).await;
    answer.is_error(426, "protocol_too_old");
    assert!(answer.text().contains("is kept"), "{}", answer.text());
    let updated = SyncRequest {
        protocol: PROTOCOL + 1,
        ..rep.request(&[entry])
    };
    let answer = rep.try_sync(updated).await;
    let response = SyncResponse::decode(&answer.body).unwrap();
    assert_eq!(response.verdicts[0].verdict.outcome, Outcome::Accepted);
    assert_eq!(response.protocol, PROTOCOL + 1);
}

#[tokio::test]
async fn a_request_that_is_no_request_is_refused() {
    let app = TestApp::empty().await;
    let (_, mut rep) = north(&app).await;
    for body in [vec![], b"{}".to_vec(), vec![0xff; 100], vec![0x9f; 10_000]] {
        rep.client
            .post_bytes("/api/v1/sync", body)
            .await
            .is_error(400, "bad_request");
    }
    let whole = rep.request(&[]).encode();
    for cut in 0..whole.len() {
        rep.client
            .post_bytes("/api/v1/sync", whole[..cut].to_vec())
            .await
            .is_error(400, "bad_request");
    }
}

#[tokio::test]
async fn too_much_at_once_is_to_be_halved() {
    let app = TestApp::empty().await;
    let (_, mut rep) = north(&app).await;
    rep.client
        .post_bytes("/api/v1/sync", vec![0; 4 * 1024 * 1024 + 1])
        .await
        .is_error(413, "too_large");
    let many = SyncRequest {
        entries: vec![vec![1]; 257],
        ..rep.request(&[])
    };
    rep.try_sync(many).await.is_error(413, "too_large");
}

#[tokio::test]
async fn one_flipped_byte_is_refused_and_the_rest_goes_on() {
    let app = TestApp::empty().await;
    let (_, mut rep) = north(&app).await;
    let victim = receive(&mut rep);
    let good = receive(&mut rep);
    let mut put_aside = 0;
    for place in (0..victim.bytes().len()).step_by(5) {
        let mut bytes = victim.bytes().to_vec();
        bytes[place] ^= 0x01;
        let request = SyncRequest {
            entries: vec![bytes, good.bytes().to_vec()],
            ..rep.request(&[])
        };
        let answer = rep.try_sync(request).await;
        let response = SyncResponse::decode(&answer.body).unwrap();
        let word = response.verdicts.last().unwrap();
        assert_eq!(
            (word.id, &word.verdict.outcome),
            (good.entry().id, &Outcome::Accepted),
            "byte {place}"
        );
        for word in &response.verdicts[..response.verdicts.len() - 1] {
            assert!(
                word.order.is_none() && word.verdict.outcome != Outcome::Accepted,
                "byte {place}: {word:?}"
            );
        }
        put_aside += 1;
    }
    let aside = quarantined(&app, &rep).await;
    assert!(aside > 0 && aside <= put_aside, "{aside} of {put_aside}");
    // The true bytes are still welcome.
    let word = rep.sync(&[victim]).await.verdicts.remove(0);
    assert_eq!(word.verdict.outcome, Outcome::Accepted);
}

#[tokio::test]
async fn a_signature_by_another_key_is_refused() {
    let app = TestApp::empty().await;
    let (admin, mut rep) = north(&app).await;
    let body = phone::received(rep.person, &phone::product(1).id);
    let entry = rep.entry(random::entry_id(), 1, body);
    let forged = Unsigned::new(&entry).unwrap().sign(&admin.key);
    let word = rep.sync(&[forged]).await.verdicts.remove(0);
    assert_eq!(
        (word.order, reason(&word.verdict.outcome)),
        (None, Some(Reason::BadSignature))
    );
    assert_eq!(quarantined(&app, &rep).await, 1);
}

#[tokio::test]
async fn a_broken_copy_before_the_true_bytes_does_not_take_their_place() {
    let app = TestApp::empty().await;
    let (_, mut rep) = north(&app).await;
    let good = receive(&mut rep);
    let mut signature = *good.signature();
    signature[7] ^= 1;
    let broken = Unsigned::new(good.entry()).unwrap().sign_with(signature);
    let response = rep.sync(&[broken, good.clone()]).await;
    assert_eq!(
        reason(&response.verdicts[0].verdict.outcome),
        Some(Reason::BadSignature)
    );
    assert_eq!(response.verdicts[1].verdict.outcome, Outcome::Accepted);
    assert_eq!(response.changes.last().unwrap().bytes, good.bytes());
    let report = app.site.server.organizations.all()[0]
        .verify()
        .await
        .unwrap();
    assert_eq!(report.faults, []);
}

#[tokio::test]
async fn an_entry_in_somebody_elses_name_is_refused() {
    let app = TestApp::empty().await;
    let (admin, mut rep) = north(&app).await;
    let body = phone::received(rep.person, &phone::product(1).id);
    let mut entry = rep.entry(random::entry_id(), 1, body);
    entry.actor = admin.person;
    let forged = Unsigned::new(&entry).unwrap().sign(&rep.key);
    let word = rep.sync(&[forged]).await.verdicts.remove(0);
    assert!(
        word.order.is_none() && reason(&word.verdict.outcome).is_some(),
        "{word:?}"
    );
}

#[tokio::test]
async fn r31_an_entry_for_another_organization_is_refused() {
    let app = TestApp::empty().await;
    let (_, mut rep) = north(&app).await;
    let (_, south) = {
        let admin = Phone::enrol(app.found("South").await).await;
        (admin.person, admin.organization)
    };
    let body = phone::received(rep.person, &phone::product(1).id);
    let mut entry = rep.entry(random::entry_id(), 1, body);
    entry.organization = south;
    let stray = Unsigned::new(&entry).unwrap().sign(&rep.key);
    let good = receive(&mut rep);
    let response = rep.sync(&[stray, good]).await;
    assert_eq!(
        reason(&response.verdicts[0].verdict.outcome),
        Some(Reason::OtherOrganization)
    );
    assert_eq!(response.verdicts[1].verdict.outcome, Outcome::Accepted);
    let ledgers = app.site.server.organizations.named("south");
    assert_eq!(
        ledgers[0].current().await.unwrap().order,
        3,
        "nothing came into the other ledger"
    );
}

#[tokio::test]
async fn r32_the_same_id_with_other_bytes_is_put_aside() {
    let app = TestApp::empty().await;
    let (_, mut rep) = north(&app).await;
    let first = receive(&mut rep);
    rep.sync(std::slice::from_ref(&first)).await;
    let body = phone::received(rep.person, &phone::product(2).id);
    let other = Unsigned::new(&rep.entry(first.entry().id, 2, body))
        .unwrap()
        .sign(&rep.key);
    let word = rep.sync(&[other]).await.verdicts.remove(0);
    assert_eq!(
        (word.order, reason(&word.verdict.outcome)),
        (None, Some(Reason::Conflicting))
    );
    assert_eq!(quarantined(&app, &rep).await, 1);
    // The first stands as it stood.
    let again = rep
        .sync(std::slice::from_ref(&first))
        .await
        .verdicts
        .remove(0);
    assert_eq!(again.verdict.outcome, Outcome::Accepted);
}

#[tokio::test]
async fn r32_a_second_entry_at_one_sequence_is_recorded_as_disputed() {
    let app = TestApp::empty().await;
    let (_, mut rep) = north(&app).await;
    let first = receive(&mut rep);
    rep.sequence = 0;
    let second = receive(&mut rep);
    let response = rep.sync(&[first.clone(), second.clone()]).await;
    assert_eq!(response.verdicts[0].verdict.outcome, Outcome::Accepted);
    assert!(
        matches!(&response.verdicts[1].verdict.outcome, Outcome::Disputed(refusal)
        if refusal.reason == Reason::Conflicting && refusal.entry == Some(first.entry().id))
    );
    assert!(
        response.verdicts[1].order.is_some(),
        "it is signed work: it is kept"
    );
}

#[tokio::test]
async fn r38_what_a_revoked_phone_sends_is_kept_as_disputed_and_it_gets_nothing_more() {
    let app = TestApp::empty().await;
    let (mut admin, mut rep) = north(&app).await;
    rep.sync(&[]).await;
    let cursor = rep.cursor;
    let word = admin.record(EntryBody::DeviceRevoked(rep.device)).await;
    assert_eq!(word.verdict.outcome, Outcome::Accepted, "{word:?}");
    let entry = receive(&mut rep);
    let response = rep.sync(&[entry]).await;
    assert!(response.revoked);
    assert_eq!((response.changes.len(), response.cursor), (0, cursor));
    let word = &response.verdicts[0];
    assert!(
        matches!(&word.verdict.outcome, Outcome::Disputed(refusal) if refusal.reason == Reason::Revoked),
        "{word:?}"
    );
    assert!(word.order.is_some());
}

#[tokio::test]
async fn r38_what_the_phone_of_somebody_who_left_sends_is_kept_as_disputed() {
    let app = TestApp::empty().await;
    let (mut admin, mut rep) = north(&app).await;
    let state = app.site.server.organizations.all()[0]
        .current()
        .await
        .unwrap()
        .state;
    let mut gone = state.person(rep.person).unwrap().clone();
    gone.active = false;
    admin.record_accepted(EntryBody::PersonRecorded(gone)).await;
    let entry = receive(&mut rep);
    let response = rep.sync(&[entry]).await;
    assert!(response.revoked && response.changes.is_empty());
    assert!(
        matches!(&response.verdicts[0].verdict.outcome, Outcome::Disputed(_)),
        "{:?}",
        response.verdicts[0]
    );
}

#[tokio::test]
async fn a_phone_cannot_enrol_another_phone() {
    let app = TestApp::empty().await;
    let (_, mut rep) = north(&app).await;
    let device = baton_domain::directory::Device {
        id: random::device_id(),
        person: Some(rep.person),
        public_key: phone::fresh_key().public_key(),
        label: "Smuggled".into(),
        revoked: false,
    };
    let word = rep.record(EntryBody::DeviceEnrolled(device)).await;
    assert!(
        matches!(word.verdict.outcome, Outcome::Refused(_)),
        "{word:?}"
    );
}

#[tokio::test]
async fn the_last_admin_cannot_be_removed() {
    let app = TestApp::empty().await;
    let (mut admin, _) = north(&app).await;
    let state = app.site.server.organizations.all()[0]
        .current()
        .await
        .unwrap()
        .state;
    let mut gone = state.person(admin.person).unwrap().clone();
    gone.active = false;
    let word = admin.record(EntryBody::PersonRecorded(gone.clone())).await;
    assert_eq!(
        reason(&word.verdict.outcome),
        Some(Reason::LastAdmin),
        "{word:?}"
    );
    gone.active = true;
    gone.role = Role::Rep;
    let word = admin.record(EntryBody::PersonRecorded(gone)).await;
    assert_eq!(
        reason(&word.verdict.outcome),
        Some(Reason::LastAdmin),
        "{word:?}"
    );
}

//! Backup and restore.

use std::fs;
use std::path::Path;

use baton_domain::EntryBody;
use baton_domain::directory::Role;
use baton_domain::verdict::Outcome;
use baton_ledger::{SignedEntry, SyncRequest, SyncResponse};
use baton_server::storage::archive::{LEFT_OUT, TABLES};
use serde_json::json;

use crate::support::database::{columns_of, tables_of};
use crate::support::served::{run, text};
use crate::support::{PASSWORD, Phone, TestApp, phone};

/// Restores a backup into a data folder that has the key.
fn restore(file: &Path, key_of: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(key_of.join("server.key"), folder.path().join("server.key")).unwrap();
    let output = run(&["restore", file.to_str().unwrap()], folder.path());
    assert!(output.status.success(), "{}", text(&output));
    assert!(
        text(&output).contains("Every signature"),
        "{}",
        text(&output)
    );
    folder
}

#[tokio::test]
async fn a_restored_server_goes_on_in_a_new_incarnation_and_takes_back_what_phones_hold() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    let mut rep = admin.invite(&app, "Bo", Role::Rep).await;
    let early = rep.sign(phone::received(rep.person, &phone::product(1).id));
    let told_early = rep.sync(std::slice::from_ref(&early)).await.verdicts;
    let file = app.data().join("evening.backup");
    let output = run(&["backup", file.to_str().unwrap()], app.data());
    assert!(output.status.success(), "{}", text(&output));
    let late = rep.sign(phone::received(rep.person, &phone::product(1).id));
    let before = rep.sync(std::slice::from_ref(&late)).await;

    let folder = restore(&file, app.data());
    let restored = TestApp::on(folder).await;
    rep.client = restored.sign_in(&rep.login_of("Bo")).await;
    let response = rep.sync(&[]).await;
    assert_ne!(response.incarnation, before.incarnation);
    assert!(response.snapshot_needed, "phones see that it was restored");
    let again = rep.sync(&[early, late]).await.verdicts;
    assert_eq!(again[0], told_early[0], "what was saved keeps its verdict");
    assert_eq!(again[1].verdict.outcome, Outcome::Accepted);
    restored.sign_in("ada@north").await;
}

/// The database of the backup does not know what ended after it.
#[tokio::test]
async fn after_a_restore_no_session_invite_or_link_lives_again() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let ended = app.sign_in("ada@north").await;
    let person = phone::person("Bo", Role::Rep);
    let invited = json!({"person": person.id.to_string()});
    admin
        .record_accepted(EntryBody::PersonRecorded(person))
        .await;
    let answer = admin.client.post("/api/v1/invites", invited).await;
    let invite = answer.json()["token"].as_str().unwrap().to_owned();
    let link = app.site.server.accounts.make_setup_link().await.unwrap();
    let file = app.data().join("x.backup");
    let output = run(&["backup", file.to_str().unwrap()], app.data());
    assert!(output.status.success(), "{}", text(&output));
    let account = json!({"login": "bo@north", "password": PASSWORD});
    let path = format!("/api/v1/invites/{invite}");
    assert_eq!(app.client().post(&path, account.clone()).await.status, 200);
    assert_eq!(ended.clone().delete("/api/v1/session").await.status, 204);

    let restored = TestApp::on(restore(&file, app.data())).await;
    for cookie in [&ended.cookie, &admin.client.cookie] {
        let mut client = restored.client();
        client.cookie = cookie.clone();
        client
            .get("/api/v1/session")
            .await
            .is_error(401, "signed_out");
    }
    let mut client = restored.client();
    let answer = client.post(&path, account).await;
    answer.is_error(410, "link_ended");
    let accounts = &restored.site.server.accounts;
    assert_eq!(accounts.is_setup_link(&link).await, Ok(false));
    restored.sign_in("ada@north").await;
}

/// What the server itself signed after the backup comes back through a phone, and the restored
/// server has not given its place in the server's own count to something else.
#[tokio::test]
async fn r32_what_the_server_signed_after_the_backup_comes_back_without_a_clash() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    let mut rep = admin.invite(&app, "Bo", Role::Rep).await;
    let file = app.data().join("evening.backup");
    let output = run(&["backup", file.to_str().unwrap()], app.data());
    assert!(output.status.success(), "{}", text(&output));
    // Another phone is enrolled, by an entry of the server, and the rep's phone hears of it.
    rep.sync(&[]).await;
    let second = Phone::enrol(rep.client.clone()).await;
    let lost = rep.sync(&[]).await.changes.remove(0);
    let lost = SignedEntry::parse(&lost.bytes).unwrap();
    assert_eq!(
        lost.entry().device,
        app.site.server.organizations.key().device()
    );

    let folder = restore(&file, app.data());
    let restored = TestApp::on(folder).await;
    // The restored server signs something before the phone is back.
    admin.client = restored.sign_in("ada@north").await;
    let third = Phone::enrol(admin.client.clone()).await;
    rep.client = restored.sign_in(&rep.login_of("Bo")).await;
    let word = rep
        .sync(std::slice::from_ref(&lost))
        .await
        .verdicts
        .remove(0);
    assert_eq!(word.verdict.outcome, Outcome::Accepted, "{word:?}");
    let ledger = &restored.site.server.organizations.all()[0];
    let state = ledger.newest().await.unwrap().state;
    for device in [second.device, third.device] {
        assert!(state.device(device).is_some());
    }
    assert_eq!(ledger.verify().await.unwrap().faults, []);
}

/// What the server signed for a phone.
async fn certificate(phone: &mut Phone) -> Vec<u8> {
    let answer = Phone::post_key(&mut phone.client, &phone.key).await;
    Phone::certificate(&answer).bytes().to_vec()
}

/// Phones that were enrolled after the backup, one of them revoked since, and the server restored.
#[tokio::test]
async fn a_phone_that_the_backup_does_not_know_is_vouched_for_by_its_certificate() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    let rep = admin.invite(&app, "Bo", Role::Rep).await;
    let file = app.data().join("evening.backup");
    let output = run(&["backup", file.to_str().unwrap()], app.data());
    assert!(output.status.success(), "{}", text(&output));
    let mut second = Phone::enrol(rep.client.clone()).await;
    let mut stolen = Phone::enrol(rep.client.clone()).await;
    let (known, revoked) = (
        certificate(&mut second).await,
        certificate(&mut stolen).await,
    );
    let revocation = admin.sign(EntryBody::DeviceRevoked(stolen.device));
    admin.sync(std::slice::from_ref(&revocation)).await;

    let restored = TestApp::on(restore(&file, app.data())).await;
    let login = rep.login_of("Bo");
    for phone in [&mut second, &mut stolen] {
        phone.client = restored.sign_in(&login).await;
    }
    admin.client = restored.sign_in("ada@north").await;
    let ledger = restored.site.server.organizations.all()[0].clone();
    let entry = second.sign(phone::received(second.person, &phone::product(1).id));
    let request = second.request(std::slice::from_ref(&entry));
    let answer = second.try_sync(request.clone()).await;
    answer.is_error(409, "device_unknown");

    // Rubbish, and another server's word, change nothing.
    let stranger = baton_ledger::SigningKey::from_bytes(&[77; 32]).unwrap();
    let parsed = baton_ledger::Certificate::parse(&known).unwrap();
    let forged = baton_ledger::Certificate::issue(parsed.enrolment(), parsed.issuer(), &stranger);
    let order = ledger.newest().await.unwrap().order;
    for bytes in [vec![1, 2, 3], forged.bytes().to_vec()] {
        let vouching = SyncRequest {
            certificates: vec![bytes],
            ..request.clone()
        };
        second
            .try_sync(vouching)
            .await
            .is_error(409, "device_unknown");
    }
    assert_eq!(ledger.newest().await.unwrap().order, order);

    // Whoever brings it: the Admin's phone vouches for the second one and carries its entry.
    let carrying = SyncRequest {
        certificates: vec![known.clone(), known],
        ..admin.request(std::slice::from_ref(&entry))
    };
    let answer = admin.try_sync(carrying).await;
    let word = SyncResponse::decode(&answer.body)
        .unwrap()
        .verdicts
        .remove(0);
    assert_eq!(word.verdict.outcome, Outcome::Accepted);
    assert_eq!(second.try_sync(request).await.status, 200);

    // R38: the word that revokes came back before the phone it is about.
    let told = admin.try_sync(admin.request(&[revocation])).await;
    assert_eq!(told.status, 200);
    let entry = stolen.sign(phone::received(stolen.person, &phone::product(1).id));
    let request = SyncRequest {
        certificates: vec![revoked],
        ..stolen.request(&[entry])
    };
    let answer = stolen.try_sync(request).await;
    let response = SyncResponse::decode(&answer.body).unwrap();
    assert!(response.revoked && response.changes.is_empty());
    let outcome = &response.verdicts[0].verdict.outcome;
    assert!(matches!(outcome, Outcome::Disputed(_)), "{outcome:?}");
    assert_eq!(ledger.verify().await.unwrap().faults, []);
}

#[tokio::test]
async fn a_backup_is_for_its_owner_and_holds_no_secret() {
    let app = TestApp::empty().await;
    let client = app.found("North").await;
    let file = app.data().join("x.backup");
    assert!(
        run(&["backup", file.to_str().unwrap()], app.data())
            .status
            .success()
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let packed = fs::File::open(&file).unwrap();
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed), &mut plain).unwrap();
    let holds = |needle: &str| {
        plain
            .windows(needle.len())
            .any(|part| part == needle.as_bytes())
    };
    assert!(holds("ada@north"));
    let key = fs::read_to_string(app.data().join("server.key")).unwrap();
    let secret = key.trim().split_once(' ').unwrap().1;
    for needle in [secret, PASSWORD, client.cookie.as_deref().unwrap()] {
        assert!(!holds(needle));
    }
}

#[tokio::test]
async fn what_cannot_be_restored_is_said_and_nothing_is_kept() {
    let app = TestApp::empty().await;
    app.found("North").await;
    let file = app.data().join("x.backup");
    assert!(
        run(&["backup", file.to_str().unwrap()], app.data())
            .status
            .success()
    );
    let refused = |file: &Path, folder: &Path, expected: &str| {
        let output = run(&["restore", file.to_str().unwrap()], folder);
        let said = text(&output);
        assert!(
            !output.status.success() && said.contains(expected),
            "{expected}: {said}"
        );
    };
    refused(&file, app.data(), "holds organizations already");
    let bare = tempfile::tempdir().unwrap();
    refused(&file, bare.path(), "no server.key");
    // Another server's key, in a folder of its own.
    let other = tempfile::tempdir().unwrap();
    assert!(run(&["init"], other.path()).status.success());
    refused(&file, other.path(), "another key");
    refused(&app.data().join("nothing"), other.path(), "no whole backup");

    let folder = tempfile::tempdir().unwrap();
    fs::copy(
        app.data().join("server.key"),
        folder.path().join("server.key"),
    )
    .unwrap();
    let whole = fs::read(&file).unwrap();
    let damaged = folder.path().join("damaged");
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for bytes in [
        &whole[..whole.len() - 40],
        &whole[..40],
        &flipped[..],
        b"text",
    ] {
        fs::write(&damaged, bytes).unwrap();
        refused(&damaged, folder.path(), "no whole backup");
    }
    // After all of that the folder is still empty enough for the whole one.
    let output = run(&["restore", file.to_str().unwrap()], folder.path());
    assert!(output.status.success(), "{}", text(&output));
}

/// A new table or column cannot be forgotten.
#[tokio::test]
async fn a_backup_names_every_table_and_column() {
    let app = TestApp::empty().await;
    let mut expected: Vec<_> = TABLES.iter().map(|table| table.name).collect();
    expected.sort_unstable();
    let mut found = tables_of(app.data());
    found.retain(|table| !LEFT_OUT.contains(&table.as_str()));
    found.sort_unstable();
    assert_eq!(found, expected);
    for table in TABLES {
        assert_eq!(
            columns_of(app.data(), table.name),
            table.columns,
            "{}",
            table.name
        );
    }
}

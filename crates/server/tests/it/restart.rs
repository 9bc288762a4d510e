//! What is acknowledged is there after a restart.

use baton_domain::EntryBody;
use baton_domain::directory::Role;
use baton_domain::verdict::Outcome;
use serde_json::json;

use crate::support::database::{everything, is_postgres};
use crate::support::{PASSWORD, Phone, TestApp, phone};

#[tokio::test]
async fn sessions_entries_verdicts_order_numbers_and_the_key_survive() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    let mut rep = admin.invite(&app, "Bo", Role::Rep).await;
    let entry = rep.sign(phone::received(rep.person, &phone::product(1).id));
    let before = rep.sync(std::slice::from_ref(&entry)).await;
    let key = app.site.server.organizations.key().public_key();
    let state = app.site.server.organizations.all()[0]
        .current()
        .await
        .unwrap();

    let app = app.restart().await;
    assert_eq!(app.site.server.organizations.key().public_key(), key);
    let again = app.site.server.organizations.all()[0]
        .current()
        .await
        .unwrap();
    assert_eq!(again.order, state.order);
    assert_eq!(again.state, state.state, "the fold gives the same state");
    rep.client = app.client_of(&rep);
    let after = rep.sync(std::slice::from_ref(&entry)).await;
    assert_eq!(
        (after.verdicts, after.cursor),
        (before.verdicts, before.cursor)
    );
    assert_eq!(
        (after.incarnation, after.changes.len()),
        (before.incarnation, 0)
    );
    let next = rep
        .record(phone::received(rep.person, &phone::product(1).id))
        .await;
    assert_eq!(
        (next.order, next.verdict.outcome),
        (Some(before.cursor + 1), Outcome::Accepted)
    );
    let body = json!({"login": "ada@north", "password": PASSWORD});
    assert_eq!(app.client().post("/api/v1/session", body).await.status, 200);
    assert_eq!(
        app.site.server.organizations.all()[0]
            .verify()
            .await
            .unwrap()
            .faults,
        []
    );
}

#[cfg(unix)]
#[tokio::test]
async fn secrets_are_for_their_owner_only_and_the_database_holds_none() {
    use std::os::unix::fs::PermissionsExt;
    let app = TestApp::empty().await;
    let client = app.found("North").await;
    let mode = |name: &str| {
        std::fs::metadata(app.data().join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    let files = ["baton.sqlite", "baton.sqlite-wal"];
    for name in files
        .iter()
        .filter(|_| !is_postgres())
        .chain(&["server.key"])
    {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    let secret = std::fs::read_to_string(app.data().join("server.key")).unwrap();
    let secret = secret.trim().split_once(' ').unwrap().1.to_owned();
    let token = client.cookie.unwrap();
    let read = |name: &str| std::fs::read(app.data().join(name)).unwrap_or_default();
    let stored = if is_postgres() {
        everything(app.data())
    } else {
        files.map(read).concat()
    };
    let holds = |needle: &str| {
        let mut parts = stored.windows(needle.len());
        parts.any(|part| part == needle.as_bytes())
    };
    assert!(holds("ada@north"), "it was looked at at all");
    for needle in [secret.as_str(), token.as_str(), PASSWORD] {
        assert!(!holds(needle));
    }
}

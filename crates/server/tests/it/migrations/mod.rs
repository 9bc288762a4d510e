//! Databases of earlier versions, kept as they were: each is brought to today's form and works.
//!
//! Beside this file stands one for each earlier number and each kind of database. Whoever adds a
//! migration adds the database as the number before left it.

use std::fs;
use std::path::{Path, PathBuf};

use baton_domain::EntryBody;
use serde_json::json;

use crate::support::database::{execute, is_postgres, version_of};
use crate::support::served::{run, text};
use crate::support::{PASSWORD, Phone, TestApp, phone};

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/migrations")
        .join(name)
}

#[tokio::test]
async fn a_database_of_every_earlier_version_is_brought_to_todays_form_and_works() {
    let fresh = tempfile::tempdir().unwrap();
    assert!(run(&["init"], fresh.path()).status.success());
    let newest = version_of(fresh.path());
    assert!(newest > 1, "there is an earlier version");
    let kind = if is_postgres() { "postgres" } else { "sqlite" };
    for version in 1..newest {
        let folder = tempfile::tempdir().unwrap();
        let sql = fs::read_to_string(kept(&format!("{version:04}.{kind}.sql"))).unwrap();
        execute(folder.path(), &sql);
        fs::copy(kept("server.key"), folder.path().join("server.key")).unwrap();
        assert_eq!(version_of(folder.path()), version, "it is an old one");

        let app = TestApp::on(folder).await;
        assert_eq!(version_of(app.data()), newest);
        let mut client = app.client();
        let body = json!({"login": "ada@north", "password": PASSWORD});
        let answer = client.post("/api/v1/session", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut admin = Phone::enrol(client).await;
        admin
            .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
            .await;
        assert_eq!(admin.client.get("/api/v1/snapshot").await.status, 200);
        let output = run(&["verify"], app.data());
        assert!(output.status.success(), "{}", text(&output));
        assert!(text(&output).contains("5 entries"), "{}", text(&output));
    }
}

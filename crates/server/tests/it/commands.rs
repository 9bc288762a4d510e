//! The program itself: what a person types, and the words that come back.

use std::fs;

use baton_domain::EntryBody;
use baton_server::demo;
use serde_json::json;

use crate::support::database::{copy_of, execute, is_postgres};
use crate::support::served::{Served, program, run, text};
use crate::support::{PASSWORD, Phone, TestApp, phone};

#[test]
fn what_was_mistyped_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let cases: [(&[&str], &str); 8] = [
        (&["servr"], "no command `servr`"),
        (&["serve", "--prot", "1"], "prot"),
        (&["serve", "--listen", "here"], "not an address"),
        (&["serve", "--tls-cert", "a.pem"], "go together"),
        (&["init", "--public-url", "example"], "not an address"),
        (&["verify"], "no data folder"),
        (&["reset-password", "ada"], "no data folder"),
        (
            &["import", "--org", "North", "catalogue", "x.csv"],
            "no data folder",
        ),
    ];
    for (words, expected) in cases {
        let output = run(words, &missing);
        assert!(!output.status.success(), "{words:?}");
        assert!(
            text(&output).contains(expected),
            "{words:?}: {}",
            text(&output)
        );
    }
    assert!(!missing.exists(), "a mistyped folder is not made");
    let output = program().args(["serve"]).output().unwrap();
    assert!(
        text(&output).contains("--data DIR is missing"),
        "{}",
        text(&output)
    );
}

#[tokio::test]
async fn init_prints_a_link_that_sets_up_and_reset_password_lets_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(
        &["init", "--public-url", "https://Baton.example/app"],
        folder.path(),
    );
    assert!(output.status.success(), "{}", text(&output));
    let printed = text(&output);
    let token = printed
        .split("https://baton.example/setup#")
        .nth(1)
        .unwrap();
    let token = token.split_whitespace().next().unwrap();

    let server = Served::start(folder.path(), &[]);
    let body = json!({
        "token": token, "organization_name": "North", "kind": "manufacturer",
        "admin_name": "Ada", "login": "ada", "password": PASSWORD,
    });
    let answer = server.client().post("/api/v1/setup", body.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["organization"]["kind"], "manufacturer");
    server
        .client()
        .post("/api/v1/setup", body)
        .await
        .is_error(410, "link_ended");
    server.stop();

    let output = run(&["reset-password", "nobody"], folder.path());
    assert!(!output.status.success() && text(&output).contains("nobody signs in"));
    let output = run(&["reset-password", "ADA"], folder.path());
    assert!(output.status.success(), "{}", text(&output));
    let printed = text(&output);
    let password = printed
        .lines()
        .find(|line| line.starts_with("  "))
        .unwrap()
        .trim();
    let server = Served::start(folder.path(), &[]);
    let sign_in = |password: &str| json!({"login": "ada", "password": password});
    let answer = server
        .client()
        .post("/api/v1/session", sign_in(PASSWORD))
        .await;
    answer.is_error(401, "wrong_password");
    let answer = server
        .client()
        .post("/api/v1/session", sign_in(password))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let log = server.stop();
    for secret in [PASSWORD, password, "\"ada\"", "Ada"] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}

#[tokio::test]
async fn verify_finds_what_was_changed_behind_the_servers_back() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    for number in 0..5 {
        admin
            .record_accepted(EntryBody::ProductsListed(vec![phone::product(number)]))
            .await;
    }
    let output = run(&["verify"], app.data());
    assert!(
        output.status.success() && text(&output).contains("in order. 8 entries"),
        "{}",
        text(&output)
    );

    let cut = if is_postgres() {
        r"substr(bytes, 1, length(bytes) - 1) || '\x00'::bytea"
    } else {
        "CAST(substr(bytes, 1, length(bytes) - 1) || x'00' AS BLOB)"
    };
    let tampering = [
        (
            format!("UPDATE entries SET bytes = {cut} WHERE entry_order = 6"),
            "signature",
        ),
        (
            "UPDATE entries SET verdict = substr(hash, 1, 1) WHERE entry_order = 5".into(),
            "verdict",
        ),
        (
            "UPDATE entries SET hash = (SELECT hash FROM entries WHERE entry_order = 6) WHERE entry_order = 7"
                .into(),
            "not its own",
        ),
        (
            "UPDATE entries SET sequence = 99 WHERE entry_order = 7".into(),
            "not its own",
        ),
        (
            "DELETE FROM entries WHERE entry_order = 4".into(),
            "was due here",
        ),
        (
            "DELETE FROM entries WHERE entry_order = 8".into(),
            "are counted",
        ),
    ];
    for (sql, expected) in tampering {
        let copy = copy_of(app.data());
        assert_eq!(execute(copy.path(), &sql), 1);
        let output = run(&["verify"], copy.path());
        assert!(
            !output.status.success() && text(&output).contains(expected),
            "{sql}: {}",
            text(&output)
        );
    }
}

#[test]
fn a_newer_database_is_refused_in_words_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(&["init"], folder.path()).status.success());
    let sql = if is_postgres() {
        "UPDATE baton_schema SET version = 9999"
    } else {
        "PRAGMA user_version = 9999"
    };
    execute(folder.path(), sql);
    let output = run(&["verify"], folder.path());
    assert!(
        !output.status.success() && text(&output).contains("newer version"),
        "{}",
        text(&output)
    );
}

#[tokio::test]
async fn the_demo_is_loaded_printed_and_signed_in_to() {
    let folder = tempfile::tempdir().unwrap();
    let server = Served::start(folder.path(), &["--demo"]);
    let offer = server.client().get("/api/v1/demo").await.json();
    assert_eq!(offer["password"], "baton-demo");
    assert!(
        offer["organizations"].to_string().contains("ada@demo"),
        "{offer}"
    );
    let body = json!({"login": "ada@demo", "password": "baton-demo"});
    let answer = server.client().post("/api/v1/session", body.clone()).await;
    assert_eq!(answer.json()["organization"]["demo"], true);
    let log = server.stop();
    assert!(
        log.contains("ada@demo") && log.contains("baton-demo"),
        "{log}"
    );
    assert!(text(&run(&["verify"], folder.path())).contains("Every signature"));

    // On a network the password in the manual opens nothing.
    let server = Served::start(folder.path(), &["--public-url", "https://baton.example"]);
    let answer = server.client().post("/api/v1/session", body.clone()).await;
    answer.is_error(401, "wrong_password");
    server.stop();
    let words = ["--demo", "--public-url", "https://baton.example"];
    let server = Served::start(folder.path(), &words);
    assert_eq!(
        server
            .client()
            .get("/api/v1/demo")
            .await
            .json()
            .get("password"),
        None
    );
    server
        .client()
        .post("/api/v1/session", body)
        .await
        .is_error(401, "wrong_password");
    let password = fs::read_to_string(folder.path().join("demo-password")).unwrap();
    let body = json!({"login": "ada@demo", "password": password.trim()});
    assert_eq!(
        server.client().post("/api/v1/session", body).await.status,
        200
    );
    assert!(
        server.stop().contains(password.trim()),
        "it is printed for whoever runs it"
    );
}

/// Killed in the middle of a load, before anybody got an account.
#[tokio::test]
async fn an_interrupted_demo_is_finished_by_the_next_load() {
    let folder = tempfile::tempdir().unwrap();
    let size = demo::Size {
        lines: 300,
        ..demo::Size::default()
    };
    let app = TestApp::on(folder).await;
    demo::load(&app.site.server, size, "baton-demo")
        .await
        .unwrap();
    let ledger = |app: &TestApp| {
        let ledgers = app.site.server.organizations.named(demo::DISTRIBUTOR_NAME);
        ledgers[0].clone()
    };
    let whole = ledger(&app).newest().await.unwrap();
    // As if the accounts had not been reached.
    execute(app.data(), "DELETE FROM accounts");
    execute(app.data(), "DELETE FROM logins");
    let app = app.restart().await;
    demo::load(&app.site.server, size, "baton-demo")
        .await
        .unwrap();
    let again = ledger(&app).newest().await.unwrap();
    assert_eq!(again.order, whole.order, "nothing is recorded twice");
    let accounts = app.site.server.storage.accounts(demo::DISTRIBUTOR_ID);
    assert!(accounts.await.unwrap().len() > 5);
}

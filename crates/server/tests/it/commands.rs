//! The program itself: what a person types, and the words that come back.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use baton_domain::EntryBody;
use serde_json::json;

use crate::support::{PASSWORD, Phone, TestApp, phone};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_baton-server"))
}

fn run(words: &[&str], data: &Path) -> Output {
    program()
        .args(words)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

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

#[tokio::test(flavor = "multi_thread")]
async fn init_prints_a_link_that_sets_up() {
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
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();

    let mut server = Served::start(folder.path(), &[]);
    let body = json!({
        "token": token, "organization_name": "North", "kind": "manufacturer",
        "admin_name": "Ada", "login": "ada", "password": PASSWORD,
    });
    let answer = server.ask("POST", "/api/v1/setup", &body.to_string());
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("\"manufacturer\""), "{answer}");
    assert!(
        server
            .ask("POST", "/api/v1/setup", &body.to_string())
            .starts_with("HTTP/1.1 410")
    );
    server.stop();

    let output = run(&["reset-password", "nobody"], folder.path());
    assert!(
        !output.status.success() && text(&output).contains("nobody signs in"),
        "{}",
        text(&output)
    );
    let output = run(&["reset-password", "ADA"], folder.path());
    assert!(output.status.success(), "{}", text(&output));
    let printed = text(&output);
    let password = printed
        .lines()
        .find(|line| line.starts_with("  "))
        .unwrap()
        .trim();
    let mut server = Served::start(folder.path(), &[]);
    let sign_in = |password: &str| json!({"login": "ada", "password": password}).to_string();
    assert!(
        server
            .ask("POST", "/api/v1/session", &sign_in(PASSWORD))
            .starts_with("HTTP/1.1 401")
    );
    assert!(
        server
            .ask("POST", "/api/v1/session", &sign_in(password))
            .starts_with("HTTP/1.1 200")
    );
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

    let tampering = [
        (
            "UPDATE entries SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) || x'00' AS BLOB) WHERE entry_order = 6",
            "signature",
        ),
        (
            "UPDATE entries SET verdict = x'ff' WHERE entry_order = 5",
            "verdict",
        ),
        (
            "UPDATE entries SET sequence = 99 WHERE entry_order = 7",
            "not its own",
        ),
        ("DELETE FROM entries WHERE entry_order = 4", "was due here"),
        ("DELETE FROM entries WHERE entry_order = 8", "are counted"),
    ];
    for (sql, expected) in tampering {
        let copy = tempfile::tempdir().unwrap();
        for name in ["baton.sqlite", "baton.sqlite-wal", "server.key"] {
            let _ = fs::copy(app.data().join(name), copy.path().join(name));
        }
        let database = rusqlite::Connection::open(copy.path().join("baton.sqlite")).unwrap();
        database
            .execute_batch(
                "DROP TRIGGER entries_are_never_changed; DROP TRIGGER entries_are_never_removed",
            )
            .unwrap();
        assert_eq!(database.execute(sql, []).unwrap(), 1);
        drop(database);
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
    let database = rusqlite::Connection::open(folder.path().join("baton.sqlite")).unwrap();
    database.pragma_update(None, "user_version", 9_999).unwrap();
    drop(database);
    let output = run(&["verify"], folder.path());
    assert!(
        !output.status.success() && text(&output).contains("newer version"),
        "{}",
        text(&output)
    );
}

#[test]
fn the_demo_is_loaded_printed_and_signed_in_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Served::start(folder.path(), &["--demo"]);
    let offer = server.ask("GET", "/api/v1/demo", "");
    assert!(offer.contains("\"password\":\"baton-demo\""), "{offer}");
    assert!(offer.contains("ada@demo"), "{offer}");
    let body = json!({"login": "ada@demo", "password": "baton-demo"}).to_string();
    let answer = server.ask("POST", "/api/v1/session", &body);
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("\"demo\":true"),
        "{answer}"
    );
    let log = server.stop();
    assert!(
        log.contains("ada@demo") && log.contains("baton-demo"),
        "{log}"
    );
    assert!(
        text(&run(&["verify"], folder.path())).contains("Every signature"),
        "the demo is in order"
    );
}

/// The program serving on a port that the system chose.
struct Served {
    child: Child,
    port: u16,
    said: String,
    output: Option<BufReader<std::process::ChildStdout>>,
}

impl Served {
    fn start(data: &Path, words: &[&str]) -> Self {
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        let mut child = program()
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(data)
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("Baton runs on") {
            assert_ne!(output.read_line(&mut said).unwrap(), 0, "it ended: {said}");
        }
        Self {
            child,
            port,
            said,
            output: Some(output),
        }
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> String {
        let mut stream = loop {
            match TcpStream::connect(("127.0.0.1", self.port)) {
                Ok(stream) => break stream,
                Err(_) => assert!(self.child.try_wait().unwrap().is_none(), "it ended"),
            }
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    /// Stops it as an operator would, and gives back everything that it printed.
    fn stop(mut self) -> String {
        let status = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
        let mut rest = String::new();
        self.output
            .take()
            .unwrap()
            .read_to_string(&mut rest)
            .unwrap();
        let mut log = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        assert!(self.child.wait().unwrap().success(), "{log}");
        assert!(log.contains("\"stopped\""), "{log}");
        format!("{}{rest}{log}", self.said)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

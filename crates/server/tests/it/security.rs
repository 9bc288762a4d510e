//! What a stranger, another organization or another site's page can try, on every address of
//! `openapi.json`. A new address is in it by being in the document, which a test holds to the router.

use axum::http::Method;
use baton_domain::EntryBody;
use baton_domain::directory::Role;
use baton_ledger::{SnapshotManifest, SyncRequest, SyncResponse};
use baton_server::http::{OPENAPI, is_of_members};
use serde_json::{Value, json};

use crate::support::served::Served;
use crate::support::{Answer, Client, PASSWORD, Phone, TestApp, phone};

/// Every operation: method, the document's path, and the path with true-looking values.
fn operations() -> Vec<(Method, String, String)> {
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    let mut all = Vec::new();
    for (pattern, operations) in document["paths"].as_object().unwrap() {
        let path = pattern.replace("{token}", "x");
        let path = path.replace("{order}", "1").replace("{page}", "0");
        let methods = operations.as_object().unwrap().keys();
        for method in methods.filter(|method| *method != "parameters") {
            let method = method.to_uppercase().parse().unwrap();
            all.push((method, pattern.clone(), path.clone()));
        }
    }
    assert!(all.len() > 12, "the document was read");
    all
}

fn has_the_headers(what: &str, answer: &Answer) {
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(!policy.contains("unsafe-inline"), "{what}: {policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    assert_eq!(answer.header("x-request-id").len(), 16, "{what}");
    assert_eq!(answer.header("access-control-allow-origin"), "", "{what}");
}

#[tokio::test]
async fn every_answer_has_the_headers_and_nobody_keeps_one_of_the_api() {
    let app = TestApp::empty().await;
    let admin = app.found("North").await;
    for (method, _, path) in operations() {
        let whats = [("a stranger", app.client()), ("a member", admin.clone())];
        for (who, mut client) in whats {
            let what = format!("{who}: {method} {path}");
            let kind = Some("application/json");
            // A member's stream never ends: what comes before its first event is looked at.
            let answer = if path == "/api/v1/changes" && who == "a member" {
                client.stream(&path).await.head
            } else {
                client
                    .send(method.clone(), &path, kind, b"{}".to_vec())
                    .await
            };
            assert!(answer.status < 500, "{what}: {}", answer.text());
            has_the_headers(&what, &answer);
            if path.starts_with("/api/") && path != "/api/v1/openapi.json" {
                let kept = answer.header("cache-control");
                assert!(
                    kept.contains("no-store") || kept.contains("private"),
                    "{what}: {kept}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_write_from_another_sites_page_reaches_no_address() {
    let app = TestApp::empty().await;
    let admin = app.found("North").await;
    for (method, _, path) in operations() {
        if method == Method::GET {
            continue;
        }
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let mut client = admin.with(name, value);
            let kind = Some("text/plain");
            let answer = client
                .send(method.clone(), &path, kind, b"{}".to_vec())
                .await;
            answer.is_error(403, "foreign_origin");
        }
    }
    let mut still = admin.clone();
    assert_eq!(still.get("/api/v1/session").await.status, 200);
}

#[tokio::test]
async fn an_oversize_body_is_turned_away_at_every_address_that_reads_one() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    for (method, pattern, path) in operations() {
        if method != Method::POST {
            continue;
        }
        let large = if pattern == "/api/v1/sync" {
            vec![0x40; 4 * 1024 * 1024 + 1]
        } else {
            vec![b' '; 16 * 1024 + 1]
        };
        let kind = Some("application/json");
        let answer = admin.client.send(method, &path, kind, large).await;
        answer.is_error(413, "too_large");
    }
}

/// A cookie that somebody planted before is not the one that signing in begins.
#[tokio::test]
async fn signing_in_begins_a_session_of_its_own() {
    let app = TestApp::empty().await;
    let mut first = app.found("North").await;
    let planted = first.cookie.clone().unwrap();
    let mut victim = app.client();
    victim.cookie = Some(planted.clone());
    let body = json!({"login": "ada@north", "password": PASSWORD});
    assert_eq!(victim.post("/api/v1/session", body).await.status, 200);
    let own = victim.cookie.clone().unwrap();
    assert_ne!(own, planted);
    assert_eq!(victim.delete("/api/v1/session").await.status, 204);
    victim.cookie = Some(own);
    let answer = victim.get("/api/v1/session").await;
    answer.is_error(401, "signed_out");
    let still = first.get("/api/v1/session").await;
    assert_eq!(still.status, 200, "ending one session ends that one");
    // What is no session of ours is never taken over as one.
    let mut invented = app.client();
    invented.cookie = Some("A".repeat(54));
    let body = json!({"login": "ada@north", "password": PASSWORD});
    invented.post("/api/v1/session", body).await;
    assert_ne!(invented.cookie.as_deref(), Some("A".repeat(54).as_str()));
}

#[tokio::test]
async fn no_path_leads_out_of_the_app() {
    let outside = tempfile::tempdir().unwrap();
    let app = TestApp::empty().await;
    std::fs::write(app.data().join("secret.txt"), "the secret").unwrap();
    std::fs::write(outside.path().join("secret.txt"), "the secret").unwrap();
    for path in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/....//etc/passwd",
        "/..\\secret.txt",
        "//etc/passwd",
        "/etc/passwd",
        "/server.key",
        "/baton.sqlite",
        "/api/v1/../../server.key",
        "/api/v1/snapshot/..%2f..%2fserver.key/0",
        "/api/v1/invites/..%2f..%2fserver.key",
        "/%00",
    ] {
        let answer = app.client().get(path).await;
        assert!(answer.status >= 400, "{path}: {}", answer.status);
        for word in ["the secret", "root:", "SQLite format"] {
            assert!(!answer.text().contains(word), "{path}");
        }
        has_the_headers(path, &answer);
    }
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down_for_known_and_unknown_logins_alike() {
    let app = TestApp::empty().await;
    app.found("North").await;
    for login in ["ada@north", "nobody@nowhere"] {
        let mut codes = Vec::new();
        for _ in 0..8 {
            let body = json!({"login": login, "password": "a wrong guess"});
            codes.push(app.client().post("/api/v1/session", body).await.code());
        }
        assert!(
            codes[..5].iter().all(|code| code == "wrong_password"),
            "{codes:?}"
        );
        assert!(
            codes[6..].iter().all(|code| code == "too_many_attempts"),
            "{codes:?}"
        );
        // From elsewhere, by another cookie, in capitals: it is the login that is counted.
        let mut elsewhere = app.client().with("x-forwarded-for", "198.51.100.9");
        let body = json!({"login": login.to_uppercase(), "password": PASSWORD});
        let answer = elsewhere.post("/api/v1/session", body).await;
        answer.is_error(429, "too_many_attempts");
    }
}

/// Two organizations on one server, each with everything that the other might want.
struct Two {
    app: TestApp,
    north: Phone,
    south: Phone,
    secret: Vec<String>,
}

impl Two {
    async fn new() -> Self {
        let app = TestApp::empty().await;
        let mut north = Phone::enrol(app.found("North").await).await;
        let south = Phone::enrol(app.found("South").await).await;
        let mut product = phone::product(1);
        product.description = "Northern screw".into();
        let listed = EntryBody::ProductsListed(vec![product]);
        north.record_accepted(listed).await;
        let rep = north.invite(&app, "Zacharias", Role::Rep).await;
        let received = phone::received(rep.person, &phone::product(1).id);
        north.record_accepted(received).await;
        let secret = ["Zacharias", "Northern", "LOT1", "From the manufacturer"];
        let secret = secret.map(str::to_owned).to_vec();
        Self {
            app,
            north,
            south,
            secret,
        }
    }

    fn tells_nothing(&self, what: &str, bytes: &[u8]) {
        let plain = baton_server::organizations::unpack(bytes).unwrap_or_else(|_| bytes.to_vec());
        for word in &self.secret {
            let mut parts = plain.windows(word.len());
            let holds = parts.any(|part| part == word.as_bytes());
            assert!(!holds, "{what} tells {word}");
        }
    }
}

#[tokio::test]
async fn no_address_tells_one_organization_of_another() {
    let mut two = Two::new().await;
    // What they are looking for is there for its own people.
    let manifest = two.north.client.get("/api/v1/snapshot").await;
    let manifest = SnapshotManifest::decode(&manifest.body).unwrap();
    let page = format!("/api/v1/snapshot/{}/0", manifest.order);
    let own = two.north.client.get(&page).await;
    let own = baton_server::organizations::unpack(&own.body).unwrap_or(own.body);
    let mut parts = own.windows(9);
    assert!(parts.any(|part| part == b"Zacharias"), "it is in their own");
    two.north.cursor = 0;
    let history = two.north.sync(&[]).await.changes;
    assert!(!history.is_empty());

    let mut thief = two.south.client.clone();
    for (method, pattern, path) in operations() {
        if pattern == "/api/v1/changes" {
            hears_of_its_own_only(&mut two).await;
            continue;
        }
        let path = match pattern.as_str() {
            "/api/v1/snapshot/{order}/{page}" => page.clone(),
            "/api/v1/products" => "/api/v1/products?q=screw".into(),
            _ => path,
        };
        if method == Method::DELETE {
            continue;
        }
        let (north, device) = (two.north.person.to_string(), two.north.device);
        let body = match pattern.as_str() {
            "/api/v1/invites" => json!({"person": north}).to_string().into_bytes(),
            "/api/v1/sync" => SyncRequest {
                device,
                cursor: 0,
                incarnation: two.north.incarnation,
                ..two.south.request(&[])
            }
            .encode(),
            _ => b"{}".to_vec(),
        };
        let kind = Some("application/json");
        let answer = thief.send(method.clone(), &path, kind, body).await;
        let what = format!("{method} {path}");
        two.tells_nothing(&what, &answer.body);
        if is_of_members(method.as_str(), &pattern) && method == Method::POST {
            assert!(answer.status >= 400, "{what}: {}", answer.status);
        }
    }
}

/// The stream of one organization: the numbers of its own order, and none for what the other records.
async fn hears_of_its_own_only(two: &mut Two) {
    let mut events = two.south.client.stream("/api/v1/changes").await;
    let own = two.app.site.server.organizations.named("south")[0].clone();
    let first = own.newest().await.unwrap().order;
    let nudge = |order: u64| Some(format!("event: order\ndata: {order}"));
    assert_eq!(events.next().await, nudge(first));
    let listed = |number| EntryBody::ProductsListed(vec![phone::product(number)]);
    two.north.record_accepted(listed(7)).await;
    two.south.record_accepted(listed(8)).await;
    assert_eq!(events.next().await, nudge(first + 1));
}

#[tokio::test]
async fn no_address_writes_for_one_organization_into_another() {
    let mut two = Two::new().await;
    let before = two.app.site.server.organizations.named("north")[0].clone();
    let order = before.newest().await.unwrap().order;
    let entries: Vec<_> = {
        // Entries of the other organization, by its own phone and by ours in its name.
        let received = phone::received(two.north.person, &phone::product(1).id);
        let theirs = two.north.sign(received.clone());
        let mut forged = two
            .south
            .entry(baton_server::random::entry_id(), 1, received);
        forged.organization = two.north.organization;
        let forged = baton_ledger::Unsigned::new(&forged)
            .unwrap()
            .sign(&two.south.key);
        vec![theirs, forged]
    };
    let answer = two.south.try_sync(two.south.request(&entries)).await;
    let response = SyncResponse::decode(&answer.body).unwrap();
    for word in &response.verdicts {
        assert_eq!(word.order, None, "{word:?}");
    }
    let invite = json!({"person": two.north.person.to_string()});
    let answer = two.south.client.post("/api/v1/invites", invite).await;
    assert!(answer.status >= 400, "{}", answer.status);
    assert_eq!(before.newest().await.unwrap().order, order);
}

/// A whole day of a server with everything secret in it, and none of it in the log or on the terminal.
#[tokio::test]
async fn no_secret_and_no_name_is_in_the_log_of_a_whole_run() {
    let mut two = Two::new().await;
    let mut secrets = two.secret.clone();
    let link = two
        .app
        .site
        .server
        .accounts
        .make_setup_link()
        .await
        .unwrap();
    let server = Served::start(two.app.data(), &[]);
    let turn = |phone: &mut Phone, server: &Served| {
        let cookie = phone.client.cookie.take();
        phone.client = server.client();
        phone.client.cookie = cookie;
    };
    turn(&mut two.north, &server);
    turn(&mut two.south, &server);
    // Everything that a person does, and everything that goes wrong with it.
    let mut client: Client = server.client();
    for password in [PASSWORD, "wrong-password-one"] {
        let body = json!({"login": "ada@north", "password": password});
        client.post("/api/v1/session", body).await;
        secrets.push(password.to_owned());
    }
    let person = phone::person("Wilhelmina", Role::Rep);
    let id = person.id;
    two.north
        .record_accepted(EntryBody::PersonRecorded(person))
        .await;
    let invited = json!({"person": id.to_string()});
    let answer = two.north.client.post("/api/v1/invites", invited).await;
    let invite = answer.json()["token"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/invites/{invite}");
    server.client().get(&path).await;
    let account = json!({"login": "mina@north", "password": "another password"});
    let mut mina = server.client();
    assert_eq!(mina.post(&path, account.clone()).await.status, 200);
    assert_eq!(server.client().post(&path, account).await.status, 410);
    let set_up = json!({
        "token": link.reveal(), "organization_name": "Easterly", "kind": "distributor",
        "admin_name": "Eleonora", "login": "nora@east", "password": "a third password",
    });
    let mut nora = server.client();
    assert_eq!(nora.post("/api/v1/setup", set_up).await.status, 200);
    for request in [
        SyncRequest {
            entries: vec![b"rubbish of LOT1".to_vec()],
            ..two.north.request(&[])
        },
        SyncRequest {
            device: two.south.device,
            ..two.north.request(&[])
        },
    ] {
        two.north.try_sync(request).await;
    }
    for (method, _, path) in operations() {
        if path == "/api/v1/changes" || method == Method::DELETE {
            continue;
        }
        let secret = format!("{path}?q=Northern&token={invite}");
        let kind = Some("application/json");
        let body = json!({"password": "another password", "login": "mina@north"});
        let body = body.to_string().into_bytes();
        let sent = two.north.client.try_send(method, &secret, kind, body);
        sent.await.unwrap();
    }
    nora.delete("/api/v1/session").await;
    secrets.extend([link.reveal(), invite]);
    for cookie in [&client.cookie, &mina.cookie, &two.north.client.cookie] {
        secrets.extend(cookie.clone());
    }
    let names = [
        "Wilhelmina",
        "Eleonora",
        "Easterly",
        "another password",
        "a third password",
        "ada@north",
        "mina@north",
        "nora@east",
        "North",
        "South",
    ];
    secrets.extend(names.map(str::to_owned));
    let key = std::fs::read_to_string(two.app.data().join("server.key")).unwrap();
    secrets.push(key.trim().split_once(' ').unwrap().1.to_owned());
    let said = server.stop();
    assert!(said.matches("\"what\":\"request\"").count() > 20, "{said}");
    for secret in &secrets {
        assert!(!said.contains(secret.as_str()), "{secret} is in\n{said}");
    }
}

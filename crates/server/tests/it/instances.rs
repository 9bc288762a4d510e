//! Several instances over one database: what one of them knows, all know.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::Method;
use baton_domain::directory::Role;
use baton_domain::{EntryBody, State};
use baton_ledger::message::EntryVerdict;
use baton_ledger::{SignedEntry, SnapshotManifest, SyncResponse, page};

use crate::support::database::copy_of;
use crate::support::served::{Served, run, text};
use crate::support::{Client, Phone, TestApp, phone};

/// What a phone was told, entry by entry.
type Told = Vec<(SignedEntry, EntryVerdict)>;

/// Sends batches of new entries, each time to the next instance. Where one is gone, the same batch
/// goes to the next; so a phone behind a load balancer would do.
async fn talk(
    mut phone: Phone,
    doors: Vec<Client>,
    batches: usize,
    answers: Arc<AtomicUsize>,
) -> Told {
    let cookie = phone.client.cookie.take();
    let mut told = Vec::new();
    let mut turn = 0;
    for _ in 0..batches {
        let product = phone::product(1).id;
        let entries: Vec<_> = (0..5)
            .map(|_| phone.sign(phone::received(phone.person, &product)))
            .collect();
        loop {
            turn += 1;
            phone.client = doors[turn % doors.len()].clone();
            phone.client.cookie = cookie.clone();
            let request = phone.request(&entries).encode();
            let kind = Some("application/cbor");
            let sent = phone
                .client
                .try_send(Method::POST, "/api/v1/sync", kind, request);
            let Ok(answer) = sent.await else {
                continue;
            };
            assert_eq!(answer.status, 200, "{}", answer.text());
            let response = SyncResponse::decode(&answer.body).unwrap();
            phone.incarnation = Some(response.incarnation);
            phone.cursor = response.cursor;
            told.extend(entries.into_iter().zip(response.verdicts));
            answers.fetch_add(1, Ordering::SeqCst);
            break;
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn load_over_two_instances_survives_the_death_of_one() {
    const BATCHES: usize = 8;
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    let mut phones = Vec::new();
    for name in ["Bo", "Cy", "Di"] {
        phones.push(admin.invite(&app, name, Role::Rep).await);
    }
    let before = app.site.server.organizations.all()[0]
        .newest()
        .await
        .unwrap()
        .order;
    let (one, two) = (
        Served::start(app.data(), &[]),
        Served::start(app.data(), &[]),
    );
    let answers = Arc::new(AtomicUsize::new(0));
    let count = phones.len() * BATCHES;
    let talking: Vec<_> = phones
        .drain(..)
        .map(|phone| {
            let doors = vec![one.client(), two.client()];
            tokio::spawn(talk(phone, doors, BATCHES, Arc::clone(&answers)))
        })
        .collect();
    while answers.load(Ordering::SeqCst) < count / 3 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    one.kill();
    let mut all_told = Vec::new();
    for one in talking {
        all_told.extend(one.await.unwrap());
    }

    // The history: nothing acknowledged is lost, every number was given once, and without a gap.
    assert_eq!(all_told.len(), count * 5);
    let by_order: BTreeMap<_, _> = all_told
        .iter()
        .map(|(entry, word)| (word.order.unwrap(), entry.entry().id))
        .collect();
    let expected = before + 1..=before + all_told.len() as u64;
    assert!(by_order.keys().copied().eq(expected), "{by_order:?}");
    let cookie = admin.client.cookie.take();
    admin.client = two.client();
    admin.client.cookie = cookie;
    for part in all_told.chunks(200) {
        let entries: Vec<_> = part.iter().map(|(entry, _)| entry.clone()).collect();
        let again = admin.sync(&entries).await.verdicts;
        let first: Vec<_> = part.iter().map(|(_, word)| word.clone()).collect();
        assert_eq!(again, first, "no verdict changed");
    }
    two.stop();
    let output = run(&["verify"], app.data());
    assert!(output.status.success(), "{}", text(&output));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_nudge_comes_through_whichever_instance_a_phone_listens_to() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let (one, two) = (
        Served::start(app.data(), &[]),
        Served::start(app.data(), &[]),
    );
    let cookie = admin.client.cookie.clone().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", one.port())).unwrap();
    let request = format!(
        "GET /api/v1/changes HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: baton_session={cookie}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines();
    let mut next_order = move || {
        let mut lines = lines.by_ref().map(Result::unwrap);
        lines.find_map(|line| line.strip_prefix("data: ").map(str::to_owned))
    };
    assert_eq!(next_order().as_deref(), Some("3"));
    admin.client = two.client();
    admin.client.cookie = Some(cookie);
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    let nudged = tokio::task::spawn_blocking(next_order).await.unwrap();
    assert_eq!(nudged.as_deref(), Some("4"));
}

#[tokio::test]
async fn an_instance_with_another_key_is_refused() {
    let app = TestApp::empty().await;
    app.found("North").await;
    let copy = copy_of(app.data());
    assert!(run(&["verify"], copy.path()).status.success());
    std::fs::remove_file(copy.path().join("server.key")).unwrap();
    let output = run(&["verify"], copy.path());
    let said = text(&output);
    assert!(
        !output.status.success() && said.contains("another key"),
        "{said}"
    );
}

#[tokio::test]
async fn what_one_instance_was_told_another_one_knows() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let beside = app.beside().await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    // An invite made here is accepted there, and the session is good here.
    let person = phone::person("Bo", Role::Rep);
    let id = person.id;
    admin
        .record_accepted(EntryBody::PersonRecorded(person))
        .await;
    let mut rep = admin.invite_again(&beside, id, "Bo").await;
    rep.client = app.client_of(&rep);
    rep.record_accepted(phone::received(id, &phone::product(1).id))
        .await;

    // A snapshot begun here is loaded there.
    let answer = rep.client.get("/api/v1/snapshot").await;
    let manifest = SnapshotManifest::decode(&answer.body).unwrap();
    rep.record_accepted(phone::received(id, &phone::product(1).id))
        .await;
    let mut there = beside.client_of(&rep);
    let mut state = State::default();
    for number in 0..manifest.pages {
        let path = format!("/api/v1/snapshot/{}/{number}", manifest.order);
        let answer = there.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        page::read_into(&mut state, &answer.body).unwrap();
    }
    assert_eq!(state.lines().count(), 1);

    // Signed out there is signed out here; so it is with too many wrong passwords.
    there.delete("/api/v1/session").await;
    rep.client
        .get("/api/v1/session")
        .await
        .is_error(401, "signed_out");
    let wrong = serde_json::json!({"login": "ada@north", "password": "not the password"});
    for number in 0..5 {
        let app = if number % 2 == 0 { &app } else { &beside };
        app.client().post("/api/v1/session", wrong.clone()).await;
    }
    let mut clients = [app.client(), beside.client()];
    for client in &mut clients {
        let answer = client.post("/api/v1/session", wrong.clone()).await;
        answer.is_error(429, "too_many_attempts");
    }
}

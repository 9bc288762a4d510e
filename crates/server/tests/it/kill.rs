//! A server that dies in the middle: what it acknowledged is there, and no verdict changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::Method;
use baton_domain::EntryBody;
use baton_domain::directory::Role;
use baton_ledger::message::EntryVerdict;
use baton_ledger::{SignedEntry, SyncResponse};

use crate::support::served::{Served, run, text};
use crate::support::{Phone, TestApp, phone};

const PHONES: usize = 3;
const DEATHS: usize = 3;

/// What a phone was told, entry by entry.
type Told = Vec<(SignedEntry, EntryVerdict)>;

/// Sends entries until the server is gone.
async fn talk(mut phone: Phone, answers: Arc<AtomicUsize>) -> (Phone, Told) {
    let mut told = Vec::new();
    loop {
        let product = phone::product(1).id;
        let entries: Vec<_> = (0..5)
            .map(|_| phone.sign(phone::received(phone.person, &product)))
            .collect();
        let request = phone.request(&entries).encode();
        let path = "/api/v1/sync";
        let kind = Some("application/cbor");
        let Ok(answer) = phone
            .client
            .try_send(Method::POST, path, kind, request)
            .await
        else {
            return (phone, told);
        };
        assert_eq!(answer.status, 200, "{}", answer.text());
        let response = SyncResponse::decode(&answer.body).unwrap();
        phone.incarnation = Some(response.incarnation);
        phone.cursor = response.cursor;
        told.extend(entries.into_iter().zip(response.verdicts));
        answers.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    let mut phones = Vec::new();
    for name in ["Bo", "Cy", "Di"] {
        phones.push(admin.invite(&app, name, Role::Rep).await);
    }
    assert_eq!(phones.len(), PHONES);

    let mut all_told = Vec::new();
    for death in 0..DEATHS {
        let server = Served::start(app.data(), &[]);
        let answers = Arc::new(AtomicUsize::new(0));
        let talking: Vec<_> = phones
            .drain(..)
            .map(|mut phone| {
                let cookie = phone.client.cookie.take();
                phone.client = server.client();
                phone.client.cookie = cookie;
                tokio::spawn(talk(phone, Arc::clone(&answers)))
            })
            .collect();
        // Each time in the middle of something else.
        while answers.load(Ordering::Relaxed) < 4 * PHONES + death {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.kill();
        for one in talking {
            let (phone, told) = one.await.unwrap();
            phones.push(phone);
            all_told.extend(told);
        }
    }
    assert!(all_told.len() >= DEATHS * 4 * PHONES * 5);

    let server = Served::start(app.data(), &[]);
    let phone = &mut phones[0];
    let cookie = phone.client.cookie.take();
    phone.client = server.client();
    phone.client.cookie = cookie;
    for part in all_told.chunks(200) {
        let entries: Vec<_> = part.iter().map(|(entry, _)| entry.clone()).collect();
        let again = phone.sync(&entries).await.verdicts;
        let before: Vec<_> = part.iter().map(|(_, word)| word.clone()).collect();
        assert_eq!(again, before);
    }
    server.stop();
    let output = run(&["verify"], app.data());
    assert!(output.status.success(), "{}", text(&output));
}

//! Real parts under faults: the program itself with phones that talk to it all the time, while it is
//! killed, its database is restarted, or its disk is full. Afterwards the history is checked.
//!
//! A phone here does what the real one does: it keeps a batch until it has a word on every entry, and
//! sends it again, the same bytes, until then.

mod database;
#[cfg(unix)]
mod disk;
mod kill;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::Method;
use baton_domain::EntryBody;
use baton_domain::directory::Role;
use baton_domain::id::EntryId;
use baton_ledger::message::EntryVerdict;
use baton_ledger::{SignedEntry, SyncResponse, decode_verdict};

use crate::support::served::{run, text};
use crate::support::{Client, Phone, TestApp, phone};

/// Phones that talk at once.
const PHONES: usize = 3;
/// Entries of one batch.
const BATCH: usize = 5;
/// How many kills of the program a run has, unless this variable says otherwise.
const KILLS: usize = 5;
const KILLS_VARIABLE: &str = "BATON_FAULTS_KILLS";

/// How often the program is killed in this run.
fn kills() -> usize {
    let told = std::env::var(KILLS_VARIABLE).ok();
    told.map_or(KILLS, |text| text.parse().unwrap())
}

/// A phone with the batch that it has no word on, and everything that it was told.
struct Talker {
    phone: Phone,
    unanswered: Vec<SignedEntry>,
    told: Vec<(SignedEntry, EntryVerdict)>,
}

/// What the phones of one run share.
#[derive(Clone, Default)]
struct Run {
    /// Batches that were answered.
    answered: Arc<AtomicUsize>,
    /// Requests that were answered with "not now".
    put_off: Arc<AtomicUsize>,
    /// Set when the phones are to stop.
    stop: Arc<AtomicBool>,
}

impl Run {
    fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }

    fn put_off(&self) -> usize {
        self.put_off.load(Ordering::SeqCst)
    }

    async fn until(&self, done: impl Fn(&Self) -> bool) {
        while !done(self) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// An organization with phones, not served yet.
async fn cast() -> (TestApp, Vec<Talker>) {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    let mut talkers = Vec::new();
    for name in ["Bo", "Cy", "Di"] {
        talkers.push(Talker {
            phone: admin.invite(&app, name, Role::Rep).await,
            unanswered: Vec::new(),
            told: Vec::new(),
        });
    }
    assert_eq!(talkers.len(), PHONES);
    (app, talkers)
}

impl Talker {
    /// Goes on with a server at another port.
    fn turn_to(&mut self, client: Client) {
        let cookie = self.phone.client.cookie.take();
        self.phone.client = client;
        self.phone.client.cookie = cookie;
    }

    /// Sends batches until the server is gone or the run ends. "Not now" is heard, in the words that a
    /// phone shows, and the same batch is sent again.
    async fn talk(mut self, run: Run) -> Self {
        while !run.stop.load(Ordering::SeqCst) {
            match self.send().await {
                Some(true) => {
                    run.answered.fetch_add(1, Ordering::SeqCst);
                }
                Some(false) => {
                    run.put_off.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                None => break,
            }
        }
        self
    }

    /// Sends one batch. `None` where nobody is there.
    async fn send(&mut self) -> Option<bool> {
        if self.unanswered.is_empty() {
            let product = phone::product(1).id;
            self.unanswered = (0..BATCH)
                .map(|_| {
                    let body = phone::received(self.phone.person, &product);
                    self.phone.sign(body)
                })
                .collect();
        }
        let request = self.phone.request(&self.unanswered).encode();
        let client = &mut self.phone.client;
        let kind = Some("application/cbor");
        let sent = client.try_send(Method::POST, "/api/v1/sync", kind, request);
        let answer = sent.await.ok()?;
        if answer.status == 503 {
            let code = answer.code();
            assert!(matches!(code.as_str(), "storage" | "slow"), "{code}");
            return Some(false);
        }
        assert_eq!(answer.status, 200, "{}", answer.text());
        let response = SyncResponse::decode(&answer.body).unwrap();
        self.phone.incarnation = Some(response.incarnation);
        self.phone.cursor = response.cursor;
        assert_eq!(response.verdicts.len(), self.unanswered.len());
        let batch = std::mem::take(&mut self.unanswered);
        self.told.extend(batch.into_iter().zip(response.verdicts));
        Some(true)
    }

    /// Sends what is unanswered until it is answered.
    async fn finish(&mut self) {
        while !self.unanswered.is_empty() {
            self.send().await;
        }
    }
}

/// The history: everything that a phone was told is there as it was told, once, and the order numbers
/// have no gap. Sent again, everything gets the word that it got before.
async fn check_history(app: &TestApp, talkers: &mut [Talker]) {
    let server = &app.site.server;
    let organization = talkers[0].phone.organization;
    let mut rows: Vec<baton_server::storage::RecordRow> = Vec::new();
    loop {
        let after = rows.last().map_or(0, |row| row.order);
        let more = server.storage.recorded_after(organization, after, 1_000);
        let more = more.await.unwrap();
        if more.is_empty() {
            break;
        }
        rows.extend(more);
    }
    let numbers = rows.iter().map(|row| row.order);
    assert!(numbers.eq(1..=rows.len() as u64), "a number is missing");
    let by_id: BTreeMap<EntryId, _> = rows.iter().map(|row| (row.id, row)).collect();
    assert_eq!(by_id.len(), rows.len(), "an entry is there twice");
    let mut told = 0;
    for talker in talkers.iter() {
        told += talker.told.len();
        for (entry, word) in &talker.told {
            let row = by_id[&entry.entry().id];
            assert_eq!(row.bytes, entry.bytes());
            assert_eq!(Some(row.order), word.order);
            assert_eq!(decode_verdict(&row.verdict).unwrap(), word.verdict);
        }
    }
    let signed = rows.iter();
    let of_phones = signed.filter(|row| {
        let mut phones = talkers.iter();
        phones.any(|talker| talker.phone.device == row.device)
    });
    assert_eq!(of_phones.count(), told, "nobody was told of an entry");
    for talker in talkers {
        let told = std::mem::take(&mut talker.told);
        for part in told.chunks(200) {
            let entries: Vec<_> = part.iter().map(|(entry, _)| entry.clone()).collect();
            let again = talker.phone.sync(&entries).await.verdicts;
            let before: Vec<_> = part.iter().map(|(_, word)| word.clone()).collect();
            assert_eq!(again, before);
        }
    }
    let output = run(&["verify"], app.data());
    assert!(output.status.success(), "{}", text(&output));
}

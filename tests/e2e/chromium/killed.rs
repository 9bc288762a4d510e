//! The ground that every "saved on this phone" test stands on: a strict IndexedDB
//! transaction that completed is there after SIGKILL to the whole browser, and so is who was
//! signed in, without which nobody would see it.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

use crate::support::{Phone, Server};
use crate::walk::plan_for_ben;

/// Kills in the middle of commits, unless this variable says otherwise (`cargo xtask faults`).
const KILLS: u64 = 4;
const KILLS_VARIABLE: &str = "BATON_FAULTS_KILLS";
/// After so many kills the server is there for a moment and takes what was saved.
const KILLS_BETWEEN_SYNCS: u64 = 25;

const OPEN: &str = "const done = arguments[arguments.length - 1];
    const request = indexedDB.open('harness', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('kept');
    request.onerror = () => done('open: ' + request.error);
    request.onsuccess = () => {
        const db = request.result;";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_strict_transaction_wrote_survives_a_kill() {
    let server = Server::empty("killed").await;
    let mut phone = Phone::new("killed", &server).await;
    phone.goto("/").await;
    let write = format!(
        "{OPEN}
        const change = db.transaction('kept', 'readwrite', {{durability: 'strict'}});
        change.objectStore('kept').put(arguments[0], 'id');
        change.oncomplete = () => done('complete');
        change.onabort = () => done('abort: ' + change.error);
    }};"
    );
    let wrote = phone.execute_async(&write, vec![json!("entry-1")]).await;
    assert_eq!(wrote, json!("complete"));

    phone.kill_and_reopen().await;
    phone.goto("/").await;
    let read = format!(
        "{OPEN}
        const get = db.transaction('kept').objectStore('kept').get('id');
        get.onsuccess = () => done(get.result || 'nothing');
        get.onerror = () => done('get: ' + get.error);
    }};"
    );
    assert_eq!(phone.execute_async(&read, vec![]).await, json!("entry-1"));
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_right_after_signing_in_locks_nothing_away() {
    let mut server = Server::demo("killed-early").await;
    let mut phone = Phone::new("killed-early", &server).await;
    phone.enter_demo("ana@demo").await;
    phone.kill_and_reopen().await;
    phone.goto("/").await;
    phone.wait_for_title("Today").await;

    // The cookie of the session may have gone with the kill: the phone records all the same.
    server.stop().await;
    phone
        .click_row("[data-testid=case-card] .case-open", "")
        .await;
    phone.wait_for_test_id("light").await;
    phone.click_test_id("record-use").await;
    phone.click_test_id("use-line").await;
    phone.click_test_id("save-use").await;
    phone.wait_for_state("1 saved here").await;
    phone.kill_and_reopen().await;
    phone.goto("/").await;
    phone.wait_for_state("1 saved here").await;

    server.start().await;
    phone.wait_until_sent("ana@demo", &server).await;
    phone.close().await;
}

#[expect(
    clippy::print_stdout,
    reason = "a recorded run says how often it came into the middle"
)]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_called_saved_is_there_after_each_kill_in_the_middle_of_commits() {
    let told = std::env::var(KILLS_VARIABLE).ok();
    let kills = told.map_or(KILLS, |text| text.parse().unwrap_or(KILLS));
    let mut server = Server::demo("killed-often").await;
    let mut phone = Phone::new("killed-often", &server).await;
    phone.enter_demo("ana@demo").await;
    phone.wait_until_confirmed().await;
    server.stop().await;
    let case = plan_for_ben(&phone, "Already scheduled").await;
    phone.click_test_id("confirm-plan").await;
    phone.wait_for_state("1 saved here").await;

    let (mut unsent, mut ahead) = (outbox(&phone).await, 0);
    for kill in 1..=kills {
        phone.visit(&format!("/case/{case}/swap")).await;
        phone.wait_for_test_id("other-need-row").await;
        phone.start_recording().await;
        // Somewhere else in the cycle of signing, writing and showing each time.
        tokio::time::sleep(Duration::from_millis(300 + kill * 37 % 101)).await;
        let shown = phone.shown_as_saved().await;
        phone.kill_and_reopen().await;
        phone.goto("/").await;
        phone.wait_for_state("saved here").await;
        let kept = outbox(&phone).await;
        assert!(
            kept.is_superset(&unsent) && kept.len() as u64 >= shown,
            "kill {kill}: {shown} were shown as saved, {} are here",
            kept.len()
        );
        assert!(
            kept.len() > unsent.len(),
            "kill {kill} came before a commit"
        );
        ahead += u64::from(kept.len() as u64 > shown);
        unsent = kept;
        if kill % KILLS_BETWEEN_SYNCS == 0 || kill == kills {
            server.start().await;
            phone.wait_until_sent("ana@demo", &server).await;
            phone.visit("/activity").await;
            phone.wait_for_test_id("counts").await;
            assert_eq!(phone.number("count-review").await, 0);
            assert_eq!(outbox(&phone).await, BTreeSet::new());
            unsent.clear();
            server.stop().await;
        }
    }
    println!("{kills} kills, {ahead} times the disk held more than the screen was seen to show");
    phone.close().await;
    server.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_the_browser_removed_is_told_of_with_what_the_server_has() {
    let mut server = Server::demo("evicted").await;
    let phone = Phone::new("evicted", &server).await;
    phone.enter_demo("ana@demo").await;
    record_a_use(&phone).await;
    phone.wait_until_confirmed().await;
    server.stop().await;
    record_a_use(&phone).await;
    phone.wait_for_state("1 saved here").await;

    // A page of the same place that does not run the app, so that nothing is open.
    phone.goto("/rescue.html").await;
    let remove = "const done = arguments[arguments.length - 1];
        indexedDB.databases().then(all => Promise.all(all.map(one => new Promise((gone, kept) => {
            const request = indexedDB.deleteDatabase(one.name);
            request.onsuccess = gone;
            request.onblocked = request.onerror = kept;
        })))).then(all => done(all.length), () => done('kept'));";
    assert_ne!(phone.execute_async(remove, vec![]).await, json!("kept"));
    phone.goto("/").await;
    phone.wait_for_test_id("lost").await;
    phone
        .wait_for_text("2 movements were recorded here. The server cannot be asked now")
        .await;

    server.start().await;
    phone.fill_css("#login", "ana@demo").await;
    phone.fill_css("#password", &server.demo_password()).await;
    phone.click_test_id("sign-in").await;
    phone.wait_for_title("Today").await;
    phone
        .wait_for_text("The server has all but 1 of them")
        .await;
    // It goes on as a new phone, and what it records now arrives.
    record_a_use(&phone).await;
    phone.wait_until_confirmed().await;
    phone.close().await;
    server.stop().await;
    server.verify();
}

async fn record_a_use(phone: &Phone) {
    phone.visit("/").await;
    phone
        .click_row("[data-testid=case-card] .case-open", "Playbook: Shared")
        .await;
    phone.wait_for_test_id("light").await;
    phone.click_test_id("record-use").await;
    phone.click_test_id("use-line").await;
    phone.click_test_id("save-use").await;
}

/// The keys of everything in the outbox, past what the app says.
async fn outbox(phone: &Phone) -> BTreeSet<String> {
    let script = "const done = arguments[arguments.length - 1];
        (async () => {
            const names = (await indexedDB.databases()).map(one => one.name)
                .filter(name => name.startsWith('baton.'));
            const opened = indexedDB.open(names[0]);
            opened.onerror = () => done('open: ' + opened.error);
            opened.onsuccess = () => {
                const asked = opened.result.transaction('outbox').objectStore('outbox').getAllKeys();
                asked.onsuccess = () => { opened.result.close(); done(asked.result.map(key =>
                    JSON.stringify(key instanceof ArrayBuffer ? [...new Uint8Array(key)] : key))); };
                asked.onerror = () => done('read: ' + asked.error);
            };
        })().catch(error => done(String(error)));";
    let keys = phone.execute_async(script, vec![]).await;
    let Value::Array(keys) = keys else {
        panic!("the outbox cannot be read: {keys}");
    };
    keys.iter().map(Value::to_string).collect()
}

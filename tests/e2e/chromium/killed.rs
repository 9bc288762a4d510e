//! The ground that every "saved on this phone" test stands on: a strict IndexedDB
//! transaction that completed is there after SIGKILL to the whole browser, and so is who was
//! signed in, without which nobody would see it.

use serde_json::json;

use crate::support::{Phone, Server};

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

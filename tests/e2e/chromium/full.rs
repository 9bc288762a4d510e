//! A phone without room: the browser grants little, something else of the same origin fills it, and
//! the browser then refuses the app's transaction.

use serde_json::json;

use crate::support::{Phone, Server};
use crate::walk::type_a_receipt;

/// What the browser grants to the app, in bytes: some times what it needs here.
const GRANTED: u64 = 64 << 20;
const LABEL: &str = "(01)00614950000203(10)FULL77";
const PRODUCT: &str = "TITANIUM MICRO MESH";

/// Fills the origin's room, in ever smaller pieces, until not even the least fits; how many did.
const FILL: &str = "
    const done = arguments[arguments.length - 1];
    const opened = indexedDB.open('filler', 1);
    opened.onupgradeneeded = () => opened.result.createObjectStore('pieces', { autoIncrement: true });
    opened.onerror = () => done('open: ' + opened.error);
    opened.onsuccess = () => {
        const database = opened.result;
        let kept = 0;
        const fill = bytes => {
            const piece = crypto.getRandomValues(new Uint8Array(Math.min(bytes, 65536)));
            const whole = new Uint8Array(bytes);
            for (let at = 0; at < bytes; at += piece.length) whole.set(piece, at);
            const change = database.transaction('pieces', 'readwrite', { durability: 'strict' });
            change.objectStore('pieces').add(whole);
            change.oncomplete = () => { kept += 1; fill(bytes); };
            change.onabort = () => {
                if (change.error?.name !== 'QuotaExceededError') return done('abort: ' + change.error);
                if (bytes > 64) return fill(bytes / 4);
                database.close();
                done(kept);
            };
        };
        fill(1 << 20);
    };";

/// Gives the room back.
const EMPTY: &str = "
    const done = arguments[arguments.length - 1];
    const gone = indexedDB.deleteDatabase('filler');
    gone.onsuccess = () => done('empty');
    gone.onerror = () => done('delete: ' + gone.error);";

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_without_room_says_so_keeps_what_was_typed_and_loses_nothing() {
    let mut server = Server::demo("full").await;
    let phone = Phone::new("full", &server).await;
    // Before anything is written: for half a minute Chromium goes by what it granted last.
    let granted = json!({ "origin": server.url(), "quotaSize": GRANTED });
    phone.cdp("Storage.overrideQuotaForOrigin", granted).await;
    phone.enter_demo("ana@demo").await;
    phone.wait_until_confirmed().await;
    server.stop().await;
    let pieces = phone.execute_async(FILL, vec![]).await;
    assert!(pieces.as_u64().is_some_and(|kept| kept > 0), "{pieces}");

    type_a_receipt(&phone, LABEL, PRODUCT).await;
    phone.click_test_id("confirm-receive").await;
    phone.wait_for_text("This phone is full").await;
    phone.wait_for_text("what was saved before is safe").await;
    let typed = "return document.getElementById('reason').value";
    let typed = phone.execute(typed, vec![]).await;
    assert_eq!(typed, json!("Brought by the courier"));
    // It opens all the same, with everything that it had, and nothing of what it could not keep.
    phone.visit("/stock").await;
    phone.reload().await;
    phone.wait_for_test_id("stock-list").await;
    phone.visit("/activity").await;
    phone.wait_for_test_id("counts").await;
    assert_eq!(phone.number("count-here").await, 0);

    let emptied = phone.execute_async(EMPTY, vec![]).await;
    assert_eq!(emptied, json!("empty"));
    type_a_receipt(&phone, LABEL, PRODUCT).await;
    phone.click_test_id("confirm-receive").await;
    phone.wait_for_state("1 saved here").await;
    server.start().await;
    phone.wait_until_confirmed().await;
    phone.close().await;
    server.stop().await;
    assert!(server.verify().contains("in order"));
}

//! What neither person nor phone can help: a phone that was revoked, bytes that something changed.
//! Each time clear words, nothing lost, and the rest goes on.

use serde_json::json;

use crate::support::{Phone, Server};
use crate::walk::{enter, finish};

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_phone_is_told_and_what_it_records_waits_for_an_admin() {
    let server = Server::demo("revoked").await;
    let ana = Phone::new("revoked-ana", &server).await;
    ana.enter_demo("ana@demo").await;
    ana.wait_until_confirmed().await;
    let office = Phone::new("revoked-office", &server).await;
    office.enter_demo("ada@demo").await;
    office.visit("/office/devices").await;
    // The demo's own device of hers is another one: revoke each that is Ana's.
    let hers = "button[aria-label^='Revoke'][aria-label*='Ana Torres']";
    office.wait_for_css(hers).await;
    while !office.texts(hers).await.is_empty() {
        let left = office.texts(hers).await.len();
        office.click_row(hers, "").await;
        office.click_test_id("save-revoke").await;
        office
            .wait_until("it is revoked", || async {
                office.texts(hers).await.len() < left
            })
            .await;
    }
    office.wait_until_confirmed().await;

    record_a_use(&ana).await;
    ana.wait_for_state("Phone revoked").await;
    ana.visit("/activity").await;
    ana.wait_for_text("This phone was revoked").await;
    ana.wait_for_test_id("review").await;
    ana.close().await;
    office.visit("/office/disputes").await;
    office.wait_for_test_id("dispute").await;
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_piece_used_on_two_phones_the_second_is_told_when_the_first_was_recorded() {
    let mut server = Server::demo("twice").await;
    let office = enter("twice", "ada", &server).await;
    let phones = [
        enter("twice-one", "ana", &server).await,
        enter("twice-two", "ana", &server).await,
    ];
    for phone in [&phones[0], &phones[1], &office] {
        phone.wait_until_confirmed().await;
    }
    server.stop().await;
    for phone in &phones {
        phone
            .click_row("a.case-open", "Playbook: Transferred in the field")
            .await;
        // Both of the two pieces, on either phone.
        open_use(phone, "PB-0001").await;
        phone.step("main", 0, "use-quantity", true).await;
        phone.click_test_id("save-use").await;
        phone.wait_for_state("1 saved here").await;
    }
    server.start().await;
    let mut told = Vec::new();
    for phone in &phones {
        phone.wait_until_confirmed().await;
        phone.visit("/activity").await;
        phone.wait_for_test_id("counts").await;
        if phone.number("count-review").await == 1 {
            told.extend(phone.texts("[data-testid=other-record]").await);
        }
    }
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("The other record was made "),
        "{told:?}"
    );
    // The office, which decides, reads the same.
    office.visit("/office/disputes").await;
    office.wait_for_text(&told[0]).await;
    let [one, two] = phones;
    finish(server, vec![one, two, office]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_flipped_byte_is_refused_in_words_and_the_rest_goes_on() {
    let mut server = Server::demo("flipped").await;
    let phone = Phone::new("flipped", &server).await;
    phone.enter_demo("ana@demo").await;
    phone.wait_until_confirmed().await;
    server.stop().await;
    let case = record_a_use(&phone).await;
    phone.wait_for_state("1 saved here").await;
    // The last byte belongs to the signature, so that the entry can still be read.
    flip_a_byte_of_the_unsent_entry(&phone, "bytes.length - 1").await;
    phone.reload().await;
    // The same case again: which is the first on Today changes at midnight. Another line: what
    // builds on the damaged entry waits for it.
    phone.visit(&case).await;
    phone.wait_for_test_id("light").await;
    phone.click_test_id("record-use").await;
    phone.wait_for_test_id("use-line").await;
    let second = "document.querySelectorAll('[data-testid=use-line]')[1].click()";
    phone.execute(second, vec![]).await;
    phone.click_test_id("save-use").await;
    phone.wait_for_state("2 saved here").await;
    server.start().await;
    phone.visit("/activity").await;
    phone.wait_for_test_id("counts").await;
    phone.wait_for_text("The signature does not fit").await;
    phone.wait_until_confirmed().await;
    assert_eq!(phone.number("count-review").await, 1);
    assert_eq!(phone.number("count-confirmed").await, 1);
    // The office is told that a number of this phone is missing.
    let office = Phone::new("flipped-office", &server).await;
    office.enter_demo("ada@demo").await;
    office.visit("/office/devices").await;
    office
        .wait_for_text("1 record of this phone never arrived")
        .await;
    for phone in [phone, office] {
        phone.close().await;
    }
    server.stop().await;
    assert!(server.verify().contains("in order"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_cannot_be_read_any_more_is_told_of_and_keeps_nothing_back() {
    let mut server = Server::demo("unreadable").await;
    let phone = Phone::new("unreadable", &server).await;
    phone.enter_demo("ana@demo").await;
    phone.wait_until_confirmed().await;
    server.stop().await;
    record_a_use(&phone).await;
    phone.wait_for_state("1 saved here").await;
    flip_a_byte_of_the_unsent_entry(&phone, "0").await;
    phone.reload().await;
    phone.wait_for_test_id("unreadable").await;
    phone
        .wait_for_text("1 unsent record cannot be read any more")
        .await;
    record_a_use(&phone).await;
    phone.wait_for_state("2 saved here").await;
    server.start().await;
    // The other one is confirmed; this one is still only here, and nobody says otherwise.
    phone.wait_for_state("1 saved here").await;
    phone.visit("/activity").await;
    phone.wait_for_test_id("counts").await;
    assert_eq!(phone.number("count-confirmed").await, 1);
    phone.visit("/me").await;
    phone.click_test_id("sign-out").await;
    phone.wait_for_text("1 record is only on this phone").await;
    phone.close().await;
}

/// Flips the lowest bit of one byte of the one entry in the outbox.
async fn flip_a_byte_of_the_unsent_entry(phone: &Phone, place: &str) {
    let script = format!(
        "const done = arguments[arguments.length - 1];
        (async () => {{
            const names = (await indexedDB.databases()).map(one => one.name)
                .filter(name => name.startsWith('baton.'));
            const opened = indexedDB.open(names[0]);
            opened.onerror = () => done('open: ' + opened.error);
            opened.onsuccess = () => {{
                const change = opened.result.transaction('outbox', 'readwrite');
                const asked = change.objectStore('outbox').openCursor();
                let flipped = 0;
                asked.onsuccess = () => {{
                    const cursor = asked.result;
                    if (!cursor) return;
                    const row = cursor.value;
                    const bytes = row.bytes;
                    bytes[{place}] ^= 1;
                    cursor.update(row);
                    flipped += 1;
                    cursor.continue();
                }};
                change.oncomplete = () => {{ opened.result.close(); done(flipped); }};
                change.onabort = () => done('abort: ' + change.error);
            }};
        }})().catch(error => done(String(error)));"
    );
    assert_eq!(phone.execute_async(&script, vec![]).await, json!(1));
}

/// Records a use in the first case on Today; the case's path.
async fn record_a_use(phone: &Phone) -> String {
    phone.visit("/").await;
    phone.wait_for_test_id("case-card").await;
    phone
        .click_row("[data-testid=case-card] .case-open", "")
        .await;
    phone.wait_for_test_id("light").await;
    let case = phone.path().await;
    open_use(phone, "").await;
    phone.click_test_id("save-use").await;
    case
}

/// Opens the use of the first line of the case on the screen whose row says so.
async fn open_use(phone: &Phone, says: &str) {
    phone.wait_for_test_id("light").await;
    phone.click_test_id("record-use").await;
    phone.click_row("[data-testid=use-line]", says).await;
}

//! What can be wrong with a code, and with what is handed over: each is said in words, and nothing
//! is taken in on it.

use super::by_code::{carry, enter, is_confirmed, look, offer, office_agrees};
use super::drafts::until_draft;
use crate::support::{Phone, Server};
use baton_handoff::{Collected, Collector, Parcel, Shown, code, plain};
use baton_ledger::SignedEntry;
use serde_json::json;

/// The text that a phone copies for whoever has no camera.
async fn copied(phone: &Phone) -> String {
    let keep = "window.copied = '';
        Object.defineProperty(navigator, 'clipboard', {value: {writeText: async text => {
            window.copied = text;
        }}, configurable: true});";
    phone.execute(keep, vec![]).await;
    phone.click_text("The camera does not read it").await;
    phone.click_test_id("copy-text").await;
    phone
        .wait_until("the text is copied", || async {
            phone.execute("return window.copied !== ''", vec![]).await == json!(true)
        })
        .await;
    let text = phone.execute("return window.copied", vec![]).await;
    text.as_str().unwrap_or_default().to_owned()
}

async fn paste(phone: &Phone, text: &str) {
    look(phone).await;
    phone.click_text("Without the camera").await;
    phone.wait_for_css("#handoff-text").await;
    phone.set_value("handoff-text", text).await;
    phone.click_test_id("take-text").await;
}

/// The same parcel with a signature that is not its phone's.
fn forged(text: &str) -> Parcel {
    let taken = Collector::default().take(text).expect("a code");
    let Collected::Whole(bytes) = taken else {
        panic!("a row of frames")
    };
    let mut parcel = Parcel::decode(&bytes).expect("a parcel");
    let mut entry = parcel.entry.bytes().to_vec();
    if let Some(last) = entry.last_mut() {
        *last ^= 1;
    }
    parcel.entry = SignedEntry::parse(&entry).expect("an entry");
    parcel
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_code_is_told_in_words_and_nothing_is_taken_in() {
    let name = "handoff-bad";
    let mut server = Server::demo(name).await;
    let ana = enter(name, "ana", &server).await;
    let ben = enter(name, "ben", &server).await;
    let cleo = enter(name, "cleo", &server).await;
    server.stop().await;
    let transfer = offer(&ana, 1).await;
    ana.click_test_id("show-code").await;
    ana.wait_for_test_id("qr").await;

    // Somebody else's, and one's own: by pixels, as they would come.
    carry(&ana, &cleo).await;
    cleo.wait_for_text("This is offered to Ben Okafor").await;
    carry(&ana, &ana).await;
    ana.wait_for_text("This is your own offer").await;
    ana.visit(&format!("/handoff/{transfer}/code")).await;
    ana.wait_for_test_id("qr").await;

    // A signature that does not fit.
    let text = copied(&ana).await;
    let bytes = forged(&text).encode().expect("bytes");
    let Ok(Shown::Code(symbol)) = code(&bytes) else {
        panic!("no code")
    };
    ben.camera_sees_text(&symbol);
    look(&ben).await;
    ben.wait_for_text("The signature does not fit").await;
    // A label of a device where a handoff is looked for.
    ben.camera_sees_text("HTTPS://EXAMPLE.ORG/PARCEL/77");
    look(&ben).await;
    ben.wait_for_text("This is not a handoff code").await;
    // Copied and cut short; and damaged on the way.
    paste(&ben, &text[..text.len() - 20]).await;
    ben.wait_for_text("The end of the code is missing").await;
    paste(&ben, &plain(&[9, 0, 1, 0])).await;
    ben.wait_for_text("from a newer version").await;
    // None of it left anything behind.
    ben.visit("/handoffs").await;
    ben.wait_for_title("Handoffs").await;
    ben.wait_for_state("All confirmed").await;
    // The right one works all the same.
    paste(&ben, &text).await;
    ben.wait_for_test_id("answer-lines").await;
    ben.click_test_id("confirm-answer").await;
    ben.wait_for_test_id("phrase").await;
    // And an answer to what this phone has not offered.
    carry(&ben, &cleo).await;
    cleo.wait_for_text("This receipt is for another phone's offer")
        .await;
    for phone in [ana, ben, cleo] {
        phone.close().await;
    }
    server.verify();
}

const ANSWER: &str = "[data-testid=answer-line]";

#[tokio::test(flavor = "multi_thread")]
async fn r5_missing_damaged_something_else_and_what_was_not_offered() {
    let name = "handoff-reports";
    let mut server = Server::demo(name).await;
    server.stop().await;
    server.fill_trunk("Ana Torres", "deep-trunk", 0..4);
    server.start().await;
    let ana = enter(name, "ana", &server).await;
    let mut ben = enter(name, "ben", &server).await;
    server.stop().await;
    let transfer = super::by_code::offer_all(&ana, "deep-trunk", 4).await;
    ana.click_test_id("show-code").await;
    carry(&ana, &ben).await;
    ben.wait_for_test_id("answer-lines").await;
    for (place, what) in [(0, "missing"), (1, "damaged"), (2, "wrong")] {
        ben.open_nth(ANSWER, place, "report").await;
        ben.step(ANSWER, place, what, true).await;
    }
    let words = ben.texts("[data-testid=answer-words]").await;
    let said = ["1 missing", "1 damaged", "1 wrong", "All "];
    for (place, what) in said.into_iter().enumerate() {
        assert!(
            words.iter().any(|words| words.contains(what)),
            "{place}: {words:?}"
        );
    }
    // What came instead, twice, and once too often.
    ben.click_text("Something came that was not offered").await;
    // Typed once, and once from a scanner that types: the field keeps what lands in it.
    let label = "(01)00614950009992(10)X9";
    for typed in [true, false] {
        if typed {
            ben.fill_css("#extra-code", label).await;
        } else {
            ben.click("#extra-code").await;
            ben.scan(label).await;
        }
        ben.click_test_id("add-extra").await;
        ben.wait_for_test_id("extra").await;
    }
    assert_eq!(ben.texts("[data-testid=extra]").await.len(), 1);

    // A call, an empty battery: what was said so far is there again.
    let (page, draft) = (ben.path().await, format!("answer/{transfer}"));
    let said = ben.texts("[data-testid=answer-words]").await;
    until_draft(&ben, &draft, &["00614950009992", "X9", "\u{1f}2"]).await;
    ben.kill_and_reopen().await;
    ben.goto(&page).await;
    ben.wait_for_test_id("extra").await;
    assert_eq!(ben.texts("[data-testid=answer-words]").await, said);
    ben.step("[data-testid=extra]", 0, "extra-quantity", false)
        .await;
    ben.click_test_id("confirm-answer").await;
    ben.wait_for_test_id("phrase").await;
    until_draft(&ben, &draft, &[]).await;
    carry(&ben, &ana).await;
    ana.wait_for_text("Done. Both hold proof").await;
    for words in ["1 missing", "1 damaged", "Something else was in its place"] {
        ana.wait_for_text(words).await;
    }
    ana.wait_for_text("Extra: was not in the offer").await;
    server.start().await;
    is_confirmed(&ben, "ben", &server, &transfer).await;
    is_confirmed(&ana, "ana", &server, &transfer).await;
    office_agrees(name, &mut server, &[&transfer]).await;
    ana.close().await;
    ben.close().await;
}

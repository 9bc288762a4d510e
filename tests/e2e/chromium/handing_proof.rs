//! What a handoff by codes leaves behind: a proof on the screen, on paper and as a file; and a screen
//! that stays on while a code is shown.

use super::by_code::{carry, choose_file, enter, offer, phrase, shared};
use crate::support::{Phone, Server};
use serde_json::json;

/// Counts what is asked of the screen.
const AWAKE: &str = "window.awake = 0;
    Object.defineProperty(navigator, 'wakeLock', {value: {request: async () => {
        window.awake += 1;
        const lock = {released: false, release: async () => {
            lock.released = true;
            window.awake -= 1;
        }};
        return lock;
    }}, configurable: true});";

async fn wait_for_awake(phone: &Phone, locks: u32) {
    phone
        .wait_until(&format!("{locks} wishes for the screen"), || async {
            phone.execute("return window.awake", vec![]).await == json!(locks)
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_keeps_the_screen_on_and_its_proof_goes_on_paper_and_as_a_file() {
    let name = "handoff-proof";
    let mut server = Server::demo(name).await;
    let ana = enter(name, "ana", &server).await;
    let ben = enter(name, "ben", &server).await;
    server.stop().await;
    let transfer = offer(&ana, 2).await;
    ana.execute(AWAKE, vec![]).await;
    ana.click_test_id("show-code").await;
    ana.wait_for_test_id("qr").await;
    wait_for_awake(&ana, 1).await;
    carry(&ana, &ben).await;
    ben.wait_for_test_id("answer-lines").await;
    ben.click_test_id("confirm-answer").await;
    ben.wait_for_test_id("phrase").await;
    carry(&ben, &ana).await;
    ana.wait_for_text("Done. Both hold proof").await;
    wait_for_awake(&ana, 0).await;

    // On paper: all of it, and no buttons.
    let said = phrase(&ana).await;
    let print = json!({"media": "print"});
    ana.cdp("Emulation.setEmulatedMedia", print).await;
    let paper = ana.text().await;
    for words in [
        "Ana Torres → Ben Okafor",
        "Offered by Ana Torres",
        "Received by Ben Okafor",
        &said,
    ] {
        assert!(paper.contains(words), "{words} is not on paper: {paper}");
    }
    assert_eq!(paper.matches("ES256").count(), 2, "{paper}");
    for button in ["Share as a file", "Print", "saved here"] {
        assert!(!paper.contains(button), "{button} is on paper: {paper}");
    }
    let pdf = ana.cdp("Page.printToPDF", json!({})).await;
    let pdf = pdf["data"].as_str().unwrap_or_default();
    assert!(pdf.len() > 2_000, "{} characters of a PDF", pdf.len());
    let screen = json!({"media": ""});
    ana.cdp("Emulation.setEmulatedMedia", screen).await;

    // As a file: words for people, and what a Baton reads.
    let file = shared(&ana, "share-proof").await;
    for words in ["Offered by Ana Torres", "Received by Ben Okafor", &said] {
        assert!(file.contains(words), "{words} is not in the file: {file}");
    }
    ben.visit("/handoff/scan").await;
    choose_file(&ben, &file).await;
    ben.wait_until("the handoff that it proves", || async {
        ben.path()
            .await
            .starts_with(&format!("/handoff/{transfer}"))
    })
    .await;
    server.start().await;
    ana.wait_until_confirmed().await;
    ben.wait_until_confirmed().await;
    ana.close().await;
    ben.close().await;
    server.stop().await;
    server.verify();
}

//! What the journeys from phone to phone share: people with a camera, and what they do with it.

#![allow(dead_code, reason = "the benchmark uses a part of it")]

use crate::support::{Phone, Server};
use serde_json::json;

/// A row of the list to pick from.
pub const PIECE: &str = "[data-testid=offer-line]";

/// Somebody of the demo on a phone with a camera, all of whose work the server has.
pub async fn enter(journey: &str, who: &str, server: &Server) -> Phone {
    let phone = Phone::with_film(&format!("{journey}-{who}"), server).await;
    phone.enter_demo(&format!("{who}@demo")).await;
    phone.wait_until_confirmed().await;
    phone
}

/// Kills a phone and opens it again at an address.
pub async fn kill(phone: &mut Phone, path: &str) {
    phone.kill_and_reopen().await;
    phone.goto(path).await;
}

/// Offers some pieces to Ben, one of each line. Gives the handoff's id.
pub async fn offer(ana: &Phone, lines: usize) -> String {
    ana.visit("/handoff/new").await;
    ana.wait_for_css(PIECE).await;
    ana.select("To", "Ben Okafor").await;
    for place in 0..lines {
        ana.step(PIECE, place, "offer-quantity", true).await;
    }
    confirm_offer(ana).await
}

/// Offers all lines that a search finds, in one tap.
pub async fn offer_all(ana: &Phone, search: &str, lines: usize) -> String {
    ana.visit("/handoff/new").await;
    ana.wait_for_css(PIECE).await;
    ana.select("To", "Ben Okafor").await;
    ana.fill_css("#offer-search", search).await;
    ana.wait_for_text(&format!("All {lines} lines")).await;
    ana.click_test_id("offer-all").await;
    confirm_offer(ana).await
}

/// Offers a piece of the one line that a search finds. Gives the handoff's id.
pub async fn offer_one(phone: &Phone, search: &str, to: &str) -> String {
    phone.visit("/handoff/new").await;
    phone.wait_for_css(PIECE).await;
    phone.select("To", to).await;
    phone.fill_css("#offer-search", search).await;
    phone
        .wait_until("the one line", || async {
            phone.texts(PIECE).await.len() == 1
        })
        .await;
    phone.step(PIECE, 0, "offer-quantity", true).await;
    confirm_offer(phone).await
}

async fn confirm_offer(ana: &Phone) -> String {
    ana.click_test_id("confirm-offer").await;
    ana.wait_for_test_id("show-code").await;
    ana.path().await.trim_start_matches("/handoff/").to_owned()
}

/// What one phone shows now is held before the other's camera, which looks for a handoff.
pub async fn carry(from: &Phone, to: &Phone) {
    let code = from.photograph().await;
    to.camera_sees(&code);
    look(to).await;
}

/// Opens the camera that looks for a handoff.
pub async fn look(phone: &Phone) {
    phone.visit("/handoffs").await;
    phone.click_test_id("scan-handoff").await;
}

/// What both sides say aloud.
pub async fn phrase(phone: &Phone) -> String {
    phone.texts("[data-testid=phrase]").await.concat()
}

/// Waits until the server has everything of a phone and the phone knows it.
pub async fn is_confirmed(phone: &Phone, who: &str, server: &Server, transfer: &str) {
    phone.wait_until_sent(&format!("{who}@demo"), server).await;
    phone.visit(&format!("/handoff/{transfer}")).await;
    phone.wait_for_text("Accepted").await;
}

/// The office reads the same story, and the ledger proves it.
pub async fn office_agrees(name: &str, server: &mut Server, transfers: &[&str]) {
    let office = Phone::new(&format!("{name}-office"), server).await;
    office.enter_demo("omar@demo").await;
    for transfer in transfers {
        office.visit(&format!("/handoff/{transfer}")).await;
        office.wait_for_text("Accepted").await;
    }
    office.close().await;
    server.stop().await;
    assert!(server.verify().contains("in order"));
}

/// Puts a text into the file field of the scanning page, as a browser does after a person chose a
/// file.
pub async fn choose_file(phone: &Phone, text: &str) {
    let script = "const files = new DataTransfer();
        files.items.add(new File([arguments[0]], 'baton-handoff.txt', {type: 'text/plain'}));
        const field = document.querySelector('[data-testid=handoff-file]');
        field.files = files.files;
        field.dispatchEvent(new Event('change', {bubbles: true}));";
    phone.click_text("Without the camera").await;
    phone.execute(script, vec![json!(text)]).await;
}

/// Takes the place of the sheet in which a phone asks to which app a file goes.
const SHARE: &str = "window.shared = '';
    Object.defineProperty(navigator, 'canShare', {value: () => true, configurable: true});
    Object.defineProperty(navigator, 'share', {value: async what => {
        window.shared = await what.files[0].text();
    }, configurable: true});";

/// Shares a file with that button; what another app gets.
pub async fn shared(phone: &Phone, button: &str) -> String {
    phone.execute(SHARE, vec![]).await;
    phone.click_test_id(button).await;
    phone
        .wait_until("the file is shared", || async {
            phone.execute("return window.shared !== ''", vec![]).await == json!(true)
        })
        .await;
    let text = phone.execute("return window.shared", vec![]).await;
    text.as_str().unwrap_or_default().to_owned()
}

/// Ben proposes to cover a case that is not his, and shows the code of the proposal. Gives the
/// case's path, which the office's list tells: that is where the case can be seen.
pub async fn proposal_shown(ben: &Phone, office: &Phone) -> String {
    office
        .click_row("a.case-open", "Playbook: Already scheduled")
        .await;
    office.wait_for_test_id("light").await;
    let case = office.path().await;
    ben.visit(&format!("{case}/cover")).await;
    ben.click_row("[data-testid=pick-rep]", "Ben Okafor").await;
    ben.click_test_id("propose").await;
    ben.wait_for_title("Approvals").await;
    ben.click_test_id("show-proposal").await;
    ben.wait_for_test_id("qr").await;
    case
}

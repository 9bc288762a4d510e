//! More than a few lines from phone to phone: one code as long as it goes, then a row of codes,
//! then a file.

use super::by_code::{
    carry, choose_file, enter, is_confirmed, look, offer_all, office_agrees, phrase, shared,
};
use crate::support::{Phone, Server};
use serde_json::json;

/// The demo with so many further lines in Ana's trunk, at a place of their own.
async fn with_trunk(name: &str, lines: usize) -> (Server, Phone, Phone) {
    let mut server = Server::demo(name).await;
    server.stop().await;
    server.fill_trunk("Ana Torres", "deep-trunk", 0..lines);
    server.start().await;
    let ana = enter(name, "ana", &server).await;
    let ben = enter(name, "ben", &server).await;
    server.stop().await;
    (server, ana, ben)
}

async fn accept(ben: &Phone, lines: usize) {
    ben.wait_for_test_id("answer-lines").await;
    assert_eq!(ben.texts("[data-testid=answer-line]").await.len(), lines);
    ben.click_test_id("confirm-answer").await;
    ben.wait_for_test_id("phrase").await;
}

async fn both_sync(name: &str, mut server: Server, ana: Phone, ben: Phone, transfer: &str) {
    assert_eq!(phrase(&ana).await, phrase(&ben).await);
    server.start().await;
    is_confirmed(&ben, "ben", &server, transfer).await;
    is_confirmed(&ana, "ana", &server, transfer).await;
    office_agrees(name, &mut server, &[transfer]).await;
    ana.close().await;
    ben.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_five_lines_go_in_one_code() {
    let (server, ana, ben) = with_trunk("handoff-25", 25).await;
    let taps = [ana.taps(), ben.taps()];
    let transfer = offer_all(&ana, "deep-trunk", 25).await;
    ana.click_test_id("show-code").await;
    ana.wait_for_test_id("qr").await;
    assert!(ana.texts("[data-testid=qr-frames]").await.is_empty());
    carry(&ana, &ben).await;
    accept(&ben, 25).await;
    let receipt = ben.photograph().await;
    ana.camera_sees(&receipt);
    ana.click_test_id("scan-receipt").await;
    ana.wait_for_text("Done. Both hold proof").await;
    // All, offer, show, scan back; scan, accept.
    assert!(ana.taps() - taps[0] <= 4 && ben.taps() - taps[1] <= 4);
    both_sync("handoff-25", server, ana, ben, &transfer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_lines_go_as_a_row_of_codes_of_which_some_are_missed() {
    let (server, ana, ben) = with_trunk("handoff-100", 100).await;
    let transfer = offer_all(&ana, "deep-trunk", 100).await;
    ana.click_test_id("show-code").await;
    ana.wait_for_test_id("qr-frames").await;
    let pieces = ana.attribute("qr-frames", "data-pieces").await;
    let pieces: usize = pieces.parse().expect("a number");
    let row = ana.photograph_row(3 * pieces).await;

    // Two different ones first: it says how far it is.
    ben.camera_sees(&row[..2]);
    look(&ben).await;
    ben.wait_for_text(&format!("2 of {pieces} parts")).await;
    // Then the rest, every third one missed; what came before is kept.
    let rest: Vec<_> = row.into_iter().skip(2).collect();
    let kept: Vec<_> = rest
        .chunks(3)
        .flat_map(|three| three.iter().take(2).cloned())
        .collect();
    ben.camera_sees(&kept);
    look(&ben).await;
    accept(&ben, 100).await;
    carry(&ben, &ana).await;
    ana.wait_for_text("Done. Both hold proof").await;
    both_sync("handoff-100", server, ana, ben, &transfer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_less_motion_a_row_of_codes_goes_on_at_a_tap() {
    let (server, ana, ben) = with_trunk("handoff-still", 100).await;
    let less = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
    ana.cdp("Emulation.setEmulatedMedia", less).await;
    let transfer = offer_all(&ana, "deep-trunk", 100).await;
    ana.click_test_id("show-code").await;
    ana.wait_for_test_id("qr-frames").await;
    let pieces = ana.attribute("qr-frames", "data-pieces").await;
    let pieces: usize = pieces.parse().expect("a number");
    let mut row = Vec::new();
    for number in 0..pieces {
        // It stands still for as long as nobody taps.
        let place = || async { ana.attribute("qr-frames", "data-frame").await };
        assert_eq!(place().await, number.to_string());
        ana.wait_for_text(&format!("Next part ({} of {pieces})", number + 1))
            .await;
        row.extend(ana.photograph().await);
        assert_eq!(place().await, number.to_string());
        ana.click_test_id("next-frame").await;
    }
    // After the last one the first stands there again.
    ana.wait_for_text(&format!("Next part (1 of {pieces})"))
        .await;
    ben.camera_sees(&row);
    look(&ben).await;
    accept(&ben, 100).await;
    carry(&ben, &ana).await;
    ana.wait_for_text("Done. Both hold proof").await;
    both_sync("handoff-still", server, ana, ben, &transfer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_lines_go_as_a_file_and_come_back_as_a_download() {
    let (server, ana, ben) = with_trunk("handoff-file", 100).await;
    let transfer = offer_all(&ana, "deep-trunk", 100).await;
    ana.click_test_id("show-code").await;
    ana.click_text("The camera does not read it").await;
    let file = shared(&ana, "share-file").await;
    assert!(file.starts_with("baton:"), "{file}");
    look(&ben).await;
    choose_file(&ben, &file).await;
    accept(&ben, 100).await;
    // Where the browser shares nothing, the file lies among the downloads.
    let downloads = ben.downloads().await;
    ben.click_text("The camera does not read it").await;
    ben.click_test_id("share-file").await;
    let receipt = downloads.join("baton-handoff.txt");
    ben.wait_until("the download", || async { receipt.is_file() })
        .await;
    let receipt = std::fs::read_to_string(receipt).expect("the file");
    look(&ana).await;
    choose_file(&ana, &receipt).await;
    ana.wait_for_text("Done. Both hold proof").await;
    both_sync("handoff-file", server, ana, ben, &transfer).await;
}

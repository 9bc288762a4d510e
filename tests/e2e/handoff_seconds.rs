//! How long a handoff takes through a camera: `cargo xtask bench handoff` (B10).
//!
//! Two Chromium phones on the demo, the server down. One's code is photographed and played to the
//! other's camera at ten pictures a second, and the receipt the same way back; a row of codes
//! changes in the film as fast as on the screen. The clock runs from a tap until what it leads to
//! stands on the screen, so it includes opening the camera, decoding, checking signatures and
//! storing. It looks ten times a second. What a person takes, it leaves out.
//!
//! Writes one JSON list to the file that `BATON_BENCH` names.

#![expect(clippy::print_stdout, reason = "it tells how far it is")]

#[path = "chromium/by_code.rs"]
mod by_code;
mod support;

use std::time::Instant;

use by_code::{enter, offer_all};
use serde_json::{Value, json};
use support::{Phone, Server};

const SIZES: [usize; 4] = [1, 10, 25, 100];
/// Lines of one delivery: what reps carry came in small boxes, each with an entry of its own.
const PER_DELIVERY: usize = 5;
/// The same code is held before the camera so often.
const READS: usize = 5;
/// A camera's picture, in milliseconds: no code is read in less.
const PICTURE_MS: u64 = 100;
/// How long a code of a row stands (`components/qr.rs`).
const STANDS_MS: u64 = 180;

#[tokio::main]
async fn main() {
    let file = std::env::var("BATON_BENCH").unwrap_or_default();
    assert!(
        !file.is_empty(),
        "start this with `cargo xtask bench handoff`"
    );
    let mut server = Server::demo("bench").await;
    server.stop().await;
    for lines in SIZES {
        // Marks of one size do not meet those of another.
        let (first, place) = (1_000 * lines, place(lines));
        for start in (0..lines).step_by(PER_DELIVERY) {
            let end = (start + PER_DELIVERY).min(lines);
            server.fill_trunk("Ana Torres", &place, first + start..first + end);
        }
    }
    server.start().await;
    let ana = enter("bench", "ana", &server).await;
    let ben = enter("bench", "ben", &server).await;
    server.stop().await;
    let mut rows = Vec::new();
    for lines in SIZES {
        let row = measured(&ana, &ben, lines).await;
        println!("{row}");
        rows.push(row);
    }
    ana.close().await;
    ben.close().await;
    std::fs::write(file, json!(rows).to_string()).expect("the figures are written");
}

/// One size, from the offer to the proof.
async fn measured(ana: &Phone, ben: &Phone, lines: usize) -> Value {
    let transfer = offer_all_of(ana, lines).await;
    let began = Instant::now();
    ana.click_test_id("show-code").await;
    ana.wait_for_test_id("qr").await;
    let shown_ms = began.elapsed().as_millis() as u64;
    let (offer_version, codes) = shown(ana).await;

    let film = photographed(ana, codes).await;
    ben.camera_sees(&film);
    let mut reads_ms = Vec::with_capacity(READS);
    for _ in 0..READS {
        ben.visit("/handoffs").await;
        let began = Instant::now();
        ben.click_test_id("scan-handoff").await;
        ben.wait_for_test_id("answer-lines").await;
        reads_ms.push(began.elapsed().as_millis() as u64);
    }
    let began = Instant::now();
    ben.click_test_id("confirm-answer").await;
    ben.wait_for_test_id("phrase").await;
    let answered_ms = began.elapsed().as_millis() as u64;
    let (receipt_version, receipt_codes) = shown(ben).await;

    let film = photographed(ben, receipt_codes).await;
    ana.camera_sees(&film);
    let began = Instant::now();
    ana.click_test_id("scan-receipt").await;
    ana.wait_for_text("Done. Both hold proof").await;
    let returned_ms = began.elapsed().as_millis() as u64;
    let first_read_ms = reads_ms[0];
    reads_ms.sort_unstable();
    let least_ms = if codes == 1 {
        PICTURE_MS
    } else {
        STANDS_MS * codes as u64
    };
    json!({
        "lines": lines,
        "handoff": transfer,
        "codes": codes,
        "version": offer_version,
        "receipt_version": receipt_version,
        "shown_ms": shown_ms,
        "first_read_ms": first_read_ms,
        "median_read_ms": reads_ms[READS / 2],
        "worst_read_ms": reads_ms[READS - 1],
        "least_read_ms": least_ms,
        "answered_ms": answered_ms,
        "returned_ms": returned_ms,
        "machine_ms": shown_ms + first_read_ms + answered_ms + returned_ms,
    })
}

fn place(lines: usize) -> String {
    format!("trunk-of-{lines}.")
}

async fn offer_all_of(ana: &Phone, lines: usize) -> String {
    if lines > 1 {
        return offer_all(ana, &place(lines), lines).await;
    }
    by_code::offer_one(ana, &place(lines), "Ben Okafor").await
}

/// The version of the symbol on the screen, and how many codes its row has.
async fn shown(phone: &Phone) -> (usize, usize) {
    let box_of = phone.attribute("qr", "viewBox").await;
    let across = box_of.split(' ').nth(2).and_then(|side| side.parse().ok());
    let modules: usize = across.unwrap_or(25) - 8;
    let codes = phone.attribute("qr-frames", "data-pieces").await;
    ((modules - 17) / 4, codes.parse().unwrap_or(1))
}

/// One code; or a row as far as it takes, and half as far again.
async fn photographed(phone: &Phone, codes: usize) -> Vec<support::Shot> {
    match codes {
        1 => phone.photograph().await,
        _ => phone.photograph_row(codes + codes.div_ceil(2)).await,
    }
}

//! Scanning within a task: a label ticks, adds or counts, and what speaks against it is said at once,
//! with the way on. By a scanner that types, and a tray by the camera.

use super::by_code::enter;
use crate::support::{Phone, Server, trunk_label};
use crate::walk::finish;

const ROW: &str = "[data-testid=scan-row]";
const STOCK_ROW: &str = "a[data-testid=stock-row]";
const CASE: &str = "[data-testid=case-card] .case-open";

/// Lines in Ana's trunk, and in Ben's.
const ANAS: std::ops::Range<usize> = 0..6;
const BENS: std::ops::Range<usize> = 10..13;

/// The demo with a few further lines, whose labels a test knows.
async fn with_trunks(name: &str) -> Server {
    let mut server = Server::demo(name).await;
    server.stop().await;
    server.fill_trunk("Ana Torres", "ana-trunk", ANAS);
    server.fill_trunk("Ben Okafor", "ben-trunk", BENS);
    server.start().await;
    server
}

/// A label read by a scanner that types, with the separator that closes what has no fixed length.
async fn scan(phone: &Phone, label: &str) {
    phone.scan(&label.replace(['(', ')'], "")).await;
}

/// What the newest row of the running list says.
async fn said(phone: &Phone, words: &str) {
    phone
        .wait_until(&format!("“{words}” as the newest"), || async {
            let rows = phone.texts(ROW).await;
            rows.first().is_some_and(|row| row.contains(words))
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_fill_an_offer_and_tick_its_answer_and_the_rest_is_missing() {
    let name = "scan-handoff";
    let server = with_trunks(name).await;
    let ana = crate::walk::enter(name, "ana", &server).await;
    let ben = crate::walk::enter(name, "ben", &server).await;
    ana.visit("/handoff/new").await;
    ana.select("To", "Ben Okafor").await;
    for number in [0, 1, 3] {
        scan(&ana, &trunk_label(number)).await;
    }
    ana.wait_for_text("Offer 3 pieces").await;
    // The same serial again, a piece of somebody else, and one too many that is taken back.
    scan(&ana, &trunk_label(1)).await;
    said(&ana, "no more of it is free").await;
    scan(&ana, &trunk_label(10)).await;
    said(&ana, "Ben Okafor has it, so Ben Okafor has to offer it").await;
    scan(&ana, &trunk_label(3)).await;
    ana.wait_for_text("Offer 4 pieces").await;
    ana.click_test_id("scan-undo").await;
    ana.wait_for_text("Offer 3 pieces").await;
    said(&ana, "Taken back").await;
    ana.click_test_id("confirm-offer").await;
    ana.wait_for_test_id("show-code").await;
    ana.wait_until_confirmed().await;
    let transfer = ana.path().await;

    ben.wait_until_confirmed().await;
    ben.visit("/handoffs").await;
    ben.wait_for_test_id("handoff-list").await;
    ben.visit(&transfer).await;
    ben.wait_for_test_id("answer-lines").await;
    scan(&ben, &trunk_label(0)).await;
    ben.wait_for_text("1 of 1 scanned").await;
    ben.wait_for_text("2 pieces not scanned").await;
    // Something else came: it is noted, and is no tick.
    scan(&ben, &trunk_label(4)).await;
    said(&ben, "not offered, noted as extra").await;
    scan(&ben, &trunk_label(1)).await;
    ben.wait_for_text("1 piece not scanned").await;
    ben.click_test_id("unticked-missing").await;
    ben.wait_for_text("1 missing").await;
    ben.click_test_id("confirm-answer").await;
    ben.wait_for_text("Answered").await;
    ben.wait_until_confirmed().await;

    // What came and was not offered becomes a movement when its giver says so.
    ana.wait_for_text("1 missing").await;
    ana.wait_for_text("Extra: was not in the offer").await;
    ana.click_test_id("confirm-extra").await;
    ana.wait_for_title("Offer a handoff").await;
    ana.wait_for_text("Offer 1 piece").await;
    ana.click_test_id("confirm-offer").await;
    ana.wait_for_test_id("show-code").await;
    assert_ne!(ana.path().await, transfer);
    ana.wait_for_text("Ben Okafor").await;
    ana.wait_until_confirmed().await;
    finish(server, vec![ana, ben]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_mark_for_a_case_and_count_a_shelf() {
    let name = "scan-mark";
    let server = with_trunks(name).await;
    let ana = crate::walk::enter(name, "ana", &server).await;
    ana.click_row(CASE, "Playbook: Created in custody").await;
    ana.wait_for_test_id("light").await;
    let case = ana.path().await;
    ana.visit(&format!("{case}/mark")).await;
    // Two of that line are proposed; a label adds the third, and "one more" the last.
    ana.wait_for_text("Mark 2 pieces").await;
    scan(&ana, &trunk_label(3)).await;
    ana.wait_for_text("Mark 3 pieces").await;
    ana.click_test_id("scan-more").await;
    ana.wait_for_text("Mark 4 pieces").await;
    scan(&ana, &trunk_label(3)).await;
    said(&ana, "every piece of it is marked already").await;
    ana.click_test_id("scan-undo").await;
    ana.wait_for_text("Mark 3 pieces").await;
    scan(&ana, &trunk_label(11)).await;
    said(&ana, "Ben Okafor has it. Ask Ben Okafor for a handoff").await;
    scan(&ana, "(01)00614950000203(17)200131(10)OLD1").await;
    said(&ana, "Look for another piece").await;
    ana.click_test_id("confirm-mark").await;
    ana.wait_for_title("Playbook: Created in custody").await;

    ana.visit("/count").await;
    ana.wait_for_test_id("count-list").await;
    for _ in 0..2 {
        scan(&ana, &trunk_label(3)).await;
    }
    ana.wait_for_text("1 counted, 1 differ").await;
    scan(&ana, &trunk_label(10)).await;
    said(
        &ana,
        "not among what is counted here. By the records Ben Okafor has it",
    )
    .await;
    for _ in 0..2 {
        scan(&ana, &trunk_label(3)).await;
    }
    ana.wait_for_text("1 counted, 0 differ").await;
    ana.click_test_id("save-count").await;
    ana.wait_for_title("Stock").await;
    ana.wait_until_confirmed().await;
    finish(server, vec![ana]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn held_recalled_and_somebody_elses_are_said_at_once_wherever_they_are_scanned() {
    let name = "scan-against";
    let server = with_trunks(name).await;
    let ana = crate::walk::enter(name, "ana", &server).await;
    let office = crate::walk::enter(name, "omar", &server).await;
    // One serial goes on hold, another one's lot is recalled.
    open_line(&ana, "/stock", 1).await;
    ana.click_test_id("hold-line").await;
    ana.fill_css("#hold-reason", "Box is dented").await;
    ana.click_test_id("confirm-hold").await;
    ana.wait_until_confirmed().await;
    let recalled = open_line(&office, "/stock?whose=others", 3).await;
    office
        .visit(&format!("/office/recalls?line={recalled}"))
        .await;
    office.fill_css("#recall-reason", "Seal may be open").await;
    office.click_test_id("save-recall").await;
    office.wait_for_test_id("recall-on-hand").await;
    office.wait_until_confirmed().await;

    ana.visit("/scan").await;
    for (number, words) in [
        (1, "On hold: Box is dented"),
        (3, "Recalled: Seal may be open"),
        (10, "Ben Okafor has it"),
    ] {
        scan(&ana, &trunk_label(number)).await;
        ana.wait_until(&format!("“{words}” as a warning"), || async {
            let warnings = ana.texts("[data-testid=scan-warnings]").await.concat();
            warnings.contains(words)
        })
        .await;
    }
    // Into custody: what is recalled, and a serial that somebody has.
    ana.visit("/receive").await;
    scan(&ana, &trunk_label(3)).await;
    ana.wait_for_text("Recalled: Seal may be open").await;
    ana.click_test_id("something-else").await;
    scan(&ana, &trunk_label(10)).await;
    ana.wait_for_text("Ben Okafor has it").await;
    // Into an offer, and for a case.
    ana.visit("/handoff/new").await;
    scan(&ana, &trunk_label(1)).await;
    said(&ana, "on hold, it cannot go").await;
    ana.visit("/").await;
    ana.click_row(CASE, "Playbook: Created in custody").await;
    ana.wait_for_test_id("light").await;
    ana.visit(&format!("{}/mark", ana.path().await)).await;
    ana.wait_for_text("Pick what to mark").await;
    scan(&ana, &trunk_label(1)).await;
    said(&ana, "On hold: Box is dented").await;
    scan(&ana, &trunk_label(3)).await;
    said(&ana, "Recalled: Seal may be open").await;
    finish(server, vec![ana, office]).await;
}

/// Opens the line of a trunk by its lot or serial; gives its id.
async fn open_line(phone: &Phone, list: &str, number: usize) -> String {
    let label = trunk_label(number);
    let mark = label.rsplit(')').next().unwrap_or_default();
    phone.visit(list).await;
    phone.wait_for_css(STOCK_ROW).await;
    phone.fill_css("#stock-search", mark).await;
    phone.click_row(STOCK_ROW, mark).await;
    phone.wait_for_test_id("line-quantity").await;
    let path = phone.path().await;
    path.trim_start_matches("/stock/").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tray_is_ticked_off_through_the_camera_with_a_running_list_and_an_undo() {
    let name = "scan-tray";
    let server = Server::demo(name).await;
    let ana = enter(name, "ana", &server).await;
    ana.visit("/stock").await;
    ana.wait_for_css(STOCK_ROW).await;
    ana.fill_css("#stock-search", "SF-01").await;
    ana.click_row(STOCK_ROW, "SF-01").await;
    ana.click_test_id("open-tray").await;
    let tray = {
        ana.wait_for_test_id("tray-contents").await;
        ana.path().await
    };
    let script = "return Array.from(document.querySelectorAll('[data-testid=tray-contents] li'),
        row => '/stock/' + row.dataset.line)";
    let lines = ana.execute(script, vec![]).await;
    let lines: Vec<String> = serde_json::from_value(lines).unwrap_or_default();
    assert!(lines.len() >= 2, "{lines:?}");
    let labels = [ana.label_of(&lines[0]).await, ana.label_of(&lines[1]).await];

    ana.camera_passes(&[&labels[0], &labels[1]]);
    ana.visit(&tray).await;
    ana.click_test_id("check-tray").await;
    ana.wait_for_text("0 of 6 found").await;
    ana.click_test_id("scan-tray-label").await;
    ana.wait_until("both labels in the running list", || async {
        ana.texts(ROW).await.len() >= 2
    })
    .await;
    // The camera goes with its sheet; the list stays.
    ana.click("[data-testid=scan-sheet] [aria-label=Close]")
        .await;
    ana.wait_until("the camera is gone", || async {
        ana.texts("[data-testid=scan-view]").await.is_empty()
    })
    .await;
    let so_far = ana.texts("[data-testid=found-so-far]").await.concat();
    let found: usize = so_far[..1].parse().expect("a number");
    assert!((2..=4).contains(&found), "{so_far}");
    ana.click_test_id("scan-undo").await;
    ana.wait_for_text(&format!("{} of 6 found", found - 1))
        .await;
    said(&ana, "Taken back").await;
    ana.click_test_id("save-check").await;
    ana.wait_for_text(&format!("{} pieces not found", 7 - found))
        .await;
    ana.wait_until_confirmed().await;
    finish(server, vec![ana]).await;
}

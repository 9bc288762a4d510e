//! Close and sign, offline: two signatures on exactly what was used, void once that changes, and
//! the purchase order that follows.

use crate::support::{Phone, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_signed_on_its_lines_and_a_later_use_voids_it() {
    let mut server = Server::demo("closing").await;
    let ana = Phone::new("closing-ana", &server).await;
    ana.enter_demo("ana@demo").await;
    server.stop().await;

    ana.click_row("[data-testid=case-card] .case-open", "")
        .await;
    ana.wait_for_test_id("light").await;
    let case = ana.path().await;
    use_one(&ana, None).await;
    ana.visit(&format!("{case}/bill")).await;
    ana.wait_for_test_id("bill-billed").await;
    sign(&ana).await;
    ana.wait_for_test_id("signatures").await;
    let signed = ana.texts("[data-testid=signatures]").await.concat();
    assert!(
        signed.contains("N. Urse") && signed.contains("Signed"),
        "{signed}"
    );
    // A use and the close with its two signatures.
    ana.wait_for_state("4 saved here").await;

    ana.visit(&format!("{case}/use")).await;
    use_one(&ana, Some("Found in the tray")).await;
    ana.visit(&format!("{case}/bill")).await;
    ana.wait_for_test_id("void").await;
    let void = ana.texts("[data-testid=signatures]").await.concat();
    assert!(void.contains("Void") && !void.contains("Signed"), "{void}");
    sign(&ana).await;
    ana.wait_for_test_id("await-po").await;
    ana.click_test_id("await-po").await;
    ana.wait_for_text("PO awaited since today").await;
    ana.fill_css("#po-number", "PO-4711").await;
    ana.click_test_id("record-po").await;
    ana.wait_for_text("PO PO-4711").await;

    server.start().await;
    ana.wait_until_confirmed().await;
    ana.visit("/activity").await;
    ana.wait_for_test_id("counts").await;
    assert_eq!(ana.number("count-review").await, 0);
    ana.close().await;
    server.stop().await;
    server.verify();
}

/// Records one piece of the first line, with a reason where one is asked for.
async fn use_one(ana: &Phone, reason: Option<&str>) {
    if reason.is_none() {
        ana.click_test_id("record-use").await;
    }
    ana.click_test_id("use-line").await;
    if let Some(reason) = reason {
        ana.wait_for_test_id("use-flags").await;
        ana.fill_css("#use-reason", reason).await;
    }
    ana.click_test_id("save-use").await;
    ana.wait_for_test_id("done").await;
}

async fn sign(ana: &Phone) {
    ana.fill_css("#sign-facility", "N. Urse").await;
    ana.click_test_id("close-case").await;
}

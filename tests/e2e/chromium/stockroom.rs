//! What keeps stock true between cases: a recall, a tray's check, a count, a corrected label.

use crate::support::{Phone, Server};
use crate::walk::{enter, finish};
use serde_json::json;

const STOCK_ROW: &str = "a[data-testid=stock-row]";

#[tokio::test(flavor = "multi_thread")]
async fn a_recall_holds_the_lot_wherever_it_lies_and_names_the_cases_that_used_it() {
    let mut server = Server::demo("recall").await;
    let ana = enter("recall", "ana", &server).await;
    let office = enter("recall", "omar", &server).await;
    // Ana uses a piece first: the recall has to find that case.
    ana.click_row("[data-testid=case-card] .case-open", "Playbook: Shared")
        .await;
    ana.wait_for_test_id("light").await;
    let case = ana.path().await;
    let (product, name) = needed_product(&ana, &case).await;
    ana.visit(&format!("{case}/use")).await;
    ana.click_row("[data-testid=use-line]", &name).await;
    ana.click_test_id("save-use").await;
    ana.wait_until_confirmed().await;

    // The office's phone has to hold that use itself before it is alone.
    office.visit(&case).await;
    office.wait_for_css("[data-testid=used-line]").await;
    office.visit("/office/recalls").await;
    server.stop().await;
    office.click_test_id("add-recall").await;
    office.fill_css("#recall-product", &product).await;
    office.click_row("[data-testid=product-found]", &name).await;
    office.click_test_id("save-recall").await;
    office.wait_for_text("Enter the reason").await;
    office
        .fill_css("#recall-reason", "Notice 2026-11: seal may be open")
        .await;
    office.wait_for_text("on hand go on hold at once").await;
    office.click_test_id("save-recall").await;
    office.wait_for_test_id("recall-on-hand").await;
    let used = office.texts("[data-testid=recall-used]").await.concat();
    assert!(used.contains("1 piece"), "{used}; {name}");
    server.start().await;
    office.wait_until_confirmed().await;

    // What is recalled is no way out for anybody: the case is short of it now.
    ana.visit(&case).await;
    ana.wait_until("nothing of it can be used", || async {
        let light = ana.texts("[data-testid=light]").await.concat();
        light.contains("Short of")
    })
    .await;
    ana.visit(&format!("/stock?whose=shared&product={product}"))
        .await;
    ana.wait_until("every line of it says that it is held", || async {
        let rows = ana.texts(STOCK_ROW).await;
        !rows.is_empty() && rows.iter().all(|row| row.contains("On hold"))
    })
    .await;
    office.click_test_id("end-recall").await;
    office
        .fill_css("#end-recall-reason", "Notice withdrawn")
        .await;
    office.click_test_id("confirm-end-recall").await;
    office
        .wait_for_text("stays there until it is reviewed")
        .await;
    office.wait_until_confirmed().await;
    finish(server, vec![ana, office]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tray_is_checked_against_its_list_and_a_missing_piece_is_named() {
    let mut server = Server::demo("tray").await;
    let ana = enter("tray", "ana", &server).await;
    server.stop().await;
    ana.visit("/stock").await;
    ana.wait_for_css(STOCK_ROW).await;
    ana.fill_css("#stock-search", "SF-01").await;
    ana.click_row(STOCK_ROW, "SF-01").await;
    ana.click_test_id("open-tray").await;
    ana.wait_for_text("2 pieces missing").await;
    let before = ana.texts("[data-testid=tray-contents] li").await.len();

    // Before delivery: everything that is in it is found.
    ana.click_test_id("check-tray").await;
    ana.wait_for_text("0 of 6 found").await;
    let script = "const all = document.querySelectorAll('dialog[open] [data-testid=all-there]');
        for (const one of all) one.click();
        return all.length;";
    let ticked = ana.execute(script, vec![]).await;
    assert_eq!(ticked, json!(before));
    ana.wait_for_text("6 of 6 found").await;
    ana.click_test_id("save-check").await;
    ana.wait_for_text("everything there").await;

    // Put in what lacks, from her own stock; then take a line out again, a movement of its own.
    ana.click_test_id("pack-tray").await;
    ana.click_test_id("pack").await;
    ana.click("dialog[open] [aria-label=Close]").await;
    ana.wait_for_text("Complete").await;
    ana.click_test_id("unpack").await;
    ana.wait_for_text("missing").await;

    // At pick-up one piece is not there: the check says so, and the piece is on hold.
    ana.click_test_id("check-tray").await;
    ana.fill_css("#check-note", "One screw not in its place")
        .await;
    ana.click_test_id("save-check").await;
    ana.wait_for_text("not found").await;
    ana.wait_for_text("One screw not in its place").await;
    server.start().await;
    ana.wait_until_confirmed().await;
    ana.visit("/activity").await;
    ana.wait_for_test_id("counts").await;
    assert_eq!(ana.number("count-review").await, 0);
    finish(server, vec![ana]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_is_expected_against_counted_and_the_difference_is_reviewed() {
    let mut server = Server::demo("count").await;
    let ana = enter("count", "ana", &server).await;
    let office = enter("count", "omar", &server).await;
    server.stop().await;
    ana.visit("/count").await;
    ana.wait_for_test_id("count-list").await;
    ana.click_test_id("count-same").await;
    ana.wait_for_text("counted, as expected").await;
    // One more than expected lies there, of a lot: a serial is one piece.
    let script = "const rows = Array.from(document.querySelectorAll('[data-testid=count-line]'));
        return rows.findIndex((row, at) => at > 0 && row.innerText.includes('Lot'));";
    let place = ana.execute(script, vec![]).await;
    let place = usize::try_from(place.as_i64().unwrap_or(0)).unwrap_or(0);
    ana.step("[data-testid=count-line]", place, "count-quantity", false)
        .await;
    ana.wait_for_text("Save count: 2 counted, 1 differ").await;
    ana.click_test_id("save-count").await;
    ana.wait_for_text("reason").await;
    ana.fill_css("#count-note", "One fell behind the shelf")
        .await;
    ana.click_test_id("save-count").await;
    ana.wait_for_title("Stock").await;
    // The count, and beside it the adjustment of what differs.
    ana.wait_for_state("2 saved here").await;
    server.start().await;
    ana.wait_until_confirmed().await;

    office.visit("/office/adjustments").await;
    office.wait_for_text("One fell behind the shelf").await;
    office.click_test_id("review-adjustment").await;
    office.wait_until_confirmed().await;
    finish(server, vec![ana, office]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_line_is_is_corrected_by_a_new_line_that_names_the_old() {
    let mut server = Server::demo("correct").await;
    let ana = enter("correct", "ana", &server).await;
    server.stop().await;
    ana.visit("/stock").await;
    ana.wait_for_css(STOCK_ROW).await;
    ana.click_row(STOCK_ROW, "Lot ").await;
    ana.wait_for_test_id("line-quantity").await;
    let old = ana.path().await;
    ana.click_row("[data-testid=correct-line]", "").await;
    ana.wait_for_test_id("confirm-correct").await;
    ana.fill_css("dialog[open] #lot", "RIGHT-7").await;
    ana.click_test_id("confirm-correct").await;
    ana.wait_for_text("Say how the mistake came about").await;
    ana.fill_css("dialog[open] #reason", "A 1 was read as a 7")
        .await;
    ana.click_test_id("confirm-correct").await;
    ana.wait_for_text("RIGHT-7").await;
    ana.wait_for_text("Corrected").await;
    assert_ne!(ana.path().await, old);
    ana.visit(&old).await;
    ana.wait_for_text("Corrected to Lot RIGHT-7").await;
    server.start().await;
    ana.wait_until_confirmed().await;
    finish(server, vec![ana]).await;
}

/// The identifier and the name of the first product that a case needs.
async fn needed_product(phone: &Phone, case: &str) -> (String, String) {
    phone.visit(case).await;
    let first = "[data-testid=needs] [data-product]";
    phone.wait_for_css(first).await;
    let script = "const need = document.querySelector(arguments[0]);
        return [need.dataset.product, need.querySelector('.clamp').innerText]";
    let found = phone.execute(script, vec![json!(first)]).await;
    let text = |place: usize| found[place].as_str().unwrap_or_default().to_owned();
    (text(0), text(1))
}

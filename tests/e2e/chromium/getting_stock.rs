//! Getting the stock that a case is short of: the two ways in which the manufacturer sends it.

use crate::support::{Phone, Server};
use crate::walk::enter;

/// The demo's cases for the two branches.
const SHIPPED: &str = "Playbook: Shipped from the manufacturer";
const CREATED: &str = "Playbook: Created in custody";
const CASE: &str = "[data-testid=case-card] a";

#[tokio::test(flavor = "multi_thread")]
async fn shipped_from_the_linked_manufacturer() {
    let mut server = Server::demo("shipped").await;
    let ana = enter("shipped", "ana", &server).await;
    let walt = enter("shipped", "walt", &server).await;

    // Without a network: the request is on the phone, and goes when there is one.
    let case = open_case(&ana, SHIPPED).await;
    server.stop().await;
    ana.click_row("[data-testid=request-for-case]", "").await;
    ana.wait_for_title("Request stock").await;
    ana.wait_for_test_id("request-need").await;
    ana.click_test_id("confirm-request").await;
    ana.wait_for_text("Waiting for the warehouse").await;
    ana.wait_for_state("1 saved here").await;
    let request = ana.path().await;
    server.start().await;
    ana.wait_until_confirmed().await;

    // The warehouse is another organization's: its ledger has the request too.
    walt.visit("/handoffs").await;
    walt.click_row("[data-testid=request-row]", "Ana Torres")
        .await;
    walt.wait_for_test_id("request-lines").await;
    walt.wait_for_text("Offer 2 pieces").await;
    walt.click_test_id("confirm-request-offer").await;
    walt.wait_for_text("Waiting for an answer").await;
    walt.wait_until_confirmed().await;
    let handoff = walt.path().await;

    ana.visit(&request).await;
    ana.click_row("[data-testid=handoff-row]", "").await;
    ana.wait_for_test_id("answer-lines").await;
    ana.wait_for_text("Accept 2 pieces").await;
    ana.click_test_id("confirm-answer").await;
    ana.wait_for_text("Answered").await;
    ana.wait_until_confirmed().await;
    ana.wait_until_ready(&case).await;

    walt.visit(&handoff).await;
    walt.wait_for_text("Accepted").await;
    for phone in [ana, walt] {
        phone.close().await;
    }
    server.stop().await;
    server.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn created_because_the_manufacturer_is_not_linked() {
    let mut server = Server::demo("created").await;
    let ana = enter("created", "ana", &server).await;

    // Where the maker is linked, creating is refused, and the request stands one tap away.
    let linked = open_case(&ana, SHIPPED).await;
    let product = needed_product(&ana).await;
    ana.visit(&format!("/receive?code={product}")).await;
    ana.wait_for_test_id("linked").await;
    ana.click_test_id("request-instead").await;
    ana.wait_for_title("Request stock").await;
    ana.visit(&linked).await;

    ana.visit("/").await;
    let case = open_case(&ana, CREATED).await;
    let product = needed_product(&ana).await;
    server.stop().await;
    ana.visit(&format!("/receive?code={product}")).await;
    ana.wait_for_test_id("receive-what").await;
    ana.fill_css("#lot", "A77-1").await;
    ana.set_value("expiry", "2031-06-30").await;
    ana.fill_css("#reason", "Brought by the maker's courier")
        .await;
    ana.step("main", 0, "quantity", true).await;
    ana.click_test_id("confirm-receive").await;
    ana.wait_for_state("1 saved here").await;
    ana.wait_until_ready(&case).await;
    server.start().await;
    ana.wait_until_confirmed().await;
    ana.close().await;
    server.stop().await;
    server.verify();
}

/// Opens a case of Today by its name; gives its address.
async fn open_case(phone: &Phone, name: &str) -> String {
    phone.click_row(CASE, name).await;
    phone.wait_for_title(name).await;
    phone.path().await
}

/// The code of the first product that the case on the screen needs.
async fn needed_product(phone: &Phone) -> String {
    let script = "const link = document.querySelector('[data-testid=needs] [data-product]');
        return link ? link.dataset.product : '';";
    let found = phone.execute(script, vec![]).await;
    let id = found.as_str().unwrap_or_default().to_owned();
    assert!(!id.is_empty(), "the case shows what it needs");
    if id.len() == 14 {
        format!("(01){id}")
    } else {
        id
    }
}

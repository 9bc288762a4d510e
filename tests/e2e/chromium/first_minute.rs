//! Before the work begins: an address that is not secure, a tab where it should be installed, and
//! what is said about keeping the data.

use serde_json::json;

use crate::support::{INSECURE_NAME, Phone, Server};

#[tokio::test(flavor = "multi_thread")]
async fn opened_insecurely_it_says_what_to_do() {
    let server = Server::demo("insecure").await;
    let phone = Phone::new("insecure", &server).await;
    let address = server.url().replace("127.0.0.1", INSECURE_NAME);
    let opened = phone.client().goto(&address).await;
    assert!(opened.is_ok(), "{opened:?}");
    phone.wait_for_test_id("insecure-steps").await;
    phone.wait_for_text("Open Baton over https").await;
    phone
        .wait_for_text("Ask the office for the https address")
        .await;
    assert!(phone.texts("#login").await.is_empty());
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_first_saved_work_it_says_whether_the_data_is_kept() {
    let server = Server::demo("kept").await;
    let phone = Phone::new("kept", &server).await;
    phone.enter_demo("ana@demo").await;
    phone.wait_for_test_id("demo-mark").await;
    phone
        .click_row("[data-testid=case-card] .case-open", "")
        .await;
    phone.wait_for_test_id("light").await;
    phone.click_test_id("record-use").await;
    phone.click_test_id("use-line").await;
    phone.click_test_id("save-use").await;
    phone.wait_until_confirmed().await;
    phone.visit("/me").await;
    phone
        .wait_until("the browser's promise is shown", || async {
            let kept = phone.texts("[data-testid=kept]").await.concat();
            kept.contains("Protected") || kept.contains("while there is room")
        })
        .await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_on_ios_may_look_and_takes_no_stock() {
    let server = Server::demo("ios-tab").await;
    let phone = Phone::new("ios-tab", &server).await;
    // Only Safari on iOS has this property; false says that this is a tab. It has no prompt to
    // install, which Chromium would offer.
    let source = "Object.defineProperty(navigator, 'standalone', {value: false});
        addEventListener('beforeinstallprompt', prompt => prompt.stopImmediatePropagation(), true);";
    let script = json!({"source": source});
    phone
        .cdp("Page.addScriptToEvaluateOnNewDocument", script)
        .await;
    phone.enter_demo("ana@demo").await;
    phone.visit("/me").await;
    phone.wait_for_test_id("install-steps").await;
    phone.visit("/handoffs").await;
    phone.click_test_id("tab-in").await;
    phone.click_row("[data-testid=handoff-row]", "").await;
    phone.click_test_id("confirm-answer").await;
    phone.wait_for_text("Install Baton first").await;
    phone.wait_for_text("Add to Home Screen").await;
    phone.wait_until_confirmed().await;
    phone.close().await;
}

//! What the journeys through the demo have in common: signing in, the way to a plan, the end.

use crate::support::{Phone, Server};

/// A phone of that journey with somebody of the demo signed in.
pub async fn enter(journey: &str, who: &str, server: &Server) -> Phone {
    let phone = Phone::new(&format!("{journey}-{who}"), server).await;
    phone.enter_demo(&format!("{who}@demo")).await;
    phone
}

/// Closes the phones, stops the server, and has its ledger checked.
pub async fn finish(mut server: Server, phones: Vec<Phone>) {
    for phone in phones {
        phone.close().await;
    }
    server.stop().await;
    server.verify();
}

/// Types a label and why it came without a paper, so that one tap takes it into custody.
pub async fn type_a_receipt(phone: &Phone, label: &str, product: &str) {
    phone.visit("/receive").await;
    phone.fill_css("#receive-code", label).await;
    phone.click_test_id("take-code").await;
    phone.wait_for_text(product).await;
    phone.fill_css("#reason", "Brought by the courier").await;
}

/// From home to a reviewed plan for Ben, on the playbook's case of that name. Gives the case's id.
pub async fn plan_for_ben(ana: &Phone, name: &str) -> String {
    let home = ana.taps();
    ana.click_row(
        "[data-testid=case-card] .case-open",
        &format!("Playbook: {name}"),
    )
    .await;
    ana.wait_for_test_id("cant-cover").await;
    ana.click_test_id("cant-cover").await;
    ana.wait_for_title("Who can cover it?").await;
    ana.click_row("[data-testid=pick-rep]", "Ben Okafor").await;
    let case = review_the_plan(ana).await;
    let taps = ana.taps() - home;
    assert!(taps <= 6, "{taps} taps from home to a reviewed plan");
    case
}

/// From the rep that was picked to the plan, past the questions where there are some. Gives the
/// case's id.
pub async fn review_the_plan(ana: &Phone) -> String {
    ana.wait_until("a question or the plan", || async {
        let title = ana.texts("[data-testid=title]").await.concat();
        title == "What happened?" || title == "The plan"
    })
    .await;
    if ana.texts("[data-testid=title]").await.concat() == "What happened?" {
        ana.click_test_id("show-plan").await;
    }
    ana.wait_for_title("The plan").await;
    let path = ana.path().await;
    path.split('/').nth(2).unwrap_or_default().to_owned()
}

/// An Admin records somebody and makes an invitation. Gives what its link ends with.
pub async fn invitation(admin: &Phone, name: &str) -> String {
    admin.visit("/office/people").await;
    admin.click_test_id("add-person").await;
    admin.fill_css("#person-name", name).await;
    admin.click_test_id("save-person").await;
    admin.wait_for_test_id("make-invite").await;
    admin.wait_until_confirmed().await;
    admin.click_test_id("make-invite").await;
    admin.wait_for_test_id("invite-link").await;
    let link = admin.texts("[data-testid=invite-link]").await.concat();
    admin.click("dialog[open] [aria-label=Close]").await;
    let token = link.split("/invite#").nth(1).unwrap_or_default();
    token.trim().to_owned()
}

/// Follows an invitation on a phone of one's own.
pub async fn join(phone: &Phone, token: &str, login: &str) {
    phone.goto(&format!("/invite#{token}")).await;
    phone.wait_for_test_id("welcome").await;
    phone.fill_css("#login", login).await;
    phone.fill_css("#password", "a long enough sentence").await;
    phone.click_test_id("join").await;
    phone.wait_for_title("Today").await;
    phone.wait_for_service_worker().await;
}

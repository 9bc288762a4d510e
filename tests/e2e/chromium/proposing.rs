//! What a role forbids is proposed from where it was tried; the light waits for who may approve.

use crate::support::{Phone, Server};
use crate::walk::{enter, finish};

const SCHEDULED: &str = "Playbook: Already scheduled";

#[tokio::test(flavor = "multi_thread")]
async fn the_light_waits_for_an_approval_and_who_loses_the_case_is_told() {
    let mut server = Server::demo("approval").await;
    let ana = enter("approval", "ana", &server).await;
    let ben = enter("approval", "ben", &server).await;
    let office = enter("approval", "omar", &server).await;
    ana.click_row("a.case-open", SCHEDULED).await;
    ana.wait_for_test_id("light").await;
    let case = ana.path().await;
    server.stop().await;
    // Ben takes Ana's case over: another's case is proposed.
    ben.visit(&format!("{case}/cover")).await;
    ben.click_row("[data-testid=pick-rep]", "Ben Okafor").await;
    ben.wait_for_title("The plan").await;
    ben.click_test_id("propose-rep").await;
    light_says(&ben, &case, "Ready when").await;
    server.start().await;
    ben.wait_until_confirmed().await;
    light_says(&ana, &case, "Omar").await;
    office.visit("/office/approvals").await;
    office.click_test_id("approve").await;
    office.wait_until_confirmed().await;
    ben.visit(&case).await;
    ben.wait_for_text("You").await;
    light_says(&ben, &case, "Ready").await;
    ana.visit("/").await;
    ana.wait_for_text("gave your case to Ben Okafor").await;
    finish(server, vec![ana, ben, office]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rep_proposes_a_link_until_the_organization_lets_reps_link_themselves() {
    let server = Server::demo("setting").await;
    let ben = enter("setting", "ben", &server).await;
    let office = enter("setting", "ada", &server).await;
    try_to_link(&ben).await;
    ben.wait_for_test_id("propose").await;
    office.visit("/office/accounts").await;
    office.click_test_id("reps-may-share").await;
    office
        .wait_for_text("Reps link and rebuild for themselves")
        .await;
    office.wait_until_confirmed().await;
    ben.visit("/office/accounts").await;
    ben.wait_for_text("Reps link and rebuild for themselves")
        .await;
    try_to_link(&ben).await;
    ben.wait_for_text("Linked").await;
    ben.wait_until_confirmed().await;
    finish(server, vec![ben, office]).await;
}

/// Ben wants to use what the Distributor sold to Lakeside.
async fn try_to_link(ben: &Phone) {
    ben.visit("/stock?whose=facility").await;
    ben.click_row("[data-testid=facility-link]", "Lakeside")
        .await;
    ben.click_row("[data-testid=facility-line]", "LK-1").await;
    ben.wait_for_test_id("share-line").await;
    ben.click_test_id("share-line").await;
    ben.wait_for_title("Make it usable").await;
    ben.select("Who is to use it", "Ben Okafor").await;
    ben.click_test_id("confirm-link").await;
}

async fn light_says(phone: &Phone, case: &str, words: &str) {
    phone.visit(case).await;
    phone
        .wait_until(&format!("the light says “{words}”"), || async {
            let light = phone.texts("[data-testid=light]").await.concat();
            light.contains(words)
        })
        .await;
}

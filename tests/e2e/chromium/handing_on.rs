//! A handoff in the middle of something else: of a cover swap, of a chain of three people, of an
//! approval. The server is down throughout, and only pixels cross.

use super::by_code::{carry, enter, is_confirmed, offer_one, office_agrees, proposal_shown};
use crate::support::{Phone, Server};
use crate::walk::{plan_for_ben, type_a_receipt};

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_a_cover_swap_is_handed_over_by_codes() {
    let name = "swap-by-code";
    let mut server = Server::demo(name).await;
    let ana = enter(name, "ana", &server).await;
    let ben = enter(name, "ben", &server).await;
    server.stop().await;
    let case = plan_for_ben(&ana, "Transferred in the field").await;
    let taps = [ana.taps(), ben.taps()];
    ana.click_test_id("confirm-plan").await;
    ana.wait_for_title("Cover swap").await;
    ana.click_row("[data-testid=handoff-row]", "Ben Okafor")
        .await;
    ana.click_test_id("show-code").await;
    let transfer = ana.path().await;
    let transfer = transfer.split('/').nth(2).unwrap_or_default().to_owned();
    // Ben looks with the Scan tab, which knows a handoff when it sees one.
    let code = ana.photograph().await;
    ben.camera_sees(&code);
    ben.visit("/scan").await;
    ben.wait_for_test_id("answer-lines").await;
    ben.click_test_id("confirm-answer").await;
    ben.wait_for_test_id("phrase").await;
    let receipt = ben.photograph().await;
    ana.camera_sees(&receipt);
    ana.click_test_id("scan-receipt").await;
    ana.wait_for_text("Done. Both hold proof").await;
    // Confirm the plan, open its handoff, show, scan back; accept.
    assert!(ana.taps() - taps[0] <= 4 && ben.taps() - taps[1] <= 4);
    ana.visit(&format!("/case/{case}/swap")).await;
    ana.wait_for_test_id("swap-done").await;
    server.start().await;
    is_confirmed(&ana, "ana", &server, &transfer).await;
    is_confirmed(&ben, "ben", &server, &transfer).await;
    ben.wait_until_ready(&format!("/case/{case}")).await;
    office_agrees(name, &mut server, &[&transfer]).await;
    ana.close().await;
    ben.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_case_its_rep_is_handed_what_it_misses() {
    let name = "case-by-code";
    let mut server = Server::demo(name).await;
    let ana = enter(name, "ana", &server).await;
    let ben = enter(name, "ben", &server).await;
    server.stop().await;
    // By what it lacks: which case comes first on Today, the hour decides.
    ana.click_within("[data-testid=case-card]", "Short of 1", ".case-open")
        .await;
    ana.wait_for_text("Short of 1").await;
    let case = ana.path().await;
    // Ben holds the piece; the case says so, and whom it is for.
    ben.visit(&case).await;
    ben.wait_for_test_id("light").await;
    let taps = [ana.taps(), ben.taps()];
    ben.click_test_id("hand-over-for-case").await;
    ben.wait_for_text("For the case").await;
    ben.wait_for_text("Offer 1 piece").await;
    ben.click_test_id("confirm-offer").await;
    ben.click_test_id("show-code").await;
    let transfer = ben.path().await;
    let transfer = transfer.split('/').nth(2).unwrap_or_default().to_owned();
    carry(&ben, &ana).await;
    ana.wait_for_test_id("answer-lines").await;
    ana.click_test_id("confirm-answer").await;
    ana.wait_for_test_id("phrase").await;
    assert!(ana.taps() - taps[0] <= 4 && ben.taps() - taps[1] <= 4);
    carry(&ana, &ben).await;
    ben.wait_for_text("Done. Both hold proof").await;
    // It arrived as a mark for that case (R16), which is ready now.
    ana.wait_until_ready(&case).await;
    server.start().await;
    is_confirmed(&ana, "ana", &server, &transfer).await;
    is_confirmed(&ben, "ben", &server, &transfer).await;
    office_agrees(name, &mut server, &[&transfer]).await;
    ana.close().await;
    ben.close().await;
}

/// Offers the one line that a search finds, and shows the code.
async fn shown_offer(phone: &Phone, search: &str, to: &str) -> String {
    let transfer = offer_one(phone, search, to).await;
    phone.click_test_id("show-code").await;
    phone.wait_for_test_id("qr").await;
    transfer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_three_with_nobody_online_and_only_the_last_one_syncs() {
    let name = "chain";
    let mut server = Server::demo(name).await;
    let mut ana = enter(name, "ana", &server).await;
    let mut ben = enter(name, "ben", &server).await;
    let cleo = enter(name, "cleo", &server).await;
    server.stop().await;
    type_a_receipt(&ana, "(01)00614950000203(10)CHAIN77", "TITANIUM MICRO MESH").await;
    ana.click_test_id("confirm-receive").await;
    ana.wait_for_state("1 saved here").await;

    let first = shown_offer(&ana, "CHAIN77", "Ben Okafor").await;
    carry(&ana, &ben).await;
    ben.wait_for_test_id("answer-lines").await;
    ben.click_test_id("confirm-answer").await;
    ben.wait_for_test_id("phrase").await;
    let second = shown_offer(&ben, "CHAIN77", "Cleo Martin").await;
    carry(&ben, &cleo).await;
    cleo.wait_for_test_id("answer-lines").await;
    cleo.click_test_id("confirm-answer").await;
    cleo.wait_for_test_id("phrase").await;
    carry(&cleo, &ben).await;
    ben.wait_for_text("Done. Both hold proof").await;

    // The first two phones are lost. The third one's code brought everything that it rests on.
    ana.switch_off();
    ben.switch_off();
    server.start().await;
    is_confirmed(&cleo, "cleo", &server, &second).await;
    office_agrees(name, &mut server, &[&first, &second]).await;
    cleo.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r41_a_proposal_is_approved_by_a_code_and_counts_without_a_server() {
    let name = "approved-by-code";
    let mut server = Server::demo(name).await;
    let ben = enter(name, "ben", &server).await;
    let office = enter(name, "omar", &server).await;
    server.stop().await;
    let case = proposal_shown(&ben, &office).await;
    carry(&ben, &office).await;
    office.wait_for_title("Approvals").await;
    office.click_test_id("approve").await;
    // The answer follows by itself.
    office.wait_for_test_id("qr").await;
    let answer = office.photograph().await;
    ben.camera_sees(&answer);
    ben.click_test_id("scan-answer").await;
    ben.wait_for_title("Approvals").await;
    ben.wait_for_text("Approved by Omar").await;
    ben.visit(&case).await;
    ben.wait_until("Ben covers it", || async {
        ben.texts("[data-testid=case-rep]").await.concat() == "You"
    })
    .await;
    // Ben's phone alone brings both to the server.
    server.start().await;
    ben.wait_until_confirmed().await;
    office.wait_until_confirmed().await;
    ben.close().await;
    office.close().await;
    server.stop().await;
    assert!(server.verify().contains("in order"));
}

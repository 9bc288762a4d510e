//! Two phones, no network, and only pixels between them: one phone's code is photographed, tilted
//! and blurred, and played to the other phone's camera, and the receipt the same way back.

use super::by_code::{carry, enter, is_confirmed, kill, offer, office_agrees, phrase};
use crate::support::{Phone, Server};

/// Who syncs, and in which order, when the server is back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    GiverFirst,
    ReceiverFirst,
    /// The giver's phone is lost.
    ReceiverOnly,
}

#[tokio::test(flavor = "multi_thread")]
async fn one_line_changes_hands_and_the_giver_syncs_first() {
    hand_over("handoff-1", 1, Order::GiverFirst).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_lines_change_hands_and_the_receiver_syncs_first() {
    hand_over("handoff-10", 10, Order::ReceiverFirst).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_every_state_and_the_giver_syncs_first() {
    hand_over_through_kills("kills-giver", Order::GiverFirst).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_every_state_and_the_receiver_syncs_first() {
    hand_over_through_kills("kills-receiver", Order::ReceiverFirst).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_every_state_and_the_givers_phone_lost() {
    hand_over_through_kills("kills-lost", Order::ReceiverOnly).await;
}

async fn hand_over(name: &str, lines: usize, order: Order) {
    let mut server = Server::demo(name).await;
    let ana = enter(name, "ana", &server).await;
    let ben = enter(name, "ben", &server).await;
    server.stop().await;
    let taps = [ana.taps(), ben.taps()];

    let transfer = offer(&ana, lines).await;
    ana.click_test_id("show-code").await;
    carry(&ana, &ben).await;
    ben.wait_for_test_id("answer-lines").await;
    assert_eq!(ben.path().await, format!("/handoff/{transfer}"));
    assert_eq!(ben.texts("[data-testid=answer-line]").await.len(), lines);
    ben.click_test_id("confirm-answer").await;
    // The receipt follows by itself: the other side needs it now.
    ben.wait_for_test_id("phrase").await;
    let receipt = ben.photograph().await;
    ana.camera_sees(&receipt);
    ana.click_test_id("scan-receipt").await;
    ana.wait_for_text("Done. Both hold proof").await;
    assert_eq!(phrase(&ana).await, phrase(&ben).await);
    assert_eq!(ana.texts("[data-testid=proof-side]").await.len(), 2);
    // Beside picking: offer, show, scan back; scan, accept.
    assert!(ana.taps() - taps[0] <= 4 && ben.taps() - taps[1] <= 4);
    sync(name, order, server, ana, ben, &transfer).await;
}

/// As above with a SIGKILL in each state of each side: what was there is there again, and goes on.
async fn hand_over_through_kills(name: &str, order: Order) {
    let mut server = Server::demo(name).await;
    let mut ana = enter(name, "ana", &server).await;
    let mut ben = enter(name, "ben", &server).await;
    server.stop().await;

    let transfer = offer(&ana, 2).await;
    let (page, code) = (
        format!("/handoff/{transfer}"),
        format!("/handoff/{transfer}/code"),
    );
    // Offered, and not shown yet.
    kill(&mut ana, &page).await;
    ana.click_test_id("show-code").await;
    ana.wait_for_test_id("qr").await;
    // Shown.
    kill(&mut ana, &page).await;
    ana.click_test_id("show-code").await;
    carry(&ana, &ben).await;
    ben.wait_for_test_id("answer-lines").await;
    // Scanned, and not answered yet.
    kill(&mut ben, &page).await;
    ben.wait_for_test_id("answer-lines").await;
    // The same code once more leads to the same offer.
    carry(&ana, &ben).await;
    ben.wait_for_test_id("answer-lines").await;
    ben.click_test_id("confirm-answer").await;
    ben.wait_for_test_id("phrase").await;
    // Answered, the receipt shown.
    kill(&mut ben, &page).await;
    ben.click_test_id("show-receipt").await;
    ben.wait_for_test_id("phrase").await;
    // The giver knows nothing of it yet, and shows the offer again: to whoever has answered it,
    // it leads to the receipt.
    kill(&mut ana, &code).await;
    carry(&ana, &ben).await;
    ben.wait_for_test_id("phrase").await;
    carry(&ben, &ana).await;
    ana.wait_for_text("Done. Both hold proof").await;
    let said = phrase(&ana).await;
    assert_eq!(said, phrase(&ben).await);
    // Both hold proof.
    for phone in [&mut ana, &mut ben] {
        kill(phone, &format!("/handoff/{transfer}/proof")).await;
        phone.wait_for_text("Done. Both hold proof").await;
        assert_eq!(phrase(phone).await, said);
    }
    sync(name, order, server, ana, ben, &transfer).await;
}

/// One of them comes back first; the other one is off meanwhile, or lost. All tell one story.
async fn sync(
    name: &str,
    order: Order,
    mut server: Server,
    mut ana: Phone,
    mut ben: Phone,
    transfer: &str,
) {
    let (first, second) = match order {
        Order::GiverFirst => ((&mut ana, "ana"), (&mut ben, "ben")),
        Order::ReceiverFirst | Order::ReceiverOnly => ((&mut ben, "ben"), (&mut ana, "ana")),
    };
    second.0.switch_off();
    server.start().await;
    is_confirmed(first.0, first.1, &server, transfer).await;
    if order != Order::ReceiverOnly {
        kill(second.0, "/handoffs").await;
        is_confirmed(second.0, second.1, &server, transfer).await;
    }
    office_agrees(name, &mut server, &[transfer]).await;
    ben.close().await;
    if order != Order::ReceiverOnly {
        ana.close().await;
    }
}

//! Two phones, no network, and only pixels between them: one phone's code is photographed, tilted
//! and blurred, and played to the other phone's camera, and the receipt the same way back.

use crate::support::{Phone, Server};

const PIECE: &str = "[data-testid=offer-line]";

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
    hand_over("handoff-1", 1, Order::GiverFirst, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_lines_change_hands_and_the_receiver_syncs_first() {
    hand_over("handoff-10", 10, Order::ReceiverFirst, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_every_state_and_the_givers_phone_lost() {
    hand_over("handoff-kills", 2, Order::ReceiverOnly, true).await;
}

async fn hand_over(name: &str, lines: usize, order: Order, kills: bool) {
    let mut server = Server::demo(name).await;
    let mut ana = enter(name, "ana", &server).await;
    let mut ben = enter(name, "ben", &server).await;
    server.stop().await;
    let taps = [ana.taps(), ben.taps()];

    let transfer = offer(&ana, lines).await;
    ana.click_test_id("show-code").await;
    let code = ana.photograph(1).await;

    ben.camera_sees(&code);
    ben.visit("/handoffs").await;
    ben.click_test_id("scan-handoff").await;
    ben.wait_for_test_id("answer-lines").await;
    assert_eq!(ben.path().await, format!("/handoff/{transfer}"));
    assert_eq!(ben.texts("[data-testid=answer-line]").await.len(), lines);
    if kills {
        for phone in [&mut ana, &mut ben] {
            phone.kill_and_reopen().await;
            phone.goto(&format!("/handoff/{transfer}")).await;
        }
        ana.click_test_id("show-code").await;
        ana.wait_for_test_id("qr").await;
        ben.wait_for_test_id("answer-lines").await;
    }
    ben.click_test_id("confirm-answer").await;
    // The receipt follows by itself: the other side needs it now.
    ben.wait_for_test_id("phrase").await;
    if kills {
        ben.kill_and_reopen().await;
        ben.goto(&format!("/handoff/{transfer}")).await;
        ben.click_test_id("show-receipt").await;
        ben.wait_for_test_id("phrase").await;
    }
    let receipt = ben.photograph(1).await;

    ana.camera_sees(&receipt);
    ana.visit(&format!("/handoff/{transfer}/code")).await;
    ana.click_test_id("scan-receipt").await;
    ana.wait_for_text("Done. Both hold proof").await;
    assert_eq!(phrase(&ana).await, phrase(&ben).await);
    assert_eq!(ana.texts("[data-testid=proof-side]").await.len(), 2);
    if !kills {
        // Beside scanning and picking: offer, show, scan back; scan, accept.
        assert!(ana.taps() - taps[0] <= 4 && ben.taps() - taps[1] <= 4);
    }
    if kills {
        ana.kill_and_reopen().await;
        ana.goto(&format!("/handoff/{transfer}/proof")).await;
        ana.wait_for_text("Done. Both hold proof").await;
    }

    // One of them comes back first; the other one is off meanwhile, or lost.
    let (first, second) = match order {
        Order::GiverFirst => ((&mut ana, "ana"), (&mut ben, "ben")),
        Order::ReceiverFirst | Order::ReceiverOnly => ((&mut ben, "ben"), (&mut ana, "ana")),
    };
    second.0.switch_off();
    server.start().await;
    is_confirmed(first.0, first.1, &server, &transfer).await;
    if order != Order::ReceiverOnly {
        second.0.kill_and_reopen().await;
        second.0.goto("/handoffs").await;
        is_confirmed(second.0, second.1, &server, &transfer).await;
    }
    let office = Phone::new(&format!("{name}-office"), &server).await;
    office.enter_demo("omar@demo").await;
    office.visit(&format!("/handoff/{transfer}")).await;
    office.wait_for_text("Accepted").await;
    office.close().await;
    ben.close().await;
    if order != Order::ReceiverOnly {
        ana.close().await;
    }
    server.stop().await;
    assert!(server.verify().contains("in order"));
}

async fn enter(journey: &str, who: &str, server: &Server) -> Phone {
    let phone = Phone::with_film(&format!("{journey}-{who}"), server).await;
    phone.enter_demo(&format!("{who}@demo")).await;
    phone.wait_until_confirmed().await;
    phone
}

/// Ana offers some pieces to Ben. Gives the handoff's id.
async fn offer(ana: &Phone, lines: usize) -> String {
    ana.visit("/handoff/new").await;
    ana.wait_for_css(PIECE).await;
    ana.select("To", "Ben Okafor").await;
    for place in 0..lines {
        ana.step(PIECE, place, "offer-quantity", true).await;
    }
    ana.click_test_id("confirm-offer").await;
    ana.wait_for_test_id("show-code").await;
    ana.path().await.trim_start_matches("/handoff/").to_owned()
}

async fn phrase(phone: &Phone) -> String {
    phone.texts("[data-testid=phrase]").await.concat()
}

/// Waits until the server has everything of a phone and the phone knows it.
async fn is_confirmed(phone: &Phone, who: &str, server: &Server, transfer: &str) {
    phone.wait_until_sent(&format!("{who}@demo"), server).await;
    phone.visit(&format!("/handoff/{transfer}")).await;
    phone.wait_for_text("Accepted").await;
}

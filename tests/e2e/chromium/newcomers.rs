//! Somebody of whom a phone has never heard: the code brings the server's word on their phone.

use super::by_code::{carry, enter, is_confirmed, kill, offer_all, office_agrees};
use crate::support::{Phone, Server};
use crate::walk::{invitation, join};

#[tokio::test(flavor = "multi_thread")]
async fn r38_somebody_who_joined_since_hands_over_a_whole_tray() {
    let name = "newcomer";
    let mut server = Server::demo(name).await;
    // Ben's phone is off from here on, and nobody tells it of Dora.
    let mut ben = enter(name, "ben", &server).await;
    ben.switch_off();
    let admin = crate::walk::enter(name, "ada", &server).await;
    let token = invitation(&admin, "Dora New").await;
    server.stop().await;
    server.fill_trunk("Dora New", "dora-trunk", 0..12);
    server.start().await;
    let dora = Phone::with_film("newcomer-dora", &server).await;
    join(&dora, &token, "dora@demo").await;
    dora.wait_until_confirmed().await;
    server.stop().await;

    let transfer = offer_all(&dora, "dora-trunk", 12).await;
    dora.click_test_id("show-code").await;
    kill(&mut ben, "/handoffs").await;
    carry(&dora, &ben).await;
    ben.wait_for_test_id("answer-lines").await;
    ben.wait_for_text("Joined since the last sync").await;
    ben.wait_for_text("somebody new").await;
    // The server's word is there, so nothing about it is left open.
    assert!(!ben.text().await.contains("Phone not known here yet"));
    ben.click_test_id("confirm-answer").await;
    ben.wait_for_test_id("phrase").await;
    carry(&ben, &dora).await;
    dora.wait_for_text("Done. Both hold proof").await;

    server.start().await;
    is_confirmed(&ben, "ben", &server, &transfer).await;
    ben.wait_for_text("Dora New").await;
    ben.wait_for_no_text("Joined since the last sync").await;
    office_agrees(name, &mut server, &[&transfer]).await;
    for phone in [admin, dora, ben] {
        phone.close().await;
    }
}

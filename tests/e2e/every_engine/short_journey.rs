//! The shortest whole journey: sign in, lose the server, record a use, come back.

use crate::support::{Phone, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_use_recorded_offline_is_confirmed_when_the_server_is_back() {
    let mut server = Server::demo("short-journey").await;
    let phone = Phone::new("short-journey", &server).await;
    phone.enter_demo("ana@demo").await;
    phone.wait_for_test_id("case-card").await;

    server.stop().await;
    phone.reload().await;
    phone.wait_for_title("Today").await;
    phone.wait_for_test_id("case-card").await;
    phone
        .click_row("[data-testid=case-card] .case-open", "")
        .await;
    phone.wait_for_test_id("light").await;
    phone.click_test_id("record-use").await;
    phone.click_test_id("use-line").await;
    phone.click_test_id("save-use").await;
    phone.wait_for_state("1 saved here").await;

    server.start().await;
    phone.wait_until_confirmed().await;
    phone.visit("/activity").await;
    phone.wait_for_test_id("count-confirmed").await;
    assert_eq!(phone.number("count-here").await, 0);
    assert_eq!(phone.number("count-confirmed").await, 1);
    assert_eq!(phone.number("count-review").await, 0);
    phone.close().await;
    server.stop().await;
    server.verify();
}

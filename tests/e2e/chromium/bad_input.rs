//! What goes wrong with people and phones: each time clear words, nothing lost, and the way on.

use crate::support::{Phone, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said_and_the_right_one_still_opens() {
    let server = Server::demo("wrong-password").await;
    let phone = Phone::new("wrong-password", &server).await;
    phone.goto("/").await;
    phone.fill_css("#login", "ana@demo").await;
    phone.fill_css("#password", "not the password").await;
    phone.click_test_id("sign-in").await;
    phone.wait_for_text("Check what you typed").await;
    phone.fill_css("#password", &server.demo_password()).await;
    phone.click_test_id("sign-in").await;
    phone.wait_for_title("Today").await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_tab_waits_until_the_first_is_closed() {
    let server = Server::demo("second-tab").await;
    let phone = Phone::new("second-tab", &server).await;
    phone.enter_demo("ana@demo").await;
    let client = phone.client();
    let first = client.window().await.expect("a window");
    let second = client.new_window(true).await.expect("a second tab").handle;
    client
        .switch_to_window(second.clone())
        .await
        .expect("the second tab");
    phone.goto("/").await;
    phone.wait_for_test_id("second-tab").await;
    client.switch_to_window(first).await.expect("the first tab");
    client.close_window().await.expect("the first tab closes");
    client
        .switch_to_window(second)
        .await
        .expect("the second tab");
    phone.wait_for_title("Today").await;
    phone.wait_for_test_id("case-card").await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_on_the_phone_neither_sees_nor_sends_what_the_first_left_unsent() {
    let mut server = Server::demo("second-person").await;
    let phone = Phone::new("second-person", &server).await;
    phone.enter("ana@demo", &server.demo_password()).await;
    server.stop().await;
    record_a_use(&phone).await;
    phone.wait_for_state("1 saved here").await;
    // Her session ends while the phone is away, as it does after some weeks.
    let cookies = phone.client().delete_all_cookies().await;
    assert!(cookies.is_ok(), "{cookies:?}");
    server.start().await;
    phone.reload().await;
    phone.wait_for_state("Sign in to send").await;

    sign_in_on_me(&phone, "ben@demo", &server).await;
    phone
        .wait_for_text("1 record of Ana Torres not sent yet")
        .await;
    phone.wait_until_confirmed().await;
    phone.visit("/activity").await;
    phone.wait_for_test_id("counts").await;
    assert_eq!(phone.number("count-here").await, 0);
    assert_eq!(phone.number("count-confirmed").await, 0);

    phone.visit("/me").await;
    phone.click_test_id("sign-out").await;
    phone
        .wait_for_text("1 record of Ana Torres not sent yet")
        .await;
    phone.fill_css("#login", "ana@demo").await;
    phone.fill_css("#password", &server.demo_password()).await;
    phone.click_test_id("sign-in").await;
    phone.wait_for_test_id("net-state").await;
    phone.wait_until_confirmed().await;
    phone.visit("/activity").await;
    phone.wait_for_test_id("counts").await;
    assert_eq!(phone.number("count-confirmed").await, 1);
    phone.close().await;
    server.stop().await;
    server.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_stops_in_the_middle_leaves_a_report_and_leads_to_the_rescue_page() {
    let server = Server::empty("stopped").await;
    let phone = Phone::new("stopped", &server).await;
    phone.goto("/").await;
    phone.wait_for_css("main").await;
    let trap = "const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0,
            3, 2, 1, 0, 7, 5, 1, 1, 116, 0, 0, 10, 5, 1, 3, 0, 0, 11]);
        const stop = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.t;
        setTimeout(stop, 0);";
    phone.execute(trap, vec![]).await;
    phone
        .wait_until("the rescue page is open", || async {
            phone.path().await == "/rescue.html"
        })
        .await;
    phone.wait_for_text("RuntimeError: unreachable").await;
    phone.wait_for_text("at /").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_code_and_an_expired_product_are_said_with_the_way_on() {
    let mut server = Server::demo("odd-codes").await;
    let phone = Phone::new("odd-codes", &server).await;
    phone.enter_demo("ana@demo").await;
    server.stop().await;
    phone.visit("/scan").await;
    phone.wait_for_text("No camera here").await;
    // Expired, and of a product that nobody knows.
    phone
        .fill_css("#scan-code", "(01)09506000134352(17)200131(10)OLD1")
        .await;
    phone.wait_for_text("Expired").await;
    phone.wait_for_text("Look for another piece").await;
    phone
        .wait_for_text("This phone does not know the product")
        .await;
    phone.wait_for_test_id("scan-ask").await;
    // Neither keeps anybody from recording what happened.
    phone.wait_for_test_id("scan-receive").await;
    phone.click_test_id("scan-receive").await;
    phone.wait_for_title("Receive stock").await;
    // No code at all.
    phone.visit("/scan").await;
    phone.fill_css("#scan-code", "no such thing").await;
    phone
        .wait_for_text("Nothing here has that on its label")
        .await;
    phone.close().await;
}

async fn record_a_use(phone: &Phone) {
    open_use_of_first_case(phone).await;
    phone.click_test_id("save-use").await;
}

async fn open_use_of_first_case(phone: &Phone) {
    phone.wait_for_test_id("case-card").await;
    phone
        .click_row("[data-testid=case-card] .case-open", "")
        .await;
    phone.wait_for_test_id("light").await;
    phone.click_test_id("record-use").await;
    phone.click_test_id("use-line").await;
}

async fn sign_in_on_me(phone: &Phone, login: &str, server: &Server) {
    phone.visit("/me").await;
    phone.wait_for_test_id("sign-in-again").await;
    phone.fill_css("#login", login).await;
    phone.fill_css("#password", &server.demo_password()).await;
    phone.click_test_id("sign-in").await;
}

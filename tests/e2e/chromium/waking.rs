//! Every reason to talk to the server, one by one, with time taken away as a reason.

use serde_json::Value;

use crate::support::{Phone, Server};

/// From now on no wait of the app ends by itself.
async fn stop_time(phone: &Phone) {
    let script = "const real = window.setTimeout;
        window.setTimeout = (done, after, ...more) => after < 1000 ? real(done, after, ...more) : 0;";
    phone.execute(script, vec![]).await;
}

/// How often the server was asked since the page was loaded.
async fn asked(phone: &Phone) -> u64 {
    let script = "return performance.getEntriesByType('resource')
        .filter(one => one.name.endsWith('/api/v1/sync') && one.responseEnd > 0).length;";
    let count: Value = phone.execute(script, vec![]).await;
    count.as_u64().unwrap_or_default()
}

async fn until_asked_again(phone: &Phone, why: &str, before: u64) {
    phone
        .wait_until(why, || async { asked(phone).await > before })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_asked_on_every_sign_that_it_may_help() {
    let server = Server::demo("waking").await;
    let ana = Phone::new("waking-ana", &server).await;
    ana.enter_demo("ana@demo").await;
    ana.wait_until_confirmed().await;
    let ben = Phone::new("waking-ben", &server).await;
    ben.enter_demo("ben@demo").await;
    ben.wait_until_confirmed().await;
    ana.visit("/activity").await;
    ana.wait_for_test_id("sync-now").await;
    stop_time(&ana).await;

    // Twice: what was waited for before is over then.
    for _ in 0..2 {
        let before = asked(&ana).await;
        ana.click_test_id("sync-now").await;
        until_asked_again(&ana, "the button asks", before).await;
    }
    for (target, sign) in [
        ("window", "online"),
        ("document", "visibilitychange"),
        ("window", "online"),
    ] {
        let before = asked(&ana).await;
        let script = format!("{target}.dispatchEvent(new Event('{sign}'))");
        ana.execute(&script, vec![]).await;
        until_asked_again(&ana, sign, before).await;
    }

    // The server nudges: nothing happens on this phone, and it knows.
    ben.visit("/me").await;
    ben.click_test_id("rename-phone").await;
    ben.fill_css("#phone-name", "Ben's glove box").await;
    ben.click_test_id("save-phone-name").await;
    ben.wait_for_text("Ben's glove box").await;
    ana.visit("/office/devices").await;
    ana.wait_for_text("Ben's glove box").await;

    // What is recorded goes out by itself.
    let before = asked(&ana).await;
    ana.visit("/me").await;
    ana.click_test_id("rename-phone").await;
    ana.fill_css("#phone-name", "Ana's trunk").await;
    ana.click_test_id("save-phone-name").await;
    ana.wait_for_text("Ana's trunk").await;
    until_asked_again(&ana, "a record goes out", before).await;
    ana.wait_until_confirmed().await;
    ben.visit("/office/devices").await;
    ben.wait_for_text("Ana's trunk").await;
    for phone in [ana, ben] {
        phone.close().await;
    }
}

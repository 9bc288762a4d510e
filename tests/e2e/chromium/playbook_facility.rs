//! The playbook's branches about stock that lies with an account or at the facility, each under its
//! name, walked on the demo's named cases.

use crate::support::{Phone, Server};
use crate::walk::{enter, finish};
use serde_json::json;

const SHARED: &str = "Shared through the pool";
const LINKED: &str = "Facility Stock to link";
const REBUILT: &str = "Facility Stock to rebuild";
const STOCK_ROW: &str = "[data-testid=facility-line]";

#[tokio::test(flavor = "multi_thread")]
async fn shared_through_the_custodian_only_account() {
    let mut server = Server::demo("playbook-shared").await;
    let ben = enter("playbook-shared", "ben", &server).await;
    server.stop().await;
    let case = open_case(&ben, SHARED).await;
    light_is(&ben, &case, "Ready").await;
    // Used straight from the pool, and taken back within the toast.
    use_line(&ben, &case, "SH-").await;
    ben.click_test_id("undo").await;
    ben.wait_for_text("Undone").await;
    ben.visit("/activity").await;
    ben.wait_for_text("Undone").await;
    // Drawn to himself in one act, with nobody to answer.
    ben.visit("/stock?whose=shared").await;
    ben.fill_css("#stock-search", "SH-").await;
    ben.click_row("[data-testid=stock-row]", "Serial SH-").await;
    ben.click_row("[data-testid=draw-line]", "Draw to yourself")
        .await;
    ben.click_test_id("confirm-draw").await;
    ben.wait_for_state("3 saved here").await;
    server.start().await;
    ben.wait_until_confirmed().await;
    light_is(&ben, &case, "Ready").await;
    finish(server, vec![ben]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facility_stock_linked() {
    let mut server = Server::demo("playbook-linked").await;
    let ben = enter("playbook-linked", "ben", &server).await;
    let office = enter("playbook-linked", "omar", &server).await;
    let case = open_case(&ben, LINKED).await;
    light_is(&ben, &case, "Short of 1").await;
    server.stop().await;
    open_facility(&office, "Lakeside").await;
    office.click_row(STOCK_ROW, "LK-1").await;
    choose_rep(&office, "Ben Okafor").await;
    office.wait_for_text("Dov Castellan sold it").await;
    office.click_test_id("confirm-link").await;
    office.wait_for_state("1 saved here").await;
    server.start().await;
    office.wait_until_confirmed().await;
    light_is(&ben, &case, "Ready").await;
    finish(server, vec![ben, office]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facility_stock_rebuilt() {
    let mut server = Server::demo("playbook-rebuilt").await;
    let ana = enter("playbook-rebuilt", "ana", &server).await;
    let ben = enter("playbook-rebuilt", "ben", &server).await;
    let office = enter("playbook-rebuilt", "omar", &server).await;
    let case = open_case(&ben, REBUILT).await;
    light_is(&ben, &case, "Short of 1").await;
    server.stop().await;
    rebuild_for_ben(&office, &case).await;
    server.start().await;
    office.wait_until_confirmed().await;
    light_is(&ben, &case, "Ready").await;
    use_line(&ben, &case, "RB-").await;
    ben.wait_until_confirmed().await;
    // Who sold it first is told, until she has seen it.
    ana.visit("/").await;
    ana.wait_for_text("rebuilt 1 piece of Facility Stock that you sold")
        .await;
    ana.click_test_id("told-seen").await;
    ana.wait_for_no_text("of Facility Stock that you sold")
        .await;
    ana.reload().await;
    ana.wait_for_title("Today").await;
    ana.wait_for_test_id("case-card").await;
    ana.wait_for_no_text("of Facility Stock that you sold")
        .await;
    finish(server, vec![ana, ben, office]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facility_stock_rebuilt_while_the_first_rep_used_it_offline() {
    let mut server = Server::demo("playbook-race").await;
    let ana = enter("playbook-race", "ana", &server).await;
    let ben = enter("playbook-race", "ben", &server).await;
    let office = enter("playbook-race", "omar", &server).await;
    let case = open_case(&ben, REBUILT).await;
    server.stop().await;
    use_facility_stock(&ana).await;
    ana.wait_for_state("1 saved here").await;
    // Her phone is in a bag while the others go on.
    if let Err(error) = ana.client().goto("about:blank").await {
        panic!("{error}");
    }
    server.start().await;
    rebuild_for_ben(&office, &case).await;
    office.wait_until_confirmed().await;
    light_is(&ben, &case, "Ready").await;
    ana.goto("/activity").await;
    ana.wait_until_confirmed().await;
    ana.wait_for_text("the use counts").await;
    light_is(&ben, &case, "Short of 1").await;
    open_facility(&office, "St. Anne").await;
    assert_eq!(total(&office).await, "2,500.00", "the sales total moved");
    finish(server, vec![ana, ben, office]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stocking_order_is_read_whole_before_it_is_final() {
    let mut server = Server::demo("stocking-order").await;
    let ana = enter("stocking-order", "ana", &server).await;
    server.stop().await;
    ana.visit("/order/new").await;
    ana.wait_for_test_id("order-list").await;
    choose(&ana, "order-facility", "Harbor").await;
    ana.step("[data-testid=order-line]", 0, "order-quantity", true)
        .await;
    for (price, words) in [
        ("-5", "never below zero"),
        ("1e3", "Type a price"),
        ("", "Type a price"),
    ] {
        ana.fill_css("[data-testid=order-price]", price).await;
        ana.click_test_id("review-order").await;
        ana.wait_for_text(words).await;
    }
    ana.fill_css("[data-testid=order-price]", "1250.5").await;
    ana.click_test_id("review-order").await;
    ana.wait_for_text("This is final once it is saved").await;
    assert_eq!(
        ana.texts("[data-testid=order-total]").await.concat(),
        "1,250.50"
    );
    ana.click_test_id("submit-order").await;
    ana.wait_for_title("Harbor Clinic").await;
    assert_eq!(total(&ana).await, "1,250.50");
    ana.wait_for_state("1 saved here").await;
    server.start().await;
    ana.wait_until_confirmed().await;
    finish(server, vec![ana]).await;
}

/// Opens a demo case by its name; its path.
async fn open_case(phone: &Phone, name: &str) -> String {
    phone.visit("/").await;
    phone.click_row("a.case-open", name).await;
    phone.wait_for_test_id("light").await;
    phone.path().await
}

async fn light_is(phone: &Phone, case: &str, light: &str) {
    phone.visit(case).await;
    phone
        .wait_until(&format!("the light says “{light}”"), || async {
            let shown = phone.texts("[data-testid=light]").await.concat();
            shown.contains(light)
        })
        .await;
}

/// Records the use of the first piece that the case may use.
async fn use_line(phone: &Phone, case: &str, serial: &str) {
    phone.visit(&format!("{case}/use")).await;
    phone.fill_css("#use-search", serial).await;
    let code = phone.taps();
    phone.click_row("[data-testid=use-line]", serial).await;
    phone.click_test_id("save-use").await;
    let taps = phone.taps() - code;
    assert!(taps <= 2, "{taps} taps after the code");
    phone.wait_for_test_id("toast").await;
}

/// Ana uses a piece that she sold to St. Anne, in her own case there.
async fn use_facility_stock(ana: &Phone) {
    let script = "for (const card of document.querySelectorAll('[data-testid=case-card]'))
            if (card.innerText.includes('St. Anne')) {
                card.querySelector('a.case-open').click();
                return true;
            }
        return false;";
    ana.visit("/").await;
    ana.wait_until("a case of hers at St. Anne", || async {
        ana.execute(script, vec![]).await == json!(true)
    })
    .await;
    ana.wait_for_test_id("light").await;
    let case = ana.path().await;
    use_line(ana, &case, "RB-1").await;
}

async fn open_facility(phone: &Phone, name: &str) {
    phone.visit("/stock?whose=facility").await;
    phone.click_row("[data-testid=facility-link]", name).await;
    phone.wait_for_test_id("sales-total").await;
}

async fn total(phone: &Phone) -> String {
    phone.texts("[data-testid=sales-total]").await.concat()
}

/// From the line to the rep who is to use it.
async fn choose_rep(phone: &Phone, name: &str) {
    phone.click_test_id("share-line").await;
    phone.wait_for_title("Make it usable").await;
    choose(phone, "share-rep", name).await;
}

async fn rebuild_for_ben(office: &Phone, case: &str) {
    open_facility(office, "St. Anne").await;
    let before = total(office).await;
    office.click_row(STOCK_ROW, "RB-1").await;
    choose_rep(office, "Ben Okafor").await;
    office.wait_for_text("Ana Torres is a Rep").await;
    let id = case.trim_start_matches("/case/").to_owned();
    set(office, "share-case", &id).await;
    office.click_test_id("confirm-rebuild").await;
    office.wait_for_test_id("light").await;
    open_facility(office, "St. Anne").await;
    assert_eq!(total(office).await, before, "the sales total moved");
}

/// Chooses an option by its words.
async fn choose(phone: &Phone, id: &str, words: &str) {
    let script = "const field = document.getElementById(arguments[0]);
        const option = field && Array.from(field.options).find(one => one.text.includes(arguments[1]));
        return option ? option.value : null;";
    phone
        .wait_until(&format!("“{words}” in {id}"), || async {
            let found = phone.execute(script, vec![json!(id), json!(words)]).await;
            !found.is_null()
        })
        .await;
    let value = phone.execute(script, vec![json!(id), json!(words)]).await;
    set(phone, id, value.as_str().unwrap_or_default()).await;
}

/// Sets a list to a value, as a choice does.
async fn set(phone: &Phone, id: &str, value: &str) {
    let script = "const field = document.getElementById(arguments[0]);
        if (!field || !Array.from(field.options).some(one => one.value === arguments[1])) return false;
        field.value = arguments[1];
        field.dispatchEvent(new Event('change', {bubbles: true}));
        return true;";
    phone
        .wait_until(&format!("{value} in {id}"), || async {
            phone.execute(script, vec![json!(id), json!(value)]).await == json!(true)
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facility_stock_rebuilt_though_the_phone_dies_between_any_two_taps() {
    let mut server = Server::demo("playbook-dies").await;
    let ben = enter("playbook-dies", "ben", &server).await;
    let mut office = enter("playbook-dies", "omar", &server).await;
    let case = open_case(&ben, REBUILT).await;
    server.stop().await;
    // Before the last tap nothing is recorded, wherever the phone dies.
    for taps in 0..3 {
        open_facility(&office, "St. Anne").await;
        if taps > 0 {
            office.click_row(STOCK_ROW, "RB-1").await;
            office.wait_for_test_id("share-line").await;
        }
        if taps > 1 {
            choose_rep(&office, "Ben Okafor").await;
            office.wait_for_text("Ana Torres is a Rep").await;
        }
        office.kill_and_reopen().await;
        office.goto("/activity").await;
        office.wait_for_test_id("counts").await;
        assert_eq!(office.number("count-here").await, 0, "{taps} taps");
    }
    // It is killed as soon as it says that the act is saved.
    rebuild_for_ben(&office, &case).await;
    office.wait_for_state("1 saved here").await;
    office.kill_and_reopen().await;
    office.goto("/activity").await;
    office.wait_for_test_id("counts").await;
    assert_eq!(office.number("count-here").await, 1);
    open_facility(&office, "St. Anne").await;
    let pieces = office.texts(STOCK_ROW).await;
    let same = pieces.iter().filter(|piece| piece.contains("RB-1"));
    assert_eq!(same.count(), 1, "the serial is there once: {pieces:?}");
    server.start().await;
    sign_in_if_asked(&office, &server).await;
    office.wait_until_confirmed().await;
    light_is(&ben, &case, "Ready").await;
    use_line(&ben, &case, "RB-").await;
    ben.wait_until_confirmed().await;
    // Used once: nothing of it is left to use.
    ben.visit(&format!("{case}/use")).await;
    ben.fill_css("#use-search", "RB-1").await;
    ben.wait_until("the piece is no longer listed", || async {
        let lines = ben.texts("[data-testid=use-line]").await;
        lines.iter().all(|line| !line.contains("RB-1"))
    })
    .await;
    finish(server, vec![ben, office]).await;
}

/// A kill may take the session's cookie with it, which the browser writes when it likes.
async fn sign_in_if_asked(phone: &Phone, server: &Server) {
    let mark = || phone.texts("[data-testid=net-state]");
    phone
        .wait_until("the server is heard again", || async {
            let mark = mark().await.concat();
            mark.contains("All confirmed") || mark.contains("Sign in to send")
        })
        .await;
    if mark().await.concat().contains("Sign in to send") {
        phone.visit("/me").await;
        phone.wait_for_test_id("sign-in-again").await;
        phone.fill_css("#login", "omar@demo").await;
        phone.fill_css("#password", &server.demo_password()).await;
        phone.click_test_id("sign-in").await;
    }
}

//! Pictures of what exists only between two phones, or before a camera: `--only handing` and
//! `--only scanning`.

use serde_json::json;

use crate::by_code::{
    choose_file, enter, look as look_for_a_code, offer, offer_all, proposal_shown,
};
use crate::support::{Phone, Server, trunk_label};
use crate::{Found, Task, look};

/// A code of a product that nobody knows.
const UNKNOWN: &str = "(01)09506000134352(17)290630(10)AB1";

/// The demo with more in two trunks.
async fn with_trunks(name: &str) -> Server {
    let mut server = Server::demo(name).await;
    server.stop().await;
    server.fill_trunk("Ana Torres", "ana-trunk", 0..80);
    server.fill_trunk("Ben Okafor", "ben-trunk", 100..104);
    server.start().await;
    server
}

/// A handoff by codes, on both sides.
pub async fn handing(task: &Task, found: &mut Found) {
    let mut server = with_trunks("shots-handing").await;
    let ana = enter("shots-handing", "ana", &server).await;
    let ben = enter("shots-handing", "ben", &server).await;
    let office = enter("shots-handing", "omar", &server).await;
    server.stop().await;
    let transfer = offer(&ana, 3).await;
    look(&ana, "handing-offered", task, found).await;
    ana.click_test_id("show-code").await;
    ana.wait_for_test_id("qr").await;
    look(&ana, "handing-code", task, found).await;
    let code = ana.photograph().await;
    look_for_a_code(&ben).await;
    ben.wait_for_text("Hold the code in the frame").await;
    look(&ben, "handing-scan", task, found).await;
    choose_file(&ben, "baton:AQAA").await;
    ben.wait_for_test_id("problem").await;
    look(&ben, "handing-scan-faulty", task, found).await;
    ben.camera_sees(&code);
    look_for_a_code(&ben).await;
    ben.wait_for_test_id("answer-lines").await;
    look(&ben, "handing-check", task, found).await;
    reported(&ben, task, found).await;
    ben.click_test_id("confirm-answer").await;
    ben.wait_for_test_id("phrase").await;
    look(&ben, "handing-receipt", task, found).await;
    let receipt = ben.photograph().await;
    ana.camera_sees(&receipt);
    ana.click_test_id("scan-receipt").await;
    ana.wait_for_text("Done. Both hold proof").await;
    look(&ana, "handing-proof", task, found).await;
    ana.visit(&format!("/handoff/{transfer}")).await;
    ana.wait_for_test_id("handoff-lines").await;
    look(&ana, "handing-answered", task, found).await;
    in_frames(&ana, &ben, task, found).await;
    approved(&ben, &office, task, found).await;
    for phone in [ana, ben, office] {
        phone.close().await;
    }
}

/// The half-given answer: one line ticked, one missing, one damaged, and something that was not
/// offered.
async fn reported(ben: &Phone, task: &Task, found: &mut Found) {
    const ANSWER: &str = "[data-testid=answer-line]";
    let label = trunk_label(7).replace(['(', ')'], "");
    ben.scan(&label).await;
    ben.wait_for_text("not offered, noted as extra").await;
    for (place, what) in [(0, "missing"), (1, "damaged")] {
        ben.open_nth(ANSWER, place, "report").await;
        ben.step(ANSWER, place, what, true).await;
    }
    let script = "document.querySelectorAll(arguments[0])[0].scrollIntoView()";
    ben.execute(script, vec![json!(ANSWER)]).await;
    look(ben, "handing-report", task, found).await;
    let script = "document.querySelector('[data-testid=extra]').scrollIntoView()";
    ben.execute(script, vec![]).await;
    look(ben, "handing-extra", task, found).await;
    ben.click_test_id("decline").await;
    ben.wait_for_test_id("confirm-decline").await;
    look(ben, "handing-decline", task, found).await;
    ben.click("dialog[open] [aria-label=Close]").await;
}

/// A row of codes: moving, at a tap, and what the other side has of it.
async fn in_frames(ana: &Phone, ben: &Phone, task: &Task, found: &mut Found) {
    offer_all(ana, "ana-trunk", 80).await;
    let page = ana.path().await;
    ana.click_test_id("show-code").await;
    ana.wait_for_test_id("qr-frames").await;
    look(ana, "handing-row", task, found).await;
    let row = ana.photograph_row(2).await;
    ben.camera_sees(&row);
    look_for_a_code(ben).await;
    ben.wait_for_test_id("scan-progress").await;
    look(ben, "handing-progress", task, found).await;
    // Pictures say in which theme they are by a media feature, and so is this one said.
    let still = "window.matchMedia = (match => query => /reduced-motion/.test(query)
        ? {matches: true, media: query, addEventListener() {}, removeEventListener() {}}
        : match.call(window, query))(window.matchMedia);";
    ana.execute(still, vec![]).await;
    ana.visit(&page).await;
    ana.click_test_id("show-code").await;
    ana.wait_for_test_id("next-frame").await;
    look(ana, "handing-row-still", task, found).await;
}

/// A proposal by code, and the word on it.
async fn approved(ben: &Phone, office: &Phone, task: &Task, found: &mut Found) {
    proposal_shown(ben, office).await;
    look(ben, "approval-code", task, found).await;
    let code = ben.photograph().await;
    office.camera_sees(&code);
    look_for_a_code(office).await;
    office.wait_for_title("Approvals").await;
    office.click_test_id("approve").await;
    office.wait_for_test_id("qr").await;
    look(office, "approval-answer-code", task, found).await;
}

/// What a scan says, and what is said when there is no picture.
pub async fn scanning(task: &Task, found: &mut Found) {
    let mut server = with_trunks("shots-scanning").await;
    let ana = enter("shots-scanning", "ana", &server).await;
    let office = enter("shots-scanning", "omar", &server).await;
    hold_and_recall(&ana, &office).await;
    office.close().await;
    ana.wait_until_confirmed().await;
    server.stop().await;
    ana.visit("/scan").await;
    ana.wait_for_text("Hold the code in the frame").await;
    look(&ana, "scan-camera", task, found).await;
    let old = "(01)00614950000203(17)200131(10)OLD1".to_owned();
    for (name, label) in [
        ("scan-known", trunk_label(0)),
        ("scan-held", trunk_label(1)),
        ("scan-recalled", trunk_label(3)),
        ("scan-elsewhere", trunk_label(100)),
        ("scan-expired", old),
        ("scan-unknown", UNKNOWN.to_owned()),
        ("scan-half", "(01)00614950000203".to_owned()),
    ] {
        ana.scan(&label.replace(['(', ')'], "")).await;
        ana.wait_for_test_id("scan-result").await;
        look(&ana, name, task, found).await;
    }
    troubles(&ana, task, found).await;
    wizard(&ana, task, found).await;
    within(&ana, task, found).await;
    ana.close().await;
}

async fn hold_and_recall(ana: &Phone, office: &Phone) {
    let mark = |number| {
        let label = trunk_label(number);
        label.rsplit(')').next().unwrap_or_default().to_owned()
    };
    for (phone, list, number) in [(ana, "/stock", 1), (office, "/stock?whose=others", 3)] {
        phone.visit(list).await;
        phone.fill_css("#stock-search", &mark(number)).await;
        phone
            .click_row("a[data-testid=stock-row]", &mark(number))
            .await;
        phone.wait_for_test_id("line-quantity").await;
    }
    ana.click_test_id("hold-line").await;
    ana.fill_css("#hold-reason", "Box is dented").await;
    ana.click_test_id("confirm-hold").await;
    office.click_test_id("recall-line").await;
    office.fill_css("#recall-reason", "Seal may be open").await;
    office.click_test_id("save-recall").await;
    office.wait_for_test_id("recall-on-hand").await;
    office.wait_until_confirmed().await;
}

async fn troubles(ana: &Phone, task: &Task, found: &mut Found) {
    let script = "const [name] = arguments;
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name));";
    for (name, error) in [
        ("scan-denied", "NotAllowedError"),
        ("scan-no-camera", "NotFoundError"),
        ("scan-busy", "NotReadableError"),
    ] {
        ana.execute(script, vec![json!(error)]).await;
        ana.visit("/stock").await;
        ana.visit("/scan").await;
        ana.wait_for_test_id("scan-trouble").await;
        look(ana, name, task, found).await;
    }
}

async fn wizard(ana: &Phone, task: &Task, found: &mut Found) {
    let test = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%|END";
    ana.visit("/me/scanner").await;
    ana.wait_for_title("Scanner that types").await;
    for (name, typed) in [
        ("scanner-separator-lost", test.replace('|', "")),
        ("scanner-other-keyboard", test.replace('Z', "Y")),
        ("scanner-set-up", test.to_owned()),
    ] {
        ana.scan(&typed).await;
        ana.wait_for_css("[data-testid=wedge-result] .notice").await;
        look(ana, name, task, found).await;
    }
}

/// Inside other tasks: the running list of a count, the doubts of a receipt and a mark.
async fn within(ana: &Phone, task: &Task, found: &mut Found) {
    ana.visit("/count").await;
    ana.wait_for_test_id("count-list").await;
    for number in [0, 1, 4, 100] {
        ana.scan(&trunk_label(number).replace(['(', ')'], "")).await;
    }
    ana.wait_for_text("not among what is counted here").await;
    ana.execute("scrollTo(0, 0)", vec![]).await;
    look(ana, "count-scanned", task, found).await;
    ana.click_test_id("scan-count-label").await;
    ana.wait_for_test_id("scan-trouble").await;
    look(ana, "count-scan-sheet", task, found).await;
    ana.click("dialog[open] [aria-label=Close]").await;
    ana.visit("/receive").await;
    ana.scan(&trunk_label(3).replace(['(', ')'], "")).await;
    ana.wait_for_text("Recalled: Seal may be open").await;
    look(ana, "receive-recalled", task, found).await;
}

//! The playbook's branches, each walked offline on the demo's case of that name: Ana cannot cover,
//! Ben takes over.

use super::walk::{enter, plan_for_ben};
use crate::support::{Phone, Server};
use serde_json::json;

const ANSWER: &str = "confirm-answer";

async fn steps(phone: &Phone) -> String {
    phone.texts("[data-testid=plan-step]").await.join("\n")
}

async fn confirm(ana: &Phone, saved: usize) {
    ana.click_test_id("confirm-plan").await;
    ana.wait_for_title("Cover swap").await;
    ana.wait_for_state(&format!("{saved} saved here")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn already_scheduled_the_rep_on_the_case_is_updated() {
    let mut server = Server::demo("already-scheduled").await;
    let ana = enter("already-scheduled", "ana", &server).await;
    let ben = enter("already-scheduled", "ben", &server).await;
    server.stop().await;
    let case = plan_for_ben(&ana, "Already scheduled").await;
    ana.wait_for_text("Ready").await;
    assert!(steps(&ana).await.contains("becomes the rep"));
    confirm(&ana, 1).await;
    // The phone dies before anything was sent; the swap is still there.
    ana.reload().await;
    ana.wait_for_title("Cover swap").await;
    server.start().await;
    ana.wait_until_confirmed().await;
    ben.wait_for_test_id("task-swap").await;
    ben.click_row("[data-testid=task-swap]", "You now cover")
        .await;
    ben.wait_for_title("You now cover this case").await;
    ben.click_test_id("take-step").await;
    ben.wait_for_test_id("swap-done").await;
    ben.wait_until_confirmed().await;
    ben.visit(&format!("/case/{case}")).await;
    ben.wait_for_test_id("kept-line").await;
    ana.close().await;
    ben.close().await;
    server.stop().await;
    server.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn transferred_in_the_field_the_stock_goes_with_the_case() {
    let mut server = Server::demo("field").await;
    let ana = enter("field", "ana", &server).await;
    let ben = enter("field", "ben", &server).await;
    server.stop().await;
    let case = plan_for_ben(&ana, "Transferred in the field").await;
    let planned = steps(&ana).await;
    assert!(
        planned.contains("Ana Torres hands 2 pieces to Ben Okafor"),
        "{planned}"
    );
    assert!(planned.contains("PB-0001"), "{planned}");
    confirm(&ana, 2).await;
    server.start().await;
    ana.wait_until_confirmed().await;
    ben.wait_for_test_id("task-swap").await;
    ben.visit(&format!("/case/{case}/swap")).await;
    ben.click_row("[data-testid=handoff-row]", "Ana Torres")
        .await;
    ben.click_test_id(ANSWER).await;
    ben.wait_for_text("Answered").await;
    ben.visit(&format!("/case/{case}/swap")).await;
    ben.wait_for_test_id("swap-done").await;
    ben.wait_until_confirmed().await;
    for phone in [&ana, &ben] {
        phone.visit(&format!("/case/{case}")).await;
        phone
            .wait_until("the case is ready", || async {
                phone
                    .texts("[data-testid=light]")
                    .await
                    .concat()
                    .contains("Ready")
            })
            .await;
    }
    ana.close().await;
    ben.close().await;
    server.stop().await;
    server.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn not_yet_scheduled_the_case_is_scheduled_and_given_in_one_go() {
    let mut server = Server::demo("not-scheduled").await;
    let ana = enter("not-scheduled", "ana", &server).await;
    server.stop().await;
    ana.click_row("[data-testid=schedule-case]", "").await;
    ana.wait_for_title("Schedule a case").await;
    ana.select("Facility", "St. Anne Hospital").await;
    // A date field takes its keys in the order of the browser's language; the value is what counts.
    let script = "const set = (id, value) => {
            const field = document.getElementById(id);
            field.value = value;
            field.dispatchEvent(new Event('input', {bubbles: true}));
        };
        set('date', arguments[0]);
        set('time', '07:30');";
    let day = "return new Date(Date.now() + 5 * 864e5).toISOString().slice(0, 10)";
    let day = ana.execute(day, vec![]).await;
    ana.execute(script, vec![json!(day)]).await;
    ana.fill_css("#need-search", "screw").await;
    ana.click_test_id("product-found").await;
    ana.wait_for_test_id("need-list").await;
    ana.click_test_id("save-and-cover").await;
    ana.wait_for_title("Who can cover it?").await;
    ana.click_row("[data-testid=pick-rep]", "").await;
    ana.wait_until("a question or the plan", || async {
        let title = ana.texts("[data-testid=title]").await.concat();
        title == "What happened?" || title == "The plan"
    })
    .await;
    if ana.texts("[data-testid=title]").await.concat() == "What happened?" {
        ana.click_test_id("show-plan").await;
    }
    ana.wait_for_title("The plan").await;
    ana.click_test_id("confirm-plan").await;
    ana.wait_for_title("Cover swap").await;
    server.start().await;
    ana.wait_until_confirmed().await;
    ana.visit("/activity").await;
    ana.wait_for_test_id("counts").await;
    assert_eq!(ana.number("count-review").await, 0);
    ana.close().await;
    server.stop().await;
    server.verify();
}

//! The playbook's branches, each walked offline on the demo's case of that name: Ana cannot cover,
//! Ben takes over.

use crate::support::{Phone, Server};
use crate::walk::{enter, finish, plan_for_ben, review_the_plan};
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
        phone.wait_until_ready(&format!("/case/{case}")).await;
    }
    ana.close().await;
    ben.close().await;
    server.stop().await;
    server.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_source_is_chosen_and_the_swap_keeps_to_it() {
    let mut server = Server::demo("other-source").await;
    let ana = enter("other-source", "ana", &server).await;
    let ben = enter("other-source", "ben", &server).await;
    server.stop().await;
    schedule_and_cover(&ana).await;
    ana.click_row("[data-testid=pick-rep]", "Ben Okafor").await;
    let case = review_the_plan(&ana).await;
    let planned = steps(&ana).await;
    ana.click("[data-testid=alternatives] > summary").await;
    ana.click_row("[data-testid=other-source] button", "").await;
    ana.wait_for_test_id("chosen-source").await;
    let said = ana.texts("[data-testid=chosen-source]").await.concat();
    let (_, holder) = said.split_once("Taken from ").unwrap_or_default();
    let (holder, _) = holder.split_once(" first").unwrap_or_default();
    let chosen = steps(&ana).await;
    assert_ne!(chosen, planned);
    assert!(chosen.contains(holder), "{holder}: {chosen}");
    // It can be taken back, and chosen again.
    ana.click_test_id("drop-source").await;
    ana.wait_until("the plan is the first again", || async {
        steps(&ana).await == planned
    })
    .await;
    ana.click_row("[data-testid=other-source] button", "").await;
    ana.wait_for_test_id("chosen-source").await;
    ana.click_test_id("confirm-plan").await;
    ana.wait_for_title("Cover swap").await;
    ana.wait_for_state("saved here").await;
    // What was chosen is part of the swap: it is there after a restart, and on the other phone.
    ana.reload().await;
    ana.wait_for_title("Cover swap").await;
    ana.wait_for_text(holder).await;
    server.start().await;
    ana.wait_until_confirmed().await;
    ben.wait_for_test_id("task-swap").await;
    ben.visit(&format!("/case/{case}/swap")).await;
    ben.wait_for_text(holder).await;
    finish(server, vec![ana, ben]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn not_yet_scheduled_the_case_is_scheduled_and_given_in_one_go() {
    let mut server = Server::demo("not-scheduled").await;
    let ana = enter("not-scheduled", "ana", &server).await;
    server.stop().await;
    schedule_and_cover(&ana).await;
    ana.click_row("[data-testid=pick-rep]", "").await;
    review_the_plan(&ana).await;
    ana.click_test_id("confirm-plan").await;
    ana.wait_for_title("Cover swap").await;
    server.start().await;
    ana.wait_until_confirmed().await;
    ana.visit("/activity").await;
    ana.wait_for_test_id("counts").await;
    assert_eq!(ana.number("count-review").await, 0);
    finish(server, vec![ana]).await;
}

/// Schedules a case that needs a screw, and goes on to who can cover it.
async fn schedule_and_cover(ana: &Phone) {
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
}

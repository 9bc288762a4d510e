//! What holds for every screen alike: nothing lies under the bars, only panes scroll on a desk, and
//! a sheet is fit for paper.

use crate::support::{Phone, Server};
use serde_json::json;

/// Long screens with main actions at the bottom, as seen by a rep.
const LONG: [&str; 5] = ["/stock", "/count", "/handoff/new", "/receive", "/order/new"];

#[tokio::test(flavor = "multi_thread")]
async fn the_last_thing_on_a_screen_is_clear_of_the_bars() {
    let mut server = Server::demo("last-row").await;
    let ana = Phone::new("last-row", &server).await;
    ana.enter_demo("ana@demo").await;
    ana.click_row("a.case-open", "Playbook: Transferred").await;
    ana.wait_for_test_id("light").await;
    let case = ana.path().await;
    let mut screens: Vec<String> = LONG.map(str::to_owned).to_vec();
    screens.extend(["", "/use", "/mark", "/bill"].map(|rest| format!("{case}{rest}")));
    for (width, height) in [(390, 844)] {
        ana.resize(width, height).await;
        for screen in &screens {
            ana.visit(screen).await;
            ana.wait_for_css("main .page").await;
            // As a keyboard does: to the first, then to the last thing that takes the focus.
            let script = "const page = document.querySelector('main .page');
                const all = Array.from(page.querySelectorAll('a[href], button, input, select'))
                    .filter(one => one.offsetParent && !one.disabled && !one.closest('dialog, .actions, .bar'));
                if (all.length < 2) return 'clear';
                all[0].focus();
                const last = all[all.length - 1];
                last.focus();
                const bars = Array.from(document.querySelectorAll('.actions, .bar'))
                    .filter(bar => bar.offsetParent && getComputedStyle(bar).position === 'sticky')
                    .map(bar => bar.getBoundingClientRect().top);
                const end = Math.min(...bars, innerHeight);
                const bottom = last.getBoundingClientRect().bottom;
                return bottom <= end + 1 ? 'clear' : `${bottom} lies under ${end}`;";
            let found = ana.execute(script, vec![]).await;
            assert_eq!(found, json!("clear"), "{screen} at {width}");
        }
    }
    ana.close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_desk_only_the_panes_scroll() {
    let server = Server::demo("desk").await;
    let ana = Phone::new("desk", &server).await;
    ana.enter_demo("ana@demo").await;
    ana.resize(1280, 800).await;
    for screen in ["/", "/activity", "/me"].iter().chain(&LONG) {
        ana.visit(screen).await;
        ana.wait_for_css("main .page").await;
        let page = "return document.scrollingElement.scrollHeight - innerHeight";
        assert_eq!(ana.execute(page, vec![]).await, json!(0), "{screen}");
    }
    ana.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_sheet_on_paper_has_its_day_and_its_lines_and_no_buttons() {
    let mut server = Server::demo("paper").await;
    let ana = Phone::new("paper", &server).await;
    ana.enter_demo("ana@demo").await;
    ana.click_row("a.case-open", "Playbook: Transferred").await;
    ana.wait_for_test_id("light").await;
    let case = ana.path().await;
    ana.visit(&format!("{case}/use")).await;
    ana.click_test_id("use-line").await;
    ana.click_test_id("save-use").await;
    ana.wait_for_test_id("done").await;
    ana.visit(&format!("{case}/bill")).await;
    ana.wait_for_test_id("bill-billed").await;
    ana.cdp("Emulation.setEmulatedMedia", json!({"media": "print"}))
        .await;
    let text = ana.text().await;
    let clock = |text: &str| {
        text.as_bytes()
            .windows(3)
            .any(|part| part[0].is_ascii_digit() && part[1] == b':' && part[2].is_ascii_digit())
    };
    assert!(text.contains("Rep: Ana Torres") && clock(&text), "{text}");
    for button in ["Close and sign", "Print", "Copy as text", "All confirmed"] {
        assert!(!text.contains(button), "{button} is on paper: {text}");
    }
    let printed = ana
        .cdp(
            "Page.printToPDF",
            json!({"paperWidth": 8.27, "paperHeight": 11.69}),
        )
        .await;
    let pdf = printed["data"].as_str().unwrap_or_default();
    assert!(pdf.len() > 2_000, "{} characters of a PDF", pdf.len());
    ana.cdp("Emulation.setEmulatedMedia", json!({"media": ""}))
        .await;
    ana.close().await;
    server.stop().await;
}

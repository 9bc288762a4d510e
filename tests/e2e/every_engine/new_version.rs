//! A new version of the app waits until it is told to take over.

use serde_json::{Value, json};

use crate::support::{Phone, Server, TempDir, copy_folder};
use crate::walk::plan_for_ben;

/// What "Update now" says to the version that waits.
const TAKE_OVER: &str = "navigator.serviceWorker.getRegistration()
    .then(r => r.waiting.postMessage({type: 'skip-waiting'}))";

/// Asks a worker for the id of its build: `active` or `waiting`. A browser may put a worker
/// to sleep with the question; then the answer is `null`, and one asks again.
async fn build_of(phone: &Phone, which: &str) -> Value {
    let script = "const done = arguments[arguments.length - 1];
        navigator.serviceWorker.getRegistration().then(registration => {
            const worker = registration && registration[arguments[0]];
            if (!worker) return done(null);
            const channel = new MessageChannel();
            channel.port1.onmessage = event => done(event.data);
            worker.postMessage({type: 'build'}, [channel.port2]);
            setTimeout(() => done(null), 3000);
        }).catch(error => done(String(error)));";
    phone.execute_async(script, vec![json!(which)]).await
}

/// A build that differs in its id only.
fn next_build(server: &Server, old: &str, new: &str) -> TempDir {
    let dist = TempDir::new("next-build");
    copy_folder(server.dist(), dist.path());
    for name in ["sw.js", "precache.json"] {
        let file = dist.path().join(name);
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(text.contains(old), "{name} does not name its build");
        assert!(std::fs::write(&file, text.replace(old, new)).is_ok());
        // The compressed copy is that of the old text.
        let _ = std::fs::remove_file(dist.path().join(format!("{name}.br")));
    }
    dist
}

/// Puts the next build on the server, and waits until the phone has fetched it.
async fn offer(phone: &Phone, server: &mut Server, new: &str) -> TempDir {
    let list = std::fs::read_to_string(server.dist().join("precache.json")).unwrap_or_default();
    let list: Value = serde_json::from_str(&list).unwrap_or_default();
    let old = list["build"].as_str().unwrap_or_default().to_owned();
    assert_eq!(old.len(), 16, "the list names its build");
    phone
        .wait_until("the worker is of this build", || async {
            build_of(phone, "active").await == json!(old)
        })
        .await;
    let dist = next_build(server, &old, new);
    server.stop().await;
    server.replace_app(dist.path());
    server.start().await;
    let update = "navigator.serviceWorker.getRegistration().then(r => r.update())";
    phone.execute(update, vec![]).await;
    phone
        .wait_until("the new version is there and waits", || async {
            build_of(phone, "waiting").await == json!(new)
        })
        .await;
    dist
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_without_signal_in_the_middle_of_recording_keeps_what_was_not_sent() {
    let mut server = Server::demo("updated-offline").await;
    let phone = Phone::new("updated-offline", &server).await;
    phone.enter_demo("ana@demo").await;
    phone.wait_until_confirmed().await;
    let new = "fedcba9876543210";
    let _dist = offer(&phone, &mut server, new).await;
    server.stop().await;

    let case = plan_for_ben(&phone, "Already scheduled").await;
    phone.click_test_id("confirm-plan").await;
    phone.wait_for_title("Cover swap").await;
    phone.wait_for_test_id("update-banner").await;
    phone.start_recording().await;
    phone
        .wait_until("some are saved", || async {
            phone.shown_as_saved().await > 5
        })
        .await;
    let shown = phone.shown_as_saved().await;
    phone.click_test_id("update").await;
    phone
        .wait_until("the new version took over", || async {
            phone.execute("return window.recording", vec![]).await == Value::Null
                && build_of(&phone, "active").await == json!(new)
        })
        .await;
    phone.wait_for_state("saved here").await;
    assert!(phone.shown_as_saved().await >= shown);
    assert_eq!(phone.path().await, format!("/case/{case}/swap"));

    server.start().await;
    phone.wait_until_confirmed().await;
    phone.visit("/activity").await;
    phone.wait_for_test_id("counts").await;
    assert!(phone.number("count-confirmed").await >= shown);
    assert_eq!(phone.number("count-review").await, 0);
    phone.close().await;
    server.stop().await;
    server.verify();
}

/// Whoever told it, another tab or a tap a moment ago: what is being typed stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_takes_over_waits_for_an_open_form() {
    let mut server = Server::demo("over-a-form").await;
    let phone = Phone::new("over-a-form", &server).await;
    phone.enter_demo("ana@demo").await;
    phone.wait_until_confirmed().await;
    let new = "89abcdef01234567";
    let _dist = offer(&phone, &mut server, new).await;
    phone.visit("/receive").await;
    phone.wait_for_title("Receive stock").await;
    let listen = "navigator.serviceWorker.addEventListener('controllerchange',
        () => setTimeout(() => { window.taken = true; }, 500));
        window.typing = true;";
    phone.execute(listen, vec![]).await;
    phone.execute(TAKE_OVER, vec![]).await;
    phone
        .wait_until("the new version took over, and half a second", || async {
            phone.execute("return window.taken", vec![]).await == json!(true)
        })
        .await;
    assert_eq!(build_of(&phone, "active").await, json!(new));

    phone.visit("/").await;
    phone
        .wait_until("the page is of the new version", || async {
            phone.execute("return window.typing", vec![]).await == Value::Null
        })
        .await;
    phone.wait_for_title("Today").await;
    phone.close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_waits_until_it_is_told() {
    let mut server = Server::empty("new-version").await;
    let phone = Phone::new("new-version", &server).await;
    phone.goto("/").await;
    phone.wait_for_css("main").await;
    phone.wait_for_service_worker().await;
    let new = "0123456789abcdef";
    let _dist = offer(&phone, &mut server, new).await;
    assert_ne!(build_of(&phone, "active").await, json!(new));

    phone.execute(TAKE_OVER, vec![]).await;
    phone
        .wait_until("the new version took over", || async {
            build_of(&phone, "active").await == json!(new)
        })
        .await;
    server.stop().await;
    phone.reload().await;
    phone.wait_for_css("main").await;
    phone.close().await;
}

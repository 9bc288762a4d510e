//! A new version of the app waits until it is told to take over.

use serde_json::{Value, json};

use crate::support::{Phone, Server, TempDir, copy_folder};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_waits_until_it_is_told() {
    let mut server = Server::empty("new-version").await;
    let phone = Phone::new("new-version", &server).await;
    phone.goto("/").await;
    phone.wait_for_css("main").await;
    phone.wait_for_service_worker().await;
    let list = std::fs::read_to_string(server.dist().join("precache.json")).unwrap_or_default();
    let list: Value = serde_json::from_str(&list).unwrap_or_default();
    let old = list["build"].as_str().unwrap_or_default().to_owned();
    assert_eq!(old.len(), 16, "the list names its build");
    phone
        .wait_until("the worker is of this build", || async {
            build_of(&phone, "active").await == json!(old)
        })
        .await;

    let new = "0123456789abcdef";
    let dist = next_build(&server, &old, new);
    server.stop().await;
    server.replace_app(dist.path());
    server.start().await;
    let update = "navigator.serviceWorker.getRegistration().then(r => r.update())";
    phone.execute(update, vec![]).await;
    phone
        .wait_until("the new version is there and waits", || async {
            build_of(&phone, "waiting").await == json!(new)
        })
        .await;
    assert_ne!(build_of(&phone, "active").await, json!(new));

    let take_over = "navigator.serviceWorker.getRegistration()
        .then(r => r.waiting.postMessage({type: 'skip-waiting'}))";
    phone.execute(take_over, vec![]).await;
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

//! A visit asks for nothing that an offline phone would miss.

use serde_json::{Value, json};

use crate::support::{Phone, Server};

#[tokio::test(flavor = "multi_thread")]
async fn every_request_of_a_first_visit_is_in_the_precache() {
    let server = Server::empty("precache").await;
    let list = std::fs::read_to_string(server.dist().join("precache.json"));
    let list: Value = serde_json::from_str(&list.unwrap_or_default()).unwrap_or_default();
    let listed: Vec<&str> = list["files"]
        .as_array()
        .map(|files| {
            files
                .iter()
                .filter_map(|file| file["path"].as_str())
                .collect()
        })
        .unwrap_or_default();
    assert!(listed.contains(&"/index.html"), "{listed:?}");

    let phone = Phone::new("precache", &server).await;
    phone.goto("/").await;
    phone.wait_for_css("main").await;
    phone.wait_for_service_worker().await;
    // The parts of the wasm that come after the first file belong to the visit, too.
    let wasm = "return performance.getEntriesByType('resource')
        .filter(e => new URL(e.name).pathname.endsWith('.wasm')).length >= 3";
    phone
        .wait_until("the parts are asked for", || async {
            phone.execute(wasm, vec![]).await == json!(true)
        })
        .await;
    let script =
        "return performance.getEntriesByType('resource').map(e => new URL(e.name).pathname)";
    let asked = phone.execute(script, vec![]).await;
    let asked: Vec<String> = serde_json::from_value(asked).unwrap_or_default();
    assert!(
        asked.iter().any(|path| path.ends_with(".wasm")),
        "{asked:?}"
    );
    for path in asked {
        let servers_own = path.starts_with("/api/") || path == "/sw.js";
        assert!(
            servers_own || listed.contains(&path.as_str()),
            "{path} is asked for and not in the precache"
        );
    }
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_keeps_exactly_the_listed_files() {
    let server = Server::empty("precache-set").await;
    let phone = Phone::new("precache-set", &server).await;
    phone.goto("/").await;
    phone.wait_for_css("main").await;
    phone.wait_for_service_worker().await;
    let script = "const done = arguments[arguments.length - 1];
        (async () => {
            const list = await (await fetch('/precache.json')).json();
            const names = (await caches.keys()).filter(name => name.startsWith('baton-'));
            const cache = await caches.open(names[0]);
            const kept = (await cache.keys()).map(request => new URL(request.url).pathname);
            done([names.length, names[0] === 'baton-' + list.build,
                  list.files.length === kept.length,
                  list.files.every(file => kept.includes(file.path))]);
        })().catch(error => done(String(error)));";
    let found = phone.execute_async(script, vec![]).await;
    assert_eq!(found, json!([1, true, true, true]));
    phone.close().await;
}

//! The benchmarks in a browser: `cargo xtask bench store`, `drain` and `stock`.
//!
//! Each opens the page that xtask put together from `tests/bench/page` and `tests/bench/phone`, and
//! lets it measure the app beside its peers.
//!
//! Writes one JSON value to the file that `BATON_BENCH` names.

mod drain;
mod peer_server;
mod stock;
mod store;
#[path = "../e2e/support/mod.rs"]
mod support;

use std::time::Duration;

use fantoccini::wd::TimeoutConfiguration;
use serde_json::{Value, json};
use support::{Phone, Server};

/// A page may measure for so long.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

#[tokio::main]
async fn main() {
    let measured = match from_xtask("BATON_BENCH_OF").as_str() {
        "store" => store::store().await,
        "drain" => drain::drain().await,
        "stock" => stock::stock().await,
        other => panic!("there is no benchmark `{other}` here"),
    };
    let file = from_xtask("BATON_BENCH");
    std::fs::write(file, measured.to_string()).expect("the figures are written");
}

/// A variable that xtask sets.
fn from_xtask(name: &str) -> String {
    std::env::var(name).expect("start this with `cargo xtask bench store`")
}

/// A phone with the page of the benchmarks.
async fn opened(name: &str, server: &Server) -> Phone {
    let phone = Phone::new(name, server).await;
    let patience = TimeoutConfiguration::new(Some(PATIENCE), None, None);
    phone
        .client()
        .update_timeouts(patience)
        .await
        .expect("a longer patience");
    open(&phone, &server.url()).await;
    phone
}

/// Goes to the page, which either server hands out.
async fn open(phone: &Phone, url: &str) {
    phone.client().goto(url).await.expect("the page opens");
    phone
        .wait_until("the page is ready", || async {
            phone.execute("return document.title", vec![]).await == json!("ready")
        })
        .await;
}

/// Lets the page measure.
async fn call(phone: &Phone, what: &str, arguments: Value) -> Value {
    let script = "const [what, given, done] = arguments;
        bench[what](...given).then(done, error => done({error: String(error && error.stack || error)}))";
    let result = phone
        .execute_async(script, vec![json!(what), arguments])
        .await;
    assert!(result["error"].is_null(), "{what}: {}", result["error"]);
    result
}

//! B2: from opening the app to its list of stock, warm and without a server. B5: what somebody
//! holds, and a search as it is typed. The processor four times slower than this machine's.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::support::{Phone, Server};
use super::{call, from_xtask};

/// How often a list is opened. Each question is asked once: RxDB keeps its answers.
const ROUNDS: usize = 3;
/// About so many holders.
const HOLDERS: usize = 3;
/// How much slower than this machine.
const SLOWER: u32 = 4;
const PEERS: [&str; 4] = ["raw", "dexie", "rxdb", "pouchdb"];
/// Nobody waits longer for an answer.
const LIMIT: Duration = Duration::from_secs(20);
/// A library that took so long is not opened again; after twice that no letter follows.
const BUDGET: Duration = Duration::from_secs(45);
/// Longer than the app waits to write its pages anew.
const SETTLED: Duration = Duration::from_secs(8);

/// A search, as it grows under the fingers.
const TYPED: [&str; 6] = ["s", "sc", "scr", "scre", "screw", "screw 2"];

/// Notes when the first row of the app's list is on the screen, in milliseconds from the start.
const WATCH: &str = "
    new MutationObserver((_, watch) => {
        if (!document.querySelector('[data-testid=stock-row]')) return;
        watch.disconnect();
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => { window.listAt = performance.now(); };
            port2.postMessage(null);
        });
    }).observe(document, { childList: true, subtree: true });";

/// Changes a field as a person does; done when what follows is on the screen.
const CHANGE: &str = "
    const [id, text, done] = arguments;
    const field = document.getElementById(id);
    const option = [...(field.options ?? [])].find(option => option.text === text);
    const start = performance.now();
    field.value = option ? option.value : text;
    field.dispatchEvent(new Event(option ? 'change' : 'input', { bubbles: true }));
    requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
            const ms = performance.now() - start;
            const count = document.querySelector('[data-testid=stock-count]');
            const digits = count ? count.innerText.split(' lines')[0].replace(/\\D/g, '') : '0';
            done({ ms, found: Number(digits) });
        };
        port2.postMessage(null);
    });";

/// Asks a list over one of the libraries, no longer than it may take.
const ASK: &str = "
    const [what, given, limit, done] = arguments;
    const late = new Promise(resolve => setTimeout(() => resolve({ ms: limit }), limit));
    const answer = list[what](...given);
    Promise.race([answer, late]).then(done, error => done({ error: String(error) }));";

/// One size; what it is at goes to standard error.
pub async fn stock() -> Value {
    let lines = from_xtask("BATON_LINES");
    let begun = Instant::now();
    let tell = |what: &str| eprintln!("{lines} lines, {:>4} s: {what}", begun.elapsed().as_secs());
    let mut server = Server::stopped("bench-stock");
    server.run(&["demo", "--lines", &lines]);
    server.start().await;
    let phone = super::opened("bench-stock", &server).await;
    let login = json!(["ana@demo", server.demo_password()]);
    let entered = call(&phone, "enter", login).await;
    let holders = largest_others(&entered);
    slow_down(&phone, SLOWER).await;
    let mut steps = vec![];
    for _ in 0..ROUNDS {
        steps.push(call(&phone, "start_of_app", json!([])).await);
    }
    slow_down(&phone, 1).await;
    let mut figures = Map::new();
    for peer in PEERS {
        tell(&format!("copying to {peer}"));
        call(&phone, "copy_to", json!([peer])).await;
    }
    for peer in PEERS {
        tell(&format!("asking {peer}"));
        let address = format!("{}/list.html?peer={peer}", server.url());
        figures.insert(peer.to_owned(), by_peer(&phone, &address, &holders).await);
    }
    tell("asking the app");
    server.stop().await;
    server.replace_app(Path::new(&from_xtask("BATON_APP")));
    server.start().await;
    let app = by_app(&phone, &mut server, &holders).await;
    figures.insert("baton".to_owned(), app);
    tell("done");
    let held = holders.iter().map(|holder| entered["held"][holder].clone());
    let held: Vec<Value> = held.collect();
    for (who, of) in &figures {
        let asked = of["held_by"].as_array().into_iter().flatten();
        for (one, held) in asked.zip(&held).filter(|(one, _)| !too_long(one)) {
            assert_eq!(one["found"], *held, "what {who} finds");
        }
    }
    json!({
        "lines": entered["lines"],
        "held": held,
        "limit_ms": LIMIT.as_millis() as u64,
        "figures": figures,
        "steps": steps,
    })
}

/// Who holds most of what is neither one's own nor shared with one: the app lists them so.
fn largest_others(entered: &Value) -> Vec<String> {
    let held = entered["held"].as_object().cloned().unwrap_or_default();
    let mine = entered["mine"].as_array().cloned().unwrap_or_default();
    let others = held
        .into_iter()
        .filter(|(name, _)| !mine.contains(&json!(name)));
    let mut others: Vec<(String, Value)> = others.collect();
    others.sort_by_key(|(_, lines)| std::cmp::Reverse(lines.as_u64()));
    others.truncate(HOLDERS);
    others.into_iter().map(|(name, _)| name).collect()
}

async fn slow_down(phone: &Phone, rate: u32) {
    phone
        .cdp("Emulation.setCPUThrottlingRate", json!({ "rate": rate }))
        .await;
}

/// The list over one of the libraries. What it has no time for is not asked.
async fn by_peer(phone: &Phone, address: &str, holders: &[String]) -> Value {
    slow_down(phone, SLOWER).await;
    let begun = Instant::now();
    let (mut opened, mut held, mut found) = (vec![], vec![], vec![]);
    while opened.len() < ROUNDS && (opened.is_empty() || begun.elapsed() < BUDGET) {
        opened.push(opened_by_peer(phone, address).await);
    }
    if !opened.iter().any(too_long) {
        for holder in holders {
            held.push(asked(phone, "held_by", holder).await);
        }
        for typed in TYPED {
            if found.iter().any(too_long) || begun.elapsed() > 2 * BUDGET {
                break;
            }
            found.push(asked(phone, "search", typed).await);
        }
    }
    slow_down(phone, 1).await;
    json!({ "opened": opened, "held_by": held, "search": found })
}

fn too_long(answer: &Value) -> bool {
    answer["ms"].as_f64() >= Some(LIMIT.as_millis() as f64)
}

async fn opened_by_peer(phone: &Phone, address: &str) -> Value {
    let begun = Instant::now();
    phone.client().goto(address).await.expect("the page opens");
    while begun.elapsed() < LIMIT {
        let opened = phone.execute("return window.opened", vec![]).await;
        if opened.is_object() {
            return opened;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    json!({ "ms": LIMIT.as_millis() as u64 })
}

async fn asked(phone: &Phone, what: &str, of: &str) -> Value {
    let limit = json!(LIMIT.as_millis() as u64);
    let given = vec![json!(what), json!([of]), limit];
    let answer = phone.execute_async(ASK, given).await;
    assert!(answer["error"].is_null(), "{what} {of}: {answer}");
    answer
}

/// The app itself, installed, the server gone.
async fn by_app(phone: &Phone, server: &mut Server, holders: &[String]) -> Value {
    phone.goto("/stock").await;
    phone.wait_for_test_id("stock-list").await;
    phone.wait_for_service_worker().await;
    tokio::time::sleep(SETTLED).await;
    server.stop().await;
    let watch = json!({ "source": WATCH });
    phone
        .cdp("Page.addScriptToEvaluateOnNewDocument", watch)
        .await;
    slow_down(phone, SLOWER).await;
    let mut opened = vec![];
    for _ in 0..ROUNDS {
        phone.goto("/stock").await;
        phone
            .wait_until("the list is drawn", || async {
                phone
                    .execute("return window.listAt", vec![])
                    .await
                    .is_number()
            })
            .await;
        let ms = phone.execute("return window.listAt", vec![]).await;
        opened.push(json!({ "ms": ms }));
        // What follows the first list must not slow the next start down.
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    phone.click_test_id("tab-others").await;
    phone.wait_for_test_id("stock-holder").await;
    let mut held = vec![];
    for holder in holders {
        held.push(change(phone, "stock-holder", holder).await);
    }
    change(phone, "stock-holder", "Any holder").await;
    let mut found = vec![];
    for typed in TYPED {
        found.push(change(phone, "stock-search", typed).await);
    }
    slow_down(phone, 1).await;
    json!({ "opened": opened, "held_by": held, "search": found })
}

async fn change(phone: &Phone, field: &str, text: &str) -> Value {
    phone
        .execute_async(CHANGE, vec![json!(field), json!(text)])
        .await
}

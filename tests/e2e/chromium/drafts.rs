//! What is typed and not saved yet is there again after a reload, until it is saved.

use crate::support::{Phone, Server};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_comes_back_after_a_reload_with_the_server_gone() {
    let mut server = Server::demo("drafts").await;
    let phone = Phone::new("drafts", &server).await;
    phone.enter_demo("ana@demo").await;
    server.stop().await;
    phone.visit("/case/new").await;
    phone.fill_css("#room", "OR 7").await;
    phone.fill_css("#surgeon", "Dr. Example").await;
    until_draft(&phone, "case-new", &["OR 7", "Dr. Example"]).await;
    phone.reload().await;
    phone
        .wait_until("both fields are filled again", || async {
            let script =
                "return ['room', 'surgeon'].map(id => (document.getElementById(id) || {}).value)";
            phone.execute(script, vec![]).await == json!(["OR 7", "Dr. Example"])
        })
        .await;

    // As a thumb empties a field: WebDriver's own way of clearing tells the page nothing.
    let empty = "for (const id of ['room', 'surgeon']) {
            const field = document.getElementById(id);
            field.value = '';
            field.dispatchEvent(new Event('input', {bubbles: true}));
        }";
    phone.execute(empty, vec![]).await;
    until_draft(&phone, "case-new", &[]).await;
    phone.close().await;
}

/// Waits until the phone keeps a draft of this name with all of these words in it, or none for no
/// words.
pub async fn until_draft(phone: &Phone, name: &str, words: &[&str]) {
    let script = "const [draft, words, done] = arguments;
        (async () => {
            const names = (await indexedDB.databases()).map(one => one.name)
                .filter(name => name.startsWith('baton.'));
            const opened = indexedDB.open(names[0]);
            opened.onerror = () => done('not opened');
            opened.onsuccess = () => {
                const asked = opened.result.transaction('drafts').objectStore('drafts').get(draft);
                asked.onerror = () => done('not read');
                asked.onsuccess = () => {
                    opened.result.close();
                    const text = asked.result && new TextDecoder().decode(asked.result);
                    done(words.length ? !!text && words.every(word => text.includes(word)) : !text);
                };
            };
        })().catch(error => done(String(error)));";
    phone
        .wait_until(&format!("a draft with {words:?} is kept"), || async {
            phone
                .execute_async(script, vec![json!(name), json!(words)])
                .await
                == json!(true)
        })
        .await;
}

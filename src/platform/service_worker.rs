//! The service worker: registering it, and letting a new version in only when told to.

use super::js;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// Registers `/sw.js`, calls `waiting` whenever a new version has been fetched and waits, and
/// `taken_over` once one has taken the place of the one that this page came from.
pub async fn register(waiting: impl Fn() + 'static, taken_over: impl Fn() + 'static) {
    let Some(container) = js::get(&js::navigator(), "serviceWorker") else {
        return;
    };
    let Ok(registration) = js::call_later(&container, "register", &["/sw.js".into()]).await else {
        // Without it the app works as long as the page is open and the server is there.
        return;
    };
    // A first installation claims the page, too, and is of the same version.
    let has_one = Cell::new(controlled(&container));
    js::listen(&container, "controllerchange", move |_| {
        if has_one.replace(true) {
            taken_over();
        }
    });
    let waiting = Rc::new(waiting);
    // A first installation has no predecessor to wait for: nothing is offered then.
    if js::get(&registration, "waiting").is_some() && controlled(&container) {
        waiting();
    }
    let found = registration.clone();
    js::listen(&registration, "updatefound", move |_| {
        let Some(worker) = js::get(&found, "installing") else {
            return;
        };
        let (worker_now, container, waiting) = (worker.clone(), container.clone(), waiting.clone());
        js::listen(&worker, "statechange", move |_| {
            let state = js::get(&worker_now, "state").and_then(|state| state.as_string());
            if state.as_deref() == Some("installed") && controlled(&container) {
                waiting();
            }
        });
    });
}

/// Tells the waiting version to take over.
pub async fn take_over() {
    let Some(container) = js::get(&js::navigator(), "serviceWorker") else {
        return reload();
    };
    let registration = js::call_later(&container, "getRegistration", &[])
        .await
        .unwrap_or(JsValue::UNDEFINED);
    match js::get(&registration, "waiting") {
        Some(worker) => {
            let message = js::object(&[("type", "skip-waiting".into())]);
            let _ = js::call(&worker, "postMessage", &[message]);
        }
        None => reload(),
    }
}

/// Asks the browser to look for a new version.
pub async fn look_for_update() {
    let Some(container) = js::get(&js::navigator(), "serviceWorker") else {
        return;
    };
    if let Ok(registration) = js::call_later(&container, "getRegistration", &[]).await {
        let _ = js::call_later(&registration, "update", &[]).await;
    }
}

/// Reloads the page.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

fn controlled(container: &JsValue) -> bool {
    js::get(container, "controller").is_some()
}

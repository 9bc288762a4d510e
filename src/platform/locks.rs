//! One writing tab: the Web Lock that a tab holds as long as it lives.

use super::js;
use js_sys::Promise;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

const NAME: &str = "baton-writer";

/// Takes the lock if no other tab has it. `true`: this tab writes until it is closed.
pub async fn become_writer() -> bool {
    request(js::object(&[("ifAvailable", JsValue::TRUE)])).await
}

/// Waits until the writing tab is closed; this tab is then the writer.
pub async fn await_writer() -> bool {
    request(js::object(&[])).await
}

/// Asks for the lock, and holds it by a promise that never settles. A lock that was not
/// available is given to the callback as `null`.
async fn request(options: JsValue) -> bool {
    let Some(locks) = js::get(&js::navigator(), "locks") else {
        // Every engine with service workers has Web Locks; without them a second tab is still
        // caught by the sequence check of the store.
        return true;
    };
    let answered = Promise::new(&mut |answer, _| {
        let held = Rc::new(Cell::new(false));
        let granted = held.clone();
        let callback = Closure::once_into_js(move |lock: JsValue| {
            granted.set(!lock.is_null());
            let _ = answer.call1(&JsValue::UNDEFINED, &JsValue::from_bool(granted.get()));
            if granted.get() {
                Promise::new(&mut |_, _| {}).into()
            } else {
                JsValue::UNDEFINED
            }
        });
        let _ = js::call(
            &locks,
            "request",
            &[NAME.into(), options.clone(), callback.unchecked_into()],
        );
    });
    JsFuture::from(answered)
        .await
        .is_ok_and(|answer| answer.is_truthy())
}

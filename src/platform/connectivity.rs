//! When it is worth talking to the server: the browser's signs, the server's nudges, and time.

use super::js;
use js_sys::{Function, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::EventSource;

/// True unless the browser is sure that there is no network. `true` promises nothing.
pub fn may_be_online() -> bool {
    js::get(&js::navigator(), "onLine").is_none_or(|value| value.is_truthy())
}

/// True while the page can be seen.
pub fn is_visible() -> bool {
    document()
        .and_then(|page| js::get(&page, "hidden"))
        .is_none_or(|value| !value.is_truthy())
}

/// Calls `wake` when the network comes back or the page is looked at again, and `sleep` when the
/// network goes.
pub fn watch(wake: Rc<dyn Fn()>, sleep: Rc<dyn Fn()>) {
    let window = js::window();
    let on_online = wake.clone();
    js::listen(&window, "online", move |_| on_online());
    js::listen(&window, "offline", move |_| sleep());
    if let Some(document) = document() {
        js::listen(&document, "visibilitychange", move |_| {
            if is_visible() {
                wake();
            }
        });
    }
}

/// Waits that can be cut short.
#[derive(Default)]
pub struct Alarm {
    waiting: RefCell<Option<Function>>,
    rung: Cell<bool>,
}

impl Alarm {
    /// Ends the wait that runs, or the next one before it begins.
    pub fn ring(&self) {
        self.rung.set(true);
        if let Some(wake) = self.waiting.borrow_mut().take() {
            let _ = wake.call0(&JsValue::UNDEFINED);
        }
    }

    /// Waits until it is rung or the time is over.
    pub async fn wait_ms(&self, delay_ms: u32) {
        if !self.rung.replace(false) {
            let waited = Promise::new(&mut |done, _| {
                let _ = js::call(
                    &js::window(),
                    "setTimeout",
                    &[done.clone().into(), delay_ms.into()],
                );
                *self.waiting.borrow_mut() = Some(done);
            });
            let _ = JsFuture::from(waited).await;
            self.rung.set(false);
        }
    }
}

/// Waits.
pub async fn sleep_ms(delay_ms: u32) {
    Alarm::default().wait_ms(delay_ms).await;
}

/// The server's nudges (server-sent events). They carry nothing but "there is news".
pub struct Nudges(EventSource);

impl Nudges {
    /// Listens. The browser reconnects by itself as long as the server was reached once.
    pub fn listen(nudged: impl Fn() + 'static) -> Option<Self> {
        let source = EventSource::new("/api/v1/changes").ok()?;
        js::listen(&source, "order", move |_| nudged());
        Some(Self(source))
    }

    /// True once the browser gave up (signed out, server gone at the first try).
    pub fn is_closed(&self) -> bool {
        self.0.ready_state() == EventSource::CLOSED
    }
}

impl Drop for Nudges {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn document() -> Option<JsValue> {
    web_sys::window()?
        .document()
        .map(|page| page.unchecked_into())
}

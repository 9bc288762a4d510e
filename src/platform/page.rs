//! The page as a thing: focus, the clipboard, sharing, its width.

use super::js;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// Takes away what the page showed before the app had started.
pub fn remove_start() {
    if let Some(start) = document().and_then(|page| page.get_element_by_id("start")) {
        start.remove();
    }
}

/// Moves the focus to the page's heading after a change of page, so that a screen reader begins
/// there. Whoever has gone to a field meanwhile is left there: what is typed must not be lost.
pub fn focus_heading() {
    let before = focused();
    leptos::prelude::request_animation_frame(move || {
        let now = focused();
        if now != before && now.is_some_and(|now| now.tag_name() != "BODY") {
            return;
        }
        if let Some(heading) = document().and_then(|page| page.query_selector("h1").ok().flatten())
        {
            // A heading is not focusable by itself.
            let _ = heading.set_attribute("tabindex", "-1");
            focus_element(heading);
        }
    });
}

/// Moves the focus to an element by its id, scrolled into view, once what was changed is drawn.
pub fn focus(id: String) {
    leptos::prelude::request_animation_frame(move || {
        if let Some(element) = document().and_then(|page| page.get_element_by_id(&id)) {
            element.scroll_into_view();
            focus_element(element);
        }
    });
}

/// Puts text on the clipboard; false where the browser does not let it.
pub async fn copy(text: &str) -> bool {
    let Some(clipboard) = js::get(&js::navigator(), "clipboard") else {
        return false;
    };
    js::call_later(&clipboard, "writeText", &[text.into()])
        .await
        .is_ok()
}

/// True where the browser can hand text to another app.
pub fn can_share() -> bool {
    js::get(&js::navigator(), "share").is_some()
}

/// Hands text to another app; false where there is no sharing, or the person changed their mind.
pub async fn share(text: &str) -> bool {
    let what = js::object(&[("text", text.into())]);
    js::call_later(&js::navigator(), "share", &[what])
        .await
        .is_ok()
}

/// Calls `changed` now and whenever the page becomes wide enough for two panes, or too narrow.
pub fn watch_width(changed: impl Fn(bool) + 'static) {
    let Ok(query) = js::call(&js::window(), "matchMedia", &["(min-width: 900px)".into()]) else {
        return;
    };
    let matches =
        |query: &JsValue| js::get(query, "matches").is_some_and(|value| value.is_truthy());
    changed(matches(&query));
    js::listen(&query, "change", move |event| changed(matches(&event)));
}

fn focused() -> Option<web_sys::Element> {
    document()?.active_element()
}

fn focus_element(element: web_sys::Element) {
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        let _ = element.focus();
    }
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

//! The browser: the only place that names `web_sys` and `js_sys`.

use wasm_bindgen::JsCast;

/// Moves the focus to the page's heading after a change of page, so that a screen reader
/// begins there.
pub fn focus_heading() {
    leptos::prelude::request_animation_frame(|| {
        let heading = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.query_selector("h1").ok().flatten())
            .and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(heading) = heading {
            // A heading is not focusable by itself.
            let _ = heading.set_attribute("tabindex", "-1");
            let _ = heading.focus();
        }
    });
}

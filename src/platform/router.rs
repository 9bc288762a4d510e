//! The address bar: reading it, following links without loading the page anew, going back.
//!
//! A router crate brings its own tree of routes, futures and histories into every download.
//! This app has one list of screens ([`crate::state::Route`]) and needs the address only, so
//! the hundred lines it takes stand here.

use super::{browser, js};
use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// The path of the address, and its query with every escape undone.
pub fn address() -> (String, Vec<(String, String)>) {
    (browser::path(), query().unwrap_or_default())
}

/// Calls `changed` after every change of the address: by a link of this app, or by going back.
pub fn follow(changed: impl Fn() + Clone + 'static) {
    let went_back = changed.clone();
    js::listen(&js::window(), "popstate", move |_| went_back());
    js::listen(&js::window(), "click", move |event| {
        let Some(click) = event.dyn_ref::<MouseEvent>() else {
            return;
        };
        if let Some(path) = own_link(click) {
            click.prevent_default();
            go(&path, false);
            changed();
        }
    });
}

/// Changes the address and begins at the top of the page. With `replace`, what is left is not
/// come back to. `popstate` is not fired: who calls knows.
pub fn go(path: &str, replace: bool) {
    let history = js::get(&js::window(), "history").unwrap_or(JsValue::UNDEFINED);
    let method = if replace || path == present() {
        "replaceState"
    } else {
        "pushState"
    };
    let _ = js::call(&history, method, &[JsValue::NULL, "".into(), path.into()]);
    let _ = js::call(&js::window(), "scrollTo", &[0.into(), 0.into()]);
}

/// The address of the link that was clicked, if the app shows it itself. Everything else stays
/// with the browser: another tab, a download, another site, a place on the same page.
fn own_link(click: &MouseEvent) -> Option<String> {
    let held = click.meta_key() || click.alt_key() || click.ctrl_key() || click.shift_key();
    if click.default_prevented() || click.button() != 0 || held {
        return None;
    }
    let target: Element = click.target()?.dyn_into().ok()?;
    let link = target.closest("a[href]").ok()??;
    let link: HtmlAnchorElement = link.dyn_into().ok()?;
    let external = link.rel().split(' ').any(|word| word == "external");
    let elsewhere = external
        || link.has_attribute("download")
        || !link.target().is_empty()
        || link.origin() != browser::origin();
    let path = link.pathname() + &link.search();
    let hash = link.hash();
    let jump = path == present() && !hash.is_empty();
    (!elsewhere && !jump).then(|| path + &hash)
}

fn present() -> String {
    browser::path() + &browser::search()
}

fn query() -> Option<Vec<(String, String)>> {
    let search = browser::search();
    if search.is_empty() {
        return None;
    }
    let class = js::get(&js::window(), "URLSearchParams")?;
    let pairs = Array::from(&js::construct(&class, &[search.into()]).ok()?);
    let part = |pair: &JsValue, place: u32| Reflect::get_u32(pair, place).ok()?.as_string();
    let both = |pair: JsValue| Some((part(&pair, 0)?, part(&pair, 1)?));
    Some(pairs.iter().filter_map(both).collect())
}

/// A text as the value of a query.
pub fn query_value(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

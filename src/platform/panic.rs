//! A panic is a defect: leave a report, and go where the data can be saved without the wasm.

use super::js;
use gloo_storage::{LocalStorage, Storage};
use std::panic::PanicHookInfo;
use wasm_bindgen::JsValue;

/// Where the rescue page finds the report.
const REPORT: &str = "baton.report";

/// Sets the hook.
pub fn install_hook() {
    std::panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    console_error_panic_hook::hook(info);
    let at = js_sys::Date::new_0().to_iso_string();
    let path = super::browser::path();
    // Ids of cases and lines may stand in the path; names and dates of people never do.
    let text = format!("{}\n{info}\nat {path}", String::from(at));
    // The trap that follows has a report of its own, which knows less (index.html).
    let _ = js_sys::Reflect::set(&js::window(), &"batonStopped".into(), &true.into());
    let _ = LocalStorage::raw().set_item(REPORT, &text);
    let location = js::get(&js::window(), "location").unwrap_or(JsValue::UNDEFINED);
    let _ = js::call(&location, "assign", &["/rescue.html".into()]);
}

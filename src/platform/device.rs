//! The phone as a thing in a hand: its screen kept awake, its files, its paper.

use super::connectivity::{is_visible, sleep_ms};
use super::js;
use js_sys::Array;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

thread_local! {
    /// Which wish about the screen is the present one; another number ends the holding of the
    /// one before.
    static AWAKE: Cell<u32> = const { Cell::new(0) };
}

/// So often it is looked whether the browser still keeps the screen on: it stops when the page was
/// hidden for a moment.
const AWAKE_LOOK_MS: u32 = 1_000;

/// Keeps the screen on, or lets it go dark again. Where the browser cannot, nothing happens: the
/// code is still there after the phone is unlocked.
pub fn stay_awake(on: bool) {
    let wish = AWAKE.get().wrapping_add(1);
    AWAKE.set(wish);
    if on {
        spawn_local(keep_awake(wish));
    }
}

/// Holds the browser's promise as long as it is wished for, and asks again where it was broken.
async fn keep_awake(wish: u32) {
    let Some(locks) = js::get(&js::navigator(), "wakeLock") else {
        return;
    };
    let mut lock = JsValue::UNDEFINED;
    while AWAKE.get() == wish {
        let held = js::get(&lock, "released").is_some_and(|released| released.is_falsy());
        if !held && is_visible() {
            let asked = js::call_later(&locks, "request", &["screen".into()]).await;
            lock = asked.unwrap_or(JsValue::UNDEFINED);
        }
        sleep_ms(AWAKE_LOOK_MS).await;
    }
    let _ = js::call(&lock, "release", &[]);
}

/// True where the person asked for less motion.
pub fn wants_less_motion() -> bool {
    let asked = js::call(
        &js::window(),
        "matchMedia",
        &["(prefers-reduced-motion: reduce)".into()],
    );
    asked.is_ok_and(|query| js::get(&query, "matches").is_some_and(|matches| matches.is_truthy()))
}

/// Hands a text file to another app, where the browser can; false where it cannot or the person
/// changed their mind.
pub async fn share_file(name: &str, text: &str) -> bool {
    let shared = async {
        let how = js::object(&[("type", "text/plain".into())]);
        let parts = Array::of1(&text.into());
        let class = js::get(&js::window(), "File").ok_or(JsValue::UNDEFINED)?;
        let file = js::construct(&class, &[parts.into(), name.into(), how])?;
        let what = js::object(&[("files", Array::of1(&file).into())]);
        let can = js::call(&js::navigator(), "canShare", std::slice::from_ref(&what))?;
        if !can.is_truthy() {
            return Err(JsValue::UNDEFINED);
        }
        js::call_later(&js::navigator(), "share", &[what]).await
    };
    shared.await.is_ok()
}

/// The text of the file chosen in an `<input type=file>`, if one was; the choice is forgotten, so
/// that the same file can be chosen again.
pub async fn chosen_text(input: &str) -> Option<String> {
    let page = web_sys::window()?.document()?;
    let input: JsValue = page.get_element_by_id(input)?.into();
    let file = js::get(&js::get(&input, "files")?, "0")?;
    let blob: Blob = file.dyn_into().ok()?;
    // A handoff is small; a film chosen by mistake is not read at all.
    if blob.size() > 200_000.0 {
        return Some(String::new());
    }
    let text = js::call_later(&blob, "text", &[]).await.ok()?.as_string();
    let _ = js_sys::Reflect::set(&input, &"value".into(), &"".into());
    text
}

/// Opens the browser's own dialog to print this page.
pub fn print() {
    let _ = js::call(&js::window(), "print", &[]);
}

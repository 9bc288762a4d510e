//! A tone and a short vibration: the code was taken, without looking at the screen.

use super::js;
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// Says that something was taken.
pub fn accepted() {
    // iOS has no vibration; it has the tone.
    let _ = js::call(&js::navigator(), "vibrate", &[60.into()]);
    // A page that nobody has touched yet may not sound. Then it does not.
    let _ = tone();
}

fn tone() -> Option<()> {
    thread_local!(static SOUND: RefCell<Option<JsValue>> = const { RefCell::new(None) });
    let sound = SOUND.with(|kept| {
        let mut kept = kept.borrow_mut();
        if kept.is_none() {
            let class = js::get(&js::window(), "AudioContext")?;
            *kept = js::construct(&class, &[]).ok();
        }
        kept.clone()
    })?;
    let voice = js::call(&sound, "createOscillator", &[]).ok()?;
    let volume = js::call(&sound, "createGain", &[]).ok()?;
    let set = |object: &JsValue, part: &str, value: f64| {
        let part = js::get(object, part)?;
        js_sys::Reflect::set(&part, &"value".into(), &value.into()).ok()
    };
    set(&voice, "frequency", 1_200.0)?;
    set(&volume, "gain", 0.12)?;
    js::call(&voice, "connect", std::slice::from_ref(&volume)).ok()?;
    js::call(&volume, "connect", &[js::get(&sound, "destination")?]).ok()?;
    let now = js::get(&sound, "currentTime")?.as_f64()?;
    js::call(&voice, "start", &[]).ok()?;
    js::call(&voice, "stop", &[(now + 0.09).into()]).ok()?;
    Some(())
}

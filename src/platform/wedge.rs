//! Key strokes of the whole page, for scanners that type.
//!
//! A burst is swallowed only when somebody took it: then the field in which it happened to land
//! is put back to what it held before, and the key that ended it does nothing more. A field that
//! is there for whole codes holds the code instead, with the separators that are no keys.

use super::js;
use baton_scan::{SILENCE_MS, Stroke, Wedge};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// The class of fields for whole codes.
pub const CODE_FIELD: &str = "whole-code";

/// The listener; it lives as long as the page.
#[derive(Clone)]
pub struct WedgeKeys(Rc<Keys>);

/// Where a burst landed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landed {
    /// In a search field, without a key that ended it: it may be a quick hand.
    Searching,
    /// In a field for whole codes.
    CodeField,
    /// In some other field, or in none.
    Elsewhere,
}

/// What becomes of a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Burst {
    /// Nobody wants it: it is typed text like any other.
    Left,
    /// Somebody took it: the field is put back.
    Taken,
    /// It belongs into the field.
    Kept,
}

/// Says what becomes of a text.
type Heard = dyn Fn(&str, Landed) -> Burst;

struct Keys {
    wedge: RefCell<Wedge>,
    /// The field with the focus when a burst began, and what it held.
    before: RefCell<Option<(JsValue, JsValue)>>,
    heard: Box<Heard>,
}

impl WedgeKeys {
    /// Listens. `heard` gets the text of each burst and where it landed, and says what becomes of
    /// it.
    pub fn listen(
        substitute: Option<char>,
        heard: impl Fn(&str, Landed) -> Burst + 'static,
    ) -> Self {
        let keys = Self(Rc::new(Keys {
            wedge: RefCell::new(Wedge::new(substitute)),
            before: RefCell::new(None),
            heard: Box::new(heard),
        }));
        let on_key = keys.clone();
        let closure = Closure::<dyn FnMut(JsValue)>::new(move |event| on_key.stroke(&event));
        // In the capturing phase: before a form takes the Enter.
        let _ = js::call(
            &js::window(),
            "addEventListener",
            &[
                "keydown".into(),
                closure.as_ref().clone(),
                JsValue::from_bool(true),
            ],
        );
        closure.forget();
        keys
    }

    /// What the scanner types in the place of the separator.
    pub fn set_substitute(&self, substitute: Option<char>) {
        self.0.wedge.borrow_mut().substitute = substitute;
    }

    fn stroke(&self, event: &JsValue) {
        let Some(key) = js::get(event, "key").and_then(|key| key.as_string()) else {
            return;
        };
        let held = |key| js::get(event, key).is_some_and(|value| value.is_truthy());
        let now = js::get(event, "timeStamp")
            .and_then(|time| time.as_f64())
            .unwrap_or(0.0);
        let stroke =
            self.0
                .wedge
                .borrow_mut()
                .stroke(&key, held("ctrlKey"), held("altKey"), now as u64);
        match stroke {
            Stroke::First => *self.0.before.borrow_mut() = focused(),
            Stroke::More if self.0.wedge.borrow().is_burst() => self.wait(),
            Stroke::End(text) => {
                if self.hear(&text, true) {
                    let _ = js::call(event, "preventDefault", &[]);
                    let _ = js::call(event, "stopImmediatePropagation", &[]);
                }
            }
            Stroke::More | Stroke::Alone => {}
        }
    }

    /// Looks whether the burst is over, a moment after this stroke.
    fn wait(&self) {
        let keys = self.clone();
        let look = Closure::once_into_js(move || {
            let text = keys.0.wedge.borrow_mut().silence(now());
            if let Some(text) = text {
                keys.hear(&text, false);
            }
        });
        let delay_ms = JsValue::from_f64(SILENCE_MS as f64 + 10.0);
        let _ = js::call(&js::window(), "setTimeout", &[look, delay_ms]);
    }

    /// Offers a burst to whoever listens; true when it is no typed text any more.
    fn hear(&self, text: &str, ended: bool) -> bool {
        let before = self.0.before.borrow_mut().take();
        let now = focused().map(|(field, _)| field);
        // Nobody scans while a hand is at another field or button: it was typed, and the hand has
        // gone on.
        if !ended && now != before.as_ref().map(|(field, _)| field.clone()) {
            return false;
        }
        let has = |key, value: &str| {
            before.as_ref().is_some_and(|(field, _)| {
                let text = js::get(field, key).and_then(|text| text.as_string());
                text.is_some_and(|text| text.split(' ').any(|word| word == value))
            })
        };
        let landed = if has("className", CODE_FIELD) {
            Landed::CodeField
        } else if !ended && has("type", "search") {
            Landed::Searching
        } else {
            Landed::Elsewhere
        };
        let burst = (self.0.heard)(text, landed);
        if let (Burst::Taken | Burst::Kept, Some((field, value))) = (burst, before) {
            let kept = JsValue::from_str(text);
            set_value(&field, if burst == Burst::Kept { &kept } else { &value });
        }
        burst != Burst::Left
    }
}

/// Sets what a field holds.
fn set_value(field: &JsValue, value: &JsValue) {
    let _ = js_sys::Reflect::set(field, &"value".into(), value);
    // Whoever follows the field by its events must hear of it.
    let bubbles = js::object(&[("bubbles", JsValue::TRUE)]);
    if let Some(class) = js::get(&js::window(), "Event")
        && let Ok(event) = js::construct(&class, &["input".into(), bubbles])
    {
        let _ = js::call(field, "dispatchEvent", &[event]);
    }
}

/// The text field that has the focus, and what it holds.
fn focused() -> Option<(JsValue, JsValue)> {
    let field: JsValue = web_sys::window()?
        .document()?
        .active_element()?
        .unchecked_into();
    let value = js::get(&field, "value").filter(|value| value.is_string())?;
    Some((field, value))
}

/// The clock of key events.
fn now() -> u64 {
    js::get(&js::window(), "performance")
        .and_then(|clock| js::call(&clock, "now", &[]).ok())
        .and_then(|now| now.as_f64())
        .unwrap_or(0.0) as u64
}

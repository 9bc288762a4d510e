//! Few helpers over `Reflect` for what `web_sys` has only behind an unstable flag (Web Locks),
//! what a browser may lack (persistent storage) or what throws (`Intl` with an unknown zone).

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A property, or `None` where it is missing, `undefined` or `null`.
pub(super) fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &JsValue::from_str(key)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Calls a method.
pub(super) fn call(
    object: &JsValue,
    method: &str,
    arguments: &[JsValue],
) -> Result<JsValue, JsValue> {
    let function: Function = get(object, method)
        .and_then(|found| found.dyn_into().ok())
        .ok_or_else(|| JsValue::from_str(method))?;
    Reflect::apply(&function, object, &array(arguments))
}

/// Calls a method that answers with a promise, and waits for it.
pub(super) async fn call_later(
    object: &JsValue,
    method: &str,
    arguments: &[JsValue],
) -> Result<JsValue, JsValue> {
    let promise: Promise = call(object, method, arguments)?.dyn_into()?;
    JsFuture::from(promise).await
}

/// `new Class(…)`, which may throw.
pub(super) fn construct(class: &JsValue, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    Reflect::construct(class.unchecked_ref::<Function>(), &array(arguments))
}

/// An object literal.
pub(super) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in fields {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object.into()
}

/// Calls `act` on every `event` of `target` as long as the page lives.
pub(super) fn listen(target: &JsValue, event: &str, act: impl FnMut(JsValue) + 'static) {
    let closure = Closure::<dyn FnMut(JsValue)>::new(act);
    let _ = call(
        target,
        "addEventListener",
        &[JsValue::from_str(event), closure.as_ref().clone()],
    );
    // Listeners of the app itself live exactly as long as the page.
    closure.forget();
}

/// The global `window`.
pub(super) fn window() -> JsValue {
    js_sys::global().into()
}

/// `window.navigator`.
pub(super) fn navigator() -> JsValue {
    get(&window(), "navigator").unwrap_or(JsValue::UNDEFINED)
}

fn array(values: &[JsValue]) -> Array {
    values.iter().collect()
}

//! The decoder in its worker, as the engine of scanning.
//!
//! The worker is started when it is first needed, or when the app has nothing else to do; its
//! address stands in the page, because its name carries a hash. One message a picture, one
//! answer a message.

use super::js;
use baton_scan::{Engine, EngineError, Format, Look, Sighting, Symbol};
use js_sys::{Function, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Pixels of a part of a frame or of a photo: an `ImageData`.
pub struct Picture(pub(super) JsValue);

/// The decoder, and its worker once it was needed.
#[derive(Clone, Default)]
pub struct Decoder(Rc<Inner>);

#[derive(Default)]
struct Inner {
    worker: RefCell<Option<JsValue>>,
    last_id: Cell<u32>,
    waiting: RefCell<Vec<(u32, Function)>>,
}

impl Decoder {
    /// Starts the worker when the browser has nothing else to do.
    pub fn warm(&self) {
        let decoder = self.clone();
        let start = wasm_bindgen::closure::Closure::once_into_js(move || {
            leptos::task::spawn_local(async move {
                let _ = decoder
                    .ask(JsValue::UNDEFINED, Look::still(baton_scan::Formats::QR))
                    .await;
            });
        });
        let window = js::window();
        // Safari has no idle callback.
        if js::call(&window, "requestIdleCallback", std::slice::from_ref(&start)).is_err() {
            let _ = js::call(&window, "setTimeout", &[start, 3_000.into()]);
        }
    }

    fn worker(&self) -> Result<JsValue, EngineError> {
        if let Some(worker) = &*self.0.worker.borrow() {
            return Ok(worker.clone());
        }
        let made = start_worker().ok_or(EngineError::NotLoaded)?;
        let decoder = self.clone();
        js::listen(&made, "message", move |event| {
            if let Some(answer) = js::get(&event, "data") {
                decoder.answered(&answer);
            }
        });
        let decoder = self.clone();
        // It could not be loaded, or it broke: whoever waits is told, and the next picture
        // begins with a new one.
        js::listen(&made, "error", move |_| {
            *decoder.0.worker.borrow_mut() = None;
            for (_, done) in decoder.0.waiting.take() {
                let _ = done.call1(&JsValue::UNDEFINED, &JsValue::NULL);
            }
        });
        *self.0.worker.borrow_mut() = Some(made.clone());
        Ok(made)
    }

    fn answered(&self, answer: &JsValue) {
        let id = number(answer, "id") as u32;
        let mut waiting = self.0.waiting.borrow_mut();
        if let Some(place) = waiting.iter().position(|(waits, _)| *waits == id) {
            let (_, done) = waiting.swap_remove(place);
            drop(waiting);
            let _ = done.call1(&JsValue::UNDEFINED, answer);
        }
    }

    async fn ask(&self, picture: JsValue, look: Look) -> Result<JsValue, EngineError> {
        let worker = self.worker()?;
        let id = self.0.last_id.get().wrapping_add(1);
        self.0.last_id.set(id);
        let waits = Promise::new(&mut |done, _| self.0.waiting.borrow_mut().push((id, done)));
        let (content, given) = message(id, &picture, look);
        js::call(&worker, "postMessage", &[content, given]).map_err(|_| EngineError::Failed)?;
        let answer = JsFuture::from(waits).await.unwrap_or(JsValue::NULL);
        if answer.is_null() {
            Err(EngineError::NotLoaded)
        } else if js::get(&answer, "error").is_some() {
            Err(EngineError::Failed)
        } else {
            Ok(answer)
        }
    }
}

impl Engine for Decoder {
    type Picture = Picture;

    async fn read(&self, picture: Picture, look: Look) -> Result<Sighting, EngineError> {
        let size = (number(&picture.0, "width"), number(&picture.0, "height"));
        let answer = self.ask(picture.0, look).await?;
        let symbols: js_sys::Array = js::get(&answer, "symbols")
            .map(wasm_bindgen::JsCast::unchecked_into)
            .unwrap_or_default();
        Ok(Sighting {
            symbols: symbols
                .iter()
                .filter_map(|one| symbol(&one, size))
                .collect(),
            sharpness: number(&answer, "sharpness") as f32,
        })
    }
}

/// A module worker at the address that the page names.
fn start_worker() -> Option<JsValue> {
    let page = js::get(&js::window(), "document")?;
    let meta = js::call(&page, "querySelector", &["[name=scan-worker]".into()]).ok()?;
    let address = js::get(&meta, "content")?;
    let class = js::get(&js::window(), "Worker")?;
    let kind = js::object(&[("type", "module".into())]);
    js::construct(&class, &[address, kind]).ok()
}

/// What the worker is sent, and the buffer that is handed over with it instead of copied.
fn message(id: u32, picture: &JsValue, look: Look) -> (JsValue, JsValue) {
    let mut wanted = vec![
        ("formats", look.formats.names().into()),
        ("still", look.still.into()),
        ("turn", look.turn.into()),
        ("least", look.sharpness_min.into()),
    ];
    if let Some(part) = look.first {
        let sides = [
            ("x", part.x.into()),
            ("y", part.y.into()),
            ("width", part.width.into()),
            ("height", part.height.into()),
        ];
        wanted.push(("first", js::object(&sides)));
    }
    let wanted = js::object(&wanted);
    let mut content = vec![("id", id.into()), ("look", wanted)];
    let given = js_sys::Array::new();
    if let Some(pixels) = js::get(picture, "data") {
        if let Some(buffer) = js::get(&pixels, "buffer") {
            given.push(&buffer);
        }
        let of = |key| js::get(picture, key).unwrap_or(JsValue::UNDEFINED);
        let picture = js::object(&[
            ("data", pixels),
            ("width", of("width")),
            ("height", of("height")),
        ]);
        content.push(("picture", picture));
    }
    (js::object(&content), given.into())
}

fn symbol(one: &JsValue, (width, height): (f64, f64)) -> Option<Symbol> {
    let text = |key| js::get(one, key).and_then(|value| value.as_string());
    let corners: js_sys::Array = wasm_bindgen::JsCast::unchecked_into(js::get(one, "corners")?);
    let mean = |first: u32, whole: f64| {
        let sum: f64 = (0..4)
            .filter_map(|corner| corners.get(first + 2 * corner).as_f64())
            .sum();
        (sum / 4.0 / whole.max(1.0)) as f32
    };
    Some(Symbol {
        format: Format::from_name(&text("format")?)?,
        identifier: text("identifier").unwrap_or_default(),
        text: text("text")?,
        centre: (mean(0, width), mean(1, height)),
        reads: number(one, "reads") as u32,
    })
}

fn number(object: &JsValue, key: &str) -> f64 {
    js::get(object, key)
        .and_then(|value| value.as_f64())
        .unwrap_or(0.0)
}

//! The camera: one stream, what it can do, and single frames out of it.
//!
//! The stream is opened once a sitting, because iOS asks the person each time, and closed as
//! soon as the page is hidden: a camera that stays on behind another app is a lamp that burns.
//! A track may end under us (another app takes the camera, a call comes in); [`Camera::is_live`]
//! tells, and whoever watches opens it again.

use super::decoder::Picture;
use super::js;
use super::preferences;
use crate::state::{CameraTrouble, Lenses, Zoom};
use baton_scan::Crop;
use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The largest picture that every phone's canvas takes.
const PHOTO_PIXELS_MAX: f64 = 16_000_000.0;
/// A camera that gives no frame for so long is looked after.
const FRAME_WAIT_MS: u32 = 500;

/// An open camera that shows itself in a `<video>`.
pub struct Camera {
    video: JsValue,
    stream: JsValue,
    track: JsValue,
    canvas: JsValue,
}

impl Camera {
    /// Opens the camera on the back, or the one that was chosen last, and shows it in the
    /// `<video>` with this id.
    pub async fn open(video_id: &str) -> Result<Self, CameraTrouble> {
        let devices = js::get(&js::navigator(), "mediaDevices").ok_or(CameraTrouble::Missing)?;
        let video = element(video_id).ok_or(CameraTrouble::Missing)?;
        let stream = match preferences::lens() {
            Some(lens) => match ask(&devices, ("deviceId", lens.into())).await {
                // That lens is gone: any will do.
                Err(CameraTrouble::Missing) => ask(&devices, facing()).await,
                asked => asked,
            },
            None => ask(&devices, facing()).await,
        }?;
        let tracks: Array = js::call(&stream, "getVideoTracks", &[])
            .map_err(|_| CameraTrouble::Missing)?
            .unchecked_into();
        let camera = Self {
            track: tracks.get(0),
            canvas: new_canvas().ok_or(CameraTrouble::Missing)?,
            video,
            stream,
        };
        let _ = js_sys::Reflect::set(&camera.video, &"srcObject".into(), &camera.stream);
        // A play that is cut short by the page going away is no trouble of the camera.
        let _ = js::call_later(&camera.video, "play", &[]).await;
        Ok(camera)
    }

    /// True as long as the track gives pictures, or will again.
    pub fn is_live(&self) -> bool {
        let ended = js::get(&self.track, "readyState").and_then(|state| state.as_string());
        ended.as_deref() == Some("live")
    }

    /// True while somebody else (a call, the system) holds the picture back.
    pub fn is_muted(&self) -> bool {
        truthy(&self.track, "muted")
    }

    /// Waits for the next frame, at most half a second.
    pub async fn next_frame(&self) {
        let waited = Promise::new(&mut |done, _| {
            let window = js::window();
            let frame = js::call(
                &self.video,
                "requestVideoFrameCallback",
                &[done.clone().into()],
            );
            if frame.is_err() {
                let _ = js::call(&window, "requestAnimationFrame", &[done.clone().into()]);
            }
            let _ = js::call(&window, "setTimeout", &[done.into(), FRAME_WAIT_MS.into()]);
        });
        let _ = JsFuture::from(waited).await;
    }

    /// Width and height of its frames; zeros before the first.
    pub fn size(&self) -> (u32, u32) {
        let of = |key| number(&self.video, key).unwrap_or(0.0) as u32;
        (of("videoWidth"), of("videoHeight"))
    }

    /// The pixels of a part of what it shows now.
    pub fn grab(&self, crop: Crop) -> Option<Picture> {
        let place = [crop.x, crop.y, crop.width, crop.height].map(f64::from);
        pixels(
            &self.canvas,
            &self.video,
            place,
            [crop.width, crop.height].map(f64::from),
        )
    }

    /// Light: `None` where there is none, else whether it is on.
    pub fn torch(&self) -> Option<bool> {
        let can = js::call(&self.track, "getCapabilities", &[]).ok()?;
        truthy(&can, "torch").then(|| {
            js::call(&self.track, "getSettings", &[]).is_ok_and(|now| truthy(&now, "torch"))
        })
    }

    /// Switches the light.
    pub async fn set_torch(&self, on: bool) {
        self.apply("torch", on.into()).await;
    }

    /// How far it can come closer; `None` where it cannot.
    pub fn zoom(&self) -> Option<Zoom> {
        let can = js::call(&self.track, "getCapabilities", &[]).ok()?;
        let range = js::get(&can, "zoom")?;
        let now = js::call(&self.track, "getSettings", &[]).ok()?;
        let zoom = Zoom {
            least: number(&range, "min")?,
            most: number(&range, "max")?,
            now: number(&now, "zoom")?,
        };
        (zoom.most > zoom.least).then_some(zoom)
    }

    /// Comes closer.
    pub async fn set_zoom(&self, zoom: f64) {
        self.apply("zoom", zoom.into()).await;
    }

    /// The cameras of this phone and which of them is open.
    pub async fn lenses(&self) -> Lenses {
        let mut ids: Vec<String> = Vec::new();
        if let Some(devices) = js::get(&js::navigator(), "mediaDevices")
            && let Ok(list) = js::call_later(&devices, "enumerateDevices", &[]).await
        {
            let list: Array = list.unchecked_into();
            let text = |one: &JsValue, key| js::get(one, key).and_then(|value| value.as_string());
            ids.extend(
                list.iter()
                    .filter(|one| text(one, "kind").as_deref() == Some("videoinput"))
                    .filter_map(|one| text(&one, "deviceId"))
                    .filter(|id| !id.is_empty()),
            );
        }
        let now = js::call(&self.track, "getSettings", &[])
            .ok()
            .and_then(|now| js::get(&now, "deviceId")?.as_string())
            .unwrap_or_default();
        Lenses { ids, now }
    }

    /// Closes it; the lamp beside the lens goes out.
    pub fn close(&self) {
        if let Ok(tracks) = js::call(&self.stream, "getTracks", &[]) {
            let tracks: Array = tracks.unchecked_into();
            for track in tracks.iter() {
                let _ = js::call(&track, "stop", &[]);
            }
        }
        let _ = js_sys::Reflect::set(&self.video, &"srcObject".into(), &JsValue::NULL);
    }

    async fn apply(&self, what: &str, value: JsValue) {
        let advanced = Array::of1(&js::object(&[(what, value)]));
        let wish = js::object(&[("advanced", advanced.into())]);
        // A camera that does not follow a wish goes on as it is.
        let _ = js::call_later(&self.track, "applyConstraints", &[wish]).await;
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.close();
    }
}

/// The picture that a person took or chose in the file field with this id, all its pixels.
/// `None` where the file is no picture that this browser reads.
pub async fn photo(field_id: &str) -> Option<Picture> {
    let field = element(field_id)?;
    let files = js::get(&field, "files")?;
    let file = js::get(&files, "0")?;
    let bitmap = js::call_later(&js::window(), "createImageBitmap", &[file]).await;
    // The same file may be chosen again.
    let _ = js_sys::Reflect::set(&field, &"value".into(), &"".into());
    let bitmap = bitmap.ok()?;
    let (width, height) = (number(&bitmap, "width")?, number(&bitmap, "height")?);
    let scale = (PHOTO_PIXELS_MAX / (width * height)).sqrt().min(1.0);
    let size = [(width * scale).floor(), (height * scale).floor()];
    let picture = pixels(&new_canvas()?, &bitmap, [0.0, 0.0, width, height], size);
    let _ = js::call(&bitmap, "close", &[]);
    picture
}

fn facing() -> (&'static str, JsValue) {
    ("facingMode", "environment".into())
}

async fn ask(devices: &JsValue, which: (&str, JsValue)) -> Result<JsValue, CameraTrouble> {
    let ideal = |value: JsValue| js::object(&[("ideal", value)]);
    let (key, value) = which;
    let wanted = if key == "deviceId" {
        js::object(&[("exact", value)])
    } else {
        ideal(value)
    };
    let video = js::object(&[
        (key, wanted),
        ("width", ideal(1920.into())),
        ("height", ideal(1080.into())),
    ]);
    let wish = js::object(&[("video", video), ("audio", false.into())]);
    js::call_later(devices, "getUserMedia", &[wish])
        .await
        .map_err(|error| trouble_of(&error))
}

/// The names that the standard (Media Capture and Streams) gives to what goes wrong.
fn trouble_of(error: &JsValue) -> CameraTrouble {
    let name = js::get(error, "name").and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "SecurityError") => CameraTrouble::Denied,
        Some("NotReadableError" | "AbortError") => CameraTrouble::Busy,
        _ => CameraTrouble::Missing,
    }
}

/// Draws a part of a source at a size and takes the pixels.
fn pixels(canvas: &JsValue, source: &JsValue, from: [f64; 4], size: [f64; 2]) -> Option<Picture> {
    let [width, height] = size;
    for (key, value) in [("width", width), ("height", height)] {
        if number(canvas, key) != Some(value) {
            let _ = js_sys::Reflect::set(canvas, &key.into(), &value.into());
        }
    }
    // The pixels are wanted back at once: better never on the graphics card.
    let often = js::object(&[("willReadFrequently", true.into())]);
    let pen = js::call(canvas, "getContext", &["2d".into(), often]).ok()?;
    // What is transparent in a file is paper.
    let _ = js_sys::Reflect::set(&pen, &"fillStyle".into(), &"#fff".into());
    let all = [0.0, 0.0, width, height].map(JsValue::from_f64);
    let _ = js::call(&pen, "fillRect", &all);
    let [x, y, w, h] = from;
    let numbers = [x, y, w, h, 0.0, 0.0, width, height];
    let mut arguments = vec![source.clone()];
    arguments.extend(numbers.map(JsValue::from_f64));
    js::call(&pen, "drawImage", &arguments).ok()?;
    js::call(&pen, "getImageData", &all).ok().map(Picture)
}

fn element(id: &str) -> Option<JsValue> {
    let page = web_sys::window()?.document()?;
    page.get_element_by_id(id).map(Into::into)
}

fn new_canvas() -> Option<JsValue> {
    let page = web_sys::window()?.document()?;
    page.create_element("canvas").ok().map(Into::into)
}

fn truthy(object: &JsValue, key: &str) -> bool {
    js::get(object, key).is_some_and(|value| value.is_truthy())
}

fn number(object: &JsValue, key: &str) -> Option<f64> {
    js::get(object, key)?.as_f64()
}

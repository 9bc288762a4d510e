//! What the browser can do and be asked: secure context, installation, lasting storage, files.

use super::js;
use crate::commands::{Install, Kept};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url};

/// True where the browser gives keys, a service worker and the camera: HTTPS, or this machine.
pub fn is_secure() -> bool {
    let window = js::window();
    let secure = js::get(&window, "isSecureContext").is_some_and(|value| value.is_truthy());
    secure && js::get(&window, "crypto").is_some_and(|crypto| js::get(&crypto, "subtle").is_some())
}

/// True where the browser lets this page keep anything at all.
pub fn can_store() -> bool {
    let window = js::window();
    js::get(&window, "localStorage").is_some() && js::get(&window, "indexedDB").is_some()
}

/// The address after `#`, which never reaches a server.
pub fn fragment() -> String {
    location("hash").trim_start_matches('#').to_owned()
}

/// The path of the address.
pub fn path() -> String {
    location("pathname")
}

/// The query of the address, its `?` included.
pub fn search() -> String {
    location("search")
}

/// `https://host:port`.
pub fn origin() -> String {
    location("origin")
}

/// Goes to the first screen and takes the fragment, a one-time token, out of the history.
pub fn forget_fragment() {
    let history = js::get(&js::window(), "history").unwrap_or(JsValue::UNDEFINED);
    let _ = js::call(
        &history,
        "replaceState",
        &[JsValue::NULL, "".into(), "/".into()],
    );
    // Who follows the address (`router::follow`) learns of the new one only by this event.
    if let Some(class) = js::get(&js::window(), "PopStateEvent")
        && let Ok(event) = js::construct(&class, &["popstate".into()])
    {
        let _ = js::call(&js::window(), "dispatchEvent", &[event]);
    }
}

/// What to call this phone until its owner says otherwise: system and browser in two words.
pub fn device_label() -> String {
    let agent = js::get(&js::navigator(), "userAgent")
        .and_then(|agent| agent.as_string())
        .unwrap_or_default();
    let first = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map_or("Browser", |(_, name)| *name)
    };
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android phone"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    let browser = first(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    format!("{system}, {browser}")
}

/// Whether the app can be put on the home screen from here. The prompt that the browser offers
/// may come before the app has started; the start script keeps it as `window.batonInstall`.
pub fn install_state() -> Install {
    let window = js::window();
    let standalone = js::get(&js::navigator(), "standalone");
    let installed = js::call(
        &window,
        "matchMedia",
        &["(display-mode: standalone)".into()],
    )
    .is_ok_and(|query| js::get(&query, "matches").is_some_and(|matches| matches.is_truthy()));
    if installed || standalone.as_ref().is_some_and(JsValue::is_truthy) {
        Install::Installed
    } else if js::get(&window, "batonInstall").is_some() {
        Install::Offered
    } else if standalone.is_some() {
        // Only Safari on iOS has the property; it installs by hand.
        Install::IosSteps
    } else {
        Install::NotOffered
    }
}

/// Calls `changed` when the browser begins to offer installation, or has installed.
pub fn watch_install(changed: impl Fn() + 'static) {
    let changed = std::rc::Rc::new(changed);
    for event in ["beforeinstallprompt", "appinstalled"] {
        let changed = changed.clone();
        js::listen(&js::window(), event, move |_| changed());
    }
}

/// Shows the browser's own question; true if the person agreed.
pub async fn install() -> bool {
    let Some(prompt) = js::get(&js::window(), "batonInstall") else {
        return false;
    };
    let Ok(answer) = js::call_later(&prompt, "prompt", &[]).await else {
        return false;
    };
    js::get(&answer, "outcome")
        .and_then(|outcome| outcome.as_string())
        .as_deref()
        == Some("accepted")
}

/// Asks the browser to keep this phone's data, and says what it promised.
pub async fn keep_storage() -> Kept {
    let Some(storage) = js::get(&js::navigator(), "storage") else {
        return Kept::Unknown;
    };
    match js::call_later(&storage, "persist", &[]).await {
        Ok(answer) if answer.is_truthy() => Kept::Persistent,
        Ok(_) => Kept::BestEffort,
        Err(_) => Kept::Unknown,
    }
}

/// True where the browser has promised already to keep this phone's data.
pub async fn is_storage_kept() -> bool {
    let Some(storage) = js::get(&js::navigator(), "storage") else {
        return false;
    };
    js::call_later(&storage, "persisted", &[])
        .await
        .is_ok_and(|answer| answer.is_truthy())
}

/// Hands a file to the person, as a download.
pub fn save_file(name: &str, contents: &[u8]) -> Result<(), JsValue> {
    let parts = Array::of1(&Uint8Array::from(contents));
    let blob = Blob::new_with_u8_array_sequence(&parts)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let page = web_sys::window()
        .and_then(|window| window.document())
        .ok_or(JsValue::UNDEFINED)?;
    let link: HtmlAnchorElement = page.create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

fn location(part: &str) -> String {
    js::get(&js::window(), "location")
        .and_then(|location| js::get(&location, part))
        .and_then(|value| value.as_string())
        .unwrap_or_default()
}

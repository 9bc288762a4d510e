//! `fetch` with a time limit.

use super::js;
use super::json::FromJson;
use crate::commands::ServerError;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

/// Longest wait for a small answer.
const QUICK_MS: u32 = 15_000;
/// Longest wait for a page of records or a full batch over a bad line.
const SLOW_MS: u32 = 60_000;

/// How a body is written.
#[derive(Clone, Copy)]
enum Format {
    Json,
    Cbor,
}

/// `GET` with a CBOR answer.
pub(super) async fn get_bytes(path: &str) -> Result<Vec<u8>, ServerError> {
    bytes_of(send("GET", path, None, SLOW_MS).await?).await
}

/// `POST` of CBOR with a CBOR answer.
pub(super) async fn post_bytes(path: &str, body: &[u8]) -> Result<Vec<u8>, ServerError> {
    let body = Some((Format::Cbor, Uint8Array::from(body).into()));
    bytes_of(send("POST", path, body, SLOW_MS).await?).await
}

/// `GET` with a JSON answer.
pub(super) async fn get_json<T: FromJson>(path: &str) -> Result<T, ServerError> {
    json_of(send("GET", path, None, QUICK_MS).await?).await
}

/// `POST` of JSON, its fields all text, with a JSON answer.
pub(super) async fn post_json<T: FromJson>(
    path: &str,
    fields: &[(&str, &str)],
) -> Result<T, ServerError> {
    let fields: Vec<(&str, JsValue)> = fields
        .iter()
        .map(|(key, value)| (*key, JsValue::from_str(value)))
        .collect();
    let text = js_sys::JSON::stringify(&js::object(&fields)).map_err(|_| ServerError::Garbled)?;
    json_of(send("POST", path, Some((Format::Json, text.into())), QUICK_MS).await?).await
}

/// `DELETE` without an answer.
pub(super) async fn delete(path: &str) -> Result<(), ServerError> {
    send("DELETE", path, None, QUICK_MS).await.map(|_| ())
}

async fn send(
    method: &str,
    path: &str,
    body: Option<(Format, JsValue)>,
    limit_ms: u32,
) -> Result<Response, ServerError> {
    let request = RequestInit::new();
    request.set_method(method);
    request.set_signal(Some(&AbortSignal::timeout_with_u32(limit_ms)));
    if let Some((format, body)) = body {
        let headers = Headers::new().map_err(|_| ServerError::Garbled)?;
        let kind = match format {
            Format::Json => "application/json",
            Format::Cbor => "application/cbor",
        };
        headers
            .set("content-type", kind)
            .map_err(|_| ServerError::Garbled)?;
        request.set_headers(&headers);
        request.set_body(&body);
    }
    let window = web_sys::window().ok_or(ServerError::Unreachable)?;
    let answer = JsFuture::from(window.fetch_with_str_and_init(path, &request))
        .await
        .map_err(|_| ServerError::Unreachable)?;
    let response: Response = answer.dyn_into().map_err(|_| ServerError::Garbled)?;
    if response.ok() {
        Ok(response)
    } else {
        Err(error_of(&response).await)
    }
}

/// What a refusal of the server says. A gateway in front of a dead server answers 502 to 504:
/// for the phone that is the same as no answer.
async fn error_of(response: &Response) -> ServerError {
    let status = response.status();
    match status {
        413 => return ServerError::TooLarge,
        502..=504 => return ServerError::Unreachable,
        _ => {}
    }
    let (code, message) = said(response).await.unwrap_or_default();
    if status == 401 {
        ServerError::Unauthorized { code, message }
    } else {
        ServerError::Said {
            status,
            code,
            message,
        }
    }
}

/// `{error: {code, message}}`.
async fn said(response: &Response) -> Option<(String, String)> {
    let body = JsFuture::from(response.json().ok()?).await.ok()?;
    let error = js::get(&body, "error")?;
    let text = |key| {
        js::get(&error, key)
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    };
    Some((text("code"), text("message")))
}

async fn bytes_of(response: Response) -> Result<Vec<u8>, ServerError> {
    let body = response.array_buffer().map_err(|_| ServerError::Garbled)?;
    let buffer = JsFuture::from(body)
        .await
        .map_err(|_| ServerError::Unreachable)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

async fn json_of<T: FromJson>(response: Response) -> Result<T, ServerError> {
    let body = response.json().map_err(|_| ServerError::Garbled)?;
    let value = JsFuture::from(body)
        .await
        .map_err(|_| ServerError::Garbled)?;
    T::from_json(value).ok_or(ServerError::Garbled)
}

//! Bodies of requests and answers.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde::de::DeserializeOwned;

use super::error::ApiError;

/// A JSON body. What cannot be read is answered in our words.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = read(request, state).await?;
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(Self(value)),
            // The place and not the text: a body can hold a password.
            Err(error) => Err(ApiError::bad_request(format!(
                "The request is not the JSON that was expected (line {}, column {}).",
                error.line(),
                error.column()
            ))),
        }
    }
}

/// A CBOR body, not yet decoded.
pub struct Cbor(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Cbor {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        read(request, state).await.map(Self)
    }
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::too_large()
            } else {
                ApiError::bad_request("The request broke off before it was complete. Try again.")
            }
        })
}

/// A CBOR answer, compressed where that pays and the client takes it.
pub fn cbor(headers: &HeaderMap, bytes: Vec<u8>) -> Response {
    const COMPRESS_MIN: usize = 1400; // below that it is one packet anyway
    if bytes.len() >= COMPRESS_MIN
        && takes(headers, "gzip")
        && let Some(compressed) = gzip(&bytes)
    {
        return cbor_gzip(compressed);
    }
    (
        [
            (header::CONTENT_TYPE, baton_ledger::message::CONTENT_TYPE),
            (header::CACHE_CONTROL, "no-store"),
        ],
        bytes,
    )
        .into_response()
}

/// A CBOR answer that is compressed already.
pub fn cbor_gzip(bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, baton_ledger::message::CONTENT_TYPE),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_ENCODING, "gzip"),
        (header::VARY, "accept-encoding"),
    ];
    (headers, bytes).into_response()
}

/// True where the client takes an encoding.
pub fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    let accepted = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        parts.next() == Some(encoding)
            && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// Reads base64url without padding.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Writes base64url without padding.
pub fn to_base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(
        Vec::with_capacity(bytes.len() / 2),
        flate2::Compression::fast(),
    );
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

//! What every request passes: its number, its log line, the security headers, and for writes the
//! question where they come from.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::{journal, random};

use super::Site;
use super::error::ApiError;
use super::rate::{self, Asker};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest time for one answer; the stream of nudges is exempt.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// Nothing from elsewhere, nothing inline, no frame around us. `wasm-unsafe-eval` lets the
/// browser compile our own wasm and nothing else; `blob:` pictures are those taken on the phone.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; \
    worker-src 'self'; manifest-src 'self'; object-src 'none'; frame-ancestors 'none'; \
    base-uri 'none'; form-action 'self'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Numbers and logs a request, bounds its time and puts the security headers on its answer.
pub async fn watch(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = format!("{:016x}", u64::from_be_bytes(random::bytes()));
    let method = request.method().clone();
    // The pattern, never the path: a path can carry an invite's token.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let streams = route.as_deref() == Some("/api/v1/changes");
    let mut response = if streams {
        next.run(request).await
    } else {
        tokio::time::timeout(ANSWER_MAX, next.run(request))
            .await
            .unwrap_or_else(|_| slow())
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if site.config.https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(year);
    }
    let of_api = route.filter(|route| route.starts_with("/api/"));
    if of_api.is_some() {
        // Unless a handler says otherwise: nobody between us and the phone keeps an answer.
        let never = HeaderValue::from_static("no-store");
        headers.entry(header::CACHE_CONTROL).or_insert(never);
    }
    headers.extend(HeaderValue::from_str(&id).map(|id| (REQUEST_ID, id)));
    if let Some(route) = of_api {
        let status = response.status();
        site.metrics
            .answered(method.as_str(), &route, status.as_u16(), began.elapsed());
        let line = if status.is_server_error() {
            journal::error("request")
        } else {
            journal::info("request")
        };
        let ms = began.elapsed().as_secs_f64() * 1000.0;
        line.with("id", id)
            .with("method", method.as_str())
            .with("route", route)
            .with("status", status.as_u16())
            .with("ms", (ms * 10.0).round() / 10.0)
            .write();
    }
    response
}

/// The addresses of the API that only somebody who is signed in gets an answer from. Everywhere else
/// the address is asked whatever cookie is sent along: a cookie is nothing until it was looked up.
const OF_MEMBERS: [(&str, &str); 10] = [
    ("GET", "/api/v1/session"),
    ("POST", "/api/v1/devices"),
    ("GET", "/api/v1/devices/missing"),
    ("POST", "/api/v1/invites"),
    ("POST", "/api/v1/sync"),
    ("GET", "/api/v1/snapshot"),
    ("GET", "/api/v1/snapshot/{order}/{page}"),
    ("GET", "/api/v1/changes"),
    ("GET", "/api/v1/products"),
    ("DELETE", "/api/v1/session"),
];

/// True where an address is answered to members only.
pub fn is_of_members(method: &str, route: &str) -> bool {
    OF_MEMBERS.contains(&(method, route))
}

/// Turns somebody away who is not signed in and asks too often. Whoever is signed in is counted
/// by the account ([`super::signed`]), which also asks the address of a cookie that is no session.
pub async fn check_address(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let route = parts.extensions.get::<MatchedPath>();
    let of_members =
        route.is_some_and(|route| is_of_members(parts.method.as_str(), route.as_str()));
    let looked_up_later = of_members && super::signed::has_token(&parts.headers);
    if parts.uri.path().starts_with("/api/")
        && !looked_up_later
        && let Err(wait) = ask_address(&site, &parts)
    {
        return ApiError::too_often(wait).into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}

/// Takes one from the bucket of the address that a request comes from. This machine's own is exempt.
pub fn ask_address(site: &Site, parts: &Parts) -> Result<(), Duration> {
    let address = rate::address(parts, &site.config.trusted_proxies);
    let Some(address) = address.filter(|address| !address.is_loopback()) else {
        return Ok(());
    };
    let taken = site.rates.take(Asker::Address(address), Instant::now());
    taken.inspect_err(|_| site.metrics.turned_away())
}

/// Lets a write through only from our own pages, or from a program.
///
/// A browser names the page that a write comes from. A program names nothing; it carries no
/// cookie of a person behind their back either, so there is nobody to be tricked.
pub async fn check_origin(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let writes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if writes && !is_own(&site, request.headers(), request.uri()) {
        let message = "This request comes from another site's page and was not carried out. Open the app by its own \
                       address. Whoever runs the server: behind a proxy it needs `--public-url`.";
        return ApiError::new(StatusCode::FORBIDDEN, "foreign_origin", message).into_response();
    }
    next.run(request).await
}

fn is_own(site: &Site, headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match text(header::ORIGIN) {
        Some(origin) => {
            let host = text(header::HOST).or(uri.authority().map(|authority| authority.as_str()));
            let scheme = if site.config.https { "https" } else { "http" };
            site.config.public_origin.as_deref() == Some(origin)
                || host.is_some_and(|host| {
                    origin
                        .strip_prefix(scheme)
                        .and_then(|rest| rest.strip_prefix("://"))
                        == Some(host)
                })
        }
        None => matches!(
            text(HeaderName::from_static("sec-fetch-site")),
            None | Some("same-origin" | "none")
        ),
    }
}

fn slow() -> Response {
    let message =
        "The server took too long. What this phone recorded is safe; it tries again by itself.";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "slow", message).into_response()
}

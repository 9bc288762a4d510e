//! The API and the app's files over HTTP.
//!
//! A handler reads its request, asks the rooms below, and says the answer in JSON or CBOR. It
//! holds no rule. Everything passes the same gate first (`guard`): a request number, a log line
//! without anything personal, security headers, a time limit, and for writes the question which
//! page they come from.

pub mod assets;
mod body;
mod changes;
mod demo;
mod devices;
mod error;
mod guard;
mod health;
mod invites;
pub mod listen;
mod products;
pub mod rate;
mod session;
mod setup;
mod signed;
mod snapshot;
mod sync;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;

use baton_ledger::limits::SYNC_REQUEST_BYTES_MAX;
use baton_ledger::message::{PROTOCOL, PROTOCOL_OLDEST};

use crate::lan::TrustPage;
use crate::metrics::Metrics;
use crate::organizations::OpenLedger;
use crate::{Server, journal};

use assets::Assets;
use error::ApiError;
use rate::Rates;

pub use guard::is_of_members;

/// The API in words for programs.
pub const OPENAPI: &str = include_str!("../../openapi.json");
/// Largest JSON body.
const JSON_BYTES_MAX: usize = 16 * 1024;

/// The protocols that phones may speak.
#[derive(Clone, Copy, Debug)]
pub struct Protocols {
    /// The oldest.
    pub oldest: u16,
    /// The newest.
    pub newest: u16,
}

impl Default for Protocols {
    fn default() -> Self {
        Self {
            oldest: PROTOCOL_OLDEST,
            newest: PROTOCOL,
        }
    }
}

/// How this server is reached, and what it offers.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Scheme, host and port under which phones reach it, as in `https://baton.example`. Without
    /// it the address is the one that a request names.
    pub public_origin: Option<String>,
    /// True where phones reach it by HTTPS, directly or through a proxy.
    pub https: bool,
    /// True where the demo is offered.
    pub demo: bool,
    /// The demo's password, where it may be shown: on this machine only.
    pub demo_password: Option<String>,
    /// True where demo organizations may sign in at all. Their password is in the manual, so on a
    /// network they may not unless they were given another one.
    pub admits_demo: bool,
    /// The protocols that are served: this build's, unless a test plays a later one.
    pub protocols: Protocols,
    /// The proxies whose word on the address behind them is taken.
    pub trusted_proxies: Vec<IpAddr>,
}

/// One server with its configuration, as handlers see it.
pub struct Site {
    /// What it works on.
    pub server: Server,
    /// How it is reached.
    pub config: Config,
    /// The app's files.
    pub assets: Assets,
    /// The page on trusting the local authority, where there is one.
    pub trust: Option<TrustPage>,
    /// What it counts.
    pub metrics: Arc<Metrics>,
    /// Who asked how often.
    pub rates: Rates,
    /// Turns true when the server is to stop.
    pub stopping: watch::Receiver<bool>,
}

impl Site {
    /// True where an organization may sign in here.
    fn admits(&self, ledger: &OpenLedger) -> bool {
        !ledger.row().demo || self.config.admits_demo
    }

    /// The address of this server for a link: scheme, host and port.
    fn address(&self, headers: &HeaderMap) -> String {
        if let Some(origin) = &self.config.public_origin {
            return origin.clone();
        }
        let scheme = if self.config.https { "https" } else { "http" };
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("localhost");
        format!("{scheme}://{host}")
    }
}

/// Every address that `openapi.json` describes. Nothing else is added to the router but the app's
/// files and the page on trusting the local authority; a test compares the two.
fn addresses() -> Vec<(&'static str, MethodRouter<Arc<Site>>)> {
    let sync = post(sync::sync).layer(DefaultBodyLimit::max(SYNC_REQUEST_BYTES_MAX));
    vec![
        ("/api/v1/setup", post(setup::set_up)),
        (
            "/api/v1/session",
            get(session::current)
                .post(session::sign_in)
                .delete(session::sign_out),
        ),
        ("/api/v1/devices", post(devices::enrol)),
        ("/api/v1/devices/missing", get(devices::missing)),
        ("/api/v1/invites", post(invites::make)),
        (
            "/api/v1/invites/{token}",
            get(invites::show).post(invites::accept),
        ),
        ("/api/v1/sync", sync),
        ("/api/v1/snapshot", get(snapshot::manifest)),
        ("/api/v1/snapshot/{order}/{page}", get(snapshot::page)),
        ("/api/v1/changes", get(changes::nudges)),
        ("/api/v1/products", get(products::search)),
        ("/api/v1/demo", get(demo::people)),
        ("/api/v1/openapi.json", get(describe)),
        ("/healthz", get(health::lives)),
        ("/readyz", get(health::is_ready)),
    ]
}

/// The patterns of [`router`]'s addresses, for the test that holds the document to them.
pub fn paths() -> Vec<&'static str> {
    addresses().into_iter().map(|(path, _)| path).collect()
}

async fn describe() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

/// The service of a site.
pub fn router(site: Arc<Site>) -> Router {
    let trust = site.trust.as_ref().map(TrustPage::router);
    let api = addresses()
        .into_iter()
        .fold(Router::new(), |api, (path, methods)| {
            api.route(path, methods)
        })
        .layer(DefaultBodyLimit::max(JSON_BYTES_MAX));
    api.merge(trust.unwrap_or_default())
        .fallback(file)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&site),
            guard::check_origin,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&site),
            guard::check_address,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&site),
            guard::watch,
        ))
        .with_state(site)
}

async fn file(State(site): State<Arc<Site>>, request: Request) -> Response {
    site.assets
        .answer(request.method(), request.uri(), request.headers())
}

async fn wrong_method() -> ApiError {
    let message = "This address knows no such request.";
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        message,
    )
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    journal::error("panic").write();
    let message = "The server made a mistake and noted it. What this phone recorded is safe; it tries again by itself.";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", message).into_response()
}

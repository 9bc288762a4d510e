//! Connections: each request's head has to come in time.
//!
//! A client that sends its head letter by letter holds a connection and, with many of them, every
//! file handle of the machine. `axum::serve` sets no bound there; so connections are served by the
//! layer below it. What comes after the head is bounded by the gate (`guard`): a body by its size and
//! by the time of one answer.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::sync::watch;

use super::rate::Peer;

/// How long the head of a request may take, and how long a silent connection is kept.
pub const HEAD_MAX: Duration = Duration::from_secs(20);

/// Serves until it is to stop and what was under way has ended.
pub async fn serve<L>(
    mut listener: L,
    router: Router,
    head_max: Duration,
    mut stopping: watch::Receiver<bool>,
) where
    L: Listener<Addr = SocketAddr>,
{
    let connections = GracefulShutdown::new();
    loop {
        let (stream, address) = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        let inner = TowerToHyperService::new(router.clone());
        let service = service_fn(move |mut request: axum::http::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(Peer(address)));
            inner.call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head_max)
            .serve_connection(TokioIo::new(stream), service);
        let connection = connections.watch(connection);
        // Whoever breaks off has broken off.
        tokio::spawn(async move {
            let _ = connection.await;
        });
    }
    drop(listener);
    connections.shutdown().await;
}

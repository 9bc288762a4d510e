//! `GET /api/v1/changes`: nudges, as server-sent events.
//!
//! An event says only that there is news, with the order number. What the news is, a phone asks
//! by a sync: a nudge that is lost costs time and never truth.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::time::Instant;

use super::Site;
use super::error::ApiError;
use super::signed::Member;

/// How long one stream lives. The browser comes back by itself, and its session is looked at
/// anew.
const STREAM_MAX: Duration = Duration::from_secs(30 * 60);
/// How often a silent stream says that it is alive, so that no proxy cuts it.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// `GET /api/v1/changes`
pub async fn nudges(
    State(site): State<Arc<Site>>,
    Member(me): Member,
) -> Result<Response, ApiError> {
    let mut news = me.ledger.subscribe();
    news.mark_unchanged();
    let stopping = site.stopping.clone();
    let end = Instant::now() + STREAM_MAX;
    let first = news.borrow().order;
    let listening = site.metrics.listening();
    let events = stream::unfold(
        (news, stopping, None, first, listening),
        move |(mut news, mut stopping, told, first, listening)| async move {
            let order = match told {
                // The first nudge comes at once: it tells that the stream stands.
                None => first,
                Some(told) => loop {
                    tokio::select! {
                        changed = news.changed() => changed.ok()?,
                        _ = stopping.wait_for(|stopping| *stopping) => return None,
                        () = tokio::time::sleep_until(end) => return None,
                    }
                    let order = news.borrow_and_update().order;
                    if order != told {
                        break order;
                    }
                },
            };
            let event = Event::default().event("order").data(order.to_string());
            Some((
                Ok::<_, Infallible>(event),
                (news, stopping, Some(order), first, listening),
            ))
        },
    );
    // The state itself stays out of the stream's memory: only the number is read from it.
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response();
    // Not only to be asked for anew, as streams say by themselves: nobody keeps it at all.
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    Ok(response)
}

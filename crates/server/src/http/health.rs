//! Whether the process lives, and whether it can do its work.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::Site;
use super::error::ApiError;

/// `GET /healthz`: the process answers.
pub async fn lives() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers, and the server is not stopping.
pub async fn is_ready(State(site): State<Arc<Site>>) -> Result<Response, ApiError> {
    if *site.stopping.borrow() {
        return Ok((StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response());
    }
    site.server.storage.organizations().await?;
    Ok("ready\n".into_response())
}

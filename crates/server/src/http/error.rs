//! Errors of the API: `{"error":{"code","message"}}`.
//!
//! The code is for programs, the message for people: what, why, and what next. Below this module
//! errors are typed; they become words here and nowhere else.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::accounts::{CredentialFault, SignInError};
use crate::clock;
use crate::journal;
use crate::organizations::AppendError;
use crate::storage::StorageError;

/// An error as it leaves the server.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after_s: Option<u64>,
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: &'a str,
}

impl ApiError {
    /// An error with its status, its word for programs and its words for people.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after_s: None,
        }
    }

    /// Nobody is signed in.
    pub fn signed_out() -> Self {
        let message =
            "You are signed out here. Sign in to send what this phone recorded; nothing is lost.";
        Self::new(StatusCode::UNAUTHORIZED, "signed_out", message)
    }

    /// The request is not what it should be.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    /// The person may not do it.
    pub fn not_allowed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "not_allowed", message)
    }

    /// There is no such thing.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// The body is too large.
    pub fn too_large() -> Self {
        let message = "This is too much at once. Send it in smaller parts.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
    }

    /// Somebody asks too often.
    pub fn too_often(wait: Duration) -> Self {
        let message = "This is asked too often. What this phone recorded is safe; it tries again by itself in a moment.";
        Self {
            retry_after_s: Some(wait.as_secs() + 1),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_often", message)
        }
    }

    /// The link was used or is too old.
    pub fn link_ended() -> Self {
        let message = "This link was used already or is too old. Ask for a new one.";
        Self::new(StatusCode::GONE, "link_ended", message)
    }

    /// The login belongs to somebody else.
    pub fn login_taken() -> Self {
        let message = "This sign-in name is taken. Choose another one.";
        Self::new(StatusCode::CONFLICT, "login_taken", message)
    }

    /// The word for programs.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Envelope {
            error: Body {
                code: self.code,
                message: &self.message,
            },
        };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        journal::error("storage")
            .with("error", error.to_string())
            .write();
        let message = "The server cannot use its database just now. What this phone recorded is safe and will be \
                       sent later. If this lasts, tell whoever runs the server.";
        Self {
            retry_after_s: Some(5),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "storage", message)
        }
    }
}

impl From<AppendError> for ApiError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Storage(error) => error.into(),
            AppendError::Format(_, error) => {
                Self::bad_request(format!("This cannot be recorded: {error}."))
            }
            AppendError::NotAccepted(_) => {
                journal::warn("own entry not accepted")
                    .with("error", error.to_string())
                    .write();
                Self::not_allowed(
                    "The rules do not allow this for you. Ask an Admin of your organization.",
                )
            }
        }
    }
}

impl From<CredentialFault> for ApiError {
    fn from(fault: CredentialFault) -> Self {
        let code = match fault {
            CredentialFault::Login => "login_unfit",
            CredentialFault::PasswordShort | CredentialFault::PasswordLong => "password_unfit",
        };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, format!("{fault}."))
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => {
                let message = "The sign-in name or the password is wrong. Forgotten? Ask an Admin for a new invite.";
                Self::new(StatusCode::UNAUTHORIZED, "wrong_password", message)
            }
            SignInError::TooMany { free_at_ms } => {
                let seconds = u64::try_from((free_at_ms - clock::now_ms()) / 1000 + 1).unwrap_or(1);
                let message = format!(
                    "Too many wrong passwords for this sign-in name. Wait {} and try again, or ask an Admin for a \
                     new invite.",
                    if seconds < 90 {
                        format!("{seconds} seconds")
                    } else {
                        format!("{} minutes", seconds.div_ceil(60))
                    }
                );
                let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", message);
                Self {
                    retry_after_s: Some(seconds),
                    ..error
                }
            }
            SignInError::Storage(error) => error.into(),
        }
    }
}

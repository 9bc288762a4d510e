//! The server's clock: one place, so that nothing else reads the time.

use std::time::{SystemTime, UNIX_EPOCH};

use baton_domain::time::Timestamp;

/// Milliseconds since 1970-01-01T00:00:00Z. A clock before that reads as 0.
pub fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The instant as entries of the server claim it: UTC.
pub fn now() -> Timestamp {
    Timestamp {
        unix_ms: now_ms(),
        offset_min: 0,
    }
}

/// An hour in milliseconds.
pub const HOUR_MS: i64 = 60 * 60 * 1000;
/// A day in milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;

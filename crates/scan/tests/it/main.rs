//! Scanning as the app uses it: frames go in, outcomes come out.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod session;

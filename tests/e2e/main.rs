//! Journeys in real browsers against the real server.
//!
//! `cargo xtask test` builds app and server, finds the browsers and runs this suite once
//! an engine: everything in Chromium, and the tests below `every_engine` in Firefox and
//! WebKit, too. `support` says how a test is written.

mod chromium;
mod every_engine;
mod support;
mod walk;

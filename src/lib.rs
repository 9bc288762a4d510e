//! Baton: cases and custody of implants on a phone without signal.
//!
//! The app as a library, so that journeys drive its commands natively. Dependencies point one
//! way: `pages` and `components` read `state`; `state` knows the commands' outcomes; `commands`
//! name ports; `platform` is the browser behind those ports; `app` alone joins them.

pub mod app;
pub mod commands;
pub mod components;
pub mod pages;
pub mod platform;
pub mod state;

//! What must work in Chromium, Firefox and WebKit alike.

mod new_version;
mod offline_start;
mod precache;
mod scan_ways;
mod short_journey;

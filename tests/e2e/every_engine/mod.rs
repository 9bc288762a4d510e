//! What must work in Chromium, Firefox and WebKit alike.

mod offline_start;

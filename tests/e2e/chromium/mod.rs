//! What needs Chromium: profiles that survive a kill, throttling, and the long journeys.

mod killed;

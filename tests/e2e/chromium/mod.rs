//! What needs Chromium: profiles that survive a kill, throttling, and the long journeys.

mod beginning;
mod killed;
mod main_journey;

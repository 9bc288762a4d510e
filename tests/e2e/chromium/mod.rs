//! What needs Chromium: profiles that survive a kill, throttling, and the long journeys.

mod beginning;
mod closing;
mod cover_swap;
mod getting_stock;
mod handing_over;
mod killed;
mod main_journey;
mod playbook_facility;
mod scanning;

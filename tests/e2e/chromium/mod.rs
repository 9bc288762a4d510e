//! What needs Chromium: profiles that survive a kill, throttling, and the long journeys.

mod bad_input;
mod beginning;
mod by_code;
mod closing;
mod cover_swap;
mod damage;
mod drafts;
mod first_minute;
mod getting_stock;
mod handing_badly;
mod handing_much;
mod handing_on;
mod handing_over;
mod handing_proof;
mod installable;
mod killed;
mod main_journey;
mod newcomers;
mod people;
mod playbook_facility;
mod proposing;
mod scan_in_context;
mod scanning;
mod screens;
mod stockroom;
mod waking;

//! From what a camera sees to what a label says.
//!
//! Four ways lead to a code: the camera, a still photo, a scanner that types (a wedge) and a
//! thumb. All four end in one [`ScanOutcome`], made by one [`Session`]. The crate is pure: no
//! clock, no browser, no decoder. Times come in as milliseconds of any clock that does not run
//! backwards, pictures stay outside, and what decodes them stands behind [`Engine`].
//!
//! What is believed, and why so:
//!
//! - A symbol with error correction (DataMatrix, QR) is believed at its first reading. A linear
//!   symbol has one check character or digit, which one misread in fifty gets past; it is
//!   believed when two frames gave the same text and no other text stood in the same place as
//!   often. EAN, UPC, ITF and Code 39 need the two readings on a still picture, too.
//! - A code that was taken is not taken again for two seconds; in a batch not before it has
//!   left the view for one second, or the person asks for one more.
//! - Two symbols with the same content are one label. Two halves of one label are joined within
//!   ten seconds, by the rules of [`baton_udi::TwoCodes`].
//! - Text that is no label of a device is told only when it stands there alone: parcels and
//!   posters are full of codes that mean nothing here.
//!
//! The worker that decodes lies in `worker/`, in JavaScript, because it starts without the app.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test may fail by panicking")
)]

mod engine;
mod gate;
mod plan;
mod session;
mod symbol;
mod typed;
mod votes;
mod wedge;

pub use engine::{Engine, EngineError, Look, Sighting};
pub use gate::Gate;
pub use plan::{Crop, Plan, View};
pub use session::{
    BATCH_GONE_MS, BETWEEN_PHONES, IGNORED_MS, Missing, ScanOutcome, Session, Wanted, Way,
};
pub use symbol::{Format, Formats, Symbol};
pub use typed::{TypedHelp, typed_help};
pub use wedge::{SILENCE_MS, Stroke, TEST_CODE, TestReading, Wedge, test_reading};

//! Handing over from phone to phone, with no network between them.
//!
//! The giver's phone shows an **offer**, the receiver's phone reads it, its owner answers line by
//! line, and it shows a **receipt**; the giver's phone reads that, and both hold both signatures.
//! A proposal and the word on it travel in the same way (R41).
//!
//! Offer and receipt are nothing but ledger entries in the bytes in which they were signed and
//! stored. What is special is only how they travel:
//!
//! ```text
//! entries → parcel (deflated if smaller) → text → one QR symbol, or frames, or a file
//! ```
//!
//! - [`ancestors`]: an offer made offline may rest on movements that no server knows yet; those
//!   travel with it, a few deep, so that the receiver can hand the pieces on.
//! - [`Parcel`]: entries and certificates as bytes, and back.
//! - [`code`], [`plain`], [`Frames`], [`Collector`]: bytes as text, and back.
//! - [`Symbol`]: a text as the modules of a QR symbol.
//! - [`check`]: whether what came can be believed and what it means here.
//! - [`check_phrase`]: what both sides say aloud.
//!
//! # What it never does
//!
//! It signs nothing and holds no key, checks no signature itself (it says which to check), opens
//! no camera, draws nothing, stores nothing, reads no clock. Whatever bytes come, it neither
//! panics nor allocates beyond [`limits`].
//!
//! # Changing it
//!
//! `tests/golden` holds codes made by earlier builds, which must be read for ever.

mod ancestors;
mod check;
mod error;
mod frames;
pub mod limits;
mod parcel;
mod phrase;
mod symbol;
mod text;

pub use ancestors::{Room, ancestors};
pub use check::{Arrival, Check, Incoming, Meaning, Reader, check};
pub use error::HandoffError;
pub use frames::{Collected, Collector, Frames};
pub use parcel::{Kind, Parcel};
pub use phrase::check_phrase;
pub use symbol::Symbol;
pub use text::{code_length, is_handoff};

/// How a parcel is shown.
#[derive(Clone, Debug)]
pub enum Shown {
    /// As one code.
    Code(String),
    /// As frames, one after the other.
    Frames(Frames),
}

/// How a parcel's bytes are shown: as one code where it fits, else as frames.
pub fn code(parcel: &[u8]) -> Result<Shown, HandoffError> {
    let code = text::to_code(parcel);
    if Symbol::of(&code).is_some() {
        return Ok(Shown::Code(code));
    }
    Frames::new(parcel).map(Shown::Frames)
}

/// A parcel's bytes as text to copy, share or keep in a file.
pub fn plain(parcel: &[u8]) -> String {
    text::to_plain(parcel)
}

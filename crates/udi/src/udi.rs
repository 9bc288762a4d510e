//! What was read from a label.

use crate::{Date, Gtin, Warning};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The bodies that may issue device identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agency {
    /// GS1: the device identifier is a GTIN.
    Gs1,
    /// Health Industry Business Communications Council: HIBC LIC.
    Hibcc,
    /// ICCBBA: ISBT 128, for tissue, cells and blood bags.
    Iccbba,
}

impl Agency {
    /// `GS1`, `HIBCC` or `ICCBBA`, as the FDA's device database writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Agency::Gs1 => "GS1",
            Agency::Hibcc => "HIBCC",
            Agency::Iccbba => "ICCBBA",
        }
    }
}

impl fmt::Display for Agency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The meaning of one label text, or of the two texts of a two-code label.
///
/// `None` means "this text does not say", never "the device has none". Every field that is
/// `Some` stands in the text; where the text gives cause for doubt, [`Udi::warnings`] says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Udi {
    /// Who issued the identifier. FHIR: `Device.udiCarrier.issuer`.
    pub agency: Agency,
    /// The device identifier (DI) as the FDA's database holds it: the 14 digits of the GTIN;
    /// for HIBC the labeler, product and unit characters without `+` and check character;
    /// for ISBT 128 the processor product identification code. FHIR:
    /// `Device.udiCarrier.deviceIdentifier`.
    pub device_identifier: Option<String>,
    /// Lot or batch. FHIR: `Device.lotNumber`.
    pub lot: Option<String>,
    /// Serial number. FHIR: `Device.serialNumber`.
    pub serial: Option<String>,
    /// Last day of use. FHIR: `Device.expirationDate`.
    pub expiry: Option<Date>,
    /// Day of manufacture. FHIR: `Device.manufactureDate`.
    pub manufactured: Option<Date>,
    /// How many pieces, where the label says so.
    pub quantity: Option<u32>,
    /// The donation identification number of tissue or cells (ISBT 128). FHIR:
    /// `Device.distinctIdentifier`.
    pub distinct_identifier: Option<String>,
    /// Every element in the order of the text: the key as the standard writes it (`01`,
    /// `$$3`, `=>`) and the value, unchanged.
    pub elements: Vec<(String, String)>,
    /// The check character of a HIBC primary text.
    pub check_character: Option<char>,
    /// The check character of the primary text that a separate HIBC secondary text names, so
    /// that a lot cannot be joined to a wrong product.
    pub link_character: Option<char>,
    /// What to look at again.
    pub warnings: Vec<Warning>,
    /// Another reading of the same text that is possible too, when a warning speaks of one.
    pub alternative: Option<Box<Udi>>,
    /// The text as it came in. FHIR: `Device.udiCarrier.carrierHRF` or `carrierAIDC`.
    pub raw: String,
}

impl Udi {
    /// A reading with nothing in it yet.
    pub(crate) fn empty(agency: Agency, raw: &str) -> Udi {
        Udi {
            agency,
            device_identifier: None,
            lot: None,
            serial: None,
            expiry: None,
            manufactured: None,
            quantity: None,
            distinct_identifier: None,
            elements: Vec::new(),
            check_character: None,
            link_character: None,
            warnings: Vec::new(),
            alternative: None,
            raw: String::from(raw),
        }
    }

    /// True when lot or serial number is known, so that this one piece can be followed.
    pub fn is_tracked(&self) -> bool {
        self.lot.is_some() || self.serial.is_some()
    }

    /// The value of the first element with this key, unchanged.
    pub fn element(&self, key: &str) -> Option<&str> {
        let found = self.elements.iter().find(|(other, _)| other == key)?;
        Some(&found.1)
    }

    /// The device identifier as a GTIN, when it is one with a right check digit.
    pub fn gtin(&self) -> Option<Gtin> {
        match (self.agency, &self.device_identifier) {
            (Agency::Gs1, Some(digits)) => Gtin::parse(digits).ok(),
            _ => None,
        }
    }
}

/// What [`parse`](crate::parse) made of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The text follows one of the three standards.
    Udi(Udi),
    /// It does not; here it is, unchanged.
    Text(String),
}

impl Outcome {
    /// The reading, when there is one.
    pub fn udi(self) -> Option<Udi> {
        match self {
            Outcome::Udi(udi) => Some(udi),
            Outcome::Text(_) => None,
        }
    }
}

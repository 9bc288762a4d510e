//! One symbol as a decoder reports it.

/// The kinds of symbols that labels and handoffs use. EAN-8 and UPC-E are left out: nearly all
/// readings of them are false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// GS1 DataMatrix, HIBC DataMatrix: most implants.
    DataMatrix,
    /// Handoff codes, and some labels.
    QrCode,
    /// GS1-128, HIBC in Code 128.
    Code128,
    /// Retail boxes.
    Ean13,
    /// Retail boxes in North America.
    UpcA,
    /// Outer cartons.
    Itf14,
    /// Older HIBC labels.
    Code39,
}

/// Each with the name by which zxing is asked for it. Code 39 is asked for in its standard form: in
/// the extended one `+A`, with which an HIBC label begins, would be read as `a`.
const ALL: [(Format, &str); 7] = [
    (Format::DataMatrix, "DataMatrix"),
    (Format::QrCode, "QRCode"),
    (Format::Code128, "Code128"),
    (Format::Ean13, "EAN13"),
    (Format::UpcA, "UPCA"),
    (Format::Itf14, "ITF14"),
    (Format::Code39, "Code39Std"),
];

impl Format {
    /// As zxing names it.
    pub fn name(self) -> &'static str {
        ALL.iter()
            .find(|(format, _)| *format == self)
            .map_or("", |(_, name)| name)
    }

    /// By the name that zxing gives: it answers with `Code39` where it was asked for `Code39Std`,
    /// with `ITF` where it was asked for `ITF14`. `QRCodeModel2` is QR.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "Code39" => return Some(Self::Code39),
            "ITF" => return Some(Self::Itf14),
            _ => {}
        }
        ALL.iter()
            .find(|(_, known)| name.starts_with(known))
            .map(|(format, _)| *format)
    }

    /// True for a symbol whose own error correction makes one reading enough.
    pub const fn corrects_errors(self) -> bool {
        matches!(self, Self::DataMatrix | Self::QrCode)
    }

    /// True where even a sharp still picture needs two equal readings: one check digit, or none.
    pub const fn is_weak(self) -> bool {
        matches!(self, Self::Ean13 | Self::UpcA | Self::Itf14 | Self::Code39)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formats(u8);

impl Formats {
    /// What device labels carry.
    pub const LABELS: Self = Self(
        Format::DataMatrix.bit()
            | Format::QrCode.bit()
            | Format::Code128.bit()
            | Format::Ean13.bit()
            | Format::UpcA.bit(),
    );
    /// QR codes only: what one phone shows to another.
    pub const QR: Self = Self(Format::QrCode.bit());

    /// These and one more.
    #[must_use]
    pub const fn with(self, format: Format) -> Self {
        Self(self.0 | format.bit())
    }

    /// Whether one is among them.
    pub const fn has(self, format: Format) -> bool {
        self.0 & format.bit() != 0
    }

    /// As zxing takes them: names joined by commas.
    pub fn names(self) -> String {
        let names: Vec<&str> = ALL
            .iter()
            .filter(|(format, _)| self.has(*format))
            .map(|(_, name)| *name)
            .collect();
        names.join(",")
    }
}

/// A symbol that a decoder read.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol {
    /// Its kind.
    pub format: Format,
    /// The symbology identifier, `]d2` for a GS1 DataMatrix; empty where there is none.
    pub identifier: String,
    /// Its text; a separator is the character 0x1D.
    pub text: String,
    /// Where its middle is, as a part of the whole frame: 0 to 1 from left and from top.
    pub centre: (f32, f32),
    /// How many passes over the same picture gave this text.
    pub reads: u32,
}

impl Symbol {
    /// Whether one still picture is enough to believe it: symbols with a weak check digit need two
    /// passes that agree.
    pub fn is_believed_on_a_still(&self) -> bool {
        !self.format.is_weak() || self.reads >= 2
    }

    /// Identifier and text, as [`baton_udi::parse`] takes them.
    pub fn code(&self) -> String {
        [self.identifier.as_str(), self.text.as_str()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_decoders_and_lead_back() {
        assert_eq!(
            Formats::LABELS.names(),
            "DataMatrix,QRCode,Code128,EAN13,UPCA"
        );
        for (format, name) in ALL {
            assert_eq!(Format::from_name(name), Some(format));
            assert_eq!(format.name(), name);
        }
        assert_eq!(Format::from_name("Code39"), Some(Format::Code39));
        assert_eq!(Format::from_name("ITF"), Some(Format::Itf14));
        assert_eq!(Format::from_name("Code39Ext"), None);
        assert_eq!(Format::from_name("QRCodeModel2"), Some(Format::QrCode));
        assert_eq!(Format::from_name("EAN8"), None);
        assert_eq!(Format::from_name("UPCE"), None);
    }

    #[test]
    fn on_a_still_picture_weak_symbols_need_two_passes() {
        let mut symbol = Symbol {
            format: Format::Ean13,
            identifier: String::new(),
            text: "4006381333931".into(),
            centre: (0.5, 0.5),
            reads: 1,
        };
        assert!(!symbol.is_believed_on_a_still());
        symbol.reads = 2;
        assert!(symbol.is_believed_on_a_still());
        symbol.format = Format::Code128;
        symbol.reads = 1;
        assert!(symbol.is_believed_on_a_still());
    }

    #[test]
    fn cartons_and_old_labels_are_asked_for() {
        let more = Formats::LABELS.with(Format::Itf14);
        assert!(more.has(Format::Itf14) && !more.has(Format::Code39));
        assert!(!Formats::LABELS.has(Format::Itf14));
    }
}

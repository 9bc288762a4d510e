//! A code as a drawing: the modules of a QR symbol.

use crate::limits::SYMBOL_VERSION_MAX;
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

/// A QR symbol.
#[derive(Clone)]
pub struct Symbol(QrCode);

impl Symbol {
    /// The symbol of a code: at level M, where a seventh of it may be unreadable, or at L where
    /// only that fits. `None` where it takes more than version 25, which cameras no longer read
    /// well from a phone: show frames.
    pub fn of(code: &str) -> Option<Self> {
        if !QrSegment::is_alphanumeric(code) {
            return None;
        }
        let segments = [QrSegment::make_alphanumeric(code)];
        let most = Version::new(SYMBOL_VERSION_MAX);
        let at = |level| {
            QrCode::encode_segments_advanced(&segments, level, Version::MIN, most, None, false)
        };
        at(QrCodeEcc::Medium)
            .or_else(|_| at(QrCodeEcc::Low))
            .ok()
            .map(Self)
    }

    /// Its version, 1 to 25.
    pub fn version(&self) -> u8 {
        self.0.version().value()
    }

    /// True at error correction level M, false at L.
    pub fn is_medium(&self) -> bool {
        self.0.error_correction_level() == QrCodeEcc::Medium
    }

    /// Modules across, without the quiet zone.
    pub fn modules(&self) -> usize {
        usize::try_from(self.0.size()).unwrap_or(0)
    }

    /// True for a dark module.
    pub fn is_dark(&self, across: usize, down: usize) -> bool {
        let at = |place: usize| i32::try_from(place).unwrap_or(-1);
        self.0.get_module(at(across), at(down))
    }

    /// Its dark modules as an SVG path, one module a unit, runs joined.
    pub fn path(&self) -> String {
        let mut path = String::new();
        let number = |path: &mut String, number: usize| path.push_str(&number.to_string());
        for down in 0..self.modules() {
            let mut across = 0;
            while across < self.modules() {
                let run = (across..self.modules())
                    .take_while(|place| self.is_dark(*place, down))
                    .count();
                if run > 0 {
                    path.push('M');
                    number(&mut path, across);
                    path.push(' ');
                    number(&mut path, down);
                    path.push('h');
                    number(&mut path, run);
                    path.push_str("v1h-");
                    number(&mut path, run);
                    path.push('z');
                }
                across += run.max(1);
            }
        }
        path
    }
}

impl std::fmt::Debug for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Symbol(version {})", self.version())
    }
}

//! The symbology identifier (AIM, ISO/IEC 15424) that a reader may put before the text.
//!
//! It says what kind of symbol the text came from. That is evidence, not truth: labels exist
//! that carry GS1 elements in a plain Code 128, so it only shifts what is believed.

use crate::gs1::Mark;

/// What the symbology identifier says about the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// There is none.
    None,
    /// GS1 elements (FNC1 in first position).
    Gs1,
    /// EAN-13, UPC-A or UPC-E, 12 or 13 digits (UPC-E also 8, not expanded).
    Ean,
    /// EAN-8.
    Ean8,
    /// A symbol of another kind.
    Other,
}

impl Hint {
    /// The same for the reader of element strings.
    pub(crate) fn mark(self) -> Mark {
        match self {
            Hint::None => Mark::None,
            Hint::Gs1 => Mark::Gs1,
            Hint::Ean | Hint::Ean8 | Hint::Other => Mark::Other,
        }
    }
}

/// Takes the identifier off: `]d2` and what follows it.
pub(crate) fn take_off(text: &str) -> (Hint, &str) {
    let hint = match text.as_bytes() {
        [b']', kind, modifier, ..] => match (kind, modifier) {
            (b'C', b'1') | (b'J', b'1') | (b'e', b'0'..=b'3') => Hint::Gs1,
            (b'd', b'2' | b'5' | b'8') | (b'Q', b'3' | b'4') => Hint::Gs1,
            (b'E', b'0' | b'3') => Hint::Ean,
            (b'E', b'4') => Hint::Ean8,
            (kind, b'0'..=b'9' | b'A'..=b'C') if kind.is_ascii_alphabetic() => Hint::Other,
            _ => return (Hint::None, text),
        },
        _ => return (Hint::None, text),
    };
    (hint, &text[3..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_told_from_text() {
        for (text, expected) in [
            ("]C1x", (Hint::Gs1, "x")),
            ("]d2", (Hint::Gs1, "")),
            ("]d5x", (Hint::Gs1, "x")),
            ("]d8x", (Hint::Gs1, "x")),
            ("]Q3x", (Hint::Gs1, "x")),
            ("]e0x", (Hint::Gs1, "x")),
            ("]E0x", (Hint::Ean, "x")),
            ("]E4x", (Hint::Ean8, "x")),
            ("]C0x", (Hint::Other, "x")),
            ("]d1x", (Hint::Other, "x")),
            ("]A0+A", (Hint::Other, "+A")),
            ("]XX", (Hint::None, "]XX")),
            ("]", (Hint::None, "]")),
            ("]é0", (Hint::None, "]é0")),
            ("", (Hint::None, "")),
        ] {
            assert_eq!(take_off(text), expected, "{text}");
        }
    }
}

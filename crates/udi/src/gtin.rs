//! The Global Trade Item Number.

use core::fmt;
use core::str::FromStr;

/// A GTIN in its 14-digit form, with a right check digit.
///
/// GTIN-8, GTIN-12 (UPC) and GTIN-13 (EAN) are the same number with leading zeros, so all of
/// them become one form here and compare equal when they name the same item.
///
/// ```
/// use baton_udi::Gtin;
///
/// let from_ean = Gtin::parse("9506000117843").expect("right check digit");
/// assert_eq!(from_ean.as_str(), "09506000117843");
/// assert_eq!(from_ean, Gtin::parse("09506000117843").expect("the same item"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin([u8; 14]);

/// Why digits are not a GTIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GtinError {
    /// Something else than the digits 0 to 9.
    NotDigits,
    /// Not 8, 12, 13 or 14 digits long; this is how many there are.
    Length(usize),
    /// The last digit does not fit the others; this one (`'0'` to `'9'`) would.
    CheckDigit {
        /// The check digit that the other digits ask for.
        expected: char,
    },
}

impl fmt::Display for GtinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GtinError::NotDigits => f.write_str("a GTIN has only the digits 0 to 9"),
            GtinError::Length(n) => {
                write!(f, "a GTIN has 8, 12, 13 or 14 digits, this has {n}")
            }
            GtinError::CheckDigit { expected } => {
                write!(
                    f,
                    "the last digit should be {expected}: one of the digits is wrong"
                )
            }
        }
    }
}

impl core::error::Error for GtinError {}

impl Gtin {
    /// Reads 8, 12, 13 or 14 digits. Nothing is trimmed or guessed.
    ///
    /// # Errors
    /// [`GtinError`] says which of the three conditions fails; with a wrong check digit it
    /// carries the right one, for help while typing.
    pub fn parse(text: &str) -> Result<Gtin, GtinError> {
        let padded = pad(text)?;
        let expected = check_digit(&padded[..13]);
        if padded[13] != expected {
            let expected = char::from(expected);
            return Err(GtinError::CheckDigit { expected });
        }
        Ok(Gtin(padded))
    }

    /// The 14 digits.
    pub fn as_str(&self) -> &str {
        // The bytes are digits by construction; the empty text is never seen.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The first of the 14 digits: 0 for the item itself, 1 to 8 for a package of it, 9 for a
    /// variable measure.
    pub const fn indicator(&self) -> u8 {
        self.0[0] - b'0'
    }
}

/// The digits with leading zeros up to 14, whatever their check digit.
pub(crate) fn pad(text: &str) -> Result<[u8; 14], GtinError> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(GtinError::NotDigits);
    }
    if !matches!(text.len(), 8 | 12 | 13 | 14) {
        return Err(GtinError::Length(text.len()));
    }
    let mut padded = [b'0'; 14];
    padded[14 - text.len()..].copy_from_slice(text.as_bytes());
    Ok(padded)
}

/// The GS1 check digit (`b'0'` to `b'9'`) that belongs after `digits`: weights 3 and 1 from
/// the right, up to the next ten (GS1 General Specifications 7.9). Bytes that are not digits
/// count as zero.
pub(crate) fn check_digit(digits: &[u8]) -> u8 {
    let sum: usize = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = usize::from(byte.saturating_sub(b'0').min(9));
            if place % 2 == 0 { digit * 3 } else { digit }
        })
        .sum();
    b'0' + ((10 - sum % 10) % 10) as u8
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gtin({})", self.as_str())
    }
}

impl FromStr for Gtin {
    type Err = GtinError;

    fn from_str(text: &str) -> Result<Gtin, GtinError> {
        Gtin::parse(text)
    }
}

impl AsRef<str> for Gtin {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn all_four_lengths_become_fourteen_digits() {
        for (text, padded) in [
            ("02345673", "00000002345673"),
            ("416000336108", "00416000336108"),
            ("1234567890128", "01234567890128"),
            ("12345678901231", "12345678901231"),
        ] {
            assert_eq!(Gtin::parse(text).expect(text).as_str(), padded);
        }
        assert_eq!(Gtin::parse("12345678901231").expect("ok").indicator(), 1);
    }

    #[test]
    fn a_wrong_check_digit_names_the_right_one() {
        let error = Gtin::parse("00208851107345").expect_err("known to be wrong");
        assert_eq!(error, GtinError::CheckDigit { expected: '7' });
        assert!(format!("{error}").contains("should be 7"));
    }

    #[test]
    fn other_text_is_refused() {
        assert_eq!(Gtin::parse(""), Err(GtinError::Length(0)));
        assert_eq!(Gtin::parse("123456789"), Err(GtinError::Length(9)));
        assert_eq!(Gtin::parse("1234567890123a"), Err(GtinError::NotDigits));
        assert_eq!(Gtin::parse("１２３４５６７８"), Err(GtinError::NotDigits));
    }

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        let right = "09506000117843";
        for place in 0..14 {
            for digit in b'0'..=b'9' {
                let mut bytes: [u8; 14] = right.as_bytes().try_into().expect("14");
                bytes[place] = digit;
                let text = core::str::from_utf8(&bytes).expect("digits");
                assert_eq!(Gtin::parse(text).is_ok(), text == right, "{text}");
            }
        }
    }
}

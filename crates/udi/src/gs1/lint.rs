//! The content checks that the GS1 Barcode Syntax Dictionary calls linters.
//!
//! Each takes the bytes of one component and finds the first thing wrong with it. The rules
//! are GS1's (General Specifications, chapters 3 and 7); GS1's own test vectors for them run
//! in `tests` below, position of the fault included. A check never changes or drops a value:
//! what follows from a fault is decided by the reader.

use super::fault::{Fault, Finding};
use crate::date::days_in_month;
use crate::gtin::check_digit;
use crate::text::digits_value;

/// The name of a content check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lint {
    None,
    Csum,
    CsumAlpha,
    HasNonDigit,
    Hh,
    Hhmi,
    Hyphen,
    Iban,
    ImporterIdx,
    Iso5218,
    Latitude,
    Longitude,
    MediaType,
    Mi,
    NonZero,
    NoZeroPrefix,
    PcEnc,
    PieceOfTotal,
    PosInSeqSlash,
    Ss,
    Winding,
    YesNo,
    YyMmD0,
    YyMmDd,
    /// Not in the dictionary of today, but among its linters.
    #[cfg_attr(not(test), expect(dead_code, reason = "kept beside its siblings"))]
    YyyyMmD0,
    YyyyMmDd,
    Zero,
}

type Checked = Result<(), Finding>;

impl Lint {
    /// Applies the check.
    pub(super) fn check(self, data: &[u8]) -> Checked {
        match self {
            Lint::None => Ok(()),
            Lint::Csum => csum(data),
            Lint::CsumAlpha => csum_alpha(data),
            Lint::HasNonDigit => must(
                data.iter().any(|byte| !byte.is_ascii_digit()),
                Fault::RequiresNonDigitCharacter,
                data,
            ),
            Lint::Hh => clock_part(data, &HOUR),
            Lint::Mi => clock_part(data, &MINUTE),
            Lint::Ss => clock_part(data, &SECOND),
            Lint::Hhmi => hour_and_minute(data),
            Lint::Hyphen => must(data.iter().all(|b| *b == b'-'), Fault::NotHyphen, data),
            Lint::Iban => must(iban_fits(data), Fault::InvalidIban, data),
            Lint::ImporterIdx => importer_index(data),
            Lint::Iso5218 => must(
                matches!(data, [b'0' | b'1' | b'2' | b'9']),
                Fault::InvalidBiologicalSexCode,
                data,
            ),
            Lint::Latitude => must(
                digits_value(data).is_some_and(|v| v <= 1_800_000_000),
                Fault::InvalidLatitude,
                data,
            ),
            Lint::Longitude => must(
                digits_value(data).is_some_and(|v| v <= 3_600_000_000),
                Fault::InvalidLongitude,
                data,
            ),
            Lint::MediaType => must(
                digits_value(data).is_some_and(|v| matches!(v, 1..=10 | 80..=99)),
                Fault::InvalidMediaType,
                data,
            ),
            Lint::NonZero => non_zero(data),
            Lint::NoZeroPrefix => no_zero_prefix(data),
            Lint::PcEnc => percent_encoding(data),
            Lint::PieceOfTotal => piece_of_total(data),
            Lint::PosInSeqSlash => must(
                matches!(data, [n @ b'1'..=b'9', b'/', of @ b'1'..=b'9'] if n <= of),
                Fault::PositionInSequenceMalformed,
                data,
            ),
            Lint::Winding => must(
                matches!(data, [b'0' | b'1' | b'9']),
                Fault::InvalidWindingDirection,
                data,
            ),
            Lint::YesNo => must(matches!(data, [b'0' | b'1']), Fault::NotZeroOrOne, data),
            Lint::YyMmD0 => date(data, 2, true),
            Lint::YyMmDd => date(data, 2, false),
            Lint::YyyyMmD0 => date(data, 4, true),
            Lint::YyyyMmDd => date(data, 4, false),
            Lint::Zero => must(
                !data.is_empty() && data.iter().all(|byte| *byte == b'0'),
                Fault::NotZero,
                data,
            ),
        }
    }
}

/// The sets of characters that a component may be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// Digits.
    N,
    /// GS1 AI encodable character set 82 (General Specifications 7.11).
    X,
    /// Character set 39.
    Y,
    /// Base64url (character set 64).
    Z,
}

/// Character set 82 in the order of its values: the value of a character is its place.
const SET_82: &[u8; 82] =
    b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
/// Check character pairs use only these, which cannot be mistaken for each other.
const SET_32: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

impl Set {
    /// Finds the first byte that is not in the set.
    pub(super) fn check(self, data: &[u8]) -> Checked {
        let fault = match self {
            Set::N => Fault::NonDigitCharacter,
            Set::X => Fault::InvalidCset82Character,
            Set::Y => Fault::InvalidCset39Character,
            Set::Z => Fault::InvalidCset64Character,
        };
        match data.iter().position(|byte| !self.holds(*byte)) {
            Some(at) => Err(Finding::new(fault, at, 1)),
            None => Ok(()),
        }
    }

    fn holds(self, byte: u8) -> bool {
        match self {
            Set::N => byte.is_ascii_digit(),
            Set::X => {
                byte.is_ascii_graphic()
                    && !matches!(
                        byte,
                        b'#' | b'$' | b'@' | b'[' | b'\\' | b']' | b'^' | b'`' | b'{'..=b'~'
                    )
            }
            Set::Y => byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"#-/".contains(&byte),
            Set::Z => byte.is_ascii_alphanumeric() || b"-_=".contains(&byte),
        }
    }
}

fn must(holds: bool, fault: Fault, data: &[u8]) -> Checked {
    if holds { Ok(()) } else { whole(fault, data) }
}

fn whole(fault: Fault, data: &[u8]) -> Checked {
    Err(Finding::new(fault, 0, data.len()))
}

fn csum(data: &[u8]) -> Checked {
    let Some((check, digits)) = data.split_last() else {
        return whole(Fault::TooShortForCheckDigit, data);
    };
    Set::N.check(data)?;
    if check_digit(digits) == *check {
        Ok(())
    } else {
        let at = digits.len();
        Err(Finding::new(Fault::IncorrectCheckDigit, at, 1))
    }
}

/// Two check characters over character set 82: weights are the primes from the right, the
/// sum modulo 1021 is written as two characters of 32 (General Specifications 7.9.5).
fn csum_alpha(data: &[u8]) -> Checked {
    let Some(at) = data.len().checked_sub(2) else {
        return whole(Fault::TooShortForCheckPair, data);
    };
    // The 97th prime is the last below 512; GS1 defines no weight beyond it.
    if at > 97 {
        return whole(Fault::TooLongForCheckPair, data);
    }
    let (body, pair) = data.split_at(at);
    let mut sum = 0;
    let mut prime = 1;
    for (place, byte) in body.iter().enumerate().rev() {
        prime = next_prime(prime);
        let value = SET_82.iter().position(|known| known == byte);
        let value = value.ok_or(Finding::new(Fault::InvalidCset82Character, place, 1))?;
        sum += value * prime;
    }
    let sum = sum % 1021;
    if pair == [SET_32[sum / 32], SET_32[sum % 32]] {
        Ok(())
    } else {
        Err(Finding::new(Fault::IncorrectCheckPair, at, 2))
    }
}

fn next_prime(after: usize) -> usize {
    let mut candidate = after + 1;
    while (2..candidate).any(|divisor| candidate.is_multiple_of(divisor)) {
        candidate += 1;
    }
    candidate
}

/// `YYMMDD` or, with `year_length` 4, `YYYYMMDD`. A day of 00 means the last of the month
/// where `day_zero` allows it. Two-digit years are taken as leap years when 20YY is one.
fn date(data: &[u8], year_length: usize, day_zero: bool) -> Checked {
    if data.len() < year_length + 4 {
        return whole(Fault::DateTooShort, data);
    }
    if data.len() > year_length + 4 {
        return whole(Fault::DateTooLong, data);
    }
    Set::N.check(data)?;
    let value = |at, length| digits_value(&data[at..at + length]).unwrap_or_default();
    // Leap years repeat after 400, so 20YY is one when YY is.
    let year = value(0, year_length) as u16;
    let month_at = year_length;
    let day_at = year_length + 2;
    let last = days_in_month(year, value(month_at, 2) as u8);
    if last == 0 {
        return Err(Finding::new(Fault::IllegalMonth, month_at, 2));
    }
    let day = value(day_at, 2) as u8;
    if day > last || (day == 0 && !day_zero) {
        return Err(Finding::new(Fault::IllegalDay, day_at, 2));
    }
    Ok(())
}

/// Limit and faults of an hour, a minute or a second.
struct ClockPart {
    limit: u32,
    too_short: Fault,
    too_long: Fault,
    illegal: Fault,
}

const HOUR: ClockPart = ClockPart {
    limit: 24,
    too_short: Fault::HourTooShort,
    too_long: Fault::HourTooLong,
    illegal: Fault::IllegalHour,
};
const MINUTE: ClockPart = ClockPart {
    limit: 60,
    too_short: Fault::MinuteTooShort,
    too_long: Fault::MinuteTooLong,
    illegal: Fault::IllegalMinute,
};
const SECOND: ClockPart = ClockPart {
    limit: 60,
    too_short: Fault::SecondTooShort,
    too_long: Fault::SecondTooLong,
    illegal: Fault::IllegalSecond,
};

fn clock_part(data: &[u8], part: &ClockPart) -> Checked {
    match data.len() {
        0 | 1 => whole(part.too_short, data),
        2 => {
            Set::N.check(data)?;
            let fits = digits_value(data).is_some_and(|value| value < part.limit);
            must(fits, part.illegal, data)
        }
        _ => whole(part.too_long, data),
    }
}

fn hour_and_minute(data: &[u8]) -> Checked {
    match data.len() {
        0..=3 => whole(Fault::HourWithMinuteTooShort, data),
        4 => {
            Set::N.check(data)?;
            clock_part(&data[..2], &HOUR)?;
            clock_part(&data[2..], &MINUTE)
                .map_err(|finding| Finding::new(finding.fault, finding.at + 2, finding.length))
        }
        _ => whole(Fault::HourWithMinuteTooLong, data),
    }
}

fn importer_index(data: &[u8]) -> Checked {
    let [byte] = data else {
        return whole(Fault::ImporterIdxMustBeOneCharacter, data);
    };
    let fits = byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    must(fits, Fault::InvalidImportIdxCharacter, data)
}

fn non_zero(data: &[u8]) -> Checked {
    Set::N.check(data)?;
    let fits = data.iter().any(|byte| *byte != b'0');
    must(fits, Fault::IllegalZeroValue, data)
}

fn no_zero_prefix(data: &[u8]) -> Checked {
    Set::N.check(data)?;
    if data.first() == Some(&b'0') {
        return Err(Finding::new(Fault::IllegalZeroPrefix, 0, 1));
    }
    Ok(())
}

/// Half the digits are the number of a piece, the other half how many there are.
fn piece_of_total(data: &[u8]) -> Checked {
    if data.is_empty() || !data.len().is_multiple_of(2) {
        return whole(Fault::InvalidLengthForPieceOfTotal, data);
    }
    Set::N.check(data)?;
    let (piece, total) = data.split_at(data.len() / 2);
    let is_zero = |digits: &[u8]| digits.iter().all(|byte| *byte == b'0');
    if is_zero(piece) {
        return Err(Finding::new(Fault::ZeroPieceNumber, 0, piece.len()));
    }
    if is_zero(total) {
        return Err(Finding::new(
            Fault::ZeroTotalPieces,
            piece.len(),
            total.len(),
        ));
    }
    // Both halves are digits of one length, so the order of the bytes is that of the numbers.
    must(piece <= total, Fault::PieceNumberExceedsTotal, data)
}

fn percent_encoding(data: &[u8]) -> Checked {
    let mut at = 0;
    while let Some(found) = data[at..].iter().position(|byte| *byte == b'%') {
        at += found;
        let pair = data.get(at + 1..at + 3);
        if !pair.is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit)) {
            let length = (data.len() - at).min(3);
            return Err(Finding::new(Fault::InvalidPercentSequence, at, length));
        }
        at += 3;
    }
    Ok(())
}

/// Country, two check digits, account; with the first four moved to the end and letters
/// counted from 10, the number leaves 1 when divided by 97 (ISO 13616).
fn iban_fits(data: &[u8]) -> bool {
    let Some((head, rest)) = data.split_at_checked(4) else {
        return false;
    };
    let shaped = head[..2].iter().all(u8::is_ascii_uppercase)
        && head[2..].iter().all(u8::is_ascii_digit)
        && (11..=30).contains(&rest.len());
    let remainder = rest.iter().chain(head).try_fold(0u32, |sum, byte| {
        let value = char::from(*byte)
            .to_digit(36)
            .filter(|_| !byte.is_ascii_lowercase())?;
        Some((sum * if value < 10 { 10 } else { 100 } + value) % 97)
    });
    shaped && remainder == Some(1)
}

#[cfg(test)]
#[path = "lint_tests.rs"]
mod tests;

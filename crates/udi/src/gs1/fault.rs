//! What can be wrong with the value of an element.

use core::fmt;

/// Why a value breaks the rule for its place. The names follow the error codes of GS1's own
/// linters, so that findings can be compared with other software; the few that HIBC and
/// ISBT 128 need are the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the plain words stand in `as_str`, once")]
pub enum Fault {
    TooShort,
    TooLong,
    NonDigitCharacter,
    InvalidCset82Character,
    InvalidCset39Character,
    InvalidCset64Character,
    DateTooShort,
    DateTooLong,
    IllegalMonth,
    IllegalDay,
    HourTooShort,
    HourTooLong,
    IllegalHour,
    MinuteTooShort,
    MinuteTooLong,
    IllegalMinute,
    HourWithMinuteTooShort,
    HourWithMinuteTooLong,
    SecondTooShort,
    SecondTooLong,
    IllegalSecond,
    TooShortForCheckDigit,
    IncorrectCheckDigit,
    TooShortForCheckPair,
    TooLongForCheckPair,
    IncorrectCheckPair,
    IllegalZeroPrefix,
    IllegalZeroValue,
    NotZero,
    RequiresNonDigitCharacter,
    ImporterIdxMustBeOneCharacter,
    InvalidImportIdxCharacter,
    InvalidLengthForPieceOfTotal,
    ZeroPieceNumber,
    ZeroTotalPieces,
    PieceNumberExceedsTotal,
    NotZeroOrOne,
    InvalidWindingDirection,
    NotHyphen,
    InvalidPercentSequence,
    InvalidIban,
    InvalidLatitude,
    InvalidLongitude,
    InvalidBiologicalSexCode,
    InvalidMediaType,
    PositionInSequenceMalformed,
    NotAlphanumeric,
}

impl Fault {
    /// The fault in plain words, to stand after "the value of (17)".
    pub const fn as_str(self) -> &'static str {
        match self {
            Fault::TooShort => "is too short",
            Fault::TooLong => "is too long",
            Fault::NonDigitCharacter => "has a character that is not a digit",
            Fault::InvalidCset82Character => "has a character that GS1 does not allow",
            Fault::InvalidCset39Character => "has more than capitals, digits and # - /",
            Fault::InvalidCset64Character => "is not base64url",
            Fault::DateTooShort => "is too short for a date",
            Fault::DateTooLong => "is too long for a date",
            Fault::IllegalMonth => "has a month that does not exist",
            Fault::IllegalDay => "has a day that does not exist",
            Fault::HourTooShort => "is too short for an hour",
            Fault::HourTooLong => "is too long for an hour",
            Fault::IllegalHour => "has an hour over 23",
            Fault::MinuteTooShort => "is too short for a minute",
            Fault::MinuteTooLong => "is too long for a minute",
            Fault::IllegalMinute => "has a minute over 59",
            Fault::HourWithMinuteTooShort => "is too short for hour and minute",
            Fault::HourWithMinuteTooLong => "is too long for hour and minute",
            Fault::SecondTooShort => "is too short for a second",
            Fault::SecondTooLong => "is too long for a second",
            Fault::IllegalSecond => "has a second over 59",
            Fault::TooShortForCheckDigit => "is too short to have a check digit",
            Fault::IncorrectCheckDigit => "has a wrong check digit",
            Fault::TooShortForCheckPair => "is too short to have check characters",
            Fault::TooLongForCheckPair => "is too long to have check characters",
            Fault::IncorrectCheckPair => "has wrong check characters",
            Fault::IllegalZeroPrefix => "begins with a zero",
            Fault::IllegalZeroValue => "is zero",
            Fault::NotZero => "is not zero",
            Fault::RequiresNonDigitCharacter => "has digits only",
            Fault::ImporterIdxMustBeOneCharacter => "is not one importer character",
            Fault::InvalidImportIdxCharacter => "has an impossible importer character",
            Fault::InvalidLengthForPieceOfTotal => "has the wrong length for \"piece of total\"",
            Fault::ZeroPieceNumber => "counts a piece number zero",
            Fault::ZeroTotalPieces => "counts zero pieces",
            Fault::PieceNumberExceedsTotal => "counts a piece beyond the total",
            Fault::NotZeroOrOne => "is neither 0 nor 1",
            Fault::InvalidWindingDirection => "is not a winding direction",
            Fault::NotHyphen => "ends in something else than a hyphen",
            Fault::InvalidPercentSequence => "has a broken percent sequence",
            Fault::InvalidIban => "is not a bank account number",
            Fault::InvalidLatitude => "is not a latitude",
            Fault::InvalidLongitude => "is not a longitude",
            Fault::InvalidBiologicalSexCode => "is not a code for sex",
            Fault::InvalidMediaType => "is not a media type",
            Fault::PositionInSequenceMalformed => "is not a position like 1/2",
            Fault::NotAlphanumeric => "has more than capital letters and digits",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::error::Error for Fault {}

/// A [`Fault`] and the bytes of the value that show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub fault: Fault,
    /// The first wrong byte, counted from 0.
    pub at: usize,
    /// How many bytes are wrong; 0 for a value that is not there.
    pub length: usize,
}

impl Finding {
    pub(super) fn new(fault: Fault, at: usize, length: usize) -> Finding {
        Finding { fault, at, length }
    }
}

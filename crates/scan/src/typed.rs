//! Help while a code is typed: how many digits are still to come, and which check digit would
//! fit. Nothing is corrected; the label decides.

use baton_udi::{Date, Gtin, GtinError, Outcome, parse};

/// What can be said about what is typed so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedHelp {
    /// Nothing to say: nothing typed, or words to search for.
    Nothing,
    /// Digits, fewer than a number has: so many are there.
    Digits(usize),
    /// A number whose last digit should be this one: one of its digits is wrong.
    CheckDigit(char),
    /// A code that is not finished or not right, in words.
    Doubt(String),
    /// It reads as a code.
    Reads,
}

/// Looks at what is typed so far.
pub fn typed_help(text: &str, today: Date) -> TypedHelp {
    let text = text.trim();
    if text.is_empty() {
        return TypedHelp::Nothing;
    }
    let digits: String = text.chars().filter(|c| *c != ' ').collect();
    // Fewer than six digits may be anything: a lot, a reference.
    if digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        match Gtin::parse(&digits) {
            Ok(_) => return TypedHelp::Reads,
            Err(GtinError::CheckDigit { expected }) if digits.len() == 14 => {
                return TypedHelp::CheckDigit(expected);
            }
            Err(_) if digits.len() < 14 => return TypedHelp::Digits(digits.len()),
            Err(_) => {}
        }
    }
    match parse(text, today) {
        Outcome::Udi(udi) => match udi.warnings.iter().find(|warning| warning.is_doubt()) {
            Some(doubt) => TypedHelp::Doubt(doubt.to_string()),
            None => TypedHelp::Reads,
        },
        Outcome::Text(_) => TypedHelp::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(text: &str) -> TypedHelp {
        typed_help(text, Date::new(2026, 11, 24).unwrap())
    }

    #[test]
    fn digits_are_counted_and_a_wrong_one_is_told() {
        assert_eq!(help("095060"), TypedHelp::Digits(6));
        // Thirteen may be a whole EAN with a mistake, or one digit short.
        assert_eq!(help("0950600011784"), TypedHelp::Digits(13));
        assert_eq!(help("09506000117843"), TypedHelp::Reads);
        assert_eq!(help("0950 6000 1178 43"), TypedHelp::Reads);
        assert_eq!(help("09506000117848"), TypedHelp::CheckDigit('3'));
    }

    #[test]
    fn a_code_with_a_wrong_check_character_says_so() {
        assert_eq!(help("+A123BJC5D6E71G"), TypedHelp::Reads);
        assert!(matches!(help("+A123BJC5D6E71A"), TypedHelp::Doubt(_)));
        assert!(matches!(
            help("(01)09506000117848(10)A1"),
            TypedHelp::Doubt(_)
        ));
        assert_eq!(help("(01)09506000117843(10)A1"), TypedHelp::Reads);
    }

    #[test]
    fn words_are_left_alone() {
        for text in ["", "  ", "locking screw", "LOT77"] {
            assert_eq!(help(text), TypedHelp::Nothing, "{text}");
        }
    }
}

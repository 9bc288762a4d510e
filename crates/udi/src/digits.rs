//! Bare digits: EAN, UPC and GTIN.

use crate::gs1::{Mark, read, understand};
use crate::gtin::{Gtin, GtinError, pad};
use crate::symbology::Hint;
use crate::{Date, Udi, Warning};
use alloc::boxed::Box;
use alloc::string::String;

/// Reads digits of the length of a trade item number; `None` leaves them to other readers.
///
/// A wrong check digit is kept with a warning, except where the symbology says that the
/// symbol is not a trade item's, and in 8 digits, which are too often something else.
/// Digits may also be an element string (`1727123110123` is an expiry and a lot, and one in
/// ten such texts has a fitting check digit): then both readings are given, and the one with
/// a date that exists comes first, because a GTIN hardly ever contains one by chance.
pub(crate) fn read_digits(text: &str, hint: Hint, raw: &str, today: Date) -> Option<Udi> {
    let expanded = expanded_upc_e(text);
    let text = match &expanded {
        Some(upc_a) if hint == Hint::Ean => upc_a,
        _ => text,
    };
    let checked = Gtin::parse(text);
    let keep_wrong = match hint {
        Hint::Ean => matches!(text.len(), 12 | 13),
        Hint::Ean8 => text.len() == 8,
        Hint::Other => false,
        Hint::None | Hint::Gs1 => text.len() > 8,
    };
    match checked {
        Ok(_) => {}
        Err(GtinError::CheckDigit { .. }) if keep_wrong => {}
        Err(_) => return None,
    }
    let product = product(text, raw, today)?;
    if matches!(hint, Hint::Ean | Hint::Ean8) {
        return Some(product);
    }
    match read(text, Mark::None, raw, today) {
        // Only the check digit tells the two apart, and it is wrong.
        Some(elements) if checked.is_err() => Some(elements),
        Some(elements) if has_date(&elements) => Some(with_alternative(elements, product)),
        _ => match expanded {
            // Nothing says whether these eight digits are an EAN-8 or a UPC-E.
            Some(upc_a) => {
                let other = self::product(&upc_a, raw, today)?;
                Some(with_alternative(product, other))
            }
            None => Some(product),
        },
    }
}

fn product(digits: &str, raw: &str, today: Date) -> Option<Udi> {
    let digits = pad(digits).ok()?;
    let digits = core::str::from_utf8(&digits).ok()?;
    let elements = [(String::from("01"), digits.into())];
    Some(understand(&elements, raw, today))
}

fn has_date(udi: &Udi) -> bool {
    udi.expiry.is_some() || udi.manufactured.is_some()
}

fn with_alternative(mut udi: Udi, other: Udi) -> Udi {
    udi.warnings.push(Warning::AmbiguousDigits);
    udi.alternative = Some(Box::new(other));
    udi
}

/// UPC-E as the UPC-A that it abbreviates, when its check digit agrees (General
/// Specifications 5.2.2.4.2).
fn expanded_upc_e(text: &str) -> Option<String> {
    let [system @ (b'0' | b'1'), middle @ .., check] = text.as_bytes() else {
        return None;
    };
    let [a, b, c, d, e, last] = *<&[u8; 6]>::try_from(middle).ok()?;
    let z = b'0';
    let ten = match last {
        b'0'..=b'2' => [a, b, last, z, z, z, z, c, d, e],
        b'3' => [a, b, c, z, z, z, z, z, d, e],
        b'4' => [a, b, c, d, z, z, z, z, z, e],
        b'5'..=b'9' => [a, b, c, d, e, z, z, z, z, last],
        _ => return None,
    };
    let all = [&[*system], &ten[..], &[*check]].concat();
    let upc_a = String::from_utf8(all).ok()?;
    Gtin::parse(&upc_a).is_ok().then_some(upc_a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, hint: Hint) -> String {
        let today = Date::new(2026, 11, 23).expect("a day");
        let Some(udi) = read_digits(text, hint, text, today) else {
            return "none".into();
        };
        let mut shown = crate::gs1::bracketed_text(&udi.elements);
        if udi.warnings.iter().any(Warning::is_doubt) {
            shown.push('!');
        }
        if let Some(other) = &udi.alternative {
            shown.push('|');
            shown.push_str(&crate::gs1::bracketed_text(&other.elements));
        }
        shown
    }

    #[test]
    fn all_lengths_become_a_gtin() {
        assert_eq!(shown("9780679601050", Hint::None), "(01)09780679601050");
        assert_eq!(shown("416000336108", Hint::Ean), "(01)00416000336108");
        assert_eq!(shown("12345678901231", Hint::None), "(01)12345678901231");
        assert_eq!(shown("40123455", Hint::None), "(01)00000040123455");
        assert_eq!(shown("02345673", Hint::Ean8), "(01)00000002345673");
    }

    #[test]
    fn upc_e_is_expanded_where_the_symbology_says_so() {
        // 0 123456 5 abbreviates 0 12345 00006 5.
        assert_eq!(shown("01234565", Hint::Ean), "(01)00012345000065");
        assert_eq!(shown("01234531", Hint::Ean), "(01)00012300000451");
        assert_eq!(shown("00123457", Hint::Ean), "(01)00001234000057");
        assert_eq!(shown("01234566", Hint::Ean), "none");
        assert_eq!(
            shown("01234565", Hint::None),
            "(01)00000001234565!|(01)00012345000065",
            "an EAN-8 as well"
        );
        assert_eq!(shown("01234531", Hint::None), "none");
    }

    #[test]
    fn a_wrong_check_digit_is_kept_where_it_must_be_a_product() {
        assert_eq!(shown("2112345678901", Hint::Ean), "(01)02112345678901!");
        assert_eq!(shown("9780679601051", Hint::None), "(01)09780679601051!");
        assert_eq!(shown("9780679601051", Hint::Other), "none");
        assert_eq!(shown("02345674", Hint::None), "none");
        assert_eq!(shown("41234567", Hint::Ean8), "(01)00000041234567!");
    }

    #[test]
    fn digits_that_are_two_things_are_both() {
        let both = shown("1727123110128", Hint::None);
        let wrong = shown("1727123110123", Hint::None);
        let texts = (0..10).map(|n| alloc::format!("172712311012{n}"));
        let ambiguous = texts.filter(|text| shown(text, Hint::None).contains('|'));
        assert_eq!(
            ambiguous.count(),
            1,
            "one check digit in ten: {both} {wrong}"
        );
        assert_eq!(
            shown("1125123110128", Hint::None),
            "(11)251231(10)128!|(01)01125123110128"
        );
        // Without a date an element string is far less likely than a product.
        assert_eq!(shown("1012345678904", Hint::None), "(01)01012345678904");
        assert_eq!(
            shown("17271231", Hint::None),
            "none",
            "left to the elements"
        );
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in ["", "1", "123456789", "abcdefgh", "１２３４５６７８９０１２"] {
            assert_eq!(shown(text, Hint::None), "none", "{text}");
        }
    }
}

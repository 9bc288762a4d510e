//! Any text at all, and texts made from known values.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use baton_udi::{Agency, Date, Outcome, Step, TwoCodes, join, parse};
use proptest::prelude::*;

const SET_82: &str =
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const SET_43: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
/// The forms of the separator that a scanner or a person may send.
const SEPARATORS: [&str; 6] = ["\u{1d}", "<GS>", "{GS}", "\\x1d", "^]", "\u{241d}"];

fn today() -> Date {
    Date::new(2026, 11, 23).unwrap()
}

fn any_date() -> impl Strategy<Value = Date> {
    // What two digits of a year can mean in 2026.
    let first = Date::new(1977, 1, 1).unwrap().to_days();
    let last = Date::new(2076, 12, 31).unwrap().to_days();
    (first..=last).prop_map(|days| Date::from_days(days).unwrap())
}

fn gtin() -> impl Strategy<Value = String> {
    (0u64..10_000_000_000_000).prop_map(|number| {
        let body = format!("{number:013}");
        let sum: u64 = body
            .bytes()
            .zip([3, 1].into_iter().cycle())
            .map(|(byte, weight)| u64::from(byte - b'0') * weight)
            .sum();
        format!("{body}{}", (10 - sum % 10) % 10)
    })
}

fn of_set(set: &'static str, lengths: std::ops::RangeInclusive<usize>) -> BoxedStrategy<String> {
    let letters: Vec<char> = set.chars().collect();
    proptest::collection::vec(proptest::sample::select(letters), lengths)
        .prop_map(|letters| letters.into_iter().collect())
        .boxed()
}

/// A value of character set 82 that no disguise of the separator can be mistaken in.
fn value(length_max: usize) -> BoxedStrategy<String> {
    of_set(SET_82, 1..=length_max)
        .prop_filter("looks like a separator", |value| {
            !value.to_ascii_uppercase().contains("<GS>")
        })
        .boxed()
}

fn yymmdd(date: Date) -> String {
    format!(
        "{:02}{:02}{:02}",
        date.year() % 100,
        date.month(),
        date.day()
    )
}

/// What a label may carry.
#[derive(Clone, Debug)]
struct Label {
    gtin: String,
    lot: Option<String>,
    serial: Option<String>,
    expiry: Option<Date>,
    made: Option<Date>,
    reference: Option<String>,
}

fn label() -> impl Strategy<Value = Label> {
    (
        gtin(),
        proptest::option::of(value(20)),
        proptest::option::of(value(20)),
        proptest::option::of(any_date()),
        proptest::option::of(any_date()),
        proptest::option::of(value(30)),
    )
        .prop_map(|(gtin, lot, serial, expiry, made, reference)| Label {
            gtin,
            lot,
            serial,
            expiry,
            made,
            reference,
        })
}

impl Label {
    fn elements(&self) -> Vec<(String, String)> {
        let date = |date: Option<Date>| date.map(yymmdd);
        [
            ("01", Some(self.gtin.clone())),
            ("10", self.lot.clone()),
            ("17", date(self.expiry)),
            ("240", self.reference.clone()),
            ("11", date(self.made)),
            ("21", self.serial.clone()),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_string(), value?)))
        .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_characters_are_read_or_kept(text in "\\PC{0,80}") {
        check_invariants(&text);
    }

    #[test]
    fn any_bytes_are_read_or_kept(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check_invariants(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn pieces_of_labels_in_any_order_are_read_or_kept(
        pieces in proptest::collection::vec(piece(), 0..24),
    ) {
        check_invariants(&pieces.concat());
    }

    #[test]
    fn an_element_string_comes_back_as_it_was(
        label in label(),
        separator in proptest::sample::select(&SEPARATORS[..]),
        needless in any::<bool>(),
        prefix in proptest::sample::select(&["", "]d2", "]C1", "\u{1d}"][..]),
    ) {
        let elements = label.elements();
        let mut text = prefix.to_string();
        for (key, value) in &elements {
            text.push_str(key);
            text.push_str(value);
            if needless || !matches!(key.as_str(), "01" | "11" | "17") {
                text.push_str(separator);
            }
        }
        let Outcome::Udi(udi) = parse(&text, today()) else {
            panic!("not read: {text:?}");
        };
        prop_assert_eq!(&udi.elements, &elements);
        prop_assert_eq!(udi.agency, Agency::Gs1);
        prop_assert_eq!(udi.device_identifier.as_ref(), Some(&label.gtin));
        prop_assert!(udi.gtin().is_some());
        prop_assert_eq!((udi.lot, udi.serial), (label.lot, label.serial));
        prop_assert_eq!((udi.expiry, udi.manufactured), (label.expiry, label.made));
        prop_assert_eq!(udi.warnings, []);
        prop_assert_eq!(udi.alternative, None);
    }

    #[test]
    fn a_wrong_product_digit_is_always_noticed_and_kept(
        label in label(), place in 0usize..14, shift in 1u8..10,
    ) {
        let mut digits = label.gtin.clone().into_bytes();
        digits[place] = b'0' + (digits[place] - b'0' + shift) % 10;
        let wrong = String::from_utf8(digits).unwrap();
        let udi = parse(&format!("]d201{wrong}"), today()).udi().unwrap();
        prop_assert_eq!(udi.device_identifier, Some(wrong));
        prop_assert!(udi.warnings[0].is_doubt());
    }

    #[test]
    fn without_separators_the_true_reading_is_taken_or_offered(
        lot in of_set("ABCDEFGHJKLMNPRSTUVWXYZ3456789", 2..=12),
        serial in of_set("ABCDEFGHJKLMNPRSTUVWXYZ3456789", 2..=12),
        gtin in gtin(),
        expiry in any_date(),
    ) {
        // Letters and digits that make no key by themselves, so there is one other reading.
        for (text, lot, serial, expiry) in [
            (format!("01{gtin}10{lot}21{serial}"), &lot, Some(&serial), None),
            (format!("01{gtin}10{lot}17{}", yymmdd(expiry)), &lot, None, Some(expiry)),
        ] {
            let udi = parse(&text, today()).udi().unwrap();
            prop_assert!(udi.warnings.iter().any(|warning| warning.is_doubt()));
            let other = udi.alternative.unwrap();
            prop_assert_eq!(other.lot.as_ref(), Some(lot));
            prop_assert_eq!(other.serial.as_ref(), serial);
            prop_assert_eq!(other.expiry, expiry);
            prop_assert_eq!(&other.device_identifier.unwrap(), &gtin);
        }
    }

    #[test]
    fn hibc_comes_back_as_it_was(
        labeler in "[A-Z][A-Z0-9]{3}",
        product in "[A-Z0-9]{1,18}",
        unit in 0u8..10,
        lot in "[A-Z0-9]{1,18}",
        serial in "[A-Z0-9]{1,18}",
        expiry in any_date(),
    ) {
        let date = yymmdd(expiry);
        let mut text = format!("+{labeler}{product}{unit}/$$3{date}{lot}/S{serial}");
        text.push(check_character(&text));
        let udi = parse(&text, today()).udi().unwrap();
        prop_assert_eq!(udi.agency, Agency::Hibcc);
        prop_assert_eq!(udi.device_identifier, Some(format!("{labeler}{product}{unit}")));
        prop_assert_eq!((udi.lot, udi.serial), (Some(lot), Some(serial)));
        prop_assert_eq!(udi.expiry, Some(expiry));
        prop_assert_eq!(udi.warnings, []);
    }

    #[test]
    fn any_hibc_with_one_wrong_character_is_noticed(
        product in "[A-Z0-9]{2,18}", place in 0usize..40, with in 0usize..43,
    ) {
        let mut text = format!("+A123{product}1/$LOT1");
        text.push(check_character(&text));
        let mut letters: Vec<char> = text.chars().collect();
        let place = place % letters.len();
        let letter = SET_43.chars().nth(with).unwrap();
        if letters[place] == letter {
            return Ok(());
        }
        letters[place] = letter;
        let wrong: String = letters.into_iter().collect();
        if let Outcome::Udi(udi) = parse(&wrong, today()) {
            prop_assert!(udi.agency != Agency::Hibcc
                || udi.warnings.iter().any(|warning| warning.is_doubt()), "{}", wrong);
        }
    }

    #[test]
    fn halves_of_a_label_join_to_the_whole(label in label()) {
        if label.lot.is_none() && label.serial.is_none() {
            return Ok(());
        }
        let elements = label.elements();
        let bracketed = |elements: &[(String, String)]| -> String {
            elements.iter().map(|(k, v)| format!("({k}){}", v.replace('(', "\\("))).collect()
        };
        let read = |text: &str| parse(text, today()).udi().unwrap();
        let whole = read(&bracketed(&elements));
        let (product, production) =
            (read(&bracketed(&elements[..1])), read(&bracketed(&elements[1..])));
        for (first, second) in [(&product, &production), (&production, &product)] {
            let mut label = TwoCodes::default();
            label.push(first.clone(), 0);
            let Step::Complete(joined) = label.push(second.clone(), 1) else {
                panic!("both halves are there");
            };
            prop_assert_eq!(&joined.device_identifier, &whole.device_identifier);
            prop_assert_eq!(&joined.lot, &whole.lot);
            prop_assert_eq!(&joined.serial, &whole.serial);
            prop_assert_eq!(joined.expiry, whole.expiry);
            prop_assert_eq!(joined.manufactured, whole.manufactured);
            prop_assert_eq!(&joined.warnings, &whole.warnings);
        }
        prop_assert_eq!(join(&whole, &whole), Ok(whole));
    }
}

fn check_character(text: &str) -> char {
    let sum: usize = text.chars().map(|c| SET_43.find(c).unwrap()).sum();
    SET_43.chars().nth(sum % 43).unwrap()
}

/// Something that means something somewhere, or almost.
fn piece() -> impl Strategy<Value = String> {
    const WORDS: [&str; 44] = [
        "01",
        "10",
        "11",
        "17",
        "21",
        "30",
        "37",
        "240",
        "3103",
        "7003",
        "8008",
        "90",
        "(",
        ")",
        "\\(",
        "(01)",
        "(10)",
        "(17)",
        "\u{1d}",
        "<GS>",
        "^]",
        "~",
        "|]e0",
        "]d2",
        "]C1",
        "]E0",
        "+",
        "$$",
        "$$3",
        "/",
        "/S",
        "*",
        "=",
        "&",
        "=/",
        "=,",
        "&,1",
        "https://",
        "/01/",
        "%",
        "[)>\u{1e}05",
        "09506000117843",
        "251231",
        "é",
    ];
    prop_oneof![
        3 => proptest::sample::select(&WORDS[..]).prop_map(String::from),
        1 => "[A-Z0-9]{1,8}",
        1 => any_date().prop_map(yymmdd),
    ]
}

/// What holds for every text.
fn check_invariants(text: &str) {
    match parse(text, today()) {
        Outcome::Text(kept) => assert_eq!(kept, text),
        Outcome::Udi(udi) => {
            assert_eq!(udi.raw, text);
            assert!(!udi.elements.is_empty());
            assert!(udi.elements.len() <= 64);
            let length = |fields: &[(String, String)]| -> usize {
                fields
                    .iter()
                    .map(|(key, value)| key.len() + value.len())
                    .sum()
            };
            // Values are parts of the text; only the zeros of a short product number are new.
            assert!(length(&udi.elements) <= text.len() + 16, "{text:?} {udi:?}");
            for value in [&udi.lot, &udi.serial].into_iter().flatten() {
                assert!(!value.is_empty());
            }
            if let (Agency::Gs1, Some(digits)) = (udi.agency, &udi.device_identifier) {
                assert_eq!(digits.len(), 14);
            }
            for warning in &udi.warnings {
                assert!(!warning.to_string().is_empty());
            }
            assert_eq!(
                join(&udi, &udi).map(|joined| joined.lot),
                Ok(udi.lot.clone())
            );
        }
    }
}

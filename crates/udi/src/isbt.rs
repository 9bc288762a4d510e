//! ISBT 128: labels of tissue, cells and blood bags, issued by ICCBBA.
//!
//! A text is a run of data structures. Each begins with `=` or `&`, and the character after
//! it says which structure follows; only the donation number is different: its `=` is
//! followed by the number itself. Here the structures are told apart and the ones of a device
//! identifier are put into their fields. What product a code stands for is in tables that
//! ICCBBA licenses; they are not here, and nothing is looked up.

use crate::gs1::Fault;
use crate::text::digits_value;
use crate::{Agency, Date, Udi, Warning};

/// Structures read from one text at most; the standard's longest compound has nine.
const STRUCTURES_MAX: usize = 32;

/// Identifiers of the structures whose length is checked, and that length (ISBT 128 Standard
/// Technical Specification, section 2.4).
const LENGTHS: [(&str, usize); 18] = [
    ("=", 15),
    ("=%", 4),
    ("=<", 8),
    ("=>", 6),
    ("&>", 10),
    ("=*", 6),
    ("&*", 10),
    ("=}", 6),
    ("&}", 10),
    ("=)", 10),
    ("&)", 10),
    ("=-", 10),
    ("&-", 10),
    ("=+", 5),
    ("=]", 6),
    ("=,", 6),
    ("=/", 16),
    ("&,1", 18),
];

/// Reads an ISBT 128 text; `None` when it is none.
pub(crate) fn read(text: &str, raw: &str) -> Option<Udi> {
    let mut udi = Udi::empty(Agency::Iccbba, raw);
    let mut rest = text.trim();
    let mut known = false;
    while !rest.is_empty() {
        let (key, after) = rest.split_at_checked(key_length(rest)?)?;
        let end = after.find(['=', '&']).unwrap_or(after.len());
        let (value, next) = after.split_at(end);
        known |= take(&mut udi, key, value);
        udi.elements.push((key.into(), value.into()));
        rest = next;
        if udi.elements.len() > STRUCTURES_MAX {
            return None;
        }
    }
    check_part_count(&mut udi);
    known.then_some(udi)
}

/// How many characters of `text` say which structure it is; `None` when it is none.
fn key_length(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [b'=', second, ..] if second.is_ascii_alphanumeric() => Some(1),
        [b'&', b',', third, ..] if third.is_ascii_digit() => Some(3),
        [b'=' | b'&', second, ..] if second.is_ascii_graphic() => Some(2),
        _ => None,
    }
}

/// Puts a structure into its field. True when it is one that is known, with the right length
/// and only characters that it can have.
fn take(udi: &mut Udi, key: &str, value: &str) -> bool {
    let Some((_, length)) = LENGTHS.iter().find(|(known, _)| *known == key) else {
        return false;
    };
    let fault = if value.len() < *length {
        Some(Fault::TooShort)
    } else if value.len() > *length {
        Some(Fault::TooLong)
    } else if !value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Some(Fault::NotAlphanumeric)
    } else {
        None
    };
    if let Some(fault) = fault {
        let key = key.into();
        udi.warnings.push(Warning::Value { key, fault });
    }
    if value.is_empty() {
        return false;
    }
    let sound = fault.is_none();
    let text = Some(value.into());
    match key {
        "=/" => fill(udi, key, text, |udi| &mut udi.device_identifier),
        "=)" => fill(udi, key, text, |udi| &mut udi.device_identifier),
        "&,1" | "&)" => fill(udi, key, text, |udi| &mut udi.lot),
        "=," => fill(udi, key, text, |udi| &mut udi.serial),
        "=" => fill(udi, key, text, |udi| &mut udi.distinct_identifier),
        "=>" | "&>" if sound => {
            let day = day(udi, key, value);
            fill(udi, key, day, |udi| &mut udi.expiry);
        }
        "=}" | "&}" if sound => {
            let day = day(udi, key, value);
            fill(udi, key, day, |udi| &mut udi.manufactured);
        }
        _ => {}
    }
    sound
}

/// Fills a field that is still empty; a second, different value only leaves a warning.
fn fill<T: PartialEq>(
    udi: &mut Udi,
    key: &str,
    value: Option<T>,
    field: fn(&mut Udi) -> &mut Option<T>,
) {
    let place = field(udi);
    if place.is_none() {
        *place = value;
    } else if value.is_some() && *place != value {
        let key = key.into();
        udi.warnings.push(Warning::Repeated { key });
    }
}

/// `CYYJJJ`, with or without a time of day after it: the last three digits of the year, and
/// the day of the year.
fn day(udi: &mut Udi, key: &str, value: &str) -> Option<Date> {
    let bytes = value.as_bytes();
    let number = |at: usize| Some(digits_value(bytes.get(at..at + 3)?)? as u16);
    let time_fits = || {
        let (Some(hour), Some(minute)) = (bytes.get(6..8), bytes.get(8..10)) else {
            return true;
        };
        digits_value(hour).is_some_and(|hour| hour < 24)
            && digits_value(minute).is_some_and(|minute| minute < 60)
    };
    let read = || {
        // The standard is from 1994: 900 to 999 are the years before 2000.
        let year = number(0)?;
        let year = if year >= 900 {
            1000 + year
        } else {
            2000 + year
        };
        Date::from_day_of_year(year, number(3)?).filter(|_| time_fits())
    };
    let day = read();
    if day.is_none() {
        udi.warnings.push(Warning::Date {
            key: key.into(),
            value: value.into(),
        });
    }
    day
}

/// A compound text begins with `=+`, the number of structures after it, and three digits that
/// name the sequence (000 when it has no name).
fn check_part_count(udi: &mut Udi) {
    let Some((key, value)) = udi.elements.first() else {
        return;
    };
    let announced = value
        .get(..2)
        .filter(|_| key == "=+")
        .and_then(|digits| digits_value(digits.as_bytes()));
    let found = udi.elements.len().saturating_sub(1) as u32;
    if let Some(announced) = announced.filter(|announced| *announced != found) {
        udi.warnings.push(Warning::PartCount { announced, found });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn udi(text: &str) -> Udi {
        read(text, text).expect(text)
    }

    const TISSUE: &str = "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032\
                          &,1000000000000XYZ123";

    #[test]
    fn the_example_of_the_fda() {
        let udi = udi(TISSUE);
        assert_eq!(udi.device_identifier.as_deref(), Some("A9999XYZ100T0944"));
        assert_eq!(udi.serial.as_deref(), Some("000025"));
        assert_eq!(udi.distinct_identifier.as_deref(), Some("A99971312345600"));
        assert_eq!(udi.lot.as_deref(), Some("000000000000XYZ123"));
        assert_eq!(
            udi.expiry.map(|d| d.to_string()).as_deref(),
            Some("2014-02-01")
        );
        assert_eq!(
            udi.manufactured.map(|d| d.to_string()).as_deref(),
            Some("2013-02-01")
        );
        assert_eq!(udi.warnings, []);
    }

    #[test]
    fn blood_bags_and_times_of_day() {
        let udi = udi("=)1234567890&)LOT1234567&>0273651830&}0260012359");
        assert_eq!(udi.device_identifier.as_deref(), Some("1234567890"));
        assert_eq!(udi.lot.as_deref(), Some("LOT1234567"));
        assert_eq!(udi.expiry, Date::new(2027, 12, 31));
        assert_eq!(udi.manufactured, Date::new(2026, 1, 1));
    }

    #[test]
    fn compound_texts_are_counted() {
        let whole = alloc::format!("=+06000{TISSUE}");
        assert_eq!(udi(&whole).warnings, []);
        assert_eq!(udi(&whole).elements.len(), 7);
        let short = alloc::format!("=+07000{TISSUE}");
        assert_eq!(
            udi(&short).warnings,
            [Warning::PartCount {
                announced: 7,
                found: 6
            }]
        );
    }

    #[test]
    fn faults_are_flagged_and_text_is_kept() {
        let short = udi("=/A9999XYZ100T094=,000025");
        assert_eq!(short.device_identifier.as_deref(), Some("A9999XYZ100T094"));
        assert_eq!(short.warnings.len(), 1);
        assert_eq!(udi("=,000025=>014400").expiry, None);
        for (time, fits) in [("2359", true), ("2400", false), ("2360", false)] {
            let udi = udi(&alloc::format!("&>014032{time}"));
            assert_eq!(udi.expiry.is_some(), fits, "{time}");
            assert_eq!(udi.warnings.is_empty(), fits, "{time}");
        }
        let twice = udi("=,000025=,000026");
        assert_eq!(twice.serial.as_deref(), Some("000025"));
        assert_eq!(twice.warnings.len(), 1);
        assert_eq!(udi("=,000025=,000025").warnings, []);
        assert_eq!(udi("=>998365").expiry, Date::new(1998, 12, 31));
        assert_eq!(udi("=>900001").expiry, Date::new(1900, 1, 1));
        assert_eq!(udi("=>899001").expiry, Date::new(2899, 1, 1));
    }

    #[test]
    fn other_text_is_not_isbt() {
        for text in [
            "",
            "=",
            "&",
            "==",
            "=SUM(A1:B2)",
            "=)",
            "&nbsp;",
            "= 1",
            "=é",
            "=,",
            "=/short",
            "a=b&c=d",
        ] {
            assert_eq!(read(text, text), None, "{text}");
        }
        assert!(read(&"=,000025".repeat(STRUCTURES_MAX), "").is_some());
        assert_eq!(read(&"=,000025".repeat(STRUCTURES_MAX + 1), ""), None);
    }
}

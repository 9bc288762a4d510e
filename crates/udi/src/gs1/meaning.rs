//! From elements to a [`Udi`]: which element is the lot, which the expiry, and do they go
//! together.

use super::dictionary::{exact, matches};
use super::fault::{Fault, Finding};
use crate::gtin::{check_digit, pad};
use crate::text::digits_value;
use crate::{Agency, Date, Udi, Warning};
use alloc::string::String;

/// Gives elements their meaning.
pub(crate) fn understand(elements: &[(String, String)], raw: &str, today: Date) -> Udi {
    let mut udi = Udi::empty(Agency::Gs1, raw);
    udi.elements = elements.to_vec();
    for (place, (key, value)) in elements.iter().enumerate() {
        let earlier = elements[..place].iter().find(|(other, _)| other == key);
        match earlier {
            Some((_, first)) if first == value => {}
            Some(_) => udi.warnings.push(Warning::Repeated { key: key.clone() }),
            None => take(&mut udi, key, value, today),
        }
    }
    take_second_choices(&mut udi, today);
    pairings(&mut udi);
    udi
}

/// Checks one element and puts it into its field.
fn take(udi: &mut Udi, key: &str, value: &str, today: Date) {
    let finding = exact(key).and_then(|entry| entry.check(value).err());
    if let Some(finding) = finding {
        udi.warnings.push(fault_warning(key, value, finding));
    }
    let sound = finding.is_none();
    match key {
        "01" => udi.device_identifier = product_number(value),
        "10" if !value.is_empty() => udi.lot = Some(value.into()),
        "21" if !value.is_empty() => udi.serial = Some(value.into()),
        "11" if sound => udi.manufactured = take_date(udi, key, value, today),
        "17" if sound => udi.expiry = take_date(udi, key, value, today),
        "30" if sound => udi.quantity = digits_value(value.as_bytes()),
        _ => {}
    }
}

/// Fields that a rarer element can fill where the usual one is absent.
fn take_second_choices(udi: &mut Udi, today: Date) {
    let sound = |key: &str| {
        let value = udi.element(key)?;
        exact(key)?.check(value).ok()?;
        Some(String::from(value))
    };
    let day = |value: String| date(value.get(..6)?, today);
    let expiry_time = sound("7003").and_then(day);
    let production_time = sound("8008").and_then(day);
    let count = sound("37").and_then(|value| digits_value(value.as_bytes()));
    udi.expiry = udi.expiry.or(expiry_time);
    udi.manufactured = udi.manufactured.or(production_time);
    udi.quantity = udi.quantity.or(count);
}

fn fault_warning(key: &str, value: &str, finding: Finding) -> Warning {
    let key = String::from(key);
    match finding.fault {
        Fault::IncorrectCheckDigit => Warning::CheckDigit {
            expected: char::from(check_digit(
                value.as_bytes().get(..finding.at).unwrap_or_default(),
            )),
            key,
        },
        fault => Warning::Value { key, fault },
    }
}

/// The 14 digits of a product number, its check digit right or wrong. Bracketed text often
/// leaves leading zeros away; other lengths are no product number.
fn product_number(value: &str) -> Option<String> {
    let padded = pad(value).ok()?;
    core::str::from_utf8(&padded).ok().map(String::from)
}

fn take_date(udi: &mut Udi, key: &str, value: &str, today: Date) -> Option<Date> {
    let date = date(value, today);
    if date.is_none() {
        udi.warnings.push(Warning::Date {
            key: key.into(),
            value: value.into(),
        });
    }
    date
}

/// `YYMMDD`, the day 00 meaning the last of the month (General Specifications 3.4).
fn date(value: &str, today: Date) -> Option<Date> {
    let number = |at: usize| {
        let digits = value.as_bytes().get(at..at + 2)?;
        Some(digits_value(digits)? as u8)
    };
    let year = Date::full_year(number(0)?, today);
    match (number(2)?, number(4)?) {
        (month, 0) => Date::last_of_month(year, month),
        (month, day) => Date::new(year, month, day),
    }
}

/// Replaces the remarks on what must and must not stand together. Made anew when the two
/// halves of a label are joined.
pub(crate) fn pairings(udi: &mut Udi) {
    udi.warnings.retain(|warning| {
        !matches!(
            warning,
            Warning::MissingPair { .. } | Warning::ForbiddenPair { .. }
        )
    });
    for place in 0..udi.elements.len() {
        let key = &udi.elements[place].0;
        let repeated = udi.elements[..place].iter().any(|(other, _)| other == key);
        let Some(entry) = exact(key).filter(|_| !repeated) else {
            continue;
        };
        let missing = entry
            .requires()
            .split(';')
            .find(|alternatives| !alternatives.is_empty() && !satisfied(udi, alternatives));
        let forbidden = entry.excludes().split(',').find_map(|pattern| {
            let found = udi
                .elements
                .iter()
                .find(|(other, _)| other != key && matches(pattern, other))?;
            Some(found.0.clone())
        });
        let key = key.clone();
        if let Some(needs) = missing {
            let key = key.clone();
            udi.warnings.push(Warning::MissingPair { key, needs });
        }
        if let Some(other) = forbidden {
            udi.warnings.push(Warning::ForbiddenPair { key, other });
        }
    }
}

/// One of the alternatives, like `01+21,03`, is there completely.
fn satisfied(udi: &Udi, alternatives: &str) -> bool {
    let has = |pattern: &str| udi.elements.iter().any(|(key, _)| matches(pattern, key));
    alternatives
        .split(',')
        .any(|group| group.split('+').all(has))
}

//! HIBC LIC: the labels of the Health Industry Business Communications Council.
//!
//! A *primary* text names the product: `+`, labeler (LIC, 4 characters), product (PCN, 1 to
//! 18), unit of measure (1 digit), check character. A *secondary* text carries lot, serial
//! and dates. It stands in the same symbol after a `/`, or in a symbol of its own, where the
//! last character but one is the *link*: the check character of the primary it belongs to.
//!
//! The check character is the sum over the whole symbol modulo 43, and it may be any of the
//! 43 characters, `/` and space among them. So it is taken off before anything is split, and
//! nothing is trimmed before it is known whether the last space is the check character.
//!
//! | secondary | meaning |
//! |---|---|
//! | `$` lot, `$+` serial | no date |
//! | `$$` or `$$+`, then a date, then lot or serial | `MMYY`, `2MMDDYY`, `3YYMMDD`, `4YYMMDDHH`, `5YYJJJ`, `6YYJJJHH`, `7` for none |
//! | `$$8` 2 digits, `$$9` 5 digits | quantity, before the date |
//! | `YYJJJ` lot | the oldest form, without any flag |
//! | `/S` `/14D` `/16D` `/Q` | serial, expiry and manufacture as `YYYYMMDD`, quantity |
//!
//! The provider standard (`+/`) is about patients and places and is never read.

use crate::gs1::Fault;
use crate::text::digits_value;
use crate::{Agency, Date, Udi, Warning};
use alloc::borrow::Cow;

/// The characters in the order of their values.
const CHARACTERS: &[u8; 43] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
/// Labeler, at least one character of product, unit.
const PRIMARY_LENGTH_MIN: usize = 6;
/// Labeler, 18 characters of product, unit.
const PRIMARY_LENGTH_MAX: usize = 23;
/// Lot and serial number have at most this many characters.
const NUMBER_LENGTH_MAX: usize = 18;
/// Parts between slashes; the standard defines five.
const PARTS_MAX: usize = 16;

/// Reads a HIBC text; `None` when it is none. The text must not have been trimmed.
pub(crate) fn read(text: &str, raw: &str, today: Date) -> Option<Udi> {
    let text = without_asterisks(text);
    let capitals = if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        Cow::Owned(text.to_ascii_uppercase())
    } else {
        Cow::Borrowed(text)
    };
    let checked = Checked::of(&capitals)?;
    let mut reader = Reader {
        udi: Udi::empty(Agency::Hibcc, raw),
        today,
        faults: 0,
    };
    let content = checked.body.strip_prefix('+')?;
    match content.as_bytes().first()? {
        b'A'..=b'Z' => reader.product_text(content, &checked)?,
        b'$' | b'0'..=b'9' => reader.separate_secondary(content, &checked)?,
        _ => return None,
    }
    let mut udi = reader.udi;
    udi.warnings.extend(checked.warning);
    if capitals != text {
        udi.warnings.push(Warning::LowerCase);
    }
    Some(udi)
}

/// Code 39 prints its start and stop signs as asterisks, and people type them.
fn without_asterisks(text: &str) -> &str {
    text.strip_prefix('*')
        .and_then(|inner| inner.trim_end().strip_suffix('*'))
        .unwrap_or(text)
}

/// A text whose check character has been taken off.
struct Checked<'a> {
    /// From `+` on, without the check character.
    body: &'a str,
    /// The check character.
    found: char,
    /// What is wrong with it.
    warning: Option<Warning>,
}

impl<'a> Checked<'a> {
    /// `None` when the text has a character that HIBC does not know, or almost none.
    fn of(text: &'a str) -> Option<Checked<'a>> {
        let trimmed = text.trim_end_matches(' ');
        let (body, last) = split_last(trimmed)?;
        // The characters before a trailing space must sum up to the space, or it is padding.
        if trimmed.len() < text.len() && expected(trimmed)? == ' ' {
            return Some(Checked {
                body: trimmed,
                found: ' ',
                warning: None,
            });
        }
        let right = expected(body)?;
        let (body, found, warning) = if right == last {
            let padded = trimmed.len() < text.len();
            (
                body,
                last,
                padded.then_some(Warning::SpaceAfterCheckCharacter),
            )
        } else if expected(trimmed)? == ' ' {
            (trimmed, ' ', Some(Warning::CheckCharacterCutOff))
        } else {
            let warning = Warning::CheckCharacter {
                found: last,
                expected: right,
            };
            (body, last, Some(warning))
        };
        expected(trimmed)?;
        Some(Checked {
            body,
            found,
            warning,
        })
    }
}

fn split_last(text: &str) -> Option<(&str, char)> {
    let last = text.chars().next_back()?;
    Some((&text[..text.len() - last.len_utf8()], last))
}

/// The check character that belongs after `text`; `None` when it has a character outside the
/// 43.
fn expected(text: &str) -> Option<char> {
    let sum = text.bytes().try_fold(0, |sum, byte| {
        let value = CHARACTERS.iter().position(|known| *known == byte)?;
        Some((sum + value) % CHARACTERS.len())
    })?;
    Some(char::from(CHARACTERS[sum]))
}

/// What is being made of a text.
struct Reader {
    udi: Udi,
    today: Date,
    /// Parts that broke a rule of the format.
    faults: usize,
}

/// The two things that a number after a date can be.
#[derive(Clone, Copy)]
enum Number {
    Lot,
    Serial,
}

impl Reader {
    /// A primary text, and the secondary one that may follow it in the same symbol.
    fn product_text(&mut self, content: &str, checked: &Checked) -> Option<()> {
        let (primary, secondary) = match content.split_once('/') {
            Some((primary, secondary)) => (primary, secondary),
            None => (content, ""),
        };
        let fault = primary_fault(primary);
        // Text like "+Hello" has neither the shape nor the check character.
        let shaped = fault.is_none() || checked.warning.is_none();
        if !shaped || primary.len() < PRIMARY_LENGTH_MIN {
            return None;
        }
        if let Some(fault) = fault {
            self.fault("+", fault);
        }
        self.element("+", primary);
        self.udi.device_identifier = Some(primary.into());
        self.udi.check_character = Some(checked.found);
        self.parts(secondary);
        Some(())
    }

    /// A secondary text in a symbol of its own.
    fn separate_secondary(&mut self, content: &str, checked: &Checked) -> Option<()> {
        let (data, link) = split_last(content)?;
        self.parts(data);
        self.udi.link_character = Some(link);
        // A telephone number begins like the oldest form, which therefore has to hold in full;
        // a typing mistake is only forgiven where letters tell it from a number.
        let flagged = data.starts_with('$');
        let plausible = match (&checked.warning, flagged) {
            (None, true) => !self.udi.elements.is_empty(),
            (None, false) => self.faults == 0,
            (Some(_), true) => self.faults == 0,
            (Some(_), false) => {
                self.faults == 0 && content.bytes().any(|byte| byte.is_ascii_uppercase())
            }
        };
        plausible.then_some(())
    }

    /// Everything after the primary, cut at the slashes.
    fn parts(&mut self, data: &str) {
        for (place, part) in data.split('/').enumerate() {
            if part.is_empty() {
                continue;
            }
            if place >= PARTS_MAX || self.part(part, place == 0).is_none() {
                self.faults += 1;
                self.udi
                    .warnings
                    .push(Warning::Unread { text: part.into() });
            }
        }
    }

    /// One part; only the first can be of the oldest form.
    fn part(&mut self, part: &str, first: bool) -> Option<()> {
        if let Some(rest) = part.strip_prefix("$$") {
            self.dated(rest)
        } else if let Some(serial) = part.strip_prefix("$+") {
            self.element("$+", serial);
            self.number("$+", Number::Serial, serial)
        } else if let Some(lot) = part.strip_prefix('$') {
            self.element("$", lot);
            self.number("$", Number::Lot, lot)
        } else if first && part.bytes().take(5).all(|byte| byte.is_ascii_digit()) {
            self.unflagged(part)
        } else {
            self.supplement(part)
        }
    }

    /// `$$` or `$$+`: quantity, date, and a lot or a serial number.
    fn dated(&mut self, rest: &str) -> Option<()> {
        let (sign, number, rest) = match rest.strip_prefix('+') {
            Some(rest) => ("$$+", Number::Serial, rest),
            None => ("$$", Number::Lot, rest),
        };
        let rest = match quantity_length(rest) {
            Some(length) => {
                let (digits, after) = rest[1..].split_at_checked(length)?;
                self.udi.quantity = Some(digits_value(digits.as_bytes())?);
                self.element(&[sign, &rest[..1]].concat(), digits);
                after
            }
            None => rest,
        };
        let form = DateForm::of(rest);
        let key = [sign, form.flag].concat();
        let value = &rest[form.flag.len()..];
        self.element(&key, value);
        let (digits, after) = value.split_at_checked(form.length)?;
        if form.length > 0 {
            self.udi.expiry = self.date(&key, digits, form.day(digits, self.today));
        }
        if after.is_empty() {
            return Some(());
        }
        self.number(&key, number, after)
    }

    /// The oldest form: expiry as year and day of the year, then the lot.
    fn unflagged(&mut self, part: &str) -> Option<()> {
        let (digits, lot) = part.split_at_checked(5)?;
        let expiry = year_and_day(digits, self.today)?;
        self.element("YYJJJ", part);
        self.udi.expiry = Some(expiry);
        if lot.is_empty() {
            return Some(());
        }
        self.number("YYJJJ", Number::Lot, lot)
    }

    /// The parts that begin with a data identifier.
    fn supplement(&mut self, part: &str) -> Option<()> {
        if let Some(digits) = part.strip_prefix("14D").filter(|d| d.len() == 8) {
            self.element("14D", digits);
            let day = self.date("14D", digits, full_date(digits));
            if self.udi.expiry.is_some() && self.udi.expiry != day {
                let key = "14D".into();
                self.udi.warnings.push(Warning::Repeated { key });
            }
            self.udi.expiry = self.udi.expiry.or(day);
        } else if let Some(digits) = part.strip_prefix("16D").filter(|d| d.len() == 8) {
            self.element("16D", digits);
            self.udi.manufactured = self.date("16D", digits, full_date(digits));
        } else if let Some(serial) = part.strip_prefix('S') {
            self.element("S", serial);
            self.number("S", Number::Serial, serial)?;
        } else if let Some(digits) = part.strip_prefix('Q') {
            self.udi.quantity = Some(digits_value(digits.as_bytes())?);
            self.element("Q", digits);
        } else {
            return None;
        }
        Some(())
    }

    fn number(&mut self, key: &str, number: Number, value: &str) -> Option<()> {
        if value.is_empty() {
            self.fault(key, Fault::TooShort);
            return Some(());
        }
        if value.len() > NUMBER_LENGTH_MAX {
            self.fault(key, Fault::TooLong);
        }
        let field = match number {
            Number::Lot => &mut self.udi.lot,
            Number::Serial => &mut self.udi.serial,
        };
        if field.as_deref().is_some_and(|first| first != value) {
            let key = key.into();
            self.udi.warnings.push(Warning::Repeated { key });
        } else {
            *field = Some(value.into());
        }
        Some(())
    }

    /// Passes a date on, or says that it is none.
    fn date(&mut self, key: &str, value: &str, date: Option<Date>) -> Option<Date> {
        if date.is_none() {
            self.faults += 1;
            self.udi.warnings.push(Warning::Date {
                key: key.into(),
                value: value.into(),
            });
        }
        date
    }

    fn element(&mut self, key: &str, value: &str) {
        self.udi.elements.push((key.into(), value.into()));
    }

    fn fault(&mut self, key: &str, fault: Fault) {
        self.faults += 1;
        let key = key.into();
        self.udi.warnings.push(Warning::Value { key, fault });
    }
}

/// What is wrong with labeler, product and unit, run together.
fn primary_fault(primary: &str) -> Option<Fault> {
    let bytes = primary.as_bytes();
    if bytes.len() < PRIMARY_LENGTH_MIN {
        Some(Fault::TooShort)
    } else if bytes.len() > PRIMARY_LENGTH_MAX {
        Some(Fault::TooLong)
    } else if !bytes.iter().all(u8::is_ascii_alphanumeric) {
        Some(Fault::NotAlphanumeric)
    } else if !bytes.last().is_some_and(u8::is_ascii_digit) {
        Some(Fault::NonDigitCharacter)
    } else {
        None
    }
}

/// How many digits of quantity follow the flag that `rest` begins with.
fn quantity_length(rest: &str) -> Option<usize> {
    match rest.as_bytes().first()? {
        b'8' => Some(2),
        b'9' => Some(5),
        _ => None,
    }
}

/// How a date is written after `$$`.
struct DateForm<'a> {
    /// The digit that says so; none before `MMYY`, which itself begins with 0 or 1.
    flag: &'a str,
    /// Characters of the date, 0 when there is none.
    length: usize,
}

impl<'a> DateForm<'a> {
    fn of(rest: &'a str) -> DateForm<'a> {
        let (flag, length) = match rest.as_bytes().first() {
            Some(b'0' | b'1') => (0, 4),
            Some(b'2' | b'3') => (1, 6),
            Some(b'4') => (1, 8),
            Some(b'5') => (1, 5),
            Some(b'6') => (1, 7),
            Some(b'7') => (1, 0),
            // After a quantity the date may be left out altogether.
            _ => (0, 0),
        };
        DateForm {
            flag: &rest[..flag],
            length,
        }
    }

    fn day(&self, digits: &str, today: Date) -> Option<Date> {
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let two = |at: usize| Some(digits_value(digits.as_bytes().get(at..at + 2)?)? as u8);
        let year = |at| Some(Date::full_year(two(at)?, today));
        let hour_fits = |at| two(at).is_some_and(|hour| hour < 24);
        match self.flag {
            "2" => Date::new(year(4)?, two(0)?, two(2)?),
            "3" => Date::new(year(0)?, two(2)?, two(4)?),
            "4" => Date::new(year(0)?, two(2)?, two(4)?).filter(|_| hour_fits(6)),
            "5" => year_and_day(digits, today),
            "6" => year_and_day(digits.get(..5)?, today).filter(|_| hour_fits(5)),
            // A month means its last day.
            _ => Date::last_of_month(year(2)?, two(0)?),
        }
    }
}

/// `YYJJJ`.
fn year_and_day(digits: &str, today: Date) -> Option<Date> {
    let (year, day) = digits.split_at_checked(2)?;
    let year = Date::full_year(digits_value(year.as_bytes())? as u8, today);
    let day = digits_value(day.as_bytes()).filter(|_| day.len() == 3)?;
    Date::from_day_of_year(year, day as u16)
}

/// `YYYYMMDD`.
fn full_date(digits: &str) -> Option<Date> {
    let number = |at: usize, length: usize| {
        let digits = digits.as_bytes().get(at..at + length)?;
        digits_value(digits)
    };
    Date::new(
        number(0, 4)? as u16,
        number(4, 2)? as u8,
        number(6, 2)? as u8,
    )
}

#[cfg(test)]
#[path = "hibc_tests.rs"]
mod tests;

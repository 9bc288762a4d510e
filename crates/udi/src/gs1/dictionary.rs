//! The application identifiers (AI): which exist, what their values look like, what they
//! need beside them. The data is `table.rs`, compiled from GS1's dictionary; this file gives
//! it types and asks it questions.

use super::fault::{Fault, Finding};
use super::lint::{Lint, Set};
use super::table::{ENTRIES, PARTS, RULES, TITLES};

/// One component of a value.
pub(super) struct Part {
    set: Set,
    min: u8,
    max: u8,
    optional: bool,
    lints: [Lint; 2],
}

/// One line of the dictionary: an identifier, or a range of them that are alike.
pub(super) struct Entry {
    first: u16,
    last: u16,
    digits: u8,
    predefined: bool,
    attribute: bool,
    part: u8,
    parts: u8,
    requires: u8,
    excludes: u8,
    key: u8,
}

/// A row of `PARTS`; short, because the table is long.
pub(super) const fn part(
    set: Set,
    min: u8,
    max: u8,
    optional: bool,
    first: Lint,
    second: Lint,
) -> Part {
    Part {
        set,
        min,
        max,
        optional,
        lints: [first, second],
    }
}

/// A row of `ENTRIES`; short, because the table is long.
#[expect(
    clippy::too_many_arguments,
    reason = "a row of a table, in the order of its columns"
)]
pub(super) const fn ai(
    first: u16,
    last: u16,
    digits: u8,
    predefined: bool,
    attribute: bool,
    part: u8,
    parts: u8,
    requires: u8,
    excludes: u8,
    key: u8,
) -> Entry {
    Entry {
        first,
        last,
        digits,
        predefined,
        attribute,
        part,
        parts,
        requires,
        excludes,
        key,
    }
}

/// The entry of the identifier that `text` begins with, and the identifier.
pub(super) fn find(text: &str) -> Option<(&'static Entry, &str)> {
    (2..=4).find_map(|digits| {
        let key = text.get(..digits)?;
        Some((exact(key)?, key))
    })
}

/// The entry of exactly this identifier.
pub(super) fn exact(key: &str) -> Option<&'static Entry> {
    Some(&ENTRIES[place(key)?])
}

/// What GS1 prints beside the value of an identifier: `USE BY or EXPIRY` for `17`. `None`
/// for an identifier that does not exist, or has no such words.
pub fn title(key: &str) -> Option<&'static str> {
    Some(TITLES[place(key)?]).filter(|title| !title.is_empty())
}

fn place(key: &str) -> Option<usize> {
    if !(2..=4).contains(&key.len()) {
        return None;
    }
    let value = crate::text::digits_value(key.as_bytes())?;
    ENTRIES.iter().position(|entry| {
        usize::from(entry.digits) == key.len()
            && (u32::from(entry.first)..=u32::from(entry.last)).contains(&value)
    })
}

impl Entry {
    /// The length of the value, when it is one that needs no separator after it (General
    /// Specifications 7.8.5).
    pub(super) fn predefined_length(&self) -> Option<usize> {
        self.predefined.then(|| self.max_length())
    }

    /// The most characters that a value can have.
    pub(super) fn max_length(&self) -> usize {
        self.parts().iter().map(|part| usize::from(part.max)).sum()
    }

    /// May stand in the query of a Digital Link.
    pub(super) fn is_link_attribute(&self) -> bool {
        self.attribute
    }

    /// The sequences of qualifiers that may follow this key in a Digital Link, or `None` when
    /// it is no primary key there.
    pub(super) fn link_qualifiers(&self) -> Option<&'static str> {
        (self.key != 0).then(|| RULES[usize::from(self.key)])
    }

    /// Names what else must be there: all groups divided by `;`, one of the alternatives
    /// divided by `,`, everything joined by `+`.
    pub(super) fn requires(&self) -> &'static str {
        RULES[usize::from(self.requires)]
    }

    /// Names what must not be there, divided by `,`; `n` stands for any digit.
    pub(super) fn excludes(&self) -> &'static str {
        RULES[usize::from(self.excludes)]
    }

    fn parts(&self) -> &'static [Part] {
        let start = usize::from(self.part);
        &PARTS[start..start + usize::from(self.parts)]
    }

    /// Finds the first thing wrong with a value.
    pub(super) fn check(&self, value: &str) -> Result<(), Finding> {
        let bytes = value.as_bytes();
        let mut at = 0;
        for part in self.parts() {
            let rest = &bytes[at..];
            if rest.is_empty() && part.optional {
                break;
            }
            let length = rest.len().min(usize::from(part.max));
            let data = &rest[..length];
            let shift = |finding: Finding| Finding {
                at: finding.at + at,
                ..finding
            };
            part.set.check(data).map_err(shift)?;
            if length < usize::from(part.min) {
                return Err(Finding::new(Fault::TooShort, at, length));
            }
            for lint in part.lints {
                lint.check(data).map_err(shift)?;
            }
            at += length;
        }
        if at < bytes.len() {
            return Err(Finding::new(Fault::TooLong, at, bytes.len() - at));
        }
        Ok(())
    }
}

/// True when `pattern` (`01`, `394n`) names the identifier `key`.
pub(super) fn matches(pattern: &str, key: &str) -> bool {
    pattern.len() == key.len()
        && pattern
            .bytes()
            .zip(key.bytes())
            .all(|(wanted, found)| wanted == b'n' || wanted == found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_two_three_and_four_digits_are_found() {
        for (text, key) in [
            ("01095", "01"),
            ("10A", "10"),
            ("240X", "240"),
            ("3103001", "3103"),
            ("99", "99"),
        ] {
            assert_eq!(find(text).map(|found| found.1), Some(key));
        }
        for text in ["", "0", "0a", "89", "3106", "８８", "1é"] {
            assert!(find(text).is_none(), "{text}");
        }
        assert_eq!(title("17"), Some("USE BY or EXPIRY"));
        assert_eq!(title("017"), None);
    }

    #[test]
    fn values_are_checked_component_by_component() {
        let check = |key, value| {
            exact(key)
                .expect(key)
                .check(value)
                .map_err(|found| (found.fault, found.at))
        };
        assert_eq!(check("7007", "211225"), Ok(()));
        assert_eq!(check("7007", "211225211226"), Ok(()));
        assert_eq!(check("7007", "21122521"), Err((Fault::TooShort, 6)));
        assert_eq!(check("7007", "211225211299"), Err((Fault::IllegalDay, 10)));
        assert_eq!(check("10", ""), Err((Fault::TooShort, 0)));
        assert_eq!(
            check("10", "123456789012345678901"),
            Err((Fault::TooLong, 20))
        );
        let finding = exact("10").expect("10").check("12345678901234567890AB");
        assert_eq!(finding.map_err(|found| found.length), Err(2));
        assert_eq!(check("10", "A B"), Err((Fault::InvalidCset82Character, 1)));
        assert_eq!(exact("17").and_then(Entry::predefined_length), Some(6));
        assert_eq!(exact("10").and_then(Entry::predefined_length), None);
        assert_eq!(exact("8003").map(Entry::max_length), Some(30));
    }

    #[test]
    fn patterns_match_any_digit_where_they_say_n() {
        assert!(matches("394n", "3942") && matches("01", "01"));
        assert!(!matches("394n", "3952") && !matches("01", "011"));
    }
}

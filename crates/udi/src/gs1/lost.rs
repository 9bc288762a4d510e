//! The lost separator.
//!
//! `10LOT17251231` is the lot `LOT17251231`, or it is the lot `LOT` with the expiry
//! 2025-12-31 after a separator that a keyboard could not type. Both are right by the rules,
//! so nothing is decided here. This module only finds out whether there is a second reading
//! that a label could reasonably carry; the person with the label in hand decides.
//!
//! What makes a second reading reasonable, learned from what labels carry: the rest of the
//! value begins with a date or a product number that checks out (*strong*), or with a lot or
//! serial key that the text does not have yet, with at least two characters on both sides
//! (*weak*). A weak one is still worth a flag: lot and serial run together is the most
//! frequent damage, and a wrong lot is the one thing that must not happen. Where any
//! separator did come through, the scanner knows how to send them, and only a value that is
//! impossible as it stands is asked about.

use super::dictionary::exact;
use alloc::vec::Vec;

/// Keys of predefined length whose values check themselves: product number and dates.
const STRONG_KEYS: [&str; 7] = ["01", "11", "12", "13", "15", "16", "17"];
/// Keys of open length that device labels carry.
const WEAK_KEYS: [&str; 2] = ["10", "21"];
/// Keys of open length tried as well when the plain reading is impossible.
const OTHER_KEYS: [&str; 3] = ["240", "30", "37"];
/// A weak cut leaves at least this many characters on both sides.
const WEAK_LENGTH_MIN: usize = 2;
/// Longer values are not searched: no element of a device label comes near.
const VALUE_LENGTH_MAX: usize = 64;

/// One way to read a text to its end.
#[derive(Default)]
struct Reading<'a> {
    elements: Vec<(&'a str, &'a str)>,
    /// One of the elements checks itself.
    strong: bool,
    /// One of the keys is only tried in need.
    far_fetched: bool,
}

impl<'a> Reading<'a> {
    fn after(mut self, key: &'a str, value: &'a str, strong: bool) -> Reading<'a> {
        self.elements.insert(0, (key, value));
        self.strong |= strong;
        self.far_fetched |= OTHER_KEYS.contains(&key);
        self
    }

    fn rank(&self) -> (bool, bool, usize) {
        (self.strong, !self.far_fetched, self.elements.len())
    }
}

/// The best other reading of one element, a value that may be two; `present` are the keys that
/// the text has anyway.
pub(super) fn other_reading<'a>(
    key: &'a str,
    value: &'a str,
    present: &[&'a str],
) -> Option<Vec<(&'a str, &'a str)>> {
    let entry = exact(key)?;
    if entry.predefined_length().is_some() || value.len() > VALUE_LENGTH_MAX {
        return None;
    }
    let mut search = Search {
        desperate: entry.check(value).is_err(),
        taken: present.to_vec(),
    };
    Some(search.cut(key, value)?.elements)
}

struct Search<'a> {
    /// The plain reading breaks a rule, so more is tried for another.
    desperate: bool,
    /// Keys on the way to here; a label has each at most once.
    taken: Vec<&'a str>,
}

impl<'a> Search<'a> {
    /// Ends the value of an open-length key before its text ends; the rest must be elements.
    /// Of several ways the strong ones win, then usual keys, then more elements, then the
    /// shortest value.
    fn cut(&mut self, key: &'a str, text: &'a str) -> Option<Reading<'a>> {
        let entry = exact(key)?;
        self.taken.push(key);
        let mut best = None;
        for at in 1..text.len() {
            let Some((value, rest)) = text.split_at_checked(at) else {
                continue;
            };
            if entry.check(value).is_err() {
                continue;
            }
            if let Some(tail) = self.tail(rest, self.desperate || at >= WEAK_LENGTH_MIN) {
                better(&mut best, tail.after(key, value, false));
            }
        }
        self.taken.pop();
        best
    }

    /// Reads `text` to its end as elements with new keys.
    fn tail(&mut self, text: &'a str, weak_allowed: bool) -> Option<Reading<'a>> {
        if text.is_empty() {
            return Some(Reading::default());
        }
        let mut best = None;
        for key in STRONG_KEYS {
            if let Some(reading) = self.strong(key, text) {
                better(&mut best, reading);
            }
        }
        let others: &[&str] = if self.desperate { &OTHER_KEYS } else { &[] };
        for key in WEAK_KEYS.iter().chain(others) {
            let Some(value) = text.strip_prefix(key).filter(|_| !self.taken.contains(key)) else {
                continue;
            };
            let fits = value.len() >= WEAK_LENGTH_MIN && exact(key)?.check(value).is_ok();
            if weak_allowed && fits {
                better(&mut best, Reading::default().after(key, value, false));
            }
            if let Some(reading) = self.cut(key, value) {
                better(&mut best, reading);
            }
        }
        best
    }

    /// A key of predefined length whose value checks out, and then the rest.
    fn strong(&mut self, key: &'a str, text: &'a str) -> Option<Reading<'a>> {
        let entry = exact(key).filter(|_| !self.taken.contains(&key))?;
        let (value, rest) = text
            .strip_prefix(key)?
            .split_at_checked(entry.predefined_length()?)?;
        entry.check(value).ok()?;
        self.taken.push(key);
        let tail = self.tail(rest, true);
        self.taken.pop();
        Some(tail?.after(key, value, true))
    }
}

fn better<'a>(best: &mut Option<Reading<'a>>, other: Reading<'a>) {
    if best.as_ref().is_none_or(|b| b.rank() < other.rank()) {
        *best = Some(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    fn alternative(key: &str, value: &str, present: &[&str]) -> String {
        let elements = other_reading(key, value, present).unwrap_or_default();
        super::super::bracketed_text(&elements)
    }

    #[test]
    fn a_date_at_the_end_of_a_lot_is_found() {
        assert_eq!(alternative("10", "LOT17251231", &[]), "(10)LOT(17)251231");
        assert_eq!(alternative("10", "LOT17251200", &[]), "(10)LOT(17)251200");
        assert_eq!(alternative("10", "L17251231", &["01"]), "(10)L(17)251231");
        assert_eq!(alternative("10", "LOT17251331", &[]), "", "no 13th month");
        assert_eq!(alternative("10", "LOT17251231", &["17"]), "", "has one");
        assert_eq!(alternative("10", "17251231", &[]), "", "nothing before");
    }

    #[test]
    fn lot_and_serial_run_together_are_found() {
        assert_eq!(
            alternative("10", "AB12321XYZ789", &[]),
            "(10)AB123(21)XYZ789"
        );
        assert_eq!(alternative("21", "SN110LOT", &["01"]), "(21)SN1(10)LOT");
        assert_eq!(alternative("10", "AB12321XYZ789", &["21"]), "");
        assert_eq!(alternative("10", "AB21CD", &[]), "(10)AB(21)CD");
        assert_eq!(
            alternative("10", "AB21CD21EF", &[]),
            "(10)AB(21)CD21EF",
            "the shortest value first"
        );
        assert_eq!(
            alternative("10", "AB2117251231", &[]),
            "(10)AB21(17)251231",
            "a date weighs more than a serial number"
        );
        assert_eq!(alternative("10", "A21BC", &[]), "", "too short before");
        assert_eq!(alternative("10", "AB21C", &[]), "", "too short after");
    }

    #[test]
    fn several_lost_separators_are_found_together() {
        assert_eq!(
            alternative("240", "REF110LOT21SERIAL", &["01"]),
            "(240)REF1(10)LOT(21)SERIAL"
        );
        assert_eq!(
            alternative("10", "AB1725123121XY", &[]),
            "(10)AB(17)251231(21)XY"
        );
    }

    #[test]
    fn an_impossible_value_is_tried_harder() {
        assert_eq!(alternative("30", "210LOT", &[]), "(30)2(10)LOT");
        assert_eq!(
            alternative("10", "LOT1234567240REFERENCE12", &[]),
            "(10)LOT1234567(240)REFERENCE12"
        );
        assert_eq!(
            alternative("10", "LOT37321SERIALNUMBER12", &[]),
            "(10)LOT373(21)SERIALNUMBER12",
            "usual keys first"
        );
        assert_eq!(alternative("10", "LOT240REF", &[]), "", "possible as it is");
    }

    #[test]
    fn hostile_values_end_soon() {
        let value = "1021240303721".repeat(5);
        let _ = other_reading("22", &value[..64], &[]);
        let value = "17251231".repeat(8);
        let _ = other_reading("10", &value, &[]);
        assert_eq!(alternative("10", &"é".repeat(20), &[]), "");
    }

    #[test]
    fn the_length_of_a_searched_value_is_bounded() {
        let x = |times: usize| "X".repeat(times);
        let value = |last: usize| alloc::format!("{}21{}240{}17251231", x(20), x(20), x(last));
        assert_eq!(value(11).len(), VALUE_LENGTH_MAX);
        assert!(alternative("10", &value(11), &[]).ends_with("(17)251231"));
        assert_eq!(alternative("10", &value(12), &[]), "");
    }
}

//! A calendar date without time, zone or clock.
//!
//! Labels carry days, not instants: "use by 2027-05-31" is true wherever the label is read.
//! So this type knows nothing of time zones, never asks what day it is today, and whoever
//! needs "today" passes it in. The calendar is the proleptic Gregorian one, the years 1 to
//! 9999, which is what a four-digit ISO 8601 date can say.

use core::fmt;
use core::str::FromStr;

/// A day of the Gregorian calendar, between 0001-01-01 and 9999-12-31.
///
/// A `Date` that exists is a real day: there is no 30th of February. Dates are ordered in
/// time and shown as ISO 8601 (`2027-05-31`).
///
/// ```
/// use baton_udi::Date;
///
/// let leap = Date::new(2024, 2, 29).expect("2024 is a leap year");
/// assert_eq!(leap.add_days(366).map(|d| d.to_string()).as_deref(), Some("2025-03-01"));
/// assert!(Date::new(2023, 2, 29).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    // Declared from the largest unit down, so that the derived order is the order in time.
    year: u16,
    month: u8,
    day: u8,
}

/// The days of the week, Monday first as in ISO 8601.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// The text was not a date of the form `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseDateError;

impl fmt::Display for ParseDateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date; write it as year-month-day, like 2027-05-31")
    }
}

impl core::error::Error for ParseDateError {}

/// Days from 0000-03-01 to 1970-01-01. The arithmetic below starts its year in March, so
/// that the leap day is the last day of a year and needs no special case.
const DAYS_TO_1970: i64 = 719_468;
/// Days in the 400 years after which the Gregorian calendar repeats.
const DAYS_OF_400_YEARS: i64 = 146_097;

impl Date {
    /// The first day this type can hold, 0001-01-01.
    pub const MIN: Date = Date {
        year: 1,
        month: 1,
        day: 1,
    };
    /// The last day this type can hold, 9999-12-31.
    pub const MAX: Date = Date {
        year: 9999,
        month: 12,
        day: 31,
    };

    /// The day `year`-`month`-`day`, or `None` where the calendar has no such day.
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        if year == 0 || year > 9999 || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        Some(Date { year, month, day })
    }

    /// The last day of a month: `2024, 2` gives 2024-02-29.
    pub const fn last_of_month(year: u16, month: u8) -> Option<Date> {
        Date::new(year, month, days_in_month(year, month))
    }

    /// The day with number `day_of_year` (1 to 366) in `year`; labels call it the Julian date.
    pub const fn from_day_of_year(year: u16, day_of_year: u16) -> Option<Date> {
        let mut left = day_of_year;
        let mut month = 1;
        while month <= 12 {
            let length = days_in_month(year, month) as u16;
            if left <= length {
                return Date::new(year, month, left as u8);
            }
            left -= length;
            month += 1;
        }
        None
    }

    /// The day that is `days` after 1970-01-01 (before it, when negative).
    pub const fn from_days(days: i32) -> Option<Date> {
        let since_march = days as i64 + DAYS_TO_1970;
        let era = since_march.div_euclid(DAYS_OF_400_YEARS);
        let day_of_era = since_march.rem_euclid(DAYS_OF_400_YEARS);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        if year < 1 || year > 9999 {
            return None;
        }
        Date::new(year as u16, month as u8, day as u8)
    }

    /// How many days this day is after 1970-01-01 (negative before it).
    pub const fn to_days(self) -> i32 {
        let year = self.year as i64 - if self.month <= 2 { 1 } else { 0 };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (self.month as i64 + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + self.day as i64 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        (era * DAYS_OF_400_YEARS + day_of_era - DAYS_TO_1970) as i32
    }

    /// The day `days` later (earlier, when negative), or `None` outside the years 1 to 9999.
    pub const fn add_days(self, days: i32) -> Option<Date> {
        match self.to_days().checked_add(days) {
            Some(sum) => Date::from_days(sum),
            None => None,
        }
    }

    /// Days from `earlier` to this day; negative when `earlier` is in fact later.
    pub const fn days_since(self, earlier: Date) -> i32 {
        self.to_days() - earlier.to_days()
    }

    /// The day of the week.
    pub const fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match (self.to_days() + 3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// The year, 1 to 9999.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Reads `YYYY-MM-DD`; nothing before, after or between.
    pub fn parse_iso(text: &str) -> Option<Date> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |range: core::ops::Range<usize>| crate::text::digits_value(&bytes[range]);
        Date::new(
            number(0..4)? as u16,
            number(5..7)? as u8,
            number(8..10)? as u8,
        )
    }

    /// The full year that a two-digit year means, seen from `today` (GS1 General
    /// Specifications 7.12): at most 50 years ahead and 49 years back.
    pub const fn full_year(two_digits: u8, today: Date) -> u16 {
        let century = today.year - today.year % 100;
        let difference = two_digits as i16 - (today.year % 100) as i16;
        if difference >= 51 {
            (century + two_digits as u16).saturating_sub(100)
        } else if difference <= -50 {
            century + two_digits as u16 + 100
        } else {
            century + two_digits as u16
        }
    }
}

/// Days in a month; 0 for a month that does not exist.
pub(crate) const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 0,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = ParseDateError;

    fn from_str(text: &str) -> Result<Date, ParseDateError> {
        Date::parse_iso(text).ok_or(ParseDateError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn date(year: u16, month: u8, day: u8) -> Date {
        Date::new(year, month, day).expect("a real day")
    }

    #[test]
    fn every_day_goes_to_its_number_and_back() {
        let mut expected = Date::MIN.to_days();
        for year in 1..=9999 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    let day = date(year, month, day);
                    assert_eq!(day.to_days(), expected, "{day}");
                    assert_eq!(Date::from_days(expected), Some(day));
                    expected += 1;
                }
            }
        }
        assert_eq!(Date::from_days(expected), None);
        assert_eq!(Date::from_days(Date::MIN.to_days() - 1), None);
        assert_eq!(Date::from_days(i32::MAX), None);
        // The year 67560, which would be 2024 in sixteen bits.
        assert_eq!(Date::from_days(23_956_300), None);
        assert_eq!(Date::from_days(i32::MIN), None);
    }

    #[test]
    fn known_days() {
        assert_eq!(date(1970, 1, 1).to_days(), 0);
        assert_eq!(date(1969, 12, 31).to_days(), -1);
        assert_eq!(date(2000, 3, 1).to_days(), 11_017);
        assert_eq!(date(2024, 3, 1).days_since(date(2024, 2, 1)), 29);
        assert_eq!(date(2024, 2, 1).days_since(date(2024, 3, 1)), -29);
        assert_eq!(date(2024, 2, 1).add_days(29), Some(date(2024, 3, 1)));
        assert_eq!(Date::MAX.add_days(1), None);
        assert_eq!(Date::MIN.add_days(-1), None);
        assert_eq!(Date::MAX.add_days(i32::MAX), None);
        assert_eq!(date(1970, 1, 1).weekday(), Weekday::Thursday);
        assert_eq!(date(2026, 11, 23).weekday(), Weekday::Monday);
        assert_eq!(date(1900, 1, 1).weekday(), Weekday::Monday);
        assert_eq!(date(1, 1, 1).weekday(), Weekday::Monday);
    }

    #[test]
    fn days_that_do_not_exist_cannot_be_made() {
        for (year, month, day) in [
            (0, 1, 1),
            (10_000, 1, 1),
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 4, 31),
            (2024, 13, 1),
            (2024, 0, 1),
            (2024, 1, 0),
            (2024, 1, 255),
        ] {
            assert_eq!(Date::new(year, month, day), None, "{year}-{month}-{day}");
        }
        assert!(Date::new(2000, 2, 29).is_some());
    }

    #[test]
    fn the_last_of_a_month_knows_leap_years() {
        assert_eq!(Date::last_of_month(2024, 2), Some(date(2024, 2, 29)));
        assert_eq!(Date::last_of_month(2100, 2), Some(date(2100, 2, 28)));
        assert_eq!(Date::last_of_month(2024, 13), None);
    }

    #[test]
    fn day_of_year() {
        assert_eq!(
            Date::from_day_of_year(2016, 335),
            Some(date(2016, 11, 30)),
            "a leap year"
        );
        assert_eq!(Date::from_day_of_year(2014, 32), Some(date(2014, 2, 1)));
        assert_eq!(Date::from_day_of_year(2016, 366), Some(date(2016, 12, 31)));
        assert_eq!(Date::from_day_of_year(2015, 366), None);
        assert_eq!(Date::from_day_of_year(2015, 0), None);
        assert_eq!(Date::from_day_of_year(2015, u16::MAX), None);
    }

    #[test]
    fn iso_text_is_read_strictly_and_written_back() {
        for text in ["0001-01-01", "2027-05-31", "9999-12-31"] {
            assert_eq!(Date::parse_iso(text).expect(text).to_string(), text);
        }
        for text in [
            "",
            "2027-5-31",
            "2027-02-30",
            "2027/05/31",
            "2027/05-31",
            "2027-05/31",
            "+027-05-31",
            "2027-05-31 ",
            "２０２７-0",
        ] {
            assert_eq!(Date::parse_iso(text), None, "{text}");
        }
    }

    #[test]
    fn two_digit_years_look_50_ahead_and_49_back() {
        let full = |two, today_year| Date::full_year(two, date(today_year, 6, 15));
        assert_eq!(full(76, 2026), 2076);
        assert_eq!(full(77, 2026), 1977);
        assert_eq!(full(26, 2026), 2026);
        assert_eq!(full(0, 2026), 2000);
        assert_eq!(full(99, 2026), 1999);
        assert_eq!(full(49, 2099), 2149);
        assert_eq!(full(50, 2099), 2050);
        assert_eq!(full(51, 2000), 1951);
        assert_eq!(full(50, 2000), 2050);
        // No panic at the ends of what a date can hold.
        assert_eq!(full(99, 1), 0);
        assert_eq!(full(0, 9999), 10_000);
    }
}

//! Expiry as a person sees it: gone, soon, or a date.

use super::chip::{Tone, chip, plain_chip};
use super::icon::Icon;
use crate::state::{App, DateStyle};
use baton_domain::time::Date;
use leptos::prelude::AnyView;

/// Days before expiry from which a line asks for attention.
pub const SOON_DAYS: i32 = 30;

/// How an expiry date stands to a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// The label carries none.
    None,
    /// It is past: the last day of use was before that day (R27).
    Past(Date),
    /// This many days are left, [`SOON_DAYS`] at most; 0 = that day is the last.
    Soon(i32),
    /// Later.
    Later(Date),
}

/// Compares dates, never instants (R27).
pub fn expiry_on(expiry: Option<Date>, day: Date) -> Expiry {
    match expiry {
        None => Expiry::None,
        Some(date) if date < day => Expiry::Past(date),
        Some(date) => match date.days_since(day) {
            days if days <= SOON_DAYS => Expiry::Soon(days),
            _ => Expiry::Later(date),
        },
    }
}

/// The chip that stands on every stock row.
pub fn expiry_chip(app: App, expiry: Option<Date>, today: Date) -> AnyView {
    match expiry_on(expiry, today) {
        Expiry::None => plain_chip("No expiry"),
        Expiry::Past(date) => {
            let date = app.format_date(date, DateStyle::Date);
            chip(Tone::Bad, Icon::Warn, format!("Expired {date}"))
        }
        Expiry::Soon(0) => chip(Tone::Warn, Icon::Clock, "Last day"),
        Expiry::Soon(1) => chip(Tone::Warn, Icon::Clock, "1 day left"),
        Expiry::Soon(days) => chip(Tone::Warn, Icon::Clock, format!("{days} days left")),
        Expiry::Later(date) => chip(
            Tone::Quiet,
            Icon::Clock,
            app.format_date(date, DateStyle::Month),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse_iso(text).expect("a date")
    }

    #[test]
    fn r27_a_line_is_usable_through_its_expiry_day() {
        let today = day("2026-11-23");
        assert_eq!(expiry_on(Some(today), today), Expiry::Soon(0));
        let yesterday = day("2026-11-22");
        assert_eq!(expiry_on(Some(yesterday), today), Expiry::Past(yesterday));
    }

    #[test]
    fn soon_is_thirty_days() {
        let today = day("2026-11-23");
        assert_eq!(expiry_on(Some(day("2026-12-23")), today), Expiry::Soon(30));
        let later = day("2026-12-24");
        assert_eq!(expiry_on(Some(later), today), Expiry::Later(later));
        assert_eq!(expiry_on(None, today), Expiry::None);
    }
}

//! What expires by month: the next twelve, drawn as bars that carry their numbers.

use crate::state::{App, DateStyle};
use baton_domain::stock::StockLine;
use baton_domain::time::Date;
use leptos::prelude::*;

/// Months shown.
pub const MONTHS: usize = 12;

/// Pieces that expire in each of the next twelve months, this one first; what is past already
/// counts in the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByMonth {
    /// Pieces, month by month.
    pub pieces: [u32; MONTHS],
    /// How many of the first are past already.
    pub past: u32,
}

/// Counts the pieces of some lines by the month in which they expire.
pub fn by_month<'a>(lines: impl Iterator<Item = &'a StockLine>, today: Date) -> ByMonth {
    let mut counted = ByMonth {
        pieces: [0; MONTHS],
        past: 0,
    };
    let month_number = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
    let first = month_number(today);
    for line in lines {
        let Some(expiry) = line.identity.expiry else {
            continue;
        };
        if expiry < today {
            counted.past = counted.past.saturating_add(line.quantity);
        }
        let place = usize::try_from((month_number(expiry) - first).max(0)).unwrap_or(MONTHS);
        if let Some(pieces) = counted.pieces.get_mut(place) {
            *pieces = pieces.saturating_add(line.quantity);
        }
    }
    counted
}

/// The first day of the month `ahead` months after `today`'s.
fn month_ahead(today: Date, ahead: usize) -> Option<Date> {
    let months = usize::from(today.year()) * 12 + usize::from(today.month()) - 1 + ahead;
    let year = u16::try_from(months / 12).ok()?;
    let month = u8::try_from(months % 12 + 1).ok()?;
    Date::new(year, month, 1)
}

const WIDTH: u32 = 360;
const HEIGHT: u32 = 54;
const STEP: u32 = WIDTH / MONTHS as u32;

/// Draws the bars. A screen reader hears the same numbers as one sentence.
pub fn expiry_bars(app: App, counted: &ByMonth, today: Date) -> AnyView {
    let most = counted.pieces.iter().copied().max().unwrap_or(0).max(1);
    let months: Vec<String> = (0..MONTHS)
        .map(|ahead| {
            month_ahead(today, ahead)
                .map(|month| app.format_date(month, DateStyle::Month))
                .unwrap_or_default()
        })
        .collect();
    let said: Vec<String> = counted
        .pieces
        .iter()
        .zip(&months)
        .filter(|(pieces, _)| **pieces > 0)
        .map(|(pieces, month)| format!("{month} {pieces}"))
        .collect();
    let said = if said.is_empty() {
        "Nothing expires in the next twelve months".into()
    } else {
        format!("Pieces that expire, by month: {}", said.join(", "))
    };
    let bars: Vec<AnyView> = (0..MONTHS)
        .map(|place| bar(place, counted, most, &months[place]))
        .collect();
    view! {
        <svg class="bars" viewBox="0 0 360 84" role="img" aria-label=said>
            {bars}
        </svg>
    }
    .into_any()
}

fn bar(place: usize, counted: &ByMonth, most: u32, month: &str) -> AnyView {
    let pieces = counted.pieces[place];
    let tall = if pieces == 0 {
        2
    } else {
        (pieces * HEIGHT / most).max(4)
    };
    let x = place as u32 * STEP;
    let class = match place {
        0 if counted.past > 0 => "bar-bad",
        0 | 1 if pieces > 0 => "bar-warn",
        _ => "",
    };
    let top = 14 + HEIGHT - tall;
    let middle = (x + STEP / 2).to_string();
    // Every third month has its name below: all twelve would not fit in a large type.
    let name = place.is_multiple_of(3).then(|| {
        let short = month.split(' ').next().unwrap_or(month).to_owned();
        view! { <text class="bar-month" x=middle.clone() y="82">{short}</text> }
    });
    view! {
        <rect
            class=class
            x=(x + 3).to_string()
            y=top.to_string()
            width=(STEP - 6).to_string()
            height=tall.to_string()
            rx="3"
        />
        {(pieces > 0).then(|| view! { <text x=middle y=(top - 4).to_string()>{pieces}</text> })}
        {name}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse_iso(text).expect("a date")
    }

    #[test]
    fn months_run_over_the_end_of_a_year() {
        let today = day("2026-11-23");
        assert_eq!(month_ahead(today, 0), Some(day("2026-11-01")));
        assert_eq!(month_ahead(today, 1), Some(day("2026-12-01")));
        assert_eq!(month_ahead(today, 2), Some(day("2027-01-01")));
        assert_eq!(month_ahead(today, 11), Some(day("2027-10-01")));
    }
}

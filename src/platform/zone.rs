//! Time zones and the reader's way of writing dates and numbers, by the browser's `Intl`.
//!
//! No zone table and no month name is in the wasm. A case's UTC offset is resolved here once,
//! when it is scheduled, and then kept with it (R27).

use super::js;
use crate::commands::DateStyle;
use baton_domain::time::{Date, LocalTime, Timestamp};
use chrono::NaiveDate;
use std::cell::RefCell;
use wasm_bindgen::JsValue;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// The UTC offset, in minutes, of an IANA zone at a wall time there; `None` for an unknown zone.
pub fn zone_offset(zone: &str, at: LocalTime) -> Option<i16> {
    let parts = js::object(&[
        ("timeZone", zone.into()),
        ("hourCycle", "h23".into()),
        ("year", "numeric".into()),
        ("month", "numeric".into()),
        ("day", "numeric".into()),
        ("hour", "numeric".into()),
        ("minute", "numeric".into()),
        ("second", "numeric".into()),
    ]);
    let format = date_format(&"en-US".into(), &parts)?;
    let wall_ms = i64::from(at.date.to_days()) * DAY_MS + i64::from(at.minute) * MINUTE_MS;
    let minutes = resolve(wall_ms, |utc_ms| offset_at(&format, utc_ms))?;
    i16::try_from(minutes).ok()
}

/// The zone this phone is set to, or `UTC`.
pub fn own_zone() -> String {
    let name = || {
        let format = date_format(&JsValue::UNDEFINED, &JsValue::UNDEFINED)?;
        let options = js::call(&format, "resolvedOptions", &[]).ok()?;
        js::get(&options, "timeZone")?.as_string()
    };
    name().unwrap_or_else(|| "UTC".into())
}

/// The offset, in minutes, at a wall time, from a function that knows the offset at an instant.
///
/// A wall time that a change of the clocks skips takes the offset before the change; one that
/// happens twice takes its first occurrence.
fn resolve(wall_ms: i64, offset_min_at: impl Fn(i64) -> Option<i64>) -> Option<i64> {
    let before = offset_min_at(wall_ms - DAY_MS)?;
    let after = offset_min_at(wall_ms + DAY_MS)?;
    let holds = |offset: i64| Some(offset_min_at(wall_ms - offset * MINUTE_MS)? == offset);
    if before != after && !holds(before)? && holds(after)? {
        Some(after)
    } else {
        Some(before)
    }
}

/// The offset in minutes at an instant, read off the wall clock that `format` writes.
fn offset_at(format: &JsValue, utc_ms: i64) -> Option<i64> {
    let text = written(format, utc_ms as f64)?;
    let mut numbers = text
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<u32>().ok());
    let mut next = || numbers.next().flatten();
    let (month, day, year) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    let wall = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?
        .and_hms_opt(hour % 24, minute, second)?
        .and_utc();
    Some((wall.timestamp() - utc_ms.div_euclid(1_000)) / 60)
}

/// A calendar date in the reader's language. It has no zone, so it is written as UTC's.
pub fn format_date(date: Date, style: DateStyle) -> String {
    let utc_ms = i64::from(date.to_days()) * DAY_MS;
    formatted(style, true, utc_ms).unwrap_or_else(|| date.to_string())
}

/// An instant in the reader's language and the phone's zone.
pub fn format_time(at: Timestamp, style: DateStyle) -> String {
    formatted(style, false, at.unix_ms).unwrap_or_default()
}

/// A number in the reader's language.
pub fn format_number(number: u32) -> String {
    thread_local!(static FORMAT: Option<JsValue> = intl("NumberFormat", &[]));
    FORMAT
        .with(|format| written(format.as_ref()?, f64::from(number)))
        .unwrap_or_else(|| number.to_string())
}

/// Formats are dear to make and cheap to use: each is made once.
fn formatted(style: DateStyle, utc: bool, utc_ms: i64) -> Option<String> {
    type Cache = RefCell<Vec<(DateStyle, bool, JsValue)>>;
    thread_local!(static CACHE: Cache = const { RefCell::new(Vec::new()) });
    CACHE.with(|cache| {
        let mut cache = cache.borrow_mut();
        let known = cache.iter().position(|(s, u, _)| (*s, *u) == (style, utc));
        let place = match known {
            Some(place) => place,
            None => {
                let format = date_format(&JsValue::UNDEFINED, &style_options(style, utc))?;
                cache.push((style, utc, format));
                cache.len() - 1
            }
        };
        written(&cache[place].2, utc_ms as f64)
    })
}

fn style_options(style: DateStyle, utc: bool) -> JsValue {
    let (numeric, short, two): (JsValue, JsValue, JsValue) =
        ("numeric".into(), "short".into(), "2-digit".into());
    let mut fields: Vec<(&str, JsValue)> = match style {
        DateStyle::Date => vec![
            ("year", numeric.clone()),
            ("month", short),
            ("day", numeric),
        ],
        DateStyle::Day => vec![
            ("weekday", short.clone()),
            ("month", short),
            ("day", numeric),
        ],
        DateStyle::Month => vec![("year", numeric), ("month", short)],
        DateStyle::Time => vec![("hour", two.clone()), ("minute", two)],
        DateStyle::DateTime => {
            vec![
                ("month", short),
                ("day", numeric),
                ("hour", two.clone()),
                ("minute", two),
            ]
        }
    };
    if matches!(style, DateStyle::Time | DateStyle::DateTime) {
        // The trade writes times of day on 24 hours; so do the case times beside these.
        fields.push(("hourCycle", "h23".into()));
    }
    if utc {
        fields.push(("timeZone", "UTC".into()));
    }
    js::object(&fields)
}

fn date_format(locale: &JsValue, options: &JsValue) -> Option<JsValue> {
    intl("DateTimeFormat", &[locale.clone(), options.clone()])
}

fn intl(class: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let class = js::get(&js::get(&js::window(), "Intl")?, class)?;
    js::construct(&class, arguments).ok()
}

fn written(format: &JsValue, value: f64) -> Option<String> {
    js::call(format, "format", &[value.into()])
        .ok()?
        .as_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;
    /// Clocks go forward one hour at this instant, from −7 h to −6 h, and back 100 days later.
    const SPRING_MS: i64 = 1_000 * DAY_MS + 9 * HOUR_MS;
    const AUTUMN_MS: i64 = 1_100 * DAY_MS + 8 * HOUR_MS;

    fn mountain(utc_ms: i64) -> Option<i64> {
        Some(if (SPRING_MS..AUTUMN_MS).contains(&utc_ms) {
            -360
        } else {
            -420
        })
    }

    #[test]
    fn r27_an_offset_is_that_of_the_wall_time_also_around_a_change_of_the_clocks() {
        let spring_wall = SPRING_MS - 7 * HOUR_MS;
        let autumn_wall = AUTUMN_MS - 6 * HOUR_MS;
        let cases = [
            (spring_wall - 5 * HOUR_MS, -420),
            (spring_wall - 1, -420),
            // Skipped: 02:30 on the day the clocks go forward.
            (spring_wall + HOUR_MS / 2, -420),
            (spring_wall + HOUR_MS, -360),
            (spring_wall + 9 * HOUR_MS, -360),
            // Twice: the first occurrence.
            (autumn_wall - HOUR_MS / 2, -360),
            (autumn_wall, -420),
            (autumn_wall + 9 * HOUR_MS, -420),
        ];
        for (wall_ms, expected) in cases {
            assert_eq!(resolve(wall_ms, mountain), Some(expected), "{wall_ms}");
        }
    }
}

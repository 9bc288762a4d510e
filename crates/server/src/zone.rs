//! Time zones, for what the server records itself: imported and demo cases (R27).
//!
//! Phones resolve the offset with their browser; no zone table ships with the app.

use baton_domain::time::LocalTime;

/// The offset from UTC in minutes at a wall time in an IANA zone. A time that a change of clocks
/// leaves out or repeats gets the offset before the change.
pub fn utc_offset_min(zone: &str, at: LocalTime) -> Option<i16> {
    let zone = jiff::tz::TimeZone::get(zone).ok()?;
    let date = jiff::civil::date(
        i16::try_from(at.date.year()).ok()?,
        at.date.month() as i8,
        at.date.day() as i8,
    );
    let time = jiff::civil::time((at.minute / 60) as i8, (at.minute % 60) as i8, 0, 0);
    let zoned = zone
        .to_ambiguous_zoned(date.to_datetime(time))
        .earlier()
        .ok()?;
    i16::try_from(zoned.offset().seconds() / 60).ok()
}

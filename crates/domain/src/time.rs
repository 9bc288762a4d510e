//! Times as the domain needs them: claimed instants and local dates, never a clock.

pub use baton_udi::Date;

/// An instant as a device claimed it. Clocks never decide custody (R31).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub unix_ms: i64,
    /// The device's offset from UTC in minutes, east positive.
    pub offset_min: i16,
}

/// Wall time at a facility. A case keeps it, so that expiry compares dates and not instants (R27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime {
    /// The calendar date at the facility.
    pub date: Date,
    /// Minutes after midnight, 0 to 1439.
    pub minute: u16,
}

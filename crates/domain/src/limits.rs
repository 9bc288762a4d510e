//! Bounds. What lies beyond them is not well formed, for facts too.

/// Lines, answers, needs or products in one entry.
pub const LINES_MAX: usize = 500;
/// Pieces in one line.
pub const QUANTITY_MAX: u32 = 1_000_000;
/// Bytes of a name, reference, location, room, zone or label.
pub const NAME_LEN_MAX: usize = 200;
/// Bytes of a note, reason or description.
pub const NOTE_LEN_MAX: usize = 2_000;
/// Bytes of a lot or serial number. GS1 allows 20; typed ones of other issuers run longer.
pub const LOT_LEN_MAX: usize = 64;
/// Bytes of a drawn signature.
pub const DRAWING_LEN_MAX: usize = 6_000;
/// Minutes that a zone may lie off UTC, either way.
pub const UTC_OFFSET_MAX_MIN: i16 = 16 * 60;
/// Minutes of a day.
pub const DAY_MIN: u16 = 24 * 60;

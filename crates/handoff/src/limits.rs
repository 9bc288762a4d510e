//! A bound on everything that a camera, a file or somebody's clipboard may bring.

/// Largest parcel, in bytes, packed and unpacked.
pub const PARCEL_BYTES_MAX: usize = 0xFFFF;

/// Most entries in one parcel: an offer and what it rests on.
pub const ENTRIES_MAX: usize = 64;

/// Most certificates in one parcel.
pub const CERTIFICATES_MAX: usize = 4;

/// How far back an offer's unconfirmed ancestors may reach in a code.
pub const ANCESTORS_DEEP_MAX: usize = 3;

/// How many bytes of unconfirmed ancestors a code carries.
pub const ANCESTORS_BYTES_MAX: usize = 1024;

/// The largest symbol that one code is shown as: 117 modules across.
pub const SYMBOL_VERSION_MAX: u8 = 25;

/// Bytes of a parcel that one frame of an animated code carries, at most.
pub const PIECE_BYTES_MAX: usize = 480;

/// Most pieces of one animated code: their sets are bits of one number.
pub const PIECES_MAX: usize = 64;

/// Longest text that is looked at.
pub const TEXT_BYTES_MAX: usize = 2 * PARCEL_BYTES_MAX;

//! A bound on everything that comes from outside. Units stand last in the names.

/// Largest signed entry, in bytes.
pub const ENTRY_BYTES_MAX: usize = 64 * 1024;

/// Most items in any list of an entry's body: lines, needs, products, extras.
pub const LINES_PER_ENTRY_MAX: usize = 500;

/// Longest single text anywhere, in bytes of UTF-8.
pub const TEXT_BYTES_MAX: usize = 2048;

/// Most entries that one sync request carries.
pub const ENTRIES_PER_SYNC_MAX: usize = 256;

/// Most certificates that one sync request carries.
pub const CERTIFICATES_PER_SYNC_MAX: usize = 32;

/// Most changes that one sync response carries.
pub const CHANGES_PER_SYNC_MAX: usize = 1000;

/// Largest sync request, in bytes. A client fills requests up to half of it.
pub const SYNC_REQUEST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Largest sync response, in bytes. A server stops adding changes at half of it and says `more`.
pub const SYNC_RESPONSE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Records after which a page is full.
pub const PAGE_RECORDS: usize = 1000;

/// Most records of one kind, and most items of one table, that a page may hold when it is read.
pub const PAGE_RECORDS_MAX: usize = 50 * PAGE_RECORDS;

/// Largest page, in bytes.
pub const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Bytes after which a page is full even with fewer records.
pub const PAGE_BYTES_FULL: usize = 512 * 1024;

/// Most pages of one snapshot: 4 million records.
pub const PAGES_PER_SNAPSHOT_MAX: u32 = 4096;

/// Most items in any list of a verdict, a message or a page record.
pub const ITEMS_MAX: usize = 4096;

/// Deepest nesting of CBOR arrays and maps that is read at all.
pub const DEPTH_MAX: usize = 16;

//! Pages: a state cut into pieces that are small enough to store, send and read one by one.
//!
//! A page is a CBOR map: 0 the state version, 1 to 3 tables that line records refer to, and from
//! 10 on one key per kind of record with the records as an array.
//!
//! | key | what |
//! |---|---|
//! | 0 | state version |
//! | 1 | identifiers of 16 bytes, one after the other |
//! | 2 | texts: lots and locations |
//! | 3 | product identifiers |
//! | 10 | the organization |
//! | 11 | people |
//! | 12 | devices |
//! | 13 | facilities |
//! | 14 | pools |
//! | 15 | sharing links |
//! | 16 | manufacturer links |
//! | 17 | products |
//! | 18 | stock lines |
//! | 19 | transfers |
//! | 20 | cases: the planning part |
//! | 21 | private parts of cases |
//! | 22 | rejections |
//! | 40 | stocking orders |
//! | 41 | adjustments |
//! | 42 | reversals |
//! | 70 | proposals |
//! | 71 | disputes, and offers that were refused |
//! | 90 | recalls |
//! | 60 | signatures of cases: private as well |
//! | 91 | bills of materials |
//! | 92 | trays |
//! | 50 | links with other organizations |
//! | 51 | requests to warehouses |
//! | 52 | terms of transfers |
//! | 53 | loans |
//!
//! Stock lines are many (50,000 on a phone), and alike: they name their identifiers, lots and
//! products by place in the page's tables, so that a page is small and reading it makes each
//! text once and not once a line.
//!
//! Pages are a cache of what the ledger says, at one order number. They are neither signed nor
//! deterministic beyond this build; whoever doubts them folds the ledger.
//!
//! A page never depends on another page, except that a private part needs its case: pages are
//! read in the order in which they were written.

mod line;
mod read;
mod write;

pub use read::{read_all, read_into};
pub use write::{Filter, Selection, can_hold, write, write_selection};

/// The version of what pages hold. A build reads this one and the one before.
pub const STATE_VERSION: u16 = 1;

/// Keys of a page, stored: append only.
mod key {
    pub(super) const VERSION: u8 = 0;
    pub(super) const IDS: u8 = 1;
    pub(super) const TEXTS: u8 = 2;
    pub(super) const PRODUCT_IDS: u8 = 3;
    pub(super) const ORGANIZATION: u8 = 10;
    pub(super) const PEOPLE: u8 = 11;
    pub(super) const DEVICES: u8 = 12;
    pub(super) const FACILITIES: u8 = 13;
    pub(super) const POOLS: u8 = 14;
    pub(super) const SHARING_LINKS: u8 = 15;
    pub(super) const MANUFACTURER_LINKS: u8 = 16;
    pub(super) const PRODUCTS: u8 = 17;
    pub(super) const LINES: u8 = 18;
    pub(super) const TRANSFERS: u8 = 19;
    pub(super) const CASES: u8 = 20;
    pub(super) const CASE_DETAILS: u8 = 21;
    pub(super) const REJECTIONS: u8 = 22;
    pub(super) const SETTINGS: u8 = 23;
    pub(super) const STOCKING_ORDERS: u8 = 40;
    pub(super) const ADJUSTMENTS: u8 = 41;
    pub(super) const REVERSALS: u8 = 42;
    pub(super) const PROPOSALS: u8 = 70;
    pub(super) const DISPUTES: u8 = 71;
    pub(super) const RECALLS: u8 = 90;
    pub(super) const CASE_SIGNATURES: u8 = 60;
    pub(super) const BILLS_OF_MATERIALS: u8 = 91;
    pub(super) const TRAYS: u8 = 92;
    pub(super) const ORGANIZATION_LINKS: u8 = 50;
    pub(super) const REQUESTS: u8 = 51;
    pub(super) const TERMS: u8 = 52;
    pub(super) const LOANS: u8 = 53;
}

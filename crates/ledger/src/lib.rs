//! The one format of Baton: what is signed, stored, sent and handed over.
//!
//! An [`Entry`](baton_domain::Entry) is encoded once, on the device that records it, and signed.
//! Those bytes then never change: they lie in the phone's database, travel to the server, come
//! back to other phones, and **are** the offer in a QR code. Nobody ever encodes an entry again
//! but to check that there was only one way to write it. The domain knows nothing of all this;
//! the conversion is here and only here.
//!
//! # An entry
//!
//! A tagged COSE_Sign1 (RFC 9052 §4.2) with ES256 (RFC 9053 §2.1):
//!
//! ```text
//! 18([ << { 1: -7, 4: device } >>,  {},  << payload >>,  signature ])
//!
//! payload = {
//!     0: 1                      format version
//!     1: id                     16 bytes
//!     2: organization           16 bytes
//!     3: actor                  16 bytes
//!     4: sequence               from 1
//!     5: [unix ms, offset min]  occurred_at, a claim
//!     6: source_sha256          32 bytes, imports only
//!     7: kind                   see below
//!     8: body version           from 1
//!     9: touched lines          [entry, index, index, …, entry, index, …], ascending
//!    10: touched cases          [id, …], ascending
//!    11: touched transfer       id
//!    12: heads                  [id, …], ascending: those that made no touched line
//!    13: << body >>             a map with integer keys
//! }
//! ```
//!
//! The signature covers the Sig_structure of RFC 9052 §4.4; its external_aad is `baton/entry`
//! (`baton/certificate` for a [`Certificate`]), so that one is never taken for the other.
//!
//! **What is touched stands outside the body, and only there.** A build that does not know the
//! kind still knows which lines and cases to mark "update the app" ([`EntryBody::Unknown`]). The
//! body names a line by its place in key 9, a case by its place in key 10 (or not at all where
//! there is only one), a head by its place among the entries that made the touched lines followed
//! by key 12. So what is said outside and inside cannot differ, and an offer of ten lines takes
//! some 600 bytes.
//!
//! **There is one spelling.** Encoding is deterministic (RFC 8949 §4.2.1: shortest integers,
//! definite lengths, ascending keys; here also: what has its default value is left out). Reading
//! encodes again and compares, so a second spelling of the same entry does not exist, and
//! nothing hides in keys that nobody reads.
//!
//! **What tells entries apart is the hash of what was signed**, [`SignedEntry::hash`], without
//! the signature: anybody can turn a valid ECDSA signature into another valid one (R32).
//!
//! # Kinds
//!
//! Numbers are stored: appended, never reused. A new field in a body is a new body version.
//!
//! | kind | body version 1 (keys of the map) |
//! |---|---|
//! | 1 organization founded | 1 organization, 2 admin |
//! | 2 person recorded | 1 person |
//! | 3 device enrolled | 1 device |
//! | 4 device revoked | 1 device's id |
//! | 5 facility recorded | 1 facility |
//! | 6 products listed | 1 products |
//! | 7 pool recorded | 1 pool |
//! | 8 sharing link set | 1 link, 2 active |
//! | 9 manufacturer linked | 1 link |
//! | 10 stock received | 1 custodian, 2 lines, 3 reason |
//! | 11 stock held | 1 lines, 2 reason |
//! | 12 hold released | 1 lines, 2 reason |
//! | 13 transfer offered | 1 from, 2 to, 3 lines, 4 travel, 5 note |
//! | 14 transfer answered | 1 answers, 2 extras (the transfer is the touched one); version 2: 3 the offer's hash |
//! | 15 transfer declined | 1 reason, 2 note |
//! | 16 transfer cancelled | 1 reason |
//! | 17 case scheduled | 1 facility, 2 starts at, 3 UTC offset, 4 rep, 5 room, 6 needs |
//! | 18 case changed | 1 facility, 2 \[starts at, UTC offset\], 3 room, 4 needs (the case is the touched one) |
//! | 19 case details recorded | 1 details |
//! | 20 case rep changed | 1 head, 2 rep |
//! | 21 case cancelled | 1 head, 2 reason |
//! | 22 stock marked | 1 lines |
//! | 23 stock unmarked | 1 lines |
//! | 24 usage recorded | 1 lines, 2 reason |
//! | 40 stocking order submitted | 1 facility, 2 seller, 3 lines, 4 note |
//! | 41 Facility Stock rebuilt | 1 rep, 2 lines (the case, if any, is the touched one) |
//! | 42 stock adjusted | 1 custodian, 2 away, 3 found, 4 reason |
//! | 43 adjustment reviewed | 1 adjustment, 2 note |
//! | 44 stock counted | 1 custodian, 2 counts, 3 note |
//! | 45 stock drawn | 1 from, 2 to, 3 lines, 4 note |
//! | 46 identity corrected | 1 line, 2 identity, 3 reason |
//! | 47 entry reversed | 1 entry, 2 kind, 3 \[back, gone, released\], 4 reason (the case, if any, is the touched one) |
//! | 60 case closed | 1 head, 2 hash of the lines |
//! | 61 case signed | 1 hash of the lines, 2 side, 3 name, 4 meaning, 5 drawing |
//! | 62 purchase order recorded | 1 head, 2 number |
//! | 63 other need recorded | 1 what, 2 who, 3 done |
//! | 70 proposed | 1 \[kind, version, body\] of the act, 2 note (the lines and cases are the act's) |
//! | 71 proposal approved | 1 proposal, 2 \[kind, version, body\] of the act |
//! | 72 proposal declined | 1 proposal, 2 reason |
//! | 73 dispute resolved | 1 the disputed entry, 2 how, 3 reason |
//! | 90 recall issued | 1 what, 2 reason |
//! | 91 recall ended | 1 recall, 2 reason |
//! | 92 bill of materials listed | 1 product, 2 needs |
//! | 93 tray packed | 1 tray, 2 lines |
//! | 94 tray unpacked | 1 tray, 2 lines |
//! | 95 tray checked | 1 tray, 2 counts, 3 note |
//! | 50 stock requested | 1 organization, 2 wanted (its case is the touched one) |
//! | 51 request declined | 1 request, 2 reason |
//! | 52 request withdrawn | 1 request |
//! | 53 request offered | 1 request, 2 lines, 3 due back, 4 travel, 5 note |
//! | 54 stock returned | 1 from, 2 organization, 3 lines, 4 reason, 5 travel |
//! | 55 due back set | 1 day, 2 reason (the lines are the touched ones) |
//! | 56 link asked | 1 organization, 2 name, 3 manufacturer |
//! | 57 link answered | 1 organization, 2 accepted, 3 manufacturer |
//! | 58 mirrored | 1 origin, 2 what it says (a transfer is the touched one) |
//! | 100 settings recorded | 1 settings |
//! | 101 shared account opened | 1 pool, 2 its members |
//! | 102 device renamed | 1 device's id, 2 label |
//!
//! The records inside (a person, an identity, an answer) are arrays whose order stands in
//! `wire/authority.rs`, `wire/directory.rs`, `wire/records.rs` and `wire/verdict.rs`, one line a record. Dates are
//! small integers, a GTIN-14 is the integer it is, identifiers are 16 bytes.
//!
//! # What else
//!
//! - [`message`]: the sync request and response, snapshot manifest, recorded entries, verdicts.
//!   Not signed, and lenient: unknown keys are skipped. A reason of a newer server survives.
//! - [`page`]: a state in pieces, compact and quick to read.
//! - [`Certificate`]: the server's word on whose a device is.
//! - [`limits`]: a bound on everything. Bytes from outside are first walked without building
//!   anything: definite lengths, bounded depth, nothing cut off and nothing after it.
//!
//! # What it never does
//!
//! It decides nothing and refuses nothing for a rule. It makes no key and draws no random number.
//! It reads no clock, opens no file and no socket. It never panics on bytes from outside.
//!
//! # Changing it
//!
//! `tests/golden` has the bytes of every form ever written. They must be read for ever, and as
//! long as the form is the current one, be written just so. `BATON_BLESS=1 cargo test -p
//! baton-ledger golden` writes files that are missing, and never overwrites one.
//!
//! [`EntryBody::Unknown`]: baton_domain::EntryBody::Unknown

mod body;
mod certificate;
mod cose;
mod entry;
mod envelope;
mod error;
pub mod key;
#[cfg(feature = "older")]
pub mod known;
pub mod limits;
pub mod message;
#[cfg(feature = "older")]
pub mod older;
pub mod page;
mod refs;
mod wire;

pub use certificate::{Certificate, Enrolment};
pub use entry::{SignedEntry, Unsigned};
pub use error::{BadSignature, FormatError};
pub use key::{PublicKey, SigningKey};
pub use message::{
    EntryVerdict, Recorded, SnapshotManifest, SyncRequest, SyncResponse, decode_verdict,
    encode_verdict,
};

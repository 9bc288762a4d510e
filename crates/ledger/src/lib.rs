//! The one format of Baton.

mod body;
mod certificate;
mod cose;
mod entry;
mod envelope;
mod error;
pub mod key;
pub mod limits;
pub mod message;
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

//! Why an answer of the server cannot be used.

use baton_ledger::FormatError;
use std::fmt;

/// Why an answer of the server cannot be used. The phone stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncError {
    /// The base does not fit this server any more, or there is none: take a snapshot.
    SnapshotNeeded,
    /// The server speaks a newer protocol.
    UpdateApp,
    /// Something in the answer cannot be read.
    Unreadable(String),
    /// The answer contradicts itself or the question.
    Contradictory(&'static str),
}

impl From<FormatError> for SyncError {
    fn from(error: FormatError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl fmt::Display for SyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SnapshotNeeded => {
                f.write_str("This phone needs a fresh copy of the data; it is being fetched.")
            }
            Self::UpdateApp => f.write_str(
                "The server was updated. Update Baton to go on sending; what you record is kept.",
            ),
            Self::Unreadable(what) => write!(
                f,
                "The server's answer cannot be read ({what}). What you record is kept; update Baton, or tell \
                 whoever runs the server."
            ),
            Self::Contradictory(what) => write!(
                f,
                "The server's answer does not fit the question ({what}). What you record is kept; tell whoever \
                 runs the server."
            ),
        }
    }
}

impl std::error::Error for SyncError {}

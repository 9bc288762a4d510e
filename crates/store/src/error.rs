//! Why the store could not do what was asked, in words a person can act on.

use std::fmt;

/// Why the store could not do what was asked. Nothing of the call was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Another tab recorded something first: take the next sequence and sign again.
    SequenceTaken {
        /// The sequence that is free.
        expected: u64,
        /// The sequence that was offered.
        got: u64,
    },
    /// Another tab moved the base on: load again.
    Stale,
    /// A tab with an older version keeps the database open.
    Blocked,
    /// The browser lost the connection, and opening it once more did not help.
    Lost(String),
    /// The database that was here is gone; nothing is made in its place.
    Vanished,
    /// The device has no room left.
    Full,
    /// Something stored cannot be read.
    Corrupt(String),
    /// A newer version of the app wrote this database.
    NewerVersion,
    /// This browser offers no storage here (a private window, for example).
    Unavailable(String),
}

impl StoreError {
    /// True where opening the database again may help.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Lost(_))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SequenceTaken { .. } => {
                f.write_str("Another tab of Baton recorded something at the same moment. Try again.")
            }
            Self::Stale => f.write_str("Another tab of Baton is ahead of this one. Reload this page."),
            Self::Blocked => {
                f.write_str("An older version of Baton is open in another tab. Close that tab, then reload.")
            }
            Self::Lost(why) => write!(
                f,
                "The browser lost its storage connection ({why}). Nothing was saved just now. Reload; \
                 if it stays so, export your unsent work from the rescue page."
            ),
            Self::Vanished => f.write_str(
                "The data of this phone was removed by the browser or by somebody. Sign in while online \
                 to see what the server has.",
            ),
            Self::Full => f.write_str(
                "This phone is full, so nothing was saved just now. Free some space and try again; \
                 what was saved before is safe.",
            ),
            Self::Corrupt(what) => write!(
                f,
                "Something stored on this phone cannot be read ({what}). Export your unsent work from \
                 the rescue page before anything else."
            ),
            Self::NewerVersion => {
                f.write_str("A newer version of Baton has used this phone's data. Reload to update this tab.")
            }
            Self::Unavailable(why) => write!(
                f,
                "This browser does not let Baton store anything here ({why}). A private window does not \
                 work; open Baton in a normal one."
            ),
        }
    }
}

impl std::error::Error for StoreError {}

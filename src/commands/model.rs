//! What commands take and answer with, as plain values.

use baton_domain::command::Author;
use baton_domain::directory::{Organization, Role};
use baton_domain::id::{DeviceId, EntryId, PersonId};
use baton_domain::time::Timestamp;
use baton_domain::{Entry, Refusal, Text, Verdict};
use baton_ledger::FormatError;
use baton_store::StoreError;
pub use baton_sync::Missing;
use std::sync::Arc;

/// Who is signed in at the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInfo {
    /// The organization.
    pub organization: Organization,
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: Text,
    /// Their role.
    pub role: Role,
}

/// A phone that the server enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// Its identifier.
    pub device: DeviceId,
    /// The server's certificate for its key.
    pub certificate: Vec<u8>,
}

/// What a set-up needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUpForm {
    /// The one-time token.
    pub token: Text,
    /// The organization's name.
    pub organization_name: String,
    /// True for a manufacturer, false for a distributor.
    pub manufacturer: bool,
    /// The first Admin's name.
    pub admin_name: String,
    /// What the first Admin signs in with.
    pub login: String,
    /// Their password.
    pub password: String,
}

/// Whom an invitation is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Who invites.
    pub organization: Text,
    /// Who is invited.
    pub person: Text,
}

/// A one-time link that an Admin hands to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteLink {
    /// The whole link, to copy, share or show as a code.
    pub link: Text,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// What can be tried without an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DemoOffer {
    /// Demo organizations.
    pub organizations: Vec<DemoOrganization>,
    /// The password of every demo sign-in, where the server says it, or empty.
    pub password: Text,
}

/// A demo organization and who can be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOrganization {
    /// Its name.
    pub name: Text,
    /// Its people.
    pub people: Vec<DemoPerson>,
}

/// Somebody to try the demo as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoPerson {
    /// Name.
    pub name: Text,
    /// Role, in words.
    pub role: Text,
    /// What to sign in with.
    pub login: Text,
}

/// Work of somebody who used this phone before and that the server does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftBehind {
    /// Whose.
    pub person: Text,
    /// In which organization.
    pub organization: Text,
    /// How many entries.
    pub unsent: usize,
}

/// Who is signed in, on what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: Text,
    /// What they may do, as last known here.
    pub role: Role,
    /// The organization.
    pub organization: Organization,
    /// This phone.
    pub device: DeviceId,
}

impl Me {
    /// Who records what is done on this phone.
    pub fn author(&self) -> Author {
        Author {
            organization: self.organization.id,
            person: self.person,
            device: self.device,
        }
    }
}

/// The two promises and what lies between: how far a record has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordStatus {
    /// Saved on this phone.
    SavedHere,
    /// On its way to the server; no answer yet.
    Sent,
    /// Confirmed by the server.
    Confirmed,
    /// The server has it and waits for another phone's entry that it builds on.
    Waiting,
    /// Disputed, partly refused, or no longer fitting what others recorded: a person has to look.
    NeedsReview,
    /// Refused; it has no effect.
    Refused,
}

/// One own act and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityRow {
    /// What was recorded.
    pub entry: Arc<Entry>,
    /// How far it has come.
    pub status: RecordStatus,
    /// The server's order number, once it has one.
    pub order: Option<u64>,
    /// The server's word, or for a pending entry this phone's own expectation.
    pub verdict: Arc<Verdict>,
}

impl ActivityRow {
    /// Why it needs a look: the refusal or dispute of the whole, or else of its first such line.
    pub fn refusal(&self) -> Option<&Refusal> {
        use baton_domain::Outcome::{Disputed, Refused};
        let lines = self.verdict.lines.iter().map(|line| &line.outcome);
        std::iter::once(&self.verdict.outcome)
            .chain(lines)
            .find_map(|outcome| match outcome {
                Refused(refusal) | Disputed(refusal) => Some(refusal),
                _ => None,
            })
    }
}

/// An act that is saved on this phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The entries it made, in order. The first one names what was made (a case, a transfer).
    pub entries: Vec<EntryId>,
}

impl Saved {
    /// The entry that names what was made: the id of a new case or transfer.
    pub fn first(&self) -> EntryId {
        self.entries
            .first()
            .copied()
            .unwrap_or(EntryId::from_bytes([0; 16]))
    }
}

/// Saved movements that this phone once held and no longer finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// How many movements had been recorded here when the data was last seen whole.
    pub recorded: u64,
    /// How many of them the server has; `None` while it cannot be asked.
    pub on_server: Option<u64>,
}

impl Lost {
    /// How many are gone for good, once that is known.
    pub fn gone(&self) -> Option<u64> {
        Some(self.recorded.saturating_sub(self.on_server?))
    }
}

/// Why an act was not saved. Nothing of it was: what was typed stays where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActError {
    /// A rule speaks against it.
    Refused(Box<Refusal>),
    /// The phone could not store it.
    Store(StoreError),
    /// The phone's key could not sign it.
    Key,
    /// It does not fit into one record.
    Format(FormatError),
    /// Nobody is signed in, or another tab is the one that writes.
    NotHere,
    /// The part of the app that records has not arrived on this phone yet.
    NotLoaded,
    /// A browser tab whose storage does not follow into the installed app may not do this.
    OnlyATab,
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

//! Where an own entry stands, as a person is told.

use crate::pending::Pending;
use baton_domain::verdict::{Outcome, Verdict};
use baton_ledger::SignedEntry;
use baton_store::Own;

/// Where an own entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// On this phone only.
    SavedHere,
    /// On its way: no answer yet.
    Sent,
    /// With the server, which waits for something it builds on.
    Waiting,
    /// It stands.
    Confirmed,
    /// It is disputed, or a line of it does not stand, or the server could not read it.
    NeedsReview,
    /// It breaks a rule and has no effect.
    Refused,
}

/// An own entry as a person is shown it, or another phone's that waits for a person.
#[derive(Clone, Copy, Debug)]
pub struct Activity<'a> {
    /// The entry.
    pub entry: &'a SignedEntry,
    /// Where it stands.
    pub status: Status,
    /// Its order number, once it is recorded.
    pub order: Option<u64>,
    /// The server's word, once there is one.
    pub verdict: Option<&'a Verdict>,
    /// Until then, what this phone expects on what it knows now: an entry that no longer holds is
    /// shown, never dropped.
    pub expected: Option<&'a Verdict>,
}

impl<'a> Activity<'a> {
    pub(crate) fn pending(pending: &'a Pending) -> Self {
        Self {
            entry: &pending.entry,
            status: pending.status(),
            order: None,
            verdict: None,
            expected: Some(&pending.verdict),
        }
    }

    pub(crate) fn forgotten(entry: &'a SignedEntry, unverified: &'a Verdict) -> Self {
        Self {
            entry,
            status: Status::NeedsReview,
            order: None,
            verdict: None,
            expected: Some(unverified),
        }
    }

    pub(crate) fn decided(own: &'a Own) -> Self {
        Self {
            entry: &own.entry,
            status: Status::of(&own.verdict),
            order: own.order,
            verdict: Some(&own.verdict),
            expected: None,
        }
    }
}

impl Status {
    /// What a final verdict means.
    pub fn of(verdict: &Verdict) -> Self {
        match verdict.outcome {
            Outcome::Refused(_) => Self::Refused,
            Outcome::Waiting(_) => Self::Waiting,
            _ if verdict.needs_review() => Self::NeedsReview,
            Outcome::Accepted | Outcome::Disputed(_) => Self::Confirmed,
        }
    }
}

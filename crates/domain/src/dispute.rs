//! Disputes: claims that are kept outside the fold until a person resolves them (R33).
//!
//! The state keeps the whole disputed entry, because a resolution may let it take effect on a
//! phone that came later and never saw it, and the pieces that it names, because they are locked
//! meanwhile. A refused offer is kept the same way, already closed: a receipt may build on it, and
//! somebody has to read what it offered.

use crate::entry::{Entry, EntryBody};
use crate::id::{EntryId, LineId, PersonId};
use crate::refusal::Refusal;
use crate::state::State;
use crate::stock::{Custodian, Identity, LineRef};
use crate::time::Timestamp;
use crate::verdict::{Outcome, Verdict};

/// A claim that does not stand, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// The entry that claims.
    pub entry: Entry,
    /// The server's word on it, which never changes.
    pub verdict: Verdict,
    /// The pieces that it names, locked until it is resolved.
    pub locked: Vec<(LineId, u32)>,
    /// How a person resolved it, once somebody did.
    pub resolved: Option<Resolved>,
}

/// That and how a dispute was resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The entry that resolved it.
    pub entry: EntryId,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// How.
    pub how: Resolution,
}

/// How a dispute is resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// What stands goes on standing; the claim is closed without effect.
    Upheld,
    /// The claim takes effect as it was recorded, because nothing is in its way any more: what was
    /// quarantined (R38), what waited too long, what hung on a dispute that is resolved.
    Applied,
    /// The second claim holds: the pieces named go where it says, from wherever they are now. A
    /// use for which no piece is named is recorded as from elsewhere (R14).
    Claimed(Vec<ClaimedLine>),
}

/// The piece that one line of a claim gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimedLine {
    /// The line's place in the disputed body.
    pub place: u16,
    /// Which pieces.
    pub stock: LineRef,
}

impl Dispute {
    /// Its identifier: that of the entry.
    pub fn id(&self) -> EntryId {
        self.entry.id
    }

    /// True while a person has to decide.
    pub fn is_open(&self) -> bool {
        self.resolved.is_none() && self.why().is_some()
    }

    /// What speaks against the claim, of the whole or of its first disputed line.
    pub fn why(&self) -> Option<&Refusal> {
        self.verdict.dispute()
    }

    /// True where the line at `place` is in dispute.
    pub fn is_disputed(&self, place: u16) -> bool {
        matches!(self.verdict.line(place), Outcome::Disputed(_))
    }

    /// True where this one hangs on `other`: it builds on it, or claims pieces that it locks.
    pub fn hangs_on(&self, other: &Self) -> bool {
        self.why().and_then(|why| why.entry) == Some(other.id())
            || self
                .locked
                .iter()
                .any(|(line, _)| other.locked.iter().any(|(theirs, _)| theirs == line))
    }

    /// What each disputed line of it claims: its place, what it is and how many.
    pub fn claims(&self, state: &State) -> Vec<(u16, Option<Identity>, u32)> {
        let all: Vec<(u16, Option<Identity>, u32)> = match &self.entry.body {
            EntryBody::UsageRecorded { lines, .. } => (0..)
                .zip(lines)
                .map(|(place, used)| (place, Some(used.identity.clone()), used.quantity))
                .collect(),
            EntryBody::TransferAnswered {
                transfer, answers, ..
            } => (0..)
                .zip(answers)
                .map(|(place, answer)| {
                    let identity = offered_identity(state, *transfer, place);
                    (
                        place,
                        identity,
                        answer.accepted.saturating_add(answer.damaged),
                    )
                })
                .collect(),
            _ => Vec::new(),
        };
        all.into_iter()
            .filter(|(place, _, quantity)| *quantity > 0 && self.is_disputed(*place))
            .collect()
    }

    /// Who gets the pieces of a disputed receipt.
    pub fn receiver(&self, state: &State) -> Custodian {
        let to = match &self.entry.body {
            EntryBody::TransferAnswered { transfer, .. } => match state.transfer(*transfer) {
                Some(known) => Some(known.to),
                None => match state.dispute(*transfer).map(|offer| &offer.entry.body) {
                    Some(EntryBody::TransferOffered { to, .. }) => Some(*to),
                    _ => None,
                },
            },
            _ => None,
        };
        to.unwrap_or(Custodian::Person(self.entry.actor))
    }
}

/// What an offer offered at a place, also one that was refused.
fn offered_identity(state: &State, transfer: EntryId, place: u16) -> Option<Identity> {
    let place = usize::from(place);
    if let Some(known) = state.transfer(transfer) {
        return known.lines.get(place).map(|line| line.identity.clone());
    }
    match &state.dispute(transfer)?.entry.body {
        EntryBody::TransferOffered { lines, .. } => {
            lines.get(place).map(|line| line.identity.clone())
        }
        _ => None,
    }
}

//! Proposals: an act that its author may not do, for somebody who may (R41).
//!
//! A proposal is an entry without effect. It carries the body that would record the act; what
//! counts of it is the [`wish`] behind it, without the heads that its author happened to see.
//! The approval carries the body again, decided on the state at approval, and is refused unless
//! its wish is the very one proposed: nobody can be made to approve something else than he read.
//! One entry, so that approval and effect are recorded together or not at all.
//!
//! **A new act joins in one line of [`wish`]**: which command records its body. Everything else,
//! who may approve included, follows from the rules for that act itself.

use crate::Text;
use crate::authority::{Act, Concern, may};
use crate::command::Command;
use crate::entry::{Entry, EntryBody};
use crate::id::{DeviceId, EntryId, LineId, PersonId};
use crate::judge::judge_once_approved;
use crate::state::State;
use crate::stock::LineRef;
use crate::time::Timestamp;
use crate::verdict::{Outcome, Verdict};

/// The entry that proposed.
pub type ProposalId = EntryId;

/// Something proposed, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The entry that proposed it, whose body is [`EntryBody::Proposed`].
    pub entry: Entry,
    /// What became of it.
    pub status: ProposalStatus,
}

/// What became of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalStatus {
    /// Nobody has answered.
    Open,
    /// It was approved, and took effect.
    Approved(PersonId, Timestamp),
    /// It was declined, with the reason; by its author: withdrawn.
    Declined(PersonId, Timestamp, Text),
}

impl Proposal {
    /// Its identifier.
    pub fn id(&self) -> ProposalId {
        self.entry.id
    }

    /// What is proposed.
    pub fn what(&self) -> &EntryBody {
        match &self.entry.body {
            EntryBody::Proposed { what, .. } => what,
            body => body,
        }
    }

    /// Why, in its author's words, or empty.
    pub fn note(&self) -> &str {
        match &self.entry.body {
            EntryBody::Proposed { note, .. } => note,
            _ => "",
        }
    }

    /// Who answered it, and when by their clock.
    pub fn answered_by(&self) -> Option<(PersonId, Timestamp)> {
        match self.status {
            ProposalStatus::Open => None,
            ProposalStatus::Approved(by, at) | ProposalStatus::Declined(by, at, _) => {
                Some((by, at))
            }
        }
    }

    /// True until somebody answered it.
    pub fn is_open(&self) -> bool {
        self.status == ProposalStatus::Open
    }
}

/// The command behind a body, for the bodies that may be proposed: each of them is the whole of
/// what its command records.
pub fn wish(body: &EntryBody) -> Option<Command> {
    Some(match body {
        EntryBody::CaseRepChanged {
            case, rep, cover, ..
        } => Command::GiveCase {
            case: *case,
            rep: *rep,
            cover: cover.clone(),
        },
        EntryBody::CaseCancelled { case, reason, .. } => Command::CancelCase {
            case: *case,
            reason: reason.clone(),
        },
        EntryBody::SharedAccountOpened { pool, reps } => Command::OpenSharedAccount {
            pool: pool.clone(),
            reps: reps.clone(),
        },
        EntryBody::PoolRecorded(pool) => Command::RecordPool(pool.clone()),
        EntryBody::FacilityRecorded(facility) => Command::RecordFacility(facility.clone()),
        EntryBody::ProductsListed(products) => Command::ListProducts(products.clone()),
        EntryBody::DeviceRevoked(device) => Command::RevokeDevice(*device),
        EntryBody::HoldReleased { lines, reason } => Command::ReleaseHold {
            lines: named(lines),
            reason: reason.clone(),
        },
        EntryBody::RecallIssued { what, reason } => Command::IssueRecall {
            what: what.clone(),
            reason: reason.clone(),
        },
        EntryBody::RecallEnded { recall, reason } => Command::EndRecall {
            recall: *recall,
            reason: reason.clone(),
        },
        EntryBody::SharingLinkSet { link, active } => Command::SetSharingLink {
            link: *link,
            active: *active,
        },
        EntryBody::FacilityStockRebuilt { rep, case, lines } => Command::RebuildFacilityStock {
            rep: *rep,
            case: *case,
            lines: lines
                .iter()
                .map(|rebuilt| (rebuilt.stock.line, rebuilt.stock.quantity))
                .collect(),
        },
        _ => return None,
    })
}

/// True for the commands that [`wish`] knows: what somebody may not do, they may propose.
pub fn can_be_proposed(command: &Command) -> bool {
    matches!(
        command,
        Command::ChangeRep { .. }
            | Command::GiveCase { .. }
            | Command::SetSharingLink { .. }
            | Command::RebuildFacilityStock { .. }
            | Command::CancelCase { .. }
            | Command::OpenSharedAccount { .. }
            | Command::RecordPool(_)
            | Command::RecordFacility(_)
            | Command::ListProducts(_)
            | Command::RevokeDevice(_)
            | Command::ReleaseHold { .. }
            | Command::IssueRecall { .. }
            | Command::EndRecall { .. }
    )
}

fn named(lines: &[LineRef]) -> Vec<(LineId, u32)> {
    lines
        .iter()
        .map(|named| (named.line, named.quantity))
        .collect()
}

/// Everybody who may approve it as things stand, by id: not its author, not a Rep, and only who
/// may do the act himself.
pub fn approvers(state: &State, proposal: &Proposal) -> Vec<PersonId> {
    approvers_of(state, proposal.entry.actor, proposal.what())
}

/// What the rules say to an act once it is approved.
#[cfg(not(feature = "late-rules"))]
fn once_approved(state: &State, entry: &Entry) -> Option<Verdict> {
    Some(judge_once_approved(state, entry))
}

/// The same in a program that fetches the rules after its first screen; `None` until they are here,
/// and nobody is named who could approve.
#[cfg(feature = "late-rules")]
fn once_approved(state: &State, entry: &Entry) -> Option<Verdict> {
    LATE.get().map(|judge| judge(state, entry))
}

#[cfg(feature = "late-rules")]
static LATE: std::sync::OnceLock<fn(&State, &Entry) -> Verdict> = std::sync::OnceLock::new();

/// Brings the rules to [`approvers`].
#[cfg(feature = "late-rules")]
pub fn bring_rules() {
    let _ = LATE.set(judge_once_approved);
}

/// Everybody who could approve `what` if `author` proposed it, by id.
pub fn approvers_of(state: &State, author: PersonId, what: &EntryBody) -> Vec<PersonId> {
    let Some(organization) = state.organization() else {
        return Vec::new();
    };
    state
        .people()
        .filter(|person| person.active && person.id != author)
        .filter(|person| may(state, person, Act::Approve, Concern::Person(person.id)))
        .filter(|person| {
            let entry = Entry {
                id: EntryId::from_bytes([0; 16]),
                organization: organization.id,
                actor: person.id,
                // No device has it: the person alone is asked about.
                device: DeviceId::from_bytes([0; 16]),
                sequence: 0,
                occurred_at: Timestamp {
                    unix_ms: 0,
                    offset_min: 0,
                },
                source_sha256: None,
                body: what.clone(),
            };
            once_approved(state, &entry).is_some_and(|verdict| verdict.outcome == Outcome::Accepted)
        })
        .map(|person| person.id)
        .collect()
}

//! Why a handoff cannot go on. Words for people are made at the edge.

use baton_domain::Refusal;
use baton_domain::id::{EntryId, PersonId, TransferId};
use baton_domain::stock::Custodian;
use std::fmt;

/// Why a code, a text or a file does not do what it was shown for, or cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandoffError {
    /// It is something else: a label, a link, any other text.
    NotACode,
    /// Its end is missing.
    Truncated,
    /// It was changed on its way, or mistyped.
    Garbled,
    /// A newer version of the app made it.
    Newer,
    /// Larger than anything that is ever made.
    TooLarge,
    /// It belongs to another organization.
    OtherOrganization,
    /// Its author is not known on this phone, which has not synced since they joined, and no
    /// certificate of the server came with it.
    UnknownPerson(PersonId),
    /// An entry in it is not what its phone signed.
    Tampered(EntryId),
    /// The phone or person behind it was revoked (R38).
    Revoked(PersonId),
    /// It is this person's own offer: the other side scans it.
    OwnOffer(TransferId),
    /// It is offered to somebody else.
    WrongRecipient(Custodian),
    /// The offer was answered, declined or taken back already, and not here.
    AlreadyAnswered(TransferId),
    /// A receipt for an offer that this phone never made or saw.
    UnknownOffer(TransferId),
    /// The receipt binds to other bytes than the offer that this phone holds under its id.
    OtherOffer(TransferId),
    /// It is this person's own proposal: who may approve it scans it (R41).
    OwnProposal(EntryId),
    /// This person may not approve the proposal; these may.
    NotAnApprover(Vec<PersonId>),
    /// The proposal was approved, declined or withdrawn already, and not here.
    ProposalEnded(EntryId),
    /// The answer to a proposal that this phone has not heard of.
    UnknownProposal(EntryId),
    /// A rule speaks against the offer on what this phone knows.
    Refused(Box<Refusal>),
    /// The offer rests on more unconfirmed movements in a row than a code carries.
    AncestorsTooDeep {
        /// How many it carries.
        deep_max: usize,
    },
    /// The unconfirmed movements that the offer rests on take more room than a code has.
    AncestorsTooLarge {
        /// How much it has.
        bytes_max: usize,
    },
    /// The signed bytes are not on this phone: it was recorded on another one, long ago.
    NotHere(EntryId),
}

impl fmt::Display for HandoffError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotACode => "this is no handoff code of Baton",
            Self::Truncated => "the end of the code is missing",
            Self::Garbled => "the code cannot be read",
            Self::Newer => "a newer version of the app made this code",
            Self::TooLarge => "the code is larger than any that Baton makes",
            Self::OtherOrganization => "the code belongs to another organization",
            Self::UnknownPerson(_) => "its author is not known on this phone yet",
            Self::Tampered(_) => "a signature does not fit what was signed",
            Self::Revoked(_) => "the phone or person behind it was revoked",
            Self::OwnOffer(_) => "this is one's own offer",
            Self::WrongRecipient(_) => "it is offered to somebody else",
            Self::AlreadyAnswered(_) => "the offer was answered already",
            Self::UnknownOffer(_) => "a receipt for an offer that is not known here",
            Self::OtherOffer(_) => "a receipt for other contents than those offered",
            Self::OwnProposal(_) => "this is one's own proposal",
            Self::NotAnApprover(_) => "somebody else has to approve it",
            Self::ProposalEnded(_) => "the proposal was answered already",
            Self::UnknownProposal(_) => "an answer to a proposal that is not known here",
            Self::Refused(_) => "a rule speaks against it",
            Self::AncestorsTooDeep { .. } => "it rests on too many unconfirmed movements in a row",
            Self::AncestorsTooLarge { .. } => "what it rests on does not fit into a code",
            Self::NotHere(_) => "the signed record is not on this phone",
        })
    }
}

impl std::error::Error for HandoffError {}

//! Refusals: which rule said no, about what, and who may. Words are made at the edge.

use crate::directory::Role;
use crate::id::{CaseId, EntryId, LineId, PersonId};
use crate::state::State;
use crate::time::Timestamp;
use crate::verdict::Flag;

/// Why something cannot be, typed, with what a person needs to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What speaks against it.
    pub reason: Reason,
    /// The line it is about.
    pub line: Option<LineId>,
    /// The case it is about, or the case that has the line.
    pub case: Option<CaseId>,
    /// Who is in the way: the custodian, the one who changed it first, …
    pub person: Option<PersonId>,
    /// The entry that is in the way.
    pub entry: Option<EntryId>,
    /// How many there are, where too many were asked for.
    pub available: Option<u32>,
    /// The roles that may do it, where this one may not.
    pub who_may: Vec<Role>,
    /// What would be flagged, where a fact needs a reason first (R37). Only [`crate::decide`]
    /// fills it; it is never stored.
    pub flags: Vec<Flag>,
}

/// What speaks against an act. Numbers are stored: append only, never reorder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Reason {
    /// §3: the role may not do it.
    NotAllowed = 1,
    /// R38: the person or the device was revoked.
    Revoked = 2,
    /// R31: the entry names another organization.
    OtherOrganization = 3,
    /// The entry is not well formed for its kind (empty, out of bounds, contradictory).
    Malformed = 4,
    /// R32: the same id with other bytes, or the same device and sequence with another id.
    Conflicting = 5,
    /// R3: only the custodian releases stock.
    NotCustodian = 6,
    /// R2, R10: fewer are free than asked for.
    NotEnough = 7,
    /// R39: the line changed since the author saw it.
    LineChanged = 8,
    /// R9: this serial is active elsewhere.
    SerialActive = 9,
    /// R26: the manufacturer is linked; ask its warehouse.
    ManufacturerLinked = 10,
    /// R3: nobody answers for the other side what he sent himself.
    OwnOffer = 11,
    /// R8: the transfer is no longer open.
    TransferEnded = 12,
    /// R5: the answer does not add up to what was offered.
    AnswerDoesNotAddUp = 13,
    /// R4: declining needs a reason.
    ReasonNeeded = 14,
    /// R14: outside the custody of the rep on the case and of accounts shared with that rep.
    FromElsewhere = 15,
    /// R15: marked or reserved for another case.
    KeptForOtherCase = 16,
    /// R28: expired on the case's local date.
    Expired = 17,
    /// R28, R29: on hold.
    OnHold = 18,
    /// R21: Facility Stock of another facility.
    OtherFacility = 19,
    /// R21: Facility Stock is not offered in a transfer.
    FacilityStockStays = 20,
    /// R18: the case is closed or cancelled.
    CaseEnded = 21,
    /// R40: somebody changed the case first.
    CaseChanged = 22,
    /// More was used than the case needs (recorded, flagged).
    OverUse = 23,
    /// R33: the quantity is disputed.
    Disputed = 24,
    /// The thing named is not known here.
    Unknown = 25,
    /// R22: a sharing link joins a Distributor account and a Rep, never two Reps.
    NotAnAccount = 26,
    /// The last Admin cannot be removed.
    LastAdmin = 27,
    /// The rep named is not an active person who may cover cases.
    NotARep = 28,
    /// R30: a serial-tracked product needs its serial, and a quantity of 1.
    SerialNeeded = 29,
    /// R31: an entry of a kind that this build does not know touched it; update first.
    NeedsNewerApp = 30,
    /// R31: the signature does not hold, or the key is not the person's.
    BadSignature = 31,
    /// R2: in an open offer (flagged where a use took offered pieces).
    Offered = 32,
    /// R20: it is Facility Stock already.
    AlreadySold = 40,
    /// R3: moved within a shared account without a second side (flagged to the manager).
    NoSecondSide = 41,
    /// R22: sold by a Distributor account: the rep is linked to it, and may use it then.
    LinkNeeded = 42,
    /// R22, R23: sold by a Rep: no link is possible, it is rebuilt.
    RebuildNeeded = 43,
    /// R23: a use of the first line was earlier or concurrent and counts; the rebuilt pieces do not
    /// (flagged on the use).
    RebuildUndone = 44,
    /// R13: an act of this kind is never reversed.
    NeverReversed = 45,
    /// R13: something later builds on it.
    BuiltUpon = 46,
    /// R13: it was undone already.
    AlreadyReversed = 47,
    /// R41: nobody reviews his own.
    OwnAct = 48,
    /// It was reviewed already.
    AlreadyReviewed = 49,
    /// R28, R29: recalled.
    Recalled = 90,
    /// R29: the recall has ended already.
    RecallEnded = 91,
    /// R19: what was used is no longer what was to be signed.
    LinesChanged = 60,
    /// R18: the case is not closed, so no purchase order follows yet.
    NotClosed = 61,
    /// R38: it came from a phone whose key is not known here; the server has to verify it first.
    Unverified = 80,
    /// R41: nobody approves his own proposal.
    OwnProposal = 70,
    /// R41: the proposal was answered already.
    ProposalEnded = 71,
    /// R41: not an act that is proposed, or not the one that was.
    NotProposable = 72,
    /// R33: not an open dispute.
    DisputeEnded = 73,
    /// R6: in a tray, which it goes with.
    InTray = 92,
    /// R6: a tray is a line with a serial.
    NotATray = 93,
    /// R25: the organization asked is not linked.
    NotLinked = 50,
    /// R25: it was not asked for, or not so much of it.
    NotRequested = 51,
    /// R25: the request is no longer open.
    RequestEnded = 52,
    /// R7: it belongs to the organization, and a movement of custody does not sell it.
    OwnTitle = 53,
    /// A rule that this build does not know, by its number: kept, so that the verdict of a newer
    /// server loses nothing. In words: update the app.
    Newer(u16) = u16::MAX,
}

impl Reason {
    /// The rule it rests on, as in `R9`; 0 for the authority table and well-formedness.
    pub fn rule(self) -> u8 {
        match self {
            Self::NotAllowed
            | Self::Malformed
            | Self::Unknown
            | Self::LastAdmin
            | Self::NotARep
            | Self::Newer(_) => 0,
            Self::Revoked | Self::Unverified => 38,
            Self::OtherOrganization | Self::NeedsNewerApp | Self::BadSignature => 31,
            Self::Conflicting => 32,
            Self::NotCustodian | Self::OwnOffer => 3,
            Self::NotEnough | Self::Offered => 2,
            Self::LineChanged => 39,
            Self::SerialActive => 9,
            Self::ManufacturerLinked => 26,
            Self::Recalled | Self::RecallEnded => 29,
            Self::InTray | Self::NotATray => 6,
            Self::TransferEnded => 8,
            Self::NotLinked | Self::NotRequested | Self::RequestEnded => 25,
            Self::OwnTitle => 7,
            Self::AnswerDoesNotAddUp => 5,
            Self::ReasonNeeded => 4,
            Self::FromElsewhere => 14,
            Self::KeptForOtherCase => 15,
            Self::Expired | Self::OnHold => 28,
            Self::OtherFacility | Self::FacilityStockStays => 21,
            Self::CaseEnded | Self::NotClosed => 18,
            Self::LinesChanged => 19,
            Self::CaseChanged => 40,
            Self::OverUse => 37,
            Self::Disputed | Self::DisputeEnded => 33,
            Self::OwnProposal | Self::ProposalEnded | Self::NotProposable => 41,
            Self::NotAnAccount => 22,
            Self::SerialNeeded => 30,
            Self::AlreadySold => 20,
            Self::NoSecondSide => 3,
            Self::NeverReversed | Self::BuiltUpon | Self::AlreadyReversed => 13,
            Self::OwnAct | Self::AlreadyReviewed => 41,
            Self::LinkNeeded => 22,
            Self::RebuildNeeded | Self::RebuildUndone => 23,
        }
    }
}

impl Refusal {
    /// A refusal that names only its reason.
    pub fn new(reason: Reason) -> Self {
        Self {
            reason,
            line: None,
            case: None,
            person: None,
            entry: None,
            available: None,
            who_may: Vec::new(),
            flags: Vec::new(),
        }
    }

    /// Names the line.
    #[must_use]
    pub fn line(self, line: LineId) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }

    /// Names the case.
    #[must_use]
    pub fn case(self, case: CaseId) -> Self {
        Self {
            case: Some(case),
            ..self
        }
    }

    /// Names the person.
    #[must_use]
    pub fn person(self, person: PersonId) -> Self {
        Self {
            person: Some(person),
            ..self
        }
    }

    /// Names the entry in the way.
    #[must_use]
    pub fn entry(self, entry: EntryId) -> Self {
        Self {
            entry: Some(entry),
            ..self
        }
    }

    /// When the record was made that stands in the place of the refused or disputed one, by the
    /// clock of the device that made it: the one that ended what was to be answered, where `state`
    /// knows it, else the entry in the way. `None` where the rule is about something else.
    pub fn other_record_at(&self, state: &State) -> Option<Timestamp> {
        let entry = self.entry?;
        let ended = match self.reason {
            Reason::LineChanged
            | Reason::CaseChanged
            | Reason::SerialActive
            | Reason::NotEnough
            | Reason::NotCustodian
            | Reason::AlreadySold
            | Reason::OnHold
            | Reason::Offered
            | Reason::Recalled
            | Reason::Disputed
            | Reason::DisputeEnded
            | Reason::AlreadyReversed => return Some(entry.made_at()),
            Reason::RequestEnded => return Some(state.request(entry)?.ended?.made_at()),
            Reason::TransferEnded => state.transfer(entry)?.ended_by,
            Reason::ProposalEnded => state.proposal(entry)?.answered_by(),
            Reason::RecallEnded => state.recall(entry)?.ended_by,
            Reason::AlreadyReviewed => state.adjustment(entry)?.reviewed_by,
            _ => None,
        };
        ended.map(|(_, at)| at)
    }

    /// Says how many there are.
    #[must_use]
    pub fn available(self, quantity: u32) -> Self {
        Self {
            available: Some(quantity),
            ..self
        }
    }
}

//! Transfers: an offer by one side, an answer line by line by the other.

use crate::Text;
use crate::id::{CaseId, LineId, PersonId, TransferId};
use crate::stock::{Custodian, Identity};
use crate::time::Timestamp;

/// How the goods get there (R2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Travel {
    /// By whom or what.
    pub means: TravelMeans,
    /// Where and when to meet, or the courier and its reference.
    pub details: Text,
    /// When it is needed, if that was said.
    pub needed_by: Option<Timestamp>,
}

/// By whom or what goods travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TravelMeans {
    /// Nothing was said.
    #[default]
    Unsaid,
    /// The two people meet.
    Meet,
    /// A courier brings it.
    Courier,
}

/// A transfer and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The entry that offered it.
    pub id: TransferId,
    /// Who gives. Never changes (R8).
    pub from: Custodian,
    /// Who is to take it. Never changes (R8).
    pub to: Custodian,
    /// Who made the offer.
    pub offered_by: PersonId,
    /// When, by the offering device's clock.
    pub offered_at: Timestamp,
    /// How it travels.
    pub travel: Travel,
    /// A word to the other side, or empty.
    pub note: Text,
    /// What is offered.
    pub lines: Vec<TransferLine>,
    /// What the receiver had in hand that was not offered; claims until the giver confirms (R5).
    pub extras: Vec<Extra>,
    /// Where it stands.
    pub status: TransferStatus,
    /// Who answered, declined or cancelled it, and when.
    pub ended_by: Option<(PersonId, Timestamp)>,
}

/// One line of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferLine {
    /// The line it was offered from.
    pub line: LineId,
    /// What it is; kept here so that the transfer reads the same after the line moved on.
    pub identity: Identity,
    /// How many.
    pub quantity: u32,
    /// The case it is reserved for, if any (R16).
    pub reserved_for: Option<CaseId>,
    /// The receiver's answer.
    pub answer: Option<LineAnswer>,
}

/// The receiver's answer to one line (R5). The three quantities add up to the quantity offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineAnswer {
    /// Taken, as offered.
    pub accepted: u32,
    /// Taken, damaged: with the receiver, on hold.
    pub damaged: u32,
    /// Not there: with the sender, on hold, task "find".
    pub missing: u32,
    /// What the receiver saw, in words, or empty.
    pub note: Text,
}

/// Something in the receiver's hand that was not offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// What it is.
    pub identity: Identity,
    /// How many.
    pub quantity: u32,
    /// What the receiver saw, in words, or empty.
    pub note: Text,
}

/// Where a transfer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferStatus {
    /// Offered; custody has not moved (R2).
    Open,
    /// Answered line by line.
    Answered,
    /// Declined as a whole.
    Declined(DeclineReason, Text),
    /// Taken back by the sender.
    Cancelled,
}

/// Why an offer was declined (R4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeclineReason {
    /// Not needed: back as before.
    NotNeeded,
    /// Cannot take it: back as before.
    CannotTake,
    /// Damaged: back on hold.
    Damaged,
    /// Missing: back on hold.
    Missing,
    /// The wrong thing: back on hold.
    Wrong,
    /// Opened: back on hold.
    Opened,
}

impl DeclineReason {
    /// True where the reason is about the item, so that it comes back on hold (R4).
    pub fn is_about_the_item(self) -> bool {
        !matches!(self, Self::NotNeeded | Self::CannotTake)
    }
}

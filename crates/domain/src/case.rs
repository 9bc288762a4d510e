//! Cases: the planning part that everybody in the organization sees, and the private part.

use crate::Text;
use crate::id::{CaseId, EntryId, FacilityId, LineId, PersonId};
use crate::product::ProductId;
use crate::stock::Identity;
use crate::time::{LocalTime, Timestamp};
use crate::verdict::Flag;

/// A scheduled procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The entry that scheduled it.
    pub id: CaseId,
    /// Where.
    pub facility: FacilityId,
    /// Wall time at the facility.
    pub starts_at: LocalTime,
    /// The facility's offset from UTC at that time in minutes, resolved when it was scheduled (R27).
    pub utc_offset_min: i16,
    /// Room or place within the facility, in free words, or empty.
    pub room: Text,
    /// The rep who covers it.
    pub rep: PersonId,
    /// Since when.
    pub rep_since: Timestamp,
    /// Who covered it before the last change of the rep: whose stock it may still lean on.
    pub rep_before: Option<PersonId>,
    /// What it needs.
    pub needs: Vec<Need>,
    /// Where it stands. Ready and short are derived, never stored (R18).
    pub status: CaseStatus,
    /// What it used.
    pub usage: Vec<Usage>,
    /// The private part, where this device may see it.
    pub details: Option<CaseDetails>,
    /// The last entry that changed rep, cancellation or signature (R40). A use does not: it is a
    /// fact, and must not make a change of rep lose against it.
    pub head: EntryId,
    /// Who recorded the head, so that the loser of R40 is told who was first.
    pub head_by: PersonId,
    /// An entry of a kind that this build does not know touched it: "update the app".
    pub needs_newer_app: bool,
}

/// A product and how many of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The product.
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
}

/// The private part of a case, sent only to those who may see it. No patient's name (R36).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseDetails {
    /// The procedure, in words.
    pub procedure: Text,
    /// The surgeon, or empty.
    pub surgeon: Text,
    /// An opaque reference, never a patient's name, or empty.
    pub reference: Text,
}

/// Where a case stands (R18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaseStatus {
    /// Planned.
    Scheduled,
    /// Something was used.
    InProgress,
    /// Signed.
    Closed,
    /// Waits for its bill-only purchase order.
    AwaitingPurchaseOrder,
    /// Done.
    Complete,
    /// Will not happen.
    Cancelled,
}

impl CaseStatus {
    /// True until the case is closed or cancelled.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Scheduled | Self::InProgress)
    }
}

/// What happened to something in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseStatus {
    /// Stays in the patient.
    Implanted,
    /// Used and consumed, or used and reusable (R17).
    Used,
    /// Opened and not used.
    Wasted,
    /// Damaged: on hold.
    Damaged,
    /// Taken out and put back unused.
    BackToTray,
}

impl UseStatus {
    /// True for what takes the piece away from where it lay, also where it comes back later.
    pub fn leaves_the_shelf(self) -> bool {
        !matches!(self, Self::BackToTray)
    }
}

/// One recorded use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The entry that recorded it.
    pub entry: EntryId,
    /// Its place in that entry.
    pub index: u16,
    /// The line it came from; `None` for a use from elsewhere (R14).
    pub line: Option<LineId>,
    /// What it was.
    pub identity: Identity,
    /// How many.
    pub quantity: u32,
    /// What happened to it.
    pub status: UseStatus,
    /// Who is presumed to have held it, in words, for a use from elsewhere; else empty.
    pub presumed_holder: Text,
    /// Why it was recorded although a rule speaks against it, or empty (R37).
    pub reason: Text,
    /// The rules that spoke against it.
    pub flags: Vec<Flag>,
    /// Who recorded it, and when.
    pub by: (PersonId, Timestamp),
}

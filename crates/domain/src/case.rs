//! Cases: the planning part that everybody in the organization sees, and the private part.

use crate::Text;
use crate::id::{CaseId, EntryId, FacilityId, LineId, PersonId};
use crate::product::ProductId;
use crate::stock::{Custodian, Identity};
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
    /// What was chosen for it when its rep changed last.
    pub cover: CoverChoice,
    /// What it needs.
    pub needs: Vec<Need>,
    /// Where it stands. Ready and short are derived, never stored (R18).
    pub status: CaseStatus,
    /// What it used.
    pub usage: Vec<Usage>,
    /// The private part, where this device may see it.
    pub details: Option<CaseDetails>,
    /// How it was closed, once it was.
    pub closing: Option<Closing>,
    /// Who signed for it: private as well, every signature ever given.
    pub signatures: Vec<Signature>,
    /// Its bill-only purchase order.
    pub order: Option<PurchaseOrder>,
    /// What else has to be seen to, in free words.
    pub other_needs: Vec<OtherNeed>,
    /// The last entry that changed rep, cancellation or signature (R40). A use does not: it is a
    /// fact, and must not make a change of rep lose against it.
    pub head: EntryId,
    /// Who recorded the head, so that the loser of R40 is told who was first.
    pub head_by: PersonId,
    /// An entry of a kind that this build does not know touched it: "update the app".
    pub needs_newer_app: bool,
}

/// That a case was closed on exactly these lines (R19).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// SHA-256 of the lines, see [`crate::bill::lines_hash`].
    pub lines: [u8; 32],
    /// Who closed it, and when.
    pub by: (PersonId, Timestamp),
}

/// For which side somebody signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The rep on the case.
    Rep,
    /// The facility.
    Facility,
}

/// A signature on the lines of a case (R19).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The entry that holds it.
    pub entry: EntryId,
    /// SHA-256 of the lines it was given for.
    pub lines: [u8; 32],
    /// For which side.
    pub side: Side,
    /// The printed name.
    pub name: Text,
    /// What it means, in words: "Used as listed".
    pub meaning: Text,
    /// The drawn strokes, or empty where the typed name is the signature: points `x,y` between 0
    /// and 999 joined by spaces, strokes by `;`.
    pub drawing: Text,
    /// Who recorded it, and when.
    pub by: (PersonId, Timestamp),
}

/// The purchase order that follows a bill sheet; nothing ships.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchaseOrder {
    /// Its number, or empty while it is awaited.
    pub number: Text,
    /// Since when it is awaited.
    pub since: Timestamp,
}

/// Something that a case needs beside stock: how it gets there, who sees to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherNeed {
    /// What. Told apart by it.
    pub what: Text,
    /// Who sees to it, in words, or empty.
    pub who: Text,
    /// Done.
    pub done: bool,
    /// Who said so last.
    pub by: PersonId,
}

/// What a person chose for a cover swap: which ways are closed, and what is taken before anything
/// else. The planner goes by it on every phone until the next change of the rep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoverChoice {
    /// No Facility Stock is made usable by a link or a rebuild.
    pub no_facility_stock: bool,
    /// Nothing is handed over in the field.
    pub no_field: bool,
    /// Nothing comes from a warehouse or is created in custody.
    pub no_supply: bool,
    /// What is taken first, a product at most once.
    pub first: Vec<TakenFirst>,
}

/// Whose stock covers a need before every other source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenFirst {
    /// Of which product.
    pub product: ProductId,
    /// Whose.
    pub holder: Custodian,
    /// Facility Stock in that custody, and not what the custodian could hand over.
    pub facility_stock: bool,
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

    /// True once it is closed, whatever became of its purchase order.
    pub fn is_after_closing(self) -> bool {
        matches!(
            self,
            Self::Closed | Self::AwaitingPurchaseOrder | Self::Complete
        )
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

/// What a use did to the line it came from, as line and catalogue were then: an undone use gives
/// back what was taken, and a bill says what was signed, whatever became of both since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UseEffect {
    /// How many pieces it took away.
    pub taken: u32,
    /// It was Facility Stock.
    pub facility_stock: bool,
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
    /// How many of the pieces had been kept for the case: what an undone use keeps again.
    pub kept: u32,
    /// What it did to its line; `None` for a use from elsewhere, and in records of earlier builds,
    /// where the line and the catalogue are asked as they are now.
    pub effect: Option<UseEffect>,
    /// Who recorded it, and when.
    pub by: (PersonId, Timestamp),
}

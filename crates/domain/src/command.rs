//! Commands: what a person wants, before the rules have spoken. Imperative.

use crate::Text;
use crate::case::{CaseDetails, CoverChoice, Need, Side, UseStatus};
use crate::directory::{Facility, ManufacturerLink, Person, Pool, Settings, SharingLink};
use crate::entry::{EntryBody, ReceivedLine};
use crate::facility_stock::Price;
use crate::id::{
    CaseId, DeviceId, EntryId, FacilityId, LineId, OrganizationId, PersonId, TransferId,
};
use crate::product::{Product, ProductId};
use crate::proposal::ProposalId;
use crate::recall::{RecallId, Recalled};
use crate::request::{RequestId, Wanted};
use crate::stock::{Custodian, Identity};
use crate::time::{Date, LocalTime};
use crate::transfer::{DeclineReason, Extra, LineAnswer, Travel};
use crate::tray::TrayCount;

/// Who wants it, and for which organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Author {
    /// The organization whose ledger it goes to.
    pub organization: OrganizationId,
    /// The person.
    pub person: PersonId,
    /// The device that will sign.
    pub device: DeviceId,
}

/// What a person wants. Lines are named by id and quantity; [`crate::decide`] adds what an entry
/// must carry beside (heads, identities).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Add or change a person.
    RecordPerson(Person),
    /// Revoke a device (R38).
    RevokeDevice(DeviceId),
    /// Give a device another name.
    RenameDevice {
        /// Which.
        device: DeviceId,
        /// The name.
        label: Text,
    },
    /// Add or change a facility.
    RecordFacility(Facility),
    /// Add products to the catalogue, or change them.
    ListProducts(Vec<Product>),
    /// Open or change a pool.
    RecordPool(Pool),
    /// Open a pool with its members, in one act.
    OpenSharedAccount {
        /// The pool.
        pool: Pool,
        /// Who may use what it holds.
        reps: Vec<PersonId>,
    },
    /// Change what Reps may do beyond the table.
    RecordSettings(Settings),
    /// Link a Rep to an account, or end the link.
    SetSharingLink {
        /// The account and the Rep.
        link: SharingLink,
        /// False ends the link.
        active: bool,
    },
    /// Link a manufacturer of the catalogue.
    LinkManufacturer(ManufacturerLink),
    /// Take stock into custody (R26).
    ReceiveStock {
        /// Who holds it.
        custodian: Custodian,
        /// What.
        lines: Vec<ReceivedLine>,
        /// Why it is created.
        reason: Text,
    },
    /// Put stock on hold.
    HoldStock {
        /// Which, and how many.
        lines: Vec<(LineId, u32)>,
        /// Why.
        reason: Text,
    },
    /// Release a hold.
    ReleaseHold {
        /// Which, and how many.
        lines: Vec<(LineId, u32)>,
        /// What the review found.
        reason: Text,
    },
    /// Recall a product, a lot or a serial (R29).
    IssueRecall {
        /// What.
        what: Recalled,
        /// Why, as the manufacturer's notice says.
        reason: Text,
    },
    /// End a recall; what it put on hold is released after review.
    EndRecall {
        /// The recall.
        recall: RecallId,
        /// Why.
        reason: Text,
    },
    /// Sell stock to a facility (R20). Final: show the whole order before.
    SubmitStockingOrder {
        /// Who buys.
        facility: FacilityId,
        /// Who sells.
        seller: Custodian,
        /// What, how many, and what each costs.
        lines: Vec<(LineId, u32, Price)>,
        /// A word, such as the facility's own order number.
        note: Text,
    },
    /// Make Facility Stock that a Rep sold anew in another rep's custody (R23).
    RebuildFacilityStock {
        /// Who is to hold it.
        rep: PersonId,
        /// The case it goes on with.
        case: Option<CaseId>,
        /// From which lines, and how many of each.
        lines: Vec<(LineId, u32)>,
    },
    /// Say what belongs in a tray (R6).
    ListBillOfMaterials {
        /// The tray's product.
        product: ProductId,
        /// What belongs in it.
        needs: Vec<Need>,
    },
    /// Put stock into a tray.
    PackTray {
        /// The tray.
        tray: LineId,
        /// Which, and how many.
        lines: Vec<(LineId, u32)>,
    },
    /// Take stock out of a tray.
    UnpackTray {
        /// The tray.
        tray: LineId,
        /// Which, and how many.
        lines: Vec<(LineId, u32)>,
    },
    /// Count what is in a tray (J9).
    CheckTray {
        /// The tray.
        tray: LineId,
        /// How many pieces of each line in it were there.
        found: Vec<TrayCount>,
        /// What was seen, in words, or empty.
        note: Text,
    },
    /// Adjust stock: what is gone, and what was found. A Rep's takes effect and is reviewed after.
    AdjustStock {
        /// Whose stock.
        custodian: Custodian,
        /// What is gone, and how many.
        away: Vec<(LineId, u32)>,
        /// What was found.
        found: Vec<ReceivedLine>,
        /// Why.
        reason: Text,
    },
    /// Say that one looked at somebody else's adjustment.
    ReviewAdjustment {
        /// The adjustment.
        adjustment: EntryId,
        /// What was found.
        note: Text,
    },
    /// Record a count; what differs is adjusted with it.
    CountStock {
        /// Whose stock.
        custodian: Custodian,
        /// How many there are of each line.
        counted: Vec<(LineId, u32)>,
        /// A word; the reason of the adjustment where something differs.
        note: Text,
    },
    /// Draw from an account that is shared with a Rep, or put back (R3).
    DrawStock {
        /// Who holds it.
        from: Custodian,
        /// Who is to hold it.
        to: Custodian,
        /// What, and how many.
        lines: Vec<(LineId, u32)>,
        /// A word.
        note: Text,
    },
    /// Correct what pieces are (R12).
    CorrectIdentity {
        /// The line.
        line: LineId,
        /// How many of it.
        quantity: u32,
        /// What they are.
        identity: Identity,
        /// Why.
        reason: Text,
    },
    /// Undo an entry (R13).
    Undo {
        /// The entry.
        entry: EntryId,
        /// What it said.
        was: Box<EntryBody>,
        /// Why, or empty.
        reason: Text,
    },
    /// Offer a transfer (R2).
    OfferTransfer {
        /// Who gives.
        from: Custodian,
        /// Who is to take it.
        to: Custodian,
        /// What, how many, and for which case.
        lines: Vec<(LineId, u32, Option<CaseId>)>,
        /// How it travels.
        travel: Travel,
        /// A word to the other side.
        note: Text,
    },
    /// Answer an offer line by line (R5).
    AnswerTransfer {
        /// The offer.
        transfer: TransferId,
        /// One answer per line.
        answers: Vec<LineAnswer>,
        /// What was in hand and not offered.
        extras: Vec<Extra>,
    },
    /// Decline an offer as a whole (R4).
    DeclineTransfer {
        /// The offer.
        transfer: TransferId,
        /// Why.
        reason: DeclineReason,
        /// More, in words.
        note: Text,
    },
    /// Take an offer back (R8).
    CancelTransfer {
        /// The offer.
        transfer: TransferId,
        /// Why.
        reason: Text,
    },
    /// Schedule a case.
    ScheduleCase {
        /// Where.
        facility: FacilityId,
        /// Wall time there.
        starts_at: LocalTime,
        /// Offset from UTC at that time, minutes.
        utc_offset_min: i16,
        /// Room.
        room: Text,
        /// Who covers it.
        rep: PersonId,
        /// What it needs.
        needs: Vec<Need>,
        /// The private part, if anything was entered.
        details: Option<CaseDetails>,
    },
    /// Change planning fields of a case.
    ChangeCase {
        /// The case.
        case: CaseId,
        /// A new place.
        facility: Option<FacilityId>,
        /// A new time with its offset.
        starts_at: Option<(LocalTime, i16)>,
        /// A new room.
        room: Option<Text>,
        /// New needs.
        needs: Option<Vec<Need>>,
    },
    /// Record the private part of a case.
    RecordCaseDetails {
        /// The case.
        case: CaseId,
        /// The private part.
        details: CaseDetails,
    },
    /// Change the rep on a case (R16, R40).
    ChangeRep {
        /// The case.
        case: CaseId,
        /// Who covers it now.
        rep: PersonId,
    },
    /// Change the rep on a case, with what was chosen for the swap.
    GiveCase {
        /// The case.
        case: CaseId,
        /// Who covers it now.
        rep: PersonId,
        /// What was chosen.
        cover: CoverChoice,
    },
    /// Cancel a case.
    CancelCase {
        /// The case.
        case: CaseId,
        /// Why.
        reason: Text,
    },
    /// Mark stock for a case (R15).
    MarkStock {
        /// The case.
        case: CaseId,
        /// Which, and how many.
        lines: Vec<(LineId, u32)>,
    },
    /// Drop marks or reservations for a case.
    UnmarkStock {
        /// The case.
        case: CaseId,
        /// Which, and how many.
        lines: Vec<(LineId, u32)>,
    },
    /// Propose an act to somebody who may do it (R41).
    Propose {
        /// The act.
        what: Box<Command>,
        /// Why, in words, or empty.
        note: Text,
    },
    /// Approve a proposal, as it is on the state now.
    ApproveProposal(ProposalId),
    /// Decline a proposal, or withdraw one's own.
    DeclineProposal {
        /// The proposal.
        proposal: ProposalId,
        /// Why; may be empty where one's own is withdrawn.
        reason: Text,
    },
    /// Resolve disputes (R33), also in bulk (R38): of several, those that cannot be resolved this
    /// way stay open. What hung on them takes effect too, where nothing else is in its way.
    ResolveDisputes {
        /// The disputed entries.
        disputes: Vec<EntryId>,
        /// How.
        how: WantedResolution,
        /// Why, in words.
        reason: Text,
    },
    /// Record a use (R14, R37).
    RecordUsage {
        /// The case.
        case: CaseId,
        /// What.
        lines: Vec<WantedUse>,
        /// Why it is recorded although a rule speaks against it.
        reason: Text,
    },
    /// Close a case with the signatures of both sides on exactly what it used (R19).
    CloseCase {
        /// The case.
        case: CaseId,
        /// SHA-256 of the lines that were shown to those who sign.
        lines: [u8; 32],
        /// One of each side.
        signatures: Vec<WantedSignature>,
    },
    /// Await the bill-only purchase order, or record it.
    RecordPurchaseOrder {
        /// The case.
        case: CaseId,
        /// Its number; empty while it is awaited.
        number: Text,
    },
    /// Note something that a case needs beside stock, or that it is seen to.
    RecordOtherNeed {
        /// The case.
        case: CaseId,
        /// What.
        what: Text,
        /// Who sees to it.
        who: Text,
        /// Done.
        done: bool,
    },
    /// Ask a warehouse for stock (R25).
    RequestStock {
        /// Whose warehouse.
        from: OrganizationId,
        /// What.
        wanted: Wanted,
    },
    /// Decline a request, for the own warehouse.
    DeclineRequest {
        /// The request.
        request: RequestId,
        /// Why.
        reason: Text,
    },
    /// Take a request back.
    WithdrawRequest {
        /// The request.
        request: RequestId,
    },
    /// Offer stock of the own warehouse for a request.
    OfferForRequest {
        /// The request.
        request: RequestId,
        /// Which, and how many.
        lines: Vec<(LineId, u32)>,
        /// When it is due back, for a loan.
        due_back: Option<Date>,
        /// How it travels.
        travel: Travel,
        /// A word with it.
        note: Text,
    },
    /// Give stock back to a warehouse.
    ReturnStock {
        /// Who gives it back.
        from: Custodian,
        /// Whose warehouse.
        to: OrganizationId,
        /// Which, and how many.
        lines: Vec<(LineId, u32)>,
        /// Why.
        reason: Text,
        /// How it travels.
        travel: Travel,
    },
    /// Set or move the day by which lines are due back.
    SetDueBack {
        /// Which.
        lines: Vec<LineId>,
        /// The day, or none.
        due_back: Option<Date>,
        /// Why.
        reason: Text,
    },
    /// Ask another organization for a link.
    AskLink {
        /// The other organization.
        organization: OrganizationId,
        /// What it is called here until it answers.
        name: Text,
        /// The manufacturer of the two, as the catalogue writes it.
        manufacturer: Text,
    },
    /// Answer the other's wish for a link.
    AnswerLink {
        /// The other organization.
        organization: OrganizationId,
        /// Whether it is accepted.
        accepted: bool,
        /// The manufacturer of the two, as the catalogue writes it.
        manufacturer: Text,
    },
}

/// A signature as a person gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedSignature {
    /// For which side.
    pub side: Side,
    /// The printed name.
    pub name: Text,
    /// What it means.
    pub meaning: Text,
    /// The drawn strokes, or empty.
    pub drawing: Text,
}

/// How a person resolves a dispute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedResolution {
    /// What stands goes on standing.
    Uphold,
    /// The claim takes effect as it was recorded.
    Apply,
    /// The claim holds, and takes these lines: the place in its body, and the line.
    Claim(Vec<(u16, LineId)>),
}

/// A use as a person names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedUse {
    /// A line, or something from elsewhere.
    pub source: UseSource,
    /// How many.
    pub quantity: u32,
    /// What happened to it.
    pub status: UseStatus,
}

/// Where a used thing came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UseSource {
    /// A stock line.
    Line(LineId),
    /// Not a line that the rep could use (R14).
    Elsewhere {
        /// What it was.
        identity: Identity,
        /// Who is presumed to have held it, in words.
        presumed_holder: Text,
    },
}

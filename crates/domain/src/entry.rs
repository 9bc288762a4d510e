//! Entries: what was recorded, by whom, on which device (R31).

use crate::Text;
use crate::adjust::{Undo, Undone};
use crate::case::{CaseDetails, CoverChoice, Need, Side, UseStatus};
use crate::directory::{
    Device, Facility, ManufacturerLink, Organization, Person, Pool, Settings, SharingLink,
};
use crate::dispute::Resolution;
use crate::facility_stock::Price;
use crate::id::{
    CaseId, DeviceId, EntryId, FacilityId, LineId, OrganizationId, PersonId, TransferId,
};
use crate::mirror::{Mirror, Origin};
use crate::order;
use crate::product::{Product, ProductId};
use crate::proposal::ProposalId;
use crate::recall::{RecallId, Recalled};
use crate::request::{RequestId, Wanted};
use crate::stock::{Custodian, Identity, LineRef, TitleHolder};
use crate::time::{Date, LocalTime, Timestamp};
use crate::transfer::{DeclineReason, Extra, LineAnswer, Travel};
use crate::tray::TrayCount;

/// One record in the ledger: append-only, signed, never edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Made on the device (UUIDv7).
    pub id: EntryId,
    /// Whose ledger it belongs to.
    pub organization: OrganizationId,
    /// Who recorded it. For imports: the Admin who ran the command.
    pub actor: PersonId,
    /// The device whose key signed it; for imports the server's own.
    pub device: DeviceId,
    /// The device's own count, from 1 without gaps.
    pub sequence: u64,
    /// When, by the device's clock: a claim, never a decision.
    pub occurred_at: Timestamp,
    /// SHA-256 of the imported file, for entries made by a command.
    pub source_sha256: Option<[u8; 32]>,
    /// What happened.
    pub body: EntryBody,
}

/// What happened. Past tense; a kind is never renamed or removed once stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryBody {
    /// The organization began; its first Admin with it.
    OrganizationFounded {
        /// The organization.
        organization: Organization,
        /// Its first Admin.
        admin: Person,
    },
    /// A person was added or changed (the whole record, last accepted wins).
    PersonRecorded(Person),
    /// A device was enrolled.
    DeviceEnrolled(Device),
    /// A device was revoked (R38).
    DeviceRevoked(DeviceId),
    /// A device was given another name.
    DeviceRenamed {
        /// Which.
        device: DeviceId,
        /// The name, in the place of [`Device::label`].
        label: Text,
    },
    /// A facility was added or changed.
    FacilityRecorded(Facility),
    /// Products were added to the catalogue or changed.
    ProductsListed(Vec<Product>),
    /// A custodian-only account was opened or changed.
    PoolRecorded(Pool),
    /// A custodian-only account was opened for some Reps, who are its members.
    SharedAccountOpened {
        /// The account.
        pool: Pool,
        /// Its members.
        reps: Vec<PersonId>,
    },
    /// What Reps may do beyond the table was changed (the whole of it, last accepted wins).
    SettingsRecorded(Settings),
    /// A Rep was linked to a Distributor account, or the link was ended.
    SharingLinkSet {
        /// The account and the Rep.
        link: SharingLink,
        /// False ends the link.
        active: bool,
    },
    /// A manufacturer of the catalogue was linked to its organization.
    ManufacturerLinked(ManufacturerLink),
    /// Stock came into custody (R26).
    StockReceived {
        /// Who holds it now.
        custodian: Custodian,
        /// What came. Line ids are this entry's id and the place here (R10).
        lines: Vec<ReceivedLine>,
        /// Why it was created, in words (R26), or empty for an import.
        reason: Text,
    },
    /// Pieces were put on hold (R29).
    StockHeld {
        /// Which, and how many.
        lines: Vec<LineRef>,
        /// Why, in words.
        reason: Text,
    },
    /// Held pieces were reviewed and released.
    HoldReleased {
        /// Which, and how many.
        lines: Vec<LineRef>,
        /// What the review found.
        reason: Text,
    },
    /// A product, a lot or a serial was recalled: whatever carries it goes on hold (R29).
    RecallIssued {
        /// What.
        what: Recalled,
        /// Why, as the manufacturer's notice says.
        reason: Text,
    },
    /// A recall ended. What it put on hold stays there until it is reviewed.
    RecallEnded {
        /// The recall.
        recall: RecallId,
        /// Why, in words.
        reason: Text,
    },
    /// What belongs in a tray was listed or changed (the whole bill, last accepted wins).
    BillOfMaterialsListed {
        /// The tray's product.
        product: ProductId,
        /// What belongs in it.
        needs: Vec<Need>,
    },
    /// Stock was put into a tray. What has no serial becomes the child line (this entry, place)
    /// (R10).
    TrayPacked {
        /// The tray.
        tray: LineRef,
        /// Which, and how many.
        lines: Vec<LineRef>,
    },
    /// Stock was taken out of a tray (R6). What has no serial becomes the child line (this entry,
    /// place) (R10).
    TrayUnpacked {
        /// The tray.
        tray: LineRef,
        /// Which, and how many.
        lines: Vec<LineRef>,
    },
    /// A tray was counted: a fact. What was not there is on hold until it is found (J9).
    TrayChecked {
        /// The tray.
        tray: LineId,
        /// How many pieces of each line in it were there.
        found: Vec<TrayCount>,
        /// What was seen, in words, or empty.
        note: Text,
    },
    /// Stock was offered; custody has not moved (R2).
    TransferOffered {
        /// Who gives.
        from: Custodian,
        /// Who is to take it.
        to: Custodian,
        /// What.
        lines: Vec<OfferedLine>,
        /// How it travels.
        travel: Travel,
        /// A word to the other side, or empty.
        note: Text,
    },
    /// An offer was answered line by line (R5). Custody of what was accepted moves.
    TransferAnswered {
        /// The offer.
        transfer: TransferId,
        /// The hash of the offer that was answered, where the answering phone held its bytes: a
        /// receipt binds to exactly what was offered.
        offer_hash: Option<[u8; 32]>,
        /// One answer per offered line, in the offer's order. What is taken from a line without a
        /// serial becomes the child line (this entry, 2 × place) where accepted, (this entry,
        /// 2 × place + 1) where damaged (R10), also where nothing stays behind: a phone that saw
        /// another rest must arrive at the same ids. A line with a serial moves itself.
        answers: Vec<LineAnswer>,
        /// What was in hand and not offered: claims until the giver confirms.
        extras: Vec<Extra>,
    },
    /// An offer was declined as a whole (R4).
    TransferDeclined {
        /// The offer.
        transfer: TransferId,
        /// Why.
        reason: DeclineReason,
        /// More, in words, or empty.
        note: Text,
    },
    /// An offer was taken back (R8).
    TransferCancelled {
        /// The offer.
        transfer: TransferId,
        /// Why, in words, or empty.
        reason: Text,
    },
    /// A case was scheduled. The case's id is this entry's id.
    CaseScheduled {
        /// Where.
        facility: FacilityId,
        /// Wall time at the facility.
        starts_at: LocalTime,
        /// Offset from UTC at that time, minutes.
        utc_offset_min: i16,
        /// Room, or empty.
        room: Text,
        /// Who covers it.
        rep: PersonId,
        /// What it needs.
        needs: Vec<Need>,
    },
    /// Planning fields of a case changed: the last accepted wins per field (R40).
    CaseChanged {
        /// The case.
        case: CaseId,
        /// A new place, if it moved.
        facility: Option<FacilityId>,
        /// A new time with its offset, if it moved.
        starts_at: Option<(LocalTime, i16)>,
        /// A new room, if it moved.
        room: Option<Text>,
        /// New needs, if they changed.
        needs: Option<Vec<Need>>,
    },
    /// The private part of a case was recorded (the whole part, last accepted wins).
    CaseDetailsRecorded {
        /// The case.
        case: CaseId,
        /// The private part.
        details: CaseDetails,
    },
    /// The rep on a case changed: compare-and-append on the case's head (R16, R40).
    CaseRepChanged {
        /// The case.
        case: CaseId,
        /// The head that the author saw.
        head: EntryId,
        /// Who covers it now.
        rep: PersonId,
        /// What was chosen for the swap.
        cover: CoverChoice,
    },
    /// A case was cancelled; its marks and reservations are dropped.
    CaseCancelled {
        /// The case.
        case: CaseId,
        /// The head that the author saw.
        head: EntryId,
        /// Why, in words, or empty.
        reason: Text,
    },
    /// Stock was marked for a case (R15).
    StockMarked {
        /// The case.
        case: CaseId,
        /// Which, and how many.
        lines: Vec<LineRef>,
    },
    /// Marks or reservations for a case were dropped.
    StockUnmarked {
        /// The case.
        case: CaseId,
        /// Which, and how many.
        lines: Vec<LineRef>,
    },
    /// Something was used in a case: a fact (R14, R37).
    UsageRecorded {
        /// The case.
        case: CaseId,
        /// What.
        lines: Vec<UsedLine>,
        /// Why it is recorded although a rule speaks against it, or empty.
        reason: Text,
    },
    /// Stock was sold to a facility: title moves, custody does not (R20). Final.
    StockingOrderSubmitted {
        /// Who bought.
        facility: FacilityId,
        /// Who sold: whose custody it is in, before and after.
        seller: Custodian,
        /// What. What is sold of a line without a serial becomes the child line (this entry, its
        /// place here), also where nothing stays behind (R10); a line with a serial stays itself.
        lines: Vec<OrderedLine>,
        /// A word, such as the facility's own order number, or empty.
        note: Text,
    },
    /// Facility Stock that a Rep sold was made anew in another rep's custody (R23): created as it
    /// was first entered, sold to the same facility at no charge, and taken from the first, at
    /// once. Line ids are this entry's id and the place here.
    FacilityStockRebuilt {
        /// In whose custody it is now.
        rep: PersonId,
        /// The case it goes on with, for which it is marked.
        case: Option<CaseId>,
        /// What it is made from.
        lines: Vec<RebuiltLine>,
    },
    /// A count or an accident took pieces from a custody, or found some in it.
    StockAdjusted {
        /// Whose stock.
        custodian: Custodian,
        /// What is gone.
        away: Vec<LineRef>,
        /// What was found. Line ids are this entry's id and the number of `away` and the place
        /// here, added.
        found: Vec<ReceivedLine>,
        /// Why, in words.
        reason: Text,
    },
    /// Somebody else looked at an adjustment.
    AdjustmentReviewed {
        /// The adjustment.
        adjustment: EntryId,
        /// What they found, or empty.
        note: Text,
    },
    /// What lies in a custody was counted: a fact. What differs is adjusted in an entry of its own.
    StockCounted {
        /// Whose stock.
        custodian: Custodian,
        /// What was counted, line by line.
        counted: Vec<Count>,
        /// A word, or empty.
        note: Text,
    },
    /// Pieces were drawn from a shared account by a Rep linked to it, or put back: a fact, in one
    /// act without a second side (R3). What is taken from a line without a serial becomes the
    /// child line (this entry, its place here).
    StockDrawn {
        /// Who held it.
        from: Custodian,
        /// Who holds it now.
        to: Custodian,
        /// What.
        lines: Vec<LineRef>,
        /// A word, or empty.
        note: Text,
    },
    /// Pieces were recorded with a wrong identity: they end, and this entry's line 0 stands in
    /// their place (R12).
    IdentityCorrected {
        /// Which, and how many.
        stock: LineRef,
        /// What they are.
        identity: Identity,
        /// Why, in words.
        reason: Text,
    },
    /// An entry was undone (R13).
    EntryReversed {
        /// The entry.
        entry: EntryId,
        /// What kind of act it was.
        kind: Undone,
        /// The case it was about, for a mark and a use.
        case: Option<CaseId>,
        /// What that does to stock, as the author saw it.
        undo: Undo,
        /// Why, in words, or empty.
        reason: Text,
    },
    /// An act was proposed to somebody who may do it: no effect (R41).
    Proposed {
        /// The act, as its author would record it; see [`crate::proposal::wish`].
        what: Box<EntryBody>,
        /// Why, in words, or empty.
        note: Text,
    },
    /// A proposal was approved, and takes effect.
    ProposalApproved {
        /// The proposal.
        proposal: ProposalId,
        /// The act proposed, as it is on the state at approval.
        what: Box<EntryBody>,
    },
    /// A proposal was declined, or withdrawn by its author.
    ProposalDeclined {
        /// The proposal.
        proposal: ProposalId,
        /// Why; may be empty where its author withdraws it.
        reason: Text,
    },
    /// A person resolved a dispute (R33).
    DisputeResolved {
        /// The disputed entry.
        dispute: EntryId,
        /// How.
        how: Resolution,
        /// Why, in words.
        reason: Text,
    },
    /// A case was closed on exactly these lines: compare-and-append on the case's head (R19, R40).
    /// What was not used is free again (R17).
    CaseClosed {
        /// The case.
        case: CaseId,
        /// The head that the author saw.
        head: EntryId,
        /// SHA-256 of the lines, see [`crate::bill::lines_hash`].
        lines: [u8; 32],
    },
    /// Somebody signed for the lines of a closed case: private.
    CaseSigned {
        /// The case.
        case: CaseId,
        /// SHA-256 of the lines signed.
        lines: [u8; 32],
        /// For which side.
        side: Side,
        /// The printed name.
        name: Text,
        /// What it means.
        meaning: Text,
        /// The drawn strokes, see [`crate::case::Signature::drawing`], or empty.
        drawing: Text,
    },
    /// The bill-only purchase order of a closed case is awaited, or has come.
    PurchaseOrderRecorded {
        /// The case.
        case: CaseId,
        /// The head that the author saw.
        head: EntryId,
        /// Its number; empty while it is awaited.
        number: Text,
    },
    /// Something that a case needs beside stock was noted or seen to.
    OtherNeedRecorded {
        /// The case.
        case: CaseId,
        /// What.
        what: Text,
        /// Who sees to it, in words, or empty.
        who: Text,
        /// Done.
        done: bool,
    },
    /// Stock was asked of a warehouse (R25). The request's id is this entry's id.
    StockRequested {
        /// Whose warehouse: a linked organization's, or the own.
        from: OrganizationId,
        /// What.
        wanted: Wanted,
    },
    /// The own warehouse declined a request.
    RequestDeclined {
        /// The request.
        request: RequestId,
        /// Why, in words.
        reason: Text,
    },
    /// A request was taken back by who asked.
    RequestWithdrawn {
        /// The request.
        request: RequestId,
    },
    /// The own warehouse offers stock for a request. The transfer's id is this entry's id.
    RequestOffered {
        /// The request.
        request: RequestId,
        /// What.
        lines: Vec<OfferedLine>,
        /// When it is due back, for a loan.
        due_back: Option<Date>,
        /// How it travels.
        travel: Travel,
        /// A word with it, or empty.
        note: Text,
    },
    /// Stock is on its way back to a warehouse: an offer that may hold what is on hold (R29).
    StockReturned {
        /// Who gives it back.
        from: Custodian,
        /// Whose warehouse: a linked organization's, or the own.
        to: OrganizationId,
        /// What.
        lines: Vec<OfferedLine>,
        /// Why, in words.
        reason: Text,
        /// How it travels.
        travel: Travel,
    },
    /// Lines are due back by a day, or no longer.
    DueBackSet {
        /// Which, ascending.
        lines: Vec<LineId>,
        /// The day.
        due_back: Option<Date>,
        /// Why it is set or moved.
        reason: Text,
    },
    /// A link with another organization is wished.
    LinkAsked {
        /// The other organization.
        organization: OrganizationId,
        /// What it is called here until it answers.
        name: Text,
        /// The manufacturer of the two, as the catalogue writes it.
        manufacturer: Text,
    },
    /// The other's wish for a link was answered.
    LinkAnswered {
        /// The other organization.
        organization: OrganizationId,
        /// Whether it is accepted.
        accepted: bool,
        /// The manufacturer of the two, as the catalogue writes it.
        manufacturer: Text,
    },
    /// Something of another organization's ledger, recorded by the server alone.
    Mirrored {
        /// Where it comes from.
        origin: Origin,
        /// What it says.
        mirror: Mirror,
    },
    /// A kind that this build does not know. It is kept; what it touches shows "update the app".
    Unknown {
        /// Its number.
        kind: u16,
        /// Its version.
        version: u8,
        /// The lines it touches.
        lines: Vec<LineId>,
        /// The cases it touches.
        cases: Vec<CaseId>,
    },
}

/// A line that came into custody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedLine {
    /// What it is.
    pub identity: Identity,
    /// How many.
    pub quantity: u32,
    /// Whose it is.
    pub title: TitleHolder,
    /// Where it lies, or empty.
    pub location: Text,
}

/// A line in an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedLine {
    /// Which, and how many.
    pub stock: LineRef,
    /// What it is, so that a receiver who never saw the line can read the offer.
    pub identity: Identity,
    /// The case it is reserved for (R16).
    pub reserved_for: Option<CaseId>,
}

/// A line of a stocking order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderedLine {
    /// Which, and how many.
    pub stock: LineRef,
    /// What each of them costs.
    pub price: Price,
}

/// Facility Stock as it is rebuilt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RebuiltLine {
    /// The line it is taken from, how many, and the head that the author saw.
    pub stock: LineRef,
    /// What it is, exactly as first entered.
    pub identity: Identity,
}

/// A line as it was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The line.
    pub line: LineId,
    /// How many the ledger knew, as the author saw it.
    pub expected: u32,
    /// How many there were.
    pub counted: u32,
}

/// A use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedLine {
    /// The line it came from; `None` for a use from elsewhere (R14).
    pub line: Option<LineId>,
    /// The head that the author saw, for lines with a serial (R39).
    pub head: Option<EntryId>,
    /// What it was.
    pub identity: Identity,
    /// How many.
    pub quantity: u32,
    /// What happened to it.
    pub status: UseStatus,
    /// Who is presumed to have held it, for a use from elsewhere; else empty.
    pub presumed_holder: Text,
}

impl EntryBody {
    /// True for what happened in the world: never refused for a stock, custody, expiry or role
    /// rule (R37).
    pub fn is_fact(&self) -> bool {
        matches!(
            self,
            Self::UsageRecorded { .. }
                | Self::TransferAnswered { .. }
                | Self::TrayChecked { .. }
                | Self::StockCounted { .. }
                | Self::StockDrawn { .. }
        )
    }

    /// A receipt with the hash of what it answers, where that lies with whoever answers; any other
    /// body as it is.
    #[must_use]
    pub fn bound_to(mut self, offer: Option<[u8; 32]>) -> Self {
        if let Self::TransferAnswered { offer_hash, .. } = &mut self {
            *offer_hash = offer;
        }
        self
    }

    /// What takes effect: of an approval the act that it approves, else the entry itself.
    pub fn effect(&self) -> &Self {
        match self {
            Self::ProposalApproved { what, .. } => what,
            body => body,
        }
    }

    /// The body whose lines and cases the entry names: a proposal names those of what it proposes.
    pub fn named(&self) -> &Self {
        match self {
            Self::Proposed { what, .. } => what,
            body => body.effect(),
        }
    }

    /// The lines that existed before and that this entry touches, in the body's order.
    ///
    /// An answer, decline or cancellation names its transfer instead (see [`Self::transfer`]).
    pub fn lines_touched(&self) -> Vec<LineId> {
        match self.named() {
            Self::StockHeld { lines, .. }
            | Self::HoldReleased { lines, .. }
            | Self::StockMarked { lines, .. }
            | Self::StockUnmarked { lines, .. } => lines.iter().map(|stock| stock.line).collect(),
            Self::TrayPacked { tray, lines } | Self::TrayUnpacked { tray, lines } => {
                // In the body's order, so that a verdict's place finds its line; the tray last.
                let inside = lines.iter().map(|stock| stock.line);
                inside.chain([tray.line]).collect()
            }
            Self::TrayChecked { tray, found, .. } => {
                let inside = found.iter().map(|count| count.line);
                inside.chain([*tray]).collect()
            }
            Self::TransferOffered { lines, .. }
            | Self::RequestOffered { lines, .. }
            | Self::StockReturned { lines, .. } => {
                lines.iter().map(|offered| offered.stock.line).collect()
            }
            Self::DueBackSet { lines, .. } => lines.clone(),
            Self::UsageRecorded { lines, .. } => {
                lines.iter().filter_map(|used| used.line).collect()
            }
            Self::StockAdjusted { away: lines, .. } | Self::StockDrawn { lines, .. } => {
                lines.iter().map(|stock| stock.line).collect()
            }
            Self::StockCounted { counted, .. } => counted.iter().map(|count| count.line).collect(),
            Self::IdentityCorrected { stock, .. } => vec![stock.line],
            Self::EntryReversed { undo, .. } => undo.lines().map(|stock| stock.line).collect(),
            Self::StockingOrderSubmitted { lines, .. } => {
                lines.iter().map(|ordered| ordered.stock.line).collect()
            }
            Self::FacilityStockRebuilt { lines, .. } => {
                lines.iter().map(|rebuilt| rebuilt.stock.line).collect()
            }
            Self::DisputeResolved {
                how: Resolution::Claimed(lines),
                ..
            } => lines.iter().map(|claimed| claimed.stock.line).collect(),
            Self::Unknown { lines, .. } => lines.clone(),
            _ => Vec::new(),
        }
    }

    /// The cases that existed before and that this entry touches.
    pub fn cases_touched(&self) -> Vec<CaseId> {
        match self.named() {
            Self::CaseChanged { case, .. }
            | Self::CaseDetailsRecorded { case, .. }
            | Self::CaseRepChanged { case, .. }
            | Self::CaseCancelled { case, .. }
            | Self::StockMarked { case, .. }
            | Self::StockUnmarked { case, .. }
            | Self::UsageRecorded { case, .. }
            | Self::CaseClosed { case, .. }
            | Self::CaseSigned { case, .. }
            | Self::PurchaseOrderRecorded { case, .. }
            | Self::OtherNeedRecorded { case, .. } => vec![*case],
            Self::StockRequested { wanted, .. } => wanted.case.into_iter().collect(),
            Self::TransferOffered { lines, .. }
            | Self::RequestOffered { lines, .. }
            | Self::StockReturned { lines, .. } => {
                let mut cases: Vec<_> = lines
                    .iter()
                    .filter_map(|offered| offered.reserved_for)
                    .collect();
                order::sort_by(&mut cases, &Ord::cmp);
                cases.dedup();
                cases
            }
            Self::FacilityStockRebuilt { case, .. } | Self::EntryReversed { case, .. } => {
                case.iter().copied().collect()
            }
            Self::Unknown { cases, .. } => cases.clone(),
            _ => Vec::new(),
        }
    }

    /// The transfer that this entry ends, if it ends one.
    pub fn transfer(&self) -> Option<TransferId> {
        match self.named() {
            Self::TransferAnswered { transfer, .. }
            | Self::TransferDeclined { transfer, .. }
            | Self::TransferCancelled { transfer, .. }
            | Self::Mirrored {
                mirror:
                    Mirror::Answered { transfer, .. }
                    | Mirror::Declined { transfer, .. }
                    | Mirror::CancelAsked(transfer)
                    | Mirror::Cancelled(transfer),
                ..
            } => Some(*transfer),
            _ => None,
        }
    }

    /// The proposal that this entry answers, if it answers one (R41).
    pub fn proposal(&self) -> Option<EntryId> {
        match self {
            Self::ProposalApproved { proposal, .. } | Self::ProposalDeclined { proposal, .. } => {
                Some(*proposal)
            }
            _ => None,
        }
    }

    /// True for the private part of a case, which is sent only to those who may see it (R36).
    pub fn is_private(&self) -> bool {
        matches!(
            self,
            Self::CaseDetailsRecorded { .. } | Self::CaseSigned { .. }
        )
    }
}

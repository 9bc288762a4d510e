//! Every kind of entry, so that none is left out: a run in which one was never accepted proves nothing
//! about it.

use super::counts::Counts;
use super::server::Server;
use baton_domain::EntryBody;
use baton_domain::verdict::Outcome;

macro_rules! kinds {
    ($($kind:ident = $name:literal),+ $(,)?) => {
        /// What each is counted under.
        pub(super) const KINDS: &[&str] = &[$(concat!("entry: ", $name)),+];

        /// The place of a body's kind in [`KINDS`]. None for what only a newer build knows.
        fn place(body: &EntryBody) -> Option<usize> {
            #[derive(Clone, Copy)]
            enum Place {
                $($kind),+
            }
            Some(match body {
                $(EntryBody::$kind { .. } => Place::$kind,)+
                EntryBody::Unknown { .. } => return None,
            } as usize)
        }
    };
}

kinds! {
    OrganizationFounded = "organization founded",
    PersonRecorded = "person recorded",
    DeviceEnrolled = "device enrolled",
    DeviceRevoked = "device revoked",
    DeviceRenamed = "device renamed",
    FacilityRecorded = "facility recorded",
    ProductsListed = "products listed",
    PoolRecorded = "pool recorded",
    SharedAccountOpened = "shared account opened",
    SettingsRecorded = "settings recorded",
    SharingLinkSet = "sharing link set",
    ManufacturerLinked = "manufacturer linked",
    StockReceived = "stock received",
    StockHeld = "stock held",
    HoldReleased = "hold released",
    RecallIssued = "recall issued",
    RecallEnded = "recall ended",
    BillOfMaterialsListed = "bill of materials listed",
    TrayPacked = "tray packed",
    TrayUnpacked = "tray unpacked",
    TrayChecked = "tray checked",
    TransferOffered = "transfer offered",
    TransferAnswered = "transfer answered",
    TransferDeclined = "transfer declined",
    TransferCancelled = "transfer cancelled",
    CaseScheduled = "case scheduled",
    CaseChanged = "case changed",
    CaseDetailsRecorded = "case details recorded",
    CaseRepChanged = "case rep changed",
    CaseCancelled = "case cancelled",
    StockMarked = "stock marked",
    StockUnmarked = "stock unmarked",
    UsageRecorded = "usage recorded",
    StockingOrderSubmitted = "stocking order submitted",
    FacilityStockRebuilt = "Facility Stock rebuilt",
    StockAdjusted = "stock adjusted",
    AdjustmentReviewed = "adjustment reviewed",
    StockCounted = "stock counted",
    StockDrawn = "stock drawn",
    IdentityCorrected = "identity corrected",
    EntryReversed = "entry reversed",
    Proposed = "proposed",
    ProposalApproved = "proposal approved",
    ProposalDeclined = "proposal declined",
    DisputeResolved = "dispute resolved",
    CaseClosed = "case closed",
    CaseSigned = "case signed",
    PurchaseOrderRecorded = "purchase order recorded",
    OtherNeedRecorded = "other need recorded",
    StockRequested = "stock requested",
    RequestDeclined = "request declined",
    RequestWithdrawn = "request withdrawn",
    RequestOffered = "request offered",
    StockReturned = "stock returned",
    DueBackSet = "due back set",
    LinkAsked = "link asked",
    LinkAnswered = "link answered",
    Mirrored = "mirrored",
}

/// Counts what a server has accepted, kind by kind.
pub(super) fn count(server: &Server, counts: &mut Counts) {
    let mut accepted = [0; KINDS.len()];
    let records = server.tables.records.iter();
    for record in records.filter(|record| record.verdict.outcome == Outcome::Accepted) {
        if let Some(place) = place(&record.entry.entry().body) {
            accepted[place] += 1;
        }
    }
    for (name, times) in KINDS.iter().zip(accepted).filter(|(_, times)| *times > 0) {
        counts.add(name, times);
    }
}

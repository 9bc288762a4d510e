//! Getting stock from a warehouse, and giving it back: requests (R25), what a transfer carries
//! beyond an ordinary one, and loans.
//!
//! A request names products and quantities; the warehouse picks lines and offers them, and from
//! then on it is a transfer like any other. Where the warehouse is another organization's, each
//! ledger holds its half of both under the same ids, and [`Terms`] say so.

use crate::Text;
use crate::case::Need;
use crate::id::{CaseId, EntryId, LineId, OrganizationId, PersonId, TransferId};
use crate::stock::Custodian;
use crate::time::{Date, Timestamp};
use crate::transfer::Travel;

/// A request is named by the entry that asked.
pub type RequestId = EntryId;

/// What is asked of a warehouse (R25).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Who is to hold it, in the organization that asks.
    pub to: Custodian,
    /// What, and how many.
    pub needs: Vec<Need>,
    /// The case it is for: opaque to another organization (R36).
    pub case: Option<CaseId>,
    /// The local day of its use. What has expired by then is not sent (R28).
    pub use_date: Option<Date>,
    /// How it is to travel, and when it is needed (R2).
    pub travel: Travel,
    /// A word to the warehouse, or empty.
    pub note: Text,
}

/// A request and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockRequest {
    /// The entry that asked.
    pub id: RequestId,
    /// Whose warehouse is asked.
    pub from: OrganizationId,
    /// Whose ledger it was asked in.
    pub by: OrganizationId,
    /// Who asked, and when by the device's clock.
    pub asked_by: (PersonId, Timestamp),
    /// The name of who is to hold it, as the other organization reads it; empty at home.
    pub to_name: Text,
    /// What is asked.
    pub wanted: Wanted,
    /// Where it stands.
    pub status: RequestStatus,
    /// The entry that brought it there.
    pub ended: Option<EntryId>,
}

/// Where a request stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestStatus {
    /// The warehouse has not answered.
    Open,
    /// The warehouse offers a transfer.
    Offered(TransferId),
    /// The warehouse declined, with its reason.
    Declined(Text),
    /// Taken back by who asked.
    Withdrawn,
}

/// What a transfer carries beyond an ordinary one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The transfer.
    pub transfer: TransferId,
    /// The request it answers.
    pub request: Option<RequestId>,
    /// The organization whose ledger has the other half.
    pub other: Option<OrganizationId>,
    /// It is a return: what arrives lies on hold until somebody has looked at it.
    pub returned: bool,
    /// It is a loan: when it is due back.
    pub due_back: Option<Date>,
    /// The entry that asked to take the offer back, while the other ledger has not said yes.
    pub cancel_asked: Option<EntryId>,
    /// The entry that ended the transfer, once it crosses and has ended.
    pub ended: Option<EntryId>,
}

impl Terms {
    /// The terms of an ordinary transfer.
    pub fn none(transfer: TransferId) -> Self {
        Self {
            transfer,
            request: None,
            other: None,
            returned: false,
            due_back: None,
            cancel_asked: None,
            ended: None,
        }
    }
}

/// When a line is due back, with every date it ever had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loan {
    /// The line; what is taken from it is due back with it.
    pub line: LineId,
    /// Every date that was set, the last one counting.
    pub dates: Vec<DueBack>,
}

/// A date by which something is due back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueBack {
    /// The day; `None` where it no longer has to go back.
    pub date: Option<Date>,
    /// Who set it, and when.
    pub set_by: (PersonId, Timestamp),
    /// Why it was set or moved, or empty.
    pub reason: Text,
}

impl Loan {
    /// The day that counts.
    pub fn due_back(&self) -> Option<Date> {
        self.dates.last().and_then(|last| last.date)
    }
}

//! Stock lines: what there is, who holds it, whose it is.

use crate::Text;
use crate::id::{
    CaseId, EntryId, FacilityId, LineId, OrganizationId, PersonId, PoolId, TransferId,
};
use crate::product::ProductId;
use crate::time::Date;

/// Who holds a line and answers for it. Not the owner, not the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Custodian {
    /// A person.
    Person(PersonId),
    /// A custodian-only account.
    Pool(PoolId),
    /// The warehouse of an organization.
    Warehouse(OrganizationId),
}

/// Who owns a line. Moving custody never moves title (R7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TitleHolder {
    /// The manufacturer: consignment or trunk stock.
    Manufacturer,
    /// The organization whose ledger this is.
    Organization,
    /// A facility that bought it and has not used it yet: Facility Stock (R20).
    Facility(FacilityId),
}

/// What tells pieces apart: never edited (R12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The product.
    pub product: ProductId,
    /// Lot number, as printed.
    pub lot: Option<Text>,
    /// True where the lot exists but could not be read (R30).
    pub lot_unknown: bool,
    /// Serial number, as printed.
    pub serial: Option<Text>,
    /// Last day it may be used.
    pub expiry: Option<Date>,
    /// Day it was made.
    pub manufactured: Option<Date>,
}

/// A quantity of a line that is spoken for. The claims on a line never overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who claims it.
    pub by: Claimant,
    /// How many.
    pub quantity: u32,
}

/// What a claim is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claimant {
    /// Marked for a case by somebody who may use it there (R15).
    Mark(CaseId),
    /// Kept for a case whose rep cannot use it where it is now (R16).
    Reservation(CaseId),
    /// Offered in an open transfer (R2).
    Offer(TransferId),
}

/// A quantity that must not be used or moved until it is reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// How many.
    pub quantity: u32,
    /// Why, in words.
    pub reason: Text,
    /// The entry that put it on hold.
    pub by: EntryId,
    /// How many were on hold before that entry.
    pub earlier: u32,
}

/// Some quantity of one product with one lot, serial and expiry under one custodian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockLine {
    /// The entry that made it, and its place there (R10).
    pub id: LineId,
    /// The line it was taken from.
    pub parent: Option<LineId>,
    /// The line in whose place it stands: rebuilt Facility Stock (R23) or a corrected identity
    /// (R12).
    pub replaces: Option<LineId>,
    /// What tells it apart.
    pub identity: Identity,
    /// How many are on hand. 0 = nothing left; the line stays for its history.
    pub quantity: u32,
    /// Who holds it (R1).
    pub custodian: Custodian,
    /// Who owns it.
    pub title: TitleHolder,
    /// Where it lies, in free words, or empty.
    pub location: Text,
    /// What is spoken for. The sum never exceeds the quantity.
    pub claims: Vec<Claim>,
    /// What is on hold; independent of the claims, since a hold may meet an open offer (R39).
    pub hold: Option<Hold>,
    /// How many pieces a dispute names (R33).
    pub disputed: u32,
    /// The last entry that changed custody, title, quantity or activity (R39).
    pub head: EntryId,
    /// Earlier heads of a line with a serial, oldest first: what tells a piece that changed since
    /// the author saw it from a piece whose last movement has not arrived here yet.
    pub past_heads: Vec<EntryId>,
    /// An entry of a kind that this build does not know touched it: "update the app".
    pub needs_newer_app: bool,
}

/// A line as an entry names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRef {
    /// The line.
    pub line: LineId,
    /// How many of it.
    pub quantity: u32,
    /// The head that the author saw; given for lines with a serial, which are compared and
    /// appended on it (R39).
    pub head: Option<EntryId>,
}

impl StockLine {
    /// Pieces on hold.
    pub fn held(&self) -> u32 {
        self.hold.as_ref().map_or(0, |hold| hold.quantity)
    }

    /// Pieces claimed by anybody.
    pub fn claimed(&self) -> u32 {
        self.claims.iter().map(|claim| claim.quantity).sum()
    }

    /// Pieces claimed by nobody and not disputed.
    pub fn unclaimed(&self) -> u32 {
        self.quantity
            .saturating_sub(self.claimed())
            .saturating_sub(self.disputed)
    }

    /// Pieces that may be marked or offered now. A hold lies first on what nobody claims, so that
    /// a held piece is never promised.
    pub fn free(&self) -> u32 {
        self.unclaimed().saturating_sub(self.held())
    }

    /// Pieces that `case` may count on: free, or kept for it.
    pub fn usable_for(&self, case: CaseId) -> u32 {
        let others = self.claimed() - self.kept_for(case);
        self.quantity
            .saturating_sub(others)
            .saturating_sub(self.disputed)
            .saturating_sub(self.held())
    }

    /// Pieces claimed by `claimant`.
    pub fn claimed_by(&self, claimant: Claimant) -> u32 {
        self.claims
            .iter()
            .filter(|claim| claim.by == claimant)
            .map(|claim| claim.quantity)
            .sum()
    }

    /// Pieces marked or reserved for `case`.
    pub fn kept_for(&self, case: CaseId) -> u32 {
        self.claimed_by(Claimant::Mark(case)) + self.claimed_by(Claimant::Reservation(case))
    }

    /// True where it must not be used on `date` (R27: usable through its expiry day).
    pub fn is_expired_on(&self, date: Date) -> bool {
        self.identity.is_expired_on(date)
    }

    /// The facility that owns it, if it is Facility Stock.
    pub fn facility_stock_at(&self) -> Option<FacilityId> {
        match self.title {
            TitleHolder::Facility(facility) => Some(facility),
            TitleHolder::Manufacturer | TitleHolder::Organization => None,
        }
    }
}

impl Identity {
    /// True where it must not be used on `date` (R27: usable through its expiry day).
    pub fn is_expired_on(&self, date: Date) -> bool {
        self.expiry.is_some_and(|expiry| expiry < date)
    }
}

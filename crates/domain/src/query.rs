//! Questions that several places ask of a state; nothing is changed and nothing decided here.

use crate::Text;
use crate::case::{Case, UseStatus};
use crate::directory::{LinkStatus, OrganizationLink, Person, Role};
use crate::entry::{Entry, UsedLine};
use crate::facility_stock::StockingOrder;
use crate::id::{CaseId, FacilityId, LineId, PersonId};
use crate::order;
use crate::product::ProductId;
use crate::request::Loan;
use crate::state::State;
use crate::stock::{Custodian, StockLine};

/// Where stock for a case comes from (R14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// The rep's own custody.
    Own,
    /// An account shared with the rep.
    Shared,
    /// Facility Stock at the case's facility, in either custody.
    Facility,
}

/// Pieces of one line that a case may count on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsableLine {
    /// The line.
    pub line: LineId,
    /// How many.
    pub quantity: u32,
    /// How many of these are marked or reserved for the case already.
    pub kept: u32,
    /// Where they come from.
    pub source: SourceKind,
}

/// Where a rep may take stock for a case at a facility from (R14, R21).
pub(crate) struct Sources<'a> {
    pub(crate) rep: PersonId,
    pub(crate) facility: FacilityId,
    /// The accounts shared with the rep.
    pub(crate) accounts: &'a [Custodian],
}

impl Sources<'_> {
    /// True for the rep's own custody and the accounts.
    pub(crate) fn reach(&self, custodian: Custodian) -> bool {
        custodian == Custodian::Person(self.rep) || self.accounts.contains(&custodian)
    }

    /// What source a line is, if any.
    pub(crate) fn of(&self, line: &StockLine) -> Option<SourceKind> {
        if !self.reach(line.custodian) {
            return None;
        }
        match line.facility_stock_at() {
            Some(at) => (at == self.facility).then_some(SourceKind::Facility),
            None if line.custodian == Custodian::Person(self.rep) => Some(SourceKind::Own),
            None => Some(SourceKind::Shared),
        }
    }
}

/// The source that `line` is for `rep` at `facility`, or `None` where the rep cannot use it (R14,
/// R21). Quantities, holds and dates are another question.
pub fn source(
    state: &State,
    line: &StockLine,
    rep: PersonId,
    facility: FacilityId,
) -> Option<SourceKind> {
    let shared = state.is_shared_with(line.custodian, rep);
    let accounts = if shared {
        std::slice::from_ref(&line.custodian)
    } else {
        &[]
    };
    let sources = Sources {
        rep,
        facility,
        accounts,
    };
    sources.of(line)
}

/// What makes Facility Stock usable by a rep at its facility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacilityStockWay {
    /// It is: in the rep's custody, or sold by an account shared with the rep (R21).
    Usable,
    /// Link the rep to the Distributor account that sold it (R22).
    Link(Custodian),
    /// No link is possible: rebuild it in the rep's custody (R23).
    Rebuild,
}

/// How Facility Stock comes to be usable by `rep`; where it lies and how many are free is another
/// question.
pub fn facility_stock_way(state: &State, line: &StockLine, rep: PersonId) -> FacilityStockWay {
    let holder = line.custodian;
    if holder == Custodian::Person(rep) || state.is_shared_with(holder, rep) {
        return FacilityStockWay::Usable;
    }
    // A link joins an account and a Rep: nobody else who covers cases can be linked.
    let is_rep = state
        .person(rep)
        .is_some_and(|person| person.role == Role::Rep);
    if is_rep && is_account(state, holder) {
        FacilityStockWay::Link(holder)
    } else {
        FacilityStockWay::Rebuild
    }
}

/// True for a Distributor account: a pool, or a person of role Distributor.
pub fn is_account(state: &State, custodian: Custodian) -> bool {
    match custodian {
        Custodian::Pool(pool) => state.pool(pool).is_some(),
        Custodian::Person(person) => state
            .person(person)
            .is_some_and(|person| person.role == Role::Distributor),
        Custodian::Warehouse(_) => false,
    }
}

/// What a facility was ever sold, in cents: the sum of its stocking orders. A rebuild adds nothing.
pub fn sales_total_cents(state: &State, facility: FacilityId) -> u64 {
    state
        .stocking_orders()
        .filter(|order| order.facility == facility)
        .map(StockingOrder::total_cents)
        .fold(0, u64::saturating_add)
}

/// The lines with something left that stand in the place of `first`, also by a replacement of a
/// replacement: by id, so that every phone finds the same one first.
pub(crate) fn standing_replacements(state: &State, first: LineId) -> Vec<LineId> {
    let mut standing = Vec::new();
    let mut seen: Vec<LineId> = Vec::new();
    let mut open = vec![first];
    while let Some(line) = open.pop() {
        if seen.contains(&line) {
            continue;
        }
        seen.push(line);
        // A corrected identity (R12) is another thing: only what was rebuilt is the same.
        let identity = state.line(line).map(|line| &line.identity);
        let same = |next: &&StockLine| Some(&next.identity) == identity;
        let next = state.replacements(line).filter(same);
        let mut next: Vec<_> = next.map(|line| (line.id, line.quantity)).collect();
        let left = next.iter().filter(|(_, quantity)| *quantity > 0);
        standing.extend(left.map(|(id, _)| *id));
        next.reverse();
        open.extend(next.into_iter().map(|(id, _)| id));
    }
    standing
}

/// How many pieces a use takes back from what was made in the place of its line (R23): a use that
/// did not know of the replacement counts, and the replaced pieces do not. Whoever knew of it
/// found nothing on the line to use.
pub(crate) fn reclaimed(state: &State, line: &StockLine, used: &UsedLine) -> u32 {
    let lacking = used.quantity.saturating_sub(line.quantity);
    let saw_it_before =
        line.identity.serial.is_none() || used.head == line.past_heads.last().copied();
    if lacking == 0 || !used.status.leaves_the_shelf() || !saw_it_before {
        return 0;
    }
    let standing = standing_replacements(state, line.id);
    let standing = standing.iter().filter_map(|id| state.line(*id));
    let available = standing.map(|line| line.quantity.saturating_sub(line.disputed));
    lacking.min(available.fold(0, u32::saturating_add))
}

/// The pieces of a product that a case may count on now: in the rep's own custody, in accounts
/// shared with the rep, Facility Stock at the facility; not kept for another case, offered, held,
/// disputed, or expired on the case's date. What is kept for the case comes first, then what
/// expires first.
pub fn usable_for_case(state: &State, case: CaseId, product: &ProductId) -> Vec<UsableLine> {
    let Some(case) = state.case(case) else {
        return Vec::new();
    };
    let mut usable: Vec<_> = state
        .product_on_hand(product)
        .filter_map(|line| Some((line, usable(state, line, case)?)))
        .collect();
    order::sort_by(&mut usable, &|left, right| {
        let place = |(line, found): &(&StockLine, UsableLine)| {
            let expiry = line.identity.expiry;
            (
                found.kept == 0,
                expiry.is_none(),
                expiry,
                found.source,
                found.line,
            )
        };
        place(left).cmp(&place(right))
    });
    usable.into_iter().map(|(_, found)| found).collect()
}

/// What of one line a case may count on, if anything.
pub fn usable(state: &State, line: &StockLine, case: &Case) -> Option<UsableLine> {
    let source = source(state, line, case.rep, case.facility)?;
    if line.is_expired_on(case.starts_at.date) {
        return None;
    }
    let quantity = line.usable_for(case.id);
    let kept = line.kept_for(case.id).min(quantity);
    (quantity > 0).then_some(UsableLine {
        line: line.id,
        quantity,
        kept,
        source,
    })
}

/// The accounts shared with a rep, by account.
pub fn shared_accounts(state: &State, rep: PersonId) -> Vec<Custodian> {
    state
        .sharing_links()
        .filter(|link| link.rep == rep)
        .map(|link| link.account)
        .collect()
}

/// True for somebody who may be the rep on a case: active, and no office role.
pub fn may_cover(person: &Person) -> bool {
    let covers = match person.role {
        Role::Rep | Role::Distributor | Role::RegionalManager => true,
        Role::Operations | Role::Admin => false,
    };
    person.active && covers
}

/// Everybody who may be the rep on a case, by id.
pub fn reps(state: &State) -> impl Iterator<Item = &Person> {
    state.people().filter(|person| may_cover(person))
}

/// How many pieces of a product a case has used towards its need. What was wasted, damaged or put
/// back does not fill a need.
pub fn used_in_case(case: &Case, product: &ProductId) -> u32 {
    case.usage
        .iter()
        .filter(|usage| usage.identity.product == *product)
        .filter(|usage| matches!(usage.status, UseStatus::Implanted | UseStatus::Used))
        .fold(0, |sum, usage| sum.saturating_add(usage.quantity))
}

/// The name of a custodian, if it is known.
pub fn custodian_name(state: &State, custodian: Custodian) -> Option<Text> {
    match custodian {
        Custodian::Person(person) => state.person(person).map(|person| person.name.clone()),
        Custodian::Pool(pool) => state.pool(pool).map(|pool| pool.name.clone()),
        Custodian::Warehouse(organization) => state
            .organization()
            .filter(|own| own.id == organization)
            .map(|own| own.name.clone())
            .or_else(|| {
                let mut links = state.manufacturer_links();
                links
                    .find(|link| link.organization == organization)
                    .map(|link| link.name.clone())
            })
            .or_else(|| {
                let link = state.organization_link(organization)?;
                Some(link.name.clone())
            }),
    }
}

/// True where a state holds what an entry did already, by what it left behind: for a phone that
/// is shown an entry and may have heard of it another way.
pub fn has_happened(state: &State, entry: &Entry) -> bool {
    let made = state.made_lines(entry.id)
        || state.transfer(entry.id).is_some()
        || state.case(entry.id).is_some()
        || state.proposal(entry.id).is_some();
    let moved = |line| {
        state
            .line(line)
            .is_some_and(|line| line.head == entry.id || line.past_heads.contains(&entry.id))
    };
    let ended = |transfer| {
        state
            .transfer(transfer)
            .is_some_and(|known| known.ended_by == Some((entry.actor, entry.occurred_at)))
    };
    let answered = |proposal| {
        state
            .proposal(proposal)
            .is_some_and(|known| known.answered_by() == Some((entry.actor, entry.occurred_at)))
    };
    made || entry.body.lines_touched().into_iter().any(moved)
        || entry.body.transfer().is_some_and(ended)
        || entry.body.proposal().is_some_and(answered)
}

/// When a line is due back: what was set for it, or for the line it was taken from or stands in the
/// place of (R12).
pub fn loan_of(state: &State, line: LineId) -> Option<&Loan> {
    let mut seen: Vec<LineId> = Vec::new();
    let mut line = line;
    // No entry makes a line its own ancestor; a damaged page may.
    while !seen.contains(&line) {
        if let Some(loan) = state.loan(line) {
            return Some(loan);
        }
        seen.push(line);
        let known = state.line(line)?;
        line = known.parent.or(known.replaces)?;
    }
    None
}

/// The linked organizations whose warehouse may be asked, by id.
pub fn linked(state: &State) -> impl Iterator<Item = &OrganizationLink> {
    let links = state.organization_links();
    links.filter(|link| link.status == LinkStatus::Linked)
}

/// True for the warehouse of another organization.
pub fn is_elsewhere(state: &State, custodian: Custodian) -> bool {
    match custodian {
        Custodian::Warehouse(id) => state.organization().is_some_and(|own| own.id != id),
        Custodian::Person(_) | Custodian::Pool(_) => false,
    }
}

//! Whether a case has what it needs: derived, never stored (R18).

use crate::case::{Case, Need};
use crate::entry::{Entry, EntryBody};
use crate::fold::fold;
use crate::id::{CaseId, TransferId};
use crate::product::ProductId;
use crate::proposal::{Proposal, ProposalId, approvers};
use crate::query::{self, SourceKind, Sources};
use crate::state::State;
use crate::stock::{Claimant, Custodian};
use crate::transfer::Transfer;
use crate::verdict::Verdict;

/// The one light of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Light {
    /// Everything is there.
    Ready,
    /// Everything is there once these transfers arrive.
    ReadyWhenArrived(Vec<TransferId>),
    /// Everything is there, with the rep it is meant for, once these proposals are approved (R41).
    ReadyWhenApproved(Vec<ProposalId>),
    /// This many pieces are missing.
    ShortOf(u32),
}

/// Where the pieces of one need are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedCoverage {
    /// The product.
    pub product: ProductId,
    /// How many the case needs.
    pub needed: u32,
    /// How many it used already.
    pub used: u32,
    /// Usable in the rep's own custody.
    pub own: u32,
    /// Usable in accounts shared with the rep.
    pub shared: u32,
    /// Usable Facility Stock at the facility.
    pub facility: u32,
    /// Coming to the rep in open transfers.
    pub arriving: u32,
    /// Free with others in the organization.
    pub others: u32,
    /// Missing, when everything above but `arriving` and `others` is taken.
    pub missing: u32,
}

impl NeedCoverage {
    /// Missing, and nobody has sent it.
    pub fn nowhere(&self) -> u32 {
        self.missing.saturating_sub(self.arriving)
    }
}

/// A case's readiness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// The light.
    pub light: Light,
    /// Need by need, in the case's order.
    pub needs: Vec<NeedCoverage>,
}

/// Derives a case's readiness; `None` if the case is not known.
///
/// It reads the lines on hand of each needed product and the open transfers to the rep, nothing
/// else, so that a screen may ask it for every case of a large state; and where something is
/// proposed about the case, what would be if it were approved.
pub fn readiness(state: &State, case: CaseId) -> Option<Readiness> {
    let case = state.case(case)?;
    let mut found = as_it_stands(state, case);
    if let Some(proposals) = awaited_approvals(state, case, &found.light) {
        found.light = Light::ReadyWhenApproved(proposals);
    }
    Some(found)
}

fn as_it_stands(state: &State, case: &Case) -> Readiness {
    let accounts = query::shared_accounts(state, case.rep);
    let sources = Sources {
        rep: case.rep,
        facility: case.facility,
        accounts: &accounts,
    };
    let arrivals = arrivals(state, case, &sources);
    let needs: Vec<_> = case
        .needs
        .iter()
        .map(|need| coverage(state, case, need, &sources, &arrivals))
        .collect();
    let light = light(&needs, &arrivals);
    Readiness { light, needs }
}

/// The proposals that stand between the case and its being ready: the first that is enough alone,
/// else all of them if they are enough together. A case that is ready waits for none, unless it is
/// to go to another rep.
fn awaited_approvals(state: &State, case: &Case, light: &Light) -> Option<Vec<ProposalId>> {
    let changes_rep =
        |proposal: &&Proposal| matches!(proposal.what(), EntryBody::CaseRepChanged { .. });
    let open: Vec<&Proposal> = state
        .proposals()
        .filter(|proposal| proposal.is_open() && is_about(proposal.what(), case))
        .filter(|proposal| *light != Light::Ready || changes_rep(proposal))
        .filter(|proposal| !approvers(state, proposal).is_empty())
        .collect();
    let enough = |proposals: &[&Proposal]| {
        let mut after = state.clone();
        for proposal in proposals {
            let act = Entry {
                body: proposal.what().clone(),
                ..proposal.entry.clone()
            };
            fold(&mut after, &act, &Verdict::accepted());
        }
        let case = after.case(case.id);
        case.is_some_and(|case| as_it_stands(&after, case).light == Light::Ready)
    };
    let alone = open.iter().find(|proposal| enough(&[proposal]));
    if let Some(proposal) = alone {
        return Some(vec![proposal.id()]);
    }
    (open.len() > 1 && enough(&open)).then(|| open.iter().map(|proposal| proposal.id()).collect())
}

/// What is done about the case, or lets its rep use more.
fn is_about(what: &EntryBody, case: &Case) -> bool {
    match what {
        EntryBody::SharingLinkSet { link, active } => *active && link.rep == case.rep,
        what => what.cases_touched().contains(&case.id),
    }
}

/// Pieces that come to the rep in an open transfer.
struct Arrival<'a> {
    transfer: TransferId,
    product: &'a ProductId,
    quantity: u32,
}

/// What comes to the rep on the case, or to an account shared with the rep, oldest offer first.
fn arrivals<'a>(state: &'a State, case: &'a Case, sources: &Sources) -> Vec<Arrival<'a>> {
    offered_for(state, case)
        .filter(|(_, to, ..)| sources.reach(*to))
        .map(|(transfer, _, product, quantity)| Arrival {
            transfer,
            product,
            quantity,
        })
        .collect()
}

/// What open offers bring that this case may count on, to whomever: oldest offer first.
pub(crate) fn offered_for<'a>(
    state: &'a State,
    case: &'a Case,
) -> impl Iterator<Item = (TransferId, Custodian, &'a ProductId, u32)> {
    let lines = |transfer: &'a Transfer| transfer.lines.iter().map(move |line| (transfer, line));
    state
        .open_transfers()
        .flat_map(lines)
        .filter_map(move |(transfer, offered)| {
            let for_another = offered
                .reserved_for
                .is_some_and(|reserved| reserved != case.id);
            if for_another || offered.identity.is_expired_on(case.starts_at.date) {
                return None;
            }
            let line = state.line(offered.line)?;
            // A fact may have cut the claim; what is held arrives on hold (R39).
            let claimed = line.claimed_by(Claimant::Offer(transfer.id));
            let sound = line
                .quantity
                .saturating_sub(line.held())
                .saturating_sub(line.disputed);
            let quantity = offered.quantity.min(claimed).min(sound);
            Some((
                transfer.id,
                transfer.to,
                &offered.identity.product,
                quantity,
            ))
        })
}

fn coverage(
    state: &State,
    case: &Case,
    need: &Need,
    sources: &Sources,
    arrivals: &[Arrival],
) -> NeedCoverage {
    let mut found = NeedCoverage {
        product: need.product.clone(),
        needed: need.quantity,
        used: query::used_in_case(case, &need.product),
        own: 0,
        shared: 0,
        facility: 0,
        arriving: 0,
        others: 0,
        missing: 0,
    };
    for line in state.product_on_hand(&need.product) {
        if line.is_expired_on(case.starts_at.date) {
            continue;
        }
        let quantity = line.usable_for(case.id);
        let part = match sources.of(line) {
            Some(SourceKind::Own) => &mut found.own,
            Some(SourceKind::Shared) => &mut found.shared,
            Some(SourceKind::Facility) => &mut found.facility,
            // Facility Stock that the rep cannot use does not come by a transfer (R21).
            None if line.facility_stock_at().is_none() => &mut found.others,
            None => continue,
        };
        *part = part.saturating_add(quantity);
    }
    let coming = arrivals
        .iter()
        .filter(|arrival| *arrival.product == need.product);
    found.arriving = coming.fold(0, |sum, arrival| sum.saturating_add(arrival.quantity));
    let there = [found.used, found.own, found.shared, found.facility];
    found.missing = there
        .iter()
        .fold(need.quantity, |missing, part| missing.saturating_sub(*part));
    found
}

/// Short of what will be missing even when everything has arrived; else the fewest of the oldest
/// transfers that close every gap.
fn light(needs: &[NeedCoverage], arrivals: &[Arrival]) -> Light {
    let short: u32 = needs.iter().map(NeedCoverage::nowhere).sum();
    if short > 0 {
        return Light::ShortOf(short);
    }
    let mut awaited = Vec::new();
    for need in needs {
        let mut missing = need.missing;
        for arrival in arrivals
            .iter()
            .filter(|arrival| *arrival.product == need.product)
        {
            if missing > 0 && arrival.quantity > 0 {
                missing = missing.saturating_sub(arrival.quantity);
                if !awaited.contains(&arrival.transfer) {
                    awaited.push(arrival.transfer);
                }
            }
        }
    }
    if awaited.is_empty() {
        Light::Ready
    } else {
        Light::ReadyWhenArrived(awaited)
    }
}

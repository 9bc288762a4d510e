//! What there is for a case, gathered once and asked for every rep: by product and then by who
//! holds it.

use super::Wish;
use super::clash::nearness;
use crate::case::Case;
use crate::id::TransferId;
use crate::order;
use crate::product::ProductId;
use crate::query;
use crate::readiness;
use crate::state::State;
use crate::stock::{Custodian, StockLine};
use std::cmp::Ordering;

/// Everything that could cover a case.
pub(super) struct Survey<'a> {
    pub(super) state: &'a State,
    pub(super) case: &'a Case,
    pub(super) wish: Wish,
    /// One a product, in the order of the case's needs.
    pub(super) products: Vec<Stocked<'a>>,
    /// What comes in open offers, oldest first, to whom and how many of which product.
    pub(super) arrivals: Vec<Coming<'a>>,
}

/// What there is of one product.
pub(super) struct Stocked<'a> {
    pub(super) product: &'a ProductId,
    /// How many the case used already.
    pub(super) used: u32,
    /// By holder, and of one holder the Facility Stock last.
    pub(super) groups: Vec<Group<'a>>,
    /// Places of groups without Facility Stock, nearest holder first; no warehouse among them.
    pub(super) nearest: Vec<usize>,
    /// Places of groups of Facility Stock: accounts, which can be linked, before Reps.
    pub(super) sellers: Vec<usize>,
}

/// Lines of one product in one custody.
pub(super) struct Group<'a> {
    pub(super) holder: Custodian,
    pub(super) facility_stock: bool,
    /// Each with how many the case may count on.
    pub(super) lines: Vec<(&'a StockLine, u32)>,
    pub(super) total: u32,
}

/// Pieces in an open offer.
pub(super) struct Coming<'a> {
    pub(super) transfer: TransferId,
    pub(super) to: Custodian,
    pub(super) product: &'a ProductId,
    pub(super) quantity: u32,
}

impl<'a> Survey<'a> {
    pub(super) fn new(state: &'a State, case: &'a Case, wish: Wish) -> Self {
        let mut products: Vec<Stocked<'a>> = Vec::with_capacity(case.needs.len());
        for need in &case.needs {
            if products.iter().all(|known| *known.product != need.product) {
                products.push(Stocked::new(state, case, &need.product));
            }
        }
        let arrivals = readiness::offered_for(state, case)
            .map(|(transfer, to, product, quantity)| Coming {
                transfer,
                to,
                product,
                quantity,
            })
            .filter(|coming| coming.quantity > 0)
            .collect();
        Self {
            state,
            case,
            wish,
            products,
            arrivals,
        }
    }

    /// The place of what there is of a product.
    pub(super) fn place_of(&self, product: &ProductId) -> usize {
        let found = self
            .products
            .iter()
            .position(|known| known.product == product);
        found.unwrap_or(0)
    }
}

impl<'a> Stocked<'a> {
    fn new(state: &'a State, case: &'a Case, product: &'a ProductId) -> Self {
        let mut groups: Vec<Group<'a>> = Vec::new();
        for line in state.product_on_hand(product) {
            let quantity = line.usable_for(case.id);
            let elsewhere = line
                .facility_stock_at()
                .is_some_and(|at| at != case.facility);
            if quantity == 0 || elsewhere || line.is_expired_on(case.starts_at.date) {
                continue;
            }
            let facility_stock = line.facility_stock_at().is_some();
            let key = (line.custodian, facility_stock);
            let found =
                groups.binary_search_by(|group| (group.holder, group.facility_stock).cmp(&key));
            let at = found.unwrap_or_else(|at| {
                let group = Group {
                    holder: line.custodian,
                    facility_stock,
                    lines: Vec::new(),
                    total: 0,
                };
                groups.insert(at, group);
                at
            });
            groups[at].lines.push((line, quantity));
            groups[at].total = groups[at].total.saturating_add(quantity);
        }
        let (nearest, sellers) = ranked(state, case, &groups);
        Self {
            product,
            used: query::used_in_case(case, product),
            groups,
            nearest,
            sellers,
        }
    }

    /// The place of a holder's group, if it holds anything of that kind.
    pub(super) fn group(&self, holder: Custodian, facility_stock: bool) -> Option<usize> {
        let key = (holder, facility_stock);
        let found = self
            .groups
            .binary_search_by(|group| (group.holder, group.facility_stock).cmp(&key));
        found.ok()
    }
}

fn ranked(state: &State, case: &Case, groups: &[Group]) -> (Vec<usize>, Vec<usize>) {
    let (mut nearest, mut sellers) = (Vec::new(), Vec::new());
    let ranks: Vec<_> = groups
        .iter()
        .map(|group| match group.facility_stock {
            true => u8::from(!query::is_account(state, group.holder)),
            false => nearness(state, case, group.holder),
        })
        .collect();
    for (at, group) in groups.iter().enumerate() {
        match (group.facility_stock, group.holder) {
            (true, _) => sellers.push(at),
            (false, Custodian::Warehouse(_)) => {}
            (false, _) => nearest.push(at),
        }
    }
    let by_rank = |left: &usize, right: &usize| ranks[*left].cmp(&ranks[*right]);
    order::sort_by(&mut nearest, &by_rank);
    order::sort_by(&mut sellers, &by_rank);
    (nearest, sellers)
}

impl Group<'_> {
    /// The lines that make up `quantity`, after `skip` pieces that another need took: what is kept
    /// for the case first, then what expires first.
    pub(super) fn pick(
        &self,
        case: &Case,
        skip: u32,
        quantity: u32,
    ) -> Vec<(crate::id::LineId, u32)> {
        let mut lines = self.lines.clone();
        order::sort_by(&mut lines, &|left, right| before(case, left.0, right.0));
        let (mut skip, mut left) = (skip, quantity);
        let mut picked = Vec::new();
        for (line, usable) in lines {
            let passed = skip.min(usable);
            skip -= passed;
            let taken = left.min(usable - passed);
            left -= taken;
            if taken > 0 {
                picked.push((line.id, taken));
            }
        }
        picked
    }
}

fn before(case: &Case, left: &StockLine, right: &StockLine) -> Ordering {
    let place = |line: &StockLine| {
        let expiry = line.identity.expiry;
        (
            line.kept_for(case.id) == 0,
            expiry.is_none(),
            expiry,
            line.id,
        )
    };
    place(left).cmp(&place(right))
}

//! I6, conservation: what is on hand of a lot is what came in less what left, in every prefix of
//! the ledger.
//!
//! [`net`] says what an entry does to the pieces there are, from the entry and its verdict alone,
//! without the fold. The match is exhaustive: a new kind of entry says here what it does.

use baton_domain::case::UseStatus;
use baton_domain::dispute::Resolution;
use baton_domain::id::EntryId;
use baton_domain::product::ProductId;
use baton_domain::stock::{Identity, LineRef};
use baton_domain::verdict::{LineVerdict, Outcome, Verdict};
use baton_domain::{Entry, EntryBody, Reason, Refusal, State, Text};
use std::collections::{BTreeMap, BTreeSet};

/// One device identifier with its lot: what is conserved.
type Lot = (ProductId, Option<Text>);

/// Pieces that came in less pieces that left, per lot.
#[derive(Clone, Debug, Default)]
pub(super) struct Balance {
    lots: BTreeMap<Lot, i64>,
    /// What the catalogue said at this point of the ledger.
    reusable: BTreeSet<ProductId>,
}

impl Balance {
    /// Takes in what an entry does; notes the products that it names.
    pub(super) fn record(
        &mut self,
        state: &State,
        entry: &Entry,
        verdict: &Verdict,
        products: &mut BTreeSet<ProductId>,
    ) {
        let lines = entry.body.lines_touched();
        let lines = lines.iter().filter_map(|line| state.line(*line));
        let made = state.lines_made_by(entry.id);
        products.extend(lines.chain(made).map(|line| line.identity.product.clone()));
        // What was quarantined and is released lists what it listed.
        let released = match &entry.body {
            EntryBody::DisputeResolved {
                dispute,
                how: Resolution::Applied,
                ..
            } => state.dispute(*dispute).map(|known| &known.entry.body),
            _ => None,
        };
        if let EntryBody::ProductsListed(listed) = released.unwrap_or(&entry.body)
            && verdict.outcome == Outcome::Accepted
        {
            for product in listed {
                if product.single_use {
                    self.reusable.remove(&product.id);
                } else {
                    self.reusable.insert(product.id.clone());
                }
            }
        }
        for (lot, pieces) in net(state, &self.reusable, &entry.body, verdict) {
            products.insert(lot.0.clone());
            *self.lots.entry(lot).or_default() += pieces;
        }
    }

    /// As [`Self::check`], of some products.
    pub(super) fn check_products(&self, state: &State, products: &BTreeSet<ProductId>) {
        for product in products {
            let mut left: BTreeMap<Lot, i64> = BTreeMap::new();
            for line in state.product_on_hand(product) {
                *left.entry(lot_of(&line.identity)).or_default() += i64::from(line.quantity);
            }
            let lots = self.lots.iter().filter(|((of, _), _)| of == product);
            for (lot, pieces) in lots {
                assert!(*pieces >= 0, "I6: {lot:?} went below zero");
                let there = left.remove(lot).unwrap_or(0);
                assert_eq!(there, *pieces, "I6: {lot:?} is not what came in and stayed");
            }
            assert!(left.is_empty(), "I6: from nowhere: {left:?}");
        }
    }

    /// Panics where another number is on hand than came in and stayed.
    pub(super) fn check(&self, state: &State) {
        let mut on_hand: BTreeMap<Lot, i64> = BTreeMap::new();
        for line in state.lines() {
            *on_hand.entry(lot_of(&line.identity)).or_default() += i64::from(line.quantity);
        }
        for (lot, pieces) in &self.lots {
            assert!(*pieces >= 0, "I6: {lot:?} went below zero");
            let there = on_hand.remove(lot).unwrap_or(0);
            assert_eq!(there, *pieces, "I6: {lot:?} is not what came in and stayed");
        }
        on_hand.retain(|_, pieces| *pieces != 0);
        assert!(on_hand.is_empty(), "I6: from nowhere: {on_hand:?}");
    }
}

/// What an entry adds to each lot, or takes from it.
fn net(
    state: &State,
    reusable: &BTreeSet<ProductId>,
    body: &EntryBody,
    verdict: &Verdict,
) -> Vec<(Lot, i64)> {
    let stands = |place: &usize| *verdict.line(*place as u16) == Outcome::Accepted;
    match body.effect() {
        EntryBody::StockReceived { lines, .. } => lines
            .iter()
            .enumerate()
            .filter(|(place, _)| stands(place))
            .map(|(_, line)| (lot_of(&line.identity), i64::from(line.quantity)))
            .collect(),
        EntryBody::UsageRecorded { lines, .. } => lines
            .iter()
            .enumerate()
            .filter(|(place, used)| stands(place) && used.line.is_some())
            .filter(|(_, used)| is_gone(reusable, &used.identity, used.status))
            .map(|(_, used)| (lot_of(&used.identity), -i64::from(used.quantity)))
            .collect(),
        EntryBody::StockAdjusted { away, found, .. } => {
            let gone = away.iter().enumerate().filter(|(place, _)| stands(place));
            let gone = gone.filter_map(|(_, stock)| moved(state, stock, -1));
            let found = found.iter().enumerate();
            let found = found.filter(|(place, _)| stands(&(place + away.len())));
            let found = found.map(|(_, line)| (lot_of(&line.identity), i64::from(line.quantity)));
            gone.chain(found).collect()
        }
        EntryBody::IdentityCorrected {
            stock, identity, ..
        } if stands(&0) => {
            let new = (lot_of(identity), i64::from(stock.quantity));
            moved(state, stock, -1).into_iter().chain([new]).collect()
        }
        EntryBody::EntryReversed { undo, .. } if stands(&0) => {
            let back = undo.back.iter().filter_map(|stock| moved(state, stock, 1));
            let gone = undo.gone.iter().filter_map(|stock| moved(state, stock, -1));
            back.chain(gone).collect()
        }
        EntryBody::DisputeResolved { dispute, how, .. } if stands(&0) => {
            resolved(state, reusable, *dispute, how)
        }
        // Custody, title, claims, holds, cases and the directory move no piece in or out.
        EntryBody::OrganizationFounded { .. }
        | EntryBody::PersonRecorded(_)
        | EntryBody::DeviceEnrolled(_)
        | EntryBody::DeviceRevoked(_)
        | EntryBody::DeviceRenamed { .. }
        | EntryBody::FacilityRecorded(_)
        | EntryBody::ProductsListed(_)
        | EntryBody::PoolRecorded(_)
        | EntryBody::SharedAccountOpened { .. }
        | EntryBody::SettingsRecorded(_)
        | EntryBody::SharingLinkSet { .. }
        | EntryBody::ManufacturerLinked(_)
        | EntryBody::StockHeld { .. }
        | EntryBody::HoldReleased { .. }
        | EntryBody::DisputeResolved { .. }
        | EntryBody::Proposed { .. }
        | EntryBody::ProposalApproved { .. }
        | EntryBody::ProposalDeclined { .. }
        | EntryBody::RecallIssued { .. }
        | EntryBody::RecallEnded { .. }
        | EntryBody::BillOfMaterialsListed { .. }
        | EntryBody::TrayPacked { .. }
        | EntryBody::TrayUnpacked { .. }
        | EntryBody::TrayChecked { .. }
        | EntryBody::TransferOffered { .. }
        | EntryBody::TransferAnswered { .. }
        | EntryBody::TransferDeclined { .. }
        | EntryBody::TransferCancelled { .. }
        | EntryBody::CaseScheduled { .. }
        | EntryBody::CaseChanged { .. }
        | EntryBody::CaseDetailsRecorded { .. }
        | EntryBody::CaseRepChanged { .. }
        | EntryBody::CaseCancelled { .. }
        | EntryBody::CaseClosed { .. }
        | EntryBody::CaseSigned { .. }
        | EntryBody::PurchaseOrderRecorded { .. }
        | EntryBody::OtherNeedRecorded { .. }
        | EntryBody::StockMarked { .. }
        | EntryBody::StockUnmarked { .. }
        | EntryBody::StockingOrderSubmitted { .. }
        | EntryBody::FacilityStockRebuilt { .. }
        | EntryBody::StockRequested { .. }
        | EntryBody::RequestDeclined { .. }
        | EntryBody::RequestWithdrawn { .. }
        | EntryBody::RequestOffered { .. }
        | EntryBody::StockReturned { .. }
        | EntryBody::DueBackSet { .. }
        | EntryBody::LinkAsked { .. }
        | EntryBody::LinkAnswered { .. }
        // What crosses is counted over both ledgers, see `crossing`.
        | EntryBody::Mirrored { .. }
        | EntryBody::AdjustmentReviewed { .. }
        | EntryBody::StockCounted { .. }
        | EntryBody::StockDrawn { .. }
        | EntryBody::IdentityCorrected { .. }
        | EntryBody::EntryReversed { .. }
        | EntryBody::Unknown { .. } => Vec::new(),
    }
}

/// Pieces of a line that came (1) or went (-1); an identity is never edited (R12).
fn moved(state: &State, stock: &LineRef, sign: i64) -> Option<(Lot, i64)> {
    let line = state.line(stock.line)?;
    Some((lot_of(&line.identity), sign * i64::from(stock.quantity)))
}

/// What a claim does once it takes effect: as it was recorded, or with the pieces named instead.
fn resolved(
    state: &State,
    reusable: &BTreeSet<ProductId>,
    dispute: EntryId,
    how: &Resolution,
) -> Vec<(Lot, i64)> {
    let Some(dispute) = state.dispute(dispute) else {
        return Vec::new();
    };
    let mut stands = Verdict::whole(Outcome::Refused(Refusal::new(Reason::Disputed)));
    for index in (0..64).filter(|place| dispute.is_disputed(*place)) {
        let outcome = Outcome::Accepted;
        stands.lines.push(LineVerdict { index, outcome });
    }
    let mut body = dispute.entry.body.clone();
    match how {
        Resolution::Upheld => return Vec::new(),
        Resolution::Applied => {}
        Resolution::Claimed(lines) => {
            if let EntryBody::UsageRecorded { lines: uses, .. } = &mut body {
                for (place, used) in (0..).zip(uses) {
                    let named = lines.iter().find(|named| named.place == place);
                    used.line = named.map(|named| named.stock.line);
                }
            }
        }
    }
    net(state, reusable, &body, &stands)
}

fn lot_of(identity: &Identity) -> Lot {
    (identity.product.clone(), identity.lot.clone())
}

/// R17: single-use is consumed by use.
fn is_gone(reusable: &BTreeSet<ProductId>, identity: &Identity, status: UseStatus) -> bool {
    match status {
        UseStatus::Implanted | UseStatus::Wasted => true,
        UseStatus::Used => !reusable.contains(&identity.product),
        UseStatus::Damaged | UseStatus::BackToTray => false,
    }
}

//! Applying what was decided.
//!
//! The fold never decides and never fails: it applies, line by line, what the verdict accepts, and
//! remembers what does not stand ([`crate::verdict::Rejection`]), because later entries may build
//! on it (R33). Where a state cannot carry what the verdict accepts (a phone that lays its own
//! pending tail on a newer base), quantities are cut to what is there; nothing goes below zero.

mod adjust;
mod case;
mod closing;
mod dispute;
mod facility;
mod line;
mod mirror;
mod proposal;
mod recall;
mod rejection;
mod request;
mod stock;
mod transfer;
mod tray;
mod trust;
mod usage;

pub use trust::trust;

use crate::directory::{ActiveLink, Device, SharingLink};
use crate::entry::{Entry, EntryBody};
use crate::id::{DeviceId, LineId};
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::{Custodian, StockLine};
use crate::verdict::{LineVerdict, Outcome, Verdict};

/// Applies an entry as its verdict says. Never decides: what the verdict accepts is applied,
/// line by line, and nothing else is.
pub fn fold(state: &mut State, entry: &Entry, verdict: &Verdict) {
    // What is approved takes effect as if its approver had recorded it (R41).
    if let EntryBody::ProposalApproved { proposal, what } = &entry.body {
        let effect = Entry {
            body: what.as_ref().clone(),
            ..entry.clone()
        };
        match verdict.outcome {
            Outcome::Accepted => proposal::approve(state, entry, *proposal),
            // Kept as the approval that it is: once released, it ends its proposal too.
            Outcome::Disputed(_) => return rejection::remember(state, entry, verdict),
            Outcome::Refused(_) | Outcome::Waiting(_) => {}
        }
        return fold(state, &effect, verdict);
    }
    match verdict.outcome {
        Outcome::Accepted => {
            apply(state, entry, verdict);
            recall::meet(state, entry);
        }
        Outcome::Refused(_) | Outcome::Disputed(_) => {}
        Outcome::Waiting(_) => return,
    }
    rejection::remember(state, entry, verdict);
}

pub(crate) use dispute::set_free;

/// Applies one use of an entry alone: how a judge sees what the uses before left.
pub(crate) fn fold_use(state: &mut State, entry: &Entry, index: u16) {
    let mut only = Verdict::whole(Outcome::Refused(Refusal::new(Reason::Malformed)));
    only.lines.push(LineVerdict {
        index,
        outcome: Outcome::Accepted,
    });
    usage::apply(state, entry, &only);
}

pub(crate) use usage::consumes_usage;

fn share(state: &mut State, entry: &Entry, link: SharingLink) {
    state.put_active_link(ActiveLink {
        account: link.account,
        rep: link.rep,
        by: Some((entry.actor, entry.occurred_at)),
    });
}

fn apply(state: &mut State, entry: &Entry, verdict: &Verdict) {
    match &entry.body {
        EntryBody::OrganizationFounded {
            organization,
            admin,
        } => {
            state.put_organization(organization.clone());
            state.put_person(admin.clone());
        }
        EntryBody::PersonRecorded(person) => state.put_person(person.clone()),
        EntryBody::DeviceEnrolled(device) => state.put_device(device.clone()),
        EntryBody::DeviceRevoked(device) => change_device(state, *device, |device| {
            device.revoked = true;
        }),
        EntryBody::DeviceRenamed { device, label } => change_device(state, *device, |device| {
            device.label = label.clone();
        }),
        EntryBody::FacilityRecorded(facility) => state.put_facility(facility.clone()),
        EntryBody::ProductsListed(products) => {
            products
                .iter()
                .for_each(|product| state.put_product(product.clone()));
        }
        EntryBody::PoolRecorded(pool) => state.put_pool(pool.clone()),
        EntryBody::SharedAccountOpened { pool, reps } => {
            state.put_pool(pool.clone());
            let account = Custodian::Pool(pool.id);
            for rep in reps {
                share(state, entry, SharingLink { account, rep: *rep });
            }
        }
        EntryBody::SettingsRecorded(settings) => state.put_settings(*settings),
        EntryBody::SharingLinkSet { link, active: true } => share(state, entry, *link),
        EntryBody::SharingLinkSet { link, .. } => state.end_sharing_link(*link),
        EntryBody::ManufacturerLinked(link) => state.put_manufacturer_link(link.clone()),
        EntryBody::StockReceived { .. }
        | EntryBody::StockHeld { .. }
        | EntryBody::HoldReleased { .. }
        | EntryBody::StockMarked { .. }
        | EntryBody::StockUnmarked { .. } => stock::apply(state, entry, verdict),
        EntryBody::RecallIssued { .. } | EntryBody::RecallEnded { .. } => {
            recall::apply(state, entry);
        }
        EntryBody::BillOfMaterialsListed { .. }
        | EntryBody::TrayPacked { .. }
        | EntryBody::TrayUnpacked { .. }
        | EntryBody::TrayChecked { .. } => tray::apply(state, entry, verdict),
        EntryBody::TransferOffered { .. }
        | EntryBody::TransferAnswered { .. }
        | EntryBody::TransferDeclined { .. }
        | EntryBody::TransferCancelled { .. } => transfer::apply(state, entry, verdict),
        EntryBody::CaseScheduled { .. }
        | EntryBody::CaseChanged { .. }
        | EntryBody::CaseDetailsRecorded { .. }
        | EntryBody::CaseRepChanged { .. }
        | EntryBody::CaseCancelled { .. } => case::apply(state, entry),
        EntryBody::UsageRecorded { .. } => usage::apply(state, entry, verdict),
        EntryBody::StockingOrderSubmitted { .. } | EntryBody::FacilityStockRebuilt { .. } => {
            facility::apply(state, entry, verdict);
        }
        EntryBody::StockAdjusted { .. }
        | EntryBody::AdjustmentReviewed { .. }
        | EntryBody::StockCounted { .. }
        | EntryBody::StockDrawn { .. }
        | EntryBody::IdentityCorrected { .. }
        | EntryBody::EntryReversed { .. } => adjust::apply(state, entry, verdict),
        EntryBody::Proposed { .. } | EntryBody::ProposalDeclined { .. } => {
            proposal::apply(state, entry);
        }
        EntryBody::DisputeResolved { .. } => dispute::resolve(state, entry),
        // Its effect is folded in its place.
        EntryBody::ProposalApproved { .. } => {}
        EntryBody::CaseClosed { .. }
        | EntryBody::CaseSigned { .. }
        | EntryBody::PurchaseOrderRecorded { .. }
        | EntryBody::OtherNeedRecorded { .. } => closing::apply(state, entry),
        EntryBody::StockRequested { .. }
        | EntryBody::RequestDeclined { .. }
        | EntryBody::RequestWithdrawn { .. }
        | EntryBody::RequestOffered { .. }
        | EntryBody::StockReturned { .. }
        | EntryBody::DueBackSet { .. }
        | EntryBody::LinkAsked { .. }
        | EntryBody::LinkAnswered { .. } => request::apply(state, entry, verdict),
        EntryBody::Mirrored { .. } => mirror::apply(state, entry, verdict),
        EntryBody::Unknown { lines, cases, .. } => {
            lines.iter().for_each(|line| {
                change_line(state, *line, |line| line.needs_newer_app = true);
            });
            cases.iter().for_each(|case| {
                case::change(state, *case, |case| case.needs_newer_app = true);
            });
        }
    }
}

fn change_device(state: &mut State, id: DeviceId, change: impl FnOnce(&mut Device)) {
    if let Some(mut device) = state.device(id).cloned() {
        change(&mut device);
        state.put_device(device);
    }
}

/// Changes a line that is known; does nothing for another.
fn change_line(state: &mut State, id: LineId, change: impl FnOnce(&mut StockLine)) {
    if let Some(mut line) = state.line(id).cloned() {
        change(&mut line);
        state.put_line(line);
    }
}

/// The places of an entry's lines that the verdict accepts, with the lines.
fn accepted<'a, T>(lines: &'a [T], verdict: &'a Verdict) -> impl Iterator<Item = (u16, &'a T)> {
    places(lines).filter(|(place, _)| *verdict.line(*place) == Outcome::Accepted)
}

/// Lines with their places. No entry that was ever accepted has more than [`u16::MAX`].
fn places<T>(lines: &[T]) -> impl Iterator<Item = (u16, &T)> {
    (0..=u16::MAX).zip(lines)
}

/// The index of the child line that takes what was accepted at `place` of an answer (R10).
pub(crate) fn accepted_child(place: u16) -> u16 {
    place.saturating_mul(2)
}

/// The index of the child line that takes what came damaged at `place` of an answer (R10).
pub(crate) fn damaged_child(place: u16) -> u16 {
    place.saturating_mul(2).saturating_add(1)
}

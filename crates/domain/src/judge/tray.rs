//! Packing a tray, taking out of it, checking it (R6, J9).

use super::context::{Context, held_by};
use super::recall::not_recalled;
use super::stock::shortage;
use super::{Word, per_line, refused};
use crate::authority::{Act, Concern};
use crate::entry::EntryBody;
use crate::refusal::{Reason, Refusal};
use crate::stock::{Claimant, LineRef, StockLine};
use crate::tray::{TrayCount, contents};
use crate::verdict::{Outcome, Verdict};

pub(super) fn judge(context: &Context) -> Word<Verdict> {
    match &context.entry.body {
        EntryBody::BillOfMaterialsListed { .. } => {
            context.allowed(Act::Catalogue, Concern::Organization)?;
            Ok(Verdict::accepted())
        }
        EntryBody::TrayPacked { tray, lines } => {
            let tray = movable(context, tray)?;
            // What it holds would not go along with the outer one.
            not_in_a_tray(context, tray)?;
            let words = lines.iter().map(|line| packed(context, tray, line));
            Ok(per_line(words.collect(), &[]))
        }
        EntryBody::TrayUnpacked { tray, lines } => {
            let tray = movable(context, tray)?;
            let words = lines.iter().map(|line| unpacked(context, tray, line));
            Ok(per_line(words.collect(), &[]))
        }
        EntryBody::TrayChecked { tray, found, .. } => {
            // Counting is a fact (R37): flagged where somebody counts what is not theirs.
            let tray = context.line(*tray)?;
            let may = context.may(Act::Offer, Concern::Custody(tray.custodian));
            let flagged = if may.is_err() {
                &[Reason::NotCustodian][..]
            } else {
                &[]
            };
            let words = found.iter().map(|count| counted(context, tray, count));
            Ok(per_line(words.collect(), flagged))
        }
        _ => Err(refused(Reason::Malformed)),
    }
}

/// A tray that its custodian has at hand: not on its way to somebody.
fn movable<'a>(context: &Context<'a>, named: &LineRef) -> Word<&'a StockLine> {
    let tray = context.readable_line(named.line)?;
    context.allowed(Act::Offer, Concern::Custody(tray.custodian))?;
    if tray.identity.serial.is_none() {
        return Err(refuse(Reason::NotATray, tray));
    }
    context.head(tray, named.head)?;
    not_offered(tray)?;
    Ok(tray)
}

fn refuse(reason: Reason, line: &StockLine) -> Outcome {
    Outcome::Refused(held_by(Refusal::new(reason).line(line.id), line))
}

/// While a tray is in an offer, nothing goes in or out, and nothing in it is promised (R2).
fn not_offered(tray: &StockLine) -> Word {
    let offered = tray.claims.iter().find_map(|claim| match claim.by {
        Claimant::Offer(transfer) => Some(transfer),
        _ => None,
    });
    match offered {
        None => Ok(()),
        Some(transfer) => Err(Outcome::Refused(
            Refusal::new(Reason::Offered).line(tray.id).entry(transfer),
        )),
    }
}

fn packed(context: &Context, tray: &StockLine, wanted: &LineRef) -> Word<Vec<Reason>> {
    let line = context.readable_line(wanted.line)?;
    context.head(line, wanted.head)?;
    not_recalled(context, line)?;
    not_in_a_tray(context, line)?;
    if line.custodian != tray.custodian {
        return Err(refuse(Reason::NotCustodian, line));
    }
    // A tray in a tray would be two lines in one movement.
    if line.id == tray.id || context.state.tray(line.id).is_some() {
        return Err(refuse(Reason::InTray, line));
    }
    if line.facility_stock_at().is_some() {
        return Err(refuse(Reason::FacilityStockStays, line));
    }
    if wanted.quantity > line.free() {
        let refusal = shortage(line, None, wanted.quantity, line.free());
        return Err(Outcome::Refused(refusal));
    }
    Ok(Vec::new())
}

fn unpacked(context: &Context, tray: &StockLine, wanted: &LineRef) -> Word<Vec<Reason>> {
    let line = context.readable_line(wanted.line)?;
    context.head(line, wanted.head)?;
    if context.state.tray_of(line.id).map(|tray| tray.line) != Some(tray.id) {
        return Err(refuse(Reason::LineChanged, line));
    }
    // Also what is held comes out: that is how a damaged piece leaves a tray.
    if wanted.quantity > line.quantity {
        let refusal = shortage(line, None, wanted.quantity, line.quantity);
        return Err(Outcome::Refused(refusal));
    }
    Ok(Vec::new())
}

fn counted(context: &Context, tray: &StockLine, count: &TrayCount) -> Word<Vec<Reason>> {
    let line = context.line(count.line)?;
    let inside = context.state.tray_of(line.id).map(|tray| tray.line) == Some(tray.id);
    let as_recorded = inside && count.found <= line.quantity;
    Ok(if as_recorded {
        Vec::new()
    } else {
        vec![Reason::LineChanged]
    })
}

/// What lies in a tray is offered, marked and sold with the tray only: taken out first (R6).
pub(super) fn not_in_a_tray(context: &Context, line: &StockLine) -> Word {
    match context.state.tray_of(line.id) {
        None => Ok(()),
        Some(tray) => Err(Outcome::Refused(
            Refusal::new(Reason::InTray)
                .line(line.id)
                .entry(tray.line.entry),
        )),
    }
}

/// A packed tray goes with what is in it, or not at all: where that cannot be, it is taken out
/// first (R6).
pub(super) fn not_packed(context: &Context, line: &StockLine) -> Word {
    let packed = context.state.tray(line.id);
    match packed.filter(|tray| !tray.contents.is_empty()) {
        Some(_) => Err(refuse(Reason::InTray, line)),
        None => Ok(()),
    }
}

/// R29: a recall stops what lies in a tray too, so that the tray goes without it or goes back.
pub(super) fn nothing_recalled_inside(context: &Context, line: &StockLine) -> Word {
    contents(context.state, line.id)
        .into_iter()
        .try_for_each(|inside| not_recalled(context, inside))
}

/// What may be marked in a tray must not be on its way with it.
pub(super) fn tray_at_hand(context: &Context, line: &StockLine) -> Word {
    match context.state.tray_of(line.id) {
        None => Ok(()),
        Some(tray) => not_offered(context.line(tray.line)?),
    }
}

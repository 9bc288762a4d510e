//! Trays: what goes in, comes out, is counted, and goes along (R6).

use super::rejection::moves_itself;
use super::{accepted, change_line};
use crate::Text;
use crate::entry::{Entry, EntryBody};
use crate::id::{CaseId, LineId};
use crate::state::State;
use crate::stock::{Claimant, Custodian, LineRef, StockLine};
use crate::tray::{BillOfMaterials, Tray, TrayCheck, TrayCount, add_missing};
use crate::verdict::Verdict;

/// Why pieces that a check did not find are on hold.
const MISSING: &str = "missing at the tray check";

pub(super) fn apply(state: &mut State, entry: &Entry, verdict: &Verdict) {
    match &entry.body {
        EntryBody::BillOfMaterialsListed { product, needs } => {
            state.put_bill_of_materials(BillOfMaterials {
                product: product.clone(),
                needs: needs.clone(),
            });
        }
        EntryBody::TrayPacked { tray, lines } => {
            let mut known = tray_at(state, tray.line);
            for (place, line) in accepted(lines, verdict) {
                if let Some(inside) = part(state, entry, place, line) {
                    known.contents.push(inside);
                }
            }
            state.put_tray(known);
            change_line(state, tray.line, |line| line.advance(entry.id));
        }
        EntryBody::TrayUnpacked { tray, lines } => {
            let mut known = tray_at(state, tray.line);
            for (place, line) in accepted(lines, verdict) {
                let taken = part(state, entry, place, line);
                let empty = |inside: &LineId| {
                    taken == Some(*inside)
                        || (*inside == line.line
                            && state.line(*inside).is_none_or(|line| line.quantity == 0))
                };
                known.contents.retain(|inside| !empty(inside));
            }
            state.put_tray(known);
            change_line(state, tray.line, |line| line.advance(entry.id));
        }
        EntryBody::TrayChecked { tray, found, note } => {
            check(state, entry, *tray, found, note, verdict);
        }
        _ => {}
    }
}

fn tray_at(state: &State, line: LineId) -> Tray {
    state.tray(line).cloned().unwrap_or(Tray {
        line,
        contents: Vec::new(),
        checked: None,
    })
}

/// The line that is what was named: itself where it has a serial, else a child (R10).
fn part(state: &mut State, entry: &Entry, place: u16, named: &LineRef) -> Option<LineId> {
    let mut line = state.line(named.line)?.clone();
    if moves_itself(&line.identity) {
        return Some(line.id);
    }
    let quantity = named.quantity.min(line.quantity);
    let staying = line.quantity - quantity;
    let id = LineId {
        entry: entry.id,
        index: place,
    };
    let mut child = StockLine {
        id,
        parent: Some(line.id),
        quantity,
        claims: Vec::new(),
        hold: None,
        disputed: 0,
        head: entry.id,
        past_heads: Vec::new(),
        ..line.clone()
    };
    // A hold lies first on what stays behind; the rest of it goes along (R39).
    if let Some(hold) = &line.hold {
        child.put_on_hold(hold.quantity.saturating_sub(staying), &hold.reason, hold.by);
    }
    line.take(quantity, entry.id);
    state.put_line(line);
    state.put_line(child);
    Some(id)
}

fn check(
    state: &mut State,
    entry: &Entry,
    tray: LineId,
    found: &[TrayCount],
    note: &Text,
    verdict: &Verdict,
) {
    let mut missing = Vec::new();
    for (_, count) in accepted(found, verdict) {
        let Some(line) = state.line(count.line).cloned() else {
            continue;
        };
        // What lies elsewhere was flagged; it is not this tray's to hold.
        if state.tray_of(line.id).map(|inside| inside.line) != Some(tray) {
            continue;
        }
        let sound = line.quantity - line.held().min(line.quantity);
        let lacking = sound.saturating_sub(count.found);
        if lacking > 0 {
            add_missing(&mut missing, &line.identity.product, lacking);
            change_line(state, line.id, |line| {
                line.put_on_hold(lacking, &MISSING.into(), entry.id);
            });
        }
    }
    state.put_tray(Tray {
        checked: Some(TrayCheck {
            by: (entry.actor, entry.occurred_at),
            missing,
            note: note.clone(),
        }),
        ..tray_at(state, tray)
    });
}

/// Takes a line that a resolution moves out of its tray: the tray stays where it is.
pub(super) fn leave(state: &mut State, entry: &Entry, line: LineId) {
    let Some(mut known) = state.tray_of(line).cloned() else {
        return;
    };
    known.contents.retain(|inside| *inside != line);
    let tray = known.line;
    state.put_tray(known);
    change_line(state, tray, |tray| tray.advance(entry.id));
}

/// What lies in a tray goes where the tray went. What was kept for other cases is kept no longer.
pub(super) fn go_along(
    state: &mut State,
    entry: &Entry,
    tray: LineId,
    to: Custodian,
    reserved_for: Option<CaseId>,
) {
    let inside = state.tray(tray).map(|tray| tray.contents.clone());
    for line in inside.unwrap_or_default() {
        change_line(state, line, |line| {
            line.custodian = to;
            line.location = Text::from("");
            line.advance(entry.id);
            line.claims.retain(|claim| match claim.by {
                Claimant::Mark(case) | Claimant::Reservation(case) => Some(case) == reserved_for,
                Claimant::Offer(_) => false,
            });
        });
    }
}

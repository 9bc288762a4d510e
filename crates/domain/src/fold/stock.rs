//! Stock that came in, was held, released, marked.

use super::{accepted, change_line};
use crate::entry::{Entry, EntryBody, ReceivedLine};
use crate::id::LineId;
use crate::state::State;
use crate::stock::{Claimant, Custodian, StockLine};
use crate::verdict::Verdict;

pub(super) fn apply(state: &mut State, entry: &Entry, verdict: &Verdict) {
    match &entry.body {
        EntryBody::StockReceived {
            custodian, lines, ..
        } => {
            for (place, received) in accepted(lines, verdict) {
                state.put_line(new_line(entry, place, *custodian, received));
            }
        }
        EntryBody::StockHeld { lines, reason } => {
            for (_, held) in accepted(lines, verdict) {
                change_line(state, held.line, |line| {
                    line.put_on_hold(held.quantity, reason, entry.id)
                });
            }
        }
        EntryBody::HoldReleased { lines, .. } => {
            for (_, held) in accepted(lines, verdict) {
                change_line(state, held.line, |line| line.release_hold(held.quantity));
            }
        }
        EntryBody::StockMarked { case, lines } => {
            for (_, marked) in accepted(lines, verdict) {
                change_line(state, marked.line, |line| {
                    // What was reserved and can be used here now is marked first.
                    line.unclaim(Claimant::Reservation(*case), marked.quantity);
                    line.claim(Claimant::Mark(*case), marked.quantity);
                });
            }
        }
        EntryBody::StockUnmarked { case, lines } => {
            for (_, marked) in accepted(lines, verdict) {
                change_line(state, marked.line, |line| {
                    line.unkeep(*case, marked.quantity)
                });
            }
        }
        _ => {}
    }
}

pub(super) fn new_line(
    entry: &Entry,
    place: u16,
    custodian: Custodian,
    received: &ReceivedLine,
) -> StockLine {
    StockLine {
        id: LineId {
            entry: entry.id,
            index: place,
        },
        parent: None,
        replaces: None,
        identity: received.identity.clone(),
        quantity: received.quantity,
        custodian,
        title: received.title.clone(),
        location: received.location.clone(),
        claims: Vec::new(),
        hold: None,
        disputed: 0,
        head: entry.id,
        past_heads: Vec::new(),
        needs_newer_app: false,
    }
}

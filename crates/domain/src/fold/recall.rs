//! Recalls: what they cover goes on hold, now and whenever it comes in (R29).

use super::change_line;
use crate::Text;
use crate::entry::{Entry, EntryBody};
use crate::id::LineId;
use crate::recall::{Recall, covering, reach};
use crate::state::State;

pub(super) fn apply(state: &mut State, entry: &Entry) {
    match &entry.body {
        EntryBody::RecallIssued { what, reason } => {
            let on_hand = reach(state, what).on_hand;
            let reached: Vec<_> = on_hand.into_iter().map(|line| line.id).collect();
            state.put_recall(Recall {
                id: entry.id,
                what: what.clone(),
                reason: reason.clone(),
                issued_by: (entry.actor, entry.occurred_at),
                ended_by: None,
            });
            for line in reached {
                hold_all(state, line, reason, entry);
            }
        }
        // What it put on hold stays there until somebody has reviewed it (R4).
        EntryBody::RecallEnded { recall, .. } => {
            if let Some(recall) = state.recall(*recall).cloned() {
                state.put_recall(Recall {
                    ended_by: Some((entry.actor, entry.occurred_at)),
                    ..recall
                });
            }
        }
        _ => {}
    }
}

/// Holds what an entry brought in, where a recall covers it.
pub(super) fn meet(state: &mut State, entry: &Entry) {
    if !state.has_recalls() {
        return;
    }
    let covered: Vec<_> = state
        .lines_made_by(entry.id)
        .filter_map(|line| {
            let recall = covering(state, &line.identity)?;
            Some((line.id, recall.reason.clone(), recall.id))
        })
        .collect();
    for (line, reason, recall) in covered {
        change_line(state, line, |line| {
            line.put_on_hold(line.quantity, &reason, recall);
        });
    }
}

fn hold_all(state: &mut State, line: LineId, reason: &Text, entry: &Entry) {
    change_line(state, line, |line| {
        line.put_on_hold(line.quantity, reason, entry.id);
    });
}

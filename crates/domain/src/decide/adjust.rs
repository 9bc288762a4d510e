//! Adjustments, counts, corrected identities, shared accounts and reversals, as they are recorded.

use super::body::{known_line, line_ref, line_refs};
use crate::Text;
use crate::adjust;
use crate::command::Command;
use crate::entry::{Count, EntryBody, ReceivedLine};
use crate::id::LineId;
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::{Custodian, LineRef};

pub(super) fn bodies(state: &State, command: Command) -> Result<Vec<EntryBody>, Refusal> {
    let body = match command {
        Command::AdjustStock {
            custodian,
            away,
            found,
            reason,
        } => EntryBody::StockAdjusted {
            custodian,
            away: line_refs(state, &away)?,
            found,
            reason,
        },
        Command::ReviewAdjustment { adjustment, note } => {
            EntryBody::AdjustmentReviewed { adjustment, note }
        }
        Command::CountStock {
            custodian,
            counted,
            note,
        } => return counted_bodies(state, custodian, &counted, note),
        Command::DrawStock {
            from,
            to,
            lines,
            note,
        } => EntryBody::StockDrawn {
            from,
            to,
            lines: line_refs(state, &lines)?,
            note,
        },
        Command::CorrectIdentity {
            line,
            quantity,
            identity,
            reason,
        } => EntryBody::IdentityCorrected {
            stock: line_ref(known_line(state, line)?, quantity),
            identity,
            reason,
        },
        Command::Undo { entry, was, reason } => {
            let Some((kind, case)) = adjust::kind_of(&was) else {
                return Err(Refusal::new(Reason::NeverReversed).entry(entry));
            };
            let named: &[LineRef] = match &*was {
                EntryBody::StockMarked { lines, .. } | EntryBody::StockHeld { lines, .. } => lines,
                _ => &[],
            };
            EntryBody::EntryReversed {
                entry,
                kind,
                case,
                undo: adjust::undo_of(state, entry, (kind, case), named)?,
                reason,
            }
        }
        _ => return Err(Refusal::new(Reason::Malformed)),
    };
    Ok(vec![body])
}

/// The count, and beside it the adjustment of what differs.
fn counted_bodies(
    state: &State,
    custodian: Custodian,
    counted: &[(LineId, u32)],
    note: Text,
) -> Result<Vec<EntryBody>, Refusal> {
    let mut counts = Vec::with_capacity(counted.len());
    let mut away = Vec::new();
    let mut found = Vec::new();
    for (id, counted) in counted {
        let line = known_line(state, *id)?;
        counts.push(Count {
            line: *id,
            expected: line.quantity,
            counted: *counted,
        });
        if *counted < line.quantity {
            away.push(line_ref(line, line.quantity - counted));
        } else if *counted > line.quantity {
            found.push(ReceivedLine {
                identity: line.identity.clone(),
                quantity: counted - line.quantity,
                title: line.title.clone(),
                location: line.location.clone(),
            });
        }
    }
    let differs = !away.is_empty() || !found.is_empty();
    let adjusted = differs.then(|| EntryBody::StockAdjusted {
        custodian,
        away,
        found,
        reason: note.clone(),
    });
    let count = EntryBody::StockCounted {
        custodian,
        counted: counts,
        note,
    };
    Ok(std::iter::once(count).chain(adjusted).collect())
}

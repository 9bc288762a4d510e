//! Cases that are closed, signed and billed, and the checklist beside them.

use super::case::{change, let_go};
use crate::case::{Case, CaseStatus, Closing, OtherNeed, PurchaseOrder, Signature};
use crate::entry::{Entry, EntryBody};
use crate::state::State;

pub(super) fn apply(state: &mut State, entry: &Entry) {
    let by = (entry.actor, entry.occurred_at);
    match &entry.body {
        EntryBody::CaseClosed { case, lines, .. } => {
            change(state, *case, |case| {
                case.status = CaseStatus::Closed;
                case.closing = Some(Closing { lines: *lines, by });
                head(case, entry);
            });
            // What was not used stays with its custodian and is free again (R17).
            let_go(state, *case);
        }
        EntryBody::CaseSigned {
            case,
            lines,
            side,
            name,
            meaning,
            drawing,
        } => change(state, *case, |case| {
            case.signatures.push(Signature {
                entry: entry.id,
                lines: *lines,
                side: *side,
                name: name.clone(),
                meaning: meaning.clone(),
                drawing: drawing.clone(),
                by,
            });
        }),
        EntryBody::PurchaseOrderRecorded { case, number, .. } => change(state, *case, |case| {
            let since = case.order.as_ref().map_or(by.1, |order| order.since);
            case.order = Some(PurchaseOrder {
                number: number.clone(),
                since,
            });
            case.status = if number.is_empty() {
                CaseStatus::AwaitingPurchaseOrder
            } else {
                CaseStatus::Complete
            };
            head(case, entry);
        }),
        EntryBody::OtherNeedRecorded {
            case,
            what,
            who,
            done,
        } => {
            change(state, *case, |case| {
                let need = OtherNeed {
                    what: what.clone(),
                    who: who.clone(),
                    done: *done,
                    by: entry.actor,
                };
                match case
                    .other_needs
                    .iter_mut()
                    .find(|known| known.what == *what)
                {
                    Some(known) => *known = need,
                    None => case.other_needs.push(need),
                }
            });
        }
        _ => {}
    }
}

fn head(case: &mut Case, entry: &Entry) {
    case.head = entry.id;
    case.head_by = entry.actor;
}

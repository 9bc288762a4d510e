//! What is recorded of a request, of what a warehouse makes of it, and of a return.

use super::body::{Body, merged, offered_lines};
use crate::command::{Author, Command};
use crate::entry::EntryBody;
use crate::id::{CaseId, LineId};
use crate::order;
use crate::refusal::{Reason, Refusal};
use crate::request::Wanted;
use crate::state::State;

pub(super) fn body(state: &State, author: &Author, command: Command) -> Body {
    let lines_for = |lines: Vec<(LineId, u32)>, case: Option<CaseId>| {
        let lines: Vec<_> = lines
            .into_iter()
            .map(|(line, quantity)| (line, quantity, case))
            .collect();
        offered_lines(state, &lines)
    };
    Ok(match command {
        Command::RequestStock { from, wanted } => EntryBody::StockRequested {
            from,
            wanted: Wanted {
                needs: merged(wanted.needs),
                ..wanted
            },
        },
        Command::DeclineRequest { request, reason } => {
            EntryBody::RequestDeclined { request, reason }
        }
        Command::WithdrawRequest { request } => EntryBody::RequestWithdrawn { request },
        Command::OfferForRequest {
            request,
            lines,
            due_back,
            travel,
            note,
        } => {
            let asked = state
                .request(request)
                .ok_or_else(|| Refusal::new(Reason::Unknown).entry(request))?;
            let at_home = asked.by == author.organization;
            EntryBody::RequestOffered {
                request,
                lines: lines_for(lines, asked.wanted.case.filter(|_| at_home))?,
                due_back,
                travel,
                note,
            }
        }
        Command::ReturnStock {
            from,
            to,
            lines,
            reason,
            travel,
        } => EntryBody::StockReturned {
            from,
            to,
            lines: lines_for(lines, None)?,
            reason,
            travel,
        },
        Command::SetDueBack {
            mut lines,
            due_back,
            reason,
        } => {
            order::sort_by(&mut lines, &Ord::cmp);
            lines.dedup();
            EntryBody::DueBackSet {
                lines,
                due_back,
                reason,
            }
        }
        _ => return Err(Refusal::new(Reason::Malformed)),
    })
}

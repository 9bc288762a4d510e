//! Proposals and their answers (R41).

use crate::entry::{Entry, EntryBody};
use crate::id::EntryId;
use crate::proposal::{Proposal, ProposalStatus};
use crate::state::State;

pub(super) fn apply(state: &mut State, entry: &Entry) {
    match &entry.body {
        EntryBody::Proposed { .. } => state.put_proposal(Proposal {
            entry: entry.clone(),
            status: ProposalStatus::Open,
        }),
        EntryBody::ProposalDeclined { proposal, reason } => {
            let status = ProposalStatus::Declined(entry.actor, entry.occurred_at, reason.clone());
            end(state, *proposal, status);
        }
        _ => {}
    }
}

/// Notes an approval; its effect is folded beside.
pub(super) fn approve(state: &mut State, entry: &Entry, proposal: EntryId) {
    let status = ProposalStatus::Approved(entry.actor, entry.occurred_at);
    end(state, proposal, status);
}

fn end(state: &mut State, proposal: EntryId, status: ProposalStatus) {
    if let Some(known) = state.proposal(proposal).cloned() {
        state.put_proposal(Proposal { status, ..known });
    }
}

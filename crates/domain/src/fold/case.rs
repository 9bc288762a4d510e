//! Cases: scheduled, changed, handed to another rep, cancelled.

use super::change_line;
use super::transfer::keeping;
use crate::case::{Case, CaseStatus, CoverChoice};
use crate::entry::{Entry, EntryBody};
use crate::id::{CaseId, LineId};
use crate::state::State;

pub(super) fn apply(state: &mut State, entry: &Entry) {
    match &entry.body {
        EntryBody::CaseScheduled { .. } => schedule(state, entry),
        EntryBody::CaseChanged { case, facility, .. } => {
            change(state, *case, |case| replan(case, &entry.body));
            if facility.is_some() {
                drop_facility_stock_elsewhere(state, *case);
            }
        }
        EntryBody::CaseDetailsRecorded { case, details } => {
            change(state, *case, |case| case.details = Some(details.clone()));
        }
        EntryBody::CaseRepChanged {
            case, rep, cover, ..
        } => {
            change(state, *case, |case| {
                case.rep_before = Some(case.rep);
                case.rep = *rep;
                case.cover = cover.clone();
                case.rep_since = entry.occurred_at;
                case.head = entry.id;
                case.head_by = entry.actor;
            });
            keep_for_new_rep(state, *case);
        }
        EntryBody::CaseCancelled { case, .. } => {
            change(state, *case, |case| {
                case.status = CaseStatus::Cancelled;
                case.head = entry.id;
                case.head_by = entry.actor;
            });
            let_go(state, *case);
        }
        _ => {}
    }
}

fn schedule(state: &mut State, entry: &Entry) {
    let EntryBody::CaseScheduled {
        facility,
        starts_at,
        utc_offset_min,
        room,
        rep,
        needs,
    } = &entry.body
    else {
        return;
    };
    state.put_case(Case {
        id: entry.id,
        facility: *facility,
        starts_at: *starts_at,
        utc_offset_min: *utc_offset_min,
        room: room.clone(),
        rep: *rep,
        rep_since: entry.occurred_at,
        rep_before: None,
        cover: CoverChoice::default(),
        needs: needs.clone(),
        status: CaseStatus::Scheduled,
        usage: Vec::new(),
        details: None,
        closing: None,
        signatures: Vec::new(),
        order: None,
        other_needs: Vec::new(),
        head: entry.id,
        head_by: entry.actor,
        needs_newer_app: false,
    });
}

/// Each field that the change names, and no other (R40).
fn replan(case: &mut Case, change: &EntryBody) {
    let EntryBody::CaseChanged {
        facility,
        starts_at,
        room,
        needs,
        ..
    } = change
    else {
        return;
    };
    case.facility = facility.unwrap_or(case.facility);
    if let Some((starts_at, offset)) = starts_at {
        case.starts_at = *starts_at;
        case.utc_offset_min = *offset;
    }
    if let Some(room) = room {
        case.room = room.clone();
    }
    if let Some(needs) = needs {
        case.needs = needs.clone();
    }
}

/// Changes a case that is known; does nothing for another.
pub(super) fn change(state: &mut State, id: CaseId, change: impl FnOnce(&mut Case)) {
    if let Some(mut case) = state.case(id).cloned() {
        change(&mut case);
        state.put_case(case);
    }
}

/// Drops every mark and reservation of a case.
pub(super) fn let_go(state: &mut State, case: CaseId) {
    for line in kept_lines(state, case) {
        change_line(state, line, |line| line.unkeep(case, u32::MAX));
    }
}

fn kept_lines(state: &State, case: CaseId) -> Vec<LineId> {
    state.lines_kept_for(case).map(|line| line.id).collect()
}

/// Marks that the new rep cannot use become reservations, and the other way round (R16).
fn keep_for_new_rep(state: &mut State, case: CaseId) {
    let Some(case) = state.case(case).cloned() else {
        return;
    };
    for id in kept_lines(state, case.id) {
        let Some(mut line) = state.line(id).cloned() else {
            continue;
        };
        let kept = line.kept_for(case.id);
        let claimant = keeping(state, &line, &case);
        line.unkeep(case.id, kept);
        line.claim(claimant, kept);
        state.put_line(line);
    }
}

/// Facility Stock is used only at its facility (R21): marks on it do not move with the case.
fn drop_facility_stock_elsewhere(state: &mut State, case: CaseId) {
    let Some(facility) = state.case(case).map(|case| case.facility) else {
        return;
    };
    for id in kept_lines(state, case) {
        change_line(state, id, |line| {
            if line.facility_stock_at().is_some_and(|at| at != facility) {
                line.unkeep(case, u32::MAX);
            }
        });
    }
}

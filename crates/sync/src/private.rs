//! The private part of a case leaves a phone with the right to see it (R36).
//!
//! A phone gets private parts only of cases that its person may plan. When a case changes hands,
//! or its place, or the person's own record does, what may no longer be seen goes from the base at
//! once, and the caller writes a new generation soon, so that it goes from the store too.

use baton_domain::authority::may_see_details;
use baton_domain::case::Case;
use baton_domain::id::{CaseId, PersonId};
use baton_domain::{EntryBody, State};

/// True for an entry after which a private part may be out of sight.
pub(crate) fn may_hide(body: &EntryBody) -> bool {
    matches!(
        body.effect(),
        EntryBody::CaseRepChanged { .. }
            | EntryBody::CaseChanged { .. }
            | EntryBody::PersonRecorded(_)
            | EntryBody::FacilityRecorded(_)
            | EntryBody::DisputeResolved { .. }
    )
}

/// Takes away what `person` may not see; true where there was something.
pub(crate) fn hide(state: &mut State, person: PersonId) -> bool {
    let hidden: Vec<CaseId> = state
        .cases()
        .filter(|case| case.details.is_some())
        .map(|case| case.id)
        .filter(|case| !may_see_details(state, person, *case))
        .collect();
    for case in &hidden {
        if let Some(case) = state.case(*case).cloned() {
            state.put_case(Case {
                details: None,
                ..case
            });
        }
    }
    !hidden.is_empty()
}

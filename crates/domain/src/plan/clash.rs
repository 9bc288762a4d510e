//! Other cases of a rep, and how near somebody is to a case.

use crate::case::Case;
use crate::id::{CaseId, PersonId};
use crate::state::State;
use crate::stock::Custodian;

/// Minutes around the beginning of a case in which another case of the same rep is a clash.
const WINDOW_MIN: i64 = 3 * 60;

/// The other open cases of a rep that begin at about the same time as `case`.
pub fn clashes(state: &State, case: &Case, rep: PersonId) -> Vec<CaseId> {
    let here = minute(case);
    state
        .open_cases_of(rep)
        .filter(|other| other.id != case.id && (minute(other) - here).abs() < WINDOW_MIN)
        .map(|other| other.id)
        .collect()
}

/// Instants, not wall times: two facilities may lie in different zones.
fn minute(case: &Case) -> i64 {
    i64::from(case.starts_at.date.to_days()) * 24 * 60 + i64::from(case.starts_at.minute)
        - i64::from(case.utc_offset_min)
}

/// How far a holder is from a case by what is known: 0 covers a case at the same facility, 1 the
/// same region, 2 elsewhere, 3 somebody who no longer works here.
pub(super) fn nearness(state: &State, case: &Case, holder: Custodian) -> u8 {
    let region = state
        .facility(case.facility)
        .and_then(|facility| facility.region.as_ref());
    let same = |theirs: Option<&crate::Text>| u8::from(region.is_none() || theirs != region) + 1;
    match holder {
        Custodian::Person(person) => {
            let mut cases = state.open_cases_of(person);
            match state.person(person) {
                Some(known) if known.active => {
                    if cases.any(|other| other.id != case.id && other.facility == case.facility) {
                        0
                    } else {
                        same(known.region.as_ref())
                    }
                }
                _ => 3,
            }
        }
        Custodian::Pool(pool) => same(state.pool(pool).and_then(|pool| pool.region.as_ref())),
        Custodian::Warehouse(_) => 3,
    }
}

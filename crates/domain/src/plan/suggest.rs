//! Who could take a case, the best first, and why.

use super::allocate::Allocation;
use super::clash::{clashes, nearness};
use super::survey::Survey;
use super::{Source, Wish};
use crate::id::{CaseId, PersonId};
use crate::order;
use crate::query;
use crate::state::State;
use crate::stock::Custodian;

/// Somebody who could take a case, with what speaks for and against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Who.
    pub rep: PersonId,
    /// Pieces that nobody here has: short, or only to be had from a warehouse.
    pub missing: u32,
    /// Transfers, links, rebuilds, requests and creations that it takes.
    pub movements: u32,
    /// Pieces that this rep could use at once.
    pub at_hand: u32,
    /// Other cases of this rep at about the same time.
    pub clashes: Vec<CaseId>,
    /// How near: 0 covers a case at the same facility, 1 the same region, 2 elsewhere.
    pub nearness: u8,
}

/// Everybody who could take a case instead of who covers it, the best first: fewest missing, then
/// fewest movements, then no clash, then the nearest, then by name.
pub fn suggest_cover(state: &State, case: CaseId, wish: Wish) -> Vec<Suggestion> {
    let Some(case) = state.case(case) else {
        return Vec::new();
    };
    let survey = Survey::new(state, case, wish);
    let mut found: Vec<Suggestion> = query::reps(state)
        .filter(|person| person.id != case.rep)
        .map(|person| suggestion(&survey, person.id))
        .collect();
    order::sort_by(&mut found, &|left, right| {
        let rank = |found: &Suggestion| {
            (
                found.missing,
                found.movements,
                !found.clashes.is_empty(),
                found.nearness,
            )
        };
        let name = |found: &Suggestion| state.person(found.rep).map(|person| &*person.name);
        rank(left)
            .cmp(&rank(right))
            .then_with(|| name(left).cmp(&name(right)))
    });
    found
}

fn suggestion(survey: &Survey, rep: PersonId) -> Suggestion {
    let mut found = Suggestion {
        rep,
        missing: 0,
        movements: 0,
        at_hand: 0,
        clashes: clashes(survey.state, survey.case, rep),
        nearness: nearness(survey.state, survey.case, Custodian::Person(rep)),
    };
    let mut moves: Vec<Source> = Vec::new();
    for share in Allocation::brief(survey, rep).shares {
        found.missing += share.short;
        for portion in share.taken {
            if portion.source.is_usable_now() {
                found.at_hand += portion.quantity;
            } else if !moves.contains(&portion.source)
                && !matches!(portion.source, Source::Arriving(_))
            {
                moves.push(portion.source);
            }
            if !portion.source.is_sure() {
                found.missing += portion.quantity;
            }
        }
    }
    found.movements = moves.len() as u32;
    found
}

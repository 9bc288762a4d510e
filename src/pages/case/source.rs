//! Which stock a case may draw on, in the order in which a person should see it.

use crate::pages::stock::Needle;
use baton_domain::State;
use baton_domain::case::Case;
use baton_domain::id::LineId;
use baton_domain::query::{UsableLine, shared_accounts, usable, usable_for_case, used_in_case};
use baton_domain::stock::Custodian;

/// Candidates shown at most; a search narrows them.
pub const CANDIDATES_MAX: usize = 40;

/// Everything usable for a case that a search fits: what is kept for the case first, then what
/// the case needs, then the rest. An empty search lists what is kept and needed only.
pub fn candidates(state: &State, case: &Case, needle: &Needle) -> Vec<UsableLine> {
    let mut found: Vec<UsableLine> = Vec::new();
    for need in &case.needs {
        found.extend(usable_for_case(state, case.id, &need.product));
    }
    for line in state.lines_kept_for(case.id) {
        found.extend(usable(state, line, case));
    }
    if !needle.is_empty() {
        let mut holders = vec![Custodian::Person(case.rep)];
        holders.extend(shared_accounts(state, case.rep));
        for holder in holders {
            found.extend(
                state
                    .lines_held_by(holder)
                    .filter_map(|line| usable(state, line, case)),
            );
        }
    }
    let mut fitting = needle.over(state);
    let mut seen: Vec<LineId> = Vec::new();
    found.retain(|candidate| {
        let fits = state
            .line(candidate.line)
            .is_some_and(|line| fitting.fits(line));
        let new = fits && !seen.contains(&candidate.line);
        if new {
            seen.push(candidate.line);
        }
        new
    });
    // The sort is stable: within each group the domain's order (what expires first) stands.
    found.sort_by_key(|candidate| candidate.kept == 0);
    found.truncate(CANDIDATES_MAX);
    found
}

/// How many pieces to mark of each line so that the needs are met, as far as they can be.
pub fn proposal(state: &State, case: &Case) -> Vec<(LineId, u32)> {
    let mut proposed = Vec::new();
    for need in &case.needs {
        let lines = usable_for_case(state, case.id, &need.product);
        let kept: u32 = lines.iter().map(|line| line.kept).sum();
        let used = used_in_case(case, &need.product);
        let mut open = need.quantity.saturating_sub(used).saturating_sub(kept);
        for line in lines {
            let quantity = open.min(line.quantity.saturating_sub(line.kept));
            if quantity > 0 {
                proposed.push((line.line, quantity));
                open -= quantity;
            }
        }
    }
    proposed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{case_on, line, line_id, person, product, state_with_cases};
    use baton_domain::case::Need;
    use baton_domain::product::ProductId;
    use baton_domain::stock::{Claim, Claimant};
    use baton_domain::time::Date;

    const SCREW: &str = "00614950000203";

    fn world() -> (State, Case) {
        let mut case = case_on(1, "2026-11-23", 600);
        case.needs = vec![Need {
            product: ProductId::new(SCREW).expect("an id"),
            quantity: 8,
        }];
        let mut state = state_with_cases(std::slice::from_ref(&case));
        state.put_product(product(SCREW, "Locking screw"));
        let holder = Custodian::Person(person(1));
        let mut marked = line(2, SCREW, "A2", 3, holder);
        marked.claims.push(Claim {
            by: Claimant::Mark(case.id),
            quantity: 3,
        });
        state.put_line(line(1, SCREW, "A1", 4, holder));
        state.put_line(marked);
        state.put_line(line(3, SCREW, "A3", 9, Custodian::Person(person(2))));
        (state, case)
    }

    #[test]
    fn what_is_kept_for_the_case_comes_first_and_other_peoples_stock_never() {
        let (state, case) = world();
        let today = Date::new(2026, 11, 23).expect("a date");
        let found = candidates(&state, &case, &Needle::new("", today));
        let lines: Vec<_> = found.iter().map(|candidate| candidate.line).collect();
        assert_eq!(lines, [line_id(2), line_id(1)]);
        let found = candidates(&state, &case, &Needle::new("a1", today));
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_proposal_fills_up_what_is_not_kept_yet_and_no_more_than_there_is() {
        let (state, case) = world();
        assert_eq!(proposal(&state, &case), [(line_id(1), 4)]);
    }
}

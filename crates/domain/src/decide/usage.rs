//! Uses as they are recorded (R14, R37): from the line where it can be taken from, and from
//! elsewhere where it cannot.

use super::body::{known_line, seen_head};
use crate::Text;
use crate::case::{Case, UseStatus};
use crate::command::{Author, UseSource, WantedUse};
use crate::entry::UsedLine;
use crate::id::PersonId;
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::{Custodian, StockLine};
use crate::{authority, query};

pub(super) fn used_lines(
    state: &State,
    author: &Author,
    case: &Case,
    wanted: Vec<WantedUse>,
) -> Result<Vec<UsedLine>, Refusal> {
    let mut used: Vec<UsedLine> = Vec::with_capacity(wanted.len());
    for WantedUse {
        source,
        quantity,
        status,
    } in wanted
    {
        match source {
            UseSource::Line(id) => {
                let line = known_line(state, id)?;
                if quantity == 0 {
                    return Err(Refusal::new(Reason::Malformed).line(id));
                }
                let left = left_on(line, &used);
                let from_line = match (
                    releases(state, author.person, case, line),
                    status.leaves_the_shelf(),
                ) {
                    (false, _) => 0,
                    (true, true) => quantity.min(left),
                    (true, false) => quantity,
                };
                used.extend(use_of(line, from_line, status));
                used.extend(use_from_elsewhere(
                    state,
                    line,
                    quantity - from_line,
                    status,
                ));
            }
            UseSource::Elsewhere {
                identity,
                presumed_holder,
            } => {
                used.push(UsedLine {
                    line: None,
                    head: None,
                    identity,
                    quantity,
                    status,
                    presumed_holder,
                });
            }
        }
    }
    Ok(used)
}

/// True where a use may take pieces away from that custody: the rep's on the case or the author's
/// own, an account shared with one of them, or one that the author may release (R3). From any
/// other custody a use takes nothing; it is recorded as from elsewhere (R14).
fn releases(state: &State, author: PersonId, case: &Case, line: &StockLine) -> bool {
    let may_release = |author| {
        let custody = authority::Concern::Custody(line.custodian);
        authority::may(state, author, authority::Act::Offer, custody)
    };
    [case.rep, author].into_iter().any(|person| {
        line.custodian == Custodian::Person(person) || state.is_shared_with(line.custodian, person)
    }) || state.person(author).is_some_and(may_release)
}

/// Pieces of a line that nothing disputes and that the uses before did not take.
fn left_on(line: &StockLine, used: &[UsedLine]) -> u32 {
    let taken = used
        .iter()
        .filter(|used| used.line == Some(line.id) && used.status.leaves_the_shelf())
        .fold(0, |taken: u32, used| taken.saturating_add(used.quantity));
    line.quantity
        .saturating_sub(line.disputed)
        .saturating_sub(taken)
}

fn use_of(line: &StockLine, quantity: u32, status: UseStatus) -> Option<UsedLine> {
    (quantity > 0).then(|| UsedLine {
        line: Some(line.id),
        head: seen_head(line),
        identity: line.identity.clone(),
        quantity,
        status,
        presumed_holder: Text::from(""),
    })
}

fn use_from_elsewhere(
    state: &State,
    line: &StockLine,
    quantity: u32,
    status: UseStatus,
) -> Option<UsedLine> {
    (quantity > 0).then(|| UsedLine {
        line: None,
        head: None,
        identity: line.identity.clone(),
        quantity,
        status,
        presumed_holder: query::custodian_name(state, line.custodian)
            .unwrap_or_else(|| Text::from("")),
    })
}

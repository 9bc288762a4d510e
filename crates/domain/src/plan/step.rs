//! What is to be done for a plan, in order, and who may do it.

use super::survey::Survey;
use super::{NeedPlan, Source};
use crate::authority::{self, Act, Concern};
use crate::directory::Person;
use crate::id::{CaseId, LineId, OrganizationId, PersonId};
use crate::product::ProductId;
use crate::query;
use crate::state::State;
use crate::stock::Custodian;

/// One thing to do. Its lines are what the plan allocated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Change the rep on the case (R16).
    ChangeRep {
        /// Who is to cover it.
        to: PersonId,
    },
    /// Link the new rep to the account that sold the Facility Stock (R22).
    Link {
        /// The account.
        account: Custodian,
        /// What becomes usable.
        lines: Vec<(LineId, u32)>,
    },
    /// Rebuild Facility Stock in the new rep's custody (R23).
    Rebuild {
        /// Who sold it.
        seller: Custodian,
        /// What is rebuilt.
        lines: Vec<(LineId, u32)>,
    },
    /// A transfer to the new rep: one offers, the other accepts (R2).
    Transfer {
        /// Who gives.
        from: Custodian,
        /// What.
        lines: Vec<(LineId, u32)>,
    },
    /// A request to a warehouse (R25).
    Request {
        /// Whose warehouse.
        organization: OrganizationId,
        /// What, and how many.
        items: Vec<(ProductId, u32)>,
        /// The lines, where they are known here: in the own warehouse.
        lines: Vec<(LineId, u32)>,
    },
    /// Stock is created in the new rep's custody (R26).
    Create {
        /// What, and how many.
        items: Vec<(ProductId, u32)>,
    },
    /// What is kept for the case where the new rep cannot use it, and no longer needed, is let go.
    Release {
        /// What.
        lines: Vec<(LineId, u32)>,
    },
    /// The new rep marks what is usable at once, so that no other case takes it (R15).
    Mark {
        /// What is not marked yet.
        lines: Vec<(LineId, u32)>,
    },
}

/// The steps of a plan: what makes stock usable without moving it first, then what moves, the
/// surest first, then what may not come.
pub(super) fn steps(survey: &Survey, rep: PersonId, needs: &[NeedPlan]) -> Vec<Step> {
    let mut sources: Vec<Source> = Vec::new();
    for taken in needs.iter().flat_map(|need| &need.taken) {
        if !sources.contains(&taken.source) {
            sources.push(taken.source);
        }
    }
    crate::order::sort_by(&mut sources, &Ord::cmp);
    let mut steps = Vec::new();
    if survey.case.rep != rep {
        steps.push(Step::ChangeRep { to: rep });
    }
    steps.extend(sources.into_iter().filter_map(|source| one(source, needs)));
    let released = superfluous(survey, rep, needs);
    if !released.is_empty() {
        steps.push(Step::Release { lines: released });
    }
    let marks = unmarked(survey, needs);
    if !marks.is_empty() {
        steps.push(Step::Mark { lines: marks });
    }
    steps
}

fn one(source: Source, needs: &[NeedPlan]) -> Option<Step> {
    let lines = || lines_from(source, needs);
    let items = || items_from(source, needs);
    Some(match source {
        Source::Own | Source::Shared(_) | Source::Facility(_) | Source::Arriving(_) => return None,
        Source::Link(account) => Step::Link {
            account,
            lines: lines(),
        },
        Source::Rebuild(seller) => Step::Rebuild {
            seller,
            lines: lines(),
        },
        Source::FormerRep(rep) => Step::Transfer {
            from: Custodian::Person(rep),
            lines: lines(),
        },
        Source::Field(from) => Step::Transfer {
            from,
            lines: lines(),
        },
        Source::Warehouse(organization) | Source::Request(organization) => Step::Request {
            organization,
            items: items(),
            lines: lines(),
        },
        Source::Create => Step::Create { items: items() },
    })
}

fn lines_from(source: Source, needs: &[NeedPlan]) -> Vec<(LineId, u32)> {
    let mut lines: Vec<(LineId, u32)> = Vec::new();
    let taken = needs.iter().flat_map(|need| &need.taken);
    for (line, quantity) in taken
        .filter(|taken| taken.source == source)
        .flat_map(|taken| &taken.lines)
    {
        match lines.iter_mut().find(|(known, _)| known == line) {
            Some(known) => known.1 += quantity,
            None => lines.push((*line, *quantity)),
        }
    }
    lines
}

fn items_from(source: Source, needs: &[NeedPlan]) -> Vec<(ProductId, u32)> {
    let mut items = Vec::new();
    for need in needs {
        let quantity = need
            .taken
            .iter()
            .filter(|taken| taken.source == source)
            .map(|taken| taken.quantity)
            .sum();
        if quantity > 0 {
            items.push((need.product.clone(), quantity));
        }
    }
    items
}

/// What is kept for the case in a custody that the new rep does not reach, beyond what the plan
/// takes of it: it would stay blocked for everybody.
fn superfluous(survey: &Survey, rep: PersonId, needs: &[NeedPlan]) -> Vec<(LineId, u32)> {
    let case = survey.case;
    let planned = |id: LineId| {
        let taken = needs.iter().flat_map(|need| &need.taken);
        taken
            .flat_map(|taken| &taken.lines)
            .filter(|(line, _)| *line == id)
            .fold(0, |sum: u32, (_, quantity)| sum.saturating_add(*quantity))
    };
    survey
        .state
        .lines_kept_for(case.id)
        .filter(|line| query::source(survey.state, line, rep, case.facility).is_none())
        .map(|line| {
            (
                line.id,
                line.kept_for(case.id).saturating_sub(planned(line.id)),
            )
        })
        .filter(|(_, quantity)| *quantity > 0)
        .collect()
}

/// What the new rep can use at once and has not marked.
fn unmarked(survey: &Survey, needs: &[NeedPlan]) -> Vec<(LineId, u32)> {
    let case = survey.case.id;
    let mut lines = Vec::new();
    let usable = needs
        .iter()
        .flat_map(|need| &need.taken)
        .filter(|taken| taken.source.is_usable_now());
    for (line, quantity) in usable.flat_map(|taken| &taken.lines) {
        let kept = survey
            .state
            .line(*line)
            .map_or(0, |line| line.kept_for(case));
        let open = quantity.saturating_sub(kept);
        if open > 0 {
            lines.push((*line, open));
        }
    }
    lines
}

/// Whether a person's role lets them begin a step: for a transfer, offer it.
pub fn may_take(state: &State, person: &Person, case: CaseId, to: PersonId, step: &Step) -> bool {
    let may = |act, concern| authority::may(state, person, act, concern);
    let new_rep = Custodian::Person(to);
    match step {
        Step::ChangeRep { .. } => may(Act::ChangeRep, Concern::Case(case)),
        Step::Link { account, .. } => {
            may(Act::Link, Concern::Person(to))
                || (*account == Custodian::Person(person.id)
                    && may(Act::Link, Concern::Custody(*account)))
        }
        Step::Rebuild { .. } => may(Act::Rebuild, Concern::Person(to)),
        Step::Transfer { from, .. } => may(Act::Offer, Concern::Custody(*from)),
        Step::Request { .. } => may(Act::Answer, Concern::Custody(new_rep)),
        Step::Create { .. } => may(Act::CreateStock, Concern::Custody(new_rep)),
        Step::Release { .. } | Step::Mark { .. } => may(Act::UseInCase, Concern::Case(case)),
    }
}

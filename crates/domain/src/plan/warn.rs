//! What a person should know before a plan is confirmed. Nothing here stops it.

use super::survey::Survey;
use super::{NeedPlan, Source, Step, clashes};
use crate::case::Case;
use crate::id::{CaseId, LineId, PersonId, TransferId};
use crate::order;
use crate::product::ProductId;
use crate::query::{self, Sources};
use crate::stock::Custodian;

/// Days before a case in which what a warehouse sends may not arrive.
pub const LEAD_DAYS: i32 = 3;
/// Days after a case within which a piece counts as about to expire.
pub const SOON_DAYS: i32 = 30;

/// Something to know, the gravest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// Covered by nothing.
    Short {
        /// The product.
        product: ProductId,
        /// How many are missing.
        quantity: u32,
    },
    /// A giver's own case would be short of more than it is now.
    Starves {
        /// Whose case.
        giver: PersonId,
        /// Which.
        case: CaseId,
        /// Of what.
        product: ProductId,
        /// How many.
        quantity: u32,
    },
    /// The new rep covers another case at about that time.
    Clash(CaseId),
    /// The case is nearer than what is asked from a warehouse, or created after it came, takes.
    MayNotArrive {
        /// How many pieces.
        quantity: u32,
    },
    /// Offered for this case to somebody else than the new rep: to be taken back first.
    OfferedElsewhere(TransferId),
    /// An open offer is counted on.
    OpenOffer(TransferId),
    /// Expires soon after the case.
    ExpiresSoon(LineId),
}

pub(super) fn warnings(
    survey: &Survey,
    rep: PersonId,
    needs: &[NeedPlan],
    steps: &[Step],
) -> Vec<Warning> {
    let mut found: Vec<Warning> = Vec::new();
    for need in needs.iter().filter(|need| need.short > 0) {
        found.push(Warning::Short {
            product: need.product.clone(),
            quantity: need.short,
        });
    }
    for step in steps {
        if let Step::Transfer {
            from: Custodian::Person(giver),
            lines,
        } = step
        {
            starving(survey, *giver, lines, &mut found);
        }
    }
    found.extend(
        clashes(survey.state, survey.case, rep)
            .into_iter()
            .map(Warning::Clash),
    );
    let taken = || needs.iter().flat_map(|need| &need.taken);
    let supply: u32 = taken()
        .filter(|taken| !taken.source.is_sure())
        .map(|taken| taken.quantity)
        .sum();
    let days = survey.case.starts_at.date.to_days() - survey.wish.today.to_days();
    if supply > 0 && days < LEAD_DAYS {
        found.push(Warning::MayNotArrive { quantity: supply });
    }
    offers(survey, rep, needs, &mut found);
    let soon = survey.case.starts_at.date.add_days(SOON_DAYS);
    for (line, _) in taken().flat_map(|taken| &taken.lines) {
        let expiry = survey
            .state
            .line(*line)
            .and_then(|line| line.identity.expiry);
        if expiry.is_some() && expiry < soon {
            found.push(Warning::ExpiresSoon(*line));
        }
    }
    order::sort_by(&mut found, &Ord::cmp);
    found
}

fn offers(survey: &Survey, rep: PersonId, needs: &[NeedPlan], found: &mut Vec<Warning>) {
    let accounts = query::shared_accounts(survey.state, rep);
    let reach = |to| to == Custodian::Person(rep) || accounts.contains(&to);
    for transfer in survey.state.open_transfers() {
        let for_case =
            |line: &crate::transfer::TransferLine| line.reserved_for == Some(survey.case.id);
        if !reach(transfer.to) && transfer.lines.iter().any(for_case) {
            found.push(Warning::OfferedElsewhere(transfer.id));
        }
    }
    for taken in needs.iter().flat_map(|need| &need.taken) {
        if let Source::Arriving(transfer) = taken.source {
            let open = Warning::OpenOffer(transfer);
            if !found.contains(&open) {
                found.push(open);
            }
        }
    }
}

/// The giver's own open cases that miss more once the lines are gone.
fn starving(survey: &Survey, giver: PersonId, lines: &[(LineId, u32)], found: &mut Vec<Warning>) {
    let state = survey.state;
    let mut products: Vec<&ProductId> = Vec::new();
    for (line, _) in lines {
        if let Some(line) = state.line(*line)
            && !products.contains(&&line.identity.product)
        {
            products.push(&line.identity.product);
        }
    }
    for case in state.open_cases_of(giver) {
        if case.id == survey.case.id {
            continue;
        }
        for product in &products {
            let Some(need) = case.needs.iter().find(|need| need.product == **product) else {
                continue;
            };
            let wanted = need
                .quantity
                .saturating_sub(query::used_in_case(case, product));
            let (before, after) = left_for(survey, case, product, lines);
            let missing = |there: u32| wanted.saturating_sub(there);
            let quantity = missing(after).saturating_sub(missing(before));
            if quantity > 0 {
                found.push(Warning::Starves {
                    giver,
                    case: case.id,
                    product: (*product).clone(),
                    quantity,
                });
            }
        }
    }
}

/// What another case may count on of a product, before and after lines are taken.
fn left_for(
    survey: &Survey,
    case: &Case,
    product: &ProductId,
    taken: &[(LineId, u32)],
) -> (u32, u32) {
    let accounts = query::shared_accounts(survey.state, case.rep);
    let sources = Sources {
        rep: case.rep,
        facility: case.facility,
        accounts: &accounts,
    };
    let (mut before, mut after) = (0u32, 0u32);
    for line in survey.state.product_on_hand(product) {
        if line.is_expired_on(case.starts_at.date) || sources.of(line).is_none() {
            continue;
        }
        let usable = line.usable_for(case.id);
        let gone = taken
            .iter()
            .filter(|(gone, _)| *gone == line.id)
            .fold(0, |sum: u32, (_, quantity)| sum.saturating_add(*quantity));
        before = before.saturating_add(usable);
        after = after.saturating_add(usable.saturating_sub(gone));
    }
    (before, after)
}

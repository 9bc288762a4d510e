//! What somebody can hand to the rep on a case.

use super::{Step, Wish, plan_cover};
use crate::case::TakenFirst;
use crate::id::{CaseId, LineId};
use crate::product::ProductId;
use crate::readiness::readiness;
use crate::state::State;
use crate::stock::Custodian;
use crate::time::Date;

/// The pieces of this custody that the case's rep lacks: what nobody has sent yet, line by line, as
/// the planner would take it from here before anybody else. Empty where nothing is lacking or
/// nothing here fits.
pub fn plan_give(state: &State, case: CaseId, from: Custodian, today: Date) -> Vec<(LineId, u32)> {
    let (Some(known), Some(found)) = (state.case(case), readiness(state, case)) else {
        return Vec::new();
    };
    let lacking = found.needs.iter().filter(|need| need.nowhere() > 0);
    let mut lacking: Vec<(ProductId, u32)> = lacking
        .map(|need| (need.product.clone(), need.nowhere()))
        .collect();
    let first = |(product, _): &(ProductId, u32)| TakenFirst {
        product: product.clone(),
        holder: from,
        facility_stock: false,
    };
    let wish = Wish {
        first: lacking.iter().map(first).collect(),
        ..Wish::everything(today)
    };
    let plan = plan_cover(state, case, known.rep, wish);
    let mut given = Vec::new();
    for step in plan.map(|plan| plan.steps).unwrap_or_default() {
        let Step::Transfer { from: giver, lines } = step else {
            continue;
        };
        for (line, quantity) in lines.into_iter().filter(|_| giver == from) {
            // What is taken first covers the whole need; the rep's own pieces stand against it.
            let product = state.line(line).map(|line| &line.identity.product);
            let left = lacking.iter_mut().find(|(of, _)| Some(of) == product);
            if let Some((_, left)) = left {
                let quantity = quantity.min(*left);
                *left -= quantity;
                if quantity > 0 {
                    given.push((line, quantity));
                }
            }
        }
    }
    given
}

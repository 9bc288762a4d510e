//! The cover planner, one source after the other, and who is suggested.

mod carried_out;
mod given;
mod sources;
mod suggested;
mod warned;

use baton_domain::id::{CaseId, LineId, PersonId};
use baton_domain::plan::{CoverPlan, Source, Wish, plan_cover};
use baton_domain::testkit::{World, date};

/// Long before the case of the world, with everything allowed.
fn early() -> Wish {
    Wish::everything(date(2026, 11, 1))
}

fn plan(world: &World, case: CaseId, rep: PersonId) -> CoverPlan {
    plan_cover(&world.state, case, rep, early()).unwrap()
}

/// What the need at `place` takes: sources with quantities.
fn takes_of(plan: &CoverPlan, place: usize) -> Vec<(Source, u32)> {
    plan.needs[place]
        .taken
        .iter()
        .map(|taken| (taken.source, taken.quantity))
        .collect()
}

/// The lines that the need at `place` takes.
fn lines_of(plan: &CoverPlan, place: usize) -> Vec<(LineId, u32)> {
    plan.needs[place]
        .taken
        .iter()
        .flat_map(|taken| taken.lines.clone())
        .collect()
}

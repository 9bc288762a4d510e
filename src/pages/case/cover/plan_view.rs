//! A plan on the screen: warnings first, then what the case will be, then the steps.

use super::questions::Answers;
use super::step_words::{change_words, outlook_words, source_words, step_words, who_words};
use crate::components::button::Button;
use crate::components::chip::{Tone, chip};
use crate::components::icon::{Icon, icon};
use crate::components::matrix::coverage;
use crate::components::notice::notice;
use crate::components::stock_row::code_words;
use crate::pages::case::short_words;
use crate::state::{App, custodian_name, person_name, product_name, quantity_words};
use baton_domain::State;
use baton_domain::case::TakenFirst;
use baton_domain::id::{CaseId, LineId};
use baton_domain::plan::{CoverPlan, Source, Step, Warning};
use baton_domain::product::ProductId;
use baton_domain::readiness::NeedCoverage;
use baton_domain::stock::Custodian;
use leptos::prelude::*;

/// The warnings of a plan, the gravest first.
pub fn warnings(app: App, state: &State, plan: &CoverPlan) -> Vec<AnyView> {
    let mut clashes: Vec<CaseId> = Vec::new();
    let mut said: Vec<AnyView> = Vec::new();
    for warning in &plan.warnings {
        if let Warning::Clash(case) = warning {
            clashes.push(*case);
        } else if let Some((tone, sign, what, more)) = warning_words(app, state, warning) {
            said.push(notice(tone, sign, what, more));
        }
    }
    said.extend(clash_notice(app, state, plan, &clashes));
    said
}

/// One notice for all the cases that the new rep covers at about that time.
fn clash_notice(app: App, state: &State, plan: &CoverPlan, cases: &[CaseId]) -> Option<AnyView> {
    let to = person_name(state, plan.to);
    let what = match cases.len() {
        0 => return None,
        1 => format!("{to} has another case at that time"),
        many => format!("{to} has {many} other cases at that time"),
    };
    let named = cases.iter().filter_map(|case| state.case(*case));
    let named: Vec<String> = named.map(|case| short_words(app, state, case)).collect();
    Some(notice(Tone::Warn, Icon::Clock, what, named.join("; ")))
}

fn warning_words(
    app: App,
    state: &State,
    warning: &Warning,
) -> Option<(Tone, Icon, String, String)> {
    let case_words = |case| {
        state
            .case(case)
            .map(|case| short_words(app, state, case))
            .unwrap_or_default()
    };
    Some(match warning {
        Warning::Short { product, quantity } => (
            Tone::Bad,
            Icon::Warn,
            format!("Short of {}", quantity_words(*quantity)),
            format!("{}: nobody here has it.", product_name(state, product)),
        ),
        Warning::Starves {
            giver,
            case,
            product,
            quantity,
        } => (
            Tone::Bad,
            Icon::Warn,
            format!(
                "{}'s own case would miss {}",
                person_name(state, *giver),
                quantity_words(*quantity)
            ),
            format!("{}, {}", product_name(state, product), case_words(*case)),
        ),
        Warning::MayNotArrive { quantity } => (
            Tone::Warn,
            Icon::Courier,
            format!("{} may not arrive in time", quantity_words(*quantity)),
            "The case is nearer than a delivery usually takes.".into(),
        ),
        Warning::OfferedElsewhere(transfer) => (
            Tone::Warn,
            Icon::Handoff,
            "Stock for this case is offered to somebody else".into(),
            state.transfer(*transfer).map(|transfer| {
                format!(
                    "{} should take the handoff to {} back.",
                    custodian_name(state, transfer.from),
                    custodian_name(state, transfer.to)
                )
            })?,
        ),
        // Clashes are said together; an open offer stands among the steps.
        Warning::Clash(_) | Warning::OpenOffer(_) => return None,
        Warning::ExpiresSoon(line) => {
            let line = state.line(*line)?;
            let expiry = line.identity.expiry?;
            (
                Tone::Warn,
                Icon::Clock,
                format!(
                    "Expires {}",
                    app.format_date(expiry, crate::state::DateStyle::Date)
                ),
                product_name(state, &line.identity.product),
            )
        }
    })
}

/// Who to whom, and what the case will be.
pub fn head(state: &State, plan: &CoverPlan) -> AnyView {
    let (tone, sign, words) = outlook_words(plan.outlook());
    view! {
        <div class="card" data-testid="cover-preview">
            <p class="card-title">{change_words(state, plan.from, plan.to)}</p>
            <div class="cluster">
                <span class="row-note">"With these steps the case is"</span>
                <span data-testid="outlook">{chip(tone, sign, words)}</span>
            </div>
        </div>
    }
    .into_any()
}

/// One step: what, who, which lines; with whatever stands at its end.
pub fn step_row(
    state: &State,
    plan: &CoverPlan,
    place: usize,
    step: &Step,
    here: bool,
    end: Option<AnyView>,
) -> AnyView {
    let (sign, words) = step_words(state, plan, step);
    let who = who_words(state, plan, step, here);
    let what: Vec<AnyView> = what_lines(state, step)
        .into_iter()
        .map(|words| view! { <span class="code quiet tiny">{words}</span> }.into_any())
        .collect();
    view! {
        <li class="row row-top row-wrap" data-testid="plan-step">
            {icon(sign)}
            <div class="row-lines">
                <p class="row-title">{format!("{}. {words}", place + 1)}</p>
                <p class="row-note">{who}</p>
                {what}
            </div>
            {end}
        </li>
    }
    .into_any()
}

/// What a step moves, line by line.
fn what_lines(state: &State, step: &Step) -> Vec<String> {
    let named = |lines: &[(LineId, u32)]| -> Vec<String> {
        lines
            .iter()
            .filter_map(|(line, quantity)| Some((state.line(*line)?, quantity)))
            .map(|(line, quantity)| {
                let product = state.product(&line.identity.product);
                format!("{quantity} × {}", code_words(product, &line.identity))
            })
            .collect()
    };
    match step {
        Step::ChangeRep { .. } => Vec::new(),
        Step::Link { lines, .. }
        | Step::Rebuild { lines, .. }
        | Step::Transfer { lines, .. }
        | Step::Release { lines }
        | Step::Mark { lines } => named(lines),
        Step::Request { items, .. } | Step::Create { items } => items
            .iter()
            .map(|(product, quantity)| format!("{quantity} × {}", product_name(state, product)))
            .collect(),
    }
}

/// The needs against their sources, as they are once the steps of this phone are taken.
pub fn sources(app: App, state: &State, needs: &[NeedCoverage]) -> AnyView {
    view! {
        <section class="section">
            <h2>"Needs and sources after that"</h2>
            <div class="card card-flush">{coverage(app, state, needs)}</div>
        </section>
    }
    .into_any()
}

/// How many other sources of one need are listed.
const ALTERNATIVES_MAX: usize = 6;

/// Where else the needs could come from, each with a button that takes it from there first; and
/// what was chosen so far.
pub fn alternatives(state: &State, plan: &CoverPlan, answers: Answers) -> Option<AnyView> {
    let mut rows: Vec<AnyView> = Vec::new();
    for need in &plan.needs {
        let first = &plan.choice.first;
        let chosen = first.iter().find(|first| first.product == need.product);
        rows.extend(chosen.map(|chosen| chosen_row(state, chosen, answers)));
        let others = need.alternatives.iter().take(ALTERNATIVES_MAX);
        rows.extend(others.filter_map(|(source, quantity)| {
            let from = source.holder(plan.to)?;
            let of = |first: &TakenFirst| (first.holder, first.facility_stock) == from;
            // More of what is taken first already is no other source.
            let taken = need.taken.first().map(|taken| taken.source);
            (!chosen.is_some_and(of) && taken != Some(*source))
                .then(|| other_row(state, &need.product, (*source, *quantity), from, answers))
        }));
    }
    // Whoever chose something goes on choosing: the list stays open.
    let chosen = !plan.choice.first.is_empty();
    (!rows.is_empty()).then(|| {
        view! {
            <details class="card card-flush" open=chosen data-testid="alternatives">
                <summary class="row summary-row">"Take it from somewhere else"</summary>
                <ul class="rows">{rows}</ul>
            </details>
        }
        .into_any()
    })
}

fn chosen_row(state: &State, chosen: &TakenFirst, answers: Answers) -> AnyView {
    let product = chosen.product.clone();
    let whose = custodian_name(state, chosen.holder);
    let drop = Callback::new(move |()| answers.take_first(&product, None));
    view! {
        <li class="row row-wrap" data-testid="chosen-source">
            {icon(Icon::Check)}
            <span class="row-lines">
                <span class="row-title clamp">{product_name(state, &chosen.product)}</span>
                <span class="row-note">{format!("Taken from {whose} first")}</span>
            </span>
            <Button label="Undo" testid="drop-source" press=drop />
        </li>
    }
    .into_any()
}

fn other_row(
    state: &State,
    product: &ProductId,
    (source, quantity): (Source, u32),
    from: (Custodian, bool),
    answers: Answers,
) -> AnyView {
    let name = product_name(state, product);
    let words = format!("{quantity} × {}", source_words(state, source));
    let product = product.clone();
    let choose = Callback::new(move |()| answers.take_first(&product, Some(from)));
    view! {
        <li class="row row-wrap" data-testid="other-source">
            <span class="row-lines">
                <span class="row-title clamp">{name}</span>
                <span class="row-note">{words}</span>
            </span>
            <Button label="Use instead" testid="use-source" press=choose />
        </li>
    }
    .into_any()
}

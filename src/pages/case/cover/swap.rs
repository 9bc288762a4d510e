//! What became of a cover swap and what is left of it: on every phone, today or in a week.
//!
//! What was chosen stands on the case since its rep changed; that entry is the plan's. What is done
//! is read from the ledger, what is left is planned anew on what is known now, so that a swap goes
//! on after a crash or a week, on every phone, and also when the world changed.

use super::other::other_needs;
use super::plan_view::{step_row, warnings};
use super::step_words::{change_words, outlook_words};
use super::trial::{Trial, asked_already, attempt, author};
use crate::components::act::Doing;
use crate::components::button::{Button, Look, link_button};
use crate::components::chip::chip;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::pages::case::short_words;
use crate::pages::gates::NotFound;
use crate::pages::handoffs;
use crate::pages::requests::for_case;
use crate::state::{App, DateStyle, Route, person_name, use_app};
use baton_domain::State;
use baton_domain::case::Case;
use baton_domain::id::{CaseId, PersonId};
use baton_domain::plan::{CoverPlan, Step, Wish, plan_cover};
use baton_domain::request::RequestId;
use baton_domain::stock::Custodian;
use baton_domain::time::Date;
use baton_domain::transfer::{Transfer, Travel};
use leptos::prelude::*;

/// The handoffs of a swap: those for the case since its rep changed, oldest first.
pub fn handoffs_of<'a>(state: &'a State, case: &'a Case) -> impl Iterator<Item = &'a Transfer> {
    state.transfers().filter(|transfer| {
        transfer
            .lines
            .iter()
            .any(|line| line.reserved_for == Some(case.id))
            && transfer.offered_at.unix_ms >= case.rep_since.unix_ms
    })
}

/// What is left of a swap, by what was chosen when the rep changed.
fn what_is_left(state: &State, case: &Case, today: Date) -> Option<CoverPlan> {
    let wish = Wish::chosen(today, &case.cover);
    plan_cover(state, case.id, case.rep, wish)
}

/// How many steps of a swap are left, open handoffs included; `None` for a case that was never
/// handed over or has ended.
pub fn steps_left(state: &State, case: &Case, today: Date) -> Option<usize> {
    let handed_over = case.rep_before.is_some() && case.status.is_open();
    let plan = what_is_left(state, case, today).filter(|_| handed_over)?;
    let open = handoffs_of(state, case)
        .filter(|transfer| transfer.status == baton_domain::transfer::TransferStatus::Open)
        .count();
    Some(plan.steps.len() + open)
}

/// The swaps that wait for a person: of cases that are now theirs, and of others' cases that ask
/// for stock they hold.
pub fn waiting_for(state: &State, person: PersonId, today: Date) -> Vec<CaseId> {
    let near = |case: &&Case| {
        case.rep_before.is_some()
            && case.status.is_open()
            && case.starts_at.date.days_since(today) >= 0
    };
    let asks = |case: &&Case| {
        if case.rep == person {
            return steps_left(state, case, today).is_some_and(|left| left > 0);
        }
        let plan = what_is_left(state, case, today);
        plan.is_some_and(|plan| plan.steps.iter().any(|step| matches!(step, Step::Transfer { from, .. } if *from == Custodian::Person(person))))
    };
    state
        .cases()
        .filter(near)
        .filter(asks)
        .map(|case| case.id)
        .collect()
}

/// A cover swap.
#[component]
pub fn CaseSwap(
    /// Of which case.
    case: CaseId,
) -> AnyView {
    let app = use_app();
    let state = app.view_untracked();
    let Some(known) = state.case(case) else {
        return view! { <NotFound /> }.into_any();
    };
    let eyebrow = short_words(app, &state, known);
    let doing = Doing::new();
    let title = Signal::derive(move || {
        let mine = app
            .view()
            .case(case)
            .is_some_and(|case| case.rep == app.me().person);
        if mine {
            "You now cover this case"
        } else {
            "Cover swap"
        }
        .to_owned()
    });
    view! {
        <Page title=title eyebrow=eyebrow back=Route::Case(case).path()>
            <Problem words=doing.problem doing=doing />
            {move || body(app, case, doing)}
            {other_needs(app, case, doing)}
        </Page>
    }
    .into_any()
}

fn body(app: App, case: CaseId, doing: Doing) -> Option<AnyView> {
    let state = app.view();
    let known = state.case(case)?;
    let plan = what_is_left(&state, known, app.today())?;
    let trial = attempt(&state, &author(app), &plan, &Travel::default(), &"".into());
    let (tone, sign, words) = outlook_words(plan.outlook());
    let since = app.format_time(known.rep_since, DateStyle::DateTime);
    let moved: Vec<AnyView> = handoffs_of(&state, known)
        .map(|transfer| handoffs::row(app, &state, transfer, false))
        .collect();
    let moved = (!moved.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>"Handed over for it"</h2>
                <div class="card card-flush rows" data-testid="swap-handoffs">{moved}</div>
            </section>
        }
    });
    let details = known
        .details
        .as_ref()
        .filter(|_| known.rep == app.me().person);
    Some(
        view! {
            <div class="stack">{warnings(app, &state, &plan)}</div>
            <div class="card" data-testid="swap-head">
                <p class="card-title">{change_words(&state, plan.from, plan.to)}</p>
                <p class="row-note">{format!("since {since}, by {}", person_name(&state, known.head_by))}</p>
                {details.map(|details| view! { <p class="row-note">{details.procedure.to_string()}</p> })}
                <span data-testid="outlook">{chip(tone, sign, words)}</span>
            </div>
            {moved}
            {for_case(app, &state, case)}
            {rest(&state, &plan, &trial, doing)}
        }
        .into_any(),
    )
}

fn rest(state: &State, plan: &CoverPlan, trial: &Trial, doing: Doing) -> AnyView {
    if plan.steps.is_empty() {
        return view! {
            <div data-testid="swap-done">
                {notice(
                    crate::components::chip::Tone::Ok,
                    Icon::Check,
                    "No more steps",
                    "Everything that was planned is done or on its way.",
                )}
            </div>
        }
        .into_any();
    }
    let rows: Vec<AnyView> = plan
        .steps
        .iter()
        .enumerate()
        .map(|(place, step)| {
            let own = trial.own.iter().find(|(own, _)| *own == place);
            let proposed = trial.proposals.iter().find(|(other, _)| *other == place);
            let end = own
                .map(|(_, command)| (command, verb(step)))
                .or(proposed.map(|(_, command)| (command, "Propose")))
                .map(|(command, verb)| {
                    let command = command.clone();
                    let press = Callback::new(move |()| {
                        doing.act(command.clone(), move |_| {
                            doing.toast("Saved on this phone", None)
                        });
                    });
                    view! { <Button label=verb busy=doing.busy testid="take-step" press=press /> }
                        .into_any()
                })
                .or_else(|| matches!(step, Step::Create { .. }).then(receive_link))
                .or_else(|| asked_already(state, plan, step).map(request_link));
            step_row(state, plan, place, step, own.is_some(), end)
        })
        .collect();
    view! {
        <section class="section">
            <h2>"What is left"</h2>
            <ol class="card card-flush rows" data-testid="swap-steps">{rows}</ol>
        </section>
    }
    .into_any()
}

fn request_link(request: RequestId) -> AnyView {
    link_button(
        Look::Plain,
        Some(Icon::Clock),
        "Asked",
        Route::Request(request).path(),
        "step-asked",
    )
}

fn receive_link() -> AnyView {
    link_button(
        Look::Plain,
        Some(Icon::Plus),
        "Receive",
        Route::Receive.path(),
        "step-receive",
    )
}

fn verb(step: &Step) -> &'static str {
    match step {
        Step::ChangeRep { .. } => "Change",
        Step::Link { .. } => "Link",
        Step::Rebuild { .. } => "Rebuild",
        Step::Request { lines, .. } if lines.is_empty() => "Ask",
        Step::Transfer { .. } | Step::Request { .. } => "Offer",
        Step::Create { .. } => "Receive",
        Step::Release { .. } => "Let go",
        Step::Mark { .. } => "Mark",
    }
}

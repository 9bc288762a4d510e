//! "Can't cover", one guided act: who takes the case, what happened in the real world, the plan
//! with its warnings and steps, one confirm. What is left afterwards stands on the swap's own
//! page, on every phone.

mod other;
mod pick;
mod plan_view;
mod questions;
mod step_words;
mod swap;
mod trial;

pub use swap::{CaseSwap, steps_left, waiting_for};

use super::short_words;
use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::icon::{Icon, icon};
use crate::components::notice::{Problem, notice, words_notice};
use crate::components::page::Page;
use crate::components::propose::propose_instead;
use crate::components::travel::TravelForm;
use crate::pages::gates::NotFound;
use crate::pages::office::i_may;
use crate::state::{App, Route, person_name, refusal_words, use_app};
use baton_domain::authority::Act as Allowed;
use baton_domain::directory::Pool;
use baton_domain::id::{CaseId, PersonId, PoolId};
use baton_domain::plan::{CoverPlan, Habit, plan_cover, shared_account_habit};
use baton_domain::readiness::readiness;
use baton_domain::{Command, EntryBody, State};
use leptos::prelude::*;
use questions::{Answers, asked, questions};
use trial::{Trial, attempt, author};

/// Where one is in the act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Picking a rep.
    Pick,
    /// Answering what happened in the real world.
    Ask(PersonId),
    /// Looking at the plan.
    Plan(PersonId),
}

/// Everything that was entered on the way.
#[derive(Clone, Copy)]
struct Act {
    case: CaseId,
    stage: RwSignal<Stage>,
    answers: Answers,
    travel: TravelForm,
}

impl Act {
    /// The stage that is shown: a question that nothing depends on is not asked.
    fn shown(self, app: App) -> Stage {
        match self.stage.get() {
            Stage::Ask(rep) if !asked(&app.view(), self.case, rep, app.today()).any() => {
                Stage::Plan(rep)
            }
            stage => stage,
        }
    }

    fn plan(self, app: App, rep: PersonId) -> Option<(CoverPlan, Trial)> {
        let state = app.view();
        let wish = self.answers.wish(app.today());
        let plan = plan_cover(&state, self.case, rep, wish)?;
        let (travel, note) = (self.travel.travel(), self.travel.note());
        let trial = attempt(&state, &author(app), &plan, &travel, &note);
        Some((plan, trial))
    }
}

/// Can't cover.
#[component]
pub fn CaseCover(
    /// Which case.
    case: CaseId,
) -> AnyView {
    let app = use_app();
    let state = app.view_untracked();
    let Some(known) = state.case(case) else {
        return view! { <NotFound /> }.into_any();
    };
    let eyebrow = short_words(app, &state, known);
    hold_updates();
    let act = Act {
        case,
        stage: RwSignal::new(Stage::Pick),
        answers: Answers::new(),
        travel: TravelForm::new(),
    };
    let shown = Memo::new(move |_| act.shown(app));
    let title = Signal::derive(move || {
        match shown.get() {
            Stage::Pick => "Who can cover it?",
            Stage::Ask(_) => "What happened?",
            Stage::Plan(_) => "The plan",
        }
        .to_owned()
    });
    let (doing, go) = (Doing::new(), use_going());
    let actions = move || actions(app, act, shown.get(), doing, go);
    view! {
        <Page title=title eyebrow=eyebrow back=Route::Case(case).path() actions=actions.into_any()>
            {move || progress(shown.get())}
            {move || {
                let state = app.view();
                match shown.get() {
                    Stage::Pick => pick::pick(&state, case, act.answers.wish(app.today()), act.stage),
                    Stage::Ask(rep) => {
                        let asked = asked(&state, case, rep, app.today());
                        questions(&state, rep, asked, act.answers, act.travel)
                    }
                    Stage::Plan(rep) => plan(app, &state, act, rep, doing),
                }
            }}
        </Page>
    }
    .into_any()
}

fn progress(stage: Stage) -> AnyView {
    let at = match stage {
        Stage::Pick => 1,
        Stage::Ask(_) => 2,
        Stage::Plan(_) => 3,
    };
    let dot =
        |place: usize| view! { <li class=if place <= at { "done" } else { "" }></li> }.into_any();
    view! {
        <ol class="steps" aria-label=format!("Step {at} of 3")>
            {(1..=3).map(dot).collect::<Vec<_>>()}
        </ol>
    }
    .into_any()
}

fn plan(app: App, state: &State, act: Act, rep: PersonId, doing: Doing) -> AnyView {
    let Some((plan, trial)) = act.plan(app, rep) else {
        return view! { <NotFound /> }.into_any();
    };
    let steps: Vec<AnyView> = plan
        .steps
        .iter()
        .enumerate()
        .map(|(place, step)| {
            let here = trial.own.iter().any(|(own, _)| *own == place);
            plan_view::step_row(state, &plan, place, step, here, None)
        })
        .collect();
    let needs = readiness(&trial.after, act.case).map(|found| found.needs);
    // Somebody else's case is not one's own to decide, but to propose (domain §3).
    let case = act.case;
    let refused = trial.refusal.as_ref().map(|refusal| {
        let cover = plan.choice.clone();
        let give = Command::GiveCase { case, rep, cover };
        let propose = propose_instead(app, state, give, doing);
        view! {
            <div data-testid="cover-refused">
                {words_notice(Tone::Warn, Icon::Lock, refusal_words(state, refusal))}
                {propose}
            </div>
        }
    });
    let habit = plan
        .from
        .and_then(|from| shared_account_habit(state, from, plan.to, app.now()));
    view! {
        {refused}
        <div class="stack" data-testid="plan-warnings">{plan_view::warnings(app, state, &plan)}</div>
        {plan_view::head(state, &plan)}
        <section class="section">
            <h2>"What is to be done"</h2>
            <ol class="card card-flush rows" data-testid="plan-steps">{steps}</ol>
        </section>
        {needs.map(|needs| plan_view::sources(app, state, &needs))}
        {plan_view::alternatives(state, &plan, act.answers)}
        {habit.map(|habit| habit_notice(app, state, &habit, doing))}
    }
    .into_any()
}

/// Two reps who hand stock to one another often are told what would spare it, and open it or
/// propose it with one tap.
fn habit_notice(app: App, state: &State, habit: &Habit, doing: Doing) -> AnyView {
    let (one, other) = habit.between;
    let names = [one, other].map(|rep| person_name(state, rep));
    let reps = vec![one, other];
    let waits = state.proposals().any(|proposal| {
        let same = |asked: &[PersonId]| asked.iter().all(|rep| reps.contains(rep));
        proposal.is_open()
            && matches!(proposal.what(), EntryBody::SharedAccountOpened { reps, .. } if same(reps))
    });
    let open = Command::OpenSharedAccount {
        pool: Pool {
            id: PoolId::from_bytes(app.fresh_id()),
            name: names.join(" and ").into(),
            region: None,
        },
        reps: reps.clone(),
    };
    let (label, command, saved) = if i_may(app, state, Allowed::Pools) {
        ("Open a shared account", open, "Opened")
    } else {
        let what = Box::new(open);
        let note = format!("{} handoffs for cover in 90 days", habit.transfers).into();
        let propose = Command::Propose { what, note };
        ("Propose a shared account", propose, "Proposed to the Admin")
    };
    let press = Callback::new(move |()| {
        doing.act(command.clone(), move |_| doing.toast(saved, None));
    });
    let act = match waits {
        true => view! { <p class="quiet" data-testid="habit-waits">"Proposed: an Admin decides."</p> }.into_any(),
        false => view! {
            <Button look=Look::Wide sign=Icon::Link label=label busy=doing.busy testid="habit-accounts" press=press />
        }
        .into_any(),
    };
    view! {
        <section class="section" data-testid="habit">
            {notice(
                Tone::Accent,
                Icon::Link,
                "A shared account would spare these handoffs",
                format!(
                    "{} handed stock over {} times for cover in 90 days. In a custodian-only account both use everything, without a handoff.",
                    names.join(" and "),
                    habit.transfers
                ),
            )}
            {act}
        </section>
    }
    .into_any()
}

fn actions(
    app: App,
    act: Act,
    stage: Stage,
    doing: Doing,
    go: Callback<String>,
) -> Option<AnyView> {
    let to = move |stage| Callback::new(move |()| act.stage.set(stage));
    match stage {
        Stage::Pick => None,
        Stage::Ask(rep) => Some(
            view! {
                <Button look=Look::Main label="Show the plan" testid="show-plan" press=to(Stage::Plan(rep)) />
                <Button look=Look::Wide label="Choose someone else" testid="choose-rep" press=to(Stage::Pick) />
            }
            .into_any(),
        ),
        Stage::Plan(rep) => Some(confirm(app, act, rep, doing, go)),
    }
}

fn confirm(app: App, act: Act, rep: PersonId, doing: Doing, go: Callback<String>) -> AnyView {
    let problem = view! { <Problem words=doing.problem doing=doing /> };
    let back = view! {
        <Button look=Look::Wide label="Choose someone else" testid="choose-rep" press=Callback::new(move |()| act.stage.set(Stage::Pick)) />
    };
    let trial = untrack(|| act.plan(app, rep)).map(|(_, trial)| trial);
    let own = trial.as_ref().map_or(0, |trial| trial.own.len());
    if own == 0 {
        let proposal = trial.and_then(|trial| trial.proposals.into_iter().next());
        let propose = proposal.map(|(_, command)| {
            let path = Route::Case(act.case).path();
            let press = Callback::new(move |()| {
                let path = path.clone();
                doing.act(command.clone(), move |_| go.run(path));
            });
            view! {
                <Button look=Look::Main sign=Icon::Sent label="Propose it" busy=doing.busy testid="propose-rep" press=press />
            }
        });
        return view! { {problem} {propose} {back} }.into_any();
    }
    let name = person_name(&app.view_untracked(), rep);
    let press = Callback::new(move |()| {
        let Some((_, trial)) = untrack(|| act.plan(app, rep)) else {
            return;
        };
        let commands: Vec<Command> = trial.own.into_iter().map(|(_, command)| command).collect();
        let path = Route::CaseSwap(act.case).path();
        doing.all(commands, Box::new(move |_| go.run(path)));
    });
    view! {
        {problem}
        <Button look=Look::Main sign=Icon::Swap label=format!("Give the case to {name}") busy=doing.busy testid="confirm-plan" press=press />
        {back}
    }
    .into_any()
}

/// A row that leads to what is left of a swap.
pub fn swap_link(state: &State, case: &baton_domain::case::Case, left: usize) -> AnyView {
    let from = case.rep_before.map(|rep| person_name(state, rep));
    let words = match left {
        0 => "Nothing is left to do".to_owned(),
        1 => "1 step is left".to_owned(),
        many => format!("{many} steps are left"),
    };
    view! {
        <a class="card card-flush row" href=Route::CaseSwap(case.id).path() data-testid="open-swap">
            {icon(Icon::Swap)}
            <span class="row-lines">
                <span class="row-title">{format!("Taken over from {}", from.unwrap_or_default())}</span>
                <span class="row-note">{words}</span>
            </span>
            {icon(Icon::Next)}
        </a>
    }
    .into_any()
}

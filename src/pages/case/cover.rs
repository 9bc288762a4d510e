//! "Can't cover": pick another rep, see what that does, change it, and offer the stock that the
//! case keeps with the old rep.

use super::preview::{Preview, rep_change, reserved_with, suggestions};
use super::short_words;
use crate::components::act::{Doing, hold_updates};
use crate::components::button::{Button, Look, link_button};
use crate::components::chip::{Tone, light_chip};
use crate::components::empty::empty;
use crate::components::icon::{Icon, icon};
use crate::components::notice::{Problem, notice, words_notice};
use crate::components::page::Page;
use crate::components::stock_row::code_words;
use crate::components::travel::{TravelFields, TravelForm};
use crate::pages::gates::NotFound;
use crate::state::{App, Route, person_name, product_name, quantity_words, refusal_words, use_app};
use baton_domain::command::Author;
use baton_domain::id::{CaseId, LineId, PersonId};
use baton_domain::stock::Custodian;
use baton_domain::{Command, State};
use leptos::prelude::*;

/// Where one is in the swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Picking a rep.
    Pick,
    /// Looking at what it does.
    Look(PersonId),
    /// The rep is changed; what is reserved may be offered. Holds the old and the new rep.
    Offer(PersonId, PersonId),
}

/// The author of what is done here.
fn author(app: App) -> Author {
    let me = app.me();
    Author {
        organization: me.organization.id,
        person: me.person,
        device: me.device,
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
    let step = RwSignal::new(Step::Pick);
    let title = Signal::derive(move || match step.get() {
        Step::Pick => "Who can cover it?".to_owned(),
        Step::Look(_) => "What this does".to_owned(),
        Step::Offer(..) => "Offer the stock".to_owned(),
    });
    let doing = Doing::new();
    let travel = TravelForm::new();
    let actions = move || actions(app, case, step, doing, travel);
    view! {
        <Page title=title eyebrow=eyebrow back=Route::Case(case).path() actions=actions.into_any()>
            {move || progress(step.get())}
            {move || {
                let state = app.view();
                match step.get() {
                    Step::Pick => pick(app, &state, case, step),
                    Step::Look(rep) => look(app, &state, case, rep),
                    Step::Offer(old, new) => offer(&state, case, old, new, travel),
                }
            }}
        </Page>
    }
    .into_any()
}

fn progress(step: Step) -> AnyView {
    let at = match step {
        Step::Pick => 1,
        Step::Look(_) => 2,
        Step::Offer(..) => 3,
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

fn pick(app: App, state: &State, case: CaseId, step: RwSignal<Step>) -> AnyView {
    let found = match suggestions(state, &author(app), case) {
        Ok(found) => found,
        Err(refusal) => {
            return view! {
                <div data-testid="cover-refused">
                    {words_notice(Tone::Warn, Icon::Lock, refusal_words(state, &refusal))}
                </div>
            }
            .into_any();
        }
    };
    if found.is_empty() {
        return empty(
            Icon::Person,
            "Nobody else covers cases",
            "An Admin adds people in the office. Then they can be picked here.",
            None,
        );
    }
    let rows: Vec<AnyView> = found
        .iter()
        .map(|(rep, preview)| rep_row(state, *rep, preview, step))
        .collect();
    view! {
        <section class="section">
            <h2>"Best first, by what they already have"</h2>
            <div class="card card-flush rows" data-testid="cover-reps">{rows}</div>
        </section>
    }
    .into_any()
}

fn rep_row(state: &State, rep: PersonId, preview: &Preview, step: RwSignal<Step>) -> AnyView {
    let clash = (!preview.clashes.is_empty())
        .then(|| super::chip(Tone::Warn, Icon::Clock, "Another case at that time"));
    view! {
        <button type="button" class="row" data-testid="pick-rep" data-person=rep.to_string() on:click=move |_| step.set(Step::Look(rep))>
            <span class="row-lines">
                <span class="row-title">{person_name(state, rep)}</span>
                <span class="chips">{light_chip(&preview.light)}{clash}</span>
            </span>
            {icon(Icon::Next)}
        </button>
    }
    .into_any()
}

fn look(app: App, state: &State, case: CaseId, rep: PersonId) -> AnyView {
    let preview = match rep_change(state, &author(app), case, rep) {
        Ok(preview) => preview,
        Err(refusal) => {
            return words_notice(Tone::Warn, Icon::Lock, refusal_words(state, &refusal));
        }
    };
    let name = person_name(state, rep);
    let old = state
        .case(case)
        .map(|case| person_name(state, case.rep))
        .unwrap_or_default();
    let clashes: Vec<AnyView> = preview
        .clashes
        .iter()
        .filter_map(|clash| state.case(*clash))
        .map(|clash| {
            let words = format!("{name} also covers {}.", short_words(app, state, clash));
            notice(Tone::Warn, Icon::Clock, "Look out", words)
        })
        .collect();
    let reserved = preview.reserved.clone();
    let kept = (!reserved.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>"Becomes reserved for the case"</h2>
                <div class="card card-flush rows" data-testid="reserved">{line_rows(state, &reserved)}</div>
                <p class="quiet small">
                    {format!("{name} cannot use these where they are now. They stay kept for this case, and the next step offers them to {name}.")}
                </p>
            </section>
        }
    });
    view! {
        {clashes}
        <div class="card" data-testid="cover-preview">
            <p class="card-title">{format!("{old} → {name}")}</p>
            <div class="cluster">
                <span class="row-note">"Then the case is"</span>
                {light_chip(&preview.light)}
            </div>
        </div>
        {kept}
    }
    .into_any()
}

/// Lines with quantities, to read.
fn line_rows(state: &State, lines: &[(LineId, u32)]) -> Vec<AnyView> {
    lines
        .iter()
        .filter_map(|(id, quantity)| Some((state.line(*id)?, *quantity)))
        .map(|(line, quantity)| {
            let code = code_words(state.product(&line.identity.product), &line.identity);
            view! {
                <div class="row">
                    <span class="row-lines">
                        <span class="row-title clamp">{product_name(state, &line.identity.product)}</span>
                        <span class="code quiet tiny">{code}</span>
                    </span>
                    <span class="count">{quantity}</span>
                </div>
            }
            .into_any()
        })
        .collect()
}

fn offer(state: &State, case: CaseId, old: PersonId, new: PersonId, travel: TravelForm) -> AnyView {
    let name = person_name(state, new);
    let lines = reserved_with(state, case, Custodian::Person(old));
    let changed = notice(
        Tone::Ok,
        Icon::Check,
        format!("{name} covers the case now"),
        "",
    );
    if lines.is_empty() {
        return view! {
            {changed}
            {empty(Icon::Check, "Nothing has to move", "No stock is reserved with the old rep for this case.", None)}
        }
        .into_any();
    }
    view! {
        {changed}
        <section class="section">
            <h2>{format!("Reserved, to offer to {name}")}</h2>
            <div class="card card-flush rows" data-testid="offer-lines">{line_rows(state, &lines)}</div>
        </section>
        <TravelFields form=travel />
    }
    .into_any()
}

fn actions(
    app: App,
    case: CaseId,
    step: RwSignal<Step>,
    doing: Doing,
    travel: TravelForm,
) -> Option<AnyView> {
    let problem = view! { <Problem words=doing.problem /> };
    match step.get() {
        Step::Pick => None,
        Step::Look(rep) => {
            let change = Callback::new(move |()| {
                let Some(old) = app.view_untracked().case(case).map(|case| case.rep) else {
                    return;
                };
                doing.act(Command::ChangeRep { case, rep }, move |_| {
                    step.set(Step::Offer(old, rep))
                });
            });
            let name = person_name(&app.view(), rep);
            Some(
                view! {
                    {problem}
                    <Button look=Look::Main sign=Icon::Swap label=format!("Give the case to {name}") busy=doing.busy testid="confirm-rep" press=change />
                    <Button look=Look::Wide label="Choose someone else" testid="choose-rep" press=Callback::new(move |()| step.set(Step::Pick)) />
                }
                .into_any(),
            )
        }
        Step::Offer(old, new) => {
            let lines = reserved_with(&app.view(), case, Custodian::Person(old));
            Some(
                view! { {problem} {offer_actions(case, old, new, lines, step, doing, travel)} }
                    .into_any(),
            )
        }
    }
}

fn offer_actions(
    case: CaseId,
    old: PersonId,
    new: PersonId,
    lines: Vec<(LineId, u32)>,
    step: RwSignal<Step>,
    doing: Doing,
    travel: TravelForm,
) -> AnyView {
    let back = |label| {
        link_button(
            Look::Wide,
            None,
            label,
            Route::Case(case).path(),
            "cover-done",
        )
    };
    if lines.is_empty() {
        return back("Back to the case");
    }
    let pieces: u32 = lines.iter().map(|(_, quantity)| quantity).sum();
    let offer = Callback::new(move |()| {
        let command = Command::OfferTransfer {
            from: Custodian::Person(old),
            to: Custodian::Person(new),
            lines: lines
                .iter()
                .map(|(line, quantity)| (*line, *quantity, Some(case)))
                .collect(),
            travel: travel.travel(),
            note: travel.note(),
        };
        doing.act(command, move |saved| {
            let undo = Command::CancelTransfer {
                transfer: saved.first(),
                reason: "".into(),
            };
            doing.toast("Offered. It stays yours until it is accepted.", Some(undo));
            step.set(Step::Offer(old, new));
        });
    });
    view! {
        <Button look=Look::Main sign=Icon::Handoff label=format!("Offer {}", quantity_words(pieces)) busy=doing.busy testid="confirm-offer" press=offer />
        {back("Not now")}
    }
    .into_any()
}

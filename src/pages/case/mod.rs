//! A case: who covers it, whether it has what it needs and from where, what it used.

mod bill;
mod cancel;
mod cover;
mod form;
pub mod mark;
mod record;
mod source;

pub use bill::CaseBill;
pub use cover::{CaseCover, CaseSwap, waiting_for};
pub use form::{EditCase, NewCase};
pub use mark::CaseMark;
pub use record::CaseUse;

use crate::components::act::Doing;
use crate::components::button::{Button, Look, link_button};
use crate::components::case_card::{case_light, case_name, case_place};
use crate::components::chip::{Tone, approval_words, chip, flag_chip, status_chip};
use crate::components::icon::{Icon, icon};
use crate::components::matrix::coverage;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::stock_row::{ShowHolder, code_words, line_words};
use crate::pages::gates::NotFound;
use crate::pages::handoffs;
use crate::pages::requests::{ask_path, for_case};
use crate::state::{
    App, DateStyle, Route, body_words, facility_name, names_words, person_name, product_name,
    use_app,
};
use baton_domain::case::{Case, CaseDetails, Usage, UseStatus};
use baton_domain::id::CaseId;
use baton_domain::proposal::{Proposal, approvers};
use baton_domain::readiness::{Light, readiness};
use baton_domain::{Command, State};
use cancel::CancelCase;
use leptos::prelude::*;

/// A case.
#[component]
pub fn CasePage(
    /// Which.
    case: CaseId,
) -> AnyView {
    let app = use_app();
    if app.view_untracked().case(case).is_none() {
        return view! { <NotFound /> }.into_any();
    }
    let known = move || app.view().case(case).cloned();
    let title = Signal::derive(move || {
        let state = app.view();
        state
            .case(case)
            .map_or_else(String::new, |case| case_name(&state, case))
    });
    let eyebrow = Signal::derive(move || known().map(|case| when_words(app, &case)));
    let doing = Doing::new();
    let cancelling = RwSignal::new(false);
    let open = Memo::new(move |_| known().is_some_and(|case| case.status.is_open()));
    let actions = move || open.get().then(|| actions(case));
    view! {
        <Page title=title eyebrow=eyebrow back=Route::Today.path() actions=actions.into_any()>
            <Problem words=doing.problem doing=doing />
            {move || {
                let state = app.view();
                state.case(case).map(|case| body(app, &state, case, doing, cancelling))
            }}
            <CancelCase case=case open=cancelling />
        </Page>
    }
    .into_any()
}

/// Date and time at the facility: `Mon, Nov 23, 10:30`.
fn when_words(app: App, case: &Case) -> String {
    let day = app.format_date(case.starts_at.date, DateStyle::Day);
    format!("{day}, {}", app.format_local_time(case.starts_at))
}

fn actions(case: CaseId) -> AnyView {
    view! {
        {link_button(Look::Main, Some(Icon::Scan), "Record use", Route::CaseUse(case).path(), "record-use")}
        <div class="btn-pair">
            {link_button(Look::Wide, Some(Icon::Mark), "Mark stock", Route::CaseMark(case).path(), "mark-stock")}
            {link_button(Look::Wide, Some(Icon::Swap), "Can't cover", Route::CaseCover(case).path(), "cant-cover")}
        </div>
    }
    .into_any()
}

/// What is proposed about the case and not answered yet: who has to (R41).
fn proposed(state: &State, case: CaseId) -> Vec<AnyView> {
    let light = readiness(state, case).map(|found| found.light);
    let decides = |id| matches!(&light, Some(Light::ReadyWhenApproved(ids)) if ids.contains(&id));
    let about = |one: &&Proposal| {
        let touches = || one.what().cases_touched().contains(&case);
        one.is_open() && (decides(one.id()) || touches())
    };
    let proposals = state.proposals().filter(about);
    let said = proposals.map(|one| {
        let may = approvers(state, one);
        let who = person_name(state, one.entry.actor);
        let words = match decides(one.id()) {
            true => approval_words(state, &may),
            false => format!("Waits until {} approves", names_words(state, &may)),
        };
        notice(
            Tone::Warn,
            Icon::Clock,
            words,
            format!("{who} proposed: {}", body_words(state, one.what())),
        )
    });
    said.collect()
}

fn body(app: App, state: &State, case: &Case, doing: Doing, cancelling: RwSignal<bool>) -> AnyView {
    let newer = case.needs_newer_app.then(|| {
        notice(
            Tone::Warn,
            Icon::Info,
            "Update the app to see all of this case",
            "Somebody recorded something here with a newer version.",
        )
    });
    view! {
        {newer}
        {proposed(state, case.id)}
        {head(app, state, case)}
        {cover::steps_left(state, case, app.today()).map(|left| cover::swap_link(state, case, left))}
        {needs(app, state, case)}
        {kept(app, state, case, doing)}
        {for_case(app, state, case.id)}
        {coming(app, state, case)}
        {used(app, state, case)}
        {private(case.details.as_ref())}
        {bill_link(case)}
        {case.status.is_open().then(|| more(case.id, case.rep != app.me().person, cancelling))}
    }
    .into_any()
}

fn head(app: App, state: &State, case: &Case) -> AnyView {
    let (tone, sign, words) = case_light(state, case);
    let mine = case.rep == app.me().person;
    let rep = if mine {
        "You".to_owned()
    } else {
        person_name(state, case.rep)
    };
    let since = app.format_time(case.rep_since, DateStyle::DateTime);
    let zone = state
        .facility(case.facility)
        .map(|facility| facility.zone.to_string());
    let elsewhere = zone.filter(|zone| *zone != app.own_zone());
    view! {
        <section class="card" aria-label="The case" data-testid="case-head">
            <div class="spread">
                <div>
                    <p class="card-title" data-testid="case-rep">{rep}</p>
                    <p class="row-note">{format!("covers it since {since}")}</p>
                </div>
                <span data-testid="light">{chip(tone, sign, words)}</span>
            </div>
            <div class="row-note cluster">{icon(Icon::Building)}<span>{case_place(state, case)}</span></div>
            {elsewhere.map(|zone| view! {
                <p class="row-note">{format!("The time is the facility's, in {zone}.")}</p>
            })}
        </section>
    }
    .into_any()
}

fn section(heading: &'static str, testid: &'static str, inside: AnyView) -> AnyView {
    view! {
        <section class="section" data-testid=testid>
            <h2>{heading}</h2>
            {inside}
        </section>
    }
    .into_any()
}

fn needs(app: App, state: &State, case: &Case) -> AnyView {
    let covered = readiness(state, case.id)
        .map(|found| found.needs)
        .unwrap_or_default();
    let inside = if covered.is_empty() {
        notice(
            Tone::Warn,
            Icon::Info,
            "Nothing is listed yet",
            "List what the case needs, and the light tells whether it is there.",
        )
    } else {
        view! { <div class="card card-flush">{coverage(app, state, &covered)}</div> }.into_any()
    };
    section("What it needs, and where it is", "needs", inside)
}

/// Stock that is marked or reserved, each with the way to let it go.
fn kept(app: App, state: &State, case: &Case, doing: Doing) -> Option<AnyView> {
    let id = case.id;
    let rows: Vec<AnyView> = state
        .lines_kept_for(id)
        .map(|line| {
            let quantity = line.kept_for(id);
            let lines = vec![(line.id, quantity)];
            let undo = Command::MarkStock {
                case: id,
                lines: lines.clone(),
            };
            let drop = Callback::new(move |()| {
                let undo = undo.clone();
                let command = Command::UnmarkStock {
                    case: id,
                    lines: lines.clone(),
                };
                doing.act(command, move |_| {
                    doing.toast("Dropped from the case", Some(undo))
                });
            });
            view! {
                <div class="row row-top" data-testid="kept-line">
                    {line_words(app, state, line, case.starts_at.date, ShowHolder::Yes)}
                    <div class="row-end">
                        <span class="count">{app.format_number(quantity)}</span>
                        <Button look=Look::Bare label="Drop" testid="drop-mark" press=drop />
                    </div>
                </div>
            }
            .into_any()
        })
        .collect();
    (!rows.is_empty()).then(|| {
        section(
            "Marked for this case",
            "kept",
            view! { <div class="card card-flush rows">{rows}</div> }.into_any(),
        )
    })
}

fn coming(app: App, state: &State, case: &Case) -> Option<AnyView> {
    let rows: Vec<AnyView> = state
        .open_transfers()
        .filter(|transfer| {
            transfer
                .lines
                .iter()
                .any(|line| line.reserved_for == Some(case.id))
        })
        .map(|transfer| handoffs::row(app, state, transfer, false))
        .collect();
    (!rows.is_empty()).then(|| {
        section(
            "On its way for this case",
            "coming",
            view! { <div class="card card-flush rows">{rows}</div> }.into_any(),
        )
    })
}

/// What happened to a used thing, in a word.
pub fn use_words(status: UseStatus) -> &'static str {
    match status {
        UseStatus::Implanted => "Implanted",
        UseStatus::Used => "Used",
        UseStatus::Wasted => "Wasted",
        UseStatus::Damaged => "Damaged",
        UseStatus::BackToTray => "Back to tray",
    }
}

fn used(app: App, state: &State, case: &Case) -> Option<AnyView> {
    let rows: Vec<AnyView> = case
        .usage
        .iter()
        .rev()
        .map(|usage| used_row(app, state, usage))
        .collect();
    (!rows.is_empty()).then(|| {
        section(
            "Recorded in this case",
            "used",
            view! { <div class="card card-flush rows">{rows}</div> }.into_any(),
        )
    })
}

fn used_row(app: App, state: &State, usage: &Usage) -> AnyView {
    let code = code_words(state.product(&usage.identity.product), &usage.identity);
    let (by, at) = usage.by;
    let by = if by == app.me().person {
        "you".to_owned()
    } else {
        person_name(state, by)
    };
    let note = format!(
        "{} by {by}, {}",
        use_words(usage.status),
        app.format_time(at, DateStyle::DateTime)
    );
    let flags: Vec<AnyView> = usage.flags.iter().map(flag_chip).collect();
    let holder = (!usage.presumed_holder.is_empty()).then(
        || view! { <span class="row-note">{format!("From {}", usage.presumed_holder)}</span> },
    );
    let reason = (!usage.reason.is_empty())
        .then(|| view! { <span class="row-note">{format!("Reason: {}", usage.reason)}</span> });
    view! {
        <div class="row row-top" data-testid="used-line">
            <div class="row-lines">
                <p class="row-title clamp">{product_name(state, &usage.identity.product)}</p>
                <p class="code quiet tiny">{code}</p>
                <p class="row-note">{note}</p>
                {holder}
                {reason}
                <div class="chips">{app.status_of(usage.entry).map(status_chip)}{flags}</div>
            </div>
            <span class="count">{app.format_number(usage.quantity)}</span>
        </div>
    }
    .into_any()
}

fn private(details: Option<&CaseDetails>) -> Option<AnyView> {
    let details = details?;
    let fact = |name: &'static str, value: &str| {
        let value = value.to_owned();
        (!value.is_empty()).then(|| view! { <dt>{name}</dt> <dd>{value}</dd> }.into_any())
    };
    let facts = [
        fact("Procedure", &details.procedure),
        fact("Surgeon", &details.surgeon),
        fact("Reference", &details.reference),
    ];
    facts.iter().any(Option::is_some).then(|| {
        section(
            "Private part",
            "private",
            view! {
                <div class="card"><dl class="facts">{facts.into_iter().flatten().collect::<Vec<_>>()}</dl></div>
            }
            .into_any(),
        )
    })
}

/// The way to the bill sheet, once something was used, or to close the case without a use.
fn bill_link(case: &Case) -> AnyView {
    let words = match (case.status.is_open(), case.usage.is_empty()) {
        (true, true) => "Close the case",
        (true, false) => "Bill sheet: close and sign",
        (false, _) => "Bill sheet",
    };
    view! {
        <div class="card card-flush rows">
            <a class="row" href=Route::CaseBill(case.id).path() data-testid="open-bill">
                {icon(Icon::Edit)}
                <span class="grow">{words}</span>
                {icon(Icon::Next)}
            </a>
        </div>
    }
    .into_any()
}

fn more(case: CaseId, others: bool, cancelling: RwSignal<bool>) -> AnyView {
    let hand_over = others.then(|| {
        view! {
            <a class="row" href=format!("{}?case={case}", Route::NewHandoff.path()) data-testid="hand-over-for-case">
                {icon(Icon::Handoff)}
                <span class="grow">"Hand over what it misses"</span>
                {icon(Icon::Next)}
            </a>
        }
    });
    view! {
        <div class="card card-flush rows">
            {hand_over}
            <a class="row" href=ask_path("case", case) data-testid="request-for-case">
                {icon(Icon::Sent)}
                <span class="grow">"Request stock from a warehouse"</span>
                {icon(Icon::Next)}
            </a>
            <a class="row" href=Route::CaseEdit(case).path() data-testid="edit-case">
                {icon(Icon::Edit)}
                <span class="grow">"Change time, place or needs"</span>
                {icon(Icon::Next)}
            </a>
            <button type="button" class="row" data-testid="cancel-case" on:click=move |_| cancelling.set(true)>
                {icon(Icon::Cross)}
                <span class="grow">"Cancel the case"</span>
                {icon(Icon::Next)}
            </button>
        </div>
    }
    .into_any()
}

/// `St. Anne Hospital, 10:30`: how a case is named beside others.
pub fn short_words(app: App, state: &State, case: &Case) -> String {
    format!(
        "{}, {}",
        facility_name(state, case.facility),
        when_words(app, case)
    )
}

//! Recalls: what must not be used, where it lies, and in which cases it was used (R29).

use super::i_may;
use crate::components::act::{Doing, use_going};
use crate::components::button::{Button, Look, Submit};
use crate::components::chip::{Tone, chip, plain_chip};
use crate::components::empty::empty;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{Kind, TextField};
use crate::components::icon::{Icon, icon};
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::product_picker::ProductPicker;
use crate::components::sheet::Sheet;
use crate::components::stock_row::{ShowHolder, stock_row};
use crate::pages::case::short_words;
use crate::state::{
    App, DateStyle, Route, person_name, product_label, product_name, quantity_words,
    recalled_apart, use_app,
};
use baton_domain::authority::Act;
use baton_domain::case::Usage;
use baton_domain::id::CaseId;
use baton_domain::product::Product;
use baton_domain::recall::{Recall, RecallId, Recalled, reach};
use baton_domain::stock::Identity;
use baton_domain::{Command, State, Text};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// All recalls, those in force first.
#[component]
pub fn Recalls() -> AnyView {
    let app = use_app();
    let adding = RwSignal::new(app.asked_untracked("line").is_some());
    let rows = move || {
        let state = app.view();
        let all: Vec<&Recall> = state.recalls().collect();
        if all.is_empty() {
            return empty(
                Icon::Warn,
                "No recalls",
                "A recalled lot or serial is held wherever it lies, and its uses are listed here.",
                None,
            );
        }
        let (ended, running): (Vec<_>, Vec<_>) = all
            .into_iter()
            .rev()
            .partition(|recall| recall.ended_by.is_some());
        let rows: Vec<AnyView> = running
            .into_iter()
            .chain(ended)
            .map(|recall| recall_row(&state, recall))
            .collect();
        view! { <div class="card card-flush rows">{rows}</div> }.into_any()
    };
    let add = move || {
        i_may(app, &app.view(), Act::Recall).then(|| {
            let press = Callback::new(move |()| adding.set(true));
            view! { <Button look=Look::Wide sign=Icon::Warn label="Recall stock" testid="add-recall" press=press /> }
        })
    };
    view! {
        <Page title="Recalls" back=Route::Office.path()>
            {rows}
            {add}
            <Sheet title="Recall stock" open=adding testid="recall-sheet">
                <NewRecall />
            </Sheet>
        </Page>
    }
    .into_any()
}

fn recall_row(state: &State, recall: &Recall) -> AnyView {
    let found = reach(state, &recall.what);
    let used: u32 = found.used.iter().map(|(_, usage)| usage.quantity).sum();
    let held: u32 = found.on_hand.iter().map(|line| line.quantity).sum();
    let note = format!(
        "{} · {held} on hand · {used} used",
        recalled_apart(&recall.what)
    );
    let state_chip = if recall.ended_by.is_some() {
        plain_chip("Ended")
    } else {
        chip(Tone::Bad, Icon::Hold, "In force".to_owned())
    };
    view! {
        <a class="row" href=Route::Recall(recall.id).path() data-testid="recall-row">
            <span class="row-lines">
                <span class="row-title clamp">{product_name(state, &recall.what.product)}</span>
                <span class="row-note">{note}</span>
                <span class="chips">{state_chip}</span>
            </span>
            {icon(Icon::Next)}
        </a>
    }
    .into_any()
}

/// One recall and what it reaches.
#[component]
pub fn RecallPage(
    /// Which.
    recall: RecallId,
) -> AnyView {
    let app = use_app();
    let title = Signal::derive(move || {
        let state = app.view();
        state.recall(recall).map_or_else(String::new, |recall| {
            product_name(&state, &recall.what.product)
        })
    });
    let ending = RwSignal::new(false);
    view! {
        <Page title=title eyebrow="Recall" back=Route::Recalls.path()>
            {move || {
                let state = app.view();
                state.recall(recall).map(|recall| reached(app, &state, recall, ending))
            }}
            <Sheet title="End this recall" open=ending testid="end-recall-sheet">
                <EndRecall recall=recall open=ending />
            </Sheet>
        </Page>
    }
    .into_any()
}

fn reached(app: App, state: &State, recall: &Recall, ending: RwSignal<bool>) -> AnyView {
    let found = reach(state, &recall.what);
    let lines: Vec<AnyView> = found
        .on_hand
        .iter()
        .map(|line| stock_row(app, state, line, app.today(), ShowHolder::Yes, false))
        .collect();
    let used: Vec<AnyView> = found
        .used
        .iter()
        .map(|(case, usage)| used_row(app, state, *case, usage))
        .collect();
    let (who, at) = recall.issued_by;
    let issued = format!(
        "{}, {}, {}",
        recalled_apart(&recall.what),
        person_name(state, who),
        app.format_time(at, DateStyle::DateTime)
    );
    let (tone, sign) = match recall.ended_by {
        None => (Tone::Bad, Icon::Hold),
        Some(_) => (Tone::Quiet, Icon::Check),
    };
    let end = (recall.ended_by.is_none() && i_may(app, state, Act::Recall)).then(|| {
        let press = Callback::new(move |()| ending.set(true));
        view! { <Button look=Look::Wide sign=Icon::Check label="End this recall" testid="end-recall" press=press /> }
    });
    let ended = recall.ended_by.map(|(who, at)| {
        let words = format!(
            "{}, {}. What it put on hold stays there until it is reviewed.",
            person_name(state, who),
            app.format_time(at, DateStyle::DateTime)
        );
        notice(Tone::Quiet, Icon::Info, "Ended", words)
    });
    view! {
        {notice(tone, sign, recall.reason.to_string(), issued)}
        {ended}
        {section("On hand", "Nothing of it is on hand.", lines, "recall-on-hand")}
        {section("Used", "No case known here used it.", used, "recall-used")}
        {end}
    }
    .into_any()
}

fn section(
    title: &'static str,
    nothing: &'static str,
    rows: Vec<AnyView>,
    testid: &'static str,
) -> AnyView {
    let inside = if rows.is_empty() {
        view! { <p class="quiet">{nothing}</p> }.into_any()
    } else {
        view! { <div class="card card-flush rows">{rows}</div> }.into_any()
    };
    view! { <section class="section" data-testid=testid><h2>{title}</h2>{inside}</section> }
        .into_any()
}

fn used_row(app: App, state: &State, case: CaseId, usage: &Usage) -> AnyView {
    let place = state
        .case(case)
        .map(|case| short_words(app, state, case))
        .unwrap_or_default();
    let note = format!(
        "{}, recorded by {}",
        quantity_words(usage.quantity),
        person_name(state, usage.by.0)
    );
    view! {
        <a class="row" href=Route::Case(case).path()>
            <span class="row-lines">
                <span class="row-title">{place}</span>
                <span class="row-note">{note}</span>
            </span>
            {icon(Icon::Next)}
        </a>
    }
    .into_any()
}

#[component]
fn NewRecall() -> AnyView {
    let app = use_app();
    let going = use_going();
    let (doing, errors) = (Doing::new(), Errors::new());
    // A line's page comes here with itself: its lot or serial is what the notice names.
    let line = app.asked_untracked("line").and_then(|id| id.parse().ok());
    let state = app.view_untracked();
    let identity = line.and_then(|id| Some(&state.line(id)?.identity));
    let text = |read: fn(&Identity) -> &Option<Text>| {
        let text = identity.and_then(|identity| read(identity).as_deref());
        RwSignal::new(text.unwrap_or_default().to_owned())
    };
    let (lot, serial) = (text(|of| &of.lot), text(|of| &of.serial));
    let product = RwSignal::new(identity.map(|identity| identity.product.clone()));
    let reason = RwSignal::new(String::new());
    let typed = move || {
        let text = |field: RwSignal<String>| {
            let text = field.get();
            (!text.trim().is_empty()).then(|| text.trim().into())
        };
        Some(Recalled {
            product: product.get()?,
            lot: text(lot),
            serial: text(serial),
        })
    };
    let picked = Callback::new(move |found: Product| product.set(Some(found.id)));
    let chosen = move || {
        let state = app.view();
        product.get().map(|id| {
            let name = state
                .product(&id)
                .map_or_else(|| id.to_string(), product_label);
            notice(Tone::Accent, Icon::Stock, name, id.to_string())
        })
    };
    // What it will hold is shown before it is done.
    let preview = move || {
        let what = typed()?;
        let state = app.view();
        let found = reach(&state, &what);
        let held: u32 = found.on_hand.iter().map(|line| line.quantity).sum();
        let cases = found.used.len();
        let words =
            format!("{held} on hand go on hold at once; used {cases} times in known cases.");
        Some(notice(Tone::Warn, Icon::Hold, recalled_apart(&what), words))
    };
    let submit = move |sent: SubmitEvent| {
        sent.prevent_default();
        let mut missing = Vec::new();
        let what = untrack(typed);
        if what.is_none() {
            missing.push(("recall-product", "Choose the product".to_owned()));
        }
        if reason.with_untracked(|reason| reason.trim().is_empty()) {
            missing.push(("recall-reason", "Enter the reason".to_owned()));
        }
        errors.show(missing);
        let (Some(what), reason) = (what, reason.get_untracked()) else {
            return;
        };
        if reason.trim().is_empty() {
            return;
        }
        let command = Command::IssueRecall {
            what,
            reason: reason.trim().into(),
        };
        doing.act(command, move |saved| {
            going.run(Route::Recall(saved.first()).path())
        });
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <ErrorSummary errors=errors />
            <ProductPicker id="recall-product" label="Product: name, reference or code" picked=picked />
            {chosen}
            <TextField id="recall-lot" label="Lot (empty: every lot)" value=lot kind=Kind::Code />
            <TextField id="recall-serial" label="Serial (empty: every serial)" value=serial kind=Kind::Code />
            <TextField id="recall-reason" label="Reason, as the notice says" value=reason errors=errors />
            {preview}
            <Problem words=doing.problem doing=doing />
            <Submit label="Recall" busy=doing.busy testid="save-recall" />
        </form>
    }
    .into_any()
}

#[component]
fn EndRecall(
    /// Which.
    recall: RecallId,
    /// Closes the sheet around it.
    open: RwSignal<bool>,
) -> AnyView {
    let doing = Doing::new();
    let reason = RwSignal::new(String::new());
    let save = Callback::new(move |()| {
        let reason = reason.get_untracked().trim().into();
        doing.act(Command::EndRecall { recall, reason }, move |_| {
            open.set(false)
        });
    });
    view! {
        {notice(Tone::Warn, Icon::Hold, "What it holds stays on hold", "Review it piece by piece and release it there.")}
        <TextField id="end-recall-reason" label="Reason" value=reason />
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main label="End the recall" busy=doing.busy testid="confirm-end-recall" press=save />
    }
    .into_any()
}

//! Scan: what is this? A code typed or sent by a wedge scanner, what it names, who has it, and
//! what can be done with it.

use super::reading::{Reading, lines_named, query_value, read};
use crate::components::button::{Look, link_button};
use crate::components::chip::{Tone, plain_chip};
use crate::components::empty::empty;
use crate::components::expiry::expiry_chip;
use crate::components::field::SearchBox;
use crate::components::icon::{Icon, icon};
use crate::components::notice::notice;
use crate::components::page::Page;
use crate::components::scanner::Scanner;
use crate::components::stock_row::{ShowHolder, code_words, stock_row};
use crate::pages::case::short_words;
use crate::pages::stock::Needle;
use crate::state::{App, Route, product_name, use_app};
use baton_domain::State;
use baton_domain::stock::StockLine;
use baton_scan::{ScanOutcome, Wanted};
use leptos::prelude::*;

/// Lines drawn at most.
const ROWS_MAX: usize = 30;

/// Scan.
#[component]
pub fn Scan() -> AnyView {
    let app = use_app();
    let typed = RwSignal::new(String::new());
    // A wedge scanner ends with Enter: then a screen reader is told what it was.
    let enter = Callback::new(move |()| {
        let state = app.view_untracked();
        let words = match read(&typed.get_untracked(), app.today()) {
            Some(reading) => product_name(&state, &reading.identity.product),
            None => "This is not a code that names a product".into(),
        };
        app.announce(words);
    });
    let seen = Callback::new(move |outcome: ScanOutcome| {
        typed.set(outcome.code);
        enter.run(());
    });
    view! {
        <Page title="Scan">
            <Scanner wanted=Wanted::Labels on_outcome=seen />
            <SearchBox id="scan-code" label="Type or scan a code" value=typed submit=enter />
            {move || found(app, &typed.get())}
        </Page>
    }
    .into_any()
}

fn found(app: App, text: &str) -> AnyView {
    if text.trim().is_empty() {
        return empty(
            Icon::Scan,
            "What is this?",
            "Type what the label says, or use a scanner that types: the code, a lot, a serial or a reference. Baton says what it is, who has it and what can be done.",
            None,
        );
    }
    let state = app.view();
    match read(text, app.today()) {
        Some(reading) => named(app, &state, &reading, text),
        None => words(app, &state, text),
    }
}

/// A whole code: the thing itself, then where such things are.
fn named(app: App, state: &State, reading: &Reading, text: &str) -> AnyView {
    let identity = &reading.identity;
    let product = state.product(&identity.product);
    let unknown = product.is_none().then(|| {
        notice(
            Tone::Quiet,
            Icon::Info,
            "This phone does not know the product",
            "It may be in the catalogue all the same. Receiving looks it up, and a use can be recorded as it is.",
        )
    });
    let doubts = (!reading.doubts.is_empty()).then(|| {
        notice(
            Tone::Warn,
            Icon::Warn,
            "Look at the label again",
            reading.doubts.join(". "),
        )
    });
    let lines: Vec<&StockLine> = lines_named(state, identity).collect();
    let sterile = product.map(|product| {
        plain_chip(if product.sterile {
            "Sterile"
        } else {
            "Non-sterile"
        })
    });
    view! {
        <section class="card" aria-label="What it is" data-testid="scan-result">
            <div class="row-lines">
                <p class="card-title">{product_name(state, &identity.product)}</p>
                <p class="code quiet tiny">{code_words(product, identity)}</p>
                <p class="code quiet tiny">{format!("DI {}", identity.product)}</p>
            </div>
            <div class="chips">{expiry_chip(app, identity.expiry, app.today())}{sterile}</div>
        </section>
        {unknown}
        {doubts}
        {places(app, state, &lines)}
        {things_to_do(app, state, text, lines.is_empty())}
    }
    .into_any()
}

/// Words: whatever fits them.
fn words(app: App, state: &State, text: &str) -> AnyView {
    let needle = Needle::new(text, app.today());
    let mut fitting = needle.over(state);
    let lines: Vec<&StockLine> = state
        .lines()
        .filter(|line| line.quantity > 0 && fitting.fits(line))
        .take(ROWS_MAX)
        .collect();
    if lines.is_empty() {
        let receive = link_button(
            Look::Wide,
            Some(Icon::Plus),
            "Receive stock",
            Route::Receive.path(),
            "scan-receive",
        );
        return empty(
            Icon::Search,
            "Nothing here has that on its label",
            "Nobody in the organization holds it, as far as this phone knows.",
            Some(receive),
        );
    }
    places(app, state, &lines)
}

fn places(app: App, state: &State, lines: &[&StockLine]) -> AnyView {
    if lines.is_empty() {
        return notice(Tone::Quiet, Icon::Stock, "Nobody here holds it", "");
    }
    let mine = |line: &&&StockLine| {
        line.custodian != baton_domain::stock::Custodian::Person(app.me().person)
    };
    let mut sorted: Vec<&&StockLine> = lines.iter().collect();
    sorted.sort_by_key(mine);
    let rows: Vec<AnyView> = sorted
        .into_iter()
        .take(ROWS_MAX)
        .map(|line| stock_row(app, state, line, app.today(), ShowHolder::Yes, false))
        .collect();
    view! {
        <section class="section">
            <h2>"Who has it"</h2>
            <div class="card card-flush rows" data-testid="scan-lines">{rows}</div>
        </section>
    }
    .into_any()
}

/// A use in one of one's cases of today, or taking it into custody where nobody has it.
fn things_to_do(app: App, state: &State, text: &str, nowhere: bool) -> AnyView {
    let me = app.me().person;
    let today = app.today();
    let near = |days: i32| (-1..=1).contains(&days);
    let cases: Vec<AnyView> = state
        .cases()
        .filter(|case| case.rep == me && case.status.is_open())
        .filter(|case| near(case.starts_at.date.days_since(today)))
        .map(|case| {
            let path = format!("{}?code={}", Route::CaseUse(case.id).path(), query_value(text));
            view! {
                <a class="row" href=path data-testid="scan-use">
                    {icon(Icon::Check)}
                    <span class="grow">{format!("Record use in {}", short_words(app, state, case))}</span>
                    {icon(Icon::Next)}
                </a>
            }
            .into_any()
        })
        .collect();
    let receive = nowhere.then(|| {
        let path = format!("{}?code={}", Route::Receive.path(), query_value(text));
        view! {
            <a class="row" href=path data-testid="scan-receive">
                {icon(Icon::Plus)}
                <span class="grow">"Receive it into custody"</span>
                {icon(Icon::Next)}
            </a>
        }
    });
    view! { <div class="card card-flush rows">{cases}{receive}</div> }.into_any()
}

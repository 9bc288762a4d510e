//! What a code or a few words name: the thing, what speaks against it, where it is.

use crate::components::button::{Button, Look, link_button};
use crate::components::chip::{Tone, plain_chip};
use crate::components::empty::empty;
use crate::components::expiry::expiry_chip;
use crate::components::icon::{Icon, icon};
use crate::components::notice::notice;
use crate::components::stock_row::{ShowHolder, code_words, stock_row};
use crate::pages::against::{Against, against, elsewhere};
use crate::pages::case::short_words;
use crate::pages::reading::{Reading, lines_named, query_value, read};
use crate::pages::stock::{Needle, history, timeline};
use crate::state::{App, Route, person_name, product_name};
use baton_domain::State;
use baton_domain::stock::{Custodian, Identity, StockLine};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Lines drawn at most.
const ROWS_MAX: usize = 30;

/// What a text names.
pub fn found(app: App, text: &str) -> AnyView {
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
        // The whole catalogue may know it; what it knows is kept on this phone from then on.
        let id = identity.product.clone();
        spawn_local(async move {
            app.search_catalogue(id.as_str()).await;
        });
        notice(
            Tone::Quiet,
            Icon::Info,
            "This phone does not know the product",
            "Receiving creates it from its code, and a use can be recorded as it is. Operations then completes its name.",
        )
    });
    let ask = product
        .is_none()
        .then(|| ask_office(app, state, identity, text));
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
        <div class="stack" data-testid="scan-warnings">{warnings(app, state, identity, &lines)}</div>
        {things_to_do(app, state, text, &lines)}
        {ask}
        {places(app, state, &lines)}
        {been(app, state, &lines)}
    }
    .into_any()
}

/// A message about a product that nobody here knows, for whatever app one writes to the office
/// with.
fn ask_office(app: App, state: &State, identity: &Identity, text: &str) -> AnyView {
    let words = format!(
        "What is this? DI {}, {}. Seen by {}. The whole code: {}",
        identity.product,
        code_words(None, identity),
        person_name(state, app.me().person),
        text.trim(),
    );
    let copied = RwSignal::new(false);
    let ask = Callback::new(move |()| {
        let words = words.clone();
        spawn_local(async move {
            // Nothing happens where the person changed their mind.
            if app.can_share() {
                app.share(words).await;
            } else if app.copy(words).await {
                let _ = copied.try_set(true);
            }
        });
    });
    view! {
        <Button look=Look::Wide sign=Icon::Info label="Ask the office what it is" testid="scan-ask" press=ask />
        {move || copied.get().then(|| view! { <p class="quiet small" role="status">"Copied: paste it where you write to the office."</p> })}
    }
    .into_any()
}

/// What speaks against using it, said before anything else, with the way on.
fn warnings(app: App, state: &State, identity: &Identity, lines: &[&StockLine]) -> Vec<AnyView> {
    let me = Custodian::Person(app.me().person);
    let mut all = against(app, state, identity, lines);
    all.extend(elsewhere(state, lines, |holder| holder == me));
    all.into_iter().map(Against::shown).collect()
}

/// Where it has been, when it is plain which line it is.
fn been(app: App, state: &State, lines: &[&StockLine]) -> Option<AnyView> {
    match lines {
        [line] => Some(history(app, &timeline(state, line))),
        _ => None,
    }
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
    let mine = |line: &&&StockLine| line.custodian != Custodian::Person(app.me().person);
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

/// A use in one of one's cases of today, a handoff of one's own, or taking it into custody where
/// nobody has it.
fn things_to_do(app: App, state: &State, text: &str, lines: &[&StockLine]) -> AnyView {
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
    let own = lines
        .iter()
        .find(|line| line.custodian == Custodian::Person(me) && line.free() > 0);
    let offer = own.map(|line| {
        let path = format!("{}?line={}", Route::NewHandoff.path(), line.id);
        view! {
            <a class="row" href=path data-testid="scan-offer">
                {icon(Icon::Handoff)}
                <span class="grow">"Offer it in a handoff"</span>
                {icon(Icon::Next)}
            </a>
        }
    });
    let receive = lines.is_empty().then(|| {
        let path = format!("{}?code={}", Route::Receive.path(), query_value(text));
        view! {
            <a class="row" href=path data-testid="scan-receive">
                {icon(Icon::Plus)}
                <span class="grow">"Receive it into custody"</span>
                {icon(Icon::Next)}
            </a>
        }
    });
    view! { <div class="card card-flush rows">{cases}{offer}{receive}</div> }.into_any()
}

//! One stock line: what it is, with whom, what it is promised to, and where it has been.

use super::adjust::{AdjustSheet, DrawSheet, draws};
use super::correct::CorrectSheet;
use super::due_back::{DueBackSheet, due_back_history};
use super::hold::{HoldKind, HoldSheet};
use super::timeline::{Moment, timeline};
use super::tray::is_tray;
use crate::components::button::{Look, link_button};
use crate::components::chip::{Tone, chip};
use crate::components::icon::{Icon, icon};
use crate::components::notice::notice;
use crate::components::page::Page;
use crate::components::stock_row::{line_chips, title_words};
use crate::pages::case::short_words;
use crate::pages::gates::NotFound;
use crate::pages::office::i_may;
use crate::state::{App, DateStyle, Route, custodian_name, use_app};
use baton_domain::State;
use baton_domain::authority::Act;
use baton_domain::id::LineId;
use baton_domain::product::Product;
use baton_domain::query::usable;
use baton_domain::recall::covering;
use baton_domain::stock::{Claimant, Custodian, StockLine};
use leptos::prelude::*;

/// What rises from below on this page.
#[derive(Clone, Copy)]
struct Sheets {
    holding: RwSignal<bool>,
    releasing: RwSignal<bool>,
    adjusting: RwSignal<bool>,
    correcting: RwSignal<bool>,
    drawing: RwSignal<Option<Custodian>>,
    lending: RwSignal<bool>,
}

/// A stock line.
#[component]
pub fn LinePage(
    /// Which.
    line: LineId,
) -> AnyView {
    let app = use_app();
    if app.view_untracked().line(line).is_none() {
        return view! { <NotFound /> }.into_any();
    }
    let title = Signal::derive(move || {
        let state = app.view();
        state.line(line).map_or_else(String::new, |line| {
            crate::state::product_name(&state, &line.identity.product)
        })
    });
    let sheets = Sheets {
        holding: RwSignal::new(false),
        releasing: RwSignal::new(false),
        adjusting: RwSignal::new(false),
        correcting: RwSignal::new(false),
        drawing: RwSignal::new(None),
        lending: RwSignal::new(false),
    };
    let known = move |read: fn(&StockLine) -> u32| {
        Signal::derive(move || app.view().line(line).map_or(0, read))
    };
    let actions = link_button(
        Look::Main,
        Some(Icon::Handoff),
        "Offer in a handoff",
        format!("{}?line={line}", Route::NewHandoff.path()),
        "offer-line",
    );
    view! {
        <Page title=title eyebrow="Stock line" back=Route::Stock.path() actions=actions>
            {move || {
                let state = app.view();
                state.line(line).map(|line| body(app, &state, line, sheets))
            }}
            <DueBackSheet line=line open=sheets.lending />
            <HoldSheet line=line kind=HoldKind::Hold most=known(|line| line.quantity - line.held().min(line.quantity)) open=sheets.holding />
            <HoldSheet line=line kind=HoldKind::Release most=known(StockLine::held) open=sheets.releasing />
            <AdjustSheet line=line open=sheets.adjusting />
            <CorrectSheet line=line open=sheets.correcting />
            <DrawSheet line=line to=sheets.drawing />
        </Page>
    }
    .into_any()
}

fn body(app: App, state: &State, line: &StockLine, sheets: Sheets) -> AnyView {
    let product = state.product(&line.identity.product);
    let gone = (line.quantity == 0).then(|| {
        notice(
            Tone::Quiet,
            Icon::Info,
            "Nothing is left of this line",
            "It stays for its history.",
        )
    });
    let held = line.hold.as_ref().map(|hold| {
        notice(
            Tone::Bad,
            Icon::Hold,
            "On hold",
            format!("{} of {}: {}", hold.quantity, line.quantity, hold.reason),
        )
    });
    let recalled = covering(state, &line.identity).map(|recall| {
        view! {
            <div class="card card-flush rows">
                <a class="row" href=Route::Recall(recall.id).path() data-testid="line-recalled">
                    {chip(Tone::Bad, Icon::Warn, "Recalled".to_owned())}
                    <span class="grow row-note">{recall.reason.to_string()}</span>
                    {icon(Icon::Next)}
                </a>
            </div>
        }
    });
    view! {
        {gone}
        {recalled}
        {held}
        <section class="card" aria-label="Quantity and holder">
            <div class="spread">
                <div>
                    <p class="card-title" data-testid="line-holder">{custodian_name(state, line.custodian)}</p>
                    <p class="row-note">"holds it"</p>
                </div>
                <p class="total" data-testid="line-quantity">
                    <span class="unseen">"Quantity "</span>
                    {app.format_number(line.quantity)}
                </p>
            </div>
            {line_chips(app, state, line, app.today())}
        </section>
        {facts(app, line, product)}
        {promised(app, state, line)}
        {due_back_history(app, state, line.id)}
        {things_to_do(app, state, line, sheets)}
        {history(app, &timeline(state, line))}
    }
    .into_any()
}

fn facts(app: App, line: &StockLine, product: Option<&Product>) -> AnyView {
    let identity = &line.identity;
    let text = |value: &Option<baton_domain::Text>| value.as_ref().map(ToString::to_string);
    let lot = text(&identity.lot).or_else(|| identity.lot_unknown.then(|| "unknown".to_owned()));
    let date = |date: Option<baton_domain::time::Date>| {
        date.map(|date| app.format_date(date, DateStyle::Date))
    };
    let of = |read: fn(&Product) -> &str| {
        product
            .map(|product| read(product).to_owned())
            .filter(|text| !text.is_empty())
    };
    let facts = [
        ("Reference", of(|product| &product.reference), true),
        ("Lot", lot, true),
        ("Serial", text(&identity.serial), true),
        ("Expires", date(identity.expiry), false),
        ("Made", date(identity.manufactured), false),
        ("Owner", Some(title_words(&line.title).to_owned()), false),
        (
            "Lies in",
            Some(line.location.to_string()).filter(|text| !text.is_empty()),
            false,
        ),
        ("Size", of(|product| &product.size), false),
        ("Maker", of(|product| &product.manufacturer), false),
        ("DI", Some(identity.product.to_string()), true),
    ];
    let rows: Vec<AnyView> = facts
        .into_iter()
        .filter_map(|(name, value, code)| Some((name, value?, code)))
        .map(|(name, value, code)| {
            let class = if code { "code" } else { "" };
            view! { <dt>{name}</dt> <dd class=class>{value}</dd> }.into_any()
        })
        .collect();
    view! { <section class="card" aria-label="What it is"><dl class="facts">{rows}</dl></section> }
        .into_any()
}

/// What the line is marked, reserved or offered for.
fn promised(app: App, state: &State, line: &StockLine) -> Option<AnyView> {
    let rows: Vec<AnyView> = line
        .claims
        .iter()
        .map(|claim| {
            let (words, place, path) = match claim.by {
                Claimant::Mark(case) => (
                    "Marked",
                    state.case(case).map(|case| short_words(app, state, case)),
                    Route::Case(case).path(),
                ),
                Claimant::Reservation(case) => (
                    "Reserved",
                    state.case(case).map(|case| short_words(app, state, case)),
                    Route::Case(case).path(),
                ),
                Claimant::Offer(transfer) => (
                    "Offered",
                    state
                        .transfer(transfer)
                        .map(|transfer| format!("to {}", custodian_name(state, transfer.to))),
                    Route::Handoff(transfer).path(),
                ),
            };
            view! {
                <a class="row" href=path>
                    {chip(Tone::Accent, Icon::Mark, format!("{words} {}", claim.quantity))}
                    <span class="grow row-note">{place.unwrap_or_default()}</span>
                    {icon(Icon::Next)}
                </a>
            }
            .into_any()
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>"Promised"</h2>
                <div class="card card-flush rows" data-testid="line-claims">{rows}</div>
            </section>
        }
        .into_any()
    })
}

/// Hold, release, mark for a case that needs it, see all of the product.
fn things_to_do(app: App, state: &State, line: &StockLine, sheets: Sheets) -> AnyView {
    let me = app.me();
    let cases: Vec<AnyView> = state
        .cases()
        .filter(|case| case.status.is_open() && case.rep == me.person)
        .filter(|case| case.needs.iter().any(|need| need.product == line.identity.product))
        .filter(|case| usable(state, line, case).is_some_and(|usable| usable.quantity > usable.kept))
        .map(|case| {
            view! {
                <a class="row" href=Route::CaseMark(case.id).path() data-testid="mark-for-case">
                    {icon(Icon::Mark)}
                    <span class="grow">{format!("Mark for {}", short_words(app, state, case))}</span>
                    {icon(Icon::Next)}
                </a>
            }
            .into_any()
        })
        .collect();
    let all = format!("{}?product={}", Route::Stock.path(), line.identity.product);
    let hold = (line.held() < line.quantity).then(|| {
        view! {
            <button type="button" class="row" data-testid="hold-line" on:click=move |_| sheets.holding.set(true)>
                {icon(Icon::Hold)}
                <span class="grow">"Put on hold"</span>
                {icon(Icon::Next)}
            </button>
        }
    });
    let release = (line.held() > 0).then(|| {
        view! {
            <button type="button" class="row" data-testid="release-line" on:click=move |_| sheets.releasing.set(true)>
                {icon(Icon::Check)}
                <span class="grow">"Release from hold"</span>
                {icon(Icon::Next)}
            </button>
        }
    });
    let recall = i_may(app, state, Act::Recall).then(|| {
        view! {
            <a class="row" href=format!("{}?line={}", Route::Recalls.path(), line.id) data-testid="recall-line">
                {icon(Icon::Warn)}
                <span class="grow">"Recall this lot or serial"</span>
                {icon(Icon::Next)}
            </a>
        }
    });
    let tray = is_tray(state, line).then(|| {
        view! {
            <a class="row" href=Route::Tray(line.id).path() data-testid="open-tray">
                {icon(Icon::Stock)}
                <span class="grow">"What is in this tray"</span>
                {icon(Icon::Next)}
            </a>
        }
    });
    let in_tray = state.tray_of(line.id).map(|tray| {
        view! {
            <a class="row" href=Route::Tray(tray.line).path() data-testid="in-tray">
                {icon(Icon::Stock)}
                <span class="grow">"Lies in a tray: open it"</span>
                {icon(Icon::Next)}
            </a>
        }
    });
    view! {
        <div class="card card-flush rows">
            {cases}
            {tray}
            {in_tray}
            {hold}
            {release}
            {more_to_do(app, state, line, sheets)}
            {recall}
            {(line.quantity > 0).then(|| view! {
                <button type="button" class="row" data-testid="set-due-back" on:click=move |_| sheets.lending.set(true)>
                    {icon(Icon::Clock)}
                    <span class="grow">"Due back, or longer"</span>
                    {icon(Icon::Next)}
                </button>
                <a class="row" href=format!("{}?line={}", Route::GiveBack.path(), line.id) data-testid="return-line">
                    {icon(Icon::Courier)}
                    <span class="grow">"Give back to a warehouse"</span>
                    {icon(Icon::Next)}
                </a>
            })}
            <a class="row" href=all>
                {icon(Icon::Stock)}
                <span class="grow">"All stock of this product"</span>
                {icon(Icon::Next)}
            </a>
        </div>
    }
    .into_any()
}

/// Adjust, correct, draw or put back, sell, and for Facility Stock: make it usable by another rep.
fn more_to_do(app: App, state: &State, line: &StockLine, sheets: Sheets) -> AnyView {
    let me = Custodian::Person(app.me().person);
    let moves: Vec<AnyView> = draws(app, state, line)
        .into_iter()
        .map(|to| {
            let label = if to == me {
                "Draw to yourself".to_owned()
            } else {
                format!("Put into {}", custodian_name(state, to))
            };
            view! {
                <button type="button" class="row" data-testid="draw-line" on:click=move |_| sheets.drawing.set(Some(to))>
                    {icon(Icon::Link)}
                    <span class="grow">{label}</span>
                    {icon(Icon::Next)}
                </button>
            }
            .into_any()
        })
        .collect();
    let link = |sign, label: &'static str, href: String, testid: &'static str| {
        view! {
            <a class="row" href=href data-testid=testid>
                {icon(sign)}
                <span class="grow">{label}</span>
                {icon(Icon::Next)}
            </a>
        }
        .into_any()
    };
    let id = line.id;
    let at_facility = match line.facility_stock_at() {
        Some(facility) => vec![
            link(
                Icon::Link,
                "Make it usable by another rep",
                Route::ShareFacilityStock(id).path(),
                "share-line",
            ),
            link(
                Icon::Building,
                "All Facility Stock there",
                Route::Facility(facility).path(),
                "facility-of-line",
            ),
        ],
        None => vec![link(
            Icon::Building,
            "Sell to a facility",
            format!("{}?line={id}", Route::NewStockingOrder.path()),
            "sell-line",
        )],
    };
    let adjust = (line.quantity > 0).then(|| {
        view! {
            <button type="button" class="row" data-testid="adjust-line" on:click=move |_| sheets.adjusting.set(true)>
                {icon(Icon::Stock)}
                <span class="grow">"Adjust quantity"</span>
                {icon(Icon::Next)}
            </button>
            <button type="button" class="row" data-testid="correct-line" on:click=move |_| sheets.correcting.set(true)>
                {icon(Icon::Edit)}
                <span class="grow">"Correct lot, serial or expiry"</span>
                {icon(Icon::Next)}
            </button>
        }
    });
    let rows = (line.quantity > 0).then_some((moves, at_facility));
    view! { {rows} {adjust} }.into_any()
}

/// The moments of a line, newest first.
pub fn history(app: App, moments: &[Moment]) -> AnyView {
    let rows: Vec<AnyView> = moments
        .iter()
        .map(|moment| {
            let note = [
                app.format_time(moment.at, DateStyle::DateTime),
                moment.more.clone(),
            ];
            let note: Vec<String> = note.into_iter().filter(|part| !part.is_empty()).collect();
            view! {
                <li>
                    <span class="row-title">{moment.what.clone()}</span>
                    <span class="row-note">{note.join(" · ")}</span>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <section class="section">
            <h2>"From hand to hand"</h2>
            <div class="card"><ol class="timeline" data-testid="timeline">{rows}</ol></div>
        </section>
    }
    .into_any()
}

//! What lies at a facility: whose, sold by whom, usable by whom, and what it was sold for.

use super::money_words;
use crate::components::button::{Look, link_button};
use crate::components::chip::Tone;
use crate::components::empty::empty;
use crate::components::icon::{Icon, icon};
use crate::components::notice::notice;
use crate::components::page::Page;
use crate::components::stock_row::{ShowHolder, line_words};
use crate::pages::gates::NotFound;
use crate::state::{
    App, DateStyle, Route, custodian_name, facility_name, person_name, quantity_words, use_app,
};
use baton_domain::State;
use baton_domain::facility_stock::StockingOrder;
use baton_domain::id::{FacilityId, PersonId};
use baton_domain::query::{FacilityStockWay, facility_stock_way, sales_total_cents};
use baton_domain::stock::{Custodian, StockLine};
use leptos::prelude::*;

/// Orders listed.
const ORDERS_MAX: usize = 20;

/// Facility Stock at one facility.
#[component]
pub fn FacilityPage(
    /// Which.
    facility: FacilityId,
) -> AnyView {
    let app = use_app();
    if app.view_untracked().facility(facility).is_none() {
        return view! { <NotFound /> }.into_any();
    }
    let title = Signal::derive(move || facility_name(&app.view(), facility));
    let actions = link_button(
        Look::Main,
        Some(Icon::Building),
        "New stocking order",
        format!("{}?facility={facility}", Route::NewStockingOrder.path()),
        "new-order",
    );
    let back = format!("{}?whose=facility", Route::Stock.path());
    view! {
        <Page title=title eyebrow="Facility Stock" back=back actions=actions>
            {move || body(app, &app.view(), facility)}
        </Page>
    }
    .into_any()
}

fn body(app: App, state: &State, facility: FacilityId) -> AnyView {
    let me = app.me().person;
    let total = sales_total_cents(state, facility);
    let lines: Vec<&StockLine> = state.facility_stock(facility).collect();
    let pieces = lines.iter().map(|line| line.quantity).sum();
    let taken = taken_over(state, facility, me).map(|(order, words)| {
        notice(
            Tone::Warn,
            Icon::Info,
            words,
            format!(
                "{}: it was rebuilt at no charge. What you used before still counts.",
                app.format_time(order.by.1, DateStyle::Date)
            ),
        )
    });
    let (usable, others): (Vec<&StockLine>, Vec<&StockLine>) = lines
        .into_iter()
        .partition(|line| facility_stock_way(state, line, me) == FacilityStockWay::Usable);
    let nothing = (usable.is_empty() && others.is_empty()).then(|| {
        empty(
            Icon::Building,
            "No Facility Stock here",
            "What was sold to this facility and not used yet stands here.",
            None,
        )
    });
    view! {
        <section class="card">
            <dl class="facts">
                <dt>"Sold in all"</dt>
                <dd data-testid="sales-total">{money_words(app, total)}</dd>
                <dt>"Not used yet"</dt>
                <dd data-testid="facility-pieces">{quantity_words(pieces)}</dd>
            </dl>
        </section>
        {taken}
        {nothing}
        {group(app, state, "Usable by you", &usable)}
        {group(app, state, "Sold by others", &others)}
        {orders(app, state, facility)}
    }
    .into_any()
}

/// The last rebuild that took something over from this person.
fn taken_over(
    state: &State,
    facility: FacilityId,
    me: PersonId,
) -> Option<(&StockingOrder, String)> {
    let mine = |order: &&StockingOrder| {
        let from_me = |line| {
            state
                .line(line)
                .is_some_and(|line| line.custodian == Custodian::Person(me))
        };
        order.facility == facility
            && order.by.0 != me
            && order
                .lines
                .iter()
                .filter_map(|line| line.replaces)
                .any(from_me)
    };
    let order = state.stocking_orders().rev().find(mine)?;
    let by = person_name(state, order.by.0);
    let to = custodian_name(state, order.seller);
    Some((order, format!("{by} gave Facility Stock of yours to {to}")))
}

fn group(app: App, state: &State, title: &'static str, lines: &[&StockLine]) -> Option<AnyView> {
    let rows: Vec<AnyView> = lines.iter().map(|line| row(app, state, line)).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>{title}</h2>
                <div class="card card-flush rows" data-testid="facility-lines">{rows}</div>
            </section>
        }
        .into_any()
    })
}

fn row(app: App, state: &State, line: &StockLine) -> AnyView {
    view! {
        <a class="row stock-row" href=Route::Line(line.id).path() data-testid="facility-line" data-line=line.id.to_string()>
            <div class="row-lines">
                {line_words(app, state, line, app.today(), ShowHolder::No)}
                <p class="row-note">{usable_words(state, line)}</p>
            </div>
            <span class="count">
                <span class="unseen">"Quantity "</span>
                {app.format_number(line.quantity)}
            </span>
            {icon(Icon::Next)}
        </a>
    }
    .into_any()
}

/// Who sold it, and who may use it here.
pub fn usable_words(state: &State, line: &StockLine) -> String {
    let seller = custodian_name(state, line.custodian);
    let linked: Vec<String> = state
        .sharing_links()
        .filter(|link| link.account == line.custodian)
        .map(|link| person_name(state, link.rep))
        .collect();
    match (line.custodian, linked.is_empty()) {
        (Custodian::Person(_), true) => format!("Sold by {seller}, usable by {seller}"),
        (Custodian::Person(_), false) => {
            format!(
                "Sold by {seller}, usable by {seller}, {}",
                linked.join(", ")
            )
        }
        (_, true) => format!("Sold by {seller}, usable by nobody yet"),
        (_, false) => format!("Sold by {seller}, usable by {}", linked.join(", ")),
    }
}

fn orders(app: App, state: &State, facility: FacilityId) -> Option<AnyView> {
    let all = state.stocking_orders().rev();
    let rows: Vec<AnyView> = all
        .filter(|order| order.facility == facility)
        .take(ORDERS_MAX)
        .map(|order| {
            let pieces = order.lines.iter().map(|line| line.quantity).sum();
            let seller = custodian_name(state, order.seller);
            let what = if order.is_rebuild() {
                format!("Rebuilt for {seller}")
            } else {
                format!("Sold by {seller}")
            };
            let mut note = format!(
                "{} · {}",
                app.format_time(order.by.1, DateStyle::Date),
                quantity_words(pieces)
            );
            if !order.note.is_empty() {
                note.push_str(" · ");
                note.push_str(&order.note);
            }
            view! {
                <li class="row" data-testid="order">
                    <span class="row-lines">
                        <span class="row-title">{what}</span>
                        <span class="row-note">{note}</span>
                    </span>
                    <span class="count">{money_words(app, order.total_cents())}</span>
                </li>
            }
            .into_any()
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>"Stocking orders"</h2>
                <ul class="card card-flush rows">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

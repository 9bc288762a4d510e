//! Requests to a warehouse (R25): asking, what became of it, and the warehouse's side; and giving
//! stock back to one.

mod give_back;
mod new;
mod offer;
mod one;

pub use give_back::GiveBack;
pub use new::NewRequest;
pub use one::RequestPage;

use crate::components::chip::{Tone, chip};
use crate::components::icon::{Icon, icon};
use crate::state::{App, DateStyle, Me, Route, custodian_name, product_name};
use baton_domain::State;
use baton_domain::authority::{Act, Concern, may};
use baton_domain::id::{CaseId, OrganizationId};
use baton_domain::query::linked;
use baton_domain::request::{RequestStatus, StockRequest};
use baton_domain::stock::Custodian;
use leptos::prelude::*;

/// True for an open request that waits for this person, who acts for the warehouse asked.
pub fn waits_for(state: &State, me: &Me, request: &StockRequest) -> bool {
    let warehouse = Custodian::Warehouse(me.organization.id);
    request.status == RequestStatus::Open
        && request.from == me.organization.id
        && state
            .person(me.person)
            .is_some_and(|person| may(state, person, Act::Offer, Concern::Custody(warehouse)))
}

/// True for a request that this person asked, or that is for them.
pub fn is_mine(me: &Me, request: &StockRequest) -> bool {
    request.by == me.organization.id
        && (request.asked_by.0 == me.person || request.wanted.to == Custodian::Person(me.person))
}

/// Whose warehouse may be asked, the linked ones first.
pub fn warehouses(state: &State) -> Vec<(OrganizationId, String)> {
    let own = state.organization().map(|own| own.id);
    let all = linked(state).map(|link| link.organization).chain(own);
    all.map(|id| (id, custodian_name(state, Custodian::Warehouse(id))))
        .collect()
}

/// Who is to hold what is asked.
pub fn to_words(state: &State, request: &StockRequest) -> String {
    if request.to_name.is_empty() {
        return custodian_name(state, request.wanted.to);
    }
    let them = custodian_name(state, Custodian::Warehouse(request.by));
    format!("{}, {them}", request.to_name)
}

/// Where a request stands, in a chip.
pub fn status_words(status: &RequestStatus) -> (Tone, Icon, &'static str) {
    match status {
        RequestStatus::Open => (Tone::Warn, Icon::Clock, "Waiting for the warehouse"),
        RequestStatus::Offered(_) => (Tone::Ok, Icon::Handoff, "Offered"),
        RequestStatus::Declined(_) => (Tone::Bad, Icon::Cross, "Declined"),
        RequestStatus::Withdrawn => (Tone::Quiet, Icon::Cross, "Taken back"),
    }
}

/// `4 × Screw, 1 × Plate`
pub fn needs_words(state: &State, request: &StockRequest) -> String {
    let needs = request.wanted.needs.iter();
    let words: Vec<String> = needs
        .map(|need| format!("{} × {}", need.quantity, product_name(state, &need.product)))
        .collect();
    words.join(", ")
}

/// A row that opens a request.
fn row(app: App, state: &State, request: &StockRequest) -> AnyView {
    let (tone, sign, words) = status_words(&request.status);
    let from = custodian_name(state, Custodian::Warehouse(request.from));
    let by = request
        .wanted
        .use_date
        .map(|day| format!(" · by {}", app.format_date(day, DateStyle::Day)));
    view! {
        <a class="row row-top" href=Route::Request(request.id).path() data-testid="request-row">
            <span class="row-lines">
                <span class="row-title">{format!("{from} → {}", to_words(state, request))}</span>
                <span class="row-note clamp">{needs_words(state, request)}{by}</span>
                <span class="chips">{chip(tone, sign, words)}</span>
            </span>
            {icon(Icon::Next)}
        </a>
    }
    .into_any()
}

fn section(
    app: App,
    state: &State,
    heading: &'static str,
    fits: impl Fn(&&StockRequest) -> bool,
) -> Option<AnyView> {
    let requests = state.requests().rev().filter(fits);
    let rows: Vec<AnyView> = requests.map(|request| row(app, state, request)).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" data-testid="requests">
                <h2>{heading}</h2>
                <div class="card card-flush rows">{rows}</div>
            </section>
        }
        .into_any()
    })
}

/// What waits for this person as the warehouse's office, and what they wait for.
pub fn open_requests(app: App, state: &State, me: &Me) -> AnyView {
    let asked = section(app, state, "Asked of the warehouse", |request| {
        waits_for(state, me, request)
    });
    let mine = section(app, state, "You asked for", |request| {
        request.status == RequestStatus::Open
            && is_mine(me, request)
            && !waits_for(state, me, request)
    });
    view! { {asked} {mine} }.into_any()
}

/// What was asked for a case.
pub fn for_case(app: App, state: &State, case: CaseId) -> Option<AnyView> {
    section(app, state, "Requested for this case", |request| {
        request.wanted.case == Some(case) && request.status != RequestStatus::Withdrawn
    })
}

/// The address of a request for a case or a product.
pub fn ask_path(key: &str, value: impl std::fmt::Display) -> String {
    format!("{}?{key}={value}", Route::NewRequest.path())
}

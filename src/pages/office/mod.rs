//! The office: people, facilities, accounts, approvals, disputes, phones. It works on a phone too.

mod accounts;
mod adjustments;
mod approvals;
mod devices;
mod disputes;
mod facilities;
mod links;
mod people;
mod recalls;
mod trays;

pub use accounts::Accounts;
pub use adjustments::Adjustments;
pub use approvals::{Approvals, waits_for};
pub use devices::Devices;
pub use disputes::Disputes;
pub use facilities::Facilities;
pub use links::Links;
pub use people::People;
pub use recalls::{RecallPage, Recalls};
pub use trays::Trays;

use crate::components::icon::{Icon, icon};
use crate::components::page::Page;
use crate::state::{App, Route, use_app};
use baton_domain::State;
use baton_domain::authority::{Act, Concern, may};
use baton_domain::directory::Device;
use baton_domain::id::PersonId;
use baton_domain::recall::Recall;
use leptos::prelude::*;

/// True where who is signed in may do something for the whole organization.
pub fn i_may(app: App, state: &State, act: Act) -> bool {
    state
        .person(app.me().person)
        .is_some_and(|me| may(state, me, act, Concern::Organization))
}

/// True where who is signed in may do something about a person.
pub fn i_may_about(app: App, state: &State, act: Act, whose: PersonId) -> bool {
    state
        .person(app.me().person)
        .is_some_and(|me| may(state, me, act, Concern::Person(whose)))
}

/// Office.
#[component]
pub fn Office() -> AnyView {
    let app = use_app();
    let rows = move || {
        let state = app.view();
        let people = state.people().filter(|person| person.active).count();
        let facilities = state
            .facilities()
            .filter(|facility| facility.active)
            .count();
        let accounts = state.pools().count();
        let proposals = state.proposals().filter(|one| one.is_open()).count();
        let disputes = state.disputes().filter(|one| one.is_open()).count();
        let working = |device: &&Device| device.person.is_some() && !device.revoked;
        let devices = state.devices().filter(working).count();
        let adjustments = adjustments::to_review(&state).count();
        let trays = state.bills_of_materials().count();
        let running = |recall: &&Recall| recall.ended_by.is_none();
        let recalls = state.recalls().filter(running).count();
        let links = state.organization_links().count();
        view! {
            {row(Icon::Person, "People", "Roles and invitations", people, Route::People, "office-people")}
            {row(Icon::Building, "Facilities", "Where cases are", facilities, Route::Facilities, "office-facilities")}
            {row(Icon::Link, "Shared accounts", "Pools, and who may use them", accounts, Route::Accounts, "office-accounts")}
            {row(Icon::Check, "Approvals", "What somebody proposed", proposals, Route::Approvals, "office-approvals")}
            {row(Icon::Swap, "Disputes", "Two records of the same thing", disputes, Route::Disputes, "office-disputes")}
            {row(Icon::Phone, "Phones", "Whose they are, and revoking one", devices, Route::Devices, "office-devices")}
            {row(Icon::Check, "Adjustments", "Counts and losses to review", adjustments, Route::Adjustments, "office-adjustments")}
            {row(Icon::Stock, "Trays", "What belongs in them, and where they are", trays, Route::Trays, "office-trays")}
            {row(Icon::Warn, "Recalls", "What must not be used, and where it went", recalls, Route::Recalls, "office-recalls")}
            {row(Icon::Link, "Linked organizations", "Whose warehouse may be asked", links, Route::Links, "office-links")}
        }
    };
    view! {
        <Page title="Office" back=Route::Me.path()>
            <nav class="card card-flush rows" aria-label="Office">{rows}</nav>
            <p class="quiet small">"Catalogue, stock lists and cases from files come in with the server's import command."</p>
        </Page>
    }
    .into_any()
}

fn row(
    sign: Icon,
    title: &'static str,
    note: &'static str,
    count: usize,
    to: Route,
    testid: &'static str,
) -> AnyView {
    view! {
        <a class="row" href=to.path() data-testid=testid>
            {icon(sign)}
            <span class="row-lines">
                <span class="row-title">{title}</span>
                <span class="row-note">{note}</span>
            </span>
            <span class="count">{count}</span>
            {icon(Icon::Next)}
        </a>
    }
    .into_any()
}

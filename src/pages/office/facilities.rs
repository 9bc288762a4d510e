//! Facilities: where cases are, and in which time zone.

use super::i_may;
use crate::components::act::Doing;
use crate::components::button::{Button, Look, Submit};
use crate::components::empty::empty;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::TextField;
use crate::components::icon::Icon;
use crate::components::notice::Problem;
use crate::components::page::Page;
use crate::components::sheet::Sheet;
use crate::state::{Route, use_app};
use baton_domain::Command;
use baton_domain::authority::Act;
use baton_domain::directory::Facility;
use baton_domain::id::FacilityId;
use baton_domain::time::LocalTime;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Facilities.
#[component]
pub fn Facilities() -> AnyView {
    let app = use_app();
    let adding = RwSignal::new(false);
    let rows = move || {
        let state = app.view();
        let mut all: Vec<_> = state
            .facilities()
            .filter(|facility| facility.active)
            .cloned()
            .collect();
        if all.is_empty() {
            return empty(
                Icon::Building,
                "No facilities yet",
                "Hospitals and surgery centres stand here; a case needs one.",
                None,
            );
        }
        all.sort_by(|one, other| one.name.cmp(&other.name));
        let rows: Vec<AnyView> = all.iter().map(facility_row).collect();
        view! { <ul class="card card-flush rows">{rows}</ul> }.into_any()
    };
    let add = move || {
        i_may(app, &app.view(), Act::Facilities).then(|| {
            let press = Callback::new(move |()| adding.set(true));
            view! { <Button look=Look::Wide sign=Icon::Plus label="Add a facility" testid="add-facility" press=press /> }
        })
    };
    view! {
        <Page title="Facilities" back=Route::Office.path()>
            {rows}
            {add}
            <Sheet title="Add a facility" open=adding testid="facility-sheet">
                <NewFacility open=adding />
            </Sheet>
        </Page>
    }
    .into_any()
}

fn facility_row(facility: &Facility) -> AnyView {
    let mut notes = vec![facility.zone.to_string()];
    notes.extend(facility.region.as_ref().map(ToString::to_string));
    view! {
        <li class="row">
            <span class="row-lines">
                <span class="row-title">{facility.name.to_string()}</span>
                <span class="row-note">{notes.join(" · ")}</span>
            </span>
        </li>
    }
    .into_any()
}

#[component]
fn NewFacility(
    /// Closes the sheet around it.
    open: RwSignal<bool>,
) -> AnyView {
    let app = use_app();
    let (doing, errors) = (Doing::new(), Errors::new());
    let name = RwSignal::new(String::new());
    let zone = RwSignal::new(app.own_zone());
    let region = RwSignal::new(String::new());
    let submit = move |sent: SubmitEvent| {
        sent.prevent_default();
        let (given, zone, region) = (
            name.get_untracked().trim().to_owned(),
            zone.get_untracked().trim().to_owned(),
            region.get_untracked().trim().to_owned(),
        );
        let mut missing = Vec::new();
        if given.is_empty() {
            missing.push(("facility-name", "Enter the name".to_owned()));
        }
        let midnight = LocalTime {
            date: app.today(),
            minute: 0,
        };
        if app.zone_offset(&zone, midnight).is_none() {
            missing.push((
                "facility-zone",
                "Enter an IANA time zone, such as America/Denver".to_owned(),
            ));
        }
        let fine = missing.is_empty();
        errors.show(missing);
        if !fine {
            return;
        }
        let facility = Facility {
            id: FacilityId::from_bytes(app.fresh_id()),
            name: given.as_str().into(),
            zone: zone.as_str().into(),
            region: (!region.is_empty()).then(|| region.as_str().into()),
            active: true,
        };
        doing.act(Command::RecordFacility(facility), move |_| open.set(false));
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <ErrorSummary errors=errors />
            <TextField id="facility-name" label="Name" value=name errors=errors />
            <TextField
                id="facility-zone"
                label="Time zone"
                value=zone
                hint="A case keeps the facility's own wall time, and expiry is judged on its date."
                errors=errors
            />
            <TextField id="facility-region" label="Region (not required)" value=region />
            <Problem words=doing.problem doing=doing />
            <Submit label="Add" busy=doing.busy testid="save-facility" />
        </form>
    }
    .into_any()
}

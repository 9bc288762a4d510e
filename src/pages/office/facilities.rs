//! Facilities: where cases are, and in which time zone; adding and changing one.

use super::i_may;
use crate::components::act::Doing;
use crate::components::button::{Button, Look, Submit};
use crate::components::chip::plain_chip;
use crate::components::empty::empty;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{TextField, Tick};
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
    let asking = RwSignal::new(false);
    let changed = RwSignal::new(None::<Facility>);
    let change = Callback::new(move |facility| {
        changed.set(facility);
        asking.set(true);
    });
    let rows = move || {
        let state = app.view();
        let may_change = i_may(app, &state, Act::Facilities);
        // Who may bring one back sees those that are served no more.
        let shown = |facility: &&Facility| facility.active || may_change;
        let mut all: Vec<_> = state.facilities().filter(shown).cloned().collect();
        if all.is_empty() {
            return empty(
                Icon::Building,
                "No facilities yet",
                "Hospitals and surgery centres stand here; a case needs one.",
                None,
            );
        }
        all.sort_by(|one, other| (!one.active, &one.name).cmp(&(!other.active, &other.name)));
        let rows: Vec<AnyView> = all
            .iter()
            .map(|facility| facility_row(facility, may_change.then_some(change)))
            .collect();
        view! { <ul class="card card-flush rows">{rows}</ul> }.into_any()
    };
    let add = move || {
        i_may(app, &app.view(), Act::Facilities).then(|| {
            let press = Callback::new(move |()| change.run(None));
            view! { <Button look=Look::Wide sign=Icon::Plus label="Add a facility" testid="add-facility" press=press /> }
        })
    };
    view! {
        <Page title="Facilities" back=Route::Office.path()>
            {rows}
            {add}
            <Sheet title="Facility" open=asking testid="facility-sheet">
                <FacilityForm open=asking changed=changed />
            </Sheet>
        </Page>
    }
    .into_any()
}

fn facility_row(facility: &Facility, change: Option<Callback<Option<Facility>>>) -> AnyView {
    let mut notes = vec![facility.zone.to_string()];
    notes.extend(facility.region.as_ref().map(ToString::to_string));
    let edit = change.map(|change| {
        let label = format!("Change {}", facility.name);
        let facility = facility.clone();
        view! {
            <button type="button" class="btn" aria-label=label on:click=move |_| change.run(Some(facility.clone()))>
                "Change"
            </button>
        }
    });
    view! {
        <li class="row row-wrap">
            <span class="row-lines">
                <span class="row-title">{facility.name.to_string()}</span>
                <span class="row-note">{notes.join(" · ")}</span>
            </span>
            {(!facility.active).then(|| plain_chip("No longer served"))}
            {edit}
        </li>
    }
    .into_any()
}

#[component]
fn FacilityForm(
    /// Closes the sheet around it.
    open: RwSignal<bool>,
    /// Which is changed; `None` for a new one.
    changed: RwSignal<Option<Facility>>,
) -> AnyView {
    let app = use_app();
    let (doing, errors) = (Doing::new(), Errors::new());
    let before = changed.get_untracked();
    let known = before.as_ref();
    let name = RwSignal::new(known.map_or(String::new(), |known| known.name.to_string()));
    let zone = RwSignal::new(known.map_or_else(|| app.own_zone(), |known| known.zone.to_string()));
    let region = known.and_then(|known| known.region.as_ref().map(ToString::to_string));
    let region = RwSignal::new(region.unwrap_or_default());
    let served = RwSignal::new(known.is_none_or(|known| known.active));
    let is_new = known.is_none();
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
            id: before
                .as_ref()
                .map_or_else(|| FacilityId::from_bytes(app.fresh_id()), |known| known.id),
            name: given.as_str().into(),
            zone: zone.as_str().into(),
            region: (!region.is_empty()).then(|| region.as_str().into()),
            active: served.get_untracked(),
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
            {(!is_new).then(|| view! { <Tick id="facility-served" label="Cases are covered here" value=served /> })}
            <Problem words=doing.problem doing=doing />
            <Submit label=if is_new { "Add" } else { "Save" } busy=doing.busy testid="save-facility" />
        </form>
    }
    .into_any()
}

//! Phones: whose, under which name, and the end of one (R38).

use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::chip::{Tone, chip};
use crate::components::empty::empty;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::sheet::Sheet;
use crate::state::{Route, person_name, use_app};
use baton_domain::authority::{Act, Concern, may};
use baton_domain::directory::Device;
use baton_domain::id::{DeviceId, PersonId};
use baton_domain::{Command, State};
use leptos::prelude::*;

/// Every phone that was enrolled.
#[component]
pub fn Devices() -> AnyView {
    let app = use_app();
    let revoking = RwSignal::new(None::<DeviceId>);
    let asking = RwSignal::new(false);
    let rows = move || {
        let state = app.view();
        let me = app.me();
        let mut phones: Vec<(String, PersonId, &Device)> = state
            .devices()
            .filter_map(|device| {
                let person = device.person?;
                Some((person_name(&state, person), person, device))
            })
            .collect();
        if phones.is_empty() {
            return empty(
                Icon::Phone,
                "No phones yet",
                "A phone is enrolled when somebody signs in on it.",
                None,
            );
        }
        phones.sort_by(|one, other| {
            (one.2.revoked, &one.0, one.2.id).cmp(&(other.2.revoked, &other.0, other.2.id))
        });
        let ask = Callback::new(move |id| {
            revoking.set(Some(id));
            asking.set(true);
        });
        let rows: Vec<AnyView> = phones
            .into_iter()
            .map(|(name, person, device)| {
                let here = device.id == me.device;
                let may_revoke = !here && i_may_revoke(&state, me.person, person);
                row(name, device, here, may_revoke.then_some(ask))
            })
            .collect();
        view! { <ul class="card card-flush rows">{rows}</ul> }.into_any()
    };
    view! {
        <Page title="Phones" back=Route::Office.path()>
            {rows}
            <Sheet title="Revoke this phone" open=asking testid="revoke-sheet">
                <Revoke which=revoking open=asking />
            </Sheet>
        </Page>
    }
    .into_any()
}

fn i_may_revoke(state: &State, me: PersonId, whose: PersonId) -> bool {
    state
        .person(me)
        .is_some_and(|me| may(state, me, Act::Devices, Concern::Person(whose)))
}

fn row(name: String, device: &Device, here: bool, ask: Option<Callback<DeviceId>>) -> AnyView {
    let label = device.label.to_string();
    let id = device.id;
    let mark = if device.revoked {
        Some(chip(Tone::Bad, Icon::Cross, "Revoked"))
    } else {
        here.then(|| chip(Tone::Accent, Icon::Phone, "This phone"))
    };
    let revoke = ask.filter(|_| !device.revoked).map(|ask| {
        let words = format!("Revoke {label} of {name}");
        view! { <button type="button" class="btn" aria-label=words on:click=move |_| ask.run(id)>"Revoke"</button> }
    });
    view! {
        <li class="row" data-testid="device">
            <span class="row-lines">
                <span class="row-title">{name}</span>
                <span class="row-note">{label}</span>
                <span class="chips">{mark}</span>
            </span>
            {revoke}
        </li>
    }
    .into_any()
}

#[component]
fn Revoke(
    /// Which.
    which: RwSignal<Option<DeviceId>>,
    /// Closes the sheet around it.
    open: RwSignal<bool>,
) -> AnyView {
    let doing = Doing::new();
    let press = Callback::new(move |()| {
        if let Some(device) = which.get_untracked() {
            doing.act(Command::RevokeDevice(device), move |_| open.set(false));
        }
    });
    view! {
        <div class="stack">
            {notice(
                Tone::Warn,
                Icon::Warn,
                "A phone that was revoked stays so",
                "What it sent already stays. What arrives from now on is kept apart, under Disputes, until an Admin releases it.",
            )}
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Bad label="Revoke" busy=doing.busy testid="save-revoke" press=press />
        </div>
    }
    .into_any()
}

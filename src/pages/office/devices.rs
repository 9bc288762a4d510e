//! Phones: whose, under which name, what of one never arrived (R31), and the end of one (R38).

use super::i_may_about;
use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::chip::{Tone, chip};
use crate::components::empty::empty;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::sheet::Sheet;
use crate::pages::phone_name::RenamePhone;
use crate::state::{App, DateStyle, Missing, Route, person_name, use_app};
use baton_domain::Command;
use baton_domain::authority::Act;
use baton_domain::directory::Device;
use baton_domain::id::{DeviceId, PersonId};
use baton_domain::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Every phone that was enrolled.
#[component]
pub fn Devices() -> AnyView {
    let app = use_app();
    let revoking = RwSignal::new(None::<DeviceId>);
    let asking = RwSignal::new(false);
    let naming = RwSignal::new(None);
    let missing = RwSignal::new(Some(Vec::new()));
    // Anew with every exchange that went through: what was missing may have come.
    Effect::new(move |_| {
        app.last_sync_at();
        app.online();
        spawn_local(async move {
            let told = app.missing().await;
            missing.try_set(told);
        });
    });
    let rows = move || {
        let state = app.view();
        let me = app.me();
        let missing = missing.get().unwrap_or_default();
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
        let revoke = Callback::new(move |id| {
            revoking.set(Some(id));
            asking.set(true);
        });
        let rename = Callback::new(move |id| naming.set(Some(id)));
        let rows: Vec<AnyView> = phones
            .into_iter()
            .map(|(name, person, device)| {
                let here = device.id == me.device;
                let may = |act| i_may_about(app, &state, act, person);
                let revoke = (!here && may(Act::Devices)).then_some(revoke);
                let rename = may(Act::NameDevice).then_some(rename);
                let gap = missing.iter().find(|gap| gap.device == device.id);
                let gap = gap.map(|gap| missing_view(app, &name, device, gap));
                row(name, device, here, gap, rename, revoke)
            })
            .collect();
        view! { <ul class="card card-flush rows">{rows}</ul> }.into_any()
    };
    view! {
        <Page title="Phones" back=Route::Office.path()>
            {rows}
            {move || missing.read().is_none().then(|| notice(
                Tone::Quiet,
                Icon::Offline,
                "",
                "Whether records of a phone are missing can be seen where there is a network.",
            ))}
            <RenamePhone which=naming />
            <Sheet title="Revoke this phone" open=asking testid="revoke-sheet">
                <Revoke which=revoking open=asking />
            </Sheet>
        </Page>
    }
    .into_any()
}

/// What of a phone never arrived, since when that is known, and what to do.
fn missing_view(app: App, name: &str, device: &Device, missing: &Missing) -> AnyView {
    let since = Timestamp {
        unix_ms: missing.since_ms,
        offset_min: app.now().offset_min,
    };
    let since = app.format_time(since, DateStyle::DateTime);
    let what = match missing.count {
        1 => "1 record of this phone never arrived".to_owned(),
        count => format!("{count} records of this phone never arrived"),
    };
    let next = if device.revoked {
        "What it still sends is kept apart under Disputes."
    } else {
        "Open Baton on it where there is a network: what lies there is sent."
    };
    let more = format!(
        "Known since {since}: something that it recorded later is here. {next} If the phone is lost, count what {name} holds."
    );
    notice(Tone::Bad, Icon::Warn, what, more)
}

fn row(
    name: String,
    device: &Device,
    here: bool,
    gap: Option<AnyView>,
    rename: Option<Callback<DeviceId>>,
    revoke: Option<Callback<DeviceId>>,
) -> AnyView {
    let label = device.label.to_string();
    let id = device.id;
    let mark = if device.revoked {
        Some(chip(Tone::Bad, Icon::Cross, "Revoked"))
    } else {
        here.then(|| chip(Tone::Accent, Icon::Phone, "This phone"))
    };
    let press = |what: &'static str, ask: Callback<DeviceId>| {
        let words = format!("{what} {label} of {name}");
        view! { <button type="button" class="btn" aria-label=words on:click=move |_| ask.run(id)>{what}</button> }
    };
    let rename = rename.map(|ask| press("Rename", ask));
    let revoke = revoke.filter(|_| !device.revoked);
    let revoke = revoke.map(|ask| press("Revoke", ask));
    let gap = gap.map(|gap| view! { <div class="answer-foot" data-testid="missing">{gap}</div> });
    view! {
        <li class="row row-wrap" data-testid="device">
            <span class="row-lines">
                <span class="row-title">{name}</span>
                <span class="row-note">{label}</span>
                <span class="chips">{mark}</span>
            </span>
            {rename}
            {revoke}
            {gap}
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

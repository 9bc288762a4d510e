//! Oneself and this phone: colours, what is kept, what is unsent, signing out.

use super::entry::{left_behind, sign_in_again};
use super::phone_name::RenamePhone;
use crate::components::act::Doing;
use crate::components::button::{Button, Look, link_button};
use crate::components::chip::Tone;
use crate::components::field::Choices;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::sheet::Sheet;
use crate::state::{
    App, DateStyle, Install, Kept, Online, Route, SignOutError, Theme, role_words, use_app,
};
use baton_domain::id::DeviceId;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Me.
#[component]
pub fn MePage() -> AnyView {
    let app = use_app();
    let title = Signal::derive(move || app.me().name.to_string());
    let eyebrow = Signal::derive(move || {
        let me = app.me();
        format!("{} · {}", role_words(me.role), me.organization.name)
    });
    let naming = RwSignal::new(None);
    let saving = Doing::new();
    view! {
        <Page title=title eyebrow=eyebrow back=Route::Today.path()>
            {move || (app.online() == Online::SignInToSend).then(|| sign_in_again(app))}
            {move || app.left_behind().iter().map(left_behind).collect::<Vec<_>>()}
            <Colours />
            {move || install_view(app)}
            {move || phone_view(app, naming, saving)}
            <RenamePhone which=naming />
            {link_button(Look::Wide, Some(Icon::Scan), "Scanner that types", Route::MyScanner.path(), "to-scanner")}
            {link_button(Look::Wide, Some(Icon::Building), "Office", Route::Office.path(), "to-office")}
            <SignOut />
        </Page>
    }
    .into_any()
}

#[component]
fn Colours() -> AnyView {
    let app = use_app();
    let chosen = RwSignal::new(theme_key(app.theme()).to_owned());
    Effect::new(move |_| {
        let theme = theme_of(&chosen.read());
        if theme != app.theme() {
            app.set_theme(theme);
        }
    });
    view! {
        <section class="section">
            <h2>"Colours"</h2>
            <Choices
                id="theme"
                label="Colours"
                bare=true
                value=chosen
                options=vec![("system", "As the phone"), ("light", "Light"), ("dark", "Dark"), ("contrast", "Contrast")]
            />
        </section>
    }
    .into_any()
}

const fn theme_key(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
        Theme::Contrast => "contrast",
    }
}

fn theme_of(key: &str) -> Theme {
    match key {
        "light" => Theme::Light,
        "dark" => Theme::Dark,
        "contrast" => Theme::Contrast,
        _ => Theme::System,
    }
}

/// What the browser promised about keeping the data.
pub const fn kept_words(kept: Kept) -> &'static str {
    match kept {
        Kept::Persistent => "Protected: the browser does not clear it by itself",
        Kept::BestEffort => "Kept while there is room: install the app to protect it",
        Kept::Unknown => "This browser does not say",
    }
}

fn install_view(app: App) -> Option<AnyView> {
    let unsaved = notice(
        Tone::Accent,
        Icon::Phone,
        "Put Baton on the home screen",
        "An installed app opens without a network and keeps your stock safe offline.",
    );
    match app.install_state() {
        Install::Installed | Install::NotOffered => None,
        Install::Offered => {
            let press = Callback::new(move |()| {
                spawn_local(async move {
                    app.install().await;
                });
            });
            Some(
                view! {
                    <section class="section">
                        {unsaved}
                        <Button look=Look::Wide sign=Icon::Plus label="Install" testid="install" press=press />
                    </section>
                }
                .into_any(),
            )
        }
        Install::IosSteps => Some(
            view! {
                <section class="section" data-testid="install-steps">
                    {unsaved}
                    <ol class="card card-flush rows">
                        <li class="row">"1. Tap the share button of the browser."</li>
                        <li class="row">"2. Choose “Add to Home Screen”."</li>
                        <li class="row">"3. Open Baton from there and sign in."</li>
                    </ol>
                </section>
            }
            .into_any(),
        ),
    }
}

fn phone_view(app: App, naming: RwSignal<Option<DeviceId>>, saving: Doing) -> AnyView {
    let last = app.last_sync_at().map_or_else(
        || "Not yet".into(),
        |at| app.format_time(at, DateStyle::DateTime),
    );
    let device = app.me().device;
    let name = app
        .view()
        .device(device)
        .map(|known| known.label.to_string());
    let rename = Callback::new(move |()| naming.set(Some(device)));
    let export = (app.unconfirmed() > 0).then(|| {
        let press = Callback::new(move |()| {
            saving.ask(async move { app.export().await }, |()| {});
        });
        view! { <Button look=Look::Wide label="Save what is unsent as a file" busy=saving.busy testid="export" press=press /> }
    });
    view! {
        <section class="section">
            <h2>"This phone"</h2>
            <dl class="card facts">
                <dt>"Its name"</dt>
                <dd data-testid="phone-label">{name}</dd>
                <dt>"Its number"</dt>
                <dd data-testid="device">{device.to_string()}</dd>
                <dt>"Saved data"</dt>
                <dd data-testid="kept">{kept_words(app.kept())}</dd>
                <dt>"Not confirmed yet"</dt>
                <dd data-testid="unconfirmed">{app.unconfirmed()}</dd>
                <dt>"Last sync"</dt>
                <dd>{last}</dd>
            </dl>
            <Button look=Look::Wide label="Rename this phone" testid="rename-phone" press=rename />
            <Problem words=saving.problem doing=saving />
            {export}
        </section>
    }
    .into_any()
}

/// Signing out. Blocked while anything is only here, unless it was taken away as a file.
#[component]
fn SignOut() -> AnyView {
    let app = use_app();
    let doing = Doing::new();
    let unsent = RwSignal::new(0usize);
    let asking = RwSignal::new(false);
    let leave = move |exported: bool| {
        spawn_local(async move {
            match app.sign_out(exported).await {
                Ok(()) => asking.set(false),
                Err(SignOutError::Unsent(count)) => {
                    unsent.set(count);
                    asking.set(true);
                }
                Err(SignOutError::Failed(words)) => doing.refuse(*words),
            }
        });
    };
    let export = Callback::new(move |()| {
        doing.ask(async move { app.export().await }, move |()| leave(true));
    });
    let send = Callback::new(move |()| {
        asking.set(false);
        app.sync_now();
    });
    view! {
        <section class="section">
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Bad label="Sign out" testid="sign-out" press=Callback::new(move |()| leave(false)) />
        </section>
        <Sheet title="Not everything is sent" open=asking testid="unsent-sheet">
            {move || notice(Tone::Warn, Icon::Phone, unsent_words(unsent.get()), "Send it first, or take it away as a file.")}
            <Button look=Look::Main sign=Icon::Sync label="Send now" testid="send-first" press=send />
            <Button look=Look::Wide label="Save as a file and sign out" busy=doing.busy testid="export-and-leave" press=export />
        </Sheet>
    }
    .into_any()
}

fn unsent_words(count: usize) -> String {
    if count == 1 {
        "1 record is only on this phone".into()
    } else {
        format!("{count} records are only on this phone")
    }
}

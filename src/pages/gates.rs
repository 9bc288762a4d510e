//! Before the work can begin: reading, waiting, or what stands in the way.

use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::empty::bones;
use crate::components::icon::{Icon, sprite};
use crate::components::notice::{notice, words_notice};
use crate::components::page::Page;
use crate::state::{Phase, Route, use_app};
use leptos::prelude::*;

/// The mark and the name, at the head of a screen that has no bar.
pub fn brand() -> AnyView {
    view! {
        <div class="brand">
            <svg class="brand-mark" viewBox="0 0 64 64" aria-hidden="true">
                <rect class="mark-ground" width="64" height="64" rx="15" />
                <path class="mark-line" d="M15 41 31 25M33 39 49 23" />
            </svg>
            <span>"Baton"</span>
        </div>
    }
    .into_any()
}

/// A screen without a bar: the brand, a heading, what follows.
pub fn gate(heading: &'static str, inside: AnyView) -> AnyView {
    view! {
        {sprite()}
        <main class="gate" id="main">
            {brand()}
            <h1 tabindex="-1" data-testid="title">{heading}</h1>
            {inside}
        </main>
    }
    .into_any()
}

/// Local data is being read. The shape of the app, and nothing that moves for a short wait.
#[component]
pub fn Loading() -> AnyView {
    view! {
        <main class="page" id="main" aria-busy="true" data-testid="loading">
            <h1 class="unseen" tabindex="-1">"Loading"</h1>
            {bones(5)}
        </main>
    }
    .into_any()
}

/// Opened over an insecure address: what is missing, and what to do.
#[component]
pub fn Insecure() -> AnyView {
    let steps = [
        "Ask the office for the https address of Baton, or scan the code the server shows in its terminal.",
        "On the same machine, http://localhost works as it is.",
        "On a local network the server makes its own certificate when it is started with --lan; its page says how this phone learns to trust it.",
    ];
    let step = |words| view! { <li class="row"><span>{words}</span></li> }.into_any();
    gate(
        "Open Baton over https",
        view! {
            {notice(
                Tone::Warn,
                Icon::Lock,
                "This address is not secure",
                "Over plain http a browser gives no keys to sign with, no camera, and no start without a network. Baton would lose what you record.",
            )}
            <h2>"What to do"</h2>
            <ol class="card card-flush rows" data-testid="insecure-steps">
                {steps.into_iter().map(step).collect::<Vec<_>>()}
            </ol>
        }
        .into_any(),
    )
}

/// A second tab: it may not write beside the first.
#[component]
pub fn ReadOnlyTab() -> AnyView {
    let app = use_app();
    gate(
        "Baton is open in another tab",
        view! {
            <p data-testid="second-tab">
                "Two tabs that record at once could take the same number twice. Go on in the other tab, or close it and come back here."
            </p>
            <Button look=Look::Main sign=Icon::Sync label="The other tab is closed" testid="retry" press=Callback::new(move |()| app.reload()) />
        }
        .into_any(),
    )
}

/// The first snapshot comes in, with its count.
#[component]
pub fn Preparing() -> AnyView {
    let app = use_app();
    let numbers = move || match app.phase() {
        Phase::Preparing { done, total } => (done, total),
        _ => (0, 0),
    };
    let words = move || match numbers() {
        (_, 0) => "Asking the server what belongs on this phone…".to_owned(),
        (done, total) => format!("{done} of {total} pages are here."),
    };
    let bar = move || {
        let (done, total) = numbers();
        (total > 0).then(|| {
            view! { <progress class="progress" max=total value=done aria-label="Pages received"></progress> }.into_any()
        })
    };
    gate(
        "Getting your data",
        view! {
            {bar}
            <p role="status" data-testid="preparing">{words}</p>
            <p class="quiet small">"This is needed once. Afterwards the phone works without a network."</p>
        }
        .into_any(),
    )
}

/// The app cannot go on, and why; the way to what is saved.
#[component]
pub fn Failed() -> AnyView {
    let app = use_app();
    let words = move || match app.phase() {
        Phase::Failed(words) => Some(words_notice(Tone::Bad, Icon::Warn, words)),
        _ => None,
    };
    gate(
        "Baton cannot go on",
        view! {
            <div role="alert" data-testid="failed">{words}</div>
            <Button look=Look::Main sign=Icon::Sync label="Try again" testid="retry" press=Callback::new(move |()| app.reload()) />
            // Not part of the app: the router must not take this link.
            <a class="btn btn-wide btn-tall" rel="external" href="/rescue.html" data-testid="rescue">"Save my data first"</a>
        }
        .into_any(),
    )
}

/// An address that names nothing here.
#[component]
pub fn NotFound() -> AnyView {
    view! {
        <Page title="Nothing here" back=Route::Today.path()>
            <p>"This address names nothing that this phone knows. It may be another organization's, or not have arrived yet."</p>
            <a class="btn btn-main" href=Route::Today.path()>"Go to Today"</a>
        </Page>
    }
    .into_any()
}

//! Scan: what is this? What a code names, who has it, what speaks against using it, where it has
//! been, and what can be done with it.

mod found;

use super::reading::read;
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::field::SearchBox;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::scan_here::use_wedge;
use crate::components::scanner::Scanner;
use crate::pages::handoffs::take_in;
use crate::state::{App, Route, Words, product_name, use_app};
use baton_handoff::is_handoff;
use baton_scan::{Missing, ScanOutcome, TypedHelp, Wanted, Way, typed_help};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Scan. `?code=` begins with a code.
#[component]
pub fn Scan() -> AnyView {
    let app = use_app();
    let typed = RwSignal::new(String::new());
    let shown = RwSignal::new(None::<ScanOutcome>);
    let problem = RwSignal::new(None::<Words>);
    let take = Callback::new(move |outcome: ScanOutcome| {
        // What another phone shows is not a label: it is taken in, and leads to its handoff.
        if is_handoff(&outcome.code) {
            spawn_local(async move {
                let taken = take_in(app, outcome.code).await;
                // Of several parts this was the first: the screen that counts them goes on.
                if let Ok(Some(_)) = taken {
                    app.go(Route::HandoffScan.path());
                }
                problem.try_set(taken.err());
            });
            return;
        }
        app.announce(outcome_words(app, &outcome));
        typed.set(String::new());
        shown.set(Some(outcome));
    });
    use_wedge(app, take);
    // Enter in the field: then a screen reader is told what it was.
    let enter = Callback::new(move |()| {
        let text = typed.get_untracked();
        app.announce(match read(&text, app.today()) {
            Some(_) => outcome_words(app, &app.enter_code(&text, Way::Typed)),
            None => "This is not a code that names a product".into(),
        });
    });
    if let Some(code) = app.asked_untracked("code") {
        take.run(app.enter_code(&code, Way::Wedge));
    }
    // The camera goes when a whole label is read: what it is takes its place on the screen. A
    // half keeps it, because the other half is next.
    let looking = Memo::new(move |_| {
        shown.with(|shown| {
            shown
                .as_ref()
                .is_none_or(|outcome| outcome.missing.is_some())
        })
    });
    let camera = move || {
        looking
            .get()
            .then(|| view! { <Scanner wanted=Wanted::Labels on_outcome=take /> }.into_any())
    };
    let next = Callback::new(move |()| shown.set(None));
    let result = move || {
        let text = typed.get();
        match shown.get() {
            Some(outcome) if text.trim().is_empty() => {
                let again = shown_next(&outcome, next);
                let what = match &outcome.udi {
                    Some(_) => found::found(app, &outcome.code),
                    None => other_text(&outcome.code),
                };
                let code = outcome.code.clone();
                view! {
                    <div class="stack" data-testid="scan-outcome" data-code=code>
                        {what}
                        {again}
                    </div>
                }
                .into_any()
            }
            _ => found::found(app, &text),
        }
    };
    view! {
        <Page title="Scan">
            {move || shown.with(|shown| half(shown.as_ref()?))}
            {camera}
            <Problem words=problem />
            <SearchBox id="scan-code" label="Or type a code, lot or serial" value=typed submit=enter />
            {move || typed_words(&typed.get(), app)}
            {result}
        </Page>
    }
    .into_any()
}

/// What a screen reader is told.
fn outcome_words(app: App, outcome: &ScanOutcome) -> String {
    match read(&outcome.code, app.today()) {
        Some(reading) => product_name(&app.view_untracked(), &reading.identity.product),
        None if outcome.udi.is_some() => "Lot read. Now the code of the product".into(),
        None => "This is not a code that names a product".into(),
    }
}

/// Which half is there and which may follow.
fn half(outcome: &ScanOutcome) -> Option<AnyView> {
    let (what, more) = match outcome.missing? {
        Missing::Production => (
            "Product read",
            "If the label has a second code with lot or expiry, scan it now.",
        ),
        Missing::Product => (
            "Lot or expiry read, the product is not",
            "Scan the other code of the same label now.",
        ),
    };
    Some(
        view! { <div data-testid="scan-half">{notice(Tone::Accent, Icon::Scan, what, more)}</div> }
            .into_any(),
    )
}

/// A code that is no label of a device: what it says, and what to look for instead.
fn other_text(text: &str) -> AnyView {
    view! {
        {notice(
            Tone::Quiet,
            Icon::Info,
            "This is not a code of a device",
            "Look for the one with (01) or + printed beside it.",
        )}
        <p class="card code">{text.to_owned()}</p>
    }
    .into_any()
}

fn shown_next(outcome: &ScanOutcome, next: Callback<()>) -> Option<AnyView> {
    outcome.missing.is_none().then(|| {
        view! { <Button look=Look::Wide sign=Icon::Scan label="Scan the next" testid="scan-next" press=next /> }
            .into_any()
    })
}

/// Help while a code is typed.
fn typed_words(text: &str, app: App) -> Option<AnyView> {
    let words = match typed_help(text, app.today()) {
        TypedHelp::Nothing | TypedHelp::Reads => return None,
        TypedHelp::Digits(count) => {
            format!("{count} digits. A product number has 8, 12, 13 or 14.")
        }
        TypedHelp::CheckDigit(digit) => {
            format!("One digit is wrong: the last should be {digit}. Compare with the label.")
        }
        TypedHelp::Doubt(words) => format!("{words}."),
    };
    Some(
        view! { <p class="quiet small" role="status" data-testid="typed-help">{words}</p> }
            .into_any(),
    )
}

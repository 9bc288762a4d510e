//! Scanning what another phone shows: by camera, by a file, or as text.

use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::field::{Kind as FieldKind, TextField};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::scanner::Scanner;
use crate::state::{App, Route, Taken, Words, use_app};
use baton_handoff::{Meaning, is_handoff};
use baton_scan::{ScanOutcome, Wanted};
use leptos::prelude::*;
use leptos::task::spawn_local;

const FILE: &str = "handoff-file";

/// Where a code that was taken in leads: an offer is answered, a receipt is the proof, a proposal
/// and the word on it stand among the approvals, and what was scanned before is shown again.
fn after(app: App, taken: Taken) -> Option<Route> {
    let Taken::Whole { about, meaning } = taken else {
        return None;
    };
    let state = app.view_untracked();
    let me = untrack(|| app.me()).person;
    if let Some(proposal) = state.proposal(about) {
        let by_me = proposal.answered_by().is_some_and(|(by, _)| by == me);
        return Some(if by_me {
            Route::ProposalCode(about)
        } else {
            Route::Approvals
        });
    }
    let by_me = state
        .transfer(about)
        .and_then(|known| known.ended_by)
        .is_some_and(|(by, _)| by == me);
    Some(match meaning {
        Meaning::Receipt => Route::HandoffProof(about),
        Meaning::Again if by_me => Route::HandoffCode(about),
        _ => Route::Handoff(about),
    })
}

/// Takes in what another phone showed, and goes where it leads. Of several parts: how many there
/// are, and of how many.
pub async fn take_in(app: App, text: String) -> Result<Option<(usize, usize)>, Words> {
    let taken = app.take_code(text).await?;
    if let Taken::Part { have, of } = taken {
        return Ok(Some((have, of)));
    }
    if let Some(route) = after(app, taken) {
        app.announce("Taken in. Saved on this phone");
        app.go(route.path());
    }
    Ok(None)
}

/// Scan a handoff code.
#[component]
pub fn HandoffScan() -> AnyView {
    let app = use_app();
    let text = RwSignal::new(String::new());
    let progress = RwSignal::new(None::<(usize, usize)>);
    let problem = RwSignal::new(None::<Words>);
    let take = Callback::new(move |text: String| {
        spawn_local(async move {
            let taken = take_in(app, text).await;
            problem.try_set(taken.as_ref().err().cloned());
            if let Ok(Some(parts)) = taken {
                progress.try_set(Some(parts));
            }
        });
    });
    let seen = Callback::new(move |outcome: ScanOutcome| {
        // What else lies before the camera does not interrupt whoever types: words about it would
        // take the focus out of the field.
        let typing = text.with_untracked(|text| !text.is_empty());
        if !typing || is_handoff(&outcome.code) {
            take.run(outcome.code);
        }
    });
    let paste = Callback::new(move |()| take.run(text.get_untracked()));
    let choose = move |_| {
        spawn_local(async move {
            if let Some(text) = app.chosen_text(FILE).await {
                take.try_run(text);
            }
        });
    };
    let parts = move || {
        progress.get().map(|(have, of)| {
            let words = format!("{have} of {of} parts");
            view! {
                <div data-testid="scan-progress">
                    {notice(Tone::Accent, Icon::Sync, words, "Keep the camera on the other phone.")}
                    <progress class="parts" max=of.to_string() value=have.to_string() aria-label="Parts read"></progress>
                </div>
            }
        })
    };
    view! {
        <Page title="Scan a handoff" eyebrow="Handoff" back=Route::Handoffs.path()>
            <p class="quiet small">"An offer, a receipt, a proposal or the answer to one. No network is needed."</p>
            {parts}
            <Problem words=problem />
            <Scanner wanted=Wanted::Handoff batch=true on_outcome=seen />
            <details class="card">
                <summary class="summary-row">"Without the camera"</summary>
                <div class="stack">
                    <label class="btn btn-wide btn-tall">
                        <span>"Open a file"</span>
                        <input id=FILE class="unseen" type="file" accept=".txt,text/plain" data-testid="handoff-file" on:change=choose />
                    </label>
                    <TextField id="handoff-text" label="Or paste the text" value=text kind=FieldKind::Code />
                    <Button look=Look::Wide sign=Icon::Check label="Take it in" testid="take-text" press=paste />
                </div>
            </details>
        </Page>
    }
    .into_any()
}

//! What reps adjusted, for somebody else to look at.

use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::empty::empty;
use crate::components::icon::Icon;
use crate::components::notice::Problem;
use crate::components::page::Page;
use crate::state::{
    App, DateStyle, Route, custodian_name, identity_words, person_name, product_name, use_app,
};
use baton_domain::adjust::{Adjustment, needs_review};
use baton_domain::id::LineId;
use baton_domain::{Command, State};
use leptos::prelude::*;

/// The adjustments that nobody else has looked at, oldest first.
pub fn to_review(state: &State) -> impl Iterator<Item = &Adjustment> {
    state
        .adjustments()
        .filter(|adjustment| needs_review(state, adjustment))
}

/// Adjustments to review.
#[component]
pub fn Adjustments() -> AnyView {
    let app = use_app();
    let doing = Doing::new();
    let cards = move || {
        let state = app.view();
        let cards: Vec<AnyView> = to_review(&state)
            .map(|adjustment| card(app, &state, adjustment, doing))
            .collect();
        if cards.is_empty() {
            return empty(
                Icon::Check,
                "Nothing to review",
                "What a Rep counts or loses takes effect at once, and stands here until somebody else has looked.",
                None,
            );
        }
        view! { <div class="stack">{cards}</div> }.into_any()
    };
    view! {
        <Page title="Adjustments" eyebrow="Office" back=Route::Office.path()>
            <Problem words=doing.problem doing=doing />
            {cards}
        </Page>
    }
    .into_any()
}

fn card(app: App, state: &State, adjustment: &Adjustment, doing: Doing) -> AnyView {
    let id = adjustment.id;
    let who = format!(
        "{}, {}",
        person_name(state, adjustment.by.0),
        app.format_time(adjustment.by.1, DateStyle::DateTime)
    );
    let away = adjustment.away.iter();
    let away = away.filter_map(|(line, pieces)| Some((*line, *pieces, state.line(*line)?)));
    let found = adjustment.found.iter();
    let found = found.filter_map(|line| Some((*line, state.line(*line)?)));
    let away = away.map(|(line, pieces, known)| (line, format!("−{pieces}"), known));
    let found = found.map(|(line, known)| (line, format!("+{}", known.quantity), known));
    let rows: Vec<AnyView> = away
        .chain(found)
        .map(|(line, pieces, known)| {
            row(
                line,
                pieces,
                product_name(state, &known.identity.product),
                identity_words(&known.identity),
            )
        })
        .collect();
    let press = Callback::new(move |()| {
        let command = Command::ReviewAdjustment {
            adjustment: id,
            note: "".into(),
        };
        doing.act(command, move |_| doing.toast("Reviewed", None));
    });
    view! {
        <article class="card" data-testid="adjustment">
            <p class="card-title">{custodian_name(state, adjustment.custodian)}</p>
            <p class="row-note">{who}</p>
            <p>{adjustment.reason.to_string()}</p>
            <div class="rows">{rows}</div>
            <Button look=Look::Wide sign=Icon::Check label="Reviewed" busy=doing.busy testid="review-adjustment" press=press />
        </article>
    }
    .into_any()
}

fn row(line: LineId, pieces: String, name: String, apart: String) -> AnyView {
    view! {
        <a class="row" href=Route::Line(line).path()>
            <span class="row-lines">
                <span class="row-title">{name}</span>
                <span class="row-note">{apart}</span>
            </span>
            <span class="count">{pieces}</span>
        </a>
    }
    .into_any()
}

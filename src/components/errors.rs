//! What is wrong with a form: collected on submit, listed at the top, each entry leading to its
//! field.

use crate::state::use_app;
use leptos::html;
use leptos::prelude::*;

/// The errors of one form, by field id.
#[derive(Clone, Copy)]
pub struct Errors(RwSignal<Vec<(&'static str, String)>>);

impl Errors {
    /// A form without errors.
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// The error of a field, if it has one.
    pub fn of(self, id: &str) -> Option<String> {
        self.0.with(|all| {
            all.iter()
                .find(|(field, _)| *field == id)
                .map(|(_, words)| words.clone())
        })
    }

    /// Shows what a check found, in the place of what was found before.
    pub fn show(self, errors: Vec<(&'static str, String)>) {
        self.0.set(errors);
    }
}

impl Default for Errors {
    fn default() -> Self {
        Self::new()
    }
}

/// The summary at the top of a form. It takes the focus when a submit found something.
#[component]
pub fn ErrorSummary(
    /// The errors of the form.
    errors: Errors,
) -> AnyView {
    let app = use_app();
    let place = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if !errors.0.read().is_empty()
            && let Some(place) = place.get()
        {
            request_animation_frame(move || {
                // A browser that refuses the focus still shows the summary.
                let _ = place.focus();
            });
        }
    });
    let entry = move |(id, words): (&'static str, String)| {
        let go = move |click: leptos::ev::MouseEvent| {
            click.prevent_default();
            app.focus(id);
        };
        view! { <li><a href=format!("#{id}") on:click=go>{words}</a></li> }.into_any()
    };
    let shown = move || {
        let all = errors.0.get();
        (!all.is_empty()).then(|| {
            let heading = if all.len() == 1 {
                "One thing is missing"
            } else {
                "A few things are missing"
            };
            view! {
                <h2>{heading}</h2>
                <ul>{all.into_iter().map(entry).collect::<Vec<_>>()}</ul>
            }
            .into_any()
        })
    };
    view! {
        <div
            node_ref=place
            tabindex="-1"
            data-testid="error-summary"
            class=move || if errors.0.read().is_empty() { "unseen" } else { "summary" }
        >
            {shown}
        </div>
    }
    .into_any()
}

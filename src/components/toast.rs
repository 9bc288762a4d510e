//! A short word that something is saved, with a way to take it back. Never an error.

use super::button::{Button, Look};
use crate::state::use_app;
use baton_domain::Command;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a toast with an undo stays. Six seconds are the least that people need; eight give
/// those who read slowly a chance.
const SHOWN_FOR: Duration = Duration::from_secs(8);

#[derive(Clone)]
struct Toast {
    number: u32,
    words: String,
    undo: Option<Command>,
}

/// Where toasts are shown. Copy it into any handler.
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Option<Toast>>);

/// The toasts of the frame around this page.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(|| Toasts(RwSignal::new(None)))
}

impl Toasts {
    /// Makes the place for toasts and gives it to everything below.
    pub fn provide() -> Self {
        let toasts = Self(RwSignal::new(None));
        provide_context(toasts);
        toasts
    }

    /// Shows one toast in the place of the last.
    pub fn show(self, words: String, undo: Option<Command>) {
        let number = self
            .0
            .with_untracked(|shown| shown.as_ref().map_or(0, |toast| toast.number + 1));
        self.0.set(Some(Toast {
            number,
            words,
            undo,
        }));
        set_timeout(move || self.drop_number(number), SHOWN_FOR);
    }

    fn drop_number(self, number: u32) {
        // The page may be gone by the time the clock strikes.
        let current = self
            .0
            .try_with_untracked(|shown| shown.as_ref().is_some_and(|toast| toast.number == number));
        if current == Some(true) {
            self.0.set(None);
        }
    }
}

/// The toast on screen, if there is one.
#[component]
pub fn ToastPlace(
    /// Where pages put theirs.
    toasts: Toasts,
) -> AnyView {
    let app = use_app();
    let undo = move |command: Command| {
        toasts.0.set(None);
        spawn_local(async move {
            match app.act(command).await {
                Ok(_) => toasts.show("Undone".into(), None),
                // What speaks against the undo is no error of the act: it stays, and says why.
                Err(error) => toasts.show(app.act_error_words(&error).what, None),
            }
        });
    };
    view! {
        <div class="toasts">
            {move || {
                toasts.0.get().map(|toast| {
                    let command = toast.undo;
                    view! {
                        <div class="toast" role="status" data-testid="toast">
                            <span class="grow">{toast.words}</span>
                            {command.map(|command| view! {
                                <Button look=Look::Bare label="Undo" testid="undo" press=Callback::new(move |()| undo(command.clone())) />
                            })}
                        </div>
                    }
                    .into_any()
                })
            }}
        </div>
    }
    .into_any()
}

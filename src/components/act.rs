//! Doing something and showing how it went: busy while it runs, words where it was refused.

use super::toast::{Toasts, use_toasts};
use crate::state::{ActError, App, Saved, Words, use_app};
use baton_domain::{Command, Reason, Refusal};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// One place on a page where things are done. Copy it into any handler.
#[derive(Clone, Copy)]
pub struct Doing {
    app: App,
    toasts: Toasts,
    /// True while something runs; the button that started it shows so and waits.
    pub busy: RwSignal<bool>,
    /// Why the last attempt was not saved.
    pub problem: RwSignal<Option<Words>>,
    /// The refusal behind `problem`, where a page has an answer to it (a reason to ask for).
    pub refusal: RwSignal<Option<Refusal>>,
    /// What the last attempt wanted, where the table of roles alone forbids it: it can be proposed
    /// to somebody who may (R41).
    pub forbidden: RwSignal<Option<Command>>,
}

impl Doing {
    /// A place to do things, with nothing running.
    pub fn new() -> Self {
        Self {
            app: use_app(),
            toasts: use_toasts(),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            refusal: RwSignal::new(None),
            forbidden: RwSignal::new(None),
        }
    }

    /// Records a command. `done` runs once it is saved on this phone; until then nothing that
    /// was typed is cleared. A second tap while the first runs does nothing.
    pub fn act(self, command: Command, done: impl FnOnce(Saved) + 'static) {
        self.all(vec![command], Box::new(done));
    }

    /// Records several commands in order and stops at the first that is not saved. `done` gets
    /// what the last one made.
    pub fn all(self, commands: Vec<Command>, done: Box<dyn FnOnce(Saved)>) {
        if !self.begin() {
            return;
        }
        spawn_local(async move {
            let mut last = None;
            for command in commands {
                match self.app.act(command.clone()).await {
                    Ok(saved) => last = Some(saved),
                    Err(error) => return self.fail(command, &error),
                }
            }
            let here = self.end();
            if let Some(saved) = last {
                self.app.announce("Saved on this phone");
                if here {
                    done(saved);
                }
            }
        });
    }

    /// Runs something that is not a command, such as asking the server for a link.
    pub fn ask<T: 'static>(
        self,
        work: impl Future<Output = Result<T, Words>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if !self.begin() {
            return;
        }
        spawn_local(async move {
            match work.await {
                Ok(value) if self.end() => done(value),
                Err(words) if self.end() => self.problem.set(Some(words)),
                _ => {}
            }
        });
    }

    /// Says what was saved, with a way to take it back where there is one.
    pub fn toast(self, words: impl Into<String>, undo: Option<Command>) {
        self.toasts.show(words.into(), undo);
    }

    /// Shows a problem that the page itself found.
    pub fn refuse(self, words: Words) {
        self.problem.set(Some(words));
    }

    fn begin(self) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.problem.set(None);
        self.refusal.set(None);
        self.forbidden.set(None);
        self.busy.set(true);
        true
    }

    /// Waits no longer. False where the page is gone: what it would do next (go somewhere, read
    /// its form) is nobody's any more, and its signals are not to be touched.
    fn end(self) -> bool {
        self.busy.try_set(false).is_none()
    }

    fn fail(self, command: Command, error: &ActError) {
        if !self.end() {
            // Whoever went on while it was decided has to hear that it was not saved.
            let words = self.app.act_error_words(error);
            self.toasts.show(format!("Not saved. {}", words.what), None);
            return;
        }
        if let ActError::Refused(refusal) = error {
            if refusal.reason == Reason::NotAllowed {
                self.forbidden.set(Some(command));
            }
            self.refusal.set(Some((**refusal).clone()));
        }
        self.problem.set(Some(self.app.act_error_words(error)));
    }
}

impl Default for Doing {
    fn default() -> Self {
        Self::new()
    }
}

/// A way to another screen of the app, usable in any handler. The screen that is left is not
/// kept in the history: a form that was sent is not come back to.
pub fn use_going() -> Callback<String> {
    let app = use_app();
    Callback::new(move |path: String| app.go(path))
}

/// Keeps an update from being offered while the screen that calls this is open (architecture §8).
pub fn hold_updates() {
    let app = use_app();
    app.hold_update(true);
    on_cleanup(move || app.hold_update(false));
}

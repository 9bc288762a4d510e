//! Buttons and links that look like them.

use super::icon::{Icon, icon};
use leptos::prelude::*;

/// How much weight a button has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do here: full width, at the bottom.
    Main,
    /// Another thing, full width.
    Wide,
    /// One of several.
    #[default]
    Plain,
    /// In a line of words.
    Bare,
    /// Takes something away; never in a corner.
    Bad,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Self::Main => "btn btn-main",
            Self::Wide => "btn btn-wide btn-tall",
            Self::Plain => "btn",
            Self::Bare => "btn btn-bare",
            Self::Bad => "btn btn-bad btn-wide",
        }
    }
}

/// A button. While `busy` it says so and takes no second press.
#[component]
pub fn Button(
    /// What it does, in words.
    #[prop(into)]
    label: Signal<String>,
    /// What happens.
    press: Callback<()>,
    /// Its weight.
    #[prop(optional)]
    look: Look,
    /// A sign before the words.
    #[prop(optional, into)]
    sign: Option<Icon>,
    /// True while what it started runs.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// True where there is nothing to do yet; it stays reachable and says what is missing.
    #[prop(optional, into)]
    off: Signal<bool>,
    /// Its name in tests.
    #[prop(optional)]
    testid: &'static str,
) -> AnyView {
    let press = move |_| {
        if !busy.get_untracked() && !off.get_untracked() {
            press.run(());
        }
    };
    let shown = move || {
        if busy.get() {
            Some(icon(Icon::Sync))
        } else {
            sign.map(icon)
        }
    };
    view! {
        <button
            type="button"
            class=look.class()
            data-testid=testid
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || off.get().then_some("true")
            on:click=press
        >
            {shown}
            <span>{label}</span>
        </button>
    }
    .into_any()
}

/// The button that sends a form; Enter in a field does the same.
#[component]
pub fn Submit(
    /// What it does, in words.
    #[prop(into)]
    label: Signal<String>,
    /// True while what it started runs.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Its name in tests.
    testid: &'static str,
) -> AnyView {
    view! {
        <button type="submit" class="btn btn-main" data-testid=testid aria-busy=move || busy.get().then_some("true")>
            {move || busy.get().then(|| icon(Icon::Sync))}
            <span>{label}</span>
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
pub fn link_button(
    look: Look,
    sign: Option<Icon>,
    label: &'static str,
    href: String,
    testid: &'static str,
) -> AnyView {
    view! {
        <a class=look.class() href=href data-testid=testid>
            {sign.map(icon)}
            <span>{label}</span>
        </a>
    }
    .into_any()
}

//! One screen: its head with the way back and the unsent mark, its words, its main actions.

use super::chip::{Tone, chip};
use super::icon::{Icon, icon};
use crate::state::{App, Online, Route, use_app};
use leptos::prelude::*;

/// Marks a page that stands beside another one on a wide screen: its heading is a second one.
#[derive(Clone, Copy)]
pub struct Beside;

/// The parts of a screen.
#[component]
pub fn Page(
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// A line above the heading.
    #[prop(optional, into)]
    eyebrow: MaybeProp<String>,
    /// Where back leads; none on the five of the bar.
    #[prop(optional, into)]
    back: Option<String>,
    /// The main actions, at the bottom.
    #[prop(optional, into)]
    actions: Option<AnyView>,
    /// The screen.
    children: Children,
) -> AnyView {
    let beside = use_context::<Beside>().is_some();
    let heading = if beside {
        view! { <h2 class="top-title">{title}</h2> }.into_any()
    } else {
        // Focusable by script only: a change of screen begins here for a screen reader.
        view! { <h1 tabindex="-1" data-testid="title">{title}</h1> }.into_any()
    };
    let over = view! {
        {move || eyebrow.get().map(|line| view! { <p class="top-eyebrow">{line}</p> })}
    };
    // A deep screen may have a long name: it stands below the bar of the head and scrolls away.
    let (in_head, in_page) = match back {
        Some(href) => (
            view! { {back_link(href)} <div class="top-words">{over}</div> }.into_any(),
            Some(heading),
        ),
        None => (
            view! { <div class="top-words">{over} {heading}</div> }.into_any(),
            None,
        ),
    };
    let deep = in_page.is_some();
    let head = view! { <header class="top">{in_head} {(!beside).then(|| head_end(deep))}</header> };
    let page = view! { {in_page} {children()} };
    let body = view! { <div class="page">{page}</div> {foot(actions)} };
    if beside {
        return view! { {head} {body} }.into_any();
    }
    view! { {head} <main class="main" id="main" tabindex="-1">{body}</main> }.into_any()
}

fn back_link(href: String) -> AnyView {
    view! { <a class="top-back" href=href aria-label="Back" data-testid="back">{icon(Icon::Back)}</a> }
        .into_any()
}

fn foot(actions: Option<AnyView>) -> Option<AnyView> {
    actions.map(|actions| view! { <div class="actions">{actions}</div> }.into_any())
}

/// The unsent mark, and on the five of the bar the way to oneself.
fn head_end(deep: bool) -> AnyView {
    let app = use_app();
    let me = (!deep).then(|| {
        view! {
            <a class="top-me" href=Route::Me.path() aria-label=move || format!("You: {}", app.me().name) data-testid="me">
                {icon(Icon::Person)}
            </a>
        }
    });
    // Where a sign-in is wanted, the mark leads to it.
    let href = move || {
        if app.online() == Online::SignInToSend {
            Route::Me.path()
        } else {
            Route::Activity.path()
        }
    };
    view! {
        <a class="top-state" href=href data-testid="net-state">
            {move || state_chip(app)}
        </a>
        {me}
    }
    .into_any()
}

/// What the mark in the head says: how many records are only here, or that all are confirmed.
pub fn state_words(online: Online, unconfirmed: usize) -> (Tone, Icon, String) {
    let saved = format!("{unconfirmed} saved here");
    match (online, unconfirmed) {
        (Online::SignInToSend, _) => (Tone::Warn, Icon::Lock, "Sign in to send".into()),
        (Online::Revoked, _) => (Tone::Bad, Icon::Warn, "Phone revoked".into()),
        (Online::Online, 0) => (Tone::Quiet, Icon::Check, "All confirmed".into()),
        (Online::Online, _) => (Tone::Quiet, Icon::Phone, saved),
        (Online::Offline, 0) => (Tone::Quiet, Icon::Offline, "Offline".into()),
        (Online::Offline, _) => (Tone::Quiet, Icon::Offline, saved),
    }
}

fn state_chip(app: App) -> AnyView {
    let (tone, sign, words) = state_words(app.online(), app.unconfirmed());
    chip(tone, sign, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offline_is_a_quiet_mark_and_never_red() {
        for unconfirmed in [0, 1, 250] {
            let (tone, sign, _) = state_words(Online::Offline, unconfirmed);
            assert_eq!((tone, sign), (Tone::Quiet, Icon::Offline));
        }
    }

    #[test]
    fn all_confirmed_is_said_only_when_the_server_was_heard_and_nothing_is_left() {
        let said = |online, left| state_words(online, left).2;
        assert_eq!(said(Online::Online, 0), "All confirmed");
        assert_eq!(said(Online::Online, 4), "4 saved here");
        assert_eq!(said(Online::Offline, 0), "Offline");
        assert_eq!(said(Online::Offline, 4), "4 saved here");
        assert_eq!(said(Online::SignInToSend, 4), "Sign in to send");
    }
}

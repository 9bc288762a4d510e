//! What a person should know, in the place where it matters.

use super::act::Doing;
use super::chip::Tone;
use super::icon::{Icon, icon};
use super::propose::propose_button;
use crate::state::Words;
use baton_domain::proposal::can_be_proposed;
use leptos::html;
use leptos::prelude::*;

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Quiet => "notice",
        Tone::Ok => "notice notice-ok",
        Tone::Warn => "notice notice-warn",
        Tone::Bad => "notice notice-bad",
        Tone::Accent => "notice notice-accent",
    }
}

/// A note with a heading and one sentence. Either may be empty.
pub fn notice(tone: Tone, sign: Icon, what: impl Into<String>, more: impl Into<String>) -> AnyView {
    drawn(tone, sign, what.into(), more.into())
}

fn drawn(tone: Tone, sign: Icon, what: String, more: String) -> AnyView {
    view! {
        <div class=class(tone)>
            {icon(sign)}
            <div class="notice-words">
                {(!what.is_empty()).then(|| view! { <strong>{what}</strong> })}
                {(!more.is_empty()).then(|| view! { <span>{more}</span> })}
            </div>
        </div>
    }
    .into_any()
}

/// A message in words: what, why, who may, and what next.
pub fn words_notice(tone: Tone, sign: Icon, words: Words) -> AnyView {
    let who = (!words.who_may.is_empty()).then(|| format!("Who may: {}.", words.who_may));
    let parts: Vec<AnyView> = [Some(words.why), who, Some(words.next)]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .map(|part| view! { <span>{part}</span> }.into_any())
        .collect();
    view! {
        <div class=class(tone)>
            {icon(sign)}
            <div class="notice-words">
                <strong>{words.what}</strong>
                {parts}
            </div>
        </div>
    }
    .into_any()
}

/// Why something was not done. Shown in its place, takes the focus, and never comes as a toast.
#[component]
pub fn Problem(
    /// The message, if there is one.
    words: RwSignal<Option<Words>>,
    /// Where it was tried: what only the role forbids is proposed from here (R41).
    #[prop(optional)]
    doing: Option<Doing>,
) -> AnyView {
    let propose = move || {
        let doing = doing?;
        let command = doing.forbidden.get()?;
        can_be_proposed(&command).then(|| propose_button(doing, command))
    };
    let place = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if words.read().is_some()
            && let Some(place) = place.get()
        {
            request_animation_frame(move || {
                // A browser that refuses the focus still shows the words.
                let _ = place.focus();
            });
        }
    });
    view! {
        <div node_ref=place tabindex="-1" role="alert" data-testid="problem">
            {move || words.get().map(|words| words_notice(Tone::Bad, Icon::Warn, words))}
            {propose}
        </div>
    }
    .into_any()
}

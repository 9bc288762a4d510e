//! State in little: an icon, a word and a colour, always the three together.

use super::icon::{Icon, icon};
use crate::state::{RecordStatus, flag_words, names_words};
use baton_domain::State;
use baton_domain::id::PersonId;
use baton_domain::proposal::approvers;
use baton_domain::readiness::Light;
use baton_domain::verdict::Flag;
use leptos::prelude::*;

/// How much a state asks for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do.
    Quiet,
    /// As it should be.
    Ok,
    /// Soon, or not yet.
    Warn,
    /// Somebody has to act.
    Bad,
    /// One's own, or chosen.
    Accent,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Quiet => "chip",
            Self::Ok => "chip chip-ok",
            Self::Warn => "chip chip-warn",
            Self::Bad => "chip chip-bad",
            Self::Accent => "chip chip-accent",
        }
    }
}

/// A chip.
pub fn chip(tone: Tone, sign: Icon, words: impl Into<String>) -> AnyView {
    drawn(tone, Some(sign), words.into())
}

/// A chip for a property that has no icon of its own, such as "Sterile".
pub fn plain_chip(words: impl Into<String>) -> AnyView {
    drawn(Tone::Quiet, None, words.into())
}

fn drawn(tone: Tone, sign: Option<Icon>, words: String) -> AnyView {
    view! { <span class=tone.class()>{sign.map(icon)}<span>{words}</span></span> }.into_any()
}

/// A rule that speaks against something that stands, as a chip of its own.
pub fn flag_chip(flag: &Flag) -> AnyView {
    chip(Tone::Warn, Icon::Warn, sentence(flag_words(flag)))
}

/// Words as the beginning of a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        // The words are the app's own.
        std::iter::once(first.to_ascii_uppercase())
            .chain(letters)
            .collect()
    })
}

/// How far a record has come. The two promises are never mixed: *saved here*, *confirmed*.
pub fn status_chip(status: RecordStatus) -> AnyView {
    let (tone, sign, words) = match status {
        RecordStatus::SavedHere => (Tone::Quiet, Icon::Phone, "Saved here"),
        RecordStatus::Sent => (Tone::Quiet, Icon::Sent, "Sent"),
        RecordStatus::Confirmed => (Tone::Ok, Icon::Check, "Confirmed"),
        RecordStatus::Waiting => (Tone::Warn, Icon::Clock, "Waiting"),
        RecordStatus::NeedsReview => (Tone::Bad, Icon::Warn, "Needs review"),
        RecordStatus::Refused => (Tone::Bad, Icon::Cross, "Refused"),
    };
    chip(tone, sign, words)
}

/// The tone and the words of a case's light.
pub fn light_words(state: &State, light: &Light) -> (Tone, Icon, String) {
    match light {
        Light::Ready => (Tone::Ok, Icon::Check, "Ready".into()),
        Light::ReadyWhenArrived(transfers) => {
            let words = match transfers.len() {
                1 => "Ready when 1 handoff arrives".into(),
                many => format!("Ready when {many} handoffs arrive"),
            };
            (Tone::Warn, Icon::Clock, words)
        }
        Light::ReadyWhenApproved(proposals) => {
            // Of several, the first: once it is approved, the light names who may the next.
            let first = proposals.first().and_then(|id| state.proposal(*id));
            let may = first.map_or_else(Vec::new, |first| approvers(state, first));
            (Tone::Warn, Icon::Clock, approval_words(state, &may))
        }
        Light::ShortOf(pieces) => (Tone::Bad, Icon::Warn, format!("Short of {pieces}")),
    }
}

/// Who has to approve before a case is ready, naming all who may (R41).
pub fn approval_words(state: &State, may: &[PersonId]) -> String {
    format!("Ready when {} approves", names_words(state, may))
}

//! A proposal from phone to phone (R41): the code that somebody who may approve it scans, and the
//! code with the answer.

use super::code::{OtherWays, big_code};
use crate::components::button::{Look, link_button};
use crate::components::chip::Tone;
use crate::components::icon::Icon;
use crate::components::notice::notice;
use crate::components::page::Page;
use crate::pages::gates::NotFound;
use crate::state::{App, Route, body_words, names_words, person_name, use_app};
use baton_domain::proposal::{Proposal, ProposalId, approvers};
use baton_handoff::Kind;
use leptos::prelude::*;

/// What this person has to show of a proposal, if anything: who proposed it the proposal as long as
/// it is open, and who answered it the answer.
pub fn to_show(app: App, proposal: &Proposal) -> Option<Kind> {
    let me = app.me().person;
    match proposal.answered_by() {
        None if proposal.entry.actor == me => Some(Kind::Proposal),
        Some((by, _)) if by == me && by != proposal.entry.actor => Some(Kind::Answer),
        _ => None,
    }
}

/// The code of a proposal or of its answer.
#[component]
pub fn ProposalCode(
    /// Which.
    proposal: ProposalId,
) -> AnyView {
    let app = use_app();
    if app.view_untracked().proposal(proposal).is_none() {
        return view! { <NotFound /> }.into_any();
    }
    let kind = Memo::new(move |_| to_show(app, app.view().proposal(proposal)?));
    let code = big_code(app, proposal, kind);
    let title = Signal::derive(move || {
        let state = app.view();
        let Some(known) = state.proposal(proposal) else {
            return String::new();
        };
        match kind.get() {
            Some(Kind::Proposal) => {
                let who = names_words(&state, &approvers(&state, known));
                format!("Show this to {who}")
            }
            _ => format!(
                "Show this back to {}",
                person_name(&state, known.entry.actor)
            ),
        }
    });
    let next = move || match kind.get() {
        Some(Kind::Proposal) => link_button(
            Look::Main,
            Some(Icon::Scan),
            "Scan their answer",
            Route::HandoffScan.path(),
            "scan-answer",
        ),
        _ => link_button(
            Look::Main,
            Some(Icon::Check),
            "Done",
            Route::Approvals.path(),
            "code-done",
        ),
    };
    let what = move || {
        let state = app.view();
        let known = state.proposal(proposal)?;
        let what = body_words(&state, known.what());
        Some(view! { <p class="strong">{format!("Proposed: {what}")}</p> })
    };
    let hint = move || match kind.get() {
        Some(Kind::Proposal) => notice(
            Tone::Quiet,
            Icon::Info,
            "Nothing is done until it is approved",
            "Turn the brightness up. Their answer comes back as a code, or by sync.",
        ),
        Some(_) => notice(
            Tone::Quiet,
            Icon::Info,
            "Saved on this phone",
            "Turn the brightness up. With this code it counts on the other phone at once, without a network.",
        ),
        None => notice(
            Tone::Ok,
            Icon::Check,
            "It was answered",
            "There is nothing left to show here.",
        ),
    };
    view! {
        <Page title=title eyebrow="Approval" back=Route::Approvals.path() actions=next.into_any()>
            {code}
            {what}
            {hint}
            <OtherWays about=proposal kind=kind />
        </Page>
    }
    .into_any()
}

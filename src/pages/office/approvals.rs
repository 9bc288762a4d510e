//! Proposals: what waits for an approval, whose, and what became of the rest (R41).

use crate::components::act::{Doing, use_going};
use crate::components::button::{Button, Look, Submit, link_button};
use crate::components::chip::{Tone, chip, plain_chip};
use crate::components::empty::empty;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::TextField;
use crate::components::icon::Icon;
use crate::components::notice::Problem;
use crate::components::page::Page;
use crate::components::sheet::Sheet;
use crate::pages::handoffs::proposal::to_show;
use crate::state::{App, DateStyle, Route, body_words, names_words, person_name, use_app};
use baton_domain::id::PersonId;
use baton_domain::proposal::{Proposal, ProposalId, ProposalStatus, approvers};
use baton_domain::{Command, State};
use baton_handoff::Kind;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// How many answered proposals are shown.
const ANSWERED_SHOWN: usize = 20;

/// True where `me` can answer it now.
pub fn waits_for(state: &State, me: PersonId, proposal: &Proposal) -> bool {
    proposal.is_open() && approvers(state, proposal).contains(&me)
}

/// Every proposal, those that wait first.
#[component]
pub fn Approvals() -> AnyView {
    let app = use_app();
    let doing = Doing::new();
    let declining = RwSignal::new(None::<ProposalId>);
    let asking = RwSignal::new(false);
    let cards = move || {
        let state = app.view();
        let (open, answered): (Vec<_>, Vec<_>) = state
            .proposals()
            .rev()
            .partition(|proposal| proposal.is_open());
        if open.is_empty() && answered.is_empty() {
            return empty(
                Icon::Check,
                "Nothing is proposed",
                "What somebody may not do alone is proposed to those who may, and waits here.",
                None,
            );
        }
        let decline = Callback::new(move |id| {
            declining.set(Some(id));
            asking.set(true);
        });
        let cards: Vec<AnyView> = open
            .into_iter()
            .chain(answered.into_iter().take(ANSWERED_SHOWN))
            .map(|proposal| card(app, &state, proposal, doing, decline))
            .collect();
        view! { <div class="stack">{cards}</div> }.into_any()
    };
    view! {
        <Page title="Approvals" back=Route::Office.path()>
            <Problem words=doing.problem doing=doing />
            {cards}
            <Sheet title="Decline" open=asking testid="decline-sheet">
                <Decline which=declining open=asking />
            </Sheet>
        </Page>
    }
    .into_any()
}

fn card(
    app: App,
    state: &State,
    proposal: &Proposal,
    doing: Doing,
    decline: Callback<ProposalId>,
) -> AnyView {
    let who = format!(
        "{}, {}",
        person_name(state, proposal.entry.actor),
        app.format_time(proposal.entry.occurred_at, DateStyle::DateTime)
    );
    let (note, id) = (proposal.note().to_owned(), proposal.id());
    // Who has no network shows it to whoever stands before him; the answer goes back the same way.
    let code = match to_show(app, proposal) {
        Some(Kind::Proposal) => Some(("Show it as a code", "show-proposal")),
        Some(_) if app.came_by_code(id) => Some(("Show the answer as a code", "show-answer")),
        _ => None,
    };
    let code = code.map(|(label, testid)| {
        let path = Route::ProposalCode(id).path();
        link_button(Look::Wide, Some(Icon::Scan), label, path, testid)
    });
    let me = app.me().person;
    let (status, actions) = match &proposal.status {
        ProposalStatus::Open => {
            let may = approvers(state, proposal);
            let words = if may.is_empty() {
                "Nobody may approve it as things stand".to_owned()
            } else {
                format!("Ready when {} approves", names_words(state, &may))
            };
            let actions = if may.contains(&me) {
                Some(answer(app, doing, id, decline))
            } else if proposal.entry.actor == me {
                Some(withdraw(doing, id))
            } else {
                None
            };
            (chip(Tone::Warn, Icon::Clock, words), actions)
        }
        ProposalStatus::Approved(by, _) => {
            let words = format!("Approved by {}", person_name(state, *by));
            (chip(Tone::Ok, Icon::Check, words), None)
        }
        ProposalStatus::Declined(by, ..) if *by == proposal.entry.actor => {
            (plain_chip("Withdrawn"), None)
        }
        ProposalStatus::Declined(by, _, reason) => {
            let words = format!("Declined by {}: {reason}", person_name(state, *by));
            (chip(Tone::Bad, Icon::Cross, words), None)
        }
    };
    view! {
        <article class="card" data-testid="proposal">
            <h2 class="card-title">{body_words(state, proposal.what())}</h2>
            <p class="quiet small">{who}</p>
            {(!note.is_empty()).then(|| view! { <p>{note}</p> })}
            <div class="chips">{status}</div>
            {code}
            {actions}
        </article>
    }
    .into_any()
}

fn answer(app: App, doing: Doing, id: ProposalId, decline: Callback<ProposalId>) -> AnyView {
    let go = use_going();
    let approve = Callback::new(move |()| {
        let by_code = untrack(|| app.came_by_code(id));
        doing.act(Command::ApproveProposal(id), move |_| {
            doing.toast("Approved", None);
            // Without a network the other side needs the answer, now.
            if by_code {
                go.run(Route::ProposalCode(id).path());
            }
        });
    });
    view! {
        <Button look=Look::Wide sign=Icon::Check label="Approve" busy=doing.busy testid="approve" press=approve />
        <Button look=Look::Wide sign=Icon::Cross label="Decline" testid="decline" press=Callback::new(move |()| decline.run(id)) />
    }
    .into_any()
}

fn withdraw(doing: Doing, id: ProposalId) -> AnyView {
    let press = Callback::new(move |()| {
        let command = Command::DeclineProposal {
            proposal: id,
            reason: "".into(),
        };
        doing.act(command, |_| {});
    });
    view! { <Button look=Look::Wide label="Withdraw" busy=doing.busy testid="withdraw" press=press /> }
        .into_any()
}

#[component]
fn Decline(
    /// Which one.
    which: RwSignal<Option<ProposalId>>,
    /// Closes the sheet around it.
    open: RwSignal<bool>,
) -> AnyView {
    let (doing, errors) = (Doing::new(), Errors::new());
    let reason = RwSignal::new(String::new());
    let submit = move |sent: SubmitEvent| {
        sent.prevent_default();
        let Some(proposal) = which.get_untracked() else {
            return;
        };
        let words = reason.get_untracked().trim().to_owned();
        let missing = words.is_empty();
        errors.show(if missing {
            vec![("decline-reason", "Enter why".to_owned())]
        } else {
            Vec::new()
        });
        if !missing {
            let command = Command::DeclineProposal {
                proposal,
                reason: words.as_str().into(),
            };
            doing.act(command, move |_| open.set(false));
        }
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <ErrorSummary errors=errors />
            <TextField id="decline-reason" label="Why" value=reason errors=errors />
            <Problem words=doing.problem doing=doing />
            <Submit label="Decline" busy=doing.busy testid="save-decline" />
        </form>
    }
    .into_any()
}

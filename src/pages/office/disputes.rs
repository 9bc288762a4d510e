//! Disputes: what somebody recorded, what stands, and who decides (R33, R38).

use crate::components::act::Doing;
use crate::components::button::{Button, Look, Submit};
use crate::components::chip::{Tone, chip};
use crate::components::empty::empty;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::TextField;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, words_notice};
use crate::components::page::Page;
use crate::components::sheet::Sheet;
use crate::components::stock_row::{ShowHolder, stock_row};
use crate::pages::activity::other_record;
use crate::state::{App, DateStyle, Route, activity_words, person_name, refusal_words, use_app};
use baton_domain::command::WantedResolution;
use baton_domain::dispute::{Dispute, Resolution};
use baton_domain::id::{EntryId, LineId};
use baton_domain::{Command, Reason, Refusal, State, decide};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// How many resolved disputes are shown.
const RESOLVED_SHOWN: usize = 20;

/// What the sheet is about to decide.
type Wanted = RwSignal<Option<(Vec<EntryId>, WantedResolution)>>;

/// Every dispute, the open ones first.
#[component]
pub fn Disputes() -> AnyView {
    let app = use_app();
    let wanted: Wanted = RwSignal::new(None);
    let asking = RwSignal::new(false);
    let ask = Callback::new(move |what| {
        wanted.set(Some(what));
        asking.set(true);
    });
    let cards = move || {
        let state = app.view();
        let open: Vec<&Dispute> = state
            .disputes()
            .filter(|dispute| dispute.is_open())
            .collect();
        let resolved = state.disputes().rev().filter(|one| one.resolved.is_some());
        let resolved: Vec<&Dispute> = resolved.take(RESOLVED_SHOWN).collect();
        if open.is_empty() && resolved.is_empty() {
            return empty(
                Icon::Swap,
                "No disputes",
                "Where two records claim the same thing, both are kept, and somebody decides here.",
                None,
            );
        }
        let bulk = release_all(app, &state, &open, ask);
        let cards: Vec<AnyView> = open
            .into_iter()
            .map(|dispute| open_card(app, &state, dispute, ask))
            .chain(
                resolved
                    .into_iter()
                    .map(|dispute| resolved_card(&state, dispute)),
            )
            .collect();
        view! { {bulk} <div class="stack">{cards}</div> }.into_any()
    };
    view! {
        <Page title="Disputes" back=Route::Office.path()>
            {cards}
            <Sheet title="Decide" open=asking testid="decide-sheet">
                <Decide wanted=wanted open=asking />
            </Sheet>
        </Page>
    }
    .into_any()
}

/// True, or the reason why not, for a resolution as things stand.
fn possible(
    app: App,
    state: &State,
    command: (Vec<EntryId>, WantedResolution),
) -> Result<(), Refusal> {
    let (disputes, how) = command;
    let command = Command::ResolveDisputes {
        disputes,
        how,
        reason: "?".into(),
    };
    let mut no_id = || EntryId::from_bytes([0; 16]);
    decide(state, &app.me().author(), command, &mut no_id).map(|_| ())
}

/// Everything that came from a revoked phone or person, at once (R38).
fn release_all(
    app: App,
    state: &State,
    open: &[&Dispute],
    ask: Callback<(Vec<EntryId>, WantedResolution)>,
) -> Option<AnyView> {
    let quarantined: Vec<EntryId> = open
        .iter()
        .filter(|dispute| {
            dispute
                .why()
                .is_some_and(|why| why.reason == Reason::Revoked)
        })
        .map(|dispute| dispute.id())
        .collect();
    let what = (quarantined, WantedResolution::Apply);
    if what.0.len() < 2 || possible(app, state, what.clone()).is_err() {
        return None;
    }
    let label = format!(
        "Release all {} from revoked phones and people",
        what.0.len()
    );
    let press = Callback::new(move |()| ask.run(what.clone()));
    Some(view! { <Button look=Look::Wide sign=Icon::Check label=label testid="release-all" press=press /> }.into_any())
}

fn open_card(
    app: App,
    state: &State,
    dispute: &Dispute,
    ask: Callback<(Vec<EntryId>, WantedResolution)>,
) -> AnyView {
    let entry = &dispute.entry;
    let recorded = format!(
        "{} recorded: {}, {}.",
        person_name(state, entry.actor),
        activity_words(state, entry),
        app.format_time(entry.occurred_at, DateStyle::DateTime)
    );
    let why = dispute
        .why()
        .map(|why| words_notice(Tone::Bad, Icon::Warn, refusal_words(state, why)));
    let stands: Vec<AnyView> = dispute
        .locked
        .iter()
        .filter_map(|(line, _)| state.line(*line))
        .map(|line| stock_row(app, state, line, app.today(), ShowHolder::Yes, false))
        .collect();
    let stands = (!stands.is_empty()).then(|| {
        view! {
            <h3 class="small quiet">"What stands, and is locked until somebody decides"</h3>
            <div class="card-flush rows">{stands}</div>
        }
    });
    view! {
        <article class="card card-bad" data-testid="dispute">
            <p>{recorded}</p>
            {why}
            {other_record(app, state, dispute.why())}
            {stands}
            {ways(app, state, dispute, ask)}
        </article>
    }
    .into_any()
}

/// The ways out that are open to who looks at it, or who may.
fn ways(
    app: App,
    state: &State,
    dispute: &Dispute,
    ask: Callback<(Vec<EntryId>, WantedResolution)>,
) -> AnyView {
    let uphold = (vec![dispute.id()], WantedResolution::Uphold);
    if let Err(refusal) = possible(app, state, uphold.clone()) {
        return words_notice(Tone::Quiet, Icon::Lock, refusal_words(state, &refusal));
    }
    let apply = (vec![dispute.id()], WantedResolution::Apply);
    let mut buttons = vec![way("What stands is right", "uphold", uphold, ask)];
    if possible(app, state, apply.clone()).is_ok() {
        buttons.push(way("Let it count as recorded", "apply", apply, ask));
    } else {
        let claim = WantedResolution::Claim(suggested(state, dispute));
        let claim = (vec![dispute.id()], claim);
        if possible(app, state, claim.clone()).is_ok() {
            buttons.push(way("This record is right", "claim", claim, ask));
        }
    }
    buttons.into_any()
}

fn way(
    label: &'static str,
    testid: &'static str,
    what: (Vec<EntryId>, WantedResolution),
    ask: Callback<(Vec<EntryId>, WantedResolution)>,
) -> AnyView {
    let press = Callback::new(move |()| ask.run(what.clone()));
    view! { <Button look=Look::Wide label=label testid=testid press=press /> }.into_any()
}

/// The lines that a claim would take: those it names where they still carry the same thing, else
/// any with enough of it.
fn suggested(state: &State, dispute: &Dispute) -> Vec<(u16, LineId)> {
    let mut lines: Vec<(u16, LineId)> = Vec::new();
    for (place, identity, quantity) in dispute.claims(state) {
        let Some(identity) = identity else { continue };
        let mut found = None;
        for line in state.product_on_hand(&identity.product) {
            let taken = lines.iter().any(|(_, other)| *other == line.id);
            if line.identity == identity && line.quantity >= quantity && !taken {
                let named = dispute.locked.iter().any(|(locked, _)| *locked == line.id);
                if named || found.is_none() {
                    found = Some(line.id);
                }
            }
        }
        lines.extend(found.map(|line| (place, line)));
    }
    lines
}

fn resolved_card(state: &State, dispute: &Dispute) -> AnyView {
    let said = dispute.resolved.as_ref().map(|resolved| {
        let who = person_name(state, resolved.by);
        match resolved.how {
            Resolution::Upheld => chip(Tone::Quiet, Icon::Cross, format!("{who}: does not count")),
            Resolution::Applied | Resolution::Claimed(_) => {
                chip(Tone::Ok, Icon::Check, format!("{who}: counts"))
            }
        }
    });
    view! {
        <article class="card" data-testid="resolved">
            <p>{person_name(state, dispute.entry.actor)} ": " {activity_words(state, &dispute.entry)}</p>
            <div class="chips">{said}</div>
        </article>
    }
    .into_any()
}

#[component]
fn Decide(
    /// What, and how.
    wanted: Wanted,
    /// Closes the sheet around it.
    open: RwSignal<bool>,
) -> AnyView {
    let (doing, errors) = (Doing::new(), Errors::new());
    let reason = RwSignal::new(String::new());
    let submit = move |sent: SubmitEvent| {
        sent.prevent_default();
        let Some((disputes, how)) = wanted.get_untracked() else {
            return;
        };
        let words = reason.get_untracked().trim().to_owned();
        let missing = words.is_empty();
        errors.show(if missing {
            vec![("decide-reason", "Enter how you know".to_owned())]
        } else {
            Vec::new()
        });
        if !missing {
            let command = Command::ResolveDisputes {
                disputes,
                how,
                reason: words.as_str().into(),
            };
            doing.act(command, move |_| open.set(false));
        }
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <ErrorSummary errors=errors />
            <p class="quiet small">"A decision is final. What hangs on it follows where nothing else is in its way."</p>
            <TextField id="decide-reason" label="How you know" value=reason errors=errors />
            <Problem words=doing.problem doing=doing />
            <Submit label="Decide" busy=doing.busy testid="save-decision" />
        </form>
    }
    .into_any()
}

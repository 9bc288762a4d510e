//! The big code: an offer for the other side to scan, or the receipt to be scanned back.
//!
//! It can be left and come back to at any time: what it shows is the stored record, again.

use super::{acts_for, load_words};
use crate::components::act::{Doing, hold_updates};
use crate::components::button::{Button, Look, link_button};
use crate::components::chip::Tone;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice, words_notice};
use crate::components::page::Page;
use crate::components::qr::qr;
use crate::pages::gates::NotFound;
use crate::pages::handoffs::one::line_words;
use crate::state::{App, Proof, Route, Showing, Words, custodian_name, use_app};
use baton_domain::authority::Act;
use baton_domain::id::{EntryId, TransferId};
use baton_domain::transfer::{Transfer, TransferStatus};
use baton_handoff::{Kind, Room};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What this person has to show of a handoff, if anything.
pub fn to_show(app: App, transfer: &Transfer) -> Option<Kind> {
    let (state, me) = (app.view(), app.me());
    let answered = matches!(
        transfer.status,
        TransferStatus::Answered | TransferStatus::Declined(..)
    );
    let gives =
        transfer.offered_by == me.person || acts_for(&state, &me, transfer.from, Act::Offer);
    // What answers a request, or goes back to a warehouse, is answered through the server.
    let by_code = state.terms(transfer.id).is_none();
    match transfer.status {
        TransferStatus::Open if gives && by_code => Some(Kind::Offer),
        _ if answered && transfer.ended_by.is_some_and(|(by, _)| by == me.person) => {
            Some(Kind::Receipt)
        }
        _ => None,
    }
}

/// The code of a handoff.
#[component]
pub fn HandoffCode(
    /// Which.
    transfer: TransferId,
) -> AnyView {
    let app = use_app();
    if app.view_untracked().transfer(transfer).is_none() {
        return view! { <NotFound /> }.into_any();
    }
    let kind = Memo::new(move |_| to_show(app, app.view().transfer(transfer)?));
    let proof = RwSignal::new(None::<Proof>);
    Effect::new(move |_| {
        if kind.get() == Some(Kind::Receipt) {
            spawn_local(async move {
                proof.try_set(app.proof(transfer).await.ok());
            });
        }
    });
    let code = big_code(app, transfer, kind);
    let title = Signal::derive(move || {
        let state = app.view();
        let Some(known) = state.transfer(transfer) else {
            return String::new();
        };
        match kind.get() {
            Some(Kind::Offer) => format!("Show this to {}", custodian_name(&state, known.to)),
            Some(_) => format!("Show this back to {}", custodian_name(&state, known.from)),
            None => "No code to show".to_owned(),
        }
    });
    let nothing_left = move || kind.get().is_none().then(|| ended(app, transfer));
    let phrase = move || {
        let phrase = proof.get()?.phrase?;
        Some(view! {
            <p class="qr-phrase">"Both phones say " <strong data-testid="phrase">{phrase}</strong></p>
        })
    };
    let next = move || match kind.get() {
        Some(Kind::Offer) => link_button(
            Look::Main,
            Some(Icon::Scan),
            "Scan their receipt",
            Route::HandoffScan.path(),
            "scan-receipt",
        ),
        _ => link_button(
            Look::Main,
            Some(Icon::Check),
            "Done",
            Route::Handoff(transfer).path(),
            "code-done",
        ),
    };
    view! {
        <Page title=title eyebrow="Handoff" back=Route::Handoff(transfer).path() actions=next.into_any()>
            {code}
            {nothing_left}
            {phrase}
            {move || hint(kind.get())}
            {move || app.view().transfer(transfer).map(|known| lines(app, known))}
            <OtherWays about=transfer kind=kind />
        </Page>
    }
    .into_any()
}

/// The code of whatever `kind` says is to be shown of a handoff or a proposal, as large as it gets,
/// on a screen that stays on.
pub fn big_code(app: App, about: EntryId, kind: Memo<Option<Kind>>) -> AnyView {
    hold_updates();
    app.stay_awake(true);
    on_cleanup(move || app.stay_awake(false));
    let showing = RwSignal::new(None::<Result<Showing, Words>>);
    Effect::new(move |_| {
        let Some(kind) = kind.get() else { return };
        spawn_local(async move {
            let shown = app.show_handoff(about, kind, Room::Code).await;
            showing.try_set(Some(shown));
        });
    });
    (move || match (kind.get(), showing.get()) {
        (None, _) | (_, None) => ().into_any(),
        (_, Some(Err(words))) => words_notice(Tone::Warn, Icon::Warn, words),
        (_, Some(Ok(showing))) => match showing.code {
            Some(code) => qr(code, app.wants_less_motion()),
            None => ().into_any(),
        },
    })
    .into_any()
}

fn hint(kind: Option<Kind>) -> AnyView {
    let words = match kind {
        Some(Kind::Offer) => {
            "Turn the brightness up. The pieces stay yours until you have scanned the receipt, or it comes by sync."
        }
        Some(Kind::Receipt) => {
            "Turn the brightness up. The other side scans it, and both of you hold both signatures."
        }
        _ => return ().into_any(),
    };
    view! { <p class="quiet small">{words}</p> }.into_any()
}

fn ended(app: App, transfer: TransferId) -> AnyView {
    let words = app
        .view()
        .transfer(transfer)
        .map(|known| match known.status {
            TransferStatus::Cancelled => "It was taken back",
            TransferStatus::Open => "It waits for an answer",
            _ => "It was answered",
        });
    notice(
        Tone::Ok,
        Icon::Check,
        words.unwrap_or_default(),
        "There is nothing left to show here.",
    )
}

fn lines(app: App, transfer: &Transfer) -> AnyView {
    let state = app.view();
    let rows: Vec<AnyView> = transfer
        .lines
        .iter()
        .map(|line| {
            view! {
                <div class="row row-top">
                    {line_words(app, &state, line)}
                    <span class="count">{app.format_number(line.quantity)}</span>
                </div>
            }
            .into_any()
        })
        .collect();
    view! {
        <section class="section">
            <h2>{load_words(transfer)}</h2>
            <div class="card card-flush rows" data-testid="code-lines">{rows}</div>
        </section>
    }
    .into_any()
}

/// Without a camera: a file, or text to copy.
#[component]
pub fn OtherWays(
    /// Which handoff or proposal.
    about: EntryId,
    /// What is shown.
    kind: Memo<Option<Kind>>,
) -> AnyView {
    let app = use_app();
    let doing = Doing::new();
    let asked = move || {
        let kind = kind.get_untracked().unwrap_or(Kind::Offer);
        async move { app.show_handoff(about, kind, Room::File).await }
    };
    let share = Callback::new(move |()| {
        let shown = asked();
        let work = async move {
            let showing = shown.await?;
            app.share_file("baton-handoff.txt", showing.text).await
        };
        doing.ask(work, move |()| {});
    });
    let copy = Callback::new(move |()| {
        let shown = asked();
        let work = async move { Ok(app.copy(shown.await?.text).await) };
        doing.ask(work, move |copied| {
            let words = if copied {
                "Copied"
            } else {
                "This browser does not let the app copy"
            };
            doing.toast(words, None);
        });
    });
    view! {
        <details class="card">
            <summary class="summary-row">"The camera does not read it"</summary>
            <div class="stack">
                <p class="quiet small">"Send the same thing as a file or as text. The other side opens or pastes it under Scan a code."</p>
                <Problem words=doing.problem doing=doing />
                <Button look=Look::Wide sign=Icon::Sent label="Share as a file" busy=doing.busy testid="share-file" press=share />
                <Button look=Look::Wide label="Copy as text" busy=doing.busy testid="copy-text" press=copy />
            </div>
        </details>
    }
    .into_any()
}

//! The proof of a handoff: who, what, when, and both signatures, to read, print or share.

use super::load_words;
use super::one::read_only_lines;
use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::chip::{Tone, chip};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice, words_notice};
use crate::components::page::Page;
use crate::state::{
    App, DateStyle, Proof, ProofSide, RecordStatus, Route, SignatureHolds, Words, custodian_name,
    person_name, use_app,
};
use baton_domain::id::TransferId;
use baton_domain::{EntryBody, State};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The proof of a handoff.
#[component]
pub fn HandoffProof(
    /// Which.
    transfer: TransferId,
) -> AnyView {
    let app = use_app();
    let proof = RwSignal::new(None::<Result<Proof, Words>>);
    // Anew whenever the view moves: a sync may bring the other side's bytes.
    Effect::new(move |_| {
        app.view();
        spawn_local(async move {
            proof.try_set(Some(app.proof(transfer).await));
        });
    });
    let doing = Doing::new();
    let share = Callback::new(move |()| {
        let text = file_text(app, transfer, &proof.get_untracked());
        let work = async move { app.share_file("baton-proof.txt", text).await };
        doing.ask(work, move |()| {});
    });
    let body = move || match proof.get() {
        None => ().into_any(),
        Some(Err(words)) => words_notice(Tone::Warn, Icon::Warn, words),
        Some(Ok(proof)) => shown(app, transfer, &proof),
    };
    let actions = view! {
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main sign=Icon::Sent label="Share as a file" busy=doing.busy testid="share-proof" press=share />
        <Button look=Look::Wide label="Print" testid="print-proof" press=Callback::new(move |()| app.print()) />
    };
    view! {
        <Page title="Proof of handoff" eyebrow="Handoff" back=Route::Handoff(transfer).path() actions=actions.into_any()>
            {body}
        </Page>
    }
    .into_any()
}

/// The whole of it in a sentence: does it hold?
fn verdict_of(proof: &Proof) -> (Tone, Icon, &'static str, &'static str) {
    let all = |wanted| proof.sides.iter().all(|side| side.holds == wanted);
    if proof
        .sides
        .iter()
        .any(|side| side.holds == SignatureHolds::No)
        || proof.bound == Some(false)
    {
        (
            Tone::Bad,
            Icon::Warn,
            "This does not hold",
            "A signature does not fit, or the receipt answers another offer. Tell an Admin.",
        )
    } else if proof.phrase.is_none() {
        (
            Tone::Warn,
            Icon::Clock,
            "Only one side lies on this phone",
            "The other signature comes when its code is scanned, or by sync.",
        )
    } else if all(SignatureHolds::Yes) {
        (
            Tone::Ok,
            Icon::Check,
            "Done. Both hold proof",
            "Both signatures were checked on this phone.",
        )
    } else {
        (
            Tone::Warn,
            Icon::Info,
            "Both signatures are here, one is not checked",
            "This phone does not know that phone's key yet. It is checked at the next sync.",
        )
    }
}

fn shown(app: App, transfer: TransferId, proof: &Proof) -> AnyView {
    let state = app.view();
    let (tone, sign, what, more) = verdict_of(proof);
    let phrase = proof.phrase.clone().map(|phrase| {
        view! {
            <p class="qr-phrase">"Both phones say " <strong data-testid="phrase">{phrase}</strong></p>
        }
    });
    let known = state.transfer(transfer).map(|known| {
        view! {
            <section class="card" aria-label="What changed hands">
                <p class="card-title">{format!("{} → {}", custodian_name(&state, known.from), custodian_name(&state, known.to))}</p>
                <p class="row-note">{load_words(known)}</p>
            </section>
            {read_only_lines(app, &state, known)}
        }
    });
    let sides: Vec<AnyView> = proof
        .sides
        .iter()
        .map(|side| side_card(app, &state, side))
        .collect();
    let server = app.status_of(transfer).map(|status| {
        let words = match status {
            RecordStatus::Confirmed => "The server has confirmed the offer",
            _ => "The server has not confirmed it yet. Either phone may bring it there.",
        };
        view! { <p class="quiet small">{words}</p> }
    });
    view! {
        <div data-testid="proof-verdict">{notice(tone, sign, what, more)}</div>
        {phrase}
        {known}
        {sides}
        {server}
    }
    .into_any()
}

/// What a side signed.
fn side_words(body: &EntryBody) -> &'static str {
    match body {
        EntryBody::TransferOffered { .. } => "Offered",
        EntryBody::TransferAnswered { .. } => "Received",
        EntryBody::TransferDeclined { .. } => "Declined",
        _ => "Taken back",
    }
}

fn holds_words(holds: SignatureHolds) -> (Tone, Icon, &'static str) {
    match holds {
        SignatureHolds::Yes => (Tone::Ok, Icon::Check, "Signature holds"),
        SignatureHolds::No => (Tone::Bad, Icon::Cross, "Signature does not fit"),
        SignatureHolds::KeyUnknown => (Tone::Warn, Icon::Clock, "Key not known here yet"),
    }
}

fn side_card(app: App, state: &State, side: &ProofSide) -> AnyView {
    let (tone, sign, words) = holds_words(side.holds);
    let device = state.device(side.device).map(|device| device.label.clone());
    let on = device
        .filter(|label| !label.is_empty())
        .map_or_else(|| "On a phone".to_owned(), |label| format!("On {label}"));
    view! {
        <section class="card" aria-label=side_words(&side.body) data-testid="proof-side">
            <div class="chips">{chip(tone, sign, words)}</div>
            <p class="card-title">{format!("{} by {}", side_words(&side.body), person_name(state, side.actor))}</p>
            <p class="row-note">{format!("{on}, {}", app.format_time(side.at, DateStyle::DateTime))}</p>
            <p class="code quiet tiny wrap">{format!("SHA-256 {}", hex(&side.hash))}</p>
            <p class="code quiet tiny wrap">{format!("ES256 {}", hex(&side.signature))}</p>
        </section>
    }
    .into_any()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or('0');
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}

/// The proof as a file: words for people, then what another Baton reads.
fn file_text(app: App, transfer: TransferId, proof: &Option<Result<Proof, Words>>) -> String {
    let state = app.view_untracked();
    let Some(Ok(proof)) = proof else {
        return String::new();
    };
    let mut lines = vec!["Baton: proof of handoff".to_owned(), transfer.to_string()];
    for side in &proof.sides {
        lines.push(format!(
            "{} by {}, {}",
            side_words(&side.body),
            person_name(&state, side.actor),
            app.format_time(side.at, DateStyle::DateTime)
        ));
        lines.push(format!("SHA-256 {}", hex(&side.hash)));
        lines.push(format!("ES256 {}", hex(&side.signature)));
    }
    lines.extend(proof.phrase.clone());
    lines.push(proof.text.clone());
    lines.join("\n")
}

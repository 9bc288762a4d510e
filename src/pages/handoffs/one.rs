//! One handoff: who gives what to whom; the answer line by line, or what became of it.

use super::answer::AnswerForm;
use super::code::to_show;
use super::{acts_for, extra_chips, load_words, status_words, waits_for};
use crate::components::act::Doing;
use crate::components::button::{Button, Look, link_button};
use crate::components::chip::{Tone, chip};
use crate::components::field::TextField;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::sheet::Sheet;
use crate::components::stock_row::code_words;
use crate::components::travel::travel_words;
use crate::pages::case::short_words;
use crate::pages::gates::NotFound;
use crate::pages::reading::lines_named;
use crate::pages::stock::custodian_key;
use crate::state::{App, DateStyle, Route, custodian_name, person_name, product_name, use_app};
use baton_domain::authority::Act;
use baton_domain::id::TransferId;
use baton_domain::mirror::SYSTEM;
use baton_domain::query::is_elsewhere;
use baton_domain::transfer::{
    DeclineReason, Extra, LineAnswer, Transfer, TransferLine, TransferStatus,
};
use baton_domain::{Command, State};
use leptos::prelude::*;

/// What one may do with a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Answer it.
    Answer,
    /// Take it back.
    TakeBack,
    /// Look at it.
    Look,
}

/// A handoff.
#[component]
pub fn HandoffPage(
    /// Which.
    transfer: TransferId,
) -> AnyView {
    let app = use_app();
    if app.view_untracked().transfer(transfer).is_none() {
        return view! { <NotFound /> }.into_any();
    }
    let title = Signal::derive(move || {
        let state = app.view();
        let known = state.transfer(transfer);
        known.map_or_else(String::new, |known| {
            format!(
                "{} → {}",
                custodian_name(&state, known.from),
                custodian_name(&state, known.to)
            )
        })
    });
    let part = Memo::new(move |_| part(app, transfer));
    let taking_back = RwSignal::new(false);
    let form = AnswerForm::new(app, transfer);
    let answering = move || match part.get() {
        Part::Answer => form.fields(),
        part => read_only(app, transfer, part),
    };
    let actions = move || match part.get() {
        Part::Answer => form.actions(),
        Part::TakeBack => {
            let ask = Callback::new(move |()| taking_back.set(true));
            let view = app.view();
            let shown = view
                .transfer(transfer)
                .and_then(|known| to_show(app, known));
            let code = shown.map(|_| {
                let path = Route::HandoffCode(transfer).path();
                link_button(
                    Look::Main,
                    Some(Icon::Scan),
                    "Show the code",
                    path,
                    "show-code",
                )
            });
            view! {
                {code}
                <Button look=Look::Wide sign=Icon::Cross label="Take the offer back" testid="take-back" press=ask />
            }
            .into_any()
        }
        Part::Look => proofs(app, transfer),
    };
    view! {
        <Page title=title eyebrow="Handoff" back=Route::Handoffs.path() actions=actions.into_any()>
            {move || app.view().transfer(transfer).map(|known| head(app, &app.view(), known))}
            {answering}
            <TakeBack transfer=transfer open=taking_back />
        </Page>
    }
    .into_any()
}

/// What is left to do with one that has ended: show the receipt again, and the proof.
fn proofs(app: App, transfer: TransferId) -> AnyView {
    let view = app.view();
    let Some(known) = view
        .transfer(transfer)
        .filter(|known| known.status != TransferStatus::Open)
    else {
        return ().into_any();
    };
    let again = to_show(app, known).map(|_| {
        link_button(
            Look::Main,
            Some(Icon::Scan),
            "Show the receipt",
            Route::HandoffCode(transfer).path(),
            "show-receipt",
        )
    });
    let proof = link_button(
        Look::Wide,
        Some(Icon::Lock),
        "Proof",
        Route::HandoffProof(transfer).path(),
        "proof",
    );
    view! { {again} {proof} }.into_any()
}

fn part(app: App, transfer: TransferId) -> Part {
    let (state, me) = (app.view(), app.me());
    match state.transfer(transfer) {
        Some(known) if waits_for(&state, &me, known) => Part::Answer,
        Some(known) if known.status == TransferStatus::Open => {
            let gives =
                known.offered_by == me.person || acts_for(&state, &me, known.from, Act::Offer);
            if gives { Part::TakeBack } else { Part::Look }
        }
        _ => Part::Look,
    }
}

/// What ended a handoff, in a word.
fn end_words(status: &TransferStatus) -> &'static str {
    match status {
        TransferStatus::Open => "Offered",
        TransferStatus::Answered => "Answered",
        TransferStatus::Declined(..) => "Declined",
        TransferStatus::Cancelled => "Taken back",
    }
}

fn head(app: App, state: &State, transfer: &Transfer) -> AnyView {
    let (tone, sign, words) = status_words(transfer);
    // What another organization offered, nobody of this one did.
    let by = if is_elsewhere(state, transfer.from) {
        custodian_name(state, transfer.from)
    } else {
        person_name(state, transfer.offered_by)
    };
    let offered = format!(
        "Offered by {by}, {}",
        app.format_time(transfer.offered_at, DateStyle::DateTime)
    );
    let ended = transfer.ended_by.map(|(by, at)| {
        format!(
            "{} by {}, {}",
            end_words(&transfer.status),
            if by == SYSTEM {
                custodian_name(state, transfer.to)
            } else {
                person_name(state, by)
            },
            app.format_time(at, DateStyle::DateTime)
        )
    });
    let lines = [
        Some(load_words(transfer)),
        travel_words(&transfer.travel),
        Some(offered),
        ended,
    ];
    let lines: Vec<AnyView> = lines
        .into_iter()
        .flatten()
        .map(|line| view! { <p class="row-note">{line}</p> }.into_any())
        .collect();
    let note = (!transfer.note.is_empty())
        .then(|| notice(Tone::Accent, Icon::Info, "", format!("“{}”", transfer.note)));
    view! {
        <section class="card" aria-label="The handoff" data-testid="handoff-head">
            {terms(app, state, transfer)}
            <div class="chips" data-testid="handoff-status">{chip(tone, sign, words)}{sent_mark(app, transfer)}{extra_chips(app, state, transfer)}</div>
            {lines}
            {note}
        </section>
    }
    .into_any()
}

/// What it carries beyond an ordinary handoff: a return, a loan, a wish to take it back.
fn terms(app: App, state: &State, transfer: &Transfer) -> Option<AnyView> {
    let terms = state.terms(transfer.id)?;
    let open = transfer.status == TransferStatus::Open;
    let returned = terms
        .returned
        .then(|| chip(Tone::Accent, Icon::Courier, "Return"));
    let loan = terms.due_back.map(|day| {
        let day = app.format_date(day, DateStyle::Date);
        chip(Tone::Accent, Icon::Clock, format!("Loan, due back {day}"))
    });
    let asked = (open && terms.cancel_asked.is_some())
        .then(|| chip(Tone::Warn, Icon::Clock, "Asked to take it back"));
    Some(view! { <div class="chips">{returned}{loan}{asked}</div> }.into_any())
}

/// How far one's own offer has come.
fn sent_mark(app: App, transfer: &Transfer) -> Option<AnyView> {
    app.status_of(transfer.id)
        .map(crate::components::chip::status_chip)
}

fn read_only(app: App, transfer: TransferId, part: Part) -> AnyView {
    let state = app.view();
    let Some(known) = state.transfer(transfer) else {
        return ().into_any();
    };
    let waits = (known.status == TransferStatus::Open).then(|| {
        let to = custodian_name(&state, known.to);
        match part {
            Part::TakeBack => notice(
                Tone::Quiet,
                Icon::Lock,
                format!("It stays yours until {to} answers"),
                "In transit: until then nobody can use these pieces or offer them again. Time alone frees nothing.",
            ),
            _ => notice(Tone::Quiet, Icon::Info, format!("{to} answers it"), "Only the one it is offered to can accept it."),
        }
    });
    view! { {waits} {read_only_lines(app, &state, known)} }.into_any()
}

/// The lines with what was answered, and what came beside them.
pub fn read_only_lines(app: App, state: &State, known: &Transfer) -> AnyView {
    let rows: Vec<AnyView> = known
        .lines
        .iter()
        .map(|line| line_row(app, state, line))
        .collect();
    let gives = acts_for(state, &app.me(), known.from, Act::Offer);
    let extras: Vec<AnyView> = known
        .extras
        .iter()
        .map(|extra| extra_row(state, extra, gives.then_some(known)))
        .collect();
    view! { <div class="card card-flush rows" data-testid="handoff-lines">{rows}{extras}</div> }
        .into_any()
}

/// What a line is, whatever became of it.
pub fn line_words(app: App, state: &State, line: &TransferLine) -> AnyView {
    let code = code_words(state.product(&line.identity.product), &line.identity);
    let kept = line
        .reserved_for
        .and_then(|case| state.case(case))
        .map(|case| {
            let words = format!("For {}", short_words(app, state, case));
            view! { <span class="chips">{chip(Tone::Accent, Icon::Mark, words)}</span> }
        });
    view! {
        <span class="row-lines">
            <span class="row-title clamp">{product_name(state, &line.identity.product)}</span>
            <span class="code quiet tiny">{code}</span>
            {kept}
        </span>
    }
    .into_any()
}

fn line_row(app: App, state: &State, line: &TransferLine) -> AnyView {
    let answer = line.answer.as_ref().map(answer_chips);
    view! {
        <div class="row row-top" data-testid="handoff-line">
            <span class="row-lines">
                {line_words(app, state, line)}
                {answer}
            </span>
            <span class="count">{app.format_number(line.quantity)}</span>
        </div>
    }
    .into_any()
}

fn answer_chips(answer: &LineAnswer) -> AnyView {
    let parts = [
        (answer.accepted, Tone::Ok, Icon::Check, "accepted"),
        (answer.damaged, Tone::Bad, Icon::Warn, "damaged"),
        (answer.missing, Tone::Bad, Icon::Search, "missing"),
    ];
    let chips: Vec<AnyView> = parts
        .into_iter()
        .filter(|part| part.0 > 0)
        .map(|(pieces, tone, sign, word)| chip(tone, sign, format!("{pieces} {word}")))
        .collect();
    let note = (!answer.note.is_empty())
        .then(|| view! { <span class="row-note">{format!("“{}”", answer.note)}</span> });
    view! { <span class="chips">{chips}</span> {note} }.into_any()
}

/// Something that came and was not offered. It becomes a movement when its giver says so (R5): he
/// hands over what he has of it.
fn extra_row(state: &State, extra: &Extra, given: Option<&Transfer>) -> AnyView {
    let code = code_words(state.product(&extra.identity.product), &extra.identity);
    let confirm = given.and_then(|known| {
        let mut lines = lines_named(state, &extra.identity);
        let own = lines.find(|line| line.custodian == known.from && line.free() > 0)?;
        let path = format!(
            "{}?line={}&to={}&pieces={}",
            Route::NewHandoff.path(),
            own.id,
            custodian_key(known.to),
            extra.quantity
        );
        Some(link_button(
            Look::Wide,
            Some(Icon::Handoff),
            "Hand it over too",
            path,
            "confirm-extra",
        ))
    });
    view! {
        <div class="row row-top" data-testid="handoff-extra">
            <span class="row-lines">
                <span class="row-title clamp">{product_name(state, &extra.identity.product)}</span>
                <span class="code quiet tiny">{code}</span>
                <span class="chips">{chip(Tone::Warn, Icon::Plus, "Extra: was not in the offer")}</span>
            </span>
            <span class="count">{extra.quantity}</span>
        </div>
        {confirm}
    }
    .into_any()
}

/// The sheet that takes an offer back.
#[component]
fn TakeBack(
    /// Which.
    transfer: TransferId,
    /// Open or not.
    open: RwSignal<bool>,
) -> AnyView {
    let doing = Doing::new();
    let reason = RwSignal::new(String::new());
    let cancel = Callback::new(move |()| {
        let command = Command::CancelTransfer {
            transfer,
            reason: reason.get_untracked().trim().into(),
        };
        doing.act(command, move |_| {
            open.set(false);
            doing.toast("Asked to take it back", None);
        });
    });
    view! {
        <Sheet title="Take the offer back?" open=open testid="take-back-sheet">
            {notice(
                Tone::Warn,
                Icon::Info,
                "The pieces are free once the server has confirmed it",
                "If the other side has the goods already, their receipt counts: it is what happened.",
            )}
            <TextField id="take-back-reason" label="Why (not required)" value=reason />
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Bad label="Take it back" busy=doing.busy testid="confirm-take-back" press=cancel />
        </Sheet>
    }
    .into_any()
}

/// The reasons to decline, with the keys of the choices; those about the item put it on hold.
pub const DECLINE_REASONS: [(&str, &str, DeclineReason); 6] = [
    ("not-needed", "Not needed", DeclineReason::NotNeeded),
    ("cannot-take", "Cannot take it", DeclineReason::CannotTake),
    ("damaged", "Damaged", DeclineReason::Damaged),
    ("missing", "Not there", DeclineReason::Missing),
    ("wrong", "The wrong thing", DeclineReason::Wrong),
    ("opened", "Opened", DeclineReason::Opened),
];

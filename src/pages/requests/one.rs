//! One request: what is asked, what became of it, and what one may do about it.

use super::offer::OfferForm;
use super::{is_mine, status_words, to_words, waits_for};
use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::chip::{Tone, chip, status_chip};
use crate::components::icon::{Icon, icon};
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::travel::travel_words;
use crate::pages::case::short_words;
use crate::pages::gates::NotFound;
use crate::pages::handoffs;
use crate::state::{App, DateStyle, Route, custodian_name, product_name, use_app};
use baton_domain::request::{RequestId, RequestStatus, StockRequest};
use baton_domain::stock::Custodian;
use baton_domain::{Command, State};
use leptos::prelude::*;

/// What one may do with a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Offer stock for it, or decline.
    Fulfil,
    /// Take it back.
    TakeBack,
    /// Look at it.
    Look,
}

/// A request.
#[component]
pub fn RequestPage(
    /// Which.
    request: RequestId,
) -> AnyView {
    let app = use_app();
    if app.view_untracked().request(request).is_none() {
        return view! { <NotFound /> }.into_any();
    }
    let doing = Doing::new();
    let title = Signal::derive(move || {
        let state = app.view();
        state.request(request).map_or_else(String::new, |known| {
            let from = custodian_name(&state, Custodian::Warehouse(known.from));
            format!("{from} → {}", to_words(&state, known))
        })
    });
    let part = Memo::new(move |_| {
        let (state, me) = (app.view(), app.me());
        match state.request(request) {
            Some(known) if waits_for(&state, &me, known) => Part::Fulfil,
            Some(known) if known.status == RequestStatus::Open && is_mine(&me, known) => {
                Part::TakeBack
            }
            _ => Part::Look,
        }
    });
    let form = OfferForm::new(app, request);
    let actions = move || match part.get() {
        Part::Fulfil => form.actions(),
        Part::TakeBack => {
            let withdraw = Callback::new(move |()| {
                let command = Command::WithdrawRequest { request };
                doing.act(command, move |_| doing.toast("Taken back", None));
            });
            view! {
                <Problem words=doing.problem doing=doing />
                <Button look=Look::Wide sign=Icon::Cross label="Take the request back" busy=doing.busy testid="withdraw-request" press=withdraw />
            }
            .into_any()
        }
        Part::Look => ().into_any(),
    };
    view! {
        <Page title=title eyebrow="Request" back=Route::Handoffs.path() actions=actions.into_any()>
            {move || {
                let state = app.view();
                state.request(request).map(|known| body(app, &state, known))
            }}
            {move || (part.get() == Part::Fulfil).then(|| form.fields())}
        </Page>
    }
    .into_any()
}

fn body(app: App, state: &State, request: &StockRequest) -> AnyView {
    let (tone, sign, words) = status_words(&request.status);
    let wanted = &request.wanted;
    let asked = format!(
        "Asked {}",
        app.format_time(request.asked_by.1, DateStyle::DateTime)
    );
    let by = wanted
        .use_date
        .map(|day| format!("Needed by {}", app.format_date(day, DateStyle::Day)));
    let lines: Vec<AnyView> = [Some(asked), by, travel_words(&wanted.travel)]
        .into_iter()
        .flatten()
        .map(|line| view! { <p class="row-note">{line}</p> }.into_any())
        .collect();
    let needs: Vec<AnyView> = wanted
        .needs
        .iter()
        .map(|need| {
            view! {
                <div class="row">
                    <span class="grow clamp">{product_name(state, &need.product)}</span>
                    <span class="count">{app.format_number(need.quantity)}</span>
                </div>
            }
            .into_any()
        })
        .collect();
    let note = (!wanted.note.is_empty())
        .then(|| notice(Tone::Accent, Icon::Info, "", format!("“{}”", wanted.note)));
    view! {
        <section class="card" aria-label="The request" data-testid="request-head">
            <div class="chips" data-testid="request-status">
                {chip(tone, sign, words)}
                {app.status_of(request.id).map(status_chip)}
            </div>
            {lines}
            {note}
        </section>
        <div class="card card-flush rows" data-testid="request-needs">{needs}</div>
        {outcome(app, state, request)}
        {wanted.case.and_then(|case| state.case(case)).map(|case| view! {
            <div class="card card-flush rows">
                <a class="row" href=Route::Case(case.id).path()>
                    {icon(Icon::Mark)}
                    <span class="grow">{short_words(app, state, case)}</span>
                    {icon(Icon::Next)}
                </a>
            </div>
        })}
    }
    .into_any()
}

/// What came of it: the handoff that was offered, or why it was declined.
fn outcome(app: App, state: &State, request: &StockRequest) -> Option<AnyView> {
    match &request.status {
        RequestStatus::Offered(transfer) => {
            let row = handoffs::row(app, state, state.transfer(*transfer)?, false);
            Some(view! { <div class="card card-flush rows">{row}</div> }.into_any())
        }
        RequestStatus::Declined(reason) => Some(notice(
            Tone::Bad,
            Icon::Cross,
            "The warehouse declined",
            reason.to_string(),
        )),
        RequestStatus::Open | RequestStatus::Withdrawn => None,
    }
}

//! One case in a day: when, where, whether it has what it needs.

use super::chip::{Tone, chip, light_words, plain_chip};
use super::icon::{Icon, icon};
use crate::state::{App, Me, Route, facility_name, person_name};
use baton_domain::State;
use baton_domain::case::{Case, CaseStatus};
use baton_domain::readiness::readiness;
use leptos::prelude::*;

/// What a case is called: its procedure where this phone may see it, else its facility.
pub fn case_name(state: &State, case: &Case) -> String {
    match &case.details {
        Some(details) if !details.procedure.is_empty() => details.procedure.to_string(),
        _ => facility_name(state, case.facility),
    }
}

/// Facility and room: `St. Anne, OR 4`.
pub fn case_place(state: &State, case: &Case) -> String {
    let facility = facility_name(state, case.facility);
    if case.room.is_empty() {
        facility
    } else {
        format!("{facility}, {}", case.room)
    }
}

/// The chip that says where a case stands, for those that no light is for.
pub fn case_status(status: CaseStatus) -> (Tone, Icon, &'static str) {
    match status {
        CaseStatus::Scheduled => (Tone::Quiet, Icon::Today, "Scheduled"),
        CaseStatus::InProgress => (Tone::Accent, Icon::Clock, "In progress"),
        CaseStatus::Closed => (Tone::Quiet, Icon::Check, "Closed"),
        CaseStatus::AwaitingPurchaseOrder => (Tone::Warn, Icon::Clock, "Awaiting PO"),
        CaseStatus::Complete => (Tone::Ok, Icon::Check, "Complete"),
        CaseStatus::Cancelled => (Tone::Quiet, Icon::Cross, "Cancelled"),
    }
}

/// The light of an open case, or where an ended one stands.
pub fn case_light(state: &State, case: &Case) -> (Tone, Icon, String) {
    if !case.status.is_open() {
        let (tone, sign, words) = case_status(case.status);
        return (tone, sign, words.into());
    }
    match readiness(state, case.id) {
        Some(readiness) if case.needs.is_empty() => {
            let _ = readiness;
            (Tone::Warn, Icon::Info, "Needs not listed".into())
        }
        Some(readiness) => light_words(state, &readiness.light),
        None => (Tone::Quiet, Icon::Info, "Not known here".into()),
    }
}

/// Who covers it: `Rep: you`, or the name.
pub fn rep_words(state: &State, me: &Me, case: &Case) -> String {
    if case.rep == me.person {
        "Rep: you".into()
    } else {
        format!("Rep: {}", person_name(state, case.rep))
    }
}

fn card_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Ok => "case-card case-card-ok",
        Tone::Warn => "case-card case-card-warn",
        Tone::Bad => "case-card case-card-bad",
        Tone::Quiet | Tone::Accent => "case-card",
    }
}

/// A card that opens the case; with the way out for a rep who cannot cover it, where wanted.
pub fn case_card(app: App, state: &State, case: &Case, cover: bool, current: bool) -> AnyView {
    let me = app.me();
    let (tone, sign, words) = case_light(state, case);
    let progress = (case.status == CaseStatus::InProgress)
        .then(|| chip(Tone::Accent, Icon::Clock, "In progress"));
    let foot = cover.then(|| {
        view! {
            <div class="case-foot">
                <a class="btn btn-wide" href=Route::CaseCover(case.id).path() data-testid="cant-cover">
                    {icon(Icon::Swap)}
                    <span>"Can't cover"</span>
                </a>
            </div>
        }
    });
    view! {
        <li class=card_class(tone) data-testid="case-card" data-case=case.id.to_string()>
            <p class="case-time">{app.format_local_time(case.starts_at)}</p>
            <div class="case-words">
                <a class="case-open clamp" href=Route::Case(case.id).path() aria-current=current.then_some("true")>
                    {case_name(state, case)}
                </a>
                <p class="row-note">{case_place(state, case)}</p>
                <div class="chips">
                    {chip(tone, sign, words)}
                    {progress}
                    {plain_chip(rep_words(state, &me, case))}
                </div>
            </div>
            {foot}
        </li>
    }
    .into_any()
}

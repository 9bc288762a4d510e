//! Today: what waits for an answer, and the cases of the next days with their lights.

use crate::components::button::{Look, link_button};
use crate::components::case_card::case_card;
use crate::components::empty::empty;
use crate::components::expiry::SOON_DAYS;
use crate::components::field::Choices;
use crate::components::icon::{Icon, icon};
use crate::components::page::Page;
use crate::pages::case::{short_words, waiting_for};
use crate::pages::handoffs::waits_for;
use crate::pages::told::{seen, told_rows};
use crate::state::{App, DateStyle, Me, Route, is_overdue, use_app};
use baton_domain::State;
use baton_domain::case::Case;
use baton_domain::directory::Role;
use baton_domain::stock::Custodian;
use baton_domain::time::{Date, Timestamp};
use leptos::prelude::*;

/// How far ahead, and back, cases are listed.
const DAYS_LISTED: i32 = 14;

/// The cases of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// The day; `None` gathers those that are past and not closed.
    pub date: Option<Date>,
    /// Its cases, by time.
    pub cases: Vec<Case>,
}

/// The open cases from `today` on for two weeks by day, then the last two weeks' that nobody
/// closed. `mine` keeps those that `me` covers.
pub fn agenda(state: &State, me: &Me, today: Date, mine: bool) -> Vec<Day> {
    let near = |case: &&Case| case.starts_at.date.days_since(today).abs() <= DAYS_LISTED;
    let mut cases: Vec<&Case> = state
        .cases()
        .filter(|case| case.status.is_open() && (!mine || case.rep == me.person))
        .filter(near)
        .collect();
    cases.sort_by_key(|case| (case.starts_at.date < today, case.starts_at, case.id));
    let mut days: Vec<Day> = Vec::new();
    for case in cases {
        let date = (case.starts_at.date >= today).then_some(case.starts_at.date);
        match days.last_mut() {
            Some(day) if day.date == date => day.cases.push(case.clone()),
            _ => days.push(Day {
                date,
                cases: vec![case.clone()],
            }),
        }
    }
    days
}

/// Lines in a custody that expire soon or have expired.
pub fn expiring(state: &State, custodian: Custodian, today: Date) -> usize {
    let last = today.add_days(SOON_DAYS).unwrap_or(Date::MAX);
    state
        .lines_held_by(custodian)
        .filter(|line| line.identity.expiry.is_some_and(|expiry| expiry <= last))
        .count()
}

/// Own offers that have been open for a day: somebody should ask, and time alone frees nothing
/// (R8).
pub fn overdue(state: &State, me: &Me, now: Timestamp) -> usize {
    state
        .open_transfers()
        .filter(|transfer| transfer.offered_by == me.person && is_overdue(transfer, now))
        .count()
}

/// Today.
#[component]
pub fn Today() -> AnyView {
    let app = use_app();
    let whose = RwSignal::new(
        if app.me().role == Role::Rep {
            "mine"
        } else {
            "all"
        }
        .to_owned(),
    );
    let eyebrow = Signal::derive(move || app.format_date(app.today(), DateStyle::Day));
    let tasks = Memo::new(move |_| tasks(app));
    let seen = seen(app);
    let days = Memo::new(move |_| {
        let mine = whose.with(|whose| whose == "mine");
        agenda(&app.view(), &app.me(), app.today(), mine)
    });
    view! {
        <Page title="Today" eyebrow=eyebrow>
            {move || swap_rows(app)}
            {move || told_rows(app, seen)}
            {move || task_rows(&tasks.get())}
            <Choices id="whose" label="Whose cases" bare=true value=whose options=vec![("mine", "Mine"), ("all", "Everybody's")] />
            {move || days_view(app, &days.get())}
        </Page>
    }
    .into_any()
}

/// Cases that somebody gave to this person, and cases that ask for stock this person holds.
fn swap_rows(app: App) -> Option<AnyView> {
    let (state, me) = (app.view(), app.me().person);
    let rows: Vec<AnyView> = waiting_for(&state, me, app.today())
        .into_iter()
        .filter_map(|case| state.case(case))
        .map(|case| {
            let words = if case.rep == me {
                "You now cover"
            } else {
                "Your stock is wanted for"
            };
            view! {
                <a class="row" href=Route::CaseSwap(case.id).path() data-testid="task-swap">
                    {icon(Icon::Swap)}
                    <span class="grow">{format!("{words} {}", short_words(app, &state, case))}</span>
                    {icon(Icon::Next)}
                </a>
            }
            .into_any()
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! { <nav class="card card-flush rows" aria-label="Cover swaps">{rows}</nav> }.into_any()
    })
}

/// What waits: handoffs to answer, records to review, lines that expire, own offers to ask about.
fn tasks(app: App) -> [usize; 4] {
    let (state, me) = (app.view(), app.me());
    [
        state
            .open_transfers()
            .filter(|transfer| waits_for(&state, &me, transfer))
            .count(),
        app.needs_review(),
        expiring(&state, Custodian::Person(me.person), app.today()),
        overdue(&state, &me, app.now()),
    ]
}

/// `1 handoff to accept`, `4 handoffs to accept`.
fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn task_rows(tasks: &[usize; 4]) -> Option<AnyView> {
    let rows = [
        (
            tasks[0],
            "handoff to answer",
            "handoffs to answer",
            Icon::Handoff,
            Route::Handoffs.path(),
            "task-handoffs",
        ),
        (
            tasks[1],
            "record needs review",
            "records need review",
            Icon::Warn,
            Route::Activity.path(),
            "task-review",
        ),
        (
            tasks[2],
            "line expires in 30 days",
            "lines expire in 30 days",
            Icon::Clock,
            format!("{}?expiry=30", Route::Stock.path()),
            "task-expiring",
        ),
        (
            tasks[3],
            "handoff of yours is open for more than a day: still on its way?",
            "handoffs of yours are open for more than a day: still on their way?",
            Icon::Handoff,
            Route::Handoffs.path(),
            "task-overdue",
        ),
    ];
    let rows: Vec<AnyView> = rows
        .into_iter()
        .filter(|row| row.0 > 0)
        .map(|(number, one, many, sign, href, testid)| {
            view! {
                <a class="row" href=href data-testid=testid>
                    {icon(sign)}
                    <span class="grow">{counted(number, one, many)}</span>
                    {icon(Icon::Next)}
                </a>
            }
            .into_any()
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! { <nav class="card card-flush rows" aria-label="Waiting for you">{rows}</nav> }
            .into_any()
    })
}

fn days_view(app: App, days: &[Day]) -> AnyView {
    let schedule = |look| {
        link_button(
            look,
            Some(Icon::Plus),
            "Schedule a case",
            Route::NewCase.path(),
            "schedule-case",
        )
    };
    if days.is_empty() {
        return empty(
            Icon::Today,
            "No cases in the next 14 days",
            "Cases to cover stand here, each with a light that says whether it has what it needs.",
            Some(schedule(Look::Main)),
        );
    }
    let state = app.view();
    let path = app.path();
    let me = app.me().person;
    // The way out stands on the next own case and wherever something is missing.
    let mut next_seen = false;
    let sections: Vec<AnyView> = days
        .iter()
        .map(|day| {
            let cards: Vec<AnyView> = day
                .cases
                .iter()
                .map(|case| {
                    let mine = case.rep == me;
                    let cover = mine && (!next_seen || !is_ready(&state, case));
                    next_seen |= mine;
                    let current = path == Route::Case(case.id).path();
                    case_card(app, &state, case, cover, current)
                })
                .collect();
            view! {
                <section class="section">
                    <h2>{day_words(app, day.date)}</h2>
                    <ul class="stack">{cards}</ul>
                </section>
            }
            .into_any()
        })
        .collect();
    view! { {sections} {schedule(Look::Wide)} }.into_any()
}

fn is_ready(state: &State, case: &Case) -> bool {
    use baton_domain::readiness::{Light, readiness};
    readiness(state, case.id).is_some_and(|found| found.light == Light::Ready)
}

fn day_words(app: App, date: Option<Date>) -> String {
    let Some(date) = date else {
        return "Past and not closed".into();
    };
    let day = app.format_date(date, DateStyle::Day);
    match date.days_since(app.today()) {
        0 => format!("Today, {day}"),
        1 => format!("Tomorrow, {day}"),
        _ => day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{case_on, me, state_with_cases};

    #[test]
    fn the_agenda_goes_by_day_and_time_and_leaves_out_what_ended() {
        let today = Date::new(2026, 11, 23).expect("a date");
        let state = state_with_cases(&[
            case_on(1, "2026-11-24", 8 * 60),
            case_on(2, "2026-11-23", 13 * 60),
            case_on(3, "2026-11-23", 7 * 60),
            case_on(4, "2026-11-20", 7 * 60),
            case_on(5, "2027-01-20", 7 * 60),
        ]);
        let days = agenda(&state, &me(), today, false);
        let dates: Vec<_> = days
            .iter()
            .map(|day| day.date.map(|date| date.day()))
            .collect();
        assert_eq!(dates, [Some(23), Some(24), None]);
        let minutes: Vec<_> = days[0]
            .cases
            .iter()
            .map(|case| case.starts_at.minute)
            .collect();
        assert_eq!(minutes, [7 * 60, 13 * 60]);
    }

    #[test]
    fn mine_leaves_out_what_others_cover() {
        let today = Date::new(2026, 11, 23).expect("a date");
        let mut other = case_on(2, "2026-11-23", 60);
        other.rep = baton_domain::id::PersonId::from_bytes([9; 16]);
        let state = state_with_cases(&[case_on(1, "2026-11-23", 60), other]);
        assert_eq!(agenda(&state, &me(), today, true)[0].cases.len(), 1);
        assert_eq!(agenda(&state, &me(), today, false)[0].cases.len(), 2);
    }
}

//! Activity: what was recorded on this phone and how far it has come, in counts that reconcile.

use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::chip::{Tone, chip, status_chip};
use crate::components::empty::empty;
use crate::components::icon::{Icon, icon};
use crate::components::notice::{Problem, notice, words_notice};
use crate::components::page::Page;
use crate::components::stock_row::{ShowHolder, stock_row};
use crate::pages::office::waits_for;
use crate::pages::undo;
use crate::state::{
    ActivityRow, App, DateStyle, Online, RecordStatus, Route, Words, activity_words, date_of,
    facility_name, flag_words, person_name, refusal_words, use_app,
};
use baton_domain::dispute::Resolution;
use baton_domain::id::EntryId;
use baton_domain::time::{Date, Timestamp};
use baton_domain::{Outcome, Reason, Refusal, State};
use leptos::prelude::*;

/// Rows drawn at first, and added by each "show more".
const ROWS_SHOWN: usize = 60;

/// How many records stand where. Every record is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Only on this phone, or on their way.
    pub here: usize,
    /// The server has them and waits for another phone's.
    pub waiting: usize,
    /// Confirmed by the server.
    pub confirmed: usize,
    /// A person has to look.
    pub review: usize,
}

impl Counts {
    /// Counts the rows.
    pub fn of(rows: &[ActivityRow]) -> Self {
        let mut counts = Self::default();
        for row in rows {
            *match row.status {
                RecordStatus::SavedHere | RecordStatus::Sent => &mut counts.here,
                RecordStatus::Waiting => &mut counts.waiting,
                RecordStatus::Confirmed => &mut counts.confirmed,
                RecordStatus::NeedsReview | RecordStatus::Refused => &mut counts.review,
            } += 1;
        }
        counts
    }
}

/// Activity.
#[component]
pub fn Activity() -> AnyView {
    let app = use_app();
    let shown = RwSignal::new(ROWS_SHOWN);
    let doing = Doing::new();
    let body = move || {
        let rows = app.activity();
        if rows.is_empty() {
            return empty(
                Icon::Activity,
                "Nothing recorded yet",
                "Everything you record on this phone stands here, with how far it has come.",
                None,
            );
        }
        let state = app.view();
        view! { {review_view(app, &state, &rows, doing)} {days_view(app, &state, &rows, shown, doing)} }
            .into_any()
    };
    view! {
        <Page title="Activity">
            {move || summary(app)}
            {move || inbox(app)}
            <Problem words=doing.problem doing=doing />
            {body}
        </Page>
    }
    .into_any()
}

fn summary(app: App) -> AnyView {
    let counts = Counts::of(&app.activity());
    let sync = Callback::new(move |()| app.sync_now());
    view! {
        <section class="card" data-testid="counts">
            <dl class="facts">
                <dt>"Saved on this phone"</dt>
                <dd data-testid="count-here">{counts.here}</dd>
                {(counts.waiting > 0).then(|| view! {
                    <dt>"Waiting for another phone"</dt>
                    <dd data-testid="count-waiting">{counts.waiting}</dd>
                })}
                <dt>"Confirmed by server"</dt>
                <dd data-testid="count-confirmed">{counts.confirmed}</dd>
                <dt>"Needs review"</dt>
                <dd data-testid="count-review">{counts.review}</dd>
                <dt>"Last sync"</dt>
                <dd>{last_sync_words(app, app.last_sync_at())}</dd>
            </dl>
            {connection_note(app.online())}
            <Button look=Look::Wide sign=Icon::Sync label="Sync now" busy=Signal::derive(move || app.syncing()) testid="sync-now" press=sync />
        </section>
    }
    .into_any()
}

/// What others proposed and wait for, and whose answer is one's own to give.
fn inbox(app: App) -> Option<AnyView> {
    let (state, me) = (app.view(), app.me().person);
    let waiting = state
        .proposals()
        .filter(|one| waits_for(&state, me, one))
        .count();
    (waiting > 0).then(|| {
        let words = if waiting == 1 {
            "1 proposal waits for you".to_owned()
        } else {
            format!("{waiting} proposals wait for you")
        };
        view! {
            <div class="card card-flush rows">
                <a class="row" href=Route::Approvals.path() data-testid="inbox">
                    {icon(Icon::Check)}
                    <span class="row-title grow">{words}</span>
                    {icon(Icon::Next)}
                </a>
            </div>
        }
        .into_any()
    })
}

fn last_sync_words(app: App, at: Option<Timestamp>) -> String {
    at.map_or_else(
        || "Not yet".to_owned(),
        |at| app.format_time(at, DateStyle::DateTime),
    )
}

fn connection_note(online: Online) -> Option<AnyView> {
    match online {
        Online::Online => None,
        Online::Offline => Some(notice(
            Tone::Quiet,
            Icon::Offline,
            "No connection",
            "That is normal. What you record is saved here and goes out by itself.",
        )),
        Online::SignInToSend => Some(notice(
            Tone::Warn,
            Icon::Lock,
            "Sign in to send",
            "Recording goes on; the server takes it once you signed in again.",
        )),
        Online::Revoked => Some(notice(
            Tone::Bad,
            Icon::Warn,
            "This phone was revoked",
            "What it sends now is kept apart until an Admin releases it.",
        )),
    }
}

fn review_view(app: App, state: &State, rows: &[ActivityRow], doing: Doing) -> Option<AnyView> {
    let bad = |row: &&ActivityRow| {
        matches!(
            row.status,
            RecordStatus::NeedsReview | RecordStatus::Refused
        )
    };
    let (orphans, own): (Vec<&ActivityRow>, Vec<&ActivityRow>) =
        rows.iter().filter(bad).partition(|row| is_orphan(row));
    let cards: Vec<AnyView> = by_phone(orphans)
        .into_iter()
        .filter_map(|of_one| orphan_card(app, state, &of_one, doing))
        .chain(own.into_iter().map(|row| review_card(app, state, row)))
        .collect();
    (!cards.is_empty()).then(|| {
        view! {
            <section class="section" data-testid="needs-review">
                <h2>"Needs review"</h2>
                <div class="stack">{cards}</div>
            </section>
        }
        .into_any()
    })
}

/// Phone by phone, in the order of the first record of each.
fn by_phone(rows: Vec<&ActivityRow>) -> Vec<Vec<&ActivityRow>> {
    let mut phones: Vec<Vec<&ActivityRow>> = Vec::new();
    for row in rows {
        let same = |phone: &&mut Vec<&ActivityRow>| phone[0].entry.device == row.entry.device;
        match phones.iter_mut().find(same) {
            Some(phone) => phone.push(row),
            None => phones.push(vec![row]),
        }
    }
    phones
}

/// What I recorded, and what speaks against it.
fn review_card(app: App, state: &State, row: &ActivityRow) -> AnyView {
    let words = match row.refusal() {
        Some(refusal) => refusal_words(state, refusal),
        None => Words::new("The server did not take it", "", ""),
    };
    view! {
        <article class="card card-bad" data-testid="review">
            <div class="row-wrap">{status_chip(row.status)}</div>
            <p>{recorded(app, state, row)}</p>
            {words_notice(Tone::Bad, Icon::Warn, words)}
            {other_record(app, state, row.refusal())}
            {stands(app, state, row)}
            {decided(state, row)}
        </article>
    }
    .into_any()
}

/// Who recorded what, and when: `You recorded: …`.
fn recorded(app: App, state: &State, row: &ActivityRow) -> String {
    let who = if is_own(app, row) {
        "You".into()
    } else {
        person_name(state, row.entry.actor)
    };
    format!(
        "{who} recorded: {}, {}.",
        activity_words(state, &row.entry),
        app.format_time(row.entry.occurred_at, DateStyle::DateTime)
    )
}

/// All that waits of one phone that the server does not know: the newest of it, and the way to let
/// it go.
fn orphan_card(app: App, state: &State, rows: &[&ActivityRow], doing: Doing) -> Option<AnyView> {
    let newest = rows.first()?;
    let more = match rows.len() - 1 {
        0 => None,
        1 => Some("1 older record of the same phone waits as well.".to_owned()),
        more => Some(format!(
            "{more} older records of the same phone wait as well."
        )),
    };
    let label = match rows.len() {
        1 => "Let it go".to_owned(),
        count => format!("Let all {count} go"),
    };
    let ids: Vec<EntryId> = rows.iter().map(|row| row.entry.id).collect();
    let press = Callback::new(move |()| {
        let ids = ids.clone();
        doing.ask(async move { app.let_go(ids).await }, move |()| {
            doing.toast("Let go", None);
        });
    });
    Some(
        view! {
            <article class="card card-bad" data-testid="review">
                <div class="row-wrap">{status_chip(newest.status)}</div>
                <p>{recorded(app, state, newest)}</p>
                {more.map(|words| view! { <p>{words}</p> })}
                {words_notice(Tone::Bad, Icon::Warn, orphan_words(state, newest))}
                <Button look=Look::Wide label=label busy=doing.busy testid="let-go" press=press />
            </article>
        }
        .into_any(),
    )
}

/// When the record was made that a refused or disputed one lost to, where that is known.
pub fn other_record(app: App, state: &State, refusal: Option<&Refusal>) -> Option<AnyView> {
    let at = refusal?.other_record_at(state)?;
    let at = app.format_time(at, DateStyle::DateTime);
    let words = format!("The other record was made {at}.");
    Some(view! { <p data-testid="other-record">{words}</p> }.into_any())
}

/// What is so instead, as far as the refusal names it: the piece with its holder, the case with its
/// rep, and where to look.
fn stands(app: App, state: &State, row: &ActivityRow) -> Option<AnyView> {
    let refusal = row.refusal()?;
    let line = refusal.line.and_then(|line| state.line(line));
    let line = line.map(|line| stock_row(app, state, line, app.today(), ShowHolder::Yes, false));
    let case = refusal.case.and_then(|case| state.case(case));
    let case = case.map(|case| {
        let words = format!(
            "{}, {}: {} covers it, {} changed it last, {}",
            facility_name(state, case.facility),
            app.format_date(case.starts_at.date, DateStyle::Date),
            person_name(state, case.rep),
            person_name(state, case.head_by),
            app.format_time(case.head.made_at(), DateStyle::DateTime),
        );
        view! { <a class="row" href=Route::Case(case.id).path()><span class="row-title grow">{words}</span>{icon(Icon::Next)}</a> }
    });
    (line.is_some() || case.is_some()).then(|| {
        view! {
            <h3 class="small quiet">"What stands"</h3>
            <div class="card-flush rows" data-testid="stands">{line} {case}</div>
        }
        .into_any()
    })
}

/// True for what lies here of a phone that the server does not know.
fn is_orphan(row: &ActivityRow) -> bool {
    let disputed = matches!(row.verdict.outcome, Outcome::Disputed(_));
    let unverified = |refusal: &Refusal| refusal.reason == Reason::Unverified;
    row.order.is_none() && disputed && row.refusal().is_some_and(unverified)
}

fn orphan_words(state: &State, row: &ActivityRow) -> Words {
    let who = person_name(state, row.entry.actor);
    Words::new(
        "The server does not know the phone that this came from",
        "It was enrolled after the backup from which the server was restored, and nothing here vouches for it.",
        format!(
            "Once {who} opens Baton on that phone where there is a network, this is taken. If that phone is lost, let this go and record anew what you hold."
        ),
    )
}

/// What somebody decided about a dispute, once it is decided.
fn decided(state: &State, row: &ActivityRow) -> Option<AnyView> {
    let dispute = state.dispute(row.entry.id)?;
    let words = match &dispute.resolved {
        None if dispute.is_open() => "Waits for the office to decide.".to_owned(),
        None => return None,
        Some(resolved) => {
            let who = person_name(state, resolved.by);
            match resolved.how {
                Resolution::Upheld => format!("{who} decided: it does not count."),
                Resolution::Applied | Resolution::Claimed(_) => {
                    format!("{who} decided: it counts.")
                }
            }
        }
    };
    Some(view! { <p data-testid="decided">{words}</p> }.into_any())
}

fn days_view(
    app: App,
    state: &State,
    rows: &[ActivityRow],
    shown: RwSignal<usize>,
    doing: Doing,
) -> AnyView {
    let limit = shown.get();
    let mut days: Vec<(Date, Vec<AnyView>)> = Vec::new();
    let told = |row: &&ActivityRow| !undo::is_an_undo(state, row);
    for row in rows.iter().filter(told).take(limit) {
        let date = date_of(row.entry.occurred_at);
        let view = row_view(app, state, row, doing);
        match days.last_mut() {
            Some((day, views)) if *day == date => views.push(view),
            _ => days.push((date, vec![view])),
        }
    }
    let sections: Vec<AnyView> = days
        .into_iter()
        .map(|(date, rows)| {
            view! {
                <section class="section">
                    <h2>{app.format_date(date, DateStyle::Day)}</h2>
                    <ul class="card card-flush rows">{rows}</ul>
                </section>
            }
            .into_any()
        })
        .collect();
    let more = (rows.len() > limit).then(|| {
        let press = Callback::new(move |()| shown.update(|shown| *shown += ROWS_SHOWN));
        view! { <Button look=Look::Wide label="Show more" press=press /> }
    });
    view! { {sections} {more} }.into_any()
}

/// False for what came from another phone by a code and is carried to the server.
fn is_own(app: App, row: &ActivityRow) -> bool {
    row.entry.actor == app.me().person
}

fn row_view(app: App, state: &State, row: &ActivityRow, doing: Doing) -> AnyView {
    let carried = (!is_own(app, row)).then(|| {
        // An orphan may have lain here long before the server was restored.
        let came = if is_orphan(row) {
            ""
        } else {
            ", came by a code"
        };
        format!(", by {}{came}", person_name(state, row.entry.actor))
    });
    let waits = (row.status == RecordStatus::Waiting).then(|| {
        view! { <span class="row-note">"The server has it. What it builds on has not come from another phone yet; after 14 days the office decides."</span> }
    });
    let undone = undo::is_undone(state, row).then(|| chip(Tone::Quiet, Icon::Info, "Undone"));
    let own = is_own(app, row).then(|| undo::of_row(state, row)).flatten();
    let undo = own.map(|command| {
        let press = Callback::new(move |()| {
            doing.act(command.clone(), move |_| doing.toast("Undone", None));
        });
        view! { <Button look=Look::Bare label="Undo" testid="undo-entry" press=press /> }
    });
    let flags: Vec<AnyView> = row
        .verdict
        .flags
        .iter()
        .map(|flag| view! { <span class="row-note">{flag_words(flag)}</span> }.into_any())
        .collect();
    view! {
        <li class="row row-wrap" data-testid=format!("entry-{}", row.entry.id)>
            <span class="row-lines">
                <span class="row-title">{activity_words(state, &row.entry)}</span>
                <span class="row-note">{clock_words(app, row.entry.occurred_at)}{carried}</span>
                {waits}
                {flags}
            </span>
            {undone}
            {status_chip(row.status)}
            {undo}
        </li>
    }
    .into_any()
}

fn clock_words(app: App, at: Timestamp) -> String {
    app.format_time(at, DateStyle::Time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_domain::id::{DeviceId, OrganizationId, PersonId};
    use baton_domain::{Entry, EntryBody, Verdict};
    use std::sync::Arc;

    fn row(status: RecordStatus) -> ActivityRow {
        let entry = Entry {
            id: EntryId::from_bytes([1; 16]),
            organization: OrganizationId::from_bytes([1; 16]),
            actor: PersonId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([1; 16]),
            sequence: 1,
            occurred_at: Timestamp {
                unix_ms: 0,
                offset_min: 0,
            },
            source_sha256: None,
            body: EntryBody::ProductsListed(Vec::new()),
        };
        ActivityRow {
            entry: Arc::new(entry),
            status,
            order: None,
            verdict: Arc::new(Verdict::accepted()),
        }
    }

    #[test]
    fn every_record_is_counted_once() {
        use RecordStatus::{Confirmed, NeedsReview, Refused, SavedHere, Sent, Waiting};
        let rows: Vec<_> = [
            SavedHere,
            Sent,
            Confirmed,
            Confirmed,
            Waiting,
            NeedsReview,
            Refused,
        ]
        .map(row)
        .into();
        let counts = Counts::of(&rows);
        assert_eq!(
            counts,
            Counts {
                here: 2,
                waiting: 1,
                confirmed: 2,
                review: 2
            }
        );
        assert_eq!(
            counts.here + counts.waiting + counts.confirmed + counts.review,
            rows.len()
        );
    }
}

//! Handoffs: every transfer, in and out, and what became of it.

mod answer;
mod answering;
mod code;
mod extras;
mod half;
mod new;
pub mod offerable;
mod one;
mod proof;
pub mod proposal;
mod scan;

pub use code::HandoffCode;
pub use new::NewHandoff;
pub use one::HandoffPage;
pub use proof::HandoffProof;
pub use proposal::ProposalCode;
pub use scan::{HandoffScan, take_in};

use crate::components::button::{Look, link_button};
use crate::components::chip::{Tone, chip};
use crate::components::empty::empty;
use crate::components::icon::{Icon, icon};
use crate::components::page::Page;
use crate::components::tabs::Tabs;
use crate::pages::requests::open_requests;
use crate::state::{
    App, DateStyle, Me, Route, custodian_name, is_newcomer, is_overdue, quantity_words, use_app,
};
use baton_domain::State;
use baton_domain::authority::{Act, Concern, may};
use baton_domain::directory::Role;
use baton_domain::query::is_elsewhere;
use baton_domain::stock::Custodian;
use baton_domain::transfer::{Transfer, TransferStatus};
use leptos::prelude::*;

/// Which transfers are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Open, to me.
    In,
    /// Open, from me.
    Out,
    /// Open, between others; everybody in the organization sees them.
    Others,
    /// Ended.
    Done,
}

/// True where a person may act for a custody: their own, or one that their role reaches and that
/// nobody signs in as.
fn acts_for(state: &State, me: &Me, custodian: Custodian, act: Act) -> bool {
    match custodian {
        Custodian::Person(person) => person == me.person,
        _ if is_elsewhere(state, custodian) => false,
        Custodian::Pool(_) | Custodian::Warehouse(_) => state
            .person(me.person)
            .is_some_and(|person| may(state, person, act, Concern::Custody(custodian))),
    }
}

/// True for an open offer that waits for this person's answer.
pub fn waits_for(state: &State, me: &Me, transfer: &Transfer) -> bool {
    transfer.status == TransferStatus::Open
        && transfer.offered_by != me.person
        && acts_for(state, me, transfer.to, Act::Answer)
}

/// The side of a transfer for a person.
pub fn side_of(state: &State, me: &Me, transfer: &Transfer) -> Side {
    if transfer.status != TransferStatus::Open {
        Side::Done
    } else if waits_for(state, me, transfer) {
        Side::In
    } else if transfer.offered_by == me.person || acts_for(state, me, transfer.from, Act::Offer) {
        Side::Out
    } else {
        Side::Others
    }
}

/// Where a transfer stands, in a chip.
pub fn status_words(transfer: &Transfer) -> (Tone, Icon, String) {
    match &transfer.status {
        TransferStatus::Open => (Tone::Warn, Icon::Clock, "Waiting for an answer".into()),
        TransferStatus::Declined(..) => (Tone::Bad, Icon::Cross, "Declined".into()),
        TransferStatus::Cancelled => (Tone::Quiet, Icon::Cross, "Taken back".into()),
        TransferStatus::Answered => {
            let answers = transfer
                .lines
                .iter()
                .filter_map(|line| line.answer.as_ref());
            let reported: u32 = answers.map(|answer| answer.damaged + answer.missing).sum();
            match reported {
                0 => (Tone::Ok, Icon::Check, "Accepted".into()),
                some => (Tone::Warn, Icon::Warn, format!("Accepted, {some} reported")),
            }
        }
    }
}

/// What else is to be said of one: it waits for long, no server knows its phone yet, or its giver
/// joined since this phone last synced (R38).
pub fn extra_chips(app: App, state: &State, transfer: &Transfer) -> AnyView {
    let overdue = is_overdue(transfer, app.now())
        .then(|| chip(Tone::Warn, Icon::Clock, "Open for more than a day"));
    let unknown = state
        .is_unverified(transfer.id)
        .then(|| chip(Tone::Warn, Icon::Info, "Phone not known here yet"));
    let newcomer = is_newcomer(state, transfer.offered_by)
        .then(|| chip(Tone::Warn, Icon::Info, "Joined since the last sync"));
    view! { {overdue} {unknown} {newcomer} }.into_any()
}

/// How much a transfer carries: `3 lines, 8 pieces`.
pub fn load_words(transfer: &Transfer) -> String {
    let pieces: u32 = transfer.lines.iter().map(|line| line.quantity).sum();
    match transfer.lines.len() {
        1 => format!("1 line, {}", quantity_words(pieces)),
        lines => format!("{lines} lines, {}", quantity_words(pieces)),
    }
}

/// The transfers of one side, newest first. `everybody` keeps ended ones of others in the list.
pub fn listed(state: &State, me: &Me, side: Side, everybody: bool) -> Vec<Transfer> {
    let own = |transfer: &&Transfer| {
        everybody
            || acts_for(state, me, transfer.to, Act::Answer)
            || acts_for(state, me, transfer.from, Act::Offer)
            || transfer.offered_by == me.person
    };
    state
        .transfers()
        .rev()
        .filter(|transfer| side_of(state, me, transfer) == side)
        .filter(|transfer| side != Side::Done || own(transfer))
        .cloned()
        .collect()
}

/// Handoffs.
#[component]
pub fn Handoffs() -> AnyView {
    let app = use_app();
    let side = RwSignal::new("in".to_owned());
    let counts = Memo::new(move |_| {
        let (state, me) = (app.view(), app.me());
        [Side::In, Side::Out, Side::Others].map(|side| listed(&state, &me, side, false).len())
    });
    // One opens the page on the side where something is to do.
    Effect::new(move |before: Option<()>| {
        let [to_me, from_me, _] = counts.get_untracked();
        if before.is_none() && to_me == 0 && from_me > 0 {
            side.set("out".into());
        }
    });
    let views = Signal::derive(move || {
        let [to_me, from_me, others] = counts.get();
        vec![
            ("in", "To me", Some(to_me)),
            ("out", "From me", Some(from_me)),
            ("others", "Others", Some(others)),
            ("done", "Done", None),
        ]
    });
    let actions = view! {
        {link_button(Look::Main, Some(Icon::Scan), "Scan a code", Route::HandoffScan.path(), "scan-handoff")}
        {link_button(Look::Wide, Some(Icon::Handoff), "Offer a handoff", Route::NewHandoff.path(), "new-handoff")}
        <div class="btn-pair">
            {link_button(Look::Wide, Some(Icon::Sent), "Request", Route::NewRequest.path(), "new-request")}
            {link_button(Look::Wide, Some(Icon::Courier), "Give back", Route::GiveBack.path(), "give-back")}
        </div>
    };
    view! {
        <Page title="Handoffs" actions=actions.into_any()>
            {move || open_requests(app, &app.view(), &app.me())}
            <Tabs label="Which handoffs" value=side views=views />
            {move || {
                let (state, me) = (app.view(), app.me());
                let everybody = me.role != Role::Rep;
                let side = read_side(&side.get());
                rows(app, &state, &listed(&state, &me, side, everybody), side)
            }}
        </Page>
    }
    .into_any()
}

fn read_side(key: &str) -> Side {
    match key {
        "out" => Side::Out,
        "others" => Side::Others,
        "done" => Side::Done,
        _ => Side::In,
    }
}

/// How many ended transfers are drawn at most; the rest is history.
const ROWS_MAX: usize = 60;

fn rows(app: App, state: &State, transfers: &[Transfer], side: Side) -> AnyView {
    if transfers.is_empty() {
        let (what, why) = match side {
            Side::In => (
                "Nothing waits for you",
                "What somebody offers you stands here until you answer it, line by line.",
            ),
            Side::Out => (
                "Nothing on its way",
                "What you offer stays yours, and stands here, until the other side answers.",
            ),
            Side::Others => (
                "Nothing between others",
                "Open handoffs between your colleagues stand here.",
            ),
            Side::Done => (
                "No handoff has ended yet",
                "Answered, declined and taken back handoffs stand here with what was reported.",
            ),
        };
        return empty(Icon::Handoff, what, why, None);
    }
    let path = app.path();
    let rows: Vec<AnyView> = transfers
        .iter()
        .take(ROWS_MAX)
        .map(|transfer| {
            let current = path == Route::Handoff(transfer.id).path();
            row(app, state, transfer, current)
        })
        .collect();
    view! { <div class="card card-flush rows" data-testid="handoff-list">{rows}</div> }.into_any()
}

/// A row that opens a transfer.
pub fn row(app: App, state: &State, transfer: &Transfer, current: bool) -> AnyView {
    let (tone, sign, words) = status_words(transfer);
    let from = custodian_name(state, transfer.from);
    let to = custodian_name(state, transfer.to);
    let when = app.format_time(transfer.offered_at, DateStyle::DateTime);
    view! {
        <a
            class="row row-top"
            href=Route::Handoff(transfer.id).path()
            data-testid="handoff-row"
            data-transfer=transfer.id.to_string()
            aria-current=current.then_some("true")
        >
            <span class="row-lines">
                <span class="row-title">{format!("{from} → {to}")}</span>
                <span class="row-note">{format!("{} · {when}", load_words(transfer))}</span>
                <span class="chips">{chip(tone, sign, words)}{extra_chips(app, state, transfer)}</span>
            </span>
            {icon(Icon::Next)}
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{me, person, somebody, transfer};

    fn world() -> State {
        let mut state = State::default();
        state.put_person(somebody(1, "Ana", Role::Rep));
        state.put_person(somebody(2, "Ben", Role::Rep));
        state.put_person(somebody(3, "Cleo", Role::Operations));
        state
    }

    #[test]
    fn an_offer_waits_for_the_other_side_only() {
        let (state, me) = (world(), me());
        let (ana, ben) = (Custodian::Person(person(1)), Custodian::Person(person(2)));
        assert_eq!(
            side_of(&state, &me, &transfer(1, ben, ana, person(2))),
            Side::In
        );
        assert_eq!(
            side_of(&state, &me, &transfer(1, ana, ben, person(1))),
            Side::Out
        );
        let mut ended = transfer(1, ben, ana, person(2));
        ended.status = TransferStatus::Cancelled;
        assert_eq!(side_of(&state, &me, &ended), Side::Done);
    }

    #[test]
    fn r3_nobody_is_asked_to_answer_what_he_sent_himself() {
        let state = world();
        let mut office = me();
        office.person = person(3);
        office.role = Role::Operations;
        let warehouse = Custodian::Warehouse(office.organization.id);
        let ana = Custodian::Person(person(1));
        assert!(waits_for(
            &state,
            &office,
            &transfer(1, ana, warehouse, person(1))
        ));
        assert!(!waits_for(
            &state,
            &office,
            &transfer(1, ana, warehouse, person(3))
        ));
    }
}

//! Counting what one holds: expected against counted, and what differs adjusted with it.

use super::by_label::counted_by_label;
use super::{Needle, custodian_key, custodies_for, read_custodian};
use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::{Tone, chip};
use crate::components::empty::empty;
use crate::components::field::{SearchBox, SelectField, TextField};
use crate::components::icon::Icon;
use crate::components::notice::Problem;
use crate::components::page::Page;
use crate::components::scan_here::{ScanHere, Taken};
use crate::components::stepper::Stepper;
use crate::components::stock_row::{ShowHolder, line_words};
use crate::state::{App, Route, custodian_name, product_name, use_app};
use baton_domain::authority::Act;
use baton_domain::id::LineId;
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::{Command, State};
use baton_scan::ScanOutcome;
use leptos::prelude::*;

/// Lines listed; a search narrows them.
const LINES_MAX: usize = 60;

/// What was counted: line and pieces.
type Counted = RwSignal<Vec<(LineId, u32)>>;

fn counted_of(counted: Counted, line: LineId) -> Option<u32> {
    counted.with(|all| {
        all.iter()
            .find(|(id, _)| *id == line)
            .map(|(_, pieces)| *pieces)
    })
}

fn count(counted: Counted, line: LineId, pieces: u32) {
    counted.update(|all| {
        all.retain(|(id, _)| *id != line);
        all.push((line, pieces));
    });
}

/// Count stock.
#[component]
pub fn CountPage() -> AnyView {
    let app = use_app();
    hold_updates();
    let me = untrack(|| app.me());
    let counted: Counted = RwSignal::new(Vec::new());
    let (search, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let whose = RwSignal::new(custodian_key(Custodian::Person(me.person)));
    Effect::new(move |before: Option<String>| {
        let now = whose.get();
        if before.is_some_and(|before| before != now) {
            counted.set(Vec::new());
        }
        now
    });
    let (doing, go) = (Doing::new(), use_going());
    let differ = move || {
        let state = app.view();
        let differs = |(id, pieces): &&(LineId, u32)| {
            state.line(*id).is_some_and(|line| line.quantity != *pieces)
        };
        counted.with(|all| all.iter().filter(differs).count())
    };
    let save = Callback::new(move |()| {
        let Some(custodian) = read_custodian(&whose.get_untracked()) else {
            return;
        };
        let command = Command::CountStock {
            custodian,
            counted: counted.get_untracked(),
            note: note.get_untracked().trim().into(),
        };
        doing.act(command, move |_| {
            doing.toast("Count saved", None);
            go.run(Route::Stock.path());
        });
    });
    let label = Signal::derive(move || {
        let lines = counted.with(Vec::len);
        format!("Save count: {lines} counted, {} differ", differ())
    });
    let options: Vec<(String, String)> = {
        let state = app.view_untracked();
        let all = custodies_for(&state, &me, Act::Adjust);
        all.into_iter()
            .map(|holder| (custodian_key(holder), custodian_name(&state, holder)))
            .collect()
    };
    let several = options.len() > 1;
    let scanned = Callback::new(move |outcome: ScanOutcome| scanned(app, whose, counted, &outcome));
    let actions = view! {
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main sign=Icon::Check label=label busy=doing.busy testid="save-count" press=save />
    };
    view! {
        <Page title="Count stock" back=Route::Stock.path() actions=actions.into_any()>
            {several.then(|| view! {
                <SelectField id="count-whose" label="Whose stock" value=whose options=Signal::stored(options) />
            })}
            <ScanHere label="Scan and count" batch=true take=scanned testid="scan-count-label" />
            <SearchBox id="count-search" label="Reference, lot, serial, name" value=search />
            {move || rows(app, &whose.get(), &search.get(), counted)}
            <TextField id="count-note" label="Reason, where something differs" value=note />
        </Page>
    }
    .into_any()
}

/// A label: one more piece of the line it is on, of the stock that is counted.
fn scanned(app: App, whose: RwSignal<String>, counted: Counted, outcome: &ScanOutcome) -> Taken {
    let Some(holder) = read_custodian(&whose.get_untracked()) else {
        return Taken::no("Say first whose stock is counted");
    };
    let expected: Vec<(LineId, u32)> = app
        .view_untracked()
        .lines_held_by(holder)
        .map(|line| (line.id, line.quantity))
        .collect();
    let so_far = move |line| counted_of(counted, line).unwrap_or(0);
    let put = move |line, pieces| count(counted, line, pieces);
    counted_by_label(app, outcome, &expected, so_far, put, false)
}

fn rows(app: App, whose: &str, search: &str, counted: Counted) -> AnyView {
    let Some(holder) = read_custodian(whose) else {
        return ().into_any();
    };
    let state = app.view();
    let needle = Needle::new(search, app.today());
    let mut fitting = needle.over(&state);
    let mut lines: Vec<&StockLine> = state
        .lines_held_by(holder)
        .filter(|line| fitting.fits(line))
        .collect();
    lines.truncate(LINES_MAX);
    if lines.is_empty() {
        return empty(
            Icon::Stock,
            "Nothing to count",
            "What is held, and fits the search, stands here.",
            None,
        );
    }
    let rows: Vec<AnyView> = lines
        .into_iter()
        .map(|line| row(app, &state, line, counted))
        .collect();
    view! { <div class="card card-flush rows" data-testid="count-list">{rows}</div> }.into_any()
}

fn row(app: App, state: &State, line: &StockLine, counted: Counted) -> AnyView {
    let (id, expected) = (line.id, line.quantity);
    let mark = move || match counted_of(counted, id) {
        None => chip(Tone::Quiet, Icon::Info, format!("{expected} expected")),
        Some(pieces) if pieces == expected => chip(
            Tone::Ok,
            Icon::Check,
            format!("{pieces} counted, as expected"),
        ),
        Some(pieces) => chip(
            Tone::Warn,
            Icon::Warn,
            format!("{pieces} counted, {expected} expected"),
        ),
    };
    let as_expected = Callback::new(move |()| count(counted, id, expected));
    view! {
        <div class="row row-top row-wrap" data-testid="count-line" data-line=id.to_string()>
            {line_words(app, state, line, app.today(), ShowHolder::No)}
            {mark}
            <Stepper
                label=product_name(state, &line.identity.product)
                value=Signal::derive(move || counted_of(counted, id).unwrap_or(expected))
                set=Callback::new(move |pieces| count(counted, id, pieces))
                testid="count-quantity"
            />
            <Button label="As expected" testid="count-same" press=as_expected />
        </div>
    }
    .into_any()
}

//! Marking stock for a case: what would fill the needs is proposed, line by line.

use super::short_words;
use super::source::{CANDIDATES_MAX, candidates, proposal};
use crate::components::act::{Doing, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::empty::empty;
use crate::components::field::SearchBox;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::scan_here::{ScanHere, Taken};
use crate::components::stepper::Stepper;
use crate::components::stock_row::{ShowHolder, line_words};
use crate::pages::against::{Against, against, elsewhere};
use crate::pages::gates::NotFound;
use crate::pages::reading::{lines_named, piece_words, read};
use crate::pages::stock::Needle;
use crate::state::{App, Route, product_name, quantity_words, use_app};
use baton_domain::id::{CaseId, LineId};
use baton_domain::query::UsableLine;
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::{Command, State};
use baton_scan::ScanOutcome;
use leptos::prelude::*;

/// Quantities picked, line by line.
pub type Picked = RwSignal<Vec<(LineId, u32)>>;

/// How many of a line are picked.
pub fn picked_of(picked: Picked, line: LineId) -> u32 {
    picked.with(|all| {
        all.iter()
            .find(|(id, _)| *id == line)
            .map_or(0, |(_, quantity)| *quantity)
    })
}

/// Picks this many of a line.
pub fn pick(picked: Picked, line: LineId, quantity: u32) {
    picked.update(|all| {
        all.retain(|(id, _)| *id != line);
        if quantity > 0 {
            all.push((line, quantity));
        }
    });
}

/// Mark stock.
#[component]
pub fn CaseMark(
    /// For which case.
    case: CaseId,
) -> AnyView {
    let app = use_app();
    let state = app.view_untracked();
    let Some(known) = state.case(case) else {
        return view! { <NotFound /> }.into_any();
    };
    let eyebrow = short_words(app, &state, known);
    let picked: Picked = RwSignal::new(proposal(&state, known));
    let search = RwSignal::new(String::new());
    let doing = Doing::new();
    let go = use_going();
    let pieces = move || picked.with(|all| all.iter().map(|(_, quantity)| quantity).sum::<u32>());
    let mark = Callback::new(move |()| {
        let lines = picked.get_untracked();
        let undo = Command::UnmarkStock {
            case,
            lines: lines.clone(),
        };
        doing.act(Command::MarkStock { case, lines }, move |_| {
            doing.toast(format!("{} marked", quantity_words(pieces())), Some(undo));
            go.run(Route::Case(case).path());
        });
    });
    let covered =
        picked.with_untracked(Vec::is_empty) && state.lines_kept_for(case).next().is_some();
    let scanned = Callback::new(move |outcome: ScanOutcome| scanned(app, case, picked, &outcome));
    let label = Signal::derive(move || match pieces() {
        0 => "Pick what to mark".to_owned(),
        some => format!("Mark {}", quantity_words(some)),
    });
    let actions = view! {
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main sign=Icon::Mark label=label busy=doing.busy off=Signal::derive(move || pieces() == 0) testid="confirm-mark" press=mark />
    };
    view! {
        <Page title="Mark stock" eyebrow=eyebrow back=Route::Case(case).path() actions=actions.into_any()>
            {covered.then(|| notice(
                Tone::Quiet,
                Icon::Mark,
                "Nothing more to propose",
                "What is marked covers the needs, as far as usable stock goes. You can still mark more.",
            ))}
            <ScanHere label="Scan what to mark" batch=true take=scanned testid="scan-mark-label" />
            <SearchBox id="mark-search" label="Name, reference, lot, serial" value=search />
            {move || {
                let state = app.view();
                let needle = Needle::new(&search.get(), app.today());
                let found = state
                    .case(case)
                    .map(|case| candidates(&state, case, &needle))
                    .unwrap_or_default();
                lines(app, &state, &found, picked)
            }}
        </Page>
    }
    .into_any()
}

/// A label before the camera, or from a scanner that types: one more piece of the line it is on.
fn scanned(app: App, case: CaseId, picked: Picked, outcome: &ScanOutcome) -> Taken {
    let state = app.view_untracked();
    let Some(reading) = read(&outcome.code, app.today()) else {
        return Taken::no_product(outcome);
    };
    let name = piece_words(&state, &reading.identity);
    let Some(known) = state.case(case) else {
        return Taken::no("The case is not known here");
    };
    let named: Vec<&StockLine> = lines_named(&state, &reading.identity).collect();
    let usable: Vec<UsableLine> = named
        .iter()
        .filter_map(|line| baton_domain::query::usable(&state, line, known))
        .collect();
    let free = usable.iter().find(|line| {
        untrack(|| picked_of(picked, line.line)) < line.quantity.saturating_sub(line.kept)
    });
    match (free, usable.is_empty()) {
        (Some(line), _) => {
            let line = line.line;
            let by = move |more: bool| {
                let now = untrack(|| picked_of(picked, line));
                let then = if more { now + 1 } else { now.saturating_sub(1) };
                pick(picked, line, then);
            };
            by(true);
            Taken::yes(name, Some(Callback::new(move |()| by(false))))
        }
        (None, false) => Taken::no(format!("{name}: every piece of it is marked already")),
        (None, true) => {
            let rep = Custodian::Person(known.rep);
            let mut why = against(app, &state, &reading.identity, &named);
            why.extend(elsewhere(&state, &named, |holder| holder == rep));
            let why = why.first().map_or_else(|| why_else(&named), Against::words);
            Taken::no(format!("{name}: {why}"))
        }
    }
}

/// Why a piece cannot be marked where nothing speaks against the piece itself.
fn why_else(named: &[&StockLine]) -> String {
    if named.is_empty() {
        "nobody here has it by the records. If it is yours, receive it first"
    } else {
        "not usable for this case. It expires before, is kept for another one, or lies at another facility"
    }
    .to_owned()
}

fn lines(app: App, state: &State, found: &[UsableLine], picked: Picked) -> AnyView {
    if found.is_empty() {
        return empty(
            Icon::Stock,
            "Nothing usable found",
            "Stock of the rep on the case, of accounts shared with that rep, and Facility Stock at the facility can be marked.",
            None,
        );
    }
    let rows: Vec<AnyView> = found
        .iter()
        .filter_map(|usable| row(app, state, *usable, picked))
        .collect();
    let cut = (found.len() >= CANDIDATES_MAX).then(
        || view! { <p class="quiet small">"More lines fit. Search to narrow them down."</p> },
    );
    view! { <div class="card card-flush rows" data-testid="mark-list">{rows}</div> {cut} }
        .into_any()
}

fn row(app: App, state: &State, usable: UsableLine, picked: Picked) -> Option<AnyView> {
    let line = state.line(usable.line)?;
    let free = usable.quantity.saturating_sub(usable.kept);
    let label = product_name(state, &line.identity.product);
    let id = usable.line;
    let step = (free > 0).then(|| {
        view! {
            <Stepper
                label=label
                value=Signal::derive(move || picked_of(picked, id))
                set=Callback::new(move |quantity| pick(picked, id, quantity))
                most=Signal::stored(free)
                testid="mark-quantity"
            />
        }
    });
    Some(
        view! {
            <div class="row row-top row-wrap" data-testid="mark-line" data-line=id.to_string()>
                {line_words(app, state, line, app.today(), ShowHolder::Yes)}
                {step}
            </div>
        }
        .into_any(),
    )
}

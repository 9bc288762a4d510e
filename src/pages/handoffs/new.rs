//! Offering a handoff: from whom, to whom, which pieces, how it travels.

use super::offerable::{LINES_MAX, all_offerable, open_pieces, piece_of};
use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::draft::{Draft, Kept, counts, counts_text};
use crate::components::empty::empty;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{SearchBox, SelectField};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::scan_here::{ScanHere, Taken};
use crate::components::stepper::Stepper;
use crate::components::stock_row::{ShowHolder, line_words};
use crate::components::travel::{TravelFields, TravelForm};
use crate::pages::against::doubt;
use crate::pages::case::mark::{Picked, pick, picked_of};
use crate::pages::case::short_words;
use crate::pages::reading::read;
use crate::pages::stock::{Needle, custodian_key, custodians, custodies_for, read_custodian};
use crate::state::{App, Route, custodian_name, product_name, quantity_words, use_app};
use baton_domain::authority::Act;
use baton_domain::case::Case;
use baton_domain::id::{CaseId, LineId};
use baton_domain::plan::plan_give;
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::{Command, State};
use baton_scan::ScanOutcome;
use leptos::prelude::*;

/// What is entered about an offer.
#[derive(Clone, Copy)]
struct Form {
    from: RwSignal<String>,
    to: RwSignal<String>,
    picked: Picked,
    search: RwSignal<String>,
    travel: TravelForm,
    /// The case that the pieces are for, where the offer began with it.
    case: Option<CaseId>,
}

/// Offer a handoff. `?line=` picks a line, whose holder then gives; `?to=` says who takes it, and
/// `?pieces=` how many. `?case=` gives the rep on that case what it misses.
#[component]
pub fn NewHandoff() -> AnyView {
    let app = use_app();
    hold_updates();
    let form = first_form(app);
    let draft = keep(app, form);
    let (errors, doing, go) = (Errors::new(), Doing::new(), use_going());
    // Another giver has other stock: what was picked from the first cannot stay.
    Effect::new(move |before: Option<String>| {
        let from = form.from.get();
        if before.is_some_and(|before| before != from) {
            form.picked.set(Vec::new());
        }
        from
    });
    let pieces = move || {
        form.picked
            .with(|all| all.iter().map(|(_, quantity)| quantity).sum::<u32>())
    };
    let offer = Callback::new(move |()| {
        let Some(command) = command(&app.view_untracked(), form, errors) else {
            return;
        };
        doing.act(command, move |saved| {
            draft.done();
            go.run(Route::Handoff(saved.first()).path())
        });
    });
    let scanned = Callback::new(move |outcome: ScanOutcome| scanned(app, form, &outcome));
    let label = Signal::derive(move || match pieces() {
        0 => "Offer".to_owned(),
        some => format!("Offer {}", quantity_words(some)),
    });
    let for_case = form.case.and_then(|case| {
        let state = app.view_untracked();
        let words = short_words(app, &state, state.case(case)?);
        Some(notice(Tone::Accent, Icon::Mark, "For the case", words))
    });
    let actions = view! {
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main sign=Icon::Handoff label=label busy=doing.busy testid="confirm-offer" press=offer />
    };
    view! {
        <Page title="Offer a handoff" back=Route::Handoffs.path() actions=actions.into_any()>
            <ErrorSummary errors=errors />
            {for_case}
            {parties(app, form, errors)}
            <section class="section" id="offer-lines" tabindex="-1">
                <h2>"What"</h2>
                <ScanHere label="Scan what goes" batch=true take=scanned testid="scan-offer-label" />
                <SearchBox id="offer-search" label="Reference, lot, serial, name" value=form.search />
                {move || lines(app, form)}
            </section>
            <TravelFields form=form.travel />
        </Page>
    }
    .into_any()
}

/// A label before the camera, or from a scanner that types: one more piece of the line it is on.
fn scanned(app: App, form: Form, outcome: &ScanOutcome) -> Taken {
    let state = app.view_untracked();
    let from = read_custodian(&form.from.get_untracked());
    let Some(reading) = read(&outcome.code, app.today()) else {
        return Taken::no_product(outcome);
    };
    match piece_of(
        &state,
        from,
        &form.picked.get_untracked(),
        form.case,
        &reading,
    ) {
        Ok((line, name)) => {
            let one_more = move |more: bool| {
                let now = form.picked.with_untracked(|all| {
                    all.iter()
                        .find(|(id, _)| *id == line)
                        .map_or(0, |(_, n)| *n)
                });
                let then = if more { now + 1 } else { now.saturating_sub(1) };
                pick(form.picked, line, then);
            };
            one_more(true);
            Taken::yes(name, Some(Callback::new(move |()| one_more(false)))).but(doubt(
                app,
                &state,
                &reading.identity,
            ))
        }
        Err(words) => Taken::no(words),
    }
}

fn first_form(app: App) -> Form {
    let (state, me) = (app.view_untracked(), untrack(|| app.me()));
    let asked = app.asked_untracked("line");
    let line = asked
        .and_then(|id| id.parse().ok())
        .and_then(|id| state.line(id));
    let holder = line
        .map(|line| line.custodian)
        .filter(|from| custodies_for(&state, &me, Act::Offer).contains(from));
    let from = holder.unwrap_or(Custodian::Person(me.person));
    let pieces = app
        .asked_untracked("pieces")
        .and_then(|pieces| pieces.parse().ok());
    let picked = line
        .filter(|line| line.custodian == from && line.free() > 0)
        .map(|line| (line.id, line.free().min(pieces.unwrap_or(u32::MAX))));
    let asked = app.asked_untracked("case");
    let case = asked
        .and_then(|id| id.parse().ok())
        .and_then(|id| state.case(id));
    let missing = case.map(|case| plan_give(&state, case.id, from, app.today()));
    let to = case.map(|case| custodian_key(Custodian::Person(case.rep)));
    let to = to.or_else(|| app.asked_untracked("to"));
    Form {
        from: RwSignal::new(custodian_key(from)),
        to: RwSignal::new(to.unwrap_or_default()),
        picked: RwSignal::new(missing.unwrap_or_else(|| picked.into_iter().collect())),
        search: RwSignal::new(String::new()),
        travel: TravelForm::new(),
        case: case.map(|case| case.id),
    }
}

/// Keeps what is entered; an offer that begins with a line or a case has a draft of its own.
fn keep(app: App, form: Form) -> Kept {
    let began = app
        .asked_untracked("case")
        .or_else(|| app.asked_untracked("line"));
    let key = "handoff-new ".to_owned() + &began.unwrap_or_default();
    let picked = form.picked;
    Draft::of(key)
        .texts(&[form.from, form.to])
        .texts(&form.travel.texts())
        .other(
            move || {
                picked.with(|all| {
                    counts_text(all.iter().map(|(line, count)| (line.to_string(), *count)))
                })
            },
            move |text| {
                picked.set(
                    counts(text)
                        .filter_map(|(line, count)| Some((line.parse().ok()?, count)))
                        .collect(),
                );
            },
        )
        .keep()
}

/// The command, or the errors of the form.
fn command(state: &State, form: Form, errors: Errors) -> Option<Command> {
    let to = read_custodian(&form.to.get_untracked());
    let from = read_custodian(&form.from.get_untracked())?;
    let picked = form.picked.get_untracked();
    let mut missing = Vec::new();
    if to.is_none() {
        missing.push(("to", "Choose who is to take it".to_owned()));
    }
    if picked.is_empty() {
        missing.push(("offer-search", "Pick what is to be handed over".to_owned()));
    }
    errors.show(missing);
    let to = to.filter(|_| !picked.is_empty())?;
    // What the case does not need, or somebody else takes, is not for the case.
    let case = form.case.and_then(|case| state.case(case));
    let case = case.filter(|case| to == Custodian::Person(case.rep));
    let for_case = |line: LineId| {
        let product = &state.line(line)?.identity.product;
        let needed = |case: &&Case| case.needs.iter().any(|need| need.product == *product);
        case.filter(needed).map(|case| case.id)
    };
    Some(Command::OfferTransfer {
        from,
        to,
        lines: picked
            .into_iter()
            .map(|(line, quantity)| (line, quantity, for_case(line)))
            .collect(),
        travel: form.travel.travel(),
        note: form.travel.note(),
    })
}

fn parties(app: App, form: Form, errors: Errors) -> AnyView {
    let (state, me) = (app.view_untracked(), untrack(|| app.me()));
    let own = Custodian::Person(me.person);
    let name = |custodian: &Custodian| {
        if *custodian == own {
            "You".to_owned()
        } else {
            custodian_name(&state, *custodian)
        }
    };
    let givers: Vec<(String, String)> = custodies_for(&state, &me, Act::Offer)
        .iter()
        .map(|giver| (custodian_key(*giver), name(giver)))
        .collect();
    let all: Vec<(String, String)> = custodians(&state)
        .iter()
        .map(|taker| (custodian_key(*taker), name(taker)))
        .collect();
    let takers = Signal::derive(move || {
        let from = form.from.get();
        let mut options = vec![(String::new(), "Choose who takes it".to_owned())];
        options.extend(all.iter().filter(|(key, _)| *key != from).cloned());
        options
    });
    let several = givers.len() > 1;
    view! {
        {several.then(|| view! {
            <SelectField id="from" label="From" value=form.from options=Signal::stored(givers) />
        })}
        <SelectField id="to" label="To" value=form.to options=takers errors=errors />
    }
    .into_any()
}

fn lines(app: App, form: Form) -> AnyView {
    let Some(from) = read_custodian(&form.from.get()) else {
        return ().into_any();
    };
    let state = app.view();
    let needle = Needle::new(&form.search.get(), app.today());
    // Only whether a line is picked moves it to the top, and only when the list is drawn anew:
    // a list that jumps under the thumb would be worse than one that is not sorted.
    let picked = form.picked.get_untracked();
    let mut found = all_offerable(&state, from, &needle, &picked, form.case);
    if found.is_empty() {
        return empty(
            Icon::Stock,
            "Nothing free to offer",
            "What is marked, offered, on hold or sold to a facility cannot be offered.",
            None,
        );
    }
    let every: Vec<(LineId, u32)> = found
        .iter()
        .map(|line| (line.id, open_pieces(line, form.case)))
        .collect();
    let count = every.len();
    found.truncate(LINES_MAX);
    let rows: Vec<AnyView> = found
        .into_iter()
        .map(|line| row(app, &state, line, form))
        .collect();
    view! {
        <div class="card card-flush rows" data-testid="offer-list">{rows}</div>
        {(count > LINES_MAX).then(|| view! { <p class="quiet small">{format!("{LINES_MAX} of {count} lines are shown. Search to narrow them down.")}</p> })}
        {(count > 1).then(|| all_button(form.picked, every))}
    }
    .into_any()
}

/// A whole trunk in one tap: everything that fits the search, as far as one offer goes.
fn all_button(picked: Picked, mut every: Vec<(LineId, u32)>) -> AnyView {
    every.truncate(baton_domain::limits::LINES_MAX);
    let label = format!("All {} lines", every.len());
    let press = Callback::new(move |()| {
        picked.update(|all| {
            all.retain(|(id, _)| every.iter().all(|(line, _)| line != id));
            all.extend(every.iter().copied());
        });
    });
    view! { <Button look=Look::Wide sign=Icon::Check label=label testid="offer-all" press=press /> }
        .into_any()
}

fn row(app: App, state: &State, line: &StockLine, form: Form) -> AnyView {
    let (id, picked) = (line.id, form.picked);
    view! {
        <div class="row row-top row-wrap" data-testid="offer-line" data-line=id.to_string()>
            {line_words(app, state, line, app.today(), ShowHolder::No)}
            <Stepper
                label=product_name(state, &line.identity.product)
                value=Signal::derive(move || picked_of(picked, id))
                set=Callback::new(move |quantity| pick(picked, id, quantity))
                most=Signal::stored(open_pieces(line, form.case))
                testid="offer-quantity"
            />
        </div>
    }
    .into_any()
}

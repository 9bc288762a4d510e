//! Offering a handoff: from whom, to whom, which pieces, how it travels.

use super::acts_for;
use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::draft::{Draft, Kept, counts, counts_text};
use crate::components::empty::empty;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{SearchBox, SelectField};
use crate::components::icon::Icon;
use crate::components::notice::Problem;
use crate::components::page::Page;
use crate::components::scan_here::{ScanHere, Taken};
use crate::components::stepper::Stepper;
use crate::components::stock_row::{ShowHolder, line_words};
use crate::components::travel::{TravelFields, TravelForm};
use crate::pages::against::doubt;
use crate::pages::case::mark::{Picked, pick, picked_of};
use crate::pages::reading::{Reading, lines_named, piece_words, read};
use crate::pages::stock::{Needle, custodian_key, custodians, read_custodian};
use crate::state::{App, Me, Route, custodian_name, product_name, quantity_words, use_app};
use baton_domain::authority::{Act, Concern, may};
use baton_domain::id::LineId;
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::{Command, State};
use baton_scan::ScanOutcome;
use leptos::prelude::*;

/// Lines listed to pick from; a search narrows them.
const LINES_MAX: usize = 12;

/// What is entered about an offer.
#[derive(Clone, Copy)]
struct Form {
    from: RwSignal<String>,
    to: RwSignal<String>,
    picked: Picked,
    search: RwSignal<String>,
    travel: TravelForm,
}

/// Everybody this person may offer for: oneself first.
pub fn givers(state: &State, me: &Me) -> Vec<Custodian> {
    let own = Custodian::Person(me.person);
    let person = state.person(me.person);
    let mut all: Vec<Custodian> = custodians(state)
        .into_iter()
        .filter(|other| *other != own)
        .filter(|other| {
            acts_for(state, me, *other, Act::Offer)
                || person
                    .is_some_and(|person| may(state, person, Act::Offer, Concern::Custody(*other)))
        })
        .collect();
    all.insert(0, own);
    all
}

/// The lines of a custody that can be offered and fit a search: what is picked stays, the rest
/// by what expires first.
pub fn offerable<'a>(
    state: &'a State,
    from: Custodian,
    needle: &Needle,
    picked: &[(LineId, u32)],
) -> Vec<&'a StockLine> {
    let mut lines = all_offerable(state, from, needle, picked);
    lines.truncate(LINES_MAX);
    lines
}

/// All of them.
fn all_offerable<'a>(
    state: &'a State,
    from: Custodian,
    needle: &Needle,
    picked: &[(LineId, u32)],
) -> Vec<&'a StockLine> {
    let is_picked = |line: &StockLine| picked.iter().any(|(id, _)| *id == line.id);
    let mut fitting = needle.over(state);
    let mut lines: Vec<&StockLine> = state
        .lines_held_by(from)
        .filter(|line| {
            is_picked(line)
                || (line.free() > 0 && line.facility_stock_at().is_none() && fitting.fits(line))
        })
        .collect();
    lines.sort_by_key(|line| {
        (
            !is_picked(line),
            line.identity.expiry.is_none(),
            line.identity.expiry,
            line.id,
        )
    });
    lines
}

/// Offer a handoff. `?line=` picks a line, whose holder then gives; `?to=` says who takes it, and
/// `?pieces=` how many.
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
        let Some(command) = command(form, errors) else {
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
    let actions = view! {
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main sign=Icon::Handoff label=label busy=doing.busy testid="confirm-offer" press=offer />
    };
    view! {
        <Page title="Offer a handoff" back=Route::Handoffs.path() actions=actions.into_any()>
            <ErrorSummary errors=errors />
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
    match piece_of(&state, from, &form.picked.get_untracked(), &reading) {
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

/// The line of the giver's that a label is on and of which a piece is still free, or why none is.
pub fn piece_of(
    state: &State,
    from: Option<Custodian>,
    picked: &[(LineId, u32)],
    reading: &Reading,
) -> Result<(LineId, String), String> {
    let label = piece_words(state, &reading.identity);
    let lines: Vec<&StockLine> = lines_named(state, &reading.identity).collect();
    let own: Vec<&&StockLine> = lines
        .iter()
        .filter(|line| Some(line.custodian) == from)
        .collect();
    let free = |line: &&&&StockLine| {
        let taken = picked
            .iter()
            .find(|(id, _)| *id == line.id)
            .map_or(0, |(_, n)| *n);
        line.facility_stock_at().is_none() && line.free() > taken
    };
    match (own.iter().find(free), own.first(), lines.first()) {
        (Some(line), ..) => Ok((line.id, label)),
        (None, Some(line), _) if line.hold.is_some() => {
            Err(format!("{label}: on hold, it cannot go"))
        }
        (None, Some(_), _) => Err(format!("{label}: no more of it is free")),
        (None, None, Some(line)) => {
            let holder = custodian_name(state, line.custodian);
            Err(format!(
                "{label}: {holder} has it, so {holder} has to offer it"
            ))
        }
        (None, None, None) => Err(format!("{label}: nobody here holds it. Receive it first")),
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
        .filter(|from| givers(&state, &me).contains(from));
    let from = holder.unwrap_or(Custodian::Person(me.person));
    let pieces = app
        .asked_untracked("pieces")
        .and_then(|pieces| pieces.parse().ok());
    let picked = line
        .filter(|line| line.custodian == from && line.free() > 0)
        .map(|line| (line.id, line.free().min(pieces.unwrap_or(u32::MAX))));
    let to = app.asked_untracked("to").unwrap_or_default();
    Form {
        from: RwSignal::new(custodian_key(from)),
        to: RwSignal::new(to),
        picked: RwSignal::new(picked.into_iter().collect()),
        search: RwSignal::new(String::new()),
        travel: TravelForm::new(),
    }
}

/// Keeps what is entered; an offer that begins with a line has a draft of its own.
fn keep(app: App, form: Form) -> Kept {
    let key = "handoff-new ".to_owned() + &app.asked_untracked("line").unwrap_or_default();
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
fn command(form: Form, errors: Errors) -> Option<Command> {
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
    Some(Command::OfferTransfer {
        from,
        to: to.filter(|_| !picked.is_empty())?,
        lines: picked
            .into_iter()
            .map(|(line, quantity)| (line, quantity, None))
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
    let givers: Vec<(String, String)> = givers(&state, &me)
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
    let mut found = all_offerable(&state, from, &needle, &picked);
    if found.is_empty() {
        return empty(
            Icon::Stock,
            "Nothing free to offer",
            "What is marked, offered, on hold or sold to a facility cannot be offered.",
            None,
        );
    }
    let every: Vec<(LineId, u32)> = found.iter().map(|line| (line.id, line.free())).collect();
    let count = every.len();
    found.truncate(LINES_MAX);
    let rows: Vec<AnyView> = found
        .into_iter()
        .map(|line| row(app, &state, line, form.picked))
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

fn row(app: App, state: &State, line: &StockLine, picked: Picked) -> AnyView {
    let id = line.id;
    view! {
        <div class="row row-top row-wrap" data-testid="offer-line" data-line=id.to_string()>
            {line_words(app, state, line, app.today(), ShowHolder::No)}
            <Stepper
                label=product_name(state, &line.identity.product)
                value=Signal::derive(move || picked_of(picked, id))
                set=Callback::new(move |quantity| pick(picked, id, quantity))
                most=Signal::stored(line.free())
                testid="offer-quantity"
            />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{line, line_id, me, person, product, somebody};
    use baton_domain::directory::Role;
    use baton_domain::id::FacilityId;
    use baton_domain::stock::TitleHolder;
    use baton_domain::time::Date;

    const SCREW: &str = "00614950000203";

    fn world() -> State {
        let mut state = State::default();
        state.put_organization(crate::pages::testing::organization());
        state.put_person(somebody(1, "Ana", Role::Rep));
        state.put_person(somebody(2, "Ben", Role::Rep));
        state.put_product(product(SCREW, "Screw"));
        let own = Custodian::Person(person(1));
        state.put_line(line(1, SCREW, "A1", 3, own));
        let mut sold = line(2, SCREW, "A2", 3, own);
        sold.title = TitleHolder::Facility(FacilityId::from_bytes([1; 16]));
        state.put_line(sold);
        state
    }

    #[test]
    fn r3_a_rep_gives_from_own_custody_only() {
        assert_eq!(givers(&world(), &me()), [Custodian::Person(person(1))]);
    }

    fn scanned(lot: &str, from: u8, picked: &[(LineId, u32)]) -> Result<LineId, String> {
        let today = Date::new(2026, 11, 23).expect("a date");
        let reading = read(&format!("(01){SCREW}(10){lot}"), today).expect("a reading");
        let from = Some(Custodian::Person(person(from)));
        piece_of(&world(), from, picked, &reading).map(|(line, _)| line)
    }

    #[test]
    fn a_label_scanned_into_an_offer_adds_a_free_piece_of_its_own_line() {
        assert_eq!(scanned("A1", 1, &[]), Ok(line_id(1)));
        assert_eq!(scanned("A1", 1, &[(line_id(1), 2)]), Ok(line_id(1)));
        let none_left = scanned("A1", 1, &[(line_id(1), 3)]);
        assert!(none_left.is_err_and(|words| words.contains("no more of it is free")));
    }

    #[test]
    fn a_label_of_somebody_elses_is_not_offered_and_says_whose_it_is() {
        let words = scanned("A1", 2, &[]).expect_err("it is Ana's");
        assert!(words.contains("Ana has it"), "{words}");
        let words = scanned("A9", 1, &[]).expect_err("nobody has it");
        assert!(words.contains("Receive it first"), "{words}");
        assert!(scanned("A2", 1, &[]).is_err(), "sold to a facility (R21)");
    }

    #[test]
    fn r21_facility_stock_is_not_listed_to_offer() {
        let state = world();
        let today = Date::new(2026, 11, 23).expect("a date");
        let found = offerable(
            &state,
            Custodian::Person(person(1)),
            &Needle::new("", today),
            &[],
        );
        let ids: Vec<_> = found.iter().map(|line| line.id).collect();
        assert_eq!(ids, [line_id(1)]);
    }
}

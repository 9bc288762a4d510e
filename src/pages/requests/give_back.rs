//! Giving stock back to a warehouse: the own, or a linked organization's. What is on hold or has
//! expired may go back too (R29).

use super::warehouses;
use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{SearchBox, SelectField, TextField};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::stepper::Stepper;
use crate::components::stock_row::{ShowHolder, line_words};
use crate::components::travel::{TravelFields, TravelForm};
use crate::pages::case::mark::{Picked, pick, picked_of};
use crate::pages::stock::Needle;
use crate::state::{App, Route, product_name, quantity_words, use_app};
use baton_domain::id::LineId;
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::{Command, State};
use leptos::prelude::*;

/// Lines listed to pick from; a search narrows them.
const LINES_MAX: usize = 12;

/// What may go back of a custody and fits a search: what is picked stays, then what is held, then
/// by what expires first.
pub fn returnable<'a>(
    state: &'a State,
    from: Custodian,
    needle: &Needle,
    picked: &[(LineId, u32)],
) -> Vec<&'a StockLine> {
    let is_picked = |line: &StockLine| picked.iter().any(|(id, _)| *id == line.id);
    let mut fitting = needle.over(state);
    let mut lines: Vec<&StockLine> = state
        .lines_held_by(from)
        .filter(|line| line.unclaimed() > 0 && line.facility_stock_at().is_none())
        .filter(|line| is_picked(line) || fitting.fits(line))
        .collect();
    lines.sort_by_key(|line| {
        let expiry = line.identity.expiry;
        (
            !is_picked(line),
            line.held() == 0,
            expiry.is_none(),
            expiry,
            line.id,
        )
    });
    lines.truncate(LINES_MAX);
    lines
}

/// Give stock back. `?line=` picks a line.
#[component]
pub fn GiveBack() -> AnyView {
    let app = use_app();
    hold_updates();
    let (state, me) = (app.view_untracked(), untrack(|| app.me()));
    let asked = app
        .asked_untracked("line")
        .and_then(|id| id.parse().ok())
        .and_then(|id| state.line(id));
    let from = asked.map_or(Custodian::Person(me.person), |line| line.custodian);
    let picked: Picked = RwSignal::new(
        asked
            .map(|line| (line.id, line.unclaimed()))
            .into_iter()
            .collect(),
    );
    let options: Vec<(String, String)> = warehouses(&state)
        .into_iter()
        .filter(|(id, _)| Custodian::Warehouse(*id) != from)
        .map(|(id, name)| (id.to_string(), name))
        .collect();
    let to = RwSignal::new(
        options
            .first()
            .map_or_else(String::new, |(id, _)| id.clone()),
    );
    let (reason, search) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (errors, doing, go) = (Errors::new(), Doing::new(), use_going());
    let travel = TravelForm::new();
    let send = Callback::new(move |()| {
        let mut lines = picked.get_untracked();
        lines.retain(|(_, quantity)| *quantity > 0);
        let mut missing = Vec::new();
        if lines.is_empty() {
            missing.push(("return-search", "Pick what goes back".to_owned()));
        }
        let why = reason.get_untracked().trim().to_owned();
        if why.is_empty() {
            missing.push(("return-reason", "Say why it goes back".to_owned()));
        }
        let fine = missing.is_empty();
        errors.show(missing);
        if let Some(to) = to.get_untracked().parse().ok().filter(|_| fine) {
            let command = Command::ReturnStock {
                from,
                to,
                lines,
                reason: why.as_str().into(),
                travel: travel.travel(),
            };
            doing.act(command, move |saved| {
                go.run(Route::Handoff(saved.first()).path())
            });
        }
    });
    let pieces = move || picked.with(|all| all.iter().map(|(_, quantity)| quantity).sum::<u32>());
    let label = Signal::derive(move || match pieces() {
        0 => "Send back".to_owned(),
        some => format!("Send back {}", quantity_words(some)),
    });
    let actions = view! {
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main sign=Icon::Courier label=label busy=doing.busy testid="confirm-return" press=send />
    };
    view! {
        <Page title="Give stock back" back=Route::Stock.path() actions=actions.into_any()>
            <ErrorSummary errors=errors />
            {notice(
                Tone::Accent,
                Icon::Info,
                "Held and expired stock may go back",
                "It stays yours until the warehouse has answered. There it lies on hold until it was looked at.",
            )}
            <SelectField id="return-to" label="To" value=to options=Signal::stored(options) />
            <TextField id="return-reason" label="Why" value=reason errors=errors />
            <section class="section">
                <h2>"What"</h2>
                <SearchBox id="return-search" label="Reference, lot, serial, name" value=search />
                {move || rows(app, from, &search.get(), picked)}
            </section>
            <TravelFields form=travel />
        </Page>
    }
    .into_any()
}

fn rows(app: App, from: Custodian, search: &str, picked: Picked) -> AnyView {
    let state = app.view();
    let needle = Needle::new(search, app.today());
    let rows: Vec<AnyView> = returnable(&state, from, &needle, &picked.get_untracked())
        .into_iter()
        .map(|line| {
            let id = line.id;
            view! {
                <div class="row row-top row-wrap" data-testid="return-line">
                    {line_words(app, &state, line, app.today(), ShowHolder::No)}
                    <Stepper
                        label=product_name(&state, &line.identity.product)
                        value=Signal::derive(move || picked_of(picked, id))
                        set=Callback::new(move |quantity| pick(picked, id, quantity))
                        most=Signal::stored(line.unclaimed())
                        testid="return-quantity"
                    />
                </div>
            }
            .into_any()
        })
        .collect();
    view! { <div class="card card-flush rows" data-testid="return-list">{rows}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_domain::testkit::{REP_A, SCREW, World, date, lot, with};

    #[test]
    fn r29_what_is_on_hold_is_listed_first_to_go_back() {
        let mut world = World::new();
        world.stock(with(REP_A), lot(SCREW, "L1"), 5);
        let held = world.stock(with(REP_A), lot(SCREW, "L2"), 5);
        let hold = Command::HoldStock {
            lines: vec![(held, 5)],
            reason: "recall".into(),
        };
        world.act(REP_A, hold).expect("a rep holds own stock");
        let needle = Needle::new("", date(2026, 11, 23));
        let found = returnable(&world.state, with(REP_A), &needle, &[]);
        assert_eq!((found.len(), found[0].id), (2, held));
    }
}

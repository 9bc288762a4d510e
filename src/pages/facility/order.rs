//! A stocking order: what is sold to a facility, for how much, and the whole of it to read before
//! it is final (R20).

use super::{money_words, price_words};
use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::empty::empty;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{SearchBox, SelectField, TextField};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::stepper::Stepper;
use crate::components::stock_row::{ShowHolder, line_words};
use crate::pages::case::mark::{Picked, pick, picked_of};
use crate::pages::handoffs::offerable::offerable;
use crate::pages::stock::{Needle, custodian_key, custodians, read_custodian};
use crate::state::{
    App, Me, Route, custodian_name, facility_name, identity_words, product_name, use_app,
};
use baton_domain::authority::{Act, Concern, may};
use baton_domain::facility_stock::{Price, PriceError};
use baton_domain::id::{FacilityId, LineId};
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::{Command, State};
use leptos::prelude::*;

/// What is entered.
#[derive(Clone, Copy)]
struct Form {
    facility: RwSignal<String>,
    seller: RwSignal<String>,
    picked: Picked,
    /// What was typed as the price of a line; nothing for no charge.
    prices: RwSignal<Vec<(LineId, Option<String>)>>,
    search: RwSignal<String>,
    note: RwSignal<String>,
}

/// An order as it would be submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Order {
    facility: FacilityId,
    seller: Custodian,
    lines: Vec<(LineId, u32, Price)>,
    note: String,
}

impl Order {
    fn total_cents(&self) -> u64 {
        let cents = |(_, quantity, price): &(LineId, u32, Price)| {
            u64::from(price.cents_each()) * u64::from(*quantity)
        };
        self.lines.iter().map(cents).sum()
    }

    fn command(self) -> Command {
        Command::SubmitStockingOrder {
            facility: self.facility,
            seller: self.seller,
            lines: self.lines,
            note: self.note.trim().into(),
        }
    }
}

/// Why a price cannot be taken, in words.
pub fn price_error_words(error: PriceError) -> &'static str {
    match error {
        PriceError::Negative => "A price is never below zero. Use No charge, or 0.",
        PriceError::TooMuch => "This price is too large. Check the digits.",
        PriceError::NotANumber => "Type a price such as 1250.00, or choose No charge.",
    }
}

/// Everybody this person may sell for: oneself first, where that may be.
fn sellers(state: &State, me: &Me) -> Vec<Custodian> {
    let Some(person) = state.person(me.person) else {
        return Vec::new();
    };
    let own = Custodian::Person(me.person);
    let mut all: Vec<Custodian> = custodians(state)
        .into_iter()
        .filter(|seller| !matches!(seller, Custodian::Warehouse(_)))
        .filter(|seller| may(state, person, Act::Sell, Concern::Custody(*seller)))
        .collect();
    if let Some(place) = all.iter().position(|seller| *seller == own) {
        let own = all.remove(place);
        all.insert(0, own);
    }
    all
}

/// A new stocking order. `?facility=` and `?line=` choose at once.
#[component]
pub fn NewStockingOrder() -> AnyView {
    let app = use_app();
    hold_updates();
    let form = first_form(app);
    let errors = Errors::new();
    let reviewed: RwSignal<Option<Order>> = RwSignal::new(None);
    // Another seller has other stock.
    Effect::new(move |before: Option<String>| {
        let seller = form.seller.get();
        if before.is_some_and(|before| before != seller) {
            form.picked.set(Vec::new());
        }
        seller
    });
    let back = format!("{}?whose=facility", Route::Stock.path());
    view! {
        <Page title="Stocking order" back=back>
            {move || match reviewed.get() {
                Some(order) => review(app, order, reviewed),
                None => entering(app, form, errors, reviewed),
            }}
        </Page>
    }
    .into_any()
}

fn first_form(app: App) -> Form {
    let (state, me) = (app.view_untracked(), untrack(|| app.me()));
    let asked = app.asked_untracked("line");
    let line = asked
        .and_then(|id| id.parse().ok())
        .and_then(|id| state.line(id))
        .filter(|line| line.free() > 0 && line.facility_stock_at().is_none());
    let all = sellers(&state, &me);
    let seller = line
        .map(|line| line.custodian)
        .filter(|seller| all.contains(seller))
        .or_else(|| all.first().copied());
    let picked = line.filter(|line| Some(line.custodian) == seller);
    Form {
        facility: RwSignal::new(app.asked_untracked("facility").unwrap_or_default()),
        seller: RwSignal::new(seller.map(custodian_key).unwrap_or_default()),
        picked: RwSignal::new(
            picked
                .map(|line| (line.id, line.free()))
                .into_iter()
                .collect(),
        ),
        prices: RwSignal::new(Vec::new()),
        search: RwSignal::new(String::new()),
        note: RwSignal::new(String::new()),
    }
}

fn entering(app: App, form: Form, errors: Errors, reviewed: RwSignal<Option<Order>>) -> AnyView {
    let next = Callback::new(move |()| {
        if let Some(order) = read(form, errors) {
            reviewed.set(Some(order));
        }
    });
    view! {
        <ErrorSummary errors=errors />
        {parties(app, form, errors)}
        <section class="section" id="order-lines" tabindex="-1">
            <h2>"What is sold"</h2>
            <SearchBox id="order-search" label="Reference, lot, serial, name" value=form.search />
            {move || lines(app, form)}
        </section>
        <TextField id="order-note" label="Order number or note" value=form.note />
        <Button look=Look::Main label="Review the order" testid="review-order" press=next />
    }
    .into_any()
}

/// The order, or the errors of the form.
fn read(form: Form, errors: Errors) -> Option<Order> {
    let facility: Option<FacilityId> = form.facility.get_untracked().parse().ok();
    let seller = read_custodian(&form.seller.get_untracked());
    let picked = form.picked.get_untracked();
    let prices = form.prices.get_untracked();
    let mut missing = Vec::new();
    if facility.is_none() {
        missing.push(("order-facility", "Choose the facility that buys".to_owned()));
    }
    if picked.is_empty() {
        missing.push(("order-search", "Pick what is sold".to_owned()));
    }
    let mut lines = Vec::with_capacity(picked.len());
    for (line, quantity) in picked {
        let typed = prices.iter().find(|(id, _)| *id == line);
        let price = match typed {
            Some((_, None)) => Ok(Price::NoCharge),
            Some((_, Some(typed))) => Price::from_text(typed),
            None => Err(PriceError::NotANumber),
        };
        match price {
            Ok(price) => lines.push((line, quantity, price)),
            Err(error) => missing.push(("order-lines", price_error_words(error).to_owned())),
        }
    }
    missing.dedup();
    let ready = missing.is_empty();
    errors.show(missing);
    Some(Order {
        facility: facility.filter(|_| ready)?,
        seller: seller?,
        lines,
        note: form.note.get_untracked(),
    })
}

fn parties(app: App, form: Form, errors: Errors) -> AnyView {
    let (state, me) = (app.view_untracked(), untrack(|| app.me()));
    let sellers: Vec<(String, String)> = sellers(&state, &me)
        .iter()
        .map(|seller| (custodian_key(*seller), custodian_name(&state, *seller)))
        .collect();
    let mut facilities = vec![(String::new(), "Choose a facility".to_owned())];
    let served = state.facilities().filter(|facility| facility.active);
    facilities.extend(served.map(|facility| (facility.id.to_string(), facility.name.to_string())));
    let several = sellers.len() > 1;
    view! {
        <SelectField id="order-facility" label="Facility" value=form.facility options=Signal::stored(facilities) errors=errors />
        {several.then(|| view! {
            <SelectField id="order-seller" label="Sold from the custody of" value=form.seller options=Signal::stored(sellers) />
        })}
    }
    .into_any()
}

fn lines(app: App, form: Form) -> AnyView {
    let Some(seller) = read_custodian(&form.seller.get()) else {
        return ().into_any();
    };
    let state = app.view();
    let needle = Needle::new(&form.search.get(), app.today());
    let picked = form.picked.get_untracked();
    let found = offerable(&state, seller, &needle, &picked);
    if found.is_empty() {
        return empty(
            Icon::Stock,
            "Nothing free to sell",
            "What is marked, offered, on hold or sold already cannot be sold.",
            None,
        );
    }
    let rows: Vec<AnyView> = found
        .into_iter()
        .map(|line| row(app, &state, line, form))
        .collect();
    view! { <div class="card card-flush rows" data-testid="order-list">{rows}</div> }.into_any()
}

fn row(app: App, state: &State, line: &StockLine, form: Form) -> AnyView {
    let id = line.id;
    let is_picked = Memo::new(move |_| picked_of(form.picked, id) > 0);
    view! {
        <div class="row row-top row-wrap" data-testid="order-line" data-line=id.to_string()>
            {line_words(app, state, line, app.today(), ShowHolder::No)}
            <Stepper
                label=product_name(state, &line.identity.product)
                value=Signal::derive(move || picked_of(form.picked, id))
                set=Callback::new(move |quantity| pick(form.picked, id, quantity))
                most=Signal::stored(line.free())
                testid="order-quantity"
            />
            {move || is_picked.get().then(|| price_field(form, id))}
        </div>
    }
    .into_any()
}

fn set_price(form: Form, line: LineId, price: Option<String>) {
    form.prices.update(|all| {
        all.retain(|(id, _)| *id != line);
        all.push((line, price));
    });
}

fn price_field(form: Form, line: LineId) -> AnyView {
    let typed = move || {
        form.prices.with(|all| {
            let known = all.iter().find(|(id, _)| *id == line);
            known.map_or(Some(String::new()), |(_, price)| price.clone())
        })
    };
    let field = format!("price-{line}");
    view! {
        <div class="field grow">
            <label for=field.clone()>"Price each"</label>
            <input
                class="input input-code"
                id=field
                type="text"
                inputmode="decimal"
                autocomplete="off"
                data-testid="order-price"
                placeholder=move || if typed().is_none() { "No charge" } else { "0.00" }
                prop:value=move || typed().unwrap_or_default()
                on:input=move |event| set_price(form, line, Some(event_target_value(&event)))
            />
        </div>
        <label class="tick">
            <input
                type="checkbox"
                data-testid="order-no-charge"
                prop:checked=move || typed().is_none()
                on:change=move |event| {
                    let price = (!event_target_checked(&event)).then(String::new);
                    set_price(form, line, price);
                }
            />
            <span>"No charge"</span>
        </label>
    }
    .into_any()
}

/// The whole order, before it is final.
fn review(app: App, order: Order, reviewed: RwSignal<Option<Order>>) -> AnyView {
    let state = app.view_untracked();
    let (doing, go) = (Doing::new(), use_going());
    let facility = order.facility;
    let rows: Vec<AnyView> = order
        .lines
        .iter()
        .filter_map(|(id, quantity, price)| {
            let line = state.line(*id)?;
            let total = u64::from(price.cents_each()) * u64::from(*quantity);
            let note = format!(
                "{} · {quantity} × {}",
                identity_words(&line.identity),
                price_words(app, *price)
            );
            Some(view! {
                <li class="row" data-testid="review-line">
                    <span class="row-lines">
                        <span class="row-title">{product_name(&state, &line.identity.product)}</span>
                        <span class="row-note">{note}</span>
                    </span>
                    <span class="count">{money_words(app, total)}</span>
                </li>
            }
            .into_any())
        })
        .collect();
    let total = money_words(app, order.total_cents());
    let (buyer, seller) = (
        facility_name(&state, facility),
        custodian_name(&state, order.seller),
    );
    let note = order.note.clone();
    let press = Callback::new(move |()| {
        doing.act(order.clone().command(), move |_| {
            doing.toast("Stocking order saved", None);
            go.run(Route::Facility(facility).path());
        });
    });
    let change = Callback::new(move |()| reviewed.set(None));
    view! {
        <section class="card">
            <dl class="facts">
                <dt>"Facility"</dt><dd>{buyer}</dd>
                <dt>"Sold by"</dt><dd>{seller}</dd>
                {(!note.is_empty()).then(|| view! { <dt>"Note"</dt><dd>{note}</dd> })}
                <dt>"Total"</dt><dd data-testid="order-total">{total}</dd>
            </dl>
        </section>
        <ul class="card card-flush rows">{rows}</ul>
        {notice(Tone::Warn, Icon::Warn, "This is final once it is saved", "It becomes Facility Stock: used only at this facility, and never billed again. Read every line.")}
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main sign=Icon::Check label="Submit the order" busy=doing.busy testid="submit-order" press=press />
        <Button look=Look::Wide label="Change something" testid="change-order" press=change />
    }
    .into_any()
}

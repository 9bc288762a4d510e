//! Stock: what there is, with whom, until when; found by anything on the label.

mod adjust;
mod by_label;
mod correct;
mod count;
mod due_back;
mod filter;
mod hold;
mod line;
mod query;
mod timeline;
mod tray;

pub use count::CountPage;
pub use line::{LinePage, history};
pub use query::Needle;
pub use timeline::timeline;
pub use tray::TrayPage;

use crate::components::bars::{ByMonth, by_month, expiry_bars};
use crate::components::button::{Button, Look, link_button};
use crate::components::empty::empty;
use crate::components::field::{SearchBox, SelectField};
use crate::components::icon::{Icon, icon};
use crate::components::page::Page;
use crate::components::stock_row::{ShowHolder, stock_row};
use crate::components::tabs::Tabs;
use crate::state::{App, Me, Route, custodian_name, product_name, use_app};
use baton_domain::State;
use baton_domain::authority::{Act, Concern, may};
use baton_domain::product::ProductId;
use baton_domain::stock::Custodian;
use filter::{Filter, Listed, Whose, holds_as_other, lines_of, listed, read_until, read_whose};
use leptos::prelude::*;

/// Rows drawn at first, and with each "show more".
const ROWS: usize = 60;

/// What narrows the list.
#[derive(Clone, Copy)]
struct Narrowing {
    search: RwSignal<String>,
    whose: RwSignal<String>,
    until: RwSignal<String>,
    holder: RwSignal<String>,
    rows: RwSignal<usize>,
}

/// Stock.
#[component]
pub fn Stock() -> AnyView {
    let app = use_app();
    let product = Memo::new(move |_| app.asked("product").and_then(|id| ProductId::new(&id)));
    let asked = |key: &str| app.asked_untracked(key).unwrap_or_default();
    let by = Narrowing {
        search: RwSignal::new(asked("q")),
        whose: RwSignal::new(first_view(
            app,
            &asked("whose"),
            product.get_untracked().is_some(),
        )),
        until: RwSignal::new(asked("expiry")),
        holder: RwSignal::new(String::new()),
        rows: RwSignal::new(ROWS),
    };
    // Another question begins at the top again.
    Effect::new(move |_| {
        by.search.track();
        by.whose.track();
        by.until.track();
        by.holder.track();
        by.rows.set(ROWS);
    });
    let found = Memo::new(move |_| {
        let filter = Filter {
            needle: Needle::typed(app, &by.search.get()),
            whose: read_whose(&by.whose.get()),
            until: read_until(&by.until.get()),
            holder: read_custodian(&by.holder.get()),
            product: product.get(),
        };
        listed(&app.view(), &app.me(), &filter, app.today(), by.rows.get())
    });
    let months = Memo::new(move |_| months(app, read_whose(&by.whose.get())));
    let actions = view! {
        <div class="btn-three">
            {link_button(Look::Wide, Some(Icon::Plus), "Receive", Route::Receive.path(), "receive-stock")}
            {link_button(Look::Wide, Some(Icon::Sent), "Request", Route::NewRequest.path(), "request-stock")}
            {link_button(Look::Wide, Some(Icon::Check), "Count", Route::Count.path(), "count-stock")}
        </div>
    };
    view! {
        <Page title="Stock" actions=actions.into_any()>
            <SearchBox id="stock-search" label="Reference, lot, serial, name" value=by.search />
            {move || expiry_bars(app, &months.get(), app.today())}
            <Tabs label="Whose stock" value=by.whose views=views(app) />
            {move || product.get().map(|id| product_filter(&app.view(), &id))}
            {narrowing(app, by)}
            {move || by.whose.with(|whose| whose == "facility").then(|| facility_links(app))}
            {move || rows(app, &found.get(), by)}
        </Page>
    }
    .into_any()
}

/// The office holds nothing itself: it begins with everybody's stock.
fn first_view(app: App, asked: &str, about_product: bool) -> String {
    if !asked.is_empty() {
        return asked.to_owned();
    }
    let (state, me) = (app.view_untracked(), untrack(|| app.me()));
    let holds = lines_of(&state, &me, Whose::Mine).next().is_some();
    let covers = me.role == baton_domain::directory::Role::Rep;
    if (holds || covers) && !about_product {
        "mine"
    } else {
        "others"
    }
    .into()
}

fn views(app: App) -> Signal<Vec<crate::components::tabs::View>> {
    Memo::new(move |_| {
        let (state, me) = (app.view(), app.me());
        let count = |whose| Some(lines_of(&state, &me, whose).count());
        vec![
            ("mine", "Mine", count(Whose::Mine)),
            ("shared", "Pool", count(Whose::Shared)),
            ("facility", "Facility", count(Whose::Facility)),
            ("others", "Others", count(Whose::Others)),
        ]
    })
    .into()
}

fn months(app: App, whose: Whose) -> ByMonth {
    let (state, me) = (app.view(), app.me());
    by_month(lines_of(&state, &me, whose), app.today())
}

/// The key of a custodian in a list of choices.
pub fn custodian_key(custodian: Custodian) -> String {
    match custodian {
        Custodian::Person(id) => format!("person:{id}"),
        Custodian::Pool(id) => format!("pool:{id}"),
        Custodian::Warehouse(id) => format!("warehouse:{id}"),
    }
}

/// Reads the key of a custodian.
pub fn read_custodian(key: &str) -> Option<Custodian> {
    let (kind, id) = key.split_once(':')?;
    match kind {
        "person" => id.parse().ok().map(Custodian::Person),
        "pool" => id.parse().ok().map(Custodian::Pool),
        "warehouse" => id.parse().ok().map(Custodian::Warehouse),
        _ => None,
    }
}

/// Everybody who may hold stock: people, pools, the warehouse; by name.
pub fn custodians(state: &State) -> Vec<Custodian> {
    let people = state
        .people()
        .filter(|person| person.active)
        .map(|person| Custodian::Person(person.id));
    let pools = state.pools().map(|pool| Custodian::Pool(pool.id));
    let warehouse = state.organization().map(|own| Custodian::Warehouse(own.id));
    let mut all: Vec<_> = people.chain(pools).chain(warehouse).collect();
    all.sort_by_cached_key(|custodian| custodian_name(state, *custodian));
    all
}

/// The custodies in which this person may do something: their own first.
pub fn custodies_for(state: &State, me: &Me, act: Act) -> Vec<Custodian> {
    let own = Custodian::Person(me.person);
    let person = state.person(me.person);
    let reaches = |other: &Custodian| {
        *other != own
            && person.is_some_and(|person| may(state, person, act, Concern::Custody(*other)))
    };
    let others = custodians(state).into_iter().filter(reaches);
    std::iter::once(own).chain(others).collect()
}

fn narrowing(app: App, by: Narrowing) -> AnyView {
    let until = [
        ("", "Any expiry"),
        ("past", "Expired"),
        ("30", "Within 30 days"),
        ("90", "Within 90 days"),
        ("365", "Within a year"),
        ("due", "Due back"),
    ];
    let until: Vec<(String, String)> = until
        .map(|(key, words)| (key.into(), words.into()))
        .to_vec();
    let holders = Signal::derive(move || {
        let (state, me) = (app.view(), app.me());
        let mut options = vec![(String::new(), "Any holder".to_owned())];
        options.extend(
            custodians(&state)
                .into_iter()
                .filter(|one| holds_as_other(&state, &me, *one))
                .map(|one| (custodian_key(one), custodian_name(&state, one))),
        );
        options
    });
    let others = Memo::new(move |_| by.whose.with(|whose| whose == "others"));
    view! {
        <div class="field-pair narrow">
            <SelectField id="stock-expiry" label="Expiry" bare=true value=by.until options=Signal::stored(until) />
            {move || others.get().then(|| view! {
                <SelectField id="stock-holder" label="Holder" bare=true value=by.holder options=holders />
            })}
        </div>
    }
    .into_any()
}

/// Every facility that has stock of its own, whoever sold it.
fn facility_links(app: App) -> AnyView {
    let state = app.view();
    let rows: Vec<AnyView> = state
        .facilities()
        .filter_map(|facility| {
            let lines = state.facility_stock(facility.id).count();
            if lines == 0 {
                return None;
            }
            Some(view! {
                <a class="row" href=Route::Facility(facility.id).path() data-testid="facility-link">
                    {icon(Icon::Building)}
                    <span class="grow">{facility.name.to_string()}</span>
                    <span class="count">{lines}</span>
                    {icon(Icon::Next)}
                </a>
            }
            .into_any())
        })
        .collect();
    view! {
        <nav class="card card-flush rows" aria-label="Facilities">
            {rows}
            <a class="row" href=Route::NewStockingOrder.path() data-testid="sell-stock">
                {icon(Icon::Plus)}
                <span class="grow">"New stocking order"</span>
                {icon(Icon::Next)}
            </a>
        </nav>
    }
    .into_any()
}

fn product_filter(state: &State, id: &ProductId) -> AnyView {
    view! {
        <a class="btn btn-wide" href=Route::Stock.path() data-testid="clear-product">
            {icon(Icon::Cross)}
            <span class="clamp">{format!("Only {}", product_name(state, id))}</span>
        </a>
    }
    .into_any()
}

fn rows(app: App, found: &Listed, by: Narrowing) -> AnyView {
    if found.lines.is_empty() {
        return nothing(by);
    }
    let state = app.view_untracked();
    let whose = read_whose(&by.whose.get_untracked());
    let holder = if whose == Whose::Mine {
        ShowHolder::No
    } else {
        ShowHolder::Yes
    };
    let path = app.path();
    let today = app.today();
    let rows: Vec<AnyView> = found
        .lines
        .iter()
        .map(|line| {
            stock_row(
                app,
                &state,
                line,
                today,
                holder,
                path == Route::Line(line.id).path(),
            )
        })
        .collect();
    let left = found.found.saturating_sub(found.lines.len());
    let more = Callback::new(move |()| by.rows.update(|rows| *rows += ROWS));
    let count = format!(
        "{} lines, {} pieces",
        app.format_number(u32::try_from(found.found).unwrap_or(u32::MAX)),
        app.format_number(u32::try_from(found.pieces).unwrap_or(u32::MAX)),
    );
    view! {
        <p class="quiet small" role="status" data-testid="stock-count">{count}</p>
        <div class="card card-flush rows" data-testid="stock-list">{rows}</div>
        {(left > 0).then(|| view! {
            <Button look=Look::Wide label=format!("Show {} more", left.min(ROWS)) testid="stock-more" press=more />
        })}
    }
    .into_any()
}

fn nothing(by: Narrowing) -> AnyView {
    let narrowed = !by.search.read_untracked().is_empty()
        || !by.until.read_untracked().is_empty()
        || !by.holder.read_untracked().is_empty();
    if narrowed {
        let clear = Callback::new(move |()| {
            by.search.set(String::new());
            by.until.set(String::new());
            by.holder.set(String::new());
        });
        let action = view! { <Button look=Look::Wide label="Show everything" testid="clear-filters" press=clear /> };
        return empty(
            Icon::Search,
            "Nothing fits",
            "Look among the others too: it may be with a colleague.",
            Some(action.into_any()),
        );
    }
    let (what, why) = match read_whose(&by.whose.get_untracked()) {
        Whose::Mine => (
            "You hold no stock",
            "What you receive, or accept in a handoff, stands here.",
        ),
        Whose::Shared => (
            "No stock is shared with you",
            "Stock of the pools and accounts you are linked to stands here.",
        ),
        Whose::Facility => (
            "No Facility Stock",
            "What was sold to a facility and not used yet stands here.",
        ),
        Whose::Others => (
            "Nobody else holds stock",
            "Stock of your colleagues, the pools and the warehouse stands here.",
        ),
    };
    empty(Icon::Stock, what, why, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{organization, person};
    use baton_domain::id::PoolId;

    #[test]
    fn a_custodian_survives_being_a_key() {
        let all = [
            Custodian::Person(person(4)),
            Custodian::Pool(PoolId::from_bytes([2; 16])),
            Custodian::Warehouse(organization().id),
        ];
        for custodian in all {
            assert_eq!(read_custodian(&custodian_key(custodian)), Some(custodian));
        }
        assert_eq!(read_custodian(""), None);
        assert_eq!(read_custodian("person:x"), None);
    }
}

//! Asking a warehouse for stock: begins with what a case is short of, or with a product.

use super::warehouses;
use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{Kind, SelectField, TextField};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::product_picker::ProductPicker;
use crate::components::stepper::Stepper;
use crate::components::travel::{TravelFields, TravelForm};
use crate::pages::case::short_words;
use crate::state::{App, Route, product_name, use_app};
use baton_domain::case::Need;
use baton_domain::id::{CaseId, OrganizationId};
use baton_domain::product::{Product, ProductId};
use baton_domain::readiness::readiness;
use baton_domain::request::Wanted;
use baton_domain::stock::Custodian;
use baton_domain::time::Date;
use baton_domain::{Command, State};
use leptos::prelude::*;

/// What is entered about a request.
#[derive(Clone, Copy)]
struct Form {
    from: RwSignal<String>,
    to: Custodian,
    case: Option<CaseId>,
    needs: RwSignal<Vec<Need>>,
    day: RwSignal<String>,
    travel: TravelForm,
}

/// Whose warehouse has a product: its linked manufacturer's, else the own.
pub fn warehouse_of(state: &State, product: &ProductId) -> Option<OrganizationId> {
    let maker = state
        .product(product)
        .and_then(|known| state.manufacturer_link(&known.manufacturer))
        .map(|link| link.organization)
        .filter(|id| state.organization_link(*id).is_some());
    maker.or_else(|| state.organization().map(|own| own.id))
}

/// What a case is short of, as far as one warehouse has it: that of the first thing missing.
pub fn shortage(state: &State, case: CaseId) -> Vec<Need> {
    let found = readiness(state, case)
        .map(|found| found.needs)
        .unwrap_or_default();
    let mut missing: Vec<Need> = found
        .into_iter()
        .filter(|need| need.missing > 0)
        .map(|need| Need {
            product: need.product,
            quantity: need.missing,
        })
        .collect();
    let first = missing
        .first()
        .and_then(|need| warehouse_of(state, &need.product));
    missing.retain(|need| warehouse_of(state, &need.product) == first);
    missing
}

/// Request stock. `?case=` begins with its shortage, `?product=` with one product.
#[component]
pub fn NewRequest() -> AnyView {
    let app = use_app();
    hold_updates();
    let form = first_form(app);
    let (errors, doing, go) = (Errors::new(), Doing::new(), use_going());
    let send = Callback::new(move |()| {
        if let Some(command) = command(form, errors) {
            doing.act(command, move |saved| {
                go.run(Route::Request(saved.first()).path())
            });
        }
    });
    let back = form.case.map_or(Route::Handoffs, Route::Case).path();
    let actions = view! {
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main sign=Icon::Sent label="Send the request" busy=doing.busy testid="confirm-request" press=send />
    };
    let state = app.view_untracked();
    let options: Vec<(String, String)> = warehouses(&state)
        .into_iter()
        .map(|(id, name)| (id.to_string(), name))
        .collect();
    let about = form.case.and_then(|case| state.case(case)).map(|case| {
        notice(
            Tone::Accent,
            Icon::Mark,
            "For the case",
            short_words(app, &state, case),
        )
    });
    let picked = Callback::new(move |product: Product| {
        form.needs.update(|needs| add(needs, product.id));
    });
    view! {
        <Page title="Request stock" back=back actions=actions.into_any()>
            <ErrorSummary errors=errors />
            {about}
            <SelectField id="request-from" label="From" value=form.from options=Signal::stored(options) />
            <section class="section" id="request-needs" tabindex="-1">
                <h2>"What"</h2>
                {move || needs(app, form)}
                <ProductPicker id="request-product" label="Add: name, reference or DI" picked=picked />
            </section>
            <TextField id="request-day" label="Needed by" hint="The day of use. What has expired by then is not sent" kind=Kind::Date value=form.day />
            <TravelFields form=form.travel />
        </Page>
    }
    .into_any()
}

fn first_form(app: App) -> Form {
    let (state, me) = (app.view_untracked(), untrack(|| app.me()));
    let case = app
        .asked_untracked("case")
        .and_then(|id| id.parse().ok())
        .and_then(|id| state.case(id));
    let mut needs = case.map_or_else(Vec::new, |case| shortage(&state, case.id));
    if let Some(product) = app
        .asked_untracked("product")
        .and_then(|id| ProductId::new(&id))
    {
        add(&mut needs, product);
    }
    let from = match needs.first() {
        Some(need) => warehouse_of(&state, &need.product),
        None => warehouses(&state).first().map(|(id, _)| *id),
    };
    Form {
        from: RwSignal::new(from.map_or_else(String::new, |id| id.to_string())),
        to: Custodian::Person(case.map_or(me.person, |case| case.rep)),
        case: case.map(|case| case.id),
        day: RwSignal::new(case.map_or_else(String::new, |case| case.starts_at.date.to_string())),
        needs: RwSignal::new(needs),
        travel: TravelForm::new(),
    }
}

fn add(needs: &mut Vec<Need>, product: ProductId) {
    if !needs.iter().any(|need| need.product == product) {
        needs.push(Need {
            product,
            quantity: 1,
        });
    }
}

fn command(form: Form, errors: Errors) -> Option<Command> {
    let mut needs = form.needs.get_untracked();
    needs.retain(|need| need.quantity > 0);
    let from = form.from.get_untracked().parse().ok();
    let mut missing = Vec::new();
    if from.is_none() {
        missing.push(("request-from", "Choose whose warehouse is asked".to_owned()));
    }
    if needs.is_empty() {
        missing.push(("request-product", "Say what is needed".to_owned()));
    }
    let fine = missing.is_empty();
    errors.show(missing);
    Some(Command::RequestStock {
        from: from.filter(|_| fine)?,
        wanted: Wanted {
            to: form.to,
            needs,
            case: form.case,
            use_date: Date::parse_iso(form.day.get_untracked().trim()),
            travel: form.travel.travel(),
            note: form.travel.note(),
        },
    })
}

fn needs(app: App, form: Form) -> Option<AnyView> {
    let state = app.view();
    let products: Vec<ProductId> = form
        .needs
        .with(|needs| needs.iter().map(|need| need.product.clone()).collect());
    let rows: Vec<AnyView> = products
        .into_iter()
        .map(|product| {
            let (read, write) = (product.clone(), product.clone());
            let quantity = Signal::derive(move || {
                let of = |needs: &Vec<Need>| {
                    let mut needs = needs.iter();
                    needs.find(|need| need.product == read).map(|need| need.quantity)
                };
                form.needs.with(of).unwrap_or_default()
            });
            let set = Callback::new(move |quantity| {
                form.needs.update(|needs| {
                    if let Some(need) = needs.iter_mut().find(|need| need.product == write) {
                        need.quantity = quantity;
                    }
                });
            });
            view! {
                <div class="row row-wrap" data-testid="request-need">
                    <span class="row-lines"><span class="row-title clamp">{product_name(&state, &product)}</span></span>
                    <Stepper label=product_name(&state, &product) value=quantity set=set testid="request-quantity" />
                </div>
            }
            .into_any()
        })
        .collect();
    (!rows.is_empty()).then(|| view! { <div class="card card-flush rows">{rows}</div> }.into_any())
}

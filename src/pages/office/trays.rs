//! Trays: what belongs in which (R6), and where each of them is.

use super::i_may;
use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::chip::{Tone, chip};
use crate::components::empty::empty;
use crate::components::icon::{Icon, icon};
use crate::components::needs::needs_fields;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::product_picker::ProductPicker;
use crate::components::sheet::Sheet;
use crate::state::{
    App, Route, custodian_name, identity_words, product_label, product_name, use_app,
};
use baton_domain::authority::Act;
use baton_domain::case::Need;
use baton_domain::product::{Product, ProductId};
use baton_domain::stock::StockLine;
use baton_domain::tray::{BillOfMaterials, Tally, tally};
use baton_domain::{Command, State};
use leptos::prelude::*;

/// Trays.
#[component]
pub fn Trays() -> AnyView {
    let app = use_app();
    let editing = RwSignal::new(false);
    // Whose bill the sheet shows; none for a new one.
    let product = RwSignal::new(None::<ProductId>);
    let edit = Callback::new(move |of: Option<ProductId>| {
        product.set(of);
        editing.set(true);
    });
    let cards = move || {
        let state = app.view();
        let cards: Vec<AnyView> = state
            .bills_of_materials()
            .map(|bill| bill_card(app, &state, bill, edit))
            .collect();
        if cards.is_empty() {
            return empty(
                Icon::Stock,
                "No trays yet",
                "Say what belongs in a tray, and it is checked against that before and after a case.",
                None,
            );
        }
        view! { <div class="stack">{cards}</div> }.into_any()
    };
    let add = move || {
        i_may(app, &app.view(), Act::Catalogue).then(|| {
            let press = Callback::new(move |()| edit.run(None));
            view! { <Button look=Look::Wide sign=Icon::Plus label="Describe a tray" testid="add-tray" press=press /> }
        })
    };
    view! {
        <Page title="Trays" back=Route::Office.path()>
            {cards}
            {add}
            <Sheet title="What belongs in it" open=editing testid="bill-sheet">
                <EditBill product=product open=editing />
            </Sheet>
        </Page>
    }
    .into_any()
}

fn bill_card(
    app: App,
    state: &State,
    bill: &BillOfMaterials,
    edit: Callback<Option<ProductId>>,
) -> AnyView {
    let pieces: u32 = bill.needs.iter().map(|need| need.quantity).sum();
    let note = format!("{} products, {pieces} pieces", bill.needs.len());
    let trays: Vec<AnyView> = state
        .product_on_hand(&bill.product)
        .filter(|line| line.identity.serial.is_some())
        .map(|line| tray_row(state, line))
        .collect();
    let id = bill.product.clone();
    let change = i_may(app, state, Act::Catalogue).then(|| {
        let press = Callback::new(move |()| edit.run(Some(id.clone())));
        view! { <Button label="Change" sign=Icon::Edit testid="edit-bill" press=press /> }
    });
    view! {
        <section class="card card-flush" data-testid="bill">
            <div class="row">
                <span class="row-lines">
                    <span class="row-title">{product_name(state, &bill.product)}</span>
                    <span class="row-note">{note}</span>
                </span>
                {change}
            </div>
            <div class="rows">{trays}</div>
        </section>
    }
    .into_any()
}

fn tray_row(state: &State, line: &StockLine) -> AnyView {
    let missing: u32 = tally(state, line).iter().map(Tally::missing).sum();
    let (tone, sign, words) = if missing == 0 {
        (Tone::Ok, Icon::Check, "Complete".to_owned())
    } else {
        (Tone::Warn, Icon::Warn, format!("{missing} missing"))
    };
    view! {
        <a class="row" href=Route::Tray(line.id).path() data-testid="tray-row">
            <span class="row-lines">
                <span class="row-title">{identity_words(&line.identity)}</span>
                <span class="row-note">{custodian_name(state, line.custodian)}</span>
                <span class="chips">{chip(tone, sign, words)}</span>
            </span>
            {icon(Icon::Next)}
        </a>
    }
    .into_any()
}

#[component]
fn EditBill(
    /// Whose bill.
    product: RwSignal<Option<ProductId>>,
    /// Closes the sheet around it.
    open: RwSignal<bool>,
) -> AnyView {
    let app = use_app();
    let doing = Doing::new();
    let state = app.view_untracked();
    let known = product.get_untracked();
    let bill = known.as_ref().and_then(|id| state.bill_of_materials(id));
    let needs = RwSignal::new(bill.map_or_else(Vec::<Need>::new, |bill| bill.needs.clone()));
    let picked = Callback::new(move |found: Product| product.set(Some(found.id)));
    let pick = known.is_none().then(|| {
        view! { <ProductPicker id="tray-product" label="The tray: name, reference or code" picked=picked /> }
    });
    let chosen = move || {
        let state = app.view();
        product.get().map(|id| {
            let name = state
                .product(&id)
                .map_or_else(|| id.to_string(), product_label);
            notice(Tone::Accent, Icon::Stock, name, id.to_string())
        })
    };
    let save = Callback::new(move |()| {
        let Some(product) = product.get_untracked() else {
            return;
        };
        let needs = needs.get_untracked();
        let command = Command::ListBillOfMaterials { product, needs };
        doing.act(command, move |_| open.set(false));
    });
    let nothing = Signal::derive(move || product.with(Option::is_none));
    view! {
        {pick}
        {chosen}
        {needs_fields(app, "What belongs in it", needs)}
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main label="Save" busy=doing.busy off=nothing testid="save-bill" press=save />
    }
    .into_any()
}

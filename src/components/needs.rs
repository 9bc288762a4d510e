//! What something needs: products and how many of each. Cases and trays are described so.

use super::product_picker::ProductPicker;
use super::stepper::Stepper;
use crate::state::{App, product_name};
use baton_domain::State;
use baton_domain::case::Need;
use baton_domain::product::{Product, ProductId};
use leptos::prelude::*;

/// Products and how many of each, with a search to add one.
pub fn needs_fields(app: App, title: &'static str, needs: RwSignal<Vec<Need>>) -> AnyView {
    let add = Callback::new(move |product: Product| {
        needs.update(
            |needs| match needs.iter_mut().find(|need| need.product == product.id) {
                Some(need) => need.quantity = need.quantity.saturating_add(1),
                None => needs.push(Need {
                    product: product.id,
                    quantity: 1,
                }),
            },
        );
    });
    // The rows are drawn anew when a product comes or goes, and not when a number changes.
    let products = Memo::new(move |_| {
        needs.with(|needs| {
            needs
                .iter()
                .map(|need| need.product.clone())
                .collect::<Vec<_>>()
        })
    });
    let rows = move || {
        let products = products.get();
        let state = app.view();
        (!products.is_empty()).then(|| {
            let rows: Vec<_> = products
                .into_iter()
                .map(|product| need_row(&state, product, needs))
                .collect();
            view! { <div class="card card-flush rows" data-testid="need-list">{rows}</div> }
                .into_any()
        })
    };
    view! {
        <section class="section">
            <h2>{title}</h2>
            {rows}
            <ProductPicker id="need-search" label="Add a product: name, reference or code" picked=add />
        </section>
    }
    .into_any()
}

fn need_row(state: &State, product: ProductId, needs: RwSignal<Vec<Need>>) -> AnyView {
    let name = product_name(state, &product);
    let id = product.clone();
    let quantity = Signal::derive(move || {
        needs.with(|needs| {
            needs
                .iter()
                .find(|need| need.product == id)
                .map_or(0, |need| need.quantity)
        })
    });
    // Stepping below one takes the need off the list.
    let set = Callback::new(move |quantity: u32| {
        needs.update(|needs| {
            if quantity == 0 {
                needs.retain(|need| need.product != product);
            } else if let Some(need) = needs.iter_mut().find(|need| need.product == product) {
                need.quantity = quantity;
            }
        });
    });
    view! {
        <div class="row row-wrap" data-testid="need-row">
            <span class="row-lines"><span class="row-title clamp">{name.clone()}</span></span>
            <Stepper label=name value=quantity set=set testid="need-quantity" />
        </div>
    }
    .into_any()
}

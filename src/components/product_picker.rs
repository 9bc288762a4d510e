//! Finding a product in the catalogue: by name, reference or code, as one types.

use super::field::SearchBox;
use super::icon::{Icon, icon};
use crate::state::{fits, product_label, use_app};
use baton_domain::product::Product;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long typing must rest before the catalogue is asked.
const REST: Duration = Duration::from_millis(200);

/// A search whose answers are buttons.
#[component]
pub fn ProductPicker(
    /// The id of its field.
    id: &'static str,
    /// What can be typed; also its label.
    label: &'static str,
    /// What a pick does. The search is emptied after it.
    picked: Callback<Product>,
) -> AnyView {
    let app = use_app();
    let search = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<Product>::new());
    let asked = RwSignal::new(0u32);
    let ask = move |query: String| {
        spawn_local(async move {
            let products = app.search_catalogue(query.clone()).await;
            // An answer to what is no longer typed, or on a page that is gone, is let go.
            if search.try_with_untracked(|now| *now == query) == Some(true) {
                found.set(products);
            }
        });
    };
    Effect::new(move |_| {
        let query = search.get();
        let number = asked.get_untracked() + 1;
        asked.set(number);
        if query.trim().is_empty() {
            found.set(Vec::new());
            return;
        }
        // Until the answer is there, what no longer fits must not be picked.
        found.update(|products| products.retain(|product| fits(product, &query)));
        let later = move || {
            if asked.try_get_untracked() == Some(number) {
                ask(query.clone());
            }
        };
        set_timeout(later, REST);
    });
    let choose = move |product: Product| {
        search.set(String::new());
        picked.run(product);
    };
    let row = move |product: Product| {
        let name = product_label(&product);
        let note = product_note(&product);
        let pick = move |_| choose(product.clone());
        view! {
            <button type="button" class="row" data-testid="product-found" on:click=pick>
                <span class="row-lines">
                    <span class="row-title clamp">{name}</span>
                    <span class="row-note">{note}</span>
                </span>
                {icon(Icon::Plus)}
            </button>
        }
        .into_any()
    };
    let rows = move || {
        let products = found.get();
        (!products.is_empty()).then(|| {
            view! {
                <div class="card card-flush rows" data-testid="products-found">
                    {products.into_iter().map(row).collect::<Vec<_>>()}
                </div>
            }
            .into_any()
        })
    };
    view! { <SearchBox id=id label=label value=search /> {rows} }.into_any()
}

/// Reference, maker and size in one line.
pub fn product_note(product: &Product) -> String {
    let parts = [&product.reference, &product.manufacturer, &product.size];
    let parts: Vec<&str> = parts
        .into_iter()
        .map(|part| &**part)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" · ")
}

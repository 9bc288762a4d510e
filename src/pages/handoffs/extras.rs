//! What is in hand and was not offered (R5): a claim, until its giver hands it over, too.

use crate::components::button::{Button, Look};
use crate::components::field::{Kind, TextField};
use crate::components::icon::Icon;
use crate::components::notice::Problem;
use crate::components::stepper::Stepper;
use crate::components::stock_row::code_words;
use crate::pages::reading::read;
use crate::state::{App, Words, product_name};
use baton_domain::stock::Identity;
use baton_domain::transfer::Extra;
use leptos::prelude::*;

/// Some more pieces of what was not offered; the same label again is the same row.
pub fn add_extra(all: &mut Vec<Extra>, identity: &Identity, pieces: u32) {
    match all.iter_mut().find(|one| one.identity == *identity) {
        Some(known) => known.quantity = known.quantity.saturating_add(pieces),
        None => all.push(Extra {
            identity: identity.clone(),
            quantity: pieces,
            note: "".into(),
        }),
    }
}

/// Some fewer; with none left the row goes.
pub fn drop_extra(all: &mut Vec<Extra>, identity: &Identity, pieces: u32) {
    if let Some(known) = all.iter_mut().find(|one| one.identity == *identity) {
        known.quantity = known.quantity.saturating_sub(pieces);
    }
    all.retain(|one| one.quantity > 0);
}

/// What is in hand and was not offered: typed as its code.
pub fn extras_fields(app: App, extras: RwSignal<Vec<Extra>>) -> AnyView {
    let code = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Words>);
    let add = Callback::new(move |()| match read(&code.get_untracked(), app.today()) {
        Some(reading) => {
            problem.set(None);
            code.set(String::new());
            let pieces = reading.quantity.unwrap_or(1).max(1);
            extras.update(|all| add_extra(all, &reading.identity, pieces));
        }
        None => problem.set(Some(Words::new(
            "This is not a code that names a product",
            "An extra is recorded by what its label says.",
            "Type the whole code with its (01) or 01 at the beginning, or scan it.",
        ))),
    });
    let rows = move || {
        let state = app.view();
        let all = extras.get();
        let row = |extra: Extra| {
            let code = code_words(state.product(&extra.identity.product), &extra.identity);
            let name = product_name(&state, &extra.identity.product);
            let label = name.clone();
            let (identity, quantity) = (extra.identity, extra.quantity);
            // Down to none takes the row away.
            let count = Callback::new(move |pieces: u32| {
                extras.update(|all| {
                    drop_extra(all, &identity, quantity);
                    if pieces > 0 {
                        add_extra(all, &identity, pieces);
                    }
                });
            });
            view! {
                <div class="row row-top row-wrap" data-testid="extra">
                    <span class="row-lines">
                        <span class="row-title clamp">{name}</span>
                        <span class="code quiet tiny">{code}</span>
                    </span>
                    <Stepper label=label value=Signal::stored(quantity) set=count testid="extra-quantity" />
                </div>
            }
            .into_any()
        };
        (!all.is_empty()).then(|| {
            view! { <div class="card card-flush rows">{all.into_iter().map(row).collect::<Vec<_>>()}</div> }.into_any()
        })
    };
    view! {
        <details class="card" open=move || extras.with(|all| !all.is_empty())>
            <summary class="summary-row">"Something came that was not offered"</summary>
            <div class="stack">
                <p class="quiet small">"It becomes a movement when the giver confirms it."</p>
                {rows}
                <Problem words=problem />
                <TextField id="extra-code" label="Its code" value=code kind=Kind::WholeCode />
                <Button look=Look::Wide sign=Icon::Plus label="Add it" testid="add-extra" press=add />
            </div>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r5_the_same_label_again_is_one_more_of_the_same_extra() {
        let label = |lot| {
            let today = baton_domain::time::Date::new(2026, 11, 23).expect("a date");
            let code = format!("(01)00614950000203(10){lot}");
            read(&code, today).expect("a reading").identity
        };
        let mut extras = Vec::new();
        add_extra(&mut extras, &label("A1"), 1);
        add_extra(&mut extras, &label("A1"), 2);
        add_extra(&mut extras, &label("A2"), 1);
        assert_eq!((extras.len(), extras[0].quantity), (2, 3));
        drop_extra(&mut extras, &label("A2"), 1);
        assert_eq!(extras.len(), 1);
    }
}

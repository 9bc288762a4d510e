//! A quantity, by thumb or by keyboard.

use super::icon::{Icon, icon};
use leptos::prelude::*;

/// Reads what was typed as a quantity within bounds; `None` where it is no number at all, so
/// that half-typed text does not jump.
pub fn read_quantity(typed: &str, least: u32, most: u32) -> Option<u32> {
    typed
        .trim()
        .parse::<u32>()
        .ok()
        .map(|quantity| quantity.clamp(least, most.max(least)))
}

/// A quantity with a step down and a step up.
#[component]
pub fn Stepper(
    /// What is counted, for a screen reader.
    #[prop(into)]
    label: String,
    /// How many.
    #[prop(into)]
    value: Signal<u32>,
    /// What a change does.
    set: Callback<u32>,
    /// The least.
    #[prop(optional)]
    least: u32,
    /// The most.
    #[prop(optional, into, default = Signal::stored(baton_domain::limits::QUANTITY_MAX))]
    most: Signal<u32>,
    /// Its name in tests.
    #[prop(optional)]
    testid: &'static str,
) -> AnyView {
    let step_to =
        move |quantity: u32| set.run(quantity.clamp(least, most.get_untracked().max(least)));
    let typed = move |event: leptos::ev::Event| {
        if let Some(quantity) =
            read_quantity(&event_target_value(&event), least, most.get_untracked())
        {
            set.run(quantity);
        }
    };
    let group = label.clone();
    let fewer = format!("Fewer: {label}");
    let more = format!("More: {label}");
    view! {
        <div class="stepper" role="group" aria-label=group>
            <button
                type="button"
                class="stepper-btn"
                aria-label=fewer
                disabled=move || { value.get() <= least }
                on:click=move |_| step_to(value.get_untracked().saturating_sub(1))
            >
                {icon(Icon::Minus)}
            </button>
            <input
                class="stepper-value"
                type="text"
                inputmode="numeric"
                aria-label=label
                data-testid=testid
                prop:value=move || value.get().to_string()
                on:change=typed
            />
            <button
                type="button"
                class="stepper-btn"
                aria-label=more
                disabled=move || { value.get() >= most.get() }
                on:click=move |_| step_to(value.get_untracked().saturating_add(1))
            >
                {icon(Icon::Plus)}
            </button>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::read_quantity;

    #[test]
    fn a_typed_quantity_stays_within_bounds() {
        assert_eq!(read_quantity("4", 1, 9), Some(4));
        assert_eq!(read_quantity(" 40 ", 1, 9), Some(9));
        assert_eq!(read_quantity("0", 1, 9), Some(1));
    }

    #[test]
    fn what_is_no_number_changes_nothing() {
        for typed in ["", "-1", "four", "1.5"] {
            assert_eq!(read_quantity(typed, 0, 9), None, "{typed}");
        }
    }
}

//! A few views of one list, with how much is in each.

use leptos::prelude::*;

/// One view: its key, its words, and how many it holds where that is worth a number.
pub type View = (&'static str, &'static str, Option<usize>);

/// The views of a list. They are buttons that say which one is pressed: every key that works on
/// a button works here.
#[component]
pub fn Tabs(
    /// What the views are of, for a screen reader.
    label: &'static str,
    /// The key of the view shown.
    value: RwSignal<String>,
    /// The views.
    #[prop(into)]
    views: Signal<Vec<View>>,
) -> AnyView {
    let tab = move |(key, words, count): View| {
        let pressed = move || {
            if value.with(|shown| shown == key) {
                "true"
            } else {
                "false"
            }
        };
        view! {
            <button
                type="button"
                class="tab"
                data-testid=format!("tab-{key}")
                aria-pressed=pressed
                on:click=move |_| value.set(key.to_owned())
            >
                {words}
                {count.map(|count| view! { <span class="tab-count">{count}</span> })}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="tabs" role="group" aria-label=label>
            {move || views.get().into_iter().map(tab).collect::<Vec<_>>()}
        </div>
    }
    .into_any()
}

//! A sheet that rises from below for one question.

use super::icon::{Icon, icon};
use leptos::html;
use leptos::prelude::*;

/// A sheet. The browser's own dialog keeps the focus inside, closes on Escape and gives the
/// focus back.
#[component]
pub fn Sheet(
    /// Its heading.
    title: &'static str,
    /// Open or not.
    open: RwSignal<bool>,
    /// What is asked. Drawn when it opens.
    children: ChildrenFn,
    /// Its name in tests.
    testid: &'static str,
) -> AnyView {
    let place = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = place.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                // Fails only where the dialog is in no document; then nobody sees it either.
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let inside = move || {
        open.get().then(|| {
            view! {
                <div class="sheet-in">
                    <div class="sheet-head">
                        <h2>{title}</h2>
                        <button type="button" class="btn btn-bare" aria-label="Close" on:click=move |_| open.set(false)>
                            {icon(Icon::Cross)}
                        </button>
                    </div>
                    {children()}
                </div>
            }
            .into_any()
        })
    };
    view! {
        <dialog class="sheet" node_ref=place aria-label=title data-testid=testid on:close=move |_| open.set(false)>
            {inside}
        </dialog>
    }
    .into_any()
}

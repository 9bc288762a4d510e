//! Nothing here yet: what belongs here, and one action.

use super::icon::{Icon, big_icon};
use leptos::prelude::*;

/// A screen or list with nothing in it.
pub fn empty(
    sign: Icon,
    what: &'static str,
    why: &'static str,
    action: Option<AnyView>,
) -> AnyView {
    view! {
        <div class="empty" data-testid="empty">
            {big_icon(sign)}
            <h2>{what}</h2>
            <p>{why}</p>
            {action}
        </div>
    }
    .into_any()
}

/// The shape of a list that is still being read; visible only where that takes a while.
pub fn bones(rows: usize) -> AnyView {
    let row = |_| view! { <div class="bone bone-row"></div> }.into_any();
    view! {
        <div class="bones" aria-hidden="true">
            <div class="bone bone-line"></div>
            {(0..rows).map(row).collect::<Vec<_>>()}
        </div>
    }
    .into_any()
}

//! Pages that are being written.

use baton_domain::id::TransferId;
use leptos::prelude::*;

/// Receive stock.
#[component]
pub fn Receive() -> impl IntoView {
    view! { <h1>"Receive stock"</h1> }
}

/// Scan.
#[component]
pub fn Scan() -> impl IntoView {
    view! { <h1>"Scan"</h1> }
}

/// Offer a handoff.
#[component]
pub fn NewHandoff() -> impl IntoView {
    view! { <h1>"Offer a handoff"</h1> }
}

/// HandoffPage.
#[component]
pub fn HandoffPage(
    /// Which.
    transfer: TransferId,
) -> impl IntoView {
    view! { <h1>{format!("HandoffPage {transfer}")}</h1> }
}

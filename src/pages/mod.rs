//! One screen a file.

use baton_domain::id::{CaseId, LineId, TransferId};
use leptos::prelude::*;

/// Loading.
#[component]
pub fn Loading() -> impl IntoView {
    view! { <h1>"Loading"</h1> }
}

/// Open Baton over HTTPS.
#[component]
pub fn Insecure() -> impl IntoView {
    view! { <h1>"Open Baton over HTTPS"</h1> }
}

/// Baton is open in another tab.
#[component]
pub fn ReadOnlyTab() -> impl IntoView {
    view! { <h1>"Baton is open in another tab"</h1> }
}

/// Sign in.
#[component]
pub fn SignIn() -> impl IntoView {
    view! { <h1>"Sign in"</h1> }
}

/// Set up.
#[component]
pub fn SetUp() -> impl IntoView {
    view! { <h1>"Set up"</h1> }
}

/// You are invited.
#[component]
pub fn Invite() -> impl IntoView {
    view! { <h1>"You are invited"</h1> }
}

/// Getting your data.
#[component]
pub fn Preparing() -> impl IntoView {
    view! { <h1>"Getting your data"</h1> }
}

/// Something went wrong.
#[component]
pub fn Failed() -> impl IntoView {
    view! { <h1>"Something went wrong"</h1> }
}

/// Nothing here.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <h1>"Nothing here"</h1> }
}

/// Today.
#[component]
pub fn Today() -> impl IntoView {
    view! { <h1>"Today"</h1> }
}

/// Schedule a case.
#[component]
pub fn NewCase() -> impl IntoView {
    view! { <h1>"Schedule a case"</h1> }
}

/// Stock.
#[component]
pub fn Stock() -> impl IntoView {
    view! { <h1>"Stock"</h1> }
}

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

/// Handoffs.
#[component]
pub fn Handoffs() -> impl IntoView {
    view! { <h1>"Handoffs"</h1> }
}

/// Offer a handoff.
#[component]
pub fn NewHandoff() -> impl IntoView {
    view! { <h1>"Offer a handoff"</h1> }
}

/// Activity.
#[component]
pub fn Activity() -> impl IntoView {
    view! { <h1>"Activity"</h1> }
}

/// Me.
#[component]
pub fn MePage() -> impl IntoView {
    view! { <h1>"Me"</h1> }
}

/// Office.
#[component]
pub fn Office() -> impl IntoView {
    view! { <h1>"Office"</h1> }
}

/// People.
#[component]
pub fn People() -> impl IntoView {
    view! { <h1>"People"</h1> }
}

/// Facilities.
#[component]
pub fn Facilities() -> impl IntoView {
    view! { <h1>"Facilities"</h1> }
}

/// A case.
#[component]
pub fn CasePage(
    /// Which.
    case: CaseId,
) -> impl IntoView {
    view! { <h1>{format!("Case {case}")}</h1> }
}

/// A stock line.
#[component]
pub fn LinePage(
    /// Which.
    line: LineId,
) -> impl IntoView {
    view! { <h1>{format!("Stock {line}")}</h1> }
}

/// A handoff.
#[component]
pub fn HandoffPage(
    /// Which.
    transfer: TransferId,
) -> impl IntoView {
    view! { <h1>{format!("Handoff {transfer}")}</h1> }
}

/// The frame around every page: header, unsent mark, bottom bar.
#[component]
pub fn Shell(
    /// The page within.
    #[prop(into)]
    page: ViewFn,
) -> impl IntoView {
    view! { <main>{move || page.run()}</main> }
}

//! The composition root: contexts, routes, and which face is shown in which phase.

mod backend;
mod driver;
mod eye;
mod parts;
mod talk;

use crate::pages;
use crate::platform;
use crate::state::{App, Phase, Route, Signals, use_app};
use backend::Desktop;
use driver::Driver;
use leptos::prelude::*;
use parts::Parts;
use std::rc::Rc;

/// Starts the app in the document's body.
pub fn mount() {
    // A published build stops without a word from here, and the page says it (index.html).
    #[cfg(not(feature = "parts"))]
    platform::panic::install_hook();
    platform::page::remove_start();
    leptos::mount::mount_to_body(|| {
        let signals = Signals::default();
        let driver = Driver::new(signals);
        driver.follow_address();
        let app = App::new(signals, Rc::new(Desktop(driver.clone())));
        leptos::task::spawn_local(driver.start());
        view! { <Root app /> }
    });
}

/// Everything below the document's body.
#[component]
pub fn Root(
    /// The handle that every page uses.
    app: App,
) -> impl IntoView {
    provide_context(app);
    face()
}

/// Which kind of page a phase shows. Unlike [`Phase`] it has no contents, so that a page which
/// is being typed into is not drawn anew when a detail of its phase changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gate {
    Loading,
    Insecure,
    ReadOnlyTab,
    SignedOut,
    SetUp,
    Invite,
    Preparing,
    Ready,
    Failed,
}

impl From<&Phase> for Gate {
    fn from(phase: &Phase) -> Self {
        match phase {
            Phase::Loading => Self::Loading,
            Phase::Insecure => Self::Insecure,
            Phase::ReadOnlyTab => Self::ReadOnlyTab,
            Phase::SignedOut(_) => Self::SignedOut,
            Phase::SetUp(_) => Self::SetUp,
            Phase::Invite(_) => Self::Invite,
            Phase::Preparing { .. } => Self::Preparing,
            Phase::Ready => Self::Ready,
            Phase::Failed(_) => Self::Failed,
        }
    }
}

fn face() -> AnyView {
    let app = use_app();
    let gate = Memo::new(move |_| Gate::from(&app.phase()));
    Parts::provide(move || gate.get() != Gate::Loading);
    (move || match gate.get() {
        Gate::Loading => pages::Loading().into_any(),
        Gate::Insecure => pages::Insecure().into_any(),
        Gate::ReadOnlyTab => pages::ReadOnlyTab().into_any(),
        Gate::SignedOut => pages::SignIn().into_any(),
        Gate::SetUp => parts::of(Route::SetUp),
        Gate::Invite => parts::of(Route::Invite),
        Gate::Preparing => pages::Preparing().into_any(),
        Gate::Failed => pages::Failed().into_any(),
        Gate::Ready => view! { <pages::Shell page=move || page().into_any() /> }.into_any(),
    })
    .into_any()
}

/// The page of the present address, drawn anew only when the path changes.
fn page() -> impl IntoView {
    let app = use_app();
    let route = Memo::new(move |_| Route::parse(&app.path()));
    // A record that this phone does not know yet may arrive while its address is shown.
    let known = Memo::new(move |_| is_known(&app.view(), route.get()));
    Effect::new(move |before: Option<Route>| {
        let now = route.get();
        if before.is_some_and(|before| before != now) {
            platform::page::focus_heading();
        }
        now
    });
    move || match route.get() {
        _ if !known.get() => pages::NotFound().into_any(),
        Route::Today => pages::Today().into_any(),
        Route::Case(case) => view! { <pages::CasePage case /> }.into_any(),
        Route::Stock => pages::Stock().into_any(),
        Route::Handoffs => pages::Handoffs().into_any(),
        Route::SetUp | Route::Invite | Route::NotFound => pages::NotFound().into_any(),
        other => parts::of(other),
    }
}

/// True unless the address names a case, line or handoff that this phone has not heard of.
fn is_known(state: &baton_domain::State, route: Route) -> bool {
    match route {
        Route::Case(case)
        | Route::CaseUse(case)
        | Route::CaseMark(case)
        | Route::CaseCover(case)
        | Route::CaseSwap(case)
        | Route::CaseBill(case)
        | Route::CaseEdit(case) => state.case(case).is_some(),
        Route::Line(line) | Route::ShareFacilityStock(line) | Route::Tray(line) => {
            state.line(line).is_some()
        }
        Route::Facility(facility) => state.facility(facility).is_some(),
        Route::Recall(recall) => state.recall(recall).is_some(),
        Route::Handoff(transfer) | Route::HandoffCode(transfer) | Route::HandoffProof(transfer) => {
            state.transfer(transfer).is_some()
        }
        Route::ProposalCode(proposal) => state.proposal(proposal).is_some(),
        Route::Request(request) => state.request(request).is_some(),
        _ => true,
    }
}

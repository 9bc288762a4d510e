//! The composition root: contexts, routes, and which face is shown in which phase.

mod backend;
mod driver;
mod eye;
mod talk;

use crate::pages;
use crate::platform;
use crate::state::{App, Phase, Route, Signals, use_app};
use backend::Desktop;
use driver::Driver;
use leptos::prelude::*;
use std::rc::Rc;

/// Starts the app in the document's body.
pub fn mount() {
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
    (move || match gate.get() {
        Gate::Loading => pages::Loading().into_any(),
        Gate::Insecure => pages::Insecure().into_any(),
        Gate::ReadOnlyTab => pages::ReadOnlyTab().into_any(),
        Gate::SignedOut => pages::SignIn().into_any(),
        Gate::SetUp => pages::SetUp().into_any(),
        Gate::Invite => pages::Invite().into_any(),
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
        Route::NewCase => pages::NewCase().into_any(),
        Route::Case(case) => view! { <pages::CasePage case /> }.into_any(),
        Route::CaseUse(case) => view! { <pages::CaseUse case /> }.into_any(),
        Route::CaseMark(case) => view! { <pages::CaseMark case /> }.into_any(),
        Route::CaseCover(case) => view! { <pages::CaseCover case /> }.into_any(),
        Route::CaseBill(case) => view! { <pages::CaseBill case /> }.into_any(),
        Route::CaseSwap(case) => view! { <pages::CaseSwap case /> }.into_any(),
        Route::CaseEdit(case) => view! { <pages::EditCase case /> }.into_any(),
        Route::Stock => pages::Stock().into_any(),
        Route::Line(line) => view! { <pages::LinePage line /> }.into_any(),
        Route::ShareFacilityStock(line) => view! { <pages::ShareFacilityStock line /> }.into_any(),
        Route::Facility(facility) => view! { <pages::FacilityPage facility /> }.into_any(),
        Route::Count => pages::CountPage().into_any(),
        Route::NewStockingOrder => pages::NewStockingOrder().into_any(),
        Route::Adjustments => pages::Adjustments().into_any(),
        Route::Tray(line) => view! { <pages::TrayPage line /> }.into_any(),
        Route::Receive => pages::Receive().into_any(),
        Route::Scan => pages::Scan().into_any(),
        Route::Handoffs => pages::Handoffs().into_any(),
        Route::NewHandoff => pages::NewHandoff().into_any(),
        Route::HandoffScan => pages::HandoffScan().into_any(),
        Route::HandoffCode(transfer) => view! { <pages::HandoffCode transfer /> }.into_any(),
        Route::HandoffProof(transfer) => view! { <pages::HandoffProof transfer /> }.into_any(),
        Route::Handoff(transfer) => view! { <pages::HandoffPage transfer /> }.into_any(),
        Route::ProposalCode(proposal) => view! { <pages::ProposalCode proposal /> }.into_any(),
        Route::NewRequest => pages::NewRequest().into_any(),
        Route::Request(request) => view! { <pages::RequestPage request /> }.into_any(),
        Route::GiveBack => pages::GiveBack().into_any(),
        Route::Activity => pages::Activity().into_any(),
        Route::Me => pages::MePage().into_any(),
        Route::MyScanner => pages::ScannerSetUp().into_any(),
        Route::Office => pages::Office().into_any(),
        Route::People => pages::People().into_any(),
        Route::Facilities => pages::Facilities().into_any(),
        Route::Accounts => pages::Accounts().into_any(),
        Route::Approvals => pages::Approvals().into_any(),
        Route::Disputes => pages::Disputes().into_any(),
        Route::Devices => pages::Devices().into_any(),
        Route::Trays => pages::Trays().into_any(),
        Route::Recalls => pages::Recalls().into_any(),
        Route::Recall(recall) => view! { <pages::RecallPage recall /> }.into_any(),
        Route::Links => pages::Links().into_any(),
        Route::SetUp | Route::Invite | Route::NotFound => pages::NotFound().into_any(),
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

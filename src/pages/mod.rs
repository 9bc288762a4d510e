//! One screen a file, or a folder where a screen has parts. What a screen works out stands in
//! plain functions with tests; what it draws comes from `components`.

mod activity;
mod against;
mod case;
mod entry;
mod facility;
mod gates;
mod handoffs;
mod me;
mod me_scanner;
mod office;
mod phone_name;
mod reading;
mod receive;
mod requests;
mod scan;
mod stock;
#[cfg(test)]
mod testing;
mod today;
mod told;
mod undo;

pub use activity::Activity;
pub use case::{CaseBill, CaseCover, CaseMark, CasePage, CaseSwap, CaseUse, EditCase, NewCase};
pub use entry::{Invite, SetUp, SignIn};
pub use facility::{FacilityPage, NewStockingOrder, ShareFacilityStock};
pub use gates::{Failed, Insecure, Loading, NotFound, Preparing, ReadOnlyTab};
pub use handoffs::{
    HandoffCode, HandoffPage, HandoffProof, HandoffScan, Handoffs, NewHandoff, ProposalCode,
};
pub use me::MePage;
pub use me_scanner::ScannerSetUp;
pub use office::{
    Accounts, Adjustments, Approvals, Devices, Disputes, Facilities, Links, Office, People,
    RecallPage, Recalls, Trays,
};
pub use receive::Receive;
pub use requests::{GiveBack, NewRequest, RequestPage};
pub use scan::Scan;
pub use stock::{CountPage, LinePage, Stock, TrayPage};
pub use today::Today;

use crate::components::shell::Frame;
use crate::state::{Route, use_app};
use leptos::prelude::*;

/// The frame around every page: header, unsent mark, bar, and the list beside a record.
#[component]
pub fn Shell(
    /// The page within.
    #[prop(into)]
    page: ViewFn,
) -> AnyView {
    let app = use_app();
    let to_answer = Memo::new(move |_| {
        let (state, me) = (app.view(), app.me());
        let asked = state.requests();
        let asked = asked.filter(|request| requests::waits_for(&state, &me, request));
        let offers = state.open_transfers();
        let offers = offers.filter(|transfer| handoffs::waits_for(&state, &me, transfer));
        offers.count() + asked.count()
    });
    view! { <Frame page=page list=list_beside to_answer=to_answer /> }.into_any()
}

fn list_beside(route: Route) -> AnyView {
    match route {
        Route::Stock => view! { <Stock /> }.into_any(),
        Route::Handoffs => view! { <Handoffs /> }.into_any(),
        _ => view! { <Today /> }.into_any(),
    }
}

//! Screens that come in wasm files of their own.
//!
//! A phone on a slow network should show Today as soon as it can. So the file that it starts with
//! holds what a rep looks at all day; forms and the office come in further files. The service
//! worker keeps them like every other file of the build, so they are there without a network; the
//! page asks for them as soon as it has nothing better to do, or when somebody goes to one first.
//!
//! A published build has the feature `parts` and is cut by a tool between the compiler and
//! wasm-bindgen (`xtask/src/dist_assets/parts.rs`). In every other build the same screens are in
//! the one file, and a part is here from the start. What a part draws is reached from nowhere but
//! its function below: a second way in would take it back into the first file.
//!
//! A new screen: its route into [`part_of`], and drawn below by the part that it names.

use super::backend::record;
use super::driver::Driver;
use super::eye::open;
use crate::commands::{Desk, ExchangeError, Ports, Server, SessionInfo};
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::icon::Icon;
use crate::components::notice::words_notice;
use crate::components::page::Page;
use crate::pages;
use crate::platform::Phone;
use crate::state::{
    ActError, App, HandError, Later, Missing, Proof, Route, Saved, Showing, Sight, Taken, Words,
    store_words, use_app,
};
use baton_domain::Command;
use baton_domain::id::{EntryId, TransferId};
use baton_domain::product::Product;
use baton_handoff::{Kind, Room};
use baton_sync::Judge;
use futures_util::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// A part could not be fetched.
pub(super) struct NotHere;

/// The words for that.
pub(super) fn not_here_words() -> Words {
    Words::new(
        "This screen has not arrived",
        "It comes with the app the first time there is a network. Nothing that you saved is touched.",
        "Go where there is a network and try again.",
    )
}

/// Makes a part's function, under the name that its file gets, and the function that fetches it.
macro_rules! part {
    ($name:ident, $fetch:ident, $draw:path) => {
        #[cfg(feature = "parts")]
        #[leptos::wasm_split::wasm_split(
                                                            $name,
                                                            wasm_split_path = ::leptos::wasm_split,
                                                            preload($fetch),
                                                            fallible
                                                        )]
        fn $name(route: Route) -> Result<AnyView, NotHere> {
            Ok($draw(route))
        }

        #[cfg(not(feature = "parts"))]
        async fn $name(route: Route) -> Result<AnyView, NotHere> {
            Ok($draw(route))
        }

        #[cfg(not(feature = "parts"))]
        async fn $fetch() -> Result<(), NotHere> {
            Ok(())
        }
    };
}

/// Makes a function that waits for its part: what it gives back is begun there.
macro_rules! errand {
    ($part:ident, $name:ident($($argument:ident: $type:ty),*) -> $gives:ty, $begin:path) => {
        #[cfg(feature = "parts")]
        #[leptos::wasm_split::wasm_split($part, wasm_split_path = ::leptos::wasm_split, fallible)]
        pub(super) fn $name($($argument: $type),*) -> Result<$gives, NotHere> {
            Ok($begin($($argument),*))
        }

        #[cfg(not(feature = "parts"))]
        pub(super) async fn $name($($argument: $type),*) -> Result<$gives, NotHere> {
            Ok($begin($($argument),*))
        }
    };
}

errand!(work, act(driver: Rc<Driver>, command: Command) -> Later<Result<Saved, ActError>>, record);
errand!(
    work,
    search_catalogue(desk: Rc<Desk<Phone>>, query: String) -> Later<Vec<Product>>,
    begin_search
);
errand!(work, open_eye(driver: Rc<Driver>) -> Rc<dyn Sight>, arrive);
errand!(
    work,
    show_handoff(desk: Rc<Desk<Phone>>, about: EntryId, kind: Kind, room: Room)
        -> Later<Result<Showing, HandError>>,
    begin_showing
);
errand!(
    work,
    take_code(desk: Rc<Desk<Phone>>, text: String) -> Later<Result<Taken, HandError>>,
    begin_taking
);
errand!(
    work,
    proof(desk: Rc<Desk<Phone>>, transfer: TransferId) -> Later<Result<Proof, HandError>>,
    begin_proving
);
errand!(work, rules() -> Judge, rules_here);
errand!(
    office,
    welcome(driver: Rc<Driver>, session: SessionInfo) -> Later<Result<(), Words>>,
    begin_work
);
errand!(
    office,
    take_snapshot(desk: Rc<Desk<Phone>>) -> Later<Result<(), ExchangeError>>,
    begin_snapshot
);
errand!(
    work,
    let_go(driver: Rc<Driver>, entries: Vec<EntryId>) -> Later<Result<(), Words>>,
    begin_letting
);
errand!(office, missing(phone: Rc<Phone>) -> Later<Option<Vec<Missing>>>, begin_asking);
errand!(office, tidy_up(desk: Rc<Desk<Phone>>, changes_min: usize) -> Later<()>, begin_tidying);

fn begin_search(desk: Rc<Desk<Phone>>, query: String) -> Later<Vec<Product>> {
    Box::pin(async move { desk.search_catalogue(&query).await })
}

/// What begins with the arrival of the part that acts: the rules are here, and the eye opens. Two
/// screens may have waited for it, and two eyes would both hear a scanner that types.
fn arrive(driver: Rc<Driver>) -> Rc<dyn Sight> {
    #[cfg(feature = "parts")]
    baton_domain::proposal::bring_rules();
    let opened = driver.eye.borrow().clone();
    opened.unwrap_or_else(|| {
        let eye = open(driver.clone());
        eye.warm();
        driver.eye.replace(Some(eye.clone()));
        eye
    })
}

fn begin_showing(
    desk: Rc<Desk<Phone>>,
    about: EntryId,
    kind: Kind,
    room: Room,
) -> Later<Result<Showing, HandError>> {
    Box::pin(async move { desk.show_handoff(about, kind, room).await })
}

fn begin_taking(desk: Rc<Desk<Phone>>, text: String) -> Later<Result<Taken, HandError>> {
    Box::pin(async move { desk.take_code(&text).await })
}

fn begin_proving(desk: Rc<Desk<Phone>>, transfer: TransferId) -> Later<Result<Proof, HandError>> {
    Box::pin(async move { desk.proof(transfer).await })
}

fn rules_here() -> Judge {
    baton_domain::judge
}

fn begin_snapshot(desk: Rc<Desk<Phone>>) -> Later<Result<(), ExchangeError>> {
    Box::pin(async move { desk.take_snapshot(&|_, _| {}).await })
}

fn begin_tidying(desk: Rc<Desk<Phone>>, changes_min: usize) -> Later<()> {
    Box::pin(async move {
        // It is only for speed: what fails now is done after the next exchange.
        let _ = desk.tidy_up(changes_min).await;
    })
}

fn begin_letting(driver: Rc<Driver>, entries: Vec<EntryId>) -> Later<Result<(), Words>> {
    Box::pin(async move {
        if let Some(desk) = driver.desk() {
            let done = desk.let_go(&entries).await;
            done.map_err(|error| store_words(&error))?;
            driver.show(&desk);
        }
        Ok(())
    })
}

fn begin_asking(phone: Rc<Phone>) -> Later<Option<Vec<Missing>>> {
    Box::pin(async move { phone.server().missing().await.ok() })
}

fn begin_work(driver: Rc<Driver>, session: SessionInfo) -> Later<Result<(), Words>> {
    Box::pin(async move { driver.welcome(session).await })
}

#[cfg(feature = "parts")]
impl From<leptos::wasm_split::SplitLoaderError> for NotHere {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

mod files {
    use super::*;

    part!(work, fetch_work, super::draw_work);

    part!(office, fetch_office, super::draw_office);

    pub(super) async fn fetch(part: Part) -> bool {
        match part {
            Part::Work => fetch_work().await.is_ok(),
            Part::Office => fetch_office().await.is_ok(),
        }
    }

    /// Draws at once what has been fetched.
    pub(super) fn draw(part: Part, route: Route) -> Option<AnyView> {
        let drawn = match part {
            Part::Work => work(route).now_or_never(),
            Part::Office => office(route).now_or_never(),
        };
        drawn?.ok()
    }
}

/// One further file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Forms and acts: cases, handoffs, receiving, scanning.
    Work,
    /// The office, and beginning.
    Office,
}

/// How far a part has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Coming,
    Here,
    Failed,
}

/// The ways of all parts.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    app: App,
    work: RwSignal<Way>,
    office: RwSignal<Way>,
}

impl Parts {
    /// Lets pages below know how far each part has come, and begins to fetch them all with the
    /// first frame after `ready` says so: what is in the first file comes first, and on a slow
    /// phone a part that arrives before its screen is painted holds that up.
    pub(super) fn provide(ready: impl Fn() -> bool + 'static) {
        let parts = Self {
            app: use_app(),
            work: RwSignal::new(Way::Coming),
            office: RwSignal::new(Way::Coming),
        };
        provide_context(parts);
        Effect::new(move |begun: Option<bool>| {
            let begin = ready();
            if begin && begun != Some(true) {
                request_animation_frame(move || {
                    spawn_local(async move {
                        parts.fetch(Part::Work).await;
                        parts.fetch(Part::Office).await;
                    });
                });
            }
            begin || begun == Some(true)
        });
    }

    fn way(self, part: Part) -> RwSignal<Way> {
        match part {
            Part::Work => self.work,
            Part::Office => self.office,
        }
    }

    async fn fetch(self, part: Part) {
        let way = self.way(part);
        let now = if files::fetch(part).await {
            Way::Here
        } else {
            Way::Failed
        };
        if way.get_untracked() != now {
            if part == Part::Work && now == Way::Here {
                self.app.open_eye().await;
            }
            way.set(now);
        }
    }
}

/// A screen of a part; while it comes, the shape of one.
pub(super) fn of(route: Route) -> AnyView {
    let Some(parts) = use_context::<Parts>() else {
        return pages::NotFound().into_any();
    };
    let part = part_of(route);
    let way = parts.way(part);
    if way.get_untracked() != Way::Here {
        // Whoever is waiting does not wait for the other parts.
        spawn_local(parts.fetch(part));
    }
    (move || match way.get() {
        Way::Here => files::draw(part, route).unwrap_or_else(failed),
        Way::Coming => pages::Loading().into_any(),
        Way::Failed => failed(),
    })
    .into_any()
}

/// Which file a screen comes in. (What the first file shows itself never gets here.)
fn part_of(route: Route) -> Part {
    match route {
        Route::Me
        | Route::Office
        | Route::People
        | Route::Facilities
        | Route::Accounts
        | Route::MyScanner
        | Route::Approvals
        | Route::Disputes
        | Route::Devices
        | Route::Trays
        | Route::Links
        | Route::Recalls
        | Route::Recall(_)
        | Route::SetUp
        | Route::Invite => Part::Office,
        Route::NewCase
        | Route::CaseUse(_)
        | Route::CaseMark(_)
        | Route::CaseCover(_)
        | Route::CaseSwap(_)
        | Route::CaseBill(_)
        | Route::ShareFacilityStock(_)
        | Route::Facility(_)
        | Route::Count
        | Route::NewStockingOrder
        | Route::Adjustments
        | Route::Tray(_)
        | Route::CaseEdit(_)
        | Route::NewRequest
        | Route::Request(_)
        | Route::GiveBack
        | Route::HandoffScan
        | Route::HandoffCode(_)
        | Route::HandoffProof(_)
        | Route::ProposalCode(_)
        | Route::Receive
        | Route::Scan
        | Route::NewHandoff
        | Route::Today
        | Route::Case(_)
        | Route::Stock
        | Route::Line(_)
        | Route::Handoffs
        | Route::Handoff(_)
        | Route::Activity
        | Route::NotFound => Part::Work,
    }
}

fn failed() -> AnyView {
    let app = use_app();
    let press = Callback::new(move |()| app.reload());
    view! {
        <Page title="Not here yet" back=Route::Today.path()>
            {words_notice(Tone::Warn, Icon::Offline, not_here_words())}
            <Button look=Look::Main sign=Icon::Sync label="Try again" testid="retry" press=press />
        </Page>
    }
    .into_any()
}

fn draw_work(route: Route) -> AnyView {
    match route {
        Route::NewCase => pages::NewCase().into_any(),
        Route::CaseUse(case) => view! { <pages::CaseUse case /> }.into_any(),
        Route::CaseMark(case) => view! { <pages::CaseMark case /> }.into_any(),
        Route::CaseCover(case) => view! { <pages::CaseCover case /> }.into_any(),
        Route::CaseBill(case) => view! { <pages::CaseBill case /> }.into_any(),
        Route::ShareFacilityStock(line) => view! { <pages::ShareFacilityStock line /> }.into_any(),
        Route::Facility(facility) => view! { <pages::FacilityPage facility /> }.into_any(),
        Route::Count => pages::CountPage().into_any(),
        Route::NewStockingOrder => pages::NewStockingOrder().into_any(),
        Route::Adjustments => pages::Adjustments().into_any(),
        Route::Tray(line) => view! { <pages::TrayPage line /> }.into_any(),
        Route::NewRequest => pages::NewRequest().into_any(),
        Route::Request(request) => view! { <pages::RequestPage request /> }.into_any(),
        Route::GiveBack => pages::GiveBack().into_any(),
        Route::CaseSwap(case) => view! { <pages::CaseSwap case /> }.into_any(),
        Route::CaseEdit(case) => view! { <pages::EditCase case /> }.into_any(),
        Route::Receive => pages::Receive().into_any(),
        Route::Scan => pages::Scan().into_any(),
        Route::NewHandoff => pages::NewHandoff().into_any(),
        Route::HandoffScan => pages::HandoffScan().into_any(),
        Route::HandoffCode(transfer) => view! { <pages::HandoffCode transfer /> }.into_any(),
        Route::HandoffProof(transfer) => view! { <pages::HandoffProof transfer /> }.into_any(),
        Route::ProposalCode(proposal) => view! { <pages::ProposalCode proposal /> }.into_any(),
        Route::Line(line) => view! { <pages::LinePage line /> }.into_any(),
        Route::Handoff(transfer) => view! { <pages::HandoffPage transfer /> }.into_any(),
        Route::Activity => pages::Activity().into_any(),
        _ => pages::NotFound().into_any(),
    }
}

fn draw_office(route: Route) -> AnyView {
    match route {
        Route::Me => pages::MePage().into_any(),
        Route::Office => pages::Office().into_any(),
        Route::People => pages::People().into_any(),
        Route::Facilities => pages::Facilities().into_any(),
        Route::Accounts => pages::Accounts().into_any(),
        Route::MyScanner => pages::ScannerSetUp().into_any(),
        Route::Approvals => pages::Approvals().into_any(),
        Route::Disputes => pages::Disputes().into_any(),
        Route::Devices => pages::Devices().into_any(),
        Route::Trays => pages::Trays().into_any(),
        Route::Links => pages::Links().into_any(),
        Route::Recalls => pages::Recalls().into_any(),
        Route::Recall(recall) => view! { <pages::RecallPage recall /> }.into_any(),
        Route::SetUp => pages::SetUp().into_any(),
        Route::Invite => pages::Invite().into_any(),
        _ => pages::NotFound().into_any(),
    }
}

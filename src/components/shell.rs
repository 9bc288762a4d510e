//! The frame around every screen: banners, the bar, the pane beside, the place for toasts.

use super::button::{Button, Look};
use super::chip::Tone;
use super::icon::{Icon, icon, sprite};
use super::notice::{notice, words_notice};
use super::page::Beside;
use super::toast::{ToastPlace, Toasts};
use crate::state::{App, Lost, Online, Route, use_app};
use baton_domain::directory::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Which of the five a screen belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Cases.
    Today,
    /// Stock.
    Stock,
    /// Codes.
    Scan,
    /// Transfers.
    Handoffs,
    /// Own records.
    Activity,
    /// The office.
    Office,
    /// Oneself and this phone.
    Me,
}

/// The tab of a screen.
pub fn tab_of(route: Route) -> Tab {
    match route {
        Route::Stock
        | Route::Line(_)
        | Route::ShareFacilityStock(_)
        | Route::Count
        | Route::NewStockingOrder
        | Route::Facility(_)
        | Route::Tray(_)
        | Route::Receive => Tab::Stock,
        Route::Scan => Tab::Scan,
        Route::Handoffs
        | Route::NewHandoff
        | Route::Handoff(_)
        | Route::HandoffScan
        | Route::HandoffCode(_)
        | Route::HandoffProof(_)
        | Route::NewRequest
        | Route::Request(_)
        | Route::GiveBack => Tab::Handoffs,
        Route::Activity => Tab::Activity,
        Route::Office
        | Route::People
        | Route::Facilities
        | Route::Accounts
        | Route::Trays
        | Route::Recalls
        | Route::Recall(_)
        | Route::Approvals
        | Route::Disputes
        | Route::Devices
        | Route::Links
        | Route::ProposalCode(_)
        | Route::Adjustments => Tab::Office,
        Route::Me | Route::MyScanner => Tab::Me,
        Route::Today
        | Route::NewCase
        | Route::Case(_)
        | Route::CaseUse(_)
        | Route::CaseMark(_)
        | Route::CaseCover(_)
        | Route::CaseSwap(_)
        | Route::CaseBill(_)
        | Route::CaseEdit(_)
        | Route::SetUp
        | Route::Invite
        | Route::NotFound => Tab::Today,
    }
}

/// True for a screen that a phone shows without the bar: its main action has the thumb's place.
pub fn is_deep(route: Route) -> bool {
    !matches!(
        route,
        Route::Today | Route::Stock | Route::Scan | Route::Handoffs | Route::Activity
    )
}

/// The list that stands beside a record where there is room.
pub fn beside(route: Route) -> Option<Route> {
    match route {
        Route::Case(_)
        | Route::CaseUse(_)
        | Route::CaseMark(_)
        | Route::CaseCover(_)
        | Route::CaseSwap(_)
        | Route::CaseBill(_)
        | Route::CaseEdit(_)
        | Route::NewCase => Some(Route::Today),
        Route::Line(_)
        | Route::ShareFacilityStock(_)
        | Route::Tray(_)
        | Route::Facility(_)
        | Route::NewStockingOrder
        | Route::Count
        | Route::Receive => Some(Route::Stock),
        Route::Request(_)
        | Route::NewRequest
        | Route::GiveBack
        | Route::Handoff(_)
        | Route::NewHandoff
        | Route::HandoffScan
        | Route::HandoffCode(_)
        | Route::HandoffProof(_) => Some(Route::Handoffs),
        _ => None,
    }
}

/// What to pick in a list that stands alone on a wide screen; its record opens beside it.
pub fn hint(route: Route) -> Option<&'static str> {
    match route {
        Route::Today => Some("Pick a case to see what it needs and where that is."),
        Route::Stock => Some("Pick a line to see who holds it and where it has been."),
        Route::Handoffs => Some("Pick a handoff to see and answer it line by line."),
        _ => None,
    }
}

/// The frame.
#[component]
pub fn Frame(
    /// The screen within.
    page: ViewFn,
    /// Draws the list that stands beside a record.
    list: fn(Route) -> AnyView,
    /// How many handoffs wait for an answer.
    #[prop(into)]
    to_answer: Signal<usize>,
) -> AnyView {
    let app = use_app();
    let toasts = Toasts::provide();
    let route = Memo::new(move |_| Route::parse(&app.path()));
    let companion = Memo::new(move |_| {
        if app.wide() {
            beside(route.get())
        } else {
            None
        }
    });
    let aside = move || {
        companion.get().map(|route| {
            let owner = Owner::current().unwrap_or_default().child();
            let drawn = owner.with(|| {
                provide_context(Beside);
                list(route)
            });
            on_cleanup(move || owner.cleanup());
            view! { <aside class="pane-beside" aria-label="List">{drawn}</aside> }.into_any()
        })
    };
    let waiting = Memo::new(move |_| if app.wide() { hint(route.get()) } else { None });
    let room = move || {
        waiting.get().map(|words| {
            view! { <aside class="pane-room" aria-label="Detail"><p>{words}</p></aside> }.into_any()
        })
    };
    view! {
        {sprite()}
        <a class="skip btn" href="#main" on:click=move |click| { click.prevent_default(); app.focus("main"); }>
            "Skip to the content"
        </a>
        <div class="app-frame">
            // At the top: below the frame it would lengthen the page by its one pixel.
            <div class="unseen" role="status" aria-live="polite" data-testid="live">{move || app.announcement()}</div>
            <Banners />
            <div class="app">
                {aside}
                <div class="pane" class:pane-list=move || waiting.get().is_some()>{page.run()}</div>
                {room}
                <Bar route=route.into() to_answer=to_answer />
            </div>
        </div>
        <ToastPlace toasts=toasts />
    }
    .into_any()
}

/// What stands above everything: demo, a new version, a sign-in that is wanted, lost movements.
#[component]
fn Banners() -> AnyView {
    let app = use_app();
    let demo = move || {
        app.organization().demo.then(|| {
            view! {
                <div class="banner banner-demo" data-testid="demo-mark">
                    "Demo data: nothing here is real"
                </div>
            }
            .into_any()
        })
    };
    let update = move || {
        app.update_waiting().then(|| {
            view! {
                <div class="banner" role="status" data-testid="update-banner">
                    <span>"A new version is ready."</span>
                    <Button look=Look::Bare label="Update now" testid="update" press=Callback::new(move |()| app.update()) />
                </div>
            }
            .into_any()
        })
    };
    let sign_in = move || {
        (app.online() == Online::SignInToSend).then(|| {
            view! {
                <div class="banner" role="status" data-testid="sign-in-banner">
                    <span>"Recording goes on. Sign in again to send."</span>
                    <a class="btn btn-bare" href=Route::Me.path()>"Sign in"</a>
                </div>
            }
            .into_any()
        })
    };
    let trouble = move || {
        app.trouble().map(|words| {
            view! { <div class="banner-lost" role="alert" data-testid="trouble">{words_notice(Tone::Bad, Icon::Warn, words)}</div> }
                .into_any()
        })
    };
    let install = move || {
        app.install_is_due().then(|| {
            view! {
                <div class="banner" role="status" data-testid="install-banner">
                    <span>"Put Baton on the home screen: it keeps your stock safe offline."</span>
                    <a class="btn btn-bare" href=Route::Me.path()>"How"</a>
                    <Button look=Look::Bare label="Not now" testid="install-later" press=Callback::new(move |()| app.decline_install()) />
                </div>
            }
            .into_any()
        })
    };
    let lost = move || lost_notice(app);
    let unreadable = move || (app.unreadable() > 0).then(|| unreadable_notice(app));
    view! { <section aria-label="Notices">{demo} {update} {sign_in} {trouble} {lost} {unreadable} {install}</section> }
        .into_any()
}

/// What is said of unsent records whose bytes something changed.
pub fn unreadable_words(count: usize) -> String {
    match count {
        1 => "1 unsent record cannot be read any more".into(),
        count => format!("{count} unsent records cannot be read any more"),
    }
}

fn unreadable_notice(app: App) -> AnyView {
    let press = Callback::new(move |()| {
        spawn_local(async move {
            // Where no file can be made, the rescue page makes one.
            let _ = app.export().await;
        });
    });
    view! {
        <div class="banner-lost" role="alert" data-testid="unreadable">
            {notice(
                Tone::Bad,
                Icon::Warn,
                unreadable_words(app.unreadable()),
                "Something changed it on this phone after it was saved. Its bytes stay here and cannot be sent. Everything else goes on. Save them as a file and give it to the office, and record it again.",
            )}
            <Button look=Look::Wide label="Save as a file" testid="save-unreadable" press=press />
        </div>
    }
    .into_any()
}

/// What is said when this phone no longer finds movements that it had saved.
pub fn lost_words(lost: &Lost) -> (String, String) {
    let what = "This phone no longer finds what it had saved".to_owned();
    let recorded = lost.recorded;
    let more = match lost.gone() {
        None => format!(
            "{recorded} movements were recorded here. The server cannot be asked now, so it is not known which of them it has."
        ),
        Some(0) => format!(
            "The server has all {recorded} movements that were recorded here. Nothing needs doing."
        ),
        Some(1) => {
            "The server has all but 1 of them. Look through Activity and record it again.".into()
        }
        Some(gone) => format!(
            "The server does not have {gone} of the {recorded} movements recorded here. Look through Activity and record them again."
        ),
    };
    (what, more)
}

/// What this phone lost, if it did, until somebody says that he has read it.
pub fn lost_notice(app: App) -> Option<AnyView> {
    let (what, more) = lost_words(&app.lost()?);
    Some(
        view! {
            <div class="banner-lost" role="alert" data-testid="lost">
                {notice(Tone::Bad, Icon::Warn, what, more)}
                <Button look=Look::Wide label="I have read this" press=Callback::new(move |()| app.dismiss_lost()) />
            </div>
        }
        .into_any(),
    )
}

/// The bar: five on a phone, with the office and oneself at the end of the rail on a wide screen.
#[component]
fn Bar(
    /// Where one is.
    route: Signal<Route>,
    /// Handoffs that wait for an answer.
    to_answer: Signal<usize>,
) -> AnyView {
    let app = use_app();
    let at = Memo::new(move |_| tab_of(route.get()));
    let none = Signal::stored(0);
    let open = Signal::derive(move || app.unconfirmed() + app.needs_review());
    let office = move || {
        (app.me().role != Role::Rep).then(|| {
            item(
                at,
                Tab::Office,
                Route::Office,
                Icon::Building,
                "Office",
                none,
                "bar-item bar-office",
            )
        })
    };
    view! {
        <nav class=move || if is_deep(route.get()) { "bar bar-deep" } else { "bar" } aria-label="Main">
            {item(at, Tab::Today, Route::Today, Icon::Today, "Today", none, "bar-item")}
            {item(at, Tab::Stock, Route::Stock, Icon::Stock, "Stock", none, "bar-item")}
            {item(at, Tab::Scan, Route::Scan, Icon::Scan, "Scan", none, "bar-item bar-scan")}
            {item(at, Tab::Handoffs, Route::Handoffs, Icon::Handoff, "Handoffs", to_answer, "bar-item")}
            {item(at, Tab::Activity, Route::Activity, Icon::Activity, "Activity", open, "bar-item")}
            <span class="bar-spring"></span>
            {office}
            {item(at, Tab::Me, Route::Me, Icon::Person, "You", none, "bar-item bar-office")}
        </nav>
    }
    .into_any()
}

fn item(
    at: Memo<Tab>,
    tab: Tab,
    to: Route,
    sign: Icon,
    label: &'static str,
    count: Signal<usize>,
    class: &'static str,
) -> AnyView {
    let sign = if tab == Tab::Scan {
        view! { <span class="bar-disc">{icon(sign)}</span> }.into_any()
    } else {
        icon(sign)
    };
    let badge = move || {
        let count = count.get();
        (count > 0).then(|| {
            view! { <span class="badge" data-testid=format!("count-{label}")>{count}</span> }
                .into_any()
        })
    };
    view! {
        <a
            class=class
            href=to.path()
            data-testid=format!("tab-{label}")
            aria-current=move || (at.get() == tab).then_some("page")
        >
            {sign}
            <span>{label}</span>
            {badge}
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_keep_the_bar_and_every_other_screen_belongs_to_one_of_them() {
        for route in [
            Route::Today,
            Route::Stock,
            Route::Scan,
            Route::Handoffs,
            Route::Activity,
        ] {
            assert!(!is_deep(route), "{route:?}");
        }
        assert!(is_deep(Route::NewHandoff));
        assert_eq!(tab_of(Route::Receive), Tab::Stock);
        assert_eq!(tab_of(Route::NewCase), Tab::Today);
    }

    #[test]
    fn lost_movements_are_never_called_safe_without_the_servers_word() {
        let (_, unknown) = lost_words(&Lost {
            recorded: 3,
            on_server: None,
        });
        assert!(unknown.contains("not known"), "{unknown}");
        let (_, some) = lost_words(&Lost {
            recorded: 3,
            on_server: Some(1),
        });
        assert!(some.contains("does not have 2 of the 3"), "{some}");
        let (_, all) = lost_words(&Lost {
            recorded: 3,
            on_server: Some(3),
        });
        assert!(all.contains("Nothing needs doing"), "{all}");
    }
}

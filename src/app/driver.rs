//! The driver: it joins commands and platform, and sets the signals that pages read.
//!
//! It decides nothing. Acts go to the [`Desk`]; everything here is about *when*: when to start,
//! when to talk to the server, when to say so, when an update may be offered.

use super::parts;
use super::talk;
use crate::commands::{
    self, Desk, EnterError, Ports, Progress, Resident, Server, ServerError, SessionInfo,
    left_behind,
};
use crate::platform::connectivity::{Alarm, Nudges};
use crate::platform::{Phone, browser, locks, page, preferences, router, service_worker};
use crate::state::{
    Address, Doorway, Invitation, Kept, Later, Lost, Online, Phase, Sight, Signals, Words,
    enter_words, server_words,
};
use baton_sync::Judge;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The one driver of this page.
pub(super) struct Driver {
    pub(super) signals: Signals,
    pub(super) phone: Rc<Phone>,
    desk: RefCell<Option<Rc<Desk<Phone>>>>,
    /// Ends the wait before the next exchange.
    pub(super) alarm: Alarm,
    pub(super) nudges: RefCell<Option<Nudges>>,
    /// A new version of the app has been fetched.
    update_fetched: Cell<bool>,
    /// How many drafts, scans or handoffs are open, during which no update is offered.
    update_held: Cell<u32>,
    /// The files of this page's own version are gone.
    update_taken: Cell<bool>,
    /// Lasting storage was asked for.
    asked_to_keep: Cell<bool>,
    /// What reads codes, once its part has arrived.
    pub(super) eye: RefCell<Option<Rc<dyn Sight>>>,
}

impl Driver {
    pub(super) fn new(signals: Signals) -> Rc<Self> {
        Rc::new(Self {
            signals,
            phone: Rc::new(Phone::new(fetch_rules)),
            desk: RefCell::new(None),
            alarm: Alarm::default(),
            nudges: RefCell::new(None),
            update_fetched: Cell::new(false),
            update_held: Cell::new(0),
            update_taken: Cell::new(false),
            asked_to_keep: Cell::new(false),
            eye: RefCell::new(None),
        })
    }

    /// The desk at which somebody works now.
    pub(super) fn desk(&self) -> Option<Rc<Desk<Phone>>> {
        self.desk.borrow().clone()
    }

    /// True as long as `desk` is the one at which somebody works.
    pub(super) fn is_at(&self, desk: &Rc<Desk<Phone>>) -> bool {
        self.desk
            .borrow()
            .as_ref()
            .is_some_and(|current| Rc::ptr_eq(current, desk))
    }

    /// From the first moment to the first screen.
    pub(super) async fn start(self: Rc<Self>) {
        self.watch_browser();
        if !browser::is_secure() {
            return self.signals.phase.set(Phase::Insecure);
        }
        if !browser::can_store() {
            let why = baton_store::StoreError::Unavailable("storage is switched off".into());
            return self
                .signals
                .phase
                .set(Phase::Failed(crate::state::store_words(&why)));
        }
        if !locks::become_writer().await {
            self.signals.phase.set(Phase::ReadOnlyTab);
            locks::await_writer().await;
            return service_worker::reload();
        }
        self.begin().await;
        let (fetched, taken) = (self.clone(), self.clone());
        service_worker::register(
            move || {
                fetched.update_fetched.set(true);
                fetched.offer_update();
            },
            move || {
                taken.update_taken.set(true);
                taken.offer_update();
            },
        )
        .await;
    }

    /// A one-time link, the person who was here last, or the door.
    async fn begin(self: &Rc<Self>) {
        let token = browser::fragment();
        match browser::path().trim_end_matches('/') {
            "/setup" if !token.is_empty() => {
                return self.signals.phase.set(Phase::SetUp(token.into()));
            }
            "/invite" if !token.is_empty() => return self.show_invitation(token).await,
            _ => {}
        }
        match commands::recall(&*self.phone).await {
            None => self.show_door(None).await,
            Some(resident) => self.warm_start(resident).await,
        }
    }

    /// Local data first: it is shown before anybody is asked.
    async fn warm_start(self: &Rc<Self>, resident: Resident) {
        match commands::warm_start(self.phone.clone(), resident).await {
            Ok(desk) => self.sit_down(Rc::new(desk)),
            Err(EnterError::Lost(lost)) => {
                self.signals.lost.set(lost);
                self.show_door(None).await;
            }
            Err(error) => self.signals.phase.set(Phase::Failed(enter_words(&error))),
        }
    }

    async fn show_invitation(self: &Rc<Self>, token: String) {
        match self.phone.server().invited(&token).await {
            Ok(invited) => self.signals.phase.set(Phase::Invite(Invitation {
                token: token.into(),
                organization: invited.organization,
                person: invited.person,
            })),
            Err(error) => self.signals.phase.set(Phase::Failed(server_words(&error))),
        }
    }

    /// The sign-in page: at once with what is known here, then with what the server offers.
    pub(super) async fn show_door(self: &Rc<Self>, trouble: Option<Words>) {
        let mut door = Doorway {
            reachable: crate::platform::connectivity::may_be_online(),
            last_login: self.phone.memory().last_login().into(),
            trouble,
            ..Doorway::default()
        };
        self.signals.phase.set(Phase::SignedOut(door.clone()));
        door.left_behind = left_behind(&*self.phone, None).await;
        match self.phone.server().demo().await {
            Ok(offer) => {
                door.reachable = true;
                door.demo = offer.organizations;
                door.demo_password = offer.password;
            }
            Err(ServerError::Unreachable) => door.reachable = false,
            Err(_) => door.reachable = true,
        }
        if matches!(self.signals.phase.get_untracked(), Phase::SignedOut(_)) {
            self.signals.phase.set(Phase::SignedOut(door));
        }
    }

    /// Goes to work for who signed in: at the desk that is open if it is theirs, else at their own.
    pub(super) async fn welcome(self: &Rc<Self>, session: SessionInfo) -> Result<(), Words> {
        if let Some(desk) = self.desk()
            && desk.database() == Resident::database_of(session.organization.id, session.person)
        {
            desk.signed_in();
            self.alarm.ring();
            return Ok(());
        }
        self.get_up();
        let signals = self.signals;
        let progress = move |progress: Progress| {
            let (done, total) = match progress {
                Progress::Enrolling => (0, 0),
                Progress::Pages(done, total) => (done, total),
            };
            signals.phase.set(Phase::Preparing { done, total });
        };
        match commands::enter(self.phone.clone(), &session, &progress).await {
            Ok((desk, lost)) => {
                self.signals.lost.set(lost);
                self.sit_down(Rc::new(desk));
                Ok(())
            }
            Err(error) => {
                let words = enter_words(&error);
                // The page that asked may be gone: the door says what happened.
                self.show_door(Some(words.clone())).await;
                Err(words)
            }
        }
    }

    /// Shows a desk, and begins to keep in touch with the server for it.
    fn sit_down(self: &Rc<Self>, desk: Rc<Desk<Phone>>) {
        *self.desk.borrow_mut() = Some(desk.clone());
        self.show(&desk);
        let last_sync = preferences::last_sync(desk.database());
        self.signals.last_sync_at.set(last_sync);
        self.signals.phase.set(Phase::Ready);
        spawn_local(talk::keep_in_touch(self.clone(), desk.clone()));
        let driver = self.clone();
        spawn_local(async move {
            let others = left_behind(&*driver.phone, Some(desk.database())).await;
            driver.signals.left_behind.set(others);
            if browser::is_storage_kept().await {
                driver.signals.kept.set(Kept::Persistent);
            }
        });
    }

    /// Leaves the desk, whoever's it was.
    pub(super) fn get_up(&self) {
        *self.desk.borrow_mut() = None;
        *self.nudges.borrow_mut() = None;
        self.signals.online.set(Online::Offline);
        self.signals.left_behind.set(Vec::new());
        self.signals.trouble.set(None);
        self.signals.lost.set(None);
        self.alarm.ring();
    }

    /// Brings the signals up to what the desk knows.
    pub(super) fn show(&self, desk: &Desk<Phone>) {
        let signals = self.signals;
        let me = desk.me();
        if signals.me.with_untracked(|shown| *shown != me) {
            signals.me.set(me);
        }
        signals.view.set(desk.view());
        signals.activity.set(desk.activity());
        let unconfirmed = desk.unconfirmed();
        if signals.unconfirmed.get_untracked() != unconfirmed {
            signals.unconfirmed.set(unconfirmed);
        }
        if signals.unreadable.get_untracked() != desk.unreadable() {
            signals.unreadable.set(desk.unreadable());
        }
    }

    /// Lost movements that an exchange found, unless something was said already.
    pub(super) fn say_lost(&self, lost: Lost) {
        if self.signals.lost.get_untracked().is_none() {
            self.signals.lost.set(Some(lost));
        }
    }

    /// After the first saved work there is something worth keeping: ask the browser to, and the
    /// person whether to install.
    pub(super) async fn keep_storage(self: Rc<Self>) {
        if !self.asked_to_keep.replace(true) {
            self.signals
                .install_is_due
                .set(!preferences::install_was_declined());
            let kept: Kept = browser::keep_storage().await;
            self.signals.kept.set(kept);
        }
    }

    pub(super) fn hold_update(&self, held: bool) {
        let count = self.update_held.get();
        self.update_held.set(if held {
            count + 1
        } else {
            count.saturating_sub(1)
        });
        self.offer_update();
    }

    /// Offers the new version, or changes over to one that took over, where no form stands in the way.
    fn offer_update(&self) {
        let free = self.update_held.get() == 0;
        if free && self.update_taken.get() {
            service_worker::reload();
        }
        self.signals
            .update_waiting
            .set(self.update_fetched.get() && free);
    }

    /// Follows the address bar for as long as the page lives.
    pub(super) fn follow_address(self: &Rc<Self>) {
        self.show_address();
        let driver = self.clone();
        router::follow(move || driver.show_address());
    }

    /// Brings the signal up to the address bar.
    pub(super) fn show_address(&self) {
        let (path, query) = router::address();
        let address = Address { path, query };
        if self
            .signals
            .address
            .with_untracked(|shown| *shown != address)
        {
            self.signals.address.set(address);
        }
    }

    fn watch_browser(self: &Rc<Self>) {
        let theme = preferences::theme();
        preferences::show_theme(theme);
        self.signals.theme.set(theme);
        let signals = self.signals;
        page::watch_width(move |wide| signals.wide.set(wide));
        signals.install.set(browser::install_state());
        browser::watch_install(move || signals.install.set(browser::install_state()));
        let (wake, sleep) = (self.clone(), self.clone());
        crate::platform::connectivity::watch(
            Rc::new(move || wake.alarm.ring()),
            Rc::new(move || {
                if sleep.signals.online.get_untracked() == Online::Online {
                    sleep.signals.online.set(Online::Offline);
                }
            }),
        );
    }
}

/// The rules by which own work is judged; `None` where their part has not arrived.
fn fetch_rules() -> Later<Option<Judge>> {
    Box::pin(async { parts::rules().await.ok() })
}

//! What pages ask for, handed on to commands and platform.

use super::driver::Driver;
use super::parts;
use crate::commands::{self, Ports, Server, takes_custody};
use crate::platform::{browser, clock, device, page, preferences, router, service_worker, zone};
use crate::state::*;
use baton_domain::Command;
use baton_domain::id::{EntryId, PersonId, TransferId};
use baton_domain::product::Product;
use baton_domain::time::{Date, LocalTime, Timestamp};
use baton_handoff::{Kind, Room};
use baton_scan::Format;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// The driver as pages see it.
pub(super) struct Desktop(pub(super) Rc<Driver>);

impl Backend for Desktop {
    fn act(&self, command: Command) -> Later<Result<Saved, ActError>> {
        let driver = self.0.clone();
        Box::pin(async move {
            if browser::install_state() == Install::IosSteps && takes_custody(&command) {
                return Err(ActError::OnlyATab);
            }
            match parts::act(driver, command).await {
                Ok(acting) => acting.await,
                Err(parts::NotHere) => Err(ActError::NotLoaded),
            }
        })
    }

    fn show_handoff(
        &self,
        about: EntryId,
        kind: Kind,
        room: Room,
    ) -> Later<Result<Showing, HandError>> {
        let driver = self.0.clone();
        Box::pin(async move {
            let desk = driver.desk().ok_or(HandError::NotHere)?;
            match parts::show_handoff(desk, about, kind, room).await {
                Ok(showing) => showing.await,
                Err(parts::NotHere) => Err(HandError::NotLoaded),
            }
        })
    }

    fn take_code(&self, text: String) -> Later<Result<Taken, HandError>> {
        let driver = self.0.clone();
        Box::pin(async move {
            let desk = driver.desk().ok_or(HandError::NotHere)?;
            let taken = match parts::take_code(desk.clone(), text).await {
                Ok(taking) => taking.await?,
                Err(parts::NotHere) => return Err(HandError::NotLoaded),
            };
            if matches!(taken, Taken::Whole { .. }) {
                driver.show(&desk);
                driver.alarm.ring();
            }
            Ok(taken)
        })
    }

    fn proof(&self, transfer: TransferId) -> Later<Result<Proof, HandError>> {
        let driver = self.0.clone();
        Box::pin(async move {
            let desk = driver.desk().ok_or(HandError::NotHere)?;
            match parts::proof(desk, transfer).await {
                Ok(proving) => proving.await,
                Err(parts::NotHere) => Err(HandError::NotLoaded),
            }
        })
    }

    fn share_file(&self, name: String, text: String) -> Later<Result<(), Words>> {
        Box::pin(async move {
            if device::share_file(&name, &text).await {
                return Ok(());
            }
            browser::save_file(&name, text.as_bytes()).map_err(|_| no_file())
        })
    }

    fn chosen_text(&self, input: String) -> Later<Option<String>> {
        Box::pin(async move { device::chosen_text(&input).await })
    }

    fn stay_awake(&self, on: bool) {
        device::stay_awake(on);
    }

    fn wants_less_motion(&self) -> bool {
        device::wants_less_motion()
    }

    fn print(&self) {
        device::print();
    }

    fn sync_now(&self) {
        self.0.alarm.ring();
    }

    fn search_catalogue(&self, query: String) -> Later<Vec<Product>> {
        let driver = self.0.clone();
        Box::pin(async move {
            let Some(desk) = driver.desk() else {
                return Vec::new();
            };
            let found = match parts::search_catalogue(desk.clone(), query).await {
                Ok(searching) => searching.await,
                Err(parts::NotHere) => Vec::new(),
            };
            driver.signals.view.set(desk.view());
            found
        })
    }

    fn sign_in(&self, login: String, password: String) -> Later<Result<(), Words>> {
        let driver = self.0.clone();
        Box::pin(async move {
            let session = driver.phone.server().sign_in(login.trim(), &password).await;
            let session = session.map_err(|error| server_words(&error))?;
            driver.phone.memory().set_last_login(login.trim());
            welcome(driver, session).await
        })
    }

    fn sign_out(&self, exported: bool) -> Later<Result<(), SignOutError>> {
        let driver = self.0.clone();
        Box::pin(async move {
            let Some(desk) = driver.desk() else {
                return Ok(());
            };
            desk.sign_out(exported).await.map_err(|error| match error {
                commands::SignOutError::Unsent(unsent) => SignOutError::Unsent(unsent),
                commands::SignOutError::Server(error) => {
                    SignOutError::Failed(Box::new(sign_out_words(&error)))
                }
                commands::SignOutError::Store(error) => {
                    SignOutError::Failed(Box::new(store_words(&error)))
                }
            })?;
            driver.get_up();
            driver.show_door(None).await;
            Ok(())
        })
    }

    fn set_up(&self, form: SetUpForm) -> Later<Result<(), Words>> {
        let driver = self.0.clone();
        Box::pin(async move {
            let session = driver
                .phone
                .server()
                .set_up(&form)
                .await
                .map_err(|error| server_words(&error))?;
            browser::forget_fragment();
            driver.phone.memory().set_last_login(form.login.trim());
            welcome(driver, session).await
        })
    }

    fn accept_invite(
        &self,
        token: String,
        login: String,
        password: String,
    ) -> Later<Result<(), Words>> {
        let driver = self.0.clone();
        Box::pin(async move {
            let session = driver
                .phone
                .server()
                .accept_invite(&token, login.trim(), &password)
                .await;
            let session = session.map_err(|error| server_words(&error))?;
            browser::forget_fragment();
            driver.phone.memory().set_last_login(login.trim());
            welcome(driver, session).await
        })
    }

    fn create_invite(&self, person: PersonId) -> Later<Result<InviteLink, Words>> {
        let driver = self.0.clone();
        Box::pin(async move {
            driver
                .phone
                .server()
                .create_invite(person)
                .await
                .map_err(|error| server_words(&error))
        })
    }

    fn let_go(&self, entries: Vec<EntryId>) -> Later<Result<(), Words>> {
        let driver = self.0.clone();
        Box::pin(async move {
            match parts::let_go(driver, entries).await {
                Ok(letting) => letting.await,
                Err(parts::NotHere) => Err(parts::not_here_words()),
            }
        })
    }

    fn missing(&self) -> Later<Option<Vec<Missing>>> {
        let phone = self.0.phone.clone();
        Box::pin(async move {
            match parts::missing(phone).await {
                Ok(asking) => asking.await,
                Err(parts::NotHere) => None,
            }
        })
    }

    fn export(&self) -> Later<Result<(), Words>> {
        let driver = self.0.clone();
        Box::pin(async move {
            let Some(desk) = driver.desk() else {
                return Ok(());
            };
            let bytes = desk.export().await.map_err(|error| store_words(&error))?;
            let name = format!("baton-unsent-{}.cbor", date_of(clock::now()));
            browser::save_file(&name, &bytes).map_err(|_| no_file())
        })
    }

    fn draft(&self, key: String) -> Later<Option<String>> {
        let driver = self.0.clone();
        Box::pin(async move { driver.desk()?.draft(&key).await })
    }

    fn keep_draft(&self, key: String, text: Option<String>) -> Later<()> {
        let driver = self.0.clone();
        Box::pin(async move {
            if let Some(desk) = driver.desk() {
                // A draft that cannot be kept is still on the screen.
                let _ = desk.keep_draft(&key, text.as_deref()).await;
            }
        })
    }

    fn open_eye(&self) -> Later<()> {
        let driver = self.0.clone();
        Box::pin(async move {
            if parts::open_eye(driver.clone()).await.is_err() {
                return;
            }
            // The rules came with it: who could approve a proposal is known from now on.
            if let Some(desk) = driver.desk() {
                driver.show(&desk);
            }
        })
    }

    fn eye(&self) -> Option<Rc<dyn Sight>> {
        self.0.eye.borrow().clone()
    }

    fn more_codes(&self) -> Vec<Format> {
        preferences::more_codes()
    }

    fn set_more_codes(&self, format: Format, wanted: bool) {
        preferences::set_more_codes(format, wanted);
    }

    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn fresh_id(&self) -> [u8; 16] {
        clock::fresh_id()
    }

    fn zone_offset(&self, zone_name: &str, at: LocalTime) -> Option<i16> {
        zone::zone_offset(zone_name, at)
    }

    fn own_zone(&self) -> String {
        zone::own_zone()
    }

    fn format_date(&self, date: Date, style: DateStyle) -> String {
        zone::format_date(date, style)
    }

    fn format_time(&self, at: Timestamp, style: DateStyle) -> String {
        zone::format_time(at, style)
    }

    fn format_number(&self, number: u32) -> String {
        zone::format_number(number)
    }

    fn set_theme(&self, theme: Theme) {
        preferences::set_theme(theme);
    }

    fn install(&self) -> Later<bool> {
        Box::pin(browser::install())
    }

    fn decline_install(&self) {
        preferences::decline_install();
    }

    fn update(&self) {
        spawn_local(service_worker::take_over());
    }

    fn reload(&self) {
        service_worker::reload();
    }

    fn go(&self, path: String) {
        router::go(&path, true);
        self.0.show_address();
    }

    fn focus(&self, id: String) {
        page::focus(id);
    }

    fn copy(&self, text: String) -> Later<bool> {
        Box::pin(async move { page::copy(&text).await })
    }

    fn can_share(&self) -> bool {
        page::can_share()
    }

    fn share(&self, text: String) -> Later<bool> {
        Box::pin(async move { page::share(&text).await })
    }

    fn hold_update(&self, held: bool) {
        self.0.hold_update(held);
    }
}

fn no_file() -> Words {
    Words::new(
        "The file could not be made",
        "This browser does not let the app save a file.",
        "Open Baton in another browser window, or send what is unsent first.",
    )
}

/// Records a command at the desk that is open, and shows what became of it.
pub(super) fn record(driver: Rc<Driver>, command: Command) -> Later<Result<Saved, ActError>> {
    Box::pin(async move {
        let desk = driver.desk().ok_or(ActError::NotHere)?;
        let saved = desk.act(command).await?;
        driver.show(&desk);
        driver.alarm.ring();
        spawn_local(driver.clone().keep_storage());
        Ok(saved)
    })
}

async fn welcome(driver: Rc<Driver>, session: commands::SessionInfo) -> Result<(), Words> {
    match parts::welcome(driver, session).await {
        Ok(entering) => entering.await,
        Err(parts::NotHere) => Err(parts::not_here_words()),
    }
}

fn sign_out_words(error: &commands::ServerError) -> Words {
    match error {
        commands::ServerError::Unreachable => Words::new(
            "Signing out needs the server",
            "Without it, whoever opens this phone's browser next would still be signed in as you.",
            "Sign out where there is a network. Locking the phone protects it until then.",
        ),
        error => server_words(error),
    }
}

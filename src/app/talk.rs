//! Keeping in touch with the server: exchange, then wait for a reason to exchange again.
//!
//! Reasons are: something was recorded, the network came back, the page is looked at again, the
//! server nudged, a button, or time. Nothing on the phone waits for any of it.

use super::driver::Driver;
use super::parts;
use crate::commands::{Desk, Exchange, ExchangeError, Lost, ServerError};
use crate::platform::connectivity::{self, Nudges};
use crate::platform::{Phone, clock, preferences};
use crate::state::{Online, Words, server_words, store_words};
use baton_sync::{Advice, Applied, GENERATION_CHANGES};
use leptos::prelude::*;
use std::rc::Rc;

/// How long nothing happens before the server is asked all the same.
const QUIET_MS: u32 = 5 * 60 * 1_000;
/// While somebody looks at the page, nothing is waited for longer than this: a server that comes
/// back is not announced to a phone that never reached it.
const LOOKED_AT_MS: u32 = 20_000;
/// How long to wait where only a person can help.
const HELD_UP_MS: u32 = 30 * 60 * 1_000;
/// How long the phone must be quiet before pages are written anew.
const IDLE_MS: u32 = 4_000;
/// On idle, so many changes are worth a new generation of pages.
const IDLE_CHANGES: usize = 200;

/// Talks for `desk` until somebody else sits down or nobody does.
pub(super) async fn keep_in_touch(driver: Rc<Driver>, desk: Rc<Desk<Phone>>) {
    while driver.is_at(&desk) {
        driver.signals.syncing.set(true);
        let wait_ms = talk(&driver, &desk).await;
        driver.signals.syncing.set(false);
        tidy_up(&driver, &desk).await;
        if driver.is_at(&desk) {
            driver.alarm.wait_ms(wait_ms).await;
        }
    }
}

/// Exchanges until nothing is left to say; returns how long to wait then.
async fn talk(driver: &Rc<Driver>, desk: &Rc<Desk<Phone>>) -> u32 {
    loop {
        let exchange = desk.exchange(clock::random()).await;
        if !driver.is_at(desk) {
            return 0;
        }
        let wait_ms = match exchange {
            Exchange::Done { more, applied } => {
                went_through(driver, desk, &applied);
                if more {
                    continue;
                }
                Some(QUIET_MS)
            }
            Exchange::SnapshotNeeded => match take_snapshot(desk).await {
                Ok(()) => None,
                Err(None) => Some(QUIET_MS),
                Err(Some(error)) => Some(went_wrong(
                    driver,
                    &error,
                    Advice::WaitMs(u64::from(QUIET_MS)),
                )),
            },
            Exchange::Failed { error, advice } => match advice {
                Advice::AgainAtOnce | Advice::SetAside => None,
                advice => Some(went_wrong(driver, &error, advice)),
            },
        };
        driver.show(desk);
        if let Some(wait_ms) = wait_ms {
            return wait_ms;
        }
    }
}

/// Everything anew. `None` where the part of the app that does it has not arrived: it is fetched
/// again with the next try.
async fn take_snapshot(desk: &Rc<Desk<Phone>>) -> Result<(), Option<ExchangeError>> {
    match parts::take_snapshot(desk.clone()).await {
        Ok(taking) => taking.await.map_err(Some),
        Err(parts::NotHere) => Err(None),
    }
}

fn went_through(driver: &Rc<Driver>, desk: &Desk<Phone>, applied: &Applied) {
    let signals = driver.signals;
    signals.online.set(if desk.is_revoked() {
        Online::Revoked
    } else {
        Online::Online
    });
    let now = clock::now();
    signals.last_sync_at.set(Some(now));
    preferences::set_last_sync(desk.database(), now);
    if signals.trouble.with_untracked(Option::is_some) {
        signals.trouble.set(None);
    }
    driver.show(desk);
    if let Some(loss) = applied.loss {
        driver.say_lost(Lost {
            recorded: loss.count(),
            on_server: Some(loss.count()),
        });
    }
    if !applied.settled.is_empty() {
        signals.announcement.set(settled_words(desk, applied));
    }
    listen(driver);
}

/// What a screen reader says of settled records.
fn settled_words(desk: &Desk<Phone>, applied: &Applied) -> String {
    use crate::state::RecordStatus::{NeedsReview, Refused};
    let rows = desk.activity();
    let settled = rows
        .iter()
        .filter(|row| applied.settled.contains(&row.entry.id));
    let bad = settled
        .filter(|row| matches!(row.status, NeedsReview | Refused))
        .count();
    let good = applied.settled.len() - bad;
    match (good, bad) {
        (good, 0) => format!("{good} confirmed by the server."),
        (0, bad) => format!("{bad} need a look: see Activity."),
        (good, bad) => format!("{good} confirmed by the server, {bad} need a look: see Activity."),
    }
}

/// Shows what is the matter, and says how long to wait.
fn went_wrong(driver: &Driver, error: &ExchangeError, advice: Advice) -> u32 {
    let signals = driver.signals;
    let offline = *error == ExchangeError::Server(ServerError::Unreachable);
    signals.online.set(match error {
        ExchangeError::SignIn => Online::SignInToSend,
        _ => Online::Offline,
    });
    // No network is normal, and signing in has its own mark.
    if !offline && *error != ExchangeError::SignIn {
        signals.trouble.set(Some(words(error)));
    }
    if matches!(error, ExchangeError::SignIn) {
        *driver.nudges.borrow_mut() = None;
    }
    match advice {
        Advice::WaitMs(wait_ms) => {
            let wait_ms = u32::try_from(wait_ms).unwrap_or(QUIET_MS);
            if connectivity::is_visible() {
                wait_ms.min(LOOKED_AT_MS)
            } else {
                wait_ms
            }
        }
        _ => HELD_UP_MS,
    }
}

fn words(error: &ExchangeError) -> Words {
    match error {
        ExchangeError::Server(error) => server_words(error),
        ExchangeError::Store(error) => store_words(error),
        ExchangeError::SignIn => Words::default(),
        ExchangeError::DeviceUnknown => Words::new(
            "The server does not know this phone any more",
            "It may have been restored from a backup that is older than this phone.",
            "What you record stays here. Tell whoever runs the server.",
        ),
        ExchangeError::AppTooOld => Words::new(
            "Update the app to send",
            "The server was updated and no longer understands this version.",
            "Reload the page. What you record is kept.",
        ),
    }
}

/// Listens for the server's nudges while it can be reached.
fn listen(driver: &Rc<Driver>) {
    let mut nudges = driver.nudges.borrow_mut();
    if nudges.as_ref().is_none_or(Nudges::is_closed) {
        let nudged = driver.clone();
        *nudges = Nudges::listen(move || nudged.alarm.ring());
    }
}

/// Writes pages anew once the phone is quiet, so that the next start is quick.
async fn tidy_up(driver: &Rc<Driver>, desk: &Rc<Desk<Phone>>) {
    if desk.changes_since_generation() < IDLE_CHANGES {
        return;
    }
    if desk.changes_since_generation() < GENERATION_CHANGES {
        connectivity::sleep_ms(IDLE_MS).await;
    }
    if driver.is_at(desk) {
        // Only for speed, too, so it may wait until its part of the app has arrived.
        if let Ok(tidying) = parts::tidy_up(desk.clone(), IDLE_CHANGES).await {
            tidying.await;
        }
    }
}

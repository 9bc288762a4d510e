//! What the server does by itself, beside answering.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use baton_domain::id::OrganizationId;

use crate::accounts::Credentials;
use crate::http::Site;
use crate::storage::{News, PutAccount, StorageError};
use crate::words::Failure;
use crate::{Server, clock, journal};

/// How often ledgers in use are looked at for what another process recorded, such as an import
/// beside the running server. Where the database tells the news, this only mends what was missed.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How many looks make an hour.
const LOOKS_PER_HOUR: u32 = 720;

/// Keeps house until the server stops.
pub async fn keep(site: Arc<Site>, mut stopping: watch::Receiver<bool>) {
    for look in 0u32.. {
        look_around(&site.server, look % LOOKS_PER_HOUR == 0).await;
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
    }
}

/// Follows what other instances record as soon as the database tells of it, until the server stops.
pub async fn follow_news(site: Arc<Site>, mut stopping: watch::Receiver<bool>) {
    let mut news = site.server.storage.news();
    loop {
        let told = tokio::select! {
            told = news.recv() => told,
            _ = stopping.wait_for(|stopping| *stopping) => return,
        };
        let ledgers = site.server.organizations.all().into_iter();
        let concerned: Vec<_> = match told {
            Ok(News::Of(organization)) => ledgers
                .filter(|ledger| ledger.row().organization == organization)
                .collect(),
            Ok(News::Everything) | Err(RecvError::Lagged(_)) => ledgers.collect(),
            Err(RecvError::Closed) => return,
        };
        for ledger in concerned.iter().filter(|ledger| ledger.is_loaded()) {
            if let Err(error) = ledger.newest().await {
                journal::error("following the news")
                    .with("error", error.to_string())
                    .write();
            }
        }
    }
}

/// Carries over what crosses between organizations, until the server stops: whatever is due when
/// it starts, then what a change made due, every few seconds what another process left in ledgers that
/// are in use here, and every hour anywhere.
pub async fn carry(site: Arc<Site>, mut stopping: watch::Receiver<bool>) {
    let organizations = &site.server.organizations;
    for look in 0u32.. {
        // What goes wrong is written down ledger by ledger.
        let _ = if look % LOOKS_PER_HOUR == 0 {
            organizations.carry_all().await
        } else {
            organizations.carry_loaded().await
        };
        let look_again = tokio::time::sleep(LOOK_EVERY);
        tokio::pin!(look_again);
        loop {
            let changed = tokio::select! {
                changed = organizations.changed() => changed,
                () = &mut look_again => break,
                _ = stopping.wait_for(|stopping| *stopping) => return,
            };
            for organization in changed {
                organizations.carry_or_tell(organization).await;
            }
        }
    }
}

/// Follows ledgers that are in use, and hourly lets go what is over. One ledger that cannot be read
/// holds up no other, and nothing else.
pub async fn look_around(server: &Server, hourly: bool) {
    let tell = |what: &'static str, organization: Option<OrganizationId>, error: StorageError| {
        let line = journal::error(what).with("error", error.to_string());
        match organization {
            Some(organization) => line.with("organization", organization.to_string()).write(),
            None => line.write(),
        }
    };
    for ledger in server.organizations.all() {
        let organization = Some(ledger.row().organization);
        if ledger.is_loaded()
            && let Err(error) = ledger.newest().await
        {
            tell("following a ledger", organization, error);
        }
        if hourly && let Err(error) = ledger.settle_overdue().await {
            tell("settling what waits", organization, error);
        }
    }
    if hourly && let Err(error) = server.storage.forget_expired(clock::now_ms()).await {
        tell("forgetting what expired", None, error);
    }
}

/// Gives every demo account this password, unless they have it: a demo that was tried on one
/// machine must not be open to a whole network with the password from the manual.
pub async fn set_demo_password(server: &Server, password: &str) -> Result<(), Failure> {
    for ledger in server
        .organizations
        .all()
        .into_iter()
        .filter(|ledger| ledger.row().demo)
    {
        let organization = ledger.row().organization;
        let accounts = server.storage.accounts(organization).await?;
        let Some(first) = accounts.first() else {
            continue;
        };
        if server.accounts.fits(first, password).await? {
            continue;
        }
        let mut anew = Vec::with_capacity(accounts.len());
        for account in &accounts {
            let credentials = Credentials::new(&account.login, password);
            anew.push((
                account.person,
                credentials.map_err(|fault| Failure::new(fault.to_string()))?,
            ));
        }
        if server.accounts.put(organization, anew).await? == PutAccount::LoginTaken {
            return Err(Failure::new("a demo sign-in name belongs to somebody else"));
        }
    }
    Ok(())
}

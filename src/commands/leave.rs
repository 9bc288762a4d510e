//! Leaving: signing out, and taking unsent work along.

use super::desk::Desk;
use super::model::LeftBehind;
use super::ports::{Ports, Server, ServerError};
use super::presence::remember;
use baton_store::{LedgerStore, StoreError};

/// Why signing out was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignOutError {
    /// This many entries are only on this phone: send or export them first.
    Unsent(usize),
    /// The server could not be told, so the next person would still be signed in as this one.
    Server(ServerError),
    /// The session is over, and this phone could not write that down.
    Store(StoreError),
}

impl<P: Ports> Desk<P> {
    /// Ends the session. The database stays: its owner finds everything at the next sign-in, and
    /// unsent work that was exported is not deleted either.
    pub async fn sign_out(&self, exported: bool) -> Result<(), SignOutError> {
        let unsent = self.unconfirmed();
        if unsent > 0 && !exported {
            return Err(SignOutError::Unsent(unsent));
        }
        match self.ports.server().sign_out().await {
            // Nobody was signed in there any more: that is what was wanted.
            Ok(()) | Err(ServerError::Unauthorized { .. }) => {}
            Err(error) => return Err(SignOutError::Server(error)),
        }
        self.ports.memory().set_active(None);
        remember(&*self.ports).await.map_err(SignOutError::Store)
    }

    /// Everything unsent, as it was signed.
    pub async fn export(&self) -> Result<Vec<u8>, StoreError> {
        self.store.export().await
    }

    /// A draft.
    pub async fn draft(&self, key: &str) -> Option<String> {
        let bytes = self.store.draft(key).await.ok().flatten()?;
        String::from_utf8(bytes).ok()
    }

    /// Keeps a draft, or drops it.
    pub async fn keep_draft(&self, key: &str, text: Option<&str>) -> Result<(), StoreError> {
        match text {
            Some(text) => self.store.put_draft(key, text.as_bytes()).await,
            None => self.store.delete_draft(key).await,
        }
    }
}

/// Whose unsent work lies on this phone, apart from the database named.
pub async fn left_behind<P: Ports>(ports: &P, except: Option<&str>) -> Vec<LeftBehind> {
    let mut found = Vec::new();
    for resident in ports.memory().residents() {
        if Some(resident.database.as_str()) == except {
            continue;
        }
        let Ok(store) = ports.open(&resident.database).await else {
            continue;
        };
        match store.unsent_count().await {
            Ok(unsent) if unsent > 0 => found.push(LeftBehind {
                person: resident.name,
                organization: resident.organization_name,
                unsent,
            }),
            _ => {}
        }
    }
    found
}

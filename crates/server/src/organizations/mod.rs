//! The organizations that this server keeps: founding them, and finding their ledgers.
//!
//! This is also the door for commands: [`OpenLedger::append`] signs with the server's own key
//! and takes the same way as a phone's batch, so that an import cannot do what a person may not.

mod append;
mod courier;
mod feed;
mod founding;
mod holdings;
mod ledger;
mod rows;
mod signatures;
mod snapshot;
mod verify;
mod vouched;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use baton_domain::id::OrganizationId;

use crate::server_key::ServerKey;
use crate::storage::{OrganizationRow, Storage, StorageError};

pub use append::{AppendError, ServerAct};
pub use feed::{Feed, Reader};
pub use founding::{FirstAccount, NewOrganization};
pub use ledger::{OpenLedger, Published, Received};
pub use signatures::CheckedBatch;
pub use snapshot::unpack;
pub use verify::{Fault, Report};

/// Every organization of this server.
pub struct Organizations {
    storage: Arc<dyn Storage>,
    key: Arc<ServerKey>,
    open: RwLock<BTreeMap<OrganizationId, Arc<OpenLedger>>>,
    changed: Arc<courier::Changed>,
}

impl Organizations {
    /// The organizations in `storage`, whose entries `key` signs.
    pub async fn open(
        storage: Arc<dyn Storage>,
        key: Arc<ServerKey>,
    ) -> Result<Self, StorageError> {
        let organizations = Self {
            storage,
            key,
            open: RwLock::default(),
            changed: Arc::default(),
        };
        organizations.look_again().await?;
        Ok(organizations)
    }

    /// Every ledger, by organization.
    pub fn all(&self) -> Vec<Arc<OpenLedger>> {
        self.open
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }

    /// The ledger of an organization. One that another process founded is found too.
    pub async fn ledger(
        &self,
        organization: OrganizationId,
    ) -> Result<Option<Arc<OpenLedger>>, StorageError> {
        if let Some(ledger) = self.known(organization) {
            return Ok(Some(ledger));
        }
        if self.storage.position(organization).await?.is_none() {
            return Ok(None);
        }
        self.look_again().await?;
        Ok(self.known(organization))
    }

    /// The ledgers of the organizations with this name, however it is capitalised.
    pub fn named(&self, name: &str) -> Vec<Arc<OpenLedger>> {
        let wanted = name.trim().to_lowercase();
        self.all()
            .into_iter()
            .filter(|ledger| ledger.row().name.to_lowercase() == wanted)
            .collect()
    }

    /// The server's own key.
    pub fn key(&self) -> &Arc<ServerKey> {
        &self.key
    }

    fn known(&self, organization: OrganizationId) -> Option<Arc<OpenLedger>> {
        self.open
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&organization)
            .cloned()
    }

    async fn look_again(&self) -> Result<(), StorageError> {
        for row in self.storage.organizations().await? {
            if self.known(row.organization).is_none() {
                self.check_key(row.organization).await?;
                self.insert(row);
            }
        }
        Ok(())
    }

    /// Refuses a ledger that a server with another key began. An instance that was started with a
    /// key of its own would add entries that no phone can verify.
    async fn check_key(&self, organization: OrganizationId) -> Result<(), StorageError> {
        let first = self.storage.recorded_after(organization, 0, 1).await?;
        match first.first() {
            Some(founding) if founding.device != self.key.device() => Err(StorageError::OtherKey),
            _ => Ok(()),
        }
    }

    fn insert(&self, row: OrganizationRow) -> Arc<OpenLedger> {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            Arc::new(OpenLedger::new(
                row.clone(),
                Arc::clone(&self.storage),
                Arc::clone(&self.key),
                Arc::clone(&self.changed),
            ))
        };
        Arc::clone(open.entry(row.organization).or_insert_with(make))
    }
}

/// Runs what would hold an async worker up on a thread for such work.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StorageError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StorageError::Unavailable(format!("a task of the server failed: {error}")))
}

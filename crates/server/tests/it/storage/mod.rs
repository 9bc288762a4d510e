//! The conformance suite of storage: what the traits promise, on whichever database this run is
//! about.

mod accounts;
mod ledger;
mod order;
mod snapshots;

use std::sync::Arc;

use baton_domain::directory::OrganizationKind;
use baton_domain::id::{DeviceId, EntryId, OrganizationId, PersonId};
use baton_server::data_folder::DataFolder;
use baton_server::random;
use baton_server::storage::{
    AccountRow, Commit, Committed, Founded, Founding, OrganizationRow, Position, RecordRow,
    Storage, WaitingRow,
};
use tempfile::TempDir;

use crate::support::database::database_of;

/// Storage with one organization in it.
pub struct Kept {
    pub folder: TempDir,
    pub storage: Arc<dyn Storage>,
    pub organization: OrganizationId,
}

impl Kept {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = open(&folder).await;
        let organization = found(&*storage).await;
        Self {
            folder,
            storage,
            organization,
        }
    }

    /// The same database as another process has it.
    pub async fn beside(&self) -> Arc<dyn Storage> {
        open(&self.folder).await
    }

    /// Commits records on top of what is there.
    pub async fn record(&self, count: u64) -> Vec<RecordRow> {
        let before = self.position().await;
        let records: Vec<_> = (1..=count).map(|n| record(before.order + n)).collect();
        let commit = Commit {
            expected_revision: before.revision,
            records: records.clone(),
            ..Commit::default()
        };
        let done = self.storage.commit(self.organization, commit).await;
        let after = Position {
            revision: before.revision + 1,
            order: before.order + count,
        };
        assert_eq!(done, Ok(Committed::Done(after)));
        records
    }

    pub async fn position(&self) -> Position {
        let position = self.storage.position(self.organization).await.unwrap();
        position.unwrap()
    }
}

async fn open(folder: &TempDir) -> Arc<dyn Storage> {
    let data = DataFolder::open(folder.path()).unwrap();
    database_of(folder.path()).open(&data).await.unwrap()
}

/// Founds an organization without any entry.
pub async fn found(storage: &dyn Storage) -> OrganizationId {
    let organization = random::organization_id();
    let founding = Founding {
        organization: OrganizationRow {
            organization,
            name: "North".into(),
            kind: OrganizationKind::Distributor,
            demo: false,
            incarnation: random::bytes(),
            founded_at_ms: 7,
        },
        records: Vec::new(),
        account: None,
        setup_link: None,
    };
    assert_eq!(storage.found(founding).await, Ok(Founded::Done));
    organization
}

/// A record of a device of its own.
pub fn record(order: u64) -> RecordRow {
    RecordRow {
        order,
        received_at_ms: 1_000 + order as i64,
        id: random::entry_id(),
        device: random::device_id(),
        sequence: order,
        hash: random::bytes(),
        bytes: vec![order as u8; 300],
        verdict: vec![1, order as u8],
    }
}

/// An entry that waits for another.
pub fn waiting(device: DeviceId, sequence: u64, ancestor: EntryId) -> WaitingRow {
    WaitingRow {
        id: random::entry_id(),
        device,
        sequence,
        hash: random::bytes(),
        bytes: vec![7; 20],
        received_at_ms: 5,
        ancestor,
    }
}

/// Somebody who may sign in.
pub fn account(organization: OrganizationId, person: PersonId, login: &str) -> AccountRow {
    AccountRow {
        organization,
        person,
        login: login.into(),
        password_hash: "$argon2id$…".into(),
        changed_at_ms: 1,
    }
}

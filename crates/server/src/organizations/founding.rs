//! How an organization begins.

use std::sync::Arc;

use baton_domain::directory::{Device, Organization, Person};
use baton_domain::{Entry, EntryBody, State};
use baton_sync::Ledgerkeeper;

use crate::storage::{AccountRow, Founded, Founding, OrganizationRow, StorageError};
use crate::{clock, random};

use super::append::sign_all;
use super::holdings::Fetched;
use super::ledger::OpenLedger;
use super::rows::record_rows;
use super::signatures::OwnWork;
use super::{AppendError, Organizations};

/// An organization to be founded.
#[derive(Clone, Debug)]
pub struct NewOrganization {
    /// The organization, under a fresh id unless it is the demo's.
    pub organization: Organization,
    /// Its first Admin.
    pub admin: Person,
    /// The first Admin's account, if they are to sign in at once.
    pub account: Option<FirstAccount>,
    /// The hash of the set-up link that this uses up.
    pub setup_link: Option<[u8; 32]>,
}

/// The first Admin's account.
#[derive(Clone)]
pub struct FirstAccount {
    /// The login, as [`crate::accounts::Credentials`] made it.
    pub login: String,
    /// The password's hash.
    pub password_hash: String,
}

impl std::fmt::Debug for FirstAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FirstAccount(…)")
    }
}

impl Organizations {
    /// Founds an organization: its first two entries (the founding, and the server's own key in
    /// its directory), its row and its first account are written together or not at all.
    pub async fn found(
        &self,
        new: NewOrganization,
    ) -> Result<Result<Arc<OpenLedger>, Founded>, AppendError> {
        let (organization, person) = (new.organization.id, new.admin.id);
        let now_ms = clock::now_ms();
        let row = OrganizationRow {
            organization,
            name: new.organization.name.as_ref().to_owned(),
            kind: new.organization.kind,
            demo: new.organization.demo,
            incarnation: random::bytes(),
            founded_at_ms: now_ms,
        };
        let bodies = self.first_entries(&new);
        let batch = sign_all(&self.key, bodies.len(), |place| Entry {
            id: random::entry_id(),
            organization,
            actor: person,
            device: self.key.device(),
            sequence: place as u64 + 1,
            occurred_at: clock::now(),
            source_sha256: None,
            body: bodies[place].clone(),
        })?;
        let keeper = Ledgerkeeper::new(self.key.for_keeper(), State::default(), 0, Vec::new());
        let proceedings = keeper
            .receive(&batch, now_ms, &Fetched::empty_for(&batch), &OwnWork)
            .map_err(|missing| {
                StorageError::Corrupt(format!("a founding that builds on {missing:?}"))
            })?;
        let refused = proceedings
            .answers
            .iter()
            .enumerate()
            .filter(|(_, answer)| answer.order.is_none());
        let refused: Vec<_> = refused
            .map(|(place, answer)| (place, answer.verdict.clone()))
            .collect();
        if !refused.is_empty() {
            return Err(AppendError::NotAccepted(refused));
        }
        let account = new.account.map(|account| AccountRow {
            organization,
            person,
            login: account.login,
            password_hash: account.password_hash,
            changed_at_ms: now_ms,
        });
        let founding = Founding {
            organization: row.clone(),
            records: record_rows(&proceedings.records),
            account,
            setup_link: new.setup_link.map(|link| (link, now_ms)),
        };
        Ok(match self.storage.found(founding).await? {
            Founded::Done => Ok(self.insert(row)),
            refused => Err(refused),
        })
    }

    fn first_entries(&self, new: &NewOrganization) -> [EntryBody; 2] {
        let own_key = Device {
            id: self.key.device(),
            person: None,
            public_key: self.key.public_key(),
            label: "Server".into(),
            revoked: false,
        };
        let founded = EntryBody::OrganizationFounded {
            organization: new.organization.clone(),
            admin: new.admin.clone(),
        };
        [founded, EntryBody::DeviceEnrolled(own_key)]
    }
}

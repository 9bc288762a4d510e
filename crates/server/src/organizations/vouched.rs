//! Phones that the ledger forgot: their enrolment went with an old backup.
//!
//! Whoever brings the server's own certificate for such a phone ([`forgotten`]), be it the phone or
//! another that took something over from it, has it enrolled again. One that was revoked since the
//! backup is revoked again at once.

use baton_domain::id::{DeviceId, PersonId};
use baton_domain::{Entry, EntryBody};
use baton_ledger::{Certificate, SignedEntry};
use baton_sync::forgotten;

use crate::journal;
use crate::storage::StorageError;

use super::append::{AppendError, ServerAct};
use super::ledger::{FOLLOW_RECORDS, OpenLedger};

impl OpenLedger {
    /// Enrols again what certificates vouch for and the ledger does not know. What is no
    /// certificate of this server's key for this organization is passed over.
    pub async fn enrol_again(&self, certificates: &[Vec<u8>]) -> Result<(), StorageError> {
        if certificates.is_empty() {
            return Ok(());
        }
        let state = self.newest().await?.state;
        for bytes in certificates {
            let organization = self.row().organization;
            let signed =
                |certificate: &Certificate| certificate.verify(&self.key.public_key()).is_ok();
            let device = forgotten(&state, organization, self.key.device(), bytes, signed);
            let Some(device) = device else {
                continue;
            };
            let (id, owner) = (device.id, device.person);
            let enrolled = owner.map(|owner| (owner, EntryBody::DeviceEnrolled(device)));
            let revoked = self.revoked_by(id).await?;
            let revoked = revoked.map(|by| (by, EntryBody::DeviceRevoked(id)));
            let acts = enrolled.into_iter().chain(revoked);
            let acts = acts.map(|(actor, body)| ServerAct::now(actor, body));
            let line = match self.append(acts.collect(), None).await {
                Ok(_) => journal::warn("phone enrolled again"),
                Err(AppendError::Storage(error)) => return Err(error),
                Err(_) => journal::warn("phone not enrolled again"),
            };
            line.with("organization", organization.to_string())
                .with("device", id.to_string())
                .write();
        }
        Ok(())
    }

    /// Who revoked a device that the ledger does not know: the word came back with somebody's phone
    /// before the device did, and had nothing to hold on to (R38). Seldom asked, so it is looked for.
    async fn revoked_by(&self, device: DeviceId) -> Result<Option<PersonId>, StorageError> {
        let mut order = 0;
        loop {
            let organization = self.row().organization;
            let rows = self
                .storage
                .recorded_after(organization, order, FOLLOW_RECORDS)
                .await?;
            let Some(last) = rows.last() else {
                return Ok(None);
            };
            order = last.order;
            let entries = rows
                .iter()
                .filter_map(|row| SignedEntry::parse(&row.bytes).ok());
            let revokes =
                |entry: &Entry| matches!(entry.body, EntryBody::DeviceRevoked(id) if id == device);
            if let Some(word) = entries
                .map(|signed| signed.shared())
                .find(|entry| revokes(entry))
            {
                return Ok(Some(word.actor));
            }
        }
    }
}

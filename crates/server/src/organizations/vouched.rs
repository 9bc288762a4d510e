//! Phones that the ledger forgot: their enrolment went with an old backup.
//!
//! What such a phone signed, and what others carry for it, would never be believed again. But the
//! server once signed a certificate for it, and knows its own signature: whoever brings that, be it
//! the phone or another that took something over from it, has the phone enrolled again under the
//! same name and key. A phone that the ledger knows, revoked or not, is left as it is, and one that
//! was revoked since the backup is revoked again at once.

use baton_domain::directory::Device;
use baton_domain::id::{DeviceId, PersonId};
use baton_domain::{Entry, EntryBody, State};
use baton_ledger::{Certificate, SignedEntry};

use crate::journal;
use crate::storage::StorageError;

use super::append::{AppendError, ServerAct};
use super::ledger::{FOLLOW_RECORDS, OpenLedger};

/// What a phone is called whose own name is forgotten, too.
const LABEL: &str = "Phone enrolled again";

impl OpenLedger {
    /// Enrols again what certificates vouch for and the ledger does not know. What is no
    /// certificate of this server's key for this organization is passed over.
    pub async fn enrol_again(&self, certificates: &[Vec<u8>]) -> Result<(), StorageError> {
        if certificates.is_empty() {
            return Ok(());
        }
        let state = self.newest().await?.state;
        for bytes in certificates {
            let Some(device) = self.forgotten(&state, bytes) else {
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
            line.with("organization", self.row().organization.to_string())
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

    /// The device that a certificate vouches for, where nothing is known of it but its owner.
    fn forgotten(&self, state: &State, bytes: &[u8]) -> Option<Device> {
        let certificate = Certificate::parse(bytes).ok()?;
        let enrolment = certificate.enrolment();
        let is_ours = certificate.issuer() == self.key.device()
            && enrolment.organization == self.row().organization
            && certificate.verify(&self.key.public_key()).is_ok();
        let is_forgotten =
            state.device(enrolment.device).is_none() && state.person(enrolment.person).is_some();
        (is_ours && is_forgotten).then(|| Device {
            id: enrolment.device,
            person: Some(enrolment.person),
            public_key: enrolment.public_key,
            label: LABEL.into(),
            revoked: false,
        })
    }
}

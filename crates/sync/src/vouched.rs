//! Phones that a ledger forgot: their enrolment went with an old backup.
//!
//! What such a phone signed would never be believed again. But its server once signed a certificate
//! for it, and knows its own signature: whoever brings that has the phone known again under the same
//! id and key.

use baton_domain::State;
use baton_domain::directory::Device;
use baton_domain::id::{DeviceId, OrganizationId};
use baton_ledger::Certificate;

/// What a phone is called whose own name is forgotten, too.
const LABEL: &str = "Phone enrolled again";

/// The device that a certificate vouches for. None for what is no certificate of `server` for this
/// organization, and where more is known of the device than its owner: one that is known, revoked or
/// not, is left as it is. `signed` checks the signature with the server's own key.
pub fn forgotten(
    state: &State,
    organization: OrganizationId,
    server: DeviceId,
    bytes: &[u8],
    signed: impl FnOnce(&Certificate) -> bool,
) -> Option<Device> {
    let certificate = Certificate::parse(bytes).ok()?;
    let enrolment = certificate.enrolment();
    let is_ours = certificate.issuer() == server && enrolment.organization == organization;
    let is_forgotten =
        state.device(enrolment.device).is_none() && state.person(enrolment.person).is_some();
    (is_ours && is_forgotten && signed(&certificate)).then(|| Device {
        id: enrolment.device,
        person: Some(enrolment.person),
        public_key: enrolment.public_key,
        label: LABEL.into(),
        revoked: false,
    })
}

//! Another phone's entries that this phone carries.
//!
//! A handoff brings them by a code: the offer with what it rests on, or the receipt. They lie
//! among the pending ones, in the order in which they came; they are sent to the server with own
//! ones, because signatures make the messenger irrelevant; and they are settled like own ones.
//! Two things are different in the view:
//!
//! - the giver may have heard more than this phone, so his offer is taken at its word
//!   ([`baton_domain::trust`]) and is never left out for what has not arrived here;
//! - the key behind an entry may not be known here. With the server's certificate beside it, the
//!   device counts as known; without one the entry is marked, and what it brings may be used and
//!   not handed on (R38).

use crate::engine::Judge;
use baton_domain::directory::Device;
use baton_domain::entry::{Entry, EntryBody};
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{State, fold, trust};
use baton_ledger::Certificate;

/// Makes the device of another phone's entry known, or marks the entry.
pub(crate) fn meet(view: &mut State, entry: &Entry, certificate: Option<&[u8]>) {
    if let Some(device) = vouched(view, entry, certificate) {
        view.put_device(device);
    }
    if view.device(entry.device).is_none() {
        view.put_unverified(entry.id);
    }
}

/// Folds another phone's entry on the view; what this phone thinks of it.
pub(crate) fn lay(view: &mut State, base: &State, entry: &Entry, judge: Judge) -> Verdict {
    trust(view, base, entry);
    let verdict = judge(view, entry);
    if matches!(verdict.outcome, Outcome::Waiting(_)) {
        fold(view, entry, &Verdict::accepted());
    } else {
        fold(view, entry, &verdict);
    }
    verdict
}

/// Marks what rests on an offer from an unknown phone like the offer itself (R38).
pub(crate) fn pass_on_mark(view: &mut State, entry: &Entry) {
    if let EntryBody::TransferAnswered { transfer, .. } = &entry.body
        && view.is_unverified(*transfer)
    {
        view.put_unverified(entry.id);
    }
}

/// The device that a certificate vouches for, where the view does not know it. The certificate's
/// signature was checked when it was taken in.
fn vouched(view: &State, entry: &Entry, certificate: Option<&[u8]>) -> Option<Device> {
    let certificate = Certificate::parse(certificate?).ok()?;
    let enrolment = certificate.enrolment();
    let fits = enrolment.device == entry.device && view.device(entry.device).is_none();
    fits.then(|| Device {
        id: enrolment.device,
        person: Some(enrolment.person),
        public_key: enrolment.public_key,
        label: "".into(),
        revoked: false,
    })
}

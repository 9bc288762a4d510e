//! Whether what a code brought can be believed, and what it means here.
//!
//! Signatures are checked by the caller ([`Check`]), because a browser does it aside and natively
//! another library may be faster. Nothing is taken in before all of them hold.

use crate::error::HandoffError;
use crate::parcel::{Kind, Parcel};
use baton_domain::authority::{Act, Concern, may};
use baton_domain::entry::EntryBody;
use baton_domain::guard::{Guard, is_off};
use baton_domain::id::{EntryId, OrganizationId, PersonId, TransferId};
use baton_domain::proposal::{Proposal, ProposalStatus, approvers};
use baton_domain::query::has_happened;
use baton_domain::stock::Custodian;
use baton_domain::transfer::TransferStatus;
use baton_domain::verdict::Outcome;
use baton_domain::{State, fold, judge, trust};
use baton_ledger::{Certificate, PublicKey, SignedEntry};

/// Who reads a code, and what this phone knows.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// What is known here, own pending acts included.
    pub view: &'a State,
    /// What the server decided.
    pub base: &'a State,
    /// The organization.
    pub organization: OrganizationId,
    /// The person.
    pub person: PersonId,
    /// The hash of an entry whose signed bytes lie here.
    pub hash_of: &'a dyn Fn(EntryId) -> Option<[u8; 32]>,
}

/// A signature to be checked before anything is taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The entry that it is about.
    pub entry: EntryId,
    /// With which key.
    pub key: PublicKey,
    /// What was signed.
    pub message: Vec<u8>,
    /// The signature.
    pub signature: [u8; 64],
}

/// An entry that is new here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The entry.
    pub entry: SignedEntry,
    /// The certificate for its phone, where one came with it.
    pub certificate: Option<Certificate>,
}

/// What a code means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// An offer to be answered.
    Offer,
    /// The receipt for an own offer: both sides hold proof.
    Receipt,
    /// A proposal to be approved or declined (R41).
    Proposal,
    /// What somebody said to a proposal.
    Answer,
    /// It is known here already: the offer still waits, or the answer can be shown again.
    Again,
}

/// What a code brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The transfer or proposal that it is about.
    pub about: EntryId,
    /// What it means.
    pub meaning: Meaning,
    /// What is new here, oldest first.
    pub entries: Vec<Incoming>,
    /// The signatures to be checked first.
    pub checks: Vec<Check>,
}

/// Works out what a parcel means to its reader. Nothing is changed.
pub fn check(parcel: &Parcel, reader: Reader<'_>) -> Result<Arrival, HandoffError> {
    let mut checks = Vec::new();
    let mut entries = Vec::new();
    let every = parcel.ancestors.iter().chain([&parcel.entry]);
    for entry in every {
        let certificate = signer(parcel, entry, reader, &mut checks)?;
        if !has_happened(reader.view, entry.entry()) {
            entries.push(Incoming {
                entry: entry.clone(),
                certificate,
            });
        }
    }
    let (about, meaning) = match parcel.kind {
        Kind::Offer => offer(parcel, reader)?,
        Kind::Receipt => receipt(parcel, reader)?,
        Kind::Proposal => proposal(parcel, reader)?,
        Kind::Answer => answer(parcel, reader)?,
    };
    if meaning == Meaning::Again {
        entries.clear();
    }
    Ok(Arrival {
        about,
        meaning,
        entries,
        checks,
    })
}

/// Adds the checks of one entry's signature, and of the certificate that came with it. Returns that;
/// without one, nothing of an unknown phone can be checked, and the phone says so (R38).
fn signer(
    parcel: &Parcel,
    signed: &SignedEntry,
    reader: Reader<'_>,
    checks: &mut Vec<Check>,
) -> Result<Option<Certificate>, HandoffError> {
    let entry = signed.entry();
    if entry.organization != reader.organization {
        return Err(HandoffError::OtherOrganization);
    }
    let person = reader.view.person(entry.actor);
    let by_key = |key: PublicKey| Check {
        entry: entry.id,
        key,
        message: signed.signing_input(),
        signature: *signed.signature(),
    };
    let vouches = |certificate: &&Certificate| {
        let enrolment = certificate.enrolment();
        enrolment.device == entry.device
            && enrolment.person == entry.actor
            && enrolment.organization == entry.organization
    };
    // The server's own key is known to every phone since its first sync.
    let vouched = parcel.certificates.iter().find(vouches).and_then(|known| {
        let issuer = reader.view.device(known.issuer())?;
        issuer.person.is_none().then_some((known, issuer))
    });
    if let Some((certificate, issuer)) = vouched {
        let (message, signature) = certificate.signed();
        checks.push(Check {
            entry: entry.id,
            key: issuer.public_key,
            message,
            signature,
        });
    }
    let certificate = vouched.map(|(certificate, _)| certificate.clone());
    if let Some(device) = reader.view.device(entry.device) {
        if device.person.is_some_and(|person| person != entry.actor) {
            return Err(HandoffError::Tampered(entry.id));
        }
        // A receipt is a fact, also from a phone that was revoked: the office looks at it (R38).
        let left = person.is_some_and(|person| !person.active);
        if (device.revoked || left) && !entry.body.is_fact() {
            return Err(HandoffError::Revoked(entry.actor));
        }
        checks.push(by_key(device.public_key));
        // Kept all the same: a server that is restored from a backup may not know the phone then.
        return Ok(certificate);
    }
    match (&certificate, person) {
        (Some(certificate), _) => checks.push(by_key(certificate.enrolment().public_key)),
        // A colleague's new phone is marked (R38); of a stranger nothing at all is known.
        (None, Some(_)) => {}
        (None, None) => return Err(HandoffError::UnknownPerson(entry.actor)),
    }
    Ok(certificate)
}

/// True where a person answers for a custody: his own, or one that nobody signs in as and that
/// his role reaches.
fn answers_for(view: &State, person: PersonId, custodian: Custodian) -> bool {
    match custodian {
        Custodian::Person(own) => own == person,
        Custodian::Pool(_) | Custodian::Warehouse(_) => view
            .person(person)
            .is_some_and(|person| may(view, person, Act::Answer, Concern::Custody(custodian))),
    }
}

fn offer(parcel: &Parcel, reader: Reader<'_>) -> Result<(TransferId, Meaning), HandoffError> {
    let entry = parcel.entry.entry();
    let EntryBody::TransferOffered { to, .. } = &entry.body else {
        return Err(unexpected(&entry.body));
    };
    if entry.actor == reader.person {
        return Err(HandoffError::OwnOffer(entry.id));
    }
    if !answers_for(reader.view, reader.person, *to) {
        return Err(HandoffError::WrongRecipient(*to));
    }
    binds(reader, entry.id, parcel.entry.hash())?;
    match reader.view.transfer(entry.id) {
        None => {}
        Some(known) if known.status == TransferStatus::Open => {
            return Ok((entry.id, Meaning::Again));
        }
        Some(known) if known.ended_by.is_some_and(|(by, _)| by == reader.person) => {
            return Ok((entry.id, Meaning::Again));
        }
        Some(_) => return Err(HandoffError::AlreadyAnswered(entry.id)),
    }
    stands(parcel, reader)?;
    Ok((entry.id, Meaning::Offer))
}

/// Refuses what this phone knows better about: a piece that has moved on, is on hold, … Gives the
/// state in which the entry stands.
fn stands(parcel: &Parcel, reader: Reader<'_>) -> Result<State, HandoffError> {
    let mut view = reader.view.clone();
    for ancestor in &parcel.ancestors {
        if !has_happened(&view, ancestor.entry()) {
            trust(&mut view, reader.base, ancestor.entry());
            let verdict = judge(&view, ancestor.entry());
            fold(&mut view, ancestor.entry(), &verdict);
        }
    }
    trust(&mut view, reader.base, parcel.entry.entry());
    match judge(&view, parcel.entry.entry()).outcome {
        Outcome::Refused(refusal) | Outcome::Disputed(refusal) => {
            Err(HandoffError::Refused(Box::new(refusal)))
        }
        Outcome::Accepted | Outcome::Waiting(_) => Ok(view),
    }
}

fn receipt(parcel: &Parcel, reader: Reader<'_>) -> Result<(TransferId, Meaning), HandoffError> {
    let entry = parcel.entry.entry();
    let (transfer, hash) = match &entry.body {
        EntryBody::TransferAnswered {
            transfer,
            offer_hash,
            ..
        } => (*transfer, *offer_hash),
        EntryBody::TransferDeclined { transfer, .. } => (*transfer, None),
        body => return Err(unexpected(body)),
    };
    if reader.view.transfer(transfer).is_none() {
        return Err(HandoffError::UnknownOffer(transfer));
    }
    if let Some(hash) = hash {
        binds(reader, transfer, hash)?;
    }
    // Another answer to an offer that has ended is a fact all the same: it is taken in, and the
    // office hears of both.
    if has_happened(reader.view, entry) {
        return Ok((transfer, Meaning::Again));
    }
    Ok((transfer, Meaning::Receipt))
}

fn proposal(parcel: &Parcel, reader: Reader<'_>) -> Result<(EntryId, Meaning), HandoffError> {
    let entry = parcel.entry.entry();
    let id = entry.id;
    if !matches!(entry.body, EntryBody::Proposed { .. }) {
        return Err(unexpected(&entry.body));
    }
    if entry.actor == reader.person {
        return Err(HandoffError::OwnProposal(id));
    }
    binds(reader, id, parcel.entry.hash())?;
    let mine = |by: Option<(PersonId, _)>| by.is_some_and(|(by, _)| by == reader.person);
    match reader.view.proposal(id) {
        None => {}
        Some(known) if known.is_open() || mine(known.answered_by()) => {
            return Ok((id, Meaning::Again));
        }
        Some(_) => return Err(HandoffError::ProposalEnded(id)),
    }
    let view = stands(parcel, reader)?;
    let proposal = Proposal {
        entry: entry.clone(),
        status: ProposalStatus::Open,
    };
    let who = approvers(&view, &proposal);
    if who.contains(&reader.person) {
        Ok((id, Meaning::Proposal))
    } else {
        Err(HandoffError::NotAnApprover(who))
    }
}

fn answer(parcel: &Parcel, reader: Reader<'_>) -> Result<(EntryId, Meaning), HandoffError> {
    let entry = parcel.entry.entry();
    let Some(id) = entry.body.proposal() else {
        return Err(unexpected(&entry.body));
    };
    if reader.view.proposal(id).is_none() {
        return Err(HandoffError::UnknownProposal(id));
    }
    if has_happened(reader.view, entry) {
        return Ok((id, Meaning::Again));
    }
    // An approval is an intent: what speaks against it here is said before it is taken in.
    stands(parcel, reader)?;
    Ok((id, Meaning::Answer))
}

/// Fails where this phone holds other bytes under the offer's id.
fn binds(reader: Reader<'_>, offer: TransferId, hash: [u8; 32]) -> Result<(), HandoffError> {
    match (reader.hash_of)(offer) {
        Some(held) if held != hash && !is_off(Guard::OfferHashInCodes) => {
            Err(HandoffError::OtherOffer(offer))
        }
        _ => Ok(()),
    }
}

fn unexpected(body: &EntryBody) -> HandoffError {
    match body {
        EntryBody::Unknown { .. } => HandoffError::Newer,
        _ => HandoffError::Garbled,
    }
}

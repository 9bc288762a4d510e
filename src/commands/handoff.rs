//! Handing over without a network: showing an offer or a receipt, taking in what another phone
//! shows, and the proof that both sides keep.
//!
//! The order is that of every act: signatures are checked, then ONE strict transaction stores what
//! came, and only then the screen knows of it. An offer is marked as shown before its code leaves
//! the phone, so that no cancellation can free it unheard (R8).

use super::desk::Desk;
use super::ports::Ports;
use baton_domain::EntryBody;
use baton_domain::id::{DeviceId, EntryId, PersonId, TransferId};
use baton_domain::time::Timestamp;
use baton_handoff::limits::CERTIFICATES_MAX;
use baton_handoff::{
    Collected, HandoffError, Kind, Meaning, Parcel, Reader, Room, Shown, ancestors, check,
    check_phrase, code, plain,
};
use baton_ledger::{Certificate, SignedEntry};
use baton_store::{LedgerStore, StoreError, Unsent};

/// What one phone shows another.
#[derive(Clone, Debug)]
pub struct Showing {
    /// As a code, or as frames; `None` for a file.
    pub code: Option<Shown>,
    /// The same as text, to copy or to send as a file.
    pub text: String,
}

/// What became of a code that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A frame of several.
    Part {
        /// Different frames so far.
        have: usize,
        /// Frames that are needed.
        of: usize,
    },
    /// It is whole, and taken in.
    Whole {
        /// The transfer or proposal that it is about.
        about: EntryId,
        /// What it means here.
        meaning: Meaning,
    },
}

/// Why handing over did not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandError {
    /// What the code or the rules say.
    Handoff(HandoffError),
    /// The phone could not store it.
    Store(StoreError),
    /// Nobody is signed in, or another tab is the one that writes.
    NotHere,
    /// The part of the app that hands over has not arrived on this phone yet.
    NotLoaded,
}

impl From<HandoffError> for HandError {
    fn from(error: HandoffError) -> Self {
        Self::Handoff(error)
    }
}

impl From<StoreError> for HandError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// How a signature stands on what this phone knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureHolds {
    /// It fits the key of that phone.
    Yes,
    /// It does not.
    No,
    /// The key is not known here yet (R38).
    KeyUnknown,
}

/// One side of a proof: a signed entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofSide {
    /// What was signed.
    pub body: EntryBody,
    /// Who.
    pub actor: PersonId,
    /// On which phone.
    pub device: DeviceId,
    /// When, by that phone's clock.
    pub at: Timestamp,
    /// SHA-256 of what was signed.
    pub hash: [u8; 32],
    /// The signature, `r ‖ s`.
    pub signature: [u8; 64],
    /// Whether it holds.
    pub holds: SignatureHolds,
}

/// What this phone can show of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The signed entries that lie here: the offer first.
    pub sides: Vec<ProofSide>,
    /// What both sides say aloud, where both signatures lie here.
    pub phrase: Option<String>,
    /// The receipt names the very offer that lies here; `None` where one of them is missing or
    /// the receipt names none.
    pub bound: Option<bool>,
    /// Everything as text, for a file that another phone can read.
    pub text: String,
}

impl<P: Ports> Desk<P> {
    /// What to show of a transfer: its offer, or its receipt. Of a proposal: itself, or the answer.
    pub async fn show_handoff(
        &self,
        about: EntryId,
        kind: Kind,
        room: Room,
    ) -> Result<Showing, HandError> {
        let is_it = |entry: &baton_domain::Entry| match kind {
            Kind::Offer | Kind::Proposal => entry.id == about,
            Kind::Receipt => is_receipt(&entry.body),
            Kind::Answer => entry.body.proposal() == Some(about),
        };
        let entry = self.signed_here(about, &is_it).await?;
        let entry = entry.ok_or(HandoffError::NotHere(about))?;
        let parcel = self.parcel(kind, entry, room)?;
        self.engine.borrow_mut().mark_shown(about);
        let bytes = parcel.encode()?;
        let code = match room {
            Room::Code => Some(code(&bytes)?),
            Room::File => None,
        };
        let text = plain(&bytes);
        Ok(Showing { code, text })
    }

    /// The entry with what it rests on and what vouches for its phones, however many lines it has:
    /// a newcomer's tray is handed over like any other, and a certificate costs three versions of a
    /// symbol at most.
    fn parcel(&self, kind: Kind, entry: SignedEntry, room: Room) -> Result<Parcel, HandoffError> {
        let engine = self.engine.borrow();
        let unconfirmed = |id| engine.unconfirmed(id).map(|pending| pending.entry.clone());
        let ancestors = match kind {
            Kind::Offer | Kind::Proposal => ancestors(&entry, &unconfirmed, room)?,
            Kind::Receipt | Kind::Answer => Vec::new(),
        };
        let mut certificates = Vec::new();
        if entry.entry().device == self.identity.device {
            certificates.extend(Certificate::parse(&self.identity.certificate).ok());
        }
        let carried = ancestors.iter().filter_map(|entry| {
            let pending = engine.unconfirmed(entry.entry().id)?;
            Certificate::parse(pending.certificate.as_deref()?).ok()
        });
        for certificate in carried {
            if certificates.len() < CERTIFICATES_MAX && !certificates.contains(&certificate) {
                certificates.push(certificate);
            }
        }
        Ok(Parcel {
            kind,
            ancestors,
            entry,
            certificates,
        })
    }

    /// Takes what a camera saw, somebody typed or a file held. `Ok` with a whole parcel means
    /// *saved on this phone*.
    pub async fn take_code(&self, text: &str) -> Result<Taken, HandError> {
        let collected = self.collector.borrow_mut().take(text)?;
        let bytes = match collected {
            Collected::Some { have, of } => return Ok(Taken::Part { have, of }),
            Collected::Whole(bytes) => bytes,
        };
        let parcel = Parcel::decode(&bytes)?;
        let _gate = self.writing.lock().await;
        let arrival = {
            let engine = self.engine.borrow();
            let reader = Reader {
                view: engine.view(),
                base: engine.base(),
                organization: self.identity.organization,
                person: self.identity.person,
                hash_of: &|id| engine.signed(id).map(SignedEntry::hash),
            };
            check(&parcel, reader)?
        };
        for check in &arrival.checks {
            let holds = self
                .ports
                .verify(&check.key, &check.message, &check.signature);
            if !holds.await {
                return Err(HandoffError::Tampered(check.entry).into());
            }
        }
        let incoming = arrival.entries.into_iter().map(|incoming| Unsent {
            certificate: incoming.certificate.map(|known| known.bytes().to_vec()),
            ..Unsent::new(incoming.entry)
        });
        let batch: Vec<Unsent> = incoming.collect();
        if !batch.is_empty() {
            self.store.take_in(&batch).await?;
            let mut engine = self.engine.borrow_mut();
            engine.judge_by(baton_domain::judge);
            engine.take_in(batch);
        }
        Ok(Taken::Whole {
            about: arrival.about,
            meaning: arrival.meaning,
        })
    }

    /// What this phone can prove of a transfer.
    pub async fn proof(&self, transfer: TransferId) -> Result<Proof, HandError> {
        let mut signed = self.store.signed_of(transfer).await?;
        baton_domain::order::sort_by(&mut signed, &|a, b| {
            let rank = |entry: &SignedEntry| (entry.entry().id != transfer, entry.entry().id);
            rank(a).cmp(&rank(b))
        });
        let mut sides = Vec::with_capacity(signed.len());
        for entry in &signed {
            sides.push(self.side(entry).await);
        }
        let offer = signed.iter().find(|entry| entry.entry().id == transfer);
        let receipt = signed.iter().find(|entry| is_receipt(&entry.entry().body));
        let (mut phrase, mut bound, mut text) = (None, None, String::new());
        if let (Some(offer), Some(receipt)) = (offer, receipt) {
            phrase = Some(check_phrase(&offer.hash(), &receipt.hash()));
            bound = offer_hash(&receipt.entry().body).map(|hash| hash == offer.hash());
            let both = Parcel {
                kind: Kind::Receipt,
                ancestors: vec![offer.clone()],
                entry: receipt.clone(),
                certificates: Vec::new(),
            };
            text = plain(&both.encode()?);
        }
        Ok(Proof {
            sides,
            phrase,
            bound,
            text,
        })
    }

    async fn side(&self, signed: &SignedEntry) -> ProofSide {
        let entry = signed.entry();
        let device = self.engine.borrow().view().device(entry.device).cloned();
        let holds = match device {
            None => SignatureHolds::KeyUnknown,
            Some(device) => {
                let message = signed.signing_input();
                let (key, signature) = (&device.public_key, signed.signature());
                if self.ports.verify(key, &message, signature).await {
                    SignatureHolds::Yes
                } else {
                    SignatureHolds::No
                }
            }
        };
        ProofSide {
            body: entry.body.clone(),
            actor: entry.actor,
            device: entry.device,
            at: entry.occurred_at,
            hash: signed.hash(),
            signature: *signed.signature(),
            holds,
        }
    }

    /// The hash of an offer whose signed bytes lie here: what a receipt binds to.
    pub(super) async fn offer_hash(&self, offer: TransferId) -> Option<[u8; 32]> {
        let is_offer = |entry: &baton_domain::Entry| entry.id == offer;
        let signed = self.signed_here(offer, &is_offer).await.ok()?;
        signed.map(|entry| entry.hash())
    }

    /// A signed entry about a transfer or a proposal, from memory or else from the store.
    async fn signed_here(
        &self,
        about: EntryId,
        is_it: &dyn Fn(&baton_domain::Entry) -> bool,
    ) -> Result<Option<SignedEntry>, StoreError> {
        let here = self.engine.borrow().signed_of(about, is_it).cloned();
        if here.is_some() {
            return Ok(here);
        }
        let stored = self.store.signed_of(about).await?;
        Ok(stored.into_iter().find(|signed| is_it(signed.entry())))
    }
}

/// True for what the receiving side signs.
fn is_receipt(body: &EntryBody) -> bool {
    matches!(
        body,
        EntryBody::TransferAnswered { .. } | EntryBody::TransferDeclined { .. }
    )
}

fn offer_hash(body: &EntryBody) -> Option<[u8; 32]> {
    match body {
        EntryBody::TransferAnswered { offer_hash, .. } => *offer_hash,
        _ => None,
    }
}

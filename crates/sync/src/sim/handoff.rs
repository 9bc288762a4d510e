//! Two people meet, and one phone shows the other a code: nothing passes between them but what is
//! signed. The code may not be read, or only half of its frames; the receipt may not be read back;
//! either phone may crash in between (I9).
//!
//! What a code holds and what it means to its reader is the work of `baton_handoff`, as on a phone. A
//! parcel goes through its bytes and frames now and then only: packing it takes as long as a dozen
//! steps.
//!
//! Here alone people cheat, and always with their own key: a giver shows other bytes than his phone
//! keeps, a taker binds his receipt to another hash, and a code is changed on its way. What a receipt
//! binds to has to show it (see `I9` in `invariants`).

use super::acts;
use super::chance::Chance;
use super::cheap::{holds, sign};
use super::phone::Phone;
use super::run::Run;
use super::server::key_of;
use baton_domain::id::TransferId;
use baton_domain::proposal::Proposal;
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::testkit::{ORGANIZATION, REP_A, REP_B, REP_C, offer};
use baton_domain::transfer::{Transfer, TransferStatus};
use baton_domain::{Command, Entry, EntryBody};
use baton_handoff::limits::CERTIFICATES_MAX;
use baton_handoff::{
    Collected, Collector, Frames, HandoffError, Kind, Meaning, Parcel, Reader, Room, ancestors,
    check,
};
use baton_ledger::older::lacking;
use baton_ledger::{Certificate, SignedEntry};
use baton_store::conformance::ready;
use baton_store::{LedgerStore, Unsent};

/// How often a parcel goes through its bytes and frames.
const PACKED_EACH: u64 = 4;

impl Run {
    /// One phone shows an open offer; the other one reads it, answers, and shows the receipt.
    pub(super) fn meet(&mut self) {
        let giver = self.chance.below(self.phones.len());
        match self.chance.below(100) {
            0..=14 => self.offer_anew(giver),
            15..=29 => self.show_proposal(giver),
            _ => self.show_offer(giver),
        }
    }

    /// One phone shows a proposal; whoever reads it and may approve answers, and shows the answer (R41).
    fn show_proposal(&mut self, proposer: usize) {
        let phone = &self.phones[proposer];
        let mine = |proposal: &&Proposal| {
            proposal.is_open()
                && proposal.entry.actor == phone.person
                && phone.engine.signed(proposal.id()).is_some()
        };
        let open = self
            .chance
            .pick(phone.engine.view().proposals().filter(mine));
        let Some(id) = open.map(Proposal::id) else {
            return;
        };
        let Ok(parcel) = phone.shows(Kind::Proposal, id, None) else {
            return;
        };
        let other = 1 + self.chance.below(self.phones.len() - 1);
        let approver = (proposer + other) % self.phones.len();
        self.phones[proposer].engine.mark_shown(id);
        if self.read(approver, &parcel).is_none() {
            return;
        }
        self.counts.note("proposals by code");
        let command = match self.chance.percent(70) {
            true => Command::ApproveProposal(id),
            false => Command::DeclineProposal {
                proposal: id,
                reason: "not now".into(),
            },
        };
        if self.decide_and_keep(approver, command, None).is_none() {
            return;
        }
        let phone = &self.phones[approver];
        let answers = |entry: &Entry| entry.body.proposal() == Some(id);
        let answer = phone.engine.signed_of(id, &answers).cloned();
        let Some(Ok(parcel)) = answer.map(|entry| phone.shows(Kind::Answer, id, Some(entry)))
        else {
            return;
        };
        if self.read(proposer, &parcel).is_some() {
            self.counts.note("proposals answered by code");
        }
    }

    /// Whoever has just taken something hands it on before anybody syncs: codes with ancestors,
    /// and at last with more than a code carries.
    fn hand_on(&mut self, giver: usize) {
        let phone = &self.phones[giver];
        let view = phone.engine.view();
        let from = Custodian::Person(phone.person);
        let fresh = |line: &&StockLine| phone.engine.unconfirmed(line.head).is_some();
        let line = self.chance.pick(view.lines_held_by(from).filter(fresh));
        let to = self.chance.pick([REP_A, REP_B, REP_C]);
        let (Some(line), Some(to)) = (line.map(|line| line.id), to) else {
            return;
        };
        let command = offer(from, Custodian::Person(to), &[(line, 1, None)]);
        if self.decide_and_keep(giver, command, None).is_some() {
            self.show_offer(giver);
        }
    }

    /// Takes an offer back, or makes one that was taken back anew, of the same lines: whoever has
    /// answered the first one meanwhile holds a receipt for what is offered no longer (R8).
    fn offer_anew(&mut self, giver: usize) {
        let phone = &self.phones[giver];
        let (view, person) = (phone.engine.view(), phone.person);
        let free = |id: &&TransferId| {
            let known = view.transfer(**id);
            let mine = known.filter(|known| known.offered_by == person);
            mine.is_some_and(|known| known.status == TransferStatus::Cancelled)
        };
        let taken_back = self.taken_back.iter().find(free).copied();
        if let Some(old) = taken_back.and_then(|id| view.transfer(id)).cloned() {
            let line = |line: &baton_domain::transfer::TransferLine| {
                (line.line, line.quantity, line.reserved_for)
            };
            let lines: Vec<_> = old.lines.iter().map(line).collect();
            self.taken_back.retain(|id| *id != old.id);
            let command = offer(old.from, old.to, &lines);
            if self.decide_and_keep(giver, command, None).is_some() {
                self.counts.note("offers made anew");
                self.anew.insert(old.id);
                self.show_offer(giver);
            }
            return;
        }
        let mine = |transfer: &&Transfer| transfer.offered_by == person;
        let open = self.chance.pick(view.open_transfers().filter(mine));
        if let Some(transfer) = open.map(|transfer| transfer.id) {
            self.take_back(giver, transfer);
        }
    }

    fn take_back(&mut self, giver: usize, transfer: TransferId) {
        let reason = "another day".into();
        let command = Command::CancelTransfer { transfer, reason };
        if self.decide_and_keep(giver, command, None).is_some() {
            self.taken_back.push(transfer);
        }
    }

    /// Somebody finds a connection without faults.
    fn go_online(&mut self, place: usize) {
        self.changed.insert(place);
        for applied in self.phones[place].sync(&mut self.server) {
            let changed = applied.changed_verdicts.len() as u64;
            self.counts.add("changed verdicts", changed);
        }
    }

    fn show_offer(&mut self, giver: usize) {
        let phone = &self.phones[giver];
        let view = phone.engine.view();
        // What answers a request, or goes back to a warehouse, is answered through the server.
        let shown = |transfer: &&Transfer| {
            transfer.offered_by == phone.person
                && view.terms(transfer.id).is_none()
                && phone.engine.signed(transfer.id).is_some()
        };
        let offers = view.open_transfers().filter(shown);
        let Some((id, to)) = self.chance.pick(offers).map(|known| (known.id, known.to)) else {
            return;
        };
        let is_to = |place: &usize| Custodian::Person(self.phones[*place].person) == to;
        let Some(taker) = (0..self.phones.len()).find(is_to) else {
            return;
        };
        let mut parcel = match phone.shows(Kind::Offer, id, None) {
            Ok(parcel) => parcel,
            Err(HandoffError::AncestorsTooDeep { .. }) => {
                return self.counts.note("codes too deep");
            }
            Err(HandoffError::AncestorsTooLarge { .. }) => {
                return self.counts.note("codes too large");
            }
            Err(error) => panic!("{error}"),
        };
        self.phones[giver].engine.mark_shown(id);
        if !parcel.ancestors.is_empty() {
            self.counts.note("codes with ancestors");
        }
        if self.chance.percent(4) {
            self.counts.note("offers shown in other bytes than kept");
            parcel.entry = in_other_words(&parcel.entry);
        }
        if self.read(taker, &parcel).is_none() {
            return;
        }
        self.counts.note("offers by code");
        if self.chance.percent(10) {
            self.crash(taker);
        }
        if !self.answer(taker, id) {
            return;
        }
        if self.chance.percent(10) {
            // Once answered, its code says nothing new.
            self.read(taker, &parcel);
        }
        match self.chance.below(20) {
            0..=5 => self.hand_on(taker),
            6..=16 => {
                self.show_receipt(taker, giver);
                // On another phone the person does not see that the answer was given.
                if self.chance.percent(5) {
                    self.evict(taker);
                    if self.read(taker, &parcel).is_some() && self.answer(taker, id) {
                        self.counts.note("offers answered twice");
                        self.show_receipt(taker, giver);
                    }
                }
            }
            17 => {
                self.take_back(giver, id);
                self.go_online(giver);
                self.offer_anew(giver);
                self.show_receipt(taker, giver);
            }
            _ => self.counts.note("codes lost"),
        }
    }

    /// The person answers what the phone shows of an offer; true where that was recorded.
    fn answer(&mut self, place: usize, transfer: TransferId) -> bool {
        let known = self.phones[place].engine.view().transfer(transfer);
        let Some(command) = known.map(|known| acts::answer_to(known, &mut self.chance)) else {
            return false;
        };
        let offer_hash = self.offer_hash(place, transfer);
        let answered = self.decide_and_keep(place, command, offer_hash);
        if answered.is_some() {
            self.counts.note("answers by code");
        }
        answered.is_some()
    }

    /// The hash of an offer whose signed bytes lie on a phone, among its own or in the ledger's records.
    pub(super) fn offer_hash(&self, place: usize, transfer: TransferId) -> Option<[u8; 32]> {
        let phone = &self.phones[place];
        let here = phone.engine.signed(transfer);
        let record = self.server.tables.record(transfer).filter(|record| {
            let heard = record.order <= phone.engine.cursor();
            heard && phone.store.holds_record(record.order)
        });
        let signed = here.or(record.map(|record| &record.entry));
        signed.map(SignedEntry::hash)
    }

    /// What this phone knows may speak against it: then nothing is recorded.
    fn decide_and_keep(
        &mut self,
        place: usize,
        command: Command,
        offer_hash: Option<[u8; 32]>,
    ) -> Option<()> {
        let phone = &mut self.phones[place];
        let entries = phone.decide_bound(command, offer_hash).ok()?;
        if phone.save(&entries).is_err() {
            // Another tab was faster.
            self.crash(place);
            return None;
        }
        entries
            .into_iter()
            .for_each(|entry| phone.engine.record(entry));
        self.changed.insert(place);
        Some(())
    }

    /// A receipt that lies on a phone is shown to another one, now or much later.
    pub(super) fn show_receipt(&mut self, from: usize, to: usize) {
        let phone = &self.phones[from];
        let is_receipt = |entry: &&SignedEntry| {
            let entry = entry.entry();
            let answers = matches!(
                entry.body,
                EntryBody::TransferAnswered { .. } | EntryBody::TransferDeclined { .. }
            );
            answers && entry.actor == phone.person
        };
        let pending = phone.engine.pending().iter().map(|pending| &pending.entry);
        let Some(receipt) = self.chance.pick(pending.filter(is_receipt)).cloned() else {
            return;
        };
        let transfer = receipt.entry().body.transfer();
        let Ok(mut parcel) = phone.shows(Kind::Receipt, receipt.entry().id, Some(receipt)) else {
            return;
        };
        if self.chance.percent(4)
            && let EntryBody::TransferAnswered { .. } = parcel.entry.entry().body
        {
            self.counts.note("receipts for another hash");
            parcel.entry = for_another_hash(&parcel.entry);
        }
        if self.read(to, &parcel).is_none() {
            return;
        }
        let view = self.phones[to].engine.view();
        let known = transfer.and_then(|transfer| view.transfer(transfer));
        let giver = known.is_some_and(|known| known.offered_by == self.phones[to].person);
        self.counts.note(match giver {
            true => "receipts by code",
            false => "receipts read by a third phone",
        });
        if self.chance.percent(10) {
            self.crash(to);
        }
    }

    /// A phone reads what another one shows, and takes in what is new. None where nothing came of it.
    fn read(&mut self, place: usize, shown: &Parcel) -> Option<Meaning> {
        if self.chance.percent(15) {
            self.counts.note("codes lost");
            return None;
        }
        if self.chance.percent(3) {
            self.read_changed(place, shown);
            return None;
        }
        self.codes += 1;
        let old = !self.phones[place].lacks.is_empty();
        let taken = if old || self.codes.is_multiple_of(PACKED_EACH) {
            let carried = self.carried(place, shown)?;
            self.phones[place].take_code(&carried)
        } else {
            self.phones[place].take_code(shown)
        };
        match taken {
            Ok(Meaning::Again) => {
                self.counts.note("codes read again");
                Some(Meaning::Again)
            }
            Ok(meaning) => {
                self.changed.insert(place);
                Some(meaning)
            }
            Err(error) => {
                self.counts.note(name_of(&error));
                None
            }
        }
    }

    /// One bit of what was signed is another: nobody may believe it.
    fn read_changed(&mut self, place: usize, shown: &Parcel) {
        self.counts.note("codes changed on their way");
        let mut bytes = shown.entry.bytes().to_vec();
        let at = self.chance.below(bytes.len() * 8);
        bytes[at / 8] ^= 1 << (at % 8);
        let Ok(entry) = SignedEntry::parse(&bytes) else {
            return;
        };
        // Of a phone that nobody knows nothing can be checked, and what it brings is marked (R38).
        if entry.entry().device != shown.entry.entry().device {
            return;
        }
        let parcel = Parcel {
            entry,
            ..shown.clone()
        };
        let taken = self.phones[place].take_code(&parcel);
        assert!(taken.is_err(), "I9: a changed code is believed");
    }

    /// A parcel as it comes out of the frames of its code, of which a camera misses some; None where
    /// its reader has enough of it half-way.
    fn carried(&mut self, place: usize, shown: &Parcel) -> Option<Parcel> {
        let bytes = shown.encode().unwrap();
        let frames = Frames::new(&bytes).unwrap();
        let Some(bytes) = seen(&frames, &mut self.chance) else {
            self.counts.note("codes lost half-way");
            return None;
        };
        self.counts.note("codes in frames");
        let lacks = self.phones[place].lacks;
        let parcel = lacking(lacks, || Parcel::decode(&bytes)).unwrap();
        let mut every = parcel.ancestors.iter().chain([&parcel.entry]);
        let beyond = every.any(crate::engine::is_beyond);
        drop(every);
        if beyond {
            self.counts.note("codes beyond an old app");
        } else {
            assert_eq!(parcel, *shown, "a code says something else than was shown");
        }
        Some(parcel)
    }
}

impl Phone {
    /// What this phone shows of an entry that lies here: with what it rests on, and what vouches for the
    /// phones behind it.
    fn shows(
        &self,
        kind: Kind,
        id: baton_domain::id::EntryId,
        entry: Option<SignedEntry>,
    ) -> Result<Parcel, HandoffError> {
        let entry = entry.or_else(|| self.engine.signed(id).cloned());
        let entry = entry.ok_or(HandoffError::NotHere(id))?;
        let unconfirmed = |id| {
            let pending = self.engine.unconfirmed(id)?;
            Some(pending.entry.clone())
        };
        let ancestors = match kind {
            Kind::Offer | Kind::Proposal => ancestors(&entry, &unconfirmed, Room::Code)?,
            Kind::Receipt | Kind::Answer => Vec::new(),
        };
        let own = (entry.entry().device == self.device).then_some(&self.certificate);
        let carried = ancestors.iter().filter_map(|entry| {
            let pending = self.engine.unconfirmed(entry.entry().id)?;
            pending.certificate.as_ref()
        });
        let mut certificates = Vec::new();
        for bytes in own.into_iter().chain(carried) {
            let known = |known: &Certificate| known.bytes() == *bytes;
            if certificates.len() < CERTIFICATES_MAX && !certificates.iter().any(known) {
                certificates.push(Certificate::parse(bytes).unwrap());
            }
        }
        Ok(Parcel {
            kind,
            ancestors,
            entry,
            certificates,
        })
    }

    /// Takes in what a code brought, store first. From then on it is called saved.
    fn take_code(&mut self, parcel: &Parcel) -> Result<Meaning, HandoffError> {
        let engine = &self.engine;
        let reader = Reader {
            view: engine.view(),
            base: engine.base(),
            organization: ORGANIZATION,
            person: self.person,
            hash_of: &|id| engine.signed(id).map(SignedEntry::hash),
        };
        let arrival = check(parcel, reader)?;
        // Whose signature a certificate has, is looked at by other tests: it costs a dozen steps.
        let every = parcel.ancestors.iter().chain([&parcel.entry]);
        for entry in every {
            let mut of_entry = arrival.checks.iter().filter(|check| {
                check.entry == entry.entry().id && check.signature == *entry.signature()
            });
            if !of_entry.all(|check| holds(&check.message, &check.signature, &check.key)) {
                return Err(HandoffError::Tampered(entry.entry().id));
            }
        }
        self.check_bound(parcel);
        let incoming = arrival.entries.into_iter().map(|incoming| Unsent {
            certificate: incoming.certificate.map(|known| known.bytes().to_vec()),
            ..Unsent::new(incoming.entry)
        });
        let batch: Vec<Unsent> = incoming.collect();
        if !batch.is_empty() {
            ready(self.store.take_in(&batch)).unwrap();
            self.before = None;
            self.keep_in_mind(batch.iter().map(|unsent| unsent.entry.entry().id));
            self.engine.take_in(batch);
        }
        Ok(arrival.meaning)
    }

    /// I9: nobody takes a receipt for other bytes than those of the offer that lies here.
    fn check_bound(&self, parcel: &Parcel) {
        let named = match &parcel.entry.entry().body {
            EntryBody::TransferOffered { .. } => {
                Some((parcel.entry.entry().id, parcel.entry.hash()))
            }
            EntryBody::TransferAnswered {
                transfer,
                offer_hash,
                ..
            } => offer_hash.map(|hash| (*transfer, hash)),
            _ => None,
        };
        if let Some((offer, hash)) = named
            && let Some(here) = self.engine.signed(offer)
        {
            assert_eq!(here.hash(), hash, "I9: a code is for another offer {offer}");
        }
    }
}

/// What a camera makes of a row of frames: some are missed. None for who walks away.
fn seen(frames: &Frames, chance: &mut Chance) -> Option<Vec<u8>> {
    let mut collector = Collector::default();
    for number in 0.. {
        if chance.percent(30) {
            continue;
        }
        match collector.take(&frames.code(number)).unwrap() {
            Collected::Whole(bytes) => return Some(bytes),
            Collected::Some { .. } if chance.percent(35) => return None,
            Collected::Some { .. } => {}
        }
    }
    None
}

/// What a code is counted under that nothing came of.
fn name_of(error: &HandoffError) -> &'static str {
    match error {
        HandoffError::OtherOffer(_) => "codes for other bytes",
        HandoffError::UnknownOffer(_) => "receipts for unknown offers",
        HandoffError::AlreadyAnswered(_) => "codes of ended offers",
        HandoffError::Refused(_) => "codes against a rule",
        HandoffError::Revoked(_) => "codes of revoked phones",
        HandoffError::Newer => "codes for a newer app",
        HandoffError::OwnOffer(_) => "codes of one's own",
        HandoffError::NotAnApprover(_) => "proposals for somebody else",
        HandoffError::ProposalEnded(_) | HandoffError::UnknownProposal(_) => "proposals that ended",
        error => panic!("{error:?}"),
    }
}

/// The same lines under the same id, and other bytes.
fn in_other_words(offer: &SignedEntry) -> SignedEntry {
    let mut entry = offer.entry().clone();
    if let EntryBody::TransferOffered { note, .. } = &mut entry.body {
        *note = "as we said".into();
    }
    sign(&entry, &key_of(entry.device))
}

fn for_another_hash(receipt: &SignedEntry) -> SignedEntry {
    let mut entry = receipt.entry().clone();
    entry.body = entry.body.bound_to(Some([0x5A; 32]));
    sign(&entry, &key_of(entry.device))
}

//! Two people meet, and one phone shows the other a code: nothing passes between them but what is
//! signed. The code may not be read, the receipt may not be read back, and either phone may crash
//! in between (I9).

use super::acts;
use super::phone::Phone;
use super::run::Run;
use crate::Engine;
use baton_domain::EntryBody;
use baton_domain::id::{EntryId, TransferId};
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::testkit::{REP_A, REP_B, REP_C, offer};
use baton_ledger::SignedEntry;
use baton_ledger::older::is_beyond;
use baton_store::conformance::ready;
use baton_store::{LedgerStore, Unsent};

/// As many unconfirmed movements in a row as a code carries.
const DEEP_MAX: usize = 3;

impl Run {
    /// One phone shows an open offer; the other one reads it, answers, and shows the receipt.
    pub(super) fn meet(&mut self) {
        let giver = self.chance.below(self.phones.len());
        self.show_offer(giver);
    }

    /// Whoever has just taken something hands it on before anybody syncs: codes with ancestors,
    /// and at last with more than a code carries.
    fn hand_on(&mut self, giver: usize) {
        let phone = &mut self.phones[giver];
        let view = phone.engine.view();
        let from = Custodian::Person(phone.person);
        let fresh = |line: &&StockLine| phone.engine.unconfirmed(line.head).is_some();
        let line = self.chance.pick(view.lines_held_by(from).filter(fresh));
        let to = self.chance.pick([REP_A, REP_B, REP_C]);
        let (Some(line), Some(to)) = (line.map(|line| line.id), to) else {
            return;
        };
        let Ok(entries) = phone.decide(offer(from, Custodian::Person(to), &[(line, 1, None)]))
        else {
            return;
        };
        if phone.save(&entries).is_err() {
            return self.crash(giver);
        }
        entries
            .into_iter()
            .for_each(|entry| phone.engine.record(entry));
        self.changed.insert(giver);
        self.show_offer(giver);
    }

    fn show_offer(&mut self, giver: usize) {
        let phone = &self.phones[giver];
        let shown = |transfer: &&baton_domain::transfer::Transfer| {
            transfer.offered_by == phone.person && phone.engine.signed(transfer.id).is_some()
        };
        let offers = phone.engine.view().open_transfers().filter(shown);
        let Some((id, to)) = self.chance.pick(offers).map(|known| (known.id, known.to)) else {
            return;
        };
        let is_to = |place: &usize| Custodian::Person(self.phones[*place].person) == to;
        let Some(taker) = (0..self.phones.len()).find(is_to) else {
            return;
        };
        let Some(parcel) = parcel(&phone.engine, id) else {
            return self.counts.note("codes too deep");
        };
        let parcel = vouched(phone, parcel);
        self.phones[giver].engine.mark_shown(id);
        if self.chance.percent(20) {
            return self.counts.note("codes lost");
        }
        if parcel.len() > 1 {
            self.counts.note("codes with ancestors");
        }
        self.read(taker, parcel);
        self.counts.note("offers by code");
        if self.chance.percent(10) {
            self.crash(taker);
        }
        let phone = &mut self.phones[taker];
        let known = phone.engine.view().transfer(id);
        let Some(command) = known.map(|known| acts::answer_to(known, &mut self.chance)) else {
            return;
        };
        // What this phone knows may speak against it: then nothing is answered.
        let Ok(entries) = phone.decide(command) else {
            return;
        };
        // Another tab was faster.
        if phone.save(&entries).is_err() {
            return self.crash(taker);
        }
        entries
            .into_iter()
            .for_each(|entry| phone.engine.record(entry));
        self.changed.insert(taker);
        self.counts.note("answers by code");
        if self.chance.percent(30) {
            return self.hand_on(taker);
        }
        if self.chance.percent(75) {
            self.show_receipt(taker, giver);
        } else {
            self.counts.note("codes lost");
        }
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
        let offer = receipt.entry().body.transfer();
        let giver = &self.phones[to].engine;
        if offer.is_none_or(|offer| giver.view().transfer(offer).is_none()) {
            return;
        }
        let receipt = vouched(&self.phones[from], vec![receipt]);
        self.read(to, receipt);
        self.counts.note("receipts by code");
        if self.chance.percent(10) {
            self.crash(to);
        }
    }

    /// Takes in, store first. From then on it is called saved.
    fn read(&mut self, place: usize, parcel: Vec<Unsent>) {
        let phone = &mut self.phones[place];
        if parcel
            .iter()
            .any(|unsent| is_beyond(phone.lacks, &unsent.entry))
        {
            return self.counts.note("codes beyond an old app");
        }
        let unknown = |unsent: &Unsent| {
            let entry = &unsent.entry;
            let known = baton_domain::query::has_happened(phone.engine.view(), entry.entry());
            !known && phone.engine.signed(entry.entry().id).is_none()
        };
        let batch: Vec<Unsent> = parcel.into_iter().filter(unknown).collect();
        ready(phone.store.take_in(&batch)).unwrap();
        phone.before = None;
        phone.keep_in_mind(batch.iter().map(|unsent| unsent.entry.entry().id));
        phone.engine.take_in(batch);
        self.changed.insert(place);
    }
}

/// An offer with the unconfirmed entries that it rests on, oldest first; `None` where they reach
/// back too far.
fn parcel(engine: &Engine, offer: TransferId) -> Option<Vec<SignedEntry>> {
    let mut found = vec![engine.signed(offer)?.clone()];
    let mut front: Vec<EntryId> = found[0].rests_on();
    for _ in 0..DEEP_MAX {
        let mut next = Vec::new();
        for id in front {
            if let Some(pending) = engine.unconfirmed(id) {
                found.retain(|known| known.entry().id != id);
                next.extend(pending.entry.rests_on());
                found.push(pending.entry.clone());
            }
        }
        front = next;
    }
    let deeper = front.into_iter().any(|id| {
        engine.unconfirmed(id).is_some() && !found.iter().any(|known| known.entry().id == id)
    });
    found.reverse();
    (!deeper).then_some(found)
}

/// With what vouches for the phones behind it.
fn vouched(phone: &Phone, parcel: Vec<SignedEntry>) -> Vec<Unsent> {
    let vouched = |entry: SignedEntry| Unsent {
        certificate: phone.certificate_of(&entry),
        ..Unsent::new(entry)
    };
    parcel.into_iter().map(vouched).collect()
}

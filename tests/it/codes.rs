//! Handing over by codes, with the server down: what one phone shows the other reads, and nothing
//! else passes between them.

use crate::host::{Host, Network};
use crate::on_one_phone::{host, receive, schedule};
use crate::phone::{Phone, now};
use baton::commands::{HandError, RecordStatus, SignatureHolds, Taken};
use baton::state::{is_newcomer, is_overdue, person_name};
use baton_domain::directory::Role;
use baton_domain::id::{CaseId, LineId, PersonId, TransferId};
use baton_domain::stock::Claimant;
use baton_domain::testkit::{
    PUMP, REP_A, REP_B, REP_C, SCREW, answer, lot, offer, serial, takes, with,
};
use baton_domain::time::Timestamp;
use baton_domain::transfer::{DeclineReason, TransferStatus};
use baton_domain::{Command, EntryBody, Outcome, Reason};
use baton_handoff::{
    Collected, Collector, HandoffError, Kind, Meaning, Parcel, Room, Shown, plain,
};
use std::cell::RefCell;
use std::rc::Rc;

/// What a phone shows: one code, or frames of which every third is missed.
fn shown(phone: &Phone, transfer: TransferId, kind: Kind) -> Vec<String> {
    let showing = now(phone.desk.show_handoff(transfer, kind, Room::Code)).unwrap();
    match showing.code.unwrap() {
        Shown::Code(code) => vec![code],
        Shown::Frames(frames) => {
            let all = 0..4 * frames.pieces() as u16;
            all.filter(|number| number % 3 != 0)
                .map(|number| frames.code(number))
                .collect()
        }
    }
}

/// Another phone's camera sees it.
fn scan(phone: &Phone, codes: &[String]) -> Result<Meaning, HandError> {
    for code in codes {
        if let Taken::Whole { meaning, .. } = now(phone.desk.take_code(code))? {
            return Ok(meaning);
        }
    }
    panic!("the frames did not suffice")
}

pub fn hand(from: &Phone, to: &Phone, transfer: TransferId, kind: Kind) -> Meaning {
    scan(to, &shown(from, transfer, kind)).unwrap()
}

/// The same from a phone that says nothing of who it is: an older app did so with many lines.
pub fn hand_without_certificate(from: &Phone, to: &Phone, transfer: TransferId) -> Meaning {
    let mut collector = Collector::default();
    let whole = shown(from, transfer, Kind::Offer).iter().find_map(|code| {
        match collector.take(code).unwrap() {
            Collected::Whole(bytes) => Some(bytes),
            Collected::Some { .. } => None,
        }
    });
    let mut parcel = Parcel::decode(&whole.unwrap()).unwrap();
    assert!(!parcel.certificates.is_empty());
    parcel.certificates.clear();
    scan(to, &[plain(&parcel.encode().unwrap())]).unwrap()
}

pub fn accept(phone: &Phone, transfer: TransferId, quantity: u32) {
    phone.act(Command::AnswerTransfer {
        transfer,
        answers: vec![takes(quantity)],
        extras: Vec::new(),
    });
}

fn accept_all(phone: &Phone, transfer: TransferId, lines: usize) {
    phone.act(Command::AnswerTransfer {
        transfer,
        answers: vec![takes(1); lines],
        extras: Vec::new(),
    });
}

/// Receives so many lines, to offer a piece of each.
fn receive_many(phone: &Phone, lines: usize) -> Vec<(LineId, u32, Option<CaseId>)> {
    let one = |number: usize| {
        let mark = (number as u64 + 1).wrapping_mul(7_368_787) % 1_000_000;
        let identity = lot(SCREW, &format!("{mark:06}"));
        let entry = phone.act(receive(phone.me(), identity, 2)).first();
        (LineId { entry, index: 0 }, 1, None)
    };
    (0..lines).map(one).collect()
}

/// The code as an earlier build showed more than ten lines: nobody vouches for the phone.
fn without_certificate(codes: &[String]) -> String {
    let mut collector = Collector::default();
    let whole = codes.iter().find_map(|code| {
        let taken = collector.take(code).unwrap();
        matches!(taken, Collected::Whole(_)).then_some(taken)
    });
    let Some(Collected::Whole(bytes)) = whole else {
        panic!("the frames did not suffice")
    };
    let mut parcel = Parcel::decode(&bytes).unwrap();
    parcel.certificates.clear();
    plain(&parcel.encode().unwrap())
}

/// Ann with five screws that everybody knows of, Ben, and from then on no network.
pub fn apart() -> (Rc<RefCell<Host>>, Phone, Phone, LineId) {
    let host = host();
    let (ann, ben) = (Phone::new(&host, 1, "Ann"), Phone::new(&host, 2, "Ben"));
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 5)).first();
    ann.sync();
    ben.sync();
    ann.network(Network::Down);
    ben.network(Network::Down);
    (host, ann, ben, LineId { entry, index: 0 })
}

pub fn online(phone: &Phone) {
    phone.network(Network::Up);
    phone.sync();
}

fn pieces(phone: &Phone) -> u32 {
    let held = phone.view();
    held.lines_held_by(with(phone.me()))
        .map(|line| line.quantity)
        .sum()
}

/// The server ends with one transfer, answered, and both phones say the same.
fn one_transfer(host: &Rc<RefCell<Host>>, transfer: TransferId) {
    let state = host.borrow().state().clone();
    let known = state.transfer(transfer).unwrap();
    assert_eq!(known.status, TransferStatus::Answered);
    assert_eq!(state.rejections().count(), 0);
    let held: u32 = state
        .lines_held_by(with(REP_B))
        .map(|line| line.quantity)
        .sum();
    assert_eq!(held, 3);
}

#[test]
fn i9_both_tell_the_same_story_whoever_syncs_first_or_alone() {
    for order in [&["ann", "ben"][..], &["ben", "ann"], &["ben"], &["ann"]] {
        let (host, ann, ben, line) = apart();
        let transfer = ann
            .act(offer(with(REP_A), with(REP_B), &[(line, 3, None)]))
            .first();
        assert_eq!(hand(&ann, &ben, transfer, Kind::Offer), Meaning::Offer);
        accept(&ben, transfer, 3);
        assert_eq!(hand(&ben, &ann, transfer, Kind::Receipt), Meaning::Receipt);
        assert_eq!((pieces(&ann), pieces(&ben)), (2, 3), "{order:?}");
        assert_eq!(ann.view().transfer(transfer), ben.view().transfer(transfer));
        let phrases = [&ann, &ben].map(|phone| {
            let proof = now(phone.desk.proof(transfer)).unwrap();
            assert_eq!(proof.bound, Some(true));
            assert!(
                proof
                    .sides
                    .iter()
                    .all(|side| side.holds == SignatureHolds::Yes)
            );
            assert_eq!(proof.sides.len(), 2);
            proof.phrase.unwrap()
        });
        assert_eq!(phrases[0], phrases[1]);
        for name in order {
            online(if *name == "ann" { &ann } else { &ben });
            one_transfer(&host, transfer);
        }
        online(&ann);
        online(&ben);
        assert!(ann.view() == ben.view(), "{order:?}");
        one_transfer(&host, transfer);
        assert_eq!((ann.desk.unconfirmed(), ben.desk.unconfirmed()), (0, 0));
        // The proof outlives the sync.
        assert_eq!(
            now(ann.desk.proof(transfer)).unwrap().phrase.as_ref(),
            Some(&phrases[0])
        );
    }
}

#[test]
fn a_phone_killed_in_any_state_goes_on_where_it_was() {
    let (host, ann, ben, line) = apart();
    let transfer = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 3, None)]))
        .first();
    let ann = ann.reopened();
    let codes = shown(&ann, transfer, Kind::Offer);
    let ann = ann.reopened();
    assert_eq!(
        shown(&ann, transfer, Kind::Offer),
        codes,
        "the same record again"
    );
    assert_eq!(scan(&ben, &codes), Ok(Meaning::Offer));
    let ben = ben.reopened();
    assert_eq!(scan(&ben, &codes), Ok(Meaning::Again));
    accept(&ben, transfer, 3);
    let ben = ben.reopened();
    assert_eq!(
        scan(&ben, &codes),
        Ok(Meaning::Again),
        "a replay leads to the receipt"
    );
    let receipt = shown(&ben, transfer, Kind::Receipt);
    assert_eq!(scan(&ann, &receipt), Ok(Meaning::Receipt));
    let ann = ann.reopened();
    assert_eq!(scan(&ann, &receipt), Ok(Meaning::Again));
    assert_eq!((pieces(&ann), pieces(&ben)), (2, 3));
    online(&ben.reopened());
    online(&ann.reopened());
    one_transfer(&host, transfer);
}

#[test]
fn r8_what_was_shown_as_a_code_is_not_freed_by_a_cancel_and_the_receipt_still_counts() {
    let (host, ann, ben, line) = apart();
    let unshown = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 1, None)]))
        .first();
    let cancel = |transfer| Command::CancelTransfer {
        transfer,
        reason: "".into(),
    };
    ann.act(cancel(unshown));
    assert_eq!(ann.view().line(line).unwrap().free(), 5, "nobody saw it");

    let transfer = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 3, None)]))
        .first();
    let codes = shown(&ann, transfer, Kind::Offer);
    let cancelled = ann.act(cancel(transfer));
    assert_eq!(
        ann.view()
            .line(line)
            .unwrap()
            .claimed_by(Claimant::Offer(transfer)),
        3
    );
    assert_eq!(scan(&ben, &codes), Ok(Meaning::Offer));
    accept(&ben, transfer, 3);
    assert_eq!(hand(&ben, &ann, transfer, Kind::Receipt), Meaning::Receipt);
    // Ben is first at the server: the receipt is what happened.
    online(&ben);
    online(&ann);
    let known = host.borrow().state().transfer(transfer).unwrap().clone();
    assert_eq!(known.status, TransferStatus::Answered);
    assert_eq!(ann.status(cancelled.first()), RecordStatus::Refused);
    assert_eq!((pieces(&ann), pieces(&ben)), (2, 3));
}

#[test]
fn r8_after_a_day_it_is_asked_about_and_nothing_is_free() {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    let (_host, ann, ben, line) = apart();
    let transfer = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 3, None)]))
        .first();
    hand(&ann, &ben, transfer, Kind::Offer);
    for phone in [&ann, &ben] {
        let view = phone.view();
        let known = view.transfer(transfer).unwrap();
        let after = |ms| Timestamp {
            unix_ms: known.offered_at.unix_ms + ms,
            ..known.offered_at
        };
        assert!(!is_overdue(known, after(DAY_MS - 1)));
        assert!(is_overdue(known, after(DAY_MS)));
    }
    assert_eq!(ann.view().line(line).unwrap().free(), 2);
    accept(&ben, transfer, 3);
    let answered = ben.view().transfer(transfer).unwrap().clone();
    let late = Timestamp {
        unix_ms: answered.offered_at.unix_ms + 9 * DAY_MS,
        ..answered.offered_at
    };
    assert!(!is_overdue(&answered, late));
}

#[test]
fn a_chain_with_nobody_online_reaches_the_server_by_its_last_phone_alone() {
    let (host, ann, ben, _) = apart();
    let cem = Phone::new(&host, 3, "Cem");
    cem.sync();
    cem.network(Network::Down);
    let entry = ann.act(receive(ann.me(), lot(SCREW, "Z9"), 6)).first();
    let line = LineId { entry, index: 0 };
    let first = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 4, None)]))
        .first();
    hand(&ann, &ben, first, Kind::Offer);
    accept(&ben, first, 4);
    let arrived = ben
        .view()
        .lines_held_by(with(REP_B))
        .map(|line| line.id)
        .last()
        .unwrap();
    let second = ben
        .act(offer(with(REP_B), with(REP_C), &[(arrived, 2, None)]))
        .first();
    assert_eq!(hand(&ben, &cem, second, Kind::Offer), Meaning::Offer);
    accept(&cem, second, 2);
    assert_eq!(pieces(&cem), 2);
    online(&cem);
    let state = host.borrow().state().clone();
    for transfer in [first, second] {
        assert_eq!(
            state.transfer(transfer).unwrap().status,
            TransferStatus::Answered
        );
    }
    online(&ann);
    online(&ben);
    cem.sync();
    assert!(ann.view() == ben.view() && ben.view() == cem.view());
    assert_eq!((pieces(&ben), pieces(&cem)), (2, 2));
    assert_eq!(state.rejections().count(), 0);
}

#[test]
fn r35_the_same_piece_handed_over_twice_ends_as_a_dispute_that_names_both() {
    let host = host();
    let [ann, ben, cem] =
        [(1, "Ann"), (2, "Ben"), (3, "Cem")].map(|(n, name)| Phone::new(&host, n, name));
    let entry = ann.act(receive(ann.me(), serial(PUMP, "8841"), 1)).first();
    let line = LineId { entry, index: 0 };
    ann.sync();
    // Ann's second phone knows nothing of what the first one does.
    let second = Phone::new(&host, 4, "Ann");
    for phone in [&ann, &ben, &cem, &second] {
        phone.sync();
        phone.network(Network::Down);
    }
    let mut receipts = Vec::new();
    for (from, to, person) in [(&ann, &ben, REP_B), (&second, &cem, REP_C)] {
        let transfer = from
            .act(offer(with(REP_A), with(person), &[(line, 1, None)]))
            .first();
        hand(from, to, transfer, Kind::Offer);
        accept(to, transfer, 1);
        receipts.push((transfer, to));
        assert_eq!(pieces(to), 1);
    }
    for phone in [&ben, &cem, &ann, &second] {
        online(phone);
    }
    let state = host.borrow().state().clone();
    assert_eq!(
        state.line(line).unwrap().custodian,
        with(REP_B),
        "the first at the server"
    );
    let (first, second_offer) = (receipts[0].0, receipts[1].0);
    let rejected = state
        .rejection(second_offer, None)
        .or_else(|| state.rejection(second_offer, Some(line)));
    assert!(rejected.is_some(), "the second offer does not stand");
    let row = cem.desk.activity();
    let receipt = row
        .iter()
        .find(|row| row.entry.body.transfer() == Some(second_offer))
        .unwrap();
    assert_eq!(receipt.status, RecordStatus::NeedsReview);
    let refusal = receipt.refusal().unwrap();
    assert!(refusal.entry.is_some(), "{refusal:?}");
    assert_eq!(
        state.transfer(first).unwrap().status,
        TransferStatus::Answered
    );
}

#[test]
fn r38_a_phone_enrolled_since_is_vouched_for_by_its_certificate() {
    let (host, ann, ben, line) = apart();
    drop(ben);
    // Ben's new phone was enrolled after Ann's last sync.
    let ben = Phone::new(&host, 5, "Ben");
    ben.sync();
    ben.network(Network::Down);
    let transfer = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 3, None)]))
        .first();
    hand(&ann, &ben, transfer, Kind::Offer);
    accept(&ben, transfer, 3);
    assert_eq!(hand(&ben, &ann, transfer, Kind::Receipt), Meaning::Receipt);
    let ann = ann.reopened();
    let proof = now(ann.desk.proof(transfer)).unwrap();
    assert!(
        proof
            .sides
            .iter()
            .all(|side| side.holds == SignatureHolds::Yes),
        "{proof:?}"
    );
    assert!(!ann.view().is_unverified(transfer));
    online(&ann);
    one_transfer(&host, transfer);
}

#[test]
fn r38_somebody_who_joined_since_hands_over_and_gets_a_name_by_sync() {
    for lines in [1, 25, 100] {
        newcomer_hands_over(lines);
    }
}

/// Few lines in one code, a tray, and more than one code holds: the certificate goes along.
fn newcomer_hands_over(lines: usize) {
    let (host, ann, ben, _) = apart();
    drop(ann);
    let newcomer = PersonId::from_bytes([0x77; 16]);
    let dora = baton_domain::testkit::person(newcomer, "Dora", Role::Rep, None);
    host.borrow_mut().record(EntryBody::PersonRecorded(dora));
    // Her phone is enrolled and has synced; Ben's has not since.
    let dora = Phone::new(&host, 7, "Dora");
    let offered = receive_many(&dora, lines);
    dora.sync();
    dora.network(Network::Down);
    assert!(ben.view().person(newcomer).is_none());
    let transfer = dora
        .act(offer(with(newcomer), with(REP_B), &offered))
        .first();
    let codes = shown(&dora, transfer, Kind::Offer);
    assert_eq!(codes.len() > 1, lines > 25, "{lines}: {}", codes.len());
    assert_eq!(scan(&ben, &codes), Ok(Meaning::Offer));
    let ben = ben.reopened();
    assert!(is_newcomer(&ben.view(), newcomer));
    assert_eq!(person_name(&ben.view(), newcomer), "somebody new");
    accept_all(&ben, transfer, lines);
    assert_eq!(hand(&ben, &dora, transfer, Kind::Receipt), Meaning::Receipt);
    let proof = now(ben.desk.proof(transfer)).unwrap();
    let both = proof
        .sides
        .iter()
        .all(|side| side.holds == SignatureHolds::Yes);
    assert!(both && proof.sides.len() == 2, "{proof:?}");
    online(&ben);
    let state = host.borrow().state().clone();
    let known = state.transfer(transfer).unwrap();
    assert_eq!(known.status, TransferStatus::Answered);
    assert_eq!(state.rejections().count(), 0);
    assert_eq!(person_name(&ben.view(), newcomer), "Dora");
    online(&dora);
    assert!(dora.view() == ben.view());
}

#[test]
fn r41_an_approval_goes_from_phone_to_phone_and_either_brings_both_to_the_server() {
    for alone in ["proposer", "approver"] {
        let (host, ann, ben, _) = apart();
        let office = Phone::new(&host, 9, "Ada");
        let case = office.act(schedule(REP_B, &[(SCREW, 1)])).first();
        office.sync();
        for phone in [&ann, &ben] {
            online(phone);
            phone.network(Network::Down);
        }
        office.network(Network::Down);
        let what = Box::new(Command::ChangeRep { case, rep: REP_A });
        let note = "".into();
        let proposal = ann.act(Command::Propose { what, note }).first();
        assert_eq!(
            hand(&ann, &office, proposal, Kind::Proposal),
            Meaning::Proposal
        );
        let office = office.reopened();
        office.act(Command::ApproveProposal(proposal));
        let office = office.reopened();
        assert_eq!(hand(&office, &ann, proposal, Kind::Answer), Meaning::Answer);
        let ann = ann.reopened();
        assert_eq!(
            ann.view().case(case).unwrap().rep,
            REP_A,
            "without a server"
        );
        online(if alone == "proposer" { &ann } else { &office });
        assert_eq!(
            host.borrow().state().case(case).unwrap().rep,
            REP_A,
            "{alone}"
        );
        for phone in [&ann, &office, &ben] {
            online(phone);
        }
        ann.sync();
        assert_eq!((ann.desk.unconfirmed(), office.desk.unconfirmed()), (0, 0));
        assert!(ann.view().case(case) == ben.view().case(case), "{alone}");
        assert_eq!(host.borrow().state().rejections().count(), 0);
    }
}

#[test]
fn r38_what_an_unknown_phone_brought_is_usable_and_not_handed_on_until_the_server_spoke() {
    let (host, ann, ben, _) = apart();
    drop(ben);
    let ben = Phone::new(&host, 5, "Ben");
    let lines = receive_many(&ben, 12);
    ben.sync();
    ben.network(Network::Down);
    let transfer = ben.act(offer(with(REP_B), with(REP_A), &lines)).first();
    let codes = shown(&ben, transfer, Kind::Offer);
    assert_eq!(
        scan(&ann, &[without_certificate(&codes)]),
        Ok(Meaning::Offer)
    );
    assert!(ann.view().is_unverified(transfer));
    accept_all(&ann, transfer, 12);
    let arrived = ann
        .view()
        .lines_held_by(with(REP_A))
        .find(|line| line.quantity == 1)
        .unwrap()
        .id;
    let on = offer(with(REP_A), with(REP_C), &[(arrived, 1, None)]);
    assert_eq!(ann.refused(on.clone()).reason, Reason::Unverified);
    online(&ann);
    assert!(!ann.view().is_unverified(transfer));
    ann.act(on);
}

#[test]
fn a_receipt_can_report_and_a_decline_is_a_receipt_too() {
    let (_, ann, ben, line) = apart();
    let transfer = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 4, None)]))
        .first();
    hand(&ann, &ben, transfer, Kind::Offer);
    let answers = vec![answer(2, 1, 1)];
    let extras = Vec::new();
    ben.act(Command::AnswerTransfer {
        transfer,
        answers,
        extras,
    });
    hand(&ben, &ann, transfer, Kind::Receipt);
    assert_eq!((pieces(&ann), pieces(&ben)), (2, 3));
    assert_eq!(ann.view().line(line).unwrap().held(), 1, "the missing one");

    let again = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 1, None)]))
        .first();
    hand(&ann, &ben, again, Kind::Offer);
    let note = "".into();
    let reason = DeclineReason::NotNeeded;
    ben.act(Command::DeclineTransfer {
        transfer: again,
        reason,
        note,
    });
    hand(&ben, &ann, again, Kind::Receipt);
    let view = ann.view();
    let known = view.transfer(again).unwrap();
    assert!(matches!(known.status, TransferStatus::Declined(..)));
    assert_eq!(view.line(line).unwrap().free(), 1);
}

#[test]
fn a_hundred_lines_go_in_frames_and_what_fails_says_why() {
    let (host, ann, ben, line) = apart();
    let lines: Vec<(LineId, u32, Option<_>)> = {
        ann.network(Network::Up);
        let made = (0..100).map(|number| {
            // Serials that no compression makes short.
            let mixed = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let identity = serial(PUMP, &format!("{mixed:016X}"));
            let entry = ann.act(receive(ann.me(), identity, 1)).first();
            (LineId { entry, index: 0 }, 1, None)
        });
        made.collect()
    };
    ann.sync();
    ann.network(Network::Down);
    // Ben's phone has heard of none of them.
    let transfer = ann.act(offer(with(REP_A), with(REP_B), &lines)).first();
    let codes = shown(&ann, transfer, Kind::Offer);
    assert!(codes.len() > 1);
    assert_eq!(scan(&ben, &codes), Ok(Meaning::Offer));
    ben.act(Command::AnswerTransfer {
        transfer,
        answers: vec![takes(1); 100],
        extras: Vec::new(),
    });
    hand(&ben, &ann, transfer, Kind::Receipt);
    assert_eq!(pieces(&ben), 100);

    let wrong = ann
        .act(offer(with(REP_A), with(REP_C), &[(line, 1, None)]))
        .first();
    let codes = shown(&ann, wrong, Kind::Offer);
    let error = HandoffError::WrongRecipient(with(REP_C));
    assert_eq!(scan(&ben, &codes), Err(HandError::Handoff(error)));
    assert_eq!(
        scan(&ann, &codes),
        Err(HandError::Handoff(HandoffError::OwnOffer(wrong)))
    );
    online(&ben);
    online(&ann);
    let state = host.borrow().state().clone();
    assert_eq!(
        state.transfer(transfer).unwrap().status,
        TransferStatus::Answered
    );
    assert!(matches!(
        ben.desk.activity()[0].verdict.outcome,
        Outcome::Accepted
    ));
}

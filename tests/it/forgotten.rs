//! A server restored from a backup that is older than a phone: it does not know the phone, and what
//! the phone recorded is believed again, or a person decides about it.

use crate::codes::{accept, apart, hand, hand_without_certificate, online};
use crate::host::Host;
use crate::on_one_phone::{host, receive};
use crate::phone::{Phone, now};
use baton::commands::{Exchange, ExchangeError, RecordStatus};
use baton_domain::id::{EntryId, LineId, TransferId};
use baton_domain::testkit::{REP_A, REP_B, SCREW, lot, offer, takes, with};
use baton_domain::transfer::TransferStatus;
use baton_domain::{Command, Reason};
use baton_handoff::{Kind, Meaning};
use baton_sync::Advice;
use std::cell::RefCell;
use std::rc::Rc;

#[test]
fn a_phone_enrolled_after_the_backup_is_known_again_by_its_certificate() {
    let host = host();
    let backup = host.borrow().backup();
    let ann = Phone::new(&host, 1, "Ann");
    let sent = ann.act(receive(ann.me(), lot(SCREW, "A1"), 5)).first();
    ann.sync();
    let unsent = ann.act(receive(ann.me(), lot(SCREW, "A2"), 1)).first();
    backup(&mut host.borrow_mut());
    assert!(host.borrow().state().device(ann.desk.me().device).is_none());
    // Called unknown once, it tries again at once.
    let ann = ann.reopened();
    let first = now(ann.desk.exchange(0.5));
    let expected = Exchange::Failed {
        error: ExchangeError::DeviceUnknown,
        advice: Advice::AgainAtOnce,
    };
    assert_eq!(first, expected);
    ann.sync();
    for entry in [sent, unsent] {
        assert_eq!(ann.status(entry), RecordStatus::Confirmed);
        let line = LineId { entry, index: 0 };
        assert!(host.borrow().state().line(line).is_some());
    }
}

/// Ben's phone, which came after the backup and after Ann went away, makes an offer that goes to her
/// in this way, is lost, and the server is restored.
fn lost_with_the_enrolment(
    goes: impl Fn(&Phone, &Phone, TransferId) -> Meaning,
) -> (Rc<RefCell<Host>>, Phone, Phone, TransferId) {
    let (host, ann, ben, _) = apart();
    drop(ben);
    let backup = host.borrow().backup();
    let ben = Phone::new(&host, 5, "Ben");
    let entry = ben.act(receive(ben.me(), lot(SCREW, "L1"), 2)).first();
    let line = LineId { entry, index: 0 };
    ben.sync();
    let transfer = ben
        .act(offer(with(REP_B), with(REP_A), &[(line, 1, None)]))
        .first();
    assert_eq!(goes(&ben, &ann, transfer), Meaning::Offer);
    backup(&mut host.borrow_mut());
    (host, ann, ben, transfer)
}

#[test]
fn what_a_lost_phone_handed_over_is_taken_by_the_certificate_that_came_along() {
    let by_code = |ben: &Phone, ann: &Phone, transfer| hand(ben, ann, transfer, Kind::Offer);
    let (host, ann, ben, transfer) = lost_with_the_enrolment(by_code);
    accept(&ann, transfer, 1);
    online(&ann);
    // The phone is known again, and what it alone holds is waited for.
    assert!(host.borrow().state().device(ben.desk.me().device).is_some());
    assert_eq!(ann.status(transfer), RecordStatus::Waiting);
    online(&ben);
    online(&ann);
    assert_eq!(ann.status(transfer), RecordStatus::Confirmed);
    let state = host.borrow().state().clone();
    assert_eq!(
        state.transfer(transfer).unwrap().status,
        TransferStatus::Answered
    );
}

#[test]
fn what_nobody_vouches_for_is_a_persons_to_decide_and_comes_back_with_its_phone() {
    let (host, ann, ben, transfer) = lost_with_the_enrolment(hand_without_certificate);
    let receipt = ann.act(Command::AnswerTransfer {
        transfer,
        answers: vec![takes(1)],
        extras: Vec::new(),
    });
    let receipt = receipt.first();
    assert_eq!(
        now(ann.desk.let_go(&[transfer])),
        Ok(false),
        "nobody was asked"
    );
    online(&ann);
    assert!(host.borrow().state().device(ben.desk.me().device).is_none());
    assert_eq!(ann.status(transfer), RecordStatus::NeedsReview);
    assert_eq!(ann.status(receipt), RecordStatus::Waiting);
    assert_eq!(
        now(ann.desk.let_go(&[receipt])),
        Ok(false),
        "one's own stays"
    );

    assert_eq!(now(ann.desk.let_go(&[transfer])), Ok(true));
    let ann = ann.reopened();
    assert_eq!(ann.status(transfer), RecordStatus::Refused);
    assert_eq!(ann.desk.unconfirmed(), 1, "the receipt waits at the server");
    ann.sync();

    // The phone turns up after all: the server's word replaces the person's.
    online(&ben);
    online(&ann);
    for entry in [transfer, receipt] {
        assert_eq!(ann.status(entry), RecordStatus::Confirmed);
    }
    assert_eq!(ann.desk.unconfirmed(), 0);
}

/// Ann's and Ben's phones come after the backup, hers last: her snapshot has his phone already, so
/// that she holds his two records, which were confirmed, and never its enrolment. Then his is lost
/// and the server restored.
fn confirmed_of_a_lost_phone(
    host: &Rc<RefCell<Host>>,
    enrolled: impl Fn(),
) -> (Phone, [EntryId; 2]) {
    let backup = host.borrow().backup();
    let ben = Phone::new(host, 5, "Ben");
    enrolled();
    let ann = Phone::new(host, 1, "Ann");
    let receive = |name| ben.act(receive(ben.me(), lot(SCREW, name), 5)).first();
    let records = ["A1", "A2"].map(receive);
    ben.sync();
    ann.sync();
    backup(&mut host.borrow_mut());
    ann.sync();
    (ann, records)
}

/// What somebody else recorded and a person has to look at, newest first.
fn to_review_of_others(phone: &Phone) -> Vec<EntryId> {
    let rows = phone.desk.activity();
    let others = rows.iter().filter(|row| row.entry.actor != phone.me());
    let review = others.filter(|row| row.status == RecordStatus::NeedsReview);
    review.map(|row| row.entry.id).collect()
}

#[test]
fn what_was_confirmed_of_a_phone_that_nobody_knows_is_shown_and_let_go() {
    let host = host();
    let (ann, [older, newer]) = confirmed_of_a_lost_phone(&host, || {});
    assert_eq!(to_review_of_others(&ann), [newer, older]);
    let unverified = ann.desk.activity()[0].refusal().unwrap().reason;
    assert_eq!(unverified, Reason::Unverified);
    // It stays so after a restart, as soon as the server is asked.
    let ann = ann.reopened();
    ann.sync();
    assert_eq!(to_review_of_others(&ann), [newer, older]);

    assert_eq!(now(ann.desk.let_go(&[older])), Ok(true));
    assert_eq!(to_review_of_others(&ann), [newer]);
    assert_eq!(now(ann.desk.let_go(&[older])), Ok(false), "it is gone");
    assert_eq!(now(ann.desk.let_go(&[newer])), Ok(true));
    let ann = ann.reopened();
    ann.sync();
    assert_eq!(to_review_of_others(&ann), []);
}

#[test]
fn whoever_was_there_when_a_phone_was_enrolled_has_it_known_again() {
    let host = host();
    let manager = Phone::new(&host, 2, "Max");
    let (ann, records) = confirmed_of_a_lost_phone(&host, || manager.sync());
    assert_eq!(to_review_of_others(&ann).len(), 2);
    manager.sync();
    ann.sync();
    assert_eq!(to_review_of_others(&ann), []);
    for entry in records {
        let line = LineId { entry, index: 0 };
        assert!(host.borrow().state().line(line).is_some());
    }
}

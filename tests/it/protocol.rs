//! App and server of different ages: the one that lags is told so in words, and nothing is lost.

use crate::on_one_phone::{host, receive};
use crate::phone::{Phone, now};
use baton::commands::{Exchange, ExchangeError, RecordStatus};
use baton_domain::testkit::{SCREW, lot};
use baton_ledger::message::PROTOCOL;
use baton_sync::Advice;

/// An exchange that fails, and what to do about it.
fn failed(phone: &Phone) -> (ExchangeError, Advice) {
    match now(phone.desk.exchange(0.5)) {
        Exchange::Failed { error, advice } => (error, advice),
        other => panic!("it went through: {other:?}"),
    }
}

#[test]
fn a_server_of_the_next_protocol_still_takes_this_phones_work() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    host.borrow_mut().protocols = PROTOCOL..=PROTOCOL + 1;
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 5)).first();
    ann.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
}

#[test]
fn a_server_two_protocols_on_asks_to_update_the_app_and_the_work_stays() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    host.borrow_mut().protocols = PROTOCOL + 1..=PROTOCOL + 2;
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 5)).first();
    let told = (ExchangeError::AppTooOld, Advice::UpdateApp);
    assert_eq!(failed(&ann), told);
    // Recording goes on, also after a start, until the app is new enough.
    let ann = ann.reopened();
    ann.act(receive(ann.me(), lot(SCREW, "A2"), 1));
    assert_eq!(failed(&ann), told);
    assert_eq!(ann.status(entry), RecordStatus::SavedHere);
    host.borrow_mut().protocols = PROTOCOL..=PROTOCOL + 1;
    ann.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
}

#[test]
fn an_older_server_says_that_it_lags_and_gets_everything_after_its_update() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    host.borrow_mut().protocols = PROTOCOL - 1..=PROTOCOL - 1;
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 5)).first();
    let (error, advice) = failed(&ann);
    let ExchangeError::Server(error) = error else {
        panic!("{error:?}")
    };
    assert!(error.is("protocol_too_new"), "{error:?}");
    assert!(
        matches!(advice, Advice::WaitMs(_)),
        "it asks again by itself"
    );
    assert_eq!(ann.status(entry), RecordStatus::SavedHere);
    host.borrow_mut().protocols = PROTOCOL..=PROTOCOL;
    ann.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
}

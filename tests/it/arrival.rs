//! Coming to a phone: passwords, people who share one, snapshots.

use crate::host::Network;
use crate::on_one_phone::{host, receive};
use crate::phone::{Phone, now};
use baton::commands::{
    EnterError, Ports, RecordStatus, Server, ServerError, SignOutError, left_behind,
};
use baton::state::server_words;
use baton_domain::id::LineId;
use baton_domain::testkit::{SCREW, lot};

#[test]
fn a_wrong_password_is_said_in_words() {
    let host = host();
    let phone = Phone::hardware(&host, 1);
    let error = now(phone.line.sign_in("Ann", "wrong horse")).unwrap_err();
    let words = server_words(&error);
    assert_eq!(words.what, "The name or the password is not right.");
    assert!(!words.next.is_empty());
}

#[test]
fn signing_in_without_a_network_is_said_to_need_one() {
    let host = host();
    let phone = Phone::hardware(&host, 1);
    phone.line.network.set(Network::Down);
    let Err(error) = Phone::try_on(phone, "Ann") else {
        panic!("there is no network");
    };
    assert_eq!(error, EnterError::Server(ServerError::Unreachable));
    let words = server_words(&ServerError::Unreachable);
    assert!(words.next.contains("Signing in needs the server"));
}

#[test]
fn another_person_on_the_same_phone_sees_and_sends_nothing_of_the_first() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    ann.network(Network::Down);
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 3)).first();
    let unsent = now(ann.desk.sign_out(false));
    assert_eq!(unsent, Err(SignOutError::Unsent(1)));
    ann.network(Network::Up);

    let before = host.borrow().recorded();
    let ben = Phone::on(ann.hardware.clone(), "Ben");
    ben.sync();
    assert!(ben.view().line(LineId { entry, index: 0 }).is_none());
    assert_eq!(
        host.borrow().recorded(),
        before + 1,
        "Ben's phone is enrolled, nothing is sent"
    );
    let others = now(left_behind(&*ben.hardware, Some(ben.desk.database())));
    assert_eq!(others.len(), 1);
    assert_eq!((&*others[0].person, others[0].unsent), ("Ann", 1));

    // Ann's work is where she left it.
    let ann = Phone::on(ben.hardware.clone(), "Ann");
    assert_eq!(ann.status(entry), RecordStatus::SavedHere);
    ann.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
    now(ann.desk.sign_out(false)).unwrap();
    assert!(now(left_behind(&*ann.hardware, None)).is_empty());
}

#[test]
fn signing_out_after_an_export_deletes_nothing() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 3)).first();
    assert!(!now(ann.desk.export()).unwrap().is_empty());
    now(ann.desk.sign_out(true)).unwrap();
    let ann = Phone::on(ann.hardware.clone(), "Ann");
    ann.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
}

#[test]
fn without_a_network_nobody_is_signed_out_half() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    ann.network(Network::Down);
    let error = now(ann.desk.sign_out(false));
    assert_eq!(error, Err(SignOutError::Server(ServerError::Unreachable)));
    assert!(
        Phone::warm(&ann.hardware).is_ok(),
        "she is still the one who is signed in"
    );
}

#[test]
fn a_snapshot_that_goes_while_it_is_fetched_is_begun_anew() {
    let host = host();
    host.borrow_mut().snapshots_gone = 2;
    let ann = Phone::new(&host, 1, "Ann");
    assert!(ann.view().organization().is_some());
}

#[test]
fn a_page_that_is_lost_costs_that_page_and_not_those_before_it() {
    let host = host();
    let hardware = Phone::hardware(&host, 1);
    hardware.line.pages_lost.set(2);
    let ann = Phone::on(hardware, "Ann");
    assert!(!ann.desk.needs_snapshot());
    let (begun, asked) = ann.hardware.line.snapshots.get();
    let pages = now(ann.hardware.server().snapshot()).unwrap().pages;
    assert_eq!((begun, asked), (1, pages + 2));
}

#[test]
fn a_snapshot_cut_short_leaves_a_phone_that_fetches_it_later() {
    let host = host();
    let phone = Phone::hardware(&host, 1);
    host.borrow_mut().snapshots_gone = 9;
    let Err(error) = Phone::try_on(phone.clone(), "Ann") else {
        panic!("the snapshot is gone each time");
    };
    assert!(matches!(
        error,
        EnterError::Server(ServerError::Said { .. })
    ));
    host.borrow_mut().snapshots_gone = 0;
    let before = host.borrow().recorded();
    let ann = Phone::on(phone, "Ann");
    assert!(ann.view().organization().is_some());
    assert_eq!(
        host.borrow().recorded(),
        before,
        "the phone is enrolled once"
    );
}

#[test]
fn drafts_outlive_the_app() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    now(ann.desk.keep_draft("receive", Some("3 × A1"))).unwrap();
    let ann = ann.reopened();
    assert_eq!(now(ann.desk.draft("receive")).as_deref(), Some("3 × A1"));
    now(ann.desk.keep_draft("receive", None)).unwrap();
    assert_eq!(now(ann.desk.draft("receive")), None);
}

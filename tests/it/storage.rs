//! What happens when storage or server lose something.

use crate::host::Network;
use crate::on_one_phone::{host, receive};
use crate::phone::{Phone, now};
use baton::commands::{EnterError, Lost, Ports, RecordStatus, recall};
use baton_domain::id::LineId;
use baton_domain::testkit::{SCREW, lot};
use baton_store::MemoryStore;

/// The browser removes the databases, and nothing else.
fn evict(phone: &Phone) {
    for store in phone.hardware.stores.borrow_mut().values_mut() {
        *store = MemoryStore::new();
    }
}

#[test]
fn a_kill_right_after_the_sign_in_locks_nothing_away() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    ann.network(Network::Down);
    let saved = ann.act(receive(ann.me(), lot(SCREW, "A1"), 3)).first();
    ann.hardware.forget_since(None);
    let ann = ann.reopened();
    assert_eq!(ann.status(saved), RecordStatus::SavedHere);
}

#[test]
fn a_kill_right_after_the_sign_out_does_not_sign_in_again() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let before = ann.hardware.memory().active();
    now(ann.desk.sign_out(false)).unwrap();
    ann.hardware.forget_since(before);
    assert_eq!(now(recall(&*ann.hardware)), None);
    // What lies here is still known as hers.
    assert_eq!(ann.hardware.memory().residents().len(), 1);
}

#[test]
fn a_database_that_vanished_is_said_to_have_and_the_server_says_how_much_it_has() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let sent = ann.act(receive(ann.me(), lot(SCREW, "A1"), 3)).first();
    ann.sync();
    ann.network(Network::Down);
    let gone = ann.act(receive(ann.me(), lot(SCREW, "A2"), 2)).first();
    evict(&ann);
    let hardware = ann.hardware.clone();
    drop(ann);

    // Without a network it says that something was here, and begins nothing anew.
    let Err(error) = Phone::warm(&hardware) else {
        panic!("the database is empty");
    };
    let unknown = Lost {
        recorded: 2,
        on_server: None,
    };
    assert_eq!(error, EnterError::Lost(Some(unknown)));
    assert_eq!(unknown.gone(), None);

    hardware.line.network.set(Network::Up);
    let ann = Phone::on(hardware, "Ann");
    let lost = ann.lost.unwrap();
    assert_eq!(
        lost,
        Lost {
            recorded: 2,
            on_server: Some(1)
        }
    );
    assert_eq!(lost.gone(), Some(1));
    assert!(
        ann.view()
            .line(LineId {
                entry: sent,
                index: 0
            })
            .is_some()
    );
    assert!(
        ann.view()
            .line(LineId {
                entry: gone,
                index: 0
            })
            .is_none()
    );
    // The phone has a new device, whose count begins anew.
    let next = ann.act(receive(ann.me(), lot(SCREW, "A3"), 1)).first();
    ann.sync();
    assert_eq!(ann.status(next), RecordStatus::Confirmed);
}

#[test]
fn a_second_tab_that_was_faster_costs_a_new_signature_and_nothing_else() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let tab = Phone::warm(&ann.hardware).unwrap_or_else(|error| panic!("{error:?}"));
    let there = now(tab.act(receive(ann.me(), lot(SCREW, "A1"), 1)))
        .unwrap()
        .first();
    let here = ann.act(receive(ann.me(), lot(SCREW, "A2"), 1)).first();
    ann.sync();
    for entry in [there, here] {
        assert_eq!(ann.status(entry), RecordStatus::Confirmed);
        assert!(ann.view().line(LineId { entry, index: 0 }).is_some());
    }
}

#[test]
fn a_second_tab_that_synced_first_makes_the_other_look_again() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let tab = Phone::warm(&ann.hardware).unwrap_or_else(|error| panic!("{error:?}"));
    let entry = now(tab.act(receive(ann.me(), lot(SCREW, "A1"), 1)))
        .unwrap()
        .first();
    while matches!(
        now(tab.exchange(0.5)),
        baton::commands::Exchange::Done { more: true, .. }
    ) {}
    ann.sync();
    assert!(ann.view().line(LineId { entry, index: 0 }).is_some());
    let ann = ann.reopened();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
}

#[test]
fn a_restored_server_gets_back_what_it_lost() {
    let host = host();
    let (ann, ben) = (Phone::new(&host, 1, "Ann"), Phone::new(&host, 2, "Ben"));
    let backup = host.borrow().backup();
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 3)).first();
    ann.sync();
    ben.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
    backup(&mut host.borrow_mut());
    let line = LineId { entry, index: 0 };
    assert!(host.borrow().state().line(line).is_none());
    // Ben's phone offers it first: signatures make the messenger irrelevant.
    ben.sync();
    assert!(host.borrow().state().line(line).is_some());
    ann.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
    ben.sync();
    assert!(ann.view() == ben.view());
}

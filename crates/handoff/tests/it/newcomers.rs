//! Who joined after a phone last synced (R38).

use crate::phones::{certificate, key_of, two_phones};
use baton_domain::State;
use baton_domain::id::{DeviceId, PersonId};
use baton_domain::testkit::{REP_A, REP_B, REP_C, phone_of};
use baton_domain::transfer::TransferStatus;
use baton_handoff::{HandoffError, Meaning, Room};

/// The same state without one device.
pub fn without_device(state: &State, device: DeviceId) -> State {
    let mut fresh = State::default();
    fresh.put_organization(state.organization().unwrap().clone());
    state
        .people()
        .for_each(|person| fresh.put_person(person.clone()));
    state.lines().for_each(|line| fresh.put_line(line.clone()));
    let others = state.devices().filter(|known| known.id != device);
    others.for_each(|known| fresh.put_device(known.clone()));
    fresh
}

/// The same state without a person and their phone.
fn without_person(state: &State, person: PersonId) -> State {
    let known = without_device(state, phone_of(person));
    let mut fresh = State::default();
    fresh.put_organization(known.organization().unwrap().clone());
    let others = known.people().filter(|other| other.id != person);
    others.for_each(|other| fresh.put_person(other.clone()));
    known.lines().for_each(|line| fresh.put_line(line.clone()));
    let devices = known.devices();
    devices.for_each(|device| fresh.put_device(device.clone()));
    fresh
}

#[test]
fn r38_somebody_new_hands_over_by_the_servers_word_and_has_no_name_here() {
    let (mut world, mut ann, mut ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 3)]);
    ben.view = without_person(&ben.view, REP_A);
    ben.base = ben.view.clone();
    let shown = ann.parcel(&offer, Room::Code).unwrap();
    let arrival = ben.reads(&shown).unwrap();
    assert_eq!(arrival.meaning, Meaning::Offer);
    assert_eq!(arrival.entries[0].certificate, Some(certificate(REP_A)));
    assert_eq!(arrival.checks.len(), 2, "the certificate, then the offer");
    ben.takes_in(&shown);
    assert_eq!(&*ben.view.person(REP_A).unwrap().name, "");
    let receipt = ben.accept(&mut world, &offer, &[3]);
    assert_eq!(ben.pieces(), 3);
    ann.takes_in(&ben.receipt(&receipt));
    let known = ann.view.transfer(offer.entry().id).unwrap();
    assert_eq!(known.status, TransferStatus::Answered);
}

#[test]
fn r38_somebody_new_for_whom_nobody_vouches_is_not_believed() {
    let (mut world, mut ann, mut ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 1)]);
    ben.view = without_person(&ben.view, REP_A);
    let mut shown = ann.parcel(&offer, Room::Code).unwrap();
    let unknown = Err(HandoffError::UnknownPerson(REP_A));
    // Another phone's certificate, none at all, and one that a colleague made up.
    shown.certificates = vec![certificate(REP_C)];
    assert_eq!(ben.reads(&shown), unknown);
    shown.certificates.clear();
    assert_eq!(ben.reads(&shown), unknown);
    let enrolment = *certificate(REP_A).enrolment();
    let (issuer, key) = (phone_of(REP_C), key_of(phone_of(REP_C)));
    shown.certificates = vec![baton_ledger::Certificate::issue(&enrolment, issuer, &key)];
    assert_eq!(ben.reads(&shown), unknown);
}

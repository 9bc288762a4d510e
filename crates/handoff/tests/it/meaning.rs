//! What a code means to whoever reads it.

use crate::newcomers::without_device;
use crate::phones::{Phone, certificate, pump, signed, two_phones, world};
use baton_domain::directory::Device;
use baton_domain::testkit::{ADMIN, REP_A, REP_B, REP_C, SCREW, lot, phone_of, with};
use baton_domain::transfer::TransferStatus;
use baton_domain::{Command, EntryBody, Reason};
use baton_handoff::limits::{ANCESTORS_BYTES_MAX, ANCESTORS_DEEP_MAX};
use baton_handoff::{HandoffError, Meaning, Room, check_phrase};

#[test]
fn both_hold_both_signatures_and_say_the_same_words() {
    let (mut world, mut ann, mut ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 3)]);
    let shown = ann.parcel(&offer, Room::Code).unwrap();
    assert!(shown.ancestors.is_empty(), "the server knows the line");
    assert_eq!(ben.takes_in(&shown), Meaning::Offer);
    let receipt = ben.accept(&mut world, &offer, &[3]);
    assert_eq!(ann.takes_in(&ben.receipt(&receipt)), Meaning::Receipt);
    for phone in [&ann, &ben] {
        let known = phone.view.transfer(offer.entry().id).unwrap();
        assert_eq!(known.status, TransferStatus::Answered);
        assert!(phone.pending.contains_key(&offer.entry().id));
        assert!(phone.pending.contains_key(&receipt.entry().id));
    }
    assert_eq!((ann.pieces(), ben.pieces()), (2, 3));
    let phrase = check_phrase(&offer.hash(), &receipt.hash());
    assert_eq!(phrase.len(), 11);
    assert_ne!(phrase, check_phrase(&receipt.hash(), &offer.hash()));
}

#[test]
fn a_replay_is_harmless_and_leads_to_what_is_known() {
    let (mut world, mut ann, mut ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 3)]);
    let shown = ann.parcel(&offer, Room::Code).unwrap();
    ben.takes_in(&shown);
    assert_eq!(
        ben.reads(&shown).unwrap().meaning,
        Meaning::Again,
        "still open"
    );
    let receipt = ben.accept(&mut world, &offer, &[3]);
    let arrival = ben.reads(&shown).unwrap();
    assert_eq!(
        (arrival.meaning, arrival.about),
        (Meaning::Again, offer.entry().id)
    );
    assert!(arrival.entries.is_empty());
    ann.takes_in(&ben.receipt(&receipt));
    assert_eq!(ann.takes_in(&ben.receipt(&receipt)), Meaning::Again);
    assert_eq!((ann.pieces(), ben.pieces()), (2, 3));
}

#[test]
fn only_the_other_side_reads_an_offer() {
    let (mut world, mut ann, ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 1)]);
    let shown = ann.parcel(&offer, Room::Code).unwrap();
    let id = offer.entry().id;
    assert_eq!(ann.reads(&shown), Err(HandoffError::OwnOffer(id)));
    let cem = Phone::new(&world, REP_C);
    assert_eq!(
        cem.reads(&shown),
        Err(HandoffError::WrongRecipient(with(REP_B)))
    );
    // Somebody with another role does not answer for Ben by scanning what is meant for him.
    let office = Phone::new(&world, ADMIN);
    assert_eq!(
        office.reads(&shown),
        Err(HandoffError::WrongRecipient(with(REP_B)))
    );
    assert!(ben.reads(&shown).is_ok());
}

#[test]
fn an_offer_that_others_ended_says_so() {
    let (mut world, mut ann, mut ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 1)]);
    let id = offer.entry().id;
    let shown = ann.parcel(&offer, Room::Code).unwrap();
    ben.takes_in(&shown);
    let mut known = ben.view.transfer(id).unwrap().clone();
    known.status = TransferStatus::Cancelled;
    known.ended_by = Some((REP_A, known.offered_at));
    ben.view.put_transfer(known);
    assert_eq!(ben.reads(&shown), Err(HandoffError::AlreadyAnswered(id)));
}

#[test]
fn a_signature_that_does_not_fit_is_told() {
    let (mut world, mut ann, ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 1)]);
    let mut shown = ann.parcel(&offer, Room::Code).unwrap();
    // Cem's key signs what names Ann's phone.
    let entry = shown.entry.entry().clone();
    let forged = baton_ledger::Unsigned::new(&entry).unwrap();
    shown.entry = forged.sign(&crate::phones::key_of(phone_of(REP_C)));
    assert_eq!(ben.reads(&shown), Err(HandoffError::Tampered(entry.id)));
    // Ann's phone signs what names Cem.
    let mut other = entry;
    other.actor = REP_C;
    shown.entry = signed(&other);
    assert_eq!(ben.reads(&shown), Err(HandoffError::Tampered(other.id)));
}

#[test]
fn a_receipt_binds_to_the_offer_that_was_made() {
    let (mut world, mut ann, mut ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 3)]);
    ben.takes_in(&ann.parcel(&offer, Room::Code).unwrap());
    let mut other = offer.entry().clone();
    other.sequence += 1;
    let receipt = ben.accept(&mut world, &signed(&other), &[3]);
    let id = offer.entry().id;
    assert_eq!(
        ann.reads(&ben.receipt(&receipt)),
        Err(HandoffError::OtherOffer(id))
    );
    let cem = Phone::new(&world, REP_C);
    assert_eq!(
        cem.reads(&ben.receipt(&receipt)),
        Err(HandoffError::UnknownOffer(id))
    );
}

#[test]
fn a_code_of_another_organization_is_told() {
    let (mut world, mut ann, mut ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 1)]);
    let mut shown = ann.parcel(&offer, Room::Code).unwrap();
    let mut entry = shown.entry.entry().clone();
    entry.organization = baton_domain::testkit::LINKED_ORGANIZATION;
    shown.entry = signed(&entry);
    assert_eq!(ben.reads(&shown), Err(HandoffError::OtherOrganization));
    // And what a newer version made.
    let mut newer = ann.parcel(&offer, Room::Code).unwrap().encode().unwrap();
    newer[0] = 9;
    assert_eq!(
        baton_handoff::Parcel::decode(&newer),
        Err(HandoffError::Newer)
    );
    assert_eq!(
        ben.takes_in(&ann.parcel(&offer, Room::Code).unwrap()),
        Meaning::Offer
    );
}

#[test]
fn r38_a_newcomers_phone_is_vouched_for_and_a_stranger_is_marked() {
    let (mut world, mut ann, ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 1)]);
    let mut shown = ann.parcel(&offer, Room::Code).unwrap();
    // Ben has not synced since Ann's phone was enrolled.
    let mut ben = ben;
    let stranger = baton_domain::id::DeviceId::from_bytes([0x77; 16]);
    let mut entry = shown.entry.entry().clone();
    entry.device = stranger;
    shown.entry = signed(&entry);
    let arrival = ben.reads(&shown).unwrap();
    assert!(arrival.checks.is_empty() && arrival.entries[0].certificate.is_none());

    let ann_phone = phone_of(REP_A);
    let without = baton_domain::State::clone(&ben.view);
    ben.view = without_device(&without, ann_phone);
    let shown = ann.parcel(&offer, Room::Code).unwrap();
    let arrival = ben.reads(&shown).unwrap();
    assert_eq!(
        arrival.checks.len(),
        2,
        "the certificate's signature, then the offer's"
    );
    assert_eq!(arrival.entries[0].certificate, Some(certificate(REP_A)));

    // A certificate that no server signed vouches for nobody.
    let mut forged = shown;
    let enrolment = *forged.certificates[0].enrolment();
    let key = crate::phones::key_of(phone_of(REP_C));
    let server = baton_domain::testkit::SERVER;
    forged.certificates = vec![baton_ledger::Certificate::issue(&enrolment, server, &key)];
    assert_eq!(
        ben.reads(&forged),
        Err(HandoffError::Tampered(offer.entry().id))
    );
}

#[test]
fn r38_a_revoked_phone_offers_nothing() {
    let (mut world, mut ann, mut ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 1)]);
    let shown = ann.parcel(&offer, Room::Code).unwrap();
    let known = ben.view.device(phone_of(REP_A)).unwrap().clone();
    ben.view.put_device(Device {
        revoked: true,
        ..known
    });
    assert_eq!(ben.reads(&shown), Err(HandoffError::Revoked(REP_A)));
}

#[test]
fn r39_a_piece_that_has_moved_on_is_refused_and_one_that_moved_unheard_is_not() {
    let mut world = world();
    let line = world.stock(with(REP_A), pump(1), 1);
    let mut ann = Phone::new(&world, REP_A);
    let behind = Phone::new(&world, REP_B);
    // Ann gives it to Cem and has it back; the server knows, and Ben has not synced since.
    for (from, to) in [(REP_A, REP_C), (REP_C, REP_A)] {
        let transfer = world.offer(from, to, &[(line, 1, None)]).unwrap();
        world
            .answer(to, transfer, &[baton_domain::testkit::takes(1)])
            .unwrap();
    }
    let mut ben = behind;
    let mut ann_now = Phone::new(&world, REP_A);
    let offer = ann_now.offers(&mut world, REP_B, &[(line, 1)]);
    ben.takes_in(&ann_now.parcel(&offer, Room::Code).unwrap());
    ben.accept(&mut world, &offer, &[1]);
    assert_eq!(
        ben.pieces(),
        1,
        "the giver's word counts where he has heard more"
    );

    // A phone restored from before offers what it no longer holds; Ben has heard more.
    let stale = ann.offers(&mut world, REP_B, &[(line, 1)]);
    let mut knows = Phone::new(&world, REP_B);
    let error = knows
        .reads(&ann.parcel(&stale, Room::Code).unwrap())
        .unwrap_err();
    let HandoffError::Refused(refusal) = error else {
        panic!("{error:?}")
    };
    assert_eq!(refusal.reason, Reason::LineChanged);
    assert_eq!(
        knows.takes_in(&ann_now.parcel(&offer, Room::Code).unwrap()),
        Meaning::Offer
    );
}

#[test]
fn r2_pieces_that_this_phone_never_heard_of_are_read_from_the_offer() {
    let (mut world, _, ben, _) = two_phones();
    let fresh = world.stock(with(REP_A), lot(SCREW, "B2"), 9);
    let mut ann = Phone::new(&world, REP_A);
    let mut ben = ben;
    assert!(ben.view.line(fresh).is_none());
    for (quantity, holds) in [(4, 4), (3, 7)] {
        let offer = ann.offers(&mut world, REP_B, &[(fresh, quantity)]);
        ben.takes_in(&ann.parcel(&offer, Room::Code).unwrap());
        let receipt = ben.accept(&mut world, &offer, &[quantity]);
        ann.takes_in(&ben.receipt(&receipt));
        assert_eq!(ben.pieces(), holds);
    }
}

#[test]
fn a_chain_of_three_works_with_nobody_online_and_says_when_it_is_too_long() {
    let mut world = world();
    let mut phones = [REP_A, REP_B, REP_C].map(|person| Phone::new(&world, person));
    let mut line = phones[0].receives(&mut world, lot(SCREW, "Z9"), 6);
    for hop in 0..2 {
        let to = phones[hop + 1].person;
        let offer = phones[hop].offers(&mut world, to, &[(line, 2)]);
        let shown = phones[hop].parcel(&offer, Room::Code).unwrap();
        assert_eq!(shown.ancestors.len(), 1 + 2 * hop);
        assert_eq!(phones[hop + 1].takes_in(&shown), Meaning::Offer);
        let receipt = phones[hop + 1].accept(&mut world, &offer, &[2]);
        let shown = phones[hop + 1].receipt(&receipt);
        assert_eq!(phones[hop].takes_in(&shown), Meaning::Receipt);
        line = baton_domain::id::LineId {
            entry: receipt.entry().id,
            index: 0,
        };
    }
    assert_eq!(phones.each_ref().map(Phone::pieces), [4, 0, 2]);

    // A server that has seen nothing of it takes it from the last phone alone.
    for signed in phones[2].pending.values() {
        let verdict = world.record(signed.entry().clone());
        assert!(!verdict.needs_review(), "{verdict:?}");
    }
    let held: u32 = world
        .state
        .lines_held_by(with(REP_C))
        .map(|line| line.quantity)
        .sum();
    assert_eq!(held, 2);

    // One hop more rests on more than a code carries; a file carries it.
    let offer = phones[2].offers(&mut world, REP_A, &[(line, 1)]);
    let error = phones[2].parcel(&offer, Room::Code).unwrap_err();
    let deep_max = ANCESTORS_DEEP_MAX;
    assert_eq!(error, HandoffError::AncestorsTooDeep { deep_max });
    let file = phones[2].parcel(&offer, Room::File).unwrap();
    assert_eq!(phones[0].takes_in(&file), Meaning::Offer);
}

#[test]
fn what_rests_on_a_long_record_goes_by_file() {
    let mut world = world();
    let mut ann = Phone::new(&world, REP_A);
    let received = EntryBody::StockReceived {
        custodian: with(REP_A),
        lines: (0..60)
            .map(|number| baton_domain::entry::ReceivedLine {
                identity: pump(number),
                quantity: 1,
                title: baton_domain::stock::TitleHolder::Manufacturer,
                location: "".into(),
            })
            .collect(),
        reason: "delivery".into(),
    };
    let EntryBody::StockReceived {
        custodian,
        lines,
        reason,
    } = received
    else {
        unreachable!()
    };
    let command = Command::ReceiveStock {
        custodian,
        lines,
        reason,
    };
    let entry = ann.act(&mut world, command).entry().id;
    let line = baton_domain::id::LineId { entry, index: 0 };
    let offer = ann.offers(&mut world, REP_B, &[(line, 1)]);
    let bytes_max = ANCESTORS_BYTES_MAX;
    assert_eq!(
        ann.parcel(&offer, Room::Code),
        Err(HandoffError::AncestorsTooLarge { bytes_max })
    );
    assert!(ann.parcel(&offer, Room::File).is_ok());
}

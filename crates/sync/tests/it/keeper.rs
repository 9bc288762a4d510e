//! The server's core, rule by rule.

use baton_domain::id::{DeviceId, EntryId};
use baton_domain::testkit::{PUMP, REP_A, REP_B, SCREW, lot, offer, phone_of, serial, takes, with};
use baton_domain::verdict::Outcome;
use baton_domain::{Command, Entry, EntryBody, Reason};
use baton_ledger::SignedEntry;
use baton_ledger::message::EntryVerdict;
use baton_store::conformance::ready;
use baton_store::{LedgerStore, Unsent};
use baton_sync::WAITING_MS_MAX;
use baton_sync::sim::cheap::sign;
use baton_sync::sim::phone::Phone;
use baton_sync::sim::server::{Server, key_of};

/// Receives screws into one's own custody.
pub fn receive(phone: &Phone, lot_number: &str, quantity: u32) -> Command {
    let line = baton_domain::entry::ReceivedLine {
        identity: lot(SCREW, lot_number),
        quantity,
        title: baton_domain::stock::TitleHolder::Manufacturer,
        location: "".into(),
    };
    Command::ReceiveStock {
        custodian: with(phone.person),
        lines: vec![line],
        reason: "courier".into(),
    }
}

/// A received line, and an offer of it to another: the second builds on the first.
fn line_and_offer(phone: &mut Phone) -> (SignedEntry, SignedEntry) {
    let command = receive(phone, "L1", 5);
    let received = phone.act(command).unwrap().remove(0);
    let line = baton_domain::id::LineId {
        entry: received.entry().id,
        index: 0,
    };
    let offered = phone
        .act(offer(with(REP_A), with(REP_B), &[(line, 2, None)]))
        .unwrap()
        .remove(0);
    (received, offered)
}

fn resigned(entry: &Entry, change: impl FnOnce(&mut Entry)) -> SignedEntry {
    let mut entry = entry.clone();
    change(&mut entry);
    sign(&entry, &key_of(entry.device))
}

fn reason(answer: &EntryVerdict) -> (bool, Reason) {
    match &answer.verdict.outcome {
        Outcome::Refused(refusal) => (false, refusal.reason),
        Outcome::Disputed(refusal) => (true, refusal.reason),
        other => panic!("it stands: {other:?}"),
    }
}

fn waits_for(answer: &EntryVerdict) -> EntryId {
    match answer.verdict.outcome {
        Outcome::Waiting(ancestor) => ancestor,
        _ => panic!("it does not wait: {answer:?}"),
    }
}

#[test]
fn a_founded_ledger_is_gap_free_and_replays_to_the_same_state() {
    let mut server = Server::new();
    assert_eq!(server.keeper.order() as usize, server.tables.records.len());
    assert!(*server.keeper.state() == server.tables.replayed());
    server.restart();
}

#[test]
fn nothing_but_the_founding_by_its_own_key_begins_a_ledger() {
    let founded = Server::new();
    let first = founded.tables.records[0].entry.clone();
    let second = founded.tables.records[1].entry.clone();
    let mut empty = Server::new();
    empty.restore(&Default::default());
    assert_eq!(
        reason(&empty.receive(&[second])[0]),
        (false, Reason::OtherOrganization)
    );
    let other_key = sign(first.entry(), &key_of(phone_of(REP_A)));
    assert_eq!(
        reason(&empty.receive(&[other_key])[0]),
        (false, Reason::BadSignature)
    );
    let by_phone = resigned(first.entry(), |entry| entry.device = phone_of(REP_A));
    assert_eq!(
        reason(&empty.receive(&[by_phone])[0]),
        (false, Reason::OtherOrganization)
    );
    assert_eq!(empty.keeper.order(), 0);
    assert_eq!(empty.receive(&[first])[0].order, Some(1));
}

#[test]
fn r32_the_same_bytes_again_get_the_stored_verdict() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let (received, offered) = line_and_offer(&mut phone);
    let first = server.receive(&[received.clone(), offered.clone()]);
    let order = server.keeper.order();
    let again = server.receive(&[offered.clone(), received.clone(), received]);
    assert_eq!((&again[1], &again[0]), (&first[0], &first[1]));
    assert_eq!(server.keeper.order(), order);
    server.restart();
    assert_eq!(server.receive(&[offered])[0], first[1]);
}

#[test]
fn r32_the_same_id_with_other_bytes_is_quarantined() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let received = line_and_offer(&mut phone).0;
    let stored = server.receive(std::slice::from_ref(&received));
    let order = server.keeper.order();
    let other = resigned(received.entry(), |entry| entry.occurred_at.unix_ms += 1);
    for _ in 0..2 {
        let answer = server.receive(std::slice::from_ref(&other)).remove(0);
        assert_eq!(
            (answer.order, reason(&answer)),
            (None, (true, Reason::Conflicting))
        );
    }
    assert_eq!(
        (server.keeper.order(), server.tables.quarantined.len()),
        (order, 1)
    );
    assert_eq!(server.receive(&[received]), stored);
}

#[test]
fn r32_one_sequence_twice_is_recorded_as_disputed() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let (received, offered) = line_and_offer(&mut phone);
    let twin = resigned(received.entry(), |entry| {
        entry.id = EntryId::from_bytes([0xab; 16])
    });
    let answers = server.receive(&[received.clone(), twin.clone(), offered]);
    assert_eq!(answers[0].verdict.outcome, Outcome::Accepted);
    assert_eq!(reason(&answers[1]), (true, Reason::Conflicting));
    assert_eq!(answers[2].verdict.outcome, Outcome::Accepted);
    assert_eq!(answers[1].order, answers[0].order.map(|order| order + 1));
    // Also where the first of them came long before.
    let late = resigned(received.entry(), |entry| {
        entry.id = EntryId::from_bytes([0xac; 16])
    });
    assert_eq!(
        reason(&server.receive(&[late])[0]),
        (true, Reason::Conflicting)
    );
    assert_eq!(server.receive(&[twin])[0], answers[1]);
}

#[test]
fn r32_a_receipt_for_other_bytes_than_the_recorded_offer_is_disputed() {
    let mut server = Server::new();
    let mut giver = Phone::new(REP_A, &server);
    let (received, offered) = line_and_offer(&mut giver);
    server.receive(&[received, offered.clone()]);
    let mut taker = Phone::new(REP_B, &server);
    let receipt = answer(&mut taker, offered.entry().id, 2);
    for (hash, stands) in [([7; 32], false), (offered.hash(), true)] {
        let bound = resigned(receipt.entry(), |entry| {
            entry.id = EntryId::from_bytes([0x70 + hash[0] % 16; 16]);
            entry.sequence += u64::from(stands);
            if let EntryBody::TransferAnswered { offer_hash, .. } = &mut entry.body {
                *offer_hash = Some(hash);
            }
        });
        let answer = server.receive(&[bound]).remove(0);
        if stands {
            assert_eq!(answer.verdict.outcome, Outcome::Accepted);
        } else {
            assert_eq!(reason(&answer), (true, Reason::Conflicting));
        }
    }
}

#[test]
fn r32_the_word_on_other_bytes_under_an_id_is_not_the_word_on_what_lies_here() {
    let mut server = Server::new();
    let mut giver = Phone::new(REP_A, &server);
    let (received, offered) = line_and_offer(&mut giver);
    let shown = resigned(offered.entry(), |entry| {
        if let EntryBody::TransferOffered { note, .. } = &mut entry.body {
            *note = "as we said".into();
        }
    });
    let mut taker = Phone::new(REP_B, &server);
    let read = vec![Unsent::new(received.clone()), Unsent::new(shown.clone())];
    ready(taker.store.take_in(&read)).unwrap();
    taker.engine.take_in(read);
    server.receive(&[received, offered]);
    taker.sync(&mut server);
    let own = taker.engine.history().find(|own| own.entry == shown);
    let own = own.expect("what was read is not forgotten");
    let dispute = own.verdict.dispute().map(|refusal| refusal.reason);
    assert_eq!((own.order, dispute), (None, Some(Reason::Conflicting)));
}

#[test]
fn r37_only_a_broken_signature_or_another_organization_leaves_no_trace() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let good = line_and_offer(&mut phone).0;
    let order = server.keeper.order();
    let forged = sign(good.entry(), &key_of(phone_of(REP_B)));
    let foreign = resigned(good.entry(), |entry| {
        entry.organization = baton_domain::id::OrganizationId::from_bytes([9; 16]);
    });
    let borrowed = resigned(good.entry(), |entry| entry.device = phone_of(REP_B));
    let answers = server.receive(&[forged, foreign, borrowed]);
    let reasons: Vec<_> = answers.iter().map(reason).collect();
    let expected = [
        Reason::BadSignature,
        Reason::OtherOrganization,
        Reason::BadSignature,
    ];
    assert_eq!(reasons, expected.map(|reason| (false, reason)));
    assert!(answers.iter().all(|answer| answer.order.is_none()));
    assert_eq!(
        (server.keeper.order(), server.tables.quarantined.len()),
        (order, 0)
    );
    // Nobody could spoil the id before its owner sent it.
    assert_eq!(server.receive(&[good])[0].order, Some(order + 1));
}

#[test]
fn r33_what_comes_before_its_ancestor_waits_and_is_judged_when_it_comes() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let (received, offered) = line_and_offer(&mut phone);
    let order = server.keeper.order();
    let waiting = server.receive(std::slice::from_ref(&offered)).remove(0);
    assert_eq!(
        (waits_for(&waiting), waiting.order),
        (received.entry().id, None)
    );
    assert_eq!(server.receive(std::slice::from_ref(&offered))[0], waiting);
    server.restart();
    let answer = server.receive(&[received]).remove(0);
    assert_eq!(answer.order, Some(order + 1));
    assert!(server.tables.waiting.is_empty());
    let settled = server.receive(&[offered]).remove(0);
    assert_eq!(
        (settled.order, settled.verdict.outcome),
        (Some(order + 2), Outcome::Accepted)
    );
}

#[test]
fn r33_within_one_batch_the_order_of_delivery_does_not_matter() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let (received, offered) = line_and_offer(&mut phone);
    let answers = server.receive(&[offered, received]);
    let orders: Vec<_> = answers.iter().map(|answer| answer.order).collect();
    let last = server.keeper.order();
    assert_eq!(orders, [Some(last), Some(last - 1)]);
    assert!(server.tables.waiting.is_empty());
}

#[test]
fn r33_a_chain_of_waits_resolves_at_once_and_others_are_not_held_up() {
    let mut server = Server::new();
    let (mut giver, mut taker) = (Phone::new(REP_A, &server), Phone::new(REP_B, &server));
    let (received, offered) = line_and_offer(&mut giver);
    // Phone to phone: the taker has seen the offer, the server has not.
    taker.engine.record(received.clone());
    taker.engine.record(offered.clone());
    restart_with(&mut taker, &[&received, &offered]);
    let answered = answer(&mut taker, offered.entry().id, 2);
    let own = {
        let command = receive(&taker, "L9", 1);
        taker.act(command).unwrap().remove(0)
    };
    let answers = server.receive(&[answered.clone(), own]);
    assert_eq!(waits_for(&answers[0]), offered.entry().id);
    assert_eq!(answers[1].verdict.outcome, Outcome::Accepted);
    let answers = server.receive(std::slice::from_ref(&offered));
    assert_eq!(waits_for(&answers[0]), received.entry().id);
    server.receive(&[received]);
    assert!(server.tables.waiting.is_empty());
    let verdict = &server.tables.record(answered.entry().id).unwrap().verdict;
    assert_eq!(verdict.outcome, Outcome::Accepted);
}

#[test]
fn r33_a_wait_of_14_days_becomes_a_dispute() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let (received, offered) = line_and_offer(&mut phone);
    server.receive(std::slice::from_ref(&offered));
    server.now_ms += WAITING_MS_MAX - 1;
    server.end_waits();
    assert_eq!(server.tables.waiting.len(), 1);
    server.now_ms += 1;
    server.end_waits();
    assert!(server.tables.waiting.is_empty());
    let answer = server.receive(&[offered]).remove(0);
    assert_eq!(reason(&answer), (true, Reason::Unknown));
    // What it waited for is not held up by it.
    assert_eq!(
        server.receive(&[received])[0].verdict.outcome,
        Outcome::Accepted
    );
}

#[test]
fn r38_what_waits_of_a_revoked_device_or_person_becomes_a_dispute() {
    let revocations = |server: &Server| {
        let person = server.keeper.state().person(REP_A).unwrap().clone();
        [
            EntryBody::DeviceRevoked(phone_of(REP_A)),
            EntryBody::PersonRecorded(baton_domain::directory::Person {
                active: false,
                ..person
            }),
        ]
    };
    for which in 0..2 {
        let mut server = Server::new();
        let mut phone = Phone::new(REP_A, &server);
        let offered = line_and_offer(&mut phone).1;
        server.receive(std::slice::from_ref(&offered));
        assert_eq!(server.tables.waiting.len(), 1);
        let revocation = revocations(&server)[which].clone();
        assert_eq!(server.record(revocation).verdict.outcome, Outcome::Accepted);
        assert!(server.tables.waiting.is_empty());
        assert_eq!(
            reason(&server.receive(&[offered])[0]),
            (true, Reason::Revoked)
        );
    }
}

#[test]
fn nothing_waits_for_what_is_there_and_never_made_it() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let (received, offered) = line_and_offer(&mut phone);
    let founding = server.tables.records[0].entry.entry().id;
    let rewritten = |to: EntryId| {
        resigned(offered.entry(), |entry| {
            let EntryBody::TransferOffered { lines, .. } = &mut entry.body else {
                panic!()
            };
            lines[0].stock.line.entry = to;
        })
    };
    server.receive(&[received]);
    for named in [founding, offered.entry().id] {
        let mut copy = Server::clone(&server);
        let answer = copy.receive(&[rewritten(named)]).remove(0);
        assert_eq!(reason(&answer), (false, Reason::Unknown));
    }
}

#[test]
fn an_unknown_devices_entry_is_left_with_its_sender() {
    let mut server = Server::new();
    let stranger = DeviceId::from_bytes([0x77; 16]);
    let mut phone = Phone::blank(REP_A, stranger);
    phone.engine = Phone::new(REP_A, &server).engine;
    let entry = {
        let command = receive(&phone, "L1", 1);
        phone.decide(command).unwrap().remove(0)
    };
    let answer = server.receive(std::slice::from_ref(&entry)).remove(0);
    assert_eq!(waits_for(&answer), entry.entry().id);
    assert!(server.tables.waiting.is_empty());
    let device = baton_domain::testkit::device(stranger, Some(REP_A));
    server.record(EntryBody::DeviceEnrolled(device));
    assert_eq!(
        server.receive(&[entry])[0].verdict.outcome,
        Outcome::Accepted
    );
}

#[test]
fn a_transaction_that_fails_leaves_nothing_behind() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let (received, offered) = line_and_offer(&mut phone);
    let before = (server.keeper.order(), server.keeper.state().clone());
    server.receive_and_fail(&[offered.clone(), received.clone()]);
    assert!((server.keeper.order(), server.keeper.state().clone()) == before);
    assert_eq!(server.keeper.waiting().count(), 0);
    assert!(
        server
            .receive(&[offered, received])
            .iter()
            .all(|answer| answer.order.is_some())
    );
}

#[test]
fn r9_the_second_of_two_phones_with_one_serial_is_refused_and_what_builds_on_it_too() {
    let mut server = Server::new();
    let mut phones = [Phone::new(REP_A, &server), Phone::new(REP_B, &server)];
    for phone in &mut phones {
        let line = baton_domain::entry::ReceivedLine {
            identity: serial(PUMP, "S1"),
            quantity: 1,
            title: baton_domain::stock::TitleHolder::Manufacturer,
            location: "".into(),
        };
        let received = Command::ReceiveStock {
            custodian: with(phone.person),
            lines: vec![line],
            reason: "courier".into(),
        };
        let id = phone.act(received).unwrap()[0].entry().id;
        let line = baton_domain::id::LineId {
            entry: id,
            index: 0,
        };
        let to = if phone.person == REP_A { REP_B } else { REP_A };
        phone
            .act(offer(with(phone.person), with(to), &[(line, 1, None)]))
            .unwrap();
    }
    let batch = |phone: &Phone| {
        phone
            .engine
            .pending()
            .iter()
            .map(|own| own.entry.clone())
            .collect::<Vec<_>>()
    };
    let first = server.receive(&batch(&phones[0]));
    assert!(
        first
            .iter()
            .all(|answer| answer.verdict.outcome == Outcome::Accepted)
    );
    let second = server.receive(&batch(&phones[1]));
    assert_eq!(reason(&second[0]), (false, Reason::SerialActive));
    assert!(!reason(&second[1]).0);
    let Outcome::Refused(refusal) = &second[1].verdict.outcome else {
        panic!()
    };
    assert_eq!(refusal.entry, Some(second[0].id));
}

/// Begins again with entries of others in its base, as a handoff leaves them.
fn restart_with(phone: &mut Phone, others: &[&SignedEntry]) {
    let mut state = phone.engine.base().clone();
    for other in others {
        baton_domain::fold(
            &mut state,
            other.entry(),
            &baton_domain::Verdict::accepted(),
        );
    }
    let pages = baton_ledger::page::write(&state, baton_ledger::page::Filter::Everything);
    let generation = baton_store::Generation {
        order: phone.engine.cursor(),
        pages,
        written_at_ms: 0,
        source: baton_store::Source::Base,
    };
    baton_store::conformance::ready(baton_store::LedgerStore::write_generation(
        &phone.store,
        &generation,
    ))
    .unwrap();
    phone.restart();
}

/// Takes everything of an offer of one line.
fn answer(phone: &mut Phone, transfer: EntryId, quantity: u32) -> SignedEntry {
    let command = Command::AnswerTransfer {
        transfer,
        answers: vec![takes(quantity)],
        extras: Vec::new(),
    };
    phone.act(command).unwrap().remove(0)
}

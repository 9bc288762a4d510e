//! R31 to R34, R38, R39: what arrives late, twice, out of order, or from somebody who may not.

use crate::{disputed, one, received, refusal, refused};
use baton_domain::case::UseStatus;
use baton_domain::id::{EntryId, LineId, OrganizationId, PersonId};
use baton_domain::testkit::{
    ADMIN, LINKED_PLATE, OFFICE, PUMP, REP_A, REP_B, REP_C, SCREW, SERVER, World, device, lot,
    offer, person, phone_of, serial, takes, use_of, with,
};
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Command, EntryBody, Reason, State, fold, judge};

#[test]
fn r31_another_organizations_entry_is_refused_also_a_fact() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[]);
    let mut entry = one(world
        .decide(REP_A, use_of(case, screws, 1, UseStatus::Used, ""))
        .unwrap());
    entry.organization = OrganizationId::from_bytes([9; 16]);
    assert_eq!(refused(&world.record(entry)), Reason::OtherOrganization);
    assert_eq!(world.line(screws).quantity, 5);
}

#[test]
fn r31_a_key_speaks_for_its_person_only() {
    let mut world = World::new();
    let entry = world.entry_of(REP_A, phone_of(REP_B), received(lot(SCREW, "L1")));
    assert_eq!(refused(&world.record(entry)), Reason::BadSignature);
}

#[test]
fn an_organization_is_founded_once_and_first() {
    let mut world = World::new();
    let (founding, verdict) = world.ledger[0].clone();
    assert_eq!(verdict, Verdict::accepted());
    assert_eq!(judge(&State::default(), &founding), Verdict::accepted());
    assert_eq!(
        refused(&judge(&world.state, &founding)),
        Reason::Conflicting
    );
    let early = world.entry(ADMIN, received(lot(SCREW, "L1")));
    assert_eq!(
        refused(&judge(&State::default(), &early)),
        Reason::OtherOrganization
    );
}

#[test]
fn r33_what_names_something_unknown_waits_and_leaves_no_trace() {
    let mut world = World::new();
    let mut phone = world.clone();
    let received = phone.entry(REP_A, received(lot(SCREW, "L1")));
    phone.record(received.clone());
    let screws = LineId {
        entry: received.id,
        index: 0,
    };
    let case = phone.case(REP_A, &[(SCREW, 1)]);
    let scheduled = phone.ledger[phone.ledger.len() - 2].0.clone();
    let transfer = phone.offer(REP_A, REP_B, &[(screws, 1, None)]).unwrap();
    let offered = phone.ledger.last().unwrap().0.clone();
    let used = phone.entry(REP_A, use_body(&phone, case, screws));
    let body = EntryBody::TransferAnswered {
        transfer,
        offer_hash: None,
        answers: vec![takes(1)],
        extras: Vec::new(),
    };
    let answered = phone.entry(REP_B, body);

    let before = world.state.clone();
    for (entry, ancestor) in [
        (used.clone(), case),
        (offered.clone(), received.id),
        (answered.clone(), transfer),
    ] {
        assert_eq!(world.record(entry).outcome, Outcome::Waiting(ancestor));
    }
    assert!(world.state == before);
    world.record(scheduled);
    assert_eq!(world.record(used).outcome, Outcome::Waiting(received.id));
    for entry in [received, offered, answered] {
        assert_eq!(world.record(entry).outcome, Outcome::Accepted);
    }
}

fn use_body(world: &World, case: EntryId, line: LineId) -> EntryBody {
    let line = world.line(line);
    let used = baton_domain::entry::UsedLine {
        line: Some(line.id),
        head: line.identity.serial.is_some().then_some(line.head),
        identity: line.identity.clone(),
        quantity: 1,
        status: UseStatus::Implanted,
        presumed_holder: "".into(),
    };
    EntryBody::UsageRecorded {
        case,
        lines: vec![used],
        reason: "".into(),
    }
}

#[test]
fn r33_one_line_that_waits_makes_the_whole_wait() {
    let mut world = World::new();
    let known = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 5)]);
    let mut phone = world.clone();
    let arriving = phone.entry(REP_A, received(lot(SCREW, "L2")));
    phone.record(arriving.clone());
    let unknown = LineId {
        entry: arriving.id,
        index: 0,
    };
    let mark = Command::MarkStock {
        case,
        lines: vec![(known, 1), (unknown, 1)],
    };
    let marked = one(phone.decide(REP_A, mark).unwrap());
    assert_eq!(
        world.record(marked.clone()).outcome,
        Outcome::Waiting(arriving.id)
    );
    assert_eq!(world.line(known).claimed(), 0);
    world.record(arriving);
    assert_eq!(world.record(marked), Verdict::accepted());
}

#[test]
fn r33_a_serial_whose_last_movement_has_not_arrived_waits_for_it() {
    let mut world = World::new();
    let pump = world.stock(with(REP_A), serial(PUMP, "S1"), 1);
    let case = world.case(REP_B, &[(PUMP, 1)]);
    let transfer = world.offer(REP_A, REP_B, &[(pump, 1, None)]).unwrap();
    let mut phone = world.clone();
    let receipt = phone.answer(REP_B, transfer, &[takes(1)]).unwrap();
    let answered = phone.ledger.last().unwrap().0.clone();
    let used = phone.entry(REP_B, use_body(&phone, case, pump));
    assert_eq!(
        world.record(used.clone()).outcome,
        Outcome::Waiting(receipt)
    );
    world.record(answered);
    assert_eq!(world.record(used).outcome, Outcome::Accepted);
}

#[test]
fn r33_what_builds_on_a_refused_line_gets_the_same_and_a_fact_is_disputed() {
    let mut world = World::new();
    let case = world.case(REP_A, &[(LINKED_PLATE, 1)]);
    let refused_entry = world.entry(REP_A, received(lot(LINKED_PLATE, "L1")));
    let line = LineId {
        entry: refused_entry.id,
        index: 0,
    };
    let mut phone = world.clone();
    // A phone that does not know yet that the manufacturer is linked has the line.
    fold(&mut phone.state, &refused_entry, &Verdict::accepted());
    let offered = one(phone
        .decide(REP_A, offer(with(REP_A), with(REP_B), &[(line, 1, None)]))
        .unwrap());
    let used = phone.entry(REP_A, use_body(&phone, case, line));
    let answers = vec![takes(1)];
    let answered = EntryBody::TransferAnswered {
        transfer: offered.id,
        offer_hash: None,
        answers,
        extras: Vec::new(),
    };
    let answered = phone.entry(REP_B, answered);

    assert_eq!(
        refused(&world.record(refused_entry.clone())),
        Reason::ManufacturerLinked
    );
    let verdict = world.record(offered.clone());
    assert_eq!(refused(&verdict), Reason::ManufacturerLinked);
    assert_eq!(refusal(&verdict.outcome).1.entry, Some(refused_entry.id));
    assert_eq!(disputed(&world.record(used)), Reason::ManufacturerLinked);
    let verdict = world.record(answered);
    assert_eq!(disputed(&verdict), Reason::ManufacturerLinked);
    assert_eq!(
        refusal(&verdict.outcome).1.entry,
        Some(offered.id),
        "each names what it builds on"
    );
}

#[test]
fn r33_what_builds_on_a_disputed_receipt_is_disputed_naming_it() {
    for identity in [serial(PUMP, "S1"), lot(SCREW, "L1")] {
        let mut world = World::new();
        let product = identity.product.as_str().to_owned();
        let line = world.stock(with(REP_A), identity.clone(), 1);
        let case = world.case(REP_B, &[(&product, 1)]);
        let transfer = world.offer(REP_A, REP_B, &[(line, 1, None)]).unwrap();
        let mut phone = world.clone();
        let receipt = phone.answer(REP_B, transfer, &[takes(1)]).unwrap();
        let answered = phone.ledger.last().unwrap().0.clone();
        let mine = if identity.serial.is_some() {
            line
        } else {
            LineId {
                entry: receipt,
                index: 0,
            }
        };
        let used = phone.entry(REP_B, use_body(&phone, case, mine));
        let onward = one(phone
            .decide(REP_B, offer(with(REP_B), with(REP_C), &[(mine, 1, None)]))
            .unwrap());

        world
            .act(
                REP_A,
                Command::CancelTransfer {
                    transfer,
                    reason: "".into(),
                },
            )
            .unwrap();
        assert_eq!(disputed(&world.record(answered)), Reason::TransferEnded);
        for entry in [used, onward] {
            let verdict = world.record(entry);
            assert_eq!(disputed(&verdict), Reason::TransferEnded);
            assert_eq!(refusal(&verdict.outcome).1.entry, Some(receipt));
        }
        assert_eq!(world.line(line).disputed, 1);
    }
}

#[test]
fn r34_one_bad_line_does_not_block_the_others() {
    let mut world = World::new();
    let good = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let short = world.stock(with(REP_A), lot(SCREW, "L2"), 5);
    let command = offer(
        with(REP_A),
        with(REP_B),
        &[(good, 5, None), (short, 5, None)],
    );
    let offered = one(world.decide(REP_A, command).unwrap());
    world.offer(REP_A, REP_C, &[(short, 1, None)]).unwrap();
    let transfer = offered.id;
    let verdict = world.record(offered);
    assert_eq!(verdict.outcome, Outcome::Accepted);
    assert_eq!(refusal(verdict.line(1)).1.reason, Reason::NotEnough);
    assert_eq!(world.line(short).claimed(), 1);

    let body = EntryBody::TransferAnswered {
        transfer,
        offer_hash: None,
        answers: vec![takes(5), takes(5)],
        extras: Vec::new(),
    };
    let answered = world.entry(REP_B, body);
    let receipt = answered.id;
    let verdict = world.record(answered);
    assert_eq!(*verdict.line(0), Outcome::Accepted);
    let (disputed, refusal) = refusal(verdict.line(1));
    assert!(disputed);
    assert_eq!(
        (refusal.reason, refusal.entry),
        (Reason::NotEnough, Some(transfer))
    );
    assert_eq!(
        world
            .line(LineId {
                entry: receipt,
                index: 0
            })
            .quantity,
        5
    );
    assert!(
        world
            .state
            .line(LineId {
                entry: receipt,
                index: 2
            })
            .is_none()
    );
    assert_eq!(world.line(short).disputed, 5, "B says he has them");
}

#[test]
fn r31_a_kind_from_a_newer_app_marks_what_it_touches() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    let case = world.case(REP_A, &[(SCREW, 5)]);
    let body = EntryBody::Unknown {
        kind: 900,
        version: 1,
        lines: vec![screws],
        cases: vec![case],
    };
    let entry = world.entry(OFFICE, body);
    // A server that does not know the kind keeps it for a person to look at.
    assert_eq!(
        disputed(&judge(&world.state, &entry)),
        Reason::NeedsNewerApp
    );
    // A phone takes the word of a newer server.
    fold(&mut world.state, &entry, &Verdict::accepted());
    let offered = world.decide(REP_A, offer(with(REP_A), with(REP_B), &[(screws, 1, None)]));
    assert_eq!(crate::reason(offered), Reason::NeedsNewerApp);
    let mark = Command::MarkStock {
        case,
        lines: vec![(screws, 1)],
    };
    assert_eq!(
        crate::reason(world.decide(REP_A, mark)),
        Reason::NeedsNewerApp
    );
    let used = world
        .decide(REP_A, use_of(case, screws, 1, UseStatus::Used, "in the OR"))
        .unwrap();
    assert_eq!(
        crate::flags(&crate::accept(&mut world, used)[0]),
        [Reason::NeedsNewerApp; 2]
    );
}

#[test]
fn the_servers_own_key_is_enrolled_by_itself_only_once() {
    let mut world = World::new();
    let second = baton_domain::id::DeviceId::from_bytes([0x5F; 16]);
    let entry = world.entry_of(
        ADMIN,
        second,
        EntryBody::DeviceEnrolled(device(second, None)),
    );
    assert_eq!(refused(&world.record(entry)), Reason::NotAllowed);
    let other_key = baton_domain::directory::Device {
        public_key: [3; 33],
        ..device(SERVER, None)
    };
    let entry = world.entry(ADMIN, EntryBody::DeviceEnrolled(other_key));
    assert_eq!(refused(&world.record(entry)), Reason::Conflicting);
    let newcomer = PersonId::from_bytes([0x55; 16]);
    let record = person(newcomer, "Nia", baton_domain::directory::Role::Rep, None);
    world.act(ADMIN, Command::RecordPerson(record)).unwrap();
    world.by_server(EntryBody::DeviceEnrolled(device(
        phone_of(newcomer),
        Some(newcomer),
    )));
}

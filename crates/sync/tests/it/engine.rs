//! The engine of a phone, behaviour by behaviour.

use crate::keeper::receive;
use baton_domain::case::UseStatus;
use baton_domain::id::{DeviceId, EntryId, LineId};
use baton_domain::product::{Product, Tracking};
use baton_domain::stock::{Custodian, TitleHolder};
use baton_domain::testkit::{
    FACILITY, OFFICE, PUMP, REP_A, REP_B, date, offer, phone_of, product_id, serial, takes, use_of,
    with,
};
use baton_domain::time::LocalTime;
use baton_domain::verdict::Outcome;
use baton_domain::{Command, EntryBody, State};
use baton_ledger::SignedEntry;
use baton_ledger::message::SyncRequest;
use baton_ledger::page::{Selection, write_selection};
use baton_store::conformance::ready;
use baton_store::{LedgerStore, Loaded};
use baton_sync::sim::phone::Phone;
use baton_sync::sim::server::Server;
use baton_sync::{Engine, GENERATION_CHANGES, HighWater, Loss, Status, SyncError};

fn line(entry: EntryId) -> LineId {
    LineId { entry, index: 0 }
}

fn pieces(state: &State, custodian: Custodian) -> u32 {
    state
        .lines_held_by(custodian)
        .map(|line| line.quantity)
        .sum()
}

/// Receives something and gives back the entry's id.
fn received(phone: &mut Phone, lot: &str, quantity: u32) -> EntryId {
    let command = receive(phone, lot, quantity);
    phone.act(command).unwrap()[0].entry().id
}

fn statuses(phone: &Phone) -> Vec<Status> {
    phone
        .engine
        .activity()
        .map(|activity| activity.status)
        .collect()
}

/// A request that only asks.
fn pull(phone: &Phone) -> SyncRequest {
    SyncRequest {
        entries: Vec::new(),
        ..phone.engine.request(1)
    }
}

fn same(phone: &Phone, server: &Server) -> bool {
    phone.engine.base() == server.keeper.state() && phone.engine.view() == server.keeper.state()
}

#[test]
fn what_is_recorded_shows_at_once_and_survives_a_restart() {
    let server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let id = received(&mut phone, "L1", 5);
    for _ in 0..2 {
        assert_eq!(pieces(phone.engine.view(), with(REP_A)), 5);
        assert_eq!(pieces(phone.engine.base(), with(REP_A)), 0);
        assert_eq!(phone.engine.status_of(id), Some(Status::SavedHere));
        assert_eq!(
            (phone.engine.to_send(), phone.engine.next_sequence()),
            (1, 2)
        );
        phone.restart();
    }
}

#[test]
fn a_crash_between_store_and_memory_loses_nothing() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let command = receive(&phone, "L1", 5);
    let entries = phone.decide(command).unwrap();
    phone.save(&entries).unwrap();
    phone.restart();
    assert_eq!(pieces(phone.engine.view(), with(REP_A)), 5);
    let request = phone.ask(256);
    let response = server.sync(&request);
    let plan = phone.engine.plan(&request, &response).unwrap();
    ready(phone.store.apply(plan.update())).unwrap();
    phone.restart();
    assert_eq!(statuses(&phone), [Status::Confirmed]);
    assert!(same(&phone, &server));
}

#[test]
fn an_answer_confirms_and_moves_the_base() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    received(&mut phone, "L1", 5);
    received(&mut phone, "L2", 1);
    let request = phone.ask(256);
    assert_eq!(
        (request.entries.len(), statuses(&phone)),
        (2, vec![Status::Sent; 2])
    );
    phone.engine.mark_unsent();
    assert_eq!(statuses(&phone), [Status::SavedHere; 2]);
    let response = server.sync(&request);
    let applied = phone.take(&request, &response).unwrap();
    assert_eq!(applied.settled, phone.saved);
    assert_eq!(statuses(&phone), [Status::Confirmed; 2]);
    assert!(same(&phone, &server) && phone.engine.pending().is_empty());
    let history: Vec<_> = phone
        .engine
        .history()
        .map(|own| own.entry.entry().id)
        .collect();
    assert_eq!(history, [phone.saved[1], phone.saved[0]]);
}

#[test]
fn a_request_is_bounded_and_in_order() {
    let server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    for _ in 0..300 {
        received(&mut phone, "L1", 1);
    }
    let all: Vec<_> = phone
        .engine
        .pending()
        .iter()
        .map(|own| own.entry.bytes().to_vec())
        .collect();
    assert_eq!(phone.engine.request(7).entries, all[..7]);
    assert_eq!(phone.engine.request(0).entries, all[..1]);
    assert_eq!(phone.engine.request(100_000).entries, all[..256]);
    assert_eq!(phone.engine.to_send(), 300);
}

#[test]
fn own_work_with_a_verdict_stays_in_sight_until_the_base_reaches_it() {
    let mut server = Server::new();
    let mut other = Phone::new(REP_B, &server);
    let mut phone = Phone::new(REP_A, &server);
    for _ in 0..3 {
        received(&mut other, "L9", 1);
    }
    other.sync(&mut server);
    received(&mut phone, "L1", 5);
    server.changes_max = 1;
    let request = phone.ask(256);
    let response = server.sync(&request);
    assert!(response.more);
    phone.take(&request, &response).unwrap();
    for _ in 0..2 {
        assert_eq!(statuses(&phone), [Status::Confirmed]);
        assert_eq!(pieces(phone.engine.base(), with(REP_A)), 0);
        assert_eq!(pieces(phone.engine.view(), with(REP_A)), 5);
        phone.restart();
    }
    phone.sync(&mut server);
    assert!(same(&phone, &server));
}

#[test]
fn what_no_longer_holds_is_shown_and_only_the_server_ends_it() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let pump = baton_domain::entry::ReceivedLine {
        identity: serial(PUMP, "S1"),
        quantity: 1,
        title: TitleHolder::Manufacturer,
        location: "".into(),
    };
    let command = Command::ReceiveStock {
        custodian: with(REP_A),
        lines: vec![pump],
        reason: "new".into(),
    };
    let pump = line(phone.act(command).unwrap()[0].entry().id);
    phone.sync(&mut server);
    // The office gives the piece to B, who has it at once.
    let mut office = Phone::new(OFFICE, &server);
    let given = office
        .act(offer(with(REP_A), with(REP_B), &[(pump, 1, None)]))
        .unwrap();
    office.sync(&mut server);
    let mut other = Phone::new(REP_B, &server);
    let answer = Command::AnswerTransfer {
        transfer: given[0].entry().id,
        answers: vec![takes(1)],
        extras: Vec::new(),
    };
    other.act(answer).unwrap();
    other.sync(&mut server);
    // Meanwhile A offers it too.
    let mine = phone
        .act(offer(with(REP_A), with(OFFICE), &[(pump, 1, None)]))
        .unwrap();
    let mine = mine[0].entry().id;
    assert_eq!(phone.engine.view().open_transfers().count(), 1);
    let request = pull(&phone);
    let response = server.sync(&request);
    phone.take(&request, &response).unwrap();
    let pending = &phone.engine.pending()[0];
    assert!(
        matches!(pending.verdict.outcome, Outcome::Refused(_)),
        "{:?}",
        pending.verdict
    );
    assert_eq!(phone.engine.status_of(mine), Some(Status::SavedHere));
    assert_eq!(phone.engine.view().open_transfers().count(), 0);
    phone.sync(&mut server);
    assert_eq!(phone.engine.status_of(mine), Some(Status::Refused));
    assert!(same(&phone, &server));
}

#[test]
fn late_and_doubled_answers_change_nothing() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    received(&mut phone, "L1", 5);
    let first = phone.ask(256);
    let early = server.sync(&first);
    received(&mut phone, "L2", 1);
    let second = phone.ask(256);
    let late = server.sync(&second);
    phone.take(&second, &late).unwrap();
    let before = (
        phone.engine.base().clone(),
        phone.engine.cursor(),
        statuses(&phone),
    );
    for (request, response) in [(&first, &early), (&second, &late), (&first, &early)] {
        let plan = phone.engine.plan(request, response).unwrap();
        assert!(plan.is_empty());
        phone.take(request, response).unwrap();
    }
    assert!(
        (
            phone.engine.base().clone(),
            phone.engine.cursor(),
            statuses(&phone)
        ) == before
    );
}

#[test]
fn what_waits_at_the_server_is_not_sent_again_and_settles_by_the_changes() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let first = received(&mut phone, "L1", 5);
    phone
        .act(offer(with(REP_A), with(REP_B), &[(line(first), 2, None)]))
        .unwrap();
    let mut request = phone.ask(256);
    let lost = request.entries.remove(0);
    let response = server.sync(&request);
    phone.take(&request, &response).unwrap();
    for _ in 0..2 {
        let waiting: Vec<_> = phone
            .engine
            .pending()
            .iter()
            .map(|own| own.waiting_for)
            .collect();
        assert_eq!(waiting, [None, Some(first)]);
        assert_eq!(statuses(&phone), [Status::Waiting, Status::SavedHere]);
        assert_eq!(
            phone.engine.request(256).entries,
            std::slice::from_ref(&lost)
        );
        phone.restart();
    }
    phone.sync(&mut server);
    assert_eq!(statuses(&phone), [Status::Confirmed; 2]);
    assert!(same(&phone, &server) && server.tables.waiting.is_empty());
}

#[test]
fn r34_what_the_server_cannot_read_keeps_nothing_back() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let bad = received(&mut phone, "L1", 5);
    let good = received(&mut phone, "L2", 1);
    let request = phone.ask(256);
    let mut garbled = request.clone();
    garbled.entries[0][3] ^= 0xff;
    let response = server.sync(&garbled);
    phone.take(&request, &response).unwrap();
    assert_eq!(phone.engine.status_of(good), Some(Status::Confirmed));
    assert_eq!(phone.engine.status_of(bad), Some(Status::NeedsReview));
    assert_eq!(
        (phone.engine.to_send(), phone.engine.pending().len()),
        (0, 1)
    );
    // The next start tries once more.
    phone.restart();
    phone.sync(&mut server);
    assert_eq!(phone.engine.status_of(bad), Some(Status::Confirmed));
}

#[test]
fn what_is_too_large_alone_is_set_aside() {
    let server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    received(&mut phone, "L1", 5);
    received(&mut phone, "L2", 1);
    let request = phone.ask(1);
    phone.engine.set_aside(&request);
    assert_eq!(phone.engine.to_send(), 1);
    assert_ne!(phone.engine.request(1).entries, request.entries);
}

#[test]
fn an_answer_that_makes_no_sense_changes_nothing() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let mut other = Phone::new(REP_B, &server);
    received(&mut other, "L8", 1);
    received(&mut other, "L9", 1);
    other.sync(&mut server);
    received(&mut phone, "L1", 5);
    let request = phone.ask(256);
    let good = server.sync(&request);
    let plan = |change: &dyn Fn(&mut baton_ledger::SyncResponse)| {
        let mut response = good.clone();
        change(&mut response);
        phone.engine.plan(&request, &response).err()
    };
    assert!(matches!(
        plan(&|it| it.changes.reverse()),
        Some(SyncError::Contradictory(_))
    ));
    assert!(matches!(
        plan(&|it| it.cursor -= 1),
        Some(SyncError::Contradictory(_))
    ));
    assert!(matches!(
        plan(&|it| it.changes[0].bytes.truncate(9)),
        Some(SyncError::Unreadable(_))
    ));
    assert!(matches!(
        plan(&|it| it.page = Some(vec![1])),
        Some(SyncError::Unreadable(_))
    ));
    assert_eq!(plan(&|it| it.protocol += 1), Some(SyncError::UpdateApp));
    assert_eq!(
        plan(&|it| it.snapshot_needed = true),
        Some(SyncError::SnapshotNeeded)
    );
    assert_eq!(
        plan(&|it| it.incarnation = [9; 16]),
        Some(SyncError::SnapshotNeeded)
    );
    assert_eq!(plan(&|_| {}), None);
    assert_eq!(phone.engine.pending().len(), 1);
}

#[test]
fn r8_a_cancelled_offer_frees_at_once_only_what_never_left() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let stock = line(received(&mut phone, "L1", 5));
    phone.sync(&mut server);
    let free = |phone: &Phone| phone.engine.view().line(stock).unwrap().free();
    let cancel = |phone: &mut Phone| {
        let transfer = phone.engine.view().open_transfers().next().unwrap().id;
        phone
            .act(Command::CancelTransfer {
                transfer,
                reason: "".into(),
            })
            .unwrap();
    };
    let offered = || offer(with(REP_A), with(REP_B), &[(stock, 2, None)]);

    phone.act(offered()).unwrap();
    assert_eq!(free(&phone), 3);
    cancel(&mut phone);
    assert_eq!(free(&phone), 5);
    phone.sync(&mut server);

    phone.act(offered()).unwrap();
    phone.ask(256);
    phone.engine.mark_unsent();
    cancel(&mut phone);
    assert_eq!(free(&phone), 3, "it may be with the server");
    phone.restart();
    assert_eq!(free(&phone), 3);
    phone.sync(&mut server);
    assert_eq!(free(&phone), 5);
    assert!(same(&phone, &server));
}

#[test]
fn a_phone_whose_storage_vanished_says_what_it_lost() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    received(&mut phone, "L1", 5);
    received(&mut phone, "L2", 1);
    phone.sync(&mut server);
    received(&mut phone, "L3", 1);
    let mark = phone.mark.unwrap();
    assert_eq!((mark.sequence, phone.engine.lost(mark)), (3, None));

    let mut fresh = Phone::blank(REP_A, phone_of(REP_A));
    let loss = fresh.engine.lost(mark).unwrap();
    assert_eq!(
        loss,
        Loss {
            device: mark.device,
            first: 1,
            last: 3
        }
    );
    assert_eq!(
        (loss.count(), loss.on_server(2), loss.on_server(9)),
        (3, 2, 3)
    );
    let losses: Vec<_> = fresh
        .sync(&mut server)
        .into_iter()
        .filter_map(|it| it.loss)
        .collect();
    assert_eq!(
        losses,
        [Loss {
            device: mark.device,
            first: 1,
            last: 2
        }]
    );
    // No sequence is signed twice.
    assert_eq!(fresh.engine.next_sequence(), 3);
    fresh.restart();
    assert_eq!(fresh.engine.next_sequence(), 3);

    let enrolled_again = Phone::blank(REP_A, DeviceId::from_bytes([0x77; 16]));
    assert_eq!(enrolled_again.engine.lost(mark).unwrap().count(), 3);
    let none = HighWater {
        device: DeviceId::from_bytes([0x77; 16]),
        sequence: 0,
    };
    assert_eq!(enrolled_again.engine.lost(none), None);
}

#[test]
fn a_restored_server_gets_back_what_the_phones_hold() {
    let mut server = Server::new();
    let backup = server.tables.clone();
    let (mut phone, mut other) = (Phone::new(REP_A, &server), Phone::new(REP_B, &server));
    received(&mut phone, "L1", 5);
    phone.sync(&mut server);
    received(&mut other, "L2", 4);
    other.sync(&mut server);
    phone.sync(&mut server);
    let (known, before) = (server.keeper.order(), server.keeper.state().clone());
    server.restore(&backup);
    assert!(server.keeper.order() < known);
    // One phone alone brings back both: a signature makes the messenger irrelevant.
    phone.sync(&mut server);
    assert_eq!(server.keeper.order(), known);
    assert_eq!(pieces(server.keeper.state(), with(REP_A)), 5);
    assert_eq!(pieces(server.keeper.state(), with(REP_B)), 4);
    other.sync(&mut server);
    for phone in [&phone, &other] {
        assert!(same(phone, &server) && *server.keeper.state() == before);
        assert_eq!(statuses(phone), [Status::Confirmed]);
    }
}

#[test]
fn a_verdict_that_a_restored_server_changed_is_told() {
    let mut server = Server::new();
    let backup = server.tables.clone();
    let (mut phone, mut other) = (Phone::new(REP_A, &server), Phone::new(REP_B, &server));
    for phone in [&mut phone, &mut other] {
        let pump = baton_domain::entry::ReceivedLine {
            identity: serial(PUMP, "S1"),
            quantity: 1,
            title: TitleHolder::Manufacturer,
            location: "".into(),
        };
        let custodian = with(phone.person);
        let command = Command::ReceiveStock {
            custodian,
            lines: vec![pump],
            reason: "new".into(),
        };
        phone.act(command).unwrap();
    }
    phone.sync(&mut server);
    other.sync(&mut server);
    assert_eq!(
        (statuses(&phone), statuses(&other)),
        (vec![Status::Confirmed], vec![Status::Refused])
    );
    server.restore(&backup);
    // Now the other is first; both hold both entries, but the second is refused.
    let ids = |applied: Vec<baton_sync::Applied>| -> Vec<EntryId> {
        applied
            .into_iter()
            .flat_map(|it| it.changed_verdicts)
            .collect()
    };
    let mut entries = vec![other.engine.history().next().unwrap().entry.clone()];
    server.receive(&entries);
    assert_eq!(ids(other.sync(&mut server)), [entries.remove(0).entry().id]);
    assert_eq!(ids(phone.sync(&mut server)), phone.saved);
    assert_eq!(
        (statuses(&phone), statuses(&other)),
        (vec![Status::Refused], vec![Status::Confirmed])
    );
    assert!(same(&phone, &server) && same(&other, &server));
}

#[test]
fn a_generation_is_due_after_a_thousand_changes_and_starts_the_same() {
    let mut server = Server::new();
    let mut other = Phone::new(REP_B, &server);
    let mut phone = Phone::new(REP_A, &server);
    for _ in 0..GENERATION_CHANGES {
        received(&mut other, "L9", 1);
    }
    other.sync(&mut server);
    assert!(!phone.engine.generation_due());
    phone.sync(&mut server);
    assert!(phone.engine.generation_due());
    received(&mut phone, "L1", 5);
    let generation = phone.engine.generation(1).unwrap();
    ready(phone.store.write_generation(&generation)).unwrap();
    phone.engine.generation_written(&generation);
    assert!(!phone.engine.generation_due());
    let (base, view) = (phone.engine.base().clone(), phone.engine.view().clone());
    phone.restart();
    assert!(*phone.engine.base() == base && *phone.engine.view() == view);
    assert_eq!(phone.engine.changes_since_generation(), 0);
}

#[test]
fn a_snapshot_that_cannot_be_read_is_not_written() {
    let server = Server::new();
    let (manifest, pages) = server.snapshot();
    let none = Engine::load_snapshot(&manifest, Vec::new(), 0).unwrap_err();
    assert!(matches!(none, SyncError::Contradictory(_)), "{none:?}");
    let mut garbled = pages.clone();
    garbled[0].truncate(20);
    let garbled = Engine::load_snapshot(&manifest, garbled, 0).unwrap_err();
    assert!(matches!(garbled, SyncError::Unreadable(_)), "{garbled:?}");
    assert_eq!(
        Engine::load_snapshot(&manifest, pages, 0).unwrap().order,
        manifest.order
    );
}

#[test]
fn a_base_that_cannot_be_read_asks_for_a_snapshot_and_keeps_own_work() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    received(&mut phone, "L1", 5);
    let loaded = ready(phone.store.load()).unwrap();
    for broken in [
        Loaded {
            pages: vec![vec![1, 2]],
            ..loaded.clone()
        },
        Loaded {
            base_damaged: true,
            ..loaded
        },
    ] {
        phone.engine = Engine::new(broken);
        assert!(phone.engine.needs_snapshot());
        assert_eq!(phone.engine.pending().len(), 1);
        let request = phone.engine.request(256);
        let response = server.clone().sync(&request);
        let error = phone.engine.plan(&request, &response).unwrap_err();
        assert_eq!(error, SyncError::SnapshotNeeded);
    }
    phone.sync(&mut server);
    assert!(same(&phone, &server) && statuses(&phone) == [Status::Confirmed]);
}

#[test]
fn products_found_elsewhere_are_known_until_the_next_start() {
    let mut server = Server::new();
    let mut phone = Phone::new(REP_A, &server);
    let found = Product {
        id: product_id("09999999999990"),
        reference: "X".into(),
        description: "found".into(),
        brand: "".into(),
        manufacturer: "Acme".into(),
        tracking: Tracking::Lot,
        sterile: true,
        single_use: true,
        expires: true,
        size: "".into(),
    };
    let request = phone.ask(256);
    let response = server.sync(&request);
    let plan = phone.engine.plan(&request, &response).unwrap();
    phone.engine.learn_products(vec![found.clone()]);
    assert_eq!(phone.engine.view().product(&found.id), Some(&found));
    // Also where the answer had been planned before.
    phone.engine.apply(plan);
    assert_eq!(phone.engine.view().product(&found.id), Some(&found));
    received(&mut phone, "L1", 1);
    assert_eq!(phone.engine.view().product(&found.id), Some(&found));
    phone.restart();
    assert_eq!(phone.engine.view().product(&found.id), None);
}

#[test]
fn r36_a_private_part_leaves_the_former_reps_phone_with_the_case() {
    let mut server = Server::new();
    let mut ann = Phone::new(REP_A, &server);
    let details = baton_domain::case::CaseDetails {
        surgeon: "Dr. X".into(),
        ..Default::default()
    };
    let case = ann
        .act(Command::ScheduleCase {
            facility: baton_domain::testkit::FACILITY,
            starts_at: baton_domain::time::LocalTime {
                date: baton_domain::testkit::date(2026, 12, 1),
                minute: 480,
            },
            utc_offset_min: -420,
            room: "OR 2".into(),
            rep: REP_A,
            needs: Vec::new(),
            details: Some(details),
        })
        .unwrap()[0]
        .entry()
        .id;
    ann.sync(&mut server);
    assert!(ann.engine.base().case(case).unwrap().details.is_some());
    let mut office = Phone::new(OFFICE, &server);
    let rep = baton_domain::testkit::REP_C;
    office.act(Command::ChangeRep { case, rep }).unwrap();
    office.sync(&mut server);
    ann.sync(&mut server);
    for state in [ann.engine.base(), ann.engine.view()] {
        assert_eq!(state.case(case).unwrap().rep, rep);
        assert_eq!(state.case(case).unwrap().details, None);
    }
    assert!(ann.engine.generation_due(), "it leaves the store soon");
    ann.restart();
    assert_eq!(ann.engine.base().case(case).unwrap().details, None);
    assert!(office.engine.base().case(case).unwrap().details.is_some());
}

#[test]
fn r17_a_use_takes_what_the_server_took_also_of_a_product_met_with_it() {
    let mut server = Server::new();
    let [mut phone, mut office, mut user] =
        [REP_A, OFFICE, REP_B].map(|person| Phone::new(person, &server));
    let gripper = Product {
        id: product_id("#Acme/GRIP-1"),
        reference: "GRIP-1".into(),
        description: "Gripper".into(),
        brand: "".into(),
        manufacturer: "Acme".into(),
        tracking: Tracking::Untracked,
        sterile: false,
        single_use: false,
        expires: false,
        size: "".into(),
    };
    let id = gripper.id.clone();
    office.act(Command::ListProducts(vec![gripper])).unwrap();
    office.sync(&mut server);
    user.sync(&mut server);
    let came = Command::ReceiveStock {
        custodian: with(REP_B),
        lines: vec![baton_domain::entry::ReceivedLine {
            identity: baton_domain::stock::Identity {
                product: id.clone(),
                lot: None,
                lot_unknown: false,
                serial: None,
                expiry: None,
                manufactured: None,
            },
            quantity: 2,
            title: TitleHolder::Manufacturer,
            location: "".into(),
        }],
        reason: "courier".into(),
    };
    let gripper = line(user.act(came).unwrap()[0].entry().id);
    let scheduled = Command::ScheduleCase {
        facility: FACILITY,
        starts_at: LocalTime {
            date: date(2026, 12, 1),
            minute: 480,
        },
        utc_offset_min: -420,
        room: "".into(),
        rep: REP_B,
        needs: Vec::new(),
        details: None,
    };
    let case = user.act(scheduled).unwrap()[0].entry().id;
    user.act(use_of(case, gripper, 1, UseStatus::Used, ""))
        .unwrap();
    user.sync(&mut server);
    // What a phone gets: no listing, and the product beside the entries (scope v1).
    let request = pull(&phone);
    let mut response = server.sync(&request);
    response.changes.retain(|change| {
        let entry = SignedEntry::parse(&change.bytes).unwrap();
        !matches!(entry.entry().body, EntryBody::ProductsListed(_))
    });
    let selection = Selection {
        products: [id].into(),
        ..Selection::default()
    };
    response.page = write_selection(server.keeper.state(), &selection);
    phone.take(&request, &response).unwrap();
    assert!(same(&phone, &server), "it comes back after its use");
    phone.restart();
    assert!(same(&phone, &server));
}

//! What one phone saves, keeps and sends.

use crate::host::{Host, Network};
use crate::phone::{Phone, now, unreachable};
use baton::commands::{ActError, Exchange, ExchangeError, RecordStatus};
use baton_domain::case::UseStatus;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::{LineId, PersonId};
use baton_domain::stock::{Identity, TitleHolder};
use baton_domain::testkit::{
    FACILITY, POOL, PUMP, REP_A, SCREW, date, lot, product_id, serial, use_of, with,
};
use baton_domain::time::LocalTime;
use baton_domain::{Command, Reason};
use baton_store::StoreError;
use baton_sync::Advice;
use std::cell::RefCell;
use std::rc::Rc;

/// A server with the world's organization.
pub fn host() -> Rc<RefCell<Host>> {
    Rc::new(RefCell::new(Host::new()))
}

/// Stock created in custody, because the manufacturer is not linked (R26).
pub fn receive(person: PersonId, identity: Identity, quantity: u32) -> Command {
    Command::ReceiveStock {
        custodian: with(person),
        lines: vec![ReceivedLine {
            identity,
            quantity,
            title: TitleHolder::Manufacturer,
            location: "trunk".into(),
        }],
        reason: "Handed over by the manufacturer".into(),
    }
}

/// A case at the facility on 2026-12-01.
pub fn schedule(rep: PersonId, needs: &[(&str, u32)]) -> Command {
    let need = |(product, quantity): &(&str, u32)| baton_domain::case::Need {
        product: product_id(product),
        quantity: *quantity,
    };
    Command::ScheduleCase {
        facility: FACILITY,
        starts_at: LocalTime {
            date: date(2026, 12, 1),
            minute: 480,
        },
        utc_offset_min: -420,
        room: "OR 2".into(),
        rep,
        needs: needs.iter().map(need).collect(),
        details: None,
    }
}

#[test]
fn received_offline_it_is_there_after_a_restart_and_on_the_second_phone_after_a_sync() {
    let host = host();
    let (ann, ben) = (Phone::new(&host, 1, "Ann"), Phone::new(&host, 2, "Ben"));
    ann.network(Network::Down);
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 3)).first();
    assert_eq!(ann.status(entry), RecordStatus::SavedHere);
    assert!(unreachable(&now(ann.desk.exchange(0.5))));

    let ann = ann.reopened();
    let line = LineId { entry, index: 0 };
    assert_eq!(ann.view().line(line).unwrap().quantity, 3);
    assert_eq!(ann.status(entry), RecordStatus::SavedHere);
    assert_eq!(ann.desk.unconfirmed(), 1);

    ann.network(Network::Up);
    ann.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
    assert_eq!(ann.desk.unconfirmed(), 0);
    ben.sync();
    assert_eq!(ben.view().line(line).unwrap().custodian, with(REP_A));
    assert!(ann.view() == ben.view(), "both phones know the same");

    let ann = ann.reopened();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
    assert_eq!(ann.view().line(line).unwrap().quantity, 3);
}

#[test]
fn an_answer_that_is_lost_changes_nothing_twice() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let entry = ann.act(receive(ann.me(), serial(PUMP, "8841"), 1)).first();
    let before = host.borrow().recorded();
    ann.network(Network::AnswersLost);
    assert!(unreachable(&now(ann.desk.exchange(0.5))));
    assert!(unreachable(&now(ann.desk.exchange(0.5))));
    assert_eq!(ann.status(entry), RecordStatus::SavedHere);
    let ann = ann.reopened();
    ann.network(Network::Up);
    ann.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
    assert_eq!(host.borrow().recorded(), before + 1);
    assert_eq!(
        ann.view()
            .active_serial(&product_id(PUMP), "8841")
            .unwrap()
            .quantity,
        1
    );
}

#[test]
fn a_use_is_recorded_offline_and_consumes_the_piece() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    ann.network(Network::Down);
    let case = ann.act(schedule(ann.me(), &[(SCREW, 2)])).first();
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 3)).first();
    let line = LineId { entry, index: 0 };
    let used = ann
        .act(use_of(case, line, 2, UseStatus::Implanted, ""))
        .first();
    assert_eq!(ann.view().line(line).unwrap().quantity, 1);
    ann.network(Network::Up);
    ann.sync();
    assert_eq!(ann.status(used), RecordStatus::Confirmed);
    assert_eq!(host.borrow().state().line(line).unwrap().quantity, 1);
    assert_eq!(host.borrow().state().case(case).unwrap().usage.len(), 1);
}

#[test]
fn r37_a_use_that_a_rule_speaks_against_asks_for_a_reason_and_is_then_recorded_flagged() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let case = ann.act(schedule(ann.me(), &[(SCREW, 1)])).first();
    let expired = Identity {
        expiry: Some(date(2026, 11, 1)),
        ..lot(SCREW, "OLD")
    };
    let entry = ann.act(receive(ann.me(), expired, 1)).first();
    let line = LineId { entry, index: 0 };
    let refusal = ann.refused(use_of(case, line, 1, UseStatus::Implanted, ""));
    assert_eq!(refusal.reason, Reason::ReasonNeeded);
    assert_eq!(refusal.flags[0].reason, Reason::Expired);
    let used = ann.act(use_of(
        case,
        line,
        1,
        UseStatus::Implanted,
        "Opened before anybody looked",
    ));
    ann.sync();
    assert_eq!(ann.status(used.first()), RecordStatus::Confirmed);
    let flags = host.borrow().state().case(case).unwrap().usage[0]
        .flags
        .clone();
    assert_eq!(flags[0].reason, Reason::Expired);
}

#[test]
fn a_refused_act_leaves_nothing_behind() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    ann.act(receive(ann.me(), serial(PUMP, "8841"), 1));
    let before = ann.view();
    let refusal = ann.refused(receive(ann.me(), serial(PUMP, "8841"), 1));
    assert_eq!(refusal.reason, Reason::SerialActive);
    assert!(ann.view() == before);
    assert_eq!(ann.desk.unconfirmed(), 1);
    // The sequence goes on without a gap.
    let next = ann.act(receive(ann.me(), serial(PUMP, "8842"), 1)).first();
    ann.sync();
    assert_eq!(ann.status(next), RecordStatus::Confirmed);
}

#[test]
fn a_full_phone_saves_nothing_and_says_so() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let before = ann.view();
    ann.store().fail_next(StoreError::Full);
    let error = now(ann.desk.act(receive(ann.me(), lot(SCREW, "A1"), 3)));
    assert_eq!(error, Err(ActError::Store(StoreError::Full)));
    assert!(ann.view() == before, "what is not stored is not shown");
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 3)).first();
    ann.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
}

#[test]
fn an_answer_that_cannot_be_stored_is_not_shown_and_comes_again() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 3)).first();
    ann.store().fail_next(StoreError::Full);
    let Exchange::Failed { error, .. } = now(ann.desk.exchange(0.5)) else {
        panic!("the answer could not be stored");
    };
    assert_eq!(error, ExchangeError::Store(StoreError::Full));
    assert_eq!(ann.status(entry), RecordStatus::SavedHere);
    ann.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
}

#[test]
fn signed_out_at_the_server_it_goes_on_recording_and_sends_after_signing_in() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    ann.hardware.line.session.set(None);
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 3)).first();
    let exchange = now(ann.desk.exchange(0.5));
    let expected = Exchange::Failed {
        error: ExchangeError::SignIn,
        advice: Advice::SignIn,
    };
    assert_eq!(exchange, expected);
    assert_eq!(ann.status(entry), RecordStatus::SavedHere);
    let ann = Phone::on(ann.hardware.clone(), "Ann");
    ann.sync();
    assert_eq!(ann.status(entry), RecordStatus::Confirmed);
}

#[test]
fn a_batch_that_is_too_large_is_halved_until_it_fits() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    ann.network(Network::Down);
    for piece in 0..12 {
        ann.act(receive(ann.me(), lot(SCREW, &format!("L{piece}")), 1));
    }
    ann.network(Network::Up);
    host.borrow_mut().entries_max = 2;
    for _ in 0..40 {
        if ann.desk.unconfirmed() == 0 {
            break;
        }
        now(ann.desk.exchange(0.5));
    }
    assert_eq!(ann.desk.unconfirmed(), 0);
}

#[test]
fn pages_written_on_idle_hold_what_is_known() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    ann.act(receive(ann.me(), lot(SCREW, "A1"), 3));
    ann.sync();
    assert!(ann.desk.changes_since_generation() > 0);
    now(ann.desk.tidy_up(1)).unwrap();
    assert_eq!(ann.desk.changes_since_generation(), 0);
    let pending = ann.act(receive(ann.me(), lot(SCREW, "A2"), 2)).first();
    let before = ann.view();
    let ann = ann.reopened();
    assert!(ann.view() == before);
    ann.sync();
    assert_eq!(ann.status(pending), RecordStatus::Confirmed);
}

#[test]
fn a_product_found_in_the_whole_catalogue_keeps_its_name_offline() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    assert!(
        ann.view().product(&product_id(SCREW)).is_none(),
        "not in scope before it is in stock"
    );
    let found = now(ann.desk.search_catalogue(SCREW));
    assert_eq!(found.len(), 1);
    ann.network(Network::Down);
    let ann = ann.reopened();
    assert_eq!(now(ann.desk.search_catalogue(SCREW)).len(), 1);
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 1)).first();
    assert!(ann.view().line(LineId { entry, index: 0 }).is_some());
    assert!(ann.view().product(&product_id(SCREW)).is_some());
}

#[test]
fn r3_stock_of_a_pool_is_not_received_by_a_rep() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let Command::ReceiveStock { lines, reason, .. } = receive(ann.me(), lot(SCREW, "A1"), 1) else {
        unreachable!()
    };
    let custodian = baton_domain::stock::Custodian::Pool(POOL);
    let refusal = ann.refused(Command::ReceiveStock {
        custodian,
        lines,
        reason,
    });
    assert_eq!(refusal.reason, Reason::NotAllowed);
    assert!(!refusal.who_may.is_empty());
}

//! A queue of more than one request holds: what is left is asked while an answer is stored.

use crate::host::{Host, Network};
use crate::on_one_phone::{host, receive};
use crate::phone::{Phone, now};
use baton::commands::Exchange;
use baton_domain::testkit::{SCREW, lot};
use std::cell::RefCell;
use std::rc::Rc;

const QUEUE: usize = 600;
/// As many as a request holds.
const BATCH: usize = 256;

/// A phone with a long queue, and how many entries the server had before it.
fn queued() -> (Rc<RefCell<Host>>, Phone, usize) {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    ann.sync();
    ann.network(Network::Down);
    for number in 0..QUEUE {
        ann.act(receive(ann.me(), lot(SCREW, &format!("A{number}")), 1));
    }
    ann.network(Network::Up);
    let before = host.borrow().recorded();
    (host, ann, before)
}

fn goes_on(exchange: &Exchange) -> bool {
    matches!(exchange, Exchange::Done { more: true, .. })
}

#[test]
fn the_next_batch_is_asked_before_the_answer_to_the_last_is_stored_and_none_goes_twice() {
    let (host, ann, before) = queued();
    let asked_before = host.borrow().asked().len();
    assert!(goes_on(&now(ann.desk.exchange(0.5))));
    assert_eq!(ann.desk.unconfirmed(), QUEUE - BATCH);
    assert_eq!(host.borrow().recorded(), before + 2 * BATCH);
    ann.sync();
    assert_eq!(ann.desk.unconfirmed(), 0);
    assert_eq!(host.borrow().recorded(), before + QUEUE);
    assert!(ann.view().lines().eq(host.borrow().state().lines()));
    let host = host.borrow();
    let sent = host.asked()[asked_before..].iter().map(|(_, count)| count);
    assert_eq!(sent.sum::<usize>(), QUEUE, "each goes once");
}

#[test]
fn an_answer_that_came_ahead_and_is_lost_with_the_app_comes_again() {
    let (host, ann, before) = queued();
    assert!(goes_on(&now(ann.desk.exchange(0.5))));
    let ann = ann.reopened();
    assert_eq!(ann.desk.unconfirmed(), QUEUE - BATCH);
    ann.sync();
    assert_eq!(ann.desk.unconfirmed(), 0);
    assert_eq!(host.borrow().recorded(), before + QUEUE);
    assert!(ann.view().lines().eq(host.borrow().state().lines()));
}

#[test]
fn what_is_asked_ahead_may_fail_without_the_answer_before_it() {
    let (host, ann, before) = queued();
    // The first request is the last that arrives.
    ann.hardware.line.requests_left.set(Some(1));
    assert!(goes_on(&now(ann.desk.exchange(0.5))));
    assert_eq!(ann.desk.unconfirmed(), QUEUE - BATCH);
    let failed = now(ann.desk.exchange(0.5));
    assert!(crate::phone::unreachable(&failed), "{failed:?}");
    ann.hardware.line.requests_left.set(None);
    ann.sync();
    assert_eq!(ann.desk.unconfirmed(), 0);
    assert_eq!(host.borrow().recorded(), before + QUEUE);
}

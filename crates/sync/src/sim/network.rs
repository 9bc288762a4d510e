//! Messages on their way, and what a network does to them.

use super::phone::Phone;
use super::run::Run;
use super::suite::LONG_EACH;
use crate::SyncError;
use baton_domain::verdict::{Outcome, Verdict};
use baton_ledger::SignedEntry;
use baton_ledger::message::{SyncRequest, SyncResponse};
use baton_store::conformance::ready;
use baton_store::{LedgerStore, StoreError};

/// A message on its way. A connection ends with the app: what was on its way to an earlier
/// session never arrives.
#[derive(Clone, Debug)]
pub(super) enum Message {
    Request {
        phone: usize,
        session: u64,
        request: SyncRequest,
    },
    Response {
        phone: usize,
        session: u64,
        request: SyncRequest,
        response: SyncResponse,
    },
}

/// One history in so many is of phones that send the next request while an answer is stored.
const AHEAD_EACH: u64 = 2;

impl Run {
    /// Lets phones send ahead, in some histories.
    pub(super) fn begin_ahead(&mut self, seed: u64) {
        // Of the long ones and of those with old apps, too, some are and some are not.
        self.ahead = (seed / LONG_EACH) % AHEAD_EACH == 1;
    }

    /// A phone sends what it has to say, or takes the snapshot that it needs first.
    pub(super) fn ask(&mut self, place: usize) {
        if self.phones[place].engine.needs_snapshot() {
            return self.take_snapshot(place);
        }
        let entries_max = self.chance.pick([1, 2, 8, 256]).unwrap();
        let request = self.phones[place].ask(entries_max);
        self.network.push(Message::Request {
            phone: place,
            session: self.sessions[place],
            request,
        });
    }

    /// Says what is left, as the app does it: while the answer to `request` is being stored.
    fn ask_ahead(&mut self, place: usize, request: &SyncRequest, response: &SyncResponse) -> bool {
        if !self.ahead || self.chance.percent(30) {
            return false;
        }
        let entries_max = self.chance.pick([1, 2, 8, 256]).unwrap();
        let engine = &mut self.phones[place].engine;
        let Some(request) = engine.request_beyond(request, response, entries_max) else {
            return false;
        };
        engine.mark_sent(&request);
        self.counts.note("requests sent ahead");
        self.network.push(Message::Request {
            phone: place,
            session: self.sessions[place],
            request,
        });
        true
    }

    fn take_snapshot(&mut self, place: usize) {
        self.counts.note("snapshots");
        self.changed.insert(place);
        self.sessions[place] += 1;
        self.phones[place].take_snapshot(&self.server);
    }

    /// Any message that is on its way arrives, arrives twice, or never.
    pub(super) fn deliver(&mut self) {
        if self.network.is_empty() {
            return;
        }
        let place = self.chance.below(self.network.len());
        let message = self.network.swap_remove(place);
        match self.chance.below(100) {
            0..=14 => return self.counts.note("lost messages"),
            15..=24 => {
                self.counts.note("doubled messages");
                self.network.push(message.clone());
            }
            _ => {}
        }
        match message {
            Message::Request {
                phone,
                session,
                request,
            } => self.serve(phone, session, request),
            Message::Response {
                phone,
                session,
                request,
                response,
            } => {
                if session == self.sessions[phone] {
                    self.take(phone, &request, &response);
                }
            }
        }
    }

    fn serve(&mut self, phone: usize, session: u64, request: SyncRequest) {
        if self.turns_away(phone) {
            return;
        }
        let mut received = request.clone();
        if self.chance.percent(30) {
            self.chance.shuffle(&mut received.entries);
        }
        if self.chance.percent(10) {
            let batch: Vec<_> = received
                .entries
                .iter()
                .filter_map(|bytes| SignedEntry::parse(bytes).ok())
                .collect();
            self.counts.note("failed transactions");
            return self.server.receive_and_fail(&batch);
        }
        // Small answers, so that many are portions.
        self.server.changes_max = self.chance.pick([1, 3, 1000]).unwrap();
        let Some(response) = self.server.answer(&received) else {
            // Its enrolment went with an old backup, and it hears so.
            if session == self.sessions[phone] {
                self.phones[phone].engine.vouch();
            }
            return self.counts.note("phones unknown");
        };
        let waits = |verdict: &Verdict| matches!(verdict.outcome, Outcome::Waiting(_));
        let waiting = response
            .verdicts
            .iter()
            .filter(|answer| waits(&answer.verdict));
        self.counts.add("waits", waiting.count() as u64);
        self.network.push(Message::Response {
            phone,
            session,
            request,
            response,
        });
    }

    /// Store first, then memory; a crash may come at each of the two.
    fn take(&mut self, place: usize, request: &SyncRequest, response: &SyncResponse) {
        let ahead = self.ask_ahead(place, request, response);
        let phone: &mut Phone = &mut self.phones[place];
        let plan = match phone.plan(request, response) {
            Ok(plan) => plan,
            Err(SyncError::SnapshotNeeded) => return self.take_snapshot(place),
            Err(error) => panic!("{error}"),
        };
        if self.chance.percent(3) {
            if ahead {
                self.counts.note("requests ahead of what was never stored");
            }
            return self.crash(place);
        }
        match ready(phone.store.apply(plan.update())) {
            Ok(()) => {}
            // The second tab was faster.
            Err(StoreError::Stale) => return self.crash(place),
            Err(error) => panic!("{error}"),
        }
        if self.chance.percent(3) {
            return self.crash(place);
        }
        self.count_unread(place, plan.update().cursor);
        let phone = &mut self.phones[place];
        phone.before = None;
        let applied = phone.engine.apply(plan);
        self.changed.insert(place);
        let changed = applied.changed_verdicts.len() as u64;
        self.counts.add("changed verdicts", changed);
    }
}

//! Phones whose app is older than the server, and the update that comes in between.
//!
//! In every [`OLD_EACH`]th history some phones begin with an app that does not know the newest kinds
//! of entries. It keeps what it cannot read, marks the lines of it, and records and sends what it can;
//! at some time the server may no longer speak with it, and then it only records. The update may come
//! at any step, most often to a full outbox, and at the end it has come to all: then they must agree
//! with the others, whatever the old app has written down before (I7).
//!
//! It has a chance of its own, so that all other histories are what they were without it.

use super::chance::Chance;
use super::run::Run;
use baton_ledger::older::is_beyond;

/// How often a history has old apps in it.
const OLD_EACH: u64 = 4;

/// The stored numbers of the kinds that an old app lacks: of all, the newest (adjustments, counts, drawn
/// and corrected lines, requests, trays, settings, shared accounts), of some also what everything else
/// rests on (received stock, holds, marks).
const LACKED: [&[u16]; 2] = [
    &[
        42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 55, 93, 94, 95, 100, 101,
    ],
    &[
        10, 11, 12, 22, 23, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 55, 93, 94, 95, 100, 101,
    ],
];

/// What decides over old apps in a history that has some.
pub(super) struct Age {
    chance: Chance,
    /// The server speaks with the newest app only.
    turns_away: bool,
}

impl Run {
    /// Gives some phones an old app, in some histories.
    pub(super) fn begin_old(&mut self, seed: u64) {
        if !seed.is_multiple_of(OLD_EACH) {
            return;
        }
        let mut chance = Chance::new(seed ^ 0x01D);
        for phone in &mut self.phones {
            if chance.percent(50) {
                phone.lacks = LACKED[chance.below(LACKED.len())];
                self.counts.note("old apps");
            }
        }
        self.age = Some(Age {
            chance,
            turns_away: false,
        });
    }

    /// What a step does to old apps.
    pub(super) fn grow_older(&mut self) {
        let Some(age) = &mut self.age else {
            return;
        };
        age.turns_away |= age.chance.below(300) == 0;
        let place = age.chance.below(self.phones.len());
        if age.chance.percent(2) && self.is_old(place) {
            self.counts.note("updates in between");
            self.update_app(place);
        }
    }

    /// Everybody gets the newest app.
    pub(super) fn update_all(&mut self) {
        for place in 0..self.phones.len() {
            if self.is_old(place) {
                self.update_app(place);
            }
        }
    }

    /// True where the server has no word for that phone's app; it is told so.
    pub(super) fn turns_away(&mut self, place: usize) -> bool {
        let over = self.age.as_ref().is_some_and(|age| age.turns_away);
        let too_old = over && self.is_old(place);
        if too_old {
            self.counts.note("turned away as too old");
            self.phones[place].engine.mark_unsent();
        }
        too_old
    }

    /// Counts what comes to an old app that it cannot read.
    pub(super) fn count_unread(&mut self, place: usize, up_to: u64) {
        let phone = &self.phones[place];
        if phone.lacks.is_empty() {
            return;
        }
        let records = self.server.tables.records.iter().take(up_to as usize);
        let news = records.skip(phone.engine.cursor() as usize);
        let unread = news.filter(|record| is_beyond(phone.lacks, &record.entry));
        self.counts
            .add("records beyond an old app", unread.count() as u64);
    }

    fn is_old(&self, place: usize) -> bool {
        !self.phones[place].lacks.is_empty()
    }

    /// The page is loaded anew, from a new app.
    fn update_app(&mut self, place: usize) {
        self.changed.insert(place);
        self.sessions[place] += 1;
        let phone = &mut self.phones[place];
        if !phone.engine.pending().is_empty() {
            self.counts.note("old outboxes");
        }
        phone.update_app();
    }
}

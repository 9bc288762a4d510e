//! Many histories on every core, and the proof that something happened in them.
//!
//! **What a history is.** One seed: five phones and a server through a number of steps, each an act
//! of a person, a message on its way, a handoff by code or a fault; then the faults stop and
//! everybody must agree. Most faults need few steps to do their harm, so that many short histories
//! find more than a few long ones; every [`LONG_EACH`]th is [`LONG`] times as long, for what takes
//! its time. Every [`CROSSING_EACH`]th seed plays a long one between two organizations as well, and
//! every [`REPEATED_EACH`]th is played twice to show that it repeats itself. A seed is counted once,
//! however often and long it is played.

use super::acts::ACTS;
use super::counts::Counts;
use super::crossing::{STEPS, between_organizations};
use super::kinds::KINDS;
use super::run::run;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// How often the same seed is also played between two organizations.
pub const CROSSING_EACH: u64 = 8;
/// How often a seed is played twice.
pub const REPEATED_EACH: u64 = 10;

/// How often a history is a long one.
pub const LONG_EACH: u64 = 8;
/// How many times as long that is.
pub const LONG: usize = 4;

/// What every suite must have met besides every act of [`ACTS`], every kind of entry and every step
/// between organizations; one in which something of it never happened proves nothing.
const MUST_HAPPEN: [&str; 64] = [
    "accepted",
    "refused",
    "disputed",
    "waits",
    "waits that took too long",
    "requests sent ahead",
    "requests ahead of what was never stored",
    "lost messages",
    "doubled messages",
    "crashes",
    "clock jumps",
    "second tabs",
    "sequences taken",
    "evictions",
    "records that never arrive",
    "failed transactions",
    "restores",
    "phones unknown",
    "server restarts",
    "quarantined",
    "changed verdicts",
    "generations",
    "snapshots",
    "repeated",
    "offers by code",
    "answers by code",
    "receipts by code",
    "codes lost",
    "codes lost half-way",
    "codes in frames",
    "codes with ancestors",
    "codes too deep",
    "codes read again",
    "codes changed on their way",
    "codes for other bytes",
    "codes against a rule",
    "codes of ended offers",
    "codes of revoked phones",
    "offers shown in other bytes than kept",
    "offers answered twice",
    "offers made anew",
    "proposals by code",
    "proposals answered by code",
    "proposals for somebody else",
    "receipts for an offer made anew",
    "receipts for an ended offer",
    "receipts for another hash",
    "receipts for other bytes",
    "receipts for unknown offers",
    "receipts read by a third phone",
    "steps between organizations",
    "steps tried twice",
    "steps found by a stale look",
    "transactions failed between organizations",
    "arrivals from elsewhere",
    "taken back across",
    "disputes across",
    "old apps",
    "old outboxes",
    "updates in between",
    "turned away as too old",
    "records beyond an old app",
    "codes beyond an old app",
    "generations left to a newer app",
];

/// Plays every seed and gives the counts of all, or the names of what never happened. Panics, after
/// printing the seed, where an invariant does not hold or a history does not repeat.
pub fn suite(seeds: Range<u64>, steps: usize) -> Result<Counts, (Counts, Vec<&'static str>)> {
    let next = AtomicU64::new(seeds.start);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let play = || {
        let mut counts = Counts::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return counts;
            }
            counts.take_in(&history(seed, steps));
        }
    };
    let mut total = Counts::default();
    thread::scope(|scope| {
        let players: Vec<_> = (0..cores).map(|_| scope.spawn(play)).collect();
        for player in players {
            match player.join() {
                Ok(counts) => total.take_in(&counts),
                Err(panic) => {
                    // The others need not go on.
                    next.store(seeds.end, Ordering::Relaxed);
                    std::panic::resume_unwind(panic);
                }
            }
        }
    });
    let acts = ACTS.iter().map(|act| act.name);
    let kinds = KINDS.iter().copied();
    let never: Vec<_> = MUST_HAPPEN
        .into_iter()
        .chain(acts)
        .chain(kinds)
        .chain(STEPS)
        .filter(|name| total.of(name) == 0)
        .collect();
    if never.is_empty() {
        Ok(total)
    } else {
        Err((total, never))
    }
}

/// How many steps the history of a seed has in a suite of so many.
pub fn steps_of(seed: u64, steps: usize) -> usize {
    if seed % LONG_EACH == LONG_EACH - 1 {
        LONG * steps
    } else {
        steps
    }
}

/// One seed.
fn history(seed: u64, steps: usize) -> Counts {
    let _seed = Seed(seed);
    let steps = steps_of(seed, steps);
    let told = run(seed, steps);
    let again = seed.is_multiple_of(REPEATED_EACH);
    if again {
        assert_eq!(told, run(seed, steps), "the same seed, another history");
    }
    let mut counts = told.counts;
    if seed % CROSSING_EACH == CROSSING_EACH - 2 {
        let crossed = between_organizations(seed, LONG * steps);
        if again {
            assert_eq!(crossed, between_organizations(seed, LONG * steps));
        }
        counts.take_in(&crossed);
    }
    if again {
        counts.note("repeated");
    }
    counts
}

/// Prints the seed of a history that fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the seed is {}", self.0);
        }
    }
}

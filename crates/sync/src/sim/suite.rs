//! Many histories, each played twice, and the proof that something happened in them.

use super::acts::ACTS;
use super::counts::Counts;
use super::crossing::between_organizations;
use super::run::run;
use std::ops::Range;

/// What every suite must have met besides every act of [`ACTS`]; one in which something of it
/// never happened proves nothing.
const MUST_HAPPEN: [&str; 29] = [
    "accepted",
    "refused",
    "disputed",
    "waits",
    "lost messages",
    "doubled messages",
    "crashes",
    "second tabs",
    "sequences taken",
    "evictions",
    "failed transactions",
    "restores",
    "changed verdicts",
    "generations",
    "snapshots",
    "repeated",
    "offers by code",
    "answers by code",
    "receipts by code",
    "codes lost",
    "codes with ancestors",
    "codes too deep",
    "steps between organizations",
    "steps tried twice",
    "steps found by a stale look",
    "transactions failed between organizations",
    "arrivals from elsewhere",
    "taken back across",
    "disputes across",
];

/// Plays every seed twice and gives the counts of all, or the names of what never happened.
/// Panics, after printing the seed, where an invariant does not hold or a history does not repeat.
pub fn suite(seeds: Range<u64>, steps: usize) -> Result<Counts, (Counts, Vec<&'static str>)> {
    let mut total = Counts::default();
    for seed in seeds {
        let _seed = Seed(seed);
        let told = run(seed, steps);
        assert_eq!(told, run(seed, steps), "the same seed, another history");
        total.take_in(&told.counts);
        let crossed = between_organizations(seed, steps);
        assert_eq!(crossed, between_organizations(seed, steps));
        total.take_in(&crossed);
        total.note("repeated");
    }
    let acts = ACTS.iter().map(|act| act.name);
    let never: Vec<_> = MUST_HAPPEN
        .into_iter()
        .chain(acts)
        .filter(|name| total.of(name) == 0)
        .collect();
    if never.is_empty() {
        Ok(total)
    } else {
        Err((total, never))
    }
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

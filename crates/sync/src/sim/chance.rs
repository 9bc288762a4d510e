//! Chance that repeats itself: the same seed, the same history.

use baton_domain::splitmix::SplitMix64;

/// A small generator.
#[derive(Clone, Debug)]
pub struct Chance(SplitMix64);

impl Chance {
    /// Begins at a seed.
    pub fn new(seed: u64) -> Self {
        Self(SplitMix64::new(seed))
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.below(end)
    }

    /// True `count` times in a hundred.
    pub fn percent(&mut self, count: usize) -> bool {
        self.below(100) < count
    }

    /// One of them, if there are any.
    pub fn pick<T>(&mut self, all: impl IntoIterator<Item = T>) -> Option<T> {
        let mut all: Vec<T> = all.into_iter().collect();
        if all.is_empty() {
            return None;
        }
        let place = self.below(all.len());
        Some(all.swap_remove(place))
    }

    /// Puts them in any order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for end in (1..all.len()).rev() {
            all.swap(end, self.below(end + 1));
        }
    }
}

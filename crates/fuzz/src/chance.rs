//! Choices that are the same on every machine.

use baton_domain::splitmix::SplitMix64;

/// A source of choices.
#[derive(Clone, Debug)]
pub struct Chance(SplitMix64);

impl Chance {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(SplitMix64::new(seed))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.bits()
    }

    /// A number below `bound`; 0 where the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound)
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.0.once_in(times)
    }

    /// One of them.
    ///
    /// # Panics
    /// If there are none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A number that code tends to trip over, or any.
    pub fn number(&mut self) -> u64 {
        const EDGES: [u64; 18] = [
            0,
            1,
            2,
            23,
            24,
            255,
            256,
            65_535,
            65_536,
            999_999_999,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_ffff,
            0x1_0000_0000,
            0x7fff_ffff_ffff_fffe,
            0x7fff_ffff_ffff_ffff,
            0x8000_0000_0000_0000,
            u64::MAX,
        ];
        match self.below(3) {
            0 => *self.pick(&EDGES),
            1 => self.bits() % 100,
            _ => self.bits() >> self.below(64),
        }
    }
}

//! What really happened in a run. A run in which nothing did proves nothing.

use std::collections::BTreeMap;
use std::fmt;

/// How often each thing happened, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    /// It happened.
    pub fn note(&mut self, name: &'static str) {
        self.add(name, 1);
    }

    /// It happened so often.
    pub fn add(&mut self, name: &'static str, times: u64) {
        *self.0.entry(name).or_default() += times;
    }

    /// How often it happened.
    pub fn of(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(0)
    }

    /// Takes another run's counts in.
    pub fn take_in(&mut self, other: &Self) {
        for (name, times) in &other.0 {
            self.add(name, *times);
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (name, times)) in self.0.iter().enumerate() {
            let between = if place == 0 { "" } else { " · " };
            write!(f, "{between}{name} {times}")?;
        }
        Ok(())
    }
}

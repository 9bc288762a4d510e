//! Telling that a phone lost what it had saved. A fresh start is never silent.

use baton_domain::id::DeviceId;

/// The last sequence of a device, kept where the database is not: it outlives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HighWater {
    /// The device.
    pub device: DeviceId,
    /// The last sequence it used.
    pub sequence: u64,
}

/// Movements that were saved on this phone and are not on it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The device that recorded them.
    pub device: DeviceId,
    /// The first sequence that is missing here.
    pub first: u64,
    /// The last one.
    pub last: u64,
}

impl Loss {
    /// How many.
    pub fn count(&self) -> u64 {
        self.last + 1 - self.first
    }

    /// How many of them the server has, as it says, and so are not lost for good.
    pub fn on_server(&self, acked_sequence: u64) -> u64 {
        (self.last.min(acked_sequence) + 1).saturating_sub(self.first)
    }

    /// What is missing of `device` from one sequence to another, if anything is.
    pub(crate) fn between(device: DeviceId, here: u64, known: u64) -> Option<Self> {
        (known > here).then_some(Self {
            device,
            first: here + 1,
            last: known,
        })
    }
}

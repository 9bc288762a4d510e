//! When to try again, and with how much.
//!
//! Delays double from one second to five minutes and are spread by chance, so that a thousand
//! phones that lost the same server do not come back in the same second. A batch that is too
//! large is halved, and grows again with success. Nothing here ever gives up: what is recorded
//! stays in the outbox, and signing in or an update is asked for where only that helps.

use baton_ledger::limits::ENTRIES_PER_SYNC_MAX;

/// The first delay.
const DELAY_MS_MIN: u64 = 1_000;

/// The longest delay.
const DELAY_MS_MAX: u64 = 5 * 60 * 1_000;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer, or half of one.
    Network,
    /// The server could not: 5xx, 429, or an answer that made no sense.
    Server,
    /// The batch is too large (413).
    TooLarge,
    /// Nobody is signed in (401).
    SignedOut,
    /// The server no longer speaks this app's protocol (426).
    TooOld,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Try again after this many milliseconds, or when something says that the network is back.
    WaitMs(u64),
    /// Try again at once, with fewer entries.
    AgainAtOnce,
    /// One entry alone is too large: set it aside ([`crate::Engine::set_aside`]), try again at once.
    SetAside,
    /// Keep recording; "Sign in to send".
    SignIn,
    /// Keep recording; "Update to send".
    UpdateApp,
}

/// How the last tries went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    failures: u32,
    entries_max: usize,
    signed_out: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self::new()
    }
}

impl Retry {
    /// Nothing has failed yet.
    pub fn new() -> Self {
        Self {
            failures: 0,
            entries_max: ENTRIES_PER_SYNC_MAX,
            signed_out: false,
        }
    }

    /// How many entries the next batch may hold.
    pub fn entries_max(&self) -> usize {
        self.entries_max
    }

    /// True until somebody signs in: only that helps.
    pub fn is_signed_out(&self) -> bool {
        self.signed_out
    }

    /// A try failed. `random` is any number from 0 to 1; `entries_sent` is how many the batch held.
    pub fn failed(&mut self, failure: Failure, entries_sent: usize, random: f64) -> Advice {
        match failure {
            Failure::SignedOut => {
                self.signed_out = true;
                Advice::SignIn
            }
            Failure::TooOld => Advice::UpdateApp,
            Failure::TooLarge if entries_sent > 1 => {
                self.entries_max = (entries_sent / 2).max(1);
                Advice::AgainAtOnce
            }
            Failure::TooLarge if entries_sent == 1 => Advice::SetAside,
            Failure::TooLarge | Failure::Network | Failure::Server => {
                Advice::WaitMs(self.next_delay_ms(random))
            }
        }
    }

    /// A try succeeded.
    pub fn succeeded(&mut self) {
        self.failures = 0;
        self.signed_out = false;
        self.entries_max = (self.entries_max * 2).min(ENTRIES_PER_SYNC_MAX);
    }

    /// Somebody signed in.
    pub fn signed_in(&mut self) {
        self.failures = 0;
        self.signed_out = false;
    }

    /// Between half of the doubled delay and all of it.
    fn next_delay_ms(&mut self, random: f64) -> u64 {
        let doubled = DELAY_MS_MIN
            .saturating_mul(1 << self.failures.min(20))
            .min(DELAY_MS_MAX);
        self.failures = self.failures.saturating_add(1);
        let share = if random.is_finite() {
            random.clamp(0.0, 1.0)
        } else {
            1.0
        };
        let half = doubled / 2;
        half + (half as f64 * share) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_and_are_bounded_and_spread() {
        let mut retry = Retry::new();
        let delays: Vec<_> = (0..40)
            .map(|_| retry.failed(Failure::Network, 9, 1.0))
            .collect();
        assert_eq!(
            delays[..4],
            [1_000, 2_000, 4_000, 8_000].map(Advice::WaitMs)
        );
        assert!(
            delays[9..]
                .iter()
                .all(|delay| *delay == Advice::WaitMs(DELAY_MS_MAX))
        );
        assert_eq!(
            retry.failed(Failure::Server, 9, 0.0),
            Advice::WaitMs(DELAY_MS_MAX / 2)
        );
        assert_eq!(
            retry.failed(Failure::Server, 9, f64::NAN),
            Advice::WaitMs(DELAY_MS_MAX)
        );
        retry.succeeded();
        assert_eq!(retry.failed(Failure::Network, 9, 0.5), Advice::WaitMs(750));
    }

    #[test]
    fn a_batch_too_large_is_halved_down_to_one_and_grows_again() {
        let mut retry = Retry::new();
        let mut sizes = vec![retry.entries_max()];
        while retry.failed(Failure::TooLarge, retry.entries_max(), 0.5) == Advice::AgainAtOnce {
            sizes.push(retry.entries_max());
        }
        assert_eq!(sizes, [256, 128, 64, 32, 16, 8, 4, 2, 1]);
        assert_eq!(retry.failed(Failure::TooLarge, 1, 0.5), Advice::SetAside);
        assert!(matches!(
            retry.failed(Failure::TooLarge, 0, 0.5),
            Advice::WaitMs(_)
        ));
        retry.succeeded();
        assert_eq!(retry.entries_max(), 2);
        (0..20).for_each(|_| retry.succeeded());
        assert_eq!(retry.entries_max(), ENTRIES_PER_SYNC_MAX);
    }

    #[test]
    fn signed_out_asks_to_sign_in_and_never_waits_it_out() {
        let mut retry = Retry::new();
        assert_eq!(retry.failed(Failure::SignedOut, 3, 0.5), Advice::SignIn);
        assert!(retry.is_signed_out());
        retry.signed_in();
        assert!(!retry.is_signed_out());
        assert_eq!(retry.failed(Failure::TooOld, 3, 0.5), Advice::UpdateApp);
    }
}

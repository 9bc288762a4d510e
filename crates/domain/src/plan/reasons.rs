//! When two people hand stock to one another for cover so often that they should share it.

use crate::directory::Role;
use crate::id::PersonId;
use crate::state::State;
use crate::stock::Custodian;
use crate::time::Timestamp;
use crate::transfer::{Transfer, TransferStatus};

/// Days that are looked at.
const DAYS: i64 = 90;
/// Transfers for cover from which on sharing is suggested.
const TRANSFERS: u32 = 3;
const DAY_MS: i64 = 86_400_000;

/// Two reps and how often they handed stock over for cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habit {
    /// The two.
    pub between: (PersonId, PersonId),
    /// How many transfers for a case, in either direction, in the last 90 days.
    pub transfers: u32,
}

/// The habit of two reps, where it is one: three transfers for cover within 90 days before `now`,
/// and no account yet that both share.
pub fn shared_account_habit(
    state: &State,
    one: PersonId,
    other: PersonId,
    now: Timestamp,
) -> Option<Habit> {
    let is_rep = |person| {
        state
            .person(person)
            .is_some_and(|person| person.role == Role::Rep)
    };
    let both = [Custodian::Person(one), Custodian::Person(other)];
    if one == other || !is_rep(one) || !is_rep(other) {
        return None;
    }
    let share_already = state
        .sharing_links()
        .any(|link| link.rep == one && state.is_shared_with(link.account, other));
    if share_already {
        return None;
    }
    let since = now.unix_ms.saturating_sub(DAYS * DAY_MS);
    let for_cover = |transfer: &&Transfer| {
        let between = both.contains(&transfer.from) && both.contains(&transfer.to);
        let for_case = transfer
            .lines
            .iter()
            .any(|line| line.reserved_for.is_some());
        let stands = matches!(
            transfer.status,
            TransferStatus::Open | TransferStatus::Answered
        );
        between && for_case && stands
    };
    let transfers = state
        .transfers()
        .filter(|transfer| transfer.offered_at.unix_ms >= since)
        .filter(for_cover)
        .count() as u32;
    (transfers >= TRANSFERS).then_some(Habit {
        between: (one, other),
        transfers,
    })
}

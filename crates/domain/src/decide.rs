//! From what a person wants to what is recorded.

use crate::command::{Author, Command};
use crate::entry::EntryBody;
use crate::id::EntryId;
use crate::refusal::{Reason, Refusal};
use crate::state::State;

/// Turns a command into the entries that record it, or refuses it with the rule.
///
/// `next_id` gives a fresh id for each entry. The bodies come back in the order in which they
/// must be recorded; together they are one act.
pub fn decide(
    state: &State,
    author: &Author,
    command: Command,
    next_id: &mut dyn FnMut() -> EntryId,
) -> Result<Vec<(EntryId, EntryBody)>, Refusal> {
    let _ = (state, author, command, next_id);
    Err(Refusal::new(Reason::Unknown))
}

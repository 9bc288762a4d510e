//! Applying what was decided.

use crate::entry::Entry;
use crate::state::State;
use crate::verdict::Verdict;

/// Applies an entry as its verdict says. Never decides: what the verdict accepts is applied,
/// line by line, and nothing else is.
pub fn fold(state: &mut State, entry: &Entry, verdict: &Verdict) {
    let _ = (state, entry, verdict);
}

//! Verdicts: what became of an entry, as a whole and per line (R33).

use crate::id::{EntryId, LineId};
use crate::refusal::{Reason, Refusal};

/// The word on an entry. Stored with it and replayed; it never changes (R32, R33).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The word on the whole.
    pub outcome: Outcome,
    /// The lines (by place in the body) whose outcome differs from the whole's.
    pub lines: Vec<LineVerdict>,
    /// What speaks against it although it stands (R37).
    pub flags: Vec<Flag>,
}

/// The word on one line of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineVerdict {
    /// The line's place in the body.
    pub index: u16,
    /// The word on it.
    pub outcome: Outcome,
}

/// What became of an entry or a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It stands.
    Accepted,
    /// It breaks a rule and has no effect.
    Refused(Refusal),
    /// It collides with an earlier claim; kept outside the fold until somebody resolves it.
    Disputed(Refusal),
    /// An entry it builds on has not arrived.
    Waiting(EntryId),
}

/// A rule that speaks against something that nevertheless stands (R37).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The line's place in the body, or `None` for the whole.
    pub index: Option<u16>,
    /// What speaks against it.
    pub reason: Reason,
}

impl Verdict {
    /// A verdict that accepts everything.
    pub fn accepted() -> Self {
        Self {
            outcome: Outcome::Accepted,
            lines: Vec::new(),
            flags: Vec::new(),
        }
    }

    /// A verdict with one outcome for everything.
    pub fn whole(outcome: Outcome) -> Self {
        Self {
            outcome,
            lines: Vec::new(),
            flags: Vec::new(),
        }
    }

    /// The outcome of the line at `index`.
    pub fn line(&self, index: u16) -> &Outcome {
        self.lines
            .iter()
            .find(|line| line.index == index)
            .map_or(&self.outcome, |line| &line.outcome)
    }

    /// True if the whole, or any line of it, was refused or disputed: a person has to look.
    pub fn needs_review(&self) -> bool {
        let bad = |outcome: &Outcome| matches!(outcome, Outcome::Refused(_) | Outcome::Disputed(_));
        bad(&self.outcome) || self.lines.iter().any(|line| bad(&line.outcome))
    }

    /// What speaks against a disputed claim, of the whole or of its first disputed line.
    pub fn dispute(&self) -> Option<&Refusal> {
        let lines = self.lines.iter().map(|line| &line.outcome);
        let mut all = std::iter::once(&self.outcome).chain(lines);
        all.find_map(|outcome| match outcome {
            Outcome::Disputed(refusal) => Some(refusal),
            _ => None,
        })
    }
}

/// An entry, or what an entry did to one line, that does not stand. Remembered in the state, so
/// that what builds on it gets the same word and names it (R33), instead of waiting for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The entry.
    pub entry: EntryId,
    /// The line it would have made or changed; `None` for the whole entry.
    pub line: Option<LineId>,
    /// Disputed, or else refused.
    pub disputed: bool,
    /// Why.
    pub reason: Reason,
}

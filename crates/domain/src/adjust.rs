//! Corrections: what was adjusted, and what was undone (R12, R13).
//!
//! Nothing is deleted. An adjustment says that a count found more or less than the ledger knew,
//! and whoever answers for that custody reviews it afterwards. A reversal undoes an act while
//! nothing builds on it; what it undoes is worked out here, once: [`undo_of`] tells the phone what
//! to record and the server what to compare it with.

use crate::Text;
use crate::authority::{Act, Scope, scope};
use crate::case::{Usage, UseStatus};
use crate::entry::EntryBody;
use crate::fold::consumes_usage;
use crate::id::{CaseId, EntryId, LineId, PersonId};
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::{Custodian, LineRef, StockLine};
use crate::time::Timestamp;

/// What a count or an accident took from a custody, or found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// The entry that recorded it.
    pub id: EntryId,
    /// Whose stock.
    pub custodian: Custodian,
    /// What is gone: from which line, and how many.
    pub away: Vec<(LineId, u32)>,
    /// The lines that were found.
    pub found: Vec<LineId>,
    /// Why, in words.
    pub reason: Text,
    /// Who recorded it, and when.
    pub by: (PersonId, Timestamp),
    /// Who reviewed it, and when.
    pub reviewed_by: Option<(PersonId, Timestamp)>,
}

/// That an entry was undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// The entry that was undone.
    pub entry: EntryId,
    /// The entry that undid it.
    pub by_entry: EntryId,
    /// Who undid it, and when.
    pub by: (PersonId, Timestamp),
}

/// The kinds of act that can be undone (R13). Numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undone {
    /// Stock was received or created.
    Received,
    /// Stock was marked for a case.
    Marked,
    /// A use was recorded.
    Used,
    /// Stock was put on hold.
    Held,
    /// Stock was adjusted.
    Adjusted,
}

/// What undoing an entry does to stock, line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undo {
    /// Pieces that come back.
    pub back: Vec<LineRef>,
    /// Pieces that go again.
    pub gone: Vec<LineRef>,
    /// Pieces whose hold or mark ends.
    pub released: Vec<LineRef>,
}

impl Undo {
    /// Every piece it touches.
    pub fn lines(&self) -> impl Iterator<Item = &LineRef> {
        self.back.iter().chain(&self.gone).chain(&self.released)
    }
}

/// True where whoever answers for the custody still has to look at an adjustment: a Rep's own
/// takes effect at once and is reviewed after.
pub fn needs_review(state: &State, adjustment: &Adjustment) -> bool {
    let by_rep = state
        .person(adjustment.by.0)
        .is_some_and(|person| scope(Act::Adjust, person.role) == Scope::Own);
    by_rep && adjustment.reviewed_by.is_none() && state.reversal(adjustment.id).is_none()
}

/// Which kind an entry is, if it can be undone at all.
pub fn kind_of(body: &EntryBody) -> Option<(Undone, Option<CaseId>)> {
    match body {
        EntryBody::StockReceived { .. } => Some((Undone::Received, None)),
        EntryBody::StockMarked { case, .. } => Some((Undone::Marked, Some(*case))),
        EntryBody::UsageRecorded { case, .. } => Some((Undone::Used, Some(*case))),
        EntryBody::StockHeld { .. } => Some((Undone::Held, None)),
        EntryBody::StockAdjusted { .. } => Some((Undone::Adjusted, None)),
        _ => None,
    }
}

/// What undoing `entry` does, or why it cannot be undone. `named` is what its body named, which
/// only marks and holds need: of the rest the state knows it.
pub(crate) fn undo_of(
    state: &State,
    entry: EntryId,
    (kind, case): (Undone, Option<CaseId>),
    named: &[LineRef],
) -> Result<Undo, Refusal> {
    let unknown = || Refusal::new(Reason::Unknown).entry(entry);
    let mut undo = Undo::default();
    match kind {
        // Its author says what kind of act it was; what the state remembers must agree.
        Undone::Received if brought_in_otherwise(state, entry) => {
            return Err(Refusal::new(Reason::NeverReversed).entry(entry));
        }
        Undone::Held if state.recall(entry).is_some() => {
            return Err(Refusal::new(Reason::NeverReversed).entry(entry));
        }
        Undone::Received => {
            for line in state.lines_made_by(entry) {
                undo.gone.push(untouched(state, line, entry)?);
            }
            if undo.gone.is_empty() {
                return Err(unknown());
            }
        }
        Undone::Adjusted => {
            let adjustment = state.adjustment(entry).ok_or_else(unknown)?;
            for (id, quantity) in &adjustment.away {
                let line = state.line(*id).ok_or_else(unknown)?;
                undo.back.push(last_touched(line, entry, *quantity)?);
            }
            for id in &adjustment.found {
                let line = state.line(*id).ok_or_else(unknown)?;
                undo.gone.push(untouched(state, line, entry)?);
            }
        }
        Undone::Used => {
            let known = case.and_then(|case| state.case(case)).ok_or_else(unknown)?;
            let uses = known.usage.iter().filter(|usage| usage.entry == entry);
            let mut any = false;
            for usage in uses {
                any = true;
                undo_use(state, usage, &mut undo)?;
            }
            if !any {
                return Err(unknown());
            }
        }
        Undone::Held => {
            for named in named {
                let line = state.line(named.line).ok_or_else(unknown)?;
                undo.released.push(held_by(line, entry)?);
            }
        }
        Undone::Marked => {
            for named in named {
                let line = state.line(named.line).ok_or_else(unknown)?;
                let kept = case.map_or(0, |case| line.kept_for(case));
                if kept < named.quantity {
                    return Err(Refusal::new(Reason::BuiltUpon).line(line.id));
                }
                undo.released.push(*named);
            }
        }
    }
    Ok(undo)
}

/// True for an adjustment, which is undone as a whole, and for what arrived from another
/// organization, which is sent back.
fn brought_in_otherwise(state: &State, entry: EntryId) -> bool {
    state.adjustment(entry).is_some() || state.all_terms().any(|terms| terms.ended == Some(entry))
}

fn undo_use(state: &State, usage: &Usage, undo: &mut Undo) -> Result<(), Refusal> {
    let Some(id) = usage.line else { return Ok(()) };
    let unknown = || Refusal::new(Reason::Unknown).line(id);
    let line = state.line(id).ok_or_else(unknown)?;
    if consumes_usage(state, usage) {
        let back = last_touched(line, usage.entry, usage.quantity)?;
        match undo.back.iter_mut().find(|other| other.line == id) {
            Some(other) => other.quantity = other.quantity.saturating_add(back.quantity),
            None => undo.back.push(back),
        }
    } else if usage.status == UseStatus::Damaged
        && !undo.released.iter().any(|other| other.line == id)
    {
        undo.released.push(held_by(line, usage.entry)?);
    }
    Ok(())
}

/// A line as the entry made it, with nothing done to it or promised of it since.
fn untouched(state: &State, line: &StockLine, entry: EntryId) -> Result<LineRef, Refusal> {
    let as_made = line.parent.is_none() && line.replaces.is_none() && line.head == entry;
    let nothing_said = line.claims.is_empty() && line.hold.is_none() && line.disputed == 0;
    let packed = state.tray_of(line.id).is_some()
        || state
            .tray(line.id)
            .is_some_and(|tray| !tray.contents.is_empty());
    if as_made && nothing_said && !packed && line.quantity > 0 {
        return Ok(whole(line, line.quantity));
    }
    Err(built_upon(line))
}

/// A line whose last movement the entry was; of a lot the pieces are alike, and others may have
/// moved since.
fn last_touched(line: &StockLine, entry: EntryId, quantity: u32) -> Result<LineRef, Refusal> {
    if line.identity.serial.is_some() && line.head != entry {
        return Err(built_upon(line));
    }
    Ok(whole(line, quantity))
}

/// What an entry put on hold, while nobody has reviewed it or held more.
fn held_by(line: &StockLine, entry: EntryId) -> Result<LineRef, Refusal> {
    match &line.hold {
        Some(hold) if hold.by == entry && hold.quantity > hold.earlier => {
            Ok(whole(line, hold.quantity - hold.earlier))
        }
        _ => Err(built_upon(line)),
    }
}

fn whole(line: &StockLine, quantity: u32) -> LineRef {
    LineRef {
        line: line.id,
        quantity,
        head: line.identity.serial.is_some().then_some(line.head),
    }
}

fn built_upon(line: &StockLine) -> Refusal {
    Refusal::new(Reason::BuiltUpon)
        .line(line.id)
        .entry(line.head)
}

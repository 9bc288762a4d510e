//! Taking back what was recorded: a reversing entry (R13), also before the first was sent.

use crate::state::{ActivityRow, App, RecordStatus};
use baton_domain::adjust::kind_of;
use baton_domain::id::EntryId;
use baton_domain::{Command, EntryBody, State};
use leptos::prelude::untrack;

/// The command that undoes one of this phone's entries, where its kind can be undone.
pub fn of(app: App, entry: EntryId) -> Option<Command> {
    let rows = untrack(|| app.activity());
    let row = rows.iter().find(|row| row.entry.id == entry)?;
    command(&row.entry.body, entry)
}

/// The command that undoes an entry, where its kind can be undone.
fn command(body: &EntryBody, entry: EntryId) -> Option<Command> {
    kind_of(body)?;
    Some(Command::Undo {
        entry,
        was: Box::new(body.clone()),
        reason: "".into(),
    })
}

/// The command behind the button of a row; none where it was undone, refused, or is of a kind that
/// stays.
pub fn of_row(state: &State, row: &ActivityRow) -> Option<Command> {
    let stands = !matches!(
        row.status,
        RecordStatus::Refused | RecordStatus::NeedsReview | RecordStatus::Waiting
    );
    if !stands || is_undone(state, row) {
        return None;
    }
    command(&row.entry.body, row.entry.id)
}

/// True for an entry that was undone.
pub fn is_undone(state: &State, row: &ActivityRow) -> bool {
    state.reversal(row.entry.id).is_some()
}

/// True for a row that needs no line of its own: the undone one says it.
pub fn is_an_undo(state: &State, row: &ActivityRow) -> bool {
    match &row.entry.body {
        EntryBody::EntryReversed { entry, .. } => state
            .reversal(*entry)
            .is_some_and(|reversal| reversal.by_entry == row.entry.id),
        _ => false,
    }
}

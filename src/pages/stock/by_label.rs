//! Counting by labels: each label that is scanned is one more piece of the line it is on.

use crate::components::scan_here::Taken;
use crate::pages::against::doubt;
use crate::pages::reading::{lines_named, piece_words, read};
use crate::state::{App, custodian_name};
use baton_domain::id::LineId;
use baton_scan::ScanOutcome;
use leptos::prelude::*;

/// A line that may be counted, and how many pieces it has by the records.
pub(super) type Expected = (LineId, u32);

/// Takes a label: `expected` are the lines that are counted here, `counted` tells how many of one
/// were counted so far, `put` says a new number. With `strict` there cannot be more of a line than
/// expected.
pub(super) fn counted_by_label(
    app: App,
    outcome: &ScanOutcome,
    expected: &[Expected],
    counted: impl Fn(LineId) -> u32 + Copy + Send + Sync + 'static,
    put: impl Fn(LineId, u32) + Copy + Send + Sync + 'static,
    strict: bool,
) -> Taken {
    let Some(reading) = read(&outcome.code, app.today()) else {
        return Taken::no_product(outcome);
    };
    let state = app.view_untracked();
    let name = piece_words(&state, &reading.identity);
    let named: Vec<Expected> = lines_named(&state, &reading.identity)
        .filter_map(|line| expected.iter().find(|(known, _)| *known == line.id))
        .copied()
        .collect();
    if named.is_empty() {
        let elsewhere = lines_named(&state, &reading.identity).next();
        return Taken::no(match elsewhere {
            Some(line) => format!(
                "{name}: not among what is counted here. By the records {} has it",
                custodian_name(&state, line.custodian)
            ),
            None => format!(
                "{name}: not among what is counted here, and nobody has it by the records. If it is yours, receive it"
            ),
        });
    }
    let Some(line) = line_for(&named, |line| untrack(|| counted(line)), strict) else {
        return Taken::no(format!("{name}: every piece of it is counted already"));
    };
    put(line, untrack(|| counted(line)) + 1);
    let undo = move |()| put(line, untrack(|| counted(line)).saturating_sub(1));
    Taken::yes(name, Some(Callback::new(undo))).but(doubt(app, &state, &reading.identity))
}

/// The line that one more piece belongs to: the first that lacks one; where none does, the first,
/// unless that cannot be.
fn line_for(named: &[Expected], counted: impl Fn(LineId) -> u32, strict: bool) -> Option<LineId> {
    let lacks = named
        .iter()
        .find(|(line, pieces)| counted(*line) < *pieces)
        .map(|(line, _)| *line);
    let first = || named.first().map(|(line, _)| *line);
    lacks.or_else(|| (!strict).then(first).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::line_id;

    #[test]
    fn pieces_fill_the_lines_one_after_the_other() {
        let named = [(line_id(1), 1), (line_id(2), 2)];
        let with = |first: u32, second: u32| {
            move |line: LineId| if line == line_id(1) { first } else { second }
        };
        assert_eq!(line_for(&named, with(0, 0), true), Some(line_id(1)));
        assert_eq!(line_for(&named, with(1, 0), true), Some(line_id(2)));
        assert_eq!(line_for(&named, with(1, 2), true), None);
        // Who counts stock may find more than the records say.
        assert_eq!(line_for(&named, with(1, 2), false), Some(line_id(1)));
    }
}

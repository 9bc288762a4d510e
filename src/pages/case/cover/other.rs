//! What a case needs beside stock: a free checklist that everybody who takes part sees.

use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::field::TextField;
use crate::components::icon::{Icon, icon};
use crate::state::App;
use baton_domain::Command;
use baton_domain::case::{Case, OtherNeed};
use baton_domain::id::CaseId;
use leptos::prelude::*;

/// What usually has to be seen to.
const USUAL: [&str; 3] = [
    "How it gets there",
    "Instrument trays are there",
    "The surgeon knows the new rep",
];

/// The checklist, with a field for what is not on it.
pub fn other_needs(app: App, case: CaseId, doing: Doing) -> AnyView {
    let typed = RwSignal::new(String::new());
    let add = Callback::new(move |()| {
        let what = typed.get_untracked().trim().to_owned();
        if !what.is_empty() {
            record(case, what, false, doing);
            typed.set(String::new());
        }
    });
    let rows = move || {
        let state = app.view();
        state.case(case).map(|case| {
            listed(case)
                .into_iter()
                .map(|(what, done)| row(case.id, what, done, doing))
                .collect::<Vec<_>>()
        })
    };
    view! {
        <section class="section">
            <h2>"Other needs"</h2>
            <div class="card card-flush rows" data-testid="other-needs">{rows}</div>
            <TextField id="other-need" label="Something else (not required)" value=typed />
            <Button look=Look::Wide sign=Icon::Plus label="Add" busy=doing.busy testid="add-need" press=add />
        </section>
    }
    .into_any()
}

/// What was noted, and what usually has to be seen to and was not noted yet.
pub fn listed(case: &Case) -> Vec<(String, bool)> {
    let noted = case
        .other_needs
        .iter()
        .map(|need: &OtherNeed| (need.what.to_string(), need.done));
    let usual = USUAL
        .iter()
        .filter(|what| case.other_needs.iter().all(|need| *need.what != ***what))
        .map(|what| ((*what).to_owned(), false));
    noted.chain(usual).collect()
}

fn row(case: CaseId, what: String, done: bool, doing: Doing) -> AnyView {
    let words = what.clone();
    let toggle = move |_| record(case, what.clone(), !done, doing);
    let sign = if done { Icon::Check } else { Icon::Clock };
    let state = if done { "Done" } else { "To do" };
    view! {
        <button type="button" class="row" aria-pressed=done.to_string() data-testid="other-need-row" on:click=toggle>
            {icon(sign)}
            <span class="grow">{words}</span>
            <span class="row-note">{state}</span>
        </button>
    }
    .into_any()
}

fn record(case: CaseId, what: String, done: bool, doing: Doing) {
    let command = Command::RecordOtherNeed {
        case,
        what: what.into(),
        who: "".into(),
        done,
    };
    doing.act(command, |_| {});
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{case_on, person};

    #[test]
    fn what_was_noted_comes_first_and_nothing_twice() {
        let mut case = case_on(1, "2026-11-23", 600);
        assert_eq!(listed(&case).len(), 3);
        case.other_needs.push(OtherNeed {
            what: USUAL[1].into(),
            who: "".into(),
            done: true,
            by: person(1),
        });
        let listed = listed(&case);
        assert_eq!(
            (listed.len(), &listed[0]),
            (3, &(USUAL[1].to_owned(), true))
        );
    }
}

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
    let (typed, who) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let add = Callback::new(move |()| {
        let said = |text: RwSignal<String>| text.get_untracked().trim().to_owned();
        let what = said(typed);
        if !what.is_empty() {
            let state = app.view_untracked();
            let known = state.case(case).into_iter().flat_map(listed);
            // Naming who sees to it does not open again what was done.
            let done = known
                .filter(|(known, ..)| *known == what)
                .any(|(.., done)| done);
            record(case, what, said(who), done, doing);
            typed.set(String::new());
            who.set(String::new());
        }
    });
    let edit = Callback::new(move |(what, named): (String, String)| {
        typed.set(what);
        who.set(named);
        app.focus("other-who");
    });
    let rows = move || {
        let state = app.view();
        state.case(case).map(|case| {
            listed(case)
                .into_iter()
                .map(|listed| row(case.id, listed, doing, edit))
                .collect::<Vec<_>>()
        })
    };
    view! {
        <section class="section">
            <h2>"Other needs"</h2>
            <div class="card card-flush rows" data-testid="other-needs">{rows}</div>
            <TextField id="other-need" label="What else has to be seen to" value=typed />
            <TextField id="other-who" label="Who sees to it (not required)" value=who />
            <Button look=Look::Wide sign=Icon::Plus label="Save" busy=doing.busy testid="add-need" press=add />
        </section>
    }
    .into_any()
}

/// What has to be seen to, by whom, and whether it was.
pub type Listed = (String, String, bool);

/// What was noted, and what usually has to be seen to and was not noted yet.
pub fn listed(case: &Case) -> Vec<Listed> {
    let noted = case
        .other_needs
        .iter()
        .map(|need: &OtherNeed| (need.what.to_string(), need.who.to_string(), need.done));
    let usual = USUAL
        .iter()
        .filter(|what| case.other_needs.iter().all(|need| *need.what != ***what))
        .map(|what| ((*what).to_owned(), String::new(), false));
    noted.chain(usual).collect()
}

fn row(
    case: CaseId,
    (what, who, done): Listed,
    doing: Doing,
    edit: Callback<(String, String)>,
) -> AnyView {
    let words = what.clone();
    let sees = (!who.is_empty()).then(|| view! { <span class="row-note">{who.clone()}</span> });
    let (label, named) = (
        format!("Who sees to it: {what}"),
        (what.clone(), who.clone()),
    );
    let toggle = move |_| record(case, what.clone(), who.clone(), !done, doing);
    let sign = if done { Icon::Check } else { Icon::Clock };
    let state = if done { "Done" } else { "To do" };
    view! {
        <div class="spread">
            <button type="button" class="row" aria-pressed=done.to_string() data-testid="other-need-row" on:click=toggle>
                {icon(sign)}
                <span class="row-lines">
                    <span>{words}</span>
                    {sees}
                </span>
                <span class="row-note row-end">{state}</span>
            </button>
            <button type="button" class="btn btn-bare" aria-label=label data-testid="other-need-who" on:click=move |_| edit.run(named.clone())>
                {icon(Icon::Person)}
            </button>
        </div>
    }
    .into_any()
}

fn record(case: CaseId, what: String, who: String, done: bool, doing: Doing) {
    let command = Command::RecordOtherNeed {
        case,
        what: what.into(),
        who: who.into(),
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
            who: "Ben".into(),
            done: true,
            by: person(1),
        });
        let listed = listed(&case);
        assert_eq!(
            (listed.len(), &listed[0]),
            (3, &(USUAL[1].to_owned(), "Ben".to_owned(), true))
        );
    }
}

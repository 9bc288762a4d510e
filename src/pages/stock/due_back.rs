//! When a line is due back: every date it ever had, and the next one.

use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::field::{Kind, TextField};
use crate::components::notice::Problem;
use crate::components::sheet::Sheet;
use crate::state::{App, DateStyle, person_name};
use baton_domain::id::LineId;
use baton_domain::query::loan_of;
use baton_domain::time::Date;
use baton_domain::{Command, State};
use leptos::prelude::*;

/// The dates by which a line was due back, the last one first.
pub fn due_back_history(app: App, state: &State, line: LineId) -> Option<AnyView> {
    let loan = loan_of(state, line)?;
    let rows: Vec<AnyView> = loan
        .dates
        .iter()
        .rev()
        .map(|set| {
            let what = set.date.map_or_else(
                || "No longer due back".to_owned(),
                |day| format!("Due back {}", app.format_date(day, DateStyle::Date)),
            );
            let (by, at) = set.set_by;
            let by = person_name(state, by);
            let at = app.format_time(at, DateStyle::DateTime);
            let why = set.reason.to_string();
            let note: Vec<String> = [why, by, at]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect();
            view! {
                <li>
                    <span class="row-title">{what}</span>
                    <span class="row-note">{note.join(" · ")}</span>
                </li>
            }
            .into_any()
        })
        .collect();
    Some(
        view! {
            <section class="section" data-testid="due-back">
                <h2>"On loan"</h2>
                <div class="card"><ol class="timeline">{rows}</ol></div>
            </section>
        }
        .into_any(),
    )
}

/// The sheet that sets or moves the day.
#[component]
pub fn DueBackSheet(
    /// Which line.
    line: LineId,
    /// Open or not.
    open: RwSignal<bool>,
) -> AnyView {
    let doing = Doing::new();
    let [day, reason] = [(); 2].map(|()| RwSignal::new(String::new()));
    let save = Callback::new(move |()| {
        let command = Command::SetDueBack {
            lines: vec![line],
            due_back: Date::parse_iso(day.get_untracked().trim()),
            reason: reason.get_untracked().trim().into(),
        };
        doing.act(command, move |_| {
            open.set(false);
            doing.toast("Saved", None);
        });
    });
    view! {
        <Sheet title="When is it due back?" open=open testid="due-back-sheet">
            <TextField id="due-day" label="Due back" hint="Empty: it no longer has to go back" kind=Kind::Date value=day />
            <TextField id="due-reason" label="Why" value=reason />
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Main label="Save" busy=doing.busy testid="confirm-due-back" press=save />
        </Sheet>
    }
    .into_any()
}

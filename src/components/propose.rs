//! A way on where the table does not allow something: propose it to everybody who may (R41).

use super::act::Doing;
use super::button::{Button, Look};
use super::icon::Icon;
use crate::state::{App, Route, names_words};
use baton_domain::id::{EntryId, PersonId};
use baton_domain::proposal::approvers_of;
use baton_domain::{Command, EntryBody, State, decide};
use leptos::prelude::*;

/// A button that proposes `command`, naming all who may approve it. What goes wrong is shown where
/// `doing` is shown. Nothing where it cannot be proposed, or nobody could approve it.
pub fn propose_instead(app: App, state: &State, command: Command, doing: Doing) -> Option<AnyView> {
    let approvers = approvers_of_command(app, state, &command)?;
    let label = format!("Propose to {}", names_words(state, &approvers));
    let press = Callback::new(move |()| {
        let command = proposal(command.clone());
        doing.act(command, move |_| {
            doing.toast("Proposed. It is done once somebody approves it.", None);
            app.go(Route::Approvals.path());
        });
    });
    Some(
        view! {
            <Button look=Look::Main sign=Icon::Sent label=label busy=doing.busy testid="propose" press=press />
        }
        .into_any(),
    )
}

/// A button that proposes what only the role forbids. Who may approve stands beside it already, in
/// the words of the refusal; nothing is decided here, so that a screen of the first file can show
/// it.
pub fn propose_button(doing: Doing, command: Command) -> AnyView {
    let press = Callback::new(move |()| {
        doing.act(proposal(command.clone()), move |_| {
            doing.toast("Proposed. It is done once somebody approves it.", None);
        });
    });
    view! { <Button look=Look::Main sign=Icon::Sent label="Propose it" busy=doing.busy testid="propose" press=press /> }
        .into_any()
}

fn proposal(what: Command) -> Command {
    Command::Propose {
        what: Box::new(what),
        note: "".into(),
    }
}

fn approvers_of_command(app: App, state: &State, command: &Command) -> Option<Vec<PersonId>> {
    let me = app.me();
    let mut no_id = || EntryId::from_bytes([0; 16]);
    let entries = decide(state, &me.author(), proposal(command.clone()), &mut no_id).ok()?;
    let (_, EntryBody::Proposed { what, .. }) = entries.first()? else {
        return None;
    };
    let approvers = approvers_of(state, me.person, what);
    (!approvers.is_empty()).then_some(approvers)
}

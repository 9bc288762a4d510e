//! Cancelling a case: one question, and what follows from it.

use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::field::TextField;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::sheet::Sheet;
use baton_domain::Command;
use baton_domain::id::CaseId;
use leptos::prelude::*;

/// The sheet that asks whether a case is to be cancelled.
#[component]
pub fn CancelCase(
    /// Which.
    case: CaseId,
    /// Open or not.
    open: RwSignal<bool>,
) -> AnyView {
    let doing = Doing::new();
    let reason = RwSignal::new(String::new());
    let cancel = Callback::new(move |()| {
        let command = Command::CancelCase {
            case,
            reason: reason.get_untracked().trim().into(),
        };
        doing.act(command, move |_| {
            open.set(false);
            doing.toast("The case is cancelled", None);
        });
    });
    view! {
        <Sheet title="Cancel the case?" open=open testid="cancel-sheet">
            {notice(
                Tone::Warn,
                Icon::Warn,
                "It cannot be opened again",
                "Marks and reservations for it are dropped. What was recorded stays.",
            )}
            <TextField id="cancel-reason" label="Why (not required)" value=reason />
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Bad label="Cancel the case" busy=doing.busy testid="confirm-cancel" press=cancel />
        </Sheet>
    }
    .into_any()
}

//! Putting a line on hold, and releasing it after a review.

use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::field::TextField;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::sheet::Sheet;
use crate::components::stepper::Stepper;
use baton_domain::Command;
use baton_domain::id::LineId;
use leptos::prelude::*;

/// What the sheet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldKind {
    /// Put on hold.
    Hold,
    /// Release after a review.
    Release,
}

/// The sheet that puts pieces on hold, or releases them.
#[component]
pub fn HoldSheet(
    /// Which line.
    line: LineId,
    /// Which of the two.
    kind: HoldKind,
    /// How many pieces there are for it.
    #[prop(into)]
    most: Signal<u32>,
    /// Open or not.
    open: RwSignal<bool>,
) -> AnyView {
    let doing = Doing::new();
    let reason = RwSignal::new(String::new());
    let quantity = RwSignal::new(most.get_untracked());
    Effect::new(move |_| {
        if open.get() {
            quantity.set(most.get_untracked());
        }
    });
    let (title, what, more, label, saved) = match kind {
        HoldKind::Hold => (
            "Put on hold",
            "Held pieces are neither used nor handed on",
            "Until somebody reviews them. An offer they are in stays open; they arrive on hold.",
            "Put on hold",
            "On hold",
        ),
        HoldKind::Release => (
            "Release from hold",
            "After this they may be used again",
            "Say what the review found.",
            "Release",
            "Released",
        ),
    };
    let save = Callback::new(move |()| {
        let lines = vec![(line, quantity.get_untracked())];
        let reason = reason.get_untracked().trim().into();
        let command = match kind {
            HoldKind::Hold => Command::HoldStock { lines, reason },
            HoldKind::Release => Command::ReleaseHold { lines, reason },
        };
        doing.act(command, move |_| {
            open.set(false);
            doing.toast(saved, None);
        });
    });
    view! {
        <Sheet title=title open=open testid="hold-sheet">
            {notice(Tone::Warn, Icon::Hold, what, more)}
            <div class="field">
                <span class="field-label">"How many"</span>
                <div><Stepper label="Pieces" value=quantity set=Callback::new(move |pieces| quantity.set(pieces)) least=1 most=most testid="hold-quantity" /></div>
            </div>
            <TextField id="hold-reason" label="Reason" value=reason />
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Main label=label busy=doing.busy testid="confirm-hold" press=save />
        </Sheet>
    }
    .into_any()
}

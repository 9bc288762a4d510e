//! Giving a phone another name: one's own from oneself, any that one looks after from the office.

use crate::components::act::Doing;
use crate::components::button::Submit;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::TextField;
use crate::components::notice::Problem;
use crate::components::sheet::Sheet;
use crate::state::use_app;
use baton_domain::Command;
use baton_domain::id::DeviceId;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The sheet that asks for the name.
#[component]
pub fn RenamePhone(
    /// Of which phone; `None` while it is closed.
    which: RwSignal<Option<DeviceId>>,
) -> AnyView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if which.read().is_some() {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            which.set(None);
        }
    });
    view! {
        <Sheet title="Rename this phone" open=open testid="rename-sheet">
            <Name which=which open=open />
        </Sheet>
    }
    .into_any()
}

#[component]
fn Name(
    /// Of which phone.
    which: RwSignal<Option<DeviceId>>,
    /// Closes the sheet around it.
    open: RwSignal<bool>,
) -> AnyView {
    let app = use_app();
    let (doing, errors) = (Doing::new(), Errors::new());
    let device = which.get_untracked();
    let known = device.and_then(|id| app.view_untracked().device(id).cloned());
    let name = RwSignal::new(known.map_or(String::new(), |device| device.label.to_string()));
    let submit = move |sent: SubmitEvent| {
        sent.prevent_default();
        let given = name.get_untracked().trim().to_owned();
        let missing = given.is_empty();
        errors.show(if missing {
            vec![("phone-name", "Enter a name".to_owned())]
        } else {
            Vec::new()
        });
        if let Some(device) = device.filter(|_| !missing) {
            let label = given.as_str().into();
            doing.act(Command::RenameDevice { device, label }, move |_| {
                open.set(false);
            });
        }
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <ErrorSummary errors=errors />
            <TextField id="phone-name" label="Name" value=name errors=errors hint="Such as whose it is, or where it lies" />
            <Problem words=doing.problem doing=doing />
            <Submit label="Save" busy=doing.busy testid="save-phone-name" />
        </form>
    }
    .into_any()
}

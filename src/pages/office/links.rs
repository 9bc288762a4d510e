//! Links with other organizations: asked by one side, accepted by the other (R25, R26).

use super::i_may;
use crate::components::act::Doing;
use crate::components::button::{Button, Look, Submit};
use crate::components::chip::{Tone, chip};
use crate::components::empty::empty;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{Kind, TextField};
use crate::components::icon::Icon;
use crate::components::notice::Problem;
use crate::components::page::Page;
use crate::components::sheet::Sheet;
use crate::state::{App, Route, use_app};
use baton_domain::authority::Act;
use baton_domain::directory::{LinkStatus, OrganizationLink};
use baton_domain::id::OrganizationId;
use baton_domain::{Command, State};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Linked organizations.
#[component]
pub fn Links() -> AnyView {
    let app = use_app();
    let asking = RwSignal::new(false);
    let doing = Doing::new();
    let cards = move || {
        let state = app.view();
        let cards: Vec<AnyView> = state
            .organization_links()
            .map(|link| card(app, &state, link, doing))
            .collect();
        if cards.is_empty() {
            return empty(
                Icon::Link,
                "No link yet",
                "A distributor that is linked to a manufacturer asks its warehouse for stock, and both see where it is.",
                None,
            );
        }
        view! { <div class="stack">{cards}</div> }.into_any()
    };
    let ask = move || {
        i_may(app, &app.view(), Act::LinkManufacturer).then(|| {
            let press = Callback::new(move |()| asking.set(true));
            view! { <Button look=Look::Wide sign=Icon::Plus label="Ask for a link" testid="ask-link" press=press /> }
        })
    };
    let code = untrack(|| app.me()).organization.id.to_string();
    view! {
        <Page title="Linked organizations" back=Route::Office.path()>
            <Problem words=doing.problem doing=doing />
            {cards}
            {ask}
            <section class="card" aria-label="Your code">
                <p class="row-note">"Your code. Who wants a link with you types it."</p>
                <p class="code" data-testid="own-code">{code}</p>
            </section>
            <Sheet title="Ask for a link" open=asking testid="link-sheet">
                <AskLink open=asking />
            </Sheet>
        </Page>
    }
    .into_any()
}

fn status_words(status: LinkStatus) -> (Tone, Icon, &'static str) {
    match status {
        LinkStatus::Asked => (Tone::Warn, Icon::Clock, "Waiting for their answer"),
        LinkStatus::Wanted => (Tone::Warn, Icon::Clock, "They ask for a link"),
        LinkStatus::Linked => (Tone::Ok, Icon::Link, "Linked"),
        LinkStatus::Declined => (Tone::Quiet, Icon::Cross, "Declined"),
    }
}

fn card(app: App, state: &State, link: &OrganizationLink, doing: Doing) -> AnyView {
    let (tone, sign, words) = status_words(link.status);
    let (organization, manufacturer) = (link.organization, link.manufacturer.clone());
    let answer = move |accepted| {
        let manufacturer = manufacturer.clone();
        Callback::new(move |()| {
            let command = Command::AnswerLink {
                organization,
                accepted,
                manufacturer: manufacturer.clone(),
            };
            doing.act(command, move |_| doing.toast("Answered", None));
        })
    };
    let answers = (link.status == LinkStatus::Wanted && i_may(app, state, Act::LinkManufacturer))
        .then(|| {
            view! {
                <div class="btn-pair">
                    <Button look=Look::Wide sign=Icon::Check label="Accept" busy=doing.busy testid="accept-link" press=answer(true) />
                    <Button look=Look::Wide label="Decline" busy=doing.busy testid="decline-link" press=answer(false) />
                </div>
            }
        });
    view! {
        <section class="card" data-testid="link">
            <h2 class="card-title">{link.name.to_string()}</h2>
            <p class="row-note">{format!("Products of {}", link.manufacturer)}</p>
            <div class="chips">{chip(tone, sign, words)}</div>
            {answers}
        </section>
    }
    .into_any()
}

#[component]
fn AskLink(
    /// Closes the sheet around it.
    open: RwSignal<bool>,
) -> AnyView {
    let (doing, errors) = (Doing::new(), Errors::new());
    let [code, name, maker] = [(); 3].map(|()| RwSignal::new(String::new()));
    let submit = move |sent: SubmitEvent| {
        sent.prevent_default();
        let read = |text: RwSignal<String>| text.get_untracked().trim().to_owned();
        let (name, maker) = (read(name), read(maker));
        let organization: Option<OrganizationId> = read(code).parse().ok();
        let missing = [
            (
                organization.is_none(),
                "link-code",
                "Type the code as the other side shows it",
            ),
            (name.is_empty(), "link-name", "Enter the name"),
            (maker.is_empty(), "link-maker", "Enter the manufacturer"),
        ];
        let missing: Vec<_> = missing
            .into_iter()
            .filter(|(is, ..)| *is)
            .map(|(_, id, words)| (id, words.to_owned()))
            .collect();
        let fine = missing.is_empty();
        errors.show(missing);
        if let Some(organization) = organization.filter(|_| fine) {
            let command = Command::AskLink {
                organization,
                name: name.as_str().into(),
                manufacturer: maker.as_str().into(),
            };
            doing.act(command, move |_| open.set(false));
        }
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <ErrorSummary errors=errors />
            <TextField id="link-code" label="Their code" hint="In their office, under Linked organizations" kind=Kind::Code value=code errors=errors />
            <TextField id="link-name" label="Their name" value=name errors=errors />
            <TextField id="link-maker" label="The manufacturer, as the catalogue writes it" value=maker errors=errors />
            <Problem words=doing.problem doing=doing />
            <Submit label="Ask" busy=doing.busy testid="send-link" />
        </form>
    }
    .into_any()
}

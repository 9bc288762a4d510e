//! People: who is here, adding somebody, and the one-time link that brings them in.

use super::i_may;
use crate::components::act::Doing;
use crate::components::button::{Button, Look, Submit};
use crate::components::chip::{Tone, plain_chip};
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{SelectField, TextField};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::sheet::Sheet;
use crate::state::{App, DateStyle, InviteLink, Route, role_words, use_app};
use baton_domain::authority::Act;
use baton_domain::directory::{Person, Role};
use baton_domain::id::PersonId;
use baton_domain::{Command, State};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

const ROLES: [Role; 5] = [
    Role::Rep,
    Role::Distributor,
    Role::RegionalManager,
    Role::Operations,
    Role::Admin,
];

/// People.
#[component]
pub fn People() -> AnyView {
    let app = use_app();
    let adding = RwSignal::new(false);
    let invited = RwSignal::new(None::<(PersonId, String)>);
    let rows = move || {
        let state = app.view();
        let mut people: Vec<_> = state.people().cloned().collect();
        people.sort_by(|one, other| (!one.active, &one.name).cmp(&(!other.active, &other.name)));
        people
            .into_iter()
            .map(|person| person_row(app, &state, &person, invited))
            .collect::<Vec<_>>()
    };
    let may_add = move || i_may(app, &app.view(), Act::People);
    let add = move || {
        may_add().then(|| {
            let press = Callback::new(move |()| adding.set(true));
            view! { <Button look=Look::Wide sign=Icon::Plus label="Add a person" testid="add-person" press=press /> }
        })
    };
    view! {
        <Page title="People" back=Route::Office.path()>
            <ul class="card card-flush rows">{rows}</ul>
            {add}
            <Sheet title="Add a person" open=adding testid="person-sheet">
                <NewPerson open=adding invited=invited />
            </Sheet>
            <InviteSheet invited=invited />
        </Page>
    }
    .into_any()
}

fn person_row(
    app: App,
    state: &State,
    person: &Person,
    invited: RwSignal<Option<(PersonId, String)>>,
) -> AnyView {
    let (id, name) = (person.id, person.name.to_string());
    let mut notes = vec![role_words(person.role).to_owned()];
    notes.extend(person.region.as_ref().map(ToString::to_string));
    if let Some(principal) = person
        .principal
        .and_then(|principal| state.person(principal))
    {
        notes.push(format!("reports to {}", principal.name));
    }
    let invite = (person.active && i_may(app, state, Act::People)).then(|| {
        let (label, testid) = (format!("Invite {name}"), format!("invite-{name}"));
        let name = name.clone();
        view! {
            <button type="button" class="btn" aria-label=label data-testid=testid on:click=move |_| invited.set(Some((id, name.clone())))>
                "Invite"
            </button>
        }
    });
    view! {
        <li class="row">
            <span class="row-lines">
                <span class="row-title">{name}</span>
                <span class="row-note">{notes.join(" · ")}</span>
            </span>
            {(!person.active).then(|| plain_chip("Left"))}
            {invite}
        </li>
    }
    .into_any()
}

#[component]
fn NewPerson(
    /// Closes the sheet around it.
    open: RwSignal<bool>,
    /// Whom to invite next.
    invited: RwSignal<Option<(PersonId, String)>>,
) -> AnyView {
    let app = use_app();
    let (doing, errors) = (Doing::new(), Errors::new());
    let name = RwSignal::new(String::new());
    let role = RwSignal::new("0".to_owned());
    let region = RwSignal::new(String::new());
    let principal = RwSignal::new(String::new());
    let roles: Vec<_> = ROLES
        .iter()
        .enumerate()
        .map(|(place, role)| (place.to_string(), role_words(*role).to_owned()))
        .collect();
    let principals = Signal::derive(move || principals(&app.view()));
    let submit = move |sent: SubmitEvent| {
        sent.prevent_default();
        let given = name.get_untracked().trim().to_owned();
        let missing = if given.is_empty() {
            vec![("person-name", "Enter the name".to_owned())]
        } else {
            Vec::new()
        };
        let fine = missing.is_empty();
        errors.show(missing);
        if !fine {
            return;
        }
        let place = role.with_untracked(|place| place.parse::<usize>().unwrap_or(0));
        let role = ROLES.get(place).copied().unwrap_or(Role::Rep);
        let region = region.get_untracked().trim().to_owned();
        let person = Person {
            id: PersonId::from_bytes(app.fresh_id()),
            name: given.as_str().into(),
            role,
            region: (!region.is_empty()).then(|| region.as_str().into()),
            principal: (role == Role::Rep)
                .then(|| principal.with_untracked(|id| id.parse().ok()))
                .flatten(),
            active: true,
        };
        let id = person.id;
        doing.act(Command::RecordPerson(person), move |_| {
            open.set(false);
            invited.set(Some((id, given)));
        });
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <ErrorSummary errors=errors />
            <TextField id="person-name" label="Name" value=name errors=errors />
            <SelectField id="person-role" label="Role" value=role options=roles />
            <TextField id="person-region" label="Region (not required)" value=region />
            {move || (role.get() == "0" && principals.read().len() > 1).then(|| view! {
                <SelectField id="person-principal" label="Reports to" value=principal options=principals />
            })}
            <Problem words=doing.problem doing=doing />
            <Submit label="Add" busy=doing.busy testid="save-person" />
        </form>
    }
    .into_any()
}

/// The Distributors that a Rep may report to, and nobody.
fn principals(state: &State) -> Vec<(String, String)> {
    let nobody = (String::new(), "The organization".to_owned());
    let all = state
        .people()
        .filter(|person| person.active && person.role == Role::Distributor)
        .map(|person| (person.id.to_string(), person.name.to_string()));
    std::iter::once(nobody).chain(all).collect()
}

/// The sheet with the one-time link for somebody.
#[component]
fn InviteSheet(
    /// For whom; `None` while it is closed.
    invited: RwSignal<Option<(PersonId, String)>>,
) -> AnyView {
    let app = use_app();
    let doing = Doing::new();
    let open = RwSignal::new(false);
    let link = RwSignal::new(None::<InviteLink>);
    Effect::new(move |_| {
        if invited.read().is_some() {
            link.set(None);
            doing.problem.set(None);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            invited.set(None);
        }
    });
    let ask = Callback::new(move |()| {
        let Some((person, _)) = invited.get_untracked() else {
            return;
        };
        doing.ask(
            async move { app.create_invite(person).await },
            move |made| link.set(Some(made)),
        );
    });
    let words = move || {
        invited.get().map(|(_, name)| format!("{name} opens the link on their own phone and chooses a password. It works once, for three days."))
    };
    let shown = move || {
        match link.get() {
        Some(link) => link_view(app, &link),
        None => view! {
            <Button look=Look::Main sign=Icon::Link label="Make the link" busy=doing.busy testid="make-invite" press=ask />
        }
        .into_any(),
    }
    };
    view! {
        <Sheet title="Invite" open=open testid="invite-sheet">
            <p>{words}</p>
            <Problem words=doing.problem doing=doing />
            {shown}
        </Sheet>
    }
    .into_any()
}

fn link_view(app: App, link: &InviteLink) -> AnyView {
    let text = link.link.to_string();
    let until = format!(
        "Works until {}.",
        app.format_time(link.expires_at, DateStyle::DateTime)
    );
    let copied = RwSignal::new(false);
    let copy = {
        let text = text.clone();
        Callback::new(move |()| {
            let text = text.clone();
            spawn_local(async move { copied.set(app.copy(text).await) });
        })
    };
    let share = app.can_share().then(|| {
        let text = text.clone();
        let press = Callback::new(move |()| {
            let text = text.clone();
            spawn_local(async move {
                app.share(text).await;
            });
        });
        view! { <Button look=Look::Wide sign=Icon::Sent label="Share" testid="share-invite" press=press /> }
    });
    let label = Signal::derive(move || {
        if copied.get() {
            "Copied".to_owned()
        } else {
            "Copy the link".to_owned()
        }
    });
    view! {
        <p class="card code-text" data-testid="invite-link">{text}</p>
        {notice(Tone::Quiet, Icon::Clock, "", until)}
        <Button look=Look::Main sign=Icon::Check label=label testid="copy-invite" press=copy />
        {share}
    }
    .into_any()
}

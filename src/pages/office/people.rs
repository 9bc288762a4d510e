//! People: who is here, adding and changing somebody, and the one-time link that brings them in.

use super::{i_may, i_may_about};
use crate::components::act::Doing;
use crate::components::button::{Button, Look, Submit};
use crate::components::chip::{Tone, plain_chip};
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{SelectField, TextField, Tick};
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
    let asking = RwSignal::new(false);
    let changed = RwSignal::new(None::<Person>);
    let invited = RwSignal::new(None::<(PersonId, String)>);
    let change = Callback::new(move |person| {
        changed.set(person);
        asking.set(true);
    });
    let rows = move || {
        let state = app.view();
        let mut people: Vec<_> = state.people().cloned().collect();
        people.sort_by(|one, other| (!one.active, &one.name).cmp(&(!other.active, &other.name)));
        people
            .into_iter()
            .map(|person| person_row(app, &state, &person, invited, change))
            .collect::<Vec<_>>()
    };
    let may_add = move || i_may(app, &app.view(), Act::People);
    let add = move || {
        may_add().then(|| {
            let press = Callback::new(move |()| change.run(None));
            view! { <Button look=Look::Wide sign=Icon::Plus label="Add a person" testid="add-person" press=press /> }
        })
    };
    view! {
        <Page title="People" back=Route::Office.path()>
            <ul class="card card-flush rows">{rows}</ul>
            {add}
            <Sheet title="Person" open=asking testid="person-sheet">
                <PersonForm open=asking changed=changed invited=invited />
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
    change: Callback<Option<Person>>,
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
    let own = app.me().person;
    let may_change = own != id && i_may_about(app, state, Act::People, id);
    let edit = may_change.then(|| {
        let (label, testid) = (format!("Change {name}"), format!("change-{name}"));
        let person = person.clone();
        view! {
            <button type="button" class="btn" aria-label=label data-testid=testid on:click=move |_| change.run(Some(person.clone()))>
                "Change"
            </button>
        }
    });
    view! {
        <li class="row row-wrap">
            <span class="row-lines">
                <span class="row-title">{name}</span>
                <span class="row-note">{notes.join(" · ")}</span>
            </span>
            {(!person.active).then(|| plain_chip("Left"))}
            {edit}
            {invite}
        </li>
    }
    .into_any()
}

#[component]
fn PersonForm(
    /// Closes the sheet around it.
    open: RwSignal<bool>,
    /// Who is changed; `None` for somebody new.
    changed: RwSignal<Option<Person>>,
    /// Whom to invite next.
    invited: RwSignal<Option<(PersonId, String)>>,
) -> AnyView {
    let app = use_app();
    let (doing, errors) = (Doing::new(), Errors::new());
    let before = changed.get_untracked();
    let text = |text: Option<String>| RwSignal::new(text.unwrap_or_default());
    let known = before.as_ref();
    let name = text(known.map(|person| person.name.to_string()));
    let place = known.and_then(|person| ROLES.iter().position(|role| *role == person.role));
    let role = RwSignal::new(place.unwrap_or(0).to_string());
    let region = text(known.and_then(|person| person.region.as_ref().map(ToString::to_string)));
    let principal = text(known.and_then(|person| person.principal.map(|id| id.to_string())));
    let left = RwSignal::new(known.is_some_and(|person| !person.active));
    let is_new = known.is_none();
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
            id: before
                .as_ref()
                .map_or_else(|| PersonId::from_bytes(app.fresh_id()), |known| known.id),
            name: given.as_str().into(),
            role,
            region: (!region.is_empty()).then(|| region.as_str().into()),
            principal: (role == Role::Rep)
                .then(|| principal.with_untracked(|id| id.parse().ok()))
                .flatten(),
            active: !left.get_untracked(),
        };
        let id = person.id;
        doing.act(Command::RecordPerson(person), move |_| {
            open.set(false);
            if is_new {
                invited.set(Some((id, given)));
            }
        });
    };
    let leaving = (!is_new).then(|| {
        view! {
            <Tick id="person-left" label="Has left" value=left />
            {move || left.get().then(|| notice(
                Tone::Warn,
                Icon::Warn,
                "",
                "They can no longer sign in. What they hold stays in their name until somebody hands it on, and what their phones still send waits under Disputes.",
            ))}
        }
    });
    view! {
        <form class="stack" on:submit=submit novalidate>
            <ErrorSummary errors=errors />
            <TextField id="person-name" label="Name" value=name errors=errors />
            <SelectField id="person-role" label="Role" value=role options=roles />
            <TextField id="person-region" label="Region (not required)" value=region />
            {move || (role.get() == "0" && principals.read().len() > 1).then(|| view! {
                <SelectField id="person-principal" label="Reports to" value=principal options=principals />
            })}
            {leaving}
            <Problem words=doing.problem doing=doing />
            <Submit label=if is_new { "Add" } else { "Save" } busy=doing.busy testid="save-person" />
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

//! Ways in: signing in, beginning an organization, taking an invitation.

use super::gates::gate;
use crate::components::act::Doing;
use crate::components::button::{Button, Look, Submit};
use crate::components::chip::Tone;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{Choices, Kind, TextField};
use crate::components::icon::{Icon, icon};
use crate::components::notice::{Problem, notice, words_notice};
use crate::components::shell::lost_notice;
use crate::state::{
    App, DemoOrganization, DemoPerson, Doorway, LeftBehind, Phase, SetUpForm, use_app,
};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// A password has at least this many characters; the server says the same.
const PASSWORD_LEN_MIN: usize = 10;

/// Sign in: with an account, or as somebody of the demo.
#[component]
pub fn SignIn() -> AnyView {
    let app = use_app();
    let doorway = Memo::new(move |_| match app.phase() {
        Phase::SignedOut(doorway) => doorway,
        _ => Doorway::default(),
    });
    let login = RwSignal::new(doorway.with_untracked(|door| door.last_login.to_string()));
    let password = RwSignal::new(String::new());
    let (doing, errors) = (Doing::new(), Errors::new());
    let sign_in = move |as_login: String, with: String| {
        doing.ask(async move { app.sign_in(as_login, with).await }, |()| {});
    };
    let submit = move |sent: SubmitEvent| {
        sent.prevent_default();
        let (name, secret) = (
            login.get_untracked().trim().to_owned(),
            password.get_untracked(),
        );
        let mut missing = Vec::new();
        if name.is_empty() {
            missing.push(("login", "Enter what you sign in with".to_owned()));
        }
        if secret.is_empty() {
            missing.push(("password", "Enter your password".to_owned()));
        }
        let fine = missing.is_empty();
        errors.show(missing);
        if fine {
            sign_in(name, secret);
        }
    };
    let try_as = Callback::new(move |name: String| {
        sign_in(
            name,
            doorway.with_untracked(|door| door.demo_password.to_string()),
        );
    });
    gate(
        "Sign in",
        view! {
            {move || lost_notice(app)}
            {move || door_notices(&doorway.get())}
            <form class="stack" on:submit=submit novalidate>
                <ErrorSummary errors=errors />
                <Problem words=doing.problem doing=doing />
                <TextField id="login" label="Sign-in name" value=login kind=Kind::Login errors=errors />
                <TextField id="password" label="Password" value=password kind=Kind::Password errors=errors />
                <Submit label="Sign in" busy=doing.busy testid="sign-in" />
            </form>
            <p class="quiet small">"No password yet, or forgotten? Ask your Admin for a new invitation link."</p>
            {move || demo_view(&doorway.get(), try_as)}
        }
        .into_any(),
    )
}

fn door_notices(door: &Doorway) -> AnyView {
    let unreachable = (!door.reachable).then(|| {
        notice(
            Tone::Quiet,
            Icon::Offline,
            "The server cannot be reached",
            "A password cannot be checked without it. Whoever is signed in already can go on working offline.",
        )
    });
    let trouble = door
        .trouble
        .clone()
        .map(|words| words_notice(Tone::Bad, Icon::Warn, words));
    let left: Vec<AnyView> = door.left_behind.iter().map(left_behind).collect();
    view! { {trouble} {unreachable} {left} }.into_any()
}

/// Unsent work of somebody who used this phone before: whose, and what becomes of it.
pub fn left_behind(left: &LeftBehind) -> AnyView {
    let records = if left.unsent == 1 {
        "1 record".to_owned()
    } else {
        format!("{} records", left.unsent)
    };
    let what = format!("{records} of {} not sent yet", left.person);
    let more = format!(
        "They stay on this phone, apart from everybody else's. {} can sign in here ({}) to send them.",
        left.person, left.organization
    );
    notice(Tone::Warn, Icon::Phone, what, more)
}

fn demo_view(door: &Doorway, try_as: Callback<String>) -> Option<AnyView> {
    if door.demo.is_empty() || door.demo_password.is_empty() {
        return None;
    }
    let organizations: Vec<AnyView> = door
        .demo
        .iter()
        .map(|organization| demo_organization(organization, try_as))
        .collect();
    Some(
        view! {
            <section class="section" data-testid="demo">
                <h2>"Try with demo data"</h2>
                <p class="quiet small">"Invented people, real products. Nothing you do here reaches a real organization."</p>
                {organizations}
            </section>
        }
        .into_any(),
    )
}

fn demo_organization(organization: &DemoOrganization, try_as: Callback<String>) -> AnyView {
    let people: Vec<AnyView> = organization
        .people
        .iter()
        .map(|person| demo_person(person, try_as))
        .collect();
    view! {
        <h3 class="small quiet">{organization.name.to_string()}</h3>
        <div class="card card-flush rows">{people}</div>
    }
    .into_any()
}

fn demo_person(person: &DemoPerson, try_as: Callback<String>) -> AnyView {
    let login = person.login.to_string();
    let testid = format!("demo-{login}");
    view! {
        <button type="button" class="row" data-testid=testid on:click=move |_| try_as.run(login.clone())>
            {icon(Icon::Person)}
            <span class="row-lines">
                <span class="row-title">{person.name.to_string()}</span>
                <span class="row-note">{person.role.to_string()}</span>
            </span>
            {icon(Icon::Next)}
        </button>
    }
    .into_any()
}

/// Begins an organization from the one-time link that the server printed.
#[component]
pub fn SetUp() -> AnyView {
    let app = use_app();
    let organization = RwSignal::new(String::new());
    let kind = RwSignal::new("distributor".to_owned());
    let name = RwSignal::new(String::new());
    let account = NewAccount::new();
    let (doing, errors) = (Doing::new(), Errors::new());
    let submit = move |sent: SubmitEvent| {
        sent.prevent_default();
        let mut missing = Vec::new();
        if organization.with_untracked(|text| text.trim().is_empty()) {
            missing.push(("organization", "Enter the organization's name".to_owned()));
        }
        if name.with_untracked(|text| text.trim().is_empty()) {
            missing.push(("admin", "Enter your name".to_owned()));
        }
        missing.extend(account.missing());
        let Phase::SetUp(token) = app.phase() else {
            return;
        };
        let fine = missing.is_empty();
        errors.show(missing);
        if fine {
            let form = SetUpForm {
                token,
                organization_name: organization.get_untracked().trim().to_owned(),
                manufacturer: kind.with_untracked(|kind| kind == "manufacturer"),
                admin_name: name.get_untracked().trim().to_owned(),
                login: account.login(),
                password: account.password(),
            };
            doing.ask(async move { app.set_up(form).await }, |()| {});
        }
    };
    gate(
        "Begin with your organization",
        view! {
            <form class="stack" on:submit=submit novalidate>
                <ErrorSummary errors=errors />
                <Problem words=doing.problem doing=doing />
                <TextField id="organization" label="Name of the organization" value=organization errors=errors />
                <Choices
                    id="kind"
                    label="What it is"
                    value=kind
                    options=vec![("distributor", "Distributor"), ("manufacturer", "Manufacturer")]
                />
                <TextField id="admin" label="Your name" value=name hint="You become the first Admin." errors=errors />
                {account.fields(errors)}
                <Submit label="Begin" busy=doing.busy testid="begin" />
            </form>
        }
        .into_any(),
    )
}

/// Takes an invitation: what to sign in with, from now on and on this phone.
#[component]
pub fn Invite() -> AnyView {
    let app = use_app();
    let invitation = Memo::new(move |_| match app.phase() {
        Phase::Invite(invitation) => Some(invitation),
        _ => None,
    });
    let account = NewAccount::new();
    let (doing, errors) = (Doing::new(), Errors::new());
    let submit = move |sent: SubmitEvent| {
        sent.prevent_default();
        let Some(invitation) = invitation.get_untracked() else {
            return;
        };
        let missing = account.missing();
        let fine = missing.is_empty();
        errors.show(missing);
        if fine {
            let (login, password) = (account.login(), account.password());
            let work = async move {
                app.accept_invite(invitation.token.to_string(), login, password)
                    .await
            };
            doing.ask(work, |()| {});
        }
    };
    let welcome = move || {
        let invitation = invitation.get()?;
        let words = format!(
            "{}, {} invites you.",
            invitation.person, invitation.organization
        );
        Some(view! { <p data-testid="welcome">{words}</p> }.into_any())
    };
    gate(
        "You are invited",
        view! {
            {welcome}
            <form class="stack" on:submit=submit novalidate>
                <ErrorSummary errors=errors />
                <Problem words=doing.problem doing=doing />
                {account.fields(errors)}
                <Submit label="Join" busy=doing.busy testid="join" />
            </form>
        }
        .into_any(),
    )
}

/// What somebody will sign in with.
#[derive(Clone, Copy)]
struct NewAccount {
    login: RwSignal<String>,
    password: RwSignal<String>,
}

impl NewAccount {
    fn new() -> Self {
        Self {
            login: RwSignal::new(String::new()),
            password: RwSignal::new(String::new()),
        }
    }

    fn login(self) -> String {
        self.login.get_untracked().trim().to_owned()
    }

    fn password(self) -> String {
        self.password.get_untracked()
    }

    fn missing(self) -> Vec<(&'static str, String)> {
        account_faults(&self.login(), &self.password())
    }

    fn fields(self, errors: Errors) -> AnyView {
        view! {
            <TextField
                id="login"
                label="Sign-in name"
                value=self.login
                kind=Kind::Login
                hint="For example your e-mail address."
                errors=errors
            />
            <TextField
                id="password"
                label="Password"
                value=self.password
                kind=Kind::NewPassword
                hint="At least 10 characters. A sentence is good."
                errors=errors
            />
        }
        .into_any()
    }
}

/// What is wrong with a login and a password before the server is asked.
fn account_faults(login: &str, password: &str) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if login.chars().count() < 3 || login.chars().any(char::is_whitespace) {
        faults.push((
            "login",
            "Choose a sign-in name of at least 3 characters, without spaces".to_owned(),
        ));
    }
    if password.chars().count() < PASSWORD_LEN_MIN {
        faults.push((
            "password",
            format!("Choose a password of at least {PASSWORD_LEN_MIN} characters"),
        ));
    }
    faults
}

/// The way back in on the page about oneself, while recording goes on.
pub fn sign_in_again(app: App) -> AnyView {
    let login = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let doing = Doing::new();
    let go = Callback::new(move |()| {
        let (name, secret) = (
            login.get_untracked().trim().to_owned(),
            password.get_untracked(),
        );
        doing.ask(async move { app.sign_in(name, secret).await }, |()| {});
    });
    view! {
        <section class="section" data-testid="sign-in-again">
            <h2>"Sign in to send"</h2>
            <p class="quiet small">"Your session ended. Everything recorded meanwhile is saved here and is sent once you are back in."</p>
            <Problem words=doing.problem doing=doing />
            <TextField id="login" label="Sign-in name" value=login kind=Kind::Login />
            <TextField id="password" label="Password" value=password kind=Kind::Password />
            <Button look=Look::Wide label="Sign in" busy=doing.busy testid="sign-in" press=go />
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::account_faults;

    #[test]
    fn a_short_password_and_a_login_with_spaces_are_named_by_their_fields() {
        let fields = |login, password| -> Vec<_> {
            account_faults(login, password)
                .into_iter()
                .map(|(field, _)| field)
                .collect()
        };
        assert_eq!(fields("ana@west", "a long sentence"), Vec::<&str>::new());
        assert_eq!(fields("a b", "a long sentence"), ["login"]);
        assert_eq!(fields("ana@west", "short"), ["password"]);
        assert_eq!(fields("", ""), ["login", "password"]);
    }
}

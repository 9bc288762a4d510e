//! Shared accounts: pools that nobody signs in as, and the Reps who may use them.

use super::i_may;
use crate::components::act::Doing;
use crate::components::button::{Button, Look, Submit};
use crate::components::chip::Tone;
use crate::components::empty::empty;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::TextField;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::propose::propose_instead;
use crate::components::sheet::Sheet;
use crate::state::{App, Route, use_app};
use baton_domain::authority::Act;
use baton_domain::directory::{Person, Pool, Role, Settings, SharingLink};
use baton_domain::id::PoolId;
use baton_domain::stock::Custodian;
use baton_domain::{Command, State};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Shared accounts.
#[component]
pub fn Accounts() -> AnyView {
    let app = use_app();
    let adding = RwSignal::new(false);
    let doing = Doing::new();
    let cards = move || {
        let state = app.view();
        if state.pools().next().is_none() {
            return empty(
                Icon::Link,
                "No shared accounts yet",
                "A pool holds stock that several Reps may use without handing it to each other.",
                None,
            );
        }
        let cards: Vec<AnyView> = state
            .pools()
            .map(|pool| pool_card(app, &state, pool, doing))
            .collect();
        view! { <div class="stack">{cards}</div> }.into_any()
    };
    let add = move || {
        i_may(app, &app.view(), Act::Pools).then(|| {
            let press = Callback::new(move |()| adding.set(true));
            view! { <Button look=Look::Wide sign=Icon::Plus label="Open a pool" testid="add-pool" press=press /> }
        })
    };
    view! {
        <Page title="Shared accounts" back=Route::Office.path()>
            <Problem words=doing.problem doing=doing />
            {cards}
            {add}
            {move || setting(app, doing)}
            <Sheet title="Open a pool" open=adding testid="pool-sheet">
                <NewPool open=adding />
            </Sheet>
        </Page>
    }
    .into_any()
}

/// Whether Reps link and rebuild for themselves, which an Admin decides (domain §3).
fn setting(app: App, doing: Doing) -> AnyView {
    let state = app.view();
    let on = state.settings().reps_may_share;
    let (what, label) = match on {
        true => (
            "Reps link and rebuild for themselves",
            "Let them propose it instead",
        ),
        false => (
            "Reps propose links and rebuilds",
            "Let them do it for themselves",
        ),
    };
    let press = Callback::new(move |()| {
        let settings = Settings {
            reps_may_share: !on,
        };
        doing.act(Command::RecordSettings(settings), |_| {});
    });
    let change = i_may(app, &state, Act::Settings).then(|| {
        view! { <Button look=Look::Wide label=label busy=doing.busy testid="reps-may-share" press=press /> }
    });
    view! {
        <section class="section" data-testid="sharing-setting">
            {notice(Tone::Quiet, Icon::Info, what, "For Facility Stock that a new rep needs.")}
            {change}
        </section>
    }
    .into_any()
}

fn pool_card(app: App, state: &State, pool: &Pool, doing: Doing) -> AnyView {
    let account = Custodian::Pool(pool.id);
    let lines = state.lines_held_by(account).count();
    let may_link = i_may(app, state, Act::Link);
    let me = app.me().person;
    let a_rep = state.person(me).is_some_and(|me| me.role == Role::Rep);
    let link = SharingLink { account, rep: me };
    let command = Command::SetSharingLink { link, active: true };
    let join = if a_rep && !state.is_shared_with(account, me) {
        propose_instead(app, state, command, doing)
    } else {
        None
    };
    let mut reps: Vec<_> = state
        .people()
        .filter(|person| person.active && person.role == Role::Rep)
        .cloned()
        .collect();
    reps.sort_by(|one, other| one.name.cmp(&other.name));
    let rows: Vec<AnyView> = reps
        .iter()
        .map(|rep| member_row(state, account, rep, may_link, doing))
        .collect();
    view! {
        <section class="card">
            <h2 class="card-title">{pool.name.to_string()}</h2>
            <p class="quiet small">{format!("{lines} stock lines. The Reps below may use all of them.")}</p>
            <ul class="rows">{rows}</ul>
            {join}
        </section>
    }
    .into_any()
}

fn member_row(
    state: &State,
    account: Custodian,
    rep: &Person,
    may_link: bool,
    doing: Doing,
) -> AnyView {
    let linked = state.is_shared_with(account, rep.id);
    let link = SharingLink {
        account,
        rep: rep.id,
    };
    let name = rep.name.to_string();
    let label = format!(
        "{} {name}",
        if linked {
            "End sharing with"
        } else {
            "Share with"
        }
    );
    let set = move |_| {
        doing.act(
            Command::SetSharingLink {
                link,
                active: !linked,
            },
            |_| {},
        )
    };
    view! {
        <li class="row">
            <span class="grow">{name}</span>
            {linked.then(|| view! { <span class="quiet small">"Shared"</span> })}
            {may_link.then(|| view! {
                <button type="button" class="btn" aria-label=label on:click=set>
                    {if linked { "End" } else { "Share" }}
                </button>
            })}
        </li>
    }
    .into_any()
}

#[component]
fn NewPool(
    /// Closes the sheet around it.
    open: RwSignal<bool>,
) -> AnyView {
    let app = use_app();
    let (doing, errors) = (Doing::new(), Errors::new());
    let name = RwSignal::new(String::new());
    let submit = move |sent: SubmitEvent| {
        sent.prevent_default();
        let given = name.get_untracked().trim().to_owned();
        let missing = if given.is_empty() {
            vec![("pool-name", "Enter the name".to_owned())]
        } else {
            Vec::new()
        };
        let fine = missing.is_empty();
        errors.show(missing);
        if fine {
            let pool = Pool {
                id: PoolId::from_bytes(app.fresh_id()),
                name: given.as_str().into(),
                region: None,
            };
            doing.act(Command::RecordPool(pool), move |_| open.set(false));
        }
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <ErrorSummary errors=errors />
            <TextField id="pool-name" label="Name" value=name errors=errors />
            <Problem words=doing.problem doing=doing />
            <Submit label="Open" busy=doing.busy testid="save-pool" />
        </form>
    }
    .into_any()
}

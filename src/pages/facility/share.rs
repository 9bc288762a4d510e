//! Making Facility Stock usable by another rep: linking where an account sold it, rebuilding where
//! a Rep did (R22, R23). The app knows which; nobody has to.

use super::view::usable_words;
use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::Tone;
use crate::components::field::SelectField;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::stepper::Stepper;
use crate::components::stock_row::{ShowHolder, line_words};
use crate::pages::case::short_words;
use crate::pages::gates::NotFound;
use crate::state::{App, Route, custodian_name, person_name, use_app};
use baton_domain::directory::SharingLink;
use baton_domain::id::{CaseId, LineId, PersonId};
use baton_domain::query::{self, FacilityStockWay, facility_stock_way};
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::{Command, State};
use leptos::prelude::*;

/// What is chosen.
#[derive(Clone, Copy)]
struct Form {
    rep: RwSignal<String>,
    case: RwSignal<String>,
    quantity: RwSignal<u32>,
}

/// Make Facility Stock usable by another rep. `?rep=` and `?case=` choose at once.
#[component]
pub fn ShareFacilityStock(
    /// Which line.
    line: LineId,
) -> AnyView {
    let app = use_app();
    let state = app.view_untracked();
    let Some(known) = state
        .line(line)
        .filter(|line| line.facility_stock_at().is_some())
    else {
        return view! { <NotFound /> }.into_any();
    };
    hold_updates();
    let asked = |key: &str| app.asked_untracked(key).unwrap_or_default();
    let form = Form {
        rep: RwSignal::new(asked("rep")),
        case: RwSignal::new(asked("case")),
        quantity: RwSignal::new(1),
    };
    let options = reps(&state, known);
    let words = line_words(app, &state, known, app.today(), ShowHolder::No);
    let usable = usable_words(&state, known);
    let doing = Doing::new();
    view! {
        <Page title="Make it usable" eyebrow="Facility Stock" back=Route::Line(line).path()>
            <div class="card">
                {words}
                <p class="row-note">{usable}</p>
            </div>
            <SelectField id="share-rep" label="Who is to use it" value=form.rep options=Signal::stored(options) />
            {move || {
                let state = app.view();
                let rep: Option<PersonId> = form.rep.get().parse().ok();
                match (rep, state.line(line)) {
                    (Some(rep), Some(known)) => way(app, &state, known, rep, form, doing),
                    _ => ().into_any(),
                }
            }}
        </Page>
    }
    .into_any()
}

fn reps(state: &State, line: &StockLine) -> Vec<(String, String)> {
    let other =
        |person: &&baton_domain::directory::Person| Custodian::Person(person.id) != line.custodian;
    let mut options = vec![(String::new(), "Choose a rep".to_owned())];
    let all = query::reps(state).filter(other);
    options.extend(all.map(|person| (person.id.to_string(), person.name.to_string())));
    options
}

fn way(
    app: App,
    state: &State,
    line: &StockLine,
    rep: PersonId,
    form: Form,
    doing: Doing,
) -> AnyView {
    let name = person_name(state, rep);
    match facility_stock_way(state, line, rep) {
        FacilityStockWay::Usable => notice(
            Tone::Ok,
            Icon::Check,
            format!("{name} may use it already"),
            "Nothing is to be done.",
        ),
        FacilityStockWay::Link(account) => linking(state, line.id, (account, rep), doing),
        FacilityStockWay::Rebuild => rebuilding(app, state, line, rep, form, doing),
    }
}

fn linking(
    state: &State,
    line: LineId,
    (account, rep): (Custodian, PersonId),
    doing: Doing,
) -> AnyView {
    let (seller, name) = (custodian_name(state, account), person_name(state, rep));
    let words = format!("{name} may then use everything that {seller} holds.");
    let go = use_going();
    let press = Callback::new(move |()| {
        let link = SharingLink { account, rep };
        doing.act(Command::SetSharingLink { link, active: true }, move |_| {
            doing.toast(
                "Linked",
                Some(Command::SetSharingLink {
                    link,
                    active: false,
                }),
            );
            go.run(Route::Line(line).path());
        });
    });
    view! {
        {notice(Tone::Accent, Icon::Link, format!("{seller} sold it: link {name}"), words)}
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main sign=Icon::Link label=format!("Link {name}") busy=doing.busy testid="confirm-link" press=press />
    }
    .into_any()
}

/// The open cases of a rep at the facility that still need the product.
fn cases(state: &State, line: &StockLine, rep: PersonId) -> Vec<CaseId> {
    let needs = |case: &&baton_domain::case::Case| {
        case.needs.iter().any(|need| {
            need.product == line.identity.product
                && query::used_in_case(case, &need.product) < need.quantity
        })
    };
    state
        .cases()
        .filter(|case| case.status.is_open() && case.rep == rep)
        .filter(|case| Some(case.facility) == line.facility_stock_at())
        .filter(needs)
        .map(|case| case.id)
        .collect()
}

fn rebuilding(
    app: App,
    state: &State,
    line: &StockLine,
    rep: PersonId,
    form: Form,
    doing: Doing,
) -> AnyView {
    let (seller, name) = (
        custodian_name(state, line.custodian),
        person_name(state, rep),
    );
    let id = line.id;
    let most = line.quantity;
    let mut options = vec![(String::new(), "No case".to_owned())];
    options.extend(cases(state, line, rep).into_iter().filter_map(|case| {
        let words = short_words(app, state, state.case(case)?);
        Some((case.to_string(), words))
    }));
    let go = use_going();
    let press = Callback::new(move |()| {
        let case: Option<CaseId> = form.case.get_untracked().parse().ok();
        let command = Command::RebuildFacilityStock {
            rep,
            case,
            lines: vec![(id, form.quantity.get_untracked())],
        };
        doing.act(command, move |saved| {
            doing.toast("Rebuilt", None);
            let made = LineId {
                entry: saved.first(),
                index: 0,
            };
            go.run(case.map_or(Route::Line(made), Route::Case).path());
        });
    });
    let steps = [
        format!("The same stock begins in {name}'s custody, sold to the facility at no charge."),
        format!("It leaves the custody of {seller}, who is told. The sales total stays."),
        "If it was used meanwhile, the use counts, and the case is short.".to_owned(),
    ];
    let steps: Vec<AnyView> = steps
        .into_iter()
        .map(|step| view! { <li>{step}</li> }.into_any())
        .collect();
    view! {
        {notice(Tone::Accent, Icon::Sync, format!("{seller} is a Rep: rebuild it for {name}"), "Two Reps cannot share stock. This is one act, and final.")}
        <ul class="card stack">{steps}</ul>
        <SelectField id="share-case" label="For which case" value=form.case options=Signal::stored(options) />
        <div class="field">
            <span class="field-label">"How many"</span>
            <div><Stepper label="Pieces" value=form.quantity set=Callback::new(move |pieces| form.quantity.set(pieces)) least=1 most=Signal::stored(most) testid="rebuild-quantity" /></div>
        </div>
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main sign=Icon::Check label=format!("Rebuild for {name}") busy=doing.busy testid="confirm-rebuild" press=press />
    }
    .into_any()
}

//! Recording what a case used: pick it or type its code, look at what is proposed, save.

use super::source::candidates;
use super::{short_words, use_words};
use crate::components::act::{Doing, hold_updates};
use crate::components::button::{Button, Look, link_button};
use crate::components::chip::Tone;
use crate::components::empty::empty;
use crate::components::field::{Choices, SearchBox, TextField};
use crate::components::icon::{Icon, icon};
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::scan_here::{ScanHere, Taken};
use crate::components::stepper::Stepper;
use crate::components::stock_row::{ShowHolder, code_words, line_words};
use crate::pages::gates::NotFound;
use crate::pages::reading::{Reading, lines_named, read};
use crate::pages::stock::Needle;
use crate::pages::undo;
use crate::state::{App, Route, custodian_name, flag_words, product_name, use_app};
use baton_domain::case::UseStatus;
use baton_domain::command::{Author, UseSource, WantedUse};
use baton_domain::id::{CaseId, EntryId, LineId};
use baton_domain::stock::Identity;
use baton_domain::verdict::Flag;
use baton_domain::{Command, State, decide};
use baton_scan::ScanOutcome;
use leptos::prelude::*;

/// What is about to be recorded.
#[derive(Clone, Debug, PartialEq)]
enum Chosen {
    /// A line known here.
    Line(LineId),
    /// A thing that no line here is.
    Elsewhere(Identity),
}

/// What can happen to a thing, with the keys of the choices.
const STATUSES: [(&str, UseStatus); 5] = [
    ("implanted", UseStatus::Implanted),
    ("used", UseStatus::Used),
    ("wasted", UseStatus::Wasted),
    ("damaged", UseStatus::Damaged),
    ("back", UseStatus::BackToTray),
];

fn status_of(key: &str) -> UseStatus {
    STATUSES
        .iter()
        .find(|(known, _)| *known == key)
        .map_or(UseStatus::Implanted, |(_, status)| *status)
}

/// The form below the choice.
#[derive(Clone, Copy)]
struct Form {
    chosen: RwSignal<Option<Chosen>>,
    quantity: RwSignal<u32>,
    status: RwSignal<String>,
    holder: RwSignal<String>,
    reason: RwSignal<String>,
    search: RwSignal<String>,
}

impl Form {
    fn new() -> Self {
        Self {
            chosen: RwSignal::new(None),
            quantity: RwSignal::new(1),
            status: RwSignal::new("implanted".into()),
            holder: RwSignal::new(String::new()),
            reason: RwSignal::new(String::new()),
            search: RwSignal::new(String::new()),
        }
    }

    /// Begins with one thing: one piece of it, with what usually happens to such a product.
    fn choose(self, state: &State, chosen: Chosen) {
        let product = match &chosen {
            Chosen::Line(line) => state.line(*line).map(|line| line.identity.product.clone()),
            Chosen::Elsewhere(identity) => Some(identity.product.clone()),
        };
        let reusable = product
            .and_then(|id| state.product(&id).map(|product| !product.single_use))
            .unwrap_or(false);
        self.quantity.set(1);
        self.status
            .set(if reusable { "used" } else { "implanted" }.into());
        self.holder.set(String::new());
        self.reason.set(String::new());
        self.chosen.set(Some(chosen));
    }

    fn clear(self) {
        self.chosen.set(None);
        self.search.set(String::new());
    }

    fn command(self, case: CaseId) -> Option<Command> {
        let source = match self.chosen.get()? {
            Chosen::Line(line) => UseSource::Line(line),
            Chosen::Elsewhere(identity) => UseSource::Elsewhere {
                identity,
                presumed_holder: self.holder.get().trim().into(),
            },
        };
        let status = status_of(&self.status.get());
        let lines = vec![WantedUse {
            source,
            quantity: self.quantity.get(),
            status,
        }];
        Some(Command::RecordUsage {
            case,
            lines,
            reason: self.reason.get().trim().into(),
        })
    }
}

/// What would speak against a use, so that the reason is asked for before the button and not
/// after it. The rules answer, on a state that nothing is written to.
fn flags(app: App, state: &State, command: Command) -> Vec<Flag> {
    let me = app.me();
    let author = Author {
        organization: me.organization.id,
        person: me.person,
        device: me.device,
    };
    let Command::RecordUsage { case, lines, .. } = command else {
        return Vec::new();
    };
    let bare = Command::RecordUsage {
        case,
        lines,
        reason: "".into(),
    };
    match decide(state, &author, bare, &mut || EntryId::from_bytes([0; 16])) {
        Ok(_) => Vec::new(),
        Err(refusal) => refusal.flags,
    }
}

/// Record use. `?code=` begins with a code.
#[component]
pub fn CaseUse(
    /// In which case.
    case: CaseId,
) -> AnyView {
    let app = use_app();
    let state = app.view_untracked();
    let Some(known) = state.case(case) else {
        return view! { <NotFound /> }.into_any();
    };
    let eyebrow = short_words(app, &state, known);
    hold_updates();
    let form = Form::new();
    // A code that was scanned elsewhere in the app comes along in the address.
    if let Some(code) = app.asked_untracked("code") {
        form.search.set(code);
        take_alone(app, case, form);
    }
    let doing = Doing::new();
    let against = Memo::new(move |_| {
        form.command(case)
            .map(|command| flags(app, &app.view(), command))
            .unwrap_or_default()
    });
    let save = Callback::new(move |()| {
        let Some(command) = untrack(|| form.command(case)) else {
            return;
        };
        let words = saved_words(&app.view_untracked(), form);
        doing.act(command, move |saved| {
            doing.toast(words, undo::of(app, saved.first()));
            form.clear();
        });
    });
    let actions = move || {
        if form.chosen.read().is_none() {
            return link_button(Look::Wide, None, "Done", Route::Case(case).path(), "done");
        }
        let another = Callback::new(move |()| form.chosen.set(None));
        view! {
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Main sign=Icon::Check label="Save use" busy=doing.busy testid="save-use" press=save />
            <Button look=Look::Wide label="Choose another" testid="choose-another" press=another />
        }
        .into_any()
    };
    view! {
        <Page title="Record use" eyebrow=eyebrow back=Route::Case(case).path() actions=actions.into_any()>
            {move || match form.chosen.get() {
                Some(chosen) => details(app, &chosen, form, against),
                None => choice(app, case, form),
            }}
        </Page>
    }
    .into_any()
}

fn saved_words(state: &State, form: Form) -> String {
    let name = form.chosen.with_untracked(|chosen| match chosen {
        Some(Chosen::Line(line)) => state
            .line(*line)
            .map(|line| product_name(state, &line.identity.product)),
        Some(Chosen::Elsewhere(identity)) => Some(product_name(state, &identity.product)),
        None => None,
    });
    let status = use_words(status_of(&form.status.get_untracked()));
    format!(
        "{status}: {} × {}",
        form.quantity.get_untracked(),
        name.unwrap_or_default()
    )
}

/// Chooses what alone fits the search.
fn take_alone(app: App, case: CaseId, form: Form) {
    let state = app.view_untracked();
    let text = form.search.get_untracked();
    let needle = Needle::new(&text, app.today());
    let found = match state.case(case) {
        Some(case) if !needle.is_empty() => candidates(&state, case, &needle),
        _ => return,
    };
    let alone = match found.as_slice() {
        [one] => Some(Chosen::Line(one.line)),
        [] => read(&text, app.today()).map(|reading| elsewhere(&state, reading)),
        _ => None,
    };
    match alone {
        Some(chosen) => form.choose(&state, chosen),
        None => app.announce(format!("{} lines fit", found.len())),
    }
}

/// The list to pick from; Enter, which a wedge scanner sends too, takes what alone fits.
fn choice(app: App, case: CaseId, form: Form) -> AnyView {
    let enter = Callback::new(move |()| take_alone(app, case, form));
    let scanned = Callback::new(move |outcome: ScanOutcome| scanned(app, case, form, &outcome));
    view! {
        <ScanHere label="Scan the label" take=scanned testid="scan-use-label" />
        <SearchBox id="use-search" label="Type or scan a code, lot, serial or name" value=form.search submit=enter />
        {move || found(app, case, form)}
    }
    .into_any()
}

/// A label before the camera, or from a scanner that types: the line it is on, or it itself.
fn scanned(app: App, case: CaseId, form: Form, outcome: &ScanOutcome) -> Taken {
    let state = app.view_untracked();
    let Some(reading) = read(&outcome.code, app.today()) else {
        return Taken::no_product(outcome);
    };
    let name = product_name(&state, &reading.identity.product);
    let usable = state.case(case).map(|case| {
        lines_named(&state, &reading.identity)
            .filter(|line| baton_domain::query::usable(&state, line, case).is_some())
            .map(|line| line.id)
            .collect::<Vec<_>>()
    });
    match usable.unwrap_or_default().as_slice() {
        [line] => form.choose(&state, Chosen::Line(*line)),
        [] => form.choose(&state, elsewhere(&state, reading)),
        several => {
            // Which of them only the person can tell.
            form.search.set(outcome.code.clone());
            return Taken::no(format!(
                "{name}: {} lines fit. Pick one below",
                several.len()
            ));
        }
    }
    Taken::yes(name, None)
}

/// A line of somebody else that the label is on, or the label itself.
fn elsewhere(state: &State, reading: Reading) -> Chosen {
    let told_apart = reading.identity.lot.is_some() || reading.identity.serial.is_some();
    let line = lines_named(state, &reading.identity)
        .next()
        .map(|line| line.id);
    match line.filter(|_| told_apart) {
        Some(line) => Chosen::Line(line),
        None => Chosen::Elsewhere(reading.identity),
    }
}

fn found(app: App, case: CaseId, form: Form) -> AnyView {
    let state = app.view();
    let text = form.search.get();
    let needle = Needle::new(&text, app.today());
    let Some(known) = state.case(case) else {
        return ().into_any();
    };
    let usable: Vec<AnyView> = candidates(&state, known, &needle)
        .into_iter()
        .map(|usable| line_choice(app, &state, usable.line, form))
        .collect();
    let others = if needle.is_empty() {
        Vec::new()
    } else {
        others(app, &state, case, &needle, form)
    };
    let unknown = read(&text, app.today()).filter(|_| usable.is_empty());
    let nothing = usable.is_empty() && others.is_empty() && unknown.is_none();
    view! {
        {(!usable.is_empty()).then(|| view! {
            <section class="section">
                <h2>"Usable here"</h2>
                <div class="card card-flush rows" data-testid="usable">{usable}</div>
            </section>
        })}
        {(!others.is_empty()).then(|| view! {
            <section class="section">
                <h2>"With somebody else"</h2>
                <div class="card card-flush rows" data-testid="elsewhere">{others}</div>
            </section>
        })}
        {unknown.map(|reading| unknown_choice(&state, reading, form))}
        {nothing.then(|| empty(
            Icon::Search,
            "Nothing found",
            "Type what is on the label: reference, lot, serial or name. A whole code works for things that are not listed.",
            None,
        ))}
    }
    .into_any()
}

/// Lines that the rep on the case cannot draw on, where the search names them: used all the
/// same, they are recorded as from elsewhere.
fn others(app: App, state: &State, case: CaseId, needle: &Needle, form: Form) -> Vec<AnyView> {
    const OTHERS_MAX: usize = 10;
    let Some(case) = state.case(case) else {
        return Vec::new();
    };
    let mut fitting = needle.over(state);
    state
        .lines()
        .filter(|line| line.quantity > 0 && fitting.fits(line))
        .filter(|line| baton_domain::query::usable(state, line, case).is_none())
        .take(OTHERS_MAX)
        .map(|line| line_choice(app, state, line.id, form))
        .collect()
}

fn line_choice(app: App, state: &State, id: LineId, form: Form) -> AnyView {
    let Some(line) = state.line(id) else {
        return ().into_any();
    };
    let choose = move |_| form.choose(&app.view_untracked(), Chosen::Line(id));
    view! {
        <button type="button" class="row row-top" data-testid="use-line" data-line=id.to_string() on:click=choose>
            {line_words(app, state, line, app.today(), ShowHolder::Yes)}
            <span class="count">{app.format_number(line.quantity)}</span>
            {icon(Icon::Next)}
        </button>
    }
    .into_any()
}

fn unknown_choice(state: &State, reading: Reading, form: Form) -> AnyView {
    let name = product_name(state, &reading.identity.product);
    let code = code_words(state.product(&reading.identity.product), &reading.identity);
    let app = use_app();
    let choose = move |_| {
        form.choose(
            &app.view_untracked(),
            Chosen::Elsewhere(reading.identity.clone()),
        )
    };
    view! {
        <section class="section">
            <h2>"Not in anybody's stock here"</h2>
            <div class="card card-flush rows">
                <button type="button" class="row" data-testid="use-unknown" on:click=choose>
                    <span class="row-lines">
                        <span class="row-title">{name}</span>
                        <span class="code quiet tiny">{code}</span>
                        <span class="row-note">"Record it as from elsewhere"</span>
                    </span>
                    {icon(Icon::Next)}
                </button>
            </div>
        </section>
    }
    .into_any()
}

fn details(app: App, chosen: &Chosen, form: Form, against: Memo<Vec<Flag>>) -> AnyView {
    let state = app.view_untracked();
    let card = match chosen {
        Chosen::Line(id) => state.line(*id).map(|line| {
            view! { <div class="card">{line_words(app, &state, line, app.today(), ShowHolder::Yes)}</div> }.into_any()
        }),
        Chosen::Elsewhere(identity) => Some(elsewhere_card(&state, identity, form)),
    };
    let options = STATUSES
        .iter()
        .map(|(key, status)| (*key, use_words(*status)))
        .collect();
    view! {
        {card}
        <Choices id="use-status" label="What happened" value=form.status options=options />
        <div class="field">
            <span class="field-label">"How many"</span>
            <div>
                <Stepper label="Pieces" value=form.quantity set=Callback::new(move |quantity| form.quantity.set(quantity)) least=1 testid="use-quantity" />
            </div>
        </div>
        {move || reason(against.get(), form)}
    }
    .into_any()
}

fn elsewhere_card(state: &State, identity: &Identity, form: Form) -> AnyView {
    let holder = lines_named(state, identity)
        .next()
        .map(|line| custodian_name(state, line.custodian));
    if let Some(holder) = holder {
        form.holder.set(holder);
    }
    view! {
        <div class="card">
            <p class="card-title">{product_name(state, &identity.product)}</p>
            <p class="code quiet tiny">{code_words(state.product(&identity.product), identity)}</p>
        </div>
        <TextField id="presumed-holder" label="Who held it, as far as you know" value=form.holder hint="A name, or where it lay. It is recorded as used from elsewhere." />
    }
    .into_any()
}

/// What speaks against it, before the button, and the field for the reason (R37).
fn reason(flags: Vec<Flag>, form: Form) -> Option<AnyView> {
    if flags.is_empty() {
        return None;
    }
    let mut words: Vec<&str> = flags.iter().map(flag_words).collect();
    words.dedup();
    Some(
        view! {
            <div data-testid="use-flags">
                {notice(
                    Tone::Warn,
                    Icon::Warn,
                    format!("Look: {}.", words.join("; ")),
                    "If it happened all the same, say why. It is recorded and marked for review.",
                )}
            </div>
            <TextField id="use-reason" label="Reason" value=form.reason />
        }
        .into_any(),
    )
}

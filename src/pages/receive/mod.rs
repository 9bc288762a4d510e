//! Receiving stock that no handoff brings (R26): its code, what the label says, whose it is, and
//! why it comes this way.

mod form;
mod listing;

use crate::components::act::{Doing, hold_updates};
use crate::components::button::{Button, Look, link_button};
use crate::components::chip::Tone;
use crate::components::draft::Kept;
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{Choices, Kind, SearchBox, SelectField, TextField, Tick};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice, words_notice};
use crate::components::page::Page;
use crate::components::product_picker::{ProductPicker, product_note};
use crate::components::scan_here::{ScanHere, Taken};
use crate::components::stepper::Stepper;
use crate::pages::against::{Against, against, elsewhere};
use crate::pages::reading::{Reading, lines_named, query_value, read};
use crate::pages::requests::ask_path;
use crate::pages::stock::{custodian_key, custodies_for, read_custodian};
use crate::state::{
    App, Me, Route, custodian_name, product_name, quantity_words, refusal_words, use_app,
};
use baton_domain::authority::{Act, Concern, may};
use baton_domain::product::{Product, ProductId};
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::{Command, Reason, Refusal, State};
use baton_scan::ScanOutcome;
pub use form::{Entered, Form, check};
use leptos::prelude::*;
use leptos::task::spawn_local;
use listing::Listing;

/// Everything the page works on.
#[derive(Clone, Copy)]
struct Receiving {
    app: App,
    form: Form,
    listing: Listing,
    code: RwSignal<String>,
    doubts: RwSignal<Vec<String>>,
    errors: Errors,
    doing: Doing,
    draft: Kept,
}

/// Receive stock. `?code=` begins with a code.
#[component]
pub fn Receive() -> AnyView {
    let app = use_app();
    hold_updates();
    let me = untrack(|| app.me());
    let asked = app.asked_untracked("code");
    let form = Form::new(custodian_key(Custodian::Person(me.person)));
    let page = Receiving {
        app,
        form,
        listing: Listing::new(),
        code: RwSignal::new(String::new()),
        doubts: RwSignal::new(Vec::new()),
        errors: Errors::new(),
        doing: Doing::new(),
        // What begins with a code has a draft of its own.
        draft: form.keep("receive ".to_owned() + asked.as_deref().unwrap_or_default()),
    };
    if let Some(code) = asked {
        page.code.set(code);
        page.read_code();
    }
    let chosen = move || page.form.product.get();
    let actions = move || {
        chosen().is_some().then(|| {
            let label = Signal::derive(move || format!("Receive {}", quantity_words(page.form.quantity.get())));
            let save = Callback::new(move |()| page.save());
            view! {
                <Problem words=page.doing.problem doing=page.doing />
                <Button look=Look::Main label=label busy=page.doing.busy testid="confirm-receive" press=save />
            }
        })
    };
    view! {
        <Page title="Receive stock" back=Route::Stock.path() actions=actions.into_any()>
            <ErrorSummary errors=page.errors />
            {move || match chosen() {
                None => page.what(),
                Some(product) => page.details(&product),
            }}
        </Page>
    }
    .into_any()
}

impl Receiving {
    /// What is it? A code, or a product from the catalogue.
    fn what(self) -> AnyView {
        let enter = Callback::new(move |()| self.read_code());
        let scanned = Callback::new(move |outcome: ScanOutcome| self.scanned(&outcome));
        let picked = Callback::new(move |product: Product| {
            self.doubts.set(Vec::new());
            self.form.product.set(Some(product.id));
        });
        view! {
            <section class="section">
                <h2>"By its code"</h2>
                <ScanHere label="Scan the label" take=scanned testid="scan-receive-label" />
                <SearchBox id="receive-code" label="Type or scan the code" value=self.code submit=enter />
                <Problem words=self.doing.problem doing=self.doing />
                <Button look=Look::Wide label="Take this code" testid="take-code" press=enter />
            </section>
            <section class="section">
                <h2>"Or from the catalogue"</h2>
                <ProductPicker id="receive-product" label="Name, reference or DI" picked=picked />
            </section>
        }
        .into_any()
    }

    fn read_code(self) {
        let text = self.code.get_untracked();
        match read(&text, self.app.today()) {
            Some(reading) => self.take(reading),
            None => self.doing.refuse(crate::state::Words::new(
                "This is not a code that names a product",
                "A whole code begins with (01) or 01, with + for HIBC, or with = for ISBT 128.",
                "Type it as it is printed, or pick the product from the catalogue below.",
            )),
        }
    }

    /// A label before the camera, or from a scanner that types: a new line with it filled in.
    fn scanned(self, outcome: &ScanOutcome) -> Taken {
        match read(&outcome.code, self.app.today()) {
            Some(reading) => {
                let name = product_name(&self.app.view_untracked(), &reading.identity.product);
                // A half shows its product; its other half fills in the rest.
                self.take(reading);
                Taken::yes(name, None)
            }
            None => Taken::no_product(outcome),
        }
    }

    fn take(self, reading: Reading) {
        self.doing.problem.set(None);
        self.errors.show(Vec::new());
        self.doubts.set(reading.doubts.clone());
        self.form.take(&reading);
        let id = reading.identity.product;
        let (app, known) = (self.app, self.app.view_untracked());
        if known.product(&id).is_none() {
            // What the whole catalogue knows of it is kept on this phone from then on.
            spawn_local(async move {
                app.search_catalogue(id.as_str()).await;
            });
        }
    }

    fn details(self, id: &ProductId) -> AnyView {
        let app = self.app;
        let id = id.clone();
        let card = {
            let id = id.clone();
            move || self.product_card(&app.view(), &id)
        };
        let tracked = move || app.view().product(&id).map(|product| product.tracking);
        let one_piece = Signal::derive(move || !self.form.serial.read().is_empty());
        let with_serial = Memo::new(move |_| {
            tracked() != Some(baton_domain::product::Tracking::Lot) || one_piece.get()
        });
        let form = self.form;
        let quantity = move || {
            (!one_piece.get()).then(|| {
                view! {
                    <div class="field">
                        <span class="field-label">"How many"</span>
                        <div><Stepper label="Pieces" value=form.quantity set=Callback::new(move |pieces| form.quantity.set(pieces)) least=1 testid="quantity" /></div>
                    </div>
                }
            })
        };
        view! {
            {card}
            <TextField id="lot" label="Lot" kind=Kind::Code value=form.lot errors=self.errors />
            <Tick id="lot-unknown" label="The lot cannot be read" value=form.lot_unknown />
            {move || with_serial.get().then(|| view! {
                <TextField id="serial" label="Serial number" kind=Kind::Code value=form.serial errors=self.errors />
            })}
            <TextField id="expiry" label="Expires" kind=Kind::Date value=form.expiry errors=self.errors />
            {quantity}
            {self.ownership()}
        }
        .into_any()
    }

    /// What it is, what the label leaves open, and what speaks against receiving it.
    fn product_card(self, state: &State, id: &ProductId) -> AnyView {
        let known = state.product(id);
        let note = known.map_or_else(|| format!("DI {id}"), product_note);
        let doubts = self.doubts.get();
        let doubts = (!doubts.is_empty()).then(|| {
            notice(
                Tone::Warn,
                Icon::Warn,
                "Look at the label again",
                doubts.join(". "),
            )
        });
        let linked = known
            .filter(|product| state.manufacturer_link(&product.manufacturer).is_some())
            .map(|_| {
                let words = refusal_words(state, &Refusal::new(Reason::ManufacturerLinked));
                let ask = ask_path("product", query_value(id.as_str()));
                view! {
                    <div class="stack" data-testid="linked">
                        {words_notice(Tone::Warn, Icon::Link, words)}
                        {link_button(Look::Wide, Some(Icon::Sent), "Request it", ask, "request-instead")}
                    </div>
                }
            });
        let unknown = known.is_none().then(|| self.unknown(state));
        let another = Callback::new(move |()| self.form.next());
        let app = self.app;
        view! {
            <section class="card" aria-label="What it is" data-testid="receive-what">
                <p class="card-title">{product_name(state, id)}</p>
                <p class="row-note">{note}</p>
                <Button look=Look::Plain label="Something else" testid="something-else" press=another />
            </section>
            {doubts}
            <div class="stack" data-testid="receive-warnings">{move || self.warnings(&app.view())}</div>
            {linked}
            {unknown}
        }
        .into_any()
    }

    /// What speaks against what is entered so far. Others may well have pieces of a lot; a serial is
    /// one piece.
    fn warnings(self, state: &State) -> Vec<AnyView> {
        let Some(identity) = self.form.identity() else {
            return Vec::new();
        };
        let lines: Vec<&StockLine> = lines_named(state, &identity).collect();
        let own = read_custodian(&self.form.custodian.get());
        let other = identity
            .serial
            .is_some()
            .then(|| elsewhere(state, &lines, |holder| Some(holder) == own));
        let mut all = against(self.app, state, &identity, &lines);
        all.extend(other.flatten());
        all.into_iter().map(Against::shown).collect()
    }

    fn unknown(self, state: &State) -> AnyView {
        if may_list(state, &self.app.me()) {
            return self.listing.fields(self.errors);
        }
        notice(
            Tone::Quiet,
            Icon::Info,
            "Not in the catalogue that this phone knows",
            "It is received by its code all the same, and marked so that Operations lists it.",
        )
    }

    fn ownership(self) -> AnyView {
        let (state, me) = (self.app.view_untracked(), untrack(|| self.app.me()));
        let holders: Vec<(String, String)> = custodies_for(&state, &me, Act::CreateStock)
            .into_iter()
            .map(|one| (custodian_key(one), custodian_name(&state, one)))
            .collect();
        let several = holders.len() > 1;
        let form = self.form;
        view! {
            {several.then(|| view! {
                <SelectField id="custodian" label="In whose custody" value=form.custodian options=Signal::stored(holders) />
            })}
            <Choices
                id="title"
                label="Whose is it"
                value=form.title
                options=vec![("manufacturer", "Consigned: the maker's"), ("organization", "Ours")]
            />
            <TextField id="location" label="Where it lies (not required)" value=form.location />
            <TextField id="reason" label="Why it comes this way" hint="For example: brought by the maker's courier, delivery note 2231" value=form.reason errors=self.errors />
        }
        .into_any()
    }

    fn save(self) {
        let Some(commands) = self.commands() else {
            return;
        };
        let words = format!(
            "{} received",
            quantity_words(self.form.quantity.get_untracked())
        );
        self.doing.all(
            commands,
            Box::new(move |_| {
                self.doing.toast(words, None);
                self.code.set(String::new());
                self.form.next();
                self.draft.done();
            }),
        );
    }

    /// What is to be recorded, or the errors shown.
    fn commands(self) -> Option<Vec<Command>> {
        let state = self.app.view_untracked();
        let entered = self.form.entered();
        let id = entered.product.clone()?;
        let mut errors = Vec::new();
        let mut new = None;
        if state.product(&id).is_none() && may_list(&state, &untrack(|| self.app.me())) {
            match self.listing.product(&id, !entered.expiry.is_empty()) {
                Ok(product) => new = Some(product),
                Err(missing) => errors.extend(missing),
            }
        }
        let line = match check(&entered, new.as_ref().or(state.product(&id))) {
            Ok(line) => Some(line),
            Err(missing) => {
                errors.extend(missing);
                None
            }
        };
        let fine = errors.is_empty();
        self.errors.show(errors);
        let receive = Command::ReceiveStock {
            custodian: read_custodian(&self.form.custodian.get_untracked())?,
            lines: vec![line.filter(|_| fine)?],
            reason: entered.reason.as_str().into(),
        };
        let list = new.map(|product| Command::ListProducts(vec![product]));
        Some(list.into_iter().chain([receive]).collect())
    }
}

fn may_list(state: &State, me: &Me) -> bool {
    state
        .person(me.person)
        .is_some_and(|person| may(state, person, Act::Catalogue, Concern::Organization))
}

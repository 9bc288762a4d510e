//! The bill sheet: what a case used in two sections, the signatures on exactly that, and the
//! purchase order that follows. To show, to print and to hand on.

use super::{short_words, use_words, when_words};
use crate::components::act::Doing;
use crate::components::button::{Button, Look};
use crate::components::case_card::{case_name, case_place, case_status};
use crate::components::chip::{Tone, chip, flag_chip};
use crate::components::empty::empty;
use crate::components::field::TextField;
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::page::Page;
use crate::components::signature_pad::{SignaturePad, drawing};
use crate::components::stock_row::code_words;
use crate::pages::gates::NotFound;
use crate::state::{App, DateStyle, Route, person_name, product_name, use_app};
use baton_domain::bill::{Section, has_billed, lines_hash, section, signatures_hold};
use baton_domain::case::{Case, CaseStatus, PurchaseOrder, Side, Signature, Usage};
use baton_domain::command::WantedSignature;
use baton_domain::id::CaseId;
use baton_domain::time::Timestamp;
use baton_domain::{Command, State};
use leptos::prelude::*;

/// What a signature means, unless somebody says otherwise.
const MEANING: &str = "Used as listed";
const DAY_MS: i64 = 86_400_000;

/// The form of those who sign.
#[derive(Clone, Copy)]
struct Form {
    rep: RwSignal<String>,
    rep_drawn: RwSignal<String>,
    facility: RwSignal<String>,
    facility_drawn: RwSignal<String>,
    number: RwSignal<String>,
}

impl Form {
    fn signatures(self) -> Vec<WantedSignature> {
        let one = |side, name: RwSignal<String>, drawn: RwSignal<String>| WantedSignature {
            side,
            name: name.with_untracked(|name| name.trim().into()),
            meaning: MEANING.into(),
            drawing: drawn.with_untracked(|drawn| drawn.as_str().into()),
        };
        vec![
            one(Side::Rep, self.rep, self.rep_drawn),
            one(Side::Facility, self.facility, self.facility_drawn),
        ]
    }
}

/// The bill sheet of a case.
#[component]
pub fn CaseBill(
    /// Which case.
    case: CaseId,
) -> AnyView {
    let app = use_app();
    let state = app.view_untracked();
    let Some(known) = state.case(case) else {
        return view! { <NotFound /> }.into_any();
    };
    let eyebrow = short_words(app, &state, known);
    let empty = || RwSignal::new(String::new());
    let form = Form {
        rep: RwSignal::new(untrack(|| app.me()).name.to_string()),
        rep_drawn: empty(),
        facility: empty(),
        facility_drawn: empty(),
        number: empty(),
    };
    let doing = Doing::new();
    let known = move || app.view().case(case).cloned();
    // The form stays as it is while the lines are drawn anew.
    let stage = Memo::new(move |_| known().map(|case| stage(&app.view(), &case)));
    let actions = move || {
        stage
            .get()
            .map(|stage| actions(app, case, stage, form, doing))
    };
    view! {
        <Page title="Bill sheet" eyebrow=eyebrow back=Route::Case(case).path() actions=actions.into_any()>
            {move || {
                let state = app.view();
                state.case(case).map(|case| sheet(app, &state, case))
            }}
            {move || match stage.get() {
                Some(Stage::Sign) => Some(signing(form)),
                Some(Stage::Awaited) => Some(view! {
                    <TextField id="po-number" label="Number of the purchase order" value=form.number />
                }.into_any()),
                _ => None,
            }}
        </Page>
    }
    .into_any()
}

/// What is to be done with the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Signed by both, for the first time or again.
    Sign,
    /// A purchase order is to follow.
    Closed,
    /// It is awaited.
    Awaited,
    /// Nothing.
    Done,
}

/// What is to be done with a case's sheet.
pub fn stage(state: &State, case: &Case) -> Stage {
    let void = case.closing.is_some() && !signatures_hold(state, case);
    match case.status {
        CaseStatus::Cancelled => Stage::Done,
        status if status.is_open() || void => Stage::Sign,
        CaseStatus::Closed => Stage::Closed,
        CaseStatus::AwaitingPurchaseOrder => Stage::Awaited,
        _ => Stage::Done,
    }
}

fn sheet(app: App, state: &State, case: &Case) -> AnyView {
    let (tone, sign, words) = case_status(case.status);
    let void = case.closing.is_some() && !signatures_hold(state, case);
    let void = void.then(|| {
        view! {
            <div data-testid="void">
                {notice(
                    Tone::Bad,
                    Icon::Warn,
                    "The signatures are void",
                    "What was used changed after they were given. Both sides sign again.",
                )}
            </div>
        }
    });
    view! {
        {void}
        <section class="card" data-testid="bill-head">
            <p class="card-title">{case_name(state, case)}</p>
            <p class="row-note">{format!("{}, {}", case_place(state, case), when_words(app, case))}</p>
            <p class="row-note">{format!("Rep: {}", person_name(state, case.rep))}</p>
            <div class="chips">{chip(tone, sign, words)}{order_age(app, case)}</div>
        </section>
        {lines(app, state, case)}
        {signed(app, state, case)}
    }
    .into_any()
}

/// How long the purchase order is awaited (R18), or its number.
fn order_age(app: App, case: &Case) -> Option<AnyView> {
    let order = case.order.as_ref()?;
    Some(if order.number.is_empty() {
        let days = days_since(order, app.now());
        let tone = if days > 14 { Tone::Bad } else { Tone::Warn };
        chip(tone, Icon::Clock, age_words(days))
    } else {
        chip(Tone::Ok, Icon::Check, format!("PO {}", order.number))
    })
}

/// Whole days that an order is awaited.
pub fn days_since(order: &PurchaseOrder, now: Timestamp) -> i64 {
    (now.unix_ms - order.since.unix_ms).max(0) / DAY_MS
}

/// `PO awaited for 3 days`.
pub fn age_words(days: i64) -> String {
    match days {
        0 => "PO awaited since today".into(),
        1 => "PO awaited for 1 day".into(),
        many => format!("PO awaited for {many} days"),
    }
}

fn lines(app: App, state: &State, case: &Case) -> AnyView {
    if case.usage.is_empty() {
        return empty(
            Icon::Info,
            "Nothing is recorded yet",
            "What the case uses stands here, in two sections: billed, and Facility Stock.",
            None,
        );
    }
    let of = |wanted: Section, heading: &'static str, testid: &'static str| {
        let rows: Vec<AnyView> = case
            .usage
            .iter()
            .filter(|usage| section(state, usage) == wanted)
            .map(|usage| line(app, state, usage))
            .collect();
        (!rows.is_empty()).then(|| {
            view! {
                <section class="section">
                    <h2>{heading}</h2>
                    <div class="card card-flush rows" data-testid=testid>{rows}</div>
                </section>
            }
            .into_any()
        })
    };
    view! {
        {of(Section::Billed, "Billed", "bill-billed")}
        {of(Section::FacilityStock, "Facility Stock, price 0", "bill-facility")}
        {of(Section::NotBilled, "Put back", "bill-back")}
    }
    .into_any()
}

fn line(app: App, state: &State, usage: &Usage) -> AnyView {
    let flags: Vec<AnyView> = usage.flags.iter().map(flag_chip).collect();
    let code = code_words(state.product(&usage.identity.product), &usage.identity);
    let from = (!usage.presumed_holder.is_empty())
        .then(|| format!("Used from elsewhere: {}", usage.presumed_holder));
    view! {
        <div class="row row-top" data-testid="bill-line">
            <div class="row-lines">
                <p class="row-title">{product_name(state, &usage.identity.product)}</p>
                <p class="code quiet tiny">{code}</p>
                <p class="row-note">{use_words(usage.status)}</p>
                {from.map(|from| view! { <p class="row-note">{from}</p> })}
                <div class="chips">{flags}</div>
            </div>
            <span class="count">{app.format_number(usage.quantity)}</span>
        </div>
    }
    .into_any()
}

/// The signatures on these lines; where this phone may not see them, that there are some.
fn signed(app: App, state: &State, case: &Case) -> Option<AnyView> {
    let closing = case.closing?;
    let holds = signatures_hold(state, case);
    let rows: Vec<AnyView> = case
        .signatures
        .iter()
        .filter(|signature| signature.lines == closing.lines)
        .map(|signature| signature_row(app, signature, holds))
        .collect();
    let (by, at) = closing.by;
    let closed = format!(
        "Closed by {}, {}",
        person_name(state, by),
        app.format_time(at, DateStyle::DateTime)
    );
    Some(
        view! {
            <section class="section">
                <h2>"Signatures"</h2>
                <div class="card card-flush rows" data-testid="signatures">{rows}</div>
                <p class="quiet small">{closed}</p>
            </section>
        }
        .into_any(),
    )
}

fn signature_row(app: App, signature: &Signature, holds: bool) -> AnyView {
    let side = match signature.side {
        Side::Rep => "Rep",
        Side::Facility => "Facility",
    };
    let at = app.format_time(signature.by.1, DateStyle::DateTime);
    let mark = if holds {
        chip(Tone::Ok, Icon::Check, "Signed")
    } else {
        chip(Tone::Bad, Icon::Cross, "Void")
    };
    let drawn = (!signature.drawing.is_empty()).then(|| drawing(&signature.drawing));
    view! {
        <div class="row row-top">
            <div class="row-lines">
                <p class="row-title">{signature.name.to_string()}</p>
                <p class="row-note">{format!("{side}: {}, {at}", signature.meaning)}</p>
                {drawn}
            </div>
            {mark}
        </div>
    }
    .into_any()
}

fn signing(form: Form) -> AnyView {
    view! {
        <section class="section signing">
            <h2>"Close and sign"</h2>
            <p class="quiet small">
                "Both sides sign for exactly the lines above: “Used as listed”. What is unused is free again. A later change voids the signatures."
            </p>
            <div class="stack">
                <TextField id="sign-rep" label="Rep, printed name" value=form.rep />
                <SignaturePad label="Rep signs here (not required)" value=form.rep_drawn />
                <TextField id="sign-facility" label="Facility, printed name" value=form.facility hint="The person who signs, never a patient" />
                <SignaturePad label="Facility signs here (not required)" value=form.facility_drawn />
            </div>
        </section>
    }
    .into_any()
}

fn actions(app: App, case: CaseId, stage: Stage, form: Form, doing: Doing) -> AnyView {
    let main = match stage {
        Stage::Sign => {
            let press = Callback::new(move |()| {
                let state = app.view_untracked();
                let Some(known) = state.case(case) else {
                    return;
                };
                let command = Command::CloseCase {
                    case,
                    lines: lines_hash(&state, known),
                    signatures: form.signatures(),
                };
                doing.act(command, move |_| doing.toast("Closed and signed", None));
            });
            Some(view! { <Button look=Look::Main sign=Icon::Check label="Close and sign" busy=doing.busy testid="close-case" press=press /> }.into_any())
        }
        Stage::Closed => {
            let state = app.view_untracked();
            let billed = state
                .case(case)
                .is_some_and(|case| has_billed(&state, case));
            billed.then(|| {
                let press = Callback::new(move |()| order(case, String::new(), doing));
                view! { <Button look=Look::Main sign=Icon::Clock label="Sent: await the purchase order" busy=doing.busy testid="await-po" press=press /> }.into_any()
            })
        }
        Stage::Awaited => {
            let press = Callback::new(move |()| {
                let number = form.number.get_untracked().trim().to_owned();
                if !number.is_empty() {
                    order(case, number, doing);
                }
            });
            let off = Signal::derive(move || form.number.with(|number| number.trim().is_empty()));
            Some(view! { <Button look=Look::Main sign=Icon::Check label="Record the purchase order" busy=doing.busy off=off testid="record-po" press=press /> }.into_any())
        }
        Stage::Done => None,
    };
    let print = Callback::new(move |()| app.print());
    let share = Callback::new(move |()| {
        let state = app.view_untracked();
        let Some(known) = state.case(case) else {
            return;
        };
        let words = sheet_words(app, &state, known);
        leptos::task::spawn_local(async move {
            // Nothing happens where the person changed their mind.
            if app.can_share() {
                app.share(words).await;
            } else if app.copy(words).await {
                doing.toast("Copied: paste it where it is to go", None);
            }
        });
    });
    view! {
        <Problem words=doing.problem doing=doing />
        {main}
        <div class="btn-pair">
            <Button look=Look::Wide label="Print" testid="print-bill" press=print />
            <Button look=Look::Wide label=if app.can_share() { "Share" } else { "Copy as text" } testid="share-bill" press=share />
        </div>
    }
    .into_any()
}

fn order(case: CaseId, number: String, doing: Doing) {
    let command = Command::RecordPurchaseOrder {
        case,
        number: number.into(),
    };
    doing.act(command, move |_| doing.toast("Saved on this phone", None));
}

/// The sheet as text, to hand to another app.
fn sheet_words(app: App, state: &State, case: &Case) -> String {
    let mut words = format!(
        "Bill sheet: {}\n{}\nRep: {}\n",
        short_words(app, state, case),
        case_place(state, case),
        person_name(state, case.rep)
    );
    for (wanted, heading) in [
        (Section::Billed, "Billed"),
        (Section::FacilityStock, "Facility Stock, price 0"),
    ] {
        let of: Vec<&Usage> = case
            .usage
            .iter()
            .filter(|usage| section(state, usage) == wanted)
            .collect();
        if of.is_empty() {
            continue;
        }
        words.push_str(&format!("\n{heading}\n"));
        for usage in of {
            words.push_str(&format!(
                "{} × {} ({}), {}\n",
                usage.quantity,
                product_name(state, &usage.identity.product),
                code_words(state.product(&usage.identity.product), &usage.identity),
                use_words(usage.status)
            ));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{at, case_on, state_with_cases};

    #[test]
    fn r18_what_is_to_be_done_follows_the_status_and_void_signatures_are_given_again() {
        let mut case = case_on(1, "2026-11-23", 600);
        let state = state_with_cases(&[case.clone()]);
        assert_eq!(stage(&state, &case), Stage::Sign);
        case.status = CaseStatus::Closed;
        case.closing = Some(baton_domain::case::Closing {
            lines: lines_hash(&state, &case),
            by: (case.rep, at()),
        });
        assert_eq!(stage(&state, &case), Stage::Closed);
        case.status = CaseStatus::AwaitingPurchaseOrder;
        assert_eq!(stage(&state, &case), Stage::Awaited);
        case.closing = case.closing.map(|closing| baton_domain::case::Closing {
            lines: [0; 32],
            ..closing
        });
        assert_eq!(stage(&state, &case), Stage::Sign);
        case.status = CaseStatus::Cancelled;
        assert_eq!(stage(&state, &case), Stage::Done);
    }

    #[test]
    fn r18_the_age_of_a_purchase_order_is_counted_in_whole_days() {
        let order = PurchaseOrder {
            number: "".into(),
            since: at(),
        };
        let later = |hours: i64| Timestamp {
            unix_ms: at().unix_ms + hours * 3_600_000,
            ..at()
        };
        let words = |hours| age_words(days_since(&order, later(hours)));
        assert_eq!(words(3), "PO awaited since today");
        assert_eq!(words(25), "PO awaited for 1 day");
        assert_eq!(words(-5), "PO awaited since today");
        assert_eq!(words(24 * 20), "PO awaited for 20 days");
    }
}

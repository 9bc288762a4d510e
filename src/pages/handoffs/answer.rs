//! Answering an offer line by line (R5): all of it is proposed as accepted, and what is not so
//! is said where it is not so.

use super::one::{DECLINE_REASONS, line_words};
use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::{Tone, chip};
use crate::components::field::{Choices, TextField};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::scan_here::{ScanHere, Taken};
use crate::components::sheet::Sheet;
use crate::components::stepper::Stepper;
use crate::components::stock_row::code_words;
use crate::pages::reading::{Reading, read};
use crate::state::{App, Route, Words, product_name, quantity_words};
use baton_domain::id::TransferId;
use baton_domain::stock::Identity;
use baton_domain::transfer::{Extra, LineAnswer, TransferLine};
use baton_domain::{Command, State};
use baton_scan::ScanOutcome;
use leptos::prelude::*;

/// One line's answer while it is being given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answering {
    /// How many were offered.
    pub offered: u32,
    /// Not there.
    pub missing: u32,
    /// There, but damaged.
    pub damaged: u32,
    /// What was seen.
    pub note: String,
}

impl Answering {
    /// Everything accepted, which is what usually happens.
    pub fn all(offered: u32) -> Self {
        Self {
            offered,
            missing: 0,
            damaged: 0,
            note: String::new(),
        }
    }

    /// Says how many are missing; what does not fit beside the damaged ones gives way.
    pub fn with_missing(self, missing: u32) -> Self {
        let missing = missing.min(self.offered);
        Self {
            missing,
            damaged: self.damaged.min(self.offered - missing),
            ..self
        }
    }

    /// Says how many are damaged.
    pub fn with_damaged(self, damaged: u32) -> Self {
        let damaged = damaged.min(self.offered);
        Self {
            damaged,
            missing: self.missing.min(self.offered - damaged),
            ..self
        }
    }

    /// How many are accepted: the rest.
    pub fn accepted(&self) -> u32 {
        self.offered - self.missing - self.damaged
    }

    /// The answer as it is recorded. The three numbers add up to what was offered (R5).
    pub fn answer(&self) -> LineAnswer {
        LineAnswer {
            accepted: self.accepted(),
            damaged: self.damaged,
            missing: self.missing,
            note: self.note.trim().into(),
        }
    }
}

type Answers = RwSignal<Vec<Answering>>;

/// `Accept 8 pieces`, with what is reported.
pub fn confirm_words(answers: &[Answering]) -> String {
    let accepted: u32 = answers.iter().map(Answering::accepted).sum();
    let reported: u32 = answers
        .iter()
        .map(|answer| answer.missing + answer.damaged)
        .sum();
    match (accepted, reported) {
        (0, _) => "Report: nothing can be accepted".into(),
        (some, 0) => format!("Accept {}", quantity_words(some)),
        (some, reported) => format!("Accept {}, report {reported}", quantity_words(some)),
    }
}

/// An answer while it is being given.
#[derive(Clone, Copy)]
pub struct AnswerForm {
    app: App,
    transfer: TransferId,
    answers: Answers,
    ticked: RwSignal<Vec<u32>>,
    extras: RwSignal<Vec<Extra>>,
    declining: RwSignal<bool>,
    doing: Doing,
}

impl AnswerForm {
    /// Begins with everything accepted.
    pub fn new(app: App, transfer: TransferId) -> Self {
        let offered = |line: &TransferLine| Answering::all(line.quantity);
        let state = app.view_untracked();
        let known = state.transfer(transfer);
        let answers = known.map(|known| known.lines.iter().map(offered).collect());
        Self {
            app,
            transfer,
            answers: RwSignal::new(answers.unwrap_or_default()),
            ticked: RwSignal::new(Vec::new()),
            extras: RwSignal::new(Vec::new()),
            declining: RwSignal::new(false),
            doing: Doing::new(),
        }
    }

    /// The lines with their answers.
    pub fn fields(self) -> AnyView {
        hold_updates();
        let state = self.app.view_untracked();
        let Some(known) = state.transfer(self.transfer) else {
            return ().into_any();
        };
        let scanned = Callback::new(move |outcome: ScanOutcome| self.scanned(&outcome));
        let rows: Vec<AnyView> = known
            .lines
            .iter()
            .enumerate()
            .map(|(place, line)| row(self.app, &state, place, line, self))
            .collect();
        view! {
            <section class="section">
                <h2>"What is in your hands?"</h2>
                <ScanHere label="Scan to tick off" batch=true take=scanned testid="scan-answer-label" />
                <div class="card card-flush rows" data-testid="answer-lines">{rows}</div>
            </section>
            {extras_fields(self.app, self.extras)}
            <Decline transfer=self.transfer open=self.declining />
        }
        .into_any()
    }

    /// A label before the camera, or from a scanner that types: a tick on its line, or something
    /// that was not offered.
    fn scanned(self, outcome: &ScanOutcome) -> Taken {
        let state = self.app.view_untracked();
        let Some(reading) = read(&outcome.code, self.app.today()) else {
            return Taken::no_product(outcome);
        };
        let Some(known) = state.transfer(self.transfer) else {
            return Taken::no("The handoff is not known here");
        };
        let name = product_name(&state, &reading.identity.product);
        let ticked = self.ticked;
        let ticks = ticked.get_untracked();
        let place = match line_to_tick(&known.lines, &ticks, &reading.identity) {
            Tick::Line(place) => place,
            Tick::AllThere => return Taken::no(format!("{name}: all of it is ticked already")),
            Tick::NotOffered => return self.extra(reading, name),
        };
        let by = move |more: bool| {
            ticked.update(|all| {
                all.resize(all.len().max(place + 1), 0);
                all[place] = if more {
                    all[place] + 1
                } else {
                    all[place].saturating_sub(1)
                };
            });
        };
        by(true);
        Taken::yes(name, Some(Callback::new(move |()| by(false))))
    }

    fn extra(self, reading: Reading, name: String) -> Taken {
        let extras = self.extras;
        let extra = Extra {
            identity: reading.identity,
            quantity: reading.quantity.unwrap_or(1).max(1),
            note: "".into(),
        };
        extras.update(|all| all.push(extra.clone()));
        let undo = Callback::new(move |()| {
            extras.update(|all| {
                if let Some(place) = all.iter().rposition(|one| *one == extra) {
                    all.remove(place);
                }
            });
        });
        Taken::yes(format!("{name}: not offered, noted as extra"), Some(undo))
    }

    /// What stands at the bottom: one button that says what it will do.
    pub fn actions(self) -> AnyView {
        let Self {
            app,
            transfer,
            answers,
            extras,
            declining,
            doing,
            ..
        } = self;
        let go = use_going();
        let accept = Callback::new(move |()| {
            let by_code = untrack(|| app.came_by_code(transfer));
            let answers = answers.with_untracked(|all| all.iter().map(Answering::answer).collect());
            let extras = extras.get_untracked();
            doing.act(
                Command::AnswerTransfer {
                    transfer,
                    answers,
                    extras,
                },
                move |_| {
                    doing.toast("Answered. Saved on this phone.", None);
                    // Without a network the other side needs the receipt, now.
                    if by_code {
                        go.run(Route::HandoffCode(transfer).path());
                    }
                },
            );
        });
        let label = Signal::derive(move || answers.with(|all| confirm_words(all)));
        view! {
            <Problem words=doing.problem />
            <Button look=Look::Main sign=Icon::Check label=label busy=doing.busy testid="confirm-answer" press=accept />
            <Button look=Look::Wide label="Decline all of it" testid="decline" press=Callback::new(move |()| declining.set(true)) />
        }
        .into_any()
    }
}

/// What a scanned label does to an answer.
#[derive(Debug, PartialEq, Eq)]
enum Tick {
    /// One more piece of this line is there.
    Line(usize),
    /// It was offered, and every piece of it is ticked.
    AllThere,
    /// It was not offered.
    NotOffered,
}

/// The line that a label ticks: of its product, with the lot and serial that it says.
fn line_to_tick(lines: &[TransferLine], ticks: &[u32], label: &Identity) -> Tick {
    let same = |said: &Option<baton_domain::Text>, held: &Option<baton_domain::Text>| {
        said.is_none() || said == held
    };
    let mut offered = false;
    for (place, line) in lines.iter().enumerate() {
        let held = &line.identity;
        let fits = held.product == label.product
            && same(&label.lot, &held.lot)
            && same(&label.serial, &held.serial);
        if fits && ticks.get(place).copied().unwrap_or(0) < line.quantity {
            return Tick::Line(place);
        }
        offered |= fits;
    }
    if offered {
        Tick::AllThere
    } else {
        Tick::NotOffered
    }
}

fn row(app: App, state: &State, place: usize, line: &TransferLine, form: AnswerForm) -> AnyView {
    let (answers, offered) = (form.answers, line.quantity);
    let ticks = move || {
        let ticks = form.ticked.with(|all| all.get(place).copied().unwrap_or(0));
        (ticks > 0).then(|| {
            let tone = if ticks == offered { Tone::Ok } else { Tone::Quiet };
            view! { <span data-testid="ticks">{chip(tone, Icon::Check, format!("{ticks} of {offered} scanned"))}</span> }
                .into_any()
        })
    };
    let state_of = Memo::new(move |_| answers.with(|all| all.get(place).cloned()));
    let update = move |change: Box<dyn Fn(Answering) -> Answering>| {
        answers.update(|all| {
            if let Some(answer) = all.get_mut(place) {
                *answer = change(answer.clone());
            }
        });
    };
    let open = RwSignal::new(false);
    let toggle = move |_| open.update(|open| *open = !*open);
    let words = move || {
        state_of.get().map_or_else(String::new, |answer| {
            match (answer.missing, answer.damaged) {
                (0, 0) => format!("All {offered} here"),
                (missing, 0) => format!("{} here, {missing} missing", answer.accepted()),
                (0, damaged) => format!("{} here, {damaged} damaged", answer.accepted()),
                (missing, damaged) => {
                    format!(
                        "{} here, {missing} missing, {damaged} damaged",
                        answer.accepted()
                    )
                }
            }
        })
    };
    let detail = move || {
        open.get()
            .then(|| row_detail(offered, state_of, Callback::new(update)))
    };
    view! {
        <div class="row row-top row-wrap" data-testid="answer-line">
            {line_words(app, state, line)}
            <span class="count">{app.format_number(offered)}</span>
            <div class="answer-foot">
                {ticks}
                <span class="small strong" data-testid="answer-words">{words}</span>
                <button type="button" class="btn" data-testid="report" aria-expanded=move || open.get().to_string() on:click=toggle>
                    {move || if open.get() { "Close" } else { "Something is wrong" }}
                </button>
            </div>
            {detail}
        </div>
    }
    .into_any()
}

fn row_detail(
    offered: u32,
    state_of: Memo<Option<Answering>>,
    update: Callback<Box<dyn Fn(Answering) -> Answering>>,
) -> AnyView {
    let read = move |part: fn(&Answering) -> u32| {
        Signal::derive(move || state_of.with(|answer| answer.as_ref().map_or(0, part)))
    };
    let missing = Callback::new(move |pieces: u32| {
        update.run(Box::new(move |answer| answer.with_missing(pieces)));
    });
    let damaged = Callback::new(move |pieces: u32| {
        update.run(Box::new(move |answer| answer.with_damaged(pieces)));
    });
    let typed = move |event| {
        let note = event_target_value(&event);
        update.run(Box::new(move |answer| Answering {
            note: note.clone(),
            ..answer
        }));
    };
    view! {
        <div class="answer-detail">
            <div class="spread">
                <span>"Missing"</span>
                <Stepper label="Missing" value=read(|answer| answer.missing) set=missing most=Signal::stored(offered) testid="missing" />
            </div>
            <div class="spread">
                <span>"Damaged"</span>
                <Stepper label="Damaged" value=read(|answer| answer.damaged) set=damaged most=Signal::stored(offered) testid="damaged" />
            </div>
            <label class="field">
                <span class="field-label">"What do you see?"</span>
                <input class="input" type="text" data-testid="answer-note" autocomplete="off" on:input=typed />
            </label>
            <p class="quiet small">"Missing stays with the sender, on hold, to be found. Damaged comes to you, on hold."</p>
        </div>
    }
    .into_any()
}

/// What is in hand and was not offered: typed as its code.
fn extras_fields(app: App, extras: RwSignal<Vec<Extra>>) -> AnyView {
    let code = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Words>);
    let add = Callback::new(move |()| match read(&code.get_untracked(), app.today()) {
        Some(reading) => {
            problem.set(None);
            code.set(String::new());
            extras.update(|all| {
                all.push(Extra {
                    identity: reading.identity,
                    quantity: reading.quantity.unwrap_or(1).max(1),
                    note: "".into(),
                });
            });
        }
        None => problem.set(Some(Words::new(
            "This is not a code that names a product",
            "An extra is recorded by what its label says.",
            "Type the whole code with its (01) or 01 at the beginning, or scan it.",
        ))),
    });
    let rows = move || {
        let state = app.view();
        let all = extras.get();
        let row = |extra: Extra| {
            let code = code_words(state.product(&extra.identity.product), &extra.identity);
            view! {
                <div class="row" data-testid="extra">
                    <span class="row-lines">
                        <span class="row-title clamp">{product_name(&state, &extra.identity.product)}</span>
                        <span class="code quiet tiny">{code}</span>
                    </span>
                    <span class="count">{extra.quantity}</span>
                </div>
            }
            .into_any()
        };
        (!all.is_empty()).then(|| {
            view! { <div class="card card-flush rows">{all.into_iter().map(row).collect::<Vec<_>>()}</div> }.into_any()
        })
    };
    view! {
        <details class="card">
            <summary class="summary-row">"Something came that was not offered"</summary>
            <div class="stack">
                <p class="quiet small">"It becomes a movement when the giver confirms it."</p>
                {rows}
                <Problem words=problem />
                <TextField id="extra-code" label="Its code" value=code kind=crate::components::field::Kind::Code />
                <Button look=Look::Wide sign=Icon::Plus label="Add it" testid="add-extra" press=add />
            </div>
        </details>
    }
    .into_any()
}

fn decline_options() -> Vec<(&'static str, &'static str)> {
    DECLINE_REASONS
        .iter()
        .map(|(key, words, _)| (*key, *words))
        .collect()
}

/// The sheet that declines an offer as a whole (R4).
#[component]
fn Decline(
    /// Which.
    transfer: TransferId,
    /// Open or not.
    open: RwSignal<bool>,
) -> AnyView {
    let doing = Doing::new();
    let reason = RwSignal::new(String::new());
    let note = RwSignal::new(String::new());
    let chosen = move |key: &str| {
        DECLINE_REASONS
            .iter()
            .find(|(known, ..)| *known == key)
            .map(|(.., reason)| *reason)
    };
    let decline = Callback::new(move |()| {
        let Some(reason) = reason.with_untracked(|key| chosen(key)) else {
            return doing.refuse(Words::new(
                "Declining needs a reason",
                "The reason decides whether the pieces come back on hold.",
                "Choose one.",
            ));
        };
        let note = note.get_untracked().trim().into();
        doing.act(
            Command::DeclineTransfer {
                transfer,
                reason,
                note,
            },
            move |_| {
                open.set(false);
                doing.toast("Declined. Saved on this phone.", None);
            },
        );
    });
    let after = move || {
        reason.with(|key| chosen(key)).map(|reason| {
            let words = if reason.is_about_the_item() {
                "The pieces go back to the sender on hold, until somebody has looked at them."
            } else {
                "The pieces are the sender's as before."
            };
            notice(Tone::Quiet, Icon::Info, "", words)
        })
    };
    view! {
        <Sheet title="Decline all of it?" open=open testid="decline-sheet">
            <Choices id="decline-reason" label="Why" value=reason options=decline_options() />
            {after}
            <TextField id="decline-note" label="More (not required)" value=note />
            <Problem words=doing.problem />
            <Button look=Look::Bad label="Decline" busy=doing.busy testid="confirm-decline" press=decline />
        </Sheet>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r5_the_three_numbers_always_add_up_to_what_was_offered() {
        let answer = Answering::all(5).with_missing(3).with_damaged(4);
        let recorded = answer.answer();
        assert_eq!(recorded.accepted + recorded.damaged + recorded.missing, 5);
        assert_eq!((recorded.damaged, recorded.missing), (4, 1));
        let too_many = Answering::all(2).with_missing(9);
        assert_eq!((too_many.missing, too_many.accepted()), (2, 0));
    }

    #[test]
    fn a_scanned_label_ticks_its_own_line_and_nothing_else() {
        let today = baton_domain::time::Date::new(2026, 11, 23).expect("a date");
        let label = |lot: &str| {
            let code = format!("(01)00614950000203(10){lot}");
            read(&code, today).expect("a reading").identity
        };
        let offered = |lot: &str, quantity| TransferLine {
            line: crate::pages::testing::line_id(1),
            identity: label(lot),
            quantity,
            reserved_for: None,
            answer: None,
        };
        let lines = [offered("A1", 1), offered("A2", 2)];
        assert_eq!(line_to_tick(&lines, &[], &label("A2")), Tick::Line(1));
        assert_eq!(line_to_tick(&lines, &[0, 2], &label("A2")), Tick::AllThere);
        assert_eq!(line_to_tick(&lines, &[], &label("A3")), Tick::NotOffered);
    }

    #[test]
    fn the_button_says_what_it_will_do() {
        assert_eq!(
            confirm_words(&[Answering::all(5), Answering::all(1)]),
            "Accept 6 pieces"
        );
        let one_missing = [Answering::all(5).with_missing(1)];
        assert_eq!(confirm_words(&one_missing), "Accept 4 pieces, report 1");
        let nothing = [Answering::all(1).with_missing(1)];
        assert_eq!(confirm_words(&nothing), "Report: nothing can be accepted");
    }
}

//! Answering an offer line by line (R5): all of it is proposed as accepted, and what is not so
//! is said where it is not so.

use super::answering::{Answering, confirm_words, unticked};
use super::extras::{add_extra, drop_extra, extras_fields};
use super::half::{answers_again, answers_text, extras_again, extras_text};
use super::one::{DECLINE_REASONS, line_words};
use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::chip::{Tone, chip};
use crate::components::draft::{Draft, Kept, counts, counts_text};
use crate::components::field::{Choices, TextField};
use crate::components::icon::Icon;
use crate::components::notice::{Problem, notice};
use crate::components::scan_here::{ScanHere, Taken};
use crate::components::sheet::Sheet;
use crate::components::stepper::Stepper;
use crate::pages::against::doubt;
use crate::pages::reading::{Reading, piece_words, read};
use crate::state::{App, Route, Words, quantity_words};
use baton_domain::id::TransferId;
use baton_domain::stock::Identity;
use baton_domain::transfer::{Extra, TransferLine};
use baton_domain::{Command, State};
use baton_scan::ScanOutcome;
use leptos::prelude::*;

type Answers = RwSignal<Vec<Answering>>;

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
    kept: Kept,
}

impl AnswerForm {
    /// Begins with everything accepted.
    pub fn new(app: App, transfer: TransferId) -> Self {
        let offered = |line: &TransferLine| Answering::all(line.quantity);
        let state = app.view_untracked();
        let known = state.transfer(transfer);
        let answers: Option<Vec<_>> = known.map(|known| known.lines.iter().map(offered).collect());
        let answers = RwSignal::new(answers.unwrap_or_default());
        let (ticked, extras) = (RwSignal::new(Vec::new()), RwSignal::new(Vec::new()));
        let kept = Draft::of(format!("answer/{transfer}"))
            .other(
                move || answers.with(|all| answers_text(all)),
                move |text| answers.update(|all| answers_again(all, text)),
            )
            .other(
                move || ticks_text(ticked),
                move |text| ticks_again(ticked, text),
            )
            .other(
                move || extras.with(|all| extras_text(all)),
                move |text| extras.set(extras_again(text)),
            )
            .keep();
        Self {
            app,
            transfer,
            answers,
            ticked,
            extras,
            declining: RwSignal::new(false),
            doing: Doing::new(),
            kept,
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
                {move || self.not_scanned()}
            </section>
            {extras_fields(self.app, self.extras)}
            <Decline transfer=self.transfer open=self.declining kept=self.kept />
        }
        .into_any()
    }

    /// Once somebody ticks off by scanning, what is not ticked stands out; one tap says that it is
    /// missing.
    fn not_scanned(self) -> Option<AnyView> {
        let ticks = self.ticked.get();
        let left = self.answers.with(|all| unticked(all, &ticks));
        let pieces: u32 = left.iter().map(|(_, pieces)| pieces).sum();
        if pieces == 0 || ticks.iter().all(|ticks| *ticks == 0) {
            return None;
        }
        let answers = self.answers;
        let missing = Callback::new(move |()| {
            answers.update(|all| {
                for (place, pieces) in &left {
                    if let Some(answer) = all.get_mut(*place) {
                        let missing = answer.missing + pieces;
                        *answer = answer.clone().with_missing(missing);
                    }
                }
            });
        });
        Some(
            view! {
                <div class="stack" data-testid="not-scanned">
                    {notice(Tone::Warn, Icon::Warn, format!("{} not scanned", quantity_words(pieces)), "Look again. What is not said to be missing counts as here.")}
                    <Button look=Look::Wide sign=Icon::Search label="They are missing" testid="unticked-missing" press=missing />
                </div>
            }
            .into_any(),
        )
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
        let name = piece_words(&state, &reading.identity);
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
        Taken::yes(name, Some(Callback::new(move |()| by(false)))).but(doubt(
            self.app,
            &state,
            &reading.identity,
        ))
    }

    fn extra(self, reading: Reading, name: String) -> Taken {
        let extras = self.extras;
        let (identity, pieces) = (reading.identity, reading.quantity.unwrap_or(1).max(1));
        extras.update(|all| add_extra(all, &identity, pieces));
        let undo = Callback::new(move |()| extras.update(|all| drop_extra(all, &identity, pieces)));
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
            kept,
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
                    kept.done();
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
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Main sign=Icon::Check label=label busy=doing.busy testid="confirm-answer" press=accept />
            <Button look=Look::Wide label="Decline all of it" testid="decline" press=Callback::new(move |()| declining.set(true)) />
        }
        .into_any()
    }
}

fn ticks_text(ticked: RwSignal<Vec<u32>>) -> String {
    let row = |(place, ticks): (usize, &u32)| (place.to_string(), *ticks);
    ticked.with(|all| counts_text(all.iter().enumerate().map(row)))
}

fn ticks_again(ticked: RwSignal<Vec<u32>>, text: &str) {
    ticked.set(counts(text).map(|(_, ticks)| ticks).collect());
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
    let words = move || state_of.with(|answer| answer.as_ref().map(Answering::words));
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
    let wrong = Callback::new(move |pieces: u32| {
        update.run(Box::new(move |answer| answer.with_wrong(pieces)));
    });
    let note = move || state_of.with(|answer| answer.as_ref().map(|answer| answer.note.clone()));
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
            <div class="spread">
                <span>"Something else"</span>
                <Stepper label="Something else" value=read(|answer| answer.wrong) set=wrong most=Signal::stored(offered) testid="wrong" />
            </div>
            <label class="field">
                <span class="field-label">"What do you see?"</span>
                <input class="input" type="text" data-testid="answer-note" autocomplete="off" prop:value=note on:input=typed />
            </label>
            <p class="quiet small">"Missing stays with the sender, on hold, to be found. Damaged comes to you, on hold. Something else counts as missing: scan what came instead, and it is noted as extra."</p>
        </div>
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
    /// The half-given answer, which a decline ends.
    kept: Kept,
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
                kept.done();
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
            <Problem words=doing.problem doing=doing />
            <Button look=Look::Bad label="Decline" busy=doing.busy testid="confirm-decline" press=decline />
        </Sheet>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One piece of a product and lot.
    fn line(product: &str, lot: &str) -> TransferLine {
        let today = baton_domain::time::Date::new(2026, 11, 23).expect("a date");
        let code = format!("(01){product}(10){lot}");
        TransferLine {
            line: crate::pages::testing::line_id(1),
            identity: read(&code, today).expect("a reading").identity,
            quantity: 1,
            reserved_for: None,
            answer: None,
        }
    }

    #[test]
    fn a_scanned_label_ticks_its_own_line_and_nothing_else() {
        let today = baton_domain::time::Date::new(2026, 11, 23).expect("a date");
        let label = |lot: &str| {
            let code = format!("(01)00614950000203(10){lot}");
            read(&code, today).expect("a reading").identity
        };
        let offered = |lot: &str, quantity| TransferLine {
            quantity,
            ..line("00614950000203", lot)
        };
        let lines = [offered("A1", 1), offered("A2", 2)];
        assert_eq!(line_to_tick(&lines, &[], &label("A2")), Tick::Line(1));
        assert_eq!(line_to_tick(&lines, &[0, 2], &label("A2")), Tick::AllThere);
        assert_eq!(line_to_tick(&lines, &[], &label("A3")), Tick::NotOffered);
    }
}

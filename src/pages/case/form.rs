//! Scheduling a case, and changing when, where and what.

use crate::components::act::{Doing, hold_updates, use_going};
use crate::components::button::{Button, Look};
use crate::components::draft::{Draft, Kept, counts, counts_text};
use crate::components::errors::{ErrorSummary, Errors};
use crate::components::field::{Kind, SelectField, TextField};
use crate::components::icon::Icon;
use crate::components::needs::needs_fields;
use crate::components::notice::Problem;
use crate::components::page::Page;
use crate::pages::gates::NotFound;
use crate::state::{App, Route, use_app};
use baton_domain::case::{Case, CaseDetails, Need};
use baton_domain::directory::Person;
use baton_domain::id::{CaseId, FacilityId, PersonId};
use baton_domain::product::ProductId;
use baton_domain::query::{may_cover, reps};
use baton_domain::time::{Date, LocalTime};
use baton_domain::{Command, State};
use leptos::prelude::*;

/// What is entered about a case.
#[derive(Clone, Copy)]
struct Form {
    facility: RwSignal<String>,
    date: RwSignal<String>,
    time: RwSignal<String>,
    room: RwSignal<String>,
    rep: RwSignal<String>,
    needs: RwSignal<Vec<Need>>,
    procedure: RwSignal<String>,
    surgeon: RwSignal<String>,
    reference: RwSignal<String>,
}

/// What a form says once it is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Where.
    pub facility: FacilityId,
    /// When, at the facility.
    pub starts_at: LocalTime,
    /// Who covers it.
    pub rep: PersonId,
}

/// Reads `07:30` as minutes after midnight.
pub fn read_time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes) = (
        hours.parse::<u16>().ok()?,
        minutes.get(..2)?.parse::<u16>().ok()?,
    );
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// Checks what must be there; each error names its field.
pub fn check(
    facility: &str,
    date: &str,
    time: &str,
    rep: &str,
) -> Result<Entered, Vec<(&'static str, String)>> {
    let facility = facility.parse().ok();
    let date = Date::parse_iso(date.trim());
    let minute = read_time(time);
    let rep = rep.parse().ok();
    if let (Some(facility), Some(date), Some(minute), Some(rep)) = (facility, date, minute, rep) {
        return Ok(Entered {
            facility,
            starts_at: LocalTime { date, minute },
            rep,
        });
    }
    let missing = [
        (facility.is_none(), "facility", "Choose the facility"),
        (date.is_none(), "date", "Enter the date, such as 2026-11-23"),
        (
            minute.is_none(),
            "time",
            "Enter the time at the facility, such as 07:30",
        ),
        (rep.is_none(), "rep", "Choose who covers it"),
    ];
    Err(missing
        .into_iter()
        .filter(|(is, ..)| *is)
        .map(|(_, id, words)| (id, words.to_owned()))
        .collect())
}

impl Form {
    fn new(app: App) -> Self {
        let (state, me) = (app.view_untracked(), untrack(|| app.me()));
        let covers = state.person(me.person).is_some_and(may_cover);
        Self {
            facility: RwSignal::new(String::new()),
            date: RwSignal::new(String::new()),
            time: RwSignal::new(String::new()),
            room: RwSignal::new(String::new()),
            rep: RwSignal::new(if covers {
                me.person.to_string()
            } else {
                String::new()
            }),
            needs: RwSignal::new(Vec::new()),
            procedure: RwSignal::new(String::new()),
            surgeon: RwSignal::new(String::new()),
            reference: RwSignal::new(String::new()),
        }
    }

    fn of(case: &Case) -> Self {
        let details = case.details.clone().unwrap_or_default();
        let minute = case.starts_at.minute;
        Self {
            facility: RwSignal::new(case.facility.to_string()),
            date: RwSignal::new(case.starts_at.date.to_string()),
            time: RwSignal::new(format!("{:02}:{:02}", minute / 60, minute % 60)),
            room: RwSignal::new(case.room.to_string()),
            rep: RwSignal::new(case.rep.to_string()),
            needs: RwSignal::new(case.needs.clone()),
            procedure: RwSignal::new(details.procedure.to_string()),
            surgeon: RwSignal::new(details.surgeon.to_string()),
            reference: RwSignal::new(details.reference.to_string()),
        }
    }

    /// Keeps what is typed, under this name.
    fn keep(self, key: &str) -> Kept {
        let needs = self.needs;
        Draft::of(key)
            .texts(&[self.facility, self.date, self.time, self.room, self.rep])
            .texts(&[self.procedure, self.surgeon, self.reference])
            .other(
                move || {
                    needs.with(|all| {
                        counts_text(
                            all.iter()
                                .map(|need| (need.product.to_string(), need.quantity)),
                        )
                    })
                },
                move |text| {
                    needs.set(
                        counts(text)
                            .filter_map(|(product, quantity)| {
                                let product = ProductId::new(product)?;
                                Some(Need { product, quantity })
                            })
                            .collect(),
                    );
                },
            )
            .keep()
    }

    /// What was entered, or the errors shown.
    fn entered(self, errors: Errors) -> Option<Entered> {
        let text = |signal: RwSignal<String>| signal.get_untracked();
        let checked = check(
            &text(self.facility),
            &text(self.date),
            &text(self.time),
            &text(self.rep),
        );
        let (entered, found) = match checked {
            Ok(entered) => (Some(entered), Vec::new()),
            Err(found) => (None, found),
        };
        errors.show(found);
        entered
    }

    fn details(self) -> CaseDetails {
        let text = |signal: RwSignal<String>| signal.with_untracked(|text| text.trim().into());
        CaseDetails {
            procedure: text(self.procedure),
            surgeon: text(self.surgeon),
            reference: text(self.reference),
        }
    }
}

/// The facility's offset from UTC at that time, or an error at the facility's field.
fn offset(app: App, entered: &Entered, errors: Errors) -> Option<i16> {
    let state = app.view_untracked();
    let zone = state
        .facility(entered.facility)
        .map(|facility| facility.zone.clone());
    let offset = zone.and_then(|zone| app.zone_offset(&zone, entered.starts_at));
    if offset.is_none() {
        errors.show(vec![(
            "facility",
            "The facility's time zone is not known to this phone. Ask Operations to correct it"
                .into(),
        )]);
    }
    offset
}

/// Schedule a case.
#[component]
pub fn NewCase() -> AnyView {
    let app = use_app();
    hold_updates();
    let form = Form::new(app);
    let draft = form.keep("case-new");
    let (errors, doing, go) = (Errors::new(), Doing::new(), use_going());
    let save = Callback::new(move |next: fn(CaseId) -> Route| {
        let Some(entered) = form.entered(errors) else {
            return;
        };
        let Some(utc_offset_min) = offset(app, &entered, errors) else {
            return;
        };
        let details = form.details();
        let command = Command::ScheduleCase {
            facility: entered.facility,
            starts_at: entered.starts_at,
            utc_offset_min,
            room: form.room.with_untracked(|room| room.trim().into()),
            rep: entered.rep,
            needs: form.needs.get_untracked(),
            details: (details != CaseDetails::default()).then_some(details),
        };
        doing.act(command, move |saved| {
            draft.done();
            go.run(next(saved.first()).path())
        });
    });
    // Somebody who cannot cover a case that nobody scheduled yet begins here.
    let to = |next: fn(CaseId) -> Route| Callback::new(move |()| save.run(next));
    let actions = view! {
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main label="Schedule the case" busy=doing.busy testid="save-case" press=to(Route::Case) />
        <Button look=Look::Wide sign=Icon::Swap label="Schedule it and find cover" busy=doing.busy testid="save-and-cover" press=to(Route::CaseCover) />
    };
    view! {
        <Page title="Schedule a case" back=Route::Today.path() actions=actions.into_any()>
            <ErrorSummary errors=errors />
            {fields(app, form, errors, true)}
        </Page>
    }
    .into_any()
}

/// Change a case.
#[component]
pub fn EditCase(
    /// Which.
    case: CaseId,
) -> AnyView {
    let app = use_app();
    let state = app.view_untracked();
    let Some(known) = state.case(case).cloned() else {
        return view! { <NotFound /> }.into_any();
    };
    hold_updates();
    let form = Form::of(&known);
    let (errors, doing, go) = (Errors::new(), Doing::new(), use_going());
    let known = StoredValue::new(known);
    let save = Callback::new(move |()| {
        let Some(entered) = form.entered(errors) else {
            return;
        };
        let Some(offset) = offset(app, &entered, errors) else {
            return;
        };
        let room = form.room.get_untracked();
        let commands = known.with_value(|known| {
            changes(
                known,
                &entered,
                offset,
                room.trim(),
                &form.needs.get_untracked(),
                &form.details(),
            )
        });
        let path = Route::Case(case).path();
        if commands.is_empty() {
            return go.run(path);
        }
        doing.all(commands, Box::new(move |_| go.run(path)));
    });
    let actions = view! {
        <Problem words=doing.problem doing=doing />
        <Button look=Look::Main label="Save the changes" busy=doing.busy testid="save-case" press=save />
    };
    view! {
        <Page title="Change the case" back=Route::Case(case).path() actions=actions.into_any()>
            <ErrorSummary errors=errors />
            {fields(app, form, errors, false)}
        </Page>
    }
    .into_any()
}

/// Only what changed is recorded, because per field the last accepted word holds (R40): a field
/// that was only looked at must not undo what somebody else changed meanwhile.
pub fn changes(
    before: &Case,
    entered: &Entered,
    utc_offset_min: i16,
    room: &str,
    needs: &[Need],
    details: &CaseDetails,
) -> Vec<Command> {
    let facility = (entered.facility != before.facility).then_some(entered.facility);
    let moved = facility.is_some() || entered.starts_at != before.starts_at;
    let starts_at = moved.then_some((entered.starts_at, utc_offset_min));
    let room = (*room != *before.room).then(|| room.into());
    let needs = (*needs != *before.needs).then(|| needs.to_vec());
    let mut commands = Vec::new();
    if starts_at.is_some() || room.is_some() || needs.is_some() {
        commands.push(Command::ChangeCase {
            case: before.id,
            facility,
            starts_at,
            room,
            needs,
        });
    }
    if *details != before.details.clone().unwrap_or_default() {
        commands.push(Command::RecordCaseDetails {
            case: before.id,
            details: details.clone(),
        });
    }
    commands
}

fn fields(app: App, form: Form, errors: Errors, with_rep: bool) -> AnyView {
    let state = app.view_untracked();
    let facilities = facility_options(&state);
    let people = rep_options(&state);
    view! {
        <SelectField id="facility" label="Facility" value=form.facility options=facilities errors=errors />
        <div class="field-pair">
            <TextField id="date" label="Date" kind=Kind::Date value=form.date errors=errors />
            <TextField id="time" label="Time there" kind=Kind::Time value=form.time errors=errors />
        </div>
        <TextField id="room" label="Room (not required)" value=form.room />
        {with_rep.then(|| view! {
            <SelectField id="rep" label="Rep" value=form.rep options=people errors=errors />
        })}
        {needs_fields(app, "What it needs", form.needs)}
        <section class="section">
            <h2>"Private part"</h2>
            <p class="quiet small" id="private-hint">
                "Only those who may see this case get it. Never a patient's name, birth date or number."
            </p>
            <div class="stack">
                <TextField id="procedure" label="Procedure (not required)" value=form.procedure />
                <TextField id="surgeon" label="Surgeon (not required)" value=form.surgeon />
                <TextField id="reference" label="Reference (not required)" hint="A number that means something only to you" value=form.reference />
            </div>
        </section>
    }
    .into_any()
}

fn facility_options(state: &State) -> Vec<(String, String)> {
    let mut options: Vec<_> = state
        .facilities()
        .filter(|facility| facility.active)
        .map(|facility| (facility.id.to_string(), facility.name.to_string()))
        .collect();
    options.sort_by(|one, other| one.1.cmp(&other.1));
    options.insert(0, (String::new(), "Choose a facility".into()));
    options
}

fn rep_options(state: &State) -> Vec<(String, String)> {
    let named = |person: &Person| (person.id.to_string(), person.name.to_string());
    let mut options: Vec<_> = reps(state).map(named).collect();
    options.sort_by(|one, other| one.1.cmp(&other.1));
    options.insert(0, (String::new(), "Choose who covers it".into()));
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::case_on;

    #[test]
    fn what_is_missing_is_named_field_by_field() {
        let errors = check("", "2026-11-23", "25:00", "").expect_err("three are missing");
        let fields: Vec<_> = errors.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["facility", "time", "rep"]);
    }

    #[test]
    fn times_are_read_as_browsers_give_them() {
        assert_eq!(read_time("07:30"), Some(450));
        assert_eq!(read_time("23:59:00"), Some(1439));
        assert_eq!(read_time("24:00"), None);
        assert_eq!(read_time("7"), None);
    }

    #[test]
    fn r40_only_what_changed_is_recorded() {
        let before = case_on(1, "2026-11-23", 450);
        let same = Entered {
            facility: before.facility,
            starts_at: before.starts_at,
            rep: before.rep,
        };
        assert_eq!(
            changes(&before, &same, 0, "", &[], &CaseDetails::default()),
            []
        );
        let only_room = changes(&before, &same, 0, "OR 2", &[], &CaseDetails::default());
        assert_eq!(
            only_room,
            [Command::ChangeCase {
                case: before.id,
                facility: None,
                starts_at: None,
                room: Some("OR 2".into()),
                needs: None,
            }]
        );
    }
}

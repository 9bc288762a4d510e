//! What happened in the real world: the playbook's questions, and only those that apply.

use crate::components::field::Choices;
use crate::components::travel::{TravelFields, TravelForm};
use crate::state::person_name;
use baton_domain::State;
use baton_domain::id::{CaseId, PersonId};
use baton_domain::plan::{Source, Wish, plan_cover};
use baton_domain::time::Date;
use leptos::prelude::*;

/// What was answered, kept as text so that fields can hold it.
#[derive(Clone, Copy)]
pub struct Answers {
    field: RwSignal<String>,
    facility: RwSignal<String>,
    supply: RwSignal<String>,
}

/// Which questions apply to a case and a rep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Stock that somebody else holds could be handed over.
    pub field: bool,
    /// Facility Stock could be made usable.
    pub facility: bool,
    /// Something has to come from outside.
    pub supply: bool,
}

impl Asked {
    /// True where there is something to ask.
    pub fn any(self) -> bool {
        self.field || self.facility || self.supply
    }
}

impl Answers {
    /// Everything may be used, until somebody says otherwise.
    pub fn new() -> Self {
        let yes = || RwSignal::new("yes".to_owned());
        Self {
            field: yes(),
            facility: yes(),
            supply: yes(),
        }
    }

    /// What the answers allow.
    pub fn wish(self, today: Date) -> Wish {
        let yes = |answer: RwSignal<String>| answer.with(|answer| answer == "yes");
        Wish {
            today,
            facility_stock: yes(self.facility),
            field: yes(self.field),
            supply: yes(self.supply),
        }
    }

    /// The answers in three letters, to keep them for another day.
    pub fn kept(self) -> String {
        [self.field, self.facility, self.supply]
            .iter()
            .map(|answer| {
                if answer.with_untracked(|answer| answer == "yes") {
                    'y'
                } else {
                    'n'
                }
            })
            .collect()
    }

    /// Takes kept answers up again.
    pub fn recall(self, kept: &str) {
        let fields = [self.field, self.facility, self.supply];
        for (field, letter) in fields.iter().zip(kept.chars()) {
            field.set(if letter == 'n' { "no" } else { "yes" }.into());
        }
    }
}

/// What is to be asked: only what could change the plan.
pub fn asked(state: &State, case: CaseId, rep: PersonId, today: Date) -> Asked {
    let mut asked = Asked::default();
    let Some(plan) = plan_cover(state, case, rep, Wish::everything(today)) else {
        return asked;
    };
    for need in &plan.needs {
        let taken = need.taken.iter().map(|taken| taken.source);
        // An alternative is a question only where the need leans on something that may be denied.
        for source in taken {
            match source {
                Source::Link(_) | Source::Rebuild(_) => asked.facility = true,
                Source::FormerRep(_) | Source::Field(_) => asked.field = true,
                Source::Warehouse(_) | Source::Request(_) | Source::Create => asked.supply = true,
                _ => {}
            }
        }
    }
    asked
}

pub fn questions(
    state: &State,
    rep: PersonId,
    asked: Asked,
    answers: Answers,
    travel: TravelForm,
) -> AnyView {
    let name = person_name(state, rep);
    let yes_no = |yes, no| vec![("yes", yes), ("no", no)];
    let field = asked.field.then(|| {
        let handed = move || {
            answers.field.with(|answer| answer == "yes").then(|| {
                view! { <TravelFields form=travel /> }
            })
        };
        view! {
            <Choices id="ask-field" label="Is stock handed over in the field?" value=answers.field options=yes_no("Yes, from person to person", "No") />
            {handed}
        }
    });
    let facility = asked.facility.then(|| {
        view! {
            <Choices id="ask-facility" label="May Facility Stock be used?" value=answers.facility options=yes_no("Yes", "No") />
        }
    });
    let supply = asked.supply.then(|| {
        view! {
            <Choices id="ask-supply" label="Does something have to come from the manufacturer?" value=answers.supply options=yes_no("Yes", "No") />
        }
    });
    view! {
        <p class="quiet">{format!("What really happens, so that {name} has what the case needs?")}</p>
        {facility}
        {field}
        {supply}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_survive_being_kept() {
        let answers = Answers::new();
        answers.facility.set("no".into());
        let again = Answers::new();
        again.recall(&answers.kept());
        assert_eq!(answers.kept(), "yny");
        let today = Date::new(2026, 11, 23).expect("a date");
        assert_eq!(again.wish(today), answers.wish(today));
        assert!(!again.wish(today).facility_stock);
    }
}

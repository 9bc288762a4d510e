//! What happened in the real world: the playbook's questions, and only those that apply.

use crate::components::field::Choices;
use crate::components::travel::{TravelFields, TravelForm};
use crate::state::person_name;
use baton_domain::State;
use baton_domain::case::TakenFirst;
use baton_domain::id::{CaseId, PersonId};
use baton_domain::plan::{Source, Wish, plan_cover};
use baton_domain::product::ProductId;
use baton_domain::stock::Custodian;
use baton_domain::time::Date;
use leptos::prelude::*;

/// What was answered, kept as text so that fields can hold it.
#[derive(Clone, Copy)]
pub struct Answers {
    field: RwSignal<String>,
    facility: RwSignal<String>,
    supply: RwSignal<String>,
    first: RwSignal<Vec<TakenFirst>>,
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
            first: RwSignal::new(Vec::new()),
        }
    }

    /// Takes a product from somebody before everybody else; from nobody in particular again.
    pub fn take_first(self, product: &ProductId, from: Option<(Custodian, bool)>) {
        self.first.update(|first| {
            first.retain(|first| first.product != *product);
            first.extend(from.map(|(holder, facility_stock)| TakenFirst {
                product: product.clone(),
                holder,
                facility_stock,
            }));
        });
    }

    /// What the answers allow.
    pub fn wish(self, today: Date) -> Wish {
        let yes = |answer: RwSignal<String>| answer.with(|answer| answer == "yes");
        Wish {
            today,
            facility_stock: yes(self.facility),
            field: yes(self.field),
            supply: yes(self.supply),
            first: self.first.get(),
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
    fn a_product_is_taken_first_from_one_at_most() {
        let answers = Answers::new();
        let screw = ProductId::new("00614950000203").expect("an id");
        let from = |n| Custodian::Person(PersonId::from_bytes([n; 16]));
        let today = Date::new(2026, 11, 23).expect("a date");
        answers.facility.set("no".into());
        answers.take_first(&screw, Some((from(1), false)));
        answers.take_first(&screw, Some((from(2), true)));
        let wish = answers.wish(today);
        assert!(!wish.facility_stock && wish.field);
        assert_eq!((wish.first.len(), wish.first[0].holder), (1, from(2)));
        answers.take_first(&screw, None);
        assert_eq!(answers.wish(today).first, []);
    }
}

//! Who can take the case, the best first, with reasons.

use super::Stage;
use crate::components::chip::{Tone, chip, plain_chip};
use crate::components::empty::empty;
use crate::components::icon::{Icon, icon};
use crate::state::{person_name, quantity_words};
use baton_domain::State;
use baton_domain::id::CaseId;
use baton_domain::plan::{Suggestion, Wish, suggest_cover};
use leptos::prelude::*;

/// How many are listed at once.
const LISTED_MAX: usize = 30;

pub fn pick(state: &State, case: CaseId, wish: Wish, stage: RwSignal<Stage>) -> AnyView {
    let found = suggest_cover(state, case, wish);
    if found.is_empty() {
        return empty(
            Icon::Person,
            "Nobody else covers cases",
            "An Admin adds people in the office. Then they can be picked here.",
            None,
        );
    }
    let rows: Vec<AnyView> = found
        .iter()
        .take(LISTED_MAX)
        .enumerate()
        .map(|(place, found)| row(state, place == 0, found, stage))
        .collect();
    view! {
        <section class="section">
            <h2>"Best first"</h2>
            <div class="card card-flush rows" data-testid="cover-reps">{rows}</div>
            <p class="quiet small">
                "Fewest missing pieces, then fewest movements, then no other case at that time, then the nearest."
            </p>
        </section>
    }
    .into_any()
}

fn row(state: &State, best: bool, found: &Suggestion, stage: RwSignal<Stage>) -> AnyView {
    let rep = found.rep;
    let reasons: Vec<AnyView> = reasons(found)
        .into_iter()
        .map(|(tone, sign, words)| chip(tone, sign, words))
        .collect();
    let near = match found.nearness {
        0 => Some("Covers cases there"),
        1 => Some("Same region"),
        _ => None,
    };
    view! {
        <button type="button" class="row" data-testid="pick-rep" data-person=rep.to_string() on:click=move |_| stage.set(Stage::Ask(rep))>
            <span class="row-lines">
                <span class="row-title">{person_name(state, rep)}</span>
                <span class="chips">
                    {best.then(|| chip(Tone::Accent, Icon::Check, "Best"))}
                    {reasons}
                    {near.map(plain_chip)}
                </span>
            </span>
            {icon(Icon::Next)}
        </button>
    }
    .into_any()
}

/// Why somebody stands where they stand.
pub fn reasons(found: &Suggestion) -> Vec<(Tone, Icon, String)> {
    let mut reasons = Vec::new();
    if found.missing > 0 {
        reasons.push((
            Tone::Bad,
            Icon::Warn,
            format!("{} missing", quantity_words(found.missing)),
        ));
    }
    reasons.push(match found.movements {
        0 if found.missing == 0 => (Tone::Ok, Icon::Check, "Has everything".into()),
        1 => (Tone::Warn, Icon::Handoff, "1 movement".into()),
        many => (Tone::Warn, Icon::Handoff, format!("{many} movements")),
    });
    if !found.clashes.is_empty() {
        reasons.push((Tone::Warn, Icon::Clock, "Another case at that time".into()));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::person;

    #[test]
    fn reasons_say_what_is_missing_first_and_everything_only_where_nothing_is() {
        let mut found = Suggestion {
            rep: person(2),
            missing: 0,
            movements: 0,
            at_hand: 3,
            clashes: Vec::new(),
            nearness: 2,
        };
        assert_eq!(reasons(&found)[0].2, "Has everything");
        found.missing = 2;
        assert_eq!(reasons(&found)[0].2, "2 pieces missing");
        assert_eq!(reasons(&found)[1].2, "0 movements");
    }
}

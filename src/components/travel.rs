//! How goods travel, and a word to the other side.

use super::field::{Choices, TextField};
use baton_domain::Text;
use baton_domain::transfer::{Travel, TravelMeans};
use leptos::prelude::*;

/// What was entered about the travel.
#[derive(Clone, Copy)]
pub struct TravelForm {
    means: RwSignal<String>,
    details: RwSignal<String>,
    note: RwSignal<String>,
}

impl TravelForm {
    /// Nothing said yet.
    pub fn new() -> Self {
        Self {
            means: RwSignal::new("unsaid".into()),
            details: RwSignal::new(String::new()),
            note: RwSignal::new(String::new()),
        }
    }

    /// The travel as an offer carries it.
    pub fn travel(self) -> Travel {
        let means = self.means.with_untracked(|means| match means.as_str() {
            "meet" => TravelMeans::Meet,
            "courier" => TravelMeans::Courier,
            _ => TravelMeans::Unsaid,
        });
        let details = match means {
            TravelMeans::Unsaid => "".into(),
            _ => self.details.with_untracked(|details| details.trim().into()),
        };
        Travel {
            means,
            details,
            needed_by: None,
        }
    }

    /// All that is entered, for a draft.
    pub fn texts(self) -> [RwSignal<String>; 3] {
        [self.means, self.details, self.note]
    }

    /// The word to the other side.
    pub fn note(self) -> Text {
        self.note.with_untracked(|note| note.trim().into())
    }
}

impl Default for TravelForm {
    fn default() -> Self {
        Self::new()
    }
}

/// `We meet: Loading dock, 14:00`, or nothing where nothing was said.
pub fn travel_words(travel: &Travel) -> Option<String> {
    let how = match travel.means {
        TravelMeans::Unsaid => return None,
        TravelMeans::Meet => "They meet",
        TravelMeans::Courier => "By courier",
    };
    Some(if travel.details.is_empty() {
        how.into()
    } else {
        format!("{how}: {}", travel.details)
    })
}

/// The fields.
#[component]
pub fn TravelFields(
    /// What was entered.
    form: TravelForm,
) -> AnyView {
    let details = move || {
        let (label, hint) = match form.means.get().as_str() {
            "meet" => ("Where and when", "For example: loading dock, 14:00"),
            "courier" => (
                "Courier and reference",
                "So that the other side can follow it",
            ),
            _ => return None,
        };
        Some(view! { <TextField id="travel-details" label=label hint=hint value=form.details /> })
    };
    view! {
        <Choices
            id="travel"
            label="How it travels"
            value=form.means
            options=vec![("unsaid", "Not said"), ("meet", "We meet"), ("courier", "Courier")]
        />
        {details}
        <TextField id="note" label="A word to the other side (not required)" value=form.note />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::travel_words;
    use baton_domain::transfer::{Travel, TravelMeans};

    #[test]
    fn travel_is_said_only_where_something_was_said() {
        let mut travel = Travel::default();
        assert_eq!(travel_words(&travel), None);
        travel.means = TravelMeans::Courier;
        travel.details = "FleetX 12".into();
        assert_eq!(
            travel_words(&travel).as_deref(),
            Some("By courier: FleetX 12")
        );
    }
}

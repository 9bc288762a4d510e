//! One stock line in a list: what, how many, until when, whose, and what speaks against it.

use super::chip::{Tone, chip, plain_chip};
use super::expiry::expiry_chip;
use super::icon::{Icon, icon};
use crate::state::{App, Route, custodian_name, facility_name, identity_words, product_name};
use baton_domain::State;
use baton_domain::product::Product;
use baton_domain::query;
use baton_domain::stock::{Claimant, Custodian, Identity, StockLine, TitleHolder};
use baton_domain::time::Date;
use leptos::prelude::*;

/// Whether the holder is worth a word: in one's own list it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowHolder {
    /// Say who holds it.
    Yes,
    /// The list says so already.
    No,
}

/// The second line of a row: `201.812 · Lot 42A21`.
pub fn code_words(product: Option<&Product>, identity: &Identity) -> String {
    let reference = product.map_or("", |product| &product.reference);
    let apart = identity_words(identity);
    match (reference.is_empty(), apart.is_empty()) {
        (true, _) => apart,
        (false, true) => reference.into(),
        (false, false) => format!("{reference} · {apart}"),
    }
}

/// What is said about a line beside its expiry, most pressing first.
pub fn line_marks(state: &State, line: &StockLine) -> Vec<(Tone, Icon, String)> {
    let mut marks = Vec::new();
    if line.needs_newer_app {
        marks.push((Tone::Warn, Icon::Info, "Update the app".into()));
    }
    if line.disputed > 0 {
        marks.push((
            Tone::Bad,
            Icon::Warn,
            part("Disputed", line.disputed, line.quantity),
        ));
    }
    if let Some(hold) = &line.hold {
        marks.push((
            Tone::Bad,
            Icon::Hold,
            part("On hold", hold.quantity, line.quantity),
        ));
    }
    for claim in &line.claims {
        let (tone, sign, word) = match claim.by {
            Claimant::Mark(_) => (Tone::Accent, Icon::Mark, "Marked"),
            Claimant::Reservation(_) => (Tone::Accent, Icon::Mark, "Reserved"),
            Claimant::Offer(_) => (Tone::Warn, Icon::Handoff, "In a handoff"),
        };
        marks.push((tone, sign, part(word, claim.quantity, line.quantity)));
    }
    if query::loan_of(state, line.id).is_some_and(|loan| loan.due_back().is_some()) {
        marks.push((Tone::Accent, Icon::Clock, "On loan".into()));
    }
    if let Some(facility) = line.facility_stock_at() {
        let name = facility_name(state, facility);
        marks.push((Tone::Accent, Icon::Building, format!("Sold to {name}")));
    }
    marks
}

/// `On hold`, or `On hold 2 of 6` where it is not all.
fn part(word: &str, some: u32, all: u32) -> String {
    if some >= all {
        word.into()
    } else {
        format!("{word} {some} of {all}")
    }
}

/// Whose it is, in a word.
pub fn title_words(title: &TitleHolder) -> &'static str {
    match title {
        TitleHolder::Manufacturer => "Consigned",
        TitleHolder::Organization => "Owned",
        TitleHolder::Facility(_) => "Facility Stock",
    }
}

/// Every chip of a line: expiry, sterile or not, title, and what speaks against using it.
pub fn line_chips(app: App, state: &State, line: &StockLine, today: Date) -> AnyView {
    let product = state.product(&line.identity.product);
    let sterile = product.map(|product| {
        if product.sterile {
            "Sterile"
        } else {
            "Non-sterile"
        }
    });
    let marks = line_marks(state, line);
    view! {
        <div class="chips">
            {expiry_chip(app, line.identity.expiry, today)}
            {sterile.map(plain_chip)}
            {plain_chip(title_words(&line.title))}
            {marks.into_iter().map(|(tone, sign, words)| chip(tone, sign, words)).collect::<Vec<_>>()}
        </div>
    }
    .into_any()
}

/// `With you`, or with whom.
fn held_words(app: App, state: &State, custodian: Custodian) -> String {
    if custodian == Custodian::Person(app.me().person) {
        "With you".into()
    } else {
        format!("With {}", custodian_name(state, custodian))
    }
}

/// The words and chips of a line, without the frame that a list gives them.
pub fn line_words(
    app: App,
    state: &State,
    line: &StockLine,
    today: Date,
    holder: ShowHolder,
) -> AnyView {
    let product = state.product(&line.identity.product);
    let name = product_name(state, &line.identity.product);
    let code = code_words(product, &line.identity);
    let held = (holder == ShowHolder::Yes).then(|| {
        view! { <p class="row-note">{held_words(app, state, line.custodian)}</p> }
    });
    view! {
        <div class="row-lines">
            <p class="row-title clamp">{name}</p>
            <p class="code">{code}</p>
            {held}
            {line_chips(app, state, line, today)}
        </div>
    }
    .into_any()
}

/// A row that opens the line.
pub fn stock_row(
    app: App,
    state: &State,
    line: &StockLine,
    today: Date,
    holder: ShowHolder,
    current: bool,
) -> AnyView {
    let class = if line.quantity == 0 {
        "row stock-row stock-row-gone"
    } else {
        "row stock-row"
    };
    view! {
        <a
            class=class
            href=Route::Line(line.id).path()
            data-testid="stock-row"
            data-line=line.id.to_string()
            aria-current=current.then_some("true")
        >
            {line_words(app, state, line, today, holder)}
            <span class="count">
                <span class="unseen">"Quantity "</span>
                {app.format_number(line.quantity)}
            </span>
            {icon(Icon::Next)}
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn a_part_of_a_line_is_told_from_the_whole() {
        assert_eq!(part("On hold", 6, 6), "On hold");
        assert_eq!(part("On hold", 2, 6), "On hold 2 of 6");
    }
}

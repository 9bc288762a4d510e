//! Coverage: what a case needs against where it is.

use super::chip::{Tone, chip};
use super::icon::Icon;
use crate::state::{App, product_name};
use baton_domain::State;
use baton_domain::readiness::NeedCoverage;
use leptos::prelude::*;

/// A column: its heading, its number, and whether pieces there cover the need.
type Column = (&'static str, fn(&NeedCoverage) -> u32, bool);

/// Every column there is. The last ones are left out where they are zero for every need, so that
/// what is left has room.
const COLUMNS: [Column; 7] = [
    ("Needs", |need| need.needed, true),
    ("Rep", |need| need.own, true),
    ("Others", |need| need.others, false),
    ("Used", |need| need.used, false),
    ("Shared", |need| need.shared, true),
    ("Facility", |need| need.facility, true),
    ("Coming", |need| need.arriving, true),
];

/// How many columns stand always.
const ALWAYS: usize = 3;

/// The columns that say something about some needs.
fn columns(needs: &[NeedCoverage]) -> Vec<Column> {
    let says = |(place, column): &(usize, Column)| {
        *place < ALWAYS || needs.iter().any(|need| (column.1)(need) > 0)
    };
    let mut shown: Vec<Column> = COLUMNS
        .into_iter()
        .enumerate()
        .filter(says)
        .map(|(_, column)| column)
        .collect();
    // What is with others comes last: it helps only after somebody was asked.
    let others = shown.remove(2);
    shown.push(others);
    shown
}

/// The needs of a case, one below the other, with the sources in columns.
pub fn coverage(app: App, state: &State, needs: &[NeedCoverage]) -> AnyView {
    let shown = columns(needs);
    let bodies: Vec<AnyView> = needs
        .iter()
        .map(|need| body(app, state, need, &shown))
        .collect();
    let heads: Vec<AnyView> = shown
        .iter()
        .map(|column| view! { <th scope="col">{column.0}</th> }.into_any())
        .collect();
    view! {
        <table class="matrix" data-testid="coverage">
            <thead>
                <tr>{heads}</tr>
            </thead>
            {bodies}
        </table>
    }
    .into_any()
}

fn body(app: App, state: &State, need: &NeedCoverage, shown: &[Column]) -> AnyView {
    let missing = missing(need).map(|(tone, sign, words)| chip(tone, sign, words));
    let cells: Vec<AnyView> = shown
        .iter()
        .map(|(_, read, covers)| {
            let number = read(need);
            // Zeros, and what does not cover the need, step back: the eye finds the source.
            let class = if *covers && number > 0 {
                "matrix-takes"
            } else {
                ""
            };
            view! { <td class=class>{app.format_number(number)}</td> }.into_any()
        })
        .collect();
    view! {
        <tbody data-testid="need" data-product=need.product.to_string()>
            <tr>
                <th class="matrix-need" scope="rowgroup" colspan=shown.len()>
                    <span class="clamp">{product_name(state, &need.product)}</span>
                    {missing}
                </th>
            </tr>
            <tr>{cells}</tr>
        </tbody>
    }
    .into_any()
}

/// What is still to be had of a need: what nobody has sent is missing, the rest is on its way, as
/// the case's light counts it.
fn missing(need: &NeedCoverage) -> Option<(Tone, Icon, String)> {
    let nowhere = need.nowhere();
    if nowhere > 0 {
        Some((Tone::Bad, Icon::Warn, format!("{nowhere} missing")))
    } else if need.missing > 0 {
        Some((
            Tone::Warn,
            Icon::Courier,
            format!("{} on the way", need.missing),
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_domain::product::ProductId;

    fn two_needed() -> NeedCoverage {
        NeedCoverage {
            product: ProductId::new("00614950000203").expect("an id"),
            needed: 2,
            used: 0,
            own: 0,
            shared: 0,
            facility: 0,
            arriving: 0,
            others: 0,
            missing: 2,
        }
    }

    #[test]
    fn what_is_on_its_way_is_not_called_missing() {
        let mut need = two_needed();
        let mut words = |arriving, short| {
            need.arriving = arriving;
            need.missing = short;
            missing(&need).map(|(_, _, words)| words)
        };
        assert_eq!(words(0, 2).as_deref(), Some("2 missing"));
        assert_eq!(words(1, 2).as_deref(), Some("1 missing"));
        assert_eq!(words(2, 2).as_deref(), Some("2 on the way"));
        assert_eq!(words(2, 0), None);
    }

    #[test]
    fn columns_that_say_nothing_are_left_out() {
        let mut need = two_needed();
        let heads = |needs: &[NeedCoverage]| {
            columns(needs)
                .iter()
                .map(|column| column.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            heads(std::slice::from_ref(&need)),
            ["Needs", "Rep", "Others"]
        );
        need.arriving = 1;
        assert_eq!(heads(&[need]), ["Needs", "Rep", "Coming", "Others"]);
    }
}

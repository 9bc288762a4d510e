//! Coverage: what a case needs against where it is.

use super::chip::{Tone, chip};
use super::icon::Icon;
use crate::state::{App, product_name};
use baton_domain::State;
use baton_domain::readiness::NeedCoverage;
use leptos::prelude::*;

/// The needs of a case, one below the other, with the sources in columns.
pub fn coverage(app: App, state: &State, needs: &[NeedCoverage]) -> AnyView {
    let bodies: Vec<AnyView> = needs.iter().map(|need| body(app, state, need)).collect();
    let column = |words: &'static str| view! { <th scope="col">{words}</th> }.into_any();
    let columns = [
        "Needs", "Used", "Rep", "Shared", "Facility", "Coming", "Others",
    ];
    view! {
        <table class="matrix" data-testid="coverage">
            <thead>
                <tr>{columns.into_iter().map(column).collect::<Vec<_>>()}</tr>
            </thead>
            {bodies}
        </table>
    }
    .into_any()
}

fn body(app: App, state: &State, need: &NeedCoverage) -> AnyView {
    let missing = (need.missing > 0)
        .then(|| chip(Tone::Bad, Icon::Warn, format!("{} missing", need.missing)));
    let numbers = [
        (need.needed, "matrix-wanted"),
        (need.used, ""),
        (need.own, taken(need.own)),
        (need.shared, taken(need.shared)),
        (need.facility, taken(need.facility)),
        (need.arriving, taken(need.arriving)),
        (need.others, ""),
    ];
    let cell = |(number, class): (u32, &'static str)| {
        view! { <td class=class>{app.format_number(number)}</td> }.into_any()
    };
    view! {
        <tbody data-testid="need">
            <tr>
                <th class="matrix-need" scope="rowgroup" colspan="7">
                    <span class="cluster">
                        <span>{product_name(state, &need.product)}</span>
                        {missing}
                    </span>
                </th>
            </tr>
            <tr>{numbers.into_iter().map(cell).collect::<Vec<_>>()}</tr>
        </tbody>
    }
    .into_any()
}

/// Zeros step back so that the eye finds the source.
fn taken(number: u32) -> &'static str {
    if number > 0 { "matrix-takes" } else { "" }
}

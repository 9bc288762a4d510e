//! What others did with what is one's own: a case of mine that somebody took over, Facility Stock
//! that I sold and somebody rebuilt for another rep, my account linked to another rep (R22, R23,
//! R40). Nothing is to be answered; it stands on Today until it was seen.

use crate::components::button::{Button, Look};
use crate::components::icon::{Icon, icon};
use crate::pages::case::short_words;
use crate::state::{App, Route, custodian_name, facility_name, person_name, quantity_words};
use baton_domain::State;
use baton_domain::case::Case;
use baton_domain::id::PersonId;
use baton_domain::stock::Custodian;
use baton_domain::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How long something is told that nobody marked as seen.
const DAYS_TOLD: i64 = 14;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The draft that remembers up to when things were seen.
const SEEN: &str = "told";

/// Something to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    at: Timestamp,
    words: String,
    path: String,
}

/// What others did since `since_ms` with what is `me`'s, newest first.
pub fn told(
    state: &State,
    me: PersonId,
    since_ms: i64,
    case_words: &dyn Fn(&Case) -> String,
) -> Vec<Told> {
    let mut found: Vec<Told> = taken_over(state, me, case_words);
    found.extend(rebuilt(state, me));
    found.extend(linked(state, me));
    found.retain(|told| told.at.unix_ms > since_ms);
    found.sort_by_key(|told| std::cmp::Reverse(told.at));
    found
}

fn taken_over(state: &State, me: PersonId, case_words: &dyn Fn(&Case) -> String) -> Vec<Told> {
    let lost = state.cases().filter(|case| {
        case.rep_before == Some(me) && case.rep != me && case.head_by != me && case.status.is_open()
    });
    lost.map(|case| Told {
        at: case.rep_since,
        words: format!(
            "{} gave your case to {}: {}",
            person_name(state, case.head_by),
            person_name(state, case.rep),
            case_words(case)
        ),
        path: Route::Case(case.id).path(),
    })
    .collect()
}

fn rebuilt(state: &State, me: PersonId) -> Vec<Told> {
    let mine = Custodian::Person(me);
    let mut found = Vec::new();
    let orders = state.stocking_orders();
    for order in orders.filter(|order| order.is_rebuild() && order.by.0 != me) {
        let pieces: u32 = order
            .lines
            .iter()
            .filter(|sold| {
                let before = sold.replaces.and_then(|line| state.line(line));
                before.is_some_and(|line| line.custodian == mine)
            })
            .map(|sold| sold.quantity)
            .sum();
        if pieces > 0 {
            found.push(Told {
                at: order.by.1,
                words: format!(
                    "{} rebuilt {} of Facility Stock that you sold to {}, for {}",
                    person_name(state, order.by.0),
                    quantity_words(pieces),
                    facility_name(state, order.facility),
                    custodian_name(state, order.seller)
                ),
                path: Route::Facility(order.facility).path(),
            });
        }
    }
    found
}

/// Another rep was linked to one's own account, or to one that is shared with oneself.
fn linked(state: &State, me: PersonId) -> Vec<Told> {
    let mut found = Vec::new();
    for link in state.sharing_links() {
        let mine = link.account == Custodian::Person(me) || state.is_shared_with(link.account, me);
        let Some((by, at)) = link.by.filter(|(by, _)| mine && *by != me) else {
            continue;
        };
        let rep = match link.rep == me {
            true => "you".to_owned(),
            false => person_name(state, link.rep),
        };
        found.push(Told {
            at,
            words: format!(
                "{} linked {rep} to {}",
                person_name(state, by),
                custodian_name(state, link.account)
            ),
            path: Route::Accounts.path(),
        });
    }
    found
}

/// What is told, each leading to what it is about, with a button that marks all of it as seen.
pub fn told_rows(app: App, seen_ms: RwSignal<Option<i64>>) -> Option<AnyView> {
    // Until it is known what was seen, nothing is told twice.
    let seen = seen_ms.get()?;
    let (state, me, now) = (app.view(), app.me().person, app.now());
    let oldest = now.unix_ms - DAYS_TOLD * DAY_MS;
    let case_words = |case: &Case| short_words(app, &state, case);
    let rows: Vec<AnyView> = told(&state, me, seen.max(oldest), &case_words)
        .into_iter()
        .map(|told| {
            view! {
                <a class="row" href=told.path data-testid="told">
                    {icon(Icon::Info)}
                    <span class="grow">{told.words}</span>
                    {icon(Icon::Next)}
                </a>
            }
            .into_any()
        })
        .collect();
    let press = Callback::new(move |()| {
        let now = app.now().unix_ms;
        seen_ms.set(Some(now));
        spawn_local(async move { app.keep_draft(SEEN, Some(now.to_string())).await });
    });
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" aria-label="What others did">
                <div class="card card-flush rows">{rows}</div>
                <Button look=Look::Bare label="Seen" testid="told-seen" press=press />
            </section>
        }
        .into_any()
    })
}

/// Up to when things were seen on this phone; nothing until the store has told.
pub fn seen(app: App) -> RwSignal<Option<i64>> {
    let seen = RwSignal::new(None);
    spawn_local(async move {
        let kept = app.draft(SEEN).await.and_then(|text| text.parse().ok());
        seen.try_set(Some(kept.unwrap_or(0)));
    });
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{at, case_on, line, line_id, person, somebody, state_with_cases};
    use baton_domain::directory::{ActiveLink, Role};
    use baton_domain::facility_stock::{Price, SoldLine, StockingOrder};
    use baton_domain::id::{EntryId, FacilityId};

    const PLATE: &str = "00614950000203";

    fn heard(state: &State, me: u8) -> Vec<String> {
        let told = told(state, person(me), 0, &|_| "the case".into()).into_iter();
        told.map(|told| told.words).collect()
    }

    #[test]
    fn r40_who_lost_a_case_is_told_unless_he_gave_it_himself() {
        let mut case = case_on(1, "2026-11-23", 600);
        (case.rep, case.rep_before) = (person(2), Some(person(1)));
        case.head_by = person(3);
        let mut state = state_with_cases(&[case.clone()]);
        state.put_person(somebody(2, "Ben", Role::Rep));
        state.put_person(somebody(3, "Omar", Role::Operations));
        assert_eq!(heard(&state, 1), ["Omar gave your case to Ben: the case"]);
        assert_eq!(heard(&state, 2), Vec::<String>::new());
        case.head_by = person(1);
        state.put_case(case);
        assert_eq!(heard(&state, 1), Vec::<String>::new());
    }

    #[test]
    fn r23_the_first_seller_is_told_of_a_rebuild_and_only_once_seen() {
        let mut state = state_with_cases(&[]);
        state.put_person(somebody(2, "Ben", Role::Rep));
        state.put_person(somebody(3, "Omar", Role::Operations));
        let first = line(1, PLATE, "A1", 0, Custodian::Person(person(1)));
        state.put_line(first.clone());
        state.put_stocking_order(StockingOrder {
            id: EntryId::from_bytes([9; 16]),
            facility: FacilityId::from_bytes([1; 16]),
            seller: Custodian::Person(person(2)),
            lines: vec![SoldLine {
                line: line_id(2),
                identity: first.identity,
                quantity: 2,
                price: Price::NoCharge,
                replaces: Some(line_id(1)),
            }],
            note: "".into(),
            by: (person(3), at()),
        });
        let words = heard(&state, 1).concat();
        assert!(words.starts_with("Omar rebuilt 2 pieces"), "{words}");
        assert!(words.ends_with("for Ben"), "{words}");
        assert_eq!(heard(&state, 3), Vec::<String>::new(), "his own act");
        let seen = told(&state, person(1), at().unix_ms, &|_| String::new());
        assert_eq!(seen, []);
    }

    #[test]
    fn r22_an_account_s_owner_and_the_rep_are_told_of_a_link() {
        let mut state = state_with_cases(&[]);
        state.put_person(somebody(2, "Dov", Role::Distributor));
        state.put_person(somebody(3, "Omar", Role::Operations));
        state.put_active_link(ActiveLink {
            account: Custodian::Person(person(2)),
            rep: person(1),
            by: Some((person(3), at())),
        });
        assert_eq!(heard(&state, 2), ["Omar linked Ana to Dov"]);
        assert_eq!(heard(&state, 1), ["Omar linked you to Dov"]);
        assert_eq!(heard(&state, 3), Vec::<String>::new());
    }
}

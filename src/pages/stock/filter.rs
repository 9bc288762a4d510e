//! Which lines a list shows, and in what order.

use super::query::Needle;
use crate::state::{Me, lower, product_label};
use baton_domain::State;
use baton_domain::product::ProductId;
use baton_domain::query::{loan_of, shared_accounts};
use baton_domain::request::Loan;
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::time::Date;
use std::collections::BTreeMap;

/// Whose stock is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// In my own custody.
    Mine,
    /// In accounts shared with me.
    Shared,
    /// Facility Stock of mine and of those accounts.
    Facility,
    /// With everybody else.
    Others,
}

/// Reads the key of a view.
pub fn read_whose(key: &str) -> Whose {
    match key {
        "shared" => Whose::Shared,
        "facility" => Whose::Facility,
        "others" => Whose::Others,
        _ => Whose::Mine,
    }
}

/// Until when lines must have expired to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Any date, or none.
    Any,
    /// Past already.
    Past,
    /// Within this many days, what is past included.
    Days(i32),
    /// No expiry is asked for, but a day by which it is due back: the next one first.
    DueBack,
}

/// Reads the key of a choice.
pub fn read_until(key: &str) -> Until {
    match key {
        "past" => Until::Past,
        "30" => Until::Days(30),
        "90" => Until::Days(90),
        "365" => Until::Days(365),
        "due" => Until::DueBack,
        _ => Until::Any,
    }
}

/// Everything a list is narrowed by.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// What was typed.
    pub needle: Needle,
    /// Whose.
    pub whose: Whose,
    /// Until when.
    pub until: Until,
    /// One holder only.
    pub holder: Option<Custodian>,
    /// One product only.
    pub product: Option<ProductId>,
}

/// What a list shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    /// The first lines, in order.
    pub lines: Vec<StockLine>,
    /// How many lines fit in all.
    pub found: usize,
    /// How many pieces are on them.
    pub pieces: u64,
}

/// The lines of a view, before anything was typed.
pub fn lines_of<'a>(
    state: &'a State,
    me: &Me,
    whose: Whose,
) -> Box<dyn Iterator<Item = &'a StockLine> + 'a> {
    let own = Custodian::Person(me.person);
    let shared = shared_accounts(state, me.person);
    let is_facility = |line: &StockLine| line.facility_stock_at().is_some();
    match whose {
        Whose::Mine => Box::new(
            state
                .lines_held_by(own)
                .filter(move |line| !is_facility(line)),
        ),
        Whose::Shared => Box::new(
            shared
                .into_iter()
                .flat_map(|account| state.lines_held_by(account))
                .filter(move |line| !is_facility(line)),
        ),
        Whose::Facility => {
            let holders = std::iter::once(own).chain(shared);
            Box::new(
                holders
                    .flat_map(|holder| state.lines_held_by(holder))
                    .filter(move |line| is_facility(line)),
            )
        }
        Whose::Others => Box::new(
            state
                .lines()
                .filter(move |line| line.quantity > 0)
                .filter(move |line| line.custodian != own && !shared.contains(&line.custodian)),
        ),
    }
}

/// True where this custody has lines among those of the others.
pub fn holds_as_other(state: &State, me: &Me, holder: Custodian) -> bool {
    holder != Custodian::Person(me.person)
        && !state.is_shared_with(holder, me.person)
        && state.lines_held_by(holder).next().is_some()
}

/// The first `rows` lines that fit a filter: by name, then by what expires first; where the
/// filter is about expiry, by that alone.
pub fn listed(state: &State, me: &Me, filter: &Filter, today: Date, rows: usize) -> Listed {
    let mut fitting = filter.needle.over(state);
    let last = match filter.until {
        Until::Any | Until::DueBack => None,
        Until::Past => today.add_days(-1),
        Until::Days(days) => today.add_days(days),
    };
    let by_due = filter.until == Until::DueBack;
    let due = |line: &StockLine| {
        by_due
            .then(|| loan_of(state, line.id).and_then(Loan::due_back))
            .flatten()
    };
    let timely = |line: &StockLine| {
        if by_due {
            return due(line).is_some();
        }
        last.is_none_or(|last| line.identity.expiry.is_some_and(|expiry| expiry <= last))
    };
    let mut found: Vec<&StockLine> = lines_of(state, me, filter.whose)
        .filter(|line| filter.holder.is_none_or(|holder| line.custodian == holder))
        .filter(|line| {
            filter
                .product
                .as_ref()
                .is_none_or(|product| line.identity.product == *product)
        })
        .filter(|line| timely(line) && fitting.fits(line))
        .collect();
    let pieces = found.iter().map(|line| u64::from(line.quantity)).sum();
    let count = found.len();
    let by_date = filter.until != Until::Any;
    let names = if by_date {
        BTreeMap::new()
    } else {
        name_places(state)
    };
    let key = |line: &&StockLine| {
        let expiry = due(line).or(line.identity.expiry);
        (
            names.get(&line.identity.product).copied(),
            expiry.is_none(),
            expiry,
            line.id,
        )
    };
    // Only what is shown is put in order: a list of 50,000 shows sixty.
    if rows < found.len() {
        found.select_nth_unstable_by_key(rows, key);
        found.truncate(rows);
    }
    found.sort_unstable_by_key(key);
    Listed {
        lines: found.into_iter().cloned().collect(),
        found: count,
        pieces,
    }
}

/// The place of each product in the order of names.
fn name_places(state: &State) -> BTreeMap<ProductId, usize> {
    let mut products: Vec<_> = state
        .products()
        .map(|product| (lower(&product_label(product)), product))
        .collect();
    products.sort_by(|one, other| {
        one.0
            .cmp(&other.0)
            .then_with(|| one.1.reference.cmp(&other.1.reference))
    });
    products
        .into_iter()
        .enumerate()
        .map(|(place, (_, product))| (product.id.clone(), place))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{line, line_id, me, person, product};
    use baton_domain::directory::ActiveLink;
    use baton_domain::id::PoolId;

    const SCREW: &str = "00614950000203";
    const PLATE: &str = "00614950000210";

    fn today() -> Date {
        Date::new(2026, 11, 23).expect("a date")
    }

    fn world() -> State {
        let mut state = State::default();
        state.put_product(product(SCREW, "Screw"));
        state.put_product(product(PLATE, "Plate"));
        let mine = Custodian::Person(person(1));
        let pool = Custodian::Pool(PoolId::from_bytes([1; 16]));
        state.put_active_link(ActiveLink {
            account: pool,
            rep: person(1),
            by: None,
        });
        let mut soon = line(1, SCREW, "S1", 2, mine);
        soon.identity.expiry = Date::new(2026, 12, 1);
        let mut past = line(2, SCREW, "S2", 3, mine);
        past.identity.expiry = Date::new(2026, 11, 1);
        for line in [
            soon,
            past,
            line(3, PLATE, "P1", 1, mine),
            line(4, PLATE, "P2", 1, pool),
        ] {
            state.put_line(line);
        }
        state.put_line(line(5, PLATE, "P3", 1, Custodian::Person(person(2))));
        state
    }

    fn filter(whose: Whose) -> Filter {
        Filter {
            needle: Needle::new("", today()),
            whose,
            until: Until::Any,
            holder: None,
            product: None,
        }
    }

    fn ids(found: &Listed) -> Vec<baton_domain::id::LineId> {
        found.lines.iter().map(|line| line.id).collect()
    }

    #[test]
    fn the_views_divide_the_stock_between_them() {
        let state = world();
        let count = |whose| lines_of(&state, &me(), whose).count();
        assert_eq!(
            [Whose::Mine, Whose::Shared, Whose::Facility, Whose::Others].map(count),
            [3, 1, 0, 1]
        );
    }

    #[test]
    fn only_who_has_something_among_the_others_is_offered_as_a_holder() {
        let state = world();
        let holds = |who| holds_as_other(&state, &me(), who);
        assert!(holds(Custodian::Person(person(2))));
        assert!(!holds(Custodian::Person(person(1))), "oneself");
        assert!(!holds(Custodian::Person(person(3))), "nothing there");
        assert!(
            !holds(Custodian::Pool(PoolId::from_bytes([1; 16]))),
            "shared"
        );
    }

    #[test]
    fn by_name_then_by_what_expires_first() {
        let found = listed(&world(), &me(), &filter(Whose::Mine), today(), 60);
        assert_eq!(ids(&found), [line_id(3), line_id(2), line_id(1)]);
        assert_eq!((found.found, found.pieces), (3, 6));
    }

    #[test]
    fn the_first_rows_are_the_same_whether_or_not_the_rest_is_drawn() {
        let all = listed(&world(), &me(), &filter(Whose::Mine), today(), 60);
        let two = listed(&world(), &me(), &filter(Whose::Mine), today(), 2);
        assert_eq!(ids(&two), ids(&all)[..2]);
        assert_eq!(two.found, 3);
    }

    #[test]
    fn what_is_due_back_stands_alone_the_next_first() {
        let mut state = world();
        for (line, day) in [(1, 20), (3, 5)] {
            state.put_loan(Loan {
                line: line_id(line),
                dates: vec![baton_domain::request::DueBack {
                    date: Date::new(2027, 1, day),
                    set_by: (person(1), crate::pages::testing::at()),
                    reason: "lent".into(),
                }],
            });
        }
        let mut due = filter(Whose::Mine);
        due.until = Until::DueBack;
        let found = listed(&state, &me(), &due, today(), 60);
        assert_eq!(ids(&found), [line_id(3), line_id(1)]);
    }

    #[test]
    fn what_expires_soon_includes_what_is_past() {
        let mut soon = filter(Whose::Mine);
        soon.until = Until::Days(30);
        assert_eq!(
            ids(&listed(&world(), &me(), &soon, today(), 60)),
            [line_id(2), line_id(1)]
        );
        soon.until = Until::Past;
        assert_eq!(
            ids(&listed(&world(), &me(), &soon, today(), 60)),
            [line_id(2)]
        );
    }
}

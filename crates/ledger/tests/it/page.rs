//! Pages: a state comes back whole, a phone gets its scope, 50,000 lines are quick.

use crate::samples::{bytes, case, date, entry, entry_id, line_id, product_id, state};
use baton_domain::case::{Case, CaseStatus, UseEffect};
use baton_domain::dispute::Dispute;
use baton_domain::id::PersonId;
use baton_domain::product::{Product, Tracking};
use baton_domain::stock::{Custodian, Identity, StockLine, TitleHolder};
use baton_domain::time::LocalTime;
use baton_domain::{EntryBody, Outcome, Reason, Refusal, State, Verdict};
use baton_ledger::page::{self, Filter, Selection};
use std::collections::BTreeSet;

fn read(pages: &[Vec<u8>]) -> State {
    let mut state = State::default();
    for page in pages {
        page::read_into(&mut state, page).unwrap();
    }
    state
}

#[test]
fn all_pages_at_once_are_what_they_are_one_by_one() {
    for state in [state(), stocked(3_000)] {
        let pages = page::write(&state, Filter::Everything);
        let all = page::read_all(pages.iter().map(Vec::as_slice)).unwrap();
        assert!(all == read(&pages) && all == state);
    }
}

/// Many lines, as a phone has them: a few hundred products, lots, some serials.
fn stocked(lines: u32) -> State {
    let mut state = State::default();
    for number in 0..lines {
        let product = product_id(&format!(
            "{:014}",
            812_345_000_000_u64 + u64::from(number % 800)
        ));
        let serial = number.is_multiple_of(3);
        state.put_product(Product {
            id: product.clone(),
            reference: "77.120".into(),
            description: "Screw".into(),
            brand: "".into(),
            manufacturer: "Acme".into(),
            tracking: Tracking::Lot,
            sterile: true,
            single_use: true,
            expires: true,
            size: "".into(),
        });
        state.put_line(StockLine {
            id: line_id((number / 400) as u16, (number % 400) as u16),
            parent: None,
            replaces: None,
            identity: Identity {
                product,
                lot: Some(format!("L{}", number / 7).into()),
                lot_unknown: false,
                serial: serial.then(|| format!("S{number}").into()),
                expiry: Some(date(2028, 1, 1)),
                manufactured: None,
            },
            quantity: if serial { 1 } else { 12 },
            custodian: Custodian::Person(PersonId::from_bytes(bytes((number % 60) as u16))),
            title: TitleHolder::Manufacturer,
            location: "trunk".into(),
            claims: Vec::new(),
            hold: None,
            disputed: 0,
            head: entry_id((number / 400) as u16),
            past_heads: Vec::new(),
            needs_newer_app: false,
        });
    }
    state
}

#[test]
fn a_state_comes_back_whole() {
    assert_eq!(read(&page::write(&state(), Filter::Everything)), state());
    let stocked = stocked(2_500);
    let pages = page::write(&stocked, Filter::Everything);
    assert_eq!(pages.len(), 4, "2,500 lines and 800 products, 1,000 a page");
    assert_eq!(read(&pages), stocked);
}

#[test]
fn what_a_use_did_to_its_line_comes_back() {
    let mut state = state();
    let used = state.cases().find(|case| !case.usage.is_empty());
    let mut used = used.unwrap().clone();
    used.usage[0].effect = Some(UseEffect {
        taken: 0,
        facility_stock: true,
    });
    state.put_case(used);
    assert_eq!(read(&page::write(&state, Filter::Everything)), state);
}

#[test]
fn a_line_that_promises_more_than_there_is_is_not_read() {
    let broken: [fn(&mut StockLine); 2] = [
        |line| line.disputed = line.quantity + 1,
        |line| line.quantity = 0,
    ];
    for breaks in broken {
        let mut state = state();
        let line = state.lines().find(|line| !line.claims.is_empty());
        let mut line = line.unwrap().clone();
        breaks(&mut line);
        state.put_line(line);
        let pages = page::write(&state, Filter::Everything);
        let mut anew = State::default();
        let read = pages
            .iter()
            .try_for_each(|page| page::read_into(&mut anew, page));
        assert!(read.is_err());
    }
}

#[test]
fn an_empty_state_has_no_page() {
    assert_eq!(
        page::write(&State::default(), Filter::Everything),
        Vec::<Vec<u8>>::new()
    );
}

/// The sample state and around it what a phone must not get.
fn beyond_scope() -> State {
    let mut state = state();
    let old = LocalTime {
        date: date(2026, 8, 1),
        minute: 0,
    };
    state.put_case(Case {
        starts_at: old,
        ..case(80, CaseStatus::Complete)
    });
    state.put_case(Case {
        starts_at: old,
        ..case(81, CaseStatus::Scheduled)
    });
    state
}

#[test]
fn a_phone_gets_open_and_late_cases_and_the_products_it_meets() {
    let state = beyond_scope();
    let nobody = |_: &Case| false;
    let scope = |since_date| Filter::Phone {
        since_date,
        may_see_details: &nobody,
    };
    let phone = read(&page::write(&state, scope(date(2026, 8, 2))));
    assert!(phone.case(entry_id(80)).is_none(), "complete and long past");
    assert!(
        phone.case(entry_id(81)).is_some(),
        "long past and still open"
    );
    assert!(phone.case(entry_id(41)).is_some(), "complete and lately");
    assert!(phone.product(&product_id("00812345678901")).is_some());
    assert!(
        phone.product(&product_id("A123BCD")).is_none(),
        "nothing names it"
    );
    assert_eq!(phone.lines().count(), state.lines().count());
    assert_eq!(phone.rejections().count(), 2);
    assert_eq!(phone.organization(), state.organization());

    let earlier = read(&page::write(&state, scope(date(2026, 8, 1))));
    assert!(earlier.case(entry_id(80)).is_some());
}

#[test]
fn a_phone_gets_open_transfers_and_those_that_ended_lately() {
    let state = state();
    let nobody = |_: &Case| false;
    let transfers = |since_date| {
        let filter = Filter::Phone {
            since_date,
            may_see_details: &nobody,
        };
        read(&page::write(&state, filter)).transfers().count()
    };
    // The samples ended on 2026-11-23, by UTC.
    assert_eq!(transfers(date(2026, 11, 23)), 4);
    assert_eq!(transfers(date(2026, 11, 24)), 1, "only the open one");
}

#[test]
fn r36_private_parts_go_only_to_who_may_see_them() {
    let state = beyond_scope();
    let may_see_details = |case: &Case| case.id == entry_id(81);
    let filter = Filter::Phone {
        since_date: date(2026, 1, 1),
        may_see_details: &may_see_details,
    };
    let phone = read(&page::write(&state, filter));
    for case in phone.cases() {
        assert_eq!(
            case.details.is_some(),
            case.id == entry_id(81),
            "{:?}",
            case.id
        );
    }
    // Not even the words are in the bytes.
    let nobody = |_: &Case| false;
    let filter = Filter::Phone {
        since_date: date(2026, 1, 1),
        may_see_details: &nobody,
    };
    for page in page::write(&state, filter) {
        assert!(!page.windows(4).any(|word| word == b"TLIF"));
    }
}

#[test]
fn a_selection_holds_what_was_selected_and_nothing_else() {
    let state = state();
    let selection = Selection {
        products: BTreeSet::from([product_id("A123BCD"), product_id("#unknown")]),
        lines: BTreeSet::from([line_id(22, 0)]),
        transfers: BTreeSet::from([entry_id(51)]),
        cases: BTreeSet::from([entry_id(41)]),
        details: BTreeSet::from([entry_id(40)]),
    };
    let page = page::write_selection(&state, &selection).unwrap();
    let alone = read(std::slice::from_ref(&page));
    assert_eq!(alone.products().count(), 1);
    assert_eq!(
        alone.lines().map(|line| line.id).collect::<Vec<_>>(),
        [line_id(22, 0)]
    );
    assert_eq!(alone.transfers().count(), 1);
    assert_eq!(
        alone.cases().count(),
        1,
        "a private part without its case is left out"
    );
    assert_eq!(page::write_selection(&state, &Selection::default()), None);

    // Where the case is known, its private part finds it.
    let mut phone = state.clone();
    phone.put_case(Case {
        details: None,
        ..case(40, CaseStatus::InProgress)
    });
    page::read_into(&mut phone, &page).unwrap();
    assert_eq!(phone, state);
}

#[test]
fn the_planning_part_alone_leaves_the_private_part() {
    let mut phone = state();
    let selection = Selection {
        cases: BTreeSet::from([entry_id(40)]),
        ..Selection::default()
    };
    let page = page::write_selection(&phone.clone(), &selection).unwrap();
    page::read_into(&mut phone, &page).unwrap();
    assert_eq!(phone, state());
}

/// A dispute about what a newer build recorded: this build has the claim's envelope and not its body.
#[test]
fn what_a_newer_build_recorded_does_not_make_a_page_unreadable() {
    let mut state = state();
    let disputes = state.disputes().count();
    let body = EntryBody::Unknown {
        kind: 9_999,
        version: 1,
        lines: Vec::new(),
        cases: Vec::new(),
    };
    state.put_dispute(Dispute {
        entry: entry(body),
        verdict: Verdict::whole(Outcome::Disputed(Refusal::new(Reason::Revoked))),
        locked: Vec::new(),
        resolved: None,
    });
    let mut again = State::default();
    for page in page::write(&state, Filter::Everything) {
        page::read_into(&mut again, &page).unwrap();
    }
    assert_eq!(again.disputes().count(), disputes);
    assert_eq!(again.lines().count(), state.lines().count());
}

#[test]
fn a_newer_page_says_so() {
    let error = page::read_into(&mut State::default(), &[0xa1, 0, 2]).unwrap_err();
    assert!(matches!(
        error,
        baton_ledger::FormatError::Newer { version: 2, .. }
    ));
}

#[test]
fn five_thousand_lines_come_back_from_fifty_bytes_each() {
    let state = stocked(5_000);
    let pages = page::write(&state, Filter::Everything);
    let bytes: usize = pages.iter().map(Vec::len).sum();
    assert_eq!(read(&pages).lines().count(), 5_000);
    assert!(bytes < 250_000, "{bytes} bytes");
}

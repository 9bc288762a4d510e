//! B8: how long the cover planner takes on a large state, beside a walk over all of it.
//!
//! Prints figures as JSON. `cargo xtask bench plan` runs it in release and keeps them.

#![expect(clippy::print_stdout, reason = "a command-line tool")]

use baton_domain::State;
use baton_domain::case::{Case, Need};
use baton_domain::directory::{Person, Role};
use baton_domain::id::{CaseId, LineId, PersonId};
use baton_domain::plan::{Wish, plan_cover, suggest_cover};
use baton_domain::product::{Product, ProductId};
use baton_domain::stock::{Custodian, StockLine, TitleHolder};
use baton_domain::testkit::{FACILITY, REP_A, World, date, lot, person};
use std::hint::black_box;
use std::time::Instant;

const LINES: u32 = 100_000;
const REPS: u32 = 200;
const NEEDS: u32 = 10;
const RUNS: usize = 21;

fn main() {
    // Many products with few lines each, as a catalogue has them, and few with many: the worst.
    let figures = [2_000, 100].map(measured).join(",\n");
    println!("[\n{figures}\n]");
}

fn measured(products: u32) -> String {
    let (state, case) = large(products);
    let wish = Wish::everything(date(2026, 11, 1));
    let rep = rep_id(7);
    let plan_us = median(|| drop(black_box(plan_cover(&state, case, rep, wish.clone()))));
    let suggest_us = median(|| drop(black_box(suggest_cover(&state, case, wish.clone()))));
    let walk_us = median(|| {
        let pieces: u32 = state.lines().map(|line| line.usable_for(case)).sum();
        black_box(pieces);
    });
    format!(
        "  {{\"lines\": {LINES}, \"reps\": {REPS}, \"needs\": {NEEDS}, \"products\": {products}, \
         \"plan_us\": {plan_us}, \"suggest_us\": {suggest_us}, \"walk_us\": {walk_us}}}"
    )
}

/// The middle of several runs, in microseconds.
fn median(mut run: impl FnMut()) -> u128 {
    let mut times: Vec<u128> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            run();
            begun.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn rep_id(number: u32) -> PersonId {
    let mut bytes = [0x77; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    PersonId::from_bytes(bytes)
}

/// A state with everything shared out evenly, and a case that needs ten of its products.
fn large(products: u32) -> (State, CaseId) {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let line = world.stock(Custodian::Person(REP_A), lot("08000000000017", "L"), 1);
    let sample = world.line(line).clone();
    let product = world.state.product(&sample.identity.product).cloned();
    let mut state = world.state;
    for number in 0..REPS {
        let region = if number % 2 == 0 { "West" } else { "East" };
        state.put_person(Person {
            name: format!("Rep {number}").into(),
            ..person(rep_id(number), "", Role::Rep, Some(region))
        });
    }
    for number in 0..products {
        if let Some(product) = &product {
            state.put_product(Product {
                id: product_id(number),
                ..product.clone()
            });
        }
    }
    for number in 0..LINES {
        state.put_line(shelved(&sample, number, products));
    }
    if let Some(known) = state.case(case).cloned() {
        let need = |number| Need {
            product: product_id(number),
            quantity: 40,
        };
        state.put_case(Case {
            needs: (0..NEEDS).map(need).collect(),
            ..known
        });
    }
    (state, case)
}

fn shelved(sample: &StockLine, number: u32, products: u32) -> StockLine {
    let mut entry = [0x55; 16];
    entry[12..].copy_from_slice(&number.to_be_bytes());
    // One line in ten is Facility Stock at the case's facility.
    let title = if number.is_multiple_of(10) {
        TitleHolder::Facility(FACILITY)
    } else {
        TitleHolder::Manufacturer
    };
    let mut line = sample.clone();
    line.id = LineId {
        entry: baton_domain::id::EntryId::from_bytes(entry),
        index: 0,
    };
    line.identity.product = product_id(number % products);
    line.custodian = Custodian::Person(rep_id((number / products) % REPS));
    line.quantity = 1 + number % 4;
    line.title = title;
    line
}

fn product_id(number: u32) -> ProductId {
    ProductId::new(&format!("{:014}", 700_000_000_000_u64 + u64::from(number)))
        .unwrap_or_else(|| unreachable!("fourteen digits"))
}

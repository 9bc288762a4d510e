//! B8: how long the cover planner takes on a large state, beside a walk over all of it.
//!
//! Prints figures as JSON. `cargo xtask bench plan` runs it in release and keeps them.

#![expect(clippy::print_stdout, reason = "a command-line tool")]

mod large;

use large::{LINES, Large, NEEDS, PRODUCTS, REPS};
use std::hint::black_box;
use std::time::Instant;

const RUNS: usize = 21;

fn main() {
    let figures = PRODUCTS.map(measured).join(",\n");
    println!("[\n{figures}\n]");
}

fn measured(products: u32) -> String {
    let large = Large::new(products);
    let plan_us = median(|| drop(black_box(large.plan())));
    let suggest_us = median(|| drop(black_box(large.suggest())));
    let walk_us = median(|| {
        black_box(large.walk());
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

//! `cargo xtask sim`: plays histories and says what happened in them.

#![expect(clippy::print_stdout, reason = "a command-line tool")]

use baton_sync::sim::{run, steps_of, suite};
use std::process::ExitCode;

const USAGE: &str = "baton-sim <first seed> <how many> <steps>";

fn main() -> ExitCode {
    let numbers: Option<Vec<u64>> = std::env::args()
        .skip(1)
        .map(|number| number.parse().ok())
        .collect();
    let Some([first, count, steps]) = numbers.as_deref() else {
        println!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let (first, count, steps) = (*first, *count, *steps as usize);
    if count == 0 {
        return ExitCode::SUCCESS;
    }
    if count == 1 {
        // One seed is asked for to look at it, not to prove that everything happens.
        let steps = steps_of(first, steps);
        println!("seed {first}, {steps} steps: {:?}", run(first, steps));
        return ExitCode::SUCCESS;
    }
    let (counts, never) = match suite(first..first.saturating_add(count), steps) {
        Ok(counts) => (counts, Vec::new()),
        Err(missed) => missed,
    };
    println!("{counts}");
    println!("{count} histories of {steps} steps");
    for name in &never {
        println!("never happened: {name}");
    }
    let failed = u8::from(!never.is_empty());
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!("test result: {word}. {count} passed; {failed} failed");
    ExitCode::from(failed)
}

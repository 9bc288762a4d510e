//! `cargo xtask sim`: plays histories and says what happened in them; with the feature `mutants`
//! also with each guard switched off (`cargo xtask mutants`).

#![expect(clippy::print_stdout, reason = "a command-line tool")]

use baton_sync::sim::{run, steps_of, suite};
use std::process::ExitCode;

#[cfg(feature = "mutants")]
mod mutants {
    //! Each guard off, one at a time, in a process of its own: it must turn red.

    use baton_domain::guard::{Guard, switch_off};
    use std::process::{Command, ExitCode};

    /// As many as are played without a guard before somebody has to notice.
    const SEEDS: &str = "2000";

    /// Plays without each guard; every one must be missed.
    pub fn all() -> ExitCode {
        let mut missed = 0;
        for guard in Guard::ALL {
            let name = guard.name();
            let caught = std::env::current_exe()
                .and_then(|sim| {
                    let mut sim = Command::new(sim);
                    sim.args(["--without", name, "0", SEEDS, "100"]);
                    sim.env("RUST_BACKTRACE", "0").output()
                })
                .ok()
                .filter(|output| !output.status.success());
            let told = caught.map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
            let word = told.as_deref().and_then(|told| {
                let mut lines = told
                    .lines()
                    .skip_while(|line| !line.contains("panicked at"));
                lines.nth(1)
            });
            match word {
                Some(word) => println!("without {name}: red, {word}"),
                None => {
                    missed += 1;
                    println!("without {name}: nobody noticed");
                }
            }
        }
        let passed = Guard::ALL.len() - missed;
        let word = if missed == 0 { "ok" } else { "FAILED" };
        println!("test result: {word}. {passed} passed; {missed} failed");
        ExitCode::from(u8::from(missed > 0))
    }

    /// Switches off the guard of that name.
    pub fn without(name: &str) {
        if let Some(guard) = Guard::ALL.into_iter().find(|guard| guard.name() == name) {
            switch_off(guard);
        }
    }
}

const USAGE: &str = "baton-sim <first seed> <how many> <steps>";

fn main() -> ExitCode {
    #[cfg_attr(
        not(feature = "mutants"),
        expect(unused_mut, reason = "nothing to leave out")
    )]
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    #[cfg(feature = "mutants")]
    match arguments.first().map(String::as_str) {
        Some("mutants") => return mutants::all(),
        Some("--without") if arguments.len() > 1 => {
            mutants::without(&arguments[1]);
            arguments.drain(..2);
        }
        _ => {}
    }
    let numbers: Option<Vec<u64>> = arguments.iter().map(|number| number.parse().ok()).collect();
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

//! `cargo xtask test` and `cargo xtask ci`: all layers, one after the other.
//!
//! Each layer writes what it prints to a file under `target/test-logs/` and says one line
//! here; of a failing one the end of the log is shown. They run one at a time because
//! cargo holds one lock on the build folder, and browsers that share two cores with a
//! compiler time out.
//!
//! A person may lack an engine (WebKit runs on Linux only) and is told. In CI a layer
//! that is skipped or finds no test is a failure: silence must never look like success.

mod count;
mod layers;

use std::process::ExitCode;
use std::time::Instant;

use lexopt::prelude::*;

pub use count::Counts;
pub use layers::harness_env;

use crate::error::Result;
use crate::{paths, setup};
use layers::{Context, LAYERS, Layer};

/// How much may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// What a machine cannot do is said and left out.
    Person,
    /// Nothing is left out, and size budgets hold.
    Ci,
}

/// What a layer found.
#[derive(Debug)]
pub enum Verdict {
    /// It ran.
    Ran(Counts),
    /// It could not run here; the sentence says why.
    LeftOut(String),
}

/// Runs the chosen layers and prints the sum in the last line.
pub fn command(mut parser: lexopt::Parser, strictness: Strictness) -> Result<ExitCode> {
    let mut only: Vec<String> = vec![];
    while let Some(argument) = parser.next()? {
        match argument {
            Long("layer") => only.push(parser.value()?.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let chosen = choose(&only)?;
    // Under continuous integration nothing may be left out, whichever command was typed.
    let strictness = match std::env::var_os("CI") {
        Some(_) => Strictness::Ci,
        None => strictness,
    };
    setup::check_prerequisites()?;
    setup::ensure_components()?;
    let mut context = Context::new(strictness);
    let mut sum = Counts::default();
    for layer in chosen {
        sum.add(&run_layer(layer, &mut context, strictness));
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
    Ok(if sum.failed == 0 && sum.passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn choose(only: &[String]) -> Result<Vec<&'static Layer>> {
    let names: Vec<&str> = LAYERS.iter().map(|layer| layer.name).collect();
    for name in only {
        if !names.contains(&name.as_str()) {
            let known = names.join(", ");
            return Err(format!("there is no layer `{name}`; there are {known}").into());
        }
    }
    Ok(LAYERS
        .iter()
        .filter(|layer| only.is_empty() || only.iter().any(|name| name == layer.name))
        .collect())
}

/// Runs one layer and prints its line. An error of the layer itself is one failure.
fn run_layer(layer: &Layer, context: &mut Context, strictness: Strictness) -> Counts {
    let started = Instant::now();
    let outcome = context
        .begin(layer)
        .and_then(|()| (layer.run)(context, layer));
    let seconds = started.elapsed().as_secs();
    let (counts, note) = judge(outcome, strictness);
    println!(
        "{}: {} passed, {} failed, {} skipped ({seconds} s){note}",
        layer.name, counts.passed, counts.failed, counts.skipped
    );
    if counts.failed > 0 {
        show_end_of_log(layer);
    }
    counts
}

/// Turns what a layer reported into counts: what must not pass silently is a failure.
fn judge(outcome: Result<Verdict>, strictness: Strictness) -> (Counts, String) {
    let failure = |note: String| {
        let counts = Counts {
            failed: 1,
            ..Counts::default()
        };
        (counts, note)
    };
    match outcome {
        Err(error) => failure(format!(" — {error}")),
        Ok(Verdict::LeftOut(why)) if strictness == Strictness::Ci => {
            failure(format!(" — left out, which CI does not accept: {why}"))
        }
        Ok(Verdict::LeftOut(why)) => {
            let counts = Counts {
                skipped: 1,
                ..Counts::default()
            };
            (counts, format!(" — {why}"))
        }
        Ok(Verdict::Ran(counts)) if counts.passed + counts.failed == 0 => {
            failure(" — it found no test at all".to_owned())
        }
        Ok(Verdict::Ran(counts)) => (counts, String::new()),
    }
}

fn show_end_of_log(layer: &Layer) {
    const LINES: usize = 80;
    let Ok(dir) = paths::logs() else { return };
    let path = dir.join(format!("{}.log", layer.name));
    let Ok(text) = std::fs::read_to_string(&path) else {
        return;
    };
    let lines = folded(&text);
    let start = lines.len().saturating_sub(LINES);
    println!("--- the end of {}", path.display());
    for (line, times) in &lines[start..] {
        match times {
            1 => println!("    {line}"),
            times => println!("    {line} ({times} times)"),
        }
    }
    println!("---");
}

/// The lines, those that repeat the one before once with their number: a browser that finds no server
/// says so a hundred times, and what failed stands above.
fn folded(text: &str) -> Vec<(&str, usize)> {
    let mut lines: Vec<(&str, usize)> = Vec::new();
    for line in text.lines() {
        match lines.last_mut() {
            Some((last, times)) if *last == line => *times += 1,
            _ => lines.push((line, 1)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_itself_takes_one_line() {
        let text = "it failed\nrefused\nrefused\nrefused\ndone\nrefused\n";
        let expected = [
            ("it failed", 1),
            ("refused", 3),
            ("done", 1),
            ("refused", 1),
        ];
        assert_eq!(folded(text), expected);
    }

    #[test]
    fn an_empty_layer_fails_for_everybody() {
        for strictness in [Strictness::Person, Strictness::Ci] {
            let (counts, _) = judge(Ok(Verdict::Ran(Counts::default())), strictness);
            assert_eq!(counts.failed, 1);
        }
    }

    #[test]
    fn a_layer_left_out_fails_in_ci_only() {
        let left_out = || Ok(Verdict::LeftOut("no browser".to_owned()));
        assert_eq!(judge(left_out(), Strictness::Ci).0.failed, 1);
        let (counts, note) = judge(left_out(), Strictness::Person);
        assert_eq!((counts.failed, counts.skipped), (0, 1));
        assert!(note.contains("no browser"));
    }

    #[test]
    fn a_layer_that_breaks_is_a_failure() {
        let (counts, note) = judge(Err("out of disk".into()), Strictness::Person);
        assert_eq!(counts.failed, 1);
        assert!(note.contains("out of disk"));
    }

    #[test]
    fn an_unknown_layer_is_named() {
        assert!(choose(&["e2e".to_owned()]).is_err());
    }
}

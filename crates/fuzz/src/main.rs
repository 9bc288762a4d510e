//! `baton-fuzz --target NAME [--seconds N | --inputs N] [--seed S] [--trace FILE]`

#![expect(clippy::print_stdout, reason = "a tool speaks on standard output")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use baton_fuzz::hunt::{Until, hunt, quiet_panics};
use baton_fuzz::memory::Counted;
use baton_fuzz::targets;
use lexopt::prelude::*;

#[global_allocator]
static COUNTED: Counted = Counted;

fn main() -> Result<ExitCode, lexopt::Error> {
    let (mut name, mut seed, mut trace) = (String::new(), 1, None);
    let mut until = Until::Time(Duration::from_secs(10));
    let mut words = lexopt::Parser::from_env();
    while let Some(word) = words.next()? {
        match word {
            Long("target") => name = words.value()?.string()?,
            Long("seconds") => until = Until::Time(Duration::from_secs(words.value()?.parse()?)),
            Long("inputs") => until = Until::Inputs(words.value()?.parse()?),
            Long("seed") => seed = words.value()?.parse()?,
            Long("trace") => trace = Some(PathBuf::from(words.value()?)),
            other => return Err(other.unexpected()),
        }
    }
    let Some(mut target) = targets::named(&name) else {
        let names = targets::NAMES.join(", ");
        return Err(format!("which target? There are: {names}").into());
    };
    quiet_panics();
    let began = Instant::now();
    let report = hunt(&mut *target, seed, until, trace.as_deref());
    let seconds = began.elapsed().as_secs_f64().max(0.001);
    println!(
        "{name}: {} inputs with seed {seed}, {:.0} a second, {} read, {} different answers, {} kB at most, {} findings",
        report.inputs,
        report.inputs as f64 / seconds,
        report.read,
        report.answers,
        report.memory / 1024,
        report.findings.len()
    );
    for (number, finding) in report.findings.iter().enumerate() {
        let path = std::env::temp_dir().join(format!("baton-fuzz-{name}-{seed}-{number}"));
        println!("  {}\n    {}", finding.what, path.display());
        std::fs::write(&path, &finding.input)
            .map_err(|error| lexopt::Error::Custom(error.into()))?;
    }
    Ok(if report.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

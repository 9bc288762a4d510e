//! One target, input after input.

use std::cell::Cell;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::chance::Chance;
use crate::corpus::Corpus;
use crate::memory;
use crate::targets::Target;

/// Longest time of one input. Nothing here takes a hundredth of it; on a machine that is busy elsewhere
/// it is tried again, and what a processor worked on it counts.
pub const TIME_MAX: Duration = Duration::from_secs(2);
/// Findings of one hunt, at most: after that it is time to mend them.
const FINDINGS_MAX: usize = 8;

/// When a hunt ends.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    /// After so much time.
    Time(Duration),
    /// After so many inputs.
    Inputs(u64),
}

/// Something that must not be.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What happened.
    pub what: String,
    /// The input.
    pub input: Vec<u8>,
}

/// What a hunt came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Inputs played.
    pub inputs: u64,
    /// Different answers that they led to.
    pub answers: usize,
    /// Inputs that were read as something.
    pub read: u64,
    /// The most memory that one took, in bytes.
    pub memory: usize,
    /// What must not be.
    pub findings: Vec<Finding>,
}

/// The inputs of a target that once were findings.
pub fn kept(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("findings")
        .join(target);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    paths
        .iter()
        .filter_map(|path| fs::read(path).ok())
        .collect()
}

/// Plays inputs until it ends. `trace` gets each input before it is played: should one kill the
/// process, it stands there.
pub fn hunt(target: &mut dyn Target, seed: u64, until: Until, trace: Option<&Path>) -> Report {
    let mut corpus = Corpus::new(target.form(), target.seeds());
    let mut chance = Chance::new(seed);
    let mut report = Report::default();
    let began = Instant::now();
    let firsts: Vec<_> = kept(target.name())
        .into_iter()
        .chain(corpus.inputs().iter().cloned())
        .collect();
    let mut firsts = firsts.into_iter();
    loop {
        let over = match until {
            Until::Time(time) => began.elapsed() >= time,
            Until::Inputs(count) => report.inputs >= count,
        };
        let input = match firsts.next() {
            Some(input) => input,
            None if over || report.findings.len() >= FINDINGS_MAX => break,
            None => corpus.make(&mut chance),
        };
        if let Some(path) = trace {
            let _ = fs::write(path, &input);
        }
        report.inputs += 1;
        match play(target, &input) {
            Ok(answer) => {
                report.read += u64::from(answer.read);
                report.memory = report.memory.max(answer.memory);
                corpus.learn(&input, answer.mark);
            }
            Err(what) => {
                // One mistake is told once, however many inputs lead to it.
                if !report.findings.iter().any(|known| known.what == what) {
                    report.findings.push(Finding { what, input });
                }
            }
        }
    }
    report.answers = corpus.answers();
    report
}

/// What an input led to.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// True where it was read as something.
    pub read: bool,
    /// The same for the same kind of answer.
    pub mark: u64,
    /// The memory that it took, in bytes.
    pub memory: usize,
}

fn play(target: &mut dyn Target, input: &[u8]) -> Result<Answer, String> {
    let mut quickest = Duration::MAX;
    for _ in 0..3 {
        let (begun, began, worked) = (memory::begin(), Instant::now(), worked());
        let played = catch_unwind(AssertUnwindSafe(|| target.play(input)));
        let took = self::worked()
            .zip(worked)
            .map(|(after, before)| after - before);
        quickest = quickest.min(took.unwrap_or(began.elapsed()));
        let risen = memory::risen_since(begun);
        let answer = played.map_err(|panic| said(&*panic))??;
        let allowed = target.bytes_max(input.len());
        if risen > allowed {
            return Err(format!(
                "it took {risen} bytes of memory, {allowed} are allowed"
            ));
        }
        if quickest < TIME_MAX {
            return Ok(Answer {
                memory: risen,
                ..answer
            });
        }
    }
    Err("it took longer than any input may".into())
}

/// How long a processor has worked on this thread, where the system tells.
fn worked() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

thread_local! {
    static WHERE: Cell<Option<(&'static str, u32)>> = const { Cell::new(None) };
}

/// Panics are caught and told once each, with their place; their backtraces would be told a million
/// times.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        WHERE.set(panic.location().map(|place| {
            let file: &'static str = Box::leak(place.file().to_owned().into_boxed_str());
            (file, place.line())
        }));
    }));
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    let place = WHERE
        .take()
        .map(|(file, line)| format!(" at {file}:{line}"));
    let (text, place) = (text.unwrap_or_default(), place.unwrap_or_default());
    format!("panic{place}: {text}")
}

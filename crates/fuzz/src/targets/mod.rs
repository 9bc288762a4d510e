//! What inputs are given to.

mod answers;
mod csv;
mod entry;
mod handoff;
mod pages;
mod sync;
mod udi;

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::corpus::Form;
use crate::hunt::Answer;

/// Something that reads what anybody can send.
pub trait Target {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// What its inputs look like.
    fn form(&self) -> Form;

    /// True inputs to begin with.
    fn seeds(&self) -> Vec<Vec<u8>>;

    /// Reads an input. An error is a finding, as a panic is.
    fn play(&mut self, input: &[u8]) -> Result<Answer, String>;

    /// The memory that an input of so many bytes may take.
    fn bytes_max(&self, input: usize) -> usize {
        4 * 1024 * 1024 + 400 * input
    }
}

/// The names of all targets.
pub const NAMES: [&str; 7] = ["udi", "entry", "handoff", "sync", "csv", "pages", "answers"];

/// A target by its name.
pub fn named(name: &str) -> Option<Box<dyn Target>> {
    Some(match name {
        "udi" => Box::new(udi::Labels),
        "entry" => Box::new(entry::Entries::new()),
        "handoff" => Box::new(handoff::Codes::new()),
        "sync" => Box::new(sync::Endpoint::new()),
        "csv" => Box::new(csv::Files::new()),
        "pages" => Box::new(pages::Pages::new()),
        "answers" => Box::new(answers::Answers::new()),
        _ => return None,
    })
}

/// An answer that was read, or one that was not, marked by what tells it apart.
fn answer(read: bool, mark: impl Hash) -> Answer {
    let mut hasher = DefaultHasher::new();
    (read, mark).hash(&mut hasher);
    Answer {
        read,
        mark: hasher.finish(),
        memory: 0,
    }
}

/// The name of an error: one kind of error is one answer, whatever it tells.
fn kind_of(error: &impl std::fmt::Debug) -> String {
    let text = format!("{error:?}");
    let end = text.find(|one: char| !one.is_ascii_alphanumeric());
    text[..end.unwrap_or(text.len())].to_owned()
}

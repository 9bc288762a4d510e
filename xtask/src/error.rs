//! One error type for a command-line tool: a sentence for the person who typed.

use std::fmt;

/// A sentence that says what went wrong and, where we know it, what to do next.
#[derive(Debug)]
pub struct Error(pub String);

/// What every command returns.
pub type Result<T> = std::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Error {
    fn from(text: String) -> Self {
        Error(text)
    }
}

impl From<&str> for Error {
    fn from(text: &str) -> Self {
        Error(text.to_owned())
    }
}

impl From<lexopt::Error> for Error {
    fn from(error: lexopt::Error) -> Self {
        Error(error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error(format!("unexpected JSON: {error}"))
    }
}

/// Says on which path an input or output error happened; the bare error never does.
pub trait At<T> {
    /// Adds what was being done, for example `reading dist/index.html`.
    fn at(self, doing: impl fmt::Display) -> Result<T>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, doing: impl fmt::Display) -> Result<T> {
        self.map_err(|error| Error(format!("{doing}: {error}")))
    }
}

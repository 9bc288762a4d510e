//! The server's log: one JSON object a line on standard error.
//!
//! Small on purpose. A log framework would bring spans, filters and thirty crates; what an
//! operator reads here is one line per request and one per happening. It never holds a name,
//! a login, a password, a token, a serial or a date of a case (R36): callers pass codes,
//! counts, durations and ids of organizations and devices, and request lines name the route's
//! pattern and not the path, because a path can carry an invite's token.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value};

use crate::clock;

static ON: AtomicBool = AtomicBool::new(false);

/// Begins to write lines. Until then, as in tests and in commands, nothing is written.
pub fn turn_on() {
    ON.store(true, Ordering::Relaxed);
}

/// A line about something expected.
pub fn info(what: &'static str) -> Line {
    Line::new("info", what)
}

/// A line about something that somebody should look at.
pub fn warn(what: &'static str) -> Line {
    Line::new("warn", what)
}

/// A line about something that failed.
pub fn error(what: &'static str) -> Line {
    Line::new("error", what)
}

/// A line that is being put together.
#[must_use = "a line is written by `write`"]
pub struct Line(Map<String, Value>);

impl Line {
    fn new(level: &'static str, what: &'static str) -> Self {
        let mut fields = Map::new();
        fields.insert("at_ms".into(), clock::now_ms().into());
        fields.insert("level".into(), level.into());
        fields.insert("what".into(), what.into());
        Self(fields)
    }

    /// Adds a field. Never anything about a person.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// Writes the line. A broken standard error is nobody's business here.
    pub fn write(self) {
        if ON.load(Ordering::Relaxed) {
            let mut text = Value::Object(self.0).to_string();
            text.push('\n');
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
        }
    }
}

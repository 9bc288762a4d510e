//! `cargo xtask bench NAME`: figures, not verdicts. Each prints what it measured beside a peer
//! measured in the same run, because a number of milliseconds alone says more about the machine.

mod handoff;

use std::process::ExitCode;

use crate::error::Result;

/// Runs one benchmark; its own arguments follow its name.
pub fn command(mut parser: lexopt::Parser) -> Result<ExitCode> {
    let name = match parser.next()? {
        Some(lexopt::Arg::Value(name)) => name.to_string_lossy().into_owned(),
        _ => return Err("which benchmark? There is `handoff`".into()),
    };
    match name.as_str() {
        "handoff" => handoff::command(parser),
        other => Err(format!("there is no benchmark `{other}`; there is `handoff`").into()),
    }
}

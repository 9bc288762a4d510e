//! `baton-server`: the program. What a person types, in words back.

#![expect(clippy::print_stdout, reason = "a command speaks on standard output")]

mod commands;

use std::process::ExitCode;

fn main() -> ExitCode {
    match commands::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("baton-server: {failure}");
            ExitCode::FAILURE
        }
    }
}

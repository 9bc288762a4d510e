//! Every command a person types in this repository: `cargo xtask <command>`.
//!
//! Two of them are all that a newcomer needs. `run` starts the app, `test` checks
//! everything; both bring the tools that they need, in pinned versions (`versions.rs`),
//! into a per-user cache. The rest are the single steps of those two.

#![expect(
    clippy::print_stdout,
    reason = "a command-line tool speaks on standard output"
)]

mod bench;
mod budgets;
mod build;
mod dist_assets;
mod error;
mod faults;
mod fuzz;
mod paths;
mod postgres;
mod process;
mod run;
mod setup;
mod shots;
mod sim;
mod test;
mod tidy;
mod versions;

use std::process::ExitCode;

use error::Result;

const USAGE: &str = "\
cargo xtask <command>

  run [--port N] [--data DIR] [--no-demo] [--lan] [--dev]
                        build everything and start it on http://127.0.0.1:8080
  run --instances N     the same as N servers over one PostgreSQL, on ports from 8080
  test [--layer NAME]…  run every test, or only the named layers
  ci                    the same, and nothing may be left out
  shots [--only NAME] [--playbook]
                        pictures of every screen under target/shots/, or of each
                        branch of the playbook for the README
  sim [--seeds N] [--seed S] [--steps N]
                        play N random histories of phones and server, or one of them
  mutants               the same with each guard switched off: it must turn red
  faults [--kills N]    kill the server, restart its database and fill its disk under
                        load, on SQLite and PostgreSQL, and check the history
  fuzz [--seconds N] [--target NAME] [--seed S]
                        bytes from anybody, made by the million: labels, entries, handoffs,
                        sync bodies, CSV files, pages, a server's answers
  bench NAME            figures beside a peer, kept under target/bench/ (drain, handoff,
                        plan, scan [--pictures DIR]…, server,
                        sim [--seeds N], start, stock [--lines N]…, store;
                        sync for store, drain and server; all)
  tidy                  the rules of this repository that a program can check
  setup                 install the tools and nothing else
  dist-assets           the hook that Trunk calls after a build
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<ExitCode> {
    // Asked for help, wherever in the line, a command only says what there is.
    if std::env::args().any(|argument| argument == "--help" || argument == "-h") {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let mut parser = lexopt::Parser::from_env();
    let command = match parser.next()? {
        Some(lexopt::Arg::Value(value)) => value.to_string_lossy().into_owned(),
        _ => {
            print!("{USAGE}");
            return Ok(ExitCode::SUCCESS);
        }
    };
    match command.as_str() {
        "run" => run::command(parser),
        "test" => test::command(parser, test::Strictness::Person),
        "ci" => test::command(parser, test::Strictness::Ci),
        "shots" => shots::command(parser),
        "sim" => sim::command(parser),
        "mutants" => sim::mutants_command(parser),
        "faults" => faults::command(parser),
        "fuzz" => fuzz::command(parser),
        "bench" => bench::command(parser),
        "tidy" => tidy::command(),
        "setup" => setup::command(),
        "dist-assets" => dist_assets::command(),
        "help" => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}").into()),
    }
}

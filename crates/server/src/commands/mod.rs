//! The commands. Each reads its words, opens the data folder and says what it did.

mod backup;
mod init;
mod reset_password;
mod serve;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::*;

use baton_server::data_folder::DataFolder;
use baton_server::words::Failure;
use baton_server::{Server, demo, import};

type Result<T> = std::result::Result<T, Failure>;

const USAGE: &str = "\
The sync server of Baton.

  baton-server init --data DIR [--public-url URL]
        Make the data folder and print the one-time link with which the first
        person sets up the organization. The link is good for an hour.

  baton-server serve --data DIR [--dist DIR] [--listen ADDRESS:PORT]
                     [--demo] [--lan] [--public-url URL]
                     [--tls-cert FILE --tls-key FILE]
                     [--trusted-proxy ADDRESS]… [--metrics ADDRESS:PORT]
        Serve the app and its API. --demo adds the demo organizations. --lan serves
        HTTPS on the local network with a certificate authority of its own.
        --public-url names the address behind a proxy, --trusted-proxy the proxy
        whose X-Forwarded-For is believed. --metrics is the port for Prometheus.

  baton-server import --data DIR --org NAME {catalogue|stock|people|facilities|cases}
                      FILE.csv [--dry-run] …
        Import a file. `baton-server import --help` tells the columns.

  baton-server demo --data DIR [--lines N] [--reps R] [--cases C] [--seed S]
        Make the demo organizations, in any size.

  baton-server reset-password --data DIR LOGIN
        Give an account a new password and print it. Its sessions end.

  baton-server verify --data DIR
        Check every signature, number and verdict of every ledger.

  baton-server backup --data DIR FILE
        Write everything but the server's key into one file; the server may run.

  baton-server restore --data DIR FILE
        Fill an empty database from such a file. The key has to be in the folder.

Everything but the key and what belongs to one machine is kept in a file in the data
folder, or, where DATABASE_URL is postgres://user:password@host/database, in that
PostgreSQL database. Several servers may share one; all need the same `server.key`.
";

/// Runs what was typed.
pub fn run() -> Result<()> {
    let mut words = lexopt::Parser::from_env();
    let command = match words.next().map_err(unclear)? {
        Some(Value(word)) => word.to_string_lossy().into_owned(),
        None | Some(Long("help") | Short('h')) => {
            print!("{USAGE}");
            return Ok(());
        }
        Some(other) => return Err(unclear(other.unexpected())),
    };
    match command.as_str() {
        "serve" => serve::run(serve::Options::read(words)?),
        "init" => init::run(&init::Options::read(words)?),
        "import" => run_import(words),
        "demo" => run_demo(words),
        "reset-password" => reset_password::run(words),
        "verify" => verify::run(words),
        "backup" => backup::write(words),
        "restore" => backup::restore(words),
        "help" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(Failure::new(format!("there is no command `{other}`"))
            .next("`baton-server help` lists them")),
    }
}

fn run_import(mut words: lexopt::Parser) -> Result<()> {
    let (mut data, mut organization, mut dry_run) = (None, None, false);
    let (mut values, mut rest): (Vec<OsString>, Vec<OsString>) = (Vec::new(), Vec::new());
    while let Some(word) = words.next().map_err(unclear)? {
        match word {
            Long("data") => data = Some(path(&mut words)?),
            Long("org") => organization = Some(text(&mut words)?),
            Long("dry-run") => dry_run = true,
            Long(other) => rest.push(format!("--{other}").into()),
            Value(value) => values.push(value),
            other @ Short(_) => return Err(unclear(other.unexpected())),
        }
    }
    let mut values = values.into_iter();
    let (kind, file) = (values.next(), values.next());
    if rest.iter().any(|word| word == "--help") || kind.is_none() {
        print_import_usage();
        return Ok(());
    }
    let missing = |what: &str| {
        Failure::new(format!("{what} is missing")).next("`baton-server import --help` tells more")
    };
    let args = import::Args {
        organization: organization.ok_or_else(|| missing("--org NAME"))?,
        kind: kind.unwrap_or_default().to_string_lossy().into_owned(),
        file: file.map(PathBuf::from).ok_or_else(|| missing("the file"))?,
        dry_run,
        rest,
    };
    let folder = existing(data)?;
    wait(async move { import::run(&Server::open(&folder).await?, args).await })
}

fn print_import_usage() {
    println!(
        "baton-server import --data DIR --org NAME KIND FILE.csv [--dry-run] [--skip-bad-rows]\n"
    );
    println!("The first line of the file names its columns; columns of other names are ignored.\n");
    for kind in ["catalogue", "people", "facilities", "stock", "cases"] {
        let columns = kind
            .parse::<import::Kind>()
            .map(import::Kind::columns)
            .unwrap_or_default();
        println!("  {kind}: {}", columns.join(", "));
    }
}

fn run_demo(mut words: lexopt::Parser) -> Result<()> {
    let (mut data, mut size) = (None, demo::Size::default());
    while let Some(word) = words.next().map_err(unclear)? {
        match word {
            Long("data") => data = Some(path(&mut words)?),
            Long("lines") => size.lines = number(&mut words)?,
            Long("reps") => size.reps = number(&mut words)?,
            Long("cases") => size.cases = number(&mut words)?,
            Long("seed") => size.seed = number(&mut words)?,
            other => return Err(unclear(other.unexpected())),
        }
    }
    let folder = DataFolder::open(&data.ok_or_else(no_data)?)?;
    wait(
        async move { demo::load(&Server::open(&folder).await?, size, serve::DEMO_PASSWORD).await },
    )?;
    println!("The demo is in place. Start it with `baton-server serve --data … --dist … --demo`.");
    Ok(())
}

/// A data folder that must be there already: a mistyped name is told and not made.
fn existing(data: Option<PathBuf>) -> Result<DataFolder> {
    let path = data.ok_or_else(no_data)?;
    if !path.is_dir() {
        return Err(
            Failure::new(format!("there is no data folder {}", path.display()))
                .next("`baton-server init --data DIR` makes one"),
        );
    }
    DataFolder::open(&path)
}

fn no_data() -> Failure {
    Failure::new("--data DIR is missing")
        .next("It names the folder in which the server keeps everything")
}

fn unclear(error: lexopt::Error) -> Failure {
    Failure::new(error.to_string()).next("`baton-server help` lists the commands")
}

fn path(words: &mut lexopt::Parser) -> Result<PathBuf> {
    words.value().map(PathBuf::from).map_err(unclear)
}

fn text(words: &mut lexopt::Parser) -> Result<String> {
    words
        .value()
        .and_then(|value| value.string())
        .map_err(unclear)
}

fn number<T>(words: &mut lexopt::Parser) -> Result<T>
where
    T: std::str::FromStr,
    T::Err: Into<Box<dyn std::error::Error + Send + Sync + 'static>>,
{
    words
        .value()
        .and_then(|value| value.parse())
        .map_err(unclear)
}

/// Runs a command's work to its end.
fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime =
        runtime.map_err(|error| Failure::new(format!("the program could not start: {error}")))?;
    runtime.block_on(work)
}

/// The origin (scheme, host, port) of an address that a person gave.
fn origin(url: &str) -> Result<String> {
    let unfit = || {
        Failure::new(format!("`{url}` is not an address"))
            .next("Write it as `https://baton.example` or `http://host:8080`")
    };
    let url = url.trim();
    let (scheme, rest) = url.split_once("://").ok_or_else(unfit)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let fits = matches!(scheme, "http" | "https") && !host.is_empty() && !host.contains(['@', ' ']);
    if fits {
        Ok(format!("{scheme}://{}", host.to_lowercase()))
    } else {
        Err(unfit())
    }
}

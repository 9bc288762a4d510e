//! `cargo xtask run`: from a fresh clone to the app on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode};
use std::thread;
use std::time::Duration;

use lexopt::prelude::*;

use crate::build::{self, Profile};
use crate::error::{At, Result};
use crate::postgres::{Cluster, Purpose};
use crate::setup::{self, BuildTools};
use crate::{paths, process};

/// What the person asked for.
#[derive(Debug)]
struct Options {
    port: u16,
    data: PathBuf,
    demo: bool,
    lan: bool,
    dev: bool,
    instances: u16,
}

fn options(mut parser: lexopt::Parser) -> Result<Options> {
    let mut options = Options {
        port: 8080,
        data: paths::root().join("data"),
        demo: true,
        lan: false,
        dev: false,
        instances: 1,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => options.port = parser.value()?.parse()?,
            Long("data") => {
                let here = std::env::current_dir().at("finding the current folder")?;
                options.data = here.join(parser.value()?);
            }
            Long("no-demo") => options.demo = false,
            Long("lan") => options.lan = true,
            Long("dev") => options.dev = true,
            Long("instances") => options.instances = parser.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    if options.lan && options.dev {
        return Err(
            "--lan and --dev do not go together: reloading works on this machine \
                    only; leave one of them out"
                .into(),
        );
    }
    if options.instances > 1 && (options.lan || options.dev) {
        return Err("--instances is for this machine: leave --lan and --dev out".into());
    }
    Ok(options)
}

/// `cargo xtask run`.
pub fn command(parser: lexopt::Parser) -> Result<ExitCode> {
    let options = options(parser)?;
    let tools = setup::for_build()?;
    if options.dev {
        return develop(&options, &tools);
    }
    println!("run: building the app");
    process::run(&mut build::app_command(&tools)?)?;
    println!("run: building the server");
    process::run(&mut build::server_command(Profile::Release))?;
    if options.instances > 1 {
        return several(&options);
    }
    initialise(&options, Profile::Release)?;
    let listen = if options.lan {
        format!("0.0.0.0:{}", options.port)
    } else {
        format!("127.0.0.1:{}", options.port)
    };
    if !options.lan {
        println!("run: http://{listen}/ (data in {})", options.data.display());
    }
    let mut server = serve(&options, Profile::Release, &listen);
    if options.lan {
        server.arg("--lan");
    }
    become_it(&mut server)
}

/// The server on a second port, and before it Trunk, which rebuilds the app and reloads
/// the page after each change.
fn develop(options: &Options, tools: &BuildTools) -> Result<ExitCode> {
    process::run(&mut build::server_command(Profile::Debug))?;
    // The server refuses to start without an app, although Trunk serves this one.
    let mut app = build::trunk(tools)?;
    app.env("BATON_WITHDRAW_WORKER", "1");
    process::run(
        app.args(["build", "--offline", "--dist"])
            .arg(paths::dist()),
    )?;
    initialise(options, Profile::Debug)?;
    let behind = options
        .port
        .checked_add(1)
        .ok_or("there is no port above 65535 for the server behind Trunk")?;
    let address = format!("http://127.0.0.1:{}", options.port);
    let mut server = serve(options, Profile::Debug, &format!("127.0.0.1:{behind}"));
    server.args(["--public-url", &address]);
    let mut server = server.spawn().at("starting the server")?;
    println!(
        "run: {address}/ reloads after each change (data in {})",
        options.data.display()
    );
    let mut trunk = build::trunk(tools)?;
    // An offline copy would show yesterday's page: while developing, the worker removes
    // itself.
    trunk.env("BATON_WITHDRAW_WORKER", "1");
    trunk
        .args(["serve", "--offline", "--address", "127.0.0.1", "--port"])
        .arg(options.port.to_string())
        .arg("--proxy-backend")
        .arg(format!("http://127.0.0.1:{behind}/api/"))
        .arg("--dist")
        .arg(paths::target().join("dev-dist"));
    let ended = process::run(&mut trunk);
    process::kill_tree(&mut server);
    ended.map(|()| ExitCode::SUCCESS)
}

/// Several instances over one PostgreSQL: what is recorded through one is on all, and one may be
/// killed. The database is the one that `DATABASE_URL` names, or one of our own that goes when
/// this ends.
fn several(options: &Options) -> Result<ExitCode> {
    let named = std::env::var("DATABASE_URL").ok();
    let cluster = match named {
        Some(_) => None,
        None => {
            let bin = setup::postgres::ensure()?.ok_or(setup::postgres::HOW_TO_GET)?;
            println!("run: a PostgreSQL of our own; set DATABASE_URL to keep what is recorded");
            Some(Cluster::start(&bin, Purpose::Earnest)?)
        }
    };
    let url = named
        .or(cluster.as_ref().map(Cluster::url))
        .unwrap_or_default();
    let mut running = Running(vec![]);
    for number in 0..options.instances {
        let port = options.port.checked_add(number);
        let port = port.ok_or("there is no port above 65535 for so many instances")?;
        if number == 0 && !options.demo {
            let mut init = process::command(build::server_binary(Profile::Release));
            init.arg("init").arg("--data").arg(&options.data);
            init.args(["--public-url", &format!("http://127.0.0.1:{port}")]);
            process::run(init.env("DATABASE_URL", &url))?;
        }
        let mut server = serve(options, Profile::Release, &format!("127.0.0.1:{port}"));
        server.env("DATABASE_URL", &url);
        let started = server.spawn().at("starting the server")?;
        running.0.push(started);
        // The first fills the database, if it is empty; the others find it full.
        until_it_is_ready(running.0.last_mut(), port)?;
    }
    for server in &mut running.0 {
        server.wait().at("waiting for the server")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The instances that were started. Should a later one fail, none of them stays behind.
struct Running(Vec<Child>);

impl Drop for Running {
    fn drop(&mut self) {
        for server in &mut self.0 {
            if matches!(server.try_wait(), Ok(None)) {
                process::kill_tree(server);
            }
        }
    }
}

/// Waits until an instance says that it serves. An open port says only that something is there: the
/// port may be another program's, and the database may not answer yet.
fn until_it_is_ready(mut server: Option<&mut Child>, port: u16) -> Result<()> {
    for _ in 0..600 {
        if is_ready(port) {
            return Ok(());
        }
        if let Some(Ok(Some(status))) = server.as_mut().map(|server| server.try_wait()) {
            return Err(format!("the instance on port {port} ended ({status})").into());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err(format!("the instance on port {port} does not get ready").into())
}

fn is_ready(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let request =
            format!("GET /readyz HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok(line.starts_with("HTTP/1.1 200 "))
    };
    ask().unwrap_or(false)
}

fn serve(options: &Options, profile: Profile, listen: &str) -> Command {
    let mut server = process::command(build::server_binary(profile));
    server.arg("serve");
    server.arg("--data").arg(&options.data);
    server.arg("--dist").arg(paths::dist());
    server.args(["--listen", listen]);
    if options.demo {
        server.arg("--demo");
    }
    server
}

/// Without the demo an empty folder begins for real: the server prints the one-time
/// link with which the first person sets it up.
fn initialise(options: &Options, profile: Profile) -> Result<()> {
    if options.demo {
        return Ok(());
    }
    let mut entries = std::fs::read_dir(&options.data);
    let empty = entries
        .as_mut()
        .map_or(true, |entries| entries.next().is_none());
    if !empty {
        return Ok(());
    }
    let mut init = process::command(build::server_binary(profile));
    init.arg("init").arg("--data").arg(&options.data);
    if !options.lan {
        // On the local network the server knows its address better than we do.
        init.arg("--public-url");
        init.arg(format!("http://127.0.0.1:{}", options.port));
    }
    process::run(&mut init)
}

/// Turns this process into the server, so that Ctrl-C and exit code are the server's.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(format!("cannot start the server: {}", command.exec()).into())
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<ExitCode> {
    process::run(command).map(|()| ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers one connection with these bytes.
    fn answering(said: &'static str) -> std::io::Result<u16> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        thread::spawn(move || {
            if let Ok((mut stream, _)) = listener.accept() {
                let _ = std::io::Read::read(&mut stream, &mut [0; 1024]);
                let _ = stream.write_all(said.as_bytes());
            }
        });
        Ok(port)
    }

    #[test]
    fn an_open_port_is_not_an_instance_that_serves() -> std::io::Result<()> {
        assert!(is_ready(answering("HTTP/1.1 200 OK\r\n\r\n")?));
        assert!(!is_ready(answering(
            "HTTP/1.1 503 Service Unavailable\r\n\r\n"
        )?));
        assert!(!is_ready(answering("")?));
        Ok(())
    }
}

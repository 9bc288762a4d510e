//! The start of the app by Lighthouse's mobile profile: a phone four times slower than this
//! machine on a network of 1.6 Mbit/s, first visit, nothing kept.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::build::{self, Profile};
use crate::error::{At, Result};
use crate::setup::browsers::{self, Engine};
use crate::setup::npm;
use crate::{paths, process, setup};

/// Lighthouse's names of what is printed, and ours.
const FIGURES: &[(&str, &str)] = &[
    ("first-contentful-paint", "first contentful paint"),
    ("largest-contentful-paint", "largest contentful paint"),
    ("total-blocking-time", "total blocking time"),
    ("cumulative-layout-shift", "cumulative layout shift"),
    ("speed-index", "speed index"),
    ("interactive", "time to interactive"),
    ("total-byte-weight", "bytes fetched"),
];

/// Builds, serves the demo, and lets Lighthouse look at its home page.
pub fn command() -> Result<ExitCode> {
    let tools = setup::for_build()?;
    let chromium = browsers::ensure(Engine::Chromium)?
        .ok_or("Lighthouse needs Chromium; `cargo xtask setup` says more")?;
    let lighthouse = npm::ensure(&npm::LIGHTHOUSE)?;
    process::run(&mut build::app_command(&tools)?)?;
    process::run(&mut build::server_command(Profile::Release))?;
    let folder = paths::target().join("bench/start");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).at("making target/bench/start")?;
    let (mut server, address) = serve(&folder)?;
    let report = folder.join("lighthouse.json");
    let measured = process::run(
        process::command("node")
            .arg(lighthouse.join("cli/index.js"))
            .arg(format!("http://{address}/"))
            .args(["--quiet", "--output=json", "--form-factor=mobile"])
            .args(["--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage"])
            .arg(format!("--output-path={}", report.display()))
            .env("CHROME_PATH", &chromium.binary),
    );
    process::kill_tree(&mut server);
    measured?;
    let text = fs::read_to_string(&report).at("reading Lighthouse's report")?;
    show(&serde_json::from_str(&text)?);
    println!("the whole report: {}", report.display());
    Ok(ExitCode::SUCCESS)
}

/// The server on a free port, with the demo in a folder of its own.
fn serve(folder: &Path) -> Result<(Child, SocketAddr)> {
    let free = TcpListener::bind("127.0.0.1:0").at("looking for a free port")?;
    let address = free.local_addr().at("looking for a free port")?;
    drop(free);
    let mut server = process::command(build::server_binary(Profile::Release))
        .args(["serve", "--demo", "--listen", &address.to_string()])
        .arg("--data")
        .arg(folder.join("data"))
        .arg("--dist")
        .arg(paths::dist())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .at("starting the server")?;
    let deadline = Instant::now() + Duration::from_secs(120);
    while TcpStream::connect(address).is_err() {
        if Instant::now() > deadline {
            process::kill_tree(&mut server);
            return Err("the server does not answer".into());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok((server, address))
}

fn show(report: &Value) {
    let categories = report["categories"].as_object();
    for (name, category) in categories.into_iter().flatten() {
        let score = category["score"].as_f64().unwrap_or_default() * 100.0;
        println!("{name}: {score:.0}");
    }
    for (id, name) in FIGURES {
        let shown = &report["audits"][id]["displayValue"];
        println!("{name}: {}", shown.as_str().unwrap_or("not measured"));
    }
}

//! The start of the app by Lighthouse's mobile profile: a phone four times slower than this
//! machine on a network of 1.6 Mbit/s, first visit, nothing kept. The median of five visits
//! counts, as Lighthouse itself advises: one visit alone varies.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::{keep, load, quantile};
use crate::build::{self, Profile};
use crate::error::{At, Result};
use crate::setup::browsers::{self, Engine};
use crate::setup::npm;
use crate::{paths, process, setup};

/// Visits of which the median counts.
const VISITS: usize = 5;

/// Lighthouse's names of what is measured, ours with the unit, and how many of its own units make
/// one of ours.
const FIGURES: &[(&str, &str, f64)] = &[
    (
        "first-contentful-paint",
        "first contentful paint, s",
        1000.0,
    ),
    (
        "largest-contentful-paint",
        "largest contentful paint, s",
        1000.0,
    ),
    ("total-blocking-time", "total blocking time, ms", 1.0),
    ("cumulative-layout-shift", "cumulative layout shift", 1.0),
    ("speed-index", "speed index, s", 1000.0),
    ("interactive", "time to interactive, s", 1000.0),
    ("total-byte-weight", "fetched, kB", 1000.0),
];

/// Builds, serves the demo, and lets Lighthouse look at its home page.
pub fn command() -> Result<ExitCode> {
    let before = load();
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
    let visits: Result<Vec<Value>> = (1..=VISITS)
        .map(|visit| {
            let report = folder.join(format!("lighthouse-{visit}.json"));
            process::run(
                process::command("node")
                    .arg(lighthouse.join("cli/index.js"))
                    .arg(format!("http://{address}/"))
                    .args(["--quiet", "--output=json", "--form-factor=mobile"])
                    .args(["--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage"])
                    .arg(format!("--output-path={}", report.display()))
                    .env("CHROME_PATH", &chromium.binary),
            )?;
            let text = fs::read_to_string(&report).at("reading Lighthouse's report")?;
            Ok(serde_json::from_str(&text)?)
        })
        .collect();
    process::kill_tree(&mut server);
    let results = figures(&visits?);
    for (name, figure) in &results {
        println!("{name}: {figure}");
    }
    println!("the whole reports: {}", folder.display());
    keep("start", [before, load()], Value::Object(results))?;
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

/// The median of each figure.
fn figures(visits: &[Value]) -> Map<String, Value> {
    let categories = visits
        .first()
        .and_then(|visit| visit["categories"].as_object());
    let scores = categories.into_iter().flat_map(Map::keys).map(|name| {
        let of = |visit: &Value| {
            let score = visit["categories"][name]["score"].as_f64()?;
            Some((score * 100.0).round())
        };
        (name.clone(), json!(median(visits, of)))
    });
    let figures = FIGURES.iter().map(|(id, name, unit)| {
        let of = |visit: &Value| Some(visit["audits"][id]["numericValue"].as_f64()? / unit);
        ((*name).to_owned(), json!(median(visits, of)))
    });
    scores.chain(figures).collect()
}

/// The median of what was measured; nothing where a visit measured nothing.
fn median(visits: &[Value], of: impl Fn(&Value) -> Option<f64>) -> Option<f64> {
    let all: Vec<f64> = visits.iter().map(of).collect::<Option<_>>()?;
    quantile(&all, 0.5)
}

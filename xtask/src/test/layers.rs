//! The layers, in the order in which they run: what is quick and likely to fail first.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{Counts, Strictness, Verdict};
use crate::build::{self, Profile};
use crate::error::{At, Result};
use crate::postgres::{Cluster, Purpose};
use crate::process::{self, Ended};
use crate::setup::browsers::{self, Browser, Engine};
use crate::setup::npm::{self, Audit};
use crate::setup::{self, BuildTools};
use crate::{budgets, faults, fuzz, paths, sim, tidy, versions};

/// One layer of the tests.
pub struct Layer {
    /// As `--layer` names it.
    pub name: &'static str,
    /// After so many minutes one of its commands is killed.
    minutes_max: u64,
    /// Does the work.
    pub run: fn(&mut Context, &Layer) -> Result<Verdict>,
}

/// Packages whose tests also run as wasm in a browser.
const WASM_TESTED: &[&str] = &["baton-store"];
/// Packages that are compiled for wasm, hence linted for it.
const WASM_BUILT: &[&str] = &["baton", "baton-store"];
/// Tests below this module run in each engine, the others in Chromium only.
const EVERY_ENGINE: &str = "every_engine::";

const fn layer(
    name: &'static str,
    minutes_max: u64,
    run: fn(&mut Context, &Layer) -> Result<Verdict>,
) -> Layer {
    Layer {
        name,
        minutes_max,
        run,
    }
}

/// All of them.
pub const LAYERS: &[Layer] = &[
    layer("format", 3, format),
    layer("tidy", 5, tidy_layer),
    layer("clippy", 20, clippy),
    layer("clippy-wasm", 20, clippy_wasm),
    layer("deny", 20, deny),
    layer("native", 30, native),
    layer("udi-differential", 10, udi_differential),
    layer("sim", 25, simulated),
    layer("mutants", 15, without_guards),
    layer("fuzz", 25, fuzzed),
    layer("postgres", 20, on_postgres),
    layer("faults", 20, under_faults),
    layer("wasm", 20, wasm),
    layer("dist", 25, dist),
    layer("budgets", 1, budget),
    layer("e2e-chromium", 45, e2e_chromium),
    layer("e2e-firefox", 15, e2e_firefox),
    layer("e2e-webkit", 15, e2e_webkit),
    layer("axe", 15, axe),
];

/// What layers share, made when first needed.
pub struct Context {
    strictness: Strictness,
    log: PathBuf,
    tools: Option<BuildTools>,
    dist_is_built: bool,
}

impl Context {
    /// Nothing is set up yet.
    pub fn new(strictness: Strictness) -> Self {
        Context {
            strictness,
            log: PathBuf::new(),
            tools: None,
            dist_is_built: false,
        }
    }

    /// Starts the log of a layer.
    pub fn begin(&mut self, layer: &Layer) -> Result<()> {
        self.log = paths::logs()?.join(format!("{}.log", layer.name));
        std::fs::write(&self.log, "").at("starting the log")
    }

    fn tools(&mut self) -> Result<&BuildTools> {
        let tools = match self.tools.take() {
            Some(tools) => tools,
            None => setup::for_build()?,
        };
        Ok(self.tools.insert(tools))
    }

    /// Runs a command into the layer's log.
    fn logged(&self, layer: &Layer, command: &mut Command) -> Result<bool> {
        command.env("CARGO_TERM_COLOR", "never");
        // The end of the log is shown on a failure; it should be the message.
        command.env("RUST_BACKTRACE", "0");
        let timeout = Duration::from_secs(60 * layer.minutes_max);
        let ended = process::run_logged(command, &self.log, timeout)?;
        if ended == Ended::TimedOut {
            return Err(format!(
                "`{}` was killed after {} minutes",
                process::shown(command),
                layer.minutes_max
            )
            .into());
        }
        Ok(ended == Ended::Well)
    }

    /// Runs a command that prints test results and counts them.
    fn counted(&self, layer: &Layer, command: &mut Command) -> Result<Verdict> {
        let ended_well = self.logged(layer, command)?;
        let log = std::fs::read(&self.log).at("reading the log")?;
        let counts = Counts::from_log(&String::from_utf8_lossy(&log), ended_well);
        Ok(Verdict::Ran(counts))
    }

    /// The published app, built once.
    fn built_dist(&mut self, layer: &Layer) -> Result<()> {
        if self.dist_is_built {
            return Ok(());
        }
        let mut trunk = build::app_command(self.tools()?)?;
        if !self.logged(layer, &mut trunk)? {
            return Err("the app does not build".into());
        }
        self.dist_is_built = true;
        Ok(())
    }
}

fn format(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    let mut cargo = process::cargo();
    cargo.args(["fmt", "--all", "--check"]);
    Ok(Verdict::Ran(Counts::one(
        context.logged(layer, &mut cargo)?,
    )))
}

fn tidy_layer(context: &mut Context, _layer: &Layer) -> Result<Verdict> {
    let report = tidy::check()?;
    std::fs::write(&context.log, report.text()).at("writing the log")?;
    Ok(Verdict::Ran(report.counts()))
}

fn clippy(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    let mut counts = Counts::default();
    // `--all-targets` leaves the browser tests out, because `cargo test` does.
    for scope in [
        &["--workspace", "--all-targets"][..],
        &["--package", "baton", "--test", "e2e"],
    ] {
        let mut cargo = process::cargo();
        cargo
            .arg("clippy")
            .args(scope)
            .args(["--", "-D", "warnings"]);
        counts.add(&Counts::one(context.logged(layer, &mut cargo)?));
    }
    Ok(Verdict::Ran(counts))
}

fn clippy_wasm(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    let mut cargo = context.tools()?.wasm.cargo();
    cargo.args(["clippy", "--target", setup::toolchain::TARGET]);
    for package in WASM_BUILT {
        cargo.args(["--package", package]);
    }
    cargo.args(["--lib", "--bins", "--", "-D", "warnings"]);
    let mut counts = Counts::one(context.logged(layer, &mut cargo)?);
    let mut tests = context.tools()?.wasm.cargo();
    tests.args(["clippy", "--target", setup::toolchain::TARGET]);
    for package in WASM_TESTED {
        tests.args(["--package", package]);
    }
    tests.args(["--all-targets", "--", "-D", "warnings"]);
    counts.add(&Counts::one(context.logged(layer, &mut tests)?));
    Ok(Verdict::Ran(counts))
}

/// The rules of `deny.toml`. The list of known holes is not on any package registry: where it
/// cannot be fetched, that is said, and the other rules are held all the same.
fn deny(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    let program = setup::tools::ensure(&setup::tools::DENY)?.join("cargo-deny");
    let run = |words: &[&str]| {
        let mut deny = process::command(&program);
        context.logged(layer, deny.arg("--workspace").args(words))
    };
    let mut counts = Counts::default();
    for rule in ["bans", "licenses", "sources"] {
        counts.add(&Counts::one(run(&["check", rule])?));
    }
    if run(&["fetch", "db"])? {
        let holes = run(&["check", "--disable-fetch", "advisories"])?;
        counts.add(&Counts::one(holes));
    } else {
        println!("    the list of known holes cannot be fetched from here: not checked");
    }
    match npm::audit(versions::DECODER, versions::DECODER_VERSION)? {
        Audit::NotAsked => println!("    npm's list of known holes is not to be had: not checked"),
        said => counts.add(&Counts::one(said == Audit::Clean)),
    }
    Ok(Verdict::Ran(counts))
}

fn native(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    let mut cargo = process::cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    context.counted(layer, &mut cargo)
}

/// Random histories, by the thousand; the smaller suite of the native tests comes before it.
fn without_guards(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    context.counted(layer, &mut sim::mutants_layer_command())
}

fn simulated(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    context.counted(layer, &mut sim::layer_command())
}

/// Each target of the fuzzer for some seconds.
fn fuzzed(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    if !context.logged(layer, &mut fuzz::build())? {
        return Err("the fuzzer does not build".into());
    }
    let mut counts = Counts::default();
    for mut hunt in fuzz::hunts() {
        counts.add(&Counts::one(context.logged(layer, &mut hunt)?));
    }
    Ok(Verdict::Ran(counts))
}

/// The server's suite again, on PostgreSQL: the `native` layer runs it on SQLite.
fn on_postgres(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    let Some(bin) = setup::postgres::ensure()? else {
        return Ok(Verdict::LeftOut(setup::postgres::HOW_TO_GET.to_owned()));
    };
    let cluster = Cluster::start(&bin, Purpose::Tests)?;
    let mut cargo = process::cargo();
    let (tls_url, tls_root) = cluster.tls();
    cargo.env("BATON_TEST_TLS_DATABASE_URL", tls_url);
    cargo.env("BATON_TEST_TLS_ROOT", tls_root);
    cargo.env("BATON_TEST_DATABASE_URL", cluster.url()).args([
        "test",
        "--package",
        "baton-server",
        "--test",
        "it",
        "--no-fail-fast",
        "--",
        "--skip",
        faults::TESTS,
    ]);
    context.counted(layer, &mut cargo)
}

/// The server killed, its database restarted, its disk full: on both databases.
fn under_faults(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    let Some(bin) = setup::postgres::ensure()? else {
        return Ok(Verdict::LeftOut(setup::postgres::HOW_TO_GET.to_owned()));
    };
    let cluster = Cluster::start(&bin, Purpose::Tests)?;
    let mut ended_well = true;
    for database in [None, Some(&cluster)] {
        let mut tests = faults::tests(faults::KILLS_IN_LAYER, database);
        ended_well &= context.logged(layer, &mut tests)?;
    }
    let log = std::fs::read(&context.log).at("reading the log")?;
    let counts = Counts::from_log(&String::from_utf8_lossy(&log), ended_well);
    Ok(Verdict::Ran(counts))
}

/// The UDI crate beside Python's biip, on generated texts; biip comes, pinned, into a virtual
/// environment under `target/`.
fn udi_differential(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    if !setup::python_is_ready()? {
        let why = "Python 3 with venv is not here (Debian: python3-venv)";
        return Ok(Verdict::LeftOut(why.to_owned()));
    }
    let mut compare = process::command(paths::root().join("crates/udi/differential/run"));
    compare.env("CARGO_TARGET_DIR", paths::target());
    Ok(Verdict::Ran(Counts::one(
        context.logged(layer, &mut compare)?,
    )))
}

fn wasm(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    let Some(chromium) = browsers::ensure(Engine::Chromium)? else {
        return Ok(Verdict::LeftOut("Chromium is not here".to_owned()));
    };
    let tools = context.tools()?;
    let mut cargo = tools.wasm.cargo();
    let runner = tools.bin_dirs[1].join("wasm-bindgen-test-runner");
    cargo
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", &chromium.driver)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
        .args([
            "test",
            "--no-fail-fast",
            "--target",
            setup::toolchain::TARGET,
        ]);
    for package in WASM_TESTED {
        cargo.args(["--package", package]);
    }
    cargo.args(["--lib", "--tests"]);
    context.counted(layer, &mut cargo)
}

/// Builds what phones download, and checks that the list in it tells the truth.
fn dist(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    context.built_dist(layer)?;
    let dist = paths::dist();
    let text = std::fs::read_to_string(dist.join("precache.json")).at("reading precache.json")?;
    let list: serde_json::Value = serde_json::from_str(&text)?;
    let files = list["files"].as_array().cloned().unwrap_or_default();
    let mut counts = Counts::one(!files.is_empty());
    for file in &files {
        let path = file["path"].as_str().unwrap_or_default();
        let bytes = std::fs::metadata(dist.join(path.trim_start_matches('/'))).map(|m| m.len());
        counts.add(&Counts::one(bytes.ok() == file["bytes"].as_u64()));
    }
    Ok(Verdict::Ran(counts))
}

fn budget(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    context.built_dist(layer)?;
    let mut counts = Counts::default();
    let mut log = String::new();
    for budget in budgets::measure()? {
        println!("    {}", budget.line());
        log.push_str(&format!("{}\n", budget.line()));
        counts.add(&Counts::one(budget.holds()));
    }
    std::fs::write(&context.log, log).at("writing the log")?;
    Ok(Verdict::Ran(counts))
}

fn e2e_chromium(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    e2e(context, layer, Engine::Chromium)
}

fn e2e_firefox(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    e2e(context, layer, Engine::Firefox)
}

fn e2e_webkit(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    e2e(context, layer, Engine::Webkit)
}

fn e2e(context: &mut Context, layer: &Layer, engine: Engine) -> Result<Verdict> {
    let Some(browser) = browsers::ensure(engine)? else {
        let why = format!(
            "{} is not here (`cargo xtask setup` says more)",
            engine.name()
        );
        return Ok(Verdict::LeftOut(why));
    };
    context.built_dist(layer)?;
    if !context.logged(layer, &mut build::server_command(Profile::Debug))? {
        return Err("the server does not build".into());
    }
    let screen = match engine {
        Engine::Webkit => Some(Xvfb::start()?),
        Engine::Chromium | Engine::Firefox => None,
    };
    let mut cargo = process::cargo();
    cargo.args([
        "test",
        "--package",
        "baton",
        "--test",
        "e2e",
        "--no-fail-fast",
        "--",
    ]);
    // A browser is several processes: one test at a time keeps their timing honest.
    cargo.arg("--test-threads=1");
    if engine != Engine::Chromium {
        cargo.arg(EVERY_ENGINE);
    }
    harness_env(&mut cargo, &browser);
    if let Some(screen) = &screen {
        cargo.env("DISPLAY", &screen.display);
    }
    if context.strictness == Strictness::Ci {
        cargo.env("CI", "true");
    }
    context.counted(layer, &mut cargo)
}

/// Looks at every screen for barriers, in the walk that also takes the pictures.
fn axe(context: &mut Context, layer: &Layer) -> Result<Verdict> {
    let Some(chromium) = browsers::ensure(Engine::Chromium)? else {
        return Ok(Verdict::LeftOut("Chromium is not here".to_owned()));
    };
    let script = npm::ensure(&npm::AXE)?.join("axe.min.js");
    context.built_dist(layer)?;
    if !context.logged(layer, &mut build::server_command(Profile::Debug))? {
        return Err("the server does not build".into());
    }
    let mut cargo = process::cargo();
    cargo.args(["test", "--package", "baton", "--test", "shots"]);
    harness_env(&mut cargo, &chromium);
    cargo.env("BATON_AXE", script);
    context.counted(layer, &mut cargo)
}

/// Tells the harness of the browser tests what was built and found.
pub fn harness_env(command: &mut Command, browser: &Browser) {
    command
        .env("BATON_ENGINE", browser.engine.name())
        .env("BATON_DRIVER", &browser.driver)
        .env("BATON_BROWSER", &browser.binary)
        .env("BATON_SERVER_BIN", build::server_binary(Profile::Debug))
        .env("BATON_DIST", paths::dist())
        .env("BATON_ARTIFACTS", paths::target().join("test-logs"));
    // The writer in the decoder's package draws the codes that tests show to cameras.
    if let Ok(package) = setup::decoder::ensure() {
        command.env("BATON_DECODER", package);
    }
}

/// A virtual screen; WebKitGTK has no headless mode.
pub struct Xvfb {
    child: Child,
    /// As the variable `DISPLAY` takes it.
    pub display: String,
}

impl Xvfb {
    /// Lets the server choose a free display and tell us which.
    pub fn start() -> Result<Self> {
        let mut child = process::command("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1600x1200x24",
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .at("starting Xvfb")?;
        let mut number = String::new();
        if let Some(stdout) = child.stdout.as_mut() {
            BufReader::new(stdout)
                .read_line(&mut number)
                .at("reading Xvfb's display")?;
        }
        let screen = Xvfb {
            child,
            display: format!(":{}", number.trim()),
        };
        if screen.display == ":" {
            return Err("Xvfb did not start".into());
        }
        Ok(screen)
    }
}

impl Drop for Xvfb {
    fn drop(&mut self) {
        process::kill_tree(&mut self.child);
    }
}

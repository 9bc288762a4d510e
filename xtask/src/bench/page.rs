//! The page of the benchmarks in a browser: the app's wasm beside the libraries it is compared
//! with, put together under `target/bench/page` from `tests/bench`, and the program that opens it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::build::{self, Profile};
use crate::error::{At, Result};
use crate::setup::browsers::{self, Browser, Engine};
use crate::setup::{self, BuildTools, npm};
use crate::test::harness_env;
use crate::{paths, process};

/// The pages, each with the script of its name.
const PAGES: &[(&str, &str)] = &[("index.html", "page.js"), ("list.html", "list.js")];
/// The server wants every build to say what belongs to it.
const LIST: &str = "{\"build\":\"bench\",\"files\":[]}\n";

/// What a benchmark in a browser needs.
pub struct Ready {
    /// What builds the app.
    pub tools: BuildTools,
    chromium: Browser,
    page: PathBuf,
    node_modules: PathBuf,
}

/// Builds page and server.
pub fn ready() -> Result<Ready> {
    let tools = setup::for_build()?;
    let chromium = browsers::ensure(Engine::Chromium)?
        .ok_or("this is measured in Chromium; `cargo xtask setup` says more")?;
    let dexie = npm::ensure(&npm::PEERS)?;
    let node_modules = dexie.parent().unwrap_or(&dexie).to_path_buf();
    process::run(&mut build::measured_command(&tools))?;
    process::run(&mut build::server_command(Profile::Release))?;
    let page = paths::target().join("bench/page");
    let _ = fs::remove_dir_all(&page);
    fs::create_dir_all(&page).at("making target/bench/page")?;
    process::run(
        process::command(tools.bin_dirs[1].join("wasm-bindgen"))
            .args(["--target", "web", "--no-typescript", "--out-dir"])
            .arg(&page)
            .arg(build::measured_wasm()),
    )?;
    bundle(&node_modules, &page)?;
    for (name, script) in PAGES {
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>starting</title>\
             <body><script type=\"module\" src=\"/{script}\"></script></body></html>\n"
        );
        fs::write(page.join(name), html).at(format!("writing {name}"))?;
    }
    fs::write(page.join("precache.json"), LIST).at("writing precache.json")?;
    Ok(Ready {
        tools,
        chromium,
        page,
        node_modules,
    })
}

/// The page's own scripts with the libraries.
fn bundle(node_modules: &Path, page: &Path) -> Result<()> {
    let scripts = paths::root().join("tests/bench/page");
    process::run(
        process::command("node")
            .arg(node_modules.join("esbuild/bin/esbuild"))
            .args(PAGES.iter().map(|(_, script)| scripts.join(script)))
            .args(["--bundle", "--format=esm", "--splitting", "--minify"])
            .args(["--external:./phone.js", "--log-level=warning"])
            .arg(format!("--outdir={}", page.display()))
            .env("NODE_PATH", node_modules),
    )
}

/// Runs one benchmark of `tests/bench` with what else it wants to know, and reads what it measured.
pub fn measured(ready: &Ready, what: &str, given: &[(&str, &OsStr)]) -> Result<Value> {
    let file = paths::target().join(format!("bench/{what}-raw.json"));
    let mut cargo = process::cargo();
    cargo.args(["test", "--quiet", "--package", "baton", "--test", "bench"]);
    harness_env(&mut cargo, &ready.chromium);
    cargo
        .env("BATON_DIST", &ready.page)
        .env("BATON_SERVER_BIN", build::server_binary(Profile::Release))
        .env("BATON_PEERS", &ready.node_modules)
        .env("BATON_BENCH_OF", what)
        .env("BATON_BENCH", &file)
        .envs(given.iter().copied());
    process::run(&mut cargo)?;
    let text = fs::read_to_string(&file).at("reading the figures")?;
    Ok(serde_json::from_str(&text)?)
}

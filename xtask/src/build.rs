//! Building the two halves: the app with Trunk, the server with cargo.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::error::{At, Result};
use crate::setup::BuildTools;
use crate::setup::toolchain::TARGET;
use crate::{paths, process};

/// How the server is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// For people: quick at run time.
    Release,
    /// For tests and for work on it: quick to compile, and checks arithmetic.
    Debug,
}

/// `trunk` with our tools before everything else on `PATH`.
///
/// Trunk downloads what it does not find there, which fails behind a proxy; `--offline`
/// makes it say so instead of trying.
pub fn trunk(tools: &BuildTools) -> Result<Command> {
    place_hook()?;
    let trunk = tools.bin_dirs[0].join(format!("trunk{}", std::env::consts::EXE_SUFFIX));
    let mut command = process::command(trunk);
    tools.wasm.apply(&mut command);
    let old = std::env::var_os("PATH").unwrap_or_default();
    let dirs = tools
        .bin_dirs
        .iter()
        .cloned()
        .chain(std::env::split_paths(&old));
    let path: OsString =
        std::env::join_paths(dirs).map_err(|error| format!("PATH cannot be extended: {error}"))?;
    command.env("PATH", path);
    // Trunk 0.21 reads this variable as a boolean and stops at `1`, its usual value.
    command.env_remove("NO_COLOR");
    Ok(command)
}

/// What the published wasm is compiled with. The variable takes the place of the flags in
/// `.cargo/config.toml`, so the first of them is said again. Then: no source positions, no `Debug`
/// texts, and a panic that stops at once, without words (the page hears of it: index.html); and the
/// places of code that moves when the wasm is cut into parts.
const PUBLISHED_FLAGS: &str = "--cfg erase_components -Zlocation-detail=none -Zfmt-debug=none \
                               -Zunstable-options -Cpanic=immediate-abort \
                               -Clink-arg=--emit-relocs";

/// The compiler's options for a small download. They are not stable yet, so the compiler is told
/// to take them all the same; a change of theirs fails the build or its size budget. The standard
/// library is compiled with the app: as it comes, it is made for speed.
pub fn make_it_small(command: &mut Command) -> &mut Command {
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env("RUSTFLAGS", PUBLISHED_FLAGS)
}

/// How the published wasm is compiled, by cargo's name for it.
const PUBLISHED_PROFILE: &str = "wasm-release";

/// Where that build leaves the wasm before it is cut and joined with JavaScript.
pub fn published_wasm() -> PathBuf {
    published_folder().join("baton.wasm")
}

fn published_folder() -> PathBuf {
    paths::target().join(TARGET).join(PUBLISHED_PROFILE)
}

/// The command that builds what phones download, into `dist/`.
pub fn app_command(tools: &BuildTools) -> Result<Command> {
    let mut trunk = trunk(tools)?;
    trunk.args([
        "build",
        "--offline",
        "--release",
        "--cargo-profile",
        PUBLISHED_PROFILE,
        "--features",
        "parts",
        "--dist",
    ]);
    trunk.arg(paths::dist());
    make_it_small(&mut trunk);
    Ok(trunk)
}

/// The command that compiles what the benchmarks measure of the app, in one piece and else as the
/// published app is.
pub fn measured_command(tools: &BuildTools) -> Command {
    let mut cargo = tools.wasm.cargo();
    cargo
        .args(["build", "--package", "baton", "--example", "phone"])
        .args(["--target", TARGET, "--profile", PUBLISHED_PROFILE]);
    make_it_small(&mut cargo);
    cargo
}

/// Where that command leaves it.
pub fn measured_wasm() -> PathBuf {
    published_folder().join("examples/phone.wasm")
}

/// The command that builds the server.
pub fn server_command(profile: Profile) -> Command {
    let mut cargo = process::cargo();
    cargo.args(["build", "--package", "baton-server"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    cargo
}

/// Where that command leaves the server.
pub fn server_binary(profile: Profile) -> PathBuf {
    let folder = match profile {
        Profile::Release => "release",
        Profile::Debug => "debug",
    };
    let name = format!("baton-server{}", std::env::consts::EXE_SUFFIX);
    paths::target().join(folder).join(name)
}

/// `Trunk.toml` names `target/debug/xtask` as its hook: a finished program, because a
/// `cargo run` inside Trunk would wait for the build lock that others hold, or compile
/// this tool a second time with the wasm compiler. With another target folder the
/// program is copied to that place.
fn place_hook() -> Result<()> {
    let hook = paths::root().join(format!(
        "target/debug/xtask{}",
        std::env::consts::EXE_SUFFIX
    ));
    let me = std::env::current_exe().at("finding this program")?;
    if hook.is_file() && me.starts_with(paths::root().join("target/debug")) {
        return Ok(());
    }
    if let Some(dir) = hook.parent() {
        fs::create_dir_all(dir).at("making target/debug")?;
    }
    let copy = hook.with_extension("copy");
    fs::copy(&me, &copy).at("copying xtask for Trunk")?;
    fs::rename(&copy, &hook).at("placing xtask for Trunk")
}

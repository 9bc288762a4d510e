//! The compiler for wasm32.
//!
//! On a normal machine rustup adds the target to the toolchain that is already there.
//! Where rustup cannot reach its servers (a company proxy, many CI machines) Debian's
//! newer compiler comes with the *sources* of the standard library: we build that library
//! for wasm once, put it beside the compiler, and link the whole as a rustup toolchain
//! named `distro`. From then on it works like any other. Both ways are detected, never
//! assumed; `BATON_WASM=distro` forces the second one, so that it can be tried anywhere.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::system;
use crate::error::{At, Error, Result};
use crate::{paths, process, versions};

/// The target triple of a browser.
pub const TARGET: &str = "wasm32-unknown-unknown";
const DISTRO: &str = "distro";
const NO_SOURCES: &str = "Debian's compiler is here without the sources of its standard library; \
                          `apt-get install rust-web-src` brings them";
const DISTRO_LIB: &str = "/usr/lib/rustlib/wasm32-unknown-unknown";

/// Which toolchain compiles for wasm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WasmToolchain {
    /// The one that is active anyway.
    Active,
    /// Debian's, linked as `distro`.
    Distro,
}

impl WasmToolchain {
    /// Makes a command use this toolchain.
    pub fn apply<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if *self == WasmToolchain::Distro {
            command.env("RUSTUP_TOOLCHAIN", DISTRO);
        }
        command
    }

    /// A cargo that compiles for wasm.
    pub fn cargo(&self) -> Command {
        let mut command = process::cargo();
        self.apply(&mut command);
        command
    }
}

/// Finds a working compiler for wasm with the sources of its library, or installs one.
pub fn ensure() -> Result<WasmToolchain> {
    let found = find()?;
    if has_sources(&found)? {
        return Ok(found);
    }
    if found == WasmToolchain::Distro {
        return Err(NO_SOURCES.into());
    }
    println!("setup: rustup cannot fetch it here; trying Debian's compiler instead");
    let distro = install()?;
    if has_sources(&distro)? {
        return Ok(distro);
    }
    Err(NO_SOURCES.into())
}

fn find() -> Result<WasmToolchain> {
    let forced = std::env::var("BATON_WASM").unwrap_or_default();
    if forced != DISTRO {
        if compiles(&WasmToolchain::Active) {
            return Ok(WasmToolchain::Active);
        }
        if compiles(&WasmToolchain::Distro) && distro_is_current() {
            return Ok(WasmToolchain::Distro);
        }
        println!("setup: adding the {TARGET} target (the app runs in browsers as wasm)");
        if rustup_adds_the_target() && compiles(&WasmToolchain::Active) {
            return Ok(WasmToolchain::Active);
        }
        println!("setup: rustup cannot fetch it here; trying Debian's compiler instead");
    } else if compiles(&WasmToolchain::Distro) && distro_is_current() {
        return Ok(WasmToolchain::Distro);
    }
    install()
}

fn install() -> Result<WasmToolchain> {
    if compiles(&WasmToolchain::Distro) && distro_is_current() {
        return Ok(WasmToolchain::Distro);
    }
    install_distro()?;
    if compiles(&WasmToolchain::Distro) {
        return Ok(WasmToolchain::Distro);
    }
    Err(
        "Debian's compiler is installed but does not compile for wasm; \
         `cargo +distro build --target wasm32-unknown-unknown` shows why"
            .into(),
    )
}

/// Sees to the sources of the standard library, which the published app is compiled with, and to
/// what they depend on. False where they cannot be had.
fn has_sources(toolchain: &WasmToolchain) -> Result<bool> {
    let mut rustc = process::command("rustc");
    toolchain.apply(&mut rustc).args(["--print", "sysroot"]);
    let root = process::capture(&mut rustc)?;
    let library = Path::new(root.trim()).join("lib/rustlib/src/rust/library");
    if !library.join("Cargo.lock").is_file() {
        if *toolchain == WasmToolchain::Distro {
            return Ok(false);
        }
        println!("setup: adding rust-src (the app is built with a standard library made small)");
        let status = process::command("rustup")
            .args(["component", "add", "rust-src"])
            .stdin(Stdio::null())
            .status();
        if !matches!(status, Ok(status) if status.success()) {
            return Ok(false);
        }
    }
    let mut fetch = toolchain.cargo();
    fetch
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["fetch", "--quiet", "--locked", "--target", TARGET])
        .arg("--manifest-path")
        .arg(library.join("Cargo.toml"));
    process::run(&mut fetch)?;
    Ok(true)
}

/// Compiles a few lines that use `std`: the only proof that counts.
fn compiles(toolchain: &WasmToolchain) -> bool {
    let dir = paths::target().join("xtask");
    let source = dir.join("probe.rs");
    let text = "pub fn probe() -> String { format!(\"{:?}\", vec![1]) }\n";
    if fs::create_dir_all(&dir).is_err() || fs::write(&source, text).is_err() {
        return false;
    }
    let mut rustc = process::command("rustc");
    toolchain.apply(&mut rustc);
    let status = rustc
        .args(["--edition=2024", "--crate-type=cdylib", "--target", TARGET])
        .arg("--out-dir")
        .arg(&dir)
        .arg(&source)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    matches!(status, Ok(status) if status.success())
}

fn rustup_adds_the_target() -> bool {
    let status = process::command("rustup")
        .args(["target", "add", TARGET])
        .stdin(Stdio::null())
        .status();
    matches!(status, Ok(status) if status.success())
}

/// Whether the library was built by the compiler that is installed now: an upgrade of
/// the package leaves a library behind that the new compiler refuses.
fn distro_is_current() -> bool {
    let built_by = fs::read_to_string(Path::new(DISTRO_LIB).join("built-by"));
    matches!((built_by, distro_version()), (Ok(old), Ok(new)) if old == new)
}

fn distro_version() -> Result<String> {
    process::capture(Command::new("/usr/bin/rustc").arg("-V"))
}

fn install_distro() -> Result<()> {
    if !system::is_debian() {
        return Err(Error(format!(
            "rustup could not add the target {TARGET}, and there is no apt-get to take \
             another compiler from. With a working connection, type\n\n    \
             rustup target add {TARGET}\n\nand then the same command again."
        )));
    }
    system::install(
        versions::DEBIAN_RUST,
        "a compiler that carries the sources of its standard library",
    )?;
    let libraries = build_std()?;
    place_std(&libraries)?;
    process::run(process::command("rustup").args(["toolchain", "link", DISTRO, "/usr"]))
}

/// Builds the standard library for wasm inside an empty crate; returns the folder with
/// its `.rlib` files. Bitcode stays embedded: link-time optimisation of the app needs it.
fn build_std() -> Result<PathBuf> {
    println!("setup: building the standard library for wasm (about a minute, once)");
    let dir = paths::target().join("xtask/std-for-wasm");
    fs::create_dir_all(dir.join("src")).at("making a crate for the standard library")?;
    let manifest = "[package]\nname = \"std-for-wasm\"\nversion = \"0.0.0\"\n\
                    edition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n[workspace]\n";
    fs::write(dir.join("Cargo.toml"), manifest).at("writing its manifest")?;
    fs::write(dir.join("src/lib.rs"), "").at("writing its source")?;
    let output = dir.join("target");
    // A rest of an earlier build by an older compiler must not be copied with it.
    let _ = fs::remove_dir_all(&output);
    let mut cargo = process::command("/usr/bin/cargo");
    cargo
        .current_dir(&dir)
        .env_remove("RUSTUP_TOOLCHAIN")
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", &output)
        .args(["build", "--release", "--quiet", "--target", TARGET])
        .arg("-Zbuild-std=std,panic_abort,test");
    process::run(&mut cargo)?;
    Ok(output.join(TARGET).join("release/deps"))
}

/// Copies the library beside the compiler: into a folder with another name first, then
/// one rename, so that half a library is never found.
fn place_std(libraries: &Path) -> Result<()> {
    let stamp = libraries.join("built-by");
    fs::write(&stamp, distro_version()?).at("noting the compiler")?;
    let staging = format!("{DISTRO_LIB}.new");
    let lib = format!("{staging}/lib");
    process::run(&mut system::as_root(&["rm", "-rf", &staging, DISTRO_LIB])?)?;
    process::run(&mut system::as_root(&["mkdir", "-p", &lib])?)?;
    let mut copy: Vec<OsString> = vec![];
    for entry in fs::read_dir(libraries).at("listing the built library")? {
        let path = entry.at("listing the built library")?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "rlib")
        {
            copy.push(path.into_os_string());
        }
    }
    if copy.is_empty() {
        return Err("the standard library was built but left no .rlib files".into());
    }
    process::run(system::as_root(&["cp"])?.args(&copy).arg(&lib))?;
    process::run(system::as_root(&["cp"])?.arg(&stamp).arg(&staging))?;
    process::run(&mut system::as_root(&["mv", &staging, DISTRO_LIB])?)
}
